"""The linearised locator errs, and states its errors, as the real one does."""

import numpy as np

from roadside.perception.box_locator import BoxLocator
from roadside.types.detections import Detections
from roadside.types.road import LaneDirections
from simulation.picture_free.camera_rig import CameraRig
from simulation.picture_free.lane_table import LaneTable
from simulation.picture_free.linear_locator import ROUND
from simulation.picture_free.sightings import sighted
from tests.simulation.picture_free.synthetic_traffic import DEMO_SITE, lane_traffic

LANES = LaneTable.of(DEMO_SITE.road)


def test_the_lane_table_has_the_directions_of_the_lanes():
    rng = np.random.default_rng(1)
    points = rng.uniform(-60.0, 60.0, (4000, 2))
    wanted = LaneDirections.of(DEMO_SITE.road).heading_at(points)
    got = LANES.heading_at(points)
    same = (wanted == got) | (np.isnan(wanted) & np.isnan(got))
    assert same.mean() > 0.97  # the rest lies within a cell of a lane's edge
    assert np.isnan(LANES.heading_at(np.array([[1e4, 0.0], [np.nan, 0.0]]))).all()


def _both(edge_sigma_px):
    """Returns errors along the ray, real and linearised, stated sigmas, and what surrounds, of clear boxes."""
    camera = DEMO_SITE.cameras[0]
    traffic = lane_traffic(60.0, 0.8, 1)
    rng = np.random.default_rng(2)
    rig = CameraRig.of(camera, DEMO_SITE, (), LANES, traffic.object_ids, 0.0, rng)
    seen = sighted(camera, rig.locator.view, rig.viewpoint, traffic, 0.0)
    clear = (seen.visible_share > 0.95) & seen.measured.all(axis=1) & (seen.sides_px[1] > 15) & (seen.range_m < 45)
    rows = np.flatnonzero(clear)[::3]
    noise_px = rng.normal(size=(len(rows), 4)) * edge_sigma_px
    locator = BoxLocator.of(camera, DEMO_SITE)
    real, stated = [], []
    for row, noise in zip(rows, noise_px, strict=True):
        one = locator.locate(
            Detections("south_east", 0, 0, 960, 540, (seen.box_px[row] + noise)[None], np.ones(1), seen.classes[[row]])
        )
        real.append(one.position_m[0] - seen.cuboids[row, :2])
        stated.append(one.covariance_m2[0])
    at = rig.locator.at(seen.cuboids[rows], seen.classes[rows], seen.measured[rows], seen.foot_shift_px[rows])
    linear = (at.bias + (at.gain @ noise_px[..., None])[..., 0])[:, :2]
    away = seen.cuboids[rows, :2] - camera.site_from_camera.translation_m[:2]
    away /= np.linalg.norm(away, axis=1)[:, None]
    along = [np.sum(np.array(error) * away, axis=1) for error in (real, linear)]
    sigma = [np.sqrt(np.einsum("ni,nij,nj->n", away, each, away)) for each in (np.array(stated), at.covariance_m2)]
    return along, sigma, at.surroundings


def test_it_errs_and_states_its_error_as_the_real_locator_does():
    (real, linear), (stated, linear_stated), surroundings = _both(3.0)
    assert len(real) > 60
    assert (surroundings != ROUND).sum() > 40
    assert np.corrcoef(real, linear)[0, 1] > 0.98
    assert np.sqrt(np.mean((real - linear) ** 2)) < 0.2 * np.sqrt(np.mean(real**2))
    np.testing.assert_allclose(np.median(stated / linear_stated), 1.0, atol=0.1)
