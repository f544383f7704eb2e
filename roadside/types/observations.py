"""Everything the fold is fed: a closed union, each kind with the time it speaks of and the time it arrived."""

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

import numpy as np

from roadside.geometry.arrays import BoolArray, FloatArray, IntArray, freeze_columns, frozen


class MeasurementKind(IntEnum):
    """What a measurement says about where a road user is."""

    POSITION = 0
    """The footprint's centre; may start a track."""
    BEARING = 1
    """Mostly a direction (a cut-off or covered box): its covariance is long along the ray; never starts a track."""


@dataclass(frozen=True, slots=True, eq=False)
class Measurements:
    """N measurements of one sensor at one instant, in the site frame.

    A state x = (east, north, east velocity, north velocity) predicts row *i* as its position, and, where the
    radial speed is finite, as ``line_of_sight[i] @ velocity``.

    Attributes:
        sensor_id: the camera or radar.
        time_ns: Unix epoch UTC of the physical measurement.
        arrival_ns: when its bytes reached this host; lateness is judged by it.
        kind: (N,) ``MeasurementKind`` numbers.
        position_m: (N, 2) centre of the footprint.
        covariance_m2: (N, 2, 2) of the position.
        radial_speed_mps: (N,) horizontal speed away from the sensor; NaN where not measured.
        radial_sigma_mps: (N,) its standard deviation; NaN where not measured.
        line_of_sight: (N, 2) horizontal unit vector from the sensor to the road user.
        heading_rad: (N,) direction of the long axis, counter-clockwise from east, known up to half a turn; NaN
            where unknown.
        size_m: (N, 3) length, width, height; NaN where unknown.
        classes: (N,) ``RoadUserClass`` numbers.
        confidence: (N,) 0 to 1, the sensor's own.
    """

    sensor_id: str
    time_ns: int
    arrival_ns: int
    kind: IntArray
    position_m: FloatArray
    covariance_m2: FloatArray
    radial_speed_mps: FloatArray
    radial_sigma_mps: FloatArray
    line_of_sight: FloatArray
    heading_rad: FloatArray
    size_m: FloatArray
    classes: IntArray
    confidence: FloatArray

    def __post_init__(self) -> None:
        freeze_columns(self, MEASUREMENT_COLUMNS)

    def __len__(self) -> int:
        return len(self.kind)

    def select(self, mask: BoolArray) -> "Measurements":
        """Returns the rows where (N,) ``mask`` is true."""
        rows = mask.nonzero()[0]
        columns = [getattr(self, name).take(rows, axis=0) for name, _, _ in MEASUREMENT_COLUMNS]
        return Measurements(self.sensor_id, self.time_ns, self.arrival_ns, *columns)


MEASUREMENT_COLUMNS: tuple[tuple[str, tuple[int, ...], type], ...] = (
    ("kind", (), np.int64),
    ("position_m", (2,), np.float64),
    ("covariance_m2", (2, 2), np.float64),
    ("radial_speed_mps", (), np.float64),
    ("radial_sigma_mps", (), np.float64),
    ("line_of_sight", (2,), np.float64),
    ("heading_rad", (), np.float64),
    ("size_m", (3,), np.float64),
    ("classes", (), np.int64),
    ("confidence", (), np.float64),
)
"""Name, shape of one row and element type of every column of ``Measurements``, in constructor order."""


class SignalPhase(IntEnum):
    """State of a signal group; numbers of the Chinese SPAT (LightState), 3 red to 7 yellow."""

    UNAVAILABLE = 0
    DARK = 1
    FLASHING_RED = 2
    RED = 3
    FLASHING_GREEN = 4
    GREEN_PERMISSIVE = 5
    GREEN_PROTECTED = 6
    YELLOW = 7
    FLASHING_YELLOW = 8


@dataclass(frozen=True, slots=True, eq=False)
class SignalStates:
    """What the signal groups of one controller show.

    Attributes:
        sensor_id: the controller.
        time_ns, arrival_ns: as in ``Measurements``.
        group_ids: N signal groups.
        phases: (N,) ``SignalPhase`` numbers.
    """

    sensor_id: str
    time_ns: int
    arrival_ns: int
    group_ids: tuple[str, ...]
    phases: IntArray

    def __post_init__(self) -> None:
        phases = frozen(self.phases, "SignalStates.phases", (len(self.group_ids),), np.int64)
        object.__setattr__(self, "phases", phases)


@dataclass(frozen=True, slots=True, eq=False)
class Environment:
    """What the pole's weather, water and ground sensors read.

    Attributes:
        sensor_id, time_ns, arrival_ns: as in ``Measurements``.
        quantities: N names with their units, such as ``"water_depth_m"`` or ``"visibility_m"``.
        values: (N,) readings.
    """

    sensor_id: str
    time_ns: int
    arrival_ns: int
    quantities: tuple[str, ...]
    values: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", frozen(self.values, "Environment.values", (len(self.quantities),)))


