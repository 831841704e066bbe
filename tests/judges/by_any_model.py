"""The steady state of any model as numbers, with a bound of its error, and what it measures.

The state is that of `symsync.reference.any_model`, the measures are QuTiP's.
"""

from dataclasses import dataclass

import numpy as np
import qutip
from judges import by_qutip

from symsync.reference import any_model

OURS = 1e-12
"""What is granted to the elements of a state of this package, the largest of which is about 1."""


@dataclass(frozen=True)
class Judged:
    """A state of QuTiP, and by how much an element of a good answer may differ from it."""

    rho: qutip.Qobj
    within: float

    @property
    def sites(self):
        return len(self.rho.dims[0])

    @property
    def distance(self):
        """A bound of ‖δρ‖₁: at most √d times the norm of the d² elements of δρ."""
        return self.rho.shape[0] ** 1.5 * self.within

    def wave(self, phi):
        """S_rel of the first and the last site, or p − 1/2π of the only one."""
        if self.sites == 1:
            return by_qutip.phase_distribution(self.rho, 0, phi)
        return by_qutip.relative_phase(self.rho, 0, self.sites - 1, phi)

    def measures(self):
        """{name: (value, tolerance)}; each tolerance follows from the distance."""
        rho, T = self.rho, self.distance / 2
        found = {"purity": (rho.purity(), 4 * T)}
        if self.sites == 1:
            return found
        # Audenaert's bound of the error of an entropy, for each of three.
        entropies = 3 * T * (np.log(rho.shape[0]) + 1 - np.log(T))
        ends = rho.ptrace([0, self.sites - 1])
        parts = {"": (rho, list(range(1, self.sites)))}
        parts |= {"_of_ends": (ends, [1])} if self.sites > 2 else {}
        for name, (state, others) in parts.items():
            # The default, "tracenorm", is a root of a square and has half of the digits.
            found[f"negativity{name}"] = qutip.negativity(state, 0, method="eigenvalues"), T
            found[f"information{name}"] = qutip.entropy_mutual(state, [0], others), entropies
        return found


def judged(system, values):
    """The steady state of a model at {name: number}.

    The reference errs by the precision of floats times the condition of its equations, which is
    about the ratio of the largest to the smallest rate at which anything decays.
    """
    sizes = [int(2 * spin) + 1 for spin in system.spins.values()]
    generator = any_model.generator(system, **values)
    trace = np.eye(np.prod(sizes)).ravel()
    condition = np.linalg.cond(generator + np.outer(trace, trace) / trace.sum(), 1)
    rho = any_model.steady_state(system, **values)
    within = OURS + np.finfo(float).eps * condition
    return Judged(qutip.Qobj(rho, dims=[sizes, sizes]), within)


def crest(wave):
    """The maximum of a wave of less than 16 harmonics and of mean 0, and its slope as a function.

    Newton's method starts at the highest point of a grid; four steps square the relative distance
    of 10⁻³ to below the precision of floats.
    """
    k = np.arange(1, 16)
    harmonics = np.fft.rfft(wave(2 * np.pi * np.arange(32) / 32))[1:16] / 16

    def derivative(n, phi):
        return ((1j * k) ** n * harmonics * np.exp(1j * k * np.asarray(phi)[..., None])).real.sum(
            -1
        )

    grid = np.linspace(-np.pi, np.pi, 2001)
    phi = grid[np.argmax(derivative(0, grid))]
    for _ in range(4):
        curvature = derivative(2, phi)
        phi = phi - derivative(1, phi) / curvature if curvature < 0 else phi
    return derivative(0, phi), lambda phi: derivative(1, phi)
