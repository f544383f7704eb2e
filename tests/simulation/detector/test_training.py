from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="torch stays out of the service and of CI: these run where models are made")

from simulation.detector.batches import BatchShape, BatchSource  # noqa: E402
from simulation.detector.checkpoint import average_in, save  # noqa: E402
from simulation.detector.network import NetworkShape  # noqa: E402
from simulation.detector.schedule import Budget, Schedule  # noqa: E402
from simulation.detector.training import Training, start, take_step, train  # noqa: E402
from tests.simulation.detector.labelled import labels, picture  # noqa: E402

NARROW = NetworkShape(8, (8, 16, 16, 16), (0, 1, 1, 1), 8, (16, 16, 16), (8, 8, 8))
SMALL = BatchShape(2, 64, 64, (0.8, 1.2))
PICTURES = [picture(labels((10, 8, 40, 30), class_index=seed % 3), 96, 64, seed=seed) for seed in range(6)]


def _training(folder: Path, steps: int, workers: int = 1) -> Training:
    schedule = Schedule(peak_rate=1e-3, warm_up_steps=4, pieces=SMALL, whole=SMALL)
    return Training(folder, Budget(steps, 10.0), 3, workers, NARROW, schedule)


def _steps(training: Training, source: BatchSource, count: int, keep: bool) -> list[float]:
    progress = start(training)
    losses = [float(take_step(training, progress, source, 0).total.detach()) for _ in range(count)]
    if keep:
        save(progress, training.folder)
    return losses


def test_an_interrupted_training_goes_on_as_if_nothing_had_happened(tmp_path: Path) -> None:
    torch.set_num_threads(1)
    source = BatchSource(PICTURES, 3)
    training = _training(tmp_path, 100)
    whole = _steps(training, source, 8, keep=False)

    first = _steps(training, source, 5, keep=True)
    second = _steps(training, source, 3, keep=False)

    assert first + second == pytest.approx(whole, rel=1e-5)


def test_another_trainings_checkpoint_is_refused(tmp_path: Path) -> None:
    save(start(_training(tmp_path, 10)), tmp_path)

    with pytest.raises(ValueError, match="seed must be 4, got 3"):
        start(Training(tmp_path, Budget(10, 10.0), 4, 1, NARROW))


def test_the_average_follows_the_network() -> None:
    first, second = torch.nn.Linear(2, 1), torch.nn.Linear(2, 1)
    with torch.no_grad():
        first.weight.fill_(0.0)
        second.weight.fill_(1.0)
    average_in(first, second, 0.9)

    assert first.weight.flatten().tolist() == pytest.approx([0.1, 0.1])


def test_a_training_of_two_processes_ends_with_a_checkpoint_and_a_log(tmp_path: Path) -> None:
    train(
        _training(tmp_path, 3, workers=2),
        BatchSource(PICTURES, 3),
        lambda network: f"{len(list(network.parameters()))} tensors",
    )

    assert (tmp_path / "checkpoint.pt").is_file()
    assert "done after 3 steps" in (tmp_path / "log.txt").read_text()
    assert "tensors" in (tmp_path / "log.txt").read_text()


def test_a_training_may_go_on_from_the_averaged_network_of_another(tmp_path: Path) -> None:
    first = start(_training(tmp_path / "first", 10))
    with torch.no_grad():
        for weights in first.averaged.parameters():
            weights.fill_(0.25)
    (tmp_path / "first").mkdir()
    save(first, tmp_path / "first")

    training = replace(_training(tmp_path / "second", 10), begins_with=tmp_path / "first" / "checkpoint.pt")
    second = start(training)

    assert all((weights == 0.25).all() for weights in second.network.parameters())
    assert second.step == 0
