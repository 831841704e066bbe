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
    "ImaginaryRoot",
    "LeastEigenvalue",
    "LeastProjector",
    "LogOnePlus",
    "LogarithmicMean",
    "NegativePart",
    "NegativeProjector",
    "RealRoot",
    "SlowerRate",
    "SpectralFunction",
    "TimesLog",
    "WaveInformation",
    "WaveMaximum",
    "WavePhase",
]

SPECTRAL_FUNCTIONS = (
    BlockInformation, CoherenceEntropy, Concurrence, Divergence, EntropySlope, EntropyTerm,
    ImaginaryRoot, LeastEigenvalue, LeastProjector, LogOnePlus, LogarithmicMean, NegativePart,
    NegativeProjector, RealRoot, SlowerRate, TimesLog, WaveInformation, WaveMaximum, WavePhase,
)  # fmt: skip
"""Each of them, for evaluators that call them by name."""
