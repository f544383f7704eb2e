from dataclasses import replace

from roadside.runtime.line import ObservationLine
from roadside.runtime.sensor_words import SensorWords
from roadside.runtime.state_lines import StateLines
from roadside.types.observations import SensorState
from roadside.types.scene import Scene
from roadside.types.site import OrderSettings
from tests.v2x.site_builder import LEDGER, START_NS, build_scene


def scene(state: SensorState) -> Scene:
    """A scene in which the camera is in that state, and nobody has heard of the radar."""
    camera, radar = build_scene().sensors
    return replace(build_scene(), sensors=(replace(camera, state=state), radar))


def test_each_change_is_one_line_and_no_change_is_none():
    shown: list[str] = []
    words = SensorWords(ObservationLine())
    lines = StateLines(shown.append, words, OrderSettings(), None)

    words.say("camera-north", SensorState.OK, "720p", START_NS)
    for state in (SensorState.UNKNOWN, SensorState.OK, SensorState.OK, SensorState.SILENT, SensorState.OK):
        lines.read(scene(state), LEDGER)

    assert shown == [
        "camera-north: ok: 720p", "camera-north: silent: nothing came for 1 s", "camera-north: ok: 720p",
    ]  # fmt: skip


def test_what_the_source_says_comes_before_what_the_scene_has_noticed_yet():
    shown: list[str] = []
    words = SensorWords(ObservationLine())
    lines = StateLines(shown.append, words, OrderSettings(), None)

    words.say("camera-north", SensorState.SILENT, "the stream ended", START_NS)
    for state in (SensorState.OK, SensorState.SILENT):  # its last frame is still young in the first one
        lines.read(scene(state), LEDGER)

    assert shown == ["camera-north: silent: the stream ended"]
