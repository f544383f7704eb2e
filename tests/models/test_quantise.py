"""A network with real convolutions in eight bits, against itself."""

import math
from pathlib import Path

import cv2
import numpy as np
import onnx
import pytest

from roadside.errors import ModelError
from roadside.models.quantise import quantise
from roadside.perception.detector import Detector
from roadside.perception.manifest import load_manifest
from tests.perception.networks import CELL_PX, write_manifest, write_network, write_spot_network
from tests.short_demo import write_short_demo


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Forty dark pictures with a bright cell or two each."""
    random = np.random.default_rng(4)
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(40):
        picture = random.integers(0, 60, (32, 32, 3), dtype=np.uint8)
        for _ in range(random.integers(1, 3)):
            x, y = CELL_PX * random.integers(0, 4, 2)
            picture[y : y + CELL_PX, x : x + CELL_PX] = random.integers(180, 256)
        cv2.imwrite(str(folder / f"{number:02}.png"), picture)
    return folder


def test_a_model_in_eight_bits_still_finds_what_it_found(tmp_path: Path, pictures: Path):
    model = write_spot_network(tmp_path / "spots.onnx")
    report = quantise(str(model), pictures, None, tmp_path / "out")
    assert report.manifest_path == tmp_path / "out" / "spots_int8.toml"
    assert (report.calibrated_on, report.compared_on) == (20, 20)
    assert report.agreement.reference_boxes >= 20
    assert report.agreement.precision == report.agreement.recall == 1.0
    assert abs(report.agreement.confidence_change) < 0.02
    assert math.isnan(report.before.map50)


def test_the_new_model_has_its_convolutions_in_eight_bits_and_a_manifest_of_its_own(tmp_path: Path, pictures: Path):
    model = write_spot_network(tmp_path / "spots.onnx")
    manifest = load_manifest(quantise(str(model), pictures, None, tmp_path / "out").manifest_path)
    network = onnx.load(str(manifest.onnx_path))
    types = {entry.name: entry.data_type for entry in network.graph.initializer}
    assert types["mean_quantized"] == types["steep_quantized"] == onnx.TensorProto.INT8
    assert {"QuantizeLinear", "DequantizeLinear"} <= {node.op_type for node in network.graph.node}
    assert manifest.classes == load_manifest(model).classes
    assert manifest.made.startswith("spots with its convolutions in eight bits, calibrated on 20 frames of pictures.")
    Detector(manifest)


def test_an_old_network_is_brought_to_an_opset_with_a_scale_for_each_channel(tmp_path: Path, pictures: Path):
    model = write_spot_network(tmp_path / "spots.onnx", opset=11)
    report = quantise(str(model), pictures, None, tmp_path / "out")
    assert report.agreement.precision == report.agreement.recall == 1.0


def test_a_recording_with_truth_says_how_precise_both_are(tmp_path: Path):
    model = write_spot_network(tmp_path / "spots.onnx")
    recording = write_short_demo(tmp_path / "short.mcap", 0.6)
    report = quantise(str(model), None, recording, tmp_path / "out")
    assert report.before.ap50.keys() == report.after.ap50.keys() != set()
    assert 0.0 <= report.before.map50 < 0.2  # bright cells are no road users


def test_a_network_without_convolutions_is_left_alone(tmp_path: Path, pictures: Path):
    write_network(tmp_path / "tiny.onnx", [np.ones((1, 3, 4)), np.zeros((1, 3, 1))], (1, 3, 32, 32))
    model = write_manifest(tmp_path / "tiny.onnx", "roadside", ["car"])
    with pytest.raises(ModelError, match=r"tiny\.onnx: must have convolutions to quantise, got none"):
        quantise(str(model), pictures, None, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_network_in_eight_bits_is_not_quantised_again(tmp_path: Path, pictures: Path):
    model = write_spot_network(tmp_path / "spots.onnx")
    report = quantise(str(model), pictures, None, tmp_path / "out")
    with pytest.raises(ModelError, match=r"spots_int8\.onnx: .* got one that is quantised already"):
        quantise(str(report.manifest_path), pictures, None, tmp_path / "out")


def test_nothing_is_written_over(tmp_path: Path, pictures: Path):
    model = write_spot_network(tmp_path / "spots.onnx")
    quantise(str(model), pictures, None, tmp_path / "out")
    with pytest.raises(ModelError, match=r"spots_int8\.onnx: is there already"):
        quantise(str(model), pictures, None, tmp_path / "out")
