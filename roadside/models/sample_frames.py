"""Frames to quantise a model with and to compare it on: drawn evenly from a folder of pictures or a recording."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from roadside.errors import RecordingError, VideoError
from roadside.geometry.arrays import IntArray
from roadside.recording.channels import ChannelKind
from roadside.recording.reader import Recording
from roadside.runtime.recorded_items import decoded
from roadside.sources.h264 import H264Decoder
from roadside.sources.picture import DecodedPicture
from roadside.types.frames import EncodedFrame, Frame

MOST_FRAMES = 100
"""For either purpose: more calibration does not change the ranges by anything that matters."""
FEWEST_FRAMES = 2
PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".bmp", ".webp")


@dataclass(frozen=True, slots=True, eq=False)
class SampleFrames:
    """Frames of one source, alternating: what was calibrated on is not compared on.

    Attributes:
        source: where they are from.
        calibration: to take ranges from.
        comparison: to compare on.
    """

    source: str
    calibration: tuple[Frame, ...]
    comparison: tuple[Frame, ...]


def frames_of_folder(folder: Path) -> SampleFrames:
    """Returns frames of the pictures in a folder, by name.

    Raises:
        VideoError: there is no such folder, it has too few pictures, or one cannot be read.
    """
    if not folder.is_dir():
        raise VideoError(f"{folder}: no such folder")
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURE_ENDINGS)
    if len(paths) < FEWEST_FRAMES:
        raise VideoError(f"{folder}: must have {FEWEST_FRAMES} pictures or more ({', '.join(PICTURE_ENDINGS)}), "
                         f"got {len(paths)}")  # fmt: skip
    frames = [Frame(folder.name, 0, 0, read_picture(paths[row])) for row in drawn(len(paths), 2 * MOST_FRAMES)]
    return _alternating(str(folder), frames)


def frames_of_recording(recording: Recording) -> SampleFrames:
    """Returns frames of all cameras of a recording, equally many of each.

    Raises:
        RecordingError: it has too little video, or is damaged.
    """
    topics = recording.topics_of(ChannelKind.VIDEO)
    if not topics:
        raise RecordingError(f"{recording.path}: wanted recorded video, got only {', '.join(recording.topics)}")
    by_camera = [_frames_of_topic(recording, topic, 2 * MOST_FRAMES // len(topics)) for topic in topics]
    frames = [frame for of_camera in by_camera for frame in of_camera]
    if len(frames) < FEWEST_FRAMES:
        wanted = f"{FEWEST_FRAMES} pictures or more in its video"
        raise RecordingError(f"{recording.path}: wanted {wanted}, got {len(frames)}")
    return _alternating(recording.path.name, frames)


def read_picture(path: Path) -> DecodedPicture:
    """Returns the picture in a file.

    Raises:
        VideoError: it has none.
    """
    try:
        with av.open(f"file:{path}") as container:
            return DecodedPicture(next(iter(container.decode(video=0))))
    except (av.FFmpegError, StopIteration, IndexError) as error:
        raise VideoError(f"{path}: must be a picture, got something that cannot be decoded as one") from error


def drawn(count: int, most: int) -> IntArray:
    """Returns at most that many of ``count`` numbers, evenly spaced, the first and the last among them."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(np.int64))


def _frames_of_topic(recording: Recording, topic: str, most: int) -> list[Frame]:
    """Returns evenly spaced frames of one camera; all are decoded, since each builds on the one before."""
    wanted = set(drawn(recording.topics[topic].message_count, most).tolist())
    decoder, frames = H264Decoder(), []
    for number, encoded in enumerate(_encoded(recording, topic)):
        frame = decoder.decode(encoded)
        if frame is not None and number in wanted:
            frames.append(frame)
    return frames


def _encoded(recording: Recording, topic: str) -> Iterable[EncodedFrame]:
    for entry in recording.entries([topic]):
        item = decoded(recording, entry)
        if isinstance(item, EncodedFrame):
            yield item


def _alternating(source: str, frames: Sequence[Frame]) -> SampleFrames:
    return SampleFrames(source, tuple(frames[::2]), tuple(frames[1::2]))
