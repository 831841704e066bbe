"""Lρ = 0 in a prime field: for the exact states of some models, and not for broken ones.

`symsync verify --all` decides it for all models.
"""

import pytest
from sympy import Rational, symbols

from symsync import Exchange, System, equatorial, exact_state
from symsync.claims.in_prime_field import residual
from symsync.claims.model_table import model

FEW = [
    "halves, exchange with a phase",
    "ones, nonreciprocal",
    "oscillators of four levels",
    "a driven dephased three halves",
    "a half beside ones",
]


@pytest.mark.parametrize("name", FEW)
def test_the_exact_state_solves_its_equations(name):
    assert residual(model(name), exact_state(model(name))) == 0


@pytest.mark.parametrize("share", [0, Rational(1, 10**9)])
def test_a_state_of_other_rates_is_noticed(share):
    """The state of a model whose coupling is larger by a part in a billion is no state of this."""
    g, d, k = symbols("g d k", positive=True)

    def pair(coupling):
        sites = {"A": equatorial(g, d), "B": equatorial(d, g)}
        return System(sites, [Exchange("A", "B", coupling)])

    assert (residual(pair(k), exact_state(pair(k * (1 + share)))) > 0) == (share > 0)
