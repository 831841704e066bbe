"""Real and imaginary parts, moduli and signs of expressions, kept in factors.

SymPy's `as_real_imag` multiplies everything out.  Here a sum stays a sum and a product stays a
product, so that a formula keeps the shape in which it was derived.
"""

from typing import Any

from sympy import (
    Abs,
    Add,
    Expr,
    Function,
    I,
    Max,
    Min,
    Mul,
    Piecewise,
    Pow,
    S,
    Symbol,
    acos,
    acosh,
    arg,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    conjugate,
    cos,
    exp,
    factor_terms,
    im,
    log,
    re,
    sin,
    sqrt,
)
from sympy import sign as sign_of

from symsync.expressions.checks import require_expressions

__all__ = [
    "Re",
    "in_real_parts",
    "is_phase",
    "modulus",
    "real_imag",
    "scaled_parts",
    "with_plus_sign",
]

Parts = tuple[Expr, Expr]


class Re(Function):
    """The real part of its argument, printed as Re[…]; `doit()` writes it in real functions."""

    is_extended_real = True

    def __new__(cls, *args: Any, **options: Any) -> Any:
        """Return the real part of one expression; text is not read."""
        require_expressions(cls.__name__, args)
        return super().__new__(cls, *args, **options)

    def doit(self, **hints: Any) -> Expr:
        """Return the real part in real functions."""
        return real_imag(self.args[0].doit(**hints))[0]

    def _eval_derivative(self, variable: Symbol) -> Expr:
        return Re(self.args[0].diff(variable))

    def _eval_evalf(self, prec: int) -> Expr:
        return re(self.args[0].evalf(n=max(15, int(prec / 3.33))))


def _product(a: Parts, b: Parts) -> Parts:
    return a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]


def real_imag(expression: Any) -> Parts:
    """Return the real and the imaginary part, and multiply out only what is complex.

    Symbols are declared real; any other symbol stands for a complex number.  A root, a logarithm
    or an inverse function of a real number is taken as real: it has no value elsewhere.
    """
    if expression.is_extended_real or expression is S.NaN or _is_real_where_defined(expression):
        return expression, S.Zero
    if expression is I:
        return S.Zero, S.One
    if isinstance(expression, Add):
        parts = [real_imag(term) for term in expression.args]
        return Add(*(part[0] for part in parts)), Add(*(part[1] for part in parts))
    if isinstance(expression, Mul) or _is_inverse(expression):
        scale, sign, x, y = scaled_parts(expression)
        return scale * sign * x, scale * sign * y
    if isinstance(expression, exp):
        x, y = real_imag(expression.args[0])
        return exp(x) * cos(y), exp(x) * sin(y)
    if isinstance(expression, Pow) and expression.exp.is_Integer:
        total = real_imag(expression.base)
        for _ in range(int(expression.exp) - 1):
            total = _product(total, real_imag(expression.base))
        return total
    if isinstance(expression, conjugate):
        x, y = real_imag(expression.args[0])
        return x, -y
    if isinstance(expression, Piecewise):
        cases = [(*real_imag(value), condition) for value, condition in expression.args]
        return Piecewise(*((x, c) for x, _, c in cases)), Piecewise(*((y, c) for _, y, c in cases))
    return re(expression), im(expression)


_REAL = (acos, acosh, asin, asinh, atan, atan2, atanh, log, sign_of, Max, Min)
"""Functions that are real where they are defined, if their arguments are."""


def _is_real_where_defined(expression: Any) -> bool:
    power = isinstance(expression, Pow) and not expression.exp.is_Integer
    if not (power or isinstance(expression, _REAL)):
        return False
    return all(real_imag(arg)[1] == 0 for arg in expression.args)


def _is_inverse(expression: Any) -> bool:
    return isinstance(expression, Pow) and bool(expression.exp.is_Integer and expression.exp < 0)


def scaled_parts(product: Any) -> tuple[Expr, Expr, Expr, Expr]:
    """Return (scale, sign, x, y) with z = scale·sign·(x + iy), all four real and scale ≥ 0.

    `scale` holds the factors that are known to be non-negative, and the squared moduli of complex
    denominators.  `sign` holds the real factors that may be negative.
    """
    scale: list[Expr] = []
    sign: list[Expr] = []
    total: Parts = (S.One, S.Zero)
    for factor in Mul.make_args(product):
        if factor.is_extended_nonnegative:
            scale.append(factor)
        elif factor.is_Rational:
            scale.append(-factor)
            sign.append(S.NegativeOne)
        elif factor.is_extended_real:
            sign.append(factor)
        elif _is_inverse(factor):
            x, y = real_imag(1 / factor)
            scale.append(1 / (x**2 + y**2))
            total = _product(total, (x, -y))
        else:
            total = _product(total, real_imag(factor))
    return Mul(*scale), Mul(*sign), factor_terms(total[0]), factor_terms(total[1])


def modulus(expression: Any) -> Expr:
    """Return |z| as the product of the moduli of its factors."""
    if isinstance(expression, Mul):
        return Mul(*(modulus(factor) for factor in expression.args))
    if isinstance(expression, Pow) and expression.exp.is_Integer:
        return modulus(expression.base) ** expression.exp
    if isinstance(expression, exp):
        return exp(real_imag(expression.args[0])[0])
    x, y = real_imag(expression)
    return Abs(x) if y == 0 else sqrt(x**2 + y**2)


def with_plus_sign(product: Any) -> Any:
    """Return −c(a − b)… as c(b − a)…, with the minus sign moved into the first difference.

    A difference from a number, such as 1 − e^{−x}, stays as it is.
    """
    if not (product.is_Mul and product.args[0].is_Rational and product.args[0] < 0):
        return product
    factors = list(product.args)
    for k, factor in enumerate(factors):
        if isinstance(factor, Add) and _is_difference(factor):
            return Mul(-factors[0], *factors[1:k], -factor, *factors[k + 1 :])
    return product


def is_phase(value: Any) -> bool:
    """Whether an expression is e^{iθ} of a real θ."""
    return isinstance(value, exp) and (value.args[0] / S.ImaginaryUnit).is_real is True


def in_real_parts(value: Any) -> Any:
    """Return an expression as a polynomial in i, in phases, and in what is real.

    1/(x + iy) becomes (x − iy)/(x² + y²): conjugation then changes i and the phases alone.

    Raises
    ------
    ValueError
        If a part of it has no real and imaginary part in closed form.
    """
    if value.is_extended_real or value is S.ImaginaryUnit or is_phase(value):
        return value
    if isinstance(value, Add | Mul):
        return value.func(*map(in_real_parts, value.args))
    if isinstance(value, Pow) and value.exp.is_Integer and value.exp > 0:
        return in_real_parts(value.base) ** value.exp
    if not value.has(S.ImaginaryUnit):
        return value
    x, y = real_imag(value)
    if x.has(re, im, arg) or y.has(re, im, arg):
        raise ValueError(
            f"The number {value} has no real and imaginary part in closed form. Write it as "
            "x + I*y or r*exp(I*chi), with real symbols."
        )
    return x + S.ImaginaryUnit * y


def _is_difference(total: Add) -> bool:
    negative = [term.could_extract_minus_sign() for term in total.args]
    return any(negative) and not any(term.is_number for term in total.args)
