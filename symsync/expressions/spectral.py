"""Functions of the exact measures: entropies, negative eigenvalues and maxima as single nodes.

Written with logarithms and roots of cubics, these measures would lose digits in floating point.
Each of them is therefore one function, which prints as what it means.  Evaluators compute it in
several ways: `doit()` writes it out, `definition` computes it for mpmath, and `stable` computes
it without cancellation, see `symsync.expressions.stable`.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

import mpmath
from sympy import (
    Add,
    Expr,
    Function,
    I,
    ImmutableMatrix,
    Integer,
    Max,
    Rational,
    S,
    acos,
    cos,
    log,
    pi,
    sin,
    sqrt,
)

from symsync.expressions import stable
from symsync.expressions.checks import require_expressions

__all__ = [
    "SPECTRAL_FUNCTIONS",
    "CoherenceEntropy",
    "Divergence",
    "HermitianBlockFunction",
    "NegativePart",
    "SpectralFunction",
    "TwoHarmonics",
    "WaveMaximum",
    "WavePhase",
]


class SpectralFunction(Function):
    """A function that is one node of a formula and that every evaluator can compute.

    Attributes
    ----------
    meaning
        The definition of the function as a row of LaTeX, printed below a formula.  It is empty if
        the function prints in full.
    """

    meaning: ClassVar[str] = ""
    is_extended_real = True

    def __new__(cls, *args: Any, **options: Any) -> Any:
        """Return the function of expressions; text is not read."""
        require_expressions(cls.__name__, args)
        return super().__new__(cls, *args, **options)

    @staticmethod
    def definition(*values: Any) -> Any:
        """Return the value at mpmath numbers, from the definition."""
        raise NotImplementedError

    @staticmethod
    def stable(*operands: Any) -> Any:
        """Return the value at operands, which record elementary steps without cancellation."""
        raise NotImplementedError

    @property
    def skips_zeros(self) -> bool:
        """Whether `stable` takes `None` for an argument that is identically zero."""
        return False

    def fdiff(self, argindex: int = 1) -> Expr:
        """Return the derivative by an argument, where it has a closed form."""
        raise NotImplementedError(
            f"The derivative of {type(self).__name__} has no closed form here. Take differences of "
            "function(backend='mpmath'), such as mpmath.diff of it."
        )

    def _eval_evalf(self, prec: int) -> Any:
        if not all(arg.is_number for arg in self.args):
            return None
        spare = 2 * prec + 64  # bits for what cancels
        values = [arg._to_mpmath(spare) for arg in self.args]
        with mpmath.workprec(spare):
            return Expr._from_mpmath(self.definition(*values), prec)


class Divergence(SpectralFunction):
    """The relative entropy p ln(p/q) − p + q ≥ 0 of two positive numbers; it is q if p = 0.

    The third argument is p − q, in a form that does not cancel.
    """

    nargs = 3
    is_extended_nonnegative = True
    stable = staticmethod(stable.divergence)

    @staticmethod
    def definition(p: Any, q: Any, _: Any) -> Any:
        """Return p ln(p/q) − p + q."""
        return q if p == 0 else p * mpmath.log(p / q) - p + q

    @classmethod
    def eval(cls, p: Any, q: Any, _: Any) -> Expr | None:
        """Return q if p is zero."""
        return q if p == 0 else None

    def fdiff(self, argindex: int = 1) -> Expr:
        """Return the derivative of p ln(p/q) − (p − q) by p, q or p − q."""
        p, q, _ = self.args
        return (log(p / q) + 1, -p / q, S.NegativeOne)[argindex - 1]

    def doit(self, **hints: Any) -> Expr:
        """Return the sum with its logarithm."""
        p, q, _ = self.args
        return p * log(p / q) - p + q

    def _latex(self, printer: Any) -> str:
        p, q, gap = self.args
        logarithm = rf"{printer._print(p)} \ln\left({printer._print(p / q)}\right)"
        if isinstance(gap, Add):
            return rf"{logarithm} - {printer._print(p)} + {printer._print(q)}"
        return f"{logarithm} + {printer._print(-gap)}"


class HermitianBlockFunction(SpectralFunction):
    """A function of a Hermitian 2×2 or 3×3 matrix m.

    The arguments are the diagonal, and then Re and Im of the entries above it, row by row:
    m₁₁, m₂₂, Re m₁₂, Im m₁₂ in two dimensions, and
    m₁₁, m₂₂, m₃₃, Re m₁₂, Im m₁₂, Re m₁₃, Im m₁₃, Re m₂₃, Im m₂₃ in three.
    """

    nargs = (4, 9)
    is_extended_nonnegative = True

    @classmethod
    def from_entries(cls, matrix: Sequence[Sequence[tuple[Expr, Expr]]]) -> Expr:
        """Return the function of a matrix given by the parts (Re, Im) of its entries."""
        size = len(matrix)
        diagonal = [matrix[k][k][0] for k in range(size)]
        above = [part for i in range(size) for j in range(i + 1, size) for part in matrix[i][j]]
        return cls(*diagonal, *above)

    @property
    def size(self) -> int:
        """The dimension of the matrix."""
        return 2 if len(self.args) == 4 else 3

    @property
    def matrix(self) -> ImmutableMatrix:
        """The Hermitian matrix."""
        return ImmutableMatrix(_hermitian(self.args, I))

    def _eigenvalues(self) -> list[Expr]:
        """Return the eigenvalues in closed form, the largest first."""
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

    def _latex(self, printer: Any) -> str:
        return self._around(printer._print(self.matrix))

    def _around(self, matrix: str) -> str:
        raise NotImplementedError


class NegativePart(HermitianBlockFunction):
    """The sum of |λ| over the negative eigenvalues λ of a Hermitian matrix."""

    meaning = r"\|M\|_- &= \sum_{\lambda_k(M) < 0} |\lambda_k(M)|"
    stable = staticmethod(stable.negative_part)

    @staticmethod
    def definition(*entries: Any) -> Any:
        """Return the sum of |λ| over the negative eigenvalues λ."""
        if len(entries) == 4 and entries[0] * entries[1] >= entries[2] ** 2 + entries[3] ** 2:
            return mpmath.mpf(0)
        return -mpmath.fsum(min(value, 0) for value in _spectrum(entries))

    @property
    def skips_zeros(self) -> bool:
        """Whether the block has three levels, of which two are empty."""
        return self.size == 3

    def doit(self, **hints: Any) -> Expr:
        """Return the sum with the eigenvalues in closed form."""
        return sum((Max(0, -value) for value in self._eigenvalues()), S.Zero)

    def _around(self, matrix: str) -> str:
        return rf"\left\|{matrix}\right\|_-"


class CoherenceEntropy(HermitianBlockFunction):
    """The entropy of coherence Σ λ ln λ − Σ p ln p ≥ 0, for eigenvalues λ and the diagonal p.

    It is S(diag ρ) − S(ρ), the growth of the entropy when the coherences are lost.
    """

    meaning = r"\mathcal{C}[M] &= \sum_k \lambda_k(M) \ln\lambda_k(M) - \sum_k M_{kk} \ln M_{kk}"
    stable = staticmethod(stable.coherence_entropy)

    @staticmethod
    def definition(*entries: Any) -> Any:
        """Return Σ λ ln λ − Σ p ln p."""
        size = 2 if len(entries) == 4 else 3
        if not any(entries[size:]):
            return mpmath.mpf(0)
        grown = mpmath.fsum(value * mpmath.log(value) for value in _spectrum(entries) if value > 0)
        return grown - mpmath.fsum(p * mpmath.log(p) for p in entries[:size] if p > 0)

    def doit(self, **hints: Any) -> Expr:
        """Return the sum with the eigenvalues in closed form."""
        diagonal = self.args[: self.size]
        grown = sum((value * log(value) for value in self._eigenvalues()), S.Zero)
        return grown - sum((p * log(p) for p in diagonal), S.Zero)

    def _around(self, matrix: str) -> str:
        return rf"\mathcal{{C}}{matrix}"


class TwoHarmonics(SpectralFunction):
    """A function of x₁, y₁, x₂, y₂ that describes x₁cosφ − y₁sinφ + x₂cos2φ − y₂sin2φ."""

    nargs = 4

    def _slopes(self) -> tuple[Expr, ...]:
        """Return the derivatives of the sum of waves by its arguments, at the maximum."""
        phase = WavePhase(*self.args)
        return cos(phase), -sin(phase), cos(2 * phase), -sin(2 * phase)


class WaveMaximum(TwoHarmonics):
    """The maximum over φ of x₁cosφ − y₁sinφ + x₂cos2φ − y₂sin2φ.

    Let A and B be the moduli of c₁ and c₂, and κ ∈ [0, π] the modulus of the angle of c₂c₁*².  The
    maximum is A cos s + B cos(κ − 2s), where s is the only solution of
    A sin s = 2B sin(κ − 2s) in [0, κ/2].
    """

    is_extended_nonnegative = True

    def fdiff(self, argindex: int = 1) -> Expr:
        """Return the derivative by an argument: the maximum moves, but does not change by that."""
        return self._slopes()[argindex - 1]

    @staticmethod
    def definition(*waves: Any) -> Any:
        """Return the maximum over φ."""
        return _highest(*waves)[0]

    @staticmethod
    def stable(*waves: Any) -> Any:
        """Return the maximum over φ by Newton's method."""
        return stable.two_waves(*waves)[0]

    def _latex(self, printer: Any) -> str:
        x1, y1, x2, y2 = (printer._print(arg) for arg in self.args)
        return (
            rf"\max_\phi\left[{x1}\cos\phi - {y1}\sin\phi + {x2}\cos 2\phi"
            rf" - {y2}\sin 2\phi\right]"
        )


