"""Series about the steady state of strong couplings, and an order for each coupling."""

import pickle

import numpy as np
import pytest
import qutip
from judges import by_matrix_exponential, by_qutip
from judges.by_falling_residuals import assert_falls_as
from sympy import I, Poly, Rational, S, Symbol, cancel, exp, fraction, symbols, together

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
    check,
    equation,
    equatorial,
    evolution,
    exact_state,
    gain_and_loss,
    laplace_series,
    mutual_information,
    negativity,
    phase_distribution,
    steady_series,
    time_series,
    transition,
    van_der_pol,
)
from symsync.expressions.definitions import written_out
from symsync.model.spin import product_kets
from symsync.reference import any_model
from symsync.symbols import Delta, epsilon, phi, s, t

g, d, J, kappa = symbols("g d J kappa", positive=True)
K, chi = symbols("K chi", real=True)
HALF = S.Half

ROUNDING = 1e-13
"""Relative to the largest element; the reference solves 81 equations of condition 10 to 100."""


def halves():
    """Two qubits with an exchange of any size and a weak drive."""
    cycles = {"A": gain_and_loss(g, d), "B": gain_and_loss(d, 2 * g)}
    return System(cycles, [Exchange("A", "B", J), Drive("A", epsilon)], {"A": Delta}, strong=[0])


def ones():
    """The same of spins 1, with numbers for most rates."""
    cycles = {"A": equatorial(1, 2), "B": equatorial(2, 3)}
    return System(cycles, [Exchange("A", "B", J), Drive("A", epsilon)], {"A": Delta}, strong=[0])


def superradiant():
    """A strong joint decay, and a weak drive."""
    joint = Dissipation(kappa, S_minus("A") + S_minus("B"))
    cycles = {site: gain_and_loss(g, d) for site in "AB"}
    return System(cycles, [joint, Drive("A", epsilon)], {"A": Delta}, strong=[joint])


def mixed():
    """A spin 1 and a spin 1/2; the second coupling is the strong one."""
    cycles = {"A": equatorial(1, 2), "B": gain_and_loss(3, 1)}
    ising = Coupling(J * S_z("A") * S_z("B") + J * (S_plus("A") * S_minus("B") +
                                                    S_minus("A") * S_plus("B")))  # fmt: skip
    return System(cycles, [Drive("B", epsilon), ising], {"A": Delta}, strong=[1])


def three():
    """A chain of three whose first two sites are strongly coupled, and a passive third one."""
    cycles = {"A": gain_and_loss(1, 2), "B": gain_and_loss(3, 1), "C": gain_and_loss(2, g)}
    couplings = [Exchange("A", "B", J), Exchange("B", "C", epsilon)]
    return System(cycles, couplings, {"A": Delta}, strong=[0])


def squeezed():
    """Spins 1/2, one in a squeezed bath of an angle, whose limit cycle has coherences."""
    jump = S_minus * 3 + S_plus * exp(I * chi)
    cycles = {"A": LimitCycle(HALF, [(g, jump), (d, S_z)]), "B": gain_and_loss(d, g)}
    return System(cycles, [Exchange("A", "B", J)], {"A": Delta})


def degenerate():
    """A thermal machine: two upper levels decay into one jump, and are pumped one by one."""
    shared = transition(-1, 0) + transition(-1, 1)
    jumps = [(g, shared), (d, transition(0, -1)), (d, transition(1, -1)), (1, transition(0, 1))]
    return System({"A": LimitCycle(1, jumps)}, [Drive("A", epsilon)], {"A": Delta})


def central():
    """A passive central spin between two that have limit cycles of their own."""
    cycles = {"A": gain_and_loss(1, 2), "C": LimitCycle(HALF, []), "B": gain_and_loss(3, 1)}
    couplings = [Exchange("A", "C", 1), Exchange("C", "B", 2), Drive("A", epsilon)]
    return System(cycles, couplings, {"C": Delta}, strong=[0, 1])


MODELS = {each.__name__: each for each in (halves, ones, superradiant, mixed, three,
                                          squeezed, degenerate, central)}  # fmt: skip
SLOW = {"ones", "superradiant", "mixed", "central", "squeezed", "three"}


def named(slow=SLOW):
    return [pytest.param(n, marks=pytest.mark.slow) if n in slow else n for n in MODELS]


