"""The geometry of one world on the graphics side, and what of it a pass draws."""

from dataclasses import replace

import moderngl
import numpy as np

from roadside.geometry.arrays import BoolArray, FloatArray, IntArray
from simulation.pictures.context import Programs, set_matrix
from simulation.pictures.draw_list import DrawList, Geometry
from simulation.pictures.furnishing import furnishing
from simulation.pictures.instances import INSTANCE_FIELDS, INSTANCE_FORMAT, Instances, draw_commands
from simulation.pictures.meshes import buildings as building_meshes
from simulation.pictures.meshes.builder import Mesh
from simulation.pictures.meshes.catalogue import COARSENESS, body_mesh
from simulation.pictures.meshes.nature import leaf_library
from simulation.pictures.outskirts import far_mesh, surroundings
from simulation.pictures.projection import in_view
from simulation.pictures.static_scene import buildings, ground_mesh, lamp_places, plants
from simulation.types.bodies import BODIES
from simulation.types.world import World

MOST_ACTORS = 4096


class _Selection:
    """What one pass draws of everything but ground and sky."""

    def __init__(self, bodies: DrawList, fixed: DrawList, leaves: DrawList, walls: DrawList | None) -> None:
        self.bodies, self.fixed, self.leaves, self.walls = bodies, fixed, leaves, walls


