"""What a sensor gave, with its times, before anything was understood."""

from dataclasses import dataclass
from typing import Protocol

from roadside.geometry.arrays import ByteArray, FloatArray, frozen, rows


class Image(Protocol):
    """A decoded picture that can be had at any size; how it is scaled is the source's affair."""

    @property
    def width_px(self) -> int:
        """Width as the camera gave it."""

    @property
    def height_px(self) -> int:
        """Height as the camera gave it."""

    def rgb(self, width_px: int, height_px: int) -> ByteArray:
        """Returns a fresh (height_px, width_px, 3) RGB picture, scaled to that size."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One decoded camera frame.

    Attributes:
        sensor_id: the camera.
        time_ns: Unix epoch UTC of the exposure, as well as the source knows it.
        arrival_ns: when its bytes reached this host.
        image: the picture.
    """

    sensor_id: str
    time_ns: int
    arrival_ns: int
    image: Image


@dataclass(frozen=True, slots=True, eq=False)
class EncodedFrame:
    """One camera frame as it came: a single H.264 access unit in Annex B form, without B-frames.

    Attributes:
        sensor_id, time_ns, arrival_ns: as in ``Frame``.
        is_key: whether decoding can start here (parameter sets are included).
        data: the bytes.
    """

    sensor_id: str
    time_ns: int
    arrival_ns: int
    is_key: bool
    data: bytes


@dataclass(frozen=True, slots=True, eq=False)
class RadarScan:
    """One radar cycle: N targets in the radar's own frame (x forward, y left, z up).

    Attributes:
        sensor_id, time_ns, arrival_ns: as in ``Frame``.
        range_m: (N,) slant range.
        azimuth_rad: (N,) counter-clockwise from the boresight.
        elevation_rad: (N,) above the radar's x-y plane; NaN where the radar does not measure it.
        radial_speed_mps: (N,) positive moving away; NaN where not measured.
        rcs_dbsm: (N,) radar cross-section; NaN where not measured.
    """

    sensor_id: str
    time_ns: int
    arrival_ns: int
    range_m: FloatArray
    azimuth_rad: FloatArray
    elevation_rad: FloatArray
    radial_speed_mps: FloatArray
    rcs_dbsm: FloatArray

    def __post_init__(self) -> None:
        names = ("range_m", "azimuth_rad", "elevation_rad", "radial_speed_mps", "rcs_dbsm")
        arrays = {name: frozen(getattr(self, name), f"RadarScan.{name}", (None,)) for name in names}
        rows(len(self.range_m), arrays, "RadarScan")
        for name, array in arrays.items():
            object.__setattr__(self, name, array)

    def __len__(self) -> int:
        return len(self.range_m)