@pytest.mark.parametrize("name", named())
def test_series_and_evolution_are_those_of_the_reference(name):
    found = check(MODELS[name](), seed=2)
    assert max(each.difference for each in found.comparisons) < ROUNDING, found


@pytest.mark.slow
def test_the_residual_falls_with_the_power_of_the_order():
    """At a coupling of any size: what a drive adds beyond its first and its second order."""
    numbers = System({"A": gain_and_loss(1, 2), "B": gain_and_loss(2, 3)}, halves().couplings,
                     {"A": Delta}, strong=[0])  # fmt: skip
    series, angle, at = steady_series(numbers), 0.7, {"J": 1.3, "Delta": 0.4}
    for order in (1, 3):
        formula = equation("p", phase_distribution(series.partial_sum(order), "B")).function()

        def residual(strength, ours=formula):
            rho = any_model.steady_state(numbers, epsilon=strength, **at)
            state = qutip.Qobj(rho, dims=[[2, 2]] * 2)
            exact = by_qutip.phase_distribution(state, 1, angle)
            return abs(ours(phi=angle, epsilon=strength, **at) - exact)

        assert_falls_as(order + 2, residual, 0.1, within=0.3)  # p is odd in the drive


def test_a_strong_coupling_agrees_with_the_sum_of_its_orders():
    """For a weak strength the two expansions are the same to the order of both."""
    weak = System(halves().sites, halves().couplings, halves().frequencies)
    at = {g: 2, d: 3, Delta: Rational(1, 2), epsilon: 1}
    ours = steady_series(halves())[1]
    theirs = steady_series(weak)
    element = (HALF, -HALF), (-HALF, -HALF)
    exact = written_out(ours[element]).subs(at)
    for power in (0, 1, 2):
        expected = theirs[power, 1][element].subs(at)
        slope = exact.diff(J, power).subs(J, 0) if power else exact.subs(J, 0)
        wanted = expected.subs(J, 1) * [1, 1, 2][power]
        assert cancel(together(slope - wanted)) == 0


def test_a_coherence_of_two_qubits_vanishes_at_a_root_of_a_polynomial():
    """On resonance, the second qubit; the derivation has both in symbols."""
    system = halves()
    first = steady_series(system)[1].partial_trace("B")[(HALF,), (-HALF,)]
    resonant = written_out(first.subs({Delta: 0, g: 1, d: 3}))
    above, below = fraction(cancel(together(resonant / epsilon)))
    roots = [root for root in Poly(above, J).nroots(30) if abs(root.as_real_imag()[1]) < 1e-20]
    assert any(root > 0 for root in roots)
    for root in roots:
        assert abs(resonant.subs({J: root, epsilon: 1}).evalf(20)) < 1e-15
    rho = any_model.coefficients(system, 1, J=1.7, epsilon=1.0, Delta=0.0, g=1.0, d=3.0)[1]
    reduced = rho.reshape(2, 2, 2, 2).trace(axis1=0, axis2=2)[0, 1]
    assert abs(complex((above / below).subs(J, Rational(17, 10))) - reduced) < 1e-14


def test_transforms_and_time():
    """s·ρ₁(s) tends to the steady order, also where a block is solved as numbers."""
    system = ones()
    steady, transformed = steady_series(system)[1], laplace_series(system)[1]
    at = {J: Rational(13, 10), Delta: Rational(2, 5), epsilon: 1}
    element = (S.One, S.Zero), (S.Zero, S.Zero)
    small = Rational(1, 10**9)
    late = (transformed[element] * s).subs({**at, s: small}).evalf(20)
    assert abs(complex(late - steady[element].subs(at).evalf(20))) < 1e-7
    moving = time_series(system)[1][element].subs({**at, t: 60}).evalf(15)
    assert abs(complex(moving - steady[element].subs(at).evalf(20))) < 1e-12


# An order for each coupling -----------------------------------------------------------------------


