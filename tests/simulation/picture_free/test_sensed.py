"""What is sensed without pictures has the statistics that the error model states."""

from dataclasses import replace

import numpy as np

from roadside.types.observations import MEASUREMENT_COLUMNS, MeasurementKind
from roadside.types.road_users import RoadUserClass
from simulation.picture_free.assumed import assumed_camera, assumed_in
from simulation.picture_free.camera_rig import LOTS, CameraRig
from simulation.picture_free.errors import CLASSES, EDGES
from simulation.picture_free.lane_table import LaneTable
from simulation.picture_free.sensed import sensed_by_camera
from tests.simulation.picture_free.synthetic_traffic import DEMO_SITE, lane_traffic, trajectories_of

START_NS = 1_793_606_400_000_000_000
CAMERA = DEMO_SITE.cameras[0]
LANES = LaneTable.of(DEMO_SITE.road)
QUIET = replace(
    assumed_camera(), clutter_per_hour=0.0, double_share=0.0, class_confusion=np.eye(CLASSES), pitch_sigma_rad=0.0,
    outlier_share=np.zeros(15), located_sigma=np.zeros((3, 2)),
)  # fmt: skip
"""Only misses and the edges' noise."""


def _sensed(traffic, errors, seed=0, phase_s=0.0):
    rng = np.random.default_rng(seed)
    rig = CameraRig.of(CAMERA, DEMO_SITE, (), LANES, traffic.object_ids, phase_s, rng)
    return sensed_by_camera(rng, rig, errors, traffic, START_NS)


def _parked(count_s, body="sedan"):
    """One vehicle that stands 25 m before the camera, once per ten metres of road, at each of many instants."""
    away = CAMERA.site_from_camera.rotation[:2, 2]
    x, y = CAMERA.site_from_camera.translation_m[:2] + 25.0 * away / np.linalg.norm(away)
    return trajectories_of([(tick, 1, body, x, y, 0.3) for tick in range(count_s * 10)], count_s * 10)


def _always(probability):
    logit = np.log(probability / (1.0 - probability))
    return replace(QUIET, detection=np.array([logit, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]))


def test_a_standing_vehicle_is_found_as_often_as_the_model_says_and_misses_last():
    errors = replace(_always(0.8), stubborn_share=0.0, miss_s=np.full(3, 0.4))
    batch, _ = _sensed(_parked(4000), errors)
    found = np.diff(batch.first_row) > 0
    np.testing.assert_allclose(found.mean(), 0.8, atol=0.03)
    kept = np.exp(-0.1 / 0.4)
    stays_missed = (~found[1:] & ~found[:-1]).sum() / (~found[:-1]).sum()
    np.testing.assert_allclose(stays_missed, kept + (1.0 - kept) * 0.2, atol=0.03)


def test_the_scatter_on_the_road_is_that_of_the_edges_through_the_optics_and_lasts_as_they_do():
    errors = replace(
        _always(1.0 - 1e-9), edge_floor_px=np.array([0.0, 0.0, 0.0, 2.0]), edge_share=np.zeros(EDGES),
        lasting_share=np.zeros(3), slow_share=np.ones(3), slow_s=np.full(3, 0.5),
    )  # fmt: skip
    batch, _ = _sensed(_parked(3000, "adult"), errors)
    away = batch.position_m.mean(axis=0) - CAMERA.site_from_camera.translation_m[:2]
    range_m = np.linalg.norm(away)
    along = (batch.position_m - batch.position_m.mean(axis=0)) @ (away / range_m)
    per_px = (range_m**2 + 64.0) / (8.0 * CAMERA.camera.fy_px)
    # The foot alone errs; what the height of a person is known to be takes a part of it away again.
    assert 0.4 * 2.0 * per_px < along.std() < 1.05 * 2.0 * per_px
    np.testing.assert_allclose(np.corrcoef(along[1:], along[:-1])[0, 1], np.exp(-0.2), atol=0.02)


def test_more_bad_weather_is_seen_as_less():
    traffic = lane_traffic(120.0, 0.8, 5)
    rows = [len(_sensed(traffic, assumed_in(weather, QUIET))[0].kind) for weather in ("dusk", "night_rain")]
    assert len(_sensed(traffic, QUIET)[0].kind) > rows[0] > rows[1] > 0


def test_a_hidden_foot_makes_a_bearing_and_a_hidden_vehicle_shows_fewer_pixels():
    away = CAMERA.site_from_camera.rotation[:2, 2] / np.linalg.norm(CAMERA.site_from_camera.rotation[:2, 2])
    eye, across = CAMERA.site_from_camera.translation_m[:2], np.arctan2(away[0], -away[1])
    bus, car = eye + 22.0 * away, eye + 27.0 * away
    rows = [(tick, 1, "city_bus", *bus, across) for tick in range(100)]
    rows += [(tick, 2, "box_truck", *car, across) for tick in range(100)]
    hidden = trajectories_of(rows, 100)
    alone = trajectories_of(rows[100:], 100)
    errors = replace(_always(0.9999), stubborn_share=0.0)
    batch, pixels = _sensed(hidden, errors)
    of_truck = batch.classes == RoadUserClass.TRUCK
    assert (batch.kind[of_truck] == MeasurementKind.BEARING).all()
    assert (batch.kind[~of_truck] == MeasurementKind.POSITION).all()
    alone_batch, alone_pixels = _sensed(alone, errors)
    assert (alone_batch.kind == MeasurementKind.POSITION).all()
    share = pixels[hidden.object_ids == 2].mean() / alone_pixels.mean()
    assert 0.1 < share < 0.9


