"""What differs from one training picture to the next: light and weather, lens, things on the road, the video link."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import av
import numpy as np

from roadside.geometry.arrays import BoolArray, ByteArray, FloatArray
from roadside.geometry.camera import PinholeCamera
from roadside.geometry.pose import Pose
from roadside.sources.h264 import Coding, H264Encoder
from roadside.types.road import LaneKind
from roadside.types.road_users import RoadUserClass
from simulation.pictures.development import Light, exposure_for, lens_drops, metered_exposure
from simulation.types.actors import Actors
from simulation.types.bodies import BODY_NUMBER, bodies_of
from simulation.types.weather import DAY, DUSK, FOG, NIGHT, NIGHT_RAIN, OVERCAST, RAIN, Weather, between
from simulation.types.world import World

WIDTH_PX, HEIGHT_PX = 640, 360
"""A 1280 x 720 picture as the service scales it for the network."""

WEATHERS: dict[str, tuple[Weather, float, tuple[str, ...]]] = {
    "day": (DAY, 0.27, ("overcast", "dusk")),
    "overcast": (OVERCAST, 0.17, ("day", "rain", "fog")),
    "dusk": (DUSK, 0.16, ("day", "night")),
    "rain": (RAIN, 0.16, ("overcast", "dusk")),
    "fog": (FOG, 0.07, ("overcast", "rain")),
    "night": (NIGHT, 0.11, ("dusk", "night_rain")),
    "night_rain": (NIGHT_RAIN, 0.06, ("night", "rain")),
}
"""Kinds of light and weather: the usual one, its share of the pictures, and the kinds it passes into."""

SUN_ELEVATION_DEG = {"day": (14.0, 68.0), "overcast": (15.0, 60.0), "dusk": (1.5, 9.0), "rain": (20.0, 55.0),
                     "fog": (15.0, 50.0), "night": (-25.0, -12.0), "night_rain": (-25.0, -12.0)}  # fmt: skip

LENS_DEG = (45.0, 100.0)
USUAL_LENS_DEG = 60.0

THINGS_REACH_M = (7.0, 55.0)
"""Nearest and farthest distance from the camera at which things are scattered."""
THINGS_SHARE = 0.3
"""Share of the pictures in which things are scattered beside those of the traffic."""
LONE_M = 9.5
"""Nobody else is nearer than half a bus and some room."""
LONG_SHARE = 0.3
THINGS_KEPT = (0.0, 0.1, 0.4)
"""Share of the traffic's own things that a picture keeps: one of these."""
WORTH = np.array([0, 0, 0, 3, 6, 7, 14, 4, 5, 0, 1])
"""Row *c*: how often a ``RoadUserClass(c)`` is chosen for the middle of a picture; rare ones more often."""
FIRST_THING_ID = 1 << 50


def drawn_weather(rng: np.random.Generator, most_mixed: float) -> tuple[str, Weather]:
    """Returns a kind and a weather of that kind.

    Args:
        rng: what is drawn from.
        most_mixed: how far at most it may be on the way into another kind.
    """
    kinds = list(WEATHERS)
    kind = kinds[rng.choice(len(kinds), p=[WEATHERS[name][1] for name in kinds])]
    usual, _, others = WEATHERS[kind]
    mixed = between(usual, WEATHERS[others[rng.integers(len(others))]][0], rng.uniform(0.0, most_mixed))
    low_deg, high_deg = SUN_ELEVATION_DEG[kind]
    return kind, replace(
        mixed,
        sun_azimuth_rad=float(rng.uniform(-np.pi, np.pi)),
        sun_elevation_rad=float(np.radians(rng.uniform(low_deg, high_deg))),
        cloud=float(np.clip(mixed.cloud + rng.normal(0.0, 0.12), 0.0, 1.0)),
        darkness=float(np.clip(mixed.darkness * np.exp(rng.normal(0.0, 0.12)), 0.0, 1.0)),
        visibility_m=float(np.clip(mixed.visibility_m * np.exp(rng.normal(0.0, 0.35)), 60.0, 30_000.0)),
        rain=float(np.clip(mixed.rain * np.exp(rng.normal(0.0, 0.25)), 0.0, 1.0)),
        wetness=float(np.clip(mixed.wetness * np.exp(rng.normal(0.0, 0.2)), 0.0, 1.0)),
        low_sun_glare=float(np.clip(mixed.low_sun_glare * rng.uniform(0.0, 1.5), 0.0, 1.0)),
    )


