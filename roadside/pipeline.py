"""The fold: everything between "a sensor gave measurements" and "here is the scene", as one pure function.

    state, scenes = step(state, observation, site)

Live, replay and evaluation differ only in who feeds it and who reads the scenes.
"""

from dataclasses import dataclass, replace

from roadside.fusion.order import NEVER_NS, OrderState, hand_on, hold, is_from_the_future, is_late, pass_time
from roadside.fusion.state import TrackerState
from roadside.fusion.tracker import advance, tracks_at
from roadside.fusion.validity import in_own_order
from roadside.types.observations import (
    Environment,
    Measurements,
    NeighbourObjects,
    Observation,
    OperatorCommand,
    SensorHealth,
    SensorState,
    SignalStates,
    SpotEvidence,
    Tick,
    VehicleReport,
)
from roadside.types.scene import Scene, SensorReport
from roadside.types.site import Site

LONGEST_CATCH_UP = 10
"""Grid instants published one by one after a pause; of a longer pause only the newest is, and the rest is counted."""


@dataclass(frozen=True, slots=True, eq=False)
class FoldState:
    """Everything the fold remembers.

    Attributes:
        order: measurements waiting for their turn.
        tracker: the road users.
        sensors: per sensor of ``Site.sensor_ids``, its report so far; its ``state`` is what the source says of itself.
        next_scene_ns: the next grid instant to publish; 0 before the first observation.
        skipped_total: grid instants never published.
    """

    order: OrderState
    tracker: TrackerState
    sensors: tuple[SensorReport, ...]
    next_scene_ns: int
    skipped_total: int


def start(site: Site) -> FoldState:
    """Returns the state of a service that has not seen anything yet."""
    reports = tuple(SensorReport(sensor_id, SensorState.UNKNOWN, NEVER_NS, 0, 0, 0, 0) for sensor_id in site.sensor_ids)
    return FoldState(OrderState.start(len(reports)), TrackerState.none(len(reports)), reports, 0, 0)


def step(state: FoldState, observation: Observation, site: Site) -> tuple[FoldState, tuple[Scene, ...]]:
    """Returns the state after one observation, and the scenes that became due by it.

    Args:
        state: from ``start`` or the step before.
        observation: observations must come in order of ``arrival_ns``.
        site: what is installed where.
    """
    match observation:
        case Measurements():
            state = _take(state, observation, site)
        case SensorHealth():
            state = _note_health(state, observation, site)
        case Tick():
            pass
        case SignalStates() | Environment() | SpotEvidence() | NeighbourObjects() | VehicleReport() | OperatorCommand():
            pass  # Events, parking and neighbouring poles read these; the tracks do not.
    state = replace(state, order=pass_time(state.order, observation.arrival_ns, site.order))
    if state.next_scene_ns == 0:
        grid_ns = site.order.grid_ns
        state = replace(state, next_scene_ns=(state.order.watermark_ns // grid_ns + 1) * grid_ns)
    return _catch_up(state, site)


def _take(state: FoldState, measurements: Measurements, site: Site) -> FoldState:
    """Returns the state with the measurements waiting for their turn, or counted as late or rejected."""
    sensor = _index(site, measurements.sensor_id)
    report = state.sensors[sensor]
    if is_late(state.order, measurements):
        return _with_report(state, sensor, replace(report, late_total=report.late_total + 1))
    if is_from_the_future(measurements, site.order):
        return _with_report(state, sensor, replace(report, rejected_total=report.rejected_total + 1))
    usable = in_own_order(measurements)
    rejected = len(measurements) - len(usable)
    if rejected:
        state = _with_report(state, sensor, replace(report, rejected_total=report.rejected_total + rejected))
    return replace(state, order=hold(state.order, usable, sensor))


def _catch_up(state: FoldState, site: Site) -> tuple[FoldState, tuple[Scene, ...]]:
    """Returns the state with everything up to the watermark fused, and a scene per grid instant on the way."""
    grid_ns, watermark_ns = site.order.grid_ns, state.order.watermark_ns
    due = (watermark_ns - state.next_scene_ns) // grid_ns + 1
    if due > LONGEST_CATCH_UP:
        state = _fuse(state, state.next_scene_ns, site)
        skipped = due - 1
        next_ns = state.next_scene_ns + skipped * grid_ns
        state = replace(state, next_scene_ns=next_ns, skipped_total=state.skipped_total + skipped)
    scenes = []
    while state.next_scene_ns <= watermark_ns:
        state = _fuse(state, state.next_scene_ns, site)
        scenes.append(_scene(state, site))
        state = replace(state, next_scene_ns=state.next_scene_ns + grid_ns)
    return _fuse(state, watermark_ns, site), tuple(scenes)


def _fuse(state: FoldState, until_ns: int, site: Site) -> FoldState:
    """Returns the state with all waiting measurements up to ``until_ns`` taken in."""
    order, due = hand_on(state.order, until_ns)
    if not due:
        return state
    tracker, reports = state.tracker, list(state.sensors)
    for sensor, measurements in due:
        tracker = advance(tracker, measurements, sensor, site.tracking, site.sizes)
        reports[sensor] = replace(reports[sensor], newest_ns=measurements.time_ns)
    return replace(state, order=order, tracker=tracker, sensors=tuple(reports))


def _scene(state: FoldState, site: Site) -> Scene:
    """Returns what there is to say at the next grid instant."""
    time_ns = state.next_scene_ns
    reports = tuple(
        replace(report, state=_state_at(report, time_ns, site.order.silent_after_ns)) for report in state.sensors
    )
    return Scene(site.site_id, time_ns, tracks_at(state.tracker, time_ns, site.tracking), reports, state.skipped_total)


def _state_at(report: SensorReport, time_ns: int, silent_after_ns: int) -> SensorState:
    """Returns how a sensor stands: what it says of itself, unless nothing comes from it."""
    if report.newest_ns == NEVER_NS:
        return SensorState.SILENT if report.state is SensorState.SILENT else SensorState.UNKNOWN
    if time_ns - report.newest_ns > silent_after_ns:
        return SensorState.SILENT
    return SensorState.DEGRADED if report.state is SensorState.DEGRADED else SensorState.OK


def _note_health(state: FoldState, health: SensorHealth, site: Site) -> FoldState:
    """Returns the state with a source's word on its sensor."""
    sensor = _index(site, health.sensor_id)
    report = replace(
        state.sensors[sensor],
        state=health.state,
        dropped_total=health.dropped_total,
        repaired_total=health.repaired_total,
    )
    return _with_report(state, sensor, report)


def _with_report(state: FoldState, sensor: int, report: SensorReport) -> FoldState:
    """Returns the state with one sensor's report replaced."""
    return replace(state, sensors=(*state.sensors[:sensor], report, *state.sensors[sensor + 1 :]))


def _index(site: Site, sensor_id: str) -> int:
    """Returns the sensor's place in ``Site.sensor_ids``.

    Raises:
        ValueError: the site has no such sensor; whoever feeds the fold must not let it come this far.
    """
    if sensor_id not in site.sensor_ids:
        raise ValueError(f"site {site.site_id} has no sensor {sensor_id!r}, only {', '.join(site.sensor_ids)}")
    return site.sensor_ids.index(sensor_id)
