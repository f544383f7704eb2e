"""What of a chunk of time one camera has in its picture: boxes, how much of each is seen, and its edges."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import BoolArray, FloatArray, IntArray
from roadside.perception.box_locator import BORDER_PX, COVERED_SHARE
from roadside.perception.cuboid import CuboidView
from roadside.types.road_users import RoadUserClass
from roadside.types.site import CameraSensor
from simulation.picture_free.occlusion import Viewpoint, pairs_in_the_way, visible_shares
from simulation.picture_free.presence import Presence

BEYOND_RANGE_M = 15.0
"""So much farther than a camera is used, road users are still looked at; whoever is beyond shows it no pixels."""
OPACITY = np.full(len(RoadUserClass), 0.9)
OPACITY[[RoadUserClass.BICYCLE, RoadUserClass.MOTORCYCLE, RoadUserClass.PEDESTRIAN]] = 0.5
"""How much of what is behind a road user's cuboid is hidden: nobody hides what shows between wheels and legs."""
WIDER, BESIDE_M = 1.1, 8.0
"""Whoever is farther beside the picture than distortion and length could bring into it is not looked at."""
STILL_M = 0.02
"""Who has moved less is where it was."""
LEAST_HEIGHT_PX = 2.0
"""Lower boxes are not looked at."""


@dataclass(frozen=True, slots=True, eq=False)
class Sightings:
    """N times that a camera had a road user in its picture, ordered by road user, then by time.

    Attributes:
        rows: (N,) of the ``Presence``.
        instants: (N,) their instants.
        object_ids, classes: (N,) who, and the true ``RoadUserClass`` number.
        cuboids: (N, 6) true parameters at the exposure, as the locator has them.
        travelled_m: (N,) as in ``Actors``.
        range_m: (N,) along the ground from the camera.
        box_px: (N, 4) the part of the box inside the picture.
        visible_share: (N,) of it that nothing hides.
        measured: (N, 4) edges that are really seen: not those at the picture's border, nor a covered foot.
        foot_shift_px: (N,) how much higher than the foot the visible part ends.
        outside_px: (N, 4) how far each edge lies outside the picture.
    """

    rows: IntArray
    instants: IntArray
    object_ids: IntArray
    classes: IntArray
    cuboids: FloatArray
    travelled_m: FloatArray
    range_m: FloatArray
    box_px: FloatArray
    visible_share: FloatArray
    measured: BoolArray
    foot_shift_px: FloatArray
    outside_px: FloatArray

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def sides_px(self) -> FloatArray:
        """(2, N) width and height of the boxes inside the picture."""
        return np.stack([self.box_px[:, 2] - self.box_px[:, 0], self.box_px[:, 3] - self.box_px[:, 1]])

    @property
    def is_cut(self) -> BoolArray:
        """(N,) whether the picture's border cuts the box."""
        return np.asarray((self.outside_px > 1.0).any(axis=1))