class GpuScene:
    """Buffers of one world."""

    def __init__(self, context: moderngl.Context, world: World) -> None:
        houses, trees = surroundings(world)
        self.world = world = replace(world, buildings=world.buildings + houses, trees=world.trees + trees)
        west, south, east, north = (float(edge) for edge in world.extent_m)
        self.programs = Programs(context, (west, south, 1 / (east - west), 1 / (north - south)))
        self.lamps_m = lamp_places(world)
        self._make_bodies(context)
        library = leaf_library()
        self._leaf_ranges, self._plants = library.ranges, plants(world)
        leaf_geometry = Geometry(
            context, library.vertices, library.triangles, "3f 3f 2f", ("position", "normal", "card")
        )
        self._buildings = buildings(world)
        walls = None
        if self._buildings is not None:
            walls = Geometry(
                context, self._buildings.vertices, self._buildings.triangles, building_meshes.VERTEX_FORMAT,
                building_meshes.VERTEX_FIELDS,
            )  # fmt: skip
        self._camera, self._shadow = (
            _Selection(
                DrawList(self.geometry, INSTANCE_FORMAT, INSTANCE_FIELDS, MOST_ACTORS),
                DrawList(self.geometry, INSTANCE_FORMAT, INSTANCE_FIELDS, max(len(self.fixed), 1)),
                DrawList(leaf_geometry, "4f 4f 4f /i", ("place", "size", "look"), max(len(world.trees), 1)),
                DrawList(walls) if walls is not None else None,
            )
            for _ in range(2)
        )
        self._ground = _whole(Geometry(context, *ground_mesh(world), "3f 3f", ("position", "normal")))
        self._far = _whole(Geometry(context, *far_mesh(world), "3f 4f", ("position", "colour")))

    def _make_bodies(self, context: moderngl.Context) -> None:
        """Makes the body shader's library of meshes: bodies at every coarseness, then what stands still."""
        bodies = [body_mesh(body, level) for level in range(len(COARSENESS)) for body in range(len(BODIES))]
        furnished = furnishing(self.world, len(bodies))
        meshes: list[Mesh] = [body.mesh for body in bodies] + list(furnished.meshes)
        counts = np.array([mesh.triangles.size for mesh in meshes])
        labelled = np.array([3 * body.body_triangles for body in bodies])
        first = np.cumsum(counts) - counts
        base = np.cumsum([0] + [len(mesh.position_m) for mesh in meshes[:-1]])
        self.ranges: IntArray = np.column_stack([counts, first, base])
        self.labelled_ranges: IntArray = np.column_stack([labelled, first[: len(bodies)], base[: len(bodies)]])
        vertices = np.concatenate(
            [np.column_stack([mesh.position_m, mesh.normal, mesh.material, mesh.joint]) for mesh in meshes]
        )
        triangles = np.concatenate([mesh.triangles for mesh in meshes])
        self.geometry = Geometry(context, vertices, triangles, "3f 3f 2f", ("position", "normal", "kind"))
        self.fixed, self.signal_rows = furnished.instances, furnished.signal_rows

    def select(self, bodies: Instances, fixed: Instances, clip: FloatArray, eye: FloatArray) -> None:
        """Chooses what the camera may see, near things first: what they hide need not be shaded."""
        self._choose(self._camera, bodies, fixed, clip, eye)

    def _choose(
        self, chosen: _Selection, bodies: Instances, fixed: Instances, clip: FloatArray, eye: FloatArray
    ) -> None:
        for draws, instances in ((chosen.bodies, bodies), (chosen.fixed, fixed)):
            rows = _near_first(instances.centre_m, instances.radius_m, clip, eye)
            commands, order = draw_commands(instances.mesh[rows], self.ranges)
            draws.write(commands, instances.table[rows[order]])
        plants = self._plants
        rows = _near_first(plants.centre_m, plants.radius_m, clip, eye)
        commands, order = draw_commands(plants.mesh[rows], self._leaf_ranges)
        chosen.leaves.write(commands, plants.table[rows[order]])
        if self._buildings is not None and chosen.walls is not None:
            rows = _near_first(self._buildings.centre_m, self._buildings.radius_m, clip, eye)
            zero, one = np.zeros_like(rows), np.ones_like(rows)
            first, count = self._buildings.first[rows], self._buildings.count[rows]
            chosen.walls.write(np.column_stack([3 * count, one, 3 * first, zero, zero]))

    def draw_depth(self, clip: FloatArray, bodies: Instances, fixed: Instances, eye: FloatArray) -> None:
        """Draws what throws shadows, seen from the sun."""
        self._choose(self._shadow, bodies, fixed, clip, eye)
        body = self.programs.of("body.vert", "depth.frag")
        self._draw(self._shadow.bodies, body, clip)
        self._draw(self._shadow.fixed, body, clip)
        self._draw(self._shadow.leaves, self.programs.of("leaf.vert", "leaf.frag"), clip)
        if self._shadow.walls is not None:
            self._draw(self._shadow.walls, self.programs.of("building.vert", "depth.frag"), clip)

    def draw_upright(self, clip: FloatArray, *kinds: str) -> None:
        """Draws the light of what was selected and has closed surfaces."""
        body = self.programs.of("body.vert", "body.frag", *kinds)
        self._draw(self._camera.bodies, body, clip)
        self._draw(self._camera.fixed, body, clip)
        if self._camera.walls is not None:
            self._draw(self._camera.walls, self.programs.of("building.vert", "building.frag", *kinds), clip)

    def draw_open(self, clip: FloatArray, *kinds: str) -> None:
        """Draws the light of leaves, ground and what lies far away."""
        self._draw(self._camera.leaves, self.programs.of("leaf.vert", "leaf.frag", *kinds), clip)
        self._draw(self._ground, self.programs.of("ground.vert", "ground.frag", *kinds), clip)
        self._draw(self._far, self.programs.of("far.vert", "far.frag", *kinds), clip)

    def draw_rows(self, clip: FloatArray) -> None:
        """Draws what was selected, actors left out, as nobody's in the label pass."""
        self._draw(self._camera.fixed, self.programs.of("body.vert", "row.frag"), clip)
        self._draw(self._camera.leaves, self.programs.of("leaf.vert", "leaf.frag", "ROWS"), clip)
        self._draw(self._ground, self.programs.of("ground.vert", "row.frag"), clip)
        if self._camera.walls is not None:
            self._draw(self._camera.walls, self.programs.of("building.vert", "row.frag"), clip)

    def _draw(self, draws: DrawList, program: moderngl.Program, clip: FloatArray) -> None:
        set_matrix(program, "clip_from_points", clip)
        draws.draw(program)


def _whole(geometry: Geometry) -> DrawList:
    """Returns a list that draws all of a geometry once."""
    draws = DrawList(geometry)
    draws.write(np.array([[geometry.index_count, 1, 0, 0, 0]]))
    return draws


def _near_first(centre_m: FloatArray, radius_m: FloatArray, clip: FloatArray, eye: FloatArray) -> IntArray:
    """Returns rows of spheres that a projection may show, in order of their distance."""
    seen: BoolArray = in_view(clip, centre_m, radius_m)
    rows = np.flatnonzero(seen)
    return rows[np.argsort(np.linalg.norm(centre_m[rows] - eye, axis=1) - radius_m[rows], kind="stable")]
