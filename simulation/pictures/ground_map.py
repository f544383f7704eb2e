"""The ground from above: kinds of ground, markings and wear drawn once into one texture."""

import cv2
import numpy as np
from numpy.typing import NDArray

from roadside.geometry.arrays import FloatArray
from roadside.types.road import LaneKind
from simulation.pictures.textures import value_noise
from simulation.types.world import Ground, Paint, World

RESOLUTION_M = 0.05
LARGEST_PX = 8192
_SHIFT = 4
_TILE_PX = 1024
_STRIP_PX = 512

_ALBEDO: dict[Ground, tuple[float, float, float]] = {
    Ground.GRASS: (0.085, 0.105, 0.042),
    Ground.ASPHALT: (0.085, 0.085, 0.088),
    Ground.WORN_ASPHALT: (0.135, 0.132, 0.128),
    Ground.PAVING: (0.30, 0.285, 0.26),
    Ground.BICYCLE_ASPHALT: (0.24, 0.075, 0.055),
    Ground.PARKING_PAVING: (0.20, 0.195, 0.185),
    Ground.KERB: (0.42, 0.41, 0.39),
    Ground.GRAVEL: (0.28, 0.25, 0.20),
    Ground.CONCRETE: (0.33, 0.325, 0.31),
}
_SMOOTH: dict[Ground, float] = {
    Ground.GRASS: 0.0,
    Ground.ASPHALT: 0.62,
    Ground.WORN_ASPHALT: 0.66,
    Ground.PAVING: 0.52,
    Ground.BICYCLE_ASPHALT: 0.6,
    Ground.PARKING_PAVING: 0.55,
    Ground.KERB: 0.45,
    Ground.GRAVEL: 0.25,
    Ground.CONCRETE: 0.58,
}
_PAINTS: dict[Paint, tuple[float, float, float]] = {
    Paint.WHITE: (0.72, 0.72, 0.70),
    Paint.YELLOW: (0.62, 0.42, 0.05),
    Paint.RED: (0.42, 0.06, 0.04),
}
_PATCH, _CRACK = 40, 1
_ASPHALT = (Ground.ASPHALT, Ground.WORN_ASPHALT)


def ground_map(world: World) -> NDArray[np.uint8]:
    """Returns (H, W, 4), south first: square roots of albedo, and how smooth the ground is (alpha, 0 for grass)."""
    west, south, east, north = world.extent_m
    step_m = max(RESOLUTION_M, (east - west) / LARGEST_PX, (north - south) / LARGEST_PX)
    shape = (round((north - south) / step_m), round((east - west) / step_m))
    origin = np.array([west, south])
    rng = np.random.default_rng([world.seed, 301])
    kinds = np.full(shape, int(Ground.GRASS), dtype=np.uint8)
    for area in world.ground:
        cv2.fillPoly(kinds, [_pixels(area.polygon_m, origin, step_m)], int(area.ground), cv2.LINE_8, _SHIFT)
    paint, cover = np.zeros(shape, dtype=np.uint8), np.zeros(shape, dtype=np.uint8)
    for marking in world.markings:
        outline = _pixels(marking.polygon_m, origin, step_m)
        cv2.fillPoly(cover, [outline], 255, cv2.LINE_AA, _SHIFT)
        cv2.fillPoly(paint, [outline], int(marking.paint), cv2.LINE_8, _SHIFT)
        cv2.polylines(paint, [outline], True, int(marking.paint), 2, cv2.LINE_8, _SHIFT)
    scars = _scars(world, shape, origin, step_m, rng)
    wear = _tyre_wear(world, shape, origin, step_m)
    return _coloured(kinds, paint, cover, scars, wear, step_m, rng)


def _pixels(points_m: FloatArray, origin_m: FloatArray, step_m: float) -> NDArray[np.int32]:
    """Returns points in OpenCV's fixed-point pixels, pixel (0, 0)'s centre half a step inside the corner."""
    return np.asarray(np.round(((points_m - origin_m) / step_m - 0.5) * 2**_SHIFT), dtype=np.int32)


