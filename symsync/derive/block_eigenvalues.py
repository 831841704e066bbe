"""The eigenvalues of a block of the generator: closed forms of small factors, nodes otherwise.

The characteristic polynomial is factorised over the field of its coefficients, and the roots of
factors of first and second degree are written down.  Whether there are any is asked first at random
points, where it costs little: there a factor of the polynomial stays one, or falls into smaller
ones.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from sympy import GF, QQ, ZZ, Add, Dummy, Expr, I, Poly, S, expand
from sympy.core.random import rng
from sympy.polys.galoistools import gf_pow_mod, gf_rem, gf_sqf_part, gf_sub
from sympy.polys.matrices import DomainMatrix
from sympy.polys.rings import PolyElement, PolyRing

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

LARGEST, LONGEST = 20, 52
"""A block of more rows, or of a larger product of rows and symbols, has no characteristic
polynomial that is written."""

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
    closed
        How many of them are closed forms.
    """

    values: tuple[Parts, ...]
    slowest: tuple[Expr, ...]
    closed: int

    @property
    def is_closed(self) -> bool:
        """Whether all of them are closed forms."""
        return self.closed == len(self.values)

    def conjugate(self) -> "BlockEigenvalues":
        """Return those of the adjoint elements."""
        return BlockEigenvalues(tuple((x, -y) for x, y in self.values), self.slowest, self.closed)


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
    factors = matrix.factors()
    known, slowest = _closed(factors, turning) if factors else ([], [])
    if not factors:
        known = [(S.Zero, S.Zero)] * matrix.zeros()
    left = len(rows) - len(known)
    if left:
        system = Eigenvalues.from_rows(rows, known, name)
        parts = [EigenvaluePart(system, k) for k in range(2 * left)]
        known += list(zip(parts[::2], parts[1::2], strict=True))
        slowest.append(-parts[0])
    return BlockEigenvalues(tuple(known), tuple(slowest), len(rows) - left)


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

    def factors(self) -> list[tuple[PolyElement, int]] | None:
        """Return the factors of the characteristic polynomial, if it is worth while."""
        if self.size > 2 and not self._is_promising():
            return None
        domain = self.ring.ring.to_domain()
        polynomial = self._over(domain, lambda entry: entry).charpoly()
        return _factors([reduced(each) for each in polynomial])

    def _is_promising(self) -> bool:
        """Whether factors of degree one or two are seen, other than λ; over ℚ(i), only such."""
        count = len(self.ring.ring.symbols)
        if self.size > LARGEST or self.size * count > LONGEST:
            return False
        if self.ring.ring.domain.is_QQ_I:
            trials = (self.at_point(seed).charpoly() for seed in range(TRIALS))
            return count <= GAUSSIAN and all(map(_has_small_factors, trials))
        return all(map(self._has_small_factor, range(2)))

    def _has_small_factor(self, seed: int) -> bool:
        """Whether a factor of first or second degree, other than λ, is seen at rational numbers."""
        draw = Random(f"{seed} {self.ring.ring.symbols}")
        values = [QQ(draw.randrange(2, 999)) for _ in self.ring.ring.symbols]
        at_point = self._over(QQ, lambda entry: entry(*values) if values else entry.coeff(1))
        variable = Dummy("lambda")
        _, found = Poly(at_point.charpoly(), variable, domain=QQ).factor_list()
        return any(f.degree() <= 2 and f.as_expr() != variable for f, _ in found)


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


def _factors(coefficients: list[PolyElement]) -> list[tuple[PolyElement, int]]:
    """Return the irreducible factors over ℚ or ℚ(i), with their powers; λ is the first generator.

    The coefficients begin with that of the highest power.
    """
    ring, degree = coefficients[0].ring, len(coefficients) - 1
    powers = {
        (degree - k, *monomial): value
        for k, coefficient in enumerate(coefficients)
        for monomial, value in coefficient.terms()
    }
    if ring.domain.is_QQ_I and not any(value.y for value in powers.values()):
        ring, powers = ring.clone(domain=QQ), {m: value.x for m, value in powers.items()}
    whole = ring.clone(symbols=(Dummy("lambda"), *ring.symbols))
    polynomial = whole.from_dict(powers)
    if ring.domain.is_QQ_I and degree <= 2:
        return [(polynomial, 1)]
    in_units = ring.ngens > 0 and all(sum(monomial) == degree for monomial in powers)
    state = rng.getstate()  # unlucky numbers in SymPy's search cost minutes: the same ones always
    rng.seed(1)
    try:
        if not in_units:
            return list(polynomial.factor_list()[1])
        _, found = polynomial.evaluate(whole.gens[-1], 1).factor_list()
    finally:
        rng.setstate(state)
    return [(_in_rates(factor, whole), power) for factor, power in found]


def _in_rates(factor: PolyElement, ring: PolyRing) -> PolyElement:
    """Return a homogeneous polynomial in whose values the last generator was the unit."""
    degree = max(map(sum, factor.monoms()))
    return ring.from_dict({(*m, degree - sum(m)): value for m, value in factor.terms()})


def _closed(
    factors: Iterable[tuple[PolyElement, int]], turning: Expr
) -> tuple[list[Parts], list[Expr]]:
    """Return the roots of factors of first and second degree, and the slowest rate of each."""
    values: list[Parts] = []
    slowest: list[Expr] = []
    for factor, power in factors:
        variable = factor.ring.symbols[0]
        if factor.degree(factor.ring.gens[0]) <= 2:
            roots, slow = _roots(Poly(factor.as_expr(), variable))
            values += [(x, y + turning) for x, y in roots] * power
            slowest += slow
    return values, slowest


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
