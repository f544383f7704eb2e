"""Recordings read back: what is in them, and their messages in order of arrival."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from mcap.reader import SeekingReader
from mcap.summary import Summary
from mcap.writer import MCAP0_MAGIC

from roadside.errors import RecordingError
from roadside.recording.channels import ChannelKind, channel_of
from roadside.recording.codec import Entry
from roadside.recording.index import DAMAGE, ChannelSpan, FileIndex, own_index
from roadside.recording.walk import walked_index
from roadside.recording.writer import SITE_METADATA

NS_PER_S = 1e9
TOPICS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class TopicInfo:
    """What one topic holds.

    Attributes:
        schema_name: full name of its messages' type; empty where the file does not say.
        message_count: how many there are.
        start_ns, end_ns: log times of the first and the last.
    """

    schema_name: str
    message_count: int
    start_ns: int
    end_ns: int


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """What a recording holds. No file is open but while ``entries`` is being read.

    Attributes:
        path: the file.
        site_id, site_version: of the site it was recorded at; empty where the file does not say.
        attachments: name to bytes, such as ``site.toml``.
        topics: topic to what it holds, in the order of their names.
        break_reason: one line that says where and why reading ends before the file's proper end; empty for a whole
            file.
    """

    path: Path
    site_id: str
    site_version: str
    attachments: dict[str, bytes]
    topics: dict[str, TopicInfo]
    break_reason: str
    _summary: Summary

    @property
    def message_count(self) -> int:
        """Messages over all topics."""
        return sum(topic.message_count for topic in self.topics.values())

    @property
    def start_ns(self) -> int:
        """Log time of the first message; 0 where there is none."""
        return min((topic.start_ns for topic in self.topics.values()), default=0)

    @property
    def end_ns(self) -> int:
        """Log time of the last message; 0 where there is none."""
        return max((topic.end_ns for topic in self.topics.values()), default=0)

    @property
    def duration_s(self) -> float:
        """From the first message to the last."""
        return (self.end_ns - self.start_ns) / NS_PER_S

    @property
    def camera_ids(self) -> tuple[str, ...]:
        """Cameras that have video or detections, sorted."""
        return self._sensor_ids(ChannelKind.VIDEO, ChannelKind.DETECTIONS)

    @property
    def radar_ids(self) -> tuple[str, ...]:
        """Radars that have scans, sorted."""
        return self._sensor_ids(ChannelKind.RADAR)

    def topics_of(self, *kinds: ChannelKind) -> tuple[str, ...]:
        """Returns the topics of those kinds that the recording has."""
        return tuple(topic for topic in self.topics if (channel := channel_of(topic)) and channel[0] in kinds)

    def entries(self, topics: Iterable[str] | None = None) -> Iterator[Entry]:
        """Yields the messages of the given topics (all by default) by log time; of equal ones the first written.

        Memory: only chunks whose times overlap are held at once, a few MB for anything ``RecordingWriter`` made,
        however long the recording is. A topic that the recording lacks yields nothing.

        Raises:
            RecordingError: the file went away, or a chunk that the file's own index names is damaged.
        """
        wanted = None if topics is None else frozenset(topics)
        if not self._summary.chunk_indexes:
            return
        try:
            with self.path.open("rb") as stream:
                for schema, channel, message in _IndexedReader(stream, self._summary).iter_messages(wanted):
                    schema_name = schema.name if schema else ""
                    yield Entry(channel.topic, schema_name, message.log_time, message.publish_time, message.data)
        except OSError as error:
            raise RecordingError(f"{self.path}: cannot be read: {error.strerror}") from error
        except DAMAGE as error:
            raise RecordingError(f"{self.path}: wanted whole chunks, got a damaged one: {_one_line(error)}") from error

    def _sensor_ids(self, *kinds: ChannelKind) -> tuple[str, ...]:
        channels = (channel_of(topic) for topic in self.topics)
        return tuple(sorted({channel[1] for channel in channels if channel and channel[0] in kinds}))


class _IndexedReader(SeekingReader):
    """The library's reader, on an index that is known already: a cut file has none of its own."""

    def __init__(self, stream: IO[bytes], summary: Summary) -> None:
        super().__init__(stream, validate_crcs=True)
        self._known = summary

    def get_summary(self) -> Summary:
        return self._known


