"""What truly happened on the road."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray, frozen
from roadside.types.truth import GOES_ON_NS, TrueEvents

EVENT_KINDS = (
    "wrong_way", "stopped_vehicle", "red_light_running", "speeding", "slow_vehicle", "pedestrian_on_carriageway",
    "lost_load", "cones", "near_miss", "collision", "queue", "congestion", "solid_line_lane_change",
    "fire_lane_occupied", "illegal_stopping", "abrupt_braking", "illegal_u_turn", "bicycle_lane_driving",
    "bus_lane_driving", "loading_overstay", "stop_line_crossing", "collision_risk", "vulnerable_road_user_conflict",
)  # fmt: skip
"""Every kind that traffic can be made to do or is seen to do, in the words of the service."""


@dataclass(frozen=True, slots=True, eq=False)
class TrueEvent:
    """One event.

    Attributes:
        kind: one of ``EVENT_KINDS``.
        start_s: when its condition physically begins, second of the span.
        end_s: when it is over; infinity where it goes on.
        position_m: (2,) where it begins, site frame.
        object_ids: who takes part.
    """

    kind: str
    start_s: float
    end_s: float
    position_m: FloatArray
    object_ids: tuple[int, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "position_m", frozen(self.position_m, "TrueEvent.position_m", (2,)))
        if self.kind not in EVENT_KINDS or self.end_s < self.start_s:
            raise ValueError(
                f"a true event must be of a known kind and end after it starts, got {self.kind} from {self.start_s:g} "
                f"to {self.end_s:g} s"
            )


def recorded_events(events: Collection[TrueEvent], begin_ns: int, span_s: tuple[float, float]) -> TrueEvents:
    """Returns the events of a span as they are recorded.

    Args:
        events: in seconds of the simulated span.
        begin_ns: Unix time of its second 0.
        span_s: from and until which second.
    """
    from_s, until_s = span_s
    within = sorted(
        (event for event in events if event.start_s < until_s and event.end_s > from_s),
        key=lambda event: (event.start_s, event.kind, event.object_ids),
    )

    def time_ns(second: float) -> int:
        return begin_ns + round(second * 1e9)

    ends = [time_ns(event.end_s) if event.end_s < until_s else GOES_ON_NS for event in within]
    return TrueEvents(
        time_ns(from_s), time_ns(until_s), tuple(event.kind for event in within),
        np.array([time_ns(event.start_s) for event in within], dtype=np.int64), np.array(ends, dtype=np.int64),
        np.array([event.position_m for event in within], dtype=float).reshape(-1, 2),
    )  # fmt: skip
