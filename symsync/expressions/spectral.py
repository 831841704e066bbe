"""All functions of exact measures: of populations, Hermitian blocks, waves and complex roots."""

from symsync.expressions.complex_roots import ImaginaryRoot, RealRoot, SlowerRate
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
    "ImaginaryRoot",
    "LeastEigenvalue",
    "LeastProjector",
    "LogarithmicMean",
    "NegativePart",
    "NegativeProjector",
    "RealRoot",
    "SlowerRate",
    "SpectralFunction",
    "TimesLog",
    "WaveMaximum",
    "WavePhase",
]

SPECTRAL_FUNCTIONS = (
    CoherenceEntropy, Divergence, EntropySlope, EntropyTerm, ImaginaryRoot, LeastEigenvalue,
    LeastProjector, LogarithmicMean, NegativePart, NegativeProjector, RealRoot, SlowerRate,
    TimesLog, WaveMaximum, WavePhase,
)  # fmt: skip
"""Each of them, for evaluators that call them by name."""
