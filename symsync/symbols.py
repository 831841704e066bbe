"""The symbols of the models, as users type them: `from symsync.symbols import epsilon`."""

from symsync.expressions.symbols import (
    Delta,
    Description,
    coupling_phase,
    coupling_strength,
    damping_rate,
    declare,
    describe,
    epsilon,
    frequency,
    gain_rate,
    omega,
    phi,
    s,
    t,
)

__all__ = [
    "Delta",
    "Description",
    "coupling_phase",
    "coupling_strength",
    "damping_rate",
    "declare",
    "describe",
    "epsilon",
    "frequency",
    "gain_rate",
    "omega",
    "phi",
    "s",
    "t",
]
