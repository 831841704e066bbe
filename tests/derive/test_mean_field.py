"""The mean-field limit, against QuTiP's coherent states and against its own equations in time."""

import numpy as np
import pytest
import qutip
from scipy.integrate import solve_ivp
from sympy import I, lambdify, pi, sin, sqrt, symbols

from symsync import (
    Coupling,
    Delta,
    Dissipation,
    Drive,
    Exchange,
    LimitCycle,
    System,
    annihilation,
    creation,
    equatorial,
    gain_and_loss,
    mean_field,
    number_operator,
    phi,
    spin_pair,
    transition,
    van_der_pol,
    van_der_pol_boson,
)

G, D, K, J, KERR = symbols("G D K J kerr", positive=True)
UP, DOWN = creation("A") * annihilation("B"), creation("B") * annihilation("A")
REACTIVE = Coupling(J * (UP + DOWN))
EXCHANGE = Coupling(I * J / 2 * (UP - DOWN))
SHARED = Dissipation(K, annihilation("A") - annihilation("B"))
NUMBERS = {G: 1.0, D: 0.2, K: 0.3, J: 0.4, KERR: 0.1, Delta: 0.5}


def oscillators(couplings, ratio=1, levels=5):
    sites = {"A": van_der_pol_boson(ratio * G, D, levels), "B": van_der_pol_boson(G, D, levels)}
    kerr = KERR * creation("A") ** 2 * annihilation("A") ** 2
    return System(sites, couplings, {"A": Delta}, hamiltonian=kerr)


def test_coherent_states_move_as_numbers_at_first():
    """Moments in normal order factorise in |α⟩|β⟩, so that d⟨a⟩/dt and d⟨n⟩/dt are classical."""
    levels, at = 30, {"phi_A": 0.7, "n_A": 1.9, "phi_B": -0.4, "n_B": 1.2}
    a = qutip.tensor(qutip.destroy(levels), qutip.qeye(levels))
    b = qutip.tensor(qutip.qeye(levels), qutip.destroy(levels))
    v = NUMBERS
    h = v[Delta] * a.dag() * a + v[KERR] * a.dag() ** 2 * a**2
    h += v[J] * (a.dag() * b + b.dag() * a)
    jumps = [np.sqrt(v[G] * r) * o.dag() for r, o in ((2, a), (1, b))]
    jumps += [np.sqrt(v[D]) * o * o for o in (a, b)] + [np.sqrt(v[K]) * (a - b)]
    amplitude = {s: np.sqrt(at[f"n_{s}"]) * np.exp(-1j * at[f"phi_{s}"]) for s in "AB"}
    state = qutip.tensor(*(qutip.coherent(levels, amplitude[s], method="analytic") for s in "AB"))
    model = mean_field(oscillators([REACTIVE, SHARED], ratio=2))
    here = NUMBERS | {s: at[s.name] for s in model.equations}
    rate = {s.name: float(r.subs(here)) for s, r in model.equations.items()}
    for site, operator in (("A", a), ("B", b)):
        moved = 1j * (h * operator - operator * h)
        for o in jumps:
            moved += o.dag() * operator * o - 0.5 * (
                o.dag() * o * operator + operator * o.dag() * o
            )
        found = qutip.expect(moved, state)
        relative = rate[f"n_{site}"] / (2 * at[f"n_{site}"]) - 1j * rate[f"phi_{site}"]
        assert found == pytest.approx(amplitude[site] * relative, abs=1e-6)  # 30 levels of n ≈ 2


