"""The traffic of every scene, by the scene's name."""

from collections.abc import Callable
from functools import partial

from simulation.traffic.incident_plans import incidents, incidents_none
from simulation.traffic.junction_plans import junction_dark, junction_day
from simulation.traffic.parking_plans import corridor, parking_lot, parking_street
from simulation.traffic.plan import TrafficPlan as TrafficPlan
from simulation.traffic.training_plans import training_plan as training_plan

_PLANS: dict[str, Callable[[], TrafficPlan]] = {
    "junction_day": junction_day,
    "junction_night_rain": partial(junction_dark, 20.0, 0.8),
    "junction_fog": partial(junction_dark, 8.0, 0.8),
    "junction_dusk": partial(junction_dark, 22.0, 1.0),
    "corridor": corridor,
    "parking_street": parking_street,
    "parking_lot": parking_lot,
    "incidents": incidents,
    "incidents_none": incidents_none,
}


def plan_of(scene: str) -> TrafficPlan:
    """Returns the traffic of a scene.

    Raises:
        ValueError: there is no scene of that name.
    """
    if scene not in _PLANS:
        raise ValueError(f"a scene with traffic must be one of {', '.join(sorted(_PLANS))}, got {scene}")
    return _PLANS[scene]()
