"""Functions of a Hermitian matrix of any size, and their derivatives, as nodes of a formula."""

from collections.abc import Sequence
from math import isqrt
from typing import Any, ClassVar

import mpmath
from sympy import (
    Add,
    Expr,
    I,
    ImmutableMatrix,
    Integer,
    Max,
    Min,
    Mul,
    Rational,
    S,
    acos,
    cos,
    log,
    pi,
    sqrt,
)

from symsync.expressions import stable
from symsync.expressions.spectral_function import SpectralFunction

__all__ = [
    "CoherenceEntropy",
    "EntropySlope",
    "HermitianBlockFunction",
    "HermitianNode",
    "LeastEigenvalue",
    "LeastProjector",
    "NegativePart",
    "NegativeProjector",
    "hermitian",
    "numbers_of",
]

SHOWN = 4
"""The largest matrix that is printed in full."""

BRIEF = 60
"""Of a larger matrix, an entry is printed if its source has at most so many characters."""


class HermitianNode(SpectralFunction):
    """A node whose last arguments are the entries of a Hermitian matrix."""

    @property
    def entries(self) -> tuple[Expr, ...]:
        """The n² real numbers of the matrix."""
        return tuple(self.args)

    @property
    def size(self) -> int:
        """The dimension of the matrix."""
        return isqrt(len(self.entries))

    @property
    def matrix(self) -> ImmutableMatrix:
        """The Hermitian matrix."""
        return ImmutableMatrix(hermitian(self.entries, I))

    def _print_matrix(self, printer: Any, other: ImmutableMatrix | None = None) -> str:
        """Return the LaTeX of the matrix, or of another; of a large one its first two rows."""
        matrix = self.matrix if other is None else other
        if self.size <= SHOWN:
            return str(printer._print(matrix))

        def entry(i: int, j: int) -> str:
            source = str(printer._print(matrix[i, j]))
            return source if len(source) <= BRIEF else f"M_{{{i + 1}{j + 1}}}"

        rows = [rf"{entry(i, 0)} & {entry(i, 1)} & \cdots" for i in (0, 1)]
        body = r" \\ ".join([*rows, r"\vdots & \vdots & \ddots"])
        shape = rf"{self.size} \times {self.size}"
        return rf"\left[\begin{{matrix}}{body}\end{{matrix}}\right]_{{{shape}}}"


class HermitianBlockFunction(HermitianNode):
    """A function Tr f(m) of a Hermitian matrix m of two or more dimensions.

    The arguments are the diagonal, and then Re and Im of the entries above it, row by row:
    m₁₁, m₂₂, Re m₁₂, Im m₁₂ in two dimensions, and
    m₁₁, m₂₂, m₃₃, Re m₁₂, Im m₁₂, Re m₁₃, Im m₁₃, Re m₂₃, Im m₂₃ in three.
    """

    is_extended_nonnegative: bool | None = True

    def __new__(cls, *args: Any, **options: Any) -> Any:
        """Return the function of the n² real numbers that make an n×n matrix, n ≥ 2."""
        _require_square(cls.__name__, args)
        return super().__new__(cls, *args, **options)

    @classmethod
    def from_entries(cls, matrix: Sequence[Sequence[tuple[Expr, Expr]]]) -> Expr:
        """Return the function of a matrix given by the parts (Re, Im) of its entries."""
        size = len(matrix)
        diagonal = [matrix[k][k][0] for k in range(size)]
        above = [part for i in range(size) for j in range(i + 1, size) for part in matrix[i][j]]
        return cls(*diagonal, *above)

    def _eigenvalues(self) -> list[Expr]:
        """Return the eigenvalues of two or three dimensions in closed form, the largest first."""
        matrix = self.matrix
        mean = matrix.trace() / self.size
        apart = matrix - mean * ImmutableMatrix.eye(self.size)
        spread = sum(abs(entry) ** 2 for entry in apart.flat())
        if self.size == 2:
            return [mean + sign * sqrt(spread / 2) for sign in (1, -1)]
        radius = sqrt(spread / 6)
        angle = acos(apart.det() / (2 * radius**3)) / 3
        turns = (Integer(0), Rational(4, 3), Rational(2, 3))
        return [mean + 2 * radius * cos(angle + turn * pi) for turn in turns]

    def doit(self, **hints: Any) -> Expr:
        """Return the sum over eigenvalues in closed form; above three dimensions, the node."""
        return self._written_out() if self.size <= 3 else super().doit(**hints)

    def _written_out(self) -> Expr:
        raise NotImplementedError

    def _slope(self, argindex: int, kind: "type[BlockDerivative]") -> Expr:
        """Return the derivative by an argument: an entry above the diagonal stands there twice."""
        return (1 if argindex <= self.size else 2) * kind(argindex, *self.args)

    def _latex(self, printer: Any) -> str:
        return self._around(self._print_matrix(printer))

    def _around(self, matrix: str) -> str:
        raise NotImplementedError


