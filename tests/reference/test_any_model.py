"""The reference for any model is QuTiP's answer, whatever the spins, cycles and couplings."""

from types import SimpleNamespace

import numpy as np
import pytest
import qutip
from judges import by_qutip as judge
from judges.by_falling_residuals import assert_falls_as
from sympy import I, Rational, S, Symbol, exp, symbols

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
    chain,
    equatorial,
    gain_and_loss,
    spin_pair,
    stabilised_at,
    transition,
    van_der_pol,
)
from symsync.reference import any_model
from symsync.symbols import Delta, epsilon

g, d, e, f, kappa = symbols("g d e f kappa", positive=True)
chi, J = symbols("chi J", real=True)
HALF = S.Half
AT = {"g": 1.3, "d": 0.6, "e": 0.8, "f": 1.7}
"""The rates of two cycles; strengths, detunings and phases are about as large."""


def driven():
    system = System({"A": equatorial(g, d)}, [Drive("A", epsilon, chi)], {"A": Delta})
    plus, minus, z = judge.ladders(A=1)["A"]
    signal = 0.9 / 2j * np.exp(-0.7j) * plus
    jumps = [*judge.equatorial([plus, minus, z], 1.3, 0.6)]
    return system, 0.4 * z, signal + signal.dag(), jumps, []


def mixed_spins():
    """A spin 3/2 at |1/2⟩ and a van der Pol spin 1 under an exchange with a phase."""
    sites = {"A": stabilised_at(HALF, g, d, Rational(3, 2)), "B": van_der_pol(e, f)}
    system = System(sites, [Exchange("A", "B", epsilon, chi)], {"A": Delta, "B": -Delta / 2})
    on = judge.ladders(A=1.5, B=1)
    (plus, minus, z), (plus_b, minus_b, z_b) = on["A"], on["B"]
    jumps = [np.sqrt(0.65) * plus * (z - 0.5), np.sqrt(0.3) * minus * (z - 0.5)]
    jumps += [np.sqrt(0.8) * plus_b, np.sqrt(1.7) * minus_b**2]
    forth = 0.45j * np.exp(0.7j) * plus * minus_b
    return system, 0.4 * z - 0.2 * z_b, forth + forth.dag(), jumps, []


def shared_jump():
    """Spins 1/2 with D[S⁻_A + e^{iχ} S⁺_B] beside an exchange."""
    sites = {"A": gain_and_loss(g, d), "B": gain_and_loss(e, f)}
    joint = Dissipation(kappa, S_minus("A") + exp(I * chi) * S_plus("B"))
    system = System(sites, [Exchange("A", "B"), joint], {"A": Delta})
    on = judge.ladders(A=0.5, B=0.5)
    jumps = [np.sqrt(1.3) * on["A"][0], np.sqrt(0.6) * on["A"][1]]
    jumps += [np.sqrt(0.8) * on["B"][0], np.sqrt(1.7) * on["B"][1]]
    forth = 0.45j * on["A"][0] * on["B"][1]
    both = np.sqrt(0.5) * (on["A"][1] + np.exp(0.7j) * on["B"][0])
    return system, 0.4 * on["A"][2], forth + forth.dag(), jumps, [both]


def three_sites():
    """Spins 1/2, 1 and 1/2 in a row: an Ising coupling, a drive, and a product of operators."""
    sites = {"A": gain_and_loss(g, d), "B": equatorial(e, f), "C": gain_and_loss(f, g)}
    hop = S_plus("B") * S_z("B") * S_minus("C")
    back = S_plus("C") * S_z("B") * S_minus("B")
    couplings = [Coupling(J * S_z("A") * S_z("B")), Coupling(J * (hop + back)), Drive("A", epsilon)]
    system = System(sites, couplings, {"C": Delta})
    on = judge.ladders(A=0.5, B=1, C=0.5)
    (plus, minus, z), (plus_b, _, z_b), (plus_c, minus_c, z_c) = on.values()
    jumps = [np.sqrt(1.3) * plus, np.sqrt(0.6) * minus, *judge.equatorial(on["B"], 0.8, 1.7)]
    jumps += [np.sqrt(1.7) * plus_c, np.sqrt(1.3) * minus_c]
    dressed = plus_b * z_b * minus_c
    v = 1.1 * (z * z_b + dressed + dressed.dag()) + 0.9 / 2j * (plus - minus)
    return system, 0.4 * z_c, v, jumps, []


