"""Drives, phases, shared jumps and limit cycles of any kind follow QuTiP, order by order."""

from itertools import pairwise

import numpy as np
import pytest
import qutip
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
    cos,
    exp,
    expand,
    pi,
    simplify,
    symbols,
    together,
)

import symsync
from symsync import (
    Coupling,
    Dissipation,
    Drive,
    Exchange,
    LimitCycle,
    S_minus,
    S_plus,
    S_rel,
    S_z,
    System,
    chain,
    equatorial,
    exact_state,
    gain_and_loss,
    own_exchange,
    phase_distribution,
    ring,
    stabilised_at,
    steady_series,
    time_series,
    van_der_pol,
)
from symsync.derive.generator import Liouvillian
from symsync.derive.local_modes import LocalModes
from symsync.derive.resolvents import Resolvents
from symsync.expressions.complex_parts import Re
from symsync.symbols import Delta, epsilon, phi, t

g, d, kappa = symbols("g d kappa", positive=True)
chi = Symbol("chi", real=True)


def residual(series, order, model, symbol):
    """The distance of a partial sum from QuTiP's steady state as a function of the strength.

    `model(strength)` gives QuTiP's Hamiltonian and jumps; the symbol stands for the strength.
    """
    matrix = series.partial_sum(order).matrix()

    def distance(strength):
        exact = qutip.steadystate(*model(strength)).full()
        return np.abs(numbers(matrix, {symbol: strength}) - exact).max()

    return distance


def rational(value):
    return Rational(str(value))


def fixed(gain, damping, spin=1):
    return equatorial(rational(gain), rational(damping), spin)


def driven(strength=epsilon, phase=S.Zero):
    return System({"A": equatorial(g, d)}, [Drive("A", strength, phase)], {"A": Delta})


def test_a_driven_spin_1_locks_by_the_difference_of_its_inverse_rates():
    """PRL 121, 053601: H = ΔS^z + εS^y gives (3ε/8) Re{e^{iφ}[1/(γ_g + 2iΔ) − 1/(γ_d + 2iΔ)]}."""
    found = phase_distribution(steady_series(driven())[1], "A")
    locked = exp(I * phi) * (1 / (g + 2 * I * Delta) - 1 / (d + 2 * I * Delta))
    expected = 3 * epsilon / 8 * Re(locked).doit()
    assert simplify(expand(found - expected, trig=True)) == 0
    at_resonance = found.subs(Delta, 0)
    assert cancel(together(at_resonance - 3 * epsilon / 8 * (1 / g - 1 / d) * cos(phi))) == 0
    assert found.subs(d, g) == 0  # a balanced cycle does not respond at first order


def test_the_phase_is_relative_to_the_drive():
    """With a drive of phase α, p(φ) is p(φ − α) of a drive of none, at second order too."""
    for n in (1, 2):
        turned = phase_distribution(steady_series(driven(phase=chi)).partial_sum(n), "A")
        still = phase_distribution(steady_series(driven()).partial_sum(n), "A")
        assert simplify(expand(turned - still.subs(phi, phi - chi), trig=True)) == 0


@pytest.mark.parametrize("order", [1, 2, 3])
def test_a_driven_spin_follows_qutip(order):
    system = System(
        {"A": fixed(1.3, 0.6)}, [Drive("A", epsilon, rational(0.7))], {"A": rational(0.4)}
    )
    site = judge.ladders(A=1)["A"]

    def model(strength):
        signal = strength / 2j * np.exp(-0.7j) * site[0]
        return 0.4 * site[2] + signal + signal.dag(), judge.equatorial(site, 1.3, 0.6)

    assert_falls_as(order + 1, residual(steady_series(system), order, model, epsilon), 0.02)


@pytest.mark.slow
def test_a_driven_spin_is_solved_to_all_orders():
    """The closed form with a detuning and a phase is QuTiP's steady state at a strong drive."""
    state = exact_state(driven(phase=chi))
    at = {g: 1.3, d: 0.6, epsilon: 0.9, Delta: 0.4, chi: 0.7}
    site = judge.ladders(A=1)["A"]
    signal = 0.9 / 2j * np.exp(-0.7j) * site[0]
    h = 0.4 * site[2] + signal + signal.dag()
    exact = qutip.steadystate(h, judge.equatorial(site, 1.3, 0.6)).full()
    ours = numbers(state.written_out.matrix(), at)
    assert np.abs(ours - exact).max() < 1e-12


