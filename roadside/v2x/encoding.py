"""A scene as bytes, serialised once for all its subscribers.

Serialised protobuf messages may be concatenated: the parser reads on and merges
(https://protobuf.dev/programming-guides/encoding/#last-one-wins). So every object is serialised once per scene, a
filter only joins the objects that pass, and a subscriber's own few fields go in front of bytes that it shares with
everybody who has the same filter.
"""

from dataclasses import dataclass

from roadside.geometry.arrays import FloatArray, IntArray
from roadside.types.scene import Scene
from roadside.v2x.filters import SceneFilter
from roadside.v2x.v1 import perception_service_pb2 as service_pb
from roadside.v2x.v1 import scene_pb2 as scene_pb

LENGTH_DELIMITED = 2
"""Wire type of strings, bytes and messages (https://protobuf.dev/programming-guides/encoding/#structure)."""

SCENE_FIELD = service_pb.SubscribeResponse.DESCRIPTOR.fields_by_name["scene"].number
OBJECTS_FIELD = scene_pb.Scene.DESCRIPTOR.fields_by_name["objects"].number


@dataclass(frozen=True, slots=True, eq=False)
class EncodedScene:
    """One scene, ready to be joined for any filter.

    Attributes:
        time_ns: the scene's instant.
        envelope: what ``SubscribeResponse`` says about the scene to everybody: latency and validity.
        head: the ``Scene`` without its objects.
        objects: N objects, each as a field of ``Scene``.
        position_m: (N, 2) where they are, site frame.
        classes: (N,) ``RoadUserClass`` numbers.
    """

    time_ns: int
    envelope: bytes
    head: bytes
    objects: tuple[bytes, ...]
    position_m: FloatArray
    classes: IntArray

    def shared_bytes(self, wanted: SceneFilter) -> bytes:
        """Returns the part of ``SubscribeResponse`` that all subscribers with this filter have in common."""
        passing = wanted.passes(self.position_m, self.classes).tolist()
        objects = [data for data, passes in zip(self.objects, passing, strict=True) if passes]
        return self.envelope + field(SCENE_FIELD, b"".join([self.head, *objects]))


def encode(
    scene: Scene, message: scene_pb.Scene, latency: service_pb.LatencyLedger, valid_until_ns: int
) -> EncodedScene:
    """Returns the scene as bytes.

    Args:
        scene: what is published.
        message: the same scene as a message; its objects are the scene's tracks in the same order.
        latency: the ledger to send along.
        valid_until_ns: Unix epoch UTC.
    """
    head = scene_pb.Scene()
    head.CopyFrom(message)
    head.ClearField("objects")
    envelope = service_pb.SubscribeResponse(valid_until_unix_ns=valid_until_ns, latency=latency)
    return EncodedScene(
        scene.time_ns,
        envelope.SerializeToString(),
        head.SerializeToString(),
        tuple(field(OBJECTS_FIELD, perceived.SerializeToString()) for perceived in message.objects),
        scene.tracks.states[:, :2],
        scene.tracks.classes,
    )


def subscriber_bytes(subscription_id: str, sequence: int, dropped: int) -> bytes:
    """Returns the part of ``SubscribeResponse`` that is one subscriber's own; shared bytes follow it."""
    own = service_pb.SubscribeResponse(subscription_id=subscription_id, sequence=sequence, dropped_since_last=dropped)
    return own.SerializeToString()


def field(number: int, payload: bytes) -> bytes:
    """Returns a serialised message as a field of another one: tag, length, bytes."""
    return varint(number << 3 | LENGTH_DELIMITED) + varint(len(payload)) + payload


def varint(value: int) -> bytes:
    """Returns a base-128 number, low seven bits first (https://protobuf.dev/programming-guides/encoding/#varints)."""
    groups = bytearray()
    while value > 0x7F:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    groups.append(value)
    return bytes(groups)
