"""Compares what `roadside run` published on the two OTVision clips with the tracks that OTVision publishes of them.

Prints the figures of docs/real-input.md and draws docs/pictures/otvision_tracks.png; no picture of the clips is needed.

    python docs/pictures/otvision_tracks.py FOLDER TRUCK.mcap CYCLIST.mcap

FOLDER holds the clips' .ottrk and .otrfpts files; the recordings are those of `roadside run ... --record`. Matplotlib
comes along with filterpy.
"""

import bz2
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

import cv2
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Polygon
from rich.console import Console
from scipy.optimize import linear_sum_assignment

from roadside.config.datum import site_from_crs
from roadside.evaluation.pairing import GATE_M
from roadside.geometry.arrays import FloatArray
from roadside.perception.box_locator import BoxLocator
from roadside.recording.channels import ChannelKind
from roadside.recording.codec import decode
from roadside.recording.reader import Recording, open_recording
from roadside.runtime.recorded_run import recorded_site
from roadside.types.detections import Detections
from roadside.types.road_users import RoadUserClass
from roadside.types.site import Site
from roadside.v2x.v1.scene_pb2 import Scene

CLIPS = ("Cars-Truck", "Cars-Cyclist")
FRAME_NS = 50_000_000
FRAMES_PER_SCENE = 2
"""The clips have 20 Hz, the scenes 10 Hz."""
CLASSES = {
    "car": RoadUserClass.CAR, "truck": RoadUserClass.TRUCK, "bus": RoadUserClass.BUS,
    "person": RoadUserClass.PEDESTRIAN, "bicycle": RoadUserClass.BICYCLE, "motorcycle": RoadUserClass.MOTORCYCLE,
}  # fmt: skip
OVERLAP = 0.5
"""Two boxes with a higher intersection over union are of the same road user."""
RANGES_M = (0.0, 20.0, 35.0, 60.0, 200.0)
OUT = Console(highlight=False, markup=False, soft_wrap=True)

Place: TypeAlias = Callable[[FloatArray], FloatArray]
"""From (N, 2) pixels to (N, 2) places in the site frame."""
Scenes: TypeAlias = list[tuple[list[int], FloatArray, list[str]]]
"""Track numbers, (N, 2) positions and class labels of every scene."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One of their boxes and the road user of ours next to it, in one scene.

    Attributes:
        their_id, our_id: track numbers.
        by_locator_m: distance to their box as our box locator places it.
        by_homography_m: distance to the lower middle of their box as a homography places it.
        behind_m: how much farther from the camera ours is than by the homography.
        range_m: from the camera.
    """

    their_id: int
    our_id: int
    by_locator_m: float
    by_homography_m: float
    behind_m: float
    range_m: float


@dataclass(frozen=True, slots=True, eq=False)
class Located:
    """Their N boxes of one frame on the road: by our locator and by a homography, (N, 2), and how far off, (N,)."""

    ids: list[int]
    by_locator_m: FloatArray
    by_homography_m: FloatArray
    range_m: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """One clip.

    Attributes:
        theirs: their boxes by frame, from 1.
        located: of every scene.
        ours: of every scene.
        pairs: of all scenes.
        detected: their track to the number of its boxes that a box of our detector overlaps.
    """

    theirs: dict[int, list[dict[str, Any]]]
    located: list[Located]
    ours: Scenes
    pairs: list[Pair]
    detected: Counter[int]


def homography(folder: Path, site: Site) -> Place:
    """Returns the homography that their reference points give, after printing what it leaves at them."""
    points = json.loads((folder / "Testvideo_FR20.otrfpts").read_text(encoding="utf-8")).values()
    pixels = np.array([[point["x_px"], point["y_px"]] for point in points], dtype=float)
    utm = np.array([[point["lon_utm"], point["lat_utm"]] for point in points])
    centre = utm.mean(axis=0)
    matrix, _ = cv2.findHomography(pixels, utm - centre)

    def place(at_px: FloatArray) -> FloatArray:
        return site_from_utm(site, cv2.perspectiveTransform(at_px[None], matrix)[0] + centre)

    left_m = np.linalg.norm(place(pixels) - site_from_utm(site, utm), axis=1)
    OUT.print(f"the homography leaves {', '.join(f'{each:.2f}' for each in left_m)} m at the reference points")
    return place


