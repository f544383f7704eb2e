"""What traffic an hour of a site has, and in what light."""

from dataclasses import replace

from simulation.traffic.incident import Incident
from simulation.traffic.plan import TrafficPlan
from simulation.traffic.plans import plan_of

SCENE_OF_SITE = {
    "junction": "junction_day",
    "incidents": "junction_day",
    "corridor_west": "corridor",
    "corridor_east": "corridor",
    "parking_street": "parking_street",
    "parking_lot": "parking_lot",
}
"""Whose traffic an hour of a site is made of."""
HOUR_SHARE = 0.4
"""Scenes show the densest traffic; an hour of a usual day has so much of it."""
PARKING_SCENE_S = 300.0
"""Length of the scenes that say how many come and go."""
DARK = ("night_rain", "dusk", "fog")
"""Weathers in which head lights burn."""


def hour_plan(site_id: str, weather: str, duration_s: float, seed: int) -> TrafficPlan:
    """Returns the traffic of a span at a site, without incidents.

    Args:
        site_id: of the site.
        weather: a weather of the error model.
        duration_s: of the span.
        seed: of who parks where and when.

    Raises:
        ValueError: the site has no traffic.
    """
    if site_id not in SCENE_OF_SITE:
        raise ValueError(f"a site with traffic must be one of {', '.join(SCENE_OF_SITE)}, got {site_id}")
    plan = plan_of(SCENE_OF_SITE[site_id])
    nothing: tuple[Incident, ...] = ()
    parking = plan.parking
    if parking is not None:
        moves = [round(count * duration_s / PARKING_SCENE_S) for count in (parking.arrivals, parking.departures)]
        parking = replace(parking, arrivals=moves[0], departures=moves[1], seed=seed)
    return replace(
        plan,
        flows=tuple(replace(flow, per_hour=HOUR_SHARE * flow.per_hour) for flow in plan.flows),
        walks=tuple(replace(walk, per_hour=HOUR_SHARE * walk.per_hour) for walk in plan.walks),
        lights_on=weather in DARK,
        incidents=nothing,
        parking=parking,
    )
