"""The eigenvalues of the generator beside those of dense matrices, in closed form and as nodes."""

from functools import cache

import mpmath
import numpy as np
import pytest
from judges.three_models import MODELS, a, b, d, f, g, k
from scipy.optimize import linear_sum_assignment
from sympy import Rational, S, expand, oo

from symsync import (
    Coupling,
    Drive,
    Exchange,
    S_minus,
    S_plus,
    S_z,
    Spectrum,
    System,
    chain,
    equation,
    equatorial,
    gain_and_loss,
    spectrum,
    spin_pair,
)
from symsync.expressions.complex_roots import SlowerRate
from symsync.expressions.eigenvalues import EigenvaluePart
from symsync.model.coupling import Dissipation
from symsync.reference import any_model
from symsync.symbols import Delta, damping_rate, epsilon, frequency, gain_rate

HALF = S.Half
ALIKE = System({"A": equatorial(g, d), "B": equatorial(g, d)}, [Exchange("A", "B")])
DRIVEN = System({"A": gain_and_loss(g, d)}, [Drive("A", f)], {"A": Delta})
MIXED = System(
    {"A": equatorial(g, d), "B": gain_and_loss(a, b)}, [Exchange("A", "B", k)], {"A": Delta}
)
HALVES = chain(3, lambda site: gain_and_loss(*(a, b) if site == "B" else (g, d)))


@cache
def alike():
    """The spectrum of two equal spins."""
    return spectrum(ALIKE)


@cache
def opposite():
    """The spectrum of two spins with gain and damping exchanged."""
    cycles = {"A": equatorial(g, d), "B": equatorial(d, g)}
    return spectrum(System(cycles, [Exchange("A", "B")]))


def point(system, seed=1):
    rng = np.random.default_rng(seed)
    return {symbol.name: float(rng.uniform(0.3, 2)) for symbol in system.parameters}


def values(formula, at, backend="numpy"):
    return equation("e", formula).function(backend, extra="ignore")(**at)


def distance(found, expected):
    """The largest distance of eigenvalues from their partners, each of which has one."""
    assert len(found) == len(expected)
    apart = np.abs(np.asarray(found)[:, None] - np.asarray(expected)[None])
    return apart[linear_sum_assignment(apart)].max()


@pytest.mark.parametrize(
    "system",
    [
        MODELS["driven"],
        HALVES,
        pytest.param(MODELS["1 and 3/2"], marks=pytest.mark.slow),
        pytest.param(spin_pair(), marks=pytest.mark.slow),
        pytest.param(MIXED, id="mixed"),
    ],
)
def test_all_eigenvalues_are_those_of_a_dense_matrix(system):
    """All sectors together, and the gap; each pair of sectors ±q is checked by its sum."""
    at, found = point(system), spectrum(system)
    every = np.concatenate([values(list(s.eigenvalues), at) for s in found.values()])
    expected = np.linalg.eigvals(any_model.generator(system, **at))
    norm = np.abs(expected).max()
    assert distance(every, expected) < 1e-12 * norm
    assert abs(values(found.gap, at) - np.sort(-expected.real)[1]) < 1e-12 * norm


def test_the_neutral_sector_of_two_equal_spins_is_closed():
    """On resonance; all nineteen are roots of quadratic polynomials, such as (λ + d)² + 4ε²."""
    sector = alike()[0]
    assert sector.is_closed
    assert len(sector.eigenvalues) == len(sector) == 19
    at = {"epsilon": 0.7, "g": 0.4, "d": 1.3}
    expected, _ = sector.modes(**at)
    assert distance(values(list(sector.eigenvalues), at), expected) < 1e-7  # some are defective
    assert r"\operatorname{Re}\sqrt" in equation("gap", sector.gap).latex()
    mean = (g + d) / 2
    rates = {tuple(map(expand, each.args[:3])) for each in sector.gap.args if each.has(SlowerRate)}
    assert (expand(mean), expand((g - d) ** 2 / 4 - 8 * epsilon**2), 0) in rates
    assert {d, g} <= set(sector.gap.args)


