import pytest

from roadside.types.road_users import RoadUserClass
from roadside.v2x.encoding import encode, subscriber_bytes, varint
from roadside.v2x.filters import Circle, SceneFilter
from roadside.v2x.messages import ledger_message, scene_message
from roadside.v2x.v1 import perception_service_pb2 as service_pb
from tests.v2x.site_builder import LEDGER, build_scene, build_site

POSITIONS_M = [[float(east_m), 20.0] for east_m in range(-50, 50)]
CLASSES = tuple(RoadUserClass.CAR if east_m % 2 else RoadUserClass.PEDESTRIAN for east_m in range(-50, 50))


def plain_response(wanted_ids: list[int]) -> service_pb.SubscribeResponse:
    """The ordinary way: one message object, serialised as a whole."""
    scene = scene_message(build_scene(4, POSITIONS_M, CLASSES), build_site())
    objects = [perceived for perceived in scene.objects if perceived.track_id in wanted_ids]
    del scene.objects[:]
    scene.objects.extend(objects)
    return service_pb.SubscribeResponse(
        subscription_id="a1", sequence=12, dropped_since_last=3, valid_until_unix_ns=99,
        latency=ledger_message(LEDGER), scene=scene,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "wanted_ids"),
    [
        (SceneFilter(), list(range(1, 101))),
        (SceneFilter(circle=Circle(0.0, 20.0, 2.0)), [49, 50, 51, 52, 53]),
        (SceneFilter(Circle(0.0, 20.0, 2.0), frozenset({int(RoadUserClass.CAR)})), [50, 52]),
        (SceneFilter(classes=frozenset({int(RoadUserClass.BUS)})), []),
    ],
)
def test_joined_bytes_equal_those_of_the_message_serialised_as_a_whole(wanted, wanted_ids):
    scene = build_scene(4, POSITIONS_M, CLASSES)
    encoded = encode(scene, scene_message(scene, build_site()), ledger_message(LEDGER), 99)

    joined = subscriber_bytes("a1", 12, 3) + encoded.shared_bytes(wanted)

    assert service_pb.SubscribeResponse.FromString(joined) == plain_response(wanted_ids)
    assert joined == plain_response(wanted_ids).SerializeToString(deterministic=True)


def test_encoding_leaves_the_message_as_it_was():
    scene = build_scene(4, POSITIONS_M, CLASSES)
    message = scene_message(scene, build_site())

    encode(scene, message, ledger_message(LEDGER), 99)

    assert message == scene_message(scene, build_site())


@pytest.mark.parametrize(
    ("value", "written"),
    # 300 is the example of https://protobuf.dev/programming-guides/encoding/#varints.
    [(0, "00"), (1, "01"), (127, "7f"), (128, "8001"), (300, "ac02"), (16383, "ff7f"), (16384, "808001")],
)
def test_lengths_are_written_as_base_128_numbers(value, written):
    assert varint(value).hex() == written
