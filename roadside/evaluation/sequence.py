"""What the tracking metrics read: who was there, who was said to be there, and how alike each pair is."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray, frozen


@dataclass(frozen=True, slots=True, eq=False)
class SequenceFrame:
    """One instant.

    Attributes:
        truth_ids: (N,) road users that were there; the same number for the same one.
        track_ids: (M,) tracks that were published; the same number for the same one.
        similarity: (N, M) 0 (nothing in common) to 1 (the same).
    """

    truth_ids: IntArray
    track_ids: IntArray
    similarity: FloatArray

    def __post_init__(self) -> None:
        for name in ("truth_ids", "track_ids"):
            object.__setattr__(self, name, frozen(getattr(self, name), f"SequenceFrame.{name}", (None,), np.int64))
        shape = len(self.truth_ids), len(self.track_ids)
        object.__setattr__(self, "similarity", frozen(self.similarity, "SequenceFrame.similarity", shape))