def transitions():
    """A spin 2 whose cycle is given by transitions and a sum, and a spin 1/2."""
    jumps = [(g, transition(1, 2)), (d, transition(-1, -2)), (e, S_plus + S_plus * S_z)]
    jumps += [(f, S_minus**2), (g, transition(-2, -1)), (d, S_minus)]
    cycle = LimitCycle(2, jumps)
    system = System({"A": cycle, "B": gain_and_loss(e, f)}, [Exchange("A", "B")], {"B": Delta})
    on = judge.ladders(A=2, B=0.5)
    (plus, minus, z), (plus_b, minus_b, z_b) = on["A"], on["B"]

    def unit(row, column):
        return qutip.tensor(qutip.basis(5, row) * qutip.basis(5, column).dag(), qutip.qeye(2))

    jumps = [np.sqrt(1.3) * unit(1, 0), np.sqrt(0.6) * unit(3, 4), np.sqrt(0.8) * plus * (z + 1),
             np.sqrt(1.7) * minus**2, np.sqrt(1.3) * unit(4, 3), np.sqrt(0.6) * minus,
             np.sqrt(0.8) * plus_b, np.sqrt(1.7) * minus_b]  # fmt: skip
    forth = 0.45j * plus * minus_b
    return system, 0.4 * z_b, forth + forth.dag(), jumps, []


MODELS = [driven, mixed_spins, shared_jump, three_sites, transitions]


def values(system):
    """The value of each symbol of a model."""
    every = {**AT, "epsilon": 0.9, "Delta": 0.4, "chi": 0.7, "J": 1.1, "kappa": 0.5}
    return {symbol.name: every[symbol.name] for symbol in system.parameters}


@pytest.mark.parametrize("model", MODELS)
def test_the_generator_and_the_steady_state_are_qutips(model):
    system, free, v, jumps, shared = model()
    theirs = qutip.liouvillian(free + v, [*jumps, *shared])
    d = free.shape[0]
    columns = theirs.full().reshape(d, d, d, d)  # QuTiP lays columns end to end: [j, i, l, k]
    ours = any_model.generator(system, **values(system))
    assert np.abs(ours - columns.transpose(1, 0, 3, 2).reshape(d * d, d * d)).max() < 1e-13
    exact = qutip.steadystate(theirs).full()
    assert np.abs(any_model.steady_state(system, **values(system)) - exact).max() < 1e-11


@pytest.mark.parametrize("model", MODELS)
def test_the_evolution_is_qutips(model):
    """From the uncoupled state, and from another one; QuTiP integrates to ten digits."""
    system, free, v, jumps, shared = model()
    uncoupled = qutip.steadystate(free, jumps)
    other = qutip.rand_dm(free.dims[0], seed=3)
    options = {"atol": 1e-13, "rtol": 1e-11, "nsteps": 100000}
    for initial, start in ((None, uncoupled), (other.full(), other)):
        theirs = qutip.mesolve(free + v, start, [0, 0.8], [*jumps, *shared], options=options)
        ours = any_model.evolve(system, 0.8, initial=initial, **values(system))
        assert np.abs(ours - theirs.states[-1].full()).max() < 1e-9


@pytest.mark.parametrize("order", [0, 1, 2, 3])
@pytest.mark.parametrize("model", MODELS)
def test_the_coefficients_are_those_of_qutips_steady_states(model, order):
    """QuTiP's steady states at x on a circle, Fourier transformed, are the coefficients of xⁿ.

    A complex x is no physical coupling, so that the zero mode of L₀ + xL₁ is found by NumPy.
    """
    system, free, v, jumps, shared = model()
    zero = qutip.liouvillian(free, jumps).full()
    one = (qutip.liouvillian(v) + sum(qutip.lindblad_dissipator(o) for o in shared)).full()
    d, radius, points = free.shape[0], 0.05, 16
    trace = np.eye(d).ravel()
    found = 0
    for x in radius * np.exp(2j * np.pi * np.arange(points) / points):
        state = np.linalg.solve(zero + x * one + np.outer(trace, trace), trace + 0j)
        found = found + state.reshape(d, d).T / x**order / points
    ours = any_model.coefficients(system, order, **values(system))
    assert len(ours) == order + 1
    size = np.abs(ours[order]).max()
    assert size > 1e-3
    assert np.abs(ours[order] - found).max() < 1e-9 * size


