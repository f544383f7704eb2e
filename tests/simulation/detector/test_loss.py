import pytest

torch = pytest.importorskip("torch", reason="torch stays out of the service and of CI: these run where models are made")

from simulation.detector.assignment import Truth  # noqa: E402
from simulation.detector.classes import CALLED_CAR, UNTOLD  # noqa: E402
from simulation.detector.loss import complete_iou, loss_of  # noqa: E402
from simulation.detector.network import cells_of  # noqa: E402

CELLS = cells_of(128, 96)
NOWHERE = Truth(
    torch.zeros(0, dtype=torch.long), torch.zeros(0, 4), torch.zeros(0, dtype=torch.long),
    torch.zeros(0, dtype=torch.long), torch.zeros(0, 4), torch.zeros(1, dtype=torch.bool),
)  # fmt: skip


def test_equal_boxes_have_nothing_left_to_learn() -> None:
    boxes = torch.tensor([[10.0, 10, 30, 50]])

    assert float(complete_iou(boxes, boxes)) == pytest.approx(1.0, abs=1e-5)


def test_boxes_that_do_not_touch_still_pull_each_other() -> None:
    box = torch.tensor([[0.0, 0, 10, 10]])
    near, far = torch.tensor([[20.0, 0, 30, 10]]), torch.tensor([[60.0, 0, 70, 10]])

    assert 0.0 > float(complete_iou(box, near)) > float(complete_iou(box, far))


def test_an_empty_picture_teaches_silence() -> None:
    logits = torch.zeros(1, len(CELLS.stride_px), 8, requires_grad=True)
    loss = loss_of(logits, torch.zeros(1, len(CELLS.stride_px), 4), CELLS, NOWHERE)
    loss.total.backward()

    assert float(loss.box) == 0.0
    assert (logits.grad > 0).all()


def test_nothing_is_taught_on_a_region_to_be_ignored() -> None:
    logits = torch.zeros(1, len(CELLS.stride_px), 8, requires_grad=True)
    everywhere = Truth(
        NOWHERE.of_picture, NOWHERE.box_px, NOWHERE.class_index, torch.zeros(1, dtype=torch.long),
        torch.tensor([[0.0, 0, 128, 96]]), NOWHERE.is_photograph,
    )  # fmt: skip
    loss_of(logits, torch.zeros(1, len(CELLS.stride_px), 4), CELLS, everywhere).total.backward()

    assert (logits.grad == 0).all()


def test_the_loss_falls_when_an_object_is_found_better() -> None:
    truth = Truth(
        torch.zeros(1, dtype=torch.long), torch.tensor([[40.0, 30, 72, 62]]), torch.tensor([2]),
        NOWHERE.ignored_of_picture, NOWHERE.ignored_box_px, NOWHERE.is_photograph,
    )  # fmt: skip
    logits = torch.full((1, len(CELLS.stride_px), 8), -4.0, requires_grad=True)
    reaches = torch.ones(1, len(CELLS.stride_px), 4, requires_grad=True)
    optimizer = torch.optim.Adam([logits, reaches], lr=0.1)
    losses = []
    for _ in range(60):
        loss = loss_of(logits, reaches, CELLS, truth)
        optimizer.zero_grad()
        loss.total.backward()
        optimizer.step()
        losses.append(float(loss.total.detach()))

    assert losses[-1] < 0.3 * losses[0]
    assert logits[0, :, 2].max().item() > logits[0, :, 0].max().item()


def test_a_photograph_teaches_whichever_of_car_and_van_is_likelier_and_nothing_of_things() -> None:
    truth = Truth(
        torch.zeros(1, dtype=torch.long), torch.tensor([[40.0, 30, 72, 62]]), torch.tensor([CALLED_CAR[0]]),
        NOWHERE.ignored_of_picture, NOWHERE.ignored_box_px, torch.ones(1, dtype=torch.bool),
    )  # fmt: skip
    logits = torch.full((1, len(CELLS.stride_px), 8), -2.0)
    logits[..., CALLED_CAR[1]] = -1.0
    logits.requires_grad_()
    loss_of(logits, torch.ones(1, len(CELLS.stride_px), 4), CELLS, truth).total.backward()

    risen = logits.grad[0] < 0
    assert risen[:, CALLED_CAR[1]].any()
    assert not risen[:, CALLED_CAR[0]].any()
    assert (logits.grad[..., CALLED_CAR[0]] == 0)[0, risen[:, CALLED_CAR[1]]].all()
    assert (logits.grad[..., UNTOLD] == 0).all()
