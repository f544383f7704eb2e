"""Training on a CPU: one process per core, each with batches of its own, gradients averaged after every step.

Two processes of one thread each get more done than one process of two: they meet once per step, not at the end of
every layer, which matters most when somebody else uses the cores as well.
"""

import copy
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor, distributed, multiprocessing
from torch.nn.utils import clip_grad_norm_

from simulation.detector.assignment import Truth
from simulation.detector.batches import Batch, BatchSource
from simulation.detector.checkpoint import Progress, average_in, averaged_network, resume, save
from simulation.detector.classes import CLASSES
from simulation.detector.loss import Loss, loss_of
from simulation.detector.network import Network, NetworkShape, cells_of
from simulation.detector.schedule import Budget, Schedule

LOG_FILE = "log.txt"
STEPS_PER_LINE = 50
WEIGHT_DECAY = 0.03
LARGEST_GRADIENT = 10.0


@dataclass(frozen=True, slots=True)
class Training:
    """One training, from the first step to the last.

    Attributes:
        folder: where checkpoint and log lie; the same folder goes on where it stopped.
        budget: how long.
        seed: of all that is drawn.
        workers: processes of one thread each.
        shape: of the network.
        schedule: what changes with progress.
        seconds_per_checkpoint: from one checkpoint to the next.
        begins_with: checkpoint of another training whose averaged network this one goes on from, or none.
        videos: names of those that give photographs.
    """

    folder: Path
    budget: Budget
    seed: int = 1
    workers: int = 2
    shape: NetworkShape = field(default_factory=NetworkShape)
    schedule: Schedule = field(default_factory=Schedule)
    seconds_per_checkpoint: float = 180.0
    begins_with: Path | None = None
    videos: tuple[str, ...] = ()


def train(training: Training, source: BatchSource, judge: Callable[[Network], str] | None = None) -> None:
    """Trains until the budget is spent; the result is the folder's checkpoint.

    Args:
        training: what is to be done.
        source: of what is learnt from.
        judge: says in a line how good the averaged network is; asked at every third checkpoint.
    """
    training.folder.mkdir(parents=True, exist_ok=True)
    for left_over in training.folder.glob("meeting_*"):
        left_over.unlink()
    meeting = training.folder / f"meeting_{os.getpid()}"
    try:
        # Forked, so that the pictures lie in memory once: nobody writes to them.
        multiprocessing.start_processes(
            _work, (training, source, judge, meeting), nprocs=training.workers, start_method="fork"
        )
    finally:
        meeting.unlink(missing_ok=True)


def start(training: Training) -> Progress:
    """Returns a training that has not begun, or where its folder's checkpoint left it."""
    torch.manual_seed(training.seed)
    network = Network(len(CLASSES), training.shape).to(memory_format=torch.channels_last)
    if training.begins_with is not None:
        averaged_network(training.begins_with, network)
    decayed = [weights for weights in network.parameters() if weights.ndim > 1]
    others = [weights for weights in network.parameters() if weights.ndim <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": WEIGHT_DECAY}, {"params": others, "weight_decay": 0.0}], lr=0.0
    )
    progress = Progress(network, copy.deepcopy(network).eval(), optimizer, 0, 0.0, training.seed, training.videos)
    resume(progress, training.folder)
    return progress


def step_loss(network: Network, batch: Batch) -> Loss:
    """Returns the loss of one batch, ready for the way back."""
    pictures = torch.from_numpy(batch.rgb).to(torch.float32, memory_format=torch.channels_last).div_(255.0)
    logits, raw_reaches = network(pictures)
    cells = cells_of(batch.rgb.shape[3], batch.rgb.shape[2])
    return loss_of(logits, raw_reaches, cells, _truth(batch))


def take_step(training: Training, progress: Progress, source: BatchSource, part: int) -> Loss:
    """Takes one step of one worker and returns its loss; workers leave a step with equal networks."""
    share = training.budget.progress(progress.step, progress.spent_s)
    rate = training.schedule.rate(share, progress.step)
    for group in progress.optimizer.param_groups:
        group["lr"] = rate
    progress.network.train()
    loss = step_loss(progress.network, source.batch(progress.step, part, training.schedule.shape(share)))
    progress.optimizer.zero_grad(set_to_none=False)
    loss.total.backward()
    if training.workers > 1:
        _meet(progress.network, training.workers)
    clip_grad_norm_(progress.network.parameters(), LARGEST_GRADIENT)
    progress.optimizer.step()
    average_in(progress.averaged, progress.network, training.schedule.decay(progress.step))
    progress.step += 1
    return loss


