from roadside.runtime.published_scenes import PublishedScenes
from roadside.types.scene import LatencyLedger
from tests.evaluation.judged_world import START_NS, scene_of, tracks_of


def test_a_scene_leaves_the_pole_when_it_is_published_and_never_before_its_time():
    published, scene = PublishedScenes(), scene_of(tracks_of([[20.0, 0.0]]))

    published.read(scene, LatencyLedger(0, 0, 0, 0, START_NS + 60_000_000))
    published.read(scene, LatencyLedger(0, 0, 0, 0, 0))

    assert [each.published_ns - START_NS for each in published.scenes] == [60_000_000, 0]