@pytest.mark.slow
def test_the_exact_driven_spin_has_the_series_as_its_taylor_series():
    rates = {g: Rational(3, 2), d: Rational(5, 3), Delta: Rational(7, 4)}
    exact, series = exact_state(driven()).written_out, steady_series(driven())
    for element, value in exact.items():
        whole = cancel(together(value.subs(rates)))
        taylor = whole.series(epsilon, 0, 5).removeO()
        orders = sum(series[n][element].subs(rates) for n in range(5))
        assert expand(taylor - orders) == 0


def test_a_constant_phase_is_written_in_one_form():
    """sin² + cos² = 1 in an exact state: its determinants do not depend on a phase at all."""
    pair = chain(2, equatorial(g, d), lambda a, b: Exchange(a, b, epsilon, chi))
    state = exact_state(pair)
    assert state.definitions
    assert all(chi not in value.free_symbols for value in state.definitions.values())


@pytest.mark.parametrize("order", [1, 2])
def test_a_triangle_with_edge_phases_follows_qutip(order):
    """Three spins 1, each edge with its phase; the flux cannot be rotated away."""
    edges = {"AB": 0.3, "BC": 0.5, "CA": 1.1}
    rates = {"A": (1.3, 0.6), "B": (0.8, 1.7), "C": (2.1, 1.1)}
    system = System(
        {site: fixed(*pair) for site, pair in rates.items()},
        [Exchange(*edge, epsilon, rational(phase)) for edge, phase in edges.items()],
        {"A": rational(0.4)},
    )
    on = judge.ladders(A=1, B=1, C=1)
    jumps = [jump for site, pair in rates.items() for jump in judge.equatorial(on[site], *pair)]

    def model(strength):
        h = 0.4 * on["A"][2]
        for (a, b), phase in edges.items():
            forth = 0.5j * strength * np.exp(1j * phase) * on[a][0] * on[b][1]
            h = h + forth + forth.dag()
        return h, jumps

    assert_falls_as(order + 1, residual(steady_series(system), order, model, epsilon), 0.02)


def test_the_phase_of_a_lone_edge_turns_the_relative_phase():
    """S_rel(φ) becomes S_rel(φ + χ), to second order and in time."""
    turned = chain(2, coupling=lambda a, b: Exchange(a, b, epsilon, chi))
    at = {s: Rational(2 * n + 3, n + 2) for n, s in enumerate(turned.parameters) if s != chi}
    for series in (steady_series, time_series):
        ours = S_rel(series(turned).partial_sum(2)).subs({chi: 0.7, phi: 0.4, t: 0.9, **at})
        plain = S_rel(series(chain(2)).partial_sum(2)).subs({phi: 1.1, t: 0.9, **at})
        assert abs(complex(ours.doit().evalf()) - complex(plain.doit().evalf())) < 1e-14


def test_the_state_with_phases_is_hermitian():
    """Conjugation exchanges e^{iχ} and e^{−iχ}, and their product is 1."""
    series = steady_series(ring(3, coupling=own_exchange))
    for n in (1, 2):
        for (ket, bra), value in series[n].items():
            other = series[n][bra, ket]
            assert cancel(together((value.conjugate() - other).rewrite(exp))) == 0


@pytest.mark.parametrize("order", [1, 2])
def test_couplings_of_higher_powers_follow_qutip(order):
    """S^z S^z, the exchange of two quanta and a three-body term, all at once."""
    rates = {"A": (1.3, 0.6), "B": (0.8, 1.7)}
    twice = S_plus("A") ** 2 * S_minus("B") ** 2
    back = S_plus("B") ** 2 * S_minus("A") ** 2
    dressed = S_plus("A") * S_minus("B") * S_z("B")
    dressed_back = S_z("B") * S_plus("B") * S_minus("A")
    system = System(
        {site: fixed(*pair) for site, pair in rates.items()},
        [
            Coupling(epsilon * S_z("A") * S_z("B")),
            Coupling(epsilon * (exp(I * rational(0.3)) * twice + exp(-I * rational(0.3)) * back)),
            Coupling(epsilon * (dressed + dressed_back)),
        ],
    )
    on = judge.ladders(A=1, B=1)
    jumps = [jump for site, pair in rates.items() for jump in judge.equatorial(on[site], *pair)]
    (plus_a, _, z_a), (_, minus_b, z_b) = on["A"], on["B"]
    squeeze = np.exp(0.3j) * plus_a**2 * minus_b**2
    hop = plus_a * minus_b * z_b

    def model(strength):
        return strength * (z_a * z_b + squeeze + squeeze.dag() + hop + hop.dag()), jumps

    assert_falls_as(order + 1, residual(steady_series(system), order, model, epsilon), 0.01)


