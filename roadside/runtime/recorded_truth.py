"""What a recording says was really there."""

from collections.abc import Sequence
from dataclasses import dataclass

from roadside.recording.channels import ChannelKind
from roadside.recording.reader import Recording
from roadside.runtime.recorded_items import decoded
from roadside.types.truth import AnyTruth, TrueEvents, TrueSpots, Truth

TRUTH_KINDS = (ChannelKind.TRUTH, ChannelKind.TRUE_EVENTS, ChannelKind.TRUE_SPOTS)
"""Channels that hold truth: for evaluation, never for the fold."""


@dataclass(frozen=True, slots=True)
class RecordedTruth:
    """The truth of road users, events and parking spots, each in order of time; empty where none is recorded."""

    road_users: Sequence[Truth]
    events: Sequence[TrueEvents]
    spots: Sequence[TrueSpots]

    @property
    def everything(self) -> tuple[AnyTruth, ...]:
        """All of it."""
        return (*self.road_users, *self.events, *self.spots)


def recorded_truth(recording: Recording) -> RecordedTruth:
    """Returns a recording's truth; of two truths of one instant the later one counts.

    Raises:
        RecordingError: its bytes make no sense.
    """
    everything = [decoded(recording, entry) for entry in recording.entries(recording.topics_of(*TRUTH_KINDS))]
    by_time = {item.time_ns: item for item in everything if isinstance(item, Truth)}
    return RecordedTruth(
        road_users=[by_time[time_ns] for time_ns in sorted(by_time)],
        events=[item for item in everything if isinstance(item, TrueEvents)],
        spots=[item for item in everything if isinstance(item, TrueSpots)],
    )
