from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch stays out of the service and of CI: these run where models are made")
pytest.importorskip("onnx", reason="models are made with onnx")

import onnxruntime  # noqa: E402

from roadside.perception.detector import Detector  # noqa: E402
from roadside.types.frames import Frame  # noqa: E402
from simulation.detector.classes import CLASSES  # noqa: E402
from simulation.detector.evaluation import StoredPicture  # noqa: E402
from simulation.detector.export import INPUT_HEIGHT_PX, INPUT_WIDTH_PX, fused, write_manifest, write_onnx  # noqa: E402
from simulation.detector.network import Detecting, Network, NetworkShape  # noqa: E402

NARROW = NetworkShape(8, (8, 16, 16, 16), (0, 1, 1, 1), 8, (16, 16, 16), (8, 8, 8))


def _network() -> Network:
    """A network whose batch normalisation has seen something."""
    torch.manual_seed(1)
    network = Network(len(CLASSES), NARROW)
    with torch.no_grad():
        for _ in range(3):
            network(torch.rand(2, 3, 64, 64))
    return network.eval()


def test_fusing_changes_no_number() -> None:
    network = _network()
    pictures = torch.rand(2, 3, 64, 96)
    with torch.no_grad():
        for before, after in zip(network(pictures), fused(network)(pictures), strict=True):
            torch.testing.assert_close(before, after, rtol=1e-3, atol=1e-4)


def test_the_onnx_file_says_what_the_network_says_for_any_number_of_pictures(tmp_path: Path) -> None:
    network, path = _network(), tmp_path / "small.onnx"
    write_onnx(network, path)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    for count in (1, 3):
        pictures = torch.rand(count, 3, INPUT_HEIGHT_PX, INPUT_WIDTH_PX)
        with torch.no_grad():
            boxes, scores = Detecting(network, INPUT_WIDTH_PX, INPUT_HEIGHT_PX).eval()(pictures)
        got_boxes, got_scores = session.run(None, {"images": pictures.numpy()})
        np.testing.assert_allclose(got_boxes, boxes.numpy(), rtol=1e-3, atol=1e-2)
        np.testing.assert_allclose(got_scores, scores.numpy(), rtol=1e-3, atol=1e-5)


def test_the_service_loads_what_was_exported(tmp_path: Path) -> None:
    write_onnx(_network(), tmp_path / "small.onnx")
    manifest = write_manifest(tmp_path / "small.onnx", "Made in a test.")
    grey = np.full((360, 640, 3), 90, dtype=np.uint8)

    assert manifest.classes == CLASSES
    assert len(Detector(manifest).detect(Frame("camera", 0, 0, StoredPicture(grey)))) == 0
