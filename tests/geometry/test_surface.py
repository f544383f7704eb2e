"""The road surface, by hand numbers."""

import numpy as np
import pytest

from roadside.geometry.surface import RoadSurface

BOWL = RoadSurface(np.array([10.0, 20.0]), 2.0, np.array([[0.0, 1.0], [2.0, 5.0]]))


def slope(share: float) -> RoadSurface:
    """A road that rises to the east by ``share``, 0 at x = 0, from -200 m to 200 m."""
    x = np.arange(-200.0, 201.0, 2.0)
    return RoadSurface(np.array([-200.0, -200.0]), 2.0, np.tile(share * x, (201, 1)))


def test_heights_between_grid_points_are_bilinear() -> None:
    # Middle: (0 + 1 + 2 + 5) / 4. A quarter across, half up: south 0.25, north 2.75, between them 1.5.
    points = np.array([[10.0, 20.0], [12.0, 20.0], [10.0, 22.0], [12.0, 22.0], [11.0, 21.0], [10.5, 21.0]])
    np.testing.assert_allclose(BOWL.height_at(points), [0.0, 1.0, 2.0, 5.0, 2.0, 1.5])


def test_beyond_the_grid_the_nearest_edge_counts() -> None:
    points = np.array([[0.0, 0.0], [100.0, 21.0], [11.0, -50.0]])
    np.testing.assert_allclose(BOWL.height_at(points), [0.0, 3.0, 0.5])


def test_a_grid_of_one_row_varies_along_it_only() -> None:
    surface = RoadSurface(np.zeros(2), 1.0, np.array([[0.0, 1.0, 4.0]]))
    np.testing.assert_allclose(surface.height_at(np.array([[0.5, 9.0], [1.5, -9.0]])), [0.5, 2.5])


def test_a_ray_meets_a_level_road_where_the_triangle_says() -> None:
    # From 6 m, falling 1 in 10: 60 m away.
    point = RoadSurface.level(0.0).intersect(np.array([1.0, 2.0, 6.0]), np.array([10.0, 0.0, -1.0]))
    np.testing.assert_allclose(point, [61.0, 2.0, 0.0], atol=1e-9)


def test_ten_centimetres_of_height_are_a_metre_at_60_m_from_a_6_m_pole() -> None:
    origin, ray = np.array([0.0, 0.0, 6.0]), np.array([10.0, 0.0, -1.0])
    shift = RoadSurface.level(0.0).intersect(origin, ray)[0] - RoadSurface.level(0.1).intersect(origin, ray)[0]
    assert shift == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("share", "wanted_x_m", "wanted_z_m"),
    [
        (0.05, 40.0, 2.0),  # 6 - 0.1 x = 0.05 x
        (-0.05, 120.0, -6.0),  # 6 - 0.1 x = -0.05 x
        (-0.09, 240.0, -18.0),  # nearly as steep as the ray: level from the grid's end at 200 m, 6 - 0.1 x = -18
    ],
)
def test_a_ray_meets_a_slope_where_the_lines_cross(share: float, wanted_x_m: float, wanted_z_m: float) -> None:
    point = slope(share).intersect(np.array([0.0, 0.0, 6.0]), np.array([10.0, 0.0, -1.0]))
    np.testing.assert_allclose(point, [wanted_x_m, 0.0, wanted_z_m], atol=2e-3)


def test_many_rays_meet_a_hilly_road_on_its_surface() -> None:
    rng = np.random.default_rng(4)
    surface = RoadSurface(np.array([-60.0, -60.0]), 4.0, rng.uniform(-0.3, 0.3, (31, 31)))
    directions = np.column_stack([rng.uniform(-1, 1, (500, 2)), -rng.uniform(0.05, 1.0, 500)])
    points = surface.intersect(np.array([0.0, 0.0, 6.0]), directions)
    assert np.isfinite(points).all()
    np.testing.assert_allclose(points[:, 2], surface.height_at(points[:, :2]), atol=2e-4)
    along = (points - [0.0, 0.0, 6.0]) / directions
    np.testing.assert_allclose(along[:, 0], along[:, 2], rtol=1e-9)


def test_rays_to_the_sky_and_from_below_the_road_meet_nothing() -> None:
    directions = np.array([[1.0, 0.0, 0.0], [1.0, 0.0, 0.5], [np.nan, 0.0, -1.0]])
    assert np.isnan(slope(0.02).intersect(np.array([0.0, 0.0, 6.0]), directions)).all()
    assert np.isnan(RoadSurface.level(8.0).intersect(np.array([0.0, 0.0, 6.0]), np.array([1.0, 0.0, -1.0]))).all()


def test_a_surface_without_heights_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one height"):
        RoadSurface(np.zeros(2), 1.0, np.zeros((0, 0)))
