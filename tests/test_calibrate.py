"""Calibration: synthetic pairs give the pose back, bad pairs a clear refusal, and the file keeps its comments."""

import io
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from roadside.calibrate import calibrate, calibrate_with_focal, estimate_focal, estimate_pose
from roadside.config.pairs_file import Pairs, load_pairs
from roadside.config.site_file import load_site
from roadside.errors import CalibrationError, SiteFileError
from roadside.geometry.camera import PinholeCamera
from roadside.geometry.pose import Pose, camera_rotation
from roadside.geometry.surface import RoadSurface
from tests.config.site_texts import SITE, write

CAMERA = PinholeCamera(960, 540, 480.0, 480.0, 479.5, 269.5)
POSE = Pose(camera_rotation(0.1, np.radians(-17), 0.03), np.array([2.0, -9.0, 6.4]))
LEVEL = RoadSurface.level()
QUIET = Console(file=io.StringIO())


def pairs(count: int, seed: int, noise_px: float = 0.0, height_m: float = 0.0) -> Pairs:
    """Places in view at random, up to ``height_m`` above the road, and their pixels."""
    rng = np.random.default_rng(seed)
    pixels = rng.uniform([40, 150], [920, 500], (count, 2))
    rays = POSE.rotate(CAMERA.rays(pixels))
    tops = rng.uniform(0.0, height_m, count) if height_m else np.zeros(count)
    points = np.array(
        [RoadSurface.level(top).intersect(POSE.translation_m, ray) for top, ray in zip(tops, rays, strict=True)]
    )
    return Pairs(pixels + rng.normal(0.0, noise_px, (count, 2)) if noise_px else pixels, points)


@pytest.mark.parametrize(("count", "height_m"), [(4, 0.0), (5, 0.0), (8, 0.0), (8, 3.0), (20, 0.05)])
def test_exact_pairs_give_the_pose_back(count: int, height_m: float) -> None:
    got = estimate_pose(CAMERA, pairs(count, 11, height_m=height_m), LEVEL)
    np.testing.assert_allclose(got.resection.site_from_camera.translation_m, POSE.translation_m, atol=1e-4)
    np.testing.assert_allclose(got.resection.site_from_camera.rotation, POSE.rotation, atol=1e-5)
    assert got.inliers.tolist() == list(range(count))
    assert got.residual_m.max() < 1e-3


def test_noisy_pairs_give_a_pose_within_its_own_uncertainty() -> None:
    got = estimate_pose(CAMERA, pairs(20, 12, noise_px=2.0), LEVEL)
    error_m = np.linalg.norm(got.resection.site_from_camera.translation_m - POSE.translation_m)
    assert error_m < 4 * got.resection.position_sigma_m(2.0)
    assert got.resection.rms_px == pytest.approx(2.0 * np.sqrt(2.0 * 34 / 40), rel=0.35)  # 40 numbers, 6 parameters


@pytest.mark.parametrize("seed", [13, 14, 15])
def test_three_wrong_pairs_of_ten_are_found_and_left_out(seed: int) -> None:
    good, rng = pairs(10, seed, noise_px=1.0), np.random.default_rng(seed)
    pixels = np.array(good.pixels)
    pixels[[1, 4, 8]] += rng.choice([-1.0, 1.0], (3, 2)) * rng.uniform(40, 90, (3, 2))
    got = estimate_pose(CAMERA, Pairs(pixels, good.points_m), LEVEL)
    assert got.inliers.tolist() == [0, 2, 3, 5, 6, 7, 9]
    assert np.linalg.norm(got.resection.site_from_camera.translation_m - POSE.translation_m) < 0.5


def test_the_focal_length_is_found_with_its_uncertainty() -> None:
    wrong = PinholeCamera(960, 540, 900.0, 900.0, 479.5, 269.5)
    exact = estimate_focal(wrong, pairs(8, 16), LEVEL)
    assert exact.resection.camera.fx_px == pytest.approx(480.0, abs=0.1)
    noisy = estimate_focal(wrong, pairs(12, 17, noise_px=2.0), LEVEL)
    sigma_px = noisy.resection.focal_sigma_px(2.0)
    assert 1.0 < sigma_px < 60.0
    assert abs(noisy.resection.camera.fx_px - 480.0) < 4 * sigma_px