def test_orders_of_each_coupling_add_up():
    """Two couplings and a drive: all parts of second order are the second order."""
    kinds = {"A": gain_and_loss(1, 2), "B": gain_and_loss(3, 1), "C": gain_and_loss(2, 2)}
    couplings = [Exchange("A", "B", J), Exchange("B", "C", K), Drive("A", epsilon)]
    system = System(kinds, couplings)
    at = {J: 2, K: 3, epsilon: 5, t: Rational(1, 2)}
    for series in (steady_series(system), time_series(system)):
        assert series.couplings == tuple(couplings)
        parts = [(2, 0, 0), (0, 2, 0), (0, 0, 2), (1, 1, 0), (1, 0, 1), (0, 1, 1)]
        whole = series[2]
        for element in whole:
            total = sum(series[powers][element] for powers in parts)
            assert abs(complex((total - whole[element]).subs(at).evalf(20))) < 1e-15
        assert series[0, 0, 0][(HALF,) * 3, (HALF,) * 3] == series[0][(HALF,) * 3, (HALF,) * 3]
        assert series[1, 0, 1].kind == "correction"


def test_latex_tells_the_order_of_each_coupling():
    system = System(
        {"A": equatorial(g, d), "B": equatorial(d, g)}, [Exchange("A", "B", J), Drive("A")]
    )
    series = steady_series(system)
    first, *_, last = series[1, 0].latex_rows()
    assert first.startswith(r"\rho_{1, 0} =& ")
    assert last.startswith(r"&\text{orders}\quad 1:\; \frac{i J")
    assert r"0:\; - \frac{i \varepsilon" in last
    assert series[1].latex_rows()[0].startswith(r"\rho_{1} =& ")
    kept = pickle.loads(pickle.dumps(series[1, 0]))
    assert kept.latex_rows() == series[1, 0].latex_rows()


def test_orders_of_each_coupling_hold_their_strengths():
    kinds = {"A": equatorial(g, d), "B": equatorial(d, g), "C": equatorial(g, g)}
    system = System(kinds, [Exchange("A", "B", J), Exchange("B", "C", K)])
    values = steady_series(system)[1, 2]
    assert dict(values)
    for element in values:
        (power,) = {
            (Poly(above, J, K).monoms()[0]) for above in [fraction(together(values[element]))[0]]
        }
        assert power == (1, 2)


@pytest.mark.parametrize(
    ("order", "message"),
    [((1,), "one power for each of the 2 couplings"), ((1, -1), "must be 0 to 100, but is -1"),
     ((1, 0.5), "must be a whole number"), ("12", "must be a whole number")],
)  # fmt: skip
def test_wrong_orders_are_refused(order, message):
    series = steady_series(System({"A": gain_and_loss(1, 2), "B": gain_and_loss(1, 2)},
                                  [Exchange("A", "B", J), Drive("A", K)]))  # fmt: skip
    with pytest.raises(ValueError, match=message):
        series[order]


# Diagonal terms of the Hamiltonian --------------------------------------------------------------


def kerr():
    """Level energies on a site, and a product of both S^z."""
    cycles = {"A": equatorial(g, d), "B": van_der_pol(d, g)}
    return System(cycles, [Exchange("A", "B", J)], {"A": Delta},
                  hamiltonian=K * S_z("A") ** 2 + kappa * S_z("A") * S_z("B"))  # fmt: skip


def test_level_energies_are_exact_in_every_order():
    found = check(kerr(), seed=2)
    assert max(each.difference for each in found.comparisons) < ROUNDING, found


def test_a_quadratic_shift_moves_the_resonance():
    """|1,−1⟩⟨0,0| turns with Δ + K: its coherence is that of the pair at another detuning."""
    plain = symsync.spin_pair()
    shifted = System(plain.sites, plain.couplings, plain.frequencies, hamiltonian=K * S_z("A") ** 2)
    element = (S.One, S.NegativeOne), (S.Zero, S.Zero)
    ours, theirs = steady_series(shifted)[1][element], steady_series(plain)[1][element]
    assert cancel(together(ours - theirs.subs(Delta, Delta + K))) == 0


def test_it_blocks_the_locking_of_an_anharmonic_level():
    """S_rel at first order falls as 1/K where both coherences are shifted."""
    plain = symsync.spin_pair()
    shifted = System(plain.sites, plain.couplings, plain.frequencies, hamiltonian=K * S_z("A") ** 2)
    locking = equation("S", S_rel(steady_series(shifted)[1])).function()
    at = {"phi": 1.1, "epsilon": 0.1, "Delta": 0.0, "gamma_g_A": 3.0, "gamma_d_A": 1.0,
          "gamma_g_B": 1.0, "gamma_d_B": 2.0}  # fmt: skip
    ratio = locking(K=1e4, **at) / locking(K=1e3, **at)
    assert abs(ratio - 0.1) < 1e-3


