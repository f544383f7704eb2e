from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from roadside.sources.radar_tracks import decode_tracks, encode_tracks
from roadside.types.frames import RADAR_TRACK_COLUMNS, RadarTracks
from roadside.types.road_users import RoadUserClass
from simulation.sensors.reflections import RadarOptics
from simulation.sensors.tracked_list import TrackedListPlan, TrackedListRadar, ground_position_m
from simulation.sensors.tracking_habits import TrackingHabits
from simulation.types.actors import Actors
from simulation.types.world import Building, Facade
from tests.simulation.sensors.crowds import HEIGHT_M, actors_of, radar_at

START_NS = 1_790_000_000_000_000_000
HABITS = TrackingHabits(renewal_per_s=0.0, ghosts_per_s=0.0, switch_per_s=0.0)
STRONG = RadarOptics(snr_db=60.0)
PLAN = TrackedListPlan("r1", radar_at(), HEIGHT_M, STRONG, HABITS)


def run(
    plan: TrackedListPlan,
    scene: Callable[[float], Actors],
    duration_s: float,
    seed: int = 1,
    buildings: tuple[Building, ...] = (),
) -> list[RadarTracks]:
    radar = TrackedListRadar(plan, seed, buildings)
    times_s = np.arange(0.0, duration_s, plan.habits.cycle_s)
    return [radar.step(START_NS + round(1e9 * time_s), scene(time_s)) for time_s in times_s]


def ids(lists: list[RadarTracks]) -> list[list[int]]:
    return [each.object_ids.tolist() for each in lists]


def coming(time_s: float) -> Actors:
    """A car that comes along the boresight from 200 m at 10 m/s."""
    return actors_of(("sedan", 200.0 - 10.0 * time_s, 0.0, 10.0, 180.0))


def test_a_car_is_put_out_after_five_cycles_and_keeps_its_id() -> None:
    lists = run(PLAN, coming, 15.0)

    assert ids(lists)[:4] == [[]] * 4
    assert ids(lists)[4:] == [[1]] * (len(lists) - 4)
    assert [int(each.age_frames[0]) for each in lists[4:]] == list(range(len(lists) - 4))


def test_the_place_is_the_front_of_a_car_that_comes_and_the_speed_is_its_own() -> None:
    perfect = replace(HABITS, along_sigma_m=1e-6, across_sigma_rad=0.0, across_floor_m=1e-6, speed_sigma_mps=0.0,
                      direction_sigma_rad=0.0, length_share=1.0, length_spread=0.0)  # fmt: skip
    last = run(replace(PLAN, habits=perfect), coming, 10.0)[-1]
    front_m = 200.0 - 10.0 * (last.time_ns - START_NS) / 1e9 - 2.35

    assert last.position_m[0] == pytest.approx([front_m, 0.0], abs=0.02)
    assert last.speed_mps[0] == pytest.approx(10.0)
    assert last.direction[0] == pytest.approx([-1.0, 0.0], abs=1e-9)
    assert (last.to_front_m[0], last.to_back_m[0], last.length_m[0]) == pytest.approx((0.0, 4.7, 4.7), abs=0.05)


def test_a_car_in_the_next_lane_is_tracked_between_its_side_and_its_middle() -> None:
    exact = replace(HABITS, along_sigma_m=1e-6, across_sigma_rad=0.0, across_floor_m=1e-6)
    scene = actors_of(("sedan", 100.0, 5.0, 0.5, 180.0))
    last = run(replace(PLAN, habits=exact), lambda _: scene, 1.0)[-1]

    assert last.position_m[0, 1] == pytest.approx(5.0 - 0.91 / 2.0, abs=0.02)


def test_errors_have_the_stated_size_and_fade_over_the_stated_time() -> None:
    # Cars that crawl towards the radar on treadmills: nine long looks at one range.
    habits = replace(HABITS, error_time_s=(1.0, 1.0))
    bearings_rad = np.radians(np.linspace(-40.0, 40.0, 9))
    rows = [("sedan", 100 * np.cos(b), 100 * np.sin(b), 0.5, 180.0 + np.degrees(b)) for b in bearings_rad]
    lists = run(replace(PLAN, habits=habits), lambda _: actors_of(*rows), 60.0)[10:]
    place_m = np.array([each.position_m for each in lists])
    ahead = np.stack([np.cos(bearings_rad), np.sin(bearings_rad)], axis=1)
    left = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1)
    lag = round(1.0 / habits.cycle_s)
    across_sigma_m = np.hypot(0.35, np.radians(0.3) * 97.8)
    for axis, middle_m, sigma_m in ((ahead, 97.65, 0.35), (left, 0.0, across_sigma_m)):
        errors_m = (place_m * axis).sum(axis=2) - middle_m
        assert errors_m.std() == pytest.approx(sigma_m, rel=0.12)
        # One time constant later exp(-1) of an error is left; 530 s of a process of 1 s tell that to some 0.05.
        correlation = (errors_m[lag:] * errors_m[:-lag]).mean() / (errors_m**2).mean()
        assert correlation == pytest.approx(np.exp(-lag * habits.cycle_s), abs=0.12)


