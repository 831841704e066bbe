"""Networks that the tests share, and their operators in QuTiP."""

import numpy as np
import qutip

TRIANGLE_WITH_TAIL = [(0, 1), (2, 1), (0, 2), (2, 3)]
"""Edges in both directions, a triangle, and paths that end where no edge joins."""


def parameters(rng, edges, size):
    """Generic rates, frequencies and complex strengths."""
    count = 1 + max(map(max, edges))
    return {
        "gain": rng.uniform(0.5, 2, count),
        "damping": rng.uniform(0.5, 2, count),
        "strengths": size * rng.uniform(0.5, 1, len(edges)) * np.exp(6j * rng.random(len(edges))),
        "frequencies": 5 + rng.normal(0, 0.7, count),
    }


def model(edges, gain, damping, strengths, frequencies):
    """The Hamiltonian and the jumps in QuTiP."""
    count = len(gain)

    def on(site, operator):
        return qutip.tensor([operator if k == site else qutip.qeye(3) for k in range(count)])

    plus, minus, z = qutip.jmat(1, "+"), qutip.jmat(1, "-"), qutip.jmat(1, "z")
    h = sum(omega * on(site, z) for site, omega in enumerate(frequencies))
    for (a, b), strength in zip(edges, strengths, strict=True):
        forth = 0.5j * complex(strength) * on(a, plus) * on(b, minus)
        h = h + forth + forth.dag()
    jumps = [np.sqrt(rate / 2) * on(site, plus * z) for site, rate in enumerate(gain)]
    jumps += [np.sqrt(rate / 2) * on(site, minus * z) for site, rate in enumerate(damping)]
    return h, jumps


def flow(rho, h, jumps):
    """Lρ in the full space; the jumps stay sparse."""
    found = -1j * (h.full() @ rho - rho @ h.full())
    for jump in jumps:
        full = jump.data_as("csr_matrix")
        loss = full.conj().T @ full
        found += full @ (full.conj() @ rho.T).T - (loss @ rho + (loss.T @ rho.T).T) / 2
    return found
