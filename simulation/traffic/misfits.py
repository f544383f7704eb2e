"""Those whom the traffic simulation moved as no road user can move: they are left out of the truth."""

from collections import Counter
from collections.abc import Collection

from simulation.traffic.kinematics import Fault


def misfits(found: Collection[Fault], scripted: Collection[int]) -> set[int]:
    """Returns who is to go so that no fault is left: of two who overlap, who has more faults, else who came later."""
    singles = {fault.object_ids[0] for fault in found if len(fault.object_ids) == 1} - set(scripted)
    gone = set(singles)
    pairs = [fault.object_ids for fault in found if len(fault.object_ids) == 2]
    while pairs := [pair for pair in pairs if not gone & set(pair)]:
        counts = Counter(number for pair in pairs for number in pair if number not in scripted)
        if not counts:
            break
        gone.add(max(counts, key=lambda number: (counts[number], number)))
    return gone
