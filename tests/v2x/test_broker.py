import pytest

from roadside.types.road_users import RoadUserClass
from roadside.v2x.broker import Broker, Limits
from roadside.v2x.encoding import EncodedScene, encode
from roadside.v2x.filters import Circle, SceneFilter, Wanted
from roadside.v2x.messages import ledger_message, scene_message
from roadside.v2x.v1 import perception_service_pb2 as service_pb
from tests.v2x.site_builder import GRID_NS, LEDGER, START_NS, build_scene, build_site

SECOND_NS = 1_000_000_000
SITE = build_site()


def encoded(number: int, positions_m: object = ((0.0, 20.0),)) -> EncodedScene:
    scene = build_scene(number, positions_m)
    return encode(scene, scene_message(scene, SITE), ledger_message(LEDGER), scene.time_ns + 5 * GRID_NS)


def taken(broker: Broker, subscription_id: str, now_ns: int) -> service_pb.SubscribeResponse | None:
    data = broker.take(subscription_id, now_ns)
    return None if data is None else service_pb.SubscribeResponse.FromString(data)


def number_of(message: service_pb.SubscribeResponse | None) -> int | None:
    return None if message is None else (message.scene.time_unix_ns - START_NS) // GRID_NS


def run(broker: Broker, scenes: range, acknowledging: bool = False) -> list[int]:
    """Publishes scenes at 10 Hz to a reader "a" who is always ready; returns the numbers of the scenes it got."""
    got = []
    for number in scenes:
        now_ns = number * GRID_NS
        if "a" in broker.publish(encoded(number), now_ns).ready:
            message = taken(broker, "a", now_ns)
            got.append(number_of(message))
            if acknowledging:
                broker.update("a", message.sequence, None, now_ns)
    return got


def test_a_subscriber_gets_every_scene_once_and_in_order():
    broker = Broker()
    broker.open("a", Wanted())
    messages = []
    for number in range(3):
        assert broker.publish(encoded(number), number * GRID_NS).ready == ("a",)
        messages.append(taken(broker, "a", number * GRID_NS))
        assert broker.take("a", number * GRID_NS) is None

    assert [number_of(message) for message in messages] == [0, 1, 2]
    assert [(message.subscription_id, message.sequence, message.dropped_since_last) for message in messages] == [
        ("a", 1, 0), ("a", 2, 0), ("a", 3, 0),
    ]  # fmt: skip


def test_a_slow_reader_gets_the_newest_scene_and_the_number_it_missed():
    broker = Broker()
    broker.open("a", Wanted())
    for number in range(4):
        broker.publish(encoded(number), number * GRID_NS)

    message = taken(broker, "a", 4 * GRID_NS)

    assert (number_of(message), message.sequence, message.dropped_since_last) == (3, 1, 3)
    assert broker.totals().scenes_dropped == broker.totals().subscriptions[0].scenes_dropped == 3


def test_scenes_that_never_reached_the_broker_count_as_missed():
    broker = Broker()
    broker.open("a", Wanted())

    broker.publish(encoded(2), 0, passed_over_ns=(START_NS, START_NS + GRID_NS))

    assert taken(broker, "a", 0).dropped_since_last == 2
    assert broker.totals().scenes_published == 3


def test_a_subscriber_waits_for_the_next_scene_and_gets_no_old_one():
    broker = Broker()
    broker.publish(encoded(0), 0)
    broker.open("a", Wanted())

    assert broker.take("a", 0) is None


def test_a_rate_leaves_scenes_out_without_calling_them_missed():
    broker = Broker()
    broker.open("a", Wanted(period_ns=250_000_000))

    assert run(broker, range(10), acknowledging=True) == [0, 3, 6, 9]
    assert broker.totals().scenes_dropped == 0


def test_a_slow_reader_with_a_rate_misses_only_scenes_it_had_asked_for():
    broker = Broker()
    broker.open("a", Wanted(period_ns=200_000_000))
    run(broker, range(1))
    for number in range(1, 6):  # wants 2 and 4, and is not ready for either
        broker.publish(encoded(number), number * GRID_NS)

    message = taken(broker, "a", 6 * GRID_NS)

    assert (number_of(message), message.dropped_since_last) == (5, 1)


def test_a_rate_survives_a_replay_that_starts_again():
    broker = Broker()
    broker.open("a", Wanted(period_ns=200_000_000))
    run(broker, range(100, 103))

    assert run(broker, range(3)) == [0, 2]


def test_without_acknowledgements_the_rate_falls_to_one_a_second():
    broker = Broker()
    broker.open("a", Wanted())

    got = run(broker, range(50))

    assert got == [*range(20), 29, 39, 49]
    totals = broker.totals().subscriptions[0]
    assert (totals.unacknowledged, totals.scenes_dropped) == (23, 27)


