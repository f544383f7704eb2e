"""Measurements of several sensors, put in order of the time they speak of.

Sensors deliver with different delays, and a Kalman filter wants time to run forwards. So measurements wait until
nothing earlier can come any more: until every sensor that is alive has delivered something later, or until the site's
``wait_ns`` has passed since their time, whichever is first. What comes after that is late: counted, not used.

Time passes here only by ``arrival_ns`` and ticks, so a replay decides as the live run did.
"""

from dataclasses import dataclass, replace

from roadside.types.observations import Measurements
from roadside.types.site import OrderSettings

NEVER_NS = 0
"""Time of a sensor that was not heard of."""


@dataclass(frozen=True, slots=True, eq=False)
class OrderState:
    """What waits, and how far time has come.

    Attributes:
        began_ns: first arrival or tick; 0 before it.
        now_ns: newest arrival or tick.
        watermark_ns: everything up to here has been handed on.
        newest_ns: per sensor, the time of its newest measurement; ``NEVER_NS`` before the first.
        waiting: not yet handed on, ordered by time, then sensor.
    """

    began_ns: int
    now_ns: int
    watermark_ns: int
    newest_ns: tuple[int, ...]
    waiting: tuple[tuple[int, int, Measurements], ...]

    @staticmethod
    def start(sensor_count: int) -> "OrderState":
        """Returns the state before anything arrived."""
        return OrderState(0, 0, 0, (NEVER_NS,) * sensor_count, ())


def is_late(state: OrderState, measurements: Measurements) -> bool:
    """Returns whether time has already passed the measurements by."""
    return measurements.time_ns <= state.watermark_ns


def is_from_the_future(measurements: Measurements, settings: OrderSettings) -> bool:
    """Returns whether the measurements claim a time so long after their arrival that the sensor's clock is wrong."""
    return measurements.time_ns > measurements.arrival_ns + settings.silent_after_ns


def hold(state: OrderState, measurements: Measurements, sensor: int) -> OrderState:
    """Returns the state with the measurements waiting. They must be neither late nor from the future."""
    newest_ns = list(state.newest_ns)
    newest_ns[sensor] = max(newest_ns[sensor], measurements.time_ns)
    entry = (measurements.time_ns, sensor, measurements)
    # Sensors deliver nearly in order: the place is near the end.
    place = len(state.waiting)
    while place > 0 and state.waiting[place - 1][:2] > entry[:2]:
        place -= 1
    waiting = (*state.waiting[:place], entry, *state.waiting[place:])
    return replace(state, newest_ns=tuple(newest_ns), waiting=waiting)


def pass_time(state: OrderState, now_ns: int, settings: OrderSettings) -> OrderState:
    """Returns the state at ``now_ns``, with the watermark as far on as it may be. Time never goes back."""
    now_ns = max(now_ns, state.now_ns)
    began_ns = state.began_ns or now_ns
    silent_before_ns = now_ns - settings.silent_after_ns
    # A sensor not heard of yet may be about to speak: until it counts as silent, nothing is handed on early.
    awaited = [newest for newest in state.newest_ns if newest > silent_before_ns or began_ns > silent_before_ns]
    heard_all_ns = min(now_ns, min(awaited, default=NEVER_NS))  # a clock that is ahead must not take time along
    watermark_ns = max(state.watermark_ns, now_ns - settings.wait_ns, heard_all_ns)
    return replace(state, began_ns=began_ns, now_ns=now_ns, watermark_ns=watermark_ns)


def hand_on(state: OrderState, until_ns: int) -> tuple[OrderState, tuple[tuple[int, Measurements], ...]]:
    """Returns the state without, and in order of time, the (sensor, measurements) up to ``until_ns``."""
    count = sum(time_ns <= until_ns for time_ns, _, _ in state.waiting)
    due = tuple((sensor, measurements) for _, sensor, measurements in state.waiting[:count])
    return replace(state, waiting=state.waiting[count:]), due
