"""A recording's messages as items for a feed, from any depth."""

from collections.abc import Iterator
from enum import StrEnum

from roadside.errors import RecordingError
from roadside.recording.channels import ChannelKind, channel_of
from roadside.recording.codec import Entry, Recordable, decode
from roadside.recording.reader import Recording
from roadside.runtime.feed import DataTicks, RecordedTicks, TickSource
from roadside.runtime.sensing import Item
from roadside.sources.radar import RadarScanError, decode_scan
from roadside.types.site import Site
from roadside.types.truth import AnyTruth


class Depth(StrEnum):
    """Where in a recording a replay begins."""

    SENSORS = "sensors"
    DETECTIONS = "detections"
    MEASUREMENTS = "measurements"


ALWAYS = (
    ChannelKind.SIGNALS, ChannelKind.ENVIRONMENT, ChannelKind.SPOTS, ChannelKind.NEIGHBOURS, ChannelKind.VEHICLES,
    ChannelKind.OPERATOR, ChannelKind.TICK,
)  # fmt: skip
KINDS = {
    Depth.SENSORS: (ChannelKind.VIDEO, ChannelKind.RADAR, *ALWAYS),
    Depth.DETECTIONS: (ChannelKind.DETECTIONS, ChannelKind.RADAR, ChannelKind.HEALTH, *ALWAYS),
    Depth.MEASUREMENTS: (ChannelKind.MEASUREMENTS, ChannelKind.HEALTH, *ALWAYS),
}
"""What each depth reads. A source's word on its health belongs to the run that was recorded, so it is left out where
that run's sources are run again."""


class RecordedItems:
    """What a recording holds for one site from one depth.

    Attributes:
        unreadable: radar scans left out because their bytes made no sense.
    """

    def __init__(self, recording: Recording, site: Site, depth: Depth) -> None:
        """Checks that recording, site and depth go together.

        Raises:
            RecordingError: it is of another site or of sensors that the site lacks, or has nothing at that depth.
        """
        if recording.site_id and recording.site_id != site.site_id:
            raise RecordingError(
                f"{recording.path}: wanted a recording of site {site.site_id}, got one of {recording.site_id}"
            )
        self.unreadable = 0
        self._recording = recording
        self._topics = recording.topics_of(*KINDS[depth])
        sensed = recording.topics_of(*(kind for kind in KINDS[depth] if kind not in (*ALWAYS, ChannelKind.HEALTH)))
        if not sensed:
            held = ", ".join(recording.topics)
            raise RecordingError(f"{recording.path}: wanted something recorded at the depth {depth}, got only {held}")
        undetected = _cameras(recording, ChannelKind.VIDEO) - _cameras(recording, ChannelKind.DETECTIONS)
        if depth is Depth.DETECTIONS and undetected:
            missing = ", ".join(sorted(undetected))
            raise RecordingError(f"{recording.path}: wanted recorded detections of every camera, got none of {missing}")
        said = (*sensed, *recording.topics_of(ChannelKind.HEALTH)) if ChannelKind.HEALTH in KINDS[depth] else sensed
        strangers = {channel[1] for topic in said if (channel := channel_of(topic))} - set(site.sensor_ids)
        if strangers:
            raise RecordingError(
                f"{recording.path}: wanted a recording of site {site.site_id} with sensors "
                f"{', '.join(site.sensor_ids)}, got sensor {', '.join(sorted(strangers))}"
            )

    def ticks(self, site: Site) -> TickSource:
        """Returns the recorded ticks where a live run recorded them, else ticks by the data's time."""
        return RecordedTicks() if ChannelKind.TICK.topic() in self._topics else DataTicks(site.order)

    def __iter__(self) -> Iterator[Item]:
        """Yields the items in order of arrival."""
        for entry in self._recording.entries(self._topics):
            item = self._item(entry)
            if item is not None:
                yield item

    def _item(self, entry: Entry) -> Item | None:
        channel = channel_of(entry.topic)
        if channel is not None and channel[0] is ChannelKind.RADAR:
            try:
                return decode_scan(entry.data, channel[1], entry.log_time_ns)
            except RadarScanError:
                self.unreadable += 1
                return None
        item = decoded(self._recording, entry)
        if isinstance(item, AnyTruth):
            raise ValueError(f"{entry.topic} holds truth: it is for evaluation, never for the fold")
        return item


def _cameras(recording: Recording, kind: ChannelKind) -> set[str]:
    channels = (channel_of(topic) for topic in recording.topics_of(kind))
    return {channel[1] for channel in channels if channel is not None}


def decoded(recording: Recording, entry: Entry) -> Recordable:
    """Returns the item that an entry of a recording holds.

    Raises:
        RecordingError: its bytes make no sense; the line names the recording.
    """
    try:
        return decode(entry)
    except RecordingError as error:
        raise RecordingError(f"{recording.path}: {error}") from error
