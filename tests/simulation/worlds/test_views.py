"""Poles see the road that their site files say they cover."""

import numpy as np
import pytest
from shapely import Point, Polygon, contains_xy, unary_union

from roadside.types.road import LaneKind
from simulation.types.world import PropKind, TreeKind
from simulation.worlds.catalogue import build_world
from simulation.worlds.lines import length_m, points_at
from simulation.worlds.poles import LAYOUTS
from simulation.worlds.views import camera_view, radar_view
from tests.simulation.worlds.reading import hidden_by, sumo_net, way_along

CAMERAS = [(site_id, mount.sensor_id) for site_id, layout in LAYOUTS.items() for mount in layout.cameras]
APPROACHES = [(site, camera) for site, camera in CAMERAS if site in ("junction", "incidents") and camera != "near"]


def mount_of(site_id, sensor_id):
    layout = LAYOUTS[site_id]
    return next(mount for mount in layout.cameras if mount.sensor_id == sensor_id), build_world(layout.world_name)


def watched_places(world, view_m, step_m=4.0, without_sidewalks=False):
    """Returns (N, 3) places on lanes within a view."""
    area = Polygon(view_m)
    places = []
    for lane in world.road.lanes:
        if without_sidewalks and lane.kind is LaneKind.SIDEWALK:
            continue
        line_m = lane.centre_line_m[:, :2]
        along = points_at(line_m, np.arange(0.0, length_m(line_m), step_m))
        places.append(along[contains_xy(area, *along.T)])
    flat = np.concatenate(places)
    return np.column_stack([flat, world.road.surface.height_at(flat)])


@pytest.mark.parametrize(("site_id", "sensor_id"), CAMERAS)
def test_a_camera_sees_every_place_on_the_lanes_that_it_covers(site_id, sensor_id):
    mount, world = mount_of(site_id, sensor_id)
    places = watched_places(world, camera_view(mount, world))
    pixels = mount.camera.project(mount.site_from_camera.inverse().transform(places))

    assert len(places) > 20
    assert mount.camera.contains(pixels).mean() > 0.98
    assert (np.linalg.norm(places[:, :2] - mount.position_m[:2], axis=1) <= mount.max_range_m + 0.5).all()
    for place in places:
        assert hidden_by(world, mount.position_m, place) == []


@pytest.mark.parametrize(("site_id", "sensor_id"), CAMERAS)
def test_no_tree_and_no_mast_stands_between_a_camera_and_the_vehicles_that_it_watches(site_id, sensor_id):
    mount, world = mount_of(site_id, sensor_id)
    places = watched_places(world, camera_view(mount, world), without_sidewalks=True)

    for tree in world.trees:
        reach_m = 0.4 if tree.kind in (TreeKind.HEDGE, TreeKind.BUSH) else 0.8 * tree.crown_radius_m
        assert not crossed(mount.position_m, places, (tree.x_m, tree.y_m), reach_m, tree.height_m, world), tree
    for prop in world.props:
        if prop.kind is not PropKind.SENSOR_POLE:
            assert not crossed(mount.position_m, places, (prop.x_m, prop.y_m), 0.1, 8.0, world), prop
    for head in world.signal_heads:
        assert not crossed(mount.position_m, places, (head.mast_x_m, head.mast_y_m), 0.1, 4.0, world), head


def crossed(eye_m, places, foot_m, radius_m, height_m, world):
    """Returns whether a ray from an eye to one of (N, 3) places passes through an upright cylinder."""
    step = places - eye_m
    share = np.clip(((foot_m - eye_m[:2]) * step[:, :2]).sum(1) / (step[:, :2] ** 2).sum(1), 0.0, 1.0)
    nearest = eye_m + share[:, None] * step
    top_m = float(world.road.surface.height_at(np.array(foot_m))) + height_m
    return bool(((np.linalg.norm(nearest[:, :2] - foot_m, axis=1) < radius_m) & (nearest[:, 2] < top_m)).any())


@pytest.mark.parametrize(("site_id", "sensor_id"), APPROACHES)
def test_a_camera_of_the_junction_covers_its_arm_from_12_to_more_than_100_m(site_id, sensor_id):
    mount, world = mount_of(site_id, sensor_id)
    places = watched_places(world, camera_view(mount, world))
    ranges_m = np.linalg.norm(places[:, :2] - mount.position_m[:2], axis=1)

    assert ranges_m.min() < 16.0
    assert ranges_m.max() > 105.0
    horizon_px = mount.camera.cy_px - mount.camera.fy_px * np.tan(-mount.pitch_rad)
    assert 0.0 < horizon_px < 0.15 * mount.camera.height_px, "there is little sky"


def test_the_near_camera_sees_the_junctions_box_and_all_its_crossings():
    mount, world = mount_of("junction", "near")
    view = Polygon(camera_view(mount, world)).buffer(0.3)

    for zone in world.road.zones:
        if zone.zone_id.startswith("centre_c"):
            assert view.intersection(Polygon(zone.polygon_m[:, :2])).area > 0.85 * Polygon(zone.polygon_m[:, :2]).area


def test_a_radar_covers_each_watched_arm_to_its_range():
    layout = LAYOUTS["junction"]
    world = build_world("junction")
    reach = {mount.sensor_id: radar_view(mount, world) for mount in layout.radars}

    assert reach["east_radar"][:, 0].max() > 120.0
    assert reach["north_radar"][:, 1].max() > 120.0
    assert {mount.kind for mount in layout.radars} == {"tracked_list", "ars408_clusters", "ars408_objects"}


def seen_in_the_corridor():
    world = build_world("corridor")
    sites = [LAYOUTS[site_id] for site_id in ("corridor_west", "corridor_east")]
    cameras = [Polygon(camera_view(mount, world)) for site in sites for mount in site.cameras]
    radars = [Polygon(radar_view(mount, world)) for site in sites for mount in site.radars]
    return cameras, radars


def test_the_corridors_poles_share_one_frame():
    west, east = LAYOUTS["corridor_west"], LAYOUTS["corridor_east"]

    assert west.frame == east.frame or (
        west.latitude_deg == east.latitude_deg and west.longitude_deg == east.longitude_deg
    )
    assert not {mount.sensor_id for mount in west.cameras} & {mount.sensor_id for mount in east.cameras}


def test_both_poles_of_the_corridor_see_the_middle_of_the_south_street():
    cameras, _ = seen_in_the_corridor()

    overlap = cameras[0].intersection(cameras[2])
    assert overlap.bounds[2] - overlap.bounds[0] > 60.0
    assert overlap.contains(Point(71.0, 0.0))


@pytest.mark.parametrize(
    "edges",
    [
        ["west_northward", "north_eastward", "east_southward"],
        ["east_northward", "north_westward", "west_southward"],
    ],
)
def test_nobody_sees_150_m_of_the_way_around_the_north_of_the_corridor(edges):
    cameras, radars = seen_in_the_corridor()
    seen = unary_union([*cameras, *radars])
    line_m = way_along(sumo_net(build_world("corridor")), edges, 2)
    way_m = np.arange(0.0, length_m(line_m), 0.1)
    blind = ~contains_xy(seen, *points_at(line_m, way_m).T)
    changes = np.flatnonzero(np.diff(blind.astype(int)))
    gaps_m = np.diff(way_m[changes])

    # The way along the inner lanes is 10 m shorter than that along the outer ones.
    assert gaps_m.max() == pytest.approx(150.0, abs=5.6)
    assert sum(gap > 30.0 for gap in gaps_m[::1] if gap != gaps_m.max()) <= 2
