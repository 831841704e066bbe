"""The few functions that SymPy lacks: divided differences of exp, and complex parts in factors.

SymPy's `as_real_imag` multiplies everything out.
Here sums stay sums and products stay products, so that a formula keeps the shape it was derived in
and, evaluated, adds what was added on paper.
"""

from typing import Any

import mpmath
from sympy import (
    Abs,
    Add,
    Expr,
    Function,
    I,
    Mul,
    Pow,
    S,
    conjugate,
    cos,
    default_sort_key,
    exp,
    expand,
    factor_terms,
    factorial,
    im,
    re,
    sin,
    sqrt,
)

__all__ = ["DividedDifference", "Re", "modulus", "real_imag", "scaled_parts", "with_plus_sign"]

Parts = tuple[Expr, Expr]


class DividedDifference(Function):
    """The divided difference of s ↦ e^{st} at the nodes s₀, …, s_n.

    `DividedDifference(t, 0, -λ₁, …, -λ_n)` is the inverse Laplace transform of
    1/(s (s+λ₁) … (s+λ_n)): what a path through n coherences has become at time t.
    At n = 1 it is (1 − e^{−λt})/λ.  It is finite where nodes meet, and `doit()` writes it out.
    """

    @classmethod
    def eval(cls, t: Any, *nodes: Any) -> Expr | None:
        """Order the nodes, zero first, and write a single one as the exponential that it is."""
        if len(nodes) == 1:
            number, primitive = nodes[0].as_content_primitive()
            if primitive.could_extract_minus_sign():
                number, primitive = -number, -primitive
            return exp(Mul(number, t, primitive))
        ordered = sorted(nodes, key=lambda node: (node != 0, default_sort_key(node)))
        return None if list(nodes) == ordered else cls(t, *ordered)

    def _eval_is_extended_real(self) -> bool | None:
        return True if all(arg.is_extended_real for arg in self.args) else None

    def _eval_conjugate(self) -> Expr:
        return self.func(*(conjugate(arg) for arg in self.args))

    def doit(self, **hints: Any) -> Expr:
        """Return the sum of exponentials (times powers of t where nodes coincide)."""
        t, *nodes = self.args
        last = nodes[-1]
        apart = [k for k, node in enumerate(nodes) if node != last]
        if not apart:
            order = len(nodes) - 1
            return t**order * exp(last * t) / factorial(order)
        k = apart[-1]  # not the node 0 if it can be helped: it belongs in both halves
        gap = expand(nodes[k] - last)
        halves = [self.func(t, *nodes[:k], *nodes[k + 1 :]), self.func(t, *nodes[:-1])]
        if gap.could_extract_minus_sign():
            gap = -gap
            halves.reverse()
        content, primitive = gap.as_content_primitive()
        return Mul(1 / content, halves[1].doit() - halves[0].doit(), 1 / primitive)

    def fdiff(self, argindex: int = 1) -> Expr:
        """d/dt: x₀ f[x₀…x_n] + f[x₁…x_n]; d/dx_k: the node k doubled."""
        t, *nodes = self.args
        if argindex == 1:
            return nodes[0] * self + self.func(t, *nodes[1:])
        return self.func(t, *nodes, nodes[argindex - 2])

    def _eval_evalf(self, prec: int) -> Expr:
        values = [arg._to_mpmath(prec) for arg in self.args]
        with mpmath.workprec(prec):
            return Expr._from_mpmath(divided_difference(*values), prec)


def divided_difference(t: Any, *nodes: Any) -> Any:
    """Return the divided difference of s ↦ e^{st} at mpmath numbers, to the working precision.

    Each difference of nodes that nearly meet costs the digits of the gap, which are added first.
    """
    gaps = [(a - b) * t for k, a in enumerate(nodes) for b in nodes[:k] if t != 0 and a != b]
    lost = max([0, *(-mpmath.mag(gap) for gap in gaps)])
    with mpmath.extraprec(20 + len(nodes) * int(lost)):
        value = _divided_difference(t, *nodes)
    return +value


def _divided_difference(t: Any, *nodes: Any) -> Any:
    first = nodes[0]
    apart = next((k for k, node in enumerate(nodes) if node != first), None)
    if apart is None:
        order = len(nodes) - 1
        return t**order * mpmath.exp(first * t) / mpmath.factorial(order)
    without = nodes[:apart] + nodes[apart + 1 :]
    upper = _divided_difference(t, *nodes[1:])
    return (upper - _divided_difference(t, *without)) / (nodes[apart] - first)


class Re(Function):
    """The real part of its argument, kept as it stands for reading; `doit()` splits it."""

    is_extended_real = True

    def doit(self, **hints: Any) -> Expr:
        """Return the real part in real functions."""
        return real_imag(self.args[0].doit(**hints))[0]

    def _eval_evalf(self, prec: int) -> Expr:
        return re(self.args[0].evalf(n=max(15, int(prec / 3.33))))


def _product(a: Parts, b: Parts) -> Parts:
    return a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]


def real_imag(expression: Any) -> Parts:
    """Return the real and the imaginary part, multiplying out only what is complex.

    Symbols must be declared real, or stand for complex numbers of their own.
    """
    if expression.is_extended_real:
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
    return re(expression), im(expression)


def _is_inverse(expression: Any) -> bool:
    return isinstance(expression, Pow) and bool(expression.exp.is_Integer and expression.exp < 0)


def scaled_parts(product: Any) -> tuple[Expr, Expr, Expr, Expr]:
    """Return (scale, sign, x, y) with z = scale·sign·(x + iy), all four real and scale ≥ 0.

    What is known not to be negative is in the scale, with the squared moduli of the complex
    denominators; real factors that may be negative are in the sign.
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
    """Return |z| with the moduli of factors kept apart."""
    if isinstance(expression, Mul):
        return Mul(*(modulus(factor) for factor in expression.args))
    if isinstance(expression, Pow) and expression.exp.is_Integer:
        return modulus(expression.base) ** expression.exp
    if isinstance(expression, exp):
        return exp(real_imag(expression.args[0])[0])
    x, y = real_imag(expression)
    return Abs(x) if y == 0 else sqrt(x**2 + y**2)


def with_plus_sign(product: Any) -> Any:
    """Return −c(a − b)… as c(b − a)…: the sign of a product taken into its first difference.

    A difference from a number, such as 1 − e^{−x}, stays as it is.
    """
    if not (product.is_Mul and product.args[0].is_Rational and product.args[0] < 0):
        return product
    factors = list(product.args)
    for k, factor in enumerate(factors):
        if isinstance(factor, Add) and _is_difference(factor):
            return Mul(-factors[0], *factors[1:k], -factor, *factors[k + 1 :])
    return product


def _is_difference(total: Add) -> bool:
    negative = [term.could_extract_minus_sign() for term in total.args]
    return any(negative) and not any(term.is_number for term in total.args)
