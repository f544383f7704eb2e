import numpy as np
import pytest

from roadside.geometry.pose import Pose, camera_angles, camera_rotation
from simulation.sensors.pole_sway import PoleSway, sway_rad, swayed

RATE_HZ = 20.0
LONG_S = np.arange(0.0, 1800.0, 1.0 / RATE_HZ)


def test_the_swing_is_as_strong_as_stated_over_a_long_time() -> None:
    plan = PoleSway(seed=3, rms_rad=(1e-3, 5e-4, 2e-4))
    swing = sway_rad(plan, LONG_S)

    # Half an hour is some 80 independent swings of 11 s memory each: 10 to 15 % of scatter is to be expected.
    assert np.sqrt((swing**2).mean(axis=0)) == pytest.approx(plan.rms_rad, rel=0.2)
    assert np.abs(swing.mean(axis=0)).max() < 1e-5


def test_every_direction_swings_at_its_own_frequency() -> None:
    plan = PoleSway(seed=3, frequency_hz=(0.6, 1.1, 1.9))
    spectrum = np.abs(np.fft.rfft(sway_rad(plan, LONG_S), axis=0))
    frequency_hz = np.fft.rfftfreq(len(LONG_S), 1.0 / RATE_HZ)

    assert frequency_hz[spectrum.argmax(axis=0)] == pytest.approx(plan.frequency_hz, rel=0.05)


def test_a_swing_dies_out_by_its_damping() -> None:
    # Gusts so rare that one answer stands alone: its envelope falls by exp(-d w t).
    plan = PoleSway(seed=2, damping=0.02, gusts_per_s=0.002, frequency_hz=(1.0, 1.0, 1.0))
    swing = sway_rad(plan, LONG_S)[:, 0]
    begin = int(np.argmax(np.abs(swing) > 1e-9))
    peaks = [np.abs(swing[begin + first : begin + first + int(RATE_HZ)]).max() for first in (0, int(10 * RATE_HZ))]

    assert peaks[1] / peaks[0] == pytest.approx(np.exp(-0.02 * 2 * np.pi * 10.0), rel=0.05)


def test_an_instant_gives_the_same_whatever_else_is_asked_for() -> None:
    plan = PoleSway(seed=9)
    times_s = np.array([31.7, -4.0, 1000.0, 31.7, 9.999, 10.0])
    together = sway_rad(plan, times_s)

    alone = [sway_rad(plan, times_s[row : row + 1])[0] for row in (5, 4, 3, 2, 1, 0)]
    assert np.array_equal(together, np.array(alone[::-1]))
    assert not np.array_equal(together, sway_rad(PoleSway(seed=10), times_s))


def test_the_swing_has_no_jumps_where_gusts_are_drawn_anew() -> None:
    close_s = np.arange(9.9, 10.1, 1e-4)

    assert np.abs(np.diff(sway_rad(PoleSway(seed=4), close_s), axis=0)).max() < 1e-5


def test_a_pole_that_bends_about_east_nods_the_camera_that_looks_north_and_rolls_the_one_that_looks_east() -> None:
    bend_rad = np.array([1e-3, 0.0, 0.0])
    north, east = (Pose(camera_rotation(azimuth, -0.2, 0.0), np.array([1.0, 2.0, 6.0])) for azimuth in (np.pi / 2, 0.0))

    before, after = (camera_angles(pose.rotation) for pose in (north, swayed(north, bend_rad)))
    assert np.array(after) - before == pytest.approx([0.0, 1e-3, 0.0], abs=1e-9)
    before, after = (camera_angles(pose.rotation) for pose in (east, swayed(east, bend_rad)))
    assert after[1] - before[1] == pytest.approx(0.0, abs=1e-6)
    assert after[2] - before[2] == pytest.approx(1e-3, rel=0.05)


def test_a_twisted_pole_turns_every_camera_and_moves_none() -> None:
    camera = Pose(camera_rotation(0.3, -0.2, 0.0), np.array([1.0, 2.0, 6.0]))
    turned = swayed(camera, np.array([0.0, 0.0, 2e-3]))

    assert np.array(camera_angles(turned.rotation)) == pytest.approx([0.302, -0.2, 0.0], abs=1e-9)
    assert np.array_equal(turned.translation_m, camera.translation_m)


def test_a_pole_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match=r"PoleSway\.damping must lie between 0 and 1, got 0"):
        PoleSway(seed=1, damping=0.0)
    with pytest.raises(ValueError, match=r"PoleSway\.frequency_hz and gusts_per_s must be positive"):
        PoleSway(seed=1, gusts_per_s=0.0)
