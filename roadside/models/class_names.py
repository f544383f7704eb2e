"""Which road user a class of somebody else's detector is, by its name."""

from collections.abc import Sequence

from roadside.perception.manifest import IGNORED
from roadside.types.road_users import RoadUserClass

LABEL_OF_NAME = {
    name: road_user_class.label
    for road_user_class, names in {
        RoadUserClass.CAR: ("car", "auto", "automobile", "sedan", "suv", "hatchback", "taxi", "passenger car"),
        RoadUserClass.VAN: ("van", "minivan", "delivery van"),
        RoadUserClass.TRUCK: ("truck", "lorry", "pickup truck", "heavy truck", "trailer truck"),
        RoadUserClass.BUS: ("bus", "coach", "minibus"),
        RoadUserClass.BICYCLE: ("bicycle", "bike", "cyclist"),
        RoadUserClass.MOTORCYCLE: ("motorcycle", "motorbike", "motor", "moped", "scooter", "motorcyclist"),
        RoadUserClass.TRICYCLE: ("tricycle", "awning tricycle", "rickshaw", "auto rickshaw"),
        RoadUserClass.PEDESTRIAN: ("pedestrian", "person", "people", "human"),
    }.items()
    for name in names
}
"""The names that COCO, Open Images, BDD100K, VisDrone, UA-DETRAC and KITTI give to road users."""

COCO_NAMES = (
    "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat", "traffic light",
    "fire hydrant", "stop sign", "parking meter", "bench", "bird", "cat", "dog", "horse", "sheep", "cow",
    "elephant", "bear", "zebra", "giraffe", "backpack", "umbrella", "handbag", "tie", "suitcase", "frisbee", "skis",
    "snowboard", "sports ball", "kite", "baseball bat", "baseball glove", "skateboard", "surfboard",
    "tennis racket", "bottle", "wine glass", "cup", "fork", "knife", "spoon", "bowl", "banana", "apple", "sandwich",
    "orange", "broccoli", "carrot", "hot dog", "pizza", "donut", "cake", "chair", "couch", "potted plant", "bed",
    "dining table", "toilet", "tv", "laptop", "mouse", "remote", "keyboard", "cell phone", "microwave", "oven",
    "toaster", "sink", "refrigerator", "book", "clock", "vase", "scissors", "teddy bear", "hair drier", "toothbrush",
)  # fmt: skip
"""In COCO's order, as 80 classes without names are taken to be (https://cocodataset.org)."""


def label_of_name(name: str) -> str:
    """Returns the label of a class of that name: a road user's, or ``ignore``."""
    plain = " ".join(name.lower().replace("_", " ").replace("-", " ").split())
    return LABEL_OF_NAME.get(plain, IGNORED)


def spoken_names(names: Sequence[str]) -> tuple[str, ...]:
    """Returns the names of a model's classes; 80 that are mere numbers are COCO's."""
    if len(names) == len(COCO_NAMES) and all(name.isdigit() for name in names):
        return tuple(COCO_NAMES)
    return tuple(names)
