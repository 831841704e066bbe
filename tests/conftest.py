"""Parameters that the tests share."""

from itertools import pairwise
from math import prod

import numpy as np
import pytest
from judges import by_qutip as judge
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


def flows(series, at, highest):
    """L₀ρ_n + L₁ρ_{n−1} for n = 1 to `highest`, in exact numbers at the point {symbol: value}."""
    generators = zip(series.ring.gens, series.ring.symbols, strict=True)
    point = [(x, symbol.subs(at)) for x, symbol in generators]

    def value(resolvents):
        terms = resolvents.terms.items()
        return sum(number(above) / prod(map(number, rates)) for rates, above in terms)

    def number(polynomial):
        return polynomial.evaluate(point)

    generator = series.liouvillian
    orders = [
        {element: value(resolvents) for element, resolvents in state.values_unnormalised.items()}
        for state in (series[n] for n in range(highest + 1))
    ]
    for before, state in pairwise(orders):
        flow = {}
        for action, operator in ((generator.free, state), (generator.coupling, before)):
            for element, factor in operator.items():
                for target, rate in action(element).items():
                    flow[target] = flow.get(target, 0) + number(rate) * factor
        yield flow
