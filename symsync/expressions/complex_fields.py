"""Formulas as pairs x + iy over any field, with roots, angles and exponentials.

What is no field operation becomes a generator of the field: a positive one for e^a, and u with
cos a = (1 − u²)/(1 + u²) and sin a = 2u/(1 + u²) for an angle a.  Sums and multiples of angles and
exponents are products.
"""

from collections.abc import Callable, Mapping
from functools import reduce
from math import lcm
from typing import Any

from sympy import (
    Abs,
    Add,
    Dummy,
    Expr,
    Function,
    I,
    Integer,
    Max,
    Min,
    Mul,
    NumberSymbol,
    Pow,
    Rational,
    S,
    Symbol,
    cancel,
    conjugate,
    cos,
    exp,
    expand,
    factor,
    im,
    log,
    pi,
    re,
    sign,
    sin,
)
from sympy.functions.elementary.hyperbolic import HyperbolicFunction
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from symsync.expressions.complex_parts import Re, real_imag
from symsync.expressions.definitions import NamedExpression
from symsync.expressions.divided_differences import DividedDifference
from symsync.expressions.spectral import (
    Divergence,
    EntropyTerm,
    LogarithmicMean,
    LogOnePlus,
    TimesLog,
)

__all__ = ["ComplexField", "FinerError", "NotInFieldError", "Pair", "linear_terms"]

Pair = tuple[Any, Any]
"""The real and the imaginary part."""

WRITTEN_OUT = (Divergence, DividedDifference, EntropyTerm, LogarithmicMean, LogOnePlus, TimesLog)
"""Nodes that are logarithms or exponentials."""

LONG, SHORT = 1000, 100
"""Parts of an angle or exponent up to which it is expanded, and up to which it is reduced to lowest
terms, or the argument of a logarithm factored."""


class NotInFieldError(Exception):
    """A formula has no value in this field, or none that is computed here."""


class FinerError(Exception):
    """A smaller part of an angle or of an exponent is needed; the fractions are known now."""


def linear_terms(expression: Expr) -> dict[Expr, Rational]:
    """Return {term: rational number in front} of the expanded expression.

    Functions in it are left as they are, and what is long is not expanded.
    """
    parts = _parts_of(expression, LONG)
    if parts:
        kept = {part: Dummy() for part in parts if isinstance(part, Function | NamedExpression)}
        back = {symbol: node for node, symbol in kept.items()}
        short = expression.xreplace(kept)
        has_sums_below = any(isinstance(part, Pow) and part.base.is_Add for part in parts)
        short = cancel(short) if has_sums_below and len(parts) <= SHORT else short
        expression = expand(short).xreplace(back)
    terms: dict[Expr, Rational] = {}
    for term in Add.make_args(expression):
        number, rest = term.as_coeff_Mul(rational=True)
        terms[rest] = terms.get(rest, S.Zero) + number
    return {rest: number for rest, number in terms.items() if number != 0}


def _parts_of(expression: Expr, most: int) -> list[Any]:
    """Return all parts of an expression, each definition being one, or none if there are more."""
    waiting: list[Any] = [expression]
    found: list[Any] = []
    while waiting:
        part = waiting.pop()
        found.append(part)
        if len(found) > most:
            return []
        if not isinstance(part, NamedExpression):
            waiting += part.args
    return found


