"""The closed form is the steady state, to all orders and to the last digit."""

import mpmath
import numpy as np
import pytest
import qutip
from judges import by_qutip as judge
from judges import spin_halves
from judges.by_power_series import taylor
from judges.points import numbers
from sympy import Add, Poly, Rational, S, cancel, diff, factor_list, symbols, together

import symsync
from symsync import (
    Exchange,
    System,
    equation,
    equatorial,
    exact_state,
    spin_pair,
)
from symsync.catalogue.letter_model import MINUS, PLUS
from symsync.claims.printed import d_A, d_B, g_A, g_B
from symsync.derive.generator import Liouvillian
from symsync.evaluate import Formula, evaluator
from symsync.expressions.complex_parts import real_imag
from symsync.expressions.definitions import in_symbols
from symsync.reference import pair as reference
from symsync.symbols import Delta, epsilon

g, d, k = symbols("g d k", positive=True)
PARAMETERS = spin_pair().parameters


@pytest.fixture(scope="module")
def state(pair_state):
    return pair_state


def at_point(state, at):
    """Each element in exact numbers, its definitions first."""
    known = dict(at)
    for symbol, value in state.definitions.items():
        known[symbol] = value.xreplace(known)
    return {element: value.xreplace(known).expand() for element, value in state.items()}


def test_it_has_the_seventeen_elements_that_are_reached(state):
    assert len(state) == 17


def test_it_solves_the_master_equation(state):
    """Lρ = 0 and Tr ρ = 1 in exact rational numbers, for generic rates and detuning."""
    at = {symbol: Rational(2 * n + 3, n + 2) for n, symbol in enumerate(PARAMETERS)}
    found = {e: value.subs(at) for e, value in state.written_out.values_unnormalised.items()}
    generator = Liouvillian(spin_pair())
    residual = {}
    for element, number in found.items():
        for target, factor in generator.full(element).items():
            change = factor.as_expr().subs(at) * number
            residual[target] = (residual.get(target, 0) + change).expand()
    assert set(residual.values()) == {0}
    assert state.written_out.trace().subs(at) == 1


def test_it_is_the_steady_state_of_qutip(state, rng):
    """To 1e-12, the condition of QuTiP's solution at rates of one decade."""
    matrix = state.written_out.matrix()
    function = evaluator(Formula("rho", matrix, PARAMETERS, "ρ"))
    points = {symbol.name: 10 ** rng.uniform(-1, 1, 20) for symbol in PARAMETERS}
    ours = function(**points)
    assert np.abs(ours - reference.steady_state(**points)).max() < 1e-12
    for n in range(5):
        point = {name: float(value[n]) for name, value in points.items()}
        assert np.abs(ours[n] - judge.steady_state(**point).full()).max() < 1e-12


@pytest.mark.parametrize("highest", [2, pytest.param(4, marks=pytest.mark.slow)])
def test_the_expansion_is_its_taylor_series(highest, state, pair_series):
    """series[n] is the n-th Taylor coefficient in ε for n = 0, 1, …, with every symbol free.

    That of |0,0⟩, whose sum of products is the longest, follows from the traces; both states are
    Hermitian.
    """
    Gamma_1, Gamma_2 = symbols("Gamma_1 Gamma_2")
    expanded = taylor(
        epsilon,
        highest,
        [Delta, Gamma_1, Gamma_2, g_B, d_B],
        state.definitions,
        {d_A: Gamma_1 - g_B, g_A: Gamma_2 - d_B},
    )
    orders = [pair_series[n] for n in range(highest + 1)]
    assert [expanded(order.trace()) for order in orders] == [1, *[0] * highest]
    for element in {min(e, e[::-1]) for e in state} - {((0, 0), (0, 0))}:
        exact = [expanded(part) for part in real_imag(in_symbols(state[element])[0])]
        parts = zip(*(real_imag(order[element]) for order in orders), strict=True)
        added = [sum(map(expanded, part)) for part in parts]
        assert added == exact, element


@pytest.mark.slow
def test_first_order_is_its_derivative(state):
    """d/dε at ε = 0 gives μ±, symbolically."""
    for element, name in ((PLUS, "mu_plus"), (MINUS, "mu_minus")):
        slope = diff(state.written_out[element], epsilon).subs(epsilon, 0)
        assert cancel(together(slope - symsync.equations[name].rhs)) == 0


def test_populations_are_written_without_differences(state):
    """Every determinant and every relative population has positive coefficients only."""
    for symbol, expression in state.definitions.items():
        numerator, denominator = together(expression).as_numer_denom()
        for part in (numerator, denominator):
            number, factors = factor_list(part)
            assert number > 0, symbol
            for base, _ in factors:
                assert all(c > 0 for c in Poly(base, *base.free_symbols).coeffs()), symbol


def test_the_largest_determinant_is_short(state):
    assert max(len(Add.make_args(value)) for value in state.definitions.values()) == 31


