"""Traffic lights: the head, and the mast it hangs on."""

import numpy as np

from roadside.types.observations import SignalPhase
from simulation.pictures.meshes.builder import Mesh, MeshBuilder
from simulation.pictures.meshes.materials import Material
from simulation.types.world import SignalHead

FLASHES_HZ = 1.0


def head_mesh(for_pedestrians: bool) -> Mesh:
    """Returns a head around the origin that shines along +x."""
    builder = MeshBuilder()
    pitch = 0.31 if not for_pedestrians else 0.26
    radius = 0.108 if not for_pedestrians else 0.09
    lamps = (
        [Material.LAMP_RED, Material.LAMP_GREEN]
        if for_pedestrians
        else [Material.LAMP_RED, Material.LAMP_YELLOW, Material.LAMP_GREEN]
    )
    half = pitch * len(lamps) / 2
    builder.box((-0.12, 0.06), (-pitch * 0.5, pitch * 0.5), (-half, half), Material.PLASTIC)
    if not for_pedestrians:
        builder.box((-0.125, -0.115), (-0.30, 0.30), (-half - 0.14, half + 0.14), Material.INTERIOR)
    for row, lamp in enumerate(lamps):
        z = half - pitch * (row + 0.5)
        builder.tube((0.05, 0, z), (0.075, 0, z), radius, lamp, sides=14)
        angle = np.linspace(0.1 * np.pi, 0.9 * np.pi, 8)
        rim = np.column_stack([np.zeros(8), np.cos(angle), np.sin(angle)]) * (radius + 0.012) + [0.06, 0, z]
        builder.grid(np.stack([rim, rim + np.array([0.17, 0.0, -0.01])]), Material.PLASTIC)
    return builder.build()


def mast_mesh(head: SignalHead, ground_m: float) -> Mesh:
    """Returns the mast of a head in the site frame, with an arm where the head hangs off its foot."""
    builder = MeshBuilder()
    foot = np.array([head.mast_x_m, head.mast_y_m, ground_m])
    middle = np.array([head.x_m, head.y_m, head.z_m])
    reach = float(np.hypot(*(middle - foot)[:2]))
    back = np.array([-np.cos(head.heading_rad), -np.sin(head.heading_rad), 0.0]) * 0.16
    half = 0.47 if not head.for_pedestrians else 0.26
    arm = reach > 0.8
    top = middle[2] + (0.25 if arm else half + 0.1)
    builder.tube(foot, (foot[0], foot[1], top), 0.085 if arm else 0.06, Material.GALVANISED, 0.07 if arm else 0.055, 10)
    builder.tube(foot, foot + np.array([0.0, 0.0, 0.25]), 0.14, Material.GALVANISED, sides=10)
    if arm:
        end = middle + back + np.array([0.0, 0.0, 0.05])
        builder.tube((foot[0], foot[1], top - 0.1), end, 0.06, Material.GALVANISED, 0.045, 8)
    else:
        for z in (-half * 0.8, half * 0.8):
            builder.tube(
                (foot[0], foot[1], middle[2] + z), middle + np.array([0.0, 0.0, z]), 0.025, Material.GALVANISED, sides=5
            )
    return builder.build()


def lamp_strengths(phase: SignalPhase, time_s: float) -> tuple[float, float, float]:
    """Returns how strongly the red, yellow and green lamps shine in a phase."""
    flash = float((time_s * FLASHES_HZ) % 1.0 < 0.5)
    red = {SignalPhase.RED: 1.0, SignalPhase.FLASHING_RED: flash}.get(phase, 0.0)
    yellow = {SignalPhase.YELLOW: 1.0, SignalPhase.FLASHING_YELLOW: flash}.get(phase, 0.0)
    green = {
        SignalPhase.GREEN_PERMISSIVE: 1.0,
        SignalPhase.GREEN_PROTECTED: 1.0,
        SignalPhase.FLASHING_GREEN: flash,
    }.get(phase, 0.0)
    return red, yellow, green