def test_three_pairs_or_the_same_pair_again_are_too_few() -> None:
    with pytest.raises(CalibrationError, match="at least 4 different pixels at different places, got 3 pairs"):
        estimate_pose(CAMERA, pairs(3, 18), LEVEL)
    twice = pairs(3, 18)
    doubled = Pairs(np.concatenate([twice.pixels] * 2), np.concatenate([twice.points_m] * 2))
    with pytest.raises(CalibrationError, match="got 6 pairs with 3 pixels and 3 places"):
        estimate_pose(CAMERA, doubled, LEVEL)


def test_places_on_one_line_are_refused() -> None:
    points = np.array([[10.0 + 4 * i, -8.0 + i, 0.0] for i in range(7)])
    on_line = Pairs(CAMERA.project(POSE.inverse().transform(points)), points)
    with pytest.raises(CalibrationError, match="got places on one line"):
        estimate_pose(CAMERA, on_line, LEVEL)


def test_four_pairs_of_which_three_are_on_a_line_leave_the_pose_open() -> None:
    points = np.array([[12.0, -12.0, 0.0], [12.0, -8.0, 0.0], [12.0, -4.0, 0.0], [12.2, -8.1, 0.0]])
    with pytest.raises(CalibrationError, match=r"must fix the camera to 1 m|no such pose"):
        estimate_pose(CAMERA, Pairs(CAMERA.project(POSE.inverse().transform(points)), points), LEVEL)


def test_pairs_that_contradict_each_other_are_refused() -> None:
    good = pairs(10, 19)
    with pytest.raises(CalibrationError, match=r"agree on one pose|no such pose"):
        estimate_pose(CAMERA, Pairs(good.pixels[::-1].copy(), good.points_m), LEVEL)
    mirrored = good.points_m * [1.0, -1.0, 1.0]
    with pytest.raises(CalibrationError, match=r"agree on one pose|no such pose"):
        estimate_pose(CAMERA, Pairs(good.pixels, mirrored), LEVEL)


def test_a_camera_below_the_road_is_refused() -> None:
    with pytest.raises(CalibrationError, match="above the road"):
        estimate_pose(CAMERA, pairs(8, 20, height_m=2.0), RoadSurface.level(20.0))


def written(folder: Path, found: Pairs) -> tuple[Path, Path]:
    rows = [
        f"[[pair]]\npixel = {list(p)}\nworld = {list(w)}"
        for p, w in zip(found.pixels.tolist(), found.points_m.tolist(), strict=True)
    ]
    path = folder / "pairs.toml"
    path.write_text("\n".join(['crs = "site"', *rows]), encoding="utf-8")
    return write(folder), path


def test_the_site_file_takes_the_pose_and_keeps_everything_else(tmp_path: Path) -> None:
    site_path, pairs_path = written(tmp_path, pairs(8, 21))
    calibrate(site_path, "cam_east", pairs_path, QUIET)
    after = site_path.read_text(encoding="utf-8")
    for line in SITE.splitlines():
        if not line.startswith(("position_m = [0.0, -8.0, 6.0]", "azimuth_deg = 90.0", "pitch_deg")):
            assert line in after.splitlines()
    assert "position_m = [2.0, -9.0, 6.4]  # top of the pole" in after
    assert "[camera.calibration]" in after
    camera = load_site(site_path).cameras[0]
    np.testing.assert_allclose(camera.site_from_camera.translation_m, POSE.translation_m, atol=1e-3)
    np.testing.assert_allclose(camera.site_from_camera.rotation, POSE.rotation, atol=1e-6)
    calibrate(site_path, "cam_east", pairs_path, QUIET)
    assert site_path.read_text(encoding="utf-8") == after
    assert sorted(path.name for path in tmp_path.iterdir()) == ["demo.toml", "pairs.toml", "road.geojson"]