class WavePhase(TwoHarmonics):
    """The φ in (−π, π] at which x₁cosφ − y₁sinφ + x₂cos2φ − y₂sin2φ is largest.

    If two maxima are equal, it is the one nearest to zero; if both are equally near, it is the
    positive one.  If all arguments are zero, it is nan.
    """

    def fdiff(self, argindex: int = 1) -> Expr:
        """Return the derivative by an argument, from that of the slope, which stays zero."""
        phase, (x1, y1, x2, y2) = self, self.args
        slopes = -sin(phase), -cos(phase), -2 * sin(2 * phase), -2 * cos(2 * phase)
        first = x1 * cos(phase) - y1 * sin(phase)
        second = x2 * cos(2 * phase) - y2 * sin(2 * phase)
        return slopes[argindex - 1] / (first + 4 * second)

    @staticmethod
    def definition(*waves: Any) -> Any:
        """Return the φ of the maximum."""
        return _highest(*waves)[1]

    @staticmethod
    def stable(*waves: Any) -> Any:
        """Return the φ of the maximum by Newton's method."""
        return stable.two_waves(*waves)[1]

    def _latex(self, printer: Any) -> str:
        x1, y1, x2, y2 = (printer._print(arg) for arg in self.args)
        return (
            rf"\operatorname*{{arg\,max}}_\phi\left[{x1}\cos\phi - {y1}\sin\phi + {x2}\cos 2\phi"
            rf" - {y2}\sin 2\phi\right]"
        )


