"""All that is the same about one camera for as long as a world is simulated."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from roadside.geometry.arrays import FloatArray, IntArray
from roadside.types.site import CameraSensor, Site
from simulation.picture_free.errors import EDGES
from simulation.picture_free.lane_table import LaneTable
from simulation.picture_free.linear_locator import LinearLocator
from simulation.picture_free.occlusion import Viewpoint
from simulation.types.world import Building

CHANNELS = EDGES + 3
"""Sequences of normal errors of a road user: its box's edges, the locator's along and across, the confidence."""
LOTS = 2
"""Uniform lots of a road user: whether it is found, and as what."""
SHARED_SHARE = 0.5
"""Of what makes somebody hard to find, by variance, the part that all cameras of a site share; set by hand."""


@dataclass(frozen=True, slots=True, eq=False)
class CameraRig:
    """One camera of a world.

    Attributes:
        sensor: the camera.
        locator: its locator, linearised.
        viewpoint: where it stands among the buildings.
        phase_s: from the instants of trajectories to its exposures.
        object_ids: (O,) who is there, rising.
        lasting: (O, CHANNELS) normal errors that a road user keeps as long as it is there.
        lots: (O, LOTS) uniform lots that it keeps; with the site's other cameras it shares a part of them.
        clutter_shift: (3,) normal, by how much false objects that come again are larger and elsewhere than others'.
    """

    sensor: CameraSensor
    locator: LinearLocator
    viewpoint: Viewpoint
    phase_s: float
    object_ids: IntArray
    lasting: FloatArray
    lots: FloatArray
    clutter_shift: FloatArray

    @staticmethod
    def of(
        sensor: CameraSensor,
        site: Site,
        buildings: Sequence[Building],
        lanes: LaneTable,
        object_ids: IntArray,
        phase_s: float,
        rng: np.random.Generator,
        hardness: FloatArray | None = None,
    ) -> "CameraRig":
        """Returns a camera of a site.

        Args:
            sensor: the camera.
            site: it belongs to.
            buildings: what hides the road.
            lanes: directions of travel.
            object_ids: of everybody there will be.
            phase_s: see above.
            rng: of what lasts.
            hardness: (O, LOTS) normal, what the site's cameras share of how road users are found, in the order of
                their ids; drawn here for a camera that is alone.
        """
        ids, pose = np.unique(object_ids), sensor.site_from_camera
        viewpoint = Viewpoint.of(pose.translation_m, pose.rotation[:, 2], buildings)
        lasting, own = rng.standard_normal((len(ids), CHANNELS)), rng.standard_normal((len(ids), LOTS))
        shared = rng.standard_normal((len(ids), LOTS)) if hardness is None else hardness
        lots = ndtr(np.sqrt(SHARED_SHARE) * shared + np.sqrt(1.0 - SHARED_SHARE) * own)
        return CameraRig(
            sensor, LinearLocator.of(sensor, site, lanes), viewpoint, phase_s, ids, lasting, lots,
            rng.standard_normal(3),
        )  # fmt: skip
