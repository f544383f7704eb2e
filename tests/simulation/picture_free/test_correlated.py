"""Sequences of errors last as long as they should, and end with the road user."""

import numpy as np

from simulation.picture_free.correlated import Groups, first_order, held_uniform, memory_of

LENGTH, COUNT = 60, 4000
BEGINS = np.tile(np.arange(LENGTH) == 0, COUNT)
GROUPS = Groups.of(BEGINS)


def test_a_first_order_sequence_has_variance_one_everywhere_and_the_correlation_asked_for():
    values = first_order(np.random.default_rng(1), GROUPS, 2, 0.8).reshape(2, COUNT, LENGTH)
    np.testing.assert_allclose(values.var(axis=1), 1.0, atol=0.12)
    for lag in (1, 3, 6):
        measured = (values[..., lag:] * values[..., :-lag]).mean()
        np.testing.assert_allclose(measured, 0.8**lag, atol=0.01)


def test_a_group_inherits_nothing_from_the_one_before_it():
    values = first_order(np.random.default_rng(2), GROUPS, 1, 0.95)[0].reshape(COUNT, LENGTH)
    for place in (0, 2, 5):
        assert abs(np.corrcoef(values[:-1, -1], values[1:, place])[0, 1]) < 0.05


def test_what_is_held_keeps_any_probability_at_every_row_and_lasts_as_a_chain_of_two_states_does():
    rng = np.random.default_rng(3)
    own = rng.random(COUNT)
    lot = held_uniform(rng, GROUPS, 0.9, own, 0.0).reshape(COUNT, LENGTH)
    found = lot < 0.7
    np.testing.assert_allclose(found.mean(axis=0), 0.7, atol=0.03)
    stays_missed = (~found[:, 1:] & ~found[:, :-1]).sum() / (~found[:, :-1]).sum()
    np.testing.assert_allclose(stays_missed, 0.9 + 0.1 * 0.3, atol=0.01)


def test_own_lots_make_some_road_users_miss_for_good():
    rng = np.random.default_rng(4)
    own = rng.random(COUNT)
    lot = held_uniform(rng, GROUPS, 0.5, own, 0.8).reshape(COUNT, LENGTH)
    found = lot < 0.5
    assert found[own < 0.5].mean() > 0.85
    np.testing.assert_allclose(found.mean(), 0.5, atol=0.02)


def test_the_memory_of_a_process_falls_with_the_step():
    np.testing.assert_allclose(memory_of(0.5, 0.1), np.exp(-0.2))
    assert memory_of(0.0, 0.1) == 0.0


def test_no_rows_are_no_groups():
    groups = Groups.of(np.zeros(0, dtype=bool))
    assert len(groups) == 0
    assert first_order(np.random.default_rng(1), groups, 2, 0.5).shape == (2, 0)
    assert held_uniform(np.random.default_rng(1), groups, 0.5, np.zeros(0), 0.5).shape == (0,)
