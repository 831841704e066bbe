"""Entanglement and information order by order, judged by the exact state at small couplings.

The state is that of `reference.any_model`, and its measures are computed here from eigenvalues.
What an order leaves out falls as a power of the coupling, with a logarithm where entropies begin.
"""

from functools import cache

import mpmath
import numpy as np
import pytest
import qutip
from judges import by_qutip as judge
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
    S_z,
    System,
    equatorial,
    gain_and_loss,
    mutual_information,
    negativity,
    steady_series,
    time_series,
    transition,
    van_der_pol,
)
from symsync.reference import any_model

k, g, d = symbols("k g d", positive=True)
HALF = Rational(1, 2)
EXCHANGE = Exchange("A", "B", k)
UPPER = LimitCycle(1, [(2, transition(1, 0)), (3, transition(0, 1)), (1, transition(0, -1))])
LOWER = LimitCycle(1, [(1, transition(-1, 0)), (2, transition(0, -1)), (3, transition(0, 1))])
X = {site: S_plus(site) + S_minus(site) for site in "AB"}


def up(rate):
    return LimitCycle(HALF, [(rate, S_plus)])


def down(rate):
    return LimitCycle(HALF, [(rate, S_minus)])


def pair(a, b, *couplings, **frequencies):
    return System({"A": a, "B": b}, couplings, frequencies)


def chain(a, b, c):
    return System({"A": a, "B": b, "C": c}, [EXCHANGE, Exchange("B", "C", k)])


def shared(*sites):
    return Dissipation(k, sum(S_minus(site) for site in sites))


# Name: (model, sites on one side, least power of the first term of N that is left out, or None if
# N = 0).  An exchange changes its sign with the gauge of a site, and then N − εN₁ is even in k.
MODELS = {
    "gain and loss": (pair(gain_and_loss(2, 1), gain_and_loss(1, 3), EXCHANGE), "A", None),
    "gain and loss of spins 1": (
        pair(gain_and_loss(2, 1, 1), gain_and_loss(1, 3, 1), EXCHANGE, A=HALF), "A", None),
    "van der Pol": (pair(van_der_pol(1, 2), van_der_pol(2, 3), EXCHANGE), "A", None),
    "a driven mixture": (
        pair(gain_and_loss(2, 1), gain_and_loss(1, 3), EXCHANGE, Drive("A", k), A=HALF), "A", None),
    "a pure and a mixed spin": (
        pair(equatorial(1, 2), gain_and_loss(10, 1), EXCHANGE), "A", 4),
    "a pure and a van der Pol spin, driven": (
        pair(equatorial(1, 2), van_der_pol(2, 3), EXCHANGE, Drive("B", k)), "A", None),
    "a pure spin and two levels of another": (pair(equatorial(1, 2), UPPER, EXCHANGE), "A", 3),
    "two levels of each": (pair(UPPER, LOWER, EXCHANGE), "A", 3),
    "two levels of each, squeezed": (
        pair(UPPER, LOWER, Coupling(k * (S_plus("A") * S_plus("B") + S_minus("A") * S_minus("B")))),
        "A", 4),
    "two levels of each, driven": (
        pair(UPPER, LOWER, EXCHANGE, Drive("B", k), A=HALF), "A", 3),
    "a driven pair": (
        pair(equatorial(1, 2), equatorial(2, 3), EXCHANGE, Drive("A", 2 * k), Drive("B", k),
             A=Rational(1, 3)), "A", 3),
    "no symmetry": (
        pair(UPPER, LOWER, Coupling(k * (S_z("A") * X["B"] + X["A"] * S_z("B") + X["A"] * X["B"]))),
        "A", 3),
    "XX": (pair(equatorial(1, 2), equatorial(3, 1), Coupling(k * X["A"] * X["B"])), "A", 3),
    "XX at equal rates": (
        pair(equatorial(1, 1), equatorial(1, 1), Coupling(k * X["A"] * X["B"])), "A", 3),
    "XX and two quanta at equal rates": (
        pair(equatorial(1, 1), equatorial(1, 1), Coupling(k * X["A"] * X["B"]),
             Coupling(k * (S_plus("A")**2 * S_minus("B")**2 + S_minus("A")**2 * S_plus("B")**2))),
        "A", 3),
    "a detuned triangle": (
        System({"A": equatorial(1, 2), "B": equatorial(2, 2), "C": equatorial(3, 2)},
               [EXCHANGE, Exchange("B", "C", k), Exchange("A", "C", k)], {"A": HALF}), "A", 3),
    "a chain cut in the middle": (
        chain(equatorial(1, 2), equatorial(2, 1), equatorial(1, 3)), "B", 3),
    "a mixed chain cut in the middle": (
        chain(gain_and_loss(1, 2), equatorial(2, 1), gain_and_loss(1, 3)), "B", 4),
    "a star of four cut at its centre": (
        System({"A": down(2), "B": up(1), "C": up(3), "D": up(1)},
               [EXCHANGE, Exchange("A", "C", 2 * k), Exchange("A", "D", k)]), "A", 3),
    "shared damping": (pair(equatorial(1, 2), equatorial(2, 1), shared("A", "B")), "A", 3),
    "shared damping and exchange": (
        pair(equatorial(1, 2), equatorial(2, 1), shared("A", "B"), EXCHANGE), "A", 3),
    "shared damping of two levels": (
        pair(LOWER, UPPER, shared("A", "B"), Exchange("A", "B", 2 * k)), "A", 3),
    "shared damping of mixtures": (
        pair(gain_and_loss(1, 2), gain_and_loss(3, 1), shared("A", "B")), "A", None),
    "shared damping of equal spins 1/2": (
        pair(up(1), up(1), shared("A", "B"), Drive("A", k)), "A", None),
    "shared dephasing": (
        pair(equatorial(1, 2), equatorial(3, 1), Dissipation(k, S_z("A") + S_z("B")), EXCHANGE),
        "A", 3),
    "collective damping of three": (
        System({"A": down(2), "B": up(1), "C": down(3)}, [shared("A", "B", "C")]), "B", 3),
}  # fmt: skip

