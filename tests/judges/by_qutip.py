"""The Letter's model in QuTiP, which judges the package from outside."""

from functools import cache

import numpy as np
import qutip


def operators():
    one = qutip.qeye(3)
    plus, minus, z = qutip.jmat(1, "+"), qutip.jmat(1, "-"), qutip.jmat(1, "z")
    on_a = [qutip.tensor(op, one) for op in (plus, minus, z)]
    on_b = [qutip.tensor(one, op) for op in (plus, minus, z)]
    return on_a, on_b


def hamiltonian(epsilon, Delta):
    (plus_a, minus_a, z_a), (plus_b, minus_b, z_b) = operators()
    exchange = 0.5j * epsilon * (plus_a * minus_b - plus_b * minus_a)
    return Delta / 2 * (z_a - z_b) + exchange


def jumps(gamma_g_A, gamma_d_A, gamma_g_B, gamma_d_B):
    (plus_a, minus_a, z_a), (plus_b, minus_b, z_b) = operators()
    return [
        np.sqrt(gamma_g_A / 2) * plus_a * z_a,
        np.sqrt(gamma_d_A / 2) * minus_a * z_a,
        np.sqrt(gamma_g_B / 2) * plus_b * z_b,
        np.sqrt(gamma_d_B / 2) * minus_b * z_b,
    ]


def steady_state(epsilon, Delta, **rates):
    return qutip.steadystate(hamiltonian(epsilon, Delta), jumps(**rates))


HALVES = {"A": (1.3, 0.6), "B": (0.4, 0.9)}
"""Gain and loss of two spins 1/2, whose limit cycles are mixtures."""


def halves(strength):
    """The Hamiltonian, the jumps and the uncoupled state of those spins, ω_A = 0.7."""
    one = qutip.qeye(2)
    plus = {"A": qutip.tensor(qutip.sigmap(), one), "B": qutip.tensor(one, qutip.sigmap())}
    found = []
    for site, (up, down) in HALVES.items():
        found += [np.sqrt(up) * plus[site], np.sqrt(down) * plus[site].dag()]
    forth = plus["A"] * plus["B"].dag()
    h = 0.35 * qutip.tensor(qutip.sigmaz(), one) + 0.5j * strength * (forth - forth.dag())
    mixed = [qutip.qdiags([up / (up + down), down / (up + down)]) for up, down in HALVES.values()]
    return h, found, qutip.tensor(*mixed)


def evolve(t, epsilon, Delta, **rates):
    start = qutip.tensor(qutip.basis(3, 1), qutip.basis(3, 1))
    options = {"atol": 1e-12, "rtol": 1e-10, "nsteps": 100000}
    times = [0, t]
    result = qutip.mesolve(
        hamiltonian(epsilon, Delta), start.proj(), times, jumps(**rates), options=options
    )
    return result.states[-1]


def ladders(**spins):
    """S⁺, S⁻ and S^z of sites with these spins, {label: three operators}, in their order."""
    ones = [qutip.qeye(int(2 * spin + 1)) for spin in spins.values()]
    return {
        site: [qutip.tensor([*ones[:k], qutip.jmat(spin, name), *ones[k + 1 :]]) for name in "+-z"]
        for k, (site, spin) in enumerate(spins.items())
    }


def equatorial(site, gain, damping):
    """The jumps of the Letter's limit cycle on one of the `ladders`."""
    plus, minus, z = site
    return [np.sqrt(gain / 2) * plus * z, np.sqrt(damping / 2) * minus * z]


@cache
def phase_weights(spin):
    """∫sinθ ⟨m′|θ,0⟩⟨θ,0|m⟩ dθ (2S+1)/4π as a matrix, by Gauss's quadrature over θ.

    The integrand is a trigonometric polynomial of degree 2S+1: 40 nodes leave rounding errors.
    """
    nodes, weights = np.polynomial.legendre.leggauss(40)
    total = np.zeros((int(2 * spin) + 1,) * 2)
    for theta, weight in zip(np.pi * (nodes + 1) / 2, np.pi * weights / 2, strict=True):
        turned = (-1j * theta * qutip.jmat(spin, "y")).expm() * qutip.spin_state(spin, spin)
        amplitude = turned.full().ravel().real
        total += weight * np.sin(theta) * np.outer(amplitude, amplitude)
    return (2 * spin + 1) / (4 * np.pi) * total


def phase_distribution(state, site, phi):
    """p(φ) − 1/2π of one site, given by its place, at an angle or an array of them."""
    rho = state.ptrace(site).full()
    values = rho * phase_weights((len(rho) - 1) / 2)
    return sum(
        (value * np.exp(1j * (bra - ket) * phi)).real
        for (ket, bra), value in np.ndenumerate(values)
        if ket != bra
    )


def relative_phase(state, a, b, phi):
    """S_rel(φ) of two sites, given by their places, at an angle or an array of them."""
    reduced = state.ptrace([a, b])  # in ascending order
    if a > b:
        reduced = reduced.permute([1, 0])
    rho = reduced.full().reshape(reduced.dims[0] * 2)
    in_a, in_b = (phase_weights((size - 1) / 2) for size in reduced.dims[0])
    total = 0.0
    for (i, j, p, q), value in np.ndenumerate(rho):
        if i != p and p - i == j - q:
            weight = 2 * np.pi * in_a[i, p] * in_b[j, q]
            total = total + weight * (value * np.exp(1j * (p - i) * phi)).real
    return total
