import numpy as np
import pytest

from roadside.types.road_users import RoadUserClass
from roadside.v2x.filters import Circle, SceneFilter, Wanted, wanted_of
from roadside.v2x.v1 import perception_service_pb2 as service_pb
from roadside.v2x.v1 import scene_pb2 as scene_pb
from tests.v2x.site_builder import build_site

FRAME = build_site().wire_frame


def test_a_circle_lets_pass_what_lies_in_it():
    positions_m = np.array([[10.0, 0.0], [13.0, 4.0], [13.1, 4.0], [np.nan, 0.0]])

    passing = SceneFilter(Circle(10.0, 0.0, 5.0)).passes(positions_m, np.full(4, RoadUserClass.CAR))

    assert passing.tolist() == [True, True, False, False]


def test_classes_let_pass_only_their_own():
    classes = np.array([RoadUserClass.CAR, RoadUserClass.PEDESTRIAN, RoadUserClass.UNKNOWN])

    passing = SceneFilter(classes=frozenset({0, 10})).passes(np.zeros((3, 2)), classes)

    assert passing.tolist() == [False, True, True]


def test_an_empty_filter_wants_everything():
    assert wanted_of(service_pb.SubscriptionFilter(), FRAME) == Wanted(SceneFilter(None, frozenset()), 0)


def test_a_circle_around_a_position_becomes_metres_in_the_site():
    north = FRAME.geodetic_from_site(np.array([30.0, 40.0, 0.0]))
    circle = service_pb.Circle(latitude_deg=north[0], longitude_deg=north[1], radius_m=25.0)

    wanted = wanted_of(service_pb.SubscriptionFilter(circle=circle, max_rate_hz=5.0), FRAME)

    assert wanted.objects.circle is not None
    assert (wanted.objects.circle.east_m, wanted.objects.circle.north_m) == pytest.approx((30.0, 40.0), abs=1e-3)
    assert (wanted.objects.circle.radius_m, wanted.period_ns) == (25.0, 200_000_000)


def test_equal_requests_give_equal_filters_so_that_they_share_their_bytes():
    request = service_pb.SubscriptionFilter(
        circle=service_pb.Circle(latitude_deg=31.2, longitude_deg=121.4, radius_m=50.0),
        classes=[scene_pb.ROAD_USER_CLASS_CAR, scene_pb.ROAD_USER_CLASS_BUS],
    )
    other_order = service_pb.SubscriptionFilter()
    other_order.CopyFrom(request)
    other_order.classes[:] = reversed(request.classes)

    assert hash(wanted_of(request, FRAME).objects) == hash(wanted_of(other_order, FRAME).objects)
    assert wanted_of(request, FRAME) == wanted_of(other_order, FRAME)


@pytest.mark.parametrize(
    ("request_fields", "complaint"),
    [
        (
            {"circle": {"latitude_deg": 91.0, "radius_m": 1.0}},
            "filter.circle.latitude_deg must lie in -90 to 90, got 91.0",
        ),
        ({"circle": {"longitude_deg": float("nan"), "radius_m": 1.0}}, "filter.circle.longitude_deg must lie in -180"),
        ({"circle": {"latitude_deg": 31.2}}, "filter.circle.radius_m must be positive, got 0.0"),
        ({"circle": {"radius_m": float("inf")}}, "filter.circle.radius_m must be positive, got inf"),
        ({"classes": [3, 11]}, r"filter.classes must be numbers of RoadUserClass, got \[11\]"),
        ({"max_rate_hz": 0.0}, "filter.max_rate_hz must be at least 0.001, got 0.0"),
        ({"max_rate_hz": float("nan")}, "filter.max_rate_hz must be at least 0.001, got nan"),
    ],
)
def test_a_request_that_makes_no_sense_is_told_what_is_wrong(request_fields, complaint):
    with pytest.raises(ValueError, match=complaint):
        wanted_of(service_pb.SubscriptionFilter(**request_fields), FRAME)
