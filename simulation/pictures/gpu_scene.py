"""A world on the graphics side, and the passes that draw it."""

from dataclasses import dataclass, replace

import moderngl
import numpy as np

from roadside.geometry.arrays import BoolArray, FloatArray, IntArray
from roadside.geometry.camera import PinholeCamera
from roadside.geometry.pose import Pose
from simulation.pictures import near_maps
from simulation.pictures.context import make_program
from simulation.pictures.draw_list import DrawList, Geometry
from simulation.pictures.facades import facade_layers
from simulation.pictures.glints import glint_quads, glints
from simulation.pictures.ground_map import ground_map
from simulation.pictures.instances import INSTANCE_FIELDS, INSTANCE_FORMAT, Instances, draw_commands
from simulation.pictures.lighting import Lighting
from simulation.pictures.meshes import buildings as building_meshes
from simulation.pictures.meshes.builder import Mesh
from simulation.pictures.meshes.catalogue import COARSENESS, body_mesh
from simulation.pictures.meshes.materials import material_tables
from simulation.pictures.meshes.nature import VARIANTS, leaves
from simulation.pictures.outskirts import far_mesh, surroundings
from simulation.pictures.projection import in_view
from simulation.pictures.static_scene import (
    LAMP_MAP_PX,
    buildings,
    furnishing,
    ground_mesh,
    lamp_map,
    lamp_places,
    tree_widths,
)
from simulation.pictures.textures import coverage_mips, leaf_cards, noise_map
from simulation.types.actors import Actors
from simulation.types.bodies import BODIES
from simulation.types.world import TreeKind, World

SHADOW_PX = 2048
SHADE_PX, BEAM_PX = 1024, 512
MOST_ACTORS = 4096
_UNITS = {
    "shadow_map": 0, "noise_map": 1, "near_shade": 2, "near_light": 3, "lamp_light": 4, "ground_map": 5, "facades": 6, "leaves": 7,
}  # fmt: skip
_WIDE_UNIT = 8


@dataclass(frozen=True, slots=True, eq=False)
class _Trees:
    """Instances of leaf meshes: their rows, mesh numbers and bounding spheres."""

    table: FloatArray
    mesh: IntArray
    centre_m: FloatArray
    radius_m: FloatArray


