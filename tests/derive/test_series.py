"""Each order solves its equation, steady and in time."""

import mpmath
import numpy as np
import pytest
from judges import by_qutip as judge
from judges import spin_halves
from judges.by_falling_residuals import assert_falls_as
from judges.by_master_equation import flows
from judges.points import numbers
from sympy import (
    Add,
    I,
    Rational,
    S,
    Symbol,
    cancel,
    diff,
    exp,
    integrate,
    lambdify,
    limit,
    oo,
    simplify,
    symbols,
    together,
)

import symsync
from symsync import (
    Exchange,
    LimitCycle,
    S_minus,
    S_plus,
    S_z,
    System,
    equatorial,
    gain_and_loss,
    laplace_series,
    rate_series,
    reference,
    spin_pair,
    steady_series,
    time_series,
    transition,
)
from symsync.catalogue.letter_model import MINUS, PLUS
from symsync.derive.resolvents import Resolvents
from symsync.symbols import s as laplace_variable
from symsync.symbols import t

g, d, k = symbols("g d k", positive=True)


def values_of(system):
    return {symbol: Rational(2 * n + 3, n + 2) for n, symbol in enumerate(system.parameters)}


def pair_at(point, **changes):
    """A point given by names for QuTiP, and by symbols."""
    values = {symbol.name: point[symbol.name] for symbol in spin_pair().parameters} | changes
    return values, {symbol: values[symbol.name] for symbol in spin_pair().parameters}


def chain():
    sites = {s: equatorial(Symbol(f"g{s}", positive=True), d) for s in "ABC"}
    return System(sites, [Exchange("A", "B", k), Exchange("B", "C", 2 * k)], {"B": g})


def two_level():
    """A spin 2 whose |±2⟩ and |±1⟩ feed each other, coupled to a spin 1."""
    return System({"A": equatorial(g, d, spin=2), "B": equatorial(d, g)}, [Exchange("A", "B", k)])


@pytest.mark.parametrize("system", [spin_pair(), chain(), two_level()], ids=["pair", "chain", "2"])
def test_orders_solve_their_equation(system):
    """L₀ρ_n + L₁ρ_{n−1} = 0 and Tr ρ_n = 0, in exact rational numbers."""
    series = steady_series(system)
    at = values_of(system)
    for n, flow in enumerate(flows(series, at, 3), start=1):
        assert flow
        assert not any(flow.values())
        assert cancel(series[n].trace().subs(at)) == 0


def test_orders_are_hermitian(pair_series):
    for n in range(4):
        for (ket, bra), value in pair_series[n].items():
            assert cancel(together(pair_series[n][bra, ket] - value.conjugate())) == 0


def test_the_zeroth_order_is_the_product_of_the_limit_cycles(pair_series):
    assert dict(pair_series[0]) == {((0, 0), (0, 0)): 1}


@pytest.mark.parametrize("order", [1, 2, 3, pytest.param(4, marks=pytest.mark.slow)])
def test_the_series_is_the_taylor_series_of_the_exact_state(order, pair_series, generic):
    """The residual of ρ₀ + … + ρ_n against QuTiP falls as ε^{n+1}."""
    matrix = pair_series.partial_sum(order).matrix()

    def residual(strength):
        model, at = pair_at(generic, epsilon=strength)
        return np.abs(numbers(matrix, at) - judge.steady_state(**model).full()).max()

    assert_falls_as(order + 1, residual, 0.08, within=0.1)


def test_other_spins_follow_qutip():
    """A spin 3/2 stabilised at |1/2⟩ and a spin 1: first order against QuTiP, error ∝ ε²."""
    import qutip

    up, down = transition(Rational(1, 2), Rational(-1, 2)), transition(Rational(1, 2), 3 * S.Half)
    bottom = transition(Rational(-1, 2), Rational(-3, 2))
    cycle = LimitCycle(Rational(3, 2), [(g, up), (d, down), (g + d, bottom)])
    system = System({"A": cycle, "B": equatorial(g, d)}, [Exchange("A", "B", k)])
    matrix = steady_series(system).partial_sum(1).matrix()
    rates = {g: 1.3, d: 0.6}
    one, two = qutip.qeye(3), qutip.qeye(4)
    ket = [qutip.basis(4, n) for n in range(4)]
    local = [(1.3, ket[1] * ket[2].dag()), (0.6, ket[1] * ket[0].dag()),
             (1.9, ket[2] * ket[3].dag())]  # fmt: skip
    jumps = [np.sqrt(rate) * qutip.tensor(op, one) for rate, op in local]
    z = qutip.jmat(1, "z")
    for rate, name in ((1.3, "+"), (0.6, "-")):
        jumps.append(np.sqrt(rate / 2) * qutip.tensor(two, qutip.jmat(1, name) * z))
    forth = qutip.tensor(qutip.jmat(1.5, "+"), qutip.jmat(1, "-"))

    def residual(strength):
        exact = qutip.steadystate(0.5j * strength * (forth - forth.dag()), jumps).full()
        return np.abs(numbers(matrix, {**rates, k: strength}) - exact).max()

    assert_falls_as(2, residual, 2e-2, within=0.1)


