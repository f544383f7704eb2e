"""What the detector costs beyond the network: ``python -m benchmarks.detection``.

From a decoded picture to ``Detections``, against the bare ``InferenceSession.run`` on the same input tensor with the
same session options, in one process and in turns: block by block, and within a block call by call, so that a busy
machine slows both alike. Each block gives a ratio of medians; the figure is the middle block, its spread the quartiles
of the blocks. CPU time of the process is shown as well: a thread pool beside the caller would not show in the wall
time.

The stand-in network has random weights and about the cost of a YOLO11n at 640 x 640 (6.5 GFLOP), the ``roadside``
head with 8400 rows, and a fixed score bias that lets some dozens of them over the threshold.
"""

import argparse
import hashlib
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from rich.console import Console
from rich.table import Table

from roadside.perception.detector import Detector
from roadside.perception.letterbox import InputTensor
from roadside.perception.manifest import CHECKOUT_FOLDER, ModelManifest, load_manifest
from roadside.perception.session import session_options
from roadside.sources.picture import DecodedPicture
from roadside.types.frames import Frame

BLOCKS = 5
YOLOX_NANO = Path(__file__).parents[2] / "shared" / "data" / "detector" / "yolox_nano" / "yolox_nano.onnx"
SIDE_PX = 640
CLASSES = ("car", "van", "truck", "bus", "motorcycle", "bicycle", "pedestrian")
HOT_ROWS = 60
STAGES = ((16, 0), (32, 1), (64, 2), (128, 3), (256, 3))
"""Channels and extra 3 x 3 convolutions of the stages at strides 2 to 32."""

MANIFEST = """
format = 1
file = "standin.onnx"
sha256 = "{sha256}"
head = "roadside"
licence = "Apache-2.0"
made = "random weights"
input = {{ width_px = 640, height_px = 640, colours = "rgb", values = "0..1", placement = "centred" }}
thresholds = {{ confidence = 0.3, overlap = 0.6 }}

[classes]
{classes}
"""