def test_the_focal_length_is_written_where_it_was_asked_for(tmp_path: Path) -> None:
    site_path, pairs_path = written(tmp_path, pairs(8, 22))
    site_path.write_text(SITE.replace("fx_px = 480.0\nfy_px = 480.0", "fx_px = 800.0\nfy_px = 800.0"))
    out = io.StringIO()
    calibrate_with_focal(site_path, "cam_east", pairs_path, Console(file=out, width=100))
    assert load_site(site_path).cameras[0].camera.fx_px == pytest.approx(480.0, abs=0.1)
    assert "focal length 480.0 px" in out.getvalue()
    assert "reprojection RMS" in out.getvalue()


def test_a_calibration_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    site_path, pairs_path = written(tmp_path, pairs(3, 23))
    with pytest.raises(CalibrationError):
        calibrate(site_path, "cam_east", pairs_path, QUIET)
    with pytest.raises(CalibrationError, match=r'must be one of the site file\'s \(cam_east\), got "cam_west"'):
        calibrate(site_path, "cam_west", pairs_path, QUIET)
    # A pose from good pairs whose principal point the site file does not allow never comes this far.
    site_path.write_text(SITE.replace("cx_px = 479.5", "cx_px = -5.0"))
    with pytest.raises(SiteFileError):
        calibrate(site_path, "cam_east", pairs_path, QUIET)
    assert "calibration" not in site_path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("crs = ", "must be valid TOML"),
        (
            'crs = "site"\n[[pair]]\npixel = [1, 2]\nword = [1, 2]\n',
            'pair\\[0\\]: unknown key "word", did you mean "world"',
        ),
        ('crs = "EPSG:25832"\n[[pair]]\npixel = [1, 2]\nworld = [1, 2]\n', "like the site file, got EPSG:25832"),
        ('crs = "site"\n[[pair]]\npixel = [1, 2]\nworld = [1, 9000]\n', r"pair\[0\].world must lie within 2 km"),
    ],
)
def test_a_mistake_in_the_pairs_is_told(tmp_path: Path, text: str, message: str) -> None:
    site = load_site(write(tmp_path))
    (tmp_path / "pairs.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CalibrationError, match=message):
        load_pairs(tmp_path / "pairs.toml", site)


def test_the_real_junction_calibrates_from_its_five_published_points() -> None:
    folder = Path(__file__).parent.parent / "sites" / "otvision_junction"
    site = load_site(folder / "site.toml")
    got = estimate_focal(site.cameras[0].camera, load_pairs(folder / "pairs.toml", site), site.road.surface)
    assert got.inliers.tolist() == [0, 1, 2, 3, 4]
    assert got.resection.rms_px < 3.0
    assert 3.0 < got.resection.site_from_camera.translation_m[2] < 15.0
    assert got.residual_m.max() < 0.4
    np.testing.assert_allclose(
        got.resection.site_from_camera.translation_m, site.cameras[0].site_from_camera.translation_m, atol=1e-3
    )
    # Ten dashes of the markings, clicked in the picture at 6 to 25 m: they took no part in the calibration, and all
    # are of one kind, 1.5 m long.
    ends = [
        (147, 413, 247, 366), (313, 324, 375, 292), (417, 264, 461, 243), (487, 225, 520, 210), (541, 195, 565, 184),
        (578, 174, 598, 166), (612, 157, 626, 150), (122, 222, 174, 208), (10, 257, 70, 239), (210, 195, 250, 185),
    ]  # fmt: skip
    pixels = np.array(ends, dtype=float).reshape(-1, 2)
    rays = got.resection.site_from_camera.rotate(got.resection.camera.rays(pixels))
    places = site.road.surface.intersect(got.resection.site_from_camera.translation_m, rays)
    lengths_m = np.linalg.norm(places[::2] - places[1::2], axis=1)
    assert lengths_m.mean() == pytest.approx(1.5, abs=0.08)
    assert lengths_m.std() < 0.1
