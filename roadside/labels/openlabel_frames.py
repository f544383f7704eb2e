"""OpenLABEL's coordinate systems: a tree with a pose at every branch, some of them different in every frame.

ASAM OpenLABEL 1.0.0, sections "Coordinate systems" and "Transforms"
(https://www.asam.net/standards/detail/openlabel/). ``pose_wrt_parent`` takes points to the parent; a frame's
``transforms`` say the same of that frame alone, and go before. A pose is one of: ``matrix4x4``, 16 numbers row by row;
``quaternion`` (x, y, z, w) with ``translation``; ``euler_angles`` with ``translation`` and a ``sequence``, "ZYX" where
none is given: turns about the axes as they have been turned so far.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from roadside.errors import LabelError
from roadside.geometry.pose import Pose
from roadside.labels.json_values import numbers, table
from roadside.labels.rotations import exact_rotation, rotation_of
from roadside.labels.shown_values import shown

Systems = Mapping[str, Any]
"""``openlabel.coordinate_systems``: by name, each with its ``parent`` and mostly a ``pose_wrt_parent``."""


def ground_system(systems: Systems, named: str | None, name: str) -> str:
    """Returns the system that positions are wanted in: the one that is named, else the root; empty if none exists.

    Raises:
        LabelError: there is no such system, or more than one root.
    """
    if named is not None:
        if named not in systems:
            raise LabelError(f"{name}: --coordinate-system must be one of {', '.join(systems) or 'none'}, got {named}")
        return named
    roots = [system for system, entry in systems.items() if not table(entry, f"{name}: {system}").get("parent")]
    if len(roots) > 1 or (systems and not roots):
        wanted = "one coordinate system without a parent, or --coordinate-system"
        raise LabelError(f"{name}: must have {wanted}, got {', '.join(roots) or 'none'}")
    return roots[0] if roots else ""


def transform_between(systems: Systems, transforms: Mapping[str, Any], source: str, target: str, where: str) -> Pose:
    """Returns ``target_from_source`` in one frame.

    Args:
        systems: all coordinate systems.
        transforms: the frame's own.
        source: name of the system to come from.
        target: name of the system to go to.
        where: file and frame, for messages.

    Raises:
        LabelError: a system does not exist, the two have no common ancestor, or a pose between them is missing.
    """
    if source == target:
        return Pose(np.eye(3), np.zeros(3))
    above_source, above_target = _chain(systems, source, where), _chain(systems, target, where)
    common = next((system for system in above_source if system in above_target), None)
    if common is None:
        raise LabelError(f"{where}: coordinate system {source} must have a common ancestor with {target}, got none")
    common_from_source = _upwards(systems, transforms, above_source[: above_source.index(common) + 1], where)
    common_from_target = _upwards(systems, transforms, above_target[: above_target.index(common) + 1], where)
    return common_from_target.inverse() @ common_from_source


def _chain(systems: Systems, system: str, where: str) -> list[str]:
    """Returns a system, its parent, and so on to the root."""
    chain = [system]
    while True:
        if chain[-1] not in systems:
            known = ", ".join(systems) or "none"
            raise LabelError(f"{where}: coordinate system must be one of {known}, got {shown(chain[-1])}")
        parent = table(systems[chain[-1]], f"{where}: coordinate system {chain[-1]}").get("parent")
        if not parent:
            return chain
        if parent in chain:
            raise LabelError(f"{where}: coordinate systems must form a tree, got a ring with {shown(parent)}")
        chain.append(str(parent))


def _upwards(systems: Systems, transforms: Mapping[str, Any], chain: list[str], where: str) -> Pose:
    """Returns the transform from the first system of a chain to its last."""
    pose = Pose(np.eye(3), np.zeros(3))
    for child, parent in pairwise(chain):
        pose = _step(systems, transforms, child, parent, where) @ pose
    return pose


def _step(systems: Systems, transforms: Mapping[str, Any], child: str, parent: str, where: str) -> Pose:
    """Returns ``parent_from_child``: the frame's own transform, else the pose that always holds."""
    for key, entry in transforms.items():
        transform = table(entry, f"{where}: transform {key}")
        ends = transform.get("src"), transform.get("dst")
        if ends in ((child, parent), (parent, child)):
            pose = _pose(transform.get("transform_src_to_dst"), f"{where}: transform {key}")
            return pose if ends == (child, parent) else pose.inverse()
    entry = systems[child].get("pose_wrt_parent")
    if entry is None:
        raise LabelError(f"{where}: coordinate system {child} must have a pose_wrt_parent or a transform, got neither")
    return _pose(entry, f"{where}: pose_wrt_parent of {child}")


def _pose(value: Any, where: str) -> Pose:
    entry = table(value, where)
    if "matrix4x4" in entry:
        matrix = numbers(entry["matrix4x4"], (16,), f"{where}: matrix4x4").reshape(4, 4)
        if not np.allclose(matrix[3], [0.0, 0.0, 0.0, 1.0]):
            raise LabelError(f"{where}: matrix4x4 must end in 0, 0, 0, 1, got {matrix[3].tolist()}")
        return Pose(exact_rotation(matrix[:3, :3], f"{where}: matrix4x4"), matrix[:3, 3].copy())
    translation_m = numbers(entry.get("translation"), (3,), f"{where}: translation")
    if "quaternion" in entry:
        return Pose(rotation_of(numbers(entry["quaternion"], (4,), f"{where}: quaternion"), where), translation_m)
    angles_rad = numbers(entry.get("euler_angles"), (3,), f"{where}: euler_angles")
    sequence = str(entry.get("sequence", "ZYX"))
    if sorted(sequence.upper()) != ["X", "Y", "Z"]:
        raise LabelError(f'{where}: sequence must be three axes such as "ZYX", got {shown(sequence)}')
    return Pose(Rotation.from_euler(sequence.upper(), angles_rad).as_matrix(), translation_m)
