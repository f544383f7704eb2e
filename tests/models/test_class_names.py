import pytest

from roadside.models.class_names import COCO_NAMES, label_of_name, spoken_names


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("person", "pedestrian"), ("Pedestrian", "pedestrian"), ("motorbike", "motorcycle"), ("motor", "motorcycle"),
        ("awning-tricycle", "tricycle"), ("auto_rickshaw", "tricycle"), ("lorry", "truck"), ("VAN", "van"),
        ("bike", "bicycle"), ("traffic light", "ignore"), ("train", "ignore"), ("rider", "ignore"), ("", "ignore"),
    ],
)  # fmt: skip
def test_a_class_of_others_is_a_road_user_by_its_name_or_ignored(name: str, label: str):
    assert label_of_name(name) == label


def test_coco_has_six_kinds_of_road_user_among_its_eighty_classes():
    labels = {index: label_of_name(name) for index, name in enumerate(COCO_NAMES)}
    assert len(labels) == 80
    kept = {index: label for index, label in labels.items() if label != "ignore"}
    assert kept == {0: "pedestrian", 1: "bicycle", 2: "car", 3: "motorcycle", 5: "bus", 7: "truck"}


def test_eighty_classes_that_are_mere_numbers_are_those_of_coco():
    assert spoken_names([str(index) for index in range(80)])[7] == "truck"


def test_other_names_are_left_as_they_are():
    assert spoken_names(["0", "1"]) == ("0", "1")
    assert spoken_names(["car"] * 80) == ("car",) * 80
