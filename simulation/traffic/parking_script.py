"""What happens in the parking spots, and what stands or lies on the road all the time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StandingThing:
    """A vehicle, a person or an obstacle that does not move.

    Attributes:
        body: name of its body.
        x_m, y_m: centre of its footprint, site frame.
        heading_rad: where it faces.
        from_s, until_s: when it is there.
    """

    body: str
    x_m: float
    y_m: float
    heading_rad: float
    from_s: float = -1e9
    until_s: float = 1e9


@dataclass(frozen=True, slots=True)
class ParkingScript:
    """Who stands in which spot, who comes and who goes.

    Attributes:
        taken: share of the spots that are taken in the beginning.
        arrivals, departures: how many vehicles come and go within the span.
        kept_free: spots that nobody takes.
        seed: of the draw of bodies, spots and times.
    """

    taken: float = 0.6
    arrivals: int = 6
    departures: int = 6
    kept_free: tuple[str, ...] = ()
    seed: int = 1
