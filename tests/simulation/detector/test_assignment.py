import pytest

torch = pytest.importorskip("torch", reason="torch stays out of the service and of CI: these run where models are made")

from simulation.detector.assignment import CELLS_PER_OBJECT, Assignment, Truth, assign  # noqa: E402
from simulation.detector.network import cells_of  # noqa: E402

CELLS = cells_of(320, 192)
COUNT = len(CELLS.stride_px)


def _truth(*rows: tuple[float, ...], ignored: tuple[tuple[float, ...], ...] = ()) -> Truth:
    """Picture, box and class of objects; picture and box of regions to be ignored."""
    values = torch.tensor(rows, dtype=torch.float32).reshape(-1, 6)
    regions = torch.tensor(ignored, dtype=torch.float32).reshape(-1, 5)
    return Truth(values[:, 0].long(), values[:, 1:5], values[:, 5].long(), regions[:, 0].long(), regions[:, 1:],
                 torch.zeros(2, dtype=torch.bool))  # fmt: skip


def _untrained(pictures: int) -> tuple[torch.Tensor, torch.Tensor]:
    reach = 1.5 * CELLS.stride_px[:, None]
    boxes = torch.cat([CELLS.centre_px - reach, CELLS.centre_px + reach], 1)
    return torch.full((pictures, COUNT, 8), 0.01), boxes.expand(pictures, -1, -1)


def _assigned(truth: Truth, pictures: int = 1) -> Assignment:
    return assign(*_untrained(pictures), CELLS, truth)


def test_every_object_gets_a_cell_however_small_or_large() -> None:
    generator = torch.Generator().manual_seed(1)
    rows = []
    for number in range(40):
        x, y = 20 + 30 * (number % 9), 20 + 34 * (number // 9)
        width, height = (4 + 60 * torch.rand(2, generator=generator)).tolist()
        rows.append((number % 3, x, y, x + width, y + height, number % 8))

    found = _assigned(_truth(*rows), 3)

    assert set(found.truth.tolist()) == set(range(40))


def test_cells_answer_for_objects_of_their_own_picture_that_they_lie_on() -> None:
    truth = _truth((0, 40, 40, 100, 90, 0), (1, 200, 100, 212, 130, 6))
    found = _assigned(truth, 2)

    assert found.picture.tolist() == truth.of_picture[found.truth].tolist()
    large = found.truth == 0
    centres = CELLS.centre_px[found.cell[large]]
    assert ((centres > torch.tensor([40.0, 40.0])) & (centres < torch.tensor([100.0, 90.0]))).all()
    assert int(large.sum()) <= CELLS_PER_OBJECT + 1


def test_no_cell_answers_twice() -> None:
    found = _assigned(_truth((0, 40, 40, 100, 90, 0), (0, 45, 45, 95, 95, 1), (0, 60, 50, 80, 80, 6)))

    cells = found.cell.tolist()
    assert len(cells) == len(set(cells))
    assert set(found.truth.tolist()) == {0, 1, 2}


def test_a_small_object_belongs_first_to_the_finest_level_and_a_large_one_to_a_coarse_one() -> None:
    found = _assigned(_truth((0, 100, 100, 108, 118, 6), (0, 10, 10, 250, 150, 3)))
    strides = CELLS.stride_px[found.cell]
    of_small, of_large = found.truth == 0, found.truth == 1

    assert float(strides[of_small][found.target[of_small].argmax()]) == 8.0
    assert float(strides[of_large].min()) == 32.0


def test_the_best_aligned_cell_is_taught_the_highest_score() -> None:
    scores, boxes = _untrained(1)
    truth = _truth((0, 40, 40, 100, 90, 2))
    boxes = boxes.clone()
    cell = int(((CELLS.centre_px - torch.tensor([68.0, 60.0])).abs().sum(1) + 100 * (CELLS.stride_px != 8)).argmin())
    boxes[0, cell] = truth.box_px[0]
    found = assign(scores, boxes, CELLS, truth)

    assert int(found.cell[found.target.argmax()]) == cell
    assert float(found.target.max()) == pytest.approx(1.0)


def test_cells_on_a_region_to_be_ignored_are_marked_in_its_picture_alone() -> None:
    found = _assigned(_truth(ignored=((1, 40, 40, 100, 90),)), 2)

    assert len(found.cell) == 0
    assert not found.is_ignored[0].any()
    inside = found.is_ignored[1]
    centres = CELLS.centre_px[inside]
    assert ((centres > 40) & (centres < torch.tensor([100.0, 90.0]))).all()
    assert int(inside.sum()) > 40
