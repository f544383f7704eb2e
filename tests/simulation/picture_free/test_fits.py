"""Fits give back what errors were drawn with."""

from dataclasses import replace

import numpy as np

from roadside.types.road_users import RoadUserClass
from simulation.picture_free.assumed import assumed_camera
from simulation.picture_free.correlated import Groups, first_order, held_uniform, memory_of
from simulation.picture_free.errors import EDGES, FAR_EDGES, detection_terms
from simulation.picture_free.fitted_detection import confusion, logit_fit, miss_times
from simulation.picture_free.fitted_edges import edge_fit, edge_times
from simulation.picture_free.lasting import Lags, kept_and_forgotten
from simulation.picture_free.samples import Samples

STEP_S = 0.1
USERS, FRAMES = 150, 80
COUNT = USERS * FRAMES
BEFORE = assumed_camera()


def _samples(rng, **columns):
    """Cars seen whole for eight seconds each, of sizes that change little; nothing errs unless it is said."""
    who, frames = np.repeat(np.arange(USERS), FRAMES), np.tile(np.arange(FRAMES), USERS)
    height = np.repeat(np.exp(rng.uniform(np.log(12.0), np.log(120.0), USERS)), FRAMES)
    low = rng.uniform(100.0, 400.0, (COUNT, 2))
    box = np.concatenate([low, low + np.stack([1.5 * height, height], axis=1)], axis=1)
    nothing = np.full((COUNT, 2), np.nan)
    defaults = {
        "who": who, "users": who, "moments": frames, "frames": frames, "box_px": box,
        "classes": np.full(COUNT, RoadUserClass.CAR),
        "visible_share": np.ones(COUNT), "measured": np.ones((COUNT, EDGES), dtype=bool), "height_px": height,
        "width_px": 1.5 * height, "is_cut": np.zeros(COUNT, dtype=bool), "range_ok": np.ones(COUNT, dtype=bool),
        "found": np.ones(COUNT, dtype=bool), "boxes_px": box, "reported": np.full(COUNT, RoadUserClass.CAR),
        "confidence": np.full(COUNT, 0.7), "second_px": np.full((COUNT, 4), np.nan), "focal_px": np.full(COUNT, 1000.0),
        "error_m": nothing, "stated_m": nothing, "gain": np.zeros((COUNT, 2, 4)), "bias_m": nothing,
        "linear_m": nothing, "surroundings": np.zeros(COUNT, dtype=int), "filled": np.full(COUNT, 0.5),
        "alone_share": np.ones(COUNT),
    }  # fmt: skip
    return Samples(**(defaults | columns))


def _groups():
    return Groups.of(np.tile(np.arange(FRAMES) == 0, USERS))


def _lags(samples):
    return Lags.of(samples.who, samples.frames, STEP_S, 20)


def test_what_a_process_keeps_and_forgets_and_how_fast_is_found():
    lag_s = STEP_S * np.arange(1, 21)
    kept, forgotten, constant_s = kept_and_forgotten(lag_s, 0.2 + 0.5 * np.exp(-lag_s / 0.6), np.ones(20))
    np.testing.assert_allclose([kept, forgotten, constant_s], [0.2, 0.5, 0.6], atol=0.05)


def test_shares_stay_within_their_limits_where_the_correlation_does_not():
    lag_s = STEP_S * np.arange(1, 21)
    for correlation in (np.full(20, -0.3), np.full(20, 1.2), 1.3 * np.exp(-lag_s / 0.3)):
        kept, forgotten, _ = kept_and_forgotten(lag_s, correlation, np.ones(20))
        assert kept >= 0.0
        assert forgotten >= 0.0
        assert kept + forgotten <= 1.0 + 1e-9


def test_pairs_belong_to_one_road_user_and_are_as_far_apart_as_they_say():
    lags = Lags.of(np.array([0, 0, 0, 1, 1]), np.array([0, 1, 3, 0, 1]), STEP_S, 3)
    assert [earlier.tolist() for earlier in lags.earlier] == [[0, 3], [1], [0]]
    assert [later.tolist() for later in lags.later] == [[1, 4], [2], [2]]


def test_the_probability_of_detection_and_how_long_misses_last_are_found():
    rng = np.random.default_rng(1)
    samples = _samples(rng)
    truth = np.array([0.3, 1.5, -0.5, 0.0, 0.0, 0.0, 0.0])
    terms = detection_terms(samples.width_height_px, samples.visible_share, samples.is_cut)
    probability = 1.0 / (1.0 + np.exp(-sum(a * x for a, x in zip(truth, terms, strict=True))))
    lot = held_uniform(rng, _groups(), float(memory_of(0.4, STEP_S)), rng.random(USERS), 0.5)
    samples = replace(samples, found=lot < probability)
    detection, offset = logit_fit(samples, BEFORE)
    fitted = 1.0 / (1.0 + np.exp(-sum(a * x for a, x in zip(detection, terms, strict=True)) - offset[3]))
    assert np.abs(fitted - probability).mean() < 0.05
    errors = replace(BEFORE, detection=detection, class_offset=offset)
    miss_s, stubborn_share = miss_times(samples, errors, _lags(samples))
    np.testing.assert_allclose(np.median(miss_s), 0.4, atol=0.2)
    np.testing.assert_allclose(stubborn_share, 0.5, atol=0.15)


