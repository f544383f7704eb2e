"""What one piece of work dies of is nothing to the others."""

from roadside.runtime.own_process import Done, Failed, in_processes
from tests.runtime.works import doubled, in_trouble


def test_results_come_in_the_order_of_the_arguments_whichever_was_ready_first():
    assert in_processes(doubled, [1, 2, 3], 3, lambda place, done: None) == [Done(2), Done(4), Done(6)]


def test_every_piece_tells_how_far_it_has_come():
    told: list[tuple[int, float]] = []

    in_processes(doubled, [4, 8], 1, lambda place, done: told.append((place, done)))

    assert told == [(0, 2.0), (0, 4.0), (1, 4.0), (1, 8.0)]


def test_one_that_fails_or_dies_is_told_with_its_reason_and_the_others_go_on():
    user, bug, crash, fine = in_processes(in_trouble, ["user", "bug", "crash", "fine"], 2, lambda place, done: None)

    assert user == Failed("x.mcap: wanted an MCAP recording, got an empty file")
    assert isinstance(bug, Failed)
    assert bug.reason.endswith("ZeroDivisionError: no scenes")
    assert crash == Failed("its process died with exit code 7")
    assert fine == Done("fine")


def test_no_work_is_no_results():
    assert in_processes(doubled, [], 2, lambda place, done: None) == []
