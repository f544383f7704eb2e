"""Messages made straight from arrays are the bytes that the recording's own codec gives."""

import numpy as np

from roadside.recording.codec import encode
from roadside.types.observations import MEASUREMENT_COLUMNS
from roadside.types.truth import TRUTH_COLUMNS
from simulation.picture_free.batches import MeasurementBatch, TruthBatch
from simulation.picture_free.fast_messages import measurement_messages, packed_varints, truth_messages, varint

START_NS = 1_793_606_400_000_000_000


def _columns(columns, rows, rng, cameras=0):
    made = []
    for name, shape, dtype in columns:
        shape = tuple(cameras if side is None else side for side in shape)
        if dtype is np.int64:
            top = {"object_ids": 400, "visible_px": 300_000}.get(name, 11)
            made.append(rng.integers(0, top, (rows, *shape)))
        else:
            made.append(rng.normal(size=(rows, *shape)))
    return made


def _measurements(frames, rng):
    first_row = np.concatenate([[0], np.cumsum(rng.integers(0, 40, frames))])
    times = START_NS + np.arange(frames) * 100_000_000
    return MeasurementBatch(
        "south_east", times, times + 31_000_000, first_row, *_columns(MEASUREMENT_COLUMNS, first_row[-1], rng)
    )


def test_measurements_have_the_bytes_of_the_codec_with_nan_and_empty_frames():
    batch = _measurements(50, np.random.default_rng(1))
    batch = batch.keep(np.ones(50, dtype=bool))
    for name in ("radial_speed_mps", "heading_rad", "position_m"):
        array = getattr(batch, name)
        array.setflags(write=True)
        array[::3] = np.nan
        array[1::7] = -0.0
    assert (np.diff(batch.first_row) == 0).any()
    for index, data in enumerate(measurement_messages(batch)):
        assert data == encode(batch.frame(index)).data


def test_truth_has_the_bytes_of_the_codec_for_any_number_of_cameras():
    rng = np.random.default_rng(2)
    for cameras in (0, 1, 4):
        first_row = np.concatenate([[0], np.cumsum(rng.integers(0, 30, 20))])
        times = START_NS + np.arange(20) * 100_000_000
        ids = tuple(f"camera_{number}" for number in range(cameras))
        batch = TruthBatch(ids, times, first_row, *_columns(TRUTH_COLUMNS, first_row[-1], rng, cameras))
        for index, data in enumerate(truth_messages(batch)):
            assert data == encode(batch.instant(index)).data


def test_varints_of_any_size_follow_each_other():
    values = np.array([0, 1, 127, 128, 16_383, 16_384, 2**31, 2**62, -1])
    data, begins = packed_varints(values)
    for value, begin, end in zip(values[:-1].tolist(), begins, begins[1:], strict=False):
        assert data[begin:end] == varint(value)
    assert data[begins[-2] :] == b"\xff" * 9 + b"\x01"
