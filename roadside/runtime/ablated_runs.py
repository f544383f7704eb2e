"""What a site's sensors are worth: the same observations folded again without some of them."""

from collections.abc import Iterator, Sequence

import numpy as np

from roadside import pipeline
from roadside.evaluation.ablation import Ablation
from roadside.evaluation.judgement import Judgement, PublishedScene, judged
from roadside.evaluation.timeline import TruthTimeline
from roadside.types.observations import Measurements, Observation, Tick
from roadside.types.scene import Scene
from roadside.types.site import Site


def ablated_runs(
    observations: Sequence[Observation], judgement: Judgement, timeline: TruthTimeline, site: Site
) -> Iterator[Ablation]:
    """Yields what a run gives with each kind of sensor and each sensor alone, and with each sensor left out.

    Args:
        observations: what the full run was fed, in order.
        judgement: of the full run.
        timeline: the truth.
        site: whose sensors.
    """
    for used, name in _sensor_sets(site).items():
        scenes = (PublishedScene(scene, scene.time_ns) for scene in _folded(observations, used, site))
        common = judgement.could_see[:, [sensor_id in used for sensor_id in site.sensor_ids]].any(axis=1)
        yield Ablation(name, judgement.object_times, judged(scenes, timeline, site).object_times, np.asarray(common))


def _sensor_sets(site: Site) -> dict[frozenset[str], str]:
    """Returns sets of sensors to try, each once, and what to call them; none that is empty or has all sensors."""
    cameras = frozenset(camera.sensor_id for camera in site.cameras)
    radars = frozenset(radar.sensor_id for radar in site.radars)
    sets = {cameras: "only cameras", radars: "only radars"}
    for sensor_id in site.sensor_ids:
        sets.setdefault(frozenset([sensor_id]), f"only {sensor_id}")
    for sensor_id in site.sensor_ids:
        sets.setdefault((cameras | radars) - {sensor_id}, f"without {sensor_id}")
    return {used: name for used, name in sets.items() if used and used != cameras | radars}


def _folded(observations: Sequence[Observation], used: frozenset[str], site: Site) -> Iterator[Scene]:
    """Yields the scenes that some sensors of a site alone would have given.

    In the place of what another sensor measured, time passes: so the scenes are those of the full run's instants.
    """
    state = pipeline.start(site)
    for observation in observations:
        if isinstance(observation, Measurements) and observation.sensor_id not in used:
            observation = Tick(observation.arrival_ns)
        state, scenes = pipeline.step(state, observation, site)
        yield from scenes
