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
DARK = ("night_rain", "dusk", "fog")
"""Weathers in which head lights burn."""


def hour_plan(site_id: str, weather: str, share: float = HOUR_SHARE) -> TrafficPlan:
    """Returns the traffic of a site without incidents.

    Args:
        site_id: of the site.
        weather: a weather of the error model.
        share: of the traffic of the site's scene.

    Raises:
        ValueError: the site has no traffic.
    """
    if site_id not in SCENE_OF_SITE:
        raise ValueError(f"a site with traffic must be one of {', '.join(SCENE_OF_SITE)}, got {site_id}")
    plan = plan_of(SCENE_OF_SITE[site_id])
    nothing: tuple[Incident, ...] = ()
    return replace(
        plan,
        flows=tuple(replace(flow, per_hour=share * flow.per_hour) for flow in plan.flows),
        walks=tuple(replace(walk, per_hour=share * walk.per_hour) for walk in plan.walks),
        lights_on=weather in DARK,
        incidents=nothing,
    )
