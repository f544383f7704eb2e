"""The road: lanes with a direction, stop lines, crossings, and its surface."""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from roadside.geometry.arrays import FloatArray, frozen
from roadside.geometry.surface import RoadSurface


class LaneKind(StrEnum):
    """What a lane is for."""

    DRIVING = "driving"
    BICYCLE = "bicycle"
    BUS = "bus"
    EMERGENCY = "emergency"
    SIDEWALK = "sidewalk"


class ZoneKind(StrEnum):
    """What an area of the road is for."""

    CROSSING = "crossing"
    JUNCTION = "junction"
    NO_STOPPING = "no_stopping"
    FIRE_LANE = "fire_lane"
    PARKING_SPOT = "parking_spot"


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """One lane; its centre line runs in the direction of travel.

    Attributes:
        lane_id: unique within the site.
        kind: what it is for.
        centre_line_m: (K, 3) site frame.
        width_m: constant along the lane.
        speed_limit_mps: NaN where there is none.
    """

    lane_id: str
    kind: LaneKind
    centre_line_m: FloatArray
    width_m: float
    speed_limit_mps: float

    def __post_init__(self) -> None:
        line = frozen(self.centre_line_m, "Lane.centre_line_m", (None, 3))
        object.__setattr__(self, "centre_line_m", line)


@dataclass(frozen=True, slots=True, eq=False)
class StopLine:
    """Where vehicles of some lanes wait.

    Attributes:
        stop_line_id: unique within the site.
        line_m: (K, 3) site frame.
        lane_ids: the lanes it belongs to.
        signal_group_id: the signal group it obeys; empty where there is none.
    """

    stop_line_id: str
    line_m: FloatArray
    lane_ids: tuple[str, ...]
    signal_group_id: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "line_m", frozen(self.line_m, "StopLine.line_m", (None, 3)))


@dataclass(frozen=True, slots=True, eq=False)
class Zone:
    """An area of the road.

    Attributes:
        zone_id: unique within the site.
        kind: what it is for.
        polygon_m: (K, 3) corners, site frame, not repeated at the end.
    """

    zone_id: str
    kind: ZoneKind
    polygon_m: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "polygon_m", frozen(self.polygon_m, "Zone.polygon_m", (None, 3)))


@dataclass(frozen=True, slots=True, eq=False)
class RoadMap:
    """Everything the site file's GeoJSON says about the road.

    Attributes:
        lanes, stop_lines, zones: in the order of the file.
        surface: heights.
    """

    lanes: tuple[Lane, ...] = ()
    stop_lines: tuple[StopLine, ...] = ()
    zones: tuple[Zone, ...] = ()
    surface: RoadSurface = field(default_factory=RoadSurface.level)


@dataclass(frozen=True, slots=True, eq=False)
class LaneDirections:
    """Direction of travel of every piece of vehicle lane, ready for fast look-up.

    Attributes:
        start_m: (S, 2) where each straight piece begins.
        step_m: (S, 2) from its beginning to its end.
        half_width_m: (S,) of its lane.
        heading_rad: (S,) counter-clockwise from east.
    """

    start_m: FloatArray
    step_m: FloatArray
    half_width_m: FloatArray
    heading_rad: FloatArray

    @staticmethod
    def of(road: RoadMap) -> "LaneDirections":
        """Returns the pieces of all lanes but the sidewalks."""
        starts, steps, half_widths = [np.zeros((0, 2))], [np.zeros((0, 2))], [np.zeros(0)]
        for lane in road.lanes:
            if lane.kind is not LaneKind.SIDEWALK:
                step = np.diff(lane.centre_line_m[:, :2], axis=0)
                moves = (step != 0.0).any(axis=1)
                starts.append(lane.centre_line_m[:-1, :2][moves])
                steps.append(step[moves])
                half_widths.append(np.full(moves.sum(), lane.width_m / 2))
        step_m = np.concatenate(steps)
        heading_rad = np.arctan2(step_m[:, 1], step_m[:, 0])
        return LaneDirections(np.concatenate(starts), step_m, np.concatenate(half_widths), heading_rad)

    def heading_at(self, points_m: FloatArray) -> FloatArray:
        """Returns (N,) heading of the lane that each of (N, 2) points lies in; NaN off the lanes.

        Where lanes overlap, the one whose centre line is nearest counts. A piece without length has no direction
        and ``of`` leaves it out.
        """
        if len(self.start_m) == 0 or len(points_m) == 0:
            return np.full(len(points_m), np.nan)
        offset = points_m[:, None, :] - self.start_m
        length2 = (self.step_m**2).sum(-1)
        along = np.clip((offset * self.step_m).sum(-1) / length2, 0.0, 1.0)
        distance = np.linalg.norm(offset - along[..., None] * self.step_m, axis=-1)
        # Only lanes that a point lies in compete: a narrow lane beside a wide one must not win by its centre line.
        distance = np.where(distance <= self.half_width_m, distance, np.inf)
        nearest = distance.argmin(axis=1)
        inside = np.isfinite(distance[np.arange(len(points_m)), nearest])
        return np.where(inside, self.heading_rad[nearest], np.nan)
