"""Places that the detector is trained in, and places that are held out: drawn from their seeds."""

from simulation.types.world import Facade, Ground, TreeKind
from simulation.worlds.greenery import GreenStyle
from simulation.worlds.house_rows import HouseStyle
from simulation.worlds.lane_paint import CHINESE, EUROPEAN
from simulation.worlds.place import Look, PlacePlan
from simulation.worlds.star_streets import Arm, CrossSection, star_streets
from simulation.worlds.street_plan import NodeControl
from simulation.worlds.terrain import Relief


def cross_signals() -> PlacePlan:
    """Returns a big skewed junction with signals, the Chinese way."""
    wide = CrossSection(3, 3.25, 2.5, 3.5)
    narrow = CrossSection(2, 3.0, 2.0, 2.5)
    arms = (
        Arm("east", 4.0, 130.0, wide, wide, 60.0, 3),
        Arm("north", 101.0, 110.0, narrow, narrow, 40.0, 2, bend_m=10.0),
        Arm("west", 180.0, 130.0, wide, wide, 60.0, 3),
        Arm("south", 272.0, 110.0, narrow, narrow, 40.0, 2),
    )
    return PlacePlan(
        "cross_signals", 3101, star_streets(arms, NodeControl.SIGNALS, 9.0), Relief(0.01, -0.004, 0.8, 210.0, 1.9),
        Look(CHINESE, HouseStyle((Facade.PLASTER, Facade.SHOPS), storeys=(4, 9), front_m=(18.0, 34.0)),
             GreenStyle((TreeKind.BROADLEAF,), 8.0, 0.15)),
    )  # fmt: skip


def tee_priority() -> PlacePlan:
    """Returns a T-junction where the side street gives way."""
    main, side = CrossSection(1, 3.5, 1.6, 2.2), CrossSection(1, 3.0, 0.0, 2.0)
    arms = (
        Arm("east", 8.0, 120.0, main, main, 50.0, 3, bend_m=-14.0),
        Arm("west", 183.0, 120.0, main, main, 50.0, 3),
        Arm("south", 262.0, 100.0, side, side, 30.0, 1, bend_m=8.0),
    )
    return PlacePlan(
        "tee_priority", 3102, star_streets(arms, NodeControl.PRIORITY, 6.0), Relief(0.025, 0.012, 0.9, 150.0, 0.2),
        Look(EUROPEAN, HouseStyle((Facade.BRICK, Facade.PLASTER), (4.0, 10.0), (9.0, 15.0), storeys=(1, 3)),
             GreenStyle((TreeKind.COLUMN, TreeKind.BROADLEAF), 11.0, 0.4, 45.0), Ground.WORN_ASPHALT, None),
    )  # fmt: skip
