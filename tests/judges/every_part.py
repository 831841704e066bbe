"""Small formulas that hold every function of programs: elementary ones, and each kind of part."""

import numpy as np
from sympy import (
    Abs,
    Heaviside,
    I,
    Integer,
    Max,
    Min,
    Piecewise,
    Rational,
    Symbol,
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    log,
    re,
    sign,
    sin,
    sinh,
    sqrt,
    symbols,
    tan,
    tanh,
)  # fmt: skip

from symsync import DividedDifference, equation
from symsync.expressions.crossings import Crossing, FirstNegative
from symsync.expressions.eigenvalues import EigenvaluePart, Eigenvalues
from symsync.expressions.levels import FirstPassage, LevelCrossing
from symsync.expressions.linear_evolution import Evolved, LinearEvolution, SlowestRate
from symsync.expressions.linear_solutions import LinearSystem, Solution
from symsync.expressions.peaks import HighestPoint, Peak
from symsync.expressions.spectral import (
    BlockInformation,
    CoherenceEntropy,
    Concurrence,
    EntropySlope,
    LeastEigenvalue,
    LeastProjector,
    NegativePart,
    NegativeProjector,
    WaveInformation,
    WaveMaximum,
    WavePhase,
)

x, y, z = symbols("x y z", positive=True)
v, w = symbols("v w", real=True)
t = Symbol("t", nonnegative=True)

ELEMENTARY = equation(
    "elementary",
    [
        acos(w / 3), acosh(1 + x), asin(w / 3), asinh(w), atan(w), atanh(w / 3), cosh(w), erf(w),
        erfc(w), erf(w / 4), erfc(3 * x), sinh(w), tan(w), tanh(w), sign(w), Heaviside(w), x**w,
        log(x), log(1 + x), sqrt(x + y), exp(w) * cos(w + x) * sin(w - y), atan2(w, x),
        Abs(w + I * x), Max(x, y, w), Min(x, y, z),
        Piecewise((x, w < 0), (y, (w > x) | (x < y)), (z, True)), x + y - z, Abs(x + y - z),
        1 / x**3, DividedDifference(t, -x, -y), DividedDifference(t, -x - y, -z),
        re(DividedDifference(t, -x + I * w, -y)), re(DividedDifference(t, -x, -y, -z + I * w)),
        re(DividedDifference(t, -x, -x - y / 9, -x, -x + I * w / 99)),
    ],
)  # fmt: skip
"""Every operation of `symsync.evaluate.elementary` and of `symsync.evaluate.lowering`."""

BLOCK = symbols("a0:4 b0:12", real=True)
WAVES = symbols("c0:6", real=True)
SLOPES = symbols("d0:16", real=True)
BLOCKS = equation(
    "blocks",
    [
        NegativePart(*(b - int(k < 4) * x for k, b in enumerate(BLOCK))), LeastEigenvalue(*BLOCK),
        CoherenceEntropy(*BLOCK), Concurrence(*BLOCK), BlockInformation(*BLOCK, *SLOPES),
        *(EntropySlope(k, *BLOCK) for k in (2, 5, 8)), *(LeastProjector(k, *BLOCK) for k in (1, 6)),
        *(NegativeProjector(k, *(b - int(j < 4) * x for j, b in enumerate(BLOCK))) for k in (3, 7)),
        WaveMaximum(*WAVES), WavePhase(*WAVES), WaveInformation(*(c / 10 for c in WAVES)),
    ],
)  # fmt: skip
"""Every function of `symsync.evaluate.kernels.batched_numpy`."""


def _solution():
    """A birth and death process, one population of which is 1, and whose equation is the last."""
    rows = [{0: -x, 1: y, 3: z}, {0: x, 1: -y - z, 2: x}, {1: z, 2: -x - y}]
    closing = {0: Integer(0), 2: y, 3: -z}
    system = LinearSystem.from_equations(
        (x, y, z), rows, [(0, 0), (1, 1), (2, 2)], {k: v for k, v in closing.items() if v != 0}
    )
    return [Solution(system, k, x, y, z) for k in range(3)]


def _evolution():
    rows = [{0: -x, 1: y}, {0: x, 1: -y - z, 2: x}, {1: z, 2: -x}]
    return LinearEvolution.from_equations(t, rows, {0: Integer(1), 2: y})


