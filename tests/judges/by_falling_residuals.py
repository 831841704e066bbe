"""Truncated series, judged by how fast what they leave out falls with the coupling."""

import numpy as np


def power_of(residual, strength):
    """The power with which a residual falls, between a strength and its half."""
    return np.log2(residual(strength) / residual(strength / 2))


def assert_falls_as(power, residual, strength, within=0.15):
    """Whether a residual, a function of the strength, falls as this power of it.

    The next power adds about strength/rate, or its square, to the one that is found; the strength
    is so small that this is less than `within`.
    """
    assert abs(power_of(residual, strength) - power) < within
