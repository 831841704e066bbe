"""The highest point of a sum of waves, and where it lies, as single nodes of a formula."""

from collections.abc import Iterator
from typing import Any, ClassVar

import mpmath
from sympy import Add, Expr, Integer, cos, sin

from symsync.expressions import stable
from symsync.expressions.spectral_function import SpectralFunction

__all__ = ["WaveFunction", "WaveInformation", "WaveMaximum", "WavePhase"]


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
            for sign, other, part, wave in (("+", "-", x, "cos"), ("-", "+", y, "sin")):
                source = _factor(printer, part)
                if source.startswith("-"):
                    sign, source = other, source.removeprefix("-").lstrip()
                waves += rf" {sign} {source}\{wave}{turn}" if part != 0 else ""
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
        _, x, y = stable.two_waves(*waves)
        return y.angle(x)


class WaveInformation(WaveFunction):
    """The Fisher information ∫ p′²/p dφ of p = (1 + w)/2π with w = Σ x_k cos kφ − y_k sin kφ.

    p must not be negative.  Double precision sums over equidistant angles, twice as many until
    nothing changes.  Where the least value p₀ of 2πp is tiny, the integral varies as √p₀: below
    10⁻⁸ it is nan or known to 10⁻⁷, and `backend="mpmath"` has all digits.
    """

    head = r"\mathcal{I}"
    is_extended_nonnegative = True
    meaning = (
        r"\mathcal{I}_\phi[w] &= \int_{-\pi}^{\pi} \frac{(\partial_\phi w)^2}{1 + w}\,"
        r" \frac{d\phi}{2\pi}"
    )

    @property
    def is_batched(self) -> bool:
        """It has no elementary steps."""
        return True

    @staticmethod
    def definition(*waves: Any) -> Any:
        """Return −Res zP′²/P over the unit disk, where P is 1 + w as a function of z = e^{iφ}.

        With P = z⁻ⁿB(z) it is −Σ z_jP′(z_j) over the roots z_j in the disk, less the coefficient of
        zⁿ in A²/B for zP′ = z⁻ⁿA(z).  Both are about 1 and cancel for faint waves.
        """
        total = mpmath.fsum(map(abs, waves))
        if total == 0:
            return mpmath.mpf(0)
        precision = mpmath.mp.prec
        with mpmath.workprec(3 * precision + 64 + 4 * max(0, -mpmath.mag(total))):
            c = [mpmath.mpc(x, y) / 2 for x, y in zip(waves[::2], waves[1::2], strict=True)]
            while abs(c[-1]) <= mpmath.ldexp(total, -2 * precision):
                c.pop()
            n = len(c)
            below = [*(mpmath.conj(each) for each in reversed(c)), mpmath.mpf(1), *c]
            above = [k * each for k, each in enumerate(below, -n)]
            roots = mpmath.polyroots(below[::-1], maxsteps=500, extraprec=4 * precision + 500)
            inside = mpmath.fsum(mpmath.polyval(above[::-1], z) / z**n for z in roots if abs(z) < 1)
            square = [
                mpmath.fsum(above[j] * above[k - j] for j in range(k + 1)) for k in range(n + 1)
            ]
            ratio: list[Any] = []
            for k in range(n + 1):
                known = mpmath.fsum(ratio[j] * below[k - j] for j in range(k))
                ratio.append((square[k] - known) / below[0])
            found = -mpmath.re(inside + ratio[n])
        return +found


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
