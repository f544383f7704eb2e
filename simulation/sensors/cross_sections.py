"""How strongly road users reflect a radar at 76 to 81 GHz, by class and by the side they show."""

import numpy as np

from roadside.geometry.arrays import FloatArray, IntArray
from roadside.types.road_users import RoadUserClass

SIDE_SHARPNESS = 8
"""A flat side or bumper flashes only when it is met squarely: |cos|^8 has fallen by 3 dB at 24 degrees."""

_SECTION_DBSM: dict[RoadUserClass, tuple[float, float, float]] = {
    # (front or back, side, obliquely), dBsm: means about which measured ones scatter by 5 to 10 dB.
    # People: -8 dBsm, hardly any aspect (J. Fortuny-Guasch and J.-M. Chareau, JRC report EUR 25762, 2013; ISO 19206-2).
    RoadUserClass.PEDESTRIAN: (-8.0, -9.0, -8.0),
    # Bicycles with riders: near 0 dBsm side-on, less from front and back (D. Belgiovane and C.-C. Chen, EuCAP 2016;
    # ISO 19206-4).
    RoadUserClass.BICYCLE: (-5.0, 1.0, -4.0),
    RoadUserClass.MOTORCYCLE: (0.0, 6.0, 1.0),
    RoadUserClass.TRICYCLE: (2.0, 8.0, 3.0),
    # Cars: about 10 dBsm from the back, 20 dBsm at the middle of the side, 5 dBsm in between (J. Silberling et al.,
    # DRI-TM-14-70, 2014; ISO 19206-3).
    RoadUserClass.CAR: (10.0, 18.0, 5.0),
    RoadUserClass.VAN: (13.0, 22.0, 8.0),
    # Long flat sides: 10 dB above cars (T. Schipper et al., EuCAP 2011).
    RoadUserClass.TRUCK: (20.0, 28.0, 13.0),
    RoadUserClass.BUS: (20.0, 30.0, 13.0),
    # Things on the road: cartons and cones return little.
    RoadUserClass.UNKNOWN_UNMOVABLE: (-10.0, -10.0, -12.0),
}
"""Orders of magnitude from the literature named; a single measured vehicle may lie 10 dB off."""

_TABLE = np.array([_SECTION_DBSM.get(each, (0.0, 0.0, 0.0)) for each in RoadUserClass])


def mean_section_dbsm(classes: IntArray, aspect_rad: FloatArray) -> FloatArray:
    """Returns (N,) mean radar cross-sections.

    Args:
        classes: (N,) ``RoadUserClass`` numbers.
        aspect_rad: (N,) direction to the radar seen from the road user, counter-clockwise from where it faces: 0 for
            the front, pi / 2 for its left side.
    """
    end, side, oblique = _TABLE[classes].T
    end_share, side_share = np.abs(np.cos(aspect_rad)) ** SIDE_SHARPNESS, np.abs(np.sin(aspect_rad)) ** SIDE_SHARPNESS
    return np.asarray(oblique + (end - oblique) * end_share + (side - oblique) * side_share)


def detected_fluctuation_db(detection_probability: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Returns (N,) what the cross-sections of targets that were found are above their means.

    The power of a look is exponential (Swerling's first case), and a target is found where it exceeds the threshold,
    which is -ln P means high if it is found with probability P. What exceeds it is exponential again.

    Args:
        detection_probability: (N,) with which each was found.
        rng: where all chance comes from.
    """
    threshold = -np.log(np.clip(detection_probability, 1e-6, 1.0))
    power = threshold + rng.exponential(1.0, len(detection_probability))
    return np.asarray(10.0 * np.log10(np.maximum(power, 1e-3)))