SHARED = {
    "collective decay": (lambda a, b: S_minus(a) + S_minus(b), lambda a, b: a[1] + b[1]),
    "transfer": (lambda a, b: S_minus(a) * S_plus(b), lambda a, b: a[1] * b[0]),
    "with a phase": (
        lambda a, b: S_minus(a) + exp(I * rational(0.3)) * S_plus(b),
        lambda a, b: a[1] + np.exp(0.3j) * b[0],
    ),
}


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("name", SHARED)
def test_shared_jumps_follow_qutip(name, order):
    """D[O] across two sites; its rate is one order."""
    ours, theirs = SHARED[name]
    rates = {"A": (1.3, 0.6), "B": (0.8, 1.7)}
    shared = Dissipation(kappa, ours("A", "B"))
    system = System(
        {site: fixed(*pair) for site, pair in rates.items()}, [shared], {"A": rational(0.4)}
    )
    on = judge.ladders(A=1, B=1)
    jumps = [jump for site, pair in rates.items() for jump in judge.equatorial(on[site], *pair)]
    joint = theirs(on["A"], on["B"])

    def model(strength):
        return 0.4 * on["A"][2], [*jumps, np.sqrt(strength) * joint]

    assert_falls_as(order + 1, residual(steady_series(system), order, model, kappa), 0.004)


def test_collective_decay_locks_where_exchange_is_blockaded():
    """Identical cycles: nothing at first order from exchange, but from D[S⁻_A + S⁻_B]."""
    same = {"A": equatorial(g, d), "B": equatorial(g, d)}
    exchange = steady_series(System(same, [Exchange("A", "B")]))[1]
    decay = steady_series(System(same, [Dissipation(kappa, S_minus("A") + S_minus("B"))]))[1]
    assert S_rel(exchange) == 0
    assert S_rel(decay) != 0


MIXTURES = {
    "spins 1/2": (S.Half, gain_and_loss, lambda on: (on[0], on[1])),
    "van der Pol": (1, van_der_pol, lambda on: (on[0], on[1] ** 2)),
    "gain and loss of spins 1": (1, lambda a, b: gain_and_loss(a, b, 1), lambda on: (on[0], on[1])),
    "a level that empties": (
        1,
        lambda a, b: LimitCycle(1, [(a, S_plus * S_z), (b, S_minus)]),
        lambda on: (on[0] * on[2], on[1]),
    ),
}


@pytest.mark.parametrize(
    ("name", "order"),
    [pytest.param(name, order, marks=pytest.mark.slow if order == 3 and name != "spins 1/2" else [])
     for name in MIXTURES for order in (1, 2, 3)],
)  # fmt: skip
def test_orders_of_mixtures_follow_qutip(name, order):
    """Limit cycles that occupy all or some of their levels, whose populations feed each other."""
    spin, cycle, local = MIXTURES[name]
    rates = {"A": (1.3, 0.6), "B": (0.4, 0.9)}
    sites = {site: cycle(*map(rational, pair)) for site, pair in rates.items()}
    system = System(sites, [Exchange("A", "B")], {"A": rational(0.7)})
    on = judge.ladders(A=float(spin), B=float(spin))
    jumps = [
        np.sqrt(rate) * op
        for site, pair in rates.items()
        for rate, op in zip(pair, local(on[site]), strict=True)
    ]
    forth = on["A"][0] * on["B"][1]

    def model(strength):
        return 0.7 * on["A"][2] + 0.5j * strength * (forth - forth.dag()), jumps

    assert_falls_as(order + 1, residual(steady_series(system), order, model, epsilon), 0.02)


