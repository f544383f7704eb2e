from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.sensors.ars408_messages import (
    ORIENTATION_RMS_TABLE_DEG,
    PROBABILITY_LIMITS,
    RMS_TABLE,
    DynProp,
    MeasState,
    database,
    frame_time_s,
    layout,
    on_the_bus,
    packed,
    probability_class,
    rms_index,
    unpacked,
)

NAMES = [message.name for message in database().messages]


def read(name: str, data: bytes, **options: Any) -> dict[str, Any]:
    """What cantools makes of a frame: another reader of the same DBC file."""
    decoded = database().decode_message(name, data, **options)
    assert isinstance(decoded, dict)
    return decoded


def test_the_messages_are_those_of_the_radar() -> None:
    sizes = {message.frame_id: message.length for message in database().messages}

    assert sizes == {0x600: 5, 0x701: 8, 0x702: 5, 0x60A: 4, 0x60B: 8, 0x60C: 7, 0x60D: 8}


@pytest.mark.parametrize("name", NAMES)
def test_every_signal_has_bits_of_its_own(name: str) -> None:
    of = layout(name)
    used = [bit for signal, shift in of.shifts.items() for bit in range(shift, shift + of.bits[signal])]

    assert len(used) == len(set(used))
    assert min(used) >= 64 - 8 * of.size_bytes


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_another_reader_finds_every_value_within_half_a_step(name: str, data: st.DataObject) -> None:
    of = layout(name)
    values = {
        signal: data.draw(
            st.floats(of.offsets[signal], of.offsets[signal] + (2**bits - 1) * of.scales[signal]), label=signal
        )
        for signal, bits in of.bits.items()
    }
    [frame] = packed(name, {signal: [value] for signal, value in values.items()})

    got = read(name, frame, decode_choices=False)
    for signal, value in values.items():
        assert abs(got[signal] - value) <= of.scales[signal] / 2 + 1e-9
    own = unpacked(name, [frame])
    assert {signal: column[0] for signal, column in own.items()} == pytest.approx(got)


def test_a_cluster_written_by_hand_reads_as_it_should() -> None:
    # Id 7; 20 m are (20 + 500) / 0.2 = 2600 in 13 bits; -2.1 m is 501 in 10; -10 m/s 472 in 10; 1.5 m/s 262 in 9;
    # oncoming 2 in 3; 10 dBm2 are 148 in 8. A spare bit before the lateral distance, two before the property.
    bits = f"{7:08b}{2600:013b}0{501:010b}{472:010b}{262:09b}00{2:03b}{148:08b}"
    frame = int(bits, 2).to_bytes(8, "big")

    wanted = {"Cluster_ID": 7, "Cluster_DistLong": 20.0, "Cluster_DistLat": -2.1, "Cluster_VrelLong": -10.0,
              "Cluster_VrelLat": 1.5, "Cluster_DynProp": 2, "Cluster_RCS": 10.0}  # fmt: skip
    assert read("Cluster_1_General", frame, decode_choices=False) == pytest.approx(wanted)
    assert packed("Cluster_1_General", {name: [value] for name, value in wanted.items()}) == [frame]


def test_the_quality_of_a_cluster_and_of_an_object_lie_where_public_drivers_read_them() -> None:
    bits = f"{9:08b}{17:05b}{18:05b}{19:05b}{20:05b}0{5:03b}{16:05b}{3:03b}"
    cluster = read("Cluster_2_Quality", int(bits, 2).to_bytes(5, "big"), decode_choices=False)
    assert list(cluster.values()) == [9, 17, 18, 19, 20, 5, 16, 3]
    bits = f"{9:08b}{1:05b}{2:05b}{3:05b}{4:05b}{5:05b}{6:05b}{7:05b}00000{6:03b}{2:03b}00"
    thing = read("Obj_2_Quality", int(bits, 2).to_bytes(7, "big"), decode_choices=False)
    assert list(thing.values()) == [9, 1, 2, 3, 4, 5, 6, 7, 6, 2]


def test_what_a_signal_cannot_hold_is_held_at_its_end() -> None:
    columns = {"Cluster_DistLong": [2000.0, -900.0], "Cluster_DistLat": [150.0, -150.0], "Cluster_RCS": [99.0, -99.0]}
    own = unpacked("Cluster_1_General", packed("Cluster_1_General", columns))

    assert own["Cluster_DistLong"] == pytest.approx([1138.2, -500.0])
    assert own["Cluster_DistLat"] == pytest.approx([102.3, -102.3])
    assert own["Cluster_RCS"] == pytest.approx([63.5, -64.0])


def test_the_tables_of_the_file_and_of_the_code_say_the_same() -> None:
    tables = {message.name: {each.name: each.choices for each in message.signals} for message in database().messages}

    motion = {number: str(text) for number, text in tables["Obj_1_General"]["Obj_DynProp"].items()}
    assert motion == {each.value: each.name.lower().replace("_", " ") for each in DynProp}
    state = tables["Obj_2_Quality"]["Obj_MeasState"]
    assert all(str(state[each.value]) == each.name.lower() for each in MeasState)
    for signal, table in (("Obj_DistLong_rms", RMS_TABLE), ("Obj_Orientation_rms", ORIENTATION_RMS_TABLE_DEG)):
        said = tables["Obj_2_Quality"][signal]
        assert [float(str(said[index]).removeprefix("below ")) for index in range(31)] == table.tolist()
    shares = [str(tables["Obj_2_Quality"]["Obj_ProbOfExist"][number]) for number in range(1, 8)]
    assert [float(text.split()[-2]) / 100 for text in shares] == pytest.approx(PROBABILITY_LIMITS[1:])


def test_rms_indices_name_the_first_entry_that_is_not_below() -> None:
    assert rms_index(np.array([0.0, 0.005, 0.0051, 0.3, 10.0, 50.0])).tolist() == [0, 0, 1, 17, 30, 30]
    assert probability_class(np.array([0.0, 0.25, 0.3, 0.95, 0.9995, 1.0])).tolist() == [1, 1, 2, 5, 7, 7]


def test_frames_follow_each_other_at_500_kbit_per_s_under_shifted_ids() -> None:
    assert frame_time_s("Cluster_1_General") == pytest.approx(111 / 500e3)
    data = packed("Obj_1_General", {"Obj_ID": np.arange(3)})
    frames = on_the_bus("r1", 2, 1_000_000_000, [("Obj_1_General", data)])

    assert frames.arbitration_ids.tolist() == [0x62B] * 3
    assert frames.times_ns.tolist() == [1_000_000_000, 1_000_222_000, 1_000_444_000]
    assert frames.arrival_ns == frames.times_ns[-1]
    with pytest.raises(ValueError, match="radar_number must be 0 to 7, got 8"):
        on_the_bus("r1", 8, 1, [("Obj_1_General", data)])


def test_data_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="Obj_2_Quality: data must have 7 bytes, got 8"):
        unpacked("Obj_2_Quality", [b"\0" * 8])
