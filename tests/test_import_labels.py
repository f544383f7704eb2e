"""``roadside import``: what a user types, and what can be replayed afterwards."""

import json
from pathlib import Path

import numpy as np
import pytest

from roadside.errors import LabelError
from roadside.import_labels import import_kitti, import_mot, import_openlabel
from roadside.recording.codec import decode
from roadside.recording.reader import open_recording
from roadside.replay import replay
from roadside.runtime.imported_recording import ImportSummary
from roadside.runtime.recorded_items import Depth
from roadside.runtime.recorded_run import recorded_site
from roadside.runtime.recorded_truth import recorded_truth
from roadside.types.observations import Measurements
from roadside.types.road_users import RoadUserClass
from roadside.types.site import Site
from roadside.types.truth import Truth
from tests.command_line import typed
from tests.shared_recordings import mot15

START_NS = 946_684_800_000_000_000
FRAMES = 40


def kitti_lines(frames: int = FRAMES, score: str = "") -> str:
    """Two cars that drive north at 10 m/s and one that stands, 10 Hz: 1 m a frame along camera z, rotation_y -90."""
    lines = []
    for frame in range(frames):
        for number, (x, z, step) in enumerate([(-3.0, 5.0, 1.0), (3.0, 15.0, 1.0), (8.0, 30.0, 0.0)]):
            box = f"0 0 0 10 10 20 20 1.5 1.8 4.4 {x} 1.65 {z + step * frame} -1.5707963"
            lines.append(f"{frame} {number} Car {box} {score}".strip())
    return "\n".join(lines)


def mot_lines(frames: int = FRAMES, confidence: str = "1") -> str:
    """Two people of 170 px who walk towards each other past different heights of the picture, 4 px a frame."""
    lines = []
    for frame in range(1, frames + 1):
        lines.append(f"{frame},1,{100 + 4 * frame},100,60,170,{confidence},-1,-1,-1")
        lines.append(f"{frame},2,{500 - 4 * frame},400,60,170,{confidence},-1,-1,-1")
    return "\n".join(lines)


def openlabel_text(origin: tuple[float, float] = (0.0, 0.0), frames: int = FRAMES) -> str:
    """A bus that drives east at 8 m/s and a person who stands, 10 Hz, with timestamps 30 ms beside the grid."""
    still = [origin[0], origin[1] + 6.0, 0.9, 0, 0, 0, 1, 0.5, 0.5, 1.8]
    labelled = {}
    for frame in range(frames):
        bus = [origin[0] - 20.0 + 0.8 * frame, origin[1], 1.6, 0, 0, 0, 1, 12.0, 2.5, 3.2]
        objects = {uid: {"object_data": {"cuboid": [{"name": "shape", "val": val}]}} for uid, val in
                   (("bus-7", bus), ("uuid-0-1", still))}  # fmt: skip
        labelled[str(frame)] = {
            "frame_properties": {"timestamp": 1_700_000_000.03 + frame / 10}, "objects": objects
        }  # fmt: skip
    types = {"bus-7": {"name": "b", "type": "Bus"}, "uuid-0-1": {"name": "p", "type": "Pedestrian"}}
    return json.dumps({"openlabel": {"metadata": {"schema_version": "1.0.0"}, "objects": types, "frames": labelled}})


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


def read_back(out: Path) -> tuple[list[Truth], list[Measurements], Site]:
    """Returns everything that a recording holds, its truth as ``evaluate`` reads it."""
    recording = open_recording(out)
    items = [decode(entry) for entry in recording.entries()]
    truth = [*recorded_truth(recording).road_users]
    seen = [item for item in items if isinstance(item, Measurements)]
    assert len(truth) + len(seen) == len(items)
    return truth, seen, recorded_site(recording)


