"""The traffic of the scenes with and without incidents at the world ``junction``."""

from simulation.traffic.incident import Incident
from simulation.traffic.junction_plans import CYCLE_S, junction_flows, junction_walks
from simulation.traffic.plan import TrafficPlan

FLOW_SCALE = 0.72
"""Of the usual flows: dense, but the road is free again after each incident."""


def incidents() -> TrafficPlan:
    """Returns 120 s in which nearly everything happens, mostly on the east arm.

    The scene begins with green for the main road (until 26 s, again from 70 to 96 s), so that what is scripted on the
    way out of the junction has crossed it at green; what happens while it is red happens behind the stop line or is
    about the light. Each lane is free again before the next incident needs it.
    """
    script = (
        Incident("cones", 0.0, "east_out", 64.0, lane=3, duration_s=62.0),
        Incident("lost_load", 7.0, "east_sort", 18.0, lane=3, duration_s=24.0),
        Incident("speeding", 11.0, "east_out", 32.0, lane=2),
        Incident("wrong_way", 13.0, "east_out", 50.0, lane=3, duration_s=4.4),
        Incident("stopped_vehicle", 24.0, "east_out", 60.0, lane=2, duration_s=18.0),
        Incident("fire_lane_occupied", 29.0, "east_out", duration_s=16.0),
        Incident("red_light_running", 30.4, "east_in", lane=4),
        Incident("queue", 48.0, "east_in", to_edge="south_out"),
        Incident("pedestrian_on_carriageway", 51.0, "east_out", 48.0, lane=2, duration_s=14.0),
        Incident("slow_vehicle", 84.0, "east_out", 24.0, lane=2, duration_s=8.0),
        Incident("solid_line_lane_change", 87.0, "east_in", 14.0, lane=4),
        Incident("near_miss", 90.0, "east_out", 34.0, lane=3),
        Incident("collision", 98.0, "east_out", 46.0, lane=2, duration_s=30.0),
    )
    return TrafficPlan(junction_flows(FLOW_SCALE), junction_walks(FLOW_SCALE), warm_up_s=2 * CYCLE_S, incidents=script)


def incidents_none() -> TrafficPlan:
    """Returns 90 s as dense: queues at red, buses at their stops, a van in the loading bay; and no event."""
    return TrafficPlan(
        junction_flows(FLOW_SCALE),
        junction_walks(FLOW_SCALE),
        warm_up_s=2 * CYCLE_S + 10.0,
        incidents=(Incident("allowed_loading", 12.0, "north_bay", 20.0, duration_s=50.0),),
    )
