"""The detection network: a small convolutional backbone, a two-way neck and decoupled heads at strides 8, 16 and 32.

Every layer is a convolution, a ReLU, a sum, a maximum or a copy: what a CPU runs fast and what survives eight bits.
Batch normalisation disappears into the convolutions when the network is exported.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

STRIDES_PX = (8, 16, 32)
"""Cells of the three levels, in pixels of the network's input."""
PRIOR_SCORE = 0.01
"""Score of every cell before training: the head's bias starts there, so that the many empty cells do not swamp the few
others (RetinaNet, https://arxiv.org/abs/1708.02002, section 4.1)."""
FIRST_REACH_CELLS = 1.5
"""Distance from a cell's centre to each edge of its box before training, in cells."""


@dataclass(frozen=True, slots=True)
class NetworkShape:
    """How wide and deep the network is.

    Attributes:
        stem_width: channels at stride 2.
        backbone_widths: channels at strides 4, 8, 16, 32.
        backbone_depths: residual pairs at those strides; 0 leaves the stage a single convolution.
        detail_width: channels that the finest level takes straight from stride 4, where small things still have shape.
        neck_widths: channels of the neck and the heads at strides 8, 16, 32.
        head_widths: channels inside each branch of the heads at strides 8, 16, 32.
    """

    stem_width: int = 16
    backbone_widths: tuple[int, int, int, int] = (32, 64, 128, 192)
    backbone_depths: tuple[int, int, int, int] = (0, 2, 2, 1)
    detail_width: int = 32
    neck_widths: tuple[int, int, int] = (64, 96, 128)
    head_widths: tuple[int, int, int] = (48, 64, 64)


class ConvUnit(nn.Sequential):  # type: ignore[misc]
    """Convolution, batch normalisation, ReLU."""

    def __init__(self, inputs: int, outputs: int, kernel_px: int = 3, stride: int = 1) -> None:
        super().__init__(
            nn.Conv2d(inputs, outputs, kernel_px, stride, kernel_px // 2, bias=False),
            nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.03),
            nn.ReLU(inplace=True),
        )