def test_a_kitti_sequence_comes_back_as_truth_and_measurements_on_the_scenes_grid(tmp_path):
    labels = written(tmp_path, "0000.txt", kitti_lines())
    detections = written(tmp_path, "det.txt", kitti_lines(score="0.9"))

    summary = import_kitti(labels, tmp_path / "x.mcap", detections)

    truth, seen, site = read_back(tmp_path / "x.mcap")
    assert (summary.frames, summary.road_users, summary.truth_rows, summary.measurement_rows) == (40, 3, 120, 120)
    assert [each.time_ns for each in truth] == [START_NS + frame * 100_000_000 for frame in range(FRAMES)]
    assert [each.time_ns for each in seen] == [each.time_ns for each in truth]
    assert site.order.grid_ns == 100_000_000
    np.testing.assert_allclose(truth[7].position_m, [[-3, 12, 0], [3, 22, 0], [8, 30, 0]], atol=1e-9)
    np.testing.assert_allclose(truth[7].velocity_mps, [[0, 10], [0, 10], [0, 0]], atol=1e-9)
    np.testing.assert_allclose(np.degrees(truth[7].heading_rad), 90.0, atol=1e-5)
    np.testing.assert_allclose(seen[7].covariance_m2, 0.09 * np.broadcast_to(np.eye(2), (3, 2, 2)))
    np.testing.assert_allclose(seen[7].confidence, 0.9)
    assert seen[7].classes.tolist() == [RoadUserClass.CAR] * 3


def check_replay(out: Path, summary: ImportSummary, users: int, scenes: int) -> None:
    """Replays a recording of perfect detections: no measurement is lost, and tracks lie where the truth is."""
    replayed = replay(out, depth=Depth.MEASUREMENTS)
    assert replayed.position is not None
    assert replayed.position.instants == scenes
    assert replayed.tracks == users
    assert replayed.position.rmse_m < 0.1
    assert replayed.position.recall > 0.85  # a track is believed at its fourth measurement
    assert replayed.position.precision == 1.0
    assert all(report.late_total == report.rejected_total == 0 for report in replayed.sensors)
    assert any("perfect detector" in line for line in summary.lines())


def test_kitti_labels_alone_are_replayed_as_a_perfect_detectors(tmp_path):
    summary = import_kitti(written(tmp_path, "0000.txt", kitti_lines()), tmp_path / "x.mcap")

    check_replay(tmp_path / "x.mcap", summary, users=3, scenes=FRAMES)


def test_a_picture_is_replayed_with_every_frame_on_the_grid(tmp_path):
    summary = import_mot(written(tmp_path, "gt.txt", mot_lines()), tmp_path / "x.mcap", 25.0)

    check_replay(tmp_path / "x.mcap", summary, users=2, scenes=FRAMES)
    _, _, site = read_back(tmp_path / "x.mcap")
    assert site.order.grid_ns == 40_000_000
    assert "0.010000 m per px" in summary.notes[0]


def test_openlabel_is_replayed_at_the_times_it_states(tmp_path):
    labels = written(tmp_path, "labels.json", openlabel_text())
    summary = import_openlabel(labels, tmp_path / "x.mcap")

    truth, _, _ = read_back(tmp_path / "x.mcap")
    assert truth[0].time_ns == 1_700_000_000_030_000_000
    assert truth[0].classes.tolist() == [RoadUserClass.BUS, RoadUserClass.PEDESTRIAN]
    np.testing.assert_allclose(truth[3].velocity_mps, [[8.0, 0.0], [0.0, 0.0]], atol=1e-6)
    assert any("beside the scenes' grid of 100 ms" in line for line in summary.lines())
    assert replay(tmp_path / "x.mcap", depth=Depth.MEASUREMENTS).tracks == 2


def test_openlabel_at_a_rate_lies_on_the_grid(tmp_path):
    labels = written(tmp_path, "labels.json", openlabel_text())
    summary = import_openlabel(labels, tmp_path / "x.mcap", rate_hz=10.0)

    check_replay(tmp_path / "x.mcap", summary, users=2, scenes=FRAMES)


