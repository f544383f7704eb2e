"""An ARS408 in cluster mode: a cycle's clusters as CAN frames."""

import numpy as np

from roadside.types.frames import CanFrames
from simulation.sensors.ars408_clusters import SPEED_SIGMA_MPS, Clusters, clusters
from simulation.sensors.ars408_echoes import fixtures
from simulation.sensors.ars408_messages import (
    NS_PER_S,
    frame_time_s,
    on_the_bus,
    packed,
    probability_class,
    rms_index,
)
from simulation.sensors.ars408_plan import Ars408Plan
from simulation.types.actors import Actors
from simulation.types.world import Building

MAX_CLUSTERS = 250


def cluster_frames(plan: Ars408Plan, of_cycle: Clusters, counter: int, time_ns: int) -> CanFrames:
    """Returns one cycle on the bus: the status, then what every cluster is, then how good it is.

    No more clusters are sent than fit into a cycle, and never more than 250; the last ones are left out.

    Args:
        plan: of the radar.
        of_cycle: clusters, in their order.
        counter: of cycles; its low 16 bits are sent.
        time_ns: Unix epoch UTC of the measurement.
    """
    fits = int(
        (plan.cycle_s - frame_time_s("Cluster_0_Status"))
        / (frame_time_s("Cluster_1_General") + frame_time_s("Cluster_2_Quality"))
    )
    sent = slice(min(MAX_CLUSTERS, fits))
    cos, sin = np.cos(of_cycle.azimuth_rad[sent]), np.sin(of_cycle.azimuth_rad[sent])
    range_m, speed_mps = of_cycle.range_m[sent], of_cycle.radial_speed_mps[sent]
    numbers = np.arange(len(range_m))
    far_count = int(of_cycle.is_far[sent].sum())
    status = {
        "Cluster_NofClustersNear": [len(range_m) - far_count],
        "Cluster_NofClustersFar": [far_count],
        "Cluster_MeasCounter": [counter & 0xFFFF],
        "Cluster_InterfaceVersion": [1],
    }
    general = {
        "Cluster_ID": numbers,
        "Cluster_DistLong": range_m * cos,
        "Cluster_DistLat": range_m * sin,
        "Cluster_VrelLong": speed_mps * cos,
        "Cluster_VrelLat": speed_mps * sin,
        "Cluster_DynProp": of_cycle.dyn_props[sent],
        "Cluster_RCS": of_cycle.rcs_dbsm[sent],
    }
    along_m, across_m = of_cycle.range_sigma_m[sent], of_cycle.azimuth_sigma_rad[sent] * range_m
    quality = {
        "Cluster_ID": numbers,
        "Cluster_DistLong_rms": rms_index(np.hypot(along_m * cos, across_m * sin)),
        "Cluster_DistLat_rms": rms_index(np.hypot(along_m * sin, across_m * cos)),
        "Cluster_VrelLong_rms": rms_index(SPEED_SIGMA_MPS * np.abs(cos)),
        "Cluster_VrelLat_rms": rms_index(SPEED_SIGMA_MPS * np.abs(sin)),
        "Cluster_Pdh0": probability_class(of_cycle.false_alarm[sent]),
        "Cluster_InvalidState": of_cycle.invalid_states[sent],
        "Cluster_AmbigState": of_cycle.ambig_states[sent],
    }
    messages = (
        ("Cluster_0_Status", packed("Cluster_0_Status", status)),
        ("Cluster_1_General", packed("Cluster_1_General", general)),
        ("Cluster_2_Quality", packed("Cluster_2_Quality", quality)),
    )
    return on_the_bus(plan.sensor_id, plan.radar_number, time_ns + round(plan.delay_s * NS_PER_S), messages)


class ClusterRadar:
    """An ARS408 in cluster mode in a simulated world."""

    def __init__(self, plan: Ars408Plan, seed: int, buildings: tuple[Building, ...] = (), rain: float = 0.0) -> None:
        """Sets it up.

        Args:
            plan: of the radar.
            seed: all its chance comes from it, the street's fixtures too.
            buildings: what hides and mirrors.
            rain: 0 none to 1 heavy.
        """
        street_rng, self._rng = (np.random.default_rng(each) for each in np.random.SeedSequence(seed).spawn(2))
        self._plan = plan
        self._street = fixtures(plan, street_rng)
        self._buildings = buildings
        self._rain = rain
        self._counter = 0

    def step(self, time_ns: int, actors: Actors) -> CanFrames:
        """Returns the frames of one more cycle.

        Args:
            time_ns: Unix epoch UTC of the measurement.
            actors: everything on the road then.
        """
        self._counter += 1
        found = clusters(self._plan, self._street, actors, self._buildings, self._rain, self._rng)
        return cluster_frames(self._plan, found, self._counter, time_ns)
