"""The clusters that an ARS408 makes of one cycle's echoes, with its errors and what it thinks of them."""

from dataclasses import dataclass, replace

import numpy as np

from roadside.geometry.arrays import BoolArray, Column, FloatArray, IntArray, freeze_columns
from simulation.sensors.ars408_echoes import (
    Echoes,
    Fixtures,
    fixture_echoes,
    mirror_echoes,
    noise_echoes,
    rain_echoes,
    road_user_echoes,
)
from simulation.sensors.ars408_messages import AmbigState, DynProp
from simulation.sensors.ars408_plan import Ars408Plan
from simulation.sensors.boxes import side_points
from simulation.sensors.mirrors import mirror_images
from simulation.sensors.reflections import seen_reflections
from simulation.types.actors import Actors
from simulation.types.world import Building

SPEED_SIGMA_MPS = 0.03
"""0.1 km/h: the maker's published accuracy."""

STILL_MPS = 0.4
"""Clusters that are slower along the line of sight count as still."""

HEAVY_RAIN_LOSS_DB_PER_KM = 10.0
"""One way, 25 mm/h at 77 GHz (ITU-R P.838-3)."""

CLUSTER_COLUMNS: tuple[Column, ...] = (
    ("source_ids", (), np.int64),
    ("is_far", (), np.bool_),
    ("range_m", (), np.float64),
    ("azimuth_rad", (), np.float64),
    ("radial_speed_mps", (), np.float64),
    ("rcs_dbsm", (), np.float64),
    ("range_sigma_m", (), np.float64),
    ("azimuth_sigma_rad", (), np.float64),
    ("invalid_states", (), np.int64),
    ("false_alarm", (), np.float64),
    ("ambig_states", (), np.int64),
    ("dyn_props", (), np.int64),
)
"""Name, shape of one row and element type of every column of ``Clusters``, in constructor order."""


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """N clusters of one cycle, those of the near beam first, each beam by range.

    Attributes:
        source_ids: (N,) as in ``Echoes``; no radar knows it.
        is_far: (N,) of which beam.
        range_m, azimuth_rad, radial_speed_mps, rcs_dbsm: (N,) as measured, in the radar's frame.
        range_sigma_m, azimuth_sigma_rad: (N,) standard deviations.
        invalid_states: (N,) numbers of the DBC file's table.
        false_alarm: (N,) probability that it is none, as the radar thinks.
        ambig_states: (N,) ``AmbigState`` numbers.
        dyn_props: (N,) ``DynProp`` numbers.
    """

    source_ids: IntArray
    is_far: BoolArray
    range_m: FloatArray
    azimuth_rad: FloatArray
    radial_speed_mps: FloatArray
    rcs_dbsm: FloatArray
    range_sigma_m: FloatArray
    azimuth_sigma_rad: FloatArray
    invalid_states: IntArray
    false_alarm: FloatArray
    ambig_states: IntArray
    dyn_props: IntArray

    def __post_init__(self) -> None:
        freeze_columns(self, CLUSTER_COLUMNS)

    def __len__(self) -> int:
        return len(self.source_ids)


def clusters(
    plan: Ars408Plan,
    street: Fixtures,
    actors: Actors,
    buildings: tuple[Building, ...],
    rain: float,
    rng: np.random.Generator,
) -> Clusters:
    """Returns the clusters of one cycle, all of them.

    Args:
        plan: of the radar.
        street: what stands beside the road.
        actors: everything on the road.
        buildings: what hides and mirrors.
        rain: 0 none to 1 heavy.
        rng: where all chance comes from.
    """
    sides = side_points(plan.site_from_radar.translation_m, actors, buildings)
    near, far = (
        replace(beam, optics=replace(beam.optics, rain_loss_db_per_km=HEAVY_RAIN_LOSS_DB_PER_KM * rain))
        for beam in (plan.near, plan.far)
    )
    wet = replace(plan, near=near, far=far)
    parts = [rain_echoes(wet, rain, rng), noise_echoes(wet, rng)]
    for beam in (near, far):
        seen = seen_reflections(plan.site_from_radar, beam.optics, actors, sides)
        images = mirror_images(plan.site_from_radar, beam.optics, seen, actors, buildings)
        parts.append(fixture_echoes(wet, beam, street, rng))
        parts.append(road_user_echoes(wet, beam, seen, actors, sides, rng))
        parts.append(mirror_echoes(wet, beam, seen, images, rng))
    echoes = Echoes(*(np.concatenate([getattr(part, name) for part in parts]) for name in Echoes.__slots__))
    return _measured(wet, echoes, rng)