def test_utm_coordinates_get_an_origin_amid_the_road_users(tmp_path):
    """The median of both is near the person, 582 500 east and 4 793 206 north: to the hundred, 4 793 200."""
    labels = written(tmp_path, "labels.json", openlabel_text(origin=(582_500.0, 4_793_200.0)))
    summary = import_openlabel(labels, tmp_path / "x.mcap")

    truth, _, _ = read_back(tmp_path / "x.mcap")
    np.testing.assert_allclose(truth[0].position_m[1], [0.0, 6.0, 0.0], atol=1e-6)
    assert any("the origin is at 582500, 4793200" in line for line in summary.notes)


def test_a_second_file_gives_the_detections_and_frames_it_lacks_say_nobody(tmp_path):
    labels = written(tmp_path, "labels.json", openlabel_text())
    detections = written(tmp_path, "detected.json", openlabel_text(frames=10))

    summary = import_openlabel(labels, tmp_path / "x.mcap", detections)

    _, seen, _ = read_back(tmp_path / "x.mcap")
    assert (summary.truth_rows, summary.measurement_rows) == (80, 20)
    assert [len(each) for each in seen] == [2] * 10 + [0] * 30


def test_with_the_cars_path_parked_cars_stand_and_the_site_has_a_place(tmp_path):
    """The car drives north at 10 m/s, so what kept its distance to the car drives at 10 m/s, and so on.

    A metre north on the Mercator map is 180 / (pi * 6378137 * cos(lat)) * cos(lat) degrees of latitude: the scale at
    the first latitude and the map's stretching cancel out.
    """
    degrees_a_metre = 180.0 / (np.pi * 6_378_137.0)
    path = [f"{49.0 + frame * degrees_a_metre:.12f} 8.4 115.0 0 0 1.5707963267948966" for frame in range(FRAMES)]
    calibration = "R_rect 1 0 0 0 1 0 0 0 1\nTr_velo_cam 0 -1 0 0 0 0 -1 0 1 0 0 0\nTr_imu_velo 1 0 0 0 0 1 0 0 0 0 1 0"
    import_kitti(
        written(tmp_path, "0000.txt", kitti_lines()),
        tmp_path / "x.mcap",
        calibration=written(tmp_path, "calib.txt", calibration),
        oxts=written(tmp_path, "oxts.txt", "\n".join(path)),
    )

    truth, _, site = read_back(tmp_path / "x.mcap")
    np.testing.assert_allclose(truth[20].velocity_mps, [[0, 20], [0, 20], [0, 10]], atol=0.02)
    np.testing.assert_allclose(np.degrees(truth[20].heading_rad), 90.0, atol=1e-4)
    assert (site.frame.latitude_deg, site.frame.longitude_deg) == (49.0, 8.4)


def test_everything_lies_in_the_declared_coverage(tmp_path):
    import_kitti(written(tmp_path, "0000.txt", kitti_lines()), tmp_path / "x.mcap")

    _, _, site = read_back(tmp_path / "x.mcap")
    np.testing.assert_allclose(site.cameras[0].coverage_m, [[-8, 0], [13, 0], [13, 59], [-8, 59]], atol=1e-3)


def test_what_is_left_out_is_said(tmp_path):
    lone = "12,9,5,5,60,170,1,-1,-1,-1"
    ignored = "13,9,5,5,60,170,0,-1,-1,-1"
    labels = written(tmp_path, "gt.txt", f"{mot_lines()}\n{lone}\n{ignored}")
    detections = written(tmp_path, "det.txt", f"{mot_lines(confidence='0.9')}\n5,-1,5,5,60,170,0.2,-1,-1,-1")

    summary = import_mot(labels, tmp_path / "x.mcap", 25.0, detections, min_confidence=0.5)

    assert summary.truth_left_out == {
        "marked as not to be counted": 1,
        "seen only once within a second, so without a velocity": 1,
    }
    assert summary.detections_left_out == {"below confidence 0.5": 1}
    assert (summary.road_users, summary.truth_rows, summary.measurement_rows) == (2, 80, 80)