def test_time_evolution_starts_at_zero_and_becomes_steady(pair_series):
    moving, steady = time_series(spin_pair()), pair_series
    for n in (1, 2):
        for element, value in moving[n].items():
            assert value.subs(t, 0).doit() == 0
            at = values_of(spin_pair())
            late = value.subs(at).subs(t, 60).doit().evalf()
            assert abs(late - steady[n][element].subs(at).evalf()) < 1e-13


def test_time_evolution_follows_qutip(generic):
    """ρ₀ + ρ₁(t) + ρ₂(t) differs from QuTiP's integration by ε³."""
    matrix = time_series(spin_pair()).partial_sum(2).matrix()

    def residual(strength):
        model, at = pair_at(generic, epsilon=strength)
        return np.abs(numbers(matrix, {t: 0.8, **at}) - judge.evolve(0.8, **model).full()).max()

    assert_falls_as(3, residual, 0.08, within=0.1)


def test_the_rate_of_change_is_the_derivative():
    moving, rate = time_series(spin_pair()), rate_series(spin_pair())
    for element in (PLUS, MINUS):
        derivative = diff(moving[1][element].doit(), t)
        assert simplify(derivative - rate[1][element].doit()) == 0


def test_equal_and_opposite_resolvents_merge():
    """1/a − 1/b becomes (b − a)/(ab), with no common denominator for anything else."""
    ring, (a, b, c) = _ring()
    value = Resolvents({(a,): ring.one, (b,): -ring.one, (c,): ring.one})
    assert set(value.merged().terms) == {(a, b), (c,)} or set(value.merged().terms) == {
        (b, a),
        (c,),
    }
    x, y, z = (poly.as_expr() for poly in (a, b, c))
    assert simplify(value.steady() - (1 / x - 1 / y + 1 / z)) == 0


def _ring():
    from sympy import QQ, ring

    made, *gens = ring("a b c", QQ)
    return made, gens


def test_a_limit_cycle_must_be_unique():
    """With γ^d alone |−1⟩ is dark too, and two steady states remain."""
    half = LimitCycle(1, [(d, S_minus * S_z)])
    with pytest.raises(ValueError, match="never leave m = 0 and m = -1"):
        steady_series(System({"A": half}, []))


def test_a_mixed_limit_cycle_is_found():
    """Gain and loss of a spin 1/2 give the populations g/(g+d) and d/(g+d)."""
    cycle = LimitCycle(Rational(1, 2), [(g, S_plus), (d, S_minus)])
    series = steady_series(System({"A": cycle}, []))
    half = (S.Half,)
    assert cancel(series[0][half, half] - g / (g + d)) == 0


def test_orders_count_from_zero(pair_series):
    with pytest.raises(ValueError, match="`order` must be 0 to 100, but is -1"):
        pair_series[-1]


def test_the_mediated_coherence_has_one_term_for_each_way():
    """In a chain of three the ends meet at second order: ε₁ε₂/(λ_aλ_c) and ε₁ε₂/(λ_bλ_c)."""
    series = steady_series(chain())
    element = ((S.One, S.Zero, -S.One), (S.Zero,) * 3)
    assert element not in dict(series[1])
    value = series[2].values_unnormalised[element]
    assert len(value.terms) == 2


def test_the_reference_agrees(pair_series, generic):
    """ρ₁ is the derivative at ε = 0 of the numeric steady state, by a difference of ±10⁻⁴."""
    model, at = pair_at(generic, epsilon=1)
    ahead = reference.steady_state(**{**model, "epsilon": 1e-4})
    behind = reference.steady_state(**{**model, "epsilon": -1e-4})
    ours = numbers(pair_series[1].matrix(), at)
    assert np.abs((ahead - behind) / 2e-4 - ours).max() < 1e-7  # ε² of the central difference


