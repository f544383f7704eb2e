"""From planned streets to a SUMO network, by SUMO's own ``netconvert``."""

import re
import subprocess
import tempfile
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np
import sumolib

from roadside.geometry.arrays import FloatArray
from roadside.types.road import LaneKind
from simulation.worlds.street_plan import Edge, LanePlan, StreetPlan

ALLOW_OF_KIND: dict[LaneKind | None, str] = {
    LaneKind.SIDEWALK: "pedestrian",
    LaneKind.BICYCLE: "bicycle",
    LaneKind.BUS: "bus",
    LaneKind.EMERGENCY: "emergency authority",
    None: "custom1",
}
"""Vehicle classes of SUMO; only ``custom1`` may drive into bays along the kerb."""

OPTIONS = (
    "--offset.disable-normalization", "true",
    "--no-turnarounds", "true",
    "--walkingareas", "true",
    "--junctions.corner-detail", "8",
    "--junctions.internal-link-detail", "8",
    "--geometry.min-radius.fix", "false",
    "--rectangular-lane-cut", "false",
    "--precision", "3",
    "--no-warnings", "true",
    "--xml-validation", "never",
    "--default.junctions.keep-clear", "true",
)  # fmt: skip


def network_xml(plan: StreetPlan) -> str:
    """Returns the ``.net.xml`` of a plan: the same bytes for the same plan.

    Raises:
        ValueError: ``netconvert`` refuses the plan.
    """
    with tempfile.TemporaryDirectory(prefix="netconvert") as folder:
        files = {"node": _nodes(plan), "edge": _edges(plan), "connection": _connections(plan)}
        command = [sumolib.checkBinary("netconvert"), *OPTIONS, "-o", f"{folder}/net.xml"]
        for kind, text in files.items():
            path = Path(folder) / f"{kind}.xml"
            path.write_text(text)
            command += [f"--{kind}-files", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise ValueError(f"netconvert must accept the streets, got: {done.stderr.strip()}")
        return _without_comments((Path(folder) / "net.xml").read_text())


def _without_comments(text: str) -> str:
    """Returns XML without comments: ``netconvert`` writes the time of day and its folder into one."""
    return re.sub(r"<!--.*?-->\s*", "", text, flags=re.DOTALL)


def _nodes(plan: StreetPlan) -> str:
    rows = [
        f'<node id="{node.node_id}" x="{node.x_m:.3f}" y="{node.y_m:.3f}" type="{node.control}" '
        f'radius="{node.corner_radius_m:.2f}"/>'
        for node in plan.nodes
    ]
    return _document("nodes", rows)


def _edges(plan: StreetPlan) -> str:
    rows: list[str] = []
    for edge in plan.edges:
        rows.append(
            f'<edge id="{edge.edge_id}" from="{edge.from_node}" to="{edge.to_node}" numLanes="{len(edge.lanes)}" '
            f'speed="{edge.speed_limit_mps:.4f}" priority="{edge.priority}" spreadType="right" '
            f"shape={quoteattr(_shape(edge.left_border_m))}>"
        )
        rows += [f'<lane index="{index}" {_lane(edge, lane)}/>' for index, lane in enumerate(edge.lanes)]
        rows.append("</edge>")
    return _document("edges", rows)


def _lane(edge: Edge, lane: LanePlan) -> str:
    has_bicycle_lane = bool(edge.lane_numbers(LaneKind.BICYCLE))
    if lane.kind is LaneKind.DRIVING:
        users = f'disallow="pedestrian{" bicycle" if has_bicycle_lane else ""}"'
    else:
        users = f'allow="{ALLOW_OF_KIND[lane.kind]}"'
    change = "" if lane.may_change else ' changeLeft="emergency" changeRight="emergency"'
    return f'width="{lane.width_m:.2f}" {users}{change}'


def _connections(plan: StreetPlan) -> str:
    rows = [
        f'<connection from="{link.from_edge}" to="{link.to_edge}" fromLane="{link.from_lane}" toLane="{link.to_lane}"/>'
        for link in plan.links
    ]
    rows += [
        f'<crossing node="{crossing.node_id}" edges="{" ".join(crossing.edge_ids)}" '
        f'width="{crossing.width_m:.2f}" priority="{str(crossing.has_priority).lower()}"/>'
        for crossing in plan.crossings
    ]
    return _document("connections", rows)


def _shape(line_m: FloatArray) -> str:
    return " ".join(f"{x:.3f},{y:.3f}" for x, y in np.asarray(line_m))


def _document(root: str, rows: list[str]) -> str:
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', f"<{root}>", *rows, f"</{root}>", ""])