def site_from_utm(site: Site, utm: FloatArray) -> FloatArray:
    """Returns (N, 2) places in the site frame of (N, 2) coordinates in UTM zone 32 north."""
    return site_from_crs(site.frame, site.crs, "EPSG:25832", np.c_[utm, np.zeros(len(utm))])[:, :2]


def published_tracks(path: Path) -> dict[int, list[dict[str, Any]]]:
    """Returns their boxes by frame, those of classes that are no road users left out."""
    frames: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for box in json.loads(bz2.decompress(path.read_bytes()))["data"]["detections"]:
        if box["class"] in CLASSES:
            x, y, half_width, half_height = box["x"], box["y"], box["w"] / 2, box["h"] / 2
            edges_px = np.array([x - half_width, y - half_height, x + half_width, y + half_height])
            frames[box["frame"]].append({**box, "edges_px": edges_px})
    return frames


def detections_of(boxes: list[dict[str, Any]]) -> Detections:
    """Returns their boxes of one frame in our words."""
    return Detections(
        "theirs", 0, 0, 800, 600,
        np.array([box["edges_px"] for box in boxes]).reshape(-1, 4),
        np.array([box["confidence"] for box in boxes], dtype=float),
        np.array([CLASSES[box["class"]] for box in boxes], dtype=np.int64),
    )  # fmt: skip


def start_of_video_ns(recording: Recording) -> int:
    """Returns the time of the first frame."""
    (topic,) = recording.topics_of(ChannelKind.VIDEO)
    return recording.topics[topic].start_ns


def published_scenes(recording: Recording, site: Site) -> dict[int, tuple[list[int], FloatArray, list[str]]]:
    """Returns our road users of every scene, by its number since the first frame."""
    start_ns, scenes = start_of_video_ns(recording), {}
    for entry in recording.entries(recording.topics_of(ChannelKind.SCENE)):
        scene = Scene.FromString(entry.data)
        positions = [(each.position.latitude_deg, each.position.longitude_deg, each.position.height_m)
                     for each in scene.objects]  # fmt: skip
        places_m = site.wire_frame.site_from_geodetic(np.array(positions).reshape(-1, 3))[:, :2]
        labels = [RoadUserClass(each.road_user_class).label for each in scene.objects]
        number = round((scene.time_unix_ns - start_ns) / site.order.grid_ns)
        scenes[number] = ([each.track_id for each in scene.objects], places_m, labels)
    return scenes