def test_the_edges_bias_sigma_parts_and_outliers_are_found():
    rng = np.random.default_rng(2)
    groups = _groups()
    samples = _samples(rng)
    lasting, slow = rng.standard_normal((EDGES, USERS))[:, groups.group], first_order(rng, groups, EDGES, 0.8)
    normal = np.sqrt(0.3) * lasting + np.sqrt(0.5) * slow + np.sqrt(0.2) * rng.standard_normal((EDGES, COUNT))
    sigma = np.hypot(1.0, 0.05 * samples.sides_px)
    normal = np.clip(normal, -3.0, 3.0).T
    far = rng.random(COUNT) < 0.03
    excess = rng.exponential(2.0, (COUNT, EDGES)) + 3.0
    normal[far, :2] = np.copysign(excess, normal)[far, :2]
    error = np.array([0.05, 0.0, -0.05, 0.02]) * samples.sides_px + sigma * normal
    samples = replace(samples, boxes_px=samples.box_px + error)
    fit = edge_fit(samples)
    np.testing.assert_allclose(fit.bias[RoadUserClass.CAR], [0.05, 0.0, -0.05, 0.02], atol=0.02)
    np.testing.assert_allclose(np.hypot(fit.floor_px, 30.0 * fit.share), np.hypot(1.0, 1.5), rtol=0.25)
    left_and_top = np.flatnonzero((FAR_EDGES == [True, True, False, False]).all(axis=1))
    np.testing.assert_allclose(fit.outlier_share[left_and_top], 0.03, atol=0.01)
    assert fit.outlier_share.sum() < 0.05
    np.testing.assert_allclose(fit.outlier_scale[:2], 2.0, atol=0.6)
    kept, forgotten, constant_s = edge_times(samples, fit, _lags(samples), BEFORE)
    # Outliers are new in every frame: they take from both.
    np.testing.assert_allclose(kept, 0.3, atol=0.15)
    np.testing.assert_allclose(forgotten, 0.5, atol=0.2)
    np.testing.assert_allclose(constant_s, -STEP_S / np.log(0.8), rtol=0.6)


def test_a_nodding_camera_shows_in_what_the_boxes_of_a_frame_have_in_common():
    rng = np.random.default_rng(3)
    samples = _samples(rng)
    pitch = 2e-3 * rng.standard_normal(FRAMES)
    own = rng.standard_normal((COUNT, EDGES))
    nods = np.zeros((COUNT, EDGES))
    nods[:, 1] = nods[:, 3] = 1000.0 * pitch[samples.frames]
    still = replace(samples, boxes_px=samples.box_px + own)
    nodding = replace(samples, boxes_px=samples.box_px + own + nods)
    fit = edge_fit(nodding)
    np.testing.assert_allclose(fit.pitch_sigma_rad, 2e-3, rtol=0.25)
    assert edge_fit(still).pitch_sigma_rad < 3e-4
    # What is the camera's is not the boxes': 2 px of nodding are taken off their own 1 px.
    np.testing.assert_allclose(np.hypot(fit.floor_px, 40.0 * fit.share), 1.0, atol=0.15)
    np.testing.assert_allclose(fit.correlation, np.eye(EDGES), atol=0.1)


def test_where_two_boxes_only_show_a_nodding_it_is_taken_from_neither_boxs_own_error():
    rng = np.random.default_rng(5)
    samples = _samples(rng)
    samples = replace(samples, moments=samples.frames * USERS + samples.who // 2)
    error = rng.standard_normal((COUNT, EDGES))
    error[:, [1, 3]] += 2.0 * rng.standard_normal(FRAMES * USERS)[samples.moments, None]
    fit = edge_fit(replace(samples, boxes_px=samples.box_px + error))
    np.testing.assert_allclose(fit.pitch_sigma_rad, 2e-3, rtol=0.25)
    np.testing.assert_allclose(np.hypot(fit.floor_px, 40.0 * fit.share), 1.0, atol=0.2)


def test_a_road_user_that_is_drawn_twice_does_not_nod_with_itself():
    rng = np.random.default_rng(6)
    samples = _samples(rng)
    alone = replace(samples, moments=np.arange(COUNT), boxes_px=samples.box_px + rng.standard_normal((COUNT, EDGES)))
    twice = alone.select(np.tile(np.arange(COUNT), 2))
    drawn = replace(twice, who=np.repeat([0, 1], COUNT) * USERS + twice.who)
    assert edge_fit(drawn).pitch_sigma_rad == 0.0


def test_confusion_is_counted_on_top_of_what_was_known_before():
    rng = np.random.default_rng(4)
    samples = _samples(rng)
    reported = np.where(rng.random(COUNT) < 0.3, RoadUserClass.VAN, RoadUserClass.CAR)
    table = confusion(replace(samples, reported=reported), BEFORE)
    np.testing.assert_allclose(table.sum(axis=1), 1.0)
    np.testing.assert_allclose(table[RoadUserClass.CAR, RoadUserClass.VAN], 0.3, atol=0.03)
    np.testing.assert_allclose(table[RoadUserClass.BUS], BEFORE.class_confusion[RoadUserClass.BUS])


def test_a_class_without_evidence_is_no_vehicle_and_little_evidence_says_what_it_is_taken_for():
    cone = RoadUserClass.UNKNOWN_UNMOVABLE
    vehicles = [number for number in RoadUserClass if number >= RoadUserClass.CAR]
    assert BEFORE.class_confusion[cone, vehicles].sum() == 0.0
    samples = _samples(np.random.default_rng(7))
    classes = np.where(np.arange(COUNT) < 5, cone, RoadUserClass.CAR)
    table = confusion(replace(samples, classes=classes), BEFORE)
    assert table[cone, RoadUserClass.CAR] > 0.95
