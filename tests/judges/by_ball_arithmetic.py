"""The exact measures of the Letter's pair at 600 bits: the judge of the exact evaluators.

The steady state solves the literal equations of `reference` in ball arithmetic; the measures are
computed from their definitions, with eigenvalues from the cubic formula.  Balls that grew too
wide for 50 digits raise, so that every figure is certified.
"""

from fractions import Fraction

import flint
import numpy as np
from flint import acb, acb_mat, arb, fmpq

from symsync.reference import pair as reference

BITS = 600
"""Solving loses at most the condition of the equations, some 10^70 for ratios of 10^12."""

PARAMETERS = list(reference.GENERATORS)
KETS = [(a, b) for a in (1, 0, -1) for b in (1, 0, -1)]


def _entries():
    """{parameter: [(row, column, real, imaginary)]}: multiples of 1/2, up to the last digit."""
    found = {}
    for name, part in reference._SECTOR_GENERATORS.items():
        found[name] = [
            (int(row), int(column), *(Fraction(round(2 * x), 2) for x in
                                      (part[row, column].real, part[row, column].imag)))
            for row, column in np.argwhere(np.abs(part) > 0.1)
        ]  # fmt: skip
    return found


ENTRIES = _entries()


def steady_state(point):
    """{(ket, bra): acb} of the elements that conserve m_A + m_B."""
    flint.ctx.prec = BITS
    size = len(reference.SECTOR)
    rows = [[acb(0)] * size for _ in range(size)]
    for name, entries in ENTRIES.items():
        value = point[name] if isinstance(point[name], arb) else arb(float(point[name]))
        for row, column, x, y in entries:
            factor = acb(
                arb(fmpq(x.numerator, x.denominator)), arb(fmpq(y.numerator, y.denominator))
            )
            rows[row][column] += value * factor
    rows[reference._GROUND] = [acb(int(is_one)) for is_one in reference._IS_POPULATION]
    right = acb_mat([[acb(int(k == reference._GROUND))] for k in range(size)])
    solved = acb_mat(rows).solve(right)
    return {
        (KETS[index // 9], KETS[index % 9]): solved[k, 0]
        for k, index in enumerate(reference.SECTOR)
    }


def certified(value):
    """Return a ball's midpoint as a rational-free arb, if it is known to 50 digits."""
    if value.rel_accuracy_bits() < 170 and not (value == 0):
        raise ArithmeticError(f"only {value.rel_accuracy_bits()} bits of {value}")
    return value


def cubic(a, b, c, x, y, z):
    """Eigenvalues of the Hermitian ((a, x, y), (x*, b, z), (y*, z*, c))."""
    mean = (a + b + c) / 3
    p, q, r = a - mean, b - mean, c - mean
    sizes = [abs(each) ** 2 for each in (x, y, z)]
    radius = ((p * p + q * q + r * r + 2 * sum(sizes)) / 6).sqrt()
    determinant = p * q * r + 2 * (x * z * y.conjugate()).real
    determinant -= p * sizes[2] + q * sizes[1] + r * sizes[0]
    cosine = determinant / (2 * radius**3)
    angle = arb.acos(arb.min(arb.max(cosine, arb(-1)), arb(1))) / 3
    return [mean + 2 * radius * (angle + 2 * arb.pi() * k / 3).cos() for k in range(3)]


def measures(point):
    """Populations, harmonics, N, I and purity."""
    rho = steady_state(point)
    p = {ket: rho[ket, ket].real for ket in KETS}
    block = [(0, 0), (1, -1), (-1, 1)]
    x, y, z = (rho[block[i], block[j]] for i, j in ((0, 1), (0, 2), (1, 2)))
    inner = rho[(1, 0), (0, 1)], rho[(0, -1), (-1, 0)]
    found = {"populations": [p[ket] for ket in KETS if ket not in ((1, 1), (-1, -1))]}
    first = 9 * arb.pi() / 128 * (x.conjugate() + y + inner[0] + inner[1])
    second = 4 * arb.pi() * _second_weight() ** 2 * z
    found["harmonics"] = [first, second]
    found["added"] = 9 * arb.pi() / 128 * sum(abs(c) for c in (x, y, *inner))
    found["negativity"] = _negativity(p, x.conjugate(), y.conjugate(), z, inner)
    spectra = cubic(*(p[ket] for ket in block), x, y, z)
    for (a, b), c in zip((((1, 0), (0, 1)), ((0, -1), (-1, 0))), inner, strict=True):
        half, root = (p[a] + p[b]) / 2, (((p[a] - p[b]) / 2) ** 2 + abs(c) ** 2).sqrt()
        spectra += [half + root, (p[a] * p[b] - abs(c) ** 2) / (half + root)]
    marginals = [sum(p[m, n] for n in (1, 0, -1)) for m in (1, 0, -1)]
    marginals += [sum(p[m, n] for m in (1, 0, -1)) for n in (1, 0, -1)]
    found["mutual_information"] = _entropy(marginals) - _entropy(spectra)
    found["purity"] = sum(abs(value) ** 2 for value in rho.values())
    return found


def _second_weight():
    """c_{1,−1} = 3/(2π) B(2, 2) = 1/4π."""
    return 1 / (4 * arb.pi())


def _entropy(values):
    return -sum((v * v.log() for v in values if v > 0), arb(0))


def _negativity(p, plus, minus, z, inner):
    """From the blocks of the partial transpose, by m_A − m_B."""
    total = arb(0)
    for c, a, b in ((plus, (1, 0), (0, -1)), (minus, (0, 1), (-1, 0))):
        half = (p[a] + p[b]) / 2
        root = (((p[a] - p[b]) / 2) ** 2 + abs(c) ** 2).sqrt()
        if root > half:
            total += root - half
    a, b = inner[0].conjugate(), inner[1].conjugate()
    values = cubic(arb(0), p[0, 0], arb(0), a, z.conjugate(), b)
    return total + sum((-value for value in values if value < 0), arb(0))
