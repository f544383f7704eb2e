"""How the places to train in look, and how those that are held out do: no facade is in both."""

from simulation.types.world import Facade, Ground, TreeKind
from simulation.worlds.greenery import GreenStyle
from simulation.worlds.house_rows import HouseStyle
from simulation.worlds.lane_paint import CHINESE, EUROPEAN, PLAIN
from simulation.worlds.place import Look

DENSE_CITY = Look(
    CHINESE,
    HouseStyle((Facade.PLASTER, Facade.SHOPS), (2.6, 6.0), (18.0, 34.0), storeys=(5, 11), density=0.95),
    GreenStyle((TreeKind.BROADLEAF,), 8.0, 0.15),
    forecourt_m=7.0,
    fences=0.4,
    hedges=0.2,
)
OLD_TOWN = Look(
    EUROPEAN,
    HouseStyle((Facade.PLASTER, Facade.BRICK), (2.6, 3.4), (9.0, 16.0), storeys=(2, 5), gap_m=(0.3, 2.0)),
    GreenStyle((TreeKind.COLUMN, TreeKind.BROADLEAF), 12.0, 0.5, 15.0),
    asphalt=Ground.WORN_ASPHALT,
    base=Ground.PAVING,
    forecourt_m=0.8,
    fences=0.1,
    hedges=0.1,
)
GARDENS = Look(
    PLAIN,
    HouseStyle((Facade.BRICK, Facade.PLASTER), (5.0, 10.0), (9.0, 14.0), (8.0, 12.0), (1, 3), (5.0, 14.0), 0.8),
    GreenStyle((TreeKind.BROADLEAF, TreeKind.CONIFER), 10.0, 0.4, 70.0),
    asphalt=Ground.WORN_ASPHALT,
    bicycles=None,
    fences=0.7,
    hedges=0.6,
)
SUBURB = Look(
    EUROPEAN,
    HouseStyle((Facade.BRICK, Facade.PLASTER, Facade.SHOPS), (4.0, 12.0), (10.0, 22.0), storeys=(1, 4), density=0.7),
    GreenStyle((TreeKind.COLUMN, TreeKind.BROADLEAF), 9.0, 0.3, 45.0),
    bicycles=None,
)
OPEN_LAND = Look(
    EUROPEAN,
    HouseStyle((Facade.BRICK,), (18.0, 40.0), (14.0, 40.0), (10.0, 20.0), (1, 3), (30.0, 90.0), 0.4),
    GreenStyle((TreeKind.BROADLEAF, TreeKind.CONIFER), 14.0, 0.6, 60.0),
    fences=0.1,
    hedges=0.1,
)
RETAIL = Look(
    CHINESE,
    HouseStyle((Facade.SHOPS,), (5.0, 14.0), (20.0, 40.0), (14.0, 24.0), (1, 3), (6.0, 20.0), 0.8),
    GreenStyle((TreeKind.COLUMN,), 9.0, 0.4, 20.0),
    base=Ground.CONCRETE,
)

OFFICE_PARK = Look(
    EUROPEAN,
    HouseStyle((Facade.OFFICE,), (5.0, 11.0), (20.0, 38.0), (14.0, 22.0), (3, 8), (4.0, 14.0), 0.9),
    GreenStyle((TreeKind.CONIFER, TreeKind.COLUMN), 7.0, 0.2, 40.0),
    fences=0.2,
    hedges=0.5,
)
WORKS = Look(
    CHINESE,
    HouseStyle((Facade.INDUSTRIAL, Facade.OFFICE), (4.0, 12.0), (22.0, 46.0), (16.0, 30.0), (2, 4), (3.0, 16.0), 0.9),
    GreenStyle((TreeKind.COLUMN,), 13.0, 0.5, 20.0),
    asphalt=Ground.WORN_ASPHALT,
    base=Ground.GRAVEL,
    fences=0.8,
    hedges=0.1,
)
"""``OFFICE_PARK`` and ``WORKS`` are of held-out places only."""