def open_recording(path: Path | str) -> Recording:
    """Returns what a recording holds, up to its break where the file was cut off.

    A whole file answers from the index at its end. A cut one is read through once, chunk by chunk, to make the
    index anew; nothing but that index stays in memory.

    Raises:
        RecordingError: the file is missing, empty, no MCAP file, or has none of roadside's topics.
    """
    path = Path(path)
    index = _index(path)
    topics = _topics(index)
    if not any(channel_of(topic) for topic in topics) and (topics or not index.break_reason):
        shown = ", ".join(list(topics)[:TOPICS_SHOWN]) or "no messages"
        raise RecordingError(f"{path}: wanted roadside topics such as /tick or /camera/ID/video, got {shown}")
    site, attachments = _site_and_attachments(path, index.summary)
    break_reason = _break_line(path, index.break_reason, topics) if index.break_reason else ""
    return Recording(
        path, site.get("site_id", ""), site.get("version", ""), attachments, topics, break_reason, index.summary
    )


def _index(path: Path) -> FileIndex:
    """Returns the file's own index, or, where it has none that can be trusted, one made anew."""
    try:
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            _check_magic(path, stream, size)
            stream.seek(-len(MCAP0_MAGIC), os.SEEK_END)
            is_whole = size > 2 * len(MCAP0_MAGIC) and stream.read() == MCAP0_MAGIC
            index = own_index(stream) if is_whole else None
            return index if index is not None else walked_index(stream, size)
    except OSError as error:
        raise RecordingError(f"{path}: cannot be read: {error.strerror}") from error


def _check_magic(path: Path, stream: IO[bytes], size: int) -> None:
    head = stream.read(len(MCAP0_MAGIC))
    if not size:
        raise RecordingError(f"{path}: wanted an MCAP recording, got an empty file")
    if head != MCAP0_MAGIC:
        raise RecordingError(f"{path}: wanted an MCAP recording, got a file that starts with {head!r}")


def _topics(index: FileIndex) -> dict[str, TopicInfo]:
    spans: dict[str, ChannelSpan] = {}
    schema_names: dict[str, str] = {}
    for channel_id, span in index.spans.items():
        channel = index.summary.channels[channel_id]
        schema = index.summary.schemas.get(channel.schema_id)
        schema_names.setdefault(channel.topic, schema.name if schema else "")
        known = spans.get(channel.topic)
        # Nothing forbids other programs to give a topic two channels.
        spans[channel.topic] = span if known is None else known.joined(span)
    return {
        topic: TopicInfo(schema_names[topic], span.message_count, span.start_ns, span.end_ns)
        for topic, span in sorted(spans.items())
    }


def _site_and_attachments(path: Path, summary: Summary) -> tuple[dict[str, str], dict[str, bytes]]:
    try:
        with path.open("rb") as stream:
            reader = _IndexedReader(stream, summary)
            attachments = {attachment.name: attachment.data for attachment in reader.iter_attachments()}
            site = next((record.metadata for record in reader.iter_metadata() if record.name == SITE_METADATA), {})
    except OSError as error:
        raise RecordingError(f"{path}: cannot be read: {error.strerror}") from error
    except DAMAGE as error:
        raise RecordingError(f"{path}: wanted whole attachments, got damaged ones: {_one_line(error)}") from error
    return site, attachments


def _break_line(path: Path, reason: str, topics: dict[str, TopicInfo]) -> str:
    count = sum(topic.message_count for topic in topics.values())
    if not count:
        return f"{path}: {reason}, before the first message"
    start_ns = min(topic.start_ns for topic in topics.values())
    end_ns = max(topic.end_ns for topic in topics.values())
    return f"{path}: {reason}, after {(end_ns - start_ns) / NS_PER_S:.1f} s; {count} messages can be read"


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
