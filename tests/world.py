"""A tiny world with exact road users and sensors whose noise is known, instead of mocks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from roadside.fusion.kalman import process_noise
from roadside.geometry.arrays import FloatArray
from roadside.types.observations import MeasurementKind, Measurements
from roadside.types.road_users import RoadUserClass

START_NS = 1_800_000_000_000_000_000
"""When every world begins."""


class Mover(Protocol):
    """Whatever a sensor can see."""

    @property
    def road_user_class(self) -> RoadUserClass: ...

    def is_there(self, time_s: float) -> bool: ...

    def state_at(self, time_s: float) -> FloatArray: ...


@dataclass(frozen=True)
class RoadUser:
    """Moves at constant speed, straight or on a circle.

    Attributes:
        position_m: footprint's centre at the start, site frame.
        velocity_mps: east and north at the start.
        turn_radps: of the velocity, counter-clockwise.
        appears_s, leaves_s: seconds since the start between which it is there.
    """

    position_m: tuple[float, float]
    velocity_mps: tuple[float, float]
    turn_radps: float = 0.0
    road_user_class: RoadUserClass = RoadUserClass.CAR
    appears_s: float = 0.0
    leaves_s: float = np.inf

    def is_there(self, time_s: float) -> bool:
        return self.appears_s <= time_s <= self.leaves_s

    def state_at(self, time_s: float) -> FloatArray:
        """Returns (4,) exact position and velocity."""
        start, velocity = complex(*self.position_m), complex(*self.velocity_mps)
        turned = np.exp(1j * self.turn_radps * time_s)
        along = time_s if self.turn_radps == 0.0 else (turned - 1.0) / (1j * self.turn_radps)
        position, now = start + velocity * along, velocity * turned
        return np.array([position.real, position.imag, now.real, now.imag])


@dataclass(frozen=True)
class Wanderer:
    """Is driven by exactly the white acceleration that the tracker's model assumes; known every ``step_s``."""

    states: FloatArray
    step_s: float
    road_user_class: RoadUserClass = RoadUserClass.CAR

    @staticmethod
    def drawn(
        rng: np.random.Generator,
        position_m: tuple[float, float],
        acceleration_sigma_mps2: float,
        speed_sigma_mps: float,
        steps: int,
        step_s: float,
    ) -> "Wanderer":
        """Returns one that starts at ``position_m`` with a random velocity."""
        drift = np.eye(4) + step_s * np.eye(4, k=2)
        noise = rng.multivariate_normal(
            np.zeros(4), process_noise(step_s, acceleration_sigma_mps2), steps, method="cholesky"
        )
        states = np.zeros((steps + 1, 4))
        states[0, :2] = position_m
        states[0, 2:] = rng.normal(0.0, speed_sigma_mps, 2)
        for step in range(steps):
            states[step + 1] = drift @ states[step] + noise[step]
        return Wanderer(states, step_s)

    def is_there(self, time_s: float) -> bool:
        return round(time_s / self.step_s) < len(self.states)

    def state_at(self, time_s: float) -> FloatArray:
        return self.states[round(time_s / self.step_s)]


