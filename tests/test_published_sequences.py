"""MOTChallenge sequences, imported, followed by our tracker and scored: by us, by motmetrics and by TrackEval."""

from collections.abc import Sequence

import pytest

from roadside.evaluation.judgement import Judgement, judged
from roadside.evaluation.timeline import TruthTimeline
from roadside.evaluation.tracking import tracking_figures, tracking_sums
from roadside.import_labels import import_mot
from roadside.recording.reader import open_recording
from roadside.runtime.outlet import NoOutlet
from roadside.runtime.published_scenes import PublishedScenes
from roadside.runtime.recorded_items import Depth
from roadside.runtime.recorded_run import RecordedRun, recorded_site
from roadside.runtime.recorded_truth import recorded_truth
from roadside.types.truth import Truth
from tests.evaluation.oracles import assert_equal, by_motmetrics, by_trackeval
from tests.shared_recordings import mot15


@pytest.fixture(scope="module", params=["TUD-Campus", "TUD-Stadtmitte"])
def followed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Sequence[Truth], Judgement]:
    """A sequence's truth, and what our tracker makes of its published detections."""
    truth, detections = mot15(request.param)
    path = tmp_path_factory.mktemp("published") / "sequence.mcap"
    import_mot(truth, path, 25.0, detections)
    recording = open_recording(path)
    site = recorded_site(recording)
    truths, published = recorded_truth(recording).road_users, PublishedScenes()
    run = RecordedRun.of(recording, site, Depth.MEASUREMENTS, None, (published.read,), NoOutlet())
    run.run(lambda done_s: None)
    return truths, judged(published.scenes, TruthTimeline(truths), site)


AGREED = {
    "mota": "mota", "idf1": "idf1", "idp": "idp", "idr": "idr", "recall": "recall", "precision": "precision",
    "misses": "num_misses", "false_positives": "num_false_positives", "id_switches": "num_switches",
    "road_users": "num_unique_objects",
}  # fmt: skip
"""Our names and those of motmetrics. Its MOTP, fragmentations and mostly tracked follow another convention about pairs
from before a gap, see ``tests/evaluation/oracles.py``."""


@pytest.mark.parametrize("alike_by", ["centres", "overlaps"])
def test_what_our_tracker_does_is_scored_as_motmetrics_and_trackeval_score_it(
    followed: tuple[Sequence[Truth], Judgement], alike_by: str
):
    frames = getattr(followed[1], alike_by)
    sums = tracking_sums(frames)
    ours, theirs = tracking_figures(sums), by_motmetrics(frames)

    assert_equal(sums, by_trackeval(frames))
    for our_name, their_name in AGREED.items():
        assert getattr(ours, our_name) == pytest.approx(theirs[their_name], abs=1e-6), our_name


def test_every_frame_is_scored(followed: tuple[Sequence[Truth], Judgement]):
    truths, judgement = followed

    assert (judgement.instants, judgement.unpublished) == (len(truths), 0)
    assert len(judgement.object_times) == sum(len(truth) for truth in truths)
