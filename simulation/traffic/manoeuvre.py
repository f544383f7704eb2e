"""Ways into and out of parking spots: straight pieces and arcs of the rear axle, forwards and backwards."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from roadside.geometry.angles import wrapped_rad
from roadside.geometry.arrays import FloatArray
from simulation.traffic.ways import STEP_S

MANOEUVRE_MPS, EASE_MPS2 = 0.9, 0.5
"""Speed while parking, and how softly it begins and ends."""

PAUSE_S = 0.8
"""Standstill between forwards and backwards."""

RADII_M = (4.4, 4.9, 5.6, 6.4)
"""Turning circles of the rear axle: as tight as cars can, and wider."""

SAMPLE_M = 0.05
"""Between two poses of a manoeuvre."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the rear axle's way.

    Attributes:
        length_m: forwards; negative backwards.
        curvature: 1 / radius, positive to the left as the vehicle faces.
    """

    length_m: float
    curvature: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Manoeuvre:
    """A way out of a spot, up to where the vehicle stands along the lane.

    Attributes:
        pieces: of the rear axle's way from the spot on.
        lane_offset_m: how far to the left of the lane's centre line it then is.
        along_m: how far along the lane.
    """

    pieces: tuple[Piece, ...]
    lane_offset_m: float
    along_m: float


def poses(start: FloatArray, pieces: Sequence[Piece]) -> FloatArray:
    """Returns (K, 4) x, y, heading and way (negative backwards, summed up) of the rear axle, every few centimetres.

    Args:
        start: (3,) x, y and heading in the spot.
        pieces: of the way.
    """
    rows = [np.array([[*start, 0.0]])]
    x, y, heading = start
    way = 0.0
    for piece in pieces:
        count = max(int(np.ceil(abs(piece.length_m) / SAMPLE_M)), 1)
        step = np.linspace(0.0, piece.length_m, count + 1)[1:]
        turned = heading + piece.curvature * step
        if abs(piece.curvature) < 1e-9:
            xs, ys = x + step * np.cos(heading), y + step * np.sin(heading)
        else:
            xs = x + (np.sin(turned) - np.sin(heading)) / piece.curvature
            ys = y - (np.cos(turned) - np.cos(heading)) / piece.curvature
        rows.append(np.column_stack([xs, ys, turned, way + step]))
        x, y, heading, way = xs[-1], ys[-1], turned[-1], way + piece.length_m
    return np.concatenate(rows)


def ways_out(start: FloatArray, lane_point_m: FloatArray, lane_heading: float, offsets_m: Sequence[float]
             ) -> Iterator[tuple[tuple[Piece, ...], float]]:  # fmt: skip
    """Yields pieces that lead from a spot to beside a straight lane, and the offset from its centre line there.

    Args:
        start: (3,) the rear axle's x, y and heading in the spot.
        lane_point_m: (2,) any point of the lane's centre line.
        lane_heading: its direction.
        offsets_m: how far to the left of the centre line the vehicle may stand in the end.
    """
    left = np.array([-np.sin(lane_heading), np.cos(lane_heading)])
    aside_m = float((start[:2] - lane_point_m) @ left)
    turn = float(wrapped_rad(np.asarray(lane_heading - start[2])))
    for offset_m in offsets_m:
        for radius_m in RADII_M:
            if abs(turn) < 0.5:
                yield from _slide_out(offset_m - aside_m, radius_m, turn, offset_m)
            else:
                yield from _turn_out(offset_m - aside_m, radius_m, turn, float(start[2] - lane_heading), offset_m)


def _slide_out(
    across_m: float, radius_m: float, turn: float, offset_m: float
) -> Iterator[tuple[tuple[Piece, ...], float]]:
    """Yields ways out of a spot along the lane: back as far as there is room, then two opposite arcs."""
    share = 1.0 - abs(across_m) / (2 * radius_m)
    if share <= 0.0:
        return
    angle = np.arccos(share)
    side = np.sign(across_m)
    for back_m in (0.0, 0.3, 0.6, 0.9, 1.2):
        back = (Piece(-back_m),) if back_m else ()
        out = Piece(radius_m * (angle + side * turn / 2), side / radius_m)
        home = Piece(radius_m * (angle - side * turn / 2), -side / radius_m)
        yield (*back, out, home), offset_m


def _turn_out(across_m: float, radius_m: float, turn: float, heading: float, offset_m: float
              ) -> Iterator[tuple[tuple[Piece, ...], float]]:  # fmt: skip
    """Yields ways out of a spot across the lane: straight and an arc, forwards if it faces the lane, else backwards."""
    gear = 1.0 if np.sin(heading) * across_m > 0 else -1.0
    # On the arc the rear axle moves across the lane by radius * (1 - cos(angle to the lane)).
    arc_across_m = radius_m * (1.0 - np.cos(heading))
    straight_m = (abs(across_m) - arc_across_m) / abs(np.sin(heading))
    if straight_m >= 0.0:
        yield (Piece(gear * straight_m), Piece(gear * radius_m * abs(turn), gear * np.sign(turn) / radius_m)), offset_m


def timed(track: FloatArray) -> FloatArray:
    """Returns (K, 3) x, y and heading at instants one after the other, pausing where the direction changes.

    Args:
        track: (K, 4) poses and signed way.
    """
    step = np.diff(track[:, 3])
    parts = np.split(np.arange(len(step)), np.flatnonzero(np.diff(np.sign(step)) != 0) + 1)
    rows = [track[:1, :3]]
    for part in parts:
        piece = track[part[0] : part[-1] + 2]
        way_m = np.abs(piece[:, 3] - piece[0, 3])
        at_m = _eased(float(way_m[-1]))
        rows.append(np.column_stack([np.interp(at_m, way_m, piece[:, column]) for column in range(3)])[1:])
        rows.append(np.repeat(piece[-1:, :3], round(PAUSE_S / STEP_S), axis=0))
    return np.concatenate(rows)


def _eased(length_m: float) -> FloatArray:
    """Returns the way at instants from rest to rest."""
    peak = min(MANOEUVRE_MPS, np.sqrt(length_m * EASE_MPS2))
    ramp_s = peak / EASE_MPS2
    total_s = 2 * ramp_s + (length_m - peak * ramp_s) / peak if peak > 0 else STEP_S
    count = max(int(np.ceil(total_s / STEP_S)), 1)
    # Stretched to whole instants.
    seconds = np.linspace(0.0, total_s, count + 1)
    up = 0.5 * EASE_MPS2 * np.minimum(seconds, ramp_s) ** 2
    cruise = peak * np.clip(seconds - ramp_s, 0.0, total_s - 2 * ramp_s)
    down_s = np.clip(seconds - (total_s - ramp_s), 0.0, ramp_s)
    return np.asarray(up + cruise + peak * down_s - 0.5 * EASE_MPS2 * down_s**2)
