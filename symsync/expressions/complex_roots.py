"""The roots of quadratic polynomials with complex coefficients, in real functions.

The roots of λ² + 2bλ + c are −b ± √z with z = b² − c.  With z = x + iy, both parts of √z and the
slower one of the rates −Re λ are single nodes of a formula, which lose no digits.
"""

from typing import Any, ClassVar

import mpmath
from sympy import Expr, Max, S, sign, sqrt

from symsync.expressions import stable
from symsync.expressions.spectral_function import SpectralFunction

__all__ = ["ImaginaryRoot", "RealRoot", "SlowerRate"]


class _RootPart(SpectralFunction):
    """A part of √(x + iy), whose real part is not negative."""

    nargs = 2
    part: ClassVar[str]

    @classmethod
    def definition(cls, x: Any, y: Any) -> Any:
        """Return the part of the root."""
        root = mpmath.sqrt(mpmath.mpc(x, y if y else 0))
        return root.real if cls.part == "Re" else root.imag

    def fdiff(self, argindex: int = 1) -> Expr:
        """Return the derivative, from ∂√z = 1/(2√z)."""
        x, y = self.args
        size = 2 * sqrt(x**2 + y**2)
        if (self.part == "Re") == (argindex == 1):
            return RealRoot(x, y) / size
        return ImaginaryRoot(x, y) / size * (1 if self.part == "Re" else -1)

    def _latex(self, printer: Any, exp: str = "") -> str:
        return _powered(_root(printer, self.part, *self.args), exp)


class RealRoot(_RootPart):
    """Re √(x + iy) ≥ 0."""

    part = "Re"
    is_extended_nonnegative = True
    stable = staticmethod(stable.real_root)

    @classmethod
    def eval(cls, x: Any, y: Any) -> Expr | None:
        """Return the root of a real number whose sign is known."""
        if y == 0 and x.is_extended_nonnegative:
            return sqrt(x)
        return S.Zero if y == 0 and x.is_extended_nonpositive else None

    def doit(self, **hints: Any) -> Expr:
        """Return the part in roots of real numbers."""
        x, y = self.args
        return sqrt(Max(0, x)) if y == 0 else sqrt((sqrt(x**2 + y**2) + x) / 2)


class ImaginaryRoot(_RootPart):
    """Im √(x + iy), of the sign of y; it is √−x for y = 0 and x < 0."""

    part = "Im"
    stable = staticmethod(stable.imaginary_root)

    @classmethod
    def eval(cls, x: Any, y: Any) -> Expr | None:
        """Return the root of a real number whose sign is known."""
        if y == 0 and x.is_extended_nonpositive:
            return sqrt(-x)
        return S.Zero if y == 0 and x.is_extended_nonnegative else None

    def doit(self, **hints: Any) -> Expr:
        """Return the part in roots of real numbers."""
        x, y = self.args
        return sqrt(Max(0, -x)) if y == 0 else sign(y) * sqrt((sqrt(x**2 + y**2) - x) / 2)


class SlowerRate(SpectralFunction):
    """The slower rate b − Re √(x + iy) of two roots −b ± √(x + iy), b ≥ 0, which decay.

    The fourth argument is 4b²(b² − x) − y², in a form that does not cancel: it is
    2(2b² − x + |z|) times the product of both rates.
    """

    nargs = 4
    stable = staticmethod(stable.slower_rate)

    @classmethod
    def eval(cls, b: Any, x: Any, y: Any, _: Any) -> Expr | None:
        """Return b if the roots have the same real part."""
        return b if y == 0 and x.is_extended_nonpositive else None

    @staticmethod
    def definition(b: Any, x: Any, y: Any, _: Any) -> Any:
        """Return the rate."""
        return b - mpmath.sqrt(mpmath.mpc(x, y)).real

    def fdiff(self, argindex: int = 1) -> Expr:
        """Return the derivative by b, x or y; the other argument tells nothing new."""
        _, x, y, _ = self.args
        if argindex in (2, 3):
            return -RealRoot(x, y).fdiff(argindex - 1)
        return S.One if argindex == 1 else S.Zero

    def doit(self, **hints: Any) -> Expr:
        """Return the rate in roots of real numbers."""
        b, x, y, _ = self.args
        return b - RealRoot(x, y).doit()

    def _latex(self, printer: Any, exp: str = "") -> str:
        b, x, y, _ = self.args
        return _powered(rf"{printer._print(b)} - {_root(printer, 'Re', x, y)}", exp or "1")


def _root(printer: Any, part: str, x: Expr, y: Expr) -> str:
    return rf"\operatorname{{{part}}}\sqrt{{{printer._print(x + S.ImaginaryUnit * y)}}}"


def _powered(source: str, power: str) -> str:
    index = "" if power in ("", "1") else f"^{{{power}}}"
    return rf"\left({source}\right){index}" if power else source
