import time
from dataclasses import replace

import numpy as np
import pytest

from roadside.sources.can_frames import decode_can_frames, encode_can_frames
from roadside.sources.radar import decode_scan, encode_scan
from roadside.types.frames import CanFrames, RadarScan
from simulation.sensors.ars408_cluster_radar import MAX_CLUSTERS, ClusterRadar, cluster_frames
from simulation.sensors.ars408_clusters import CLUSTER_COLUMNS, Clusters, clusters
from simulation.sensors.ars408_echoes import CLUTTER, MIRROR, RAIN, fixtures
from simulation.sensors.ars408_messages import AmbigState, DynProp, database
from simulation.sensors.ars408_plan import Ars408Plan
from simulation.sensors.ars408_scan import scan_of_clusters
from simulation.types.actors import Actors
from simulation.types.world import Building, Facade
from tests.simulation.sensors.crowds import actors_of, radar_at

START_NS = 1_790_000_000_000_000_000
PLAN = Ars408Plan("r1", radar_at(pitch_rad=-0.05))
QUIET = replace(
    PLAN, fixture_count=0, false_per_cycle=0.0, ambiguous_share=0.0, staggered_share=0.0, mirror_share=0.0,
)  # fmt: skip
NOBODY = actors_of()


def cycles(
    plan: Ars408Plan, actors: Actors, count: int, buildings: tuple[Building, ...] = (), rain: float = 0.0, seed: int = 1
) -> Clusters:
    """The clusters of many looks at one scene, one behind the other."""
    rng = np.random.default_rng(seed)
    street = fixtures(plan, rng)
    looks = [clusters(plan, street, actors, buildings, rain, rng) for _ in range(count)]
    return Clusters(*(np.concatenate([getattr(look, name) for look in looks]) for name, _, _ in CLUSTER_COLUMNS))


def test_a_truck_gives_more_clusters_than_a_car_and_a_pedestrian_least() -> None:
    actors = actors_of(
        ("sedan", 40.0, 0.0, 8.0, 180.0), ("box_truck", 40.0, 8.0, 8.0, 180.0), ("adult", 30.0, -8.0, 1.5, 180.0)
    )
    looks = cycles(QUIET, actors, 100)
    car, truck, person = (np.sum(looks.source_ids == number) / 100 for number in (1, 2, 3))

    assert truck > car > 1.5
    assert 0.3 < person < car


def test_clusters_lie_on_the_sides_that_the_radar_sees() -> None:
    looks = cycles(QUIET, actors_of(("sedan", 30.0, 6.0, 8.0, 180.0)), 200)
    x_m, y_m = looks.range_m * np.cos(looks.azimuth_rad), looks.range_m * np.sin(looks.azimuth_rad)

    # The front at 27.65 m (slant 28.2 m), the right side at 5.09 m; azimuths scatter by half a degree, 0.25 m here.
    assert np.median(x_m) < 31.0
    assert x_m.min() > 27.0
    assert np.median(y_m) < 6.2


def test_a_car_seen_again_and_again_scatters_as_the_radar_states() -> None:
    few = replace(QUIET, clusters_per_m=0.0)
    looks = cycles(few, actors_of(("sedan", 50.0, 0.0, 8.0, 180.0)), 250)

    assert looks.range_m.std() == pytest.approx(0.05, rel=0.15)
    assert looks.azimuth_rad.std() == pytest.approx(np.radians(0.5), rel=0.15)
    assert looks.radial_speed_mps.mean() == pytest.approx(-8.0 * 47.65 / 47.96, abs=0.02)
    assert looks.radial_speed_mps.std() == pytest.approx(0.03, rel=0.15)


def test_the_far_beam_takes_over_where_the_near_one_ends() -> None:
    actors = actors_of(
        ("sedan", 60.0, 0.0, 8.0, 180.0), ("sedan", 120.0, 0.0, 8.0, 180.0), ("sedan", 80.0, 40.0, 8.0, 0.0)
    )
    looks = cycles(QUIET, actors, 30)

    assert not looks.is_far[looks.source_ids == 1].any()
    assert looks.is_far[looks.source_ids == 2].all()
    assert not (looks.source_ids == 3).any()


def test_nothing_comes_from_behind_a_bus() -> None:
    actors = actors_of(("city_bus", 30.0, 0.0, 0.0, 90.0), ("sedan", 36.0, 0.0, 8.0, 180.0))

    assert set(cycles(QUIET, actors, 50).source_ids.tolist()) == {1}


def test_rain_brings_clutter_near_the_radar_and_takes_from_afar() -> None:
    dry, wet = (cycles(replace(QUIET, fixture_count=0), NOBODY, 100, rain=rain) for rain in (0.0, 1.0))
    assert len(dry) == 0
    assert len(wet) / 100 == pytest.approx(QUIET.rain_per_cycle, rel=0.1)
    assert (wet.source_ids == RAIN).all()
    assert wet.range_m.max() < 25.5
    far = actors_of(("sedan", 240.0, 0.0, 8.0, 180.0))
    no_drops = replace(QUIET, rain_per_cycle=0.0)
    found = [len(cycles(no_drops, far, 200, rain=rain)) for rain in (0.0, 1.0)]
    assert found[1] < 0.8 * found[0]


