"""What radars make of traffic without pictures: lists of what they follow, and clusters."""

from dataclasses import replace

import numpy as np

from simulation.picture_free.assumed import simulated_radars
from simulation.picture_free.lane_table import LaneTable
from simulation.picture_free.radar_looks import seen_from
from simulation.picture_free.sensed_radar import RadarRig, sensed_by_radar
from tests.simulation.picture_free.synthetic_traffic import DEMO_SITE, lane_traffic, trajectories_of

START_NS = 1_793_606_400_000_000_000
LANES = LaneTable.of(DEMO_SITE.road)


def _radar(traffic, kind="tracked_list", weather="day", seed=0, **changes):
    rng = np.random.default_rng(seed)
    rig = RadarRig.of(DEMO_SITE.radars[0], DEMO_SITE, (), LANES, traffic.object_ids, rng)
    span = {name: changes.pop(name) for name in ("begins_s", "margin_s") if name in changes}
    changes = {"false_per_s": 0.0, "ghosts_per_s": 0.0, "fixture_count": 0.0} | changes
    errors = replace(simulated_radars()[f"{kind}.{weather}"], **changes)
    seen = seen_from(rig.sensor.site_from_radar, rig.viewpoint, traffic, rig.sensor.max_range_m)
    return sensed_by_radar(rng, rig, errors, traffic, seen, START_NS, **span), errors


def _ahead_m(distance_m):
    """Returns the place so far before the radar, on its axis."""
    pose = DEMO_SITE.radars[0].site_from_radar
    return pose.translation_m[:2] + distance_m * pose.rotation[:2, 0] / np.linalg.norm(pose.rotation[:2, 0])


def _standing(seconds=60):
    """A car that has never moved, 40 m before the radar."""
    ticks = range(10 * seconds)
    return trajectories_of([(tick, 1, "sedan", *_ahead_m(40.0), 0.0) for tick in ticks], len(ticks))


def test_a_radar_lists_at_its_own_cycle_what_moves_and_lets_go_of_what_stands():
    moving = lane_traffic(60.0, 0.8, 3, stop_share=0.0)
    batch, errors = _radar(moving)
    np.testing.assert_array_equal(np.diff(batch.time_ns), round(errors.cycle_s * 1e9))
    assert np.diff(batch.first_row).mean() > 1.5
    assert np.isfinite(batch.radial_speed_mps).all()
    standing, _ = _radar(_standing())
    assert len(standing.kind) == 0


def test_what_a_radar_held_fades_after_its_time():
    """A car drives up for 10 s, then stands for 60 s."""
    radar = DEMO_SITE.radars[0].site_from_radar
    axis = radar.rotation[:2, 0] / np.linalg.norm(radar.rotation[:2, 0])
    ticks = np.arange(700)
    distance = 40.0 - 0.5 * np.minimum(ticks, 100) * 0.1 + 10.0
    rows = [(int(tick), 1, "sedan", *(radar.translation_m[:2] + far * axis), 0.0)
            for tick, far in zip(ticks, distance, strict=True)]  # fmt: skip
    traffic = trajectories_of(rows, 700)
    velocity = np.where(ticks < 100, -0.5, 0.0)[:, None] * axis
    batch, errors = _radar(replace(traffic, velocity_mps=velocity))
    listed = batch.time_ns[np.diff(batch.first_row) > 0]
    last_s = (listed.max() - START_NS) / 1e9
    assert 10.0 + errors.static_hold_s < last_s < 10.0 + errors.static_hold_s + errors.coast_s + 0.5


def test_a_radar_that_lists_clusters_lists_what_stands():
    batch, _ = _radar(_standing(), "ars408_clusters")
    assert (np.diff(batch.first_row) > 0).mean() > 0.5
    assert np.nanmax(np.abs(batch.radial_speed_mps)) < 0.3


def test_fixtures_stand_where_they_stood_and_are_found_again_and_again():
    batch, errors = _radar(_standing(20), "ars408_clusters", fixture_count=60.0, clusters_per_m=0.0)
    per_cycle = np.diff(batch.first_row).mean()
    assert 8.0 < per_cycle < 61.0
    assert np.nanmax(np.abs(batch.radial_speed_mps)) < 0.3
    places = np.unique(np.round(batch.position_m[np.isfinite(batch.position_m[:, 0])] / 8.0), axis=0)
    assert len(places) < 2.5 * errors.fixture_count


def test_false_clusters_are_near_and_of_any_speed_and_rain_is_nearer():
    nobody = trajectories_of([], 600)
    radar_m = DEMO_SITE.radars[0].site_from_radar.translation_m[:2]
    noise, _ = _radar(nobody, "ars408_clusters", false_per_s=20.0)
    assert np.linalg.norm(noise.position_m - radar_m, axis=1).max() < 80.0
    assert np.nanstd(noise.radial_speed_mps) > 14.0
    np.testing.assert_allclose(np.isnan(noise.radial_speed_mps).mean(), 0.07, atol=0.03)
    rain, errors = _radar(nobody, "ars408_clusters", "night_rain")
    assert np.linalg.norm(rain.position_m - radar_m, axis=1).max() < 35.0
    assert 0.5 * errors.rain_per_cycle < np.diff(rain.first_row).mean() < errors.rain_per_cycle


def test_what_is_followed_already_is_listed_from_a_chunks_first_cycle_on():
    moving = lane_traffic(60.0, 0.8, 3, stop_share=0.0)
    whole, _ = _radar(moving)
    late, _ = _radar(moving, margin_s=30.0, begins_s=0.03)
    # Cycles are counted from the recording's begin, wherever the chunk begins.
    np.testing.assert_array_equal((late.time_ns - START_NS + 30_000_000) % 100_000_000, 0)
    assert (late.time_ns - START_NS).min() == 30_070_000_000
    first = np.searchsorted(whole.time_ns, START_NS + 30_000_000_000)
    np.testing.assert_allclose(
        np.diff(late.first_row)[:5].mean(), np.diff(whole.first_row)[first : first + 5].mean(), atol=2.0
    )
    assert np.diff(late.first_row)[0] > 0


def test_who_comes_back_into_the_field_is_found_anew():
    """A car drives on before the radar but for two seconds, in which it is elsewhere."""
    ticks = np.arange(200)
    away = (ticks >= 100) & (ticks < 120)
    rows = [(int(tick), 1, "sedan", *_ahead_m(-500.0 if gone else 40.0), 0.0)
            for tick, gone in zip(ticks, away, strict=True)]  # fmt: skip
    velocity = 5.0 * np.tile(_ahead_m(1.0) - _ahead_m(0.0), (200, 1))
    batch, errors = _radar(replace(trajectories_of(rows, 200), velocity_mps=velocity), snr_db=60.0)
    listed = np.round(batch.time_ns[np.diff(batch.first_row) > 0] - START_NS, -6) / 1e9
    assert listed[0] == round((errors.birth_frames - 1) * errors.cycle_s, 3)
    assert listed[listed > 11.0][0] == round(12.0 + (errors.birth_frames - 1) * errors.cycle_s, 3)
