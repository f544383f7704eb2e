"""Batches to recorded messages without a message object in between: the same bytes as ``recording.codec.encode``.

A packed field of doubles is a tag, a length and the doubles as they lie in memory (little-endian); a packed field of
integers is a varint each (https://protobuf.dev/programming-guides/encoding). An empty field is left out.
"""

import sys
from functools import cache

import numpy as np

from roadside.geometry.arrays import ByteArray, IntArray
from simulation.picture_free.batches import MeasurementBatch, TruthBatch

LENGTH_DELIMITED = 2
VARINT = 0
BYTES_OF_DOUBLE = 8
assert sys.byteorder == "little"

ONE_BYTE = 0x7F
"""The largest number that takes one byte."""

MEASUREMENT_DOUBLES = (
    (4, "position_m", 2), (5, "covariance_m2", 4), (6, "radial_speed_mps", 1), (7, "radial_sigma_mps", 1),
    (8, "line_of_sight", 2), (9, "heading_rad", 1), (10, "size_m", 3),
)  # fmt: skip
"""Field numbers, columns and doubles per row of ``Measurements`` between its kinds (3) and its classes (11)."""
TRUTH_DOUBLES = ((5, "position_m", 3), (6, "velocity_mps", 2), (7, "heading_rad", 1), (8, "size_m", 3))
"""The same of ``Truth`` between its classes (4) and its visible pixels (9)."""


def varint(value: int) -> bytes:
    """Returns a number that is not negative, seven bits a byte, the lowest first."""
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)


def packed_varints(values: IntArray) -> tuple[bytes, IntArray]:
    """Returns the varints of (N,) numbers one after the other, and the (N + 1,) bytes at which each begins.

    Negative numbers take ten bytes, as protobuf has them.
    """
    left = np.ascontiguousarray(values, dtype=np.int64).view(np.uint64)
    begins = np.zeros(len(left) + 1, dtype=np.int64)
    if len(left) and left.max() <= 0x7F:
        return left.astype(np.uint8).tobytes(), np.arange(len(left) + 1)
    lengths = np.ones(len(left), dtype=np.int64)
    for more in range(1, 10):
        lengths += left >= np.uint64(1) << np.uint64(7 * more)
    np.cumsum(lengths, out=begins[1:])
    data = np.zeros(begins[-1], dtype=np.uint8)
    rows = np.arange(len(left))
    for place in range(int(lengths.max(initial=0))):
        rows = rows[lengths[rows] > place]
        goes_on = lengths[rows] > place + 1
        seven = (left[rows] >> np.uint64(7 * place)).astype(np.uint8) & 0x7F
        data[begins[rows] + place] = seven | (goes_on * np.uint8(0x80))
    return data.tobytes(), begins


def measurement_messages(batch: MeasurementBatch) -> list[bytes]:
    """Returns the serialised ``Measurements`` message of every frame.

    Frames with as many measurements have fields of the same lengths in the same places: they are filled in together.

    Raises:
        ValueError: a kind or a class takes more than a byte.
    """
    if max(batch.kind.max(initial=0), batch.classes.max(initial=0)) > ONE_BYTE:
        raise ValueError(f"MeasurementBatch.kind and classes must be at most {ONE_BYTE}")
    head = _text(1, batch.sensor_id) + _tag(2, VARINT)
    columns = [
        (number, np.frombuffer(getattr(batch, name).tobytes(), np.uint8).reshape(-1, width * BYTES_OF_DOUBLE))
        for number, name, width in MEASUREMENT_DOUBLES
    ]
    confidence = [(12, np.frombuffer(batch.confidence.tobytes(), np.uint8).reshape(-1, BYTES_OF_DOUBLE))]
    kinds, classes = (values.astype(np.uint8)[:, None] for values in (batch.kind, batch.classes))
    fields = [(3, kinds), *columns, (11, classes), *confidence]
    times, time_at = packed_varints(batch.time_ns)
    counts = np.diff(batch.first_row)
    messages: list[bytes] = [b""] * len(batch)
    for count in np.unique(counts).tolist():
        frames = np.flatnonzero(counts == count)
        heads = [head + times[time_at[frame] : time_at[frame + 1]] for frame in frames.tolist()]
        body = _bodies(fields, batch.first_row[frames], count)
        width = body.shape[1]
        data = body.tobytes()
        for place, (frame, beginning) in enumerate(zip(frames.tolist(), heads, strict=True)):
            messages[frame] = beginning + data[place * width : (place + 1) * width]
    return messages


def _bodies(fields: list[tuple[int, ByteArray]], first_rows: IntArray, count: int) -> ByteArray:
    """Returns (F, bytes) what follows the time in frames of ``count`` measurements each.

    Args:
        fields: numbers and the (R, bytes of a row) contents of the fields, in order.
        first_rows: (F,) of the frames.
        count: rows of each.
    """
    if count == 0:
        return np.zeros((len(first_rows), 0), dtype=np.uint8)
    rows = (first_rows[:, None] + np.arange(count)).ravel()
    parts: list[ByteArray] = []
    for number, content in fields:
        head = np.frombuffer(_length(number, count * content.shape[1]), dtype=np.uint8)
        parts.append(np.broadcast_to(head, (len(first_rows), len(head))))
        parts.append(content[rows].reshape(len(first_rows), -1))
    return np.concatenate(parts, axis=1)


def truth_messages(batch: TruthBatch) -> list[bytes]:
    """Returns the serialised ``Truth`` message of every instant."""
    head, cameras = _tag(1, VARINT), b"".join(_text(2, camera_id) for camera_id in batch.camera_ids)
    count = len(batch.camera_ids)
    ids, id_at = packed_varints(batch.object_ids)
    classes, class_at = packed_varints(batch.classes)
    pixels, pixel_at = packed_varints(batch.visible_px.ravel())
    doubles = [
        (number, width * BYTES_OF_DOUBLE, memoryview(getattr(batch, name).tobytes()))
        for number, name, width in TRUTH_DOUBLES
    ]
    messages = []
    bounds = batch.first_row.tolist()
    for index, time_ns in enumerate(batch.time_ns.tolist()):
        begin, end = bounds[index], bounds[index + 1]
        parts: list[bytes | memoryview] = [head, varint(time_ns), cameras]
        if end > begin:
            parts += _varint_field(3, ids, id_at, begin, end)
            parts += _varint_field(4, classes, class_at, begin, end)
            for number, width, data in doubles:
                parts.append(_length(number, (end - begin) * width))
                parts.append(data[begin * width : end * width])
            if count:
                parts += _varint_field(9, pixels, pixel_at, begin * count, end * count)
        messages.append(b"".join(parts))
    return messages


def _varint_field(number: int, data: bytes, begins: IntArray, begin: int, end: int) -> tuple[bytes, bytes]:
    first, last = int(begins[begin]), int(begins[end])
    return _length(number, last - first), data[first:last]


@cache
def _length(number: int, length: int) -> bytes:
    """Returns the beginning of a field of that many bytes."""
    return _tag(number, LENGTH_DELIMITED) + varint(length)


def _tag(number: int, kind: int) -> bytes:
    return varint(number << 3 | kind)


def _text(number: int, text: str) -> bytes:
    """Returns a text field; an empty one of a single text is left out, which no id is."""
    data = text.encode()
    return _length(number, len(data)) + data
