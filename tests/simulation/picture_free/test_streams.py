"""No two things of a recording, and no two recordings, are drawn by the same numbers."""

from itertools import product

from simulation.picture_free.recorded_part import parking_seed
from simulation.picture_free.streams import Drawn, stream


def test_no_two_streams_of_any_recording_begin_alike():
    firsts = [
        stream((seed, part), what, number).integers(2**62)
        for seed, part, what, number in product(range(3), range(3), Drawn, range(4))
    ]
    assert len(set(firsts)) == len(firsts)


def test_parking_differs_between_the_parts_of_neighbouring_seeds():
    seeds = [parking_seed((seed, part)) for seed, part in product(range(1, 5), range(4))]
    assert len(set(seeds)) == len(seeds)
