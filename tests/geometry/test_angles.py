import numpy as np

from roadside.geometry.angles import wrapped_rad


def test_headings_lie_within_half_a_turn():
    np.testing.assert_allclose(wrapped_rad(np.array([3.5, -3.5, 0.1])), [3.5 - 2 * np.pi, 2 * np.pi - 3.5, 0.1])
