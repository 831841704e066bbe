"""Oscillators in QuTiP and their phases by sums over Fock states, which judge the package.

Kets stand in QuTiP's order, |0⟩ first.
"""

import numpy as np
import qutip


def pair_of_oscillators(levels, exchange, detuning, cycles):
    """The steady state of two van der Pol oscillators under J(a†b + b†a), as (n, n, n, n) numbers.

    The exchange keeps the number of quanta: only elements between kets with as many quanta are
    fed, and the equations of these are solved densely.
    """
    one, lower = qutip.qeye(levels), qutip.destroy(levels)
    a, b = qutip.tensor(lower, one), qutip.tensor(one, lower)
    jumps = [
        each
        for op, (gain, loss) in zip((a, b), cycles, strict=True)
        for each in (np.sqrt(gain) * op.dag(), np.sqrt(loss) * op**2)
    ]
    forth = exchange * a.dag() * b
    generator = qutip.liouvillian(detuning * a.dag() * a + forth + forth.dag(), jumps)
    quanta = np.add.outer(np.arange(levels), np.arange(levels)).ravel()
    kept = np.flatnonzero(np.equal.outer(quanta, quanta).ravel())  # symmetric: columns or rows
    equations = generator.to("csr").data.as_scipy()[kept][:, kept].toarray()
    equations[0] = np.eye(levels**2).ravel()[kept]
    found = np.zeros(levels**4, complex)
    found[kept] = np.linalg.solve(equations, np.eye(len(kept))[0])
    return found.reshape((levels,) * 4, order="F").transpose(1, 0, 3, 2)


def canonical_relative_phase(rho, phi):
    """P(φ_A − φ_B = φ) − 1/2π of phase states Σ e^{−inφ}|n⟩/√2π, by a sum over all elements."""
    total = 0.0
    for (i, j, p, q), value in np.ndenumerate(rho):
        if i + j == p + q and i != p:
            total = total + (value * np.exp(1j * (i - p) * phi)).real / (2 * np.pi)
    return total
