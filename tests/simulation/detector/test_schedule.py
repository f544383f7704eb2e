import pytest

from simulation.detector.schedule import PIECES, WHOLE, Budget, Schedule


def test_whatever_runs_out_first_is_the_progress() -> None:
    budget = Budget(steps=1000, minutes=10.0)

    assert budget.progress(250, 60.0) == pytest.approx(0.25)
    assert budget.progress(250, 300.0) == pytest.approx(0.5)
    assert budget.progress(2000, 0.0) == 1.0


def test_the_rate_rises_then_falls_to_a_little() -> None:
    schedule = Schedule(peak_rate=1.0, last_share=0.02, warm_up_steps=100)

    assert schedule.rate(0.0, 0) == pytest.approx(0.01)
    assert schedule.rate(0.0, 99) == pytest.approx(1.0)
    assert schedule.rate(0.5, 5000) == pytest.approx(0.51)
    assert schedule.rate(1.0, 10_000) == pytest.approx(0.02)


def test_whole_pictures_come_last() -> None:
    schedule = Schedule(whole_from=0.7)

    assert schedule.shape(0.69) is PIECES
    assert schedule.shape(0.7) is WHOLE


def test_the_first_averages_forget_quickly() -> None:
    schedule = Schedule(average_decay=0.999)

    assert schedule.decay(0) == pytest.approx(0.1)
    assert schedule.decay(100_000) == pytest.approx(0.999)
