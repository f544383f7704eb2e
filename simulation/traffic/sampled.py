"""What the traffic simulation says: where everybody was at every of its steps."""

from dataclasses import dataclass

from roadside.geometry.arrays import Column, FloatArray, IntArray, freeze_columns

SAMPLE_COLUMNS: tuple[Column, ...] = (
    ("object_ids", (), int),
    ("steps", (), int),
    ("position_m", (2,), float),
)


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """R positions, object by object, each object at consecutive steps.

    Attributes:
        step_s: from one step to the next; step 0 is second 0 of the span, earlier ones are negative.
        object_ids, steps: (R,) who, and when.
        position_m: (R, 2) of a vehicle's front bumper, of a person's middle, site frame.
        body_of: body number by object id.
    """

    step_s: float
    object_ids: IntArray
    steps: IntArray
    position_m: FloatArray
    body_of: dict[int, int]

    def __post_init__(self) -> None:
        freeze_columns(self, SAMPLE_COLUMNS, len(self.object_ids))