def sighted(
    sensor: CameraSensor, view: CuboidView, viewpoint: Viewpoint, presence: Presence, phase_s: float
) -> Sightings:
    """Returns what a camera has in its picture, exposed a little after each instant of a chunk.

    Args:
        sensor: the camera.
        view: its geometry.
        viewpoint: where it hangs among buildings.
        presence: who is where.
        phase_s: from an instant to the exposure, in which everybody moves on at the same speed.
    """
    position_m = presence.position_m.copy()
    position_m[:, :2] += phase_s * presence.velocity_mps
    rows = _in_the_field(sensor, viewpoint, position_m)
    cuboids = np.column_stack([position_m[rows, :2], presence.heading_rad[rows], presence.size_m[rows]])
    whole_px = _boxes(view, cuboids, presence.object_ids[rows], presence.travelled_m[rows])
    limit = np.array([-0.5, -0.5, sensor.camera.width_px - 0.5, sensor.camera.height_px - 0.5])
    box_px = np.clip(whole_px, limit[[0, 1, 0, 1]], limit[[2, 3, 2, 3]])
    shown = (box_px[:, 2] > box_px[:, 0]) & (box_px[:, 3] - box_px[:, 1] >= LEAST_HEIGHT_PX)
    rows, cuboids, box_px, whole_px = rows[shown], cuboids[shown], box_px[shown], whole_px[shown]
    opacity = OPACITY[presence.classes[rows]]
    outlines = viewpoint.outlines(position_m[rows], cuboids[:, 2], cuboids[:, 3:], opacity)
    instants = presence.instants[rows]
    pairs = pairs_in_the_way(outlines, instants)
    visible_share = visible_shares(viewpoint, outlines, pairs)
    measured = np.abs(box_px - limit) > BORDER_PX
    covered = _covered_feet(box_px, pairs)
    measured[covered, 3] = False
    height_px = box_px[:, 3] - box_px[:, 1]
    shift_px = whole_px[:, 3] - box_px[:, 3] + np.where(covered, (1.0 - visible_share) * height_px, 0.0)
    order = np.lexsort((instants, presence.object_ids[rows]))
    rows = rows[order]
    return Sightings(
        rows=rows,
        instants=presence.instants[rows],
        object_ids=presence.object_ids[rows],
        classes=presence.classes[rows],
        cuboids=cuboids[order],
        travelled_m=presence.travelled_m[rows],
        range_m=np.linalg.norm(cuboids[order, :2] - sensor.site_from_camera.translation_m[:2], axis=1),
        box_px=box_px[order],
        visible_share=visible_share[order],
        measured=measured[order],
        foot_shift_px=shift_px[order],
        outside_px=np.abs(whole_px - box_px)[order],
    )


def _in_the_field(sensor: CameraSensor, viewpoint: Viewpoint, position_m: FloatArray) -> IntArray:
    """Returns the rows of whoever is near enough, before the camera, and not far beside its picture."""
    offset_m = position_m - viewpoint.position_m
    east, north = viewpoint.forward
    ahead_m = offset_m[:, 0] * east + offset_m[:, 1] * north
    aside_m = offset_m[:, 0] * north - offset_m[:, 1] * east
    near = ahead_m**2 + aside_m**2 <= (sensor.max_range_m + BEYOND_RANGE_M) ** 2
    axis = sensor.site_from_camera.rotation[:, 2]
    # How far along the optical axis, which points down, the foot is.
    deep_m = ahead_m * np.hypot(axis[0], axis[1]) + offset_m[:, 2] * axis[2]
    widest = WIDER * sensor.camera.width_px / 2 / sensor.camera.fx_px
    beside = np.abs(aside_m) <= widest * np.maximum(deep_m, 0.0) + BESIDE_M
    return np.flatnonzero(near & (ahead_m > 0.0) & beside)


def _boxes(view: CuboidView, cuboids: FloatArray, object_ids: IntArray, travelled_m: FloatArray) -> FloatArray:
    """Returns (N, 4) the cuboids' boxes; of one that has not moved on, that of before."""
    if len(cuboids) == 0:
        return np.zeros((0, 4))
    key = object_ids * (1 << 32) + (travelled_m / STILL_M).astype(np.int64)
    order = np.argsort(key, kind="stable")
    new = np.diff(key[order], prepend=-1) != 0
    boxes_px = np.empty((len(cuboids), 4))
    boxes_px[order] = view.boxes(cuboids[order[new]])[np.cumsum(new) - 1]
    return boxes_px


def _covered_feet(box_px: FloatArray, pairs: tuple[IntArray, IntArray]) -> BoolArray:
    """Returns (N,) whether the locator takes a box's foot for covered by another's, by the rule that it uses."""
    covered = np.zeros(len(box_px), dtype=np.bool_)
    behind, before = box_px[pairs[0]], box_px[pairs[1]]
    overlap_px = np.minimum(behind[:, 2], before[:, 2]) - np.maximum(behind[:, 0], before[:, 0])
    share = overlap_px / np.maximum(behind[:, 2] - behind[:, 0], 1.0)
    foot_px = behind[:, 3]
    hides = (share > COVERED_SHARE) & (before[:, 3] > foot_px + BORDER_PX) & (before[:, 1] < foot_px)
    covered[pairs[0][hides]] = True
    return covered
