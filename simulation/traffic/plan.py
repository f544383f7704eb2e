"""What traffic is asked of a place: who drives and walks from where to where, and what happens on the way."""

from dataclasses import dataclass, field

from roadside.types.road_users import RoadUserClass
from simulation.traffic.incident import Incident
from simulation.traffic.parking_script import ParkingScript, StandingThing

Shares = tuple[tuple[RoadUserClass, float], ...]

MIXED: Shares = (
    (RoadUserClass.CAR, 0.62),
    (RoadUserClass.VAN, 0.10),
    (RoadUserClass.TRUCK, 0.07),
    (RoadUserClass.BUS, 0.04),
    (RoadUserClass.MOTORCYCLE, 0.09),
    (RoadUserClass.BICYCLE, 0.08),
)
"""Shares of the classes in a dense street of a town; more of the rare ones than on a real one, so that all are seen."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Vehicles from one edge to another.

    Attributes:
        origin, destination: edge ids; a flow begins where the street that leads to ``origin`` enters the world and
            ends where the street that ``destination`` leads to leaves it.
        per_hour: vehicles of all classes.
        shares: of the classes; a class that has no way between the two is left out.
        via: edges in between, in order.
        standing: whether the loop begins and ends within the world: vehicles appear on ``origin`` itself.
    """

    origin: str
    destination: str
    per_hour: float
    shares: Shares = MIXED
    via: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Walk:
    """People from one edge to another; they cross where there are crossings.

    Attributes:
        origin, destination: edge ids.
        per_hour: people.
        in_pairs: share of them who walk beside another one.
    """

    origin: str
    destination: str
    per_hour: float
    in_pairs: float = 0.3


@dataclass(frozen=True, slots=True)
class TrafficPlan:
    """Traffic of one span.

    Attributes:
        flows, walks: who drives and who walks.
        warm_up_s: simulated before second 0, so that the span begins in full traffic; it sets the signals' phase too.
        lights_on: whether head lights burn.
        incidents: what happens, each with its time and place.
        parking: who arrives at, stands in and leaves the parking spots; None where that is of no concern.
        things: obstacles and standing vehicles that are there all the time.
    """

    flows: tuple[Flow, ...]
    walks: tuple[Walk, ...] = ()
    warm_up_s: float = 90.0
    lights_on: bool = False
    incidents: tuple[Incident, ...] = ()
    parking: ParkingScript | None = None
    things: tuple[StandingThing, ...] = field(default=())
