"""The generator on matrix units is the one on matrices, and closures are as small as they are."""

import itertools

import numpy as np
import pytest
from sympy import Rational, S, Symbol, symbols

import symsync
from symsync import Exchange, LimitCycle, S_minus, S_plus, System, equatorial, spin_pair
from symsync.catalogue.letter_model import MINUS, PLUS
from symsync.derive.generator import Liouvillian, closure, components, rows
from symsync.derive.state import State
from symsync.model.printed_operators import as_array, master_equation
from symsync.model.spin import projections, squared_norm

a, b, c = symbols("a b c", positive=True)


def kets(system):
    return list(itertools.product(*(projections(spin) for spin in system.spins.values())))


@pytest.mark.parametrize(
    "system",
    [
        spin_pair(),
        System(
            {
                "L": LimitCycle(Rational(3, 2), [(a, S_plus), (b, S_minus**2)]),
                "R": LimitCycle(Rational(1, 2), [(b, S_minus)]),
            },
            [Exchange("L", "R", c)],
            {"L": a},
        ),
    ],
    ids=["spin pair", "3/2 and 1/2"],
)
def test_the_action_is_the_superoperator(system):
    """L|k⟩⟨b| from ladders equals the Kronecker matrices of the printed master equation."""
    generator = Liouvillian(system)
    basis = list(itertools.product(kets(system), repeat=2))
    sizes = list(system.spins.values())
    norm = {element: squared_norm(element[0], sizes) * squared_norm(element[1], sizes)
            for element in basis}  # fmt: skip
    dense = as_array(master_equation(system), system.spins)
    values = {symbol: Rational(2 * k + 3, k + 2) for k, symbol in enumerate(system.parameters)}
    matrix = np.array(dense.subs(values).evalf(), dtype=complex)
    ours = np.zeros_like(matrix)
    for column, element in enumerate(basis):
        for target, value in generator.full(element).items():
            ratio = np.sqrt(float(norm[target] / norm[element]))
            ours[basis.index(target), column] = complex(value.as_expr().subs(values)) * ratio
    assert np.abs(ours - matrix).max() < 1e-13


def test_first_order_needs_two_of_81_elements():
    """The closure of −iVρ₀ under the uncoupled generator is {μ₊, μ₋}, found by the program."""
    generator = Liouvillian(spin_pair())
    ground = ((S.Zero,) * 2,) * 2
    reached = closure(generator.free, generator.coupling_from_left(ground))
    assert set(reached) == {PLUS, MINUS}


def test_the_full_closure_has_seventeen_elements():
    """|1,1⟩ and |−1,−1⟩ stay empty: 17 of the 19 elements of the sector are reached."""
    generator = Liouvillian(spin_pair())
    reached = closure(generator.full, [((S.Zero,) * 2,) * 2])
    assert len(reached) == 17
    sizes = sorted(map(len, components(reached)))
    assert sum(sizes) == 17


def test_a_chain_of_ten_costs_its_closure():
    """Ten spins 1 have 3²⁰ matrix elements; 36 of them matter at first order."""
    sites = {f"s{k}": equatorial(a, b) for k in range(10)}
    links = [Exchange(f"s{k}", f"s{k + 1}", c) for k in range(9)]
    series = symsync.steady_series(System(sites, links))
    assert len(series[1]) == 2 * 2 * 9


def test_components_come_after_what_feeds_them():
    columns = {1: {2: 1}, 2: {3: 1}, 3: {2: 1, 4: 1}, 4: {}}
    order = components(columns)
    assert [sorted(part) for part in order] == [[1], [2, 3], [4]]
    assert rows(columns) == {1: {}, 2: {1: 1, 3: 1}, 3: {2: 1}, 4: {3: 1}}


def state():
    x = Symbol("x", real=True)
    values = {(ket, ket): x for ket in kets(spin_pair())}
    values[PLUS] = values[PLUS[1], PLUS[0]] = x
    return State(spin_pair().spins, values, lambda value: value), x


def test_states_are_read_in_the_orthonormal_basis():
    """⟨k|ρ|b⟩ = r√((k|k)(b|b)), with (0|0) = 2 for a spin 1."""
    found, x = state()
    assert found[(1, -1), (0, 0)] == 2 * x
    assert found[(0, 0), (0, 0)] == 4 * x
    assert found[(1, 0), (0, 1)] == 0
    assert found.trace() == 16 * x
    assert found.matrix()[2, 4] == 2 * x


def test_a_partial_trace_sums_the_other_sites():
    found, x = state()
    reduced = found.partial_trace("A")
    assert dict(reduced) == {((1,), (1,)): 4 * x, ((0,), (0,)): 8 * x, ((-1,), (-1,)): 4 * x}


def test_a_state_knows_its_kets():
    found, _ = state()
    with pytest.raises(KeyError, match="is a pair of kets"):
        found[(2, 0), (0, 0)]
