"""Parameters that the tests share."""

import numpy as np
import pytest

RATES = ("gamma_g_A", "gamma_d_A", "gamma_g_B", "gamma_d_B")


@pytest.fixture
def rng():
    return np.random.default_rng(20180810)


@pytest.fixture
def generic():
    """One point without special relations between the parameters."""
    return {
        "phi": 0.4,
        "t": 0.8,
        "epsilon": 0.3,
        "Delta": 0.6,
        "gamma_g_A": 2.0,
        "gamma_d_A": 1.0,
        "gamma_g_B": 1.5,
        "gamma_d_B": 3.0,
    }


def chosen(values, function):
    """The values that a function takes."""
    return {name: values[name] for name in function.parameters}
