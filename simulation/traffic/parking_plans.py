"""The traffic of the scenes with parking spots, and of the corridor of four junctions."""

from simulation.traffic.incident import Incident
from simulation.traffic.parking_script import ParkingScript, StandingThing
from simulation.traffic.plan import Flow, TrafficPlan, Walk

RING = ("south_eastward", "east_northward", "north_westward", "west_southward")
"""Round the corridor's block, counter-clockwise; clockwise the same streets the other way."""

RING_BACK = ("west_northward", "north_eastward", "east_southward", "south_westward")


def parking_street() -> TrafficPlan:
    """Returns five minutes in a street: vehicles park along and across it, a truck double-parks and hides a row."""
    return TrafficPlan(
        flows=(Flow("eastbound", "eastbound", 90.0), Flow("westbound", "westbound", 90.0)),
        walks=(Walk("eastbound", "eastbound", 60.0), Walk("westbound", "westbound", 60.0)),
        warm_up_s=40.0,
        incidents=(
            Incident("stopped_vehicle", 120.0, "westbound", 100.0, duration_s=30.0, body="box_truck"),
            Incident("stopped_vehicle", 205.0, "eastbound", 150.0, duration_s=22.0, body="small_van"),
        ),
        parking=ParkingScript(taken=0.55, arrivals=6, departures=6, kept_free=("n2_03",), seed=3),
        things=(StandingThing("adult", 20.4, 7.0, -1.5708, 60.0, 200.0),),
    )


def parking_lot() -> TrafficPlan:
    """Returns five minutes in a car park: vehicles come and go, a van stands in the aisle, a person in a spot."""
    return TrafficPlan(
        flows=(Flow("east_in", "west_out", 160.0), Flow("west_in", "east_out", 160.0)),
        walks=(Walk("east_in", "west_out", 50.0), Walk("west_in", "east_out", 50.0)),
        warm_up_s=40.0,
        incidents=(Incident("stopped_vehicle", 140.0, "aisle_1_west", 16.0, duration_s=40.0, body="small_van"),),
        parking=ParkingScript(taken=0.6, arrivals=7, departures=6, kept_free=("a05",), seed=5),
        things=(StandingThing("adult", 16.2, 17.6, 1.5708, 50.0, 220.0),),
    )


def corridor() -> TrafficPlan:
    """Returns traffic round the block both ways, turning in and out at all four junctions."""
    around = [
        Flow(f"{corner}_in", f"{corner}_out", 55.0, via=ring[start:] + ring[:start])
        for ring, corners in ((RING, ("sw_south", "se_east", "ne_north", "nw_west")),
                              (RING_BACK, ("sw_west", "nw_north", "ne_east", "se_south")))
        for start, corner in enumerate(corners)
    ]  # fmt: skip
    names = ("sw_south", "sw_west", "se_south", "se_east", "ne_east", "ne_north", "nw_north", "nw_west")
    through = [
        Flow(f"{names[place]}_in", f"{names[(place + shift) % 8]}_out", 32.0)
        for place in range(8)
        for shift in (2, 3, 5)
    ]
    walks = [Walk(f"{name}_in", f"{names[(place + 1) % 8]}_out", 40.0) for place, name in enumerate(names)]
    return TrafficPlan((*around, *through), tuple(walks), warm_up_s=110.0)
