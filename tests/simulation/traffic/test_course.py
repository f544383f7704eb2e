import numpy as np
import pytest

from simulation.traffic.course import course, straight_on, through_edges
from simulation.traffic.ride import Halt, Pace, bend_limits, ride
from simulation.traffic.streets import Streets
from simulation.traffic.ways import STEP_S
from simulation.worlds.catalogue import build_world


@pytest.fixture(scope="module")
def streets() -> Streets:
    return Streets.of(build_world("junction"))


def test_a_street_is_followed_from_the_worlds_edge_to_its_other_edge(streets: Streets) -> None:
    assert through_edges(streets, "east_in") == ("east_approach", "east_sort", "east_in", "west_out")
    assert through_edges(streets, "east_out")[0] == "west_approach"
    assert through_edges(streets, "east_in", "south_out")[-1] == "south_out"


def test_straight_on_is_the_least_turn(streets: Streets) -> None:
    assert straight_on(streets, "south_in") == "north_out"


def test_a_course_is_smooth_across_the_junction(streets: Streets) -> None:
    line = course(streets, through_edges(streets, "east_in", "south_out"))
    heading = np.unwrap(np.arctan2(*np.diff(line.line_m, axis=0).T[::-1]))
    assert np.abs(np.diff(heading)).max() < 0.12
    assert np.degrees(heading[-1] - heading[0]) == pytest.approx(90.0, abs=0.5)


def test_places_on_edges_keep_their_way_when_the_course_swerves(streets: Streets) -> None:
    line = course(streets, through_edges(streets, "east_out"), ("east_out", 3))
    swerving = line.swerving(((100.0, 0.0), (130.0, 2.0)))
    assert swerving.at("east_out", 10.0) == line.at("east_out", 10.0)
    assert np.hypot(*(swerving.line_m[-1] - line.line_m[-1])) == pytest.approx(2.0)


def test_lanes_that_do_not_lead_on_are_refused(streets: Streets) -> None:
    with pytest.raises(ValueError, match="none do"):
        course(streets, ("east_in", "west_out"), ("east_in", 5))


def test_a_ride_halts_where_it_should_for_as_long_as_it_should() -> None:
    way_m = ride(200.0, 0.0, 12.0, [Halt(80.0, 6.0, 2.5), Pace(81.0, 10.0)])
    speed = np.gradient(way_m, STEP_S)
    standing = np.flatnonzero(speed < 0.02)
    assert way_m[standing[0]] == pytest.approx(80.0, abs=0.1)
    assert len(standing) * STEP_S == pytest.approx(6.0, abs=0.5)
    assert np.gradient(speed, STEP_S).min() > -3.5


def test_a_ride_is_slow_in_a_bend_and_slows_before_it(streets: Streets) -> None:
    line = course(streets, through_edges(streets, "east_in", "south_out"))
    way_m = ride(line.length_m, 0.0, 12.0, [], limits=bend_limits(line))
    speed = np.gradient(way_m, STEP_S)
    inside = (way_m > line.end_of("east_in") + 11.0) & (way_m < line.begins_m["south_out"] - 11.0)
    assert speed[inside].max() < 7.1 and speed.max() > 10.0
    assert np.gradient(speed, STEP_S)[2:-2].min() > -2.6
