"""Fock states, their phase space and their phases, judged by QuTiP and by integrals."""

import warnings

import numpy as np
import pytest
import qutip
from sympy import I, Integer, Rational, S, pi, symbols

import symsync
from symsync import (
    Coupling,
    Drive,
    Exchange,
    S_rel,
    S_rel_maximum,
    State,
    System,
    annihilation,
    creation,
    equation,
    equatorial,
    exact_state,
    fock_populations,
    locking_phase,
    oscillator_husimi,
    phase_density,
    phase_distribution,
    phi,
    steady_series,
    top_population,
    van_der_pol_boson,
    wigner,
)

# Both sides are cut at the same few levels.
pytestmark = pytest.mark.filterwarnings("ignore::symsync.TruncationWarning")

x, p = symbols("x p", real=True)
LEVELS = 5
ROUNDING = 1e-14
"""What is granted to sums of some hundred terms below 1."""


@pytest.fixture(scope="module")
def driven():
    """A driven and squeezed oscillator, and the same in QuTiP."""
    up, down = creation("A"), annihilation("A")
    drive = Coupling(I * Rational(3, 10) * (up - down) + (up**2 + down**2) / 10)
    cycle = van_der_pol_boson(1, Rational(1, 2), LEVELS)
    state = exact_state(System({"A": cycle}, [drive], {"A": Rational(1, 5)}))
    a = qutip.destroy(LEVELS)
    h = a.dag() * a / 5 + 0.3j * (a.dag() - a) + (a**2 + a.dag() ** 2) / 10
    return state, qutip.steadystate(h, [a.dag(), np.sqrt(0.5) * a**2])


def test_phase_space_is_that_of_qutip(driven):
    state, rho = driven
    xs, ps = np.array([-1.0, 0.3, 1.1, 2.0]), np.array([-0.7, 0.2, 1.3])
    grid = dict(zip("xp", np.meshgrid(xs, ps), strict=True))
    for ours, theirs in ((wigner, qutip.wigner), (oscillator_husimi, qutip.qfunc)):
        found = equation("f", ours(state, (x, p))).function()(**grid)
        assert found == pytest.approx(theirs(rho, xs, ps), abs=ROUNDING)


def test_a_product_has_a_product_of_wigner_functions():
    cycles = {site: van_der_pol_boson(1, loss, 3) for site, loss in (("A", 1), ("B", 2))}
    both = steady_series(System(cycles, []))[0]
    places = [(S.Half, Integer(1)), (-S.Half, S.Half)]
    alone = [wigner(both.partial_trace(s), at) for s, at in zip("AB", places, strict=True)]
    assert (wigner(both, *places) - alone[0] * alone[1]).simplify() == 0


def test_canonical_phases_weigh_all_coherences_alike(driven):
    """p(φ) is ⟨φ|ρ|φ⟩ of |φ⟩ = Σ e^{−inφ}|n⟩/√2π."""
    state, rho = driven
    density = equation("p", phase_density(state, "A", kind="canonical")).function()
    for angle in (0.0, 0.4, 2.5):
        ket = np.exp(-1j * angle * np.arange(LEVELS)) / np.sqrt(2 * np.pi)
        assert density(phi=angle) == pytest.approx((ket.conj() @ rho.full() @ ket).real, abs=1e-14)


def test_phases_of_an_oscillator_are_those_of_its_husimi_function(driven):
    """The radius r of x + ip = re^{−iφ} is integrated numerically, up to e^{−60}."""
    state, _ = driven
    density = equation("p", phase_density(state, "A", kind="oscillator")).function()
    nodes, weights = np.polynomial.legendre.leggauss(60)
    r, weights = 5.5 * (nodes + 1), 5.5 * weights
    q = equation("Q", oscillator_husimi(state, (x, p))).function()
    for angle in (0.0, 0.4, 2.5):
        radial = q(x=r * np.cos(angle), p=-r * np.sin(angle))
        assert density(phi=angle) == pytest.approx((weights * r * radial).sum(), abs=1e-13)


def test_phases_of_oscillators_do_not_depend_on_where_they_are_cut():
    """A state of two levels, told to be one of three: only the weights of a spin change."""
    half = S.Half
    rho = {((m,), (n,)): half for m in (half, -half) for n in (half, -half)}
    small = State({"A": half}, rho, lambda value: value)
    # The kets of a spin 1 are unnormalised: ⟨0|ρ|−1⟩ = r√2.
    shift = {half: S.Zero, -half: -S.One}
    norms = {S.Zero: Integer(2), -S.One: S.One}
    wide = {
        ((shift[k],), (shift[b],)): half / (norms[shift[k]] * norms[shift[b]]) ** half
        for ((k,), (b,)) in rho
    }
    large = State({"A": S.One}, wide, lambda value: value)
    for kind, same in (("canonical", True), ("oscillator", True), ("husimi", False)):
        difference = phase_distribution(small, "A", kind=kind) - phase_distribution(
            large, "A", kind=kind
        )
        assert (difference.simplify() == 0) is same


def test_canonical_phases_of_the_letters_pair():
    """One element, 2c/2π instead of 2c·9π/256, at the same phase."""
    resonant = System({"A": equatorial(1, 2), "B": equatorial(3, 1)}, [Exchange("A", "B")])
    first = steady_series(resonant)[1]
    ratio = S_rel(first, kind="canonical") / S_rel(first)
    assert (ratio - 1 / (2 * pi) / (9 * pi / 256)).simplify() == 0
    heights = [S_rel_maximum(first, kind=kind) for kind in ("canonical", "husimi")]
    assert (heights[0] / heights[1] - ratio).simplify() == 0
    assert locking_phase(first, kind="canonical") == locking_phase(first)


def test_a_strange_kind_is_refused():
    state = steady_series(System({"A": equatorial(1, 2)}, [Drive("A")]))[1]
    with pytest.raises(ValueError, match=r"'oscillator' or 'canonical'.*Did you mean 'ca"):
        phase_distribution(state, "A", phi, kind="canonic")


# Where an oscillator is cut ---------------------------------------------------------------------


def test_a_level_that_is_occupied_is_warned_of(driven):
    state, rho = driven
    with pytest.warns(symsync.TruncationWarning, match="last of 5 levels of site 'A' holds 0.085"):
        held = top_population(state, "A")
    assert float(held) == pytest.approx(rho[-1, -1].real, abs=ROUNDING)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert top_population(state, "A", share=S.Half) == held


def test_symbols_are_not_warned_of():
    g, d = symbols("g d", positive=True)
    state = steady_series(System({"A": van_der_pol_boson(g, d, 3)}, []))[0]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert top_population(state, "A") == fock_populations(state, "A")[2]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda s: fock_populations(s, "B"), "`site` must be a site among A"),
        (lambda s: top_population(s, "A", share=0), "`share` must be positive"),
        (lambda s: top_population(s, "A", share=symbols("k", positive=True)), "be a number"),
        (lambda s: wigner(s, (0, 0), (0, 0)), "`points` must be 1 pairs"),
        (lambda _: wigner([], (0, 0)), "`state` must be a state"),
    ],
)
def test_what_cannot_be_measured_is_refused(driven, call, message):
    with pytest.raises(ValueError, match=message):
        call(driven[0])
