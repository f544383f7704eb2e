"""Exact labels of a picture."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import find_objects

from roadside.geometry.arrays import FloatArray, IntArray
from roadside.geometry.camera import PinholeCamera
from roadside.geometry.pose import Pose
from simulation.pictures.view import View
from simulation.types.actors import Actors


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """What a picture shows of each actor; row *i* is the actors' row *i*.

    Boxes are left, top, right and bottom edges in continuous pixels, the centre of pixel (0, 0) being at (0, 0): the
    picture spans -0.5 to W - 0.5. They are NaN where there is nothing to bound.

    Attributes:
        visible_px: (N,) pixels at whose centre the actor is seen.
        alone_px: (N,) pixels it would show if nothing stood before it.
        visible_box_px: (N, 4) around the pixels that are seen.
        full_box_px: (N, 4) around the whole body, covered or not, clipped to the picture.
    """

    visible_px: IntArray
    alone_px: IntArray
    visible_box_px: FloatArray
    full_box_px: FloatArray

    @property
    def visibility(self) -> FloatArray:
        """(N,) share of what an actor would show alone that is seen; 0 out of view."""
        return np.asarray(self.visible_px / np.maximum(self.alone_px, 1))


def labels(view: View, actors: Actors, camera: PinholeCamera, site_from_camera: Pose) -> Labels:
    """Returns the labels of a picture.

    Args:
        view: from ``Renderer.render``.
        actors: the same that were rendered.
        camera: the same that it was rendered with.
        site_from_camera: where that was.

    Raises:
        ValueError: the picture shows another number of actors or has another size.
    """
    count = len(actors)
    if len(view.alone_px) != count or view.object_rows.shape != (camera.height_px, camera.width_px):
        raise ValueError(
            f"labels needs the actors and the camera of the view, got {count} actors and {camera.width_px} x "
            f"{camera.height_px} px for a view of {len(view.alone_px)} actors and shape {view.object_rows.shape}"
        )
    seen = view.object_rows.astype(np.int32) + 1
    visible_px = np.bincount(seen.ravel(), minlength=count + 1)[1 : count + 1]
    visible_box_px = np.full((count, 4), np.nan)
    for row, place in enumerate(find_objects(seen, max_label=count)):
        if place is not None:
            down, right = place
            visible_box_px[row] = (right.start - 0.5, down.start - 0.5, right.stop - 0.5, down.stop - 0.5)
    alone_px = np.maximum(view.alone_px, visible_px)
    return Labels(visible_px, alone_px, visible_box_px, view.full_box_px)