def test_acknowledgements_keep_the_full_rate():
    broker = Broker()
    broker.open("a", Wanted())

    assert run(broker, range(100), acknowledging=True) == list(range(100))


def test_an_acknowledgement_brings_the_full_rate_back():
    broker = Broker()
    broker.open("a", Wanted())
    run(broker, range(25))
    assert broker.take("a", 24 * GRID_NS) is None

    assert broker.update("a", 20, None, 24 * GRID_NS) == 0

    message = taken(broker, "a", 24 * GRID_NS)
    assert (number_of(message), message.dropped_since_last) == (24, 4)
    assert run(broker, range(25, 30)) == [25, 26, 27, 28, 29]


def test_who_never_acknowledges_is_ended_after_a_minute():
    broker = Broker()
    broker.open("a", Wanted())
    broker.publish(encoded(0), 0)
    broker.take("a", 5 * SECOND_NS)

    assert broker.publish(encoded(1), 65 * SECOND_NS).expired == ()
    assert broker.publish(encoded(2), 65 * SECOND_NS + 1).expired == ("a",)
    assert broker.take("a", 66 * SECOND_NS) is None
    assert (broker.totals().subscriptions_expired, broker.totals().subscriptions) == (1, ())
    with pytest.raises(KeyError):
        broker.update("a", 1, None, 66 * SECOND_NS)


def test_a_stalled_reader_is_handed_at_most_eighty_messages():
    broker = Broker()
    broker.open("a", Wanted())

    got = run(broker, range(2000))

    assert len(got) == 20 + 58  # at 0.0 to 1.9 s, and once a second from 2.9 to 59.9 s
    assert broker.totals().subscriptions == ()


def test_whoever_acknowledges_now_and_then_is_not_ended():
    broker = Broker()
    broker.open("a", Wanted())
    for second in range(0, 300, 50):
        broker.publish(encoded(second), second * SECOND_NS)
        broker.update("a", taken(broker, "a", second * SECOND_NS).sequence - 1, None, second * SECOND_NS)

    assert broker.totals().subscriptions[0].unacknowledged == 1


def test_silence_of_the_pole_is_not_held_against_the_reader():
    broker = Broker()
    broker.open("a", Wanted())
    broker.publish(encoded(0), 0)
    broker.take("a", 0)
    broker.update("a", 1, None, 0)

    assert broker.publish(encoded(1), 3600 * SECOND_NS).expired == ()


def test_an_acknowledgement_that_was_overtaken_changes_nothing():
    broker = Broker()
    broker.open("a", Wanted())
    run(broker, range(10))
    broker.update("a", 8, None, 0)

    assert broker.update("a", 5, None, 0) == 2


def test_nobody_can_acknowledge_what_was_not_sent():
    broker = Broker()
    broker.open("a", Wanted())
    run(broker, range(3))

    with pytest.raises(ValueError, match="acknowledged_sequence must be a sequence that was sent, at most 3, got 4"):
        broker.update("a", 4, None, 0)


def test_a_vehicle_that_moves_gets_other_objects_from_the_next_message_on():
    broker = Broker()
    positions_m = [[0.0, 0.0], [100.0, 0.0]]
    broker.open("a", Wanted(SceneFilter(Circle(0.0, 0.0, 10.0))))
    broker.publish(encoded(0, positions_m), 0)
    before = taken(broker, "a", 0)

    broker.update("a", 1, Wanted(SceneFilter(Circle(100.0, 0.0, 10.0))), 0)
    broker.publish(encoded(1, positions_m), 0)
    after = taken(broker, "a", 0)

    assert [perceived.track_id for perceived in before.scene.objects] == [1]
    assert [perceived.track_id for perceived in after.scene.objects] == [2]


def test_equal_filters_get_the_same_bytes_and_different_ones_their_own():
    cars = Wanted(SceneFilter(classes=frozenset({int(RoadUserClass.CAR)})))
    buses = Wanted(SceneFilter(classes=frozenset({int(RoadUserClass.BUS)})))
    broker = Broker()
    for subscription_id, wanted in (("a", cars), ("b", cars), ("c", buses)):
        broker.open(subscription_id, wanted)
    broker.publish(encoded(0), 0)

    a, b, c = (broker.take(subscription_id, 0) for subscription_id in "abc")

    assert a.replace(b"\x0a\x01a", b"\x0a\x01b", 1) == b  # only the name of the subscription differs
    assert len(service_pb.SubscribeResponse.FromString(c).scene.objects) == 0
    assert len(service_pb.SubscribeResponse.FromString(a).scene.objects) == 1


def test_one_stalled_reader_takes_nothing_from_the_others():
    broker = Broker(Limits(unacknowledged=3))
    broker.open("stalled", Wanted())
    broker.open("a", Wanted())

    assert run(broker, range(100), acknowledging=True) == list(range(100))