def stopping(time_s: float) -> Actors:
    """A car that comes, stands at 100 m from second 5 to 20, and drives on."""
    driven_m = 10.0 * min(time_s, 5.0) + 10.0 * max(time_s - 20.0, 0.0)
    return actors_of(("sedan", 150.0 - driven_m, 0.0, 0.0 if 5.0 <= time_s < 20.0 else 10.0, 180.0))


def test_a_standing_car_fades_after_the_stated_time_and_comes_back_under_a_new_id() -> None:
    plan = replace(PLAN, habits=replace(HABITS, static_hold_s=8.0))
    lists = run(plan, stopping, 24.0)
    times_s = np.array([(each.time_ns - START_NS) / 1e9 for each in lists])
    present = np.array([len(each) == 1 for each in lists])

    assert times_s[present & (times_s < 20.0)].max() == pytest.approx(13.0, abs=0.15)
    assert not present[(times_s > 13.2) & (times_s < 20.0)].any()
    assert {number for each in ids(lists) for number in each} == {1, 2}
    standing = [each for each, time_s in zip(lists, times_s, strict=True) if 5.1 < time_s < 12.8]
    assert (np.diff([each.static_countdown_frames[0] for each in standing]) == -1).all()
    assert {float(each.speed_mps[0]) for each in standing} == {0.0}
    assert len({tuple(each.position_m[0]) for each in standing}) == 1


def test_a_short_stop_keeps_the_id_and_fills_the_count_again() -> None:
    lists = run(PLAN, stopping, 24.0)

    assert {number for each in ids(lists)[4:] for number in each} == {1}
    assert lists[-1].static_countdown_frames[0] == round(30.0 / HABITS.cycle_s)


def passing_a_bus(length_m: float) -> Callable[[float], Actors]:
    """A car that crosses the view behind a standing bus at 40 m."""

    def scene(time_s: float) -> Actors:
        bus = ("city_bus", 40.0, 0.0, 0.0, 90.0)
        return actors_of(bus, ("sedan", 55.0 + 0.02 * time_s, -30.0 + 12.0 * time_s, 12.0, 89.9), ids=[9, 5])

    return scene


def test_a_hidden_car_is_predicted_for_a_second_and_then_lost() -> None:
    lists = run(PLAN, passing_a_bus(12.0), 5.0)
    predicted = [int(each.predicted_frames.max()) for each in lists if len(each)]

    # 16.5 m behind the bus at 12 m/s: longer than the second that it coasts.
    assert max(predicted) == int(1.0 / HABITS.cycle_s)
    assert {number for each in ids(lists) for number in each} == {1, 2}
    gaps = [len(each) == 0 for each in lists[5:]]
    assert any(gaps)


def test_a_track_that_coasts_through_comes_back_to_its_car_smoothly() -> None:
    plan = replace(PLAN, habits=replace(HABITS, coast_s=3.0))
    lists = [each for each in run(plan, passing_a_bus(12.0), 5.0) if len(each)]
    place_m = np.array([each.position_m[0] for each in lists])

    assert {number for each in ids(lists) for number in each} == {1}
    assert max(int(each.predicted_frames[0]) for each in lists) >= 14
    steps_m = np.linalg.norm(np.diff(place_m, axis=0), axis=1)
    assert steps_m.max() < 12.0 * HABITS.cycle_s + 1.0


def test_two_cars_abreast_far_away_are_one_and_near_by_two() -> None:
    def scene(time_s: float) -> Actors:
        x_m = 220.0 - 12.0 * time_s
        return actors_of(("sedan", x_m, 1.75, 12.0, 180.0), ("suv", x_m, -1.75, 12.0, 180.0))

    lists = run(PLAN, scene, 16.0)
    assert {len(each) for each in lists[20:80]} == {1}
    assert len(lists[-1]) == 2
    lump = np.array([each.position_m[0, 1] for each in lists[20:80]])
    assert abs(lump.mean()) < 1.2


def test_one_that_crosses_squarely_is_not_measured_while_it_drowns() -> None:
    plan = replace(PLAN, habits=replace(HABITS, coast_s=10.0))
    lists = run(plan, lambda time_s: actors_of(("adult", 60.0, -9.0 + 1.5 * time_s, 1.5, 90.0)), 12.0)
    # Radial speed is below 0.25 m/s within 10 degrees of square: from -10 m to 10 m nothing is measured.
    assert not any(len(each) for each in lists)


def test_ghosts_in_a_wall_are_rare_and_short_and_have_ids_of_their_own() -> None:
    wall = Building(Facade.BRICK, np.array([(0.0, 12.0), (220.0, 12.0), (220.0, 30.0), (0.0, 30.0)]), 9.0)
    plan = replace(PLAN, habits=replace(HABITS, ghosts_per_s=0.3))
    lists = run(plan, lambda time_s: coming(time_s % 18.0), 17.0, buildings=(wall,))
    ghosts = [each.position_m[each.object_ids != 1] for each in lists[5:]]

    assert any(len(each) for each in ghosts)
    assert sum(len(each) > 0 for each in ghosts) < len(ghosts)
    assert all((each[:, 1] > 20.0).all() for each in ghosts)


