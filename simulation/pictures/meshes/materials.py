"""What the surfaces of bodies and furniture are made of: the table that the body shader reads."""

from enum import IntEnum

import numpy as np

from roadside.geometry.arrays import FloatArray


class Material(IntEnum):
    """Number of a row of the material tables."""

    PAINT = 0
    GLASS = 1
    RUBBER = 2
    METAL = 3
    HEADLAMP = 4
    TAILLAMP = 5
    PLATE = 6
    CLOTH = 7
    SKIN = 8
    TROUSERS = 9
    CARGO = 10
    HAIR = 11
    INDICATOR_LEFT = 12
    INDICATOR_RIGHT = 13
    PLASTIC = 14
    SHOE = 15
    SECOND_PAINT = 16
    WOOD = 17
    CARDBOARD = 18
    CONE_RED = 19
    REFLECTIVE_WHITE = 20
    LAMP_RED = 21
    LAMP_YELLOW = 22
    LAMP_GREEN = 23
    STREET_LAMP = 24
    GALVANISED = 25
    CONCRETE = 26
    BARK = 27
    LEAF_CORE = 28
    INTERIOR = 29
    SIGN = 30
    TAPE = 31
    SIGN_LIGHT = 32
    DESTINATION = 33
    BAG = 34
    HELMET = 35
    HEDGE = 36


class Slot(IntEnum):
    """Which colour of an instance multiplies a material's own."""

    FIXED = 0
    FIRST = 1
    SECOND = 2
    THIRD = 3
    FOURTH = 4


_WHITE = (1.0, 1.0, 1.0)
_DARK = (0.0, 0.0, 0.0)