def _eigenvalues():
    """A complex matrix with an eigenvalue −x that is known."""
    zero = Integer(0)
    rows = [
        {0: (-x, zero)}, {0: (y, w), 1: (-y, w), 2: (x, y), 3: (z, zero)},
        {1: (z, -w), 2: (-z, zero)}, {2: (w, x), 3: (-x - y, z), 1: (y, zero)},
    ]  # fmt: skip
    return Eigenvalues.from_rows(rows, [(-x, zero)])


def pair_of_eigenvalues():
    """−x ± iy."""
    matrix = Eigenvalues.from_rows(
        [{0: (-x, Integer(0)), 1: (y, Integer(0))}, {0: (-y, Integer(0)), 1: (-x, Integer(0))}]
    )
    return [EigenvaluePart(matrix, Integer(k), *matrix.parameters) for k in range(4)]


def tiny_pivots():
    """Two equations whose elimination as it is recorded loses all digits if x or z is tiny."""
    rows = [{0: x, 1: y, 2: -z}, {0: y, 1: z, 2: -x - y}]
    system = LinearSystem.from_equations((x, y, z), rows)
    formula = equation("tiny", [Solution(system, k, x, y, z) for k in range(2)])
    values = np.array([[1e-18, 1.0, 2.0], [2.0, 1.5, 1e-18], [1.0, 1e-18, 3.0]])
    return formula, dict(zip("xyz", values.T, strict=True))


def parts():
    """A formula with every part but functions of blocks."""
    solution, evolution, matrix = _solution(), _evolution(), _eigenvalues()
    peak = Peak(v, 1 / (1 + (v - x) ** 2) + y / (1 + 9 * (v + z) ** 2), 2)
    dip = (t - Rational(21, 20) * x) ** 2 - x**2 / 10**6  # negative between points of the scale
    three_roots = (50 * t - 51 * x) * (5 * t - 6 * x) * (2 * t - 3 * x)
    brief = Max(t - 49 * x / 50, 0) * (21 * x / 20 - t) / x**2  # positive at one or two points
    margin = (z + x * t - y * t**2) / (z + x * t + y * t**2)
    found = [
        *solution, solution[0] * NegativePart(*(each - x for each in (*solution, x, x, *[y] * 11))),
        *(Evolved(evolution, k, time, x, y, z) for k in range(3) for time in (t, 999 * t)),
        *(Evolved(evolution, k, 9 * t, x / 500, y, 99 * z) for k in range(3)),
        SlowestRate(evolution, x, y, z),
        *(EigenvaluePart(matrix, Integer(k), *matrix.parameters) for k in range(6)),
        *pair_of_eigenvalues(),
        FirstNegative(Crossing(t, [z + x * t - y * t**2], [margin])),
        FirstNegative(Crossing(t, [dip], [dip / (t**2 + x**2)])),
        FirstPassage(LevelCrossing(t, x * t**2 + y * t, z)),
        FirstPassage(LevelCrossing(t, three_roots, Integer(0))),
        FirstNegative(Crossing(t, [brief], [brief])),
        HighestPoint(peak, *peak.own, x, Integer(1), -z, Integer(1)),
    ]  # fmt: skip
    return equation("parts", found)


def points(formula, count, seed=3):
    """Values of its parameters, of which those of blocks are positive matrices of trace 1."""
    rng = np.random.default_rng(seed)
    found = {}
    for symbol in formula.parameters:
        size = 10 ** rng.uniform(-1, 1, count)
        found[symbol.name] = size if symbol.is_nonnegative else rng.uniform(-2.9, 2.9, count)
    if {"x", "y", "z"} <= set(found):  # what cancels is known beyond its rounding
        near = 1 + 10 ** rng.uniform(-13, -3, len(found["z"][::3]))
        found["z"][::3] = (found["x"] + found["y"])[::3] * near
    if set(BLOCK) <= set(formula.parameters):
        root = rng.normal(size=(count, 4, 4)) + 1j * rng.normal(size=(count, 4, 4))
        rho = root @ root.conj().swapaxes(1, 2)
        rho /= np.trace(rho, axis1=1, axis2=2)[:, None, None]
        above = [rho[:, i, j] for i in range(4) for j in range(i + 1, 4)]
        rows = [rho[:, k, k].real for k in range(4)]
        rows += [part for each in above for part in (each.real, each.imag)]
        found |= {symbol.name: row for symbol, row in zip(BLOCK, rows, strict=True)}
        found["x"] = 10 ** rng.uniform(-2, -0.5, count)
    return found
