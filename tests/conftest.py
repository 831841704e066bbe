"""Parameters that the tests share."""

import judge
import numpy as np
import pytest
from sympy import Rational, S, Symbol

from symsync import Exchange, LimitCycle, S_minus, S_plus, System

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
        "threshold": 0.001,
        "S_rel_zero": 0.001,
        "entanglement": 0.1,
    }


def chosen(values, function):
    """The values that a function takes."""
    return {name: values[name] for name in function.parameters}


def spin_halves():
    """The two spins 1/2 of `judge.halves` with the coupling k."""
    sites = {
        site: LimitCycle(S.Half, [(Rational(str(up)), S_plus), (Rational(str(down)), S_minus)])
        for site, (up, down) in judge.HALVES.items()
    }
    return System(sites, [Exchange("A", "B", Symbol("k", positive=True))], {"A": Rational(7, 10)})
