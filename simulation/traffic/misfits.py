"""Those whom the traffic simulation moved as no road user can move: they are left out of the truth."""

from collections import Counter
from collections.abc import Collection

from roadside.geometry.surface import RoadSurface
from simulation.traffic.kinematics import Fault, faults
from simulation.traffic.ways import Ways, trajectories_of

_FLAT = RoadSurface.level()


def without_misfits(
    ways: Ways, instant_count: int, scripted: Collection[int], declared: Collection[tuple[int, int]] = ()
) -> Ways:
    """Returns the ways of those who obey the laws of ``kinematics``.

    Args:
        ways: within the span.
        instant_count: of the span.
        scripted: object ids that stay in any case.
        declared: pairs that collide on purpose.
    """
    found = faults(trajectories_of(ways, _FLAT, instant_count), declared)
    return ways.without(sorted(misfits(found, scripted)))


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
