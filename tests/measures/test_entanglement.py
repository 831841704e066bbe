"""First-order entanglement follows from the partial transpose."""

import numpy as np
import pytest
import qutip
from judges import by_qutip as judge
from judges.by_falling_residuals import assert_falls_as
from judges.points import numbers
from sympy import Rational, S, oo, sqrt, symbols

import symsync
from symsync import (
    Coupling,
    Dissipation,
    Exchange,
    LimitCycle,
    S_minus,
    S_plus,
    S_z,
    State,
    System,
    equations,
    equatorial,
    first_order_ket,
    gain_and_loss,
    negativity,
    partial_transpose,
    purity,
    reference,
    schmidt_coefficients,
    schmidt_rank,
    spin_pair,
    steady_series,
    van_der_pol,
)
from symsync.claims.printed import d_A, d_B, g_A, g_B
from symsync.symbols import Delta, epsilon

g, d, k = symbols("g d k", positive=True)


def test_partial_transpose_is_that_of_qutip(pair_series, rng):
    """Elements move as QuTiP moves them."""
    state = pair_series.partial_sum(2)
    values = {symbol: float(rng.uniform(1, 2)) for symbol in spin_pair().parameters}
    rho = numbers(state.matrix(), values)
    expected = qutip.partial_transpose(qutip.Qobj(rho, dims=[[3, 3], [3, 3]]), [1, 0]).full()
    index = {S.One: 0, S.Zero: 1, S.NegativeOne: 2}
    ours = np.zeros((9, 9), complex)
    for (ket, bra), value in partial_transpose(state, "A").items():
        row, column = (3 * index[m[0]] + index[m[1]] for m in (ket, bra))
        ours[row, column] = complex(value.subs(values).evalf())
    assert np.abs(ours - expected).max() < 1e-15


def test_negativity_comes_from_the_blocks(generic):
    """ε(|μ₊| + |μ₋|) agrees with QuTiP's negativity up to ε²."""
    function = equations["negativity"].function()

    def residual(strength):
        model = {name: generic[name] for name in function.parameters} | {"epsilon": strength}
        return abs(function(**model) - qutip.negativity(judge.steady_state(**model), 0))

    assert_falls_as(2, residual, 2e-3, within=0.05)


def test_negativity_is_that_of_either_side(pair_series):
    assert negativity(pair_series, "A", order=1) == negativity(pair_series, "B", order=1)


def test_the_state_is_pure_to_first_order(generic):
    """1 − ⟨Ψ|ρ|Ψ⟩ falls as ε², as populations of that order are mixed in."""
    function = equations["state"].function()

    def loss(strength):
        model = {name: generic[name] for name in function.parameters} | {"epsilon": strength}
        ket = function(**model)
        ket = ket / np.linalg.norm(ket)
        return 1 - (ket.conj() @ reference.steady_state(**model) @ ket).real

    assert_falls_as(2, loss, 2e-2, within=0.05)


def test_schmidt_coefficients_are_singular_values(generic):
    """The moduli of the amplitudes are the singular values of the 3×3 matrix of |Ψ⟩."""
    values = {name: generic[name] for name in equations["state"].function().parameters}
    ket = equations["state"].function()(**values).reshape(3, 3)
    singular = np.linalg.svd(ket, compute_uv=False)
    ours = np.sort(equations["schmidt_coefficients"].function()(**values))[::-1]
    assert np.abs(ours - singular).max() < 1e-15


def test_schmidt_ranks_are_three_and_two(pair_series):
    """Balanced cycles have rank 3; as γ^d_B → ∞ the coherence μ₋ is lost and rank 2 is left."""
    ket = first_order_ket(pair_series)
    balanced = {k: v.subs({g_A: d_A, g_B: d_A, d_B: d_A}) for k, v in ket.items()}
    assert schmidt_rank(balanced) == 3
    assert schmidt_rank({k: v.subs(d_B, oo) for k, v in ket.items()}) == 2


def test_a_shared_local_ket_is_not_read_off():
    ket = {(S.Zero, S.Zero): S.One, (S.Zero, S.One): epsilon}
    with pytest.raises(NotImplementedError, match="share a local ket"):
        schmidt_coefficients(ket)


def test_three_amplitudes_keep_detuning(pair_series):
    coefficients = schmidt_coefficients(first_order_ket(pair_series))
    expected = 2 * epsilon / sqrt(4 * Delta**2 + (d_A + g_B) ** 2)
    assert coefficients[S.One, S.NegativeOne] == expected


def test_a_mixed_limit_cycle_has_no_first_order_ket():
    mixed = LimitCycle(S.Half, [(g, S_plus), (d, S_minus)])
    series = steady_series(System({"A": mixed}, []))
    with pytest.raises(NotImplementedError, match="occupies several levels"):
        first_order_ket(series)


