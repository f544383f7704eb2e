"""Draws docs/pictures/overview.png: one instant of the demo recording, as the cameras and as the pole see it.

Run it with ``python docs/pictures/overview.py``; matplotlib comes along with filterpy.
"""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse, Polygon

from roadside.demo import recording_path
from roadside.display.annotate import draw_detections
from roadside.recording.reader import open_recording
from roadside.runtime.camera_stage import CameraStage
from roadside.runtime.feed import AsFastAsPossible, feed
from roadside.runtime.fold import FoldDriver
from roadside.runtime.line import ObservationLine
from roadside.runtime.recorded_items import Depth, RecordedItems
from roadside.runtime.recorded_run import recorded_site
from roadside.runtime.recorded_truth import recorded_truth
from roadside.runtime.sensing import Sensing
from roadside.runtime.session import Session
from roadside.sources.h264 import H264Decoder
from roadside.types.detections import Detections
from roadside.types.frames import EncodedFrame
from roadside.types.road_users import RoadUserClass
from roadside.types.scene import Scene
from roadside.types.site import Site
from roadside.types.truth import Truth

SECONDS_IN = 13.0
SIGMA_95 = np.sqrt(5.991)
COLOURS = {"car": "#2f7ed8", "van": "#17a2b8", "truck": "#8e44ad", "bus": "#c0392b", "bicycle": "#27ae60",
           "motorcycle": "#b8860b", "pedestrian": "#e67e22"}  # fmt: skip


def replayed() -> tuple[Site, list[Scene], list[Detections], dict[int, Truth]]:
    """Returns the demo's site, scenes, detections and truth."""
    recording = open_recording(recording_path())
    site = recorded_site(recording)
    items = RecordedItems(recording, site, Depth.SENSORS)
    scenes: list[Scene] = []
    detections: list[Detections] = []
    line = ObservationLine()
    sensing = Sensing(site, line, CameraStage.wait_and_offer, site.cameras, detections.append)
    session = Session(sensing, line, FoldDriver(site, (lambda scene, ledger: scenes.append(scene),)))
    session.run(lambda: feed(items, sensing, items.ticks(site), AsFastAsPossible(), session.stop))
    return site, scenes, detections, {truth.time_ns: truth for truth in recorded_truth(recording).road_users}


def picture_of(camera_id: str, time_ns: int, detections: list[Detections]) -> np.ndarray:
    """Returns the camera's last frame before an instant, with its detections drawn in."""
    recording, decoder = open_recording(recording_path()), H264Decoder()
    site = recorded_site(recording)
    picture = None
    for item in RecordedItems(recording, site, Depth.SENSORS):
        if isinstance(item, EncodedFrame) and item.sensor_id == camera_id and item.time_ns <= time_ns:
            frame = decoder.decode(item)
            if frame is not None:
                picture = np.ascontiguousarray(frame.image.rgb(frame.image.width_px, frame.image.height_px))
                newest_ns = item.time_ns
    seen = next(each for each in detections if each.sensor_id == camera_id and each.time_ns == newest_ns)
    camera = next(each for each in site.cameras if each.sensor_id == camera_id)
    draw_detections(picture, seen.select(seen.confidence >= camera.min_confidence))
    return picture


def draw_map(axes: Axes, site: Site, scene: Scene, truth: Truth) -> None:
    """Draws lanes, coverage, true outlines, and the tracks with their velocity and 95 % ellipse."""
    for camera in site.cameras:
        axes.add_patch(Polygon(camera.coverage_m, color="#f3e9c6", alpha=0.6, zorder=0))
    for lane in site.road.lanes:
        axes.plot(*lane.centre_line_m[:, :2].T, color="#c9c9c9", linewidth=6 * lane.width_m / 3.25, zorder=1)
    for row in range(len(truth)):
        axes.add_patch(Polygon(footprint(truth.position_m[row], truth.heading_rad[row], truth.size_m[row]),
                               fill=False, color="black", linewidth=0.8, zorder=3))  # fmt: skip
    for row in range(len(scene.tracks)):
        position, velocity = scene.tracks.states[row, :2], scene.tracks.states[row, 2:]
        colour = COLOURS.get(RoadUserClass(scene.tracks.classes[row]).label, "#555555")
        values, vectors = np.linalg.eigh(scene.tracks.covariances[row, :2, :2])
        angle_deg = np.degrees(np.arctan2(vectors[1, 1], vectors[0, 1]))
        width, height = 2 * SIGMA_95 * np.sqrt(values[::-1])
        axes.add_patch(Ellipse(position, width, height, angle=angle_deg, color=colour, alpha=0.35, zorder=2))
        axes.plot(*position, "o", color=colour, markersize=4, zorder=4)
        axes.annotate("", position + velocity, position, arrowprops={"arrowstyle": "->", "color": colour}, zorder=4)
    for label, colour in COLOURS.items():
        axes.plot([], [], "o", color=colour, label=label)
    axes.plot([], [], color="black", linewidth=0.8, label="truth")
    axes.legend(loc="lower left", fontsize=8, framealpha=0.9)
    axes.set(xlim=(-48, 62), ylim=(-45, 45), aspect="equal", xlabel="east m", ylabel="north m")
    axes.set_title("what the pole publishes: position, velocity, 95 % ellipse", fontsize=10)


def footprint(position_m: np.ndarray, heading_rad: float, size_m: np.ndarray) -> np.ndarray:
    """Returns the (4, 2) corners of a footprint."""
    turn = np.array([[np.cos(heading_rad), -np.sin(heading_rad)], [np.sin(heading_rad), np.cos(heading_rad)]])
    return position_m[:2] + (np.array([[1, 1], [1, -1], [-1, -1], [-1, 1]]) / 2 * size_m[:2]) @ turn.T


def main() -> None:
    """Draws the picture beside this file."""
    site, scenes, detections, truth = replayed()
    wanted_ns = scenes[0].time_ns + round(SECONDS_IN * 1e9)
    scene = next(each for each in scenes if each.time_ns >= wanted_ns)
    figure = plt.figure(figsize=(15, 7.2), dpi=100, layout="constrained")
    grid = figure.add_gridspec(2, 2, width_ratios=(1, 1.35))
    for row, camera in enumerate(site.cameras):
        axes = figure.add_subplot(grid[row, 0])
        axes.imshow(picture_of(camera.sensor_id, scene.time_ns, detections))
        axes.set_title(f"camera {camera.sensor_id}: detections", fontsize=10)
        axes.axis("off")
    draw_map(figure.add_subplot(grid[:, 1]), site, scene, truth[scene.time_ns])
    figure.savefig(Path(__file__).with_name("overview.png"))


main()