class NegativePart(HermitianBlockFunction):
    """The sum of |λ| over the negative eigenvalues λ of a Hermitian matrix."""

    meaning = r"\|M\|_- &= \sum_{\lambda_k(M) < 0} |\lambda_k(M)|"
    stable = staticmethod(stable.negative_part)

    @staticmethod
    def definition(*entries: Any) -> Any:
        """Return the sum of |λ| over the negative eigenvalues λ."""
        if len(entries) == 4:
            p, q, x, y = entries
            if p + q >= 0 and p * q >= x**2 + y**2:
                return mpmath.mpf(0)
        elif _is_positive(entries):
            return mpmath.mpf(0)
        return -mpmath.fsum(min(value, 0) for value in _spectrum(entries))

    @property
    def is_batched(self) -> bool:
        """Whether it is larger than 2×2, and not 3×3 with the diagonal (0, p, 0)."""
        return self.size > 3 or (self.size == 3 and any(self.args[k] != 0 for k in (0, 2)))

    @property
    def skips_zeros(self) -> bool:
        """Whether the block has three levels, of which two are empty."""
        return self.size == 3

    def fdiff(self, argindex: int = 1) -> Expr:
        """Return the derivative by an argument, an entry of −P₋ (Hellmann and Feynman)."""
        return -self._slope(argindex, NegativeProjector)

    def _written_out(self) -> Expr:
        return sum((Max(0, -value) for value in self._eigenvalues()), S.Zero)

    def _around(self, matrix: str) -> str:
        return rf"\left\|{matrix}\right\|_-"


