"""The whole way: recordings with truth, the command, its report."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from roadside.cli import app
from roadside.evaluate import evaluate
from roadside.recording.codec import descriptor_set
from roadside.recording.reader import open_recording
from roadside.recording.writer import RecordingWriter
from roadside.replay import replay
from roadside.runtime.recorded_items import Depth, recorded_truth
from roadside.sources.radar import SCHEMA_NAME, schema_descriptor_set
from roadside.types.truth import TrueEvents, TrueSpots, Truth
from tests.short_demo import DEMO, write_short_demo

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
    """The demo's first 3 s, with what its detectors saw and its sensors measured."""
    write_short_demo(folder / "demo_start.mcap")
    replay(folder / "demo_start.mcap", out=folder / "short.mcap")
    return folder / "short.mcap"


@pytest.fixture(scope="module")
def report(short: Path) -> dict:
    return evaluate([short], depth=Depth.MEASUREMENTS)


def with_truth(source: Path, path: Path, truth: list[Truth | TrueEvents | TrueSpots]) -> Path:
    """Writes a recording with other truth and returns its path."""
    recording = open_recording(source)
    with RecordingWriter(path) as writer:
        writer.set_site(recording.site_id, recording.site_version)
        for name, data in recording.attachments.items():
            writer.attach(name, data)
        for entry in recording.entries():
            if not entry.topic.startswith("/truth") and entry.topic != "/scene":
                schema = entry.schema_name
                descriptors = schema_descriptor_set() if schema == SCHEMA_NAME else descriptor_set(schema)
                writer.write_bytes(
                    entry.topic, schema, descriptors, entry.data, entry.log_time_ns, entry.publish_time_ns
                )
        for item in truth:
            writer.write(item)
    return path


def truths_of(path: Path) -> list[Truth]:
    return list(recorded_truth(open_recording(path)).values())


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
    paths = [write_short_demo(folder / f"{name}.mcap", 1.5) for name in ("a", "b", "c")]

    hashes = {jobs: [entry["scenes_sha256"] for entry in evaluate(paths, jobs=jobs)["recordings"]] for jobs in (1, 3)}

    assert hashes[1] == hashes[3]
    assert len(set(hashes[1])) == 1


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


def test_a_recording_without_truth_says_so(short: Path, folder: Path):
    path = with_truth(short, folder / "no_truth.mcap", [])

    report = evaluate([path], depth=Depth.MEASUREMENTS)

    assert report["recordings"][0]["error"] == (
        f"{path}: wanted truth to evaluate against (/truth, /truth/events, /truth/spots), got none"
    )
    assert report["summary"] is None


def test_where_there_is_truth_for_part_of_the_time_only_that_part_is_judged(short: Path, folder: Path):
    """Truth of 0.5 s and, after a gap, of 0.4 s more: 6 and 5 instants of the 10 Hz grid."""
    truths = truths_of(short)
    path = with_truth(short, folder / "partly.mcap", [*truths[5:11], *truths[20:25]])

    entry = evaluate([path], depth=Depth.MEASUREMENTS)["recordings"][0]

    assert entry["truth"]["seconds"] == pytest.approx(0.9)
    assert entry["judged_scenes"] == 11
    assert entry["scenes"] > 25


def test_truth_of_another_time_is_no_truth(short: Path, folder: Path):
    days_off = [replace(truth, time_ns=truth.time_ns - 86_400_000_000_000) for truth in truths_of(short)]
    path = with_truth(short, folder / "other_day.mcap", days_off)

    error = evaluate([path], depth=Depth.MEASUREMENTS)["recordings"][0]["error"]

    assert error.startswith(f"{path}: wanted truth at the time of the scenes, got ")


def test_truth_of_another_place_is_refused(short: Path, folder: Path):
    moved = [replace(truth, position_m=truth.position_m + 1000.0) for truth in truths_of(short)]
    path = with_truth(short, folder / "elsewhere.mcap", moved)

    error = evaluate([path], depth=Depth.MEASUREMENTS)["recordings"][0]["error"]

    assert error == (
        f"{path}: wanted true road users inside the coverage that site demo declares, got none: "
        "is it the right site file?"
    )


def test_a_recording_of_another_site_is_refused(short: Path, folder: Path):
    site = folder / "site.toml"
    site_toml = open_recording(short).attachments["site.toml"].decode().replace('id = "demo"', 'id = "another"')
    site.write_text(site_toml)
    (folder / "road.geojson").write_bytes(open_recording(short).attachments["road.geojson"])

    error = evaluate([short], site, Depth.MEASUREMENTS)["recordings"][0]["error"]

    assert error == f"{short}: wanted a recording of site another, got one of demo"