def _work(
    part: int, training: Training, source: BatchSource, judge: Callable[[Network], str] | None, meeting: Path
) -> None:
    torch.set_num_threads(1)
    cv2.setNumThreads(0)
    if training.workers > 1:
        os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
        distributed.init_process_group("gloo", init_method=f"file://{meeting}", rank=part, world_size=training.workers)
    progress = start(training)
    log = _Log(training) if part == 0 else None
    saved_s, lines = progress.spent_s, 0
    while training.budget.progress(progress.step, progress.spent_s) < 1.0:
        began_s = time.monotonic()
        loss = take_step(training, progress, source, part)
        progress.spent_s += _quickest(time.monotonic() - began_s, training.workers)
        if log is not None:
            log.add(progress, loss)
        if progress.spent_s - saved_s >= training.seconds_per_checkpoint:
            saved_s, lines = progress.spent_s, lines + 1
            if log is not None:
                save(progress, training.folder)
                if judge is not None and lines % 3 == 0:
                    log.say(judge(progress.averaged))
    if log is not None:
        save(progress, training.folder)
        log.say(f"done after {progress.step} steps, {progress.spent_s / 60.0:.1f} minutes")
        if judge is not None:
            log.say(judge(progress.averaged))
    if training.workers > 1:
        distributed.destroy_process_group()


def _truth(batch: Batch) -> Truth:
    def boxes(values: np.ndarray) -> Tensor:
        return torch.from_numpy(values.astype(np.float32))

    return Truth(
        torch.from_numpy(batch.of_picture), boxes(batch.box_px), torch.from_numpy(batch.class_index),
        torch.from_numpy(batch.ignored_of_picture), boxes(batch.ignored_box_px), torch.from_numpy(batch.is_photograph),
    )  # fmt: skip


def _meet(network: Network, workers: int) -> None:
    """Averages gradients and the running statistics of batch normalisation over the workers."""
    shared = [weights.grad for weights in network.parameters() if weights.grad is not None]
    shared += [buffer for buffer in network.buffers() if buffer.dtype.is_floating_point]
    flat = torch.cat([entry.reshape(-1) for entry in shared])
    distributed.all_reduce(flat)
    flat /= workers
    with torch.no_grad():
        for entry, part in zip(shared, flat.split([entry.numel() for entry in shared]), strict=True):
            entry.copy_(part.view_as(entry))


def _quickest(step_s: float, workers: int) -> float:
    """Returns the least time that a worker took for a step, the same for all, so that they end together.

    The others waited for one that was judging or saving, which is no training.
    """
    if workers == 1:
        return step_s
    shared = torch.tensor([step_s], dtype=torch.float64)
    distributed.all_reduce(shared, op=distributed.ReduceOp.MIN)
    return float(shared)


class _Log:
    """Lines in a file and on the terminal."""

    def __init__(self, training: Training) -> None:
        self._training = training
        self._path = training.folder / LOG_FILE
        self._losses: list[tuple[float, float]] = []
        self._since_s = -1.0

    def add(self, progress: Progress, loss: Loss) -> None:
        """Counts a step in and says something every few."""
        if self._since_s < 0.0:
            self._since_s = progress.spent_s
        self._losses.append((float(loss.score), float(loss.box)))
        if progress.step % STEPS_PER_LINE:
            return
        score, box = np.mean(self._losses, axis=0)
        share = self._training.budget.progress(progress.step, progress.spent_s)
        rate = self._training.schedule.rate(share, progress.step)
        per_step_s = (progress.spent_s - self._since_s) / max(len(self._losses) - 1, 1)
        self.say(
            f"step {progress.step} ({100.0 * share:.1f} %, {progress.spent_s / 60.0:.1f} min) score loss {score:.3f}"
            f" box loss {box:.3f} rate {rate:.2e} {per_step_s:.3f} s/step load {os.getloadavg()[0]:.1f}"
        )
        self._losses, self._since_s = [], progress.spent_s

    def say(self, line: str) -> None:
        """Writes one line."""
        stamped = f"{time.strftime('%H:%M:%S')} {line}"
        with self._path.open("a", encoding="utf-8") as file:
            file.write(stamped + "\n")
        print(stamped, flush=True)  # noqa: T201  # whoever started the training watches the terminal