def test_by_hand():
    """n* = G/2D, Z′ = −G: Adler's equation of a joint loss, of an exchange, and with shear."""
    assert mean_field(oscillators([])).cycles == {"A": G / (2 * D), "B": G / (2 * D)}
    no_kerr = System(oscillators([]).sites, [SHARED], {"A": Delta})
    assert mean_field(no_kerr).phase_equation() == Delta - K * sin(phi)
    assert mean_field(System(no_kerr.sites, [EXCHANGE])).phase_equation() == 0
    larger = System(oscillators([], ratio=4).sites, [EXCHANGE])
    assert mean_field(larger).phase_equation() == 3 * J * sin(phi) / 4
    kerr = KERR * number_operator("A") ** 2
    sheared = System(no_kerr.sites, [REACTIVE], hamiltonian=kerr - KERR * number_operator("B") ** 2)
    assert mean_field(sheared).phase_equation().equals(2 * KERR * G / D)  # opposite shears: no wave
    hop = creation("0") * annihilation("1") + creation("1") * annihilation("0")
    sites = {0: van_der_pol_boson(4 * G, D), 1: van_der_pol_boson(G, D)}
    numbered = System(sites, [Coupling(J * hop)])
    assert mean_field(numbered).phase_equation(0, 1) == mean_field(numbered).phase_equation()
    driven = System({"A": van_der_pol_boson(G, D)}, [Drive("A", J)], {"A": Delta})
    with pytest.raises(ValueError, match="written with a and with"):
        mean_field(driven)


def test_a_spin_turns_as_its_vector():
    """S⁺ → √(S² − z²)e^{iφ}: a driven van der Pol spin, whose cycle lies below the equator."""
    system = System({"A": van_der_pol(G, D, 2)}, [Drive("A", J)], {"A": Delta})
    model = mean_field(system)
    radius = sqrt(G / (2 * D))
    z = -sqrt(4 - G / (2 * D))
    assert (model.cycles["A"] - z).equals(0)
    slope = model.phase_equation().subs(phi, pi / 2)
    assert (slope - (Delta - J * z / radius)).equals(0)  # h = J r sin φ, so that φ̇ = −J z sin φ/r


@pytest.mark.parametrize("couplings", [[SHARED], [REACTIVE, SHARED], [EXCHANGE]])
def test_the_phase_equation_is_that_of_the_motion(couplings):
    """Over a time 2/g the phase turns by what Adler's equation says, and by terms of order g."""
    model = mean_field(oscillators(couplings, ratio=2))
    missed = []
    for size in (0.02, 0.005):
        near = size / 2 - 2 * NUMBERS[KERR] * NUMBERS[G] / NUMBERS[D]  # to the shifted resonance
        values = NUMBERS | {K: size, J: size, Delta: near}
        names = [*model.phases.values(), *model.actions.values()]
        motion = lambdify(names, [model.equations[name].subs(values) for name in names])
        adler = lambdify(phi, model.phase_equation().subs(values))
        start = [0, 0, *(float(z.subs(values)) for z in model.cycles.values())]
        accurate = {"rtol": 1e-10, "atol": 1e-10}
        run = solve_ivp(lambda _, y, f=motion: f(*y), (0, 2 / size), start, **accurate)
        slow = solve_ivp(lambda _, y, f=adler: f(y[0]), (0, 2 / size), [0], **accurate)
        missed.append(abs(run.y[0, -1] - run.y[1, -1] - slow.y[0, -1]))
        assert abs(slow.y[0, -1]) > 0.1
    assert missed[1] < missed[0] / 3  # a quarter, and what is of second order


@pytest.mark.parametrize(
    ("call", "message"),
    [(lambda: mean_field(oscillators([Coupling(UP + DOWN)])).phase_equation("A"), "on phi_B"),
     (lambda: mean_field(spin_pair()), "site 'A' has no stable cycle between z_A = -1 and 1"),
     (lambda: mean_field(System({"A": gain_and_loss(G, D)}, [])), "Take steady_series"),
     (lambda: mean_field(System({"A": LimitCycle(1, [(G, transition(0, 1))])}, [])), "singles out"),
     (lambda: mean_field(System({"A": van_der_pol_boson(symbols("n_A", positive=True), D)}, [])),
      "symbol named n_A"),
     (lambda: mean_field(oscillators([EXCHANGE]), {"C": 7}), "`cycles` must be a site among A, B"),
     (lambda: mean_field(oscillators([EXCHANGE]), {"A": 7}), "must hold roots of n_A'"),
     (lambda: mean_field(oscillators([])).phase_equation("C"), "`site` must be one of A, B"),
     (lambda: mean_field(System({"A": equatorial(G, D), "B": equatorial(G, D)},
                                [Exchange("A", "B")], strong=[0])), "Leave `strong` out")],
)  # fmt: skip
def test_what_has_no_such_limit_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