def test_who_is_too_far_is_left_out_and_counted(tmp_path):
    far = kitti_lines().replace(" 3.0 1.65 ", " 3.0e3 1.65 ")
    summary = import_kitti(written(tmp_path, "0000.txt", far), tmp_path / "x.mcap")

    truth, _, _ = read_back(tmp_path / "x.mcap")
    assert [len(each) for each in truth] == [2] * FRAMES
    assert summary.truth_left_out == {"further than 2 km from the origin": FRAMES}


def test_truth_ends_where_the_labels_end(tmp_path):
    """Half a sequence labelled, all of it detected: nobody knows about the rest."""
    labels = written(tmp_path, "gt.txt", mot_lines(frames=20))
    detections = written(tmp_path, "det.txt", mot_lines(confidence="0.9"))

    import_mot(labels, tmp_path / "x.mcap", 25.0, detections)

    truth, seen, _ = read_back(tmp_path / "x.mcap")
    assert (len(truth), len(seen)) == (20, 40)


def test_slow_frames_get_waits_long_enough_to_believe_a_track(tmp_path):
    """At 2 Hz four measurements take 1.5 s, longer than the 0.8 s in which a track must gather them by default."""
    summary = import_kitti(written(tmp_path, "0000.txt", kitti_lines()), tmp_path / "x.mcap", rate_hz=2.0)

    assert summary.duration_s == pytest.approx(19.5)
    assert replay(tmp_path / "x.mcap", depth=Depth.MEASUREMENTS).tracks == 3


def test_a_rate_that_does_not_divide_a_second_is_said_to_lie_beside_the_grid(tmp_path):
    summary = import_mot(written(tmp_path, "gt.txt", mot_lines()), tmp_path / "x.mcap", 30.0)

    assert any("beside the scenes' grid of 33 ms" in line for line in summary.notes)
    truth, _, _ = read_back(tmp_path / "x.mcap")
    assert truth[0].time_ns % 33_000_000 == 0


def test_the_commands_say_what_was_imported(tmp_path, capsys):
    labels = written(tmp_path, "0000.txt", kitti_lines())
    code, printed, _ = typed(capsys, "import", "kitti", labels, "--out", tmp_path / "x.mcap")

    assert code == 0
    assert "40 frames in 3.9 s, 3 road users in 120 rows of truth, 120 rows of measurements" in printed
    assert "relative to the moving car" in printed

    labels = written(tmp_path, "gt.txt", mot_lines())
    code, printed, _ = typed(capsys, "import", "mot", labels, "--rate-hz", 25, "--out", tmp_path / "x.mcap")
    assert (code, "metres are nominal" in printed) == (0, True)

    labels = written(tmp_path, "x.json", openlabel_text())
    code, printed, _ = typed(capsys, "import", "openlabel", labels, "--out", tmp_path / "x.mcap")
    assert (code, "2 road users" in printed) == (0, True)


