import libsumo
import pytest

from roadside.types.observations import SignalPhase
from simulation.traffic.signals import PHASE_OF_LETTER, signal_timeline
from simulation.worlds.catalogue import build_world
from simulation.worlds.street_net import read_network


def test_the_timeline_is_what_sumo_shows(tmp_path) -> None:
    world = build_world("junction")
    path = tmp_path / "junction.net.xml"
    path.write_text(world.network_xml)
    timeline = signal_timeline(world, warm_up_s=33.0, duration_s=90.0)
    links = [link for link in read_network(world.network_xml).links if link.from_edge == "east_in" and link.signals_id]
    through = next(link.signal_index for link in links if link.direction == "s")
    libsumo.start(["sumo", "-n", str(path), "--step-length", "0.5", "--no-step-log", "true"])
    try:
        for step in range(2 * 123):
            libsumo.simulationStep()
            # The state that holds from the step's time on.
            second = step * 0.5 - 33.0
            if second >= 0:
                letter = libsumo.trafficlight.getRedYellowGreenState("centre")[through]
                assert timeline.at(second)["east_in"] is PHASE_OF_LETTER[letter], second
    finally:
        libsumo.close()


def test_spans_are_whole_and_the_last_one_goes_on() -> None:
    timeline = signal_timeline(build_world("junction"), warm_up_s=0.0, duration_s=150.0)
    greens = timeline.spans("east_in", (SignalPhase.GREEN_PROTECTED, SignalPhase.GREEN_PERMISSIVE))
    assert [begin for begin, _ in greens] == [0.0, 70.0, 140.0]
    assert greens[0][1] == pytest.approx(26.0) and greens[-1][1] == float("inf")


def test_a_left_turn_lane_has_its_own_group() -> None:
    timeline = signal_timeline(build_world("junction"), warm_up_s=0.0, duration_s=70.0)
    state = timeline.at(33.0)
    assert (state["east_in"], state["east_in_left"]) == (SignalPhase.RED, SignalPhase.GREEN_PROTECTED)


def test_a_place_without_signals_shows_none() -> None:
    timeline = signal_timeline(build_world("parking_street"), warm_up_s=0.0, duration_s=10.0)
    assert timeline.at(5.0) == {} and timeline.changes() == ()