class LeastEigenvalue(HermitianBlockFunction):
    """The least eigenvalue of a Hermitian matrix."""

    is_extended_nonnegative = None
    stable = staticmethod(stable.least_eigenvalue)

    @staticmethod
    def definition(*entries: Any) -> Any:
        """Return the least eigenvalue."""
        return min(_spectrum(entries))

    @property
    def is_batched(self) -> bool:
        """Whether it is larger than 2×2."""
        return self.size > 2

    @property
    def margin(self) -> Expr:
        """A number of the same sign, about 1 unless it cancels, for a diagonal that is positive.

        It is (pq − |c|²)/(pq + |c|²) in two dimensions, and else the least eigenvalue of the matrix
        of mᵢⱼ/√(mᵢᵢmⱼⱼ), whose entries keep what small ones have of relative accuracy.  If an entry
        of the diagonal is 0, it is the ratio to the trace.
        """
        diagonal, above = self.args[: self.size], self.args[self.size :]
        if self.size == 2:
            product, square = Mul(*diagonal), Add(*(part**2 for part in above))
            return (product - square) / (product + square)
        if 0 in diagonal:
            return self / Add(*diagonal)
        roots = [sqrt(p) for p in diagonal]
        pairs = [roots[i] * roots[j] for i in range(self.size) for j in range(i + 1, self.size)]
        scaled = [part / pairs[k // 2] for k, part in enumerate(above)]
        return LeastEigenvalue(*[1] * self.size, *scaled)

    def fdiff(self, argindex: int = 1) -> Expr:
        """Return the derivative by an argument, an entry of |0⟩⟨0| (Hellmann and Feynman)."""
        return self._slope(argindex, LeastProjector)

    def _written_out(self) -> Expr:
        return Min(*self._eigenvalues())

    def _around(self, matrix: str) -> str:
        return rf"\lambda_{{\min}}{matrix}"


class CoherenceEntropy(HermitianBlockFunction):
    """The entropy of coherence Σ λ ln λ − Σ p ln p ≥ 0, for eigenvalues λ and the diagonal p.

    It is S(diag ρ) − S(ρ), the growth of the entropy when the coherences are lost.
    """

    meaning = r"\mathcal{C}[M] &= \sum_k \lambda_k(M) \ln\lambda_k(M) - \sum_k M_{kk} \ln M_{kk}"
    stable = staticmethod(stable.coherence_entropy)

    @staticmethod
    def definition(*entries: Any) -> Any:
        """Return Σ λ ln λ − Σ p ln p."""
        size = isqrt(len(entries))
        if not any(entries[size:]):
            return mpmath.mpf(0)
        grown = mpmath.fsum(value * mpmath.log(value) for value in _spectrum(entries) if value > 0)
        return grown - mpmath.fsum(p * mpmath.log(p) for p in entries[:size] if p > 0)

    @property
    def is_batched(self) -> bool:
        """Whether it is larger than 3×3."""
        return self.size > 3

    def fdiff(self, argindex: int = 1) -> Expr:
        """Return the derivative by an argument, an entry of ln M − ln diag M."""
        return self._slope(argindex, EntropySlope)

    def _written_out(self) -> Expr:
        diagonal = self.args[: self.size]
        grown = sum((value * log(value) for value in self._eigenvalues()), S.Zero)
        return grown - sum((p * log(p) for p in diagonal), S.Zero)

    def _around(self, matrix: str) -> str:
        return rf"\mathcal{{C}}{matrix}"


class BlockDerivative(HermitianNode):
    """An entry of a matrix function of a Hermitian matrix, which derivatives are made of.

    The first argument is the number k = 1, 2, … of an argument of a `HermitianBlockFunction`, and
    the others are all of its arguments.  The value is the real number at the same place: an entry
    of the diagonal, or the real or the imaginary part of one above it.
    """

    symbol: ClassVar[str]

    def __new__(cls, *args: Any, **options: Any) -> Any:
        """Return the entry of a number, for the n² real numbers of an n×n matrix."""
        _require_square(cls.__name__, args[1:])
        if args[0] not in range(1, len(args)):
            raise ValueError(
                f"The first argument of {cls.__name__} must be 1 to {len(args) - 1}, the number "
                f"of an entry, but is {args[0]}."
            )
        return super().__new__(cls, *args, **options)

    @property
    def entries(self) -> tuple[Expr, ...]:
        """The n² real numbers of the matrix."""
        return tuple(self.args[1:])

    @property
    def is_batched(self) -> bool:
        """It has no elementary steps."""
        return True

    def fdiff(self, argindex: int = 1) -> Expr:
        """Raise an error: second derivatives are not here."""
        raise NotImplementedError(
            "The second derivative of a function of a Hermitian block has no closed form here. "
            "Take differences of the first one's function."
        )

    def _latex(self, printer: Any) -> str:
        i, j, part = place(int(self.args[0]), self.size)
        entry = rf"{self.symbol}{self._print_matrix(printer)}_{{{i + 1}{j + 1}}}"
        return entry if part is None else rf"\operatorname{{{part}}} {entry}"


class NegativeProjector(BlockDerivative):
    """An entry of the projector P₋ on the eigenvectors of negative eigenvalues."""

    meaning = r"P_-[M] &= \sum_{\lambda_k(M) < 0} |k\rangle\langle k|"
    symbol = "P_-"

    @staticmethod
    def definition(k: Any, *entries: Any) -> Any:
        """Return the entry from eigenvectors."""
        return _entry(k, entries, lambda value, _: mpmath.mpf(value < 0))


class LeastProjector(BlockDerivative):
    """An entry of the projector |0⟩⟨0| on the eigenvector of the least eigenvalue."""

    meaning = r"P_0[M] &= |0\rangle\langle 0|, \; M |0\rangle = \lambda_{\min}[M]\, |0\rangle"
    symbol = "P_0"

    @staticmethod
    def definition(k: Any, *entries: Any) -> Any:
        """Return the entry from eigenvectors."""
        return _entry(k, entries, lambda value, values: mpmath.mpf(value == min(values)))


class EntropySlope(BlockDerivative):
    """An entry of ln M − ln diag M.

    Eigenvalues that are zero are left out: those of positive matrices have no first derivative.
    """

    meaning = r"\mathcal{L}[M] &= \ln M - \ln\operatorname{diag} M"
    symbol = r"\mathcal{L}"

    @staticmethod
    def definition(k: Any, *entries: Any) -> Any:
        """Return the entry from eigenvectors."""
        size = isqrt(len(entries))
        found = _entry(
            k, entries, lambda value, _: mpmath.log(value) if value > 0 else mpmath.mpf(0)
        )
        return found - mpmath.log(entries[int(k) - 1]) if k <= size else found


def place(k: int, size: int) -> tuple[int, int, str | None]:
    """Return the row, the column and the part of number k = 1, …, n² of a matrix."""
    if k <= size:
        return k - 1, k - 1, None
    pairs = [(i, j) for i in range(size) for j in range(i + 1, size)]
    return *pairs[(k - size - 1) // 2], ("Re", "Im")[(k - size - 1) % 2]


def _require_square(name: str, entries: Sequence[Any]) -> None:
    if len(entries) < 4 or isqrt(len(entries)) ** 2 != len(entries):
        raise ValueError(
            f"The entries of {name} must be n² real numbers, n = 2, 3, …, but are {len(entries)}. "
            "Give the diagonal, and then Re and Im of each entry above it."
        )


def hermitian(entries: Sequence[Any], unit: Any) -> list[list[Any]]:
    """Return the rows of the matrix of n² real numbers, with this imaginary unit."""
    size = isqrt(len(entries))
    rows = [[entries[k] if k == j else 0 for j in range(size)] for k in range(size)]
    pairs = [(i, j) for i in range(size) for j in range(i + 1, size)]
    for k, (i, j) in enumerate(pairs):
        x, y = entries[size + 2 * k : size + 2 * k + 2]
        rows[i][j], rows[j][i] = x + unit * y, x - unit * y
    return rows


def numbers_of(entries: Sequence[Any]) -> Any:
    """Return the Hermitian matrix of n² numbers as one of mpmath."""
    return mpmath.matrix(hermitian(entries, mpmath.mpc(0, 1)))


def _spectrum(entries: Sequence[Any]) -> list[Any]:
    return list(mpmath.eighe(numbers_of(entries), eigvals_only=True))


def _is_positive(entries: Sequence[Any]) -> bool:
    """Whether the matrix is positive for certain, by the elimination of Cholesky."""
    try:
        mpmath.cholesky(numbers_of(entries))
    except ValueError:
        return False
    return True


def _entry(k: Any, entries: Sequence[Any], function: Any) -> Any:
    """Return the k-th number of a function of the matrix: of an eigenvalue, and of all of them."""
    i, j, part = place(int(k), isqrt(len(entries)))
    values, vectors = mpmath.eighe(numbers_of(entries))
    found = mpmath.fsum(
        function(value, values) * vectors[i, n] * mpmath.conj(vectors[j, n])
        for n, value in enumerate(values)
    )
    return mpmath.im(found) if part == "Im" else mpmath.re(found)
