"""What the claims share: the expansions of the model, and a test whether a formula vanishes."""

from functools import cache
from typing import Any

from sympy import (
    Add,
    Expr,
    S,
    cos,
    expand,
    expand_trig,
    factor,
    fraction,
    integrate,
    pi,
    sin,
    sqrt,
    sring,
    together,
)
from sympy.simplify.fu import TR8

from symsync.catalogue.letter_model import LetterModel
from symsync.derive.corrections import Series
from symsync.derive.series import steady_series
from symsync.expressions.complex_parts import real_imag
from symsync.model.system import spin_pair

__all__ = [
    "has_one_sign",
    "letter_model",
    "over_polar_angle",
    "root",
    "squared_modulus",
    "steady",
    "vanishes",
]


@cache
def letter_model() -> LetterModel:
    """Return the Letter's model with its exact state."""
    return LetterModel()


@cache
def steady() -> Series:
    """Return the Letter's steady state, order by order."""
    return steady_series(spin_pair())


def vanishes(expression: Any) -> bool:
    """Decide whether an expression in rational functions, exp, cos and sin is identically zero.

    The expression is brought over a common denominator, and the angles of sums are split.  Its
    numerator is then a polynomial in the symbols, roots, exponentials, cosines and sines.  The only
    relations between these are cos² + sin² = 1.
    """
    numerator = expand_trig(fraction(together(expand_trig(expression)))[0])
    if numerator == 0:
        return True
    angles = {wave.args[0] for wave in numerator.atoms(cos, sin)}
    circles = [cos(angle) ** 2 + sin(angle) ** 2 - 1 for angle in angles]
    _, (polynomial, *relations) = sring([numerator, *circles])
    return not polynomial.rem(relations)


def has_one_sign(polynomial: Expr) -> bool:
    """Whether a polynomial is never zero, as all its terms are squares or positive, or minus these.

    Its symbols are positive, or real.
    """
    terms = Add.make_args(expand(polynomial))
    upwards = all(term.is_nonnegative for term in terms) and any(t.is_positive for t in terms)
    downwards = all(term.is_nonpositive for term in terms) and any(t.is_negative for t in terms)
    return upwards or downwards


def squared_modulus(z: Expr) -> Expr:
    """Return |z|² as a rational function."""
    x, y = real_imag(z)
    return x**2 + y**2


def root(square: Expr) -> Expr:
    """Return the root of a positive rational function whose numerator is a square."""
    numerator, denominator = fraction(factor(square))
    return sqrt(numerator) / sqrt(denominator)


def over_polar_angle(density: Expr, theta: Any) -> Expr:
    """Return ∫₀^π dθ sinθ · density; products of half angles are first turned into sums."""
    measure = 2 * sin(theta / 2) * cos(theta / 2)
    total = S.Zero
    for product in Add.make_args(expand(density)):
        constant, rest = product.as_independent(theta, as_Add=False)
        waves = Add.make_args(expand(TR8(rest * measure)))
        total += constant * Add(*(integrate(wave, (theta, 0, pi)) for wave in waves))
    return total
