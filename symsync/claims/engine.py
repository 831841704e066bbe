"""Claims about the engine: on generated models it gives what the numeric reference gives.

Rates are seeded rational numbers, and so are strengths, detunings and phases.  Spins, limit cycles
and couplings are those that the package offers, alone and mixed.
"""

import random
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from sympy import Expr, I, Rational, exp

from symsync import reference
from symsync.claims.common import letter_model, steady
from symsync.claims.ledger import Equations, Evidence, claim
from symsync.claims.own_model import TOLERANCE, Judge, as_it_is_cut, numeric, random_point
from symsync.derive.corrections import Series
from symsync.derive.evolution import time_series
from symsync.derive.series import steady_series
from symsync.model.boson import truncated_van_der_pol
from symsync.model.coupling import Coupling, Dissipation, Drive, Exchange
from symsync.model.graphs import chain
from symsync.model.limit_cycle import (
    LimitCycle,
    equatorial,
    gain_and_loss,
    stabilised_at,
    van_der_pol,
)
from symsync.model.spin import S_minus, S_plus, S_z
from symsync.model.system import System, spin_pair
from symsync.reference import any_model

HALF = Rational(1, 2)

CYCLES: dict[str, Callable[[Any, Any], LimitCycle]] = {
    "spin 1/2": gain_and_loss,
    "spin 1": equatorial,
    "spin 1 at |1⟩": lambda a, b: stabilised_at(1, a, b, 1),
    "warm spin 1": lambda a, b: gain_and_loss(a, b, 1),
    "van der Pol": van_der_pol,
    "oscillator": lambda a, b: truncated_van_der_pol(a, b, 4),
    "spin 3/2": lambda a, b: stabilised_at(HALF, a, b, 3 * HALF),
    "warm spin 3/2": lambda a, b: gain_and_loss(a, b, 3 * HALF),
    "spin 2": lambda a, b: equatorial(a, b, 2),
}
"""Limit cycles by name; *warm* is gain and loss by one quantum."""


def _exchange(x: Expr, _: Expr) -> list[Any]:
    return [Exchange("A", "B", x)]


def _turned(x: Expr, y: Expr) -> list[Any]:
    return [Exchange("A", "B", x, y)]


def _xx(x: Expr, y: Expr) -> list[Any]:
    in_a, in_b = S_plus("A") + S_minus("A"), S_plus("B") + S_minus("B")
    return [Coupling(x * in_a * in_b), Coupling(y * S_z("A") * S_z("B"))]


def _ising(x: Expr, y: Expr) -> list[Any]:
    return [Coupling(y * S_z("A") * S_z("B")), Drive("A", x, y)]


def _decay(x: Expr, y: Expr) -> list[Any]:
    return [Dissipation(x, S_minus("A") + exp(I * y) * S_minus("B"))]


def _transfer(x: Expr, y: Expr) -> list[Any]:
    return [Dissipation(x, S_plus("A") * S_minus("B")), Exchange("A", "B", y)]


PAIRS: list[tuple[str, str, Callable[[Expr, Expr], list[Any]]]] = [
    ("spin 1/2", "spin 1/2", _turned),
    ("spin 1/2", "spin 1/2", _xx),
    ("spin 1/2", "spin 1/2", _decay),
    ("spin 1/2", "spin 1", _exchange),
    ("spin 1/2", "van der Pol", _transfer),
    ("spin 1", "spin 1", _decay),
    ("spin 1", "spin 1", _xx),
    ("spin 1", "spin 1/2", _ising),
    ("spin 1 at |1⟩", "van der Pol", _exchange),
    ("warm spin 1", "spin 1", _turned),
    ("van der Pol", "van der Pol", _exchange),
    ("oscillator", "spin 1", _exchange),
    ("spin 3/2", "spin 1/2", _turned),
    ("spin 3/2", "spin 1", _exchange),
    ("warm spin 3/2", "spin 1/2", _transfer),
    ("spin 2", "spin 1/2", _turned),
]
"""Two limit cycles and what couples them."""

ALONE = ["spin 1/2", "spin 1", "van der Pol", "oscillator", "spin 3/2"]
"""Limit cycles that a drive of some phase and detuning acts on."""


@cache
def models() -> dict[str, System]:
    """Return the generated models by a name that tells what they are."""
    source = random.Random(20180810)

    def number() -> Rational:
        return Rational(source.randint(3, 20), source.choice((7, 8, 9)))

    def cycle(name: str) -> LimitCycle:
        return CYCLES[name](number(), number())

    found = {}
    for a, b, couple in PAIRS:
        name = f"{a} and {b}, {couple.__name__[1:]}"
        sites = {"A": cycle(a), "B": cycle(b)}
        found[name] = System(sites, couple(number(), number()), {"A": number(), "B": -number()})
    for a in ALONE:
        found[f"driven {a}"] = System(
            {"A": cycle(a)}, [Drive("A", number(), number())], {"A": number()}
        )
    found["chain of three"] = chain(
        3,
        lambda _: gain_and_loss(number(), number()),
        lambda a, b: Exchange(a, b, number(), number()),
    )
    joint = Dissipation(number(), S_minus("A") + S_minus("B") + S_minus("C"))
    sites = {site: gain_and_loss(number(), number()) for site in "ABC"}
    found["collective decay of three"] = System(sites, [joint, Exchange("A", "C", number())])
    return found


