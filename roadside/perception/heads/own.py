"""The head of roadside's own networks."""

from collections.abc import Sequence

import numpy as np

from roadside.perception.heads.head import BOX_COLUMNS, Candidates, OutputArray, OutputForm, rows_with_a_score


class RoadsideHead:
    """Our own networks: boxes 1 x N x 4 in input pixels and scores 1 x N x C, both ready to use."""

    size_input = None

    def __init__(self, class_count: int) -> None:
        self._class_count = class_count

    @property
    def outputs(self) -> tuple[OutputForm, ...]:
        """Boxes, then scores."""
        return (OutputForm((1, None, BOX_COLUMNS)), OutputForm((1, None, self._class_count)))

    def decode(self, outputs: Sequence[OutputArray], confidence: float) -> Candidates:
        """Returns the rows whose best class score is at least ``confidence``."""
        boxes, scores = outputs[0][0], outputs[1][0]
        hits = rows_with_a_score(scores, confidence)
        hit_scores = scores[hits]
        class_index = hit_scores.argmax(axis=1)
        return Candidates(boxes[hits], hit_scores[np.arange(len(hits)), class_index], class_index)
