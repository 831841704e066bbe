"""Give an independent numeric answer, in plain NumPy, from literal matrices.

Modules, in reading order:

- `arrays`: what is given, as arrays.
- `pair`: the Letter's pair of spins 1.
- `network`: small networks of the Letter's spins.
- `local_matrices`: the operators of one spin or oscillator.
- `any_model`: any small model, of any spins, limit cycles and couplings.
- `any_phases`: the distributions of phases of its states.
"""

from symsync.reference.pair import (
    GENERATORS,
    S_MINUS,
    S_PLUS,
    S_Z,
    S_rel,
    S_rel_max,
    evolve,
    husimi,
    locking_phase,
    mutual_information,
    negativity,
    phase_distribution,
    purity,
    schmidt_coefficients,
    steady_state,
)

__all__ = [
    "GENERATORS",
    "S_MINUS",
    "S_PLUS",
    "S_Z",
    "S_rel",
    "S_rel_max",
    "evolve",
    "husimi",
    "locking_phase",
    "mutual_information",
    "negativity",
    "phase_distribution",
    "purity",
    "schmidt_coefficients",
    "steady_state",
]
