"""What is judged, what is not, and what is said where nothing can be."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from roadside.errors import RecordingError
from roadside.evaluation.report import report_figures
from roadside.recording.codec import descriptor_set
from roadside.recording.reader import open_recording
from roadside.recording.writer import RecordingWriter
from roadside.runtime.judged_run import JudgedRun, judged_run
from roadside.runtime.recorded_items import Depth
from roadside.runtime.recorded_truth import recorded_truth
from roadside.sources.radar import SCHEMA_NAME, schema_descriptor_set
from roadside.types.truth import AnyTruth, TrueEvents, TrueSpots, Truth
from tests.short_demo import write_measured_demo


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("judged")


@pytest.fixture(scope="module")
def short(folder: Path) -> Path:
    return write_measured_demo(folder)


def judged(path: Path, site: Path | None = None, ablate: bool = False) -> JudgedRun:
    return judged_run(path, site, Depth.MEASUREMENTS, ablate, lambda done_s: None)


def refused(path: Path, site: Path | None = None) -> str:
    with pytest.raises(RecordingError) as caught:
        judged(path, site)
    return str(caught.value)


def with_truth(source: Path, path: Path, truth: list[AnyTruth]) -> Path:
    """Writes a recording with other truth and returns its path."""
    recording = open_recording(source)
    with RecordingWriter(path) as writer:
        writer.set_site(recording.site_id, recording.site_version)
        for name, data in recording.attachments.items():
            writer.attach(name, data)
        for entry in recording.entries():
            if not entry.topic.startswith("/truth") and entry.topic != "/scene":
                is_scan = entry.schema_name == SCHEMA_NAME
                schema = schema_descriptor_set() if is_scan else descriptor_set(entry.schema_name)
                writer.write_bytes(
                    entry.topic, entry.schema_name, schema, entry.data, entry.log_time_ns, entry.publish_time_ns
                )
        for item in truth:
            writer.write(item)
    return path


def truths_of(path: Path) -> list[Truth]:
    return list(recorded_truth(open_recording(path)).road_users)


def test_a_recording_without_truth_says_so(short: Path, folder: Path):
    path = with_truth(short, folder / "no_truth.mcap", [])

    assert refused(path) == f"{path}: wanted truth to evaluate against (/truth, /truth/events, /truth/spots), got none"


def test_where_there_is_truth_for_part_of_the_time_only_that_part_is_judged(short: Path, folder: Path):
    """Truth of 0.5 s and, after a gap, of 0.4 s more: 6 and 5 instants of the 10 Hz grid."""
    truths = truths_of(short)
    path = with_truth(short, folder / "partly.mcap", [*truths[5:11], *truths[20:25]])

    evidence = judged(path).evidence

    assert evidence.truth_s == pytest.approx(0.9)
    assert (evidence.instants, evidence.unpublished) == (11, 0)
    assert evidence.scenes > 25


def test_truth_of_another_time_is_no_truth(short: Path, folder: Path):
    day_before = [replace(truth, time_ns=truth.time_ns - 86_400_000_000_000) for truth in truths_of(short)]
    path = with_truth(short, folder / "other_day.mcap", day_before)

    assert refused(path) == f"{path}: wanted truth at the time of the scenes, got 2.9 s of other times"


def test_truth_of_another_place_is_refused(short: Path, folder: Path):
    moved = [replace(truth, position_m=truth.position_m + 1000.0) for truth in truths_of(short)]
    path = with_truth(short, folder / "elsewhere.mcap", moved)

    assert refused(path) == (
        f"{path}: wanted true road users inside the coverage that site demo declares, got none: "
        "is it the right site file?"
    )


def test_a_recording_of_another_site_is_refused(short: Path, folder: Path):
    attachments = open_recording(short).attachments
    site = folder / "site.toml"
    site.write_text(attachments["site.toml"].decode().replace('id = "demo"', 'id = "another"'))
    (folder / "road.geojson").write_bytes(attachments["road.geojson"])

    assert refused(short, site) == f"{short}: wanted a recording of site another, got one of demo"


def test_an_empty_road_with_truth_has_no_recall_and_no_right_track(short: Path, folder: Path):
    nobody = [truth_of_nobody(truth.time_ns) for truth in truths_of(short)]
    path = with_truth(short, folder / "nobody.mcap", nobody)

    figures = report_figures(judged(path).evidence)

    assert np.isnan(figures["position"]["recall"])
    assert figures["position"]["precision"] == 0.0
    assert figures["tracking"]["false_positives"] > 0


def truth_of_nobody(time_ns: int) -> Truth:
    shapes = (0, 0, (0, 3), (0, 2), 0, (0, 3))
    return Truth(time_ns, (), *(np.zeros(shape) for shape in shapes), np.zeros((0, 0)))


def test_true_events_and_spots_that_the_service_does_not_report_are_missed(short: Path, folder: Path):
    """One event in 2 s, no report: recall 0, and no false alarm in 2 s is below -ln(0.05) / 2 s = 5392 per hour."""
    start_ns = truths_of(short)[0].time_ns
    event = TrueEvents(
        start_ns, start_ns + 2_000_000_000, ("wrong_way",), np.array([start_ns + 500_000_000]),
        np.array([start_ns + 1_500_000_000]), np.zeros((1, 2)),
    )  # fmt: skip
    spots = [TrueSpots(start_ns + ns, ("p1",), np.array([True])) for ns in (0, 1_000_000_000)]
    path = with_truth(short, folder / "events.mcap", [*truths_of(short), event, *spots])

    figures = report_figures(judged(path).evidence)

    assert (figures["events"]["recall"], figures["events"]["true_count"]) == (0.0, 1)
    assert figures["events"]["false_alarms_per_hour_upper"] == pytest.approx(5392.3, abs=0.1)
    assert figures["parking"]["coverage"] == 0.0
    assert np.isnan(figures["parking"]["accuracy"])


def test_truth_of_events_alone_is_enough_to_be_judged_by(short: Path, folder: Path):
    start_ns = truths_of(short)[0].time_ns
    nothing = TrueEvents(start_ns, start_ns + 2_000_000_000, (), np.zeros(0), np.zeros(0), np.zeros((0, 2)))
    path = with_truth(short, folder / "events_only.mcap", [nothing])

    figures = report_figures(judged(path).evidence)

    assert figures["events"]["watched_s"] == 2.0
    assert np.isnan(figures["position"]["recall"])


def test_ablation_tries_every_kind_of_sensor_and_every_sensor_alone_and_left_out(short: Path):
    """The demo has two cameras and a radar: the radar alone is all radars, and without it are all cameras."""
    ablations = {ablation.name: ablation for ablation in judged(short, ablate=True).evidence.ablations}

    assert list(ablations) == [
        "only cameras", "only radars", "only south_east", "only north_west", "without south_east", "without north_west",
    ]  # fmt: skip
    radars = ablations["only radars"]
    assert radars.common.sum() < ablations["only cameras"].common.sum()
    assert radars.ablated.matched.sum() < radars.full.matched.sum()


def test_an_ablated_run_has_the_scenes_of_the_full_one(short: Path):
    for ablation in judged(short, ablate=True).evidence.ablations:
        assert (ablation.ablated.time_ns == ablation.full.time_ns).all()
        assert (ablation.ablated.road_user == ablation.full.road_user).all()
