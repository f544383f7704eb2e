"""Incidents are drawn so that none gets into another's way, and what finds no place is counted."""

import numpy as np
import pytest

from simulation.picture_free.drawn_incidents import drawn_incidents
from simulation.picture_free.hour_plans import hour_plan
from simulation.worlds.catalogue import build_world

SPAN_S = 70.0
"""Incidents may begin within one second only."""


def test_incidents_that_find_no_place_are_counted():
    plan, rng = hour_plan("junction", "day", SPAN_S, 1), np.random.default_rng(2)
    drawn = drawn_incidents(
        build_world("junction"), plan, SPAN_S, {"stopped_vehicle": 14.0 * 3600.0 / SPAN_S}, np.zeros(2), 30.0, rng
    )
    assert len(drawn.incidents) >= 1
    assert drawn.unplaced["stopped_vehicle"] >= 1


def test_a_kind_that_is_not_known_is_told_even_where_none_would_be_drawn():
    plan, rng = hour_plan("junction", "day", SPAN_S, 1), np.random.default_rng(2)
    with pytest.raises(ValueError, match=r"an incident's kind must be one of .*, wrong_way, got earthquake"):
        drawn_incidents(build_world("junction"), plan, SPAN_S, {"earthquake": 0.0}, np.zeros(2), 70.0, rng)