def drawn_camera(rng: np.random.Generator, usual_share: float) -> PinholeCamera:
    """Returns an ideal camera of the network's picture size.

    Args:
        rng: what is drawn from.
        usual_share: share of cameras with exactly the usual lens.
    """
    lens_deg = USUAL_LENS_DEG if rng.random() < usual_share else rng.uniform(*LENS_DEG)
    focal_px = WIDTH_PX / 2.0 / float(np.tan(np.radians(lens_deg) / 2.0))
    return PinholeCamera(WIDTH_PX, HEIGHT_PX, focal_px, focal_px, (WIDTH_PX - 1) / 2.0, (HEIGHT_PX - 1) / 2.0)


def with_other_looks(actors: Actors, rng: np.random.Generator) -> Actors:
    """Returns the same actors in other colours and clothes, which follow from their numbers."""
    return replace(actors, object_ids=actors.object_ids + int(rng.integers(1 << 40)))


def with_more_long_vehicles(actors: Actors, rng: np.random.Generator) -> Actors:
    """Returns the actors with some lone cars turned into lorries and buses, of which traffic has few."""
    away_m = np.linalg.norm(actors.position_m[:, None] - actors.position_m, axis=2)
    np.fill_diagonal(away_m, np.inf)
    is_lone = (actors.classes == RoadUserClass.CAR) & (away_m.min(axis=1, initial=np.inf) > LONE_M)
    turned = is_lone & (rng.random(len(actors)) < LONG_SHARE)
    long = (*bodies_of(RoadUserClass.TRUCK), *bodies_of(RoadUserClass.BUS) * 2)
    return replace(actors, bodies=np.where(turned, rng.choice(long, len(actors)), actors.bodies))


def with_fewer_things(actors: Actors, rng: np.random.Generator) -> Actors:
    """Returns the actors without most of the things on the road, of which training traffic has many."""
    kept = rng.random(len(actors)) < rng.choice(THINGS_KEPT)
    return actors.select((actors.classes != RoadUserClass.UNKNOWN_UNMOVABLE) | kept)


def with_things(actors: Actors, world: World, view: Pose, rng: np.random.Generator) -> Actors:
    """Returns the actors with cones, cartons and lost load scattered on the lanes that a camera sees.

    Args:
        actors: who is there.
        world: where.
        view: the camera's pose.
        rng: what is drawn from.
    """
    places_m = _places_on_lanes(world, view)
    wanted = int(rng.integers(1, 5)) if rng.random() < THINGS_SHARE else 0
    if not len(places_m) or wanted == 0:
        return actors
    rows: list[FloatArray] = []
    bodies: list[int] = []
    while len(rows) < wanted:
        place = places_m[rng.integers(len(places_m))]
        if rng.random() < 0.35:  # a row of cones or barriers closes a lane
            along_rad = rng.uniform(-np.pi, np.pi)
            step = rng.uniform(1.2, 3.5) * np.array([np.cos(along_rad), np.sin(along_rad)])
            body = BODY_NUMBER["cone" if rng.random() < 0.75 else "barrier"]
            for number in range(int(rng.integers(2, 6))):
                rows.append(place + number * step)
                bodies.append(body)
        else:
            rows.append(place + rng.normal(0.0, 0.8, 2))
            bodies.append(int(rng.choice(bodies_of(RoadUserClass.UNKNOWN_UNMOVABLE))))
    position_m = np.array(rows)
    free = _is_free(position_m, actors)
    count = int(free.sum())
    ground_m = world.road.surface.height_at(position_m[free])
    things = Actors(
        FIRST_THING_ID + rng.integers(1 << 30) + np.arange(count), np.array(bodies, dtype=np.int64)[free],
        np.column_stack([position_m[free], ground_m]), np.zeros((count, 2)), rng.uniform(-np.pi, np.pi, count),
        np.zeros(count), np.zeros(count, dtype=np.int64),
    )  # fmt: skip
    return joined(actors, things)


