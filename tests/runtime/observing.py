"""Observations and readers for the tests of what stands around the fold."""

from concurrent.futures import Future

from roadside.runtime.line import Made
from roadside.types.observations import Measurements, Observation
from tests.world import measured

START_NS = 1_800_000_000_000_000_000
MS = 1_000_000


def at(arrival_ms: int, sensor_id: str = "camera-north", taken_ms: int | None = None) -> Measurements:
    """One car, measured ``taken_ms`` after the start (by default when it arrived)."""
    time_ns = START_NS + (arrival_ms if taken_ms is None else taken_ms) * MS
    seen = measured([[0.0, 20.0]], time_ns=time_ns, sensor_id=sensor_id)
    return Measurements(
        seen.sensor_id, time_ns, START_NS + arrival_ms * MS, seen.kind, seen.position_m, seen.covariance_m2,
        seen.radial_speed_mps, seen.radial_sigma_mps, seen.line_of_sight, seen.heading_rad, seen.size_m, seen.classes,
        seen.confidence,
    )  # fmt: skip


def ready(observation: Observation) -> "Future[Made]":
    future: Future[Made] = Future()
    future.set_result(Made(observation, 0, 0))
    return future


def arrival_ms(observation: Observation) -> int:
    return (observation.arrival_ns - START_NS) // MS
