"""A pole that sways in the wind, and all that is mounted on it."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from roadside.geometry.arrays import FloatArray
from roadside.geometry.pose import Pose

CELL_S = 10.0
"""Gusts are drawn for spans of this length, each from a seed of its own: any instant can be asked for at once."""


@dataclass(frozen=True, slots=True)
class PoleSway:
    """How one pole answers gusts: every gust kicks it, and it swings until it is damped out.

    A light pole of 6 to 12 m swings at 0.5 to 2 Hz. Steel alone is damped by some 0.2 % of critical (logarithmic
    decrement 0.012, EN 1991-1-4 annex F); wind and foundation add more, and 1.5 % is assumed. The two directions of
    bending differ a little, since arms and boxes do not hang in the middle; twisting is stiffer.

    Attributes:
        seed: of its gusts; sensors on one pole share it.
        rms_rad: root mean square of the bending about east and about north, and of the twist, over a long time.
            0.03 degrees bend by default: a breezy day. A storm makes 0.1 degrees and more, a still day 0.
        frequency_hz: of each of the three.
        damping: share of critical damping.
        gusts_per_s: how many kicks.
    """

    seed: int
    rms_rad: tuple[float, float, float] = (0.00052, 0.00052, 0.00017)
    frequency_hz: tuple[float, float, float] = (1.0, 1.15, 1.9)
    damping: float = 0.015
    gusts_per_s: float = 0.5

    def __post_init__(self) -> None:
        if not 0.0 < self.damping < 1.0:
            raise ValueError(f"PoleSway.damping must lie between 0 and 1, got {self.damping:g}")
        if min(self.frequency_hz) <= 0.0 or self.gusts_per_s <= 0.0:
            raise ValueError(
                f"PoleSway.frequency_hz and gusts_per_s must be positive, got {self.frequency_hz} and "
                f"{self.gusts_per_s:g}"
            )


def sway_rad(plan: PoleSway, time_s: FloatArray) -> FloatArray:
    """Returns (T, 3) small rotations of the pole about the site's east, north and up.

    A sum over gusts at times g of strength a of the answer a exp(-d w t) sin(w' t), t since the gust, with w the
    natural and w' the damped circular frequency. Gusts are a Poisson process of rate L, strengths are normal; by
    Campbell's theorem the mean square is L E[a^2] times the integral of the squared answer, (1 - d^2) / (4 d w), from
    which the strengths follow.

    Args:
        plan: of the pole.
        time_s: (T,) any instants, in any order; each gives the same whatever else is asked for.
    """
    rate = 2.0 * np.pi * np.array(plan.frequency_hz)
    damped_rate = rate * np.sqrt(1.0 - plan.damping**2)
    energy_s = (1.0 - plan.damping**2) / (4.0 * plan.damping * rate)
    strength_rad = np.array(plan.rms_rad) / np.sqrt(plan.gusts_per_s * energy_s)
    # After 7 time constants a thousandth of the swing is left.
    memory_cells = int(np.ceil(7.0 / (plan.damping * rate.min()) / CELL_S))
    swing = np.zeros((len(time_s), 3))
    cells = np.floor(np.asarray(time_s) / CELL_S).astype(np.int64)
    for cell in np.unique(cells):
        rows = cells == cell
        gusts_s, kicks = _gusts(plan, range(cell - memory_cells, cell + 1))
        since_s = np.maximum(time_s[rows, None] - gusts_s, 0.0)[:, :, None]
        answers = np.exp(-plan.damping * rate * since_s) * np.sin(damped_rate * since_s)
        swing[rows] = strength_rad * (answers * kicks).sum(axis=1)
    return swing


def swayed(site_from_sensor: Pose, sway_of_pole_rad: FloatArray) -> Pose:
    """Returns where a sensor looks while its pole is bent.

    Its place stays: a pole of 8 m that leans by 0.1 degrees at the top carries its sensors 1 cm aside, which is
    nothing beside what the lean does at a distance.

    Args:
        site_from_sensor: of a camera or a radar when the pole stands still.
        sway_of_pole_rad: (3,) one row of ``sway_rad``.
    """
    lean = Rotation.from_rotvec(sway_of_pole_rad).as_matrix()
    return Pose(lean @ site_from_sensor.rotation, site_from_sensor.translation_m.copy())


def _gusts(plan: PoleSway, cells: range) -> tuple[FloatArray, FloatArray]:
    """Returns (G,) times and (G, 3) standard normal strengths of the gusts of some cells."""
    times_s, kicks = [], []
    for cell in cells:
        # Seeds must not be negative: cells before second 0 take the odd numbers.
        rng = np.random.default_rng((plan.seed, 2 * cell if cell >= 0 else -2 * cell - 1))
        count = int(rng.poisson(plan.gusts_per_s * CELL_S))
        times_s.append((cell + rng.random(count)) * CELL_S)
        kicks.append(rng.standard_normal((count, 3)))
    return np.concatenate(times_s), np.concatenate(kicks)