def test_the_street_stands_still_and_stays_where_it_is() -> None:
    looks = cycles(replace(QUIET, fixture_count=40), NOBODY, 50)

    assert (looks.source_ids == CLUTTER).all()
    assert 3 < len(looks) / 50 < 40
    assert np.isin(looks.dyn_props, (DynProp.STATIONARY, DynProp.STATIONARY_CANDIDATE)).all()
    assert len(np.unique(np.round(looks.range_m / 2.0))) < 40


def test_coming_is_oncoming_going_is_moving_and_standing_is_stationary() -> None:
    actors = actors_of(
        ("sedan", 40.0, 0.0, 8.0, 180.0), ("sedan", 40.0, 8.0, 8.0, 0.0), ("sedan", 40.0, -8.0, 0.0, 180.0)
    )
    looks = cycles(QUIET, actors, 20)
    still = (DynProp.STATIONARY, DynProp.STATIONARY_CANDIDATE)
    for number, wanted in ((1, (DynProp.ONCOMING,)), (2, (DynProp.MOVING,)), (3, still)):
        props = looks.dyn_props[looks.source_ids == number]
        assert np.isin(props, wanted).mean() > 0.95  # but for a wheel that touches the ground


def test_some_speeds_are_ambiguous_and_half_of_those_are_wrong() -> None:
    plan = replace(QUIET, clusters_per_m=0.0, ambiguous_share=0.3, staggered_share=0.1)
    bearings_rad = np.radians(np.linspace(-40.0, 40.0, 21))
    rows = [("sedan", 50 * np.cos(b), 50 * np.sin(b), 8.0, 180.0 + np.degrees(b)) for b in bearings_rad]
    looks = cycles(plan, actors_of(*rows), 80)
    wrong = np.abs(looks.radial_speed_mps + 7.95) > 5.0

    assert np.mean(looks.ambig_states == AmbigState.AMBIGUOUS) == pytest.approx(0.3, abs=0.04)
    assert wrong[looks.ambig_states == AmbigState.AMBIGUOUS].mean() == pytest.approx(0.5, abs=0.08)
    assert not wrong[looks.ambig_states == AmbigState.UNAMBIGUOUS].any()


def test_a_wall_gives_mirror_images_of_which_half_are_suspected() -> None:
    wall = Building(Facade.BRICK, np.array([(0.0, 8.0), (90.0, 8.0), (90.0, 20.0), (0.0, 20.0)]), 9.0)
    plan = replace(QUIET, mirror_share=0.5, clusters_per_m=0.0)
    looks = cycles(plan, actors_of(("sedan", 50.0, 2.0, 8.0, 180.0)), 300, (wall,))
    images = looks.range_m * np.sin(looks.azimuth_rad) > 9.0

    assert 0.05 < images.sum() / 300 < 0.5
    assert (looks.invalid_states[images] == MIRROR).mean() == pytest.approx(0.5, abs=0.2)
    assert (looks.invalid_states[~images] != MIRROR).all()


def frames_by_name(frames: CanFrames, number: int = 0) -> dict[str, list[dict[str, object]]]:
    """All frames as cantools reads them."""
    found: dict[str, list[dict[str, object]]] = {}
    for frame_id, data in zip(frames.arbitration_ids.tolist(), frames.data, strict=True):
        message = database().get_message_by_frame_id(frame_id - 0x10 * number)
        decoded = message.decode(data, decode_choices=False)
        assert isinstance(decoded, dict)
        found.setdefault(message.name, []).append(decoded)
    return found


def test_a_cycle_on_the_bus_is_its_clusters_within_half_a_step() -> None:
    rng = np.random.default_rng(1)
    actors = actors_of(("sedan", 40.0, -6.0, 12.0, 180.0), ("city_bus", 90.0, 3.0, 9.0, 170.0))
    plan = replace(PLAN, radar_number=3)
    of_cycle = clusters(plan, fixtures(plan, rng), actors, (), 0.0, rng)
    frames = cluster_frames(plan, of_cycle, 70_000, START_NS)
    found = frames_by_name(frames, 3)

    [status] = found["Cluster_0_Status"]
    assert status["Cluster_MeasCounter"] == 70_000 - 65_536
    assert status["Cluster_NofClustersNear"] + status["Cluster_NofClustersFar"] == len(of_cycle)  # type: ignore[operator]
    assert frames.time_ns == START_NS + 40_000_000
    for row, (general, quality) in enumerate(
        zip(found["Cluster_1_General"], found["Cluster_2_Quality"], strict=True)
    ):  # fmt: skip
        cos, sin = np.cos(of_cycle.azimuth_rad[row]), np.sin(of_cycle.azimuth_rad[row])
        assert general["Cluster_ID"] == quality["Cluster_ID"] == row
        assert general["Cluster_DistLong"] == pytest.approx(of_cycle.range_m[row] * cos, abs=0.1001)
        assert general["Cluster_DistLat"] == pytest.approx(of_cycle.range_m[row] * sin, abs=0.1001)
        assert general["Cluster_VrelLong"] == pytest.approx(of_cycle.radial_speed_mps[row] * cos, abs=0.1251)
        assert general["Cluster_VrelLat"] == pytest.approx(of_cycle.radial_speed_mps[row] * sin, abs=0.1251)
        assert general["Cluster_RCS"] == pytest.approx(of_cycle.rcs_dbsm[row], abs=0.2501)
        assert general["Cluster_DynProp"] == of_cycle.dyn_props[row]
        assert quality["Cluster_AmbigState"] == of_cycle.ambig_states[row]


