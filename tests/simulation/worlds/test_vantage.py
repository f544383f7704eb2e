"""Cameras for training pictures hang where a real one could."""

import numpy as np
import pytest
from shapely import Point, Polygon

from roadside.types.road import LaneKind
from simulation.worlds.catalogue import HELD_OUT_WORLDS, TRAINING_WORLDS, build_world
from simulation.worlds.lines import strip
from simulation.worlds.poles import training_mounts


@pytest.mark.parametrize("name", (*TRAINING_WORLDS, *HELD_OUT_WORLDS))
def test_a_camera_stands_off_the_street_in_nothing_and_looks_down_at_it(name):
    world = build_world(name)
    rng = np.random.default_rng(7)
    lanes = [
        Polygon(strip(lane.centre_line_m[:, :2], lane.width_m / 2, -lane.width_m / 2)).buffer(0.0)
        for lane in world.road.lanes
        if lane.kind is not LaneKind.SIDEWALK
    ]

    for mount in (training_mounts(name, rng) for _ in range(8)):
        foot = Point(mount.position_m[:2])
        above_m = mount.position_m[2] - float(world.road.surface.height_at(mount.position_m[:2]))
        lens_deg = 2 * np.degrees(np.arctan(mount.camera.width_px / 2 / mount.camera.fx_px))
        assert all(foot.distance(lane) > 0.3 for lane in lanes)
        assert not any(Polygon(building.polygon_m).contains(foot) for building in world.buildings)
        assert all(np.hypot(tree.x_m - foot.x, tree.y_m - foot.y) > 0.5 for tree in world.trees)
        assert 5.0 <= above_m <= 10.0
        assert 44.9 <= lens_deg <= 100.1
        assert mount.camera.width_px * 9 == mount.camera.height_px * 16
        assert mount.pitch_rad < -0.05


def test_cameras_follow_from_the_generator():
    first, second = (training_mounts("tee_priority", np.random.default_rng(3)) for _ in range(2))

    assert np.array_equal(first.position_m, second.position_m)
    assert (first.azimuth_rad, first.pitch_rad, first.roll_rad) == (
        second.azimuth_rad, second.pitch_rad, second.roll_rad
    )  # fmt: skip