def shared_damping(strength, exchange):
    """Spins 1 with the weak jump S⁻_A + S⁻_B, and an exchange or none: a system, QuTiP's state."""
    rates = {"A": (Rational(13, 10), Rational(7, 10)), "B": (2, Rational(9, 10))}
    couplings = [Dissipation(k, S_minus("A") + S_minus("B")), Exchange("A", "B", exchange * k)]
    on = judge.ladders(A=1, B=1)
    jumps = [jump for site in "AB" for jump in judge.equatorial(on[site], *map(float, rates[site]))]
    jumps.append(np.sqrt(strength) * (on["A"][1] + on["B"][1]))
    forth = on["A"][0] * on["B"][1]
    h = 0.5j * exchange * strength * (forth - forth.dag())
    system = System({site: equatorial(*rates[site]) for site in "AB"}, couplings)
    return system, qutip.steadystate(h, jumps)


@pytest.mark.parametrize("exchange", [0, 1])
def test_a_shared_jump_entangles_at_first_order(exchange):
    """With populations of first order in the blocks; the residual falls as κ²."""
    residuals = []
    for strength in (0.004, 0.001):
        system, rho = shared_damping(strength, exchange)
        formula = symsync.equation("N", negativity(steady_series(system), "A", order=1))
        exact = np.linalg.eigvalsh(qutip.partial_transpose(rho, [1, 0]).full())
        residuals.append(abs(formula.function()(k=strength) + exact[exact < 0].sum()))
    assert residuals[1] < 0.01 * formula.function()(k=0.001)  # κ over the slowest rate
    assert residuals[0] / residuals[1] == pytest.approx(16, rel=0.1)


@pytest.mark.parametrize("cycle", [gain_and_loss(g, d), van_der_pol(g, d)])
def test_a_cycle_that_leaves_no_level_empty_keeps_the_spins_separable(cycle):
    """All eigenvalues of ρ₀ are positive, and stay so under the partial transpose."""
    system = System({"A": cycle, "B": cycle}, [Exchange("A", "B", k)])
    assert negativity(steady_series(system), "A", order=1) == 0


def test_a_zz_coupling_entangles_nothing():
    """S^zS^z acts on |0,0⟩ as zero: no coherence, no negativity."""
    coupling = Coupling(k * S_z("A") * S_z("B"))
    system = System({"A": equatorial(g, d), "B": equatorial(d, g)}, [coupling])
    series = steady_series(system)
    assert negativity(series, "A", order=1) == 0
    assert first_order_ket(series) == {(S.Zero, S.Zero): 1}


def test_definitions_of_a_state_go_with_its_measures(pair_state):
    """The purity of the exact state brings its definitions, and is that of the catalogue."""
    own = symsync.equation("P", purity(pair_state), order="exact")
    point = {s.name: 0.3 + k for k, s in enumerate(own.parameters)}
    known = symsync.equations["purity_exact"].function()(**point)
    assert own.function()(**point) == pytest.approx(known, rel=1e-14)
    assert "D_1" in own.latex() or "D_{1}" in own.latex()


def test_a_reduced_pair_may_have_empty_elements():
    """Blocks ((0, a, 0), (a*, p, b), (0, b*, 0)) of the outer pair, in arrays and in mpmath."""
    chain = symsync.chain(3, lambda site: equatorial(d, g) if site == "B" else equatorial(g, d))
    outer = steady_series(chain).partial_sum(2).partial_trace("A", "C")
    state = State(outer.spins, outer.values_unnormalised, outer.express)  # of any matrix
    formula = symsync.equation("N", negativity(state, "A"))
    values = {"g": 2.0, "d": 1.0, "epsilon": 0.05}
    assert formula.function()(**values) == pytest.approx(
        float(formula.function("mpmath")(**values))
    )


def test_unknown_sites_are_named(pair_series):
    with pytest.raises(ValueError, match="`sites` must be a site among A, B, but is 'C'"):
        partial_transpose(pair_series[1], "C")


def test_negativity_needs_no_rotation_symmetry():
    """A coupling S^x S^x reaches |±1,±1⟩ as well; the blocks are found all the same."""
    x = {s: S_plus(s) + S_minus(s) for s in "AB"}
    coupling = Coupling(k * x["A"] * x["B"] / 4)
    rates = {"A": equatorial(g, d), "B": equatorial(d, g)}
    series = steady_series(System(rates, [coupling]))
    value = negativity(series, "A", order=1)
    plus, minus, z = (qutip.jmat(1, name) for name in "+-z")
    one = qutip.qeye(3)
    pair = [(1.0, plus, 0), (0.4, minus, 0), (0.4, plus, 1), (1.0, minus, 1)]
    jumps = [
        np.sqrt(rate / 2) * (qutip.tensor(op * z, one) if site == 0 else qutip.tensor(one, op * z))
        for rate, op, site in pair
    ]
    h = qutip.tensor(plus + minus, plus + minus) / 4

    def residual(strength):
        exact = qutip.negativity(qutip.steadystate(strength * h, jumps), 0)
        return abs(float(value.subs({g: 1, d: 0.4, k: strength})) - exact)

    assert_falls_as(2, residual, 2e-3, within=0.05)
