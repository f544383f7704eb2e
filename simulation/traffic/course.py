"""The line that a scripted vehicle follows: lanes, ways across junctions, and swerves beside them."""

import itertools
from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray, frozen
from roadside.types.road import LaneKind
from simulation.traffic.streets import Streets
from simulation.worlds.lines import cut, directions_at, distances_m, left_of, length_m, points_at
from simulation.worlds.street_net import NetLane

STEP_M = 0.5
"""Between two points of a course."""

TIGHTEST_M, SHARP_RAD, MOST_CUT = 5.0, 0.5, 0.35
"""Sharp turns with a smaller radius cut the corner, by at most this share of the lanes before and after."""

JOIN_STEPS = 24
"""Pieces of a way across a junction."""


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """A line with the lanes that it runs along.

    Attributes:
        line_m: (K, 2) points every half metre or so, site frame.
        ways_m: (K,) how far along the course each is. One that swerves counts the way along the lanes, so that places
            keep their numbers.
        begins_m: how far along it each lane begins, by edge id.
        lanes: the lanes, in order.
    """

    line_m: FloatArray
    ways_m: FloatArray
    begins_m: dict[str, float]
    lanes: tuple[NetLane, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "line_m", frozen(self.line_m, "Course.line_m", (None, 2)))
        object.__setattr__(self, "ways_m", frozen(self.ways_m, "Course.ways_m", (len(self.line_m),)))

    @property
    def length_m(self) -> float:
        """Its length."""
        return float(self.ways_m[-1])

    def at(self, edge_id: str, along_m: float) -> float:
        """Returns how far along the course a place on one of its edges is.

        Raises:
            ValueError: the course does not run along that edge.
        """
        if edge_id not in self.begins_m:
            raise ValueError(f"a course along {', '.join(self.begins_m)} must run along {edge_id}")
        return self.begins_m[edge_id] + along_m

    def end_of(self, edge_id: str) -> float:
        """Returns how far along the course the end of one of its edges is."""
        lane = next(lane for lane in self.lanes if lane.edge_id == edge_id)
        return self.begins_m[edge_id] + length_m(lane.line_m)

    def nearest_m(self, point_m: FloatArray) -> float:
        """Returns how far along the course its nearest point to another one is."""
        away = np.hypot(*(self.line_m - point_m).T)
        return float(self.ways_m[away.argmin()])

    def swerving(self, breaks: tuple[tuple[float, float], ...]) -> "Course":
        """Returns the course moved aside.

        Args:
            breaks: how far along, and how far to its left it then runs; in between it moves over smoothly.
        """
        way_m = self.ways_m
        aside_m = np.zeros(len(way_m))
        for (from_m, before), (to_m, after) in itertools.pairwise(
            (breaks[0], *breaks, (way_m[-1] + 1.0, breaks[-1][1]))
        ):
            inside = (way_m >= from_m) & (way_m <= to_m)
            share = (way_m[inside] - from_m) / max(to_m - from_m, 1e-9)
            aside_m[inside] = before + (after - before) * (3 * share**2 - 2 * share**3)
        aside_m[way_m < breaks[0][0]] = breaks[0][1]
        normal = left_of(directions_at(self.line_m, distances_m(self.line_m)))
        return Course(self.line_m + aside_m[:, None] * normal, way_m, self.begins_m, self.lanes)


def course(streets: Streets, edges: tuple[str, ...], on: tuple[str, int] | None = None) -> Course:
    """Returns the course along driving lanes of edges that follow one another.

    Args:
        streets: of the world.
        edges: in order.
        on: an edge and the index of the lane to take there; by default the leftmost that leads on.

    Raises:
        ValueError: no lanes lead along all of these edges.
    """
    links = {((link.from_edge, link.from_lane), (link.to_edge, link.to_lane)) for link in streets.net.links}
    kinds = (LaneKind.DRIVING,)
    ways: list[tuple[NetLane, ...]] = [()]
    for edge_id in edges:
        wanted = [
            lane
            for lane in streets.edge(edge_id).lanes
            if (on is not None and on == (edge_id, lane.index)) or (lane.kind in kinds and (on or ("",))[0] != edge_id)
        ]
        ways = [
            (*way, lane)
            for way in ways
            for lane in reversed(wanted)
            if not way or ((way[-1].edge_id, way[-1].index), (edge_id, lane.index)) in links
        ]
    if not ways or not ways[0]:
        raise ValueError(
            f"lanes must lead along {', '.join(edges)}{f' by lane {on[1]} of {on[0]}' if on else ''}: none do"
        )
    return along_lanes(ways[0])


