"""One thing that is made to happen."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Incident:
    """What happens, when, where and how; what is left at its default is chosen from the road.

    Attributes:
        kind: the kind of event, such as ``"wrong_way"``.
        at_s: when the condition begins, second of the span.
        edge: the edge it happens on.
        along_m: how far along that edge it happens; NaN for the middle of it.
        lane: index of the lane on that edge; None for the one that its kind needs.
        duration_s: how long it goes on, where that is not given by the way itself.
        speed_mps: of the vehicle that does it; NaN for its kind's own.
        body: name of that vehicle's body; empty for its kind's own.
        to_edge: where it goes afterwards, if across a junction.
    """

    kind: str
    at_s: float
    edge: str
    along_m: float = float("nan")
    lane: int | None = None
    duration_s: float = 20.0
    speed_mps: float = float("nan")
    body: str = ""
    to_edge: str = ""