def test_who_is_hard_to_see_is_so_for_all_cameras_in_part():
    ids, rng = np.arange(4000), np.random.default_rng(4)
    hardness = rng.standard_normal((len(ids), LOTS))
    one, two = (CameraRig.of(CAMERA, DEMO_SITE, (), LANES, ids, 0.0, rng, hardness).lots for _ in range(2))
    np.testing.assert_allclose(np.quantile(one, [0.1, 0.5, 0.9]), [0.1, 0.5, 0.9], atol=0.03)
    assert 0.4 < np.corrcoef(one[:, 0], two[:, 0])[0, 1] < 0.6
    alone, other = (CameraRig.of(CAMERA, DEMO_SITE, (), LANES, ids, 0.0, rng).lots for _ in range(2))
    assert abs(np.corrcoef(alone[:, 0], other[:, 0])[0, 1]) < 0.06


HOUR = trajectories_of([], 36_000)


def _clutter(*appearances):
    """Returns clutter of cars at one place, by (object, begins_s, stays_s, presence)."""
    return np.array([[0.5, 0.6, 0.03, 0.06, float(RoadUserClass.CAR), 0.5, *each] for each in appearances])


def _lives_s(batch):
    """Returns how long boxes were there without a gap of more than half a second."""
    there = np.flatnonzero(np.diff(batch.first_row) > 0)
    parts = np.split(there, np.flatnonzero(np.diff(there) > 5) + 1)
    return np.array([0.1 * (part[-1] - part[0] + 1) for part in parts])


def test_false_boxes_come_as_often_and_stay_as_long_as_those_that_were_seen():
    clutter = _clutter((0, 0.0, 0.2, 1.0), (1, 0.0, 0.2, 1.0), (2, 0.0, 0.2, 1.0), (3, 0.0, 30.0, 0.8))
    batch, _ = _sensed(HOUR, replace(QUIET, clutter=clutter, clutter_per_hour=40.0), seed=1)
    np.testing.assert_allclose(len(batch.kind), 40.0 * (3.0 * 2.0 + 300.0 * 0.8) / 4.0, rtol=0.5)
    assert np.isfinite(batch.position_m).all()
    lives = _lives_s(batch)
    # Most are gone at once and some stay for half a minute: an exponential life of the same mean has neither.
    assert np.mean(lives < 0.5) > 0.5
    assert np.mean(lives > 25.0) > 0.08


def test_a_false_object_that_came_again_comes_again_at_the_same_place_after_the_same_times():
    clutter = _clutter((0, 0.0, 1.0, 1.0), (0, 10.0, 1.0, 1.0), (0, 15.0, 1.0, 1.0))
    batch, _ = _sensed(HOUR, replace(QUIET, clutter=clutter, clutter_per_hour=10.0, edge_floor_px=np.zeros(EDGES),
                                     edge_share=np.zeros(EDGES)), seed=2)  # fmt: skip
    assert np.ptp(batch.position_m, axis=0).max() < 0.01
    begins = np.flatnonzero(np.diff((np.diff(batch.first_row) > 0).astype(int)) == 1)
    gaps = np.round(np.diff(begins) / 10.0)
    assert (gaps == 10.0).sum() >= 4
    assert (gaps == 5.0).sum() >= 4


def test_every_camera_has_as_many_false_boxes_of_objects_that_come_again():
    rare = [(number, begins_s, 0.2, 1.0) for number in range(9) for begins_s in (0.0, 5.0)]
    clutter = _clutter(*rare, (9, 0.0, 10.0, 1.0), (9, 12.0, 10.0, 1.0))
    errors = replace(QUIET, clutter=clutter, clutter_per_hour=300.0)
    counts = [len(_sensed(HOUR, errors, seed)[0].kind) for seed in range(3)]
    np.testing.assert_allclose(counts, 300.0 * (9 * 4.0 + 200.0) / 10.0, rtol=0.5)


def test_the_sigma_that_a_false_box_states_grows_with_the_uncertainty_of_the_cameras_pitch_and_with_the_fit():
    clutter = _clutter((0, 0.0, 2.0, 1.0))
    errors = replace(QUIET, clutter=clutter, clutter_per_hour=300.0)
    usual, unsure = (
        _sensed(HOUR, each, seed=3)[0].covariance_m2 for each in (errors, replace(errors, stated_ratio=np.full(3, 2.0)))
    )
    pose_m2 = _pose_m2(HOUR, errors)
    assert (np.trace(usual, axis1=1, axis2=2) > pose_m2).all()
    np.testing.assert_allclose(
        np.trace(unsure, axis1=1, axis2=2) - pose_m2, 4.0 * (np.trace(usual, axis1=1, axis2=2) - pose_m2), rtol=1e-4
    )


def _pose_m2(traffic, errors):
    """Returns (M,) variances that the pose of the camera causes at the false boxes, as the service's locator has it."""
    batch, _ = _sensed(traffic, errors, seed=3)
    true_m = batch.position_m
    range_m = np.linalg.norm(true_m - CAMERA.site_from_camera.translation_m[:2], axis=1)
    height_m = CAMERA.site_from_camera.translation_m[2] - DEMO_SITE.road.surface.height_at(true_m)
    return ((range_m**2 + height_m**2) / height_m * CAMERA.pitch_sigma_rad) ** 2 + (
        range_m / height_m * CAMERA.height_sigma_m
    ) ** 2


def test_the_same_seed_gives_the_same_measurements_and_another_one_others():
    traffic = lane_traffic(30.0, 0.8, 3)
    first, second, other = (_sensed(traffic, assumed_camera(), seed)[0] for seed in (1, 1, 2))
    for name, _, _ in MEASUREMENT_COLUMNS:
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))
    assert len(first.kind) != len(other.kind) or (first.position_m != other.position_m).any()