def test_evolution_with_level_energies():
    system = kerr()
    at = {symbol.name: 0.8 + 0.3 * n for n, symbol in enumerate(system.parameters)}
    start = np.zeros((9, 9), complex)
    start[0, 0] = 1
    rho = by_matrix_exponential.state(system, at, 0.7, start)
    kets = product_kets(system.spins.values())
    state = evolution(system, (1, 1))
    for ket, bra in list(state)[:6]:
        ours = equation("x", state[ket, bra]).function(extra="ignore")(t=0.7, **at)
        assert abs(ours - rho[kets.index(ket), kets.index(bra)]) < 1e-12


def test_a_squeezed_bath_locks_a_spin_without_a_coupling():
    """⟨S⁻⟩ is that of QuTiP, and its angle turns with that of the bath by half as much."""
    alone = System(
        {"A": LimitCycle(HALF, [(1, S_minus * 3 + S_plus * exp(I * chi)), (1, S_z)])}, []
    )
    state = steady_series(alone)[0]
    rho = any_model.steady_state(alone, chi=0.9)
    for ket, bra in state:
        place = [product_kets([HALF]).index(each) for each in (ket, bra)]
        ours = complex(state[ket, bra].subs(chi, Rational(9, 10)).evalf(20))
        assert abs(ours - rho[tuple(place)]) < 1e-15


def test_a_passive_site_needs_a_strong_coupling():
    cycles = {"A": gain_and_loss(1, 2), "B": LimitCycle(HALF, [])}
    with pytest.raises(ValueError, match="site 'B' is not unique"):
        steady_series(System(cycles, [Exchange("A", "B", J)]))[0]
    assert len(steady_series(System(cycles, [Exchange("A", "B", J)], strong=[0]))[0]) >= 4


# What is refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"hamiltonian": S_plus("A") + S_minus("A")}, "must be diagonal in"),
        ({"hamiltonian": S_z("C")}, "names the site 'C'"),
        ({"hamiltonian": K}, "must be an operator of sites"),
        ({"hamiltonian": "S_z"}, "must be an operator of sites"),
        ({"hamiltonian": Symbol("x") * S_z("A")}, "not declared real"),
        ({"hamiltonian": symsync.S_z("A") * 1j}, "must be exact, but contains"),
        ({"strong": [2]}, "places 0 to 1, but holds 2"),
        ({"strong": [Drive("B")]}, "must hold couplings of the list"),
        ({"strong": 0}, "must be a list of couplings"),
        ({"strong": "0"}, "must be a list of couplings"),
        ({"strong": [True]}, "but holds True"),
    ],
)
def test_what_a_system_refuses(arguments, message):
    sites = {"A": gain_and_loss(1, 2), "B": gain_and_loss(1, 2)}
    with pytest.raises(ValueError, match=message):
        System(sites, [Exchange("A", "B", J), Drive("A", K)], **arguments)


def test_measures_that_need_a_product_refuse_a_strong_part():
    """The terms of negativity and information are known about states without coherences."""
    series = steady_series(halves())
    for measure in (negativity, mutual_information):
        with pytest.raises(NotImplementedError, match="begins with some, of a strong coupling"):
            measure(series, "A", order=1)
    weak = System(halves().sites, halves().couplings)
    up, down = (HALF, HALF), (-HALF, -HALF)
    tilted = time_series(weak, {up: 1, down: 1})
    with pytest.raises(NotImplementedError, match="or of its initial state"):
        negativity(tilted, "A", order=1)
    tied = time_series(weak, [(HALF, up), (HALF, down)])
    with pytest.raises(NotImplementedError, match="begins with correlations"):
        mutual_information(tied, "A", order=1)
    assert symsync.purity(series, order=1) == 0  # of a drive that makes coherences of charge 1
    apart = time_series(weak, {"A": HALF, "B": -HALF})
    assert mutual_information(apart.reduced("A", "B"), "A", order=1) == 0


def test_the_whole_is_the_same_with_and_without_the_word_strong():
    weak = System(halves().sites, halves().couplings, halves().frequencies)
    assert dict(exact_state(halves())) == dict(exact_state(weak))
    assert halves().strong_part.couplings == (halves().couplings[0],)
    assert halves().weak_couplings == (halves().couplings[1],)
    assert chain(3).strong == ()
    assert phi not in halves().parameters