def along_lanes(lanes: tuple[NetLane, ...]) -> Course:
    """Returns the course along lanes, across the gaps between them in smooth curves that a car can drive."""
    lines = [lane.line_m for lane in lanes]
    cuts_m = [_cut_m(before, after) for before, after in itertools.pairwise(lines)]
    pieces: list[FloatArray] = []
    begins_m: dict[str, float] = {}
    total_m = 0.0
    for number, lane in enumerate(lanes):
        start_m = cuts_m[number - 1] if number else 0.0
        end_m = length_m(lines[number]) - (cuts_m[number] if number < len(cuts_m) else 0.0)
        line_m = _finely(cut(lines[number], start_m, end_m))
        if number:
            join = _joined(pieces[-1], line_m)
            total_m += length_m(join)
            pieces.append(join[1:-1])
        # Where a corner is cut, the lane's own beginning would lie before the piece that is left of it.
        begins_m[lane.edge_id] = total_m - start_m
        total_m += length_m(line_m)
        pieces.append(line_m)
    line_m = np.concatenate(pieces)
    return Course(line_m, distances_m(line_m), begins_m, lanes)


def _turn_between(before_m: FloatArray, after_m: FloatArray) -> float:
    leaving, arriving = directions_at(before_m, 1e9), directions_at(after_m, 0.0)
    return max(float(np.arccos(np.clip(leaving @ arriving, -1.0, 1.0))), 1e-3)


def _cut_m(before_m: FloatArray, after_m: FloatArray) -> float:
    """Returns how much of both lines' ends is left out so that the curve between them is no tighter than a car's."""
    turn = _turn_between(before_m, after_m)
    radius_m = float(np.hypot(*(after_m[0] - before_m[-1]))) / (2 * np.sin(turn / 2))
    if turn < SHARP_RAD or radius_m >= TIGHTEST_M:
        return 0.0
    most_m = MOST_CUT * min(length_m(before_m), length_m(after_m))
    return float(min((TIGHTEST_M - radius_m) * np.tan(turn / 2), most_m))


def straight_on(streets: Streets, edge_id: str) -> str:
    """Returns the edge that goes on from an edge with the least turn.

    Raises:
        ValueError: the edge leads nowhere.
    """
    if not streets.after[edge_id]:
        raise ValueError(f"edge {edge_id} must lead on to another one: it does not")
    leaving = directions_at(streets.driving(edge_id)[0].line_m, 1e9)

    def turn(other: str) -> float:
        return float(-directions_at(streets.driving(other)[0].line_m, 0.0) @ leaving)

    return min(streets.after[edge_id], key=lambda other: (turn(other), other))


def through_edges(streets: Streets, edge_id: str, to_edge: str = "") -> tuple[str, ...]:
    """Returns the edges from where a street enters the world along ``edge_id`` to where it leaves.

    Args:
        streets: of the world.
        edge_id: an edge that has to be on the way.
        to_edge: an edge that has to be on it afterwards; by default straight on.
    """
    entry = streets.entry_to(edge_id)
    if streets.before[entry]:
        # The street begins at a junction: come from straight across it.
        across = min(streets.before[entry], key=lambda other: (straight_on(streets, other) != entry, other))
        entry = streets.entry_to(across)
    way = streets.route(entry, edge_id)
    ahead = streets.exit_from(edge_id)
    way += streets.route(edge_id, ahead)[1:]
    if to_edge or streets.after[ahead]:
        beyond = to_edge or straight_on(streets, ahead)
        way += streets.route(ahead, streets.exit_from(beyond))[1:]
    return way


def _finely(line_m: FloatArray) -> FloatArray:
    count = max(int(np.ceil(length_m(line_m) / STEP_M)), 2)
    return points_at(line_m, np.linspace(0.0, length_m(line_m), count + 1))


def _joined(before_m: FloatArray, after_m: FloatArray) -> FloatArray:
    """Returns the (K, 2) cubic curve from the end of a line to the beginning of another, tangent to both."""
    start, end = before_m[-1], after_m[0]
    leaving, arriving = directions_at(before_m, 1e9), directions_at(after_m, 0.0)
    turn = _turn_between(before_m, after_m)
    # The slopes that come nearest to a circle's arc: 4 tan(turn / 4) radii, of which the chord is 2 sin(turn / 2).
    reach = np.hypot(*(end - start)) * 2 * np.tan(turn / 4) / np.sin(turn / 2)
    slope_start, slope_end = leaving * reach, arriving * reach
    t = np.linspace(0.0, 1.0, JOIN_STEPS + 1)[:, None]
    return np.asarray(
        (2 * t**3 - 3 * t**2 + 1) * start + (t**3 - 2 * t**2 + t) * slope_start
        + (3 * t**2 - 2 * t**3) * end + (t**3 - t**2) * slope_end
    )  # fmt: skip