def test_an_empty_road_with_truth_has_no_recall_and_no_right_track(short: Path, folder: Path):
    nobody = [
        Truth(
            truth.time_ns, (), *(np.zeros(shape) for shape in (0, 0, (0, 3), (0, 2), 0, (0, 3))), np.zeros((0, 0), int)
        )
        for truth in truths_of(short)
    ]  # fmt: skip
    path = with_truth(short, folder / "nobody.mcap", nobody)

    entry = evaluate([path], depth=Depth.MEASUREMENTS)["recordings"][0]

    assert entry["error"] is None
    assert np.isnan(entry["position"]["recall"])
    assert entry["position"]["precision"] == 0.0
    assert entry["tracking"]["false_positives"] > 0


def test_true_events_and_spots_that_the_service_does_not_report_are_missed(short: Path, folder: Path):
    """One event in 2 s, no report: recall 0, and no false alarm in 2 s is below -ln(0.05) / 2 s = 5392 per hour."""
    start_ns = truths_of(short)[0].time_ns
    event = TrueEvents(
        start_ns, start_ns + 2_000_000_000, ("wrong_way",), np.array([start_ns + 500_000_000]),
        np.array([start_ns + 1_500_000_000]), np.zeros((1, 2)),
    )  # fmt: skip
    spots = [TrueSpots(start_ns + ns, ("p1",), np.array([True])) for ns in (0, 1_000_000_000)]
    path = with_truth(short, folder / "events.mcap", [*truths_of(short), event, *spots])

    entry = evaluate([path], depth=Depth.MEASUREMENTS)["recordings"][0]

    assert (entry["events"]["recall"], entry["events"]["true_count"]) == (0.0, 1)
    assert entry["events"]["false_alarms_per_hour_upper"] == pytest.approx(5392.3, abs=0.1)
    assert entry["parking"]["coverage"] == 0.0
    assert np.isnan(entry["parking"]["accuracy"])


def test_ablation_tries_every_kind_of_sensor_and_every_sensor_alone_and_left_out(short: Path):
    ablation = evaluate([short], depth=Depth.MEASUREMENTS, ablate=True)["recordings"][0]["ablation"]

    assert [row["name"] for row in ablation] == [
        "only cameras", "only radars", "only south_east", "only north_west", "without south_east", "without north_west",
    ]  # fmt: skip
    by_name = {row["name"]: row for row in ablation}
    assert by_name["only radars"]["recall"]["ablated"] <= by_name["only radars"]["recall"]["full"]
    assert by_name["only cameras"]["object_times"] >= by_name["only south_east"]["object_times"]


def run_cli(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["evaluate", *(str(argument) for argument in arguments)])
    return result.exit_code, result.stdout, result.stderr


def test_the_command_prints_tables_for_people_and_one_line_of_json_for_programs(short: Path):
    code, text, _ = run_cli(short, "--from", "measurements")
    _, line, _ = run_cli(short, "--from", "measurements", "--json")

    assert code == 0
    assert "HOTA" in text
    assert "recall" in text
    report = json.loads(line)
    assert report["recordings"][0]["events"]["recall"] is None  # not NaN, which is no JSON


def test_a_run_is_not_worse_than_itself(short: Path, folder: Path):
    old = folder / "old.json"
    old.write_text(run_cli(short, "--from", "measurements", "--json")[1])

    code, text, _ = run_cli(short, "--from", "measurements", "--against", old)

    assert code == 0
    assert "not worse than the old report" in text


def test_a_worse_run_ends_with_exit_code_1_and_says_in_what(short: Path, folder: Path):
    code, line, _ = run_cli(short, "--from", "measurements", "--json")
    better = json.loads(line)
    better["recordings"][0]["position"]["rmse_m"] *= 0.9
    old = folder / "better.json"
    old.write_text(json.dumps(better))

    code, text, _ = run_cli(short, "--from", "measurements", "--against", old)

    assert code == 1
    assert "position.rmse_m" in text
    assert "worse than the old report: 1 of 9 figures" in text


def test_a_recording_that_fails_ends_the_command_with_exit_code_2_after_the_others_were_told(short: Path, folder: Path):
    code, text, errors = run_cli(folder / "nowhere.mcap", short, "--from", "measurements")

    assert code == 2
    assert "HOTA" in text
    assert errors.startswith("nowhere.mcap could not be evaluated: ")


def test_the_demo_is_found_and_placed_well():
    """The bundled recording from its measurements is not there, so from its sensors: the figures of docs/results.md."""
    entry = evaluate([DEMO])["recordings"][0]

    assert entry["position"]["recall"] > 0.8
    assert entry["position"]["rmse_m"] < 1.0
    assert entry["drops"] == 0
