"""Vehicles that arrive at, stand in and leave parking spots."""

from simulation.traffic.parking_script import ParkingScript
from simulation.traffic.script import Script, Stage


def parking_scripts(stage: Stage, script: ParkingScript, first_id: int) -> list[Script]:
    """Returns one script for every vehicle that parks."""
    raise NotImplementedError