def _scars(
    world: World, shape: tuple[int, int], origin: FloatArray, step_m: float, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Returns how cracks and repaired patches at random places change the brightness; 128 for nothing."""
    scars = np.full(shape, 128, dtype=np.uint8)
    extent = np.array([shape[1], shape[0]]) * step_m
    area_m2 = float(extent.prod())
    for _ in range(int(area_m2 / 260)):
        corner, size = origin + rng.random(2) * extent, rng.uniform([0.8, 0.5], [6.0, 1.6])
        box = corner + np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) * (size if rng.random() < 0.5 else size[::-1])
        value = int(128 + rng.choice([-1, 1], p=[0.7, 0.3]) * rng.uniform(8, 26))
        cv2.fillPoly(scars, [_pixels(box, origin, step_m)], value, cv2.LINE_8, _SHIFT)
        cv2.polylines(scars, [_pixels(box, origin, step_m)], True, 96, 1, cv2.LINE_AA, _SHIFT)
    for _ in range(int(area_m2 / 160)):
        start, heading = origin + rng.random(2) * extent, rng.uniform(0, 2 * np.pi)
        headings = heading + np.cumsum(rng.normal(0, 0.35, 24))
        steps = np.stack([np.cos(headings), np.sin(headings)], axis=1) * 0.22
        line = start + np.cumsum(steps, axis=0)
        cv2.polylines(scars, [_pixels(line, origin, step_m)], False, int(rng.uniform(70, 104)), 1, cv2.LINE_AA, _SHIFT)
    return scars


def _tyre_wear(world: World, shape: tuple[int, int], origin: FloatArray, step_m: float) -> NDArray[np.uint8]:
    """Returns where tyres and dripping oil have darkened the lanes, at a quarter of the resolution."""
    quarter = (shape[0] // 4 + 1, shape[1] // 4 + 1)
    wear = np.zeros(quarter, dtype=np.uint8)
    for lane in world.road.lanes:
        if lane.kind not in (LaneKind.DRIVING, LaneKind.BUS):
            continue
        line = lane.centre_line_m[:, :2]
        ahead = np.gradient(line, axis=0)
        left = np.column_stack([-ahead[:, 1], ahead[:, 0]])
        left /= np.maximum(np.linalg.norm(left, axis=1, keepdims=True), 1e-9)
        for offset, width_m, value in ((-0.80, 0.45, 120), (0.80, 0.45, 120), (0.0, 0.35, 80)):
            track = _pixels(line + left * offset, origin, 4 * step_m)
            cv2.polylines(wear, [track], False, value, max(1, round(width_m / (4 * step_m))), cv2.LINE_AA, _SHIFT)
    return np.asarray(cv2.GaussianBlur(wear, (0, 0), max(0.5, 0.16 / (4 * step_m))), dtype=np.uint8)


def _coloured(
    kinds: NDArray[np.uint8],
    paint: NDArray[np.uint8],
    cover: NDArray[np.uint8],
    scars: NDArray[np.uint8],
    wear: NDArray[np.uint8],
    step_m: float,
    rng: np.random.Generator,
) -> NDArray[np.uint8]:
    """Returns the texture, strip by strip so that little memory is needed."""
    height, width = kinds.shape
    albedo = np.array([_ALBEDO[ground] for ground in Ground], dtype=np.float32)
    smooth = np.array([_SMOOTH[ground] for ground in Ground], dtype=np.float32)
    paints = np.array([_PAINTS[colour] for colour in Paint], dtype=np.float32)
    tile = np.stack([value_noise(rng, _TILE_PX, 8, 7), value_noise(rng, _TILE_PX, 40, 5, 0.8)], axis=-1).astype(
        np.float32
    )
    wide_side = 4 * _TILE_PX
    wide = cv2.resize(tile[..., 0], (wide_side, wide_side), interpolation=cv2.INTER_LINEAR)
    is_asphalt = np.isin(np.arange(len(Ground)), _ASPHALT)
    is_slab = np.isin(np.arange(len(Ground)), (Ground.PAVING, Ground.PARKING_PAVING, Ground.CONCRETE))
    result = np.empty((height, width, 4), dtype=np.uint8)
    columns = np.arange(width)
    for start in range(0, height, _STRIP_PX):
        rows = np.arange(start, min(start + _STRIP_PX, height))
        strip = slice(rows[0], rows[-1] + 1)
        kind = kinds[strip]
        fine = tile[np.ix_(rows % _TILE_PX, columns % _TILE_PX)]
        low = wide[np.ix_(rows % wide_side, columns % wide_side)]
        brightness = 0.72 + 0.28 * fine[..., 0] + 0.28 * low
        brightness *= 1.0 + np.where(kind == int(Ground.GRASS), 1.1, 0.35).astype(np.float32) * (fine[..., 1] - 0.5)
        asphalt = is_asphalt[kind]
        brightness *= np.where(asphalt, 1.0 + (scars[strip].astype(np.float32) - 128) / 150, 1.0)
        worn = cv2.resize(
            wear[rows[0] // 4 : rows[-1] // 4 + 2], (4 * wear.shape[1], 4 * (rows[-1] // 4 + 2 - rows[0] // 4))
        )
        worn = worn[: len(rows), :width].astype(np.float32) / 255
        brightness *= 1.0 - 0.42 * worn * asphalt
        brightness *= np.where(is_slab[kind], _slabs(rows, columns, step_m), 1.0)
        colour = albedo[kind] * brightness[..., None]
        covered = (
            cover[strip].astype(np.float32)
            / 255
            * np.clip(1.25 - 0.75 * worn - 0.9 * np.abs(fine[..., 1] - 0.42), 0.25, 1.0)
        )
        colour += (paints[paint[strip]] * (0.85 + 0.3 * fine[..., :1]) - colour) * covered[..., None]
        result[strip, :, :3] = np.clip(np.sqrt(np.clip(colour, 0, 1)) * 255 + 0.5, 0, 255)
        puddles = smooth[kind] + 0.55 * np.clip(low - 0.5, 0.0, 1.0) + 0.15 * (fine[..., 0] - 0.5)
        result[strip, :, 3] = np.clip(np.where(kind == int(Ground.GRASS), 0.0, puddles) * 255, 0, 255)
    return result


def _slabs(rows: NDArray[np.int64], columns: NDArray[np.int64], step_m: float) -> NDArray[np.float32]:
    """Returns the joints of half-metre slabs, laid in a running bond."""
    slab = max(round(0.5 / step_m), 4)
    course = rows // slab
    joint_y = rows % slab == 0
    joint_x = (columns[None] + (course[:, None] % 2) * (slab // 2)) % slab == 0
    shade = (
        0.94
        + 0.12 * (((columns[None] + (course[:, None] % 2) * (slab // 2)) // slab * 7 + course[:, None] * 13) % 11) / 10
    )
    return np.where(joint_y[:, None] | joint_x, 0.72, shade).astype(np.float32)
