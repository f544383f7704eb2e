"""What a recording says was really there."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from roadside.errors import RecordingError
from roadside.recording.channels import ChannelKind
from roadside.recording.reader import Recording
from roadside.runtime.recorded_items import decoded
from roadside.types.road_users import RoadUserClass
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
        RecordingError: its bytes make no sense, or a road user is there twice, of no class, or has no place.
    """
    everything = [decoded(recording, entry) for entry in recording.entries(recording.topics_of(*TRUTH_KINDS))]
    by_time = {item.time_ns: item for item in everything if isinstance(item, Truth)}
    for truth in by_time.values():
        _check(truth, recording)
    return RecordedTruth(
        road_users=[by_time[time_ns] for time_ns in sorted(by_time)],
        events=[item for item in everything if isinstance(item, TrueEvents)],
        spots=[item for item in everything if isinstance(item, TrueSpots)],
    )


def _check(truth: Truth, recording: Recording) -> None:
    """Checks what the bytes of a truth cannot tell.

    Raises:
        RecordingError: see ``recorded_truth``.
    """
    where = f"{recording.path}: {ChannelKind.TRUTH.topic()} at {truth.time_ns} ns"
    ids, counts = np.unique(truth.object_ids, return_counts=True)
    if (counts > 1).any():
        raise RecordingError(f"{where}: wanted every road user once, got {ids[counts > 1][0]} more than once")
    unknown = np.flatnonzero(~np.isin(truth.classes, list(RoadUserClass)))
    if len(unknown):
        row = unknown[0]
        wanted = f"a class of 0 to {max(RoadUserClass):d} for road user {truth.object_ids[row]}"
        raise RecordingError(f"{where}: wanted {wanted}, got {truth.classes[row]}")
    for name in ("position_m", "velocity_mps", "heading_rad", "size_m"):
        values = getattr(truth, name)
        strange = np.argwhere(~np.isfinite(values))[:, :1].ravel()
        if len(strange):
            row = strange[0]
            raise RecordingError(
                f"{where}: wanted a finite {name} of road user {truth.object_ids[row]}, got {values[row].tolist()}"
            )
