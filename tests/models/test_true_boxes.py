from pathlib import Path

import numpy as np

from roadside.evaluation.timeline import TruthTimeline
from roadside.models.sample_frames import frames_of_recording
from roadside.models.true_boxes import SMALLEST_SIDE_PX, true_boxes
from roadside.recording.reader import open_recording
from roadside.runtime.recorded_run import recorded_site
from roadside.runtime.recorded_truth import recorded_truth
from tests.short_demo import write_short_demo


def test_true_road_users_stand_in_the_picture_and_the_small_and_hidden_are_not_judged(tmp_path: Path):
    recording = open_recording(write_short_demo(tmp_path / "short.mcap", 1.0))
    frames = frames_of_recording(recording).comparison
    timeline = TruthTimeline(recorded_truth(recording).road_users)
    boxes = true_boxes(frames, timeline, recorded_site(recording))
    known = [(frame, entry) for frame, entry in zip(frames, boxes, strict=True) if entry is not None]
    assert len(known) >= len(frames) - 2  # before the first truth, or after the last
    for frame, entry in known:
        assert len(entry.boxes_px) > 5
        assert (entry.boxes_px >= -0.5).all()
        assert (entry.boxes_px[:, 2] <= frame.image.width_px - 0.5).all()
        assert (entry.boxes_px[:, 3] <= frame.image.height_px - 0.5).all()
        sides = entry.boxes_px[:, 2:] - entry.boxes_px[:, :2]
        assert (sides[entry.judged].min(axis=1) >= SMALLEST_SIDE_PX - 1e-6).all()
        assert 0 < np.count_nonzero(entry.judged) < len(entry.judged)


def test_without_truth_at_its_instant_a_frame_has_no_true_boxes(tmp_path: Path):
    recording = open_recording(write_short_demo(tmp_path / "short.mcap", 1.0))
    frames = frames_of_recording(recording).comparison
    assert true_boxes(frames, TruthTimeline([]), recorded_site(recording)) == [None] * len(frames)
