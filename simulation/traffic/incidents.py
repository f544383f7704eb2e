"""Everything that can be made to happen, by kind."""

from collections.abc import Callable

from simulation.traffic import (
    driving_incidents,
    lane_incidents,
    pair_incidents,
    place_incidents,
    signal_incidents,
    thing_incidents,
)
from simulation.traffic.incident import Incident
from simulation.traffic.script import Script, Stage

IN_DEMAND = ("queue", "congestion")
"""Kinds that are made by more or slower traffic (see ``demand`` and ``engine``), and then found in it."""

_SCRIPTS: dict[str, Callable[[Stage, Incident, int], Script]] = {
    "wrong_way": lane_incidents.wrong_way,
    "stopped_vehicle": driving_incidents.stopped_vehicle,
    "speeding": driving_incidents.speeding,
    "slow_vehicle": driving_incidents.slow_vehicle,
    "abrupt_braking": driving_incidents.abrupt_braking,
    "illegal_u_turn": lane_incidents.illegal_u_turn,
    "bicycle_lane_driving": lane_incidents.bicycle_lane_driving,
    "bus_lane_driving": lane_incidents.bus_lane_driving,
    "solid_line_lane_change": lane_incidents.solid_line_lane_change,
    "red_light_running": signal_incidents.red_light_running,
    "stop_line_crossing": signal_incidents.stop_line_crossing,
    "near_miss": pair_incidents.near_miss,
    "collision": pair_incidents.collision,
    "collision_risk": pair_incidents.collision_risk,
    "vulnerable_road_user_conflict": pair_incidents.vulnerable_road_user_conflict,
    "pedestrian_on_carriageway": thing_incidents.pedestrian_on_carriageway,
    "lost_load": thing_incidents.lost_load,
    "cones": thing_incidents.cones,
    "fire_lane_occupied": place_incidents.fire_lane_occupied,
    "illegal_stopping": place_incidents.illegal_stopping,
    "loading_overstay": place_incidents.loading_overstay,
    "allowed_loading": place_incidents.allowed_loading,
}

IDS_EACH = 10
"""Object ids that an incident may use."""


def kinds() -> tuple[str, ...]:
    """Returns all kinds of incident."""
    return tuple(sorted((*_SCRIPTS, *IN_DEMAND)))


def script_of(stage: Stage, incident: Incident, first_id: int) -> Script:
    """Returns an incident worked out.

    Args:
        stage: where and when.
        incident: what.
        first_id: its objects are numbered from here on, ``IDS_EACH`` at most.

    Raises:
        ValueError: the kind is unknown, or the world lacks the lane, the zone or the signals that it needs.
    """
    if incident.kind not in _SCRIPTS:
        raise ValueError(f"an incident's kind must be one of {', '.join(kinds())}, got {incident.kind}")
    return _SCRIPTS[incident.kind](stage, incident, first_id)