STRENGTHS = 4e-3, 1e-3
"""A coupling and a quarter of it, far below all rates; there N and I are above 1e-9."""

ROUNDING = 1e-13
"""Of the reference, whose eigenvalues are right to some 1e-16 and whose p ln p to 40 times that."""


# Measures of arrays -----------------------------------------------------------------------------


def shapes(system, sites):
    labels = list(system.sites)
    return [int(2 * spin + 1) for spin in system.spins.values()], [labels.index(s) for s in sites]


def negativity_of(rho, sizes, here):
    n = len(sizes)
    axes = [j + n * ((j in here) != (side == 1)) for side in (0, 1) for j in range(n)]
    moved = rho.reshape(*sizes, *sizes).transpose(axes).reshape(rho.shape)
    values = np.linalg.eigvalsh(moved)
    return -values[values < 0].sum()


def entropy(rho):
    values = np.linalg.eigvalsh(rho)
    return -sum(v * np.log(v) for v in values if v > 0)


def reduced(rho, sizes, keep):
    n = len(sizes)
    bra = [n + j if j in keep else j for j in range(n)]
    left = [*keep, *(n + j for j in keep)]
    kept = np.einsum(rho.reshape(*sizes, *sizes), [*range(n), *bra], left)
    size = int(np.prod([sizes[j] for j in keep]))
    return kept.reshape(size, size)


def information_of(rho, sizes, here):
    there = [j for j in range(len(sizes)) if j not in here]
    return sum(entropy(reduced(rho, sizes, part)) for part in (here, there)) - entropy(rho)


@cache
def judged(name):
    """N and I of the exact state at both strengths."""
    system, sites, _ = MODELS[name]
    states = [any_model.steady_state(system, k=strength) for strength in STRENGTHS]
    measures = negativity_of, information_of
    return [[measure(rho, *shapes(system, sites)) for rho in states] for measure in measures]


@cache
def terms(name, measure):
    """The functions of the first and the second order."""
    system, sites, _ = MODELS[name]
    series = steady_series(system)
    return [symsync.equation("f", measure(series, *sites, order=n), parameters=[k]) for n in (1, 2)]


def left_out(name, measure):
    """What both orders leave out of the exact value, at each strength."""
    exact = judged(name)[measure is mutual_information]
    functions = [term.function(backend="mpmath") for term in terms(name, measure)]
    return [float(value - sum(f(k=at) for f in functions))
            for value, at in zip(exact, STRENGTHS, strict=True)]  # fmt: skip


# The orders against the exact state -------------------------------------------------------------


LARGE = {
    "a detuned triangle",
    "a chain cut in the middle",
    "no symmetry",
    "two levels of each, driven",
}
"""Models of which each order takes some tenths of a second."""

EACH = [pytest.param(n, marks=[pytest.mark.slow] if n in LARGE else []) for n in MODELS]


@pytest.mark.parametrize("name", EACH)
def test_the_negativity_lacks_what_is_of_third_order(name):
    """A quarter of the coupling leaves 4⁻³ or 4⁻⁴ of it, but for the coupling over the rates."""
    _, _, power = MODELS[name]
    rests = left_out(name, negativity)
    if power is None:
        assert [term.rhs.doit().subs(k, 1) for term in terms(name, negativity)] == [0, 0]
        assert max(map(abs, rests)) < 1e-15
    else:
        assert rests[0] / rests[1] == pytest.approx(4**power, rel=0.05)