def test_orders_of_a_mixture_solve_their_equation():
    """L₀ρ_n + L₁ρ_{n−1} = 0 and Tr ρ_n = 0 with symbols, in exact rational numbers."""
    system = System(
        {"A": van_der_pol(g, d), "B": gain_and_loss(d, g), "C": equatorial(d, g)},
        [Exchange("A", "B", kappa), Exchange("B", "C", kappa)],
        {"A": Delta},
    )
    series = steady_series(system)
    at = {s: Rational(2 * n + 3, n + 2) for n, s in enumerate(system.parameters)}
    for n, flow in enumerate(flows(series, at, 2), start=1):
        assert flow
        assert not any(flow.values())
        assert cancel(series[n].trace().subs(at)) == 0


def test_the_exact_state_of_a_mixture_takes_nothing_away():
    """A detuned spin 1/2 and a spin 1: all determinants and populations are sums."""
    sites = {"A": gain_and_loss(g, d), "B": equatorial(2 * d, 3 * g)}
    state = exact_state(System(sites, [Exchange("A", "B", kappa)], {"A": Delta}))
    terms = [term for value in state.definitions.values() for term in Add.make_args(value)]
    assert len(terms) > 20
    assert not any(term.could_extract_minus_sign() for term in terms)


def test_a_driven_mixture_is_solved_to_all_orders():
    """A van der Pol spin, as QuTiP has it."""
    site = judge.ladders(A=1)["A"]
    alone = System({"A": van_der_pol(g, d)}, [Drive("A")], {"A": Delta})
    h = 0.4 * site[2] + 0.9 / 2j * (site[0] - site[1])
    exact = qutip.steadystate(h, [np.sqrt(1.3) * site[0], np.sqrt(0.6) * site[1] ** 2])
    at = {g: 1.3, d: 0.6, epsilon: 0.9, Delta: 0.4}
    ours = numbers(exact_state(alone).written_out.matrix(), at)
    assert np.abs(ours - exact.full()).max() < 1e-12


@pytest.mark.slow
def test_a_shared_jump_is_solved_to_all_orders():
    """A pair with collective decay, as QuTiP has it."""
    rates = {"A": (1.3, 0.6), "B": (0.8, 1.7)}
    sites = {label: fixed(*pair) for label, pair in rates.items()}
    shared = Dissipation(kappa, S_minus("A") + S_minus("B"))
    on = judge.ladders(A=1, B=1)
    jumps = [jump for label, pair in rates.items() for jump in judge.equatorial(on[label], *pair)]
    exact = qutip.steadystate(0 * on["A"][2], [*jumps, np.sqrt(0.9) * (on["A"][1] + on["B"][1])])
    ours = numbers(exact_state(System(sites, [shared])).written_out.matrix(), {kappa: 0.9})
    assert np.abs(ours - exact.full()).max() < 1e-12


def test_local_modes_are_the_generator_in_another_basis():
    """Written in matrix units, L₀ of a mode is L₀ of what the mode is."""
    cycle = van_der_pol(2, 3)
    system = System({"A": cycle, "B": gain_and_loss(1, 3)}, [Exchange("A", "B")])
    series = steady_series(system)
    assert isinstance(series._modes, LocalModes)
    generator: Liouvillian = series.liouvillian
    levels = [(a, b) for a in (S.One, S.Zero, -S.One) for b in (S.Half, -S.Half)]
    one = Resolvents({(): series.ring.one})
    for ket in levels:
        for bra in levels:
            for ours, plain in (
                (series._modes.free, generator.free),
                (series._modes.coupling, generator.coupling),
            ):
                image = {m: one * c for m, c in ours((ket, bra)).items()}
                left = {e: v for e, v in series._modes.units(image).items() if v}
                right = {}
                for unit, weight in series._modes.units({(ket, bra): one}).items():
                    for target, factor in plain(unit).items():
                        change = weight * factor
                        right[target] = right[target] + change if target in right else change
                assert left == {e: v for e, v in right.items() if v}


def test_mixtures_follow_qutip_in_time_to_second_order():
    """Spins 1/2 with gain and loss: ρ₀ + ρ₁(t) + ρ₂(t) differs from QuTiP's integration by ε³."""
    matrix = time_series(spin_halves.system()).partial_sum(2).matrix()

    def distance(strength):
        h, jumps, start = judge.halves(strength)
        options = {"atol": 1e-14, "rtol": 1e-12}
        exact = qutip.mesolve(h, start, [0, 0.7], jumps, options=options).states[-1]
        ours = numbers(matrix, {t: Rational(7, 10), spin_halves.strength: strength})
        return np.abs(ours - exact.full()).max()

    assert_falls_as(3, distance, 0.08)


