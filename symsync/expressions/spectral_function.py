"""The functions of which exact measures are made, each a single node of a formula.

Written with logarithms and roots of cubics, these measures would lose digits in floating point.
Each of them is therefore one function, which prints as what it means.  Evaluators compute it in
several ways: `doit()` writes it out, `definition` computes it for mpmath, and `stable` computes
it without cancellation, see `symsync.expressions.stable`.
"""

from typing import Any, ClassVar

import mpmath
from sympy import Add, Eq, Expr, Function, Piecewise, Rational, S, log

from symsync.expressions import stable
from symsync.expressions.checks import require_expressions

__all__ = [
    "Divergence",
    "EntropyTerm",
    "LogOnePlus",
    "LogarithmicMean",
    "SpectralFunction",
    "TimesLog",
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
    def is_batched(self) -> bool:
        """Whether it has no elementary steps, and many points are computed at a time instead."""
        return False

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


class EntropyTerm(SpectralFunction):
    """The term −p ln p ≥ 0 of an entropy, for a probability p.

    The second argument is 1 − p, in a form that does not cancel.
    """

    nargs = 2
    is_extended_nonnegative = True
    stable = staticmethod(stable.entropy_term)

    @staticmethod
    def definition(p: Any, _: Any) -> Any:
        """Return −p ln p."""
        return mpmath.mpf(0) if p == 0 else -p * mpmath.log(p)

    def fdiff(self, argindex: int = 1) -> Expr:
        """Return the derivative by p; the other argument tells nothing new."""
        return -log(self.args[0]) - 1 if argindex == 1 else S.Zero

    def doit(self, **hints: Any) -> Expr:
        """Return the term with its logarithm."""
        return -self.args[0] * log(self.args[0])

    def _latex(self, printer: Any) -> str:
        return str(printer._print(self.doit()))


class LogarithmicMean(SpectralFunction):
    """The logarithmic mean (p − q)/ln(p/q) > 0 of two positive numbers; it is p if p = q.

    The second derivative of the entropy in a coherence of two populations is minus its inverse.
    """

    nargs = 2
    is_extended_nonnegative = True
    meaning = r"\Lambda(p, q) &= \frac{p - q}{\ln p - \ln q}"
    stable = staticmethod(stable.logarithmic_mean)

    @staticmethod
    def definition(p: Any, q: Any) -> Any:
        """Return (p − q)/ln(p/q)."""
        return p if p == q else (p - q) / mpmath.log(p / q)

    @classmethod
    def eval(cls, p: Any, q: Any) -> Expr | None:
        """Return p if both are the same."""
        return p if p == q else None

    def fdiff(self, argindex: int = 1) -> Expr:
        """Return the derivative by p, D(p‖q) M²/(p (p − q)²) with the mean M, or by q."""
        p, q = self.args if argindex == 1 else self.args[::-1]
        gap = p - q
        slope = Divergence(p, q, gap) * self**2 / (p * gap**2)
        return Piecewise((Rational(1, 2), Eq(gap, 0)), (slope, True))

    def doit(self, **hints: Any) -> Expr:
        """Return the ratio with its logarithm."""
        p, q = self.args
        return (p - q) / log(p / q)

    def _latex(self, printer: Any) -> str:
        p, q = (printer._print(arg) for arg in self.args)
        return rf"\Lambda\left({p}, {q}\right)"


class TimesLog(SpectralFunction):
    """The product x ln y, which is 0 if x is 0, whatever y is."""

    nargs = 2
    stable = staticmethod(stable.times_log)

    @staticmethod
    def definition(x: Any, y: Any) -> Any:
        """Return x ln y."""
        return mpmath.mpf(0) if x == 0 else x * mpmath.log(y)

    @classmethod
    def eval(cls, x: Any, _: Any) -> Expr | None:
        """Return 0 if x is 0."""
        return S.Zero if x == 0 else None

    def fdiff(self, argindex: int = 1) -> Expr:
        """Return the derivative by x or y."""
        x, y = self.args
        return log(y) if argindex == 1 else x / y

    def doit(self, **hints: Any) -> Expr:
        """Return the product with its logarithm."""
        x, y = self.args
        return x * log(y)

    def _latex(self, printer: Any) -> str:
        return str(printer._print(self.doit()))


class LogOnePlus(SpectralFunction):
    """The logarithm ln(1 + x), which is about x for small x."""

    nargs = 1

    @staticmethod
    def definition(x: Any) -> Any:
        """Return ln(1 + x)."""
        return mpmath.log1p(x)

    @staticmethod
    def stable(x: Any) -> Any:
        """Return ln(1 + x) by one step."""
        return x.log1p()

    @classmethod
    def eval(cls, x: Any) -> Expr | None:
        """Return 0 if x is 0."""
        return S.Zero if x == 0 else None

    def fdiff(self, argindex: int = 1) -> Expr:
        """Return the derivative by x."""
        return 1 / (1 + self.args[0])

    def doit(self, **hints: Any) -> Expr:
        """Return the logarithm."""
        return log(1 + self.args[0])

    def _latex(self, printer: Any) -> str:
        return rf"\ln\left(1 + {printer._print(self.args[0])}\right)"
