from pathlib import Path

import numpy as np
import pytest

from roadside.errors import ModelError
from roadside.models.average_precision import Found
from simulation.detector.card import between_marks, card, markdown_table, write_card
from simulation.detector.domain_gap import Agreement
from simulation.detector.evaluation import evaluate
from tests.simulation.detector.labelled import labels, picture


def test_only_what_is_between_the_marks_changes(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("before\n<!-- small: begin -->\nold\n<!-- small: end -->\nafter\n", encoding="utf-8")

    write_card(readme, "small", "new\n")

    assert readme.read_text(encoding="utf-8") == "before\n<!-- small: begin -->\nnew\n<!-- small: end -->\nafter\n"


@pytest.mark.parametrize("text", ["", "<!-- a: begin -->", "<!-- a: end --><!-- a: begin -->", "<!-- a: begin -->" * 2])
def test_missing_marks_are_told(text: str) -> None:
    with pytest.raises(ModelError, match="README: must have the lines <!-- a: begin --> and <!-- a: end -->"):
        between_marks(text, "a", "new", "README")


def test_tables_have_a_column_of_words_and_columns_of_numbers() -> None:
    assert markdown_table(["a", "b"], [["x", "1"]]) == "| a | b |\n| --- | ---: |\n| x | 1 |"


def test_the_card_shows_what_was_measured() -> None:
    box = (100.0, 50.0, 160.0, 90.0)
    found = Found(np.array([box]), np.array([0.9]), np.array([0]))
    evaluation = evaluate([found], [picture(labels(box), 640, 360)], 640)
    text = card(evaluation, evaluation, [Agreement("street", "vehicle", 10, 4, 5, 0.75, 0.6)])

    assert "| 32 bits | 1.000 | 1.000 | 1.000 |" in text
    assert "| 8 bits | 1.000 | 1.000 | 1.000 |" in text
    assert "| car | 1 | 1.00 | 1.00 | 1 | 1.00 | 1.00 to 80 m | 0.90 |" in text
    assert "| street | vehicle | 10 | 4 | 0.75 | 5 | 0.60 |" in text
    assert "| 20 to 30 m | 1.00 | 1 | - | 0 |" in text
    assert "| nan" not in text