@cache
@as_it_is_cut()
def _judged() -> dict[str, tuple[Judge, Series]]:
    """Return the reference's results for each model, and the engine's series."""
    return {
        name: (Judge(system, {}, order=3), steady_series(system))
        for name, system in models().items()
    }


def _evidence(differences: Mapping[str, float]) -> Evidence:
    """Return the largest difference, and the model where it is if it is too large."""
    worst = max(differences, key=lambda name: differences[name])
    holds = all(value <= TOLERANCE for value in differences.values())
    where = "" if holds else f", that of {worst}"
    figure = f"largest relative difference {differences[worst]:.0e}{where}"
    return Evidence("measured", f"{figure}, in {len(differences)} models", holds)


def _of_order(order: int, largest: int) -> Evidence:
    """Compare one order of all models with at most so many kets."""
    return _evidence(
        {
            name: judge.steady(series, order)
            for name, (judge, series) in _judged().items()
            if judge.size <= largest
        }
    )


SEE = ("steady_series", "reference.any_model.coefficients", "check")


@claim(
    "Without couplings, the state of any sites is that of the numeric reference",
    "Beyond the Letter",
    see=SEE,
)
def uncoupled_states(_: Equations) -> Evidence:
    return _of_order(0, largest=12)


@claim(
    "At first order, the steady state is that of the numeric reference, whatever the spins, limit "
    "cycles and couplings",
    "Beyond the Letter",
    see=SEE,
)
def first_orders(_: Equations) -> Evidence:
    return _of_order(1, largest=12)


@claim(
    "At second order, the steady state of up to eight kets is that of the numeric reference",
    "Beyond the Letter",
    see=SEE,
)
def second_orders(_: Equations) -> Evidence:
    return _of_order(2, largest=8)


@claim(
    "At second and third order, the steady state of all these models is that of the numeric "
    "reference",
    "Beyond the Letter",
    see=SEE,
    slow=True,
)
def next_orders_of_all(_: Equations) -> Evidence:
    second, third = _of_order(2, largest=12), _of_order(3, largest=9)
    return Evidence("measured", f"{second.figure}; {third.figure}", second.holds and third.holds)


@claim(
    "In time, the first order is ρ₁ − e^{L₀t}ρ₁ of the numeric reference",
    "Beyond the Letter",
    see=("time_series", "reference.any_model.evolve", "check"),
)
@as_it_is_cut()
def first_order_in_time(_: Equations) -> Evidence:
    return _evidence(
        {
            name: judge.in_time(time_series(judge.system))
            for name, (judge, _series) in _judged().items()
            if judge.size <= 8
        }
    )


@claim(
    "In time, the state to all orders is e^{Lt}ρ₀ of the numeric reference",
    "Beyond the Letter",
    see=("evolution", "reference.any_model.evolve", "check"),
)
@as_it_is_cut()
def evolutions(_: Equations) -> Evidence:
    return _evidence(
        {
            name: judge.evolved(series[0])
            for name, (judge, series) in _judged().items()
            if judge.size <= 4
        }
    )


@claim(
    "The steady state to all orders is that of the numeric reference",
    "Beyond the Letter",
    see=("exact_state", "reference.any_model.steady_state", "check"),
)
def exact_states(_: Equations) -> Evidence:
    return _evidence({name: judge.exact() for name, (judge, _series) in _judged().items()})


@claim(
    "With its symbols free, the Letter's model has the orders 0 to 3 and the exact state of the "
    "numeric reference for any model, which agrees with that of the Letter's pair",
    "Beyond the Letter",
    see=("spin_pair", "reference.any_model.steady_state", "reference.steady_state"),
)
def letters_pair(_: Equations) -> Evidence:
    pair = spin_pair()
    point = random_point(pair.parameters, seed=1)
    values = {symbol.name: float(value) for symbol, value in point.items()}
    judge = Judge(pair, point, order=3)
    differences = [judge.steady(steady(), order) for order in range(4)]
    exact = any_model.steady_state(pair, **values)
    differences.append(judge.difference(numeric(letter_model().exact_state, point), exact))
    differences.append(judge.difference(reference.steady_state(**values), exact))
    worst = max(differences)
    return Evidence("measured", f"largest relative difference {worst:.0e}", worst <= TOLERANCE)
