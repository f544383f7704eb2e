"""SUMO in this process: who drives and walks in, where everybody was out."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import libsumo
import numpy as np

from roadside.geometry.arrays import FloatArray
from simulation.traffic.demand import Demand
from simulation.traffic.sampled import Samples
from simulation.types.world import World

SUMO_STEP_S = 0.5
"""Of the simulation; ways are smoothed and refined afterwards. Five times as fast as steps of 0.1 s."""

TURNING_MPS2, TURNING_RADPS = 2.3, 0.6
"""Lateral acceleration and yaw rate that drivers choose in a bend."""

CREEP_MPS = 1.8
"""Nobody turns more slowly than that."""

BEND_M = 6.5
"""Length over which a bend's radius is measured."""

TIED_S, UNTIE_EVERY = 20.0, 4
"""Who stands within a junction for so long goes first; that is looked for at every fourth step."""

_FIRST_ACROSS = 55
"""TraCI's speed mode with all checks but those of the right of way
(https://sumo.dlr.de/docs/TraCI/Change_Vehicle_State.html, speed mode)."""

_POSITION = 0x42
"""TraCI's number of the variable "position" (https://sumo.dlr.de/docs/TraCI/Vehicle_Value_Retrieval.html)."""

_ANYWHERE = 6
"""``moveToXY``: onto any lane near by, on the route or not, whoever may drive there."""


@dataclass(frozen=True, slots=True, eq=False)
class Ghost:
    """Something scripted that SUMO's traffic must see.

    Attributes:
        length_m, width_m: of it.
        first_step: SUMO's step, from second 0 of the span, at which it appears.
        front_m: (K, 2) its front's middle at every step from then on, site frame; NaN where it is off the road.
        compass_deg: (K,) where it faces, clockwise from north.
    """

    length_m: float
    width_m: float
    first_step: int
    front_m: FloatArray
    compass_deg: FloatArray


@dataclass(frozen=True, slots=True)
class SlowStretch:
    """A time in which nobody drives faster than so on an edge.

    Attributes:
        edge_id: the edge.
        from_s: second of the span at which it begins.
        until_s: second at which it ends.
        speed_mps: the most.
        limit_mps: the edge's own limit, which holds again afterwards.
    """

    edge_id: str
    from_s: float
    until_s: float
    speed_mps: float
    limit_mps: float


def simulated(
    world: World,
    demand: Demand,
    warm_up_s: float,
    duration_s: float,
    seed: int,
    ghosts: Sequence[Ghost] = (),
    slow_stretches: Sequence[SlowStretch] = (),
) -> tuple[Samples, Samples]:
    """Returns where vehicles and people were, from the warm-up's beginning to the end of the span.

    Raises:
        ValueError: SUMO refuses the network or the demand.
    """
    with tempfile.TemporaryDirectory(prefix="traffic") as folder:
        net, routes = Path(folder) / "world.net.xml", Path(folder) / "routes.xml"
        net.write_text(world.network_xml)
        routes.write_text(demand.routes_xml)
        options = [
            "sumo", "-n", str(net), "-r", str(routes), "--step-length", str(SUMO_STEP_S), "--seed", str(seed % 2**31),
            "--step-method.ballistic", "true", "--lanechange.duration", "3", "--time-to-teleport", "-1",
            "--collision.action", "none", "--no-step-log", "true", "--no-warnings", "true", "--xml-validation", "never",
            "--ignore-route-errors", "true", "--pedestrian.striping.dawdling", "0.1",
            "--tls.all-off", "false", "--random-depart-offset", "0",
        ]  # fmt: skip
        try:
            libsumo.start(options)
            _slow_down_in_bends()
            return _collected(demand, warm_up_s, duration_s, ghosts, slow_stretches)
        except libsumo.TraCIException as error:
            raise ValueError(f"{world.name}: SUMO must accept the traffic, got: {error}") from error
        finally:
            # One simulation per process: whatever happened, the next must be able to start.
            if libsumo.isLoaded():
                libsumo.close()


def _collected(
    demand: Demand,
    warm_up_s: float,
    duration_s: float,
    ghosts: Sequence[Ghost],
    slow_stretches: Sequence[SlowStretch],
) -> tuple[Samples, Samples]:
    vehicles = _Log()
    people = _Log()
    begin = round(warm_up_s / SUMO_STEP_S)
    inside = [lane for lane in libsumo.lane.getIDList() if lane[0] == ":"]
    # Two steps more than the span: the smoothing's margin.
    for step in range(-begin, round(duration_s / SUMO_STEP_S) + 3):
        _move_ghosts(ghosts, step)
        _set_limits(slow_stretches, step)
        if step % UNTIE_EVERY == 0:
            _untie(inside)
        libsumo.simulationStep()
        for name in libsumo.simulation.getDepartedIDList():
            if name[0] == "v":
                libsumo.vehicle.subscribe(name, [_POSITION])
        for name in libsumo.simulation.getDepartedPersonIDList():
            libsumo.person.subscribe(name, [_POSITION])
        vehicles.add(step, libsumo.vehicle.getAllSubscriptionResults())
        people.add(step, libsumo.person.getAllSubscriptionResults())
    return vehicles.samples(demand), people.samples(demand)