@pytest.mark.parametrize(("spin", "m"), [(1, 1), (1, -1), (S(3) / 2, S.Half), (2, -1)])
def test_a_cycle_is_stabilised_at_any_level(spin, m):
    """S⁺(S^z − m) and S⁻(S^z − m) vanish on |m⟩, which is the only steady state."""
    state = steady_series(System({"A": stabilised_at(m, g, d, spin)}, []))[0]
    assert dict(state) == {((S(m),), (S(m),)): 1}


def test_the_letters_cycle_is_the_one_at_zero():
    ours, letters = stabilised_at(0, g, d, 1), equatorial(g, d)
    assert ours == letters


def test_a_stabilised_spin_3_2_locks_to_a_spin_1():
    """Spins 1 and 3/2 of any levels: first order against QuTiP."""
    system = System(
        {"A": stabilised_at(S.Half, rational(1.3), rational(0.6), S(3) / 2), "B": fixed(0.8, 1.7)},
        [Exchange("A", "B")],
    )
    on = judge.ladders(A=1.5, B=1)
    plus, minus, z = on["A"]
    shifted = z - 0.5
    jumps = [np.sqrt(0.65) * plus * shifted, np.sqrt(0.3) * minus * shifted]
    jumps += judge.equatorial(on["B"], 0.8, 1.7)
    forth = plus * on["B"][1]

    def model(strength):
        return 0.5j * strength * (forth - forth.dag()), jumps

    series = steady_series(system)
    assert_falls_as(2, residual(series, 1, model, epsilon), 0.01)
    assert S_rel(series[1]) != 0


def test_a_spin_with_gain_and_loss_has_the_populations_of_a_temperature():
    state = steady_series(System({"A": gain_and_loss(g, d, S(3) / 2)}, []))[0]
    levels = [S(3) / 2, S.Half, -S.Half, -S(3) / 2]
    for upper, lower in pairwise(levels):
        ratio = state[(upper,), (upper,)] / state[(lower,), (lower,)]
        assert cancel(ratio - g / d) == 0


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: stabilised_at(2, g, d, 1), "`m` must be one of 1, 0, -1, but is 2"),
        (lambda: Dissipation(-kappa, S_minus("A")), "`rate` must be nonnegative, but is -kappa"),
        (lambda: Dissipation(0.1, S_minus("A")), "`rate` must be exact, but is 0.1"),
        (lambda: Dissipation(S_minus("A"), kappa), "written .rate, operator., but S_minus.'A'."),
        (lambda: LimitCycle(1, [(S_plus, g)]), "written .rate, operator., but S_plus stands"),
        (lambda: Drive("A", 0.1), "`strength` must be exact, but is 0.1"),
        (lambda: Drive("A", epsilon, Symbol("z")), "symbol z, which is not declared real"),
        (
            lambda: System({"A": equatorial(g, d)}, [Drive("B")]),
            "`couplings` names the site 'B', which is not among A",
        ),
        (
            lambda: System({"A": equatorial(g, d)}, [Dissipation(kappa, S_minus)]),
            "holds an operator without a site",
        ),
        (
            lambda: System({"A": equatorial(g, d)}, [Drive("A", Symbol("g", real=True))]),
            "two symbols named g with different assumptions",
        ),
        (
            lambda: System({"A": equatorial(g, d)}, [Drive("A", Symbol("t", real=True))]),
            "a symbol named t, which is the time",
        ),
        (
            lambda: System({"A": equatorial(g, d)}, [Drive("A", phase=phi)]),
            "a symbol named phi, which is the phase that distributions depend on",
        ),
    ],
)
def test_a_mistake_in_a_model_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_models_print_all_their_parts():
    system = System(
        {"A": equatorial(g, d), "B": equatorial(d, g)},
        [Drive("A"), Dissipation(kappa, S_minus("A") + S_minus("B"))],
    )
    assert r"L_{5} &= \sqrt{\kappa}\,\left(" in system._repr_latex_()
    printed = symsync.model.printed_operators.master_equation(system)
    assert len(printed.args) == 6  # the commutator and five dissipators
    assert kappa in system.parameters


def test_a_phase_of_pi_is_a_sign():
    turned, plain = Exchange("A", "B", epsilon, pi), Exchange("A", "B", epsilon)
    assert expand(turned.operator + plain.operator) == 0