@pytest.mark.parametrize(
    "backend", ["numpy", pytest.param("numba", marks=pytest.mark.slow), "c", "mpmath"]
)
def test_the_gap_runs_in_all_backends(backend):
    """A closed one and a node, as functions of arrays."""
    at = {"g": 0.4, "d": 1.3}
    strengths = [0.01, 0.1, 3.0]
    found = values(alike()[0].gap, {**at, "epsilon": strengths}, backend)
    driven = values(spectrum(DRIVEN).gap, {**at, "Delta": 0.7, "f": strengths}, backend)
    for closed, node, strength in zip(found, driven, strengths, strict=True):
        rates, _ = alike()[0].modes(epsilon=strength, **at)
        assert abs(float(closed) - np.sort(-rates.real)[1]) < 1e-7  # where two roots are one
        generator = any_model.generator(DRIVEN, Delta=0.7, f=strength, **at)
        assert abs(float(node) - np.sort(-np.linalg.eigvals(generator).real)[1]) < 1e-12


def test_the_general_pair_has_no_closed_neutral_block():
    """Seventeen of nineteen feed each other; their polynomial is λ times an irreducible one."""
    sector = spectrum(spin_pair())[0]
    assert len(sector) == 19
    assert not sector.is_closed
    closed = {expand(x) for x, y in sector.parts if y == 0}
    assert closed == {
        S.Zero,
        -gain_rate("A") - gain_rate("B"),
        -damping_rate("A") - damping_rate("B"),
    }
    assert r"17 \times 17" in equation("gap", sector.gap).latex()


def test_without_coupling_everything_is_a_sum_of_local_eigenvalues():
    """By hand: 0, −γ and the coherences −γ/2 ± iω and −(γ^g + γ^d)/2 ± 2iω of each spin 1."""
    rates = {"A": (g, d), "B": (a, b)}
    free = System(
        {site: equatorial(*pair) for site, pair in rates.items()},
        [],
        {site: frequency(site) for site in rates},
    )
    found = spectrum(free)
    assert found.is_closed
    assert set(found.gap.args) >= {g / 2, d / 2, a / 2, b / 2}
    assert set(found[0, 0].eigenvalues) == {-x - y for x in (S.Zero, g, d) for y in (S.Zero, a, b)}
    turning = S.ImaginaryUnit * frequency("A")
    assert -d / 2 - turning in found[1, 0].eigenvalues
    assert expand(-(g + d) / 2 - 2 * turning) in found[2, 0].eigenvalues
    both = frequency("A") + frequency("B")
    assert expand(-(d + b) / 2 - S.ImaginaryUnit * both) in map(expand, found[1, 1].eigenvalues)


def test_sites_that_are_coupled_in_groups():
    """The third site is alone, the first two feel each other's energy: labels have two orders."""
    sites = {site: gain_and_loss(g, d) for site in "ABC"}
    system = System(sites, [], hamiltonian=k * S_z("A") * S_z("B"))
    found, at = spectrum(system), {"g": 0.4, "d": 1.3, "k": 0.8}
    assert set(found) == {(q, p) for q in range(-2, 3) for p in (-1, 0, 1)}
    every = np.concatenate([values(list(s.eigenvalues), at) for s in found.values()])
    assert distance(every, np.linalg.eigvals(any_model.generator(system, **at))) < 1e-7


def test_parity_sectors_are_numbered():
    """Two quanta at a time: the elements fall into three sets, of which the first holds states."""
    pairing = Coupling(k * (S_plus("A") ** 2 + S_minus("A") ** 2))
    found = spectrum(System({"A": equatorial(g, d)}, [pairing]))
    assert [len(sector) for sector in found.values()] == [5, 2, 2]
    assert ((1,), (1,)) in found[0].elements


def test_modes_are_eigenvectors():
    """LR = λR with dense matrices, in each sector; the first mode is the steady state."""
    for system in (DRIVEN, spin_pair()):
        at = point(system)
        generator = any_model.generator(system, **at)
        for label in list(spectrum(system))[-3:]:
            rates, modes = spectrum(system)[label].modes(**at)
            for rate, mode in zip(rates, modes, strict=True):
                assert np.abs(generator @ mode.ravel() - rate * mode.ravel()).max() < 1e-12
                assert abs(np.linalg.norm(mode) - 1) < 1e-12
        first = spectrum(system)[0].modes(**at)[1][0]
        steady = any_model.steady_state(system, **at)
        assert np.abs(first / np.trace(first) - steady).max() < 1e-12


SHARED = System(
    {"A": gain_and_loss(g, d), "B": gain_and_loss(a, b)},
    [Dissipation(k, S_minus("A") + S_minus("B"))],
    {"A": Delta},
)


