"""``roadside calibrate``: a camera's pose from clicked pixels and surveyed places, written into the site file."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from roadside.config.pairs_file import Pairs, load_pairs
from roadside.config.sensors import azimuth_deg_of_heading
from roadside.config.site_edit import replace_file, with_calibration
from roadside.config.site_entries import CalibrationEntry
from roadside.config.site_file import load_site, load_site_from_bytes, road_file_name
from roadside.display.progress import progress
from roadside.errors import CalibrationError
from roadside.geometry.arrays import FloatArray, IntArray
from roadside.geometry.camera import PinholeCamera
from roadside.geometry.pose import Pose, camera_angles
from roadside.geometry.resection import Resection, resect, resect_with_focal, with_focal_length
from roadside.geometry.surface import RoadSurface
from roadside.types.site import CameraSensor, Site

MIN_PAIRS = 4
"""Three fit up to four poses exactly."""

MIN_PAIRS_FOR_RANSAC = 6
"""With fewer, any four fit and the rest decides nothing: all are used."""

CLICK_SIGMA_PX = 2.0
"""What a careful hand clicks to; all predicted uncertainties are for it."""

INLIER_PX = 5 * CLICK_SIGMA_PX
MIN_INLIER_SHARE = 0.5
RANSAC_CONFIDENCE = 0.9999
RANSAC_ROUNDS = 500
"""300 draw five good pairs out of half bad ones with that confidence."""

MAX_POSITION_SIGMA_M = 1.0
"""A pose whose camera may stand this far off is not determined."""

LINE_SHARE = 1e-3
"""Points whose spread across is this small a share of that along lie on one line."""

FOCAL_SEARCH = np.geomspace(0.3, 4.0, 40)
"""In picture widths: full horizontal angles of 118 to 14 degrees."""

WEAK_FOCAL_SHARE = 0.1
REPORT_RANGES_M = (10.0, 30.0, 50.0, 100.0)


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """What N pairs say about one camera.

    Attributes:
        resection: pose (and focal length) from the inliers, with their covariance.
        inliers: numbers of the pairs that were used.
        residual_px: (N,) distance between clicked and predicted pixel of every pair.
        residual_m: (N,) the same on the ground at the pair's height; NaN where its pixel looks above the horizon.
        ground_sigma_m: standard deviation on the road that the pose alone causes, for each of ``REPORT_RANGES_M``.
        method: for the site file.
    """

    resection: Resection
    inliers: IntArray
    residual_px: FloatArray
    residual_m: FloatArray
    ground_sigma_m: tuple[float, ...]
    method: str


def calibrate(site_path: Path, camera_id: str, pairs_path: Path, console: Console | None = None) -> Calibration:
    """Returns a camera's pose after it was printed and written into the site file.

    Raises:
        SiteFileError: the site file, before or after, has mistakes; it is left as it was.
        CalibrationError: the pairs do not determine the pose, or the file cannot be written.
    """
    site = load_site(site_path)
    sensor, pairs = _camera(site, camera_id), load_pairs(pairs_path, site)
    calibration = estimate_pose(sensor.camera, pairs, site.road.surface)
    _finish(site_path, camera_id, calibration, console or Console())
    return calibration


def calibrate_with_focal(
    site_path: Path, camera_id: str, pairs_path: Path, console: Console | None = None
) -> Calibration:
    """Returns a camera's pose and focal length, as ``calibrate``: for a camera whose intrinsics are unknown.

    Raises:
        SiteFileError: as ``calibrate``.
        CalibrationError: as ``calibrate``.
    """
    site = load_site(site_path)
    sensor, pairs = _camera(site, camera_id), load_pairs(pairs_path, site)
    out = console or Console()
    calibration = estimate_focal(sensor.camera, pairs, site.road.surface, out)
    _finish(site_path, camera_id, calibration, out)
    return calibration


def estimate_pose(camera: PinholeCamera, pairs: Pairs, surface: RoadSurface) -> Calibration:
    """Returns the pose that most pairs agree on.

    Raises:
        CalibrationError: too few pairs, pairs on one line, no pose with the camera above the road and the points
            before it, pairs that contradict each other, or a pose that two pixels of noise would move by metres.
    """
    _check_layout(pairs)
    inliers = _agreeing(camera, pairs)
    for _ in range(2):  # the better pose may take a pair back in, or drop one
        best = _best_pose(camera, pairs, inliers, surface)
        again = np.flatnonzero(_distances_px(best, pairs) <= INLIER_PX)
        if len(again) < max(MIN_PAIRS, MIN_INLIER_SHARE * len(pairs.pixels)):
            raise CalibrationError(
                f"pairs must agree on one pose within {INLIER_PX:g} px, got {len(again)} of {len(pairs.pixels)} "
                f"that do (reprojection RMS {best.rms_px:.1f} px)"
            )
        if np.array_equal(again, inliers):
            break
        inliers = again
    best = _best_pose(camera, pairs, inliers, surface)
    return _calibration(best, pairs, inliers, surface, "PnP")


def estimate_focal(
    camera: PinholeCamera, pairs: Pairs, surface: RoadSurface, console: Console | None = None
) -> Calibration:
    """Returns pose and focal length: the best of a search over focal lengths, then all seven together.

    The ratio fy / fx, the principal point and the distortion are taken as they are.

    Raises:
        CalibrationError: as ``estimate_pose``, for every focal length.
    """
    _check_layout(pairs)
    trials: list[Calibration] = []
    with progress(console, "searching the focal length", len(FOCAL_SEARCH)) as advance:
        for tried, share in enumerate(FOCAL_SEARCH):
            advance.to(tried)
            try:
                trials.append(estimate_pose(with_focal_length(camera, share * camera.width_px), pairs, surface))
            except CalibrationError as error:
                reason = error
    if not trials:
        raise CalibrationError(f"no focal length fits: {reason}")
    best = min(trials, key=lambda trial: (-len(trial.inliers), trial.resection.rms_px))
    start, inliers = best.resection, best.inliers
    both = resect_with_focal(start.camera, start.site_from_camera, pairs.points_m[inliers], pairs.pixels[inliers])
    _check_determined(both)
    return _calibration(both, pairs, inliers, surface, "PnP with focal length")


def _camera(site: Site, camera_id: str) -> CameraSensor:
    for sensor in site.cameras:
        if sensor.sensor_id == camera_id:
            return sensor
    known = ", ".join(sensor.sensor_id for sensor in site.cameras) or "none"
    raise CalibrationError(f'camera must be one of the site file\'s ({known}), got "{camera_id}"')


def _check_layout(pairs: Pairs) -> None:
    """Refuses pairs that no method can turn into a pose."""
    distinct = len(np.unique(pairs.points_m.round(3), axis=0)), len(np.unique(pairs.pixels.round(1), axis=0))
    if min(distinct) < MIN_PAIRS:
        raise CalibrationError(
            f"pairs must have at least {MIN_PAIRS} different pixels at different places, "
            f"got {len(pairs.pixels)} pairs with {distinct[1]} pixels and {distinct[0]} places"
        )
    for name, points in (("places", pairs.points_m), ("pixels", pairs.pixels)):
        spread = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)
        if spread[1] < LINE_SHARE * spread[0]:
            raise CalibrationError(f"pairs must spread over an area, got {name} on one line")


def _agreeing(camera: PinholeCamera, pairs: Pairs) -> IntArray:
    """Returns the numbers of the pairs that one pose explains (RANSAC); all of them where there are few."""
    count = len(pairs.pixels)
    if count < MIN_PAIRS_FOR_RANSAC:
        return np.arange(count)
    found, _, _, inliers = cv2.solvePnPRansac(
        pairs.points_m, pairs.pixels, camera.matrix(), camera.distortion,
        iterationsCount=RANSAC_ROUNDS, reprojectionError=INLIER_PX, confidence=RANSAC_CONFIDENCE,
        flags=cv2.SOLVEPNP_SQPNP,
    )  # fmt: skip
    if not found or inliers is None:
        raise CalibrationError(f"pairs must agree on one pose within {INLIER_PX:g} px, got none that do")
    return np.sort(np.asarray(inliers, dtype=np.int64).ravel())


def _best_pose(camera: PinholeCamera, pairs: Pairs, inliers: IntArray, surface: RoadSurface) -> Resection:
    """Returns the refined pose with the least error among all starts that stand above the road."""
    points_m, pixels = pairs.points_m[inliers], pairs.pixels[inliers]
    fits = [resect(camera, start, points_m, pixels) for start in _starts(camera, points_m, pixels)]
    standing = [fit for fit in fits if _is_possible(fit, points_m, surface)]
    if not standing:
        raise CalibrationError("pairs must put the camera above the road with all places before it, got no such pose")
    best = min(standing, key=lambda fit: fit.rms_px)
    _check_determined(best)
    return best


def _starts(camera: PinholeCamera, points_m: FloatArray, pixels: FloatArray) -> list[Pose]:
    """Returns first guesses: SQPnP takes any layout, IPPE gives both solutions of a plane."""
    centre = points_m.mean(axis=0)
    spread = np.linalg.svd(points_m - centre, compute_uv=False)
    methods = [cv2.SOLVEPNP_SQPNP] + ([cv2.SOLVEPNP_IPPE] if spread[2] < LINE_SHARE * spread[1] else [])
    starts: list[Pose] = []
    for method in methods:
        _, vectors, shifts, _ = cv2.solvePnPGeneric(
            points_m - centre, pixels, camera.matrix(), camera.distortion, flags=method
        )
        for vector, shift in zip(vectors, shifts, strict=True):
            if np.isfinite(vector).all() and np.isfinite(shift).all():
                camera_from_centre = Pose(
                    np.asarray(cv2.Rodrigues(vector)[0], dtype=float), np.asarray(shift, dtype=float).ravel()
                )
                site_from_centre = Pose(np.eye(3), centre)
                starts.append(site_from_centre @ camera_from_centre.inverse())
    return starts


def _is_possible(fit: Resection, points_m: FloatArray, surface: RoadSurface) -> bool:
    place = fit.site_from_camera.translation_m
    before = fit.site_from_camera.inverse().transform(points_m)[:, 2] > 0
    return bool(before.all() and place[2] > surface.height_at(place[:2]))


def _check_determined(fit: Resection) -> None:
    sigma_m = fit.position_sigma_m(CLICK_SIGMA_PX)
    if not sigma_m <= MAX_POSITION_SIGMA_M:
        raise CalibrationError(
            f"pairs must fix the camera to {MAX_POSITION_SIGMA_M:g} m at {CLICK_SIGMA_PX:g} px of noise, "
            f"got {sigma_m:.3g} m: spread them over near and far, left and right"
        )


def _distances_px(fit: Resection, pairs: Pairs) -> FloatArray:
    seen = fit.camera.project(fit.site_from_camera.inverse().transform(pairs.points_m))
    return np.asarray(np.nan_to_num(np.linalg.norm(pairs.pixels - seen, axis=1), nan=np.inf))


def _calibration(fit: Resection, pairs: Pairs, inliers: IntArray, surface: RoadSurface, method: str) -> Calibration:
    pose = fit.site_from_camera
    rays = pose.rotate(fit.camera.rays(pairs.pixels))
    on_ground = [
        RoadSurface.level(float(point[2])).intersect(pose.translation_m, ray)
        for ray, point in zip(rays, pairs.points_m, strict=True)
    ]
    forward = pose.rotation[:2, 2] / np.linalg.norm(pose.rotation[:2, 2])
    sigmas = []
    for range_m in REPORT_RANGES_M:
        height_m = float(surface.height_at(pose.translation_m[:2] + range_m * forward))
        sigmas.append(fit.ground_sigma_m(range_m, height_m, CLICK_SIGMA_PX))
    residual_m = np.linalg.norm(np.array(on_ground) - pairs.points_m, axis=1)
    return Calibration(fit, inliers, _distances_px(fit, pairs), residual_m, tuple(sigmas), method)


def _finish(site_path: Path, camera_id: str, calibration: Calibration, console: Console) -> None:
    """Prints the result and writes it into the site file, if the file is still a good one with it."""
    _print(calibration, console)
    fit = calibration.resection
    entry = CalibrationEntry(
        date=datetime.now(UTC).date(),
        method=calibration.method,
        pairs=len(calibration.residual_px),
        inliers=len(calibration.inliers),
        reprojection_rms_px=fit.rms_px,
        ground_sigma_at_30_m=calibration.ground_sigma_m[REPORT_RANGES_M.index(30.0)],
        focal_sigma_px=fit.focal_sigma_px(CLICK_SIGMA_PX) or None,
    )
    before = site_path.read_bytes()
    after = with_calibration(before, camera_id, fit.camera, fit.site_from_camera, entry)
    road = site_path.parent / road_file_name(before, str(site_path))
    load_site_from_bytes(after, road.read_bytes(), f"{site_path} (with the new pose)")
    try:
        replace_file(site_path, after)
    except OSError as error:
        raise CalibrationError(f"{site_path}: must be a file that can be replaced, got: {error.strerror}") from error


def _print(calibration: Calibration, console: Console) -> None:
    fit = calibration.resection
    heading_rad, pitch_rad, roll_rad = camera_angles(fit.site_from_camera.rotation)
    east_m, north_m, up_m = fit.site_from_camera.translation_m
    console.print(f"camera at {east_m:.2f} m east, {north_m:.2f} m north, {up_m:.2f} m up")
    console.print(
        f"azimuth {azimuth_deg_of_heading(heading_rad):.2f} degrees from north, "
        f"pitch {np.degrees(pitch_rad):.2f}, roll {np.degrees(roll_rad):.2f}"
    )
    focal_sigma_px = fit.focal_sigma_px(CLICK_SIGMA_PX)
    if focal_sigma_px:
        console.print(f"focal length {fit.camera.fx_px:.1f} px, sigma {focal_sigma_px:.1f} px")
        if focal_sigma_px > WEAK_FOCAL_SHARE * fit.camera.fx_px:
            console.print("[yellow]the focal length is poorly determined: add pairs near and far, left and right")
    table = Table("pair", "used", "residual px", "residual m", title=f"reprojection RMS {fit.rms_px:.2f} px")
    for number, (pixels, metres) in enumerate(zip(calibration.residual_px, calibration.residual_m, strict=True)):
        table.add_row(str(number), "yes" if number in calibration.inliers else "no", f"{pixels:.1f}", f"{metres:.2f}")
    console.print(table)
    sigmas = zip(REPORT_RANGES_M, calibration.ground_sigma_m, strict=True)
    console.print(
        f"ground sigma from {CLICK_SIGMA_PX:g} px of click noise: "
        + ", ".join(f"{sigma:.2f} m at {range_m:g} m" for range_m, sigma in sigmas)
    )