@pytest.mark.parametrize("name", EACH)
def test_the_mutual_information_lacks_what_is_of_third_order(name):
    """Of ε³ ln ε a quarter of the coupling leaves 4⁻³, and more by the ratio of the logarithms."""
    exact, rests = judged(name)[1], left_out(name, mutual_information)
    slow = np.log(STRENGTHS[0]) / np.log(STRENGTHS[1])
    assert abs(rests[0]) < 0.03 * exact[0]  # a few couplings over the slowest rate, 1
    assert abs(rests[1]) < abs(rests[0]) / (64 * slow**2) + ROUNDING


@pytest.mark.parametrize("measure", [negativity, mutual_information])
@pytest.mark.parametrize("name", sorted(MODELS))
def test_every_evaluator_has_the_same_orders(name, measure):
    """NumPy and mpmath, to rounding of the terms, of which entropies cancel a part."""
    for term in terms(name, measure):
        precise = float(term.function(backend="mpmath")(k=Rational(1, 1000)))
        assert term.function()(k=1e-3) == pytest.approx(precise, rel=1e-9, abs=1e-18)


QUTIP = {
    "a pure and a mixed spin": (
        (1, 0.5),
        lambda a, b: [*judge.equatorial(a, 1, 2), 10**0.5 * b[0], b[1]],
        lambda a, b: 0.5j * (a[0] * b[1] - a[1] * b[0]),
    ),
    "a driven pair": (
        (1, 1),
        lambda a, b: [*judge.equatorial(a, 1, 2), *judge.equatorial(b, 2, 3)],
        lambda a, b: 0.5j * (a[0] * b[1] - a[1] * b[0] + 2 * (a[1] - a[0]) + b[1] - b[0]),
    ),
}
"""Spins, jumps and the Hamiltonian of unit coupling, written with QuTiP's operators."""


@pytest.mark.parametrize("name", QUTIP)
def test_qutip_has_the_same_orders(name):
    """With its own operators, steady state and measures."""
    spins, jumps, weak = QUTIP[name]
    on = judge.ladders(**dict(zip("AB", spins, strict=True))).values()
    free = sum((w * z for w, (_, _, z) in zip((1 / 3, 0), on, strict=True) if name[2] == "d"), 0)
    measures = {
        negativity: lambda rho: (
            (np.abs(qutip.partial_transpose(rho, [1, 0]).eigenenergies()).sum() - 1) / 2
        ),
        mutual_information: lambda rho: qutip.entropy_mutual(rho, [0], [1]),
    }
    for measure, exact in measures.items():
        functions = [term.function() for term in terms(name, measure)]
        rests = []
        for strength in (0.02, 0.005):
            rho = qutip.steadystate(free + strength * weak(*on), jumps(*on))
            rests.append(exact(rho) - sum(f(k=strength) for f in functions))
        assert abs(rests[0] / exact(rho)) < 0.5
        assert rests[0] / rests[1] > 40  # 4³, less by the coupling over the rates and a logarithm


def test_at_a_coupling_of_a_millionth_the_second_order_is_all_there_is():
    """The state to 50 digits; of N and I, 1e-12 or less, six digits agree: k/γ, and k ln k."""
    name, strength = "a pure and a mixed spin", mpmath.mpf(10) ** -6
    system, _, _ = MODELS[name]
    with mpmath.workdps(50):
        free, full = (mpmath.matrix(any_model.generator(system, k=at).tolist()) for at in (0, 1))
        matrix = free + strength * (full - free)
        size = 6
        trace = [int(n % (size + 1) == 0) for n in range(size**2)]
        matrix[0, :] = mpmath.matrix([trace])  # in place of an equation that follows from the rest
        solution = mpmath.lu_solve(matrix, mpmath.matrix([1] + [0] * (size**2 - 1)))
        rho = np.array(solution.tolist()).reshape(size, size)

        def spectrum(matrix):
            return mpmath.eighe(mpmath.matrix(matrix.tolist()), eigvals_only=True)

        def entropy(matrix):
            return -mpmath.fsum(v * mpmath.log(v) for v in spectrum(matrix) if v > 0)

        tensor = rho.reshape(3, 2, 3, 2)
        moved = tensor.transpose(2, 1, 0, 3).reshape(size, size)
        exact = {
            negativity: -mpmath.fsum(v for v in spectrum(moved) if v < 0),
            mutual_information: entropy(tensor.trace(axis1=1, axis2=3))
            + entropy(tensor.trace(axis1=0, axis2=2)) - entropy(rho),
        }  # fmt: skip
    for measure, value in exact.items():
        first, second = (f.function(backend="mpmath")(k=strength) for f in terms(name, measure))
        assert first == 0
        assert float(second / value) == pytest.approx(1, abs=1e-6)


