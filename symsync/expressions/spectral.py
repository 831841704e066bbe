"""All functions of exact measures: of populations, of Hermitian blocks and of waves."""

from symsync.expressions.hermitian_blocks import (
    CoherenceEntropy,
    EntropySlope,
    HermitianBlockFunction,
    LeastEigenvalue,
    LeastProjector,
    NegativePart,
    NegativeProjector,
)
from symsync.expressions.spectral_function import (
    Divergence,
    EntropyTerm,
    LogarithmicMean,
    LogOnePlus,
    SpectralFunction,
    TimesLog,
)
from symsync.expressions.waves import WaveInformation, WaveMaximum, WavePhase
from symsync.expressions.whole_states import BlockInformation, Concurrence

__all__ = [
    "SPECTRAL_FUNCTIONS",
    "BlockInformation",
    "CoherenceEntropy",
    "Concurrence",
    "Divergence",
    "EntropySlope",
    "EntropyTerm",
    "HermitianBlockFunction",
    "LeastEigenvalue",
    "LeastProjector",
    "LogOnePlus",
    "LogarithmicMean",
    "NegativePart",
    "NegativeProjector",
    "SpectralFunction",
    "TimesLog",
    "WaveInformation",
    "WaveMaximum",
    "WavePhase",
]

SPECTRAL_FUNCTIONS = (
    BlockInformation, CoherenceEntropy, Concurrence, Divergence, EntropySlope, EntropyTerm,
    LeastEigenvalue, LeastProjector, LogOnePlus, LogarithmicMean, NegativePart, NegativeProjector,
    TimesLog, WaveInformation, WaveMaximum, WavePhase,
)  # fmt: skip
"""Each of them, for evaluators that call them by name."""
