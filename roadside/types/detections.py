"""What a detector saw in one camera frame, in pixels."""

from dataclasses import dataclass

import numpy as np

from roadside.geometry.arrays import BoolArray, FloatArray, IntArray, frozen, rows


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """N boxes in one frame; row *i* of every array is the same road user.

    Attributes:
        sensor_id: the camera.
        time_ns: Unix epoch UTC of the exposure.
        arrival_ns: when the frame's bytes reached this host.
        width_px, height_px: size of the picture the boxes live in.
        boxes_px: (N, 4) x_min, y_min, x_max, y_max.
        confidence: (N,) the detector's score, 0 to 1.
        classes: (N,) ``RoadUserClass`` numbers.
    """

    sensor_id: str
    time_ns: int
    arrival_ns: int
    width_px: int
    height_px: int
    boxes_px: FloatArray
    confidence: FloatArray
    classes: IntArray

    def __post_init__(self) -> None:
        arrays = {
            "boxes_px": frozen(self.boxes_px, "Detections.boxes_px", (None, 4)),
            "confidence": frozen(self.confidence, "Detections.confidence", (None,)),
            "classes": frozen(self.classes, "Detections.classes", (None,), np.int64),
        }
        rows(len(arrays["boxes_px"]), arrays, "Detections")
        for name, array in arrays.items():
            object.__setattr__(self, name, array)

    def __len__(self) -> int:
        return len(self.boxes_px)

    def select(self, mask: BoolArray) -> "Detections":
        """Returns the rows where (N,) ``mask`` is true."""
        return Detections(
            self.sensor_id, self.time_ns, self.arrival_ns, self.width_px, self.height_px,
            self.boxes_px[mask], self.confidence[mask], self.classes[mask],
        )  # fmt: skip
