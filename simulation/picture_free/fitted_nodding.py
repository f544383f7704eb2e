"""The fit of a camera's own nodding: what all boxes of one frame have in common, and nothing else does."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Nods:
    """N boxes and by what angle each seems to be turned, up or down.

    Attributes:
        angle_rad: (N,) 0 where a box says nothing.
        weight: (N,) one over the variance of what is the box's own in it, 1/rad²; 0 where a box says nothing.
        moment: (N,) one number for each frame, from 0.
        cell: (N,) one number for each road user in each frame, from 0.
    """

    angle_rad: FloatArray
    weight: FloatArray
    moment: IntArray
    cell: IntArray

    @staticmethod
    def of(angle_rad: FloatArray, weight: FloatArray, moments: IntArray, users: IntArray) -> "Nods":
        """Returns the boxes.

        Args:
            angle_rad: (N,) as above; NaN where a box says nothing.
            weight: (N,) as above.
            moments: (N,) any number for each frame of each camera.
            users: (N,) any number for each road user: it may be there more than once.
        """
        there = np.isfinite(angle_rad)
        _, moment = np.unique(moments, return_inverse=True)
        _, user = np.unique(users, return_inverse=True)
        _, cell = np.unique(moment * (int(user.max(initial=0)) + 1) + user, return_inverse=True)
        return Nods(np.where(there, angle_rad, 0.0), np.where(there, weight, 0.0), moment, cell)

    def of_moments(self, values: FloatArray) -> FloatArray:
        """Returns (N,) sums of (N,) values over the frame that each belongs to."""
        return np.asarray(np.bincount(self.moment, values)[self.moment])

    def of_cells(self, values: FloatArray) -> FloatArray:
        """Returns (N,) sums of (N,) values over the road user and frame that each belongs to."""
        return np.asarray(np.bincount(self.cell, values)[self.cell])


def nodding_rad(nods: Nods) -> float:
    """Returns the sigma of the nodding: by the products of what two different road users of a frame say."""
    said, weight = nods.weight * nods.angle_rad, nods.weight
    others, others_weight = (nods.of_moments(each) - nods.of_cells(each) for each in (said, weight))
    common = (said * others).sum() / max(float((weight * others_weight).sum()), 1e-12)
    return float(np.sqrt(max(common, 0.0)))


def pitch_of_others(nods: Nods, sigma_rad: float) -> tuple[FloatArray, FloatArray]:
    """Returns (N,) the nodding that the other road users of a frame tell, and (N,) its variance that is left, rad².

    A box's own part in it is left out: else its own error would be taken from it.
    """
    if sigma_rad <= 0.0:
        return np.zeros(len(nods.weight)), np.zeros(len(nods.weight))
    said, weight = (nods.of_moments(each) - nods.of_cells(each) for each in (nods.weight * nods.angle_rad, nods.weight))
    known = np.maximum(weight, 0.0) + sigma_rad**-2
    return said / known, 1.0 / known
