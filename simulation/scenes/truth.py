"""What was really there, in the words of recordings."""

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray
from roadside.types.truth import Truth
from simulation.types.actors import Actors

MILLIMETRE = 1.0 / 1024
"""Positions, speeds and headings are told to about a millimetre, a millimetre per second and a milliradian: binary
fractions, whose many zeros a recording packs well."""


def truth_at(
    time_ns: int,
    actors: Actors,
    camera_ids: tuple[str, ...],
    seen: tuple[dict[int, int], ...],
    centre_m: FloatArray,
    radius_m: float,
) -> Truth:
    """Returns the truth of one instant, of everybody near a site.

    Args:
        time_ns: Unix epoch UTC of the instant.
        actors: who is there.
        camera_ids: the C cameras.
        seen: object id to visible pixels, for each camera; a missing id was not seen.
        centre_m: (2,) middle of the site.
        radius_m: whoever is farther away is left out.
    """
    near = actors.select(np.linalg.norm(actors.position_m[:, :2] - centre_m, axis=1) <= radius_m)
    return Truth(
        time_ns=time_ns,
        camera_ids=camera_ids,
        object_ids=near.object_ids.copy(),
        classes=near.classes,
        position_m=_told(near.position_m),
        velocity_mps=_told(near.velocity_mps),
        heading_rad=_told(near.heading_rad),
        size_m=near.size_m,
        visible_px=_visible_px(near.object_ids, seen),
    )


def _told(values: FloatArray) -> FloatArray:
    return np.asarray(np.round(values / MILLIMETRE) * MILLIMETRE)


def _visible_px(object_ids: IntArray, seen: tuple[dict[int, int], ...]) -> IntArray:
    pixels = [[of_camera.get(object_id, 0) for of_camera in seen] for object_id in object_ids.tolist()]
    return np.array(pixels, dtype=np.int64).reshape(len(object_ids), len(seen))
