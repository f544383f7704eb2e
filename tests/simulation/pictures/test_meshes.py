import numpy as np
import pytest

from roadside.types.road_users import RoadUserClass
from simulation.pictures.meshes.catalogue import COARSENESS, body_mesh
from simulation.pictures.meshes.furniture import furniture
from simulation.pictures.meshes.joints import posed
from simulation.pictures.meshes.nature import leaf_library, leaf_number, leaves, wood
from simulation.types.bodies import BODIES
from simulation.types.world import PropKind, TreeKind

EVERY_BODY = range(len(BODIES))


@pytest.mark.parametrize("level", range(len(COARSENESS)))
@pytest.mark.parametrize("body", EVERY_BODY, ids=[body.name for body in BODIES])
def test_every_body_fills_its_extent_and_stands_on_the_ground(body: int, level: int) -> None:
    drawn, entry = body_mesh(body, level), BODIES[body]
    points = drawn.mesh.position_m[np.unique(drawn.mesh.triangles[: drawn.body_triangles])]
    low, high = points.min(axis=0), points.max(axis=0)
    half_length, half_width = entry.length_m / 2, entry.width_m / 2
    assert low == pytest.approx([-half_length, -half_width, 0.0], abs=0.02)
    assert high == pytest.approx([half_length, half_width, entry.height_m], abs=0.02)
    assert np.isfinite(drawn.mesh.normal).all()


@pytest.mark.parametrize("body", EVERY_BODY, ids=[body.name for body in BODIES])
def test_the_hull_bounds_every_vertex(body: int) -> None:
    drawn = body_mesh(body)
    points = drawn.mesh.position_m[np.unique(drawn.mesh.triangles[: drawn.body_triangles])]
    rng = np.random.default_rng(0)
    for direction in rng.normal(size=(40, 3)):
        assert (drawn.hull_m @ direction).max() == pytest.approx((points @ direction).max(), abs=1e-6)


def test_mirrors_stick_out_and_are_not_part_of_the_extent() -> None:
    sedan = body_mesh(0)
    assert sedan.mesh.position_m[:, 1].max() > BODIES[0].width_m / 2 + 0.05
    assert sedan.body_triangles < len(sedan.mesh.triangles)


def test_a_walker_swings_one_leg_forward_and_the_other_back() -> None:
    body = next(number for number, entry in enumerate(BODIES) if entry.name == "adult")
    drawn = body_mesh(body)
    angles = drawn.gait.angles_rad(np.array([drawn.gait.stride_m / 4]), np.array([1.4]))
    points = posed(drawn.mesh.position_m, drawn.mesh.joint, drawn.gait, angles)[0]
    left, right = (points[drawn.mesh.joint == joint, 0].mean() for joint in (3, 4))
    assert left - right > 0.25
    standing = drawn.gait.angles_rad(np.array([drawn.gait.stride_m / 4]), np.array([0.0]))
    assert np.abs(standing).max() == 0.0


def test_only_people_and_riders_have_limbs() -> None:
    for number, entry in enumerate(BODIES):
        swings = body_mesh(number).gait.swing_rad > 0
        assert swings == (entry.road_user_class in (RoadUserClass.PEDESTRIAN, RoadUserClass.BICYCLE))


@pytest.mark.parametrize("kind", TreeKind)
def test_plants_stay_within_their_height_and_crown(kind: TreeKind) -> None:
    for variant in range(3):
        points = leaves(kind, variant).vertices[:, :3]
        assert points[:, 2].min() >= 0.0
        assert points[:, 2].max() <= 1.0
        assert np.abs(points[:, :2]).max() <= 1.0 + 1e-9
        assert wood(kind, variant).position_m[:, 2].max() <= 1.05


def test_the_leaf_library_finds_each_plant() -> None:
    library = leaf_library()
    for kind in TreeKind:
        count, first, base = library.ranges[leaf_number(kind, 4)]
        wanted = leaves(kind, 1)
        assert count == wanted.triangles.size
        assert (library.triangles.ravel()[first : first + count] + base < len(library.vertices)).all()
        assert library.vertices[base : base + len(wanted.vertices)].tolist() == wanted.vertices.tolist()


@pytest.mark.parametrize("kind", PropKind)
def test_all_furniture_stands_on_the_ground(kind: PropKind) -> None:
    for variant in range(3):
        for size_m in (0.0, 3.0):
            mesh = furniture(kind, size_m, variant)
            assert mesh.position_m[:, 2].min() == pytest.approx(0.0, abs=0.01) or kind is PropKind.FENCE
            assert len(mesh.triangles) > 8
