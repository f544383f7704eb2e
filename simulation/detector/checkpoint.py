"""All that an interrupted training needs to go on, in one file that is always whole."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from simulation.detector.network import Network

CHECKPOINT_FILE = "checkpoint.pt"


@dataclass(slots=True)
class Progress:
    """Where a training stands. What is drawn by lot follows from the seed and the step, so no generator is kept.

    Attributes:
        network: as it learns.
        averaged: the moving average of its weights, which is what is exported.
        optimizer: with its moments.
        step: steps done.
        spent_s: time spent in them.
        seed: of all that is drawn.
        videos: names of the videos that gave photographs to learn from.
    """

    network: Network
    averaged: Network
    optimizer: torch.optim.Optimizer
    step: int
    spent_s: float
    seed: int
    videos: tuple[str, ...] = ()


def save(progress: Progress, folder: Path) -> None:
    """Writes the checkpoint of a folder; one that is interrupted leaves the former one."""
    state = {
        "network": progress.network.state_dict(),
        "averaged": progress.averaged.state_dict(),
        "optimizer": progress.optimizer.state_dict(),
        "step": progress.step,
        "spent_s": progress.spent_s,
        "seed": progress.seed,
        "videos": list(progress.videos),
    }
    unfinished = folder / (CHECKPOINT_FILE + ".part")
    torch.save(state, unfinished)
    unfinished.replace(folder / CHECKPOINT_FILE)


def resume(progress: Progress, folder: Path) -> bool:
    """Fills a fresh training from a folder's checkpoint and returns whether there was one.

    Raises:
        ValueError: it was another training's.
    """
    path = folder / CHECKPOINT_FILE
    if not path.is_file():
        return False
    state = torch.load(path, map_location="cpu", weights_only=True)
    if state["seed"] != progress.seed:
        raise ValueError(f"{path}: seed must be {progress.seed}, got {state['seed']}")
    if (videos := tuple(state.get("videos", ()))) != progress.videos:
        raise ValueError(f"{path}: must have learnt from the videos {progress.videos}, got {videos}")
    progress.network.load_state_dict(state["network"])
    progress.averaged.load_state_dict(state["averaged"])
    progress.optimizer.load_state_dict(state["optimizer"])
    progress.step, progress.spent_s = int(state["step"]), float(state["spent_s"])
    return True


def videos_of(path: Path) -> tuple[str, ...]:
    """Returns the names of the videos that gave a training photographs to learn from."""
    return tuple(torch.load(path, map_location="cpu", weights_only=True).get("videos", ()))


def averaged_network(path: Path, network: Network) -> Network:
    """Returns a network with the averaged weights of a checkpoint, ready to be exported."""
    state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    network.load_state_dict(state["averaged"])
    network.eval()
    return network


def average_in(averaged: nn.Module, network: nn.Module, decay: float) -> None:
    """Moves the averaged weights towards the network's; counters are copied."""
    # State dicts are detached: nothing here is followed by the gradient.
    pairs = list(zip(averaged.state_dict().values(), network.state_dict().values(), strict=True))
    moving = [pair for pair in pairs if pair[0].dtype.is_floating_point]
    torch._foreach_lerp_([kept for kept, _ in moving], [fresh for _, fresh in moving], 1.0 - decay)
    for kept, fresh in pairs:
        if not kept.dtype.is_floating_point:
            kept.copy_(fresh)
