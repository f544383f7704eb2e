"""The ARS408's CAN messages: numbers to bytes and back, as its DBC file lays them out, and their time on the bus."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Any

import cantools
import numpy as np
from cantools.database.can import Database

from roadside.geometry.arrays import FloatArray, IntArray
from roadside.types.frames import CanFrames

DBC_PATH = Path(__file__).with_name("ars408.dbc")

NS_PER_S = 1_000_000_000
SENSOR_ID_STEP = 0x10
"""How much higher the message ids of the next radar on the same bus are."""

MAX_RADAR_NUMBER = 7
BIT_RATE_HZ = 500_000
FRAME_BITS = 47
"""Of a classic frame with an id of 11 bits and the gap behind it, besides 8 per byte; stuff bits left out."""

RMS_TABLE = np.array([
    0.005, 0.006, 0.008, 0.011, 0.014, 0.018, 0.023, 0.029, 0.038, 0.049, 0.063, 0.081, 0.105, 0.135, 0.174, 0.224,
    0.288, 0.371, 0.478, 0.616, 0.794, 1.023, 1.317, 1.697, 2.187, 2.817, 3.630, 4.676, 6.025, 7.762, 10.0,
])  # fmt: skip
"""(31,) m, m/s or m/s2: index *i* says that the standard deviation is below entry *i*; steps of 29 %."""

ORIENTATION_RMS_TABLE_DEG = np.array([
    0.005, 0.007, 0.010, 0.014, 0.020, 0.029, 0.041, 0.058, 0.082, 0.116, 0.165, 0.234, 0.332, 0.471, 0.669, 0.949,
    1.346, 1.909, 2.709, 3.843, 5.451, 7.734, 10.971, 15.565, 22.081, 31.325, 44.439, 63.044, 89.437, 126.881, 180.0,
])  # fmt: skip

PROBABILITY_LIMITS = np.array([0.0, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1.0])
"""(8,) class *i* says: at most this; class 0 is invalid."""


class DynProp(IntEnum):
    """What the radar thinks of a cluster's or an object's motion."""

    MOVING = 0
    STATIONARY = 1
    ONCOMING = 2
    STATIONARY_CANDIDATE = 3
    UNKNOWN = 4
    CROSSING_STATIONARY = 5
    CROSSING_MOVING = 6
    STOPPED = 7


class AmbigState(IntEnum):
    """Whether the Doppler speed of a cluster is one of several that fit."""

    INVALID = 0
    AMBIGUOUS = 1
    STAGGERED_RAMP = 2
    UNAMBIGUOUS = 3
    STATIONARY_CANDIDATES = 4


class MeasState(IntEnum):
    """Where an object is in its life."""

    DELETED = 0
    NEW = 1
    MEASURED = 2
    PREDICTED = 3


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the signals of one message lie, all big-endian and unsigned.

    Attributes:
        frame_id: with sensor id 0.
        size_bytes: of the data.
        shifts: signal to the place of its lowest bit, counted from the end of 8 bytes.
        bits: signal to its width.
        scales, offsets: a physical value is raw times scale plus offset.
    """

    frame_id: int
    size_bytes: int
    shifts: Mapping[str, int]
    bits: Mapping[str, int]
    scales: Mapping[str, float]
    offsets: Mapping[str, float]


@cache
def database() -> Database:
    """Returns the DBC file, parsed."""
    parsed = cantools.database.load_file(DBC_PATH)
    if not isinstance(parsed, Database):
        raise TypeError(f"{DBC_PATH}: wanted a CAN database, got {type(parsed).__name__}")
    return parsed


