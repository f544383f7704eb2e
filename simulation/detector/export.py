"""From a trained network to what the service loads: an ONNX file and its manifest."""

import copy
import hashlib
import warnings
from pathlib import Path

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from roadside.perception.manifest import ModelManifest, load_manifest
from simulation.detector.classes import CLASSES
from simulation.detector.network import ConvUnit, Detecting, Network

INPUT_WIDTH_PX, INPUT_HEIGHT_PX = 640, 384
OPSET = 17
CONFIDENCE, OVERLAP = 0.45, 0.5


def fused(network: Network) -> Network:
    """Returns a copy in which batch normalisation has become part of the convolutions."""
    result = copy.deepcopy(network)
    result.eval()
    for module in result.modules():
        if isinstance(module, ConvUnit):
            module[0] = fuse_conv_bn_eval(module[0], module[1])
            module[1] = nn.Identity()
    return result


def write_onnx(network: Network, path: Path) -> None:
    """Writes the network with its decoding, for any number of pictures at once."""
    detecting = Detecting(fused(network), INPUT_WIDTH_PX, INPUT_HEIGHT_PX).eval()
    example = torch.zeros(1, 3, INPUT_HEIGHT_PX, INPUT_WIDTH_PX)
    with warnings.catch_warnings():
        # The tracing exporter is the one whose graphs onnxruntime fuses best; torch warns that it is the older one.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            detecting, (example,), str(path), input_names=["images"], output_names=["boxes", "scores"],
            dynamic_axes={name: {0: "n"} for name in ("images", "boxes", "scores")}, opset_version=OPSET, dynamo=False,
        )  # fmt: skip


def write_manifest(onnx_path: Path, made: str) -> ModelManifest:
    """Writes the manifest beside an ONNX file of ours and returns it as the service reads it.

    Args:
        onnx_path: the ONNX file.
        made: how the network came about and how good it is.
    """
    classes = "\n".join(f'{index} = "{entry.label}"' for index, entry in enumerate(CLASSES))
    path = onnx_path.with_suffix(".toml")
    path.write_text(
        f"""format = 1
file = "{onnx_path.name}"
sha256 = "{hashlib.sha256(onnx_path.read_bytes()).hexdigest()}"
head = "roadside"
licence = "Apache-2.0"
made = \"\"\"
{made}\"\"\"

[input]
width_px = {INPUT_WIDTH_PX}
height_px = {INPUT_HEIGHT_PX}
colours = "rgb"
values = "0..1"
placement = "centred"

[thresholds]
confidence = {CONFIDENCE}
overlap = {OVERLAP}

[classes]
{classes}
""",
        encoding="utf-8",
    )
    return load_manifest(path)