def test_the_letters_pair_is_that_of_the_other_reference(rng):
    for _ in range(3):
        at = {symbol.name: rng.uniform(0.3, 3) for symbol in spin_pair().parameters}
        steady = any_model.steady_state(spin_pair(), **at)
        assert np.abs(steady - symsync.reference.steady_state(**at)).max() < 1e-13
        moving = any_model.evolve(spin_pair(), 1.3, **at)
        assert np.abs(moving - symsync.reference.evolve(1.3, **at)).max() < 1e-13


@pytest.mark.slow
def test_three_spins_1_are_within_reach():
    """A chain with a generator of 729 × 729: the partial sum to third order errs by ε⁴."""
    system = chain(3, lambda site: equatorial(Rational(1, 2 + (site == "B")), 1))
    orders = any_model.coefficients(system, 3, epsilon=1)

    def residual(x):
        partial = sum(state * x**n for n, state in enumerate(orders))
        return np.abs(partial - any_model.steady_state(system, epsilon=x)).max()

    assert_falls_as(4, residual, 0.01)


def bare(coupling):
    """A model of the user's own, which only has the attributes that are read."""
    cycle = SimpleNamespace(spin=0.5, jumps=[SimpleNamespace(rate=1.0, operator=S_plus)])
    return SimpleNamespace(sites={"A": cycle}, couplings=[coupling], frequencies={})


def test_a_model_needs_no_class_of_the_package():
    plain = bare(SimpleNamespace(operator=S_plus("A") + S_minus("A")))
    h, jump = qutip.sigmax(), qutip.sigmap()
    assert np.abs(any_model.steady_state(plain) - qutip.steadystate(h, [jump]).full()).max() < 1e-14
    shared = bare(SimpleNamespace(rate=2, operator=S_minus("A")))
    assert np.allclose(any_model.steady_state(shared), np.diag([1 / 3, 2 / 3]), atol=1e-15)


PAIR = {symbol.name: 1.0 for symbol in spin_pair().parameters}
LOST = Symbol("lost", commutative=False)
STUCK = System({"A": LimitCycle(1, [(1, transition(1, 0))])}, [])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: any_model.generator("pair"), ValueError, "`system` must have sites"),
        (lambda: any_model.generator(spin_pair()), TypeError, "but 'Delta' is missing"),
        (lambda: any_model.generator(spin_pair(), **PAIR, x=1), TypeError, "'x' is none of them"),
        (
            lambda: any_model.generator(spin_pair(), **{**PAIR, "epsilon": np.inf}),
            ValueError,
            "`epsilon` must be one finite number, but is inf",
        ),
        (
            lambda: any_model.generator(spin_pair(), **{**PAIR, "epsilon": [1, 2]}),
            ValueError,
            "`epsilon` must be one finite number",
        ),
        (
            lambda: any_model.generator(spin_pair(), **{**PAIR, "gamma_g_A": -2}),
            ValueError,
            "gamma_g_A/2 must not be negative, but is -1",
        ),
        (lambda: any_model.generator(chain(4)), ValueError, "at most 40 kets, but has 81"),
        (lambda: any_model.coefficients(spin_pair(), -1, **PAIR), ValueError, "`order` must be 0"),
        (lambda: any_model.evolve(spin_pair(), -1, **PAIR), ValueError, "`t` must be a finite"),
        (
            lambda: any_model.evolve(spin_pair(), 1, initial=np.eye(3), **PAIR),
            ValueError,
            r"`initial` must have the shape \(9, 9\), but has \(3, 3\)",
        ),
        (lambda: any_model.steady_state(STUCK), ValueError, "of the model is not unique"),
        (lambda: any_model.coefficients(STUCK, 1), ValueError, "without the couplings is not"),
        (lambda: any_model.evolve(STUCK, 1), ValueError, "of the site A is not unique"),
        (
            lambda: any_model.generator(bare(SimpleNamespace(operator=LOST))),
            ValueError,
            "lost acts on a site that is not among A",
        ),
        (
            lambda: any_model.generator(bare(SimpleNamespace(operator=S_plus("B")))),
            ValueError,
            "acts on a site that is not among A",
        ),
        (
            lambda: any_model.generator(bare(SimpleNamespace(operator=transition(1, 0)("A")))),
            ValueError,
            "names a level that a spin 0.5 does not have",
        ),
    ],
)
def test_a_mistake_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
