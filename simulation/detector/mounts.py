"""Where training pictures are taken from: poles beside the road, each with a view along it."""

from dataclasses import dataclass

import numpy as np
from shapely import STRtree
from shapely.geometry import LineString, Point, Polygon

from roadside.geometry.arrays import FloatArray
from roadside.geometry.camera import PinholeCamera
from roadside.geometry.pose import Pose, camera_rotation
from roadside.types.road import LaneKind
from simulation.types.world import World

HEIGHT_M = (5.0, 10.0)
BESIDE_M = (1.5, 9.0)
"""From a lane's edge to the pole."""
AIM_M = (10.0, 60.0)
"""From the pole to what it is turned to."""
AZIMUTH_SIGMA_RAD = np.radians(9.0)
ABOVE_HORIZON_RAD = np.radians((-6.0, 5.0))
"""Where the picture's upper edge points, above the horizon: little sky, as integrators aim cameras."""
STEEP_SHARE = 0.15
STEEP_PITCH_RAD = np.radians((-42.0, -22.0))
"""Some cameras look down on a crossing."""
ROLL_SIGMA_RAD = np.radians(1.2)
FREE_M = 0.6
CROWN_REACH_M = 12.0
"""A tree that stands this near in the line of sight would fill the picture."""
MOST_TRIES = 400


@dataclass(frozen=True, slots=True, eq=False)
class Roadsides:
    """Where a pole can stand in a world, and what it can see.

    Attributes:
        world: the place.
        points_m: (K, 2) points on the lanes.
        left: (K, 2) unit vectors to the left of the lanes there.
        half_width_m: (K,) of the lanes.
        lanes, houses, crowns: what a pole must not stand in; houses also hide what is behind them, as crowns of trees
            near the camera do.
    """

    world: World
    points_m: FloatArray
    left: FloatArray
    half_width_m: FloatArray
    lanes: STRtree
    houses: STRtree
    crowns: STRtree

    @staticmethod
    def of(world: World) -> "Roadsides":
        """Returns the roadsides of a world."""
        lanes = [lane for lane in world.road.lanes if lane.kind is not LaneKind.SIDEWALK]
        points, left, half_width = [], [], []
        for lane in lanes:
            line = LineString(lane.centre_line_m[:, :2])
            at_m = np.arange(1.0, line.length - 1.0, 3.0)
            here = np.array([line.interpolate(at).coords[0] for at in at_m]).reshape(-1, 2)
            there = np.array([line.interpolate(at + 0.5).coords[0] for at in at_m]).reshape(-1, 2)
            along = (there - here) / np.maximum(np.linalg.norm(there - here, axis=1, keepdims=True), 1e-9)
            points.append(here)
            left.append(np.column_stack([-along[:, 1], along[:, 0]]))
            half_width.append(np.full(len(here), lane.width_m / 2.0))
        return Roadsides(
            world, np.concatenate(points), np.concatenate(left), np.concatenate(half_width),
            STRtree([LineString(lane.centre_line_m[:, :2]).buffer(lane.width_m / 2.0 + FREE_M) for lane in lanes]),
            STRtree([Polygon(house.polygon_m) for house in world.buildings]),
            STRtree([Point(tree.x_m, tree.y_m).buffer(tree.crown_radius_m + FREE_M) for tree in world.trees]),
        )  # fmt: skip

    def drawn_pose(self, camera: PinholeCamera, goals_m: FloatArray, rng: np.random.Generator) -> Pose:
        """Returns where a camera hangs and looks, as ``site_from_camera``.

        Args:
            camera: its lens decides how far down it looks.
            goals_m: (K, 2) what is worth looking at: one of them lies near the middle of the picture.
            rng: what is drawn from.

        Raises:
            RuntimeError: no free place was found beside the road.
        """
        for _ in range(MOST_TRIES):
            goal_m = goals_m[rng.integers(len(goals_m))]
            distance_m = np.linalg.norm(self.points_m - goal_m, axis=1)
            near = np.flatnonzero((distance_m > AIM_M[0]) & (distance_m < AIM_M[1]))
            if not len(near):
                continue
            row = near[rng.integers(len(near))]
            side = rng.choice([-1.0, 1.0]) * (self.half_width_m[row] + rng.uniform(*BESIDE_M))
            foot_m = self.points_m[row] + side * self.left[row]
            if self._is_free(foot_m) and self._sees(foot_m, goal_m):
                return self._pose(foot_m, goal_m, camera, rng)
        raise RuntimeError(f"world {self.world.name}: no free place for a pole in {MOST_TRIES} tries")

    def _is_free(self, foot_m: FloatArray) -> bool:
        on_lane = self.lanes.query(Point(foot_m), "intersects")
        in_house = self.houses.query(Point(foot_m).buffer(FREE_M), "intersects")
        return not len(on_lane) and not len(in_house)

    def _sees(self, foot_m: FloatArray, goal_m: FloatArray) -> bool:
        towards = (goal_m - foot_m) / np.linalg.norm(goal_m - foot_m)
        near = LineString([foot_m, foot_m + CROWN_REACH_M * towards])
        houses = self.houses.query(LineString([foot_m, goal_m]), "intersects")
        return not len(houses) and not len(self.crowns.query(near, "intersects"))

    def _pose(self, foot_m: FloatArray, goal_m: FloatArray, camera: PinholeCamera, rng: np.random.Generator) -> Pose:
        eye_m = np.array([*foot_m, float(self.world.road.surface.height_at(foot_m)) + rng.uniform(*HEIGHT_M)])
        azimuth_rad = float(
            np.arctan2(goal_m[1] - foot_m[1], goal_m[0] - foot_m[0]) + rng.normal(0.0, AZIMUTH_SIGMA_RAD)
        )
        half_view_rad = float(np.arctan(camera.height_px / 2.0 / camera.fy_px))
        if rng.random() < STEEP_SHARE:
            pitch_rad = float(rng.uniform(*STEEP_PITCH_RAD))
        else:
            pitch_rad = float(rng.uniform(*ABOVE_HORIZON_RAD)) - half_view_rad
        return Pose(camera_rotation(azimuth_rad, pitch_rad, float(rng.normal(0.0, ROLL_SIGMA_RAD))), eye_m)
