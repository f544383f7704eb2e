from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from roadside.types.frames import CanFrames
from simulation.sensors.ars408_messages import DynProp, MeasState, unpacked
from simulation.sensors.ars408_objects import MAX_OBJECTS, ObjectRadar
from simulation.sensors.ars408_plan import FAR_BEAM, OBJECT_HABITS, Ars408Plan
from simulation.types.actors import Actors
from tests.simulation.sensors.crowds import actors_of, radar_at

START_NS = 1_790_000_000_000_000_000
LOUD = replace(FAR_BEAM, optics=replace(FAR_BEAM.optics, snr_db=60.0))
HABITS = replace(OBJECT_HABITS, renewal_per_s=0.0, ghosts_per_s=0.0, switch_per_s=0.0)
PLAN = Ars408Plan("r1", radar_at(pitch_rad=-0.05), far=LOUD, habits=HABITS)


def run(plan: Ars408Plan, scene: Callable[[float], Actors], cycle_count: int, seed: int = 1) -> list[CanFrames]:
    radar = ObjectRadar(plan, seed)
    times_s = plan.cycle_s * np.arange(cycle_count)
    return [radar.step(START_NS + round(1e9 * time_s), scene(time_s)) for time_s in times_s]


def columns(frames: CanFrames, name: str, frame_id: int) -> dict[str, np.ndarray]:
    rows = np.flatnonzero(frames.arbitration_ids == frame_id).tolist()
    return unpacked(name, [frames.data[row] for row in rows])


def coming(time_s: float) -> Actors:
    return actors_of(("sedan", 120.0 - 10.0 * time_s, 0.0, 10.0, 180.0))


def test_every_object_has_a_general_a_quality_and_an_extended_message() -> None:
    frames = run(PLAN, coming, 60)[-1]

    assert frames.arbitration_ids.tolist() == [0x60A, 0x60B, 0x60C, 0x60D]
    assert columns(frames, "Obj_0_Status", 0x60A)["Obj_NofObjects"].tolist() == [1]
    assert columns(frames, "Obj_0_Status", 0x60A)["Obj_MeasCounter"].tolist() == [60]
    other = run(replace(PLAN, radar_number=7), coming, 60)[-1]
    assert other.arbitration_ids.tolist() == [0x67A, 0x67B, 0x67C, 0x67D]


def test_a_car_that_comes_is_oncoming_at_its_place_and_speed_in_the_steps_of_the_radar() -> None:
    exact = replace(HABITS, along_sigma_m=1e-6, across_sigma_rad=0.0, across_floor_m=1e-6, speed_sigma_mps=0.0,
                    direction_sigma_rad=0.0, length_share=1.0, length_spread=0.0)  # fmt: skip
    frames = run(replace(PLAN, habits=exact), coming, 100)[-1]
    general = columns(frames, "Obj_1_General", 0x60B)
    extended = columns(frames, "Obj_3_Extended", 0x60D)
    front_m = 120.0 - 10.0 * 99 * 0.072 - 2.35

    assert general["Obj_DistLong"][0] == pytest.approx(np.hypot(front_m, 5.4), abs=0.15)
    assert general["Obj_DistLat"][0] == pytest.approx(0.0, abs=0.1001)
    # The radar looks 0.05 rad down: it sees 10 m/s times the cosine.
    assert general["Obj_VrelLong"][0] == pytest.approx(-10.0, abs=0.15)
    assert general["Obj_VrelLong"][0] / 0.25 == pytest.approx(round(general["Obj_VrelLong"][0] / 0.25))
    assert general["Obj_DynProp"][0] == DynProp.ONCOMING
    assert abs(extended["Obj_OrientationAngle"][0]) == pytest.approx(180.0, abs=0.4)
    assert extended["Obj_Length"][0] == pytest.approx(4.7, abs=0.15)
    assert extended["Obj_Class"][0] == 1
    assert columns(frames, "Obj_2_Quality", 0x60C)["Obj_MeasState"][0] == MeasState.MEASURED


def test_a_car_that_stops_is_stopped_and_stays() -> None:
    def scene(time_s: float) -> Actors:
        return actors_of(("sedan", 80.0 - 10.0 * min(time_s, 3.0), 0.0, 10.0 if time_s < 3.0 else 0.0, 180.0))

    last = run(PLAN, scene, 300)[-1]  # 18 s later
    general = columns(last, "Obj_1_General", 0x60B)
    assert general["Obj_DynProp"].tolist() == [DynProp.STOPPED]
    assert general["Obj_VrelLong"].tolist() == [0.0]


def test_a_crossing_car_is_crossing_and_one_that_leaves_is_moving() -> None:
    def scene(time_s: float) -> Actors:
        leaving = ("sedan", 40.0 + 8.0 * time_s, 0.0, 8.0, 0.0)
        return actors_of(leaving, ("sedan", 50.0, -15.0 + 8.0 * time_s, 8.0, 90.0))

    general = columns(run(PLAN, scene, 15)[-1], "Obj_1_General", 0x60B)
    assert general["Obj_DynProp"].tolist() == [DynProp.MOVING, DynProp.CROSSING_MOVING]


def test_a_hidden_object_is_predicted_and_its_number_is_used_again() -> None:
    def scene(time_s: float) -> Actors:
        # Ten cars one after another: each is there for two seconds, then gone.
        number = int(time_s // 2.0)
        x_m = 80.0 - 10.0 * (time_s - 2.0 * number)
        return actors_of(("sedan", x_m, 0.0, 10.0, 180.0), ids=[number + 1])

    states, numbers = set(), set()
    for frames in run(PLAN, scene, 280):
        quality = columns(frames, "Obj_2_Quality", 0x60C)
        states |= set(quality["Obj_MeasState"].tolist())
        numbers |= set(quality["Obj_ID"].tolist())
    assert states == {MeasState.NEW, MeasState.MEASURED, MeasState.PREDICTED}
    assert numbers <= {0.0, 1.0}


def test_no_more_than_a_hundred_objects_are_sent() -> None:
    def scene(time_s: float) -> Actors:
        rows = [("motorcycle", 40.0 + 12.0 * (k % 15) - 5.0 * time_s, -40.0 + 9.0 * (k // 15), 5.0, 180.0)
                for k in range(150)]  # fmt: skip
        return actors_of(*rows)

    wide = replace(PLAN, far=replace(LOUD, optics=replace(LOUD.optics, half_azimuth_rad=1.5)))
    last = run(replace(wide, habits=replace(HABITS, merge_range_m=0.0)), scene, 12)[-1]
    count = columns(last, "Obj_0_Status", 0x60A)["Obj_NofObjects"][0]
    assert 60 < count <= MAX_OBJECTS
    assert last.times_ns[-1] - last.times_ns[0] < 72_000_000


def test_a_seed_gives_the_same_frames() -> None:
    plan = Ars408Plan("r1", radar_at(pitch_rad=-0.05))
    first, again, other = ([frames.data for frames in run(plan, coming, 60, seed)] for seed in (1, 1, 2))

    assert first == again
    assert first != other
