"""The part of the road that a sensor watches, worked out from its pose where the site file names none."""

import numpy as np

from roadside.geometry.arrays import BoolArray, FloatArray
from roadside.geometry.camera import PinholeCamera
from roadside.geometry.pose import Pose
from roadside.geometry.surface import RoadSurface

DIRECTIONS = 12
"""Of the finished polygon: a near and a far corner in each."""

SEARCH_DIRECTIONS = 720
"""Half a degree apart, to find the first and the last direction with road in view."""

RANGES = 400


def camera_coverage(
    camera: PinholeCamera, site_from_camera: Pose, surface: RoadSurface, max_range_m: float
) -> FloatArray | None:
    """Returns the (K, 2) polygon of road in view within ``max_range_m``, site frame; None if no road is.

    Buildings and the height of road users are not known here.
    """
    camera_from_site = site_from_camera.inverse()
    centre_m = site_from_camera.translation_m[:2]
    ranges_m = np.linspace(max_range_m / RANGES, max_range_m, RANGES)
    forward = site_from_camera.rotation[:2, 2] - site_from_camera.rotation[:2, 1] * 1e-6
    heading_rad = float(np.arctan2(forward[1], forward[0]))

    def visible(offsets_rad: FloatArray) -> BoolArray:
        """Returns (directions, ranges) whether the road there is in the picture."""
        position = centre_m + ranges_m[:, None] * _unit(heading_rad + offsets_rad)[:, None, :]
        road = np.concatenate([position, surface.height_at(position)[..., None]], axis=-1)
        return camera.contains(camera.project(camera_from_site.transform(road)))

    search = np.linspace(-np.pi, np.pi, SEARCH_DIRECTIONS, endpoint=False)
    seen = search[visible(search).any(axis=1)]
    if len(seen) < 2:
        return None
    if len(seen) == SEARCH_DIRECTIONS:  # looks straight down: a ring of far corners, without a hole
        offsets = np.linspace(-np.pi, np.pi, 2 * DIRECTIONS, endpoint=False)
        far_m = ranges_m[RANGES - 1 - visible(offsets)[:, ::-1].argmax(axis=1)]
        return np.asarray(centre_m + far_m[:, None] * _unit(heading_rad + offsets))
    offsets = np.linspace(seen.min(), seen.max(), DIRECTIONS)
    mask = visible(offsets)
    offsets, mask = offsets[mask.any(axis=1)], mask[mask.any(axis=1)]
    directions = _unit(heading_rad + offsets)
    near = centre_m + ranges_m[mask.argmax(axis=1)][:, None] * directions
    far = centre_m + ranges_m[RANGES - 1 - mask[:, ::-1].argmax(axis=1)][:, None] * directions
    return np.concatenate([far, near[::-1]])


def radar_coverage(site_from_radar: Pose, field_of_view_rad: float, max_range_m: float) -> FloatArray:
    """Returns the (K, 2) polygon of a radar's field of view on the ground: a sector, or a circle."""
    centre_m, forward = site_from_radar.translation_m[:2], site_from_radar.rotation[:2, 0]
    heading_rad = float(np.arctan2(forward[1], forward[0]))
    if field_of_view_rad >= 2 * np.pi:
        offsets = np.linspace(-np.pi, np.pi, 2 * DIRECTIONS, endpoint=False)
        return np.asarray(centre_m + max_range_m * _unit(heading_rad + offsets))
    offsets = np.linspace(-field_of_view_rad / 2, field_of_view_rad / 2, 2 * DIRECTIONS - 1)
    return np.concatenate([centre_m[None], centre_m + max_range_m * _unit(heading_rad + offsets)])


def polygon_area_m2(polygon_m: FloatArray) -> float:
    """Returns the area of a (K, 2) polygon in square metres, by the shoelace formula."""
    x, y = polygon_m[:, 0], polygon_m[:, 1]
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)


def _unit(angles_rad: FloatArray) -> FloatArray:
    return np.stack([np.cos(angles_rad), np.sin(angles_rad)], axis=-1)
