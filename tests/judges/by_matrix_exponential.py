"""The evolution of any model by exponentials of dense matrices (SciPy), order by order and whole.

The matrices are those of `symsync.reference.any_model`, which imports nothing of the package.
"""

import numpy as np
from scipy.linalg import expm
from scipy.sparse import bmat, csr_matrix
from scipy.sparse.linalg import expm_multiply

from symsync import System
from symsync.reference import any_model

DENSE = 300
"""Larger matrices are applied as sparse ones."""


def _applied(matrix, vector):
    if len(vector) <= DENSE:
        return expm(matrix) @ vector
    return expm_multiply(csr_matrix(matrix), vector)


def _parts(system, values):
    """The generator without the couplings, and what they add."""
    free = System(system.sites, (), system.frequencies)
    alone = {s.name: values[s.name] for s in free.parameters}
    uncoupled = any_model.generator(free, **alone)
    return uncoupled, any_model.generator(system, **values) - uncoupled


def orders(system, values, time, start, highest=2):
    """ρ₀(t), ρ₁(t), …: the last column of the exponential of a block triangular matrix."""
    uncoupled, coupling = _parts(system, values)
    blocks = [[None] * (highest + 1) for _ in range(highest + 1)]
    for n in range(highest + 1):
        blocks[n][n] = csr_matrix(uncoupled * time)
        if n:
            blocks[n][n - 1] = csr_matrix(coupling * time)
    whole = bmat(blocks).toarray()
    vector = np.concatenate([start.ravel(), np.zeros(highest * start.size)])
    return _applied(whole, vector).reshape(highest + 1, *start.shape)


def state(system, values, time, start):
    """ρ(t) to all orders."""
    uncoupled, coupling = _parts(system, values)
    return _applied((uncoupled + coupling) * time, start.ravel()).reshape(start.shape)


def uncoupled_state(system, values):
    """ρ₀, the product of the limit cycles."""
    free = System(system.sites, (), system.frequencies)
    return any_model.steady_state(free, **{s.name: values[s.name] for s in free.parameters})