@cache
def layout(name: str) -> Layout:
    """Returns the layout of a message of the DBC file.

    Raises:
        KeyError: there is no such message.
    """
    message = database().get_message_by_name(name)
    # DBC start bits of big-endian signals: byte s // 8, bit s % 8 counted from the right; it is the highest bit.
    shifts = {each.name: 64 - (each.start // 8 * 8 + 7 - each.start % 8) - each.length for each in message.signals}
    return Layout(
        message.frame_id,
        message.length,
        shifts,
        {each.name: each.length for each in message.signals},
        {each.name: float(each.scale) for each in message.signals},
        {each.name: float(each.offset) for each in message.signals},
    )


def packed(name: str, columns: Mapping[str, Any]) -> list[bytes]:
    """Returns the data of N messages: each value as the nearest that its signal can hold.

    Args:
        name: the message.
        columns: signal to (N,) physical values; what is left out is all zero bits.
    """
    of = layout(name)
    count = len(next(iter(columns.values())))
    words = np.zeros(count, dtype=np.uint64)
    for signal, values in columns.items():
        raw = np.rint((np.asarray(values, dtype=np.float64) - of.offsets[signal]) / of.scales[signal])
        bounded = np.clip(raw, 0, 2 ** of.bits[signal] - 1).astype(np.uint64)
        words |= bounded << np.uint64(of.shifts[signal])
    data = words.astype(">u8").tobytes()
    return [data[start : start + of.size_bytes] for start in range(0, 8 * count, 8)]


def unpacked(name: str, data: Sequence[bytes]) -> dict[str, FloatArray]:
    """Returns signal to (N,) physical values of N messages.

    Raises:
        ValueError: data has another length than the message.
    """
    of = layout(name)
    wrong = [each for each in data if len(each) != of.size_bytes]
    if wrong:
        raise ValueError(f"{name}: data must have {of.size_bytes} bytes, got {len(wrong[0])}")
    words = np.frombuffer(b"".join(each.ljust(8, b"\0") for each in data), dtype=">u8").astype(np.uint64)
    columns: dict[str, FloatArray] = {}
    for signal, shift in of.shifts.items():
        raw = words >> np.uint64(shift) & np.uint64(2 ** of.bits[signal] - 1)
        columns[signal] = np.asarray(raw.astype(np.float64) * of.scales[signal] + of.offsets[signal])
    return columns


def frame_time_s(name: str) -> float:
    """Returns how long one frame of a message keeps the bus busy."""
    return (FRAME_BITS + 8 * layout(name).size_bytes) / BIT_RATE_HZ


def on_the_bus(
    sensor_id: str, radar_number: int, start_ns: int, messages: Sequence[tuple[str, Sequence[bytes]]]
) -> CanFrames:
    """Returns the frames of one cycle, one right behind the other, arrived with the last.

    Args:
        sensor_id: the radar's id in the site file.
        radar_number: the sensor id that the radar itself is set to, 0 to 7.
        start_ns: Unix epoch UTC at which the first frame is through.
        messages: message name and the data of its frames, in the order of the bus.

    Raises:
        ValueError: the radar's number is another.
    """
    if not 0 <= radar_number <= MAX_RADAR_NUMBER:
        raise ValueError(f"radar_number must be 0 to {MAX_RADAR_NUMBER}, got {radar_number}")
    frame_ids: list[int] = []
    durations_s: list[float] = []
    data: list[bytes] = []
    for name, each in messages:
        frame_ids += [layout(name).frame_id + SENSOR_ID_STEP * radar_number] * len(each)
        durations_s += [frame_time_s(name)] * len(each)
        data += each
    times_ns = start_ns + np.rint((np.cumsum(durations_s) - durations_s[0]) * NS_PER_S).astype(np.int64)
    is_extended = np.zeros(len(data), dtype=np.bool_)
    return CanFrames(
        sensor_id, int(times_ns[-1]), times_ns, np.array(frame_ids, dtype=np.int64), is_extended, tuple(data)
    )


def rms_index(sigma: FloatArray, table: FloatArray = RMS_TABLE) -> IntArray:
    """Returns (N,) the first index of a table that is not below a standard deviation; the last if all are."""
    return np.minimum(np.searchsorted(table, sigma), len(table) - 1).astype(np.int64)


def probability_class(probability: FloatArray) -> IntArray:
    """Returns (N,) the first class of ``PROBABILITY_LIMITS``, from 1, that is not below a probability."""
    return np.clip(np.searchsorted(PROBABILITY_LIMITS, probability), 1, 7).astype(np.int64)
