"""A fit on what was drawn with known errors gives these errors back."""

from dataclasses import replace

import numpy as np
import pytest

from roadside.types.road_users import RoadUserClass
from simulation.picture_free.assumed import assumed_camera
from simulation.picture_free.camera_rig import CameraRig
from simulation.picture_free.clutter import false_boxes
from simulation.picture_free.errors import CLUTTER_NUMBERS, EDGES, FAR_EDGES, OBJECT, PRESENCE, STAYS_S
from simulation.picture_free.fitted_clutter import clutter_fit
from simulation.picture_free.fitting import camera_fit
from simulation.picture_free.found_boxes import edge_errors_px, found_boxes
from simulation.picture_free.lane_table import LaneTable
from simulation.picture_free.observed import ObservedCamera, Strays
from simulation.picture_free.samples import samples_of
from simulation.picture_free.sensed import nodding_rad, sensed_by_camera
from simulation.picture_free.sightings import sighted
from tests.simulation.picture_free.synthetic_traffic import DEMO_SITE, STEP_S, lane_traffic

START_NS = 1_793_606_400_000_000_000
SPAN_S = 600.0
CAMERA = DEMO_SITE.cameras[0]
TOP_AND_FOOT = np.flatnonzero((FAR_EDGES == [False, True, False, True]).all(axis=1))[0]
RIGHT = np.flatnonzero((FAR_EDGES == [False, False, True, False]).all(axis=1))[0]
CAR = float(RoadUserClass.CAR)


def _given():
    share = np.zeros(len(FAR_EDGES))
    share[TOP_AND_FOOT], share[RIGHT] = 0.05, 0.03
    # Of sixty places, so that no two objects of one camera are taken for one that comes again.
    u, v = (each.ravel() for each in np.meshgrid(np.linspace(0.1, 0.9, 10), np.linspace(0.4, 0.9, 6)))
    clutter = np.zeros((60, len(CLUTTER_NUMBERS)))
    clutter[:, :6] = np.column_stack([u, v, np.tile([0.03, 0.05, CAR, 0.5], (60, 1))])
    clutter[:, OBJECT], clutter[:, STAYS_S], clutter[:, PRESENCE] = np.arange(60), np.tile([0.2, 0.3, 20.0], 20), 1.0
    return replace(
        assumed_camera(), edge_bias=np.tile([0.03, 0.05, -0.03, -0.04], (11, 1)), edge_floor_px=np.full(EDGES, 0.7),
        edge_share=np.full(EDGES, 0.03), outlier_share=share, outlier_scale=np.full(EDGES, 1.5), pitch_sigma_rad=6e-4,
        clutter=clutter, clutter_per_hour=100.0, delay_s=0.05, jitter_s=0.006, lost_share=0.05, double_share=0.0,
        lasting_share=np.zeros(3), slow_share=np.full(3, 0.4), slow_s=np.full(3, 0.3),
    )  # fmt: skip


def _observed(errors, seed):
    """Returns what a fit would be shown of a camera with such errors; nothing is said of where boxes are put."""
    traffic, rng = lane_traffic(SPAN_S, 1.0, 11 + seed), np.random.default_rng(seed)
    rig = CameraRig.of(CAMERA, DEMO_SITE, (), LaneTable.of(DEMO_SITE.road), traffic.object_ids, 0.0, rng)
    sights = sighted(CAMERA, rig.locator.view, rig.viewpoint, traffic, 0.0)
    found = found_boxes(rng, rig, errors, sights, STEP_S)
    count, row = len(sights), found.row
    nods_px = CAMERA.camera.fy_px * nodding_rad(rng, errors, traffic.instant_count, STEP_S)[sights.instants[row]]
    boxes_px, reported = np.full((count, 4), np.nan), np.zeros(count, dtype=np.int64)
    boxes_px[row] = sights.box_px[row] + edge_errors_px(errors, sights, found) - np.outer(nods_px, [0, 1, 0, 1])
    reported[row] = found.classes
    false = false_boxes(rng, rig, errors, traffic.instant_count, STEP_S)
    order = np.argsort(false.instants, kind="stable")
    of = false.rows[order]
    strays = Strays(
        false.instants[order], false.box_px[of] + false.errors_px[order], false.classes[of], false.confidence[of]
    )
    batch, _ = sensed_by_camera(rng, rig, errors, traffic, START_NS)
    nowhere = np.full((count, 2), np.nan)
    return ObservedCamera(
        CAMERA, DEMO_SITE, rig, (), batch.time_ns, batch.arrival_ns, (), sights, np.full(count, -1), boxes_px, reported,
        np.where(reported > 0, 0.7, np.nan), nowhere, np.full((count, 2, 2), np.nan), np.full((count, 4), np.nan),
        strays,
    )  # fmt: skip


@pytest.fixture(scope="module")
def back():
    """Of three cameras whose clocks are 4 ms late, right and 4 ms early."""
    cameras = [_observed(_given(), seed) for seed in range(3)]
    cameras = [
        replace(camera, arrival_ns=camera.arrival_ns + late_ms * 1_000_000)
        for camera, late_ms in zip(cameras, (-4, 0, 4), strict=True)
    ]
    return camera_fit(cameras, samples_of(cameras), assumed_camera(), clutter_fit(cameras))


def test_edges_come_back(back):
    given = _given()
    for side_px in (20.0, 60.0):
        np.testing.assert_allclose(
            np.hypot(back.edge_floor_px, back.edge_share * side_px),
            np.hypot(given.edge_floor_px, given.edge_share * side_px), rtol=0.2,
        )  # fmt: skip
    np.testing.assert_allclose(back.edge_bias[RoadUserClass.CAR], given.edge_bias[RoadUserClass.CAR], atol=0.01)
    np.testing.assert_allclose(back.edge_correlation, np.eye(EDGES), atol=0.15)
    np.testing.assert_allclose(back.pitch_sigma_rad, given.pitch_sigma_rad, rtol=0.35)


def test_outliers_come_back_as_often_on_the_same_edges_and_as_far_out(back):
    np.testing.assert_allclose(back.outlier_share[[TOP_AND_FOOT, RIGHT]], [0.05, 0.03], rtol=0.35)
    assert back.outlier_share.sum() < 0.12
    np.testing.assert_allclose(back.outlier_scale[1:], 1.5, rtol=0.4)


def test_false_objects_come_back_as_often_and_as_long(back):
    given = _given()
    np.testing.assert_allclose(back.clutter_per_hour, given.clutter_per_hour, rtol=0.3)
    stays_s = back.clutter[:, STAYS_S]
    objects = len(np.unique(back.clutter[:, OBJECT]))
    np.testing.assert_allclose((stays_s > 10.0).sum() / objects, 1.0 / 3.0, atol=0.15)
    np.testing.assert_allclose(np.median(stays_s[stays_s > 10.0]), 20.0, atol=1.0)


def test_losses_and_delays_come_back(back):
    np.testing.assert_allclose([back.lost_share, back.delay_s, back.jitter_s], [0.05, 0.05, 0.006], rtol=0.1)