def test_rates_may_be_symbols():
    """The formula of free rates at numbers is that of the numbers, also where two rates agree."""
    for cycle in (lambda a, b: gain_and_loss(a, b, 1), van_der_pol):
        free = pair(cycle(g, d), cycle(2 * g, d), EXCHANGE, Drive("A", k))
        own = symsync.equation("I", mutual_information(steady_series(free), order=2))
        for gain, loss in ((1, 3), (2, 2), (3, 3 - 2e-9)):
            exact = pair(cycle(gain, Rational(loss)), cycle(2 * gain, Rational(loss)),
                         EXCHANGE, Drive("A", k))  # fmt: skip
            fixed = symsync.equation("I", mutual_information(steady_series(exact), order=2))
            value = own.function()(g=gain, d=loss, k=0.01)
            assert value == pytest.approx(fixed.function(backend="mpmath")(k="0.01"), rel=1e-13)


@pytest.mark.slow
def test_derivatives_of_a_mixture_are_those_of_its_value():
    """By the gain, where the populations of both spins agree and where they do not."""
    free = pair(gain_and_loss(g, 1, 1), gain_and_loss(1, d, 1), EXCHANGE)
    formula = symsync.equation("I", mutual_information(steady_series(free), order=2))
    value = formula.function(backend="mpmath")
    for loss in (1, 3):
        slope = formula.diff(g).function()(g=1.0, d=loss, k=0.01)
        exact = mpmath.diff(lambda at, d=loss: value(g=at, d=d, k="0.01"), mpmath.mpf(1))
        assert slope == pytest.approx(float(exact), rel=1e-9)


def test_what_vanishes_at_a_point_has_no_entropy_there():
    """A coupling of zero, and one that a shared jump cancels: h = k makes B blind to A."""
    h, e = symbols("h e", nonnegative=True)
    first, second = Exchange("A", "B", e), Exchange("B", "C", h)
    cycles = {"A": equatorial(1, 2), "B": equatorial(2, 1), "C": equatorial(1, 3)}
    whole, part, near = (
        symsync.equation("I", mutual_information(steady_series(system), "A", order=2))
        for system in (
            System(cycles, [first, second]),
            pair(cycles["A"], cycles["B"], first),
            pair(cycles["A"], cycles["B"], first, Dissipation(h, S_minus("A") + S_minus("B"))),
        )
    )
    for backend in ("numpy", "mpmath"):
        assert whole.function(backend=backend)(h=0, e=0) == 0
        alone = whole.function(backend=backend)(h=0, e=0.01)
        assert float(alone) == pytest.approx(part.function()(e=0.01), rel=1e-13)
    at, beside = (near.function(backend="mpmath")(h=0.01, e=e) for e in (0.01, 0.01 + 1e-9))
    assert float(at) == pytest.approx(float(beside), rel=1e-6)


def test_the_orders_of_a_state_in_time():
    """At t = 1 after the coupling is switched on; the next term of N is of fourth order."""
    system, sites, _ = MODELS["a pure and a mixed spin"]
    function = symsync.equation("N", negativity(time_series(system), sites, order=2)).function(
        backend="mpmath"
    )
    rests = []
    for strength in (0.04, 0.01):
        rho = any_model.evolve(system, 1, k=strength)
        rests.append(negativity_of(rho, *shapes(system, sites)) - float(function(k=strength, t=1)))
    assert rests[0] / rests[1] == pytest.approx(4**4, rel=0.05)


def test_both_sides_of_a_cut_have_the_same_orders():
    system, _, _ = MODELS["shared damping and exchange"]
    for measure in (negativity, mutual_information):
        for n in (1, 2):
            left, right = (
                symsync.equation("f", measure(steady_series(system), site, order=n), parameters=[k])
                for site in "AB"
            )
            values = [float(side.function(backend="mpmath")(k="0.001")) for side in (left, right)]
            assert values[0] == pytest.approx(values[1], rel=1e-12)


def test_the_mean_of_two_populations_prints_with_its_meaning():
    source = terms("gain and loss", mutual_information)[1].latex()
    assert r"\Lambda\left(\frac{1}{12}, \frac{1}{2}\right)" in source
    assert r"\Lambda(p, q) &= \frac{p - q}{\ln p - \ln q}" in source
