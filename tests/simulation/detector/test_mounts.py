import numpy as np

from simulation.detector.mounts import Roadsides
from simulation.detector.picture_draws import drawn_camera
from simulation.worlds.catalogue import build_world


def test_poles_stand_beside_the_lanes_and_look_at_what_matters() -> None:
    world = build_world("tee_priority")
    roadsides = Roadsides.of(world)
    rng = np.random.default_rng(4)
    goal_m = roadsides.points_m[len(roadsides.points_m) // 2][None]
    for _ in range(20):
        camera = drawn_camera(rng, 1.0)
        pose = roadsides.drawn_pose(camera, goal_m, rng)
        eye_m = pose.translation_m
        nearest = np.linalg.norm(roadsides.points_m - eye_m[:2], axis=1)
        assert (nearest > roadsides.half_width_m - 0.5).all()
        assert 5.0 <= eye_m[2] - float(world.road.surface.height_at(eye_m[:2])) <= 10.0
        towards = (goal_m[0] - eye_m[:2]) / np.linalg.norm(goal_m[0] - eye_m[:2])
        ahead = pose.rotation[:2, 2] / np.linalg.norm(pose.rotation[:2, 2])
        assert towards @ ahead > np.cos(np.radians(40.0))