@dataclass(frozen=True, slots=True, eq=False)
class SpotEvidence:
    """What the spot classifier thinks of N parking spots in one frame.

    Attributes:
        sensor_id, time_ns, arrival_ns: as in ``Measurements``.
        spot_ids: the spots.
        occupied_probability: (N,) 0 to 1; NaN where the spot could not be seen.
    """

    sensor_id: str
    time_ns: int
    arrival_ns: int
    spot_ids: tuple[str, ...]
    occupied_probability: FloatArray

    def __post_init__(self) -> None:
        name, wanted = "occupied_probability", (len(self.spot_ids),)
        object.__setattr__(self, name, frozen(self.occupied_probability, f"SpotEvidence.{name}", wanted))


@dataclass(frozen=True, slots=True, eq=False)
class NeighbourObjects:
    """Road users that a neighbouring pole perceives, in this site's frame.

    Attributes:
        sensor_id: the neighbour's site id.
        time_ns, arrival_ns: as in ``Measurements``.
        track_ids: (N,) ids the neighbour gave.
        states: (N, 4) east and north position (m) and velocity (m/s).
        covariances: (N, 4, 4) of the states.
        classes: (N,) ``RoadUserClass`` numbers.
    """

    sensor_id: str
    time_ns: int
    arrival_ns: int
    track_ids: IntArray
    states: FloatArray
    covariances: FloatArray
    classes: IntArray

    def __post_init__(self) -> None:
        ids = frozen(self.track_ids, "NeighbourObjects.track_ids", (None,), np.int64)
        object.__setattr__(self, "track_ids", ids)
        for name, shape, dtype in (
            ("states", (4,), float),
            ("covariances", (4, 4), float),
            ("classes", (), np.int64),
        ):
            array = frozen(getattr(self, name), f"NeighbourObjects.{name}", (len(ids), *shape), dtype)
            object.__setattr__(self, name, array)


@dataclass(frozen=True, slots=True, eq=False)
class VehicleReport:
    """What one connected vehicle says of itself.

    Attributes:
        sensor_id: the vehicle's temporary id.
        time_ns, arrival_ns: as in ``Measurements``.
        state: (4,) east and north position (m) and velocity (m/s) of its footprint's centre.
        covariance: (4, 4) of the state.
        size_m: (3,) length, width, height; NaN where unknown.
        road_user_class: what it is.
    """

    sensor_id: str
    time_ns: int
    arrival_ns: int
    state: FloatArray
    covariance: FloatArray
    size_m: FloatArray
    road_user_class: int

    def __post_init__(self) -> None:
        for name, shape in (("state", (4,)), ("covariance", (4, 4)), ("size_m", (3,))):
            object.__setattr__(self, name, frozen(getattr(self, name), f"VehicleReport.{name}", shape))


class OperatorAction(IntEnum):
    """What an operator decided."""

    UNSPECIFIED = 0
    CONFIRM_EVENT = 1
    REJECT_EVENT = 2
    CLOSE_SPOT = 3
    OPEN_SPOT = 4


@dataclass(frozen=True, slots=True, eq=False)
class OperatorCommand:
    """A person's word on an event or a parking spot.

    Attributes:
        sensor_id: who said it (an operator's account).
        time_ns, arrival_ns: as in ``Measurements``.
        action: what was decided.
        target_id: the event or spot.
        comment: free text.
    """

    sensor_id: str
    time_ns: int
    arrival_ns: int
    action: OperatorAction
    target_id: str
    comment: str


class SensorState(IntEnum):
    """How a sensor is doing."""

    UNKNOWN = 0
    """Not heard of yet."""
    OK = 1
    DEGRADED = 2
    SILENT = 3


@dataclass(frozen=True, slots=True, eq=False)
class SensorHealth:
    """A source's word on its own sensor: it (re)connected, lost the stream, dropped or repaired frames.

    Attributes:
        sensor_id, time_ns, arrival_ns: as in ``Measurements``.
        state: how it is doing.
        detail: one line for the integrator.
        dropped_total: frames this host threw away since start because it was too busy.
        repaired_total: timestamps put right since start.
    """

    sensor_id: str
    time_ns: int
    arrival_ns: int
    state: SensorState
    detail: str
    dropped_total: int
    repaired_total: int


@dataclass(frozen=True, slots=True, eq=False)
class Tick:
    """Time passed: the driver's clock says ``time_ns``. Without it nothing ages and no scene appears.

    Attributes:
        time_ns: Unix epoch UTC, on the same axis as ``arrival_ns``.
    """

    time_ns: int

    @property
    def arrival_ns(self) -> int:
        """A tick arrives when it speaks."""
        return self.time_ns


Observation: TypeAlias = (
    Measurements
    | SignalStates
    | Environment
    | SpotEvidence
    | NeighbourObjects
    | VehicleReport
    | OperatorCommand
    | SensorHealth
    | Tick
)
