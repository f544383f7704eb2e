import numpy as np

from roadside.types.road_users import RoadUserClass
from simulation.scenes.truth import MILLIMETRE, truth_at
from simulation.types.actors import Actors
from simulation.types.bodies import BODY_NUMBER


def a_car_and_a_far_pedestrian() -> Actors:
    return Actors(
        object_ids=np.array([4, 9]), bodies=np.array([BODY_NUMBER["suv"], BODY_NUMBER["adult"]]),
        position_m=np.array([[10.00031, 2.0, 0.4], [300.0, 0.0, 0.0]]), velocity_mps=np.array([[8.0, 0.0], [1.0, 0.0]]),
        heading_rad=np.zeros(2), travelled_m=np.zeros(2), lights=np.zeros(2, dtype=np.int64),
    )  # fmt: skip


def test_truth_is_told_to_the_millimetre_and_with_what_each_camera_saw():
    truth = truth_at(
        77, a_car_and_a_far_pedestrian(), ("east", "near"), ({4: 900}, {}), centre_m=np.zeros(2), radius_m=400.0
    )

    assert truth.time_ns == 77
    np.testing.assert_array_equal(truth.classes, [RoadUserClass.CAR, RoadUserClass.PEDESTRIAN])
    np.testing.assert_array_equal(truth.visible_px, [[900, 0], [0, 0]])
    np.testing.assert_allclose(truth.position_m[0], [10.0, 2.0, 0.4], atol=MILLIMETRE)
    assert (truth.position_m / MILLIMETRE == np.rint(truth.position_m / MILLIMETRE)).all()
    np.testing.assert_array_equal(truth.size_m[0], [4.65, 1.92, 1.72])


def test_whoever_is_far_from_the_site_is_not_in_its_truth():
    truth = truth_at(77, a_car_and_a_far_pedestrian(), (), (), centre_m=np.zeros(2), radius_m=160.0)

    np.testing.assert_array_equal(truth.object_ids, [4])
