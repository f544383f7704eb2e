"""The detector: a camera frame in, road users as boxes out."""

import numpy as np

from roadside.geometry.arrays import IntArray
from roadside.perception.heads.choice import head_of
from roadside.perception.heads.head import Candidates
from roadside.perception.letterbox import InputTensor
from roadside.perception.manifest import ModelManifest
from roadside.perception.session import OnnxSession
from roadside.perception.suppression import suppress
from roadside.types.detections import Detections
from roadside.types.frames import Frame
from roadside.types.road_users import RoadUserClass

MOST_CANDIDATES = 300
"""Most boxes that go into suppression: it compares each with each."""

NOT_A_ROAD_USER = -1

LOOK_ALIKES = (RoadUserClass.CAR, RoadUserClass.VAN, RoadUserClass.TRUCK, RoadUserClass.BUS)
"""Detectors often give one vehicle two boxes of these classes, so they compete as if they were one class."""

CONTEST = np.array([min(LOOK_ALIKES) if entry in LOOK_ALIKES else entry for entry in RoadUserClass], dtype=np.int64)
"""Row *i*: the class that ``RoadUserClass(i)`` competes as."""


class Detector:
    """A network with all that lies around it. It owns its input buffer, so it belongs to one thread.

    Attributes:
        manifest: the model.
        surplus_total: candidates beyond ``MOST_CANDIDATES`` of a frame, the weakest, that were not looked at.
    """

    def __init__(self, manifest: ModelManifest) -> None:
        """Loads the network.

        Raises:
            ModelError: see ``OnnxSession``.
        """
        self.manifest = manifest
        self.surplus_total = 0
        self._session = OnnxSession(manifest, head_of(manifest))
        self._tensor = InputTensor(manifest.input)
        self._class_of_index: IntArray = np.array(
            [NOT_A_ROAD_USER if entry is None else int(entry) for entry in manifest.classes], dtype=np.int64
        )

    def detect(self, frame: Frame) -> Detections:
        """Returns the road users in a frame, the most confident first, in pixels of the full-size picture."""
        box = self._tensor.write(frame.image)
        found = self._session.candidates(self._tensor.array)
        found = self._strongest(found.select(self._class_of_index[found.class_index] != NOT_A_ROAD_USER))
        classes = self._class_of_index[found.class_index]
        rows = suppress(found.boxes_px, found.confidence, CONTEST[classes], self.manifest.thresholds.overlap)
        boxes_px = box.to_picture(found.boxes_px[rows])
        confidence = found.confidence[rows].astype(np.float64)
        in_picture = (boxes_px[:, 2:] > boxes_px[:, :2]).all(axis=1)  # nothing real lies in the padding alone
        return Detections(
            frame.sensor_id, frame.time_ns, frame.arrival_ns, frame.image.width_px, frame.image.height_px,
            boxes_px[in_picture], confidence[in_picture], classes[rows][in_picture],
        )  # fmt: skip

    def _strongest(self, found: Candidates) -> Candidates:
        surplus = len(found) - MOST_CANDIDATES
        if surplus <= 0:
            return found
        self.surplus_total += surplus
        return found.select(np.argsort(-found.confidence, kind="stable")[:MOST_CANDIDATES])
