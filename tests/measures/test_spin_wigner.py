"""The Wigner function of spins, judged by hand, by QuTiP and by its integrals."""

import numpy as np
import pytest
import qutip
from judges import mixed_states
from sympy import Rational, symbols

import symsync
from symsync import Drive, System, equatorial, exact_state, spin_wigner
from symsync.reference import any_model

theta, phi = symbols("theta phi", real=True)
k = symbols("k", positive=True)
HALF = Rational(1, 2)


def numeric(formula, *parameters):
    """A real formula as a function of arrays of the angles."""
    return symsync.equation("W", formula, parameters=parameters).function()


def test_a_spin_half_by_hand():
    """(1 + √3 n·r)/2, with r_x − ir_y = 2⟨↑|ρ|↓⟩ and r_z the difference of the populations."""
    state = mixed_states.as_state("spins 1/2 and 1, driven").partial_trace("A")
    rho = mixed_states.steady_state("spins 1/2 and 1, driven").ptrace(0)
    x, y, z = (qutip.expect(s, rho) for s in (qutip.sigmax(), qutip.sigmay(), qutip.sigmaz()))
    for at, turn in ((0.3, 1.1), (2.0, -2.5)):
        along = np.sin(at) * (np.cos(turn) * x + np.sin(turn) * y) + np.cos(at) * z
        found = float(spin_wigner(state, (at, turn)).evalf())
        assert found == pytest.approx((1 + np.sqrt(3) * along) / 2, rel=1e-12)
    assert min(abs(x), abs(y), abs(z)) > 0.01


@pytest.mark.parametrize(("name", "site"), [("spins 1/2 and 1, driven", "B"),
                                            ("spins 3/2, three quanta", "A")])  # fmt: skip
def test_one_site_by_qutip(name, site):
    """QuTiP's function is ours times √((2S+1)/4π)."""
    state, place = mixed_states.as_state(name), ord(site) - ord("A")
    rho = mixed_states.steady_state(name).ptrace(place)
    size = rho.shape[0]
    grid = np.array([0.4, 1.3, 2.9]), np.array([-2.0, 0.5])
    expected, first, second = qutip.spin_wigner(rho, *grid)
    ours = numeric(spin_wigner(state.partial_trace(site), (theta, phi)), theta, phi)
    found = ours(theta=first, phi=second)
    assert found * np.sqrt(size / (4 * np.pi)) == pytest.approx(expected, rel=1e-9)
    assert np.ptp(expected) > 0.05


def test_three_sites_by_their_pauli_operators():
    """The kernel of qubits is the product of (1 + √3 n·σ)/2."""
    name = "driven chain of three spins 1/2"
    state, rho = mixed_states.as_state(name), mixed_states.steady_state(name)
    angles = [(0.3, 1.2), (2.2, -0.4), (1.5, 3.0)]
    kernels = []
    for at, turn in angles:
        n = np.sin(at) * np.cos(turn), np.sin(at) * np.sin(turn), np.cos(at)
        sigma = qutip.sigmax(), qutip.sigmay(), qutip.sigmaz()
        along = sum(a * s for a, s in zip(n, sigma, strict=True))
        kernels.append((qutip.qeye(2) + np.sqrt(3) * along) / 2)
    expected = (rho * qutip.tensor(*kernels)).tr().real
    assert float(spin_wigner(state, *angles).evalf()) == pytest.approx(expected, rel=1e-12)


def sphere(nodes=8):
    """Angles and weights of a quadrature that is exact for the products of spins up to 3/2."""
    z, w = np.polynomial.legendre.leggauss(nodes)
    turns = 2 * np.pi * np.arange(nodes) / nodes
    return np.arccos(z)[:, None], turns[None, :], (w[:, None] * 2 * np.pi / nodes)


def test_the_integral_of_two_functions_is_the_trace_of_the_product():
    """Of spins 1/2 and 1: ∫W = 1 and ∫W² = Tr ρ², with Π(2S+1)/4π over both spheres."""
    name = "spins 1/2 and 1, driven"
    state, rho = mixed_states.as_state(name), mixed_states.steady_state(name)
    names = symbols("a b c d", real=True)
    ours = numeric(spin_wigner(state, names[:2], names[2:]), *names)
    at, turn, weight = sphere()
    values = ours(a=at[..., None, None], b=turn[..., None, None], c=at, d=turn)
    weights = 2 * 3 / (4 * np.pi) ** 2 * weight[..., None, None] * weight
    assert (weights * values).sum() == pytest.approx(1, rel=1e-12)
    assert (weights * values**2).sum() == pytest.approx((rho * rho).tr().real, rel=1e-12)


def test_a_formula_of_a_driven_spin():
    """Its LaTeX and all evaluators; a first order changes its sign with the axes."""
    system = System({"A": equatorial(1, 2)}, [Drive("A", k)])
    formula = symsync.equation("W", spin_wigner(exact_state(system), (theta, phi)))
    at = {"k": 0.7, "theta": 1.1, "phi": 0.4}
    rho = qutip.Qobj(any_model.steady_state(system, k=0.7))
    expected = qutip.spin_wigner(rho, [1.1], [0.4])[0][0, 0] * np.sqrt(4 * np.pi / 3)
    for backend in ("numpy", "c", "mpmath"):
        assert float(formula.function(backend)(**at)) == pytest.approx(expected, rel=1e-9)
    assert r"\theta" in formula.latex()
    first = symsync.steady_series(system)[1]
    turned = numeric(spin_wigner(first, (theta, phi)), k, theta, phi)
    assert turned(**at | {"phi": 0.4 + np.pi}) == pytest.approx(-turned(**at), rel=1e-13)
    with pytest.raises(ValueError, match="`angles` must be 1 pairs"):
        spin_wigner(first, (0, 0), (0, 0))