class ResidualPair(nn.Module):  # type: ignore[misc]
    """Two 3 x 3 convolutions around a skip, narrow in between."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.narrow = ConvUnit(width, width // 2)
        self.widen = ConvUnit(width // 2, width)

    def forward(self, features: Tensor) -> Tensor:
        """Returns features of the same shape."""
        return features + self.widen(self.narrow(features))


class PartialStage(nn.Module):  # type: ignore[misc]
    """Half of the channels go through residual pairs, half go by; both are mixed at the end.

    The idea is that of cross-stage partial networks (https://arxiv.org/abs/1911.11929).
    """

    def __init__(self, inputs: int, outputs: int, depth: int) -> None:
        super().__init__()
        half = outputs // 2
        self.worked = ConvUnit(inputs, half, 1)
        self.passed = ConvUnit(inputs, half, 1)
        self.pairs = nn.Sequential(*[ResidualPair(half) for _ in range(depth)])
        self.mix = ConvUnit(2 * half, outputs, 1)

    def forward(self, features: Tensor) -> Tensor:
        """Returns (B, outputs, h, w) features."""
        return self.mix(torch.cat([self.pairs(self.worked(features)), self.passed(features)], 1))


class WideView(nn.Module):  # type: ignore[misc]
    """Maxima over 5 and 9 cells beside the features themselves: the coarsest level sees most of the picture."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.maximum = nn.MaxPool2d(5, 1, 2)
        self.mix = ConvUnit(3 * width, width, 1)

    def forward(self, features: Tensor) -> Tensor:
        """Returns features of the same shape."""
        near = self.maximum(features)
        return self.mix(torch.cat([features, near, self.maximum(near)], 1))


class Backbone(nn.Module):  # type: ignore[misc]
    """Picture to features at strides 4, 8, 16, 32."""

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        self.stem = ConvUnit(3, shape.stem_width, 3, 2)
        inputs = (shape.stem_width, *shape.backbone_widths[:3])
        self.stages = nn.ModuleList(
            nn.Sequential(ConvUnit(before, width, 3, 2), *([PartialStage(width, width, depth)] if depth else []))
            for before, width, depth in zip(inputs, shape.backbone_widths, shape.backbone_depths, strict=True)
        )
        self.wide_view = WideView(shape.backbone_widths[3])

    def forward(self, pictures: Tensor) -> list[Tensor]:
        """Returns features at strides 4, 8, 16 and 32."""
        features = self.stem(pictures)
        levels = []
        for stage in self.stages:
            features = stage(features)
            levels.append(features)
        levels[-1] = self.wide_view(levels[-1])
        return levels


class Neck(nn.Module):  # type: ignore[misc]
    """Meaning goes down from coarse to fine, place goes back up; the finest level also takes detail from stride 4."""

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        (w4, w8, w16, w32), (fine, middle, coarse) = shape.backbone_widths, shape.neck_widths
        self.detail = ConvUnit(w4, shape.detail_width, 3, 2)
        self.lateral_16_from_32 = ConvUnit(w32, coarse, 1)
        self.down_16 = PartialStage(w16 + coarse, middle, 1)
        self.lateral_8_from_16 = ConvUnit(middle, fine, 1)
        self.down_8 = PartialStage(w8 + fine + shape.detail_width, fine, 1)
        self.shrink_8 = ConvUnit(fine, fine, 3, 2)
        self.up_16 = PartialStage(fine + middle, middle, 1)
        self.shrink_16 = ConvUnit(middle, middle, 3, 2)
        self.up_32 = PartialStage(middle + coarse, coarse, 1)

    def forward(self, levels: list[Tensor]) -> list[Tensor]:
        """Returns features at strides 8, 16 and 32."""
        at_4, at_8, at_16, at_32 = levels
        top = self.lateral_16_from_32(at_32)
        middle = self.down_16(torch.cat([at_16, _doubled(top)], 1))
        from_16 = _doubled(self.lateral_8_from_16(middle))
        fine = self.down_8(torch.cat([at_8, from_16, self.detail(at_4)], 1))
        middle = self.up_16(torch.cat([self.shrink_8(fine), middle], 1))
        coarse = self.up_32(torch.cat([self.shrink_16(middle), top], 1))
        return [fine, middle, coarse]


class Branch(nn.Sequential):  # type: ignore[misc]
    """One half of a head: a 3 x 3 convolution and a plain 1 x 1 one that gives the numbers."""

    def __init__(self, inputs: int, inside: int, outputs: int, bias: float) -> None:
        last = nn.Conv2d(inside, outputs, 1)
        nn.init.normal_(last.weight, std=0.01)
        nn.init.constant_(last.bias, bias)
        super().__init__(ConvUnit(inputs, inside), last)


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Where the N cells of all levels lie, finest level first, row by row.

    Attributes:
        centre_px: (N, 2) x, y in pixels of the input, continuous.
        stride_px: (N,) side of each cell.
    """

    centre_px: Tensor
    stride_px: Tensor


def cells_of(width_px: int, height_px: int) -> Cells:
    """Returns the cells of an input of that size."""
    centres, strides = [], []
    for stride_px in STRIDES_PX:
        x = (torch.arange(width_px // stride_px) + 0.5) * stride_px
        y = (torch.arange(height_px // stride_px) + 0.5) * stride_px
        rows, columns = torch.meshgrid(y, x, indexing="ij")
        centres.append(torch.stack([columns.flatten(), rows.flatten()], 1))
        strides.append(torch.full((rows.numel(),), float(stride_px)))
    return Cells(torch.cat(centres), torch.cat(strides))


class Network(nn.Module):  # type: ignore[misc]
    """Pictures to class logits and edge distances of every cell.

    Attributes:
        class_count: C.
        shape: widths and depths.
    """

    def __init__(self, class_count: int, shape: NetworkShape | None = None) -> None:
        super().__init__()
        self.class_count = class_count
        self.shape = shape or NetworkShape()
        self.backbone = Backbone(self.shape)
        self.neck = Neck(self.shape)
        score_bias = -math.log((1.0 - PRIOR_SCORE) / PRIOR_SCORE)
        reach_bias = math.log(math.expm1(FIRST_REACH_CELLS))
        widths = list(zip(self.shape.neck_widths, self.shape.head_widths, strict=True))
        self.score_branches = nn.ModuleList(Branch(w, inside, class_count, score_bias) for w, inside in widths)
        self.reach_branches = nn.ModuleList(Branch(w, inside, 4, reach_bias) for w, inside in widths)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Returns (B, N, C) logits and (B, N, 4) raw reaches of (B, 3, height, width) pictures, RGB 0 to 1."""
        features = self.neck(self.backbone(pictures))
        logits = [branch(level).flatten(2) for branch, level in zip(self.score_branches, features, strict=True)]
        reaches = [branch(level).flatten(2) for branch, level in zip(self.reach_branches, features, strict=True)]
        return torch.cat(logits, 2).transpose(1, 2), torch.cat(reaches, 2).transpose(1, 2)


def boxes_px(raw_reaches: Tensor, cells: Cells) -> Tensor:
    """Returns (..., N, 4) boxes in pixels of the input from (..., N, 4) raw reaches left, up, right, down.

    A softplus keeps the distances positive and grows like the raw number itself: a bus beside the pole has a gradient
    as good as a cone far away.
    """
    reaches_px = functional.softplus(raw_reaches) * cells.stride_px[:, None]
    return torch.cat([cells.centre_px - reaches_px[..., :2], cells.centre_px + reaches_px[..., 2:]], -1)


class Detecting(nn.Module):  # type: ignore[misc]
    """The network as the service runs it: boxes in pixels of the input and scores, both ready to use."""

    def __init__(self, network: Network, width_px: int, height_px: int) -> None:
        super().__init__()
        self.network = network
        self.cells = cells_of(width_px, height_px)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Returns (B, N, 4) boxes and (B, N, C) scores."""
        logits, raw_reaches = self.network(pictures)
        return boxes_px(raw_reaches, self.cells), logits.sigmoid()


def _doubled(features: Tensor) -> Tensor:
    return functional.interpolate(features, scale_factor=2.0, mode="nearest")
