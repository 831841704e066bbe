"""The eigenvalues of a block of the generator: closed forms of small factors, nodes otherwise.

The characteristic polynomial is factorised over the field of its coefficients.  If no factor has
a degree above two, its roots are written down.  Whether that is so is asked first at random points
of a prime field, where it costs little: a factor of the polynomial falls there into factors of its
own degree or less.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from sympy import GF, QQ, ZZ, Add, Dummy, Expr, I, Poly, S, expand, factor_list
from sympy.core.random import rng
from sympy.polys.galoistools import gf_pow_mod, gf_rem, gf_sqf_part, gf_sub
from sympy.polys.matrices import DomainMatrix
from sympy.polys.rings import PolyElement

from symsync.derive.phase_ring import PhaseRing, reduced
from symsync.expressions.complex_roots import ImaginaryRoot, RealRoot, SlowerRate
from symsync.expressions.eigenvalues import EigenvaluePart, Eigenvalues

__all__ = ["BlockEigenvalues", "Parts", "block_eigenvalues"]

Parts = tuple[Expr, Expr]
"""The real and the imaginary part of an expression."""

PRIME = 10**9 + 9
"""A prime field in which −1 has a root."""

TRIALS = 12
"""Random points at which a polynomial is asked for factors of high degree.

Of all polynomials of degree three, two thirds of the points do not tell: all do with a chance of
(2/3)¹² = 8e-3, and what follows is then only slower."""

LARGEST, SYMBOLS = 20, 6
"""A block of more rows, or with more symbols, has no characteristic polynomial that is written."""

GAUSSIAN = 3
"""With more symbols, polynomials over ℚ(i) are not factorised, which takes minutes."""


@dataclass(frozen=True)
class BlockEigenvalues:
    """The eigenvalues of a block.

    Attributes
    ----------
    values
        The parts of each, as often as it occurs.
    slowest
        The rates −Re λ of which the least is the slowest one of those that are not zero.
    is_closed
        Whether they are closed forms.
    """

    values: tuple[Parts, ...]
    slowest: tuple[Expr, ...]
    is_closed: bool

    def conjugate(self) -> "BlockEigenvalues":
        """Return those of the adjoint elements."""
        return BlockEigenvalues(
            tuple((x, -y) for x, y in self.values), self.slowest, self.is_closed
        )


def block_eigenvalues(rows: Sequence[Mapping[int, Parts]], name: str) -> BlockEigenvalues:
    """Return the eigenvalues of a matrix.

    Parameters
    ----------
    rows
        {column: (Re, Im)} of each row.
    name
        How the matrix is printed where its eigenvalues are nodes.
    """
    turning = Add(*(row[k][1] for k, row in enumerate(rows) if k in row)) / len(rows)
    matrix = _Matrix(rows, turning)
    closed = matrix.closed_roots()
    if closed is not None:
        return closed
    zeros = matrix.zeros()
    system = Eigenvalues.from_rows(rows, name)
    parts = [EigenvaluePart(system, k) for k in range(2 * zeros, 2 * len(rows))]
    values = ((S.Zero, S.Zero),) * zeros + tuple(zip(parts[::2], parts[1::2], strict=True))
    return BlockEigenvalues(values, tuple(-part for part in parts[:1]), False)


class _Matrix:
    """A matrix over a polynomial ring, less a common frequency that its eigenvalues have."""

    def __init__(self, rows: Sequence[Mapping[int, Parts]], turning: Expr) -> None:
        self.size, self.turning = len(rows), turning
        entries = [
            x + I * expand(y - (turning if k == column else 0))
            for k, row in enumerate(rows)
            for column, (x, y) in row.items()
        ]
        self.ring = PhaseRing([*entries, S.Zero])
        values = iter(self.ring.elements)
        self.rows = [{column: next(values) for column in row} for row in rows]

    def _over(self, domain: Any, at: Any) -> DomainMatrix:
        entries = {
            k: {j: value for j, entry in row.items() if (value := at(entry))}
            for k, row in enumerate(self.rows)
        }
        return DomainMatrix(entries, (self.size, self.size), domain)

    def at_point(self, seed: int) -> DomainMatrix:
        """Return the matrix at a random point of the prime field."""
        draw, field = Random(f"{seed} {self.ring.ring.symbols}"), GF(PRIME, symmetric=False)
        drawn: dict[Expr, int] = {}
        for symbol in self.ring.ring.symbols:
            known = drawn.get(1 / symbol)
            drawn[symbol] = pow(known, -1, PRIME) if known else draw.randrange(2, PRIME)
        values = list(drawn.values())
        return self._over(field, lambda entry: field(_residue(entry, values)))

    def zeros(self) -> int:
        """Return how many eigenvalues are zero identically.

        As a generator makes nothing grow, there are as many as zero modes.
        """
        return self.size - int(self.at_point(0).rank()) if self.turning == 0 else 0

    def _may_be_closed(self) -> bool:
        """Whether no factor is seen to have a degree above two."""
        if self.size <= 2:
            return True
        if self.size > LARGEST or len(self.ring.ring.symbols) > SYMBOLS:
            return False
        if self.ring.ring.domain.is_QQ_I and len(self.ring.ring.symbols) > GAUSSIAN:
            return False
        return all(_has_small_factors(self.at_point(seed).charpoly()) for seed in range(TRIALS))

    def closed_roots(self) -> BlockEigenvalues | None:
        """Return the eigenvalues in closed form, or None."""
        if not self._may_be_closed():
            return None
        domain = self.ring.ring.to_domain()
        polynomial = self._over(domain, lambda entry: entry).charpoly()
        variable = Dummy("lambda")
        coefficients = [reduced(each).as_expr() for each in polynomial]
        factors = _factors(Poly(coefficients, variable))
        values: list[Parts] = []
        slowest: list[Expr] = []
        for factor, power in factors:
            if factor.degree() > 2:
                return None
            roots, slow = _roots(factor)
            values += [(x, y + self.turning) for x, y in roots] * power
            slowest += slow
        return BlockEigenvalues(tuple(values), tuple(slowest), True)


def _residue(entry: PolyElement, values: Iterable[int]) -> int:
    """Return a polynomial over ℚ or ℚ(i) modulo `PRIME`."""
    total = 0
    for monomial, coefficient in entry.terms():
        x, y = (coefficient.x, coefficient.y) if hasattr(coefficient, "x") else (coefficient, QQ(0))
        term = 0
        for part, unit in ((x, 1), (y, _UNIT)):
            term += int(QQ.numer(part)) * pow(int(QQ.denom(part)), -1, PRIME) * unit
        for value, power in zip(values, monomial, strict=True):
            term = term * pow(value, power, PRIME) % PRIME
        total += term
    return total % PRIME


_UNIT = pow(13, (PRIME - 1) // 4, PRIME)
"""A root of −1."""


def _has_small_factors(polynomial: list[Any]) -> bool:
    """Whether a polynomial over the prime field divides a power of x^(p²) − x."""
    free = gf_sqf_part([ZZ(int(value) % PRIME) for value in polynomial], PRIME, ZZ)
    if len(free) <= 3:
        return True
    power = gf_pow_mod([ZZ(1), ZZ(0)], PRIME, free, PRIME, ZZ)
    power = gf_pow_mod(power, PRIME, free, PRIME, ZZ)
    return not gf_rem(gf_sub(power, [ZZ(1), ZZ(0)], PRIME, ZZ), free, PRIME, ZZ)


def _factors(polynomial: Poly) -> list[tuple[Poly, int]]:
    """Return the irreducible factors over ℚ or ℚ(i), with their powers."""
    variable = polynomial.gen
    gaussian = any(coefficient.has(I) for coefficient in polynomial.all_coeffs())
    if gaussian and polynomial.degree() <= 2:
        return [(polynomial, 1)]
    state = rng.getstate()  # unlucky numbers in SymPy's search cost minutes: the same ones always
    rng.seed(1)
    try:
        _, found = factor_list(polynomial.as_expr(), gaussian=gaussian)
    finally:
        rng.setstate(state)
    listed = [(Poly(factor, variable), power) for factor, power in found]
    return [pair for pair in listed if pair[0].degree()]


def _roots(factor: Poly) -> tuple[list[Parts], list[Expr]]:
    """Return the roots of a polynomial of first or second degree, and its slowest rate."""
    if factor.degree() == 1:
        first, last = factor.all_coeffs()
        x, y = _parts(-last / first)
        return [(x, y)], [-x] if (x, y) != (0, 0) else []
    first, middle, last = factor.all_coeffs()
    half, product = middle / first / 2, last / first
    b, turning = _parts(half)
    x, y = _parts(half**2 - product)
    real, imaginary = RealRoot(x, y), ImaginaryRoot(x, y)
    roots = [(-b + sign * real, -turning + sign * imaginary) for sign in (1, -1)]
    positive = expand(4 * b**2 * (b**2 - x) - y**2)
    return roots, [SlowerRate(b, x, y, positive)]


def _parts(value: Expr) -> Parts:
    x, y = expand(value).as_real_imag()
    return expand(x), expand(y)