def high_precision(point):
    """Relative populations from a 60-digit solution of the reference's literal equations."""
    generator = sum(point[name] * part for name, part in reference._SECTOR_GENERATORS.items())
    system = mpmath.matrix(generator.shape[0])
    for name, part in reference._SECTOR_GENERATORS.items():
        for row, column in np.argwhere(part):
            # Entries are small multiples of 1/2 up to rounding of √2·√2.
            entry = mpmath.mpc(*(round(2 * x) / 2 for x in (part[row, column].real,
                                                            part[row, column].imag)))  # fmt: skip
            system[int(row), int(column)] += mpmath.mpf(point[name]) * entry
    right = mpmath.matrix(generator.shape[0], 1)
    for column in range(system.cols):
        system[reference._GROUND, column] = int(reference._IS_POPULATION[column])
    right[reference._GROUND] = 1
    return mpmath.lu_solve(system, right)


@pytest.mark.parametrize("count", [8, pytest.param(50, marks=pytest.mark.slow)])
def test_tiny_populations_keep_their_digits(count, state, rng):
    """Relative errors below 1e-13 with rates, Δ and ε in 10^±6, against a 60-digit solution."""
    written = state.written_out
    populations = [element for element in written if element[0] == element[1]]
    functions = {e: evaluator(Formula("p", written[e], PARAMETERS, "p")) for e in populations}
    index = {S.One: 0, S.Zero: 1, S.NegativeOne: 2}
    worst = 0.0
    for _ in range(count):
        point = {symbol.name: float(10 ** rng.uniform(-6, 6)) for symbol in PARAMETERS}
        with mpmath.workdps(80):
            exact = high_precision(point)
            for (ket, _), function in functions.items():
                place = 10 * (3 * index[ket[0]] + index[ket[1]])
                row = int(np.flatnonzero(place == reference.SECTOR)[0])
                error = abs(mpmath.mpf(float(function(**point))) / exact[row].real - 1)
                worst = max(worst, float(error))
    assert worst < 1e-13


def test_exchanging_the_sites_is_a_symmetry(state):
    """A ↔ B with ε → −ε and Δ → −Δ leaves every element in its place."""
    rates = {s.name: s for s in PARAMETERS}
    swap = {
        rates["gamma_g_A"]: rates["gamma_g_B"], rates["gamma_g_B"]: rates["gamma_g_A"],
        rates["gamma_d_A"]: rates["gamma_d_B"], rates["gamma_d_B"]: rates["gamma_d_A"],
        rates["Delta"]: -rates["Delta"], epsilon: -epsilon,
    }  # fmt: skip
    at = {symbol: Rational(2 * n + 3, n + 2) for n, symbol in enumerate(PARAMETERS)}
    here = at_point(state, at)
    there = at_point(state, {symbol: image.subs(at) for symbol, image in swap.items()})
    assert here == {(ket[::-1], bra[::-1]): value for (ket, bra), value in there.items()}
    assert here != there


def test_other_pairs_follow_qutip():
    """Spins 1/2 with gain and loss, whose uncoupled state is a mixture."""
    matrix = exact_state(spin_halves.system()).written_out.matrix()
    h, jumps, _ = judge.halves(0.8)
    ours = numbers(matrix, {spin_halves.strength: 0.8})
    assert np.abs(ours - qutip.steadystate(h, jumps).full()).max() < 1e-14


@pytest.mark.parametrize("name", ["Gamma_1", "D_1", "w_1", "Z_1"])
def test_names_of_the_user_are_left_alone(name):
    """A rate that is called like a definition keeps its meaning."""
    renamed = symbols(name, positive=True)
    plain = System({"A": equatorial(g, d), "B": equatorial(d, 2 * g)}, [Exchange("A", "B", k)])
    same = System(
        {"A": equatorial(renamed, d), "B": equatorial(d, 2 * renamed)}, [Exchange("A", "B", k)]
    )
    at = {g: Rational(3, 2), d: 2, k: Rational(1, 3), renamed: Rational(3, 2)}
    element = ((1, -1), (0, 0))
    expected = exact_state(plain).written_out[element].subs(at)
    assert exact_state(same).written_out[element].subs(at) == expected


def test_it_shows_its_definitions(state):
    assert "with\nGamma_1 = gamma_d_A + gamma_g_B" in repr(state)
    assert r"\Gamma_{1} = \gamma^d_{A} + \gamma^g_{B}" in state._repr_latex_()


def test_a_large_component_says_how_it_is_solved():
    sites = {site: equatorial(g, d) for site in "ABC"}
    state = exact_state(System(sites, [Exchange("A", "B", k), Exchange("B", "C", k)]))
    linear = state._systems[0]
    words = f"solve {linear.size} linear equations, eliminated in {linear.steps} steps"
    assert linear.size == 74
    assert f"x_1, …, x_74 {words}" in repr(state)
    assert (
        rf"x_{{1}}, \ldots, x_{{74}} &\text{{ {words}}}"
        in equation("p", state[(0,) * 3, (0,) * 3]).latex()
    )


def test_uncoupled_spins_stay_in_their_limit_cycle():
    state = exact_state(System(spin_pair().sites, []))
    assert dict(state.written_out) == {((0, 0), (0, 0)): 1}
