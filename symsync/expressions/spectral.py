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
    SpectralFunction,
    TimesLog,
)
from symsync.expressions.waves import WaveMaximum, WavePhase

__all__ = [
    "SPECTRAL_FUNCTIONS",
    "CoherenceEntropy",
    "Divergence",
    "EntropySlope",
    "EntropyTerm",
    "HermitianBlockFunction",
    "LeastEigenvalue",
    "LeastProjector",
    "LogarithmicMean",
    "NegativePart",
    "NegativeProjector",
    "SpectralFunction",
    "TimesLog",
    "WaveMaximum",
    "WavePhase",
]

SPECTRAL_FUNCTIONS = (
    CoherenceEntropy, Divergence, EntropySlope, EntropyTerm, LeastEigenvalue, LeastProjector,
    LogarithmicMean, NegativePart, NegativeProjector, TimesLog, WaveMaximum, WavePhase,
)  # fmt: skip
"""Each of them, for evaluators that call them by name."""