def _measured(plan: Ars408Plan, echoes: Echoes, rng: np.random.Generator) -> Clusters:
    """Returns the echoes with the radar's errors and what it thinks of them, in the order in which it sends them."""
    count = len(echoes)
    noise = rng.standard_normal((3, count))
    range_sigma_m = np.where(echoes.is_far, plan.far.range_sigma_m, plan.near.range_sigma_m)
    azimuth_sigma_rad = np.zeros(count)
    for beam, rows in ((plan.near, ~echoes.is_far), (plan.far, echoes.is_far)):
        edge = (echoes.azimuth_rad[rows] / beam.optics.half_azimuth_rad) ** 2
        growth_rad = beam.edge_azimuth_sigma_rad - beam.azimuth_sigma_rad
        azimuth_sigma_rad[rows] = beam.azimuth_sigma_rad + growth_rad * edge
    states, slip_mps = _ambiguity(plan, count, rng)
    speed_mps = echoes.radial_speed_mps + SPEED_SIGMA_MPS * noise[2] + slip_mps
    range_m = np.maximum(echoes.range_m + range_sigma_m * noise[0], 0.2)
    order = np.lexsort((range_m, echoes.is_far))
    return Clusters(
        source_ids=echoes.source_ids[order],
        is_far=echoes.is_far[order],
        range_m=range_m[order],
        azimuth_rad=(echoes.azimuth_rad + azimuth_sigma_rad * noise[1])[order],
        radial_speed_mps=speed_mps[order],
        rcs_dbsm=echoes.rcs_dbsm[order],
        range_sigma_m=range_sigma_m[order],
        azimuth_sigma_rad=azimuth_sigma_rad[order],
        invalid_states=echoes.invalid_states[order],
        false_alarm=echoes.false_alarm[order],
        ambig_states=states[order],
        dyn_props=_dyn_props(speed_mps, rng)[order],
    )


def _ambiguity(plan: Ars408Plan, count: int, rng: np.random.Generator) -> tuple[IntArray, FloatArray]:
    """Returns (N,) states of the Doppler ambiguity, and (N,) how wrong the speed is for it.

    Half of the ambiguous speeds are wrong by one interval, and so is one in twenty that one ramp alone told apart.
    """
    lot, luck, side = rng.random((3, count))
    is_ambiguous = lot < plan.ambiguous_share
    is_staggered = ~is_ambiguous & (lot < plan.ambiguous_share + plan.staggered_share)
    states = np.select(
        [is_ambiguous, is_staggered], [AmbigState.AMBIGUOUS, AmbigState.STAGGERED_RAMP], AmbigState.UNAMBIGUOUS
    )
    is_wrong = (is_ambiguous & (luck < 0.5)) | (is_staggered & (luck < 0.05))
    return states.astype(np.int64), np.where(is_wrong, np.where(side < 0.5, 1.0, -1.0) * plan.ambiguity_mps, 0.0)


def _dyn_props(speed_mps: FloatArray, rng: np.random.Generator) -> IntArray:
    """Returns (N,) ``DynProp`` numbers: a cluster shows its radial speed only, so what crosses squarely seems still."""
    candidate = rng.random(len(speed_mps)) < 0.1
    still = np.where(candidate, DynProp.STATIONARY_CANDIDATE, DynProp.STATIONARY)
    moving = np.where(speed_mps < 0.0, DynProp.ONCOMING, DynProp.MOVING)
    return np.where(np.abs(speed_mps) < STILL_MPS, still, moving).astype(np.int64)