def worth_seeing(actors: Actors) -> FloatArray:
    """Returns (K, 2) places of the actors, those of rare classes several times; the middle of the world without any."""
    places_m = np.repeat(actors.position_m[:, :2], WORTH[actors.classes], axis=0)
    return np.asarray(places_m if len(places_m) else np.zeros((1, 2)))


def joined(first: Actors, second: Actors) -> Actors:
    """Returns two groups as one."""
    names = ("object_ids", "bodies", "position_m", "velocity_mps", "heading_rad", "travelled_m", "lights")
    return Actors(*(np.concatenate([getattr(first, name), getattr(second, name)]) for name in names))


def drawn_development(rng: np.random.Generator, weather: Weather, light: Light, oversampling: int) -> dict[str, Any]:
    """Returns how a camera makes its picture: keyword arguments of ``develop``.

    Args:
        rng: what is drawn from.
        weather: of the picture.
        light: (H, W, 3) that falls on the sensor.
        oversampling: rendered pixels per stored one, along a side: blur is meant in the latter.
    """
    metered = metered_exposure(light, None, weather)
    share = rng.uniform(0.0, 1.0)
    exposure = exposure_for(weather) ** share * metered ** (1.0 - share) * float(np.exp(rng.normal(0.0, 0.2)))
    return {
        "exposure": float(exposure),
        "drops": lens_drops(weather, light.shape[:2], rng) if rng.random() < 0.5 else None,
        "defocus_px": float(rng.uniform(0.3, 0.75)) * (0.6 + 0.4 * oversampling),
        "vignetting": float(rng.uniform(0.0, 0.4)),
        "noise": float(np.exp(rng.normal(-0.1, 0.4))),
        "sharpening": float(rng.uniform(0.0, 0.9)),
    }


def through_link(rgb: ByteArray, rng: np.random.Generator) -> ByteArray:
    """Returns the picture as it comes out of a video encoder of some thrift."""
    if rng.random() < 0.2:
        return rgb
    coding = Coding("superfast", float(rng.uniform(17.0, 30.0)), 1.0)
    height_px, width_px = rgb.shape[:2]
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")
    data = H264Encoder(width_px, height_px, Fraction(10), coding).encode(frame)
    decoder = av.CodecContext.create("h264", "r")
    for packet in (av.Packet(data), None):
        for decoded in decoder.decode(packet):
            return np.asarray(decoded.to_ndarray(format="rgb24"), dtype=np.uint8)
    raise RuntimeError("an access unit gave no picture")


def _places_on_lanes(world: World, view: Pose) -> FloatArray:
    """Returns (K, 2) points on the lanes in front of a camera."""
    near_m, far_m = THINGS_REACH_M
    lines = [lane.centre_line_m[:, :2] for lane in world.road.lanes if lane.kind is not LaneKind.SIDEWALK]
    points = np.concatenate([_dense(line) for line in lines]) if lines else np.empty((0, 2))
    away_m = points - view.translation_m[:2]
    distance_m = np.linalg.norm(away_m, axis=1)
    forward = view.rotation[:2, 2]
    ahead = away_m @ forward > 0.6 * distance_m * np.linalg.norm(forward)
    return np.asarray(points[(distance_m > near_m) & (distance_m < far_m) & ahead])


def _dense(line_m: FloatArray) -> FloatArray:
    """Returns points every two metres along a line."""
    steps_m = np.linalg.norm(np.diff(line_m, axis=0), axis=1)
    along_m = np.concatenate([[0.0], np.cumsum(steps_m)])
    at_m = np.arange(0.0, along_m[-1], 2.0)
    return np.column_stack([np.interp(at_m, along_m, line_m[:, column]) for column in (0, 1)])


def _is_free(position_m: FloatArray, actors: Actors) -> BoolArray:
    """Returns (K,) whether a place is not under somebody."""
    if not len(actors):
        return np.ones(len(position_m), dtype=bool)
    away_m = np.linalg.norm(position_m[:, None] - actors.position_m[:, :2], axis=2)
    return np.asarray((away_m > 0.5 * actors.size_m[:, 0] + 0.6).all(axis=1))
