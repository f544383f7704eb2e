"""The ground from above: kinds of ground, markings and wear drawn once into one texture."""

from dataclasses import dataclass
from typing import Any

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
_STRIP_PX = 64

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
_ASPHALT = (Ground.ASPHALT, Ground.WORN_ASPHALT)
_SLABBED = (Ground.PAVING, Ground.PARKING_PAVING, Ground.CONCRETE)


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
    coloured = _coloured(kinds, paint, cover, scars, wear, step_m, rng)
    return np.asarray(cv2.GaussianBlur(coloured, (3, 3), 0.7, dst=coloured), dtype=np.uint8)  # edges without steps


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
    """Returns the texture, made in strips that fit the processor's cache."""
    height, width = kinds.shape
    tables = _Tables.make()
    across = width // _TILE_PX + 1
    even = np.tile(value_noise(rng, _TILE_PX, 8, 7).astype(np.float32), (1, across))[:, :width]
    fine = np.tile(value_noise(rng, _TILE_PX, 40, 5, 0.8).astype(np.float32), (1, across))[:, :width]
    slabs = _slabs(width, step_m)
    result = np.empty((height, width, 4), dtype=np.uint8)
    for start in range(0, height, _STRIP_PX):
        strip = slice(start, min(start + _STRIP_PX, height))
        count = strip.stop - start
        quarter = slice(start // 4, start // 4 + count // 4 + 1)
        wide = _quadrupled(even[np.arange(quarter.start, quarter.stop) % _TILE_PX], count, width)
        worn = _quadrupled(wear[quarter], count, width) * np.float32(1 / 255)
        row = start % _TILE_PX  # strips divide tiles: no strip crosses a tile's edge
        kind, grain = kinds[strip], fine[row : row + count] - np.float32(0.5)
        brightness = np.float32(0.72) + np.float32(0.28) * even[row : row + count]
        brightness += np.float32(0.28) * wide
        brightness *= 1 + tables.grain[kind] * grain
        asphalt = tables.asphalt[kind]
        brightness *= 1 + asphalt * ((scars[strip].astype(np.float32) - 128) * np.float32(1 / 150))
        brightness *= 1 - np.float32(0.42) * worn * asphalt
        laid = tables.slabs[kind]
        if laid.any():
            brightness *= 1 + laid * (slabs[np.arange(start, strip.stop) % len(slabs)] - 1)
        covered = cover[strip].astype(np.float32) * np.float32(1 / 255)
        covered *= np.clip(1.25 - np.float32(0.75) * worn - np.float32(0.9) * np.abs(grain + np.float32(0.08)), 0.25, 1)
        painted = paint[strip]
        for channel in range(3):
            colour = tables.albedo[channel][kind] * brightness
            colour += (tables.paints[channel][painted] * (1 + np.float32(0.3) * grain) - colour) * covered
            result[strip, :, channel] = np.sqrt(np.clip(colour, 0, 1)) * 255 + np.float32(0.5)
        puddles = tables.smooth[kind] + np.float32(0.55) * np.maximum(wide - np.float32(0.5), 0)
        result[strip, :, 3] = np.clip(puddles * (kind != int(Ground.GRASS)) * 255, 0, 255)
    return result


@dataclass(frozen=True, slots=True, eq=False)
class _Tables:
    """Properties of the kinds of ground and of the paints, as float32 columns to look up in."""

    albedo: NDArray[np.float32]
    smooth: NDArray[np.float32]
    grain: NDArray[np.float32]
    asphalt: NDArray[np.float32]
    slabs: NDArray[np.float32]
    paints: NDArray[np.float32]

    @staticmethod
    def make() -> "_Tables":
        def column(values: list[float]) -> NDArray[np.float32]:
            return np.array(values, dtype=np.float32)

        return _Tables(
            np.array([_ALBEDO[ground] for ground in Ground], dtype=np.float32).T.copy(),
            column([_SMOOTH[ground] for ground in Ground]),
            column([1.1 if ground is Ground.GRASS else 0.35 for ground in Ground]),
            column([float(ground in _ASPHALT) for ground in Ground]),
            column([float(ground in _SLABBED) for ground in Ground]),
            np.array([_PAINTS[colour] for colour in Paint], dtype=np.float32).T.copy(),
        )


def _quadrupled(quarter: NDArray[Any], count: int, width: int) -> NDArray[np.float32]:
    """Returns (count, width) of a quarter of the resolution."""
    wide = cv2.resize(quarter.astype(np.float32), (4 * quarter.shape[1], 4 * quarter.shape[0]))
    return np.asarray(wide[:count, :width], dtype=np.float32)


def _slabs(width: int, step_m: float) -> NDArray[np.float32]:
    """Returns the brightness of half-metre slabs laid in a running bond; repeats after 22 courses."""
    slab = max(round(0.5 / step_m), 4)
    rows, columns = np.arange(22 * slab)[:, None], np.arange(width)[None]
    course = rows // slab
    shifted = columns + course % 2 * (slab // 2)
    shade = 0.94 + 0.012 * ((shifted // slab * 7 + course * 13) % 11)
    return np.where((rows % slab == 0) | (shifted % slab == 0), 0.72, shade).astype(np.float32)
