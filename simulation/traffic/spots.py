"""Which parking spots are taken, instant by instant."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import median_filter

from roadside.geometry.arrays import BoolArray, FloatArray, IntArray, frozen
from roadside.types.road_users import RoadUserClass
from simulation.traffic.table import ON_WHEELS
from simulation.types.bodies import CLASS_OF_BODY, SIZE_OF_BODY_M
from simulation.types.trajectories import Trajectories
from simulation.types.world import ParkingSpot, World

COVERED = 0.3
"""A spot is taken where a vehicle's footprint covers at least this share of it; a person in it does not take it."""

SAMPLES = 12
"""Points along and across a spot at which covering is measured."""

SETTLED = 15
"""Instants over which the more frequent state holds: a vehicle on the edge of covering is no change to and fro."""


@dataclass(frozen=True, slots=True, eq=False)
class SpotTimeline:
    """Which spots are taken over a span.

    Attributes:
        step_s: from one instant to the next; the first is second 0.
        spot_ids: N spots.
        occupied: (T, N) whether each was taken at each instant.
    """

    step_s: float
    spot_ids: tuple[str, ...]
    occupied: BoolArray

    def __post_init__(self) -> None:
        wanted = (None, len(self.spot_ids))
        object.__setattr__(self, "occupied", frozen(self.occupied, "SpotTimeline.occupied", wanted, np.bool_))

    def at(self, time_s: float) -> tuple[tuple[str, ...], BoolArray]:
        """Returns the spots, and (N,) whether each is taken at a second."""
        instant = min(max(int(time_s / self.step_s + 1e-6), 0), len(self.occupied) - 1)
        return self.spot_ids, self.occupied[instant]


def spot_timeline(world: World, trajectories: Trajectories) -> SpotTimeline | None:
    """Returns which spots of a world vehicles cover; None where it has none."""
    if not world.parking_spots:
        return None
    kinds = CLASS_OF_BODY[trajectories.bodies]
    vehicles = np.isin(kinds, (*ON_WHEELS, RoadUserClass.TRICYCLE))
    occupied = np.zeros((trajectories.instant_count, len(world.parking_spots)), dtype=bool)
    for number, spot in enumerate(world.parking_spots):
        reach_m = np.hypot(spot.length_m, spot.width_m) / 2 + 7.0
        near = vehicles & (np.abs(trajectories.position_m[:, :2] - spot.centre_m).max(axis=1) < reach_m)
        rows = np.flatnonzero(near)
        if len(rows):
            share = _shares(spot, trajectories, rows)
            occupied[trajectories.instants[rows[share >= COVERED]], number] = True
    occupied = median_filter(occupied, size=(SETTLED, 1), mode="nearest")
    return SpotTimeline(trajectories.step_s, tuple(spot.spot_id for spot in world.parking_spots), occupied)


def _shares(spot: ParkingSpot, trajectories: Trajectories, rows: IntArray) -> FloatArray:
    """Returns (R,) the covered share at rows of trajectories; whoever does not move is measured once."""
    poses = np.column_stack(
        [
            trajectories.position_m[rows, :2],
            trajectories.heading_rad[rows],
            SIZE_OF_BODY_M[trajectories.bodies[rows], :2],
        ]
    )
    single, which = np.unique(poses, axis=0, return_inverse=True)
    return covered_share(spot, single[:, :2], single[:, 2], single[:, 3:])[which.ravel()]


def covered_share(spot: ParkingSpot, position_m: FloatArray, heading_rad: FloatArray, size_m: FloatArray) -> FloatArray:
    """Returns (R,) the share of a spot that each of R footprints covers, counted at a grid of points."""
    steps = (np.arange(SAMPLES) + 0.5) / SAMPLES - 0.5
    along, across = (grid.ravel() for grid in np.meshgrid(steps * spot.length_m, steps * spot.width_m))
    cos, sin = np.cos(spot.heading_rad), np.sin(spot.heading_rad)
    points = spot.centre_m + np.column_stack([along * cos - across * sin, along * sin + across * cos])
    offset = points[None] - position_m[:, None]
    cos, sin = np.cos(heading_rad)[:, None], np.sin(heading_rad)[:, None]
    ahead = np.abs(offset[..., 0] * cos + offset[..., 1] * sin)
    aside = np.abs(offset[..., 1] * cos - offset[..., 0] * sin)
    inside = (ahead < size_m[:, :1] / 2) & (aside < size_m[:, 1:] / 2)
    return np.asarray(inside.mean(axis=1))
