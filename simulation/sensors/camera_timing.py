"""When a camera really exposed, what its clock says, and when its frames arrive or whether they do."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import BoolArray, Column, FloatArray, IntArray, freeze_columns

NS_PER_S = 1_000_000_000
PPM = 1e-6


@dataclass(frozen=True, slots=True)
class CameraTiming:
    """How one camera keeps time and delivers.

    The defaults are those of an IP camera on a wired network whose clock follows NTP: the delay is what such cameras
    add (docs/conventions.md: 80 to 200 ms), a free quartz drifts by 10 to 50 ppm, and a clock that NTP holds is off by
    milliseconds.

    Attributes:
        frames_per_s: nominal rate.
        rate_error_ppm: how much faster than nominal the camera exposes: its quartz.
        exposure_jitter_s: standard deviation of an exposure about its place in the camera's own rhythm.
        clock_offset_s: what the camera's clock is ahead of the true time at the beginning; negative when behind.
        clock_drift_ppm: by how much the clock gains.
        drop_share: share of the frames that never arrive, in the long run.
        drop_run_frames: how many frames are lost in a row, on average; at least 1.
        delay_s: from exposure to arrival, on average.
        delay_jitter_s: standard deviation of the delay. It is skewed: frames are late far more than they are early.
    """

    frames_per_s: float = 15.0
    rate_error_ppm: float = 20.0
    exposure_jitter_s: float = 0.0003
    clock_offset_s: float = 0.004
    clock_drift_ppm: float = 0.5
    drop_share: float = 0.002
    drop_run_frames: float = 2.0
    delay_s: float = 0.110
    delay_jitter_s: float = 0.008

    def __post_init__(self) -> None:
        if not self.frames_per_s > 0.0:
            raise ValueError(f"CameraTiming.frames_per_s must be positive, got {self.frames_per_s:g}")
        if not 0.0 <= self.drop_share < 1.0:
            raise ValueError(f"CameraTiming.drop_share must be 0 or more and less than 1, got {self.drop_share:g}")
        if not self.drop_run_frames >= 1.0:
            raise ValueError(f"CameraTiming.drop_run_frames must be at least 1, got {self.drop_run_frames:g}")
        if self.drop_share > self.drop_run_frames / (self.drop_run_frames + 1.0):
            raise ValueError(
                f"CameraTiming.drop_run_frames must be at least {self.drop_share / (1.0 - self.drop_share):.3g} for a "
                f"drop_share of {self.drop_share:g}, got {self.drop_run_frames:g}"
            )
        if self.exposure_jitter_s * self.frames_per_s > 0.1:
            raise ValueError(
                f"CameraTiming.exposure_jitter_s must be at most a tenth of the period, got {self.exposure_jitter_s:g}"
            )


PERFECT_CAMERA = CameraTiming(
    rate_error_ppm=0.0, exposure_jitter_s=0.0, clock_offset_s=0.0, clock_drift_ppm=0.0, drop_share=0.0,
    delay_s=0.0, delay_jitter_s=0.0,
)  # fmt: skip
"""Every frame, at once, with its true time."""

EXPOSURE_COLUMNS: tuple[Column, ...] = (
    ("exposed_ns", (), np.int64),
    ("stamped_ns", (), np.int64),
    ("arrival_ns", (), np.int64),
    ("is_dropped", (), np.bool_),
)
"""Name, shape of one row and element type of every column of ``Exposures``, in constructor order."""


@dataclass(frozen=True, slots=True, eq=False)
class Exposures:
    """N frames of one camera, in the order of exposure.

    Attributes:
        exposed_ns: (N,) Unix epoch UTC of the middle of the exposure: the instant that the picture shows. Rising.
        stamped_ns: (N,) what the camera's clock said then.
        arrival_ns: (N,) when the frame is at the host, never before the frame before it: streams keep their order. Of
            a dropped one, when it would have been.
        is_dropped: (N,) whether it never arrives.
    """

    exposed_ns: IntArray
    stamped_ns: IntArray
    arrival_ns: IntArray
    is_dropped: BoolArray

    def __post_init__(self) -> None:
        freeze_columns(self, EXPOSURE_COLUMNS)

    def __len__(self) -> int:
        return len(self.exposed_ns)


def exposures(plan: CameraTiming, start_ns: int, duration_s: float, rng: np.random.Generator) -> Exposures:
    """Returns the frames whose place in the camera's rhythm lies within a span.

    The first is exposed at a random moment of the first period: cameras of one pole do not wait for each other.

    Args:
        plan: how the camera keeps time.
        start_ns: Unix epoch UTC of the beginning.
        duration_s: of the span.
        rng: where all chance comes from; a generator of its own for every camera.
    """
    period_s = 1.0 / (plan.frames_per_s * (1.0 + plan.rate_error_ppm * PPM))
    first_s = rng.uniform(0.0, min(period_s, duration_s))
    rhythm_s = np.arange(first_s, duration_s, period_s)
    count = len(rhythm_s)
    # Cut at 3 sigma, so that no exposure overtakes another.
    jitter_s = plan.exposure_jitter_s * np.clip(rng.standard_normal(count), -3.0, 3.0)
    exposed_s = rhythm_s + jitter_s
    clock_error_s = plan.clock_offset_s + plan.clock_drift_ppm * PPM * exposed_s
    arrival_s = np.maximum.accumulate(exposed_s + _delays_s(plan, count, rng))
    return Exposures(
        exposed_ns=start_ns + _ns(exposed_s),
        stamped_ns=start_ns + _ns(exposed_s + clock_error_s),
        arrival_ns=start_ns + _ns(arrival_s),
        is_dropped=_dropped(plan, count, rng),
    )


def _ns(seconds: FloatArray) -> IntArray:
    return np.asarray(np.rint(seconds * NS_PER_S), dtype=np.int64)


def _delays_s(plan: CameraTiming, count: int, rng: np.random.Generator) -> FloatArray:
    """Returns (N,) gamma delays with the plan's mean and standard deviation, on top of what no frame is faster than.

    A queue in front of a link makes waiting times that are skewed to the right; shape 2 has a mode above zero.
    """
    shape = 2.0
    scale_s = plan.delay_jitter_s / np.sqrt(shape)
    floor_s = max(plan.delay_s - shape * scale_s, 0.0)
    return np.asarray(floor_s + rng.gamma(shape, 1.0, count) * scale_s)


def _dropped(plan: CameraTiming, count: int, rng: np.random.Generator) -> BoolArray:
    """Returns (N,) whether a frame is lost: the two-state chain of Gilbert (Bell Syst. Tech. J. 39, 1960).

    Losses end with probability 1 / run, and begin so often that their long-run share is the plan's.
    """
    ends = 1.0 / plan.drop_run_frames
    begins = ends * plan.drop_share / (1.0 - plan.drop_share)
    chances = rng.random(count + 1)
    dropped = np.zeros(count, dtype=np.bool_)
    is_lost = bool(chances[0] < plan.drop_share)
    for frame, chance in enumerate(chances[1:]):
        dropped[frame] = is_lost
        is_lost = bool(chance >= ends) if is_lost else bool(chance < begins)
    return dropped