@pytest.mark.parametrize(
    ("words", "text", "line"),
    [
        (("kitti",), "0 1 Car", "line 1: must have 17 columns"),
        (
            ("kitti", "--oxts", "o.txt"),
            "LINES",
            "--calibration must be given too: --oxts says where the car was and --calibration how",
        ),
        (("kitti", "--calibration", "c.txt"), "LINES", "--oxts must be given too: --oxts says where the car was"),
        (
            ("kitti",),
            "\n".join(line for line in kitti_lines().splitlines()).replace(" 1.65 ", " up "),
            "line 1: y must be",
        ),
        (("mot", "--rate-hz", "25"), "1,2,3", "line 1: must have 10 columns"),
        (("mot", "--rate-hz", "25"), "9000000,1,1,1,10,20,1,-1,-1,-1", "frames must be below 1000001, got 9000000"),
        (
            ("mot", "--rate-hz", "25"),
            "1,1,1,1,10,20,0,-1,-1,-1",
            "labels.txt: must hold a road user that counts in two frames",
        ),
        (("openlabel",), "{}", "openlabel: must be a table, got null"),
        (("openlabel",), "\x00\xff", "line 1: must be JSON"),
    ],
)
def test_bad_input_ends_with_one_line_and_no_recording(tmp_path, capsys, words, text, line):
    labels = written(tmp_path, "labels.txt", kitti_lines() if text == "LINES" else text)
    out = tmp_path / "x.mcap"

    code, printed, told = typed(capsys, "import", words[0], labels, "--out", out, *words[1:])

    assert (code, printed) == (2, "")
    assert line in told
    assert told.count("\n") == 1
    assert not out.exists()


def test_labels_that_nobody_is_seen_twice_in_are_told_with_their_path(tmp_path):
    """A lone row has no velocity, and the only detection is not sure enough."""
    labels = written(tmp_path, "gt.txt", "1,1,1,1,10,20,1,-1,-1,-1")
    detections = written(tmp_path, "det.txt", "1,-1,1,1,10,20,0.2,-1,-1,-1")

    with pytest.raises(LabelError) as error:
        import_mot(labels, tmp_path / "x.mcap", 25.0, detections, min_confidence=0.5)

    wanted = "must hold a road user that counts in two frames, or a detection that does, got none"
    assert str(error.value) == f"{labels}: {wanted}"


def test_bytes_that_are_no_text_are_told(tmp_path, capsys):
    (tmp_path / "gt.txt").write_bytes(b"1,1,\xff\xfe")
    code, _, told = typed(capsys, "import", "kitti", tmp_path / "gt.txt", "--out", tmp_path / "x.mcap")

    assert code == 2
    assert "gt.txt: must be UTF-8 text, got other bytes at 4" in told


@pytest.mark.parametrize(
    ("out", "line"), [("x.txt", "must end in .mcap"), ("nowhere/x.mcap", "its folder does not exist")]
)
def test_a_recording_must_be_named_as_one(tmp_path, capsys, out, line):
    labels = written(tmp_path, "0000.txt", kitti_lines())
    code, _, told = typed(capsys, "import", "kitti", labels, "--out", tmp_path / out)

    assert (code, line in told) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["0000.txt"]


def test_a_missing_file_is_told(tmp_path, capsys):
    code, _, told = typed(capsys, "import", "kitti", tmp_path / "no.txt", "--out", tmp_path / "x.mcap")

    assert (code, told.count("\n")) == (2, 1)
    assert "no.txt: must be a readable file, got: No such file" in told


@pytest.mark.parametrize(
    ("sequence", "frames", "users", "truth_rows", "measurement_rows"),
    [("TUD-Campus", 71, 8, 359, 321), ("TUD-Stadtmitte", 179, 10, 1156, 951)],
)
def test_published_sequences_come_through_whole(tmp_path, sequence, frames, users, truth_rows, measurement_rows):
    """Counted in the files themselves, line by line; every line counts in these two.

    SORT on the same detections: 62.7 MOTA on TUD-Campus (Bewley et al. 2016, https://github.com/abewley/sort).
    """
    labels, detections = mot15(sequence)

    summary = import_mot(labels, tmp_path / "x.mcap", 25.0, detections)

    assert (summary.frames, summary.road_users) == (frames, users)
    assert (summary.truth_rows, summary.measurement_rows) == (truth_rows, measurement_rows)
    assert summary.truth_left_out == summary.detections_left_out == {}
    replayed = replay(tmp_path / "x.mcap", depth=Depth.MEASUREMENTS)
    assert replayed.position is not None
    assert replayed.position.instants == frames
    assert replayed.position.recall > 0.8
    assert all(report.late_total == report.rejected_total == 0 for report in replayed.sensors)
