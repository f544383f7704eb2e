"""The fold: observations in, scenes on the grid out."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from roadside import pipeline
from roadside.types.observations import (
    Environment,
    Measurements,
    Observation,
    OperatorAction,
    OperatorCommand,
    SensorHealth,
    SensorState,
    SignalStates,
    SpotEvidence,
    Tick,
    VehicleReport,
)
from roadside.types.scene import TRACK_COLUMNS, Scene
from roadside.types.site import Site
from tests.v2x.site_builder import build_site
from tests.world import START_NS, RoadUser, WorldSensor, measured, scans

MS = 1_000_000
GRID = 100 * MS
DELAY_NS = 20 * MS
CAMERA, RADAR = "camera-north", "radar-north"
SENSORS = (
    WorldSensor(CAMERA),
    WorldSensor(RADAR, radial_sigma_mps=0.15, along_sigma_m=0.3, across_sigma_m=0.6, offset_s=0.03),
)


@pytest.fixture
def site() -> Site:
    return build_site()


def fold(site: Site, observations: list[Observation]) -> tuple[pipeline.FoldState, list[Scene]]:
    state, scenes = pipeline.start(site), []
    for observation in sorted(observations, key=lambda each: each.arrival_ns):
        state, new = pipeline.step(state, observation, site)
        scenes.extend(new)
    return state, scenes


def a_crossing_car(duration_s: float = 3.0) -> list[Observation]:
    """A car that drives past at 10 m/s, as two sensors deliver it, and a tick every 100 ms."""
    car = RoadUser((-15.0, 20.0), (10.0, 0.0))
    seen: list[Observation] = [
        replace(measurements, arrival_ns=measurements.time_ns + DELAY_NS)
        for _, measurements in scans([car], SENSORS, duration_s, seed=4)
    ]
    ticks = [Tick(START_NS + k * GRID + 50 * MS) for k in range(round(duration_s * 10) + 1)]
    return [*seen, *ticks]


def as_bytes(scenes: list[Scene]) -> bytes:
    """Everything in the scenes, array by array."""
    return pickle.dumps(
        [
            (
                s.time_ns,
                s.sensors,
                s.skipped_total,
                *(getattr(s.tracks, name).tobytes() for name, _, _ in TRACK_COLUMNS),
            )
            for s in scenes
        ]
    )


def test_scenes_come_on_the_hundred_millisecond_grid_one_after_another(site):
    _, scenes = fold(site, a_crossing_car())

    times = np.array([scene.time_ns for scene in scenes])
    assert (times % GRID == 0).all()
    assert (np.diff(times) == GRID).all()
    assert len(scenes) == 31  # 0.0 s to 3.0 s


def test_a_car_seen_by_camera_and_radar_is_one_track_predicted_to_the_grid_instant(site):
    _, scenes = fold(site, a_crossing_car())

    last = scenes[-1]
    elapsed_s = (last.time_ns - START_NS) / 1e9
    assert last.tracks.track_ids.tolist() == [1]
    assert last.tracks.states[0] == pytest.approx([-15.0 + 10.0 * elapsed_s, 20.0, 10.0, 0.0], abs=0.7)
    assert (last.tracks.last_seen_ns > 0).all()


def test_the_same_observations_give_byte_identical_scenes(site):
    assert as_bytes(fold(site, a_crossing_car())[1]) == as_bytes(fold(site, a_crossing_car())[1])


def test_an_order_of_arrival_that_stays_within_the_wait_does_not_change_the_scenes(site):
    observations = a_crossing_car()
    rng = np.random.default_rng(5)
    shuffled = [
        replace(each, arrival_ns=each.time_ns + int(rng.integers(1 * MS, 45 * MS)))
        if isinstance(each, Measurements)
        else each
        for each in observations
    ]

    _, ordered = fold(site, observations)
    _, jumbled = fold(site, shuffled)

    tracks = [scene.tracks for scene in jumbled]
    assert [scene.tracks.states.tobytes() for scene in ordered] == [each.states.tobytes() for each in tracks]


def test_a_late_measurement_is_counted_and_changes_nothing(site):
    observations = a_crossing_car()
    late = replace(measured([[0.0, 50.0]], START_NS + GRID, CAMERA), arrival_ns=START_NS + 5 * GRID)

    _, without = fold(site, observations)
    _, with_late = fold(site, [*observations, late])

    assert with_late[-1].sensors[0].late_total == 1
    assert with_late[-1].tracks.states.tobytes() == without[-1].tracks.states.tobytes()


def test_rows_that_are_not_finite_are_counted_and_do_not_harm_the_tracks(site):
    poison = measured([[np.nan, 1.0], [np.inf, np.nan]], START_NS + 15 * GRID, CAMERA)

    _, without = fold(site, a_crossing_car())
    _, scenes = fold(site, [*a_crossing_car(), replace(poison, arrival_ns=poison.time_ns + 3 * MS)])

    assert scenes[-1].sensors[0].rejected_total == 2
    assert scenes[-1].tracks.states == pytest.approx(without[-1].tracks.states)


def test_a_sensor_clock_an_hour_ahead_is_rejected_and_does_not_stop_time(site):
    ahead = replace(measured([[0.0, 0.0]], START_NS + 3600 * 10 * GRID, RADAR), arrival_ns=START_NS + 5 * GRID)

    _, scenes = fold(site, [*a_crossing_car(), ahead])

    assert scenes[-1].sensors[1].rejected_total == 1
    assert len(scenes) == 31


def test_a_sensor_that_falls_silent_is_said_to_be_silent(site):
    until_one_second = [
        each for each in a_crossing_car() if isinstance(each, Tick) or each.time_ns < START_NS + 10 * GRID
    ]

    _, scenes = fold(site, until_one_second)

    states = [scene.sensors[0].state for scene in scenes]
    assert states[5] is SensorState.OK
    assert states[-1] is SensorState.SILENT


def test_a_sensor_never_heard_of_is_unknown_and_not_called_fine(site):
    _, scenes = fold(site, [Tick(START_NS + k * GRID) for k in range(5)])

    assert {report.state for scene in scenes for report in scene.sensors} == {SensorState.UNKNOWN}


def test_a_jump_of_an_hour_gives_one_scene_and_counts_the_rest(site):
    state, _ = fold(site, [Tick(START_NS), Tick(START_NS + GRID)])

    state, scenes = pipeline.step(state, Tick(START_NS + GRID + 36_000 * GRID), site)

    assert len(scenes) == 1
    assert scenes[0].skipped_total == 35_999
    _, after = pipeline.step(state, Tick(START_NS + GRID + 36_001 * GRID), site)
    assert [scene.time_ns - scenes[0].time_ns for scene in after] == [GRID]


def test_what_a_source_says_of_itself_reaches_the_scene(site):
    word = SensorHealth(CAMERA, START_NS + GRID, START_NS + GRID, SensorState.DEGRADED, "dropping frames", 7, 2)

    _, scenes = fold(site, [*a_crossing_car(), word])

    report = scenes[-1].sensors[0]
    assert (report.state, report.dropped_total, report.repaired_total) == (SensorState.DEGRADED, 7, 2)


def test_every_other_kind_of_observation_passes_without_disturbing_the_tracks(site):
    at = START_NS + 15 * GRID
    others: list[Observation] = [
        SignalStates("controller", at, at, ("a",), np.array([3])),
        Environment("weather", at, at, ("rain_mmph",), np.array([2.0])),
        SpotEvidence(CAMERA, at, at, ("p1",), np.array([0.5])),
        VehicleReport("v1", at, at, np.zeros(4), np.eye(4), np.ones(3), 3),
        OperatorCommand("op", at, at, OperatorAction.CLOSE_SPOT, "p1", ""),
    ]

    _, without = fold(site, a_crossing_car())
    _, scenes = fold(site, [*a_crossing_car(), *others])

    assert scenes[-1].tracks.states.tobytes() == without[-1].tracks.states.tobytes()


def test_a_sensor_the_site_does_not_have_is_a_mistake_of_the_caller(site):
    with pytest.raises(ValueError, match="crossing-7 has no sensor 'lidar'"):
        pipeline.step(pipeline.start(site), measured([], START_NS, "lidar"), site)