def compare(recording: Recording, tracks: Path, place: Place) -> Comparison:
    """Returns their tracks and ours, matched scene by scene: one to one, least total distance, gate of 5 m."""
    site = recorded_site(recording)
    camera = replace(site.cameras[0], min_confidence=0.0, max_range_m=200.0)
    locator, camera_m = BoxLocator.of(camera, site), camera.site_from_camera.translation_m[:2]
    theirs, scenes = published_tracks(tracks), published_scenes(recording, site)
    located: list[Located] = []
    ours: Scenes = []
    pairs: list[Pair] = []
    for number in range(max(theirs) // FRAMES_PER_SCENE):
        boxes = theirs[1 + FRAMES_PER_SCENE * number]
        detections = detections_of(boxes)
        feet_px = np.c_[detections.boxes_px[:, [0, 2]].mean(axis=1), detections.boxes_px[:, 3]]
        places_m = locator.locate(detections).position_m
        range_m = np.asarray(np.linalg.norm(places_m - camera_m, axis=1))
        located.append(Located([box["track-id"] for box in boxes], places_m, place(feet_px), range_m))
        ours.append(scenes.get(number, ([], np.zeros((0, 2)), [])))
        pairs += matched(located[-1], ours[-1][0], ours[-1][1], camera_m)
    return Comparison(theirs, located, ours, pairs, detected_boxes(recording, theirs))


def matched(theirs: Located, ids: list[int], places_m: FloatArray, camera_m: FloatArray) -> list[Pair]:
    """Returns the pairs of one scene."""
    pairs = []
    distance_m = np.linalg.norm(theirs.by_locator_m[:, None] - places_m[None], axis=-1)
    for row, column in zip(*linear_sum_assignment(np.minimum(distance_m, 2 * GATE_M)), strict=True):
        if distance_m[row, column] <= GATE_M:
            away = (theirs.by_locator_m[row] - camera_m) / theirs.range_m[row]
            offset_m = places_m[column] - theirs.by_homography_m[row]
            pair = Pair(
                theirs.ids[row], ids[column], float(distance_m[row, column]),
                float(np.linalg.norm(offset_m)), float(offset_m @ away), float(theirs.range_m[row]),
            )  # fmt: skip
            pairs.append(pair)
    return pairs


def detected_boxes(recording: Recording, theirs: dict[int, list[dict[str, Any]]]) -> Counter[int]:
    """Returns how many boxes of each of their tracks a box of our detector overlaps, whatever class it says."""
    found: Counter[int] = Counter()
    for entry in recording.entries(recording.topics_of(ChannelKind.DETECTIONS)):
        seen = decode(entry)
        assert isinstance(seen, Detections)
        for box in theirs.get(1 + round((seen.time_ns - start_of_video_ns(recording)) / FRAME_NS), []):
            found[box["track-id"]] += bool((overlaps(box["edges_px"], seen.boxes_px) >= OVERLAP).any())
    return found


def overlaps(box_px: FloatArray, boxes_px: FloatArray) -> FloatArray:
    """Returns the (N,) intersections over union of a box with N."""
    low, high = np.maximum(box_px[:2], boxes_px[:, :2]), np.minimum(box_px[2:], boxes_px[:, 2:])
    shared = np.clip(high - low, 0.0, None).prod(axis=1)
    areas = (boxes_px[:, 2:] - boxes_px[:, :2]).prod(axis=1)
    return np.asarray(shared / (areas + (box_px[2:] - box_px[:2]).prod() - shared))


def print_comparison(name: str, result: Comparison) -> None:
    """Prints one line for each of their tracks and each of ours."""
    boxes = [box for frame in result.theirs.values() for box in frame]
    ranges_m: dict[int, list[float]] = defaultdict(list)
    for moment in result.located:
        for track, range_m in zip(moment.ids, moment.range_m, strict=True):
            ranges_m[track].append(float(range_m))
    OUT.print(f"{name}: their tracks")
    for track in sorted(ranges_m):
        classes = Counter(box["class"] for box in boxes if box["track-id"] == track)
        pairs = [pair for pair in result.pairs if pair.their_id == track]
        distance = f", median {np.median([pair.by_locator_m for pair in pairs]):.2f} m" if pairs else ""
        OUT.print(
            f"  {track} {dict(classes)} at {np.median(ranges_m[track]):.0f} m: "
            f"detected {result.detected[track]} of {classes.total()} frames, "
            f"published in {len(pairs)} of {len(ranges_m[track])} scenes as {dict(Counter(p.our_id for p in pairs))}"
            f"{distance}"
        )
    OUT.print(f"{name}: our tracks")
    for track, labels in labels_of(result.ours).items():
        partners = dict(Counter(pair.their_id for pair in result.pairs if pair.our_id == track))
        OUT.print(f"  {track} {dict(labels)}: in {labels.total()} scenes, matched {partners}")


def labels_of(scenes: Scenes) -> dict[int, Counter[str]]:
    """Returns our tracks and how often each was which class."""
    labels: dict[int, Counter[str]] = defaultdict(Counter)
    for ids, _, classes in scenes:
        for track, label in zip(ids, classes, strict=True):
            labels[track][label] += 1
    return dict(sorted(labels.items()))


def print_distances(name: str, pairs: list[Pair]) -> None:
    """Prints median and 90 % of the distances, all and by range."""
    for low_m, high_m in ((RANGES_M[0], RANGES_M[-1]), *pairwise(RANGES_M)):
        some = [pair for pair in pairs if low_m <= pair.range_m < high_m]
        if some:
            locator, plane = [p.by_locator_m for p in some], [p.by_homography_m for p in some]
            OUT.print(
                f"{name} {low_m:g} to {high_m:g} m: {len(some)} pairs; "
                f"by locator median {np.median(locator):.2f}, 90 % {np.quantile(locator, 0.9):.2f} m; "
                f"by homography median {np.median(plane):.2f}, 90 % {np.quantile(plane, 0.9):.2f} m, "
                f"of it away from the camera {np.median([p.behind_m for p in some]):.2f} m"
            )


def draw(axes: Axes, name: str, site: Site, result: Comparison) -> None:
    """Draws lanes, coverage, their positions by our locator, and our tracks."""
    camera = site.cameras[0]
    axes.add_patch(Polygon(camera.coverage_m, color="#f3e9c6", alpha=0.6, zorder=0))
    for lane in site.road.lanes:
        axes.plot(*lane.centre_line_m[:, :2].T, color="#c9c9c9", linewidth=2.2 * lane.width_m, zorder=1)
    for line in site.road.stop_lines:
        axes.plot(*line.line_m[:, :2].T, color="#888888", linewidth=1.5, zorder=1)
    for zone in site.road.zones:
        axes.add_patch(Polygon(zone.polygon_m[:, :2], fill=False, color="#999999", linestyle=":", zorder=1))
    theirs = np.concatenate([moment.by_locator_m for moment in result.located])
    axes.plot(*theirs.T, "o", color="black", markersize=3.5, fillstyle="none", markeredgewidth=0.5, zorder=3,
              label="OTVision's boxes, by our locator")  # fmt: skip
    for index, (track, labels) in enumerate(labels_of(result.ours).items()):
        line_m = np.array([places_m[ids.index(track)] for ids, places_m, _ in result.ours if track in ids])
        label = f"ours {track}: {labels.most_common(1)[0][0]}"
        axes.plot(*line_m.T, ".-", color=f"C{index}", markersize=4, linewidth=1.2, zorder=4, label=label)
        axes.annotate(str(track), line_m[-1], (3, 3), textcoords="offset points", color=f"C{index}", fontsize=9)
    axes.plot(*camera.site_from_camera.translation_m[:2], "k^", markersize=8, label="camera")
    axes.legend(loc="lower right", fontsize=7, framealpha=0.9)
    axes.set(xlim=(-52, 24), ylim=(-52, 24), aspect="equal", xlabel="east m", ylabel="north m", title=name)


def main(folder: Path, recordings: list[Path]) -> None:
    """Prints the figures and draws the picture beside this file."""
    figure, panels = plt.subplots(1, len(CLIPS), figsize=(14, 7.2), dpi=100, layout="constrained")
    place: Place | None = None
    everything: list[Pair] = []
    for name, path, axes in zip(CLIPS, recordings, panels, strict=True):
        recording = open_recording(path)
        site = recorded_site(recording)
        place = place or homography(folder, site)
        result = compare(recording, folder / f"Testvideo_{name}_FR20_2020-01-01_00-00-00.ottrk", place)
        print_comparison(name, result)
        draw(axes, name, site, result)
        everything += result.pairs
    print_distances("both clips", everything)
    figure.savefig(Path(__file__).with_name("otvision_tracks.png"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(argument) for argument in sys.argv[2:]])
