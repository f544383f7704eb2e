import pytest

torch = pytest.importorskip("torch", reason="torch stays out of the service and of CI: these run where models are made")

from simulation.detector.network import Detecting, Network, NetworkShape, boxes_px, cells_of  # noqa: E402

NARROW = NetworkShape(8, (8, 16, 16, 16), (0, 1, 1, 1), 8, (16, 16, 16), (8, 8, 8))


def test_cells_cover_the_input_level_by_level() -> None:
    cells = cells_of(64, 32)

    assert cells.centre_px[:2].tolist() == [[4.0, 4.0], [12.0, 4.0]]
    assert cells.stride_px.tolist() == [8.0] * 32 + [16.0] * 8 + [32.0] * 2
    assert cells.centre_px[-1].tolist() == [48.0, 16.0]


def test_the_network_gives_one_row_per_cell() -> None:
    logits, reaches = Network(8, NARROW).eval()(torch.zeros(2, 3, 32, 64))

    assert logits.shape == (2, 42, 8)
    assert reaches.shape == (2, 42, 4)


def test_before_training_scores_are_low_and_boxes_lie_around_their_cells() -> None:
    detecting = Detecting(Network(8, NARROW), 64, 32).eval()
    boxes, scores = detecting(torch.rand(1, 3, 32, 64))

    assert scores.max().item() < 0.05
    assert (boxes[0, :, :2] < detecting.cells.centre_px).all()
    assert (boxes[0, :, 2:] > detecting.cells.centre_px).all()


def test_boxes_reach_from_the_centre_in_four_directions() -> None:
    cells = cells_of(32, 32)
    raw = torch.zeros(1, 21, 4)
    raw[0, 0] = torch.tensor([1.0, 2.0, 3.0, 4.0]).expm1().log()  # softplus undone

    assert boxes_px(raw, cells)[0, 0].tolist() == pytest.approx([4 - 8, 4 - 16, 4 + 24, 4 + 32], abs=1e-3)


def test_the_usual_network_is_small() -> None:
    parameters = sum(weights.numel() for weights in Network(8).parameters())

    assert parameters * 4 < 12e6