@dataclass(frozen=True)
class WorldSensor:
    """Sees every road user, with Gaussian noise along and across its line of sight.

    Attributes:
        position_m: where it stands.
        along_sigma_m, across_sigma_m: of a position.
        radial_sigma_mps: of the radial speed; NaN for a camera, which also tells the class; a radar does not.
        period_s, offset_s: scans happen at ``offset_s + k * period_s``.
        miss_probability: of each road user in each scan.
        clutter_per_scan: mean number of false rows, spread evenly over the square of ``reach_m`` around the datum.
        bias_m: added to every position, and not told.
    """

    sensor_id: str = "camera-1"
    position_m: tuple[float, float] = (0.0, -30.0)
    along_sigma_m: float = 0.4
    across_sigma_m: float = 0.2
    radial_sigma_mps: float = float("nan")
    period_s: float = 0.1
    offset_s: float = 0.0
    miss_probability: float = 0.0
    clutter_per_scan: float = 0.0
    reach_m: float = 60.0
    bias_m: tuple[float, float] = field(default=(0.0, 0.0))

    def scan(self, users: Sequence[Mover], time_s: float, rng: np.random.Generator) -> Measurements:
        """Returns what it measures at ``time_s``, in random order."""
        seen = [user for user in users if user.is_there(time_s) and rng.random() >= self.miss_probability]
        clutter = rng.uniform(-self.reach_m, self.reach_m, (rng.poisson(self.clutter_per_scan), 2))
        states = np.concatenate(
            [
                np.array([user.state_at(time_s) for user in seen]).reshape(-1, 4),
                np.concatenate([clutter, rng.normal(0.0, 5.0, clutter.shape)], axis=1),
            ]
        )
        classes = [user.road_user_class for user in seen] + [RoadUserClass.CAR] * len(clutter)
        order = rng.permutation(len(states))
        return self._measured(states[order], np.array(classes, np.int64)[order], time_s, rng)

    def _measured(
        self, states: FloatArray, classes: np.ndarray, time_s: float, rng: np.random.Generator
    ) -> Measurements:
        sight = states[:, :2] - self.position_m
        sight /= np.linalg.norm(sight, axis=1, keepdims=True)
        axes = np.stack([sight, np.stack([-sight[:, 1], sight[:, 0]], axis=1)], axis=2)
        sigmas_m = np.array([self.along_sigma_m, self.across_sigma_m])
        noise_m = (axes @ rng.normal(0.0, sigmas_m, (len(states), 2))[:, :, None])[:, :, 0]
        is_radar = np.isfinite(self.radial_sigma_mps)
        radial_mps = (sight * states[:, 2:]).sum(axis=1) + rng.normal(0.0, np.nan_to_num(self.radial_sigma_mps))
        return measured(
            states[:, :2] + noise_m + self.bias_m,
            time_ns=START_NS + round(time_s * 1e9),
            sensor_id=self.sensor_id,
            covariance_m2=axes * sigmas_m**2 @ axes.swapaxes(1, 2),
            radial_speed_mps=radial_mps if is_radar else np.nan,
            radial_sigma_mps=self.radial_sigma_mps,
            line_of_sight=sight,
            classes=RoadUserClass.UNKNOWN if is_radar else classes,
        )


def scans(
    users: Sequence[Mover], sensors: Sequence[WorldSensor], duration_s: float, seed: int
) -> Iterator[tuple[int, Measurements]]:
    """Yields (place of the sensor, its measurements) in order of time; the same seed, the same rows."""
    rng = np.random.default_rng(seed)
    times = [
        (sensor.offset_s + step * sensor.period_s, index)
        for index, sensor in enumerate(sensors)
        for step in range(1 + int((duration_s - sensor.offset_s) / sensor.period_s + 1e-9))
    ]
    for time_s, index in sorted(times):
        yield index, sensors[index].scan(users, time_s, rng)


def measured(position_m: Any, time_ns: int = START_NS, sensor_id: str = "camera-1", **columns: Any) -> Measurements:
    """Returns measurements at (N, 2) positions; a column is what is given, or a plain car seen with 0.3 m sigma."""
    position_m = np.array(position_m, dtype=float).reshape(-1, 2)
    usual: dict[str, Any] = {
        "kind": MeasurementKind.POSITION,
        "position_m": position_m,
        "covariance_m2": 0.09 * np.eye(2),
        "radial_speed_mps": np.nan,
        "radial_sigma_mps": np.nan,
        "line_of_sight": np.array([1.0, 0.0]),
        "heading_rad": np.nan,
        "size_m": np.full(3, np.nan),
        "classes": RoadUserClass.CAR,
        "confidence": 0.8,
    }
    shapes = {"position_m": (2,), "covariance_m2": (2, 2), "line_of_sight": (2,), "size_m": (3,)}
    full = {
        name: np.broadcast_to(columns.pop(name, value), (len(position_m), *shapes.get(name, ()))).copy()
        for name, value in usual.items()
    }
    if columns:
        raise TypeError(f"measured() got unknown columns {sorted(columns)}")
    return Measurements(sensor_id, time_ns, time_ns, **full)
