"""The mesh of every body."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.spatial import ConvexHull

from roadside.geometry.arrays import FloatArray, IntArray
from roadside.types.road_users import RoadUserClass
from simulation.pictures.meshes.builder import Mesh, joined, simplified
from simulation.pictures.meshes.cars import car
from simulation.pictures.meshes.heavy import bus, lorry
from simulation.pictures.meshes.joints import Gait, Joint
from simulation.pictures.meshes.people import walker
from simulation.pictures.meshes.things import thing
from simulation.pictures.meshes.two_wheelers import two_wheeler
from simulation.types.bodies import BODIES

COARSENESS = (0.0, 1 / 90, 1 / 44)
"""Cells that a body's vertices are merged in, in shares of its longest side: near, middling and far."""

_SIDES = (12, 8, 6)


@dataclass(frozen=True, slots=True, eq=False)
class BodyMesh:
    """How a body is drawn.

    Attributes:
        mesh: all of it; stands on z = 0 and fills its extent, mirrors left out.
        body_triangles: how many of the mesh's triangles, the first ones, belong to the extent: those after them are
            mirrors, which are drawn and not labelled.
        gait: how its limbs move.
        hull_m: (K, 3) vertices that bound it, limb by limb.
        hull_joint: (K,) the limb that each moves with.
    """

    mesh: Mesh
    body_triangles: int
    gait: Gait
    hull_m: FloatArray
    hull_joint: IntArray


@cache
def body_mesh(body: int, level: int = 0) -> BodyMesh:
    """Returns the mesh of ``BODIES[body]``, stretched to exactly its extent.

    Args:
        body: number of the body.
        level: row of ``COARSENESS``.
    """
    sides = _SIDES[level]
    entry = BODIES[body]
    extent = (entry.length_m, entry.width_m, entry.height_m)
    gait, mirrors = Gait(), None
    if entry.road_user_class in (RoadUserClass.CAR, RoadUserClass.VAN):
        mesh, mirrors = car(entry.name, *extent, sides)
    elif entry.road_user_class is RoadUserClass.TRUCK:
        mesh, mirrors = lorry(entry.name, *extent, sides)
    elif entry.road_user_class is RoadUserClass.BUS:
        mesh, mirrors = bus(entry.name, *extent, sides)
    elif entry.road_user_class is RoadUserClass.PEDESTRIAN:
        mesh, gait = walker(entry.name, *extent, sides)
    elif entry.road_user_class in (RoadUserClass.BICYCLE, RoadUserClass.MOTORCYCLE):
        mesh, gait = two_wheeler(entry.name, *extent, sides)
    else:
        mesh = thing(entry.name, *extent, sides)
    fitted = mesh.fitted(*extent)
    if level:
        fitted = simplified(fitted, COARSENESS[level] * max(extent))
    hull_m, hull_joint = _hull(fitted)
    if mirrors is None:
        return BodyMesh(fitted, len(fitted.triangles), gait, hull_m, hull_joint)
    return BodyMesh(joined([fitted, mirrors]), len(fitted.triangles), gait, hull_m, hull_joint)


def _hull(mesh: Mesh) -> tuple[FloatArray, IntArray]:
    """Returns the corners of the convex hull of each limb: they bound the body in every pose and every picture."""
    points, joints = [], []
    for joint in Joint:
        limb = np.unique(mesh.position_m[mesh.joint == joint], axis=0)
        if len(limb):
            corners = limb[ConvexHull(limb).vertices]
            points.append(corners)
            joints.append(np.full(len(corners), int(joint), dtype=np.int64))
    return np.concatenate(points), np.concatenate(joints)
