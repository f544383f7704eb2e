"""The site file as it is written: every key with its type, its limits and its default, in file units.

Unknown keys are mistakes. Angles are degrees; an azimuth is a compass bearing, clockwise from north.
"""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from roadside.config.datum import datum_of, supported_crs
from roadside.types.site import OrderSettings, TrackingSettings

_TRACKING = TrackingSettings()
_ORDER = OrderSettings()


def _supported_crs(crs: str) -> str:
    if datum_of(crs) is None:
        raise PydanticCustomError("unsupported_crs", "one of {known}", {"known": supported_crs()})
    return crs


Id = Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
Text = Annotated[str, Field(min_length=1)]
Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]
Azimuth = Annotated[float, Field(ge=-360, le=360)]
Pitch = Annotated[float, Field(ge=-90, le=90)]
Roll = Annotated[float, Field(ge=-180, le=180)]
Epoch = Annotated[float, Field(ge=1980, le=2100)]
Position = Annotated[list[float], Field(min_length=3, max_length=3)]
Corner = Annotated[list[float], Field(min_length=2, max_length=2)]
Polygon = Annotated[list[Corner], Field(min_length=3)]


class Entry(BaseModel):
    """A table of the site file: strict types, finite numbers, no unknown keys."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class SiteEntry(Entry):
    """``[site]``."""

    id: Id
    name: Text


class DatumEntry(Entry):
    """``[datum]``: where the site frame begins, and in which coordinate reference system."""

    crs: Annotated[str, AfterValidator(_supported_crs)]
    epoch: Epoch
    latitude_deg: Annotated[float, Field(ge=-85, le=85)]
    longitude_deg: Annotated[float, Field(ge=-180, le=180)]
    height_m: Annotated[float, Field(ge=-500, le=9000)]
    wire_epoch: Epoch | None = None


class CalibrationEntry(Entry):
    """``[camera.calibration]``: what ``roadside calibrate`` found out; for people, nothing is computed from it."""

    date: date
    method: Text
    pairs: Count
    inliers: Count
    reprojection_rms_px: NotNegative
    ground_sigma_at_30_m: NotNegative
    focal_sigma_px: NotNegative | None = None


class CameraEntry(Entry):
    """``[[camera]]``."""

    id: Id
    source: str = ""
    model: Text
    width_px: Count
    height_px: Count
    fx_px: Positive
    fy_px: Positive
    cx_px: float
    cy_px: float
    distortion: Annotated[list[float], Field(min_length=5, max_length=5)] = [0.0, 0.0, 0.0, 0.0, 0.0]
    position_m: Position
    azimuth_deg: Azimuth
    pitch_deg: Pitch
    roll_deg: Roll = 0.0
    box_sigma_px: Positive = 2.0
    pitch_sigma_deg: NotNegative = 0.1
    height_sigma_m: NotNegative = 0.05
    min_confidence: Share = 0.3
    max_range_m: Positive = 100.0
    coverage_m: Polygon | None = None
    calibration: CalibrationEntry | None = None


class RadarEntry(Entry):
    """``[[radar]]``."""

    id: Id
    source: str = ""
    position_m: Position
    azimuth_deg: Azimuth
    pitch_deg: Pitch = 0.0
    roll_deg: Roll = 0.0
    range_sigma_m: Positive
    azimuth_sigma_deg: Positive
    radial_speed_sigma_mps: Positive
    field_of_view_deg: Annotated[float, Field(gt=0, le=360)]
    max_range_m: Positive
    coverage_m: Polygon | None = None


class TrackingEntry(Entry):
    """``[tracking]``."""

    acceleration_sigma_mps2: Positive = _TRACKING.acceleration_sigma_mps2
    initial_speed_sigma_mps: Positive = _TRACKING.initial_speed_sigma_mps
    gate_probability: Annotated[float, Field(gt=0, lt=1)] = _TRACKING.gate_probability
    confirm_hits: Count = _TRACKING.confirm_hits
    confirm_within_ms: Positive = _TRACKING.confirm_within_s * 1e3
    coast_ms: Positive = _TRACKING.coast_s * 1e3


class OrderEntry(Entry):
    """``[order]``."""

    grid_ms: Count = _ORDER.grid_ns // 1_000_000
    wait_ms: Annotated[int, Field(ge=0)] = _ORDER.wait_ns // 1_000_000
    silent_after_ms: Count = _ORDER.silent_after_ns // 1_000_000


class SizeEntry(Entry):
    """``[sizes.CLASS]``: what differs from the defaults of ``roadside.types.road_users``."""

    length_m: Positive | None = None
    width_m: Positive | None = None
    height_m: Positive | None = None
    length_sigma_m: Positive | None = None
    width_sigma_m: Positive | None = None
    height_sigma_m: Positive | None = None


class SiteFileEntry(Entry):
    """The whole file."""

    format: int
    road: Text
    site: SiteEntry
    datum: DatumEntry
    camera: list[CameraEntry] = []
    radar: list[RadarEntry] = []
    tracking: TrackingEntry = TrackingEntry()
    order: OrderEntry = OrderEntry()
    sizes: dict[str, SizeEntry] = {}
