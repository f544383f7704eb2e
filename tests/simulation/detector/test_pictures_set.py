from pathlib import Path

import numpy as np
import pytest

from roadside.errors import LabelError
from simulation.detector.pictures_set import drawn_evenly, read_set, shard_path, write_shard
from tests.simulation.detector.labelled import labels, picture


def test_a_set_comes_back_as_it_was_written(tmp_path: Path) -> None:
    first = [picture(labels((1, 2, 9, 12), class_index=6, distance_m=31.5), seed=1), picture(labels(), weather="fog")]
    second = [picture(labels((0, 0, 4, 4), (5, 5, 20, 9)), seed=2)]
    write_shard(tmp_path, 0, first)
    write_shard(tmp_path, 1, second)

    read = read_set(tmp_path)

    assert [len(entry.labels) for entry in read] == [1, 0, 2]
    assert [entry.weather for entry in read] == ["day", "fog", "day"]
    assert read[0].labels.class_index.tolist() == [6]
    assert read[0].labels.distance_m.tolist() == [31.5]
    np.testing.assert_array_equal(read[2].labels.full_box_px, second[0].labels.full_box_px)
    assert read[1].focal_length_px == pytest.approx(first[1].focal_length_px)
    assert read[0].rgb.shape == first[0].rgb.shape


def test_a_smooth_picture_survives_its_compression(tmp_path: Path) -> None:
    smooth = np.linspace(20, 220, 64 * 36).reshape(36, 64).astype(np.uint8)
    entry = picture(labels())
    entry = type(entry)(np.stack([smooth, smooth // 2, 255 - smooth], axis=2), entry.labels, "w", "day", 50.0)
    write_shard(tmp_path, 0, [entry])

    assert np.abs(read_set(tmp_path)[0].rgb.astype(int) - entry.rgb.astype(int)).mean() < 4


def test_a_shard_that_was_interrupted_is_not_read_and_is_written_anew(tmp_path: Path) -> None:
    write_shard(tmp_path, 0, [picture(labels())])
    unfinished = shard_path(tmp_path, 1).with_name("shard_0001.part")
    unfinished.mkdir()
    (unfinished / "0000.jpg").write_bytes(b"half")

    assert len(read_set(tmp_path)) == 1
    write_shard(tmp_path, 1, [picture(labels())])
    assert len(read_set(tmp_path)) == 2
    assert not unfinished.exists()


def test_only_the_first_pictures_of_a_set_can_be_asked_for(tmp_path: Path) -> None:
    for number in range(3):
        write_shard(tmp_path, number, [picture(labels()), picture(labels())])

    assert len(read_set(tmp_path, 3)) == 3


def test_an_empty_folder_is_no_set(tmp_path: Path) -> None:
    with pytest.raises(LabelError, match="must hold pictures in folders shard_0000"):
        read_set(tmp_path)


def test_a_missing_picture_is_named(tmp_path: Path) -> None:
    write_shard(tmp_path, 0, [picture(labels())])
    (shard_path(tmp_path, 0) / "0000.jpg").unlink()

    with pytest.raises(LabelError, match=r"0000\.jpg: cannot be read"):
        read_set(tmp_path)


def test_pictures_drawn_evenly_come_from_all_parts_of_a_set() -> None:
    many = [picture(labels(), 16, 9, weather=str(number)) for number in range(300)]
    rows = [int(entry.weather) for entry in drawn_evenly(many, 60, 1)]

    assert len(set(rows)) == 60
    assert min(rows) < 60
    assert max(rows) > 240
