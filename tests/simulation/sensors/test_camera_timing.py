from dataclasses import replace

import numpy as np
import pytest

from simulation.sensors.camera_timing import EXPOSURE_COLUMNS, PERFECT_CAMERA, CameraTiming, exposures

START_NS = 1_790_000_000_000_000_000
HOUR_S = 3600.0


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def seconds(times_ns: np.ndarray) -> np.ndarray:
    return (times_ns - START_NS) * 1e-9


def test_a_perfect_camera_stamps_the_truth_and_delivers_all_at_once() -> None:
    frames = exposures(PERFECT_CAMERA, START_NS, 10.0, rng())

    assert len(frames) == 150
    assert np.array_equal(frames.stamped_ns, frames.exposed_ns)
    assert np.array_equal(frames.arrival_ns, frames.exposed_ns)
    assert not frames.is_dropped.any()
    assert np.allclose(np.diff(frames.exposed_ns) * 1e-9, 1.0 / 15.0, atol=2e-9)


def test_the_first_frame_comes_at_any_moment_of_the_first_period() -> None:
    first_s = [seconds(exposures(PERFECT_CAMERA, START_NS, 1.0, rng(seed)).exposed_ns)[0] for seed in range(200)]

    assert 0.0 <= min(first_s) < 0.005
    assert 0.06 < max(first_s) <= 1.0 / 15.0


def test_the_clock_is_off_by_its_offset_and_gains_by_its_drift() -> None:
    plan = CameraTiming(clock_offset_s=-0.05, clock_drift_ppm=20.0)
    frames = exposures(plan, START_NS, HOUR_S, rng())
    error_s = (frames.stamped_ns - frames.exposed_ns) * 1e-9

    assert error_s[0] == pytest.approx(-0.05, abs=1e-5)
    assert error_s[-1] == pytest.approx(-0.05 + 20e-6 * HOUR_S, abs=1e-5)


def test_exposures_scatter_about_the_rhythm_and_never_overtake_each_other() -> None:
    frames = exposures(CameraTiming(rate_error_ppm=50.0, exposure_jitter_s=0.002), START_NS, HOUR_S, rng())
    number = np.arange(len(frames))
    slope, intercept = np.polyfit(number, seconds(frames.exposed_ns), 1)

    assert 1.0 / slope == pytest.approx(15.0 * (1.0 + 50e-6), rel=1e-6)
    assert np.std(seconds(frames.exposed_ns) - slope * number - intercept) == pytest.approx(0.002, rel=0.03)
    assert (np.diff(frames.exposed_ns) > 0).all()


def test_frames_are_lost_in_runs_with_the_stated_share() -> None:
    plan = replace(PERFECT_CAMERA, drop_share=0.1, drop_run_frames=4.0)
    dropped = exposures(plan, START_NS, HOUR_S, rng()).is_dropped
    runs = np.diff(dropped.astype(int), prepend=0) > 0

    assert dropped.mean() == pytest.approx(0.1, abs=0.015)
    assert dropped.sum() / runs.sum() == pytest.approx(4.0, rel=0.15)


def test_delays_have_the_stated_mean_and_scatter_are_skewed_and_keep_the_order() -> None:
    # At one frame per second none waits for the one before it.
    plan = CameraTiming(frames_per_s=1.0, delay_s=0.12, delay_jitter_s=0.02)
    frames = exposures(plan, START_NS, 4 * HOUR_S, rng())
    delay_s = (frames.arrival_ns - frames.exposed_ns) * 1e-9

    assert delay_s.mean() == pytest.approx(0.12, abs=0.001)
    assert delay_s.std() == pytest.approx(0.02, rel=0.05)
    assert np.median(delay_s) < delay_s.mean()
    crowded = exposures(replace(plan, frames_per_s=60.0, delay_jitter_s=0.05), START_NS, 60.0, rng())
    assert (np.diff(crowded.arrival_ns) >= 0).all()
    assert (crowded.arrival_ns >= crowded.exposed_ns).all()


def test_a_seed_gives_the_same_frames_and_another_gives_others() -> None:
    first, again, other = (exposures(CameraTiming(), START_NS, 60.0, rng(seed)) for seed in (5, 5, 6))

    assert all(np.array_equal(getattr(first, name), getattr(again, name)) for name, _, _ in EXPOSURE_COLUMNS)
    assert not np.array_equal(first.exposed_ns, other.exposed_ns)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"frames_per_s": 0.0}, "frames_per_s must be positive, got 0"),
        ({"drop_share": 1.0}, "drop_share must be 0 or more and less than 1, got 1"),
        ({"drop_run_frames": 0.5}, "drop_run_frames must be at least 1, got 0.5"),
        ({"drop_share": 0.9}, "drop_run_frames must be at least 9 for a drop_share of 0.9, got 2"),
        ({"exposure_jitter_s": 0.01}, "exposure_jitter_s must be at most a tenth of the period, got 0.01"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(change: dict[str, float], reason: str) -> None:
    with pytest.raises(ValueError, match=f"CameraTiming.{reason}"):
        CameraTiming(**change)