@pytest.mark.parametrize(
    ("system", "element", "strength", "powers"),
    [
        (spin_pair(), ((1, 0), (0, 0)), "epsilon", (2, 2, 4, 4, 6)),
        (DRIVEN, ((HALF,), (-HALF,)), "f", (2, 2, 4, 4)),
        (DRIVEN, ((-HALF,), (-HALF,)), "f", (2, 2, 4, 4)),
        (SHARED, ((HALF, -HALF), (-HALF, -HALF)), "k", (1, 2, 3, 4)),
    ],
    ids=["pair", "drive", "mixture", "shared jump"],
)
def test_an_eigenvalue_order_by_order(system, element, strength, powers):
    """What is left after order n falls as the next power of the coupling."""
    series, at = spectrum(system).series(*element), point(system, 3)
    left = []
    for scale in (0.02, 0.04):
        here = {**at, strength: scale}
        exact = np.linalg.eigvals(any_model.generator(system, **here))
        sums = [values(series.partial_sum(n), here) for n in range(len(powers))]
        left.append([np.abs(exact - value).min() for value in sums])
    assert np.abs(np.log2(np.divide(*left[::-1])) - powers).max() < 0.15


def test_a_shift_by_hand():
    """A driven spin 1/2: λ = −Γ/2 − iΔ moves by −f²/(Γ − 2iΔ) … of (λ + Γ)(λ + Γ/2 ± iΔ)."""
    series = spectrum(DRIVEN).series((HALF,), (-HALF,))
    rate = g + d
    moved = -(f**2) / (rate - 2 * S.ImaginaryUnit * Delta)
    assert series[0] == -rate / 2 - S.ImaginaryUnit * Delta
    assert series[1] == 0
    assert (series[2] - moved).simplify() == 0


def test_a_degenerate_eigenvalue_is_refused():
    with pytest.raises(ValueError, match="which the coupling mixes with it"):
        alike().series((1, 0), (0, 0))[2]
    three = System({"A": gain_and_loss(g, d, 1)}, [Drive("A", f)])
    with pytest.raises(ValueError, match="feeds others that feed it"):
        spectrum(three).series((0,), (0,))
    with pytest.raises(ValueError, match="`ket` and `bra` must be kets of the system"):
        alike().series((2, 0), (0, 0))


def test_what_is_none_of_the_sectors_is_refused():
    found = spectrum(DRIVEN)
    with pytest.raises(KeyError, match="has the sectors 0, but not 1"):
        found[1]
    with pytest.raises(TypeError, match="'f' is missing"):
        found[0].modes(Delta=0, g=1, d=1)
    with pytest.raises(ValueError, match="`f` must be one finite number"):
        found[0].modes(Delta=0, g=1, d=1, f=np.inf)
    with pytest.raises(ValueError, match="must be a System"):
        Spectrum("A")
    with pytest.raises(NotImplementedError, match="derivative of an eigenvalue"):
        equation("gap", spectrum(spin_pair())[0].gap).diff("epsilon")


def test_what_is_alone_and_does_not_move_has_no_gap():
    still = System({"A": equatorial(Rational(1), 1)}, [])
    assert spectrum(still)[0].gap == 1
    assert spectrum(still).gap == HALF
    assert all(sector.gap != oo for sector in spectrum(still).values())


def test_the_slower_rate_keeps_its_digits():
    """A slow mode beside a fast one: 4ε²/γ of λ² + γλ + 4ε² at ε = 10⁻⁹γ, in all backends."""
    slow = alike()[0].gap.xreplace({g: 10**9 * d}).subs({epsilon: d * 10**9 / 10**12})
    with mpmath.workdps(40):
        expected = values(slow, {"d": 1.0}, "mpmath")
    for backend in ("numpy", "c"):
        assert abs(values(slow, {"d": 1.0}, backend) / float(expected) - 1) < 1e-13


@pytest.mark.parametrize("backend", ["numpy", "c", "mpmath"])
def test_closed_roots_beside_those_of_a_long_factor(backend):
    """Reversed spins on resonance: a block of twelve has four closed roots, which are left out."""
    sector, at = opposite()[0], {"epsilon": 0.7, "g": 0.4, "d": 1.3}
    nodes = [pair for pair in sector.parts if pair[0].has(EigenvaluePart)]
    assert len(nodes) == 11
    assert "19 elements, 8 eigenvalues in closed form" in repr(sector)
    assert r"\text{, without" in equation("e", nodes[0][0]).latex()
    expected, _ = sector.modes(**at)
    found = values(list(sector.eigenvalues), at, backend)
    assert distance(np.array(found, complex), expected) < 1e-7
    assert abs(values(sector.gap, at, backend) - np.sort(-expected.real)[1]) < 1e-7