SPECTRAL_FUNCTIONS = (CoherenceEntropy, Divergence, NegativePart, WaveMaximum, WavePhase)
"""All functions of this module, for evaluators that call them by name."""


def _hermitian(entries: Sequence[Any], unit: Any) -> list[list[Any]]:
    size = 2 if len(entries) == 4 else 3
    rows = [[entries[k] if k == j else 0 for j in range(size)] for k in range(size)]
    pairs = [(i, j) for i in range(size) for j in range(i + 1, size)]
    for k, (i, j) in enumerate(pairs):
        x, y = entries[size + 2 * k : size + 2 * k + 2]
        rows[i][j], rows[j][i] = x + unit * y, x - unit * y
    return rows


def _spectrum(entries: Sequence[Any]) -> list[Any]:
    rows = _hermitian(entries, mpmath.mpc(0, 1))
    return list(mpmath.eighe(mpmath.matrix(rows), eigvals_only=True))


def _highest(x1: Any, y1: Any, x2: Any, y2: Any) -> tuple[Any, Any]:
    """Return the maximum and its phase, from the roots of the derivative, a quartic in e^{iφ}."""
    c1, c2 = mpmath.mpc(x1, y1), mpmath.mpc(x2, y2)
    if c1 == 0 and c2 == 0:
        return mpmath.mpf(0), mpmath.nan
    if c2 == 0:
        return abs(c1), -mpmath.arg(c1)
    roots = mpmath.polyroots(
        [2 * c2, c1, 0, -mpmath.conj(c1), -2 * mpmath.conj(c2)], maxsteps=500, extraprec=500
    )

    def height(phase: Any) -> Any:
        return (c1 * mpmath.expj(phase) + c2 * mpmath.expj(2 * phase)).real

    phases = [mpmath.arg(root) for root in roots]
    best = max(map(height, phases))
    slack = (abs(c1) + abs(c2)) * mpmath.ldexp(1, -mpmath.mp.prec // 3)
    equal = [phase for phase in phases if best - height(phase) <= slack]
    near = min(map(abs, equal)) + mpmath.ldexp(1, -mpmath.mp.prec // 6)
    return best, max(phase for phase in equal if abs(phase) <= near)
