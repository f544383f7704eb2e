"""Which edges lead where: ways through a network, and where streets enter and leave the world."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from roadside.types.road import LaneKind
from simulation.types.world import World
from simulation.worlds.street_net import NetEdge, NetLane, StreetNet, read_network


@lru_cache(maxsize=8)
def _network_of(network_xml: str) -> StreetNet:
    return read_network(network_xml)


@dataclass(frozen=True, slots=True, eq=False)
class Streets:
    """A network as a graph of edges.

    Attributes:
        net: its edges and links.
        after, before: edges that follow and precede each edge for motor vehicles.
    """

    net: StreetNet
    after: dict[str, tuple[str, ...]]
    before: dict[str, tuple[str, ...]]

    @staticmethod
    def of(world: World) -> "Streets":
        """Returns the streets of a world."""
        net = _network_of(world.network_xml)
        after: dict[str, list[str]] = {edge_id: [] for edge_id in net.edges}
        before: dict[str, list[str]] = {edge_id: [] for edge_id in net.edges}
        for link in net.links:
            if link.from_edge in net.edges and link.to_edge in net.edges:
                kinds = (net.edges[link.from_edge].lanes[link.from_lane].kind, LaneKind.DRIVING)
                if kinds[0] is LaneKind.DRIVING and link.to_edge not in after[link.from_edge]:
                    after[link.from_edge].append(link.to_edge)
                    before[link.to_edge].append(link.from_edge)
        return Streets(net, {a: tuple(b) for a, b in after.items()}, {a: tuple(b) for a, b in before.items()})

    def edge(self, edge_id: str) -> NetEdge:
        """Returns an edge.

        Raises:
            ValueError: there is none of that name.
        """
        if edge_id not in self.net.edges:
            raise ValueError(f"an edge must be one of {', '.join(self.net.edges)}, got {edge_id}")
        return self.net.edges[edge_id]

    def entry_to(self, edge_id: str) -> str:
        """Returns the first edge of the street that leads to an edge."""
        seen = {self.edge(edge_id).edge_id}
        while len(self.before[edge_id]) == 1 and self.before[edge_id][0] not in seen:
            edge_id = self.before[edge_id][0]
            seen.add(edge_id)
        return edge_id

    def exit_from(self, edge_id: str) -> str:
        """Returns the last edge of the street that an edge leads to."""
        seen = {self.edge(edge_id).edge_id}
        while len(self.after[edge_id]) == 1 and self.after[edge_id][0] not in seen:
            edge_id = self.after[edge_id][0]
            seen.add(edge_id)
        return edge_id

    def entries(self) -> tuple[str, ...]:
        """Returns the edges by which motor vehicles enter the world."""
        return tuple(edge for edge in self.net.edges if not self.before[edge] and self.driving(edge))

    def exits(self) -> tuple[str, ...]:
        """Returns the edges by which motor vehicles leave the world."""
        return tuple(edge for edge in self.net.edges if not self.after[edge] and self.driving(edge))

    def route(self, from_edge: str, to_edge: str) -> tuple[str, ...]:
        """Returns the fewest edges from one to another, both included; empty where there is no way."""
        ways: list[tuple[str, ...]] = [(from_edge,)]
        seen = {from_edge}
        for way in ways:
            if way[-1] == to_edge:
                return way
            for edge in self.after[way[-1]]:
                if edge not in seen:
                    seen.add(edge)
                    ways.append((*way, edge))
        return ()

    def driving(self, edge_id: str, kinds: Collection[LaneKind] = (LaneKind.DRIVING,)) -> tuple[NetLane, ...]:
        """Returns the lanes of an edge that are of some kinds, from right to left."""
        return tuple(lane for lane in self.edge(edge_id).lanes if lane.kind in kinds)
