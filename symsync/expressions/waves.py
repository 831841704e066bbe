"""The highest point of a sum of waves, and where it lies, as single nodes of a formula."""

from collections.abc import Iterator
from typing import Any, ClassVar

import mpmath
from sympy import Add, Expr, Integer, cos, sin

from symsync.expressions import stable
from symsync.expressions.spectral_function import SpectralFunction

__all__ = ["WaveFunction", "WaveMaximum", "WavePhase"]


class WaveFunction(SpectralFunction):
    """A function of x₁, y₁, x₂, y₂, …, xₙ, yₙ that describes Σ x_k cos kφ − y_k sin kφ."""

    def __new__(cls, *args: Any, **options: Any) -> Any:
        """Return the function of the two parts of each harmonic, at least two harmonics."""
        if len(args) < 4 or len(args) % 2:
            raise ValueError(
                f"The arguments of {cls.__name__} must be x_1, y_1, …, x_n, y_n of at least two "
                f"harmonics, but are {len(args)}. Write 0 for parts that vanish."
            )
        return super().__new__(cls, *args, **options)

    head: ClassVar[str]

    @property
    def is_batched(self) -> bool:
        """Whether there are more than two harmonics."""
        return len(self.args) > 4

    def _harmonics(self) -> Iterator[tuple[int, Expr, Expr]]:
        """Yield k, x_k and y_k."""
        return zip(range(1, len(self.args)), self.args[::2], self.args[1::2], strict=False)

    def _latex(self, printer: Any) -> str:
        waves = ""
        for k, x, y in self._harmonics():
            turn = r"\phi" if k == 1 else rf" {k}\phi"
            waves += "".join(
                rf" {sign} {_factor(printer, part)}\{wave}{turn}"
                for sign, part, wave in (("+", x, "cos"), ("-", y, "sin"))
                if part != 0
            )
        return rf"{self.head}_\phi\left[{waves.removeprefix(' + ').strip() or '0'}\right]"


def _factor(printer: Any, part: Expr) -> str:
    source = str(printer._print(part))
    return rf"\left({source}\right)" if isinstance(part, Add) else source


class WaveMaximum(WaveFunction):
    """The maximum over φ of Σ x_k cos kφ − y_k sin kφ.

    Of two harmonics, let A and B be the moduli of c₁ and c₂, and κ ∈ [0, π] the modulus of the
    angle of c₂c₁*².  The maximum is A cos s + B cos(κ − 2s), where s is the only solution of
    A sin s = 2B sin(κ − 2s) in [0, κ/2].
    """

    head = r"\max"
    is_extended_nonnegative = True

    def fdiff(self, argindex: int = 1) -> Expr:
        """Return the derivative by an argument: the maximum moves, but does not change by that."""
        k, phase = (argindex + 1) // 2, WavePhase(*self.args)
        return cos(k * phase) if argindex % 2 else -sin(k * phase)

    @staticmethod
    def definition(*waves: Any) -> Any:
        """Return the maximum over φ."""
        return _highest(waves)[0]

    @staticmethod
    def stable(*waves: Any) -> Any:
        """Return the maximum over φ of two harmonics by Newton's method."""
        return stable.two_waves(*waves)[0]


class WavePhase(WaveFunction):
    """The φ in (−π, π] at which Σ x_k cos kφ − y_k sin kφ is largest.

    If several maxima are equal, it is the one nearest to zero; if two are equally near, it is the
    positive one.  If all arguments are zero, it is nan.
    """

    head = r"\operatorname*{arg\,max}"

    def fdiff(self, argindex: int = 1) -> Expr:
        """Return the derivative by an argument, from that of the slope, which stays zero."""
        n = Integer((argindex + 1) // 2)
        slope = -n * (sin(n * self) if argindex % 2 else cos(n * self))
        bent = (k**2 * (x * cos(k * self) - y * sin(k * self)) for k, x, y in self._harmonics())
        return slope / Add(*bent)

    @staticmethod
    def definition(*waves: Any) -> Any:
        """Return the φ of the maximum."""
        return _highest(waves)[1]

    @staticmethod
    def stable(*waves: Any) -> Any:
        """Return the φ of the maximum of two harmonics by Newton's method."""
        return stable.two_waves(*waves)[1]


def _highest(waves: tuple[Any, ...]) -> tuple[Any, Any]:
    """Return the maximum and its phase, from the roots of the derivative, a polynomial in e^{iφ}.

    Waves that are too faint to move the maximum within the precision do not enter the polynomial.
    """
    amplitudes = [mpmath.mpc(x, y) for x, y in zip(waves[::2], waves[1::2], strict=True)]
    total = mpmath.fsum(map(abs, amplitudes))
    if total == 0:
        return mpmath.mpf(0), mpmath.nan
    if not any(amplitudes[1:]):
        return abs(amplitudes[0]), mpmath.arg(mpmath.conj(amplitudes[0]))
    slopes = [k * c for k, c in enumerate(amplitudes, 1)]
    while abs(slopes[-1]) <= mpmath.ldexp(total, -mpmath.mp.prec):
        slopes.pop()
    polynomial = [*reversed(slopes), 0, *(-mpmath.conj(c) for c in slopes)]
    roots = mpmath.polyroots(polynomial, maxsteps=500, extraprec=500)

    def height(phase: Any) -> Any:
        return mpmath.fsum((c * mpmath.expj(k * phase)).real for k, c in enumerate(amplitudes, 1))

    phases = [mpmath.arg(root) for root in roots]
    best = max(map(height, phases))
    slack = total * mpmath.ldexp(1, -mpmath.mp.prec // 3)
    equal = [phase for phase in phases if best - height(phase) <= slack]
    near = min(map(abs, equal)) + mpmath.ldexp(1, -mpmath.mp.prec // 6)
    return best, max(phase for phase in equal if abs(phase) <= near)