# material: albedo (linear), colour slot, gloss, reflectance at normal incidence, emission, lamp (0..3, -1 none)
_ROWS: dict[Material, tuple[tuple[float, float, float], Slot, float, float, tuple[float, float, float], int]] = {
    Material.PAINT: (_WHITE, Slot.FIRST, 0.85, 0.05, _DARK, -1),
    Material.GLASS: ((0.012, 0.016, 0.018), Slot.FIXED, 1.0, 0.09, _DARK, -1),
    Material.RUBBER: ((0.022, 0.022, 0.023), Slot.FIXED, 0.2, 0.03, _DARK, -1),
    Material.METAL: ((0.32, 0.33, 0.34), Slot.FIXED, 0.6, 0.30, _DARK, -1),
    Material.HEADLAMP: ((0.55, 0.56, 0.58), Slot.FIXED, 0.9, 0.15, (26.0, 24.0, 21.0), 0),
    Material.TAILLAMP: ((0.28, 0.012, 0.012), Slot.FIXED, 0.8, 0.08, (5.0, 0.16, 0.08), 1),
    Material.PLATE: ((0.62, 0.62, 0.58), Slot.FIXED, 0.3, 0.04, _DARK, -1),
    Material.CLOTH: (_WHITE, Slot.SECOND, 0.0, 0.02, _DARK, -1),
    Material.SKIN: (_WHITE, Slot.THIRD, 0.15, 0.03, _DARK, -1),
    Material.TROUSERS: (_WHITE, Slot.FOURTH, 0.0, 0.02, _DARK, -1),
    Material.CARGO: (_WHITE, Slot.SECOND, 0.35, 0.04, _DARK, -1),
    Material.HAIR: ((0.035, 0.024, 0.017), Slot.FIXED, 0.2, 0.03, _DARK, -1),
    Material.INDICATOR_LEFT: ((0.5, 0.2, 0.02), Slot.FIXED, 0.7, 0.08, (8.0, 3.2, 0.2), 2),
    Material.INDICATOR_RIGHT: ((0.5, 0.2, 0.02), Slot.FIXED, 0.7, 0.08, (8.0, 3.2, 0.2), 3),
    Material.PLASTIC: ((0.03, 0.031, 0.033), Slot.FIXED, 0.45, 0.04, _DARK, -1),
    Material.SHOE: ((0.04, 0.035, 0.03), Slot.FIXED, 0.2, 0.03, _DARK, -1),
    Material.SECOND_PAINT: (_WHITE, Slot.SECOND, 0.8, 0.05, _DARK, -1),
    Material.WOOD: ((0.36, 0.22, 0.10), Slot.FIXED, 0.1, 0.03, _DARK, -1),
    Material.CARDBOARD: ((0.40, 0.27, 0.14), Slot.FIXED, 0.0, 0.02, _DARK, -1),
    Material.CONE_RED: ((0.72, 0.10, 0.02), Slot.FIXED, 0.3, 0.04, _DARK, -1),
    Material.REFLECTIVE_WHITE: ((0.80, 0.80, 0.80), Slot.FIXED, 0.3, 0.04, _DARK, -1),
    Material.LAMP_RED: ((0.05, 0.01, 0.01), Slot.FIXED, 0.6, 0.05, (9.0, 0.35, 0.15), 0),
    Material.LAMP_YELLOW: ((0.05, 0.035, 0.01), Slot.FIXED, 0.6, 0.05, (8.0, 4.4, 0.25), 1),
    Material.LAMP_GREEN: ((0.01, 0.05, 0.03), Slot.FIXED, 0.6, 0.05, (0.5, 8.0, 4.2), 2),
    Material.STREET_LAMP: ((0.7, 0.7, 0.68), Slot.FIXED, 0.3, 0.05, (14.0, 10.5, 6.6), 3),
    Material.GALVANISED: ((0.30, 0.31, 0.32), Slot.FIXED, 0.35, 0.10, _DARK, -1),
    Material.CONCRETE: ((0.42, 0.41, 0.38), Slot.FIXED, 0.0, 0.03, _DARK, -1),
    Material.BARK: ((0.095, 0.07, 0.05), Slot.FIXED, 0.0, 0.02, _DARK, -1),
    Material.LEAF_CORE: ((0.30, 0.34, 0.30), Slot.FIRST, 0.0, 0.02, _DARK, -1),
    Material.INTERIOR: ((0.012, 0.012, 0.014), Slot.FIXED, 0.0, 0.02, _DARK, -1),
    Material.SIGN: (_WHITE, Slot.FIRST, 0.3, 0.04, _DARK, -1),
    Material.TAPE: ((0.60, 0.48, 0.30), Slot.FIXED, 0.4, 0.04, _DARK, -1),
    Material.SIGN_LIGHT: ((0.75, 0.62, 0.10), Slot.FIXED, 0.4, 0.04, (1.2, 0.9, 0.25), 0),
    Material.DESTINATION: ((0.02, 0.02, 0.02), Slot.FIXED, 0.6, 0.05, (2.2, 1.2, 0.1), 0),
    Material.BAG: (_WHITE, Slot.FIRST, 0.1, 0.03, _DARK, -1),
    Material.HEDGE: ((0.55, 0.58, 0.55), Slot.FIRST, 0.0, 0.02, _DARK, -1),
    Material.HELMET: (_WHITE, Slot.FIRST, 0.8, 0.05, _DARK, -1),
}


def material_tables() -> tuple[FloatArray, FloatArray]:
    """Returns the table the shader reads, one row per material.

    Returns:
        (M, 4) albedo and gloss; (M, 4) emission and a number that holds three: the colour slot, plus eight times the
        lamp counted from one (0 for none), plus, as its fraction, the reflectance at normal incidence.
    """
    first, second = np.zeros((len(Material), 4)), np.zeros((len(Material), 4))
    for material, (albedo, slot, gloss, reflectance, emission, lamp) in _ROWS.items():
        first[material] = (*albedo, gloss)
        second[material] = (*emission, int(slot) + 8 * (lamp + 1) + reflectance)
    return first, second


def emission_of(material: Material) -> FloatArray:
    """Returns the (3,) light of a lamp of strength one."""
    return np.array(_ROWS[material][4])
