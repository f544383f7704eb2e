"""From an ARS408's cluster frames to a radar scan, as an adapter beside such a radar sends it."""

import numpy as np

from roadside.geometry.arrays import FloatArray
from roadside.types.frames import CanFrames, RadarScan
from simulation.sensors.ars408_messages import NS_PER_S, SENSOR_ID_STEP, AmbigState, layout, unpacked

INVALID_STATES = (1, 2, 3, 6, 7, 14)
"""Of the DBC file's invalid states, those that say that the cluster is not to be used."""


def scan_of_clusters(frames: CanFrames, radar_number: int, delay_s: float) -> RadarScan:
    """Returns the targets of one cycle of cluster frames.

    The radar measures no elevation: what it calls distance lies along its line of sight, so that the distance from the
    origin is the slant range. Clusters that the radar itself calls invalid are left out; a speed that is not
    unambiguous is not given.

    Args:
        frames: one cycle, from its status message on; other messages of the bus are passed over.
        radar_number: the sensor id that the radar is set to.
        delay_s: from the measurement to the status message.

    Raises:
        ValueError: there is no status message, or not as many clusters as it says.
    """
    columns = {
        name: _columns(frames, name, radar_number)
        for name in ("Cluster_0_Status", "Cluster_1_General", "Cluster_2_Quality")
    }
    status, general, quality = columns.values()
    if len(status["Cluster_NofClustersNear"]) != 1:
        raise ValueError(
            f"{frames.sensor_id}: wanted one Cluster_0_Status message, got {len(status['Cluster_NofClustersNear'])}"
        )
    wanted = int(status["Cluster_NofClustersNear"][0] + status["Cluster_NofClustersFar"][0])
    numbers = general["Cluster_ID"]
    if len(numbers) != wanted or not np.array_equal(numbers, quality["Cluster_ID"]):
        raise ValueError(
            f"{frames.sensor_id}: wanted {wanted} clusters with their quality, got {len(numbers)} with "
            f"{len(quality['Cluster_ID'])}"
        )
    used = ~np.isin(quality["Cluster_InvalidState"], INVALID_STATES)
    x_m, y_m = general["Cluster_DistLong"][used], general["Cluster_DistLat"][used]
    azimuth_rad = np.arctan2(y_m, x_m)
    speed_mps = general["Cluster_VrelLong"][used] * np.cos(azimuth_rad)
    speed_mps = speed_mps + general["Cluster_VrelLat"][used] * np.sin(azimuth_rad)
    is_clear = quality["Cluster_AmbigState"][used] == AmbigState.UNAMBIGUOUS
    first = int(np.flatnonzero(frames.arbitration_ids == _frame_id("Cluster_0_Status", radar_number))[0])
    return RadarScan(
        sensor_id=frames.sensor_id,
        time_ns=int(frames.times_ns[first]) - round(delay_s * NS_PER_S),
        arrival_ns=frames.arrival_ns,
        range_m=np.hypot(x_m, y_m),
        azimuth_rad=azimuth_rad,
        elevation_rad=np.full(len(x_m), np.nan),
        radial_speed_mps=np.where(is_clear, speed_mps, np.nan),
        rcs_dbsm=general["Cluster_RCS"][used],
    )


def _frame_id(name: str, radar_number: int) -> int:
    return layout(name).frame_id + SENSOR_ID_STEP * radar_number


def _columns(frames: CanFrames, name: str, radar_number: int) -> dict[str, FloatArray]:
    rows = np.flatnonzero((frames.arbitration_ids == _frame_id(name, radar_number)) & ~frames.is_extended)
    return unpacked(name, [frames.data[row] for row in rows.tolist()])