def test_lengths_are_biased_and_classes_follow_them() -> None:
    bodies = ["sedan", "city_bus", "box_truck", "motorcycle", "panel_van"]
    lengths: dict[str, list[float]] = {body: [] for body in bodies}
    classes: dict[str, list[int]] = {body: [] for body in bodies}
    plan = replace(PLAN, habits=replace(HABITS, length_time_s=0.2))
    for seed in range(25):
        rows = [(body, 100.0 - 12.0 * row, -8.0 + 4.0 * row, 12.0, 180.0) for row, body in enumerate(bodies)]
        radar = TrackedListRadar(plan, seed)
        for cycle in range(20):
            x_step_m = 12.0 * cycle * HABITS.cycle_s / 2.0
            actors = actors_of(*((body, x - x_step_m, y, 6.0, 180.0) for body, x, y, _, _ in rows))
            tracks = radar.step(START_NS + round(1e9 * cycle * HABITS.cycle_s), actors)
        assert radar.followed is not None
        for source, length_m, kind in zip(radar.followed.source_ids, tracks.length_m, tracks.classes, strict=True):
            lengths[bodies[source - 1]].append(length_m)
            classes[bodies[source - 1]].append(kind)
    assert np.mean(lengths["sedan"]) == pytest.approx(0.92 * 4.7, rel=0.06)
    assert np.mean(lengths["city_bus"]) == pytest.approx(0.92 * 12.0, rel=0.08)
    wanted = (RoadUserClass.CAR, RoadUserClass.TRUCK, RoadUserClass.TRUCK)
    share = {
        body: np.mean(np.array(classes[body]) == kind)
        for body, kind in zip(("sedan", "city_bus", "box_truck"), wanted, strict=True)
    }
    assert min(share.values()) > 0.7


def queue(time_s: float) -> Actors:
    rows = [
        ("sedan", 180.0 - 3.0 * row - 8.0 * time_s, 3.5 * (row % 3 - 1), 8.0 - 0.5 * row, 180.0) for row in range(6)
    ]
    return actors_of(*rows)


def test_ids_are_rarely_swapped_and_never_used_again() -> None:
    plan = replace(PLAN, habits=replace(HABITS, switch_per_s=0.5, renewal_per_s=0.2, merge_range_m=0.0))
    seen_last: dict[int, int] = {}
    radar = TrackedListRadar(plan, 3)
    pairs: dict[int, set[int]] = {}
    for cycle in range(250):
        time_s = cycle * HABITS.cycle_s
        radar.step(START_NS + round(1e9 * time_s), queue(time_s))
        assert radar.followed is not None
        for track_id, source in zip(radar.followed.track_ids.tolist(), radar.followed.source_ids.tolist(), strict=True):
            assert cycle - seen_last.get(track_id, cycle) <= 1
            seen_last[track_id] = cycle
            pairs.setdefault(track_id, set()).add(source)
    assert len(pairs) > 8  # renewed
    assert any(len(sources) > 1 for sources in pairs.values())  # swapped


def test_lists_arrive_after_their_delay_and_in_order() -> None:
    lists = run(PLAN, coming, 15.0)
    delay_s = np.array([each.arrival_ns - each.time_ns for each in lists]) / 1e9

    assert delay_s.mean() == pytest.approx(0.060, abs=0.003)
    assert delay_s.min() >= 0.055
    assert (np.diff([each.arrival_ns for each in lists]) >= 0).all()


def test_a_road_that_falls_away_puts_objects_too_far_out() -> None:
    level = ground_position_m(radar_at(), HEIGHT_M, np.array([[30.0, 0.0, 0.5]]))
    lower = ground_position_m(radar_at(), HEIGHT_M, np.array([[30.0, 0.0, -1.5]]))

    assert level[0] == pytest.approx([30.0, 0.0])
    assert lower[0, 0] == pytest.approx(30.4, abs=0.05)


def test_a_seed_gives_the_same_lists_and_they_survive_the_wire() -> None:
    plan = TrackedListPlan("r1", radar_at(), HEIGHT_M)
    first, again, other = (run(plan, queue, 12.0, seed) for seed in (1, 1, 2))

    assert [encode_tracks(each) for each in first] == [encode_tracks(each) for each in again]
    assert [encode_tracks(each) for each in first] != [encode_tracks(each) for each in other]
    back = decode_tracks(encode_tracks(first[-1]), "r1", first[-1].arrival_ns)
    assert all(np.array_equal(getattr(back, name), getattr(first[-1], name)) for name, _, _ in RADAR_TRACK_COLUMNS)


def test_time_must_go_forward() -> None:
    radar = TrackedListRadar(PLAN, 1)
    radar.step(START_NS, coming(0.0))
    with pytest.raises(ValueError, match=f"time_ns must be later than {START_NS}, got {START_NS}"):
        radar.step(START_NS, coming(0.0))
