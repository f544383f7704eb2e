"""Reading the pairs of a calibration: pixels, and the surveyed places they show."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import Field, ValidationError

from roadside.config.datum import site_from_crs
from roadside.config.problems import problem_lines
from roadside.config.road_file import MAX_DISTANCE_M
from roadside.config.site_entries import Corner, Entry
from roadside.errors import CalibrationError
from roadside.geometry.arrays import FloatArray, frozen
from roadside.types.site import Site


class PairEntry(Entry):
    """``[[pair]]``: one place in the picture and in the world."""

    pixel: Corner
    world: Annotated[list[float], Field(min_length=2, max_length=3)]


class PairsFileEntry(Entry):
    """The whole file."""

    crs: str
    pair: list[PairEntry]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """N places in the picture and in the world.

    Attributes:
        pixels: (N, 2); pixel (0, 0) is the centre of the top-left one.
        points_m: (N, 3) site frame.
    """

    pixels: FloatArray
    points_m: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "pixels", frozen(self.pixels, "Pairs.pixels", (None, 2)))
        object.__setattr__(self, "points_m", frozen(self.points_m, "Pairs.points_m", (None, 3)))


def load_pairs(path: Path, site: Site) -> Pairs:
    """Returns the pairs of a file in the site frame; places without a height lie on the road.

    Raises:
        CalibrationError: the file cannot be used; one line for each mistake.
    """
    try:
        entry = PairsFileEntry.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise CalibrationError(f"{path}: must be a readable file, got: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CalibrationError(f"{path}: must be valid TOML, got: {error}") from error
    except ValidationError as error:
        raise CalibrationError("\n".join(f"{path}: {line}" for line in problem_lines(error, PairsFileEntry))) from error
    pixels = np.array([pair.pixel for pair in entry.pair], dtype=float).reshape(-1, 2)
    world = np.array([[*pair.world, np.nan][:3] for pair in entry.pair], dtype=float).reshape(-1, 3)
    try:
        points_m = _site_points(site, entry.crs, world)
    except ValueError as error:
        raise CalibrationError(f"{path}: {error}") from error
    far = np.flatnonzero(np.linalg.norm(points_m, axis=1) > MAX_DISTANCE_M)
    if far.size:
        wanted = f"within {MAX_DISTANCE_M / 1e3:g} km of the datum (east before north)"
        raise CalibrationError(f"{path}: pair[{far[0]}].world must lie {wanted}, got {entry.pair[far[0]].world}")
    return Pairs(pixels, points_m)


def _site_points(site: Site, crs: str, world: FloatArray) -> FloatArray:
    """Returns (N, 3) site metres of (N, 3) coordinates in ``crs``, whose height may be NaN."""
    given = np.isfinite(world[:, 2])
    points_m = world.copy()
    if crs != "site":
        heights_m = np.where(given, world[:, 2], site.frame.height_m)
        points_m = site_from_crs(site.frame, site.crs, crs, np.column_stack([world[:, :2], heights_m]))
    points_m[~given, 2] = site.road.surface.height_at(points_m[~given, :2])
    return points_m
