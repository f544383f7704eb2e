"""The whole way: recordings with truth, the command, its report."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from roadside.cli import app
from roadside.errors import RecordingError
from roadside.evaluate import evaluate
from roadside.replay import replay
from roadside.runtime.recorded_items import Depth
from tests.short_demo import write_measured_demo, write_short_demo

REPORTED = {
    "tracking": ("hota", "mota", "idf1", "id_switches"),
    "position": ("rmse_m", "p95_m", "recall", "bands"),
    "speed": ("mae_moving_mps", "mae_standing_mps"),
    "events": ("precision", "recall", "delay_s", "false_alarms_per_hour_upper"),
    "parking": ("coverage", "accuracy", "transition_f1"),
    "latency": ("p50_ms", "p95_ms"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("recordings")


@pytest.fixture(scope="module")
def short(folder: Path) -> Path:
    return write_measured_demo(folder)


@pytest.fixture(scope="module")
def report(short: Path) -> dict:
    return evaluate([short], depth=Depth.MEASUREMENTS)


def test_every_figure_that_is_promised_is_in_the_report_for_every_recording_and_for_all(report: dict):
    for entry in (*report["recordings"], report["summary"]):
        for block, figures in REPORTED.items():
            assert entry[block].keys() >= set(figures)
        assert isinstance(entry["drops"], int)
        assert [(band["from_m"], band["to_m"]) for band in entry["position"]["bands"]] == [(0, 30), (30, 60), (60, 100)]


def test_the_report_says_what_replay_says(short: Path, report: dict):
    position = replay(short, depth=Depth.MEASUREMENTS).position
    figures = report["recordings"][0]["position"]

    assert position.recall == figures["recall"]
    assert (position.rmse_m, position.p95_m, position.precision) == (
        figures["rmse_m"], figures["p95_m"], figures["precision"],
    )  # fmt: skip
    assert figures["rmse_m"] < 1.5
    assert figures["recall"] > 0.5


def test_the_summary_of_one_recording_is_that_recording(report: dict):
    summary, recording = report["summary"], report["recordings"][0]

    assert json.dumps(summary["tracking"]) == json.dumps(recording["tracking"])
    assert json.dumps(summary["position"]) == json.dumps(recording["position"])


def test_a_recording_counted_twice_has_twice_the_road_users_and_the_same_errors(
    short: Path, report: dict, folder: Path
):
    again = folder / "again.mcap"
    again.write_bytes(short.read_bytes())

    both = evaluate([short, again], depth=Depth.MEASUREMENTS)["summary"]

    one = report["summary"]
    assert both["truth"]["road_users"] == 2 * one["truth"]["road_users"]
    assert both["tracking"]["id_switches"] == 2 * one["tracking"]["id_switches"]
    assert both["tracking"]["hota"] == pytest.approx(one["tracking"]["hota"])
    assert both["position"]["rmse_m"] == pytest.approx(one["position"]["rmse_m"])
    assert both["position"]["recall"] == pytest.approx(one["position"]["recall"])


def test_scenes_are_the_same_byte_for_byte_however_many_jobs_there_are(folder: Path):
    """From the sensors, so that decoding and detecting run in both processes at the same time."""
    paths = [write_short_demo(folder / f"{seconds}.mcap", seconds) for seconds in (1.0, 1.5)]

    hashes = {jobs: [entry["scenes_sha256"] for entry in evaluate(paths, jobs=jobs)["recordings"]] for jobs in (1, 2)}

    assert hashes[1] == hashes[2]
    assert len(set(hashes[1])) == 2


def test_recordings_that_fail_are_named_and_do_not_lose_the_others(short: Path, folder: Path):
    empty, missing = folder / "empty.mcap", folder / "missing.mcap"
    empty.write_bytes(b"")

    report = evaluate([empty, short, missing], depth=Depth.MEASUREMENTS, jobs=2)

    assert [entry["error"] for entry in report["recordings"]] == [
        f"{empty}: wanted an MCAP recording, got an empty file",
        None,
        f"{missing}: cannot be read: No such file or directory",
    ]
    assert report["summary"]["position"]["recall"] > 0.5
    assert (report["summary"]["recordings"], report["summary"]["failed"]) == (1, 2)


def test_a_recording_named_twice_would_count_twice_and_is_refused(short: Path):
    roundabout = short.parent / ".." / short.parent.name / short.name

    with pytest.raises(RecordingError, match="wanted every recording once, got it 2 times"):
        evaluate([short, roundabout], depth=Depth.MEASUREMENTS)


def test_recordings_that_share_a_file_name_are_told_apart_by_their_paths_and_others_keep_theirs(folder: Path):
    paths = [folder / "a" / "x.mcap", folder / "b" / "x.mcap", folder / "y.mcap"]

    assert [entry["name"] for entry in evaluate(paths)["recordings"]] == [str(paths[0]), str(paths[1]), "y.mcap"]


def run_cli(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["evaluate", *(str(argument) for argument in arguments)])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(scope="module")
def line(short: Path) -> str:
    return run_cli(short, "--from", "measurements", "--json")[1]


def test_json_is_one_line_with_null_for_what_is_not_known(line: str):
    assert json.loads(line)["recordings"][0]["events"]["recall"] is None  # NaN is no JSON
    assert line.count("\n") == 1


def test_a_run_is_not_worse_than_itself(short: Path, folder: Path, line: str):
    old = folder / "old.json"
    old.write_text(line)

    code, text, _ = run_cli(short, "--from", "measurements", "--against", old)

    assert code == 0
    assert "HOTA" in text
    assert "not worse than the old report" in text


def test_a_worse_run_ends_with_exit_code_1_and_says_in_what(short: Path, folder: Path, line: str):
    better = json.loads(line)
    better["recordings"][0]["position"]["rmse_m"] *= 0.9
    old = folder / "better.json"
    old.write_text(json.dumps(better))

    code, text, _ = run_cli(short, "--from", "measurements", "--against", old)

    assert code == 1
    assert "position.rmse_m" in text
    assert "\nworse than the old report: 1 of " in text


def test_a_recording_that_fails_ends_the_command_with_exit_code_2_after_the_others_were_told(short: Path, folder: Path):
    code, text, errors = run_cli(folder / "nowhere.mcap", short, "--from", "measurements")

    assert code == 2
    assert "HOTA" in text
    assert errors.startswith("nowhere.mcap could not be evaluated: ")
