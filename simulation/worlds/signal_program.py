"""Signal groups, and the program that shows them: written into the network in place of ``netconvert``'s guess."""

import re
from collections.abc import Collection

from simulation.worlds.street_net import NetLink, StreetNet, read_network
from simulation.worlds.street_plan import SignalPlan

YELLOW_S, ALL_RED_S = 3.0, 2.0

WALK_CLEARANCE_S = 7.0
"""How much sooner people's green ends than that of the vehicles beside them: 10 m at 1.4 m/s."""


def group_of_link(net: StreetNet, link: NetLink, protected_lefts: Collection[str]) -> str:
    """Returns the signal group of a link: ``<edge>``, ``<edge>_left`` or a crossing's zone id."""
    if link.to_edge.startswith(":"):
        return link.to_edge.removeprefix(":")
    is_left = link.from_edge in protected_lefts and turns_left_only(net, link.from_edge, link.from_lane)
    return f"{link.from_edge}_left" if is_left else link.from_edge


def turns_left_only(net: StreetNet, edge_id: str, lane: int) -> bool:
    """Returns whether a lane leads nowhere but to the left."""
    directions = {link.direction for link in net.links if (link.from_edge, link.from_lane) == (edge_id, lane)}
    return bool(directions) and directions <= {"l", "L", "t"}


def with_programs(network_xml: str, plans: Collection[SignalPlan]) -> str:
    """Returns the network with the planned programs.

    Raises:
        ValueError: a plan is for a node without signals.
    """
    net = read_network(network_xml)
    for plan in plans:
        pattern = rf'(<tlLogic id="{plan.node_id}"[^>]*>).*?(\s*</tlLogic>)'
        rows = [f'\n        <phase duration="{duration:g}" state="{state}"/>' for duration, state in _phases(net, plan)]
        network_xml, count = re.subn(pattern, rf"\1{''.join(rows)}\2", network_xml, flags=re.DOTALL)
        if count != 1:
            raise ValueError(f"SignalPlan.node_id must be a node with signals, got {plan.node_id}")
    return network_xml


def _phases(net: StreetNet, plan: SignalPlan) -> list[tuple[float, str]]:
    """Returns durations and states: for each phase green, people's clearance, yellow and all red."""
    links = sorted((link for link in net.links if link.signals_id == plan.node_id), key=lambda link: link.signal_index)
    groups = [group_of_link(net, link, plan.protected_lefts) for link in links]
    phases: list[tuple[float, str]] = []
    for number, phase in enumerate(plan.phases):
        walking = _walking(net, plan.node_id, links, groups, phase.green)
        following = plan.phases[(number + 1) % len(plan.phases)].green
        green = "".join(_light(link, group, phase.green, walking) for link, group in zip(links, groups, strict=True))
        cleared = "".join(_light(link, group, phase.green, ()) for link, group in zip(links, groups, strict=True))
        yellow = "".join(
            "y" if light in "Gg" and group not in following else light
            for light, group in zip(cleared, groups, strict=True)
        )
        red = yellow.replace("y", "r")
        if walking:
            phases += [(phase.duration_s - WALK_CLEARANCE_S, green), (WALK_CLEARANCE_S, cleared)]
        else:
            phases.append((phase.duration_s, green))
        phases += [(YELLOW_S, yellow), (ALL_RED_S, red)]
    return phases


def _walking(net: StreetNet, node_id: str, links: Collection[NetLink], groups: Collection[str],
             green: Collection[str]) -> tuple[str, ...]:  # fmt: skip
    """Returns the crossings on which people may walk: those that only vehicles which give way drive across."""
    moving = [link for link, group in zip(links, groups, strict=True) if group in green]
    driven = {link.from_edge for link in moving}
    driven |= {link.to_edge for link in moving if _light(link, link.from_edge, (link.from_edge,), ()) == "G"}
    driven |= {link.to_edge for link, group in zip(links, groups, strict=True) if group in green and _is_left(group)}
    return tuple(
        crossing.zone_id
        for crossing in net.crossings
        if crossing.zone_id.startswith(f"{node_id}_c") and not driven & set(crossing.crossed_edges)
    )


def _is_left(group: str) -> bool:
    return group.endswith("_left")


def _light(link: NetLink, group: str, green: Collection[str], walking: Collection[str]) -> str:
    if group in walking:
        return "G"
    if group not in green:
        return "r"
    turns_left = link.direction in "lLt" and not _is_left(group)
    return "g" if turns_left or link.direction in "rR" else "G"