def test_in_the_long_run_nothing_depends_on_where_it_began():
    plus = symsync.equations["mu_plus_t"].explicit
    at = {symbol: 2 for symbol in plus.free_symbols if symbol.is_positive}
    real = plus.subs(at).subs(Symbol("Delta", real=True), 0)
    assert limit(real, t, oo) == S.Half
    assert I not in real.atoms()


def test_mixed_limit_cycles_follow_qutip_in_time():
    """Spins 1/2 with gain and loss: ρ₀ + ρ₁(t) differs from QuTiP's integration by ε²."""
    import qutip

    matrix = time_series(spin_halves.system()).partial_sum(1).matrix()

    def residual(strength):
        h, jumps, start = judge.halves(strength)
        options = {"atol": 1e-13, "rtol": 1e-11}
        exact = qutip.mesolve(h, start, [0, 0.7], jumps, options=options).states[-1]
        ours = numbers(matrix, {t: Rational(7, 10), spin_halves.strength: strength})
        return np.abs(ours - exact.full()).max()

    assert_falls_as(2, residual, 0.04, within=0.1)


def test_roots_meet_and_go():
    """Transitions of a spin 1 have √2 in the unnormalised basis, and none in its populations."""
    jumps = [(g, transition(0, -1)), (d, transition(-1, 0)), (g, transition(0, 1))]
    state = steady_series(System({"A": LimitCycle(1, jumps)}, []))[0]
    zero, down = (S.Zero,), (S.NegativeOne,)
    assert state[zero, zero] == g / (g + d)
    assert state[down, down] == d / (g + d)


def test_the_laplace_transform_of_the_evolution(pair_series):
    """s·ρ_n(s) tends to the steady order as s → 0, and the transform is that of ρ₁(t)."""
    transformed = laplace_series(spin_pair())
    for n in (0, 1, 2):
        assert dict(pair_series[n]).keys() == dict(transformed[n]).keys()
        for element, value in transformed[n].items():
            terms = [term * laplace_variable for term in Add.make_args(value)]
            late = sum(term.subs(laplace_variable, 0) for term in terms)
            assert cancel(together(late - pair_series[n][element])) == 0
    moving = time_series(spin_pair())[1][PLUS].doit()
    at = values_of(spin_pair())
    decaying = (moving.subs(at) * exp(-3 * t)).expand()
    assert (
        simplify(
            integrate(decaying, (t, 0, oo)) - transformed[1][PLUS].subs({laplace_variable: 3, **at})
        )
        == 0
    )


def test_what_feeds_itself_evolves_as_its_transform_says():
    """Spins 1 with gain and loss: the inverted transform is QuTiP's derivative in the coupling."""
    import qutip

    rates = {"A": (1.3, 0.6), "B": (0.4, 0.9)}
    sites = {
        site: gain_and_loss(*(Rational(str(rate)) for rate in pair), 1)
        for site, pair in rates.items()
    }
    system = System(sites, [Exchange("A", "B", k)])
    element = (S.One, S.NegativeOne), (S.Zero, S.Zero)
    image = lambdify(laplace_variable, laplace_series(system)[1][element].subs(k, 1), "mpmath")
    ours = complex(mpmath.invertlaplace(image, 0.7))
    moving = time_series(system)[1][element].subs({k: 1, t: Rational(7, 10)})
    assert abs(complex(moving) - ours) < 1e-12
    on = judge.ladders(A=1, B=1)
    jumps, local = [], []
    for site, (up, down) in rates.items():
        jumps += [np.sqrt(up) * on[site][0], np.sqrt(down) * on[site][1]]
        weights = np.array([(up / down) ** m for m in (1, 0, -1)])
        local.append(qutip.qdiags(weights / weights.sum()))
    forth = on["A"][0] * on["B"][1]

    def evolved(strength):
        h = 0.5j * strength * (forth - forth.dag())
        options = {"atol": 1e-14, "rtol": 1e-12}
        start = qutip.tensor(*local)
        return qutip.mesolve(h, start, [0, 0.7], jumps, options=options).states[-1].full()[2, 4]

    slope = (evolved(1e-3) - evolved(-1e-3)) / 2e-3
    assert abs(slope - ours) < 1e-6  # a central difference is off by 1e-6 of the third order