class NetworkBuilder:
    """Adds layers to a graph and counts what they cost."""

    def __init__(self) -> None:
        self.random = np.random.default_rng(0)
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.gflop = 0.0

    def constant(self, values: np.ndarray) -> str:
        """Adds a constant and returns its name."""
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(values, name))
        return name

    def node(self, kind: str, *inputs: str, **attributes: object) -> str:
        """Adds a node with one output and returns its name."""
        name = f"node{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def convolution(self, source: str, channels: tuple[int, int], side: int, stride: int, out_px: int) -> str:
        """Adds a convolution with weights that keep the variance (He et al., 2015)."""
        inputs, outputs = channels
        sigma = np.sqrt(2.0 / (inputs * side * side))
        weights = self.random.normal(0.0, sigma, (outputs, inputs, side, side)).astype(np.float32)
        self.gflop += 2e-9 * weights.size * out_px * out_px
        pads = [side // 2] * 4
        return self.node("Conv", source, self.constant(weights), strides=[stride, stride], pads=pads)

    def activated(self, source: str) -> str:
        """Adds the activation of the YOLO family, x * sigmoid(x)."""
        return self.node("Mul", source, self.node("Sigmoid", source))

    def flattened(self, source: str, channels: int) -> str:
        """Adds (1, C, h, w) to (1, h * w, C)."""
        shape = self.constant(np.array([1, channels, -1], dtype=np.int64))
        return self.node("Transpose", self.node("Reshape", source, shape), perm=[0, 2, 1])


def standin_network(path: Path) -> float:
    """Writes the stand-in and returns its cost in GFLOP."""
    build = NetworkBuilder()
    source, inputs, side_px = "images", 3, SIDE_PX
    levels = []
    for channels, depth in STAGES:
        side_px //= 2
        source = build.activated(build.convolution(source, (inputs, channels), 3, 2, side_px))
        for _ in range(depth):
            narrow = build.activated(build.convolution(source, (channels, channels // 2), 3, 1, side_px))
            wide = build.activated(build.convolution(narrow, (channels // 2, channels), 3, 1, side_px))
            source = build.node("Add", source, wide)
        levels.append((source, channels, side_px))
        inputs = channels
    boxes, scores = [], []
    for level, channels, level_px in levels[2:]:
        for width, into in ((4, boxes), (len(CLASSES), scores)):
            hidden = build.activated(build.convolution(level, (channels, 64), 3, 1, level_px))
            raw = build.convolution(hidden, (64, width), 1, 1, level_px)
            into.append(build.flattened(raw, width))
    box_rows = build.node("Concat", *boxes, axis=1)
    score_rows = build.node("Concat", *scores, axis=1)
    outputs = (_plausible_boxes(build, box_rows), _sparse_scores(build, score_rows))
    build.nodes.append(helper.make_node("Identity", [outputs[0]], ["boxes"]))
    build.nodes.append(helper.make_node("Identity", [outputs[1]], ["scores"]))
    images = helper.make_tensor_value_info("images", TensorProto.FLOAT, (1, 3, SIDE_PX, SIDE_PX))
    declared = [
        helper.make_tensor_value_info("boxes", TensorProto.FLOAT, (1, 8400, 4)),
        helper.make_tensor_value_info("scores", TensorProto.FLOAT, (1, 8400, len(CLASSES))),
    ]
    graph = helper.make_graph(build.nodes, "standin", [images], declared, build.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())
    return build.gflop


def _plausible_boxes(build: NetworkBuilder, rows: str) -> str:
    """Random boxes in the picture, in clusters that overlap, moved by the network by a pixel at most."""
    corners = build.random.uniform(0, 560, (8400 // 4, 1, 2)) + build.random.uniform(0, 12, (8400 // 4, 4, 2))
    sizes = build.random.uniform(20, 60, (8400 // 4, 1, 2))
    fixed = np.concatenate([corners, corners + sizes], axis=2).reshape(1, 8400, 4).astype(np.float32)
    return build.node("Add", build.node("Tanh", rows), build.constant(fixed))


def _sparse_scores(build: NetworkBuilder, rows: str) -> str:
    """Some dozens of confident rows in clusters of four, the rest near zero, as a trained network gives."""
    bias = np.full((1, 2100, 4, len(CLASSES)), -6.0, dtype=np.float32)
    hot = build.random.choice(2100, HOT_ROWS // 4, replace=False)
    bias[0, hot, :, build.random.integers(0, len(CLASSES), len(hot))] = 1.5
    flat = build.constant(bias.reshape(1, 8400, len(CLASSES)))
    return build.node("Sigmoid", build.node("Add", build.node("Tanh", rows), flat))


@dataclass(frozen=True)
class Timing:
    """Median wall and CPU milliseconds per call of one block."""

    wall_ms: float
    cpu_ms: float


def road_frame(width_px: int, height_px: int) -> Frame:
    """Returns a decoded-looking frame: smooth shapes with noise, in the camera's own colour planes."""
    random = np.random.default_rng(1)
    y, x = np.mgrid[0:height_px, 0:width_px]
    base = 100 + 60 * np.sin(x / 37.0)[..., None] * np.cos(y / 23.0)[..., None]
    rgb = (base + random.normal(0, 8, (height_px, width_px, 3))).clip(0, 255).astype(np.uint8)
    picture = av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(format="yuv420p")
    return Frame("benchmark", 0, 0, DecodedPicture(picture))


def interleaved(manifest: ModelManifest, frame: Frame, calls: int) -> tuple[list[Timing], list[Timing], int]:
    """Returns the blocks of the bare run and of the whole detector, and how many detections there were."""
    detector = Detector(manifest)
    bare = onnxruntime.InferenceSession(str(manifest.onnx_path), session_options(), providers=["CPUExecutionProvider"])
    tensor = InputTensor(manifest.input)
    tensor.write(frame.image)
    name = bare.get_inputs()[0].name

    def run_bare() -> None:
        bare.run(None, {name: tensor.array})

    def run_whole() -> None:
        detector.detect(frame)

    blocks: tuple[list[Timing], list[Timing]] = ([], [])
    for block in range(BLOCKS + 1):
        wall = np.zeros((2, calls))
        cpu = np.zeros((2, calls))
        for call in range(calls):
            for which in (0, 1) if call % 2 else (1, 0):
                started, cpu_started = time.perf_counter(), time.process_time()
                (run_bare, run_whole)[which]()
                wall[which, call] = time.perf_counter() - started
                cpu[which, call] = time.process_time() - cpu_started
        if block:  # the first block warms up
            for which in (0, 1):
                blocks[which].append(Timing(1e3 * float(np.median(wall[which])), 1e3 * float(np.median(cpu[which]))))
    return *blocks, len(detector.detect(frame))


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--calls", type=int, default=30, help="calls of each side per block")
    calls = parser.parse_args().calls
    table = Table(
        "model", "picture", "bare run ms", "detector ms", "wall ratio (quartiles)", "CPU ratio (quartiles)", "boxes",
        title=f"{BLOCKS} interleaved blocks of {calls} calls each, medians",
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        for title, manifest in _models(Path(folder)):
            for size in ((1280, 720), (960, 540)):
                bare, whole, boxes = interleaved(manifest, road_frame(*size), calls)
                table.add_row(title, f"{size[0]}x{size[1]}", *_figures(bare, whole), str(boxes))
    Console(width=140).print(table)


def _models(folder: Path) -> list[tuple[str, ModelManifest]]:
    gflop = standin_network(folder / "standin.onnx")
    digest = hashlib.sha256((folder / "standin.onnx").read_bytes()).hexdigest()
    rows = "\n".join(f'{index} = "{label}"' for index, label in enumerate(CLASSES))
    (folder / "standin.toml").write_text(MANIFEST.format(sha256=digest, classes=rows))
    models = [
        (f"stand-in 640x640 ({gflop:.1f} GFLOP)", load_manifest(folder / "standin.toml")),
        ("roadside_first 480x288", load_manifest("roadside_first")),
    ]
    if YOLOX_NANO.exists():
        (folder / "yolox_nano.onnx").symlink_to(YOLOX_NANO)
        (folder / "yolox_nano.toml").write_text((CHECKOUT_FOLDER / "yolox_nano.toml").read_text())
        models.append(("yolox_nano 416x416", load_manifest(folder / "yolox_nano.toml")))
    return models


def _figures(bare: list[Timing], whole: list[Timing]) -> list[str]:
    wall = np.array([[b.wall_ms, w.wall_ms] for b, w in zip(bare, whole, strict=True)])
    cpu = np.array([[b.cpu_ms, w.cpu_ms] for b, w in zip(bare, whole, strict=True)])
    return [
        f"{np.median(wall[:, 0]):.2f}", f"{np.median(wall[:, 1]):.2f}",
        *(_ratio_with_quartiles(times) for times in (wall, cpu)),
    ]  # fmt: skip


def _ratio_with_quartiles(times_ms: np.ndarray) -> str:
    ratios = times_ms[:, 1] / times_ms[:, 0]
    low, middle, high = np.percentile(ratios, [25, 50, 75])
    return f"{middle:.3f} ({low:.3f} to {high:.3f})"


if __name__ == "__main__":
    main()
