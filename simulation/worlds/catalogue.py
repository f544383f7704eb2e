"""All places by name."""

import functools
from collections.abc import Callable

from simulation.types.world import World
from simulation.worlds.corridor_place import corridor_place
from simulation.worlds.held_out_places import HELD_OUT
from simulation.worlds.junction_place import junction_place
from simulation.worlds.parking_places import parking_lot_place, parking_street_place
from simulation.worlds.place import PlacePlan, world_of
from simulation.worlds.training_places import TRAINING

_SCENES: dict[str, Callable[[], PlacePlan]] = {
    "junction": junction_place,
    "corridor": corridor_place,
    "parking_street": parking_street_place,
    "parking_lot": parking_lot_place,
}
_TRAINING = {place.__name__: place for place in TRAINING}
_HELD_OUT = {place.__name__: place for place in HELD_OUT}
_PLACES = _SCENES | _TRAINING | _HELD_OUT

SCENE_WORLDS = tuple(_SCENES)
"""Where the recorded scenes happen."""

TRAINING_WORLDS = tuple(_TRAINING)
"""Where the detector's training pictures are taken."""

HELD_OUT_WORLDS = tuple(_HELD_OUT)
"""Where the detector is judged; never trained in."""


@functools.cache
def build_world(name: str) -> World:
    """Returns a place: always the same one.

    Raises:
        ValueError: there is no such place.
    """
    if name not in _PLACES:
        raise ValueError(f"a world must be one of {', '.join(sorted(_PLACES))}, got {name}")
    return world_of(_PLACES[name]())
