"""Coherence, judged by eigenvalues of dense matrices; its weak limits by exact states."""

from functools import cache

import numpy as np
import pytest
from judges import mixed_states
from judges.by_falling_residuals import assert_falls_as
from sympy import Rational, symbols

import symsync
from symsync import (
    Coupling,
    Dissipation,
    Drive,
    Exchange,
    LimitCycle,
    S_minus,
    S_plus,
    System,
    distance_to_limit_cycle,
    entropy,
    equatorial,
    exact_state,
    gain_and_loss,
    l1_coherence,
    relative_entropy_of_coherence,
    steady_series,
    trace_distance,
)
from symsync.reference import any_model

k = symbols("k", positive=True)
HALF = Rational(1, 2)
THREE = ["spins 1, driven", "spins 1/2 and 1, driven", "driven chain of three spins 1/2"]


def entropy_of(levels):
    return -sum(p * np.log(p) for p in levels if p > 0)


def relative_entropy(rho):
    return entropy_of(np.diag(rho).real) - entropy_of(np.linalg.eigvalsh(rho))


def off_diagonal(rho):
    return rho - np.diag(np.diag(rho))


JUDGES = {
    relative_entropy_of_coherence: relative_entropy,
    l1_coherence: lambda rho: np.abs(off_diagonal(rho)).sum(),
    distance_to_limit_cycle: lambda rho: np.linalg.norm(off_diagonal(rho)),
}


@pytest.mark.parametrize("name", THREE)
@pytest.mark.parametrize("measure", JUDGES)
def test_a_state_without_symmetry(measure, name):
    """A driven pair, one of mixed spins and a driven chain of three, all elements not zero."""
    expected = JUDGES[measure](mixed_states.steady_state(name).full())
    assert expected > 0.1
    assert float(measure(mixed_states.as_state(name)).evalf(20)) == pytest.approx(expected, 1e-11)


def test_the_distance_of_two_states():
    """Of the exact state from its own populations, and of states whose difference is diagonal."""
    state = mixed_states.as_state("spins 1/2 and 1, driven")
    rho = mixed_states.steady_state("spins 1/2 and 1, driven").full()
    cycles = {"A": gain_and_loss(3, 1), "B": gain_and_loss(1, 2, spin=1)}
    alone = steady_series(System(cycles, []))[0]
    gap = rho - np.array(alone.matrix(), dtype=complex)
    expected = np.abs(np.linalg.eigvalsh(gap)).sum() / 2
    assert float(trace_distance(state, alone).evalf(20)) == pytest.approx(expected, rel=1e-12)
    other = steady_series(System(cycles | {"A": gain_and_loss(1, 1)}, []))[0]
    assert trace_distance(alone, other) == Rational(1, 4)
    with pytest.raises(ValueError, match="`other` must be a state of the spins A: 1/2, B: 1"):
        trace_distance(alone, alone.partial_trace("A"))


# Order by order -----------------------------------------------------------------------------------


def quadrature(site):
    return S_plus(site) + S_minus(site)


PURE = {site: equatorial(*rates) for site, rates in {"A": (1, 2), "B": (3, 1)}.items()}
WEAK = {
    "mixtures": (
        {"A": gain_and_loss(1, 3), "B": gain_and_loss(3, 2, spin=1)},
        [Exchange("A", "B", k), Drive("A", 2 * k)]),
    "pure": (PURE, [Coupling(k * quadrature("A") * quadrature("B")), Drive("A", k)]),
    "a chain with an end that is full": (
        {"A": gain_and_loss(1, 3), "B": gain_and_loss(2, 1), "C": LimitCycle(HALF, [(1, S_plus)])},
        [Exchange("A", "B", k), Exchange("B", "C", k)]),
    "shared": (PURE, [Dissipation(k, S_minus("A") + S_minus("B")), Exchange("A", "B", k)]),
}  # fmt: skip


@cache
def both(name):
    system = System(*WEAK[name])
    return system, steady_series(system)


@pytest.mark.parametrize("name", WEAK)
def test_what_the_orders_leave_out_falls_as_a_power(name):
    """The fourth where a change of the coupling's sign is one of axes, and some ln² ε less."""
    system, series = both(name)
    terms = [symsync.equation("C", relative_entropy_of_coherence(series, order=n), parameters=[k])
             for n in (1, 2)]  # fmt: skip
    first, second = (term.function(backend="mpmath") for term in terms)
    assert (first(k=1) > 0) == (name == "shared")

    def left_out(at):
        exact = relative_entropy(any_model.steady_state(system, k=at))
        return abs(exact - float(first(k=at) + second(k=at)))

    assert_falls_as(3 if name == "shared" else 4, left_out, 4e-3, within=0.25)
    for backend in ("numpy", "c"):
        found = terms[1].function(backend)
        assert found(k=0.01) == pytest.approx(float(second(k=Rational(1, 100))), rel=1e-9)
    assert (r"\Lambda" if name == "mixtures" else r"\ln") in terms[1].latex()


@pytest.mark.parametrize("name", ["mixtures", "pure"])
def test_the_first_order_of_the_norms(name):
    system, series = both(name)
    for measure in (l1_coherence, distance_to_limit_cycle):
        term = symsync.equation("c", measure(series, order=1), parameters=[k]).function()

        def left_out(at, measure=measure, term=term):
            return abs(JUDGES[measure](any_model.steady_state(system, k=at)) - term(k=at))

        assert_falls_as(2, left_out, 1e-3, within=1.1)  # 3 where signs are axes
        assert left_out(1e-3) < 0.01 * term(k=1e-3)


def test_what_is_no_limit_cycle_is_refused():
    series = both("mixtures")[1]
    with pytest.raises(ValueError, match=r"Write l1_coherence\(series, …, order=n"):
        l1_coherence(series[1])
    with pytest.raises(NotImplementedError, match="known to order 1, but `order` is 2"):
        distance_to_limit_cycle(series, order=2)
    strong = System(WEAK["mixtures"][0], WEAK["mixtures"][1], strong=[1])
    with pytest.raises(NotImplementedError, match="about a state without coherences"):
        relative_entropy_of_coherence(steady_series(strong), order=2)


def test_coherence_and_entropy_share_their_blocks():
    """C + S(ρ) is the entropy of the populations alone."""
    state = exact_state(System({"A": gain_and_loss(2, 1)}, [Drive("A", k)]))
    whole = relative_entropy_of_coherence(state) + entropy(state)
    p = [float(state[(m,), (m,)].subs(k, 2)) for m in (HALF, -HALF)]
    assert float(whole.subs(k, 2).evalf()) == pytest.approx(entropy_of(p), rel=1e-14)