def test_no_more_is_sent_than_fits_into_a_cycle_and_never_more_than_250() -> None:
    crowded = replace(PLAN, false_per_cycle=600.0)
    frames = ClusterRadar(crowded, 1).step(START_NS, NOBODY)
    assert frames.times_ns[-1] - frames.times_ns[0] <= 72_000_000
    assert len(frames) > 300
    slow = ClusterRadar(replace(crowded, cycle_s=1.0), 1).step(START_NS, NOBODY)
    assert len(slow) == 1 + 2 * MAX_CLUSTERS


def test_the_scan_of_the_frames_is_what_was_measured_less_what_the_radar_disowns() -> None:
    rng = np.random.default_rng(2)
    plan = replace(PLAN, radar_number=1, ambiguous_share=0.2)
    actors = actors_of(("sedan", 40.0, -6.0, 12.0, 180.0), ("city_bus", 60.0, 3.0, 9.0, 0.0))
    of_cycle = clusters(plan, fixtures(plan, rng), actors, (), 0.3, rng)
    frames = cluster_frames(plan, of_cycle, 1, START_NS)
    scan = scan_of_clusters(frames, 1, plan.delay_s)

    used = of_cycle.invalid_states != MIRROR
    assert (scan.sensor_id, scan.time_ns, scan.arrival_ns) == ("r1", START_NS, frames.arrival_ns)
    assert scan.range_m == pytest.approx(of_cycle.range_m[used], abs=0.15)
    clear = of_cycle.ambig_states[used] == AmbigState.UNAMBIGUOUS
    assert np.array_equal(np.isfinite(scan.radial_speed_mps), clear)
    assert scan.radial_speed_mps[clear] == pytest.approx(of_cycle.radial_speed_mps[used][clear], abs=0.2)
    near = of_cycle.range_m[used] > 10.0
    assert scan.azimuth_rad[near] == pytest.approx(of_cycle.azimuth_rad[used][near], abs=0.015)
    assert np.isnan(scan.elevation_rad).all()
    back = decode_scan(encode_scan(scan), "r1", scan.arrival_ns)
    assert np.array_equal(back.range_m, scan.range_m)


def test_frames_of_another_radar_on_the_bus_are_no_scan() -> None:
    frames = ClusterRadar(PLAN, 1).step(START_NS, NOBODY)
    with pytest.raises(ValueError, match="r1: wanted one Cluster_0_Status message, got 0"):
        scan_of_clusters(frames, 1, 0.04)


def test_a_cycle_that_lost_a_frame_is_no_scan() -> None:
    frames = ClusterRadar(PLAN, 1).step(START_NS, NOBODY)
    cut = CanFrames(
        "r1", frames.arrival_ns, frames.times_ns[:-1].copy(), frames.arbitration_ids[:-1].copy(),
        frames.is_extended[:-1].copy(), frames.data[:-1],
    )  # fmt: skip
    with pytest.raises(ValueError, match=r"r1: wanted \d+ clusters with their quality, got \d+ with \d+"):
        scan_of_clusters(cut, 0, 0.04)


def scans(seed: int) -> list[RadarScan]:
    radar = ClusterRadar(PLAN, seed, rain=0.2)
    actors = actors_of(("sedan", 40.0, -6.0, 12.0, 180.0))
    return [scan_of_clusters(radar.step(START_NS + 72_000_000 * k, actors), 0, 0.04) for k in range(10)]


def test_a_seed_gives_the_same_cycles_and_they_survive_the_wire() -> None:
    first, again, other = ([encode_scan(scan) for scan in scans(seed)] for seed in (1, 1, 2))
    assert first == again
    assert first != other
    frames = ClusterRadar(PLAN, 1).step(START_NS, NOBODY)
    assert decode_can_frames(encode_can_frames(frames), "r1", frames.arrival_ns).data == frames.data


def test_a_cycle_takes_milliseconds() -> None:
    rng = np.random.default_rng(7)
    rows = [
        ("sedan", x, y, 8.0, 180.0) for x, y in zip(rng.uniform(15, 200, 60), rng.uniform(-40, 40, 60), strict=True)
    ]
    radar, actors = ClusterRadar(PLAN, 1), actors_of(*rows)
    radar.step(START_NS, actors)
    begin_s = time.process_time()
    for _ in range(5):
        radar.step(START_NS, actors)

    assert (time.process_time() - begin_s) / 5 < 0.05
