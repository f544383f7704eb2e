"""What the signal groups of a world show, second by second."""

from bisect import bisect_right
from dataclasses import dataclass
from xml.etree import ElementTree

from roadside.types.observations import SignalPhase
from simulation.types.world import World
from simulation.worlds.signal_program import group_of_link
from simulation.worlds.street_net import read_network

PHASE_OF_LETTER = {
    "r": SignalPhase.RED,
    "u": SignalPhase.YELLOW,
    "y": SignalPhase.YELLOW,
    "Y": SignalPhase.YELLOW,
    "g": SignalPhase.GREEN_PERMISSIVE,
    "G": SignalPhase.GREEN_PROTECTED,
    "s": SignalPhase.FLASHING_RED,
    "o": SignalPhase.FLASHING_YELLOW,
    "O": SignalPhase.DARK,
}
"""SUMO's letters (https://sumo.dlr.de/docs/Simulation/Traffic_Lights.html)."""

_RANK = {phase: rank for rank, phase in enumerate(
    (SignalPhase.DARK, SignalPhase.RED, SignalPhase.GREEN_PERMISSIVE, SignalPhase.GREEN_PROTECTED, SignalPhase.YELLOW)
)}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class SignalTimeline:
    """What all groups show over a span.

    Attributes:
        times_s: seconds at which something changes; the first is 0.
        states: what every group shows from then on.
    """

    times_s: tuple[float, ...]
    states: tuple[dict[str, SignalPhase], ...]

    def at(self, time_s: float) -> dict[str, SignalPhase]:
        """Returns what each group shows at a second; empty where there are no signals."""
        if not self.times_s:
            return {}
        return dict(self.states[max(bisect_right(self.times_s, time_s + 1e-9) - 1, 0)])

    def changes(self) -> tuple[tuple[float, dict[str, SignalPhase]], ...]:
        """Returns the seconds at which something changes, each with what all groups show from then on."""
        return tuple((time_s, dict(state)) for time_s, state in zip(self.times_s, self.states, strict=True))

    def spans(self, group_id: str, phases: tuple[SignalPhase, ...]) -> tuple[tuple[float, float], ...]:
        """Returns from when to when a group shows one of some phases; the last span may go on (infinity)."""
        spans: list[tuple[float, float]] = []
        for place, (time_s, state) in enumerate(zip(self.times_s, self.states, strict=True)):
            until_s = self.times_s[place + 1] if place + 1 < len(self.times_s) else float("inf")
            if state.get(group_id) in phases:
                if spans and spans[-1][1] == time_s:
                    spans[-1] = (spans[-1][0], until_s)
                else:
                    spans.append((time_s, until_s))
        return tuple(spans)


def signal_timeline(world: World, warm_up_s: float, duration_s: float) -> SignalTimeline:
    """Returns what the groups show from second 0 on, the fixed programs having begun ``warm_up_s`` before.

    A group's links may differ (a turn that gives way beside a protected way straight on): the group shows the
    better right of way.

    Raises:
        ValueError: a program depends on the traffic.
    """
    net = read_network(world.network_xml)
    protected = {
        line.signal_group_id.removesuffix("_left")
        for line in world.road.stop_lines
        if line.signal_group_id.endswith("_left")
    }
    programs = {}
    for logic in ElementTree.fromstring(world.network_xml).findall("tlLogic"):
        name = logic.attrib["id"]
        if logic.get("type", "static") != "static":
            raise ValueError(f"{world.name}: the signals of {name} must be static, got {logic.get('type')}")
        groups: dict[str, list[int]] = {}
        for link in net.links:
            if link.signals_id == name:
                groups.setdefault(group_of_link(net, link, protected), []).append(link.signal_index)
        phases = [(float(phase.attrib["duration"]), phase.attrib["state"]) for phase in logic.findall("phase")]
        programs[name] = (groups, phases, float(logic.get("offset", 0)))
    times = sorted(
        {0.0, *(time for program in programs.values() for time in _switches(program, warm_up_s, duration_s))}
    )
    states = []
    for time_s in times:
        state: dict[str, SignalPhase] = {}
        for groups, phases, offset_s in programs.values():
            letters = _letters(phases, time_s + warm_up_s - offset_s)
            for group, indices in groups.items():
                shown = [PHASE_OF_LETTER[letters[index]] for index in indices]
                state[group] = max(shown, key=lambda phase: _RANK.get(phase, 0))
        states.append(state)
    return SignalTimeline(tuple(times), tuple(states)) if programs else SignalTimeline((), ())


_Program = tuple[dict[str, list[int]], list[tuple[float, str]], float]


def _switches(program: _Program, warm_up_s: float, duration_s: float) -> list[float]:
    _, phases, offset_s = program
    cycle_s = sum(duration for duration, _ in phases)
    begin_s = (offset_s - warm_up_s) % cycle_s - cycle_s
    times = []
    while begin_s < duration_s:
        for length_s, _ in phases:
            if 0.0 < begin_s < duration_s:
                times.append(round(begin_s, 6))
            begin_s += length_s
    return times


def _letters(phases: list[tuple[float, str]], time_s: float) -> str:
    left_s = (time_s + 1e-6) % sum(duration for duration, _ in phases)
    for duration_s, letters in phases:
        if left_s < duration_s:
            return letters
        left_s -= duration_s
    return phases[-1][1]