class GpuScene:
    """Buffers, textures and programs of one world."""

    def __init__(self, context: moderngl.Context, world: World) -> None:
        houses, trees = surroundings(world)
        world = replace(world, buildings=world.buildings + houses, trees=world.trees + trees)
        self._context, self._world = context, world
        self._lamps_m = lamp_places(world)
        self._programs: dict[tuple[str, ...], moderngl.Program] = {}
        self._make_bodies()
        self._make_trees()
        vertices, triangles = ground_mesh(world)
        self._ground = DrawList(Geometry(context, vertices, triangles, "3f 3f", ("position", "normal")))
        self._ground.write(np.array([[triangles.size, 1, 0, 0, 0]]))
        vertices, triangles = far_mesh(world)
        self._far = DrawList(Geometry(context, vertices, triangles, "3f 4f", ("position", "colour")))
        self._far.write(np.array([[triangles.size, 1, 0, 0, 0]]))
        self._buildings = buildings(world)
        if self._buildings is not None:
            geometry = Geometry(
                context, self._buildings.vertices, self._buildings.triangles, building_meshes.VERTEX_FORMAT,
                building_meshes.VERTEX_FIELDS,
            )  # fmt: skip
            self._building_draws = {name: DrawList(geometry) for name in ("camera", "shadow")}
        self._make_textures()
        corners = context.buffer(np.array([-1, -1, 3, -1, -1, 3], dtype=np.float32).tobytes())
        self._sky = context.vertex_array(self.program("sky.vert", "sky.frag", "COLOUR"), [(corners, "2f", "corner")])
        shrink = self.program("sky.vert", "shrink.frag")
        shrink["wide"].value = _WIDE_UNIT
        self._shrunk = context.vertex_array(shrink, [(corners, "2f", "corner")])
        self._frame = context.buffer(reserve=4 * (32 + 9 * 4))
        self._patches = context.buffer(reserve=MOST_ACTORS * 6 * 8 * 4)

    # -- making ---------------------------------------------------------------------------------------------------

    def _make_bodies(self) -> None:
        bodies = [body_mesh(body, level) for level in range(len(COARSENESS)) for body in range(len(BODIES))]
        furnished = furnishing(self._world, len(bodies))
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
        self.geometry = Geometry(self._context, vertices, triangles, "3f 3f 2f", ("position", "normal", "kind"))
        self.fixed, self.signal_rows = furnished.instances, furnished.signal_rows
        self._body_draws = {
            name: DrawList(self.geometry, INSTANCE_FORMAT, INSTANCE_FIELDS, MOST_ACTORS + len(self.fixed))
            for name in ("camera_bodies", "camera_fixed", "shadow")
        }

    def _make_trees(self) -> None:
        kinds = [(kind, variant) for kind in TreeKind for variant in range(VARIANTS)]
        meshes = [leaves(kind, variant) for kind, variant in kinds]
        counts = np.array([mesh.triangles.size for mesh in meshes])
        self._leaf_ranges = np.column_stack(
            [counts, np.cumsum(counts) - counts, np.cumsum([0] + [len(mesh.vertices) for mesh in meshes[:-1]])]
        )
        geometry = Geometry(
            self._context, np.concatenate([mesh.vertices for mesh in meshes]), np.concatenate([mesh.triangles for mesh in meshes]),
            "3f 3f 2f", ("position", "normal", "card"),
        )  # fmt: skip
        trees = self._world.trees
        rng = np.random.default_rng([self._world.seed, 78])
        rows = np.zeros((len(trees), 12), dtype=np.float32)
        for number, tree in enumerate(trees):
            z = float(self._world.road.surface.height_at(np.array([tree.x_m, tree.y_m])))
            wide, deep = tree_widths(tree.kind, tree.crown_radius_m)
            rows[number] = (tree.x_m, tree.y_m, z, 1.0, wide, deep, tree.height_m, rng.random(),
                            np.cos(tree.heading_rad), np.sin(tree.heading_rad), 0.0, 0.0)  # fmt: skip
        mesh = np.array(
            [kinds.index((tree.kind, number % VARIANTS)) for number, tree in enumerate(trees)], dtype=np.int64
        )
        self._trees = _Trees(
            rows,
            mesh,
            rows[:, :3] + rows[:, 6:7] * [0.0, 0.0, 0.5],
            np.hypot(rows[:, 6] / 2, rows[:, 4:6].max(axis=1, initial=0.0)) + 0.3,
        )
        self._leaf_draws = {
            name: DrawList(geometry, "4f 4f 4f /i", ("place", "size", "look"), max(len(trees), 1))
            for name in ("camera", "shadow")
        }

    def _make_textures(self) -> None:
        context = self._context
        shadow = context.depth_texture((SHADOW_PX, SHADOW_PX))
        shadow.compare_func, shadow.filter = "<=", (moderngl.LINEAR, moderngl.LINEAR)
        shadow.repeat_x = shadow.repeat_y = False
        self.shadow_target = context.framebuffer(depth_attachment=shadow)
        noise = noise_map()
        noise_texture = context.texture(noise.shape[1::-1], 4, noise.tobytes())
        noise_texture.build_mipmaps()
        shade = context.texture((SHADE_PX, SHADE_PX), 1)
        beams = context.texture((BEAM_PX, BEAM_PX), 4, dtype="f2")
        lamps = context.texture(
            (LAMP_MAP_PX, LAMP_MAP_PX), 4, lamp_map(self._world).astype(np.float16).tobytes(), dtype="f2"
        )
        for texture in (shade, beams, lamps):
            texture.repeat_x = texture.repeat_y = False
            texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
        self._shade_target, self._beam_target = context.framebuffer([shade]), context.framebuffer([beams])
        ground = ground_map(self._world)
        ground_texture = context.texture(ground.shape[1::-1], 4, ground)
        ground_texture.repeat_x = ground_texture.repeat_y = False
        ground_texture.build_mipmaps()
        ground_texture.filter = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)
        ground_texture.anisotropy = 1.0
        layers = facade_layers()
        facades = context.texture_array((layers.shape[2], layers.shape[1], layers.shape[0]), 4, layers.tobytes())
        facades.build_mipmaps()
        facades.filter = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)
        mips = coverage_mips(leaf_cards())
        cards = context.texture(mips[0].shape[1::-1], 4, mips[0].tobytes())
        cards.build_mipmaps(max_level=len(mips) - 1)
        for level, mip in enumerate(mips):
            cards.write(mip.tobytes(), level=level)
        cards.filter = (moderngl.LINEAR_MIPMAP_NEAREST, moderngl.LINEAR)
        self._textures = (shadow, noise_texture, shade, beams, lamps, ground_texture, facades, cards)

    def program(self, vertex: str, fragment: str, *defines: str) -> moderngl.Program:
        """Returns a program, made at its first use, with its textures and tables in place."""
        key = (vertex, fragment, *defines)
        if key not in self._programs:
            program = make_program(self._context, vertex, fragment, defines)
            for name, unit in _UNITS.items():
                if name in program:
                    program[name].value = unit
            if "Frame" in program:
                program["Frame"].binding = 0
            for name, values in zip(("albedo_table", "emission_table"), material_tables(), strict=True):
                if name in program:
                    program[name].write(values.astype(np.float32).tobytes())
            if "map_extent" in program:
                west, south, east, north = self._world.extent_m
                program["map_extent"].value = (west, south, 1 / (east - west), 1 / (north - south))
            self._programs[key] = program
        return self._programs[key]

    # -- one frame ------------------------------------------------------------------------------------------------

    def write_frame(
        self, lighting: Lighting, clip: FloatArray, shadow: FloatArray, shadow_extent_m: float, eye: FloatArray, near: FloatArray,
        time_s: float,
    ) -> None:  # fmt: skip
        """Writes what all passes share."""
        west, south, east, north = self._world.extent_m
        light = lighting
        rows = [
            (*eye, time_s), (*light.sun_direction, 0.5 * shadow_extent_m / SHADOW_PX), (*light.sun_light, light.glare),
            (*light.zenith, light.cloud), (*light.horizon, light.wetness), (*light.fog, light.extinction_per_m),
            (*light.bounce, light.darkness), (near[0], near[1], 1 / near[2], 1 / near[3]),
            (west, south, 1 / (east - west), 1 / (north - south)),
        ]  # fmt: skip
        data = np.concatenate([clip.T.ravel(), shadow.T.ravel(), np.array(rows).ravel()]).astype(np.float32)
        self._frame.write(data.tobytes())
        self._frame.bind_to_uniform_block(0)
        for unit, texture in enumerate(self._textures):
            texture.use(unit)

    def select(self, bodies: Instances, fixed: Instances, clip: FloatArray, eye: FloatArray) -> None:
        """Chooses what the camera may see."""
        self._write(self._body_draws["camera_bodies"], bodies, in_view(clip, bodies.centre_m, bodies.radius_m), eye)
        self._write(self._body_draws["camera_fixed"], fixed, in_view(clip, fixed.centre_m, fixed.radius_m), eye)
        trees = self._trees
        self._write_trees("camera", in_view(clip, trees.centre_m, trees.radius_m))
        if self._buildings is not None:
            self._write_buildings("camera", in_view(clip, self._buildings.centre_m, self._buildings.radius_m), eye)

    def _write(self, draws: DrawList, instances: Instances, chosen: BoolArray, eye: FloatArray | None = None) -> None:
        rows = np.flatnonzero(chosen)
        if eye is not None:  # near ones first: what they hide need not be shaded
            rows = rows[np.argsort(np.linalg.norm(instances.centre_m[rows] - eye, axis=1), kind="stable")]
        commands, order = draw_commands(instances.mesh[rows], self.ranges)
        draws.write(commands, instances.table[rows[order]])

    def _write_trees(self, name: str, chosen: BoolArray) -> None:
        rows = np.flatnonzero(chosen)
        commands, order = draw_commands(self._trees.mesh[rows], self._leaf_ranges)
        self._leaf_draws[name].write(commands, self._trees.table[rows[order]])

    def _write_buildings(self, name: str, chosen: BoolArray, eye: FloatArray | None = None) -> None:
        assert self._buildings is not None
        rows = np.flatnonzero(chosen)
        if eye is not None:
            distance = np.linalg.norm(self._buildings.centre_m[rows] - eye, axis=1) - self._buildings.radius_m[rows]
            rows = rows[np.argsort(distance, kind="stable")]
        zero, one = np.zeros_like(rows), np.ones_like(rows)
        self._building_draws[name].write(
            np.column_stack([3 * self._buildings.count[rows], one, 3 * self._buildings.first[rows], zero, zero])
        )

    def draw_shadows(self, lighting: Lighting, clip: FloatArray, bodies: Instances, fixed: Instances) -> None:
        """Draws the shadow map; ``clip`` projects to it."""
        if not lighting.has_shadows:
            return
        self.shadow_target.clear(depth=1.0)
        both = Instances(
            np.concatenate([bodies.table, fixed.table]), np.concatenate([bodies.mesh, fixed.mesh]),
            np.concatenate([bodies.centre_m, fixed.centre_m]), np.concatenate([bodies.radius_m, fixed.radius_m]),
        )  # fmt: skip
        self._write(self._body_draws["shadow"], both, in_view(clip, both.centre_m, both.radius_m))
        self._write_trees("shadow", in_view(clip, self._trees.centre_m, self._trees.radius_m))
        self._draw(self._body_draws["shadow"], self.program("body.vert", "depth.frag"), clip)
        self._draw(self._leaf_draws["shadow"], self.program("leaf.vert", "leaf.frag"), clip)
        if self._buildings is not None:
            self._write_buildings("shadow", in_view(clip, self._buildings.centre_m, self._buildings.radius_m))
            self._draw(self._building_draws["shadow"], self.program("building.vert", "depth.frag"), clip)

    def draw_near_maps(self, lighting: Lighting, actors: Actors, rectangle: FloatArray) -> None:
        """Draws the shade under bodies and, at night, the light of their lamps."""
        context = self._context
        context.enable_only(moderngl.BLEND)
        self._shade_target.use()
        self._shade_target.clear(1.0, 1.0, 1.0, 1.0)
        context.blend_func = moderngl.DST_COLOR, moderngl.ZERO
        self._draw_patches(
            self.program("shade.vert", "shade.frag"), near_maps.shade_quads(actors, rectangle), "2f 2f 3f"
        )
        if lighting.has_lamps:
            self._beam_target.use()
            self._beam_target.clear(0.0, 0.0, 0.0, 0.0)
            context.blend_func = moderngl.ONE, moderngl.ONE
            self._draw_patches(
                self.program("beam.vert", "beam.frag"), near_maps.beam_quads(actors, rectangle), "2f 2f 4f"
            )
            self._draw_patches(
                self.program("beam.vert", "beam.frag"), near_maps.brake_quads(actors, rectangle), "2f 2f 4f"
            )

    def _draw_patches(
        self,
        program: moderngl.Program,
        vertices: FloatArray,
        layout: str,
        fields: tuple[str, ...] = ("corner", "local", "trait"),
    ) -> None:
        if len(vertices) == 0:
            return
        self._patches.write(vertices.astype(np.float32).tobytes())
        array = self._context.vertex_array(program, [(self._patches, layout, *fields)])
        array.render(moderngl.TRIANGLES, vertices=len(vertices))
        array.release()

    def draw_colour(self, lighting: Lighting, clip: FloatArray, camera: PinholeCamera, site_from_camera: Pose) -> None:
        """Draws what was selected, near things first and the sky last."""
        kinds = ("COLOUR",) + tuple(
            name
            for name, on in (("SUN", lighting.has_shadows), ("NIGHT", lighting.has_lamps), ("WET", lighting.is_wet))
            if on
        )
        plain = tuple(name for name in kinds if name != "WET")
        self._context.depth_func = "<="
        self._context.enable(moderngl.CULL_FACE)
        self._context.front_face = "cw"  # the picture's rows run downwards
        self._draw(self._body_draws["camera_bodies"], self.program("body.vert", "body.frag", *plain), clip)
        self._draw(self._body_draws["camera_fixed"], self.program("body.vert", "body.frag", *plain), clip)
        if self._buildings is not None:
            self._draw(self._building_draws["camera"], self.program("building.vert", "building.frag", *plain), clip)
        self._context.disable(moderngl.CULL_FACE)
        self._draw(self._leaf_draws["camera"], self.program("leaf.vert", "leaf.frag", *plain), clip)
        self._draw(self._ground, self.program("ground.vert", "ground.frag", *kinds), clip)
        self._draw(self._far, self.program("far.vert", "far.frag", *plain), clip)
        program = self.program("sky.vert", "sky.frag", "COLOUR")
        width, height = camera.width_px, camera.height_px
        rays = np.array(
            [[width / (2 * camera.fx_px), 0.0, (width / 2 - 0.5 - camera.cx_px) / camera.fx_px],
             [0.0, height / (2 * camera.fy_px), (height / 2 - 0.5 - camera.cy_px) / camera.fy_px], [0.0, 0.0, 1.0]]
        )  # fmt: skip
        program["site_from_spot"].write((site_from_camera.rotation @ rays).T.astype(np.float32).tobytes())
        self._context.depth_func = "<="
        self._sky.render(moderngl.TRIANGLES)

    def draw_glints(
        self, lighting: Lighting, clip: FloatArray, actors: Actors, matrices: FloatArray, table: FloatArray, fixed: Instances,
        site_from_camera: Pose,
    ) -> None:  # fmt: skip
        """Adds streaks of lamps on a wet road, and their halos in the dark and in haze."""
        hazy = lighting.extinction_per_m > 0.002
        if not (lighting.is_wet or lighting.has_lamps or hazy):
            return
        lamps = glints(actors, matrices, table, self._world, fixed, self.signal_rows, self._lamps_m, lighting.darkness)
        streaks, halos = glint_quads(
            lamps, site_from_camera.translation_m, site_from_camera.rotation[:, 0], lighting.extinction_per_m
        )
        context = self._context
        context.enable_only(moderngl.BLEND)
        program = self.program("glint.vert", "glint.frag")
        program["clip_from_points"].write(np.ascontiguousarray(clip.T, dtype=np.float32).tobytes())
        if lighting.is_wet:
            # Only the ground has written an alpha: how well it mirrors.
            context.blend_func = moderngl.DST_ALPHA, moderngl.ONE, moderngl.ZERO, moderngl.ONE
            self._draw_patches(program, streaks, "3f 2f 3f", ("position", "corner", "glow"))
        context.enable_only(moderngl.BLEND | moderngl.DEPTH_TEST)
        context.blend_func = moderngl.ONE, moderngl.ONE
        self._context.fbo.depth_mask = False
        self._draw_patches(program, halos, "3f 2f 3f", ("position", "corner", "glow"))
        self._context.fbo.depth_mask = True

    def shrink(self, wide_light: moderngl.Texture) -> None:
        """Draws the supersampled picture into the bound, smaller one."""
        self._context.enable_only(moderngl.NOTHING)
        wide_light.use(_WIDE_UNIT)
        self._shrunk.render(moderngl.TRIANGLES)

    def draw_rows(self, clip: FloatArray) -> None:
        """Draws what was selected, actors left out, as row 0 of the label pass."""
        self._draw(self._body_draws["camera_fixed"], self.program("body.vert", "row.frag"), clip)
        self._draw(self._leaf_draws["camera"], self.program("leaf.vert", "leaf.frag", "ROWS"), clip)
        self._draw(self._ground, self.program("ground.vert", "row.frag"), clip)
        if self._buildings is not None:
            self._draw(self._building_draws["camera"], self.program("building.vert", "row.frag"), clip)

    def _draw(self, draws: DrawList, program: moderngl.Program, clip: FloatArray) -> None:
        program["clip_from_points"].write(np.ascontiguousarray(clip.T, dtype=np.float32).tobytes())
        draws.draw(program)
