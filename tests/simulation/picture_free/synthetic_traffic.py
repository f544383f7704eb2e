"""Presence without a traffic simulation: vehicles that follow lanes at constant speed, some of which stop."""

from pathlib import Path

import numpy as np

from roadside.config.site_file import load_site
from roadside.types.road import LaneKind
from simulation.picture_free.presence import Presence
from simulation.types.bodies import BODY_NUMBER
from simulation.types.trajectories import Trajectories

STEP_S = 0.1
DEMO_SITE = load_site(Path(__file__).parents[3] / "sites" / "demo" / "site.toml")
NAMES = ("sedan", "suv", "panel_van", "box_truck", "city_bus", "motorcycle", "bicycle", "adult")


def lane_traffic(duration_s, per_s, seed, site=DEMO_SITE, stop_share=0.4):
    """Returns vehicles that enter lanes at random, pass them at constant speed, and may stand half way for 20 s."""
    rng = np.random.default_rng(seed)
    lanes = [lane for lane in site.road.lanes if lane.kind is not LaneKind.SIDEWALK]
    count, parts = int(duration_s * per_s) + 1, []
    for number in range(count):
        line = lanes[rng.integers(len(lanes))].centre_line_m
        body, speed, start = NAMES[rng.integers(len(NAMES))], rng.uniform(3.0, 13.0), rng.uniform(-8.0, duration_s)
        along = np.r_[0.0, np.cumsum(np.linalg.norm(np.diff(line[:, :2], axis=0), axis=1))]
        stands_s = 20.0 if rng.random() < stop_share else 0.0
        ticks = np.arange(max(0, np.ceil(start / STEP_S)), np.floor(duration_s / STEP_S) + 1)
        since = ticks * STEP_S - start
        halfway = along[-1] / 2 / speed
        stands = (since > halfway) & (since < halfway + stands_s)
        way = speed * np.where(since > halfway, np.maximum(since - stands_s, halfway), since)
        there = way < along[-1]
        way, stands, ticks = way[there], stands[there], ticks[there].astype(int)
        piece = np.clip(np.searchsorted(along, way, side="right") - 1, 0, len(along) - 2)
        step = np.diff(line[:, :2], axis=0)[piece]
        unit = step / np.linalg.norm(step, axis=1)[:, None]
        place = line[piece, :2] + unit * (way - along[piece])[:, None]
        position = np.column_stack([place, site.road.surface.height_at(place)])
        moves = np.where(stands, 0.0, speed)[:, None] * unit
        parts.append((ticks, np.full(len(ticks), number + 1), np.full(len(ticks), BODY_NUMBER[body]), position, moves,
                      np.arctan2(unit[:, 1], unit[:, 0]), way, np.zeros(len(ticks), dtype=int)))  # fmt: skip
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.lexsort((columns[1], columns[0]))
    return Presence.of(Trajectories(STEP_S, round(duration_s / STEP_S) + 1, *(column[order] for column in columns)))


def trajectories_of(rows, instant_count=1, step_s=STEP_S):
    """Returns the presence of (instant, object id, body's name, x, y, heading) rows on a level road, all standing."""
    rows = sorted(rows)
    count = len(rows)
    position = np.array([[row[3], row[4], 0.0] for row in rows]).reshape(-1, 3)
    return Presence.of(Trajectories(
        step_s, instant_count, np.array([row[0] for row in rows]), np.array([row[1] for row in rows]),
        np.array([BODY_NUMBER[row[2]] for row in rows]), position,
        np.zeros((count, 2)), np.array([float(row[5]) for row in rows]), np.zeros(count), np.zeros(count, dtype=int),
    ))  # fmt: skip
