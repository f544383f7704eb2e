"""The sides of the streets, along which lamps, trees and houses stand."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray
from simulation.worlds.lines import beside, directions_at, left_of, length_m, points_at
from simulation.worlds.street_net import StreetNet

SHORTEST_M = 12.0


@dataclass(frozen=True, slots=True, eq=False)
class Frontage:
    """The right side of one edge.

    Attributes:
        edge_id: its edge.
        border_m: (K, 2) outer border of its rightmost lane, in the direction of travel.
    """

    edge_id: str
    border_m: FloatArray

    def place(self, along_m: float, behind_m: float) -> tuple[FloatArray, float]:
        """Returns (2,) a place some way along and behind the border, and the heading that faces the street."""
        outward = -left_of(directions_at(self.border_m, along_m))
        facing = -outward
        return points_at(self.border_m, along_m) + behind_m * outward, float(np.arctan2(facing[1], facing[0]))


def frontages(net: StreetNet) -> tuple[Frontage, ...]:
    """Returns the right sides of all edges that are long enough for anything to stand along them."""
    sides = []
    for edge in net.edges.values():
        lane = edge.lanes[0]
        if length_m(lane.line_m) >= SHORTEST_M:
            sides.append(Frontage(edge.edge_id, beside(lane.line_m, -lane.width_m / 2)))
    return tuple(sides)