class ComplexField:
    """Computes formulas over a field, each part once; what the field is, a subclass says.

    Parameters
    ----------
    fractions
        {(kind, term): n}, where the generator belongs to the n-th part of an angle or exponent.  It
        grows: after a `FinerError` a new instance with the same fractions goes further.
    """

    zero: Any
    one: Any

    def __init__(self, fractions: dict[Any, int]) -> None:
        self.fractions = fractions
        self.found: dict[Any, Pair] = {}

    # What a subclass says ----------------------------------------------------------------------

    def number(self, value: Rational) -> Any:
        """Return a rational number."""
        raise NotImplementedError

    def generator(self, key: Any, positive: bool) -> Any:
        """Return the generator of this name."""
        raise NotImplementedError

    def plus(self, a: Any, b: Any) -> Any:
        """Return a + b."""
        raise NotImplementedError

    def times(self, a: Any, b: Any) -> Any:
        """Return ab."""
        raise NotImplementedError

    def inverse(self, a: Any) -> Any:
        """Return 1/a."""
        raise NotImplementedError

    def power(self, key: Any, base: Any, exponent: Rational) -> Pair:
        """Return a fractional power of a real number; the key names its base in all fields."""
        raise NotImplementedError

    def node(self, expression: Expr) -> Pair:
        """Return what has no rule here."""
        raise NotImplementedError

    # Complex numbers ---------------------------------------------------------------------------

    def minus(self, a: Any) -> Any:
        """Return −a."""
        return self.times(self.number(S.NegativeOne), a)

    def add(self, a: Pair, b: Pair) -> Pair:
        """Return the sum of complex numbers."""
        return self.plus(a[0], b[0]), self.plus(a[1], b[1])

    def subtract(self, a: Pair, b: Pair) -> Pair:
        """Return the difference of complex numbers."""
        return self.plus(a[0], self.minus(b[0])), self.plus(a[1], self.minus(b[1]))

    def multiply(self, a: Pair, b: Pair) -> Pair:
        """Return the product of complex numbers."""
        (x, y), (u, v) = a, b
        if y == self.zero and v == self.zero:
            return self.times(x, u), self.zero
        real = self.plus(self.times(x, u), self.minus(self.times(y, v)))
        return real, self.plus(self.times(x, v), self.times(y, u))

    def invert(self, a: Pair) -> Pair:
        """Return the inverse of a complex number."""
        if a[1] == self.zero:
            return self.inverse(a[0]), self.zero
        below = self.inverse(self.square(a))
        return self.times(a[0], below), self.minus(self.times(a[1], below))

    def square(self, a: Pair) -> Any:
        """Return |a|²."""
        return self.plus(self.times(a[0], a[0]), self.times(a[1], a[1]))

    def raised(self, a: Pair, n: int) -> Pair:
        """Return aⁿ for a whole number n."""
        if n < 0:
            a, n = self.invert(a), -n
        found = self.one, self.zero
        while n:
            if n % 2:
                found = self.multiply(found, a)
            n //= 2
            a = self.multiply(a, a) if n else a
        return found

    # Formulas ----------------------------------------------------------------------------------

    def value(self, expression: Expr) -> Pair:
        """Return a formula, each of its parts computed once.

        Raises
        ------
        NotInFieldError
            If it has no value here.
        FinerError
            If a new instance is needed.
        """
        if expression not in self.found:
            self.found[expression] = self._value(expression)
        return self.found[expression]

    def real(self, expression: Expr) -> Any:
        """Return a formula that is real."""
        x, y = self.value(expression)
        if y != self.zero:
            raise NotInFieldError
        return x

    def _value(self, expression: Expr) -> Pair:
        match expression:
            case Rational():
                return self.number(expression), self.zero
            case NamedExpression():
                return self.value(expression.value)
            case Symbol():
                if expression.is_extended_real:
                    return self.generator(expression, _is_positive(expression)), self.zero
                parts = [self.generator((expression, part), False) for part in ("re", "im")]
                return parts[0], parts[1]
            case NumberSymbol() if expression is pi:
                return self.generator(expression, True), self.zero
            case NumberSymbol() if expression is S.Exp1:
                return self._exponential_of(S.One)
            case Add():
                return reduce(self.add, map(self.value, expression.args))
            case Mul():
                return reduce(self.multiply, map(self.value, expression.args))
            case Pow() if expression.exp.is_Integer:
                return self.raised(self.value(expression.base), int(expression.exp))
            case Pow() if expression.exp.is_Rational:
                base = expression.base
                return self.power(base, self.real(base), expression.exp)
        if expression is I:
            return self.zero, self.one
        rule = _RULES.get(expression.func)
        if rule is not None:
            return rule(self, expression)
        if isinstance(expression, WRITTEN_OUT):
            return self.value(expression.doit())
        if isinstance(expression, HyperbolicFunction | TrigonometricFunction):
            return self.value(expression.rewrite(exp))
        return self.node(expression)

    def _exponential(self, expression: Expr) -> Pair:
        return self._exponential_of(expression.args[0])

    def _exponential_of(self, exponent: Expr) -> Pair:
        x, y = real_imag(exponent)
        grown = self.one
        for term, number in linear_terms(x).items():
            parts = self._parts("exponent", term, number)
            step = self.generator(("exponent", term), True), self.zero
            grown = self.times(grown, self.raised(step, parts)[0])
        turned = self.turned(y)
        return self.times(grown, turned[0]), self.times(grown, turned[1])

    def turned(self, angle: Expr) -> Pair:
        """Return (cos, sin) of a real angle."""
        key = "angle", angle
        if key not in self.found:
            self.found[key] = self._turned(angle)
        return self.found[key]

    def _turned(self, angle: Expr) -> Pair:
        if not angle.is_extended_real:
            raise NotInFieldError
        found = self.one, self.zero
        for term, number in linear_terms(angle).items():
            if term is pi:
                parts = [f(number * pi) for f in (cos, sin)]
                if any(isinstance(part, cos | sin) for part in parts):
                    raise NotInFieldError
                step = self.real(parts[0]), self.real(parts[1])
            else:
                whole = self._parts("angle", term, number)
                u = self.generator(("angle", term), False)
                below = self.inverse(self.square((self.one, u)))
                above = self.plus(self.one, self.minus(self.times(u, u))), self.plus(u, u)
                step = self.raised(
                    (self.times(above[0], below), self.times(above[1], below)), whole
                )
            found = self.multiply(found, step)
        return found

    def _parts(self, kind: str, term: Expr, number: Rational) -> int:
        """Return how many times the smallest part of an angle or exponent is taken."""
        known = self.fractions.setdefault((kind, term), 1)
        if known % number.q:
            self.fractions[kind, term] = lcm(known, int(number.q))
            raise FinerError
        return int(number * known)

    def _cos(self, expression: Expr) -> Pair:
        angle = expression.args[0]
        if not angle.is_extended_real:
            return self.value(expression.rewrite(exp))
        return self.turned(angle)[expression.func is sin], self.zero

    def _logarithm(self, expression: Expr) -> Pair:
        """Return the sum of the logarithms of factors that are known to be positive."""
        argument = expression.args[0]
        parts = _parts_of(argument, SHORT)
        if parts and not any(isinstance(part, NamedExpression) for part in parts):
            argument = factor(argument)
        terms, rest = [], S.One
        for part in Mul.make_args(argument):
            base, power = part.as_base_exp()
            if base.is_positive and power.is_Rational:
                terms.append(power * log(base))
            else:
                rest *= part
        total = Add(*terms, log(rest))
        return self.node(total) if total.func is log else self.value(total)

    def _modulus(self, expression: Expr) -> Pair:
        return self.absolute(expression, self.value(expression.args[0]))

    def absolute(self, key: Any, a: Pair) -> Pair:
        """Return |a| under a key of its own."""
        return self.power(key, self.square(a), Rational(1, 2))

    def _sign(self, expression: Expr) -> Pair:
        return self.value(expression.args[0] / Abs(expression.args[0]))

    def _extreme(self, expression: Expr) -> Pair:
        """Return the largest or the smallest argument, from (a + b ± |a − b|)/2."""
        direction = self.number(Integer(1 if expression.func is Max else -1))
        half = self.number(Rational(1, 2))
        best, *others = map(self.real, expression.args)
        for k, other in enumerate(others):
            gap = self.plus(best, self.minus(other)), self.zero
            x, y = self.absolute((expression, k), gap)
            if y != self.zero:
                raise NotInFieldError
            total = self.plus(self.plus(best, other), self.times(direction, x))
            best = self.times(half, total)
        return best, self.zero

    def _real_part(self, expression: Expr) -> Pair:
        return self.value(expression.args[0])[0], self.zero

    def _imaginary_part(self, expression: Expr) -> Pair:
        return self.value(expression.args[0])[1], self.zero

    def _conjugate(self, expression: Expr) -> Pair:
        x, y = self.value(expression.args[0])
        return x, self.minus(y)


_RULES: Mapping[Any, Callable[[ComplexField, Expr], Pair]] = {
    exp: ComplexField._exponential,
    cos: ComplexField._cos,
    sin: ComplexField._cos,
    log: ComplexField._logarithm,
    Abs: ComplexField._modulus,
    sign: ComplexField._sign,
    Max: ComplexField._extreme,
    Min: ComplexField._extreme,
    re: ComplexField._real_part,
    Re: ComplexField._real_part,
    im: ComplexField._imaginary_part,
    conjugate: ComplexField._conjugate,
}


def _is_positive(symbol: Symbol) -> bool:
    return bool(symbol.is_extended_nonnegative)
