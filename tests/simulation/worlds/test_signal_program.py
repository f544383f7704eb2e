"""Signals: every group is shown, and none is green together with one that it would hit."""

import re

import numpy as np
import pytest

from simulation.worlds.catalogue import build_world
from simulation.worlds.street_net import read_network
from tests.simulation.worlds.reading import sumo_net

SIGNALLED = ("junction", "cross_signals", "skew_town", "tee_signals", "held_out_cross")


def states(world) -> list[str]:
    return [phase.state for phase in next(iter(sumo_net(world).getTLS("centre").getPrograms().values())).getPhases()]


def groups_by_index(world) -> dict[int, str]:
    groups = {}
    lanes = {lane: stop.signal_group_id for stop in world.road.stop_lines for lane in stop.lane_ids}
    for link in read_network(world.network_xml).links:
        if link.signals_id:
            is_crossing = link.to_edge.startswith(":")
            lane_id = f"{link.from_edge}_{link.from_lane}"
            groups[link.signal_index] = link.to_edge.removeprefix(":") if is_crossing else lanes[lane_id]
    return groups


@pytest.mark.parametrize("name", SIGNALLED)
def test_every_signalled_lane_has_a_stop_line_and_every_group_a_head_and_green(name):
    world = build_world(name)
    groups = groups_by_index(world)

    shown = {head.group_id for head in world.signal_heads}
    green = {groups[index] for state in states(world) for index, light in enumerate(state) if light in "Gg"}
    assert shown == green == set(groups.values())
    assert len({stop.stop_line_id for stop in world.road.stop_lines}) == len(world.road.stop_lines)


@pytest.mark.parametrize("name", SIGNALLED)
def test_no_two_streams_have_priority_over_one_another_at_once(name):
    world = build_world(name)
    junction = sumo_net(world).getNode("centre")
    requests = re.search(r'<junction id="centre".*?</junction>', world.network_xml, re.DOTALL).group(0)
    foes = {
        int(index): text[::-1] for index, text in re.findall(r'index="(\d+)"\s+response="\d+" foes="(\d+)"', requests)
    }

    assert junction.getType() == "traffic_light"
    for state in states(world):
        going = [index for index, light in enumerate(state) if light == "G"]
        for one in going:
            assert not any(foes[one][other] == "1" for other in going if other != one), (state, one)


@pytest.mark.parametrize("name", SIGNALLED)
def test_what_was_green_becomes_yellow_before_it_is_red(name):
    rows = states(build_world(name))
    groups = groups_by_index(build_world(name))

    for before, after in zip(rows, [*rows[1:], rows[0]], strict=True):
        for index, (first, then) in enumerate(zip(before, after, strict=True)):
            if first in "Gg" and then == "r":
                assert "_c" in groups[index], "only people's green ends without yellow"


def test_the_lanes_to_turn_left_from_the_main_road_have_a_group_of_their_own():
    world = build_world("junction")
    groups = {stop.signal_group_id: stop.lane_ids for stop in world.road.stop_lines}

    assert groups["east_in_left"] == ("east_in_5",)
    assert groups["west_in_left"] == ("west_in_4",)
    assert set(groups) == {"east_in", "east_in_left", "west_in", "west_in_left", "north_in", "south_in"}


def test_stop_lines_lie_half_a_metre_before_the_end_of_their_lanes_and_across_them():
    world = build_world("junction")
    lanes = {lane.lane_id: lane for lane in world.road.lanes}

    for stop in world.road.stop_lines:
        for lane_id in stop.lane_ids:
            end_m, step = (
                lanes[lane_id].centre_line_m[-1, :2],
                np.diff(lanes[lane_id].centre_line_m[-2:, :2], axis=0)[0],
            )
            forward = step / np.linalg.norm(step)
            before = (end_m - stop.line_m[:, :2]) @ forward
            assert np.allclose(before, 0.5, atol=0.02)
        width_m = sum(lanes[lane_id].width_m for lane_id in stop.lane_ids)
        assert np.linalg.norm(np.diff(stop.line_m[:, :2], axis=0)) == pytest.approx(width_m, abs=0.05)
