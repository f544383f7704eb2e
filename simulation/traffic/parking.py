"""Who comes to, stands in and leaves the parking spots of a place."""

from collections.abc import Sequence

import numpy as np

from roadside.geometry.arrays import BoolArray
from simulation.traffic.footprints import overlapping_pairs
from simulation.traffic.parked import Parked, keeps_clear, parked_in, stays
from simulation.traffic.parking_script import ParkingScript
from simulation.traffic.parking_ways import arrival, departure, way_out
from simulation.traffic.script import Script, Stage, instant_of
from simulation.traffic.ways import Ways
from simulation.types.bodies import BODIES, SIZE_OF_BODY_M
from simulation.types.world import ParkingSpot

LATER_S = (0.0, 4.0, 8.0, 13.0, 19.0, 26.0, 34.0)
"""By how much somebody waits who would meet another one."""

ROOM_M = np.array([1.6, 0.3])
"""Added to length and width: vehicles that park keep so far from others on the move."""

MOVES_MPS = 0.05
"""Who moves less stands."""

SPACING_S = 17.0
"""From one that comes or goes to the next, at least: a manoeuvre lasts that long."""


def parking_scripts(stage: Stage, script: ParkingScript, first_id: int, others: Ways) -> list[Script]:
    """Returns one script for every vehicle that parks, comes or goes.

    Args:
        stage: where and when.
        script: how many come and go.
        first_id: the vehicles are numbered from here on.
        others: what else is scripted: nobody drives into that.

    Raises:
        ValueError: the world has no parking spots.
    """
    spots = stage.world.parking_spots
    if not spots:
        raise ValueError(f"{stage.world.name}: parking needs parking spots, got none")
    rng = np.random.default_rng(script.seed)
    order = [spots[number] for number in rng.permutation(len(spots)) if spots[number].spot_id not in script.kept_free]
    count = round(script.taken * len(spots))
    lot = _Lot(stage, [parked_in(spot, rng) for spot in order[:count]], list(order[count:]), others)
    comes = rng.permutation(script.arrivals + script.departures) < script.arrivals
    for place, (time_s, arrives) in enumerate(
        zip(_times(stage.duration_s, len(comes), rng), comes.tolist(), strict=True)
    ):
        if arrives:
            lot.arrive(time_s, first_id + place, rng)
        else:
            lot.depart(time_s, first_id + place)
    first, end = first_id + len(comes), instant_of(stage.duration_s) + 1
    return lot.scripts + [Script(stays(car, first + place, 0, end), ()) for place, car in enumerate(lot.waiting)]


class _Lot:
    """Who stands where while the script is written, vehicle by vehicle in order of time."""

    def __init__(self, stage: Stage, parked: Sequence[Parked], free: Sequence[ParkingSpot], others: Ways) -> None:
        self.stage, self.free, self.scripts = stage, list(free), list[Script]()
        self.standing, self.waiting = list(parked), list(parked)
        self.moving = others

    def arrive(self, time_s: float, number: int, rng: np.random.Generator) -> None:
        """Lets somebody take a spot that can be reached, at the second or a little later."""
        for spot in self.free:
            comer = parked_in(spot, rng)
            out = way_out(self.stage, comer, self.standing)
            if out is not None and self._added(arrival(self.stage, comer, out, number), time_s, self.standing):
                self.free.remove(spot)
                self.standing.append(comer)
                return

    def depart(self, time_s: float, number: int) -> None:
        """Lets somebody leave who has room to, at the second or a little later."""
        for goer in self.waiting:
            others = [car for car in self.standing if car is not goer]
            out = way_out(self.stage, goer, others)
            if out is not None and self._added(departure(self.stage, goer, out, number), time_s, others):
                self.waiting.remove(goer)
                self.standing = others
                return

    def _added(self, ways: Ways, time_s: float, parked: Sequence[Parked]) -> bool:
        """Adds a vehicle, at the second or a little later, unless it would meet another one, parked or on the move."""
        drives = np.hypot(*ways.velocity_mps().T) > MOVES_MPS
        driven = ways.select(np.flatnonzero(drives)[::3])
        if not keeps_clear(driven.position_m, driven.heading_rad, BODIES[ways.bodies[0]].name, parked):
            return False
        for later_s in LATER_S:
            shifted = ways.later(instant_of(time_s + later_s))
            if self._is_clear(shifted, drives):
                self.scripts.append(Script(shifted, ()))
                self.moving = Ways.joined([self.moving, shifted])
                return True
        return False

    def _is_clear(self, ways: Ways, drives: BoolArray) -> bool:
        """Returns whether somebody keeps clear of all others whose way is known."""
        begin, end = ways.instants[drives].min(), ways.instants[drives].max()
        both = Ways.joined([ways, self.moving.select((self.moving.instants >= begin) & (self.moving.instants <= end))])
        first, second = overlapping_pairs(
            both.instants, both.position_m, both.heading_rad, SIZE_OF_BODY_M[both.bodies, :2] + ROOM_M
        )
        return not ((first < len(ways)) != (second < len(ways))).any()


def _times(duration_s: float, count: int, rng: np.random.Generator) -> list[float]:
    """Returns when vehicles begin to turn in or out, far enough from one another."""
    slack_s = max(duration_s - 25.0 - SPACING_S * count, 0.0)
    gaps = rng.dirichlet(np.ones(count + 1))[:count] * slack_s
    return [float(8.0 + SPACING_S * place + gaps[: place + 1].sum()) for place in range(count)]