class _Log:
    """Positions as they come in."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.steps: list[int] = []
        self.xy: list[tuple[float, float]] = []

    def add(self, step: int, results: dict[str, dict[int, tuple[float, float]]]) -> None:
        self.names.extend(results)
        self.steps.extend([step] * len(results))
        self.xy.extend([values[_POSITION] for values in results.values()])

    def samples(self, demand: Demand) -> Samples:
        ids = np.array([int(name[1:]) for name in self.names], dtype=np.int64)
        steps = np.array(self.steps, dtype=np.int64)
        xy = np.array(self.xy, dtype=float).reshape(-1, 2)
        order = np.lexsort((steps, ids))
        return Samples(SUMO_STEP_S, ids[order], steps[order], xy[order], demand.body_of)


def _move_ghosts(ghosts: Sequence[Ghost], step: int) -> None:
    for number, ghost in enumerate(ghosts):
        name, at = f"g{number}", step - ghost.first_step
        if 0 <= at < len(ghost.front_m) and np.isfinite(ghost.front_m[at]).all():
            if name not in libsumo.vehicle.getIDList():
                _add_ghost(name, ghost)
            x_m, y_m = ghost.front_m[at].tolist()
            libsumo.vehicle.moveToXY(name, "", -1, x_m, y_m, float(ghost.compass_deg[at]), _ANYWHERE)
        elif name in libsumo.vehicle.getIDList():
            libsumo.vehicle.remove(name)


def _set_limits(slow_stretches: Sequence[SlowStretch], step: int) -> None:
    for stretch in slow_stretches:
        if step == round(stretch.from_s / SUMO_STEP_S):
            libsumo.edge.setMaxSpeed(stretch.edge_id, stretch.speed_mps)
        elif step == round(stretch.until_s / SUMO_STEP_S):
            libsumo.edge.setMaxSpeed(stretch.edge_id, stretch.limit_mps)


def _add_ghost(name: str, ghost: Ghost) -> None:
    kind = f"{name}_type"
    if kind not in libsumo.vehicletype.getIDList():
        libsumo.vehicletype.copy("sedan", kind)
        libsumo.vehicletype.setLength(kind, max(ghost.length_m, 0.5))
        libsumo.vehicletype.setWidth(kind, max(ghost.width_m, 0.3))
        libsumo.vehicletype.setVehicleClass(kind, "ignoring")
        edges = [edge for edge in libsumo.edge.getIDList() if edge[0] != ":"]
        libsumo.route.add(f"{name}_route", edges[:1])
    libsumo.vehicle.add(name, f"{name}_route", typeID=kind)
    libsumo.vehicle.setSpeedMode(name, 0)


def _untie(lanes: Sequence[str]) -> None:
    """Lets those go first who have stood within a junction for long, each waiting for the others.

    SUMO has no such rule: whoever was caught by red within a junction would wait there for ever.
    """
    for lane in lanes:
        if libsumo.lane.getLastStepHaltingNumber(lane):
            for name in libsumo.lane.getLastStepVehicleIDs(lane):
                if libsumo.vehicle.getWaitingTime(name) > TIED_S:
                    libsumo.vehicle.setSpeedMode(name, _FIRST_ACROSS)


def _slow_down_in_bends() -> None:
    """Limits the speed on the ways across junctions to what drivers choose for their radius."""
    for lane in libsumo.lane.getIDList():
        if lane[0] == ":":
            limit_mps = bend_speed_mps(np.array(libsumo.lane.getShape(lane)))
            if limit_mps < libsumo.lane.getMaxSpeed(lane):
                libsumo.lane.setMaxSpeed(lane, limit_mps)


def bend_speed_mps(line_m: FloatArray) -> float:
    """Returns how fast drivers go along a line."""
    step = np.diff(line_m, axis=0)
    length = np.hypot(*step.T)
    step, length = step[length > 1e-6], length[length > 1e-6]
    if len(step) < 2:
        return float("inf")
    heading = np.unwrap(np.arctan2(step[:, 1], step[:, 0]))
    at = np.cumsum(length) - length / 2
    grid = np.arange(at[0], at[-1] + 1e-9, 0.5)
    there = np.interp(grid + BEND_M, at, heading)
    curvature = np.abs(there - np.interp(grid, at, heading)).max() / BEND_M
    if curvature < 1e-4:
        return float("inf")
    return float(max(min(np.sqrt(TURNING_MPS2 / curvature), TURNING_RADPS / curvature), CREEP_MPS))
