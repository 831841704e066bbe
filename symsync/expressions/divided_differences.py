"""Divided differences of the exponential: what a path through coherences gives at time t."""

from typing import Any

import mpmath
from sympy import Expr, Function, Mul, Tuple, conjugate, default_sort_key, exp, expand, factorial

from symsync.expressions.checks import require_expressions
from symsync.expressions.complex_parts import Re, with_plus_sign
from symsync.expressions.definitions import nodes_of

__all__ = ["DividedDifference", "divided_difference", "with_exponentials"]


class DividedDifference(Function):
    """The divided difference of s ↦ e^{st} at the nodes s₀, …, s_n.

    `DividedDifference(t, 0, -λ₁, …, -λ_n)` is the inverse Laplace transform of
    1/(s (s+λ₁) … (s+λ_n)): what a path through n coherences gives at time t.
    For n = 1 it is (1 − e^{−λt})/λ.  It is finite if nodes coincide, and `doit()` writes it out.
    """

    def __new__(cls, *args: Any, **options: Any) -> Any:
        """Return the divided difference at t and the nodes; text is not read."""
        require_expressions(cls.__name__, args)
        return super().__new__(cls, *args, **options)

    @classmethod
    def eval(cls, t: Any, *nodes: Any) -> Expr | None:
        """Return e^{st} for a single node s, and otherwise the function with sorted nodes.

        SymPy calls this method for `DividedDifference(t, *nodes)`.

        Parameters
        ----------
        t
            The time.
        *nodes
            The s_k in 1/time.

        Returns
        -------
        Expr or None
            None if the nodes are sorted already, the node 0 first.

        Raises
        ------
        AttributeError
            If a single node is no SymPy expression.

        Examples
        --------
        >>> from sympy import Symbol
        >>> from symsync import DividedDifference
        >>> t, rate = Symbol("t"), Symbol("lambda", positive=True)
        >>> DividedDifference(t, -rate, 0)
        DividedDifference(t, 0, -lambda)
        >>> DividedDifference(t, -rate, 0).doit()
        (1 - exp(-lambda*t))/lambda
        """
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
        """Return the sum of exponentials, times powers of t if nodes coincide."""
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
        """Return d/dt = x₀ f[x₀…x_n] + f[x₁…x_n], or d/dx_k, which doubles the node x_k."""
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

    Two nodes that nearly meet cost as many digits as their gap is small.  These digits are added
    before the computation.
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


def with_exponentials(expression: Any) -> Any:
    """Return an expression with its divided differences written out, minus signs gathered in."""
    differences = nodes_of(expression, DividedDifference)
    explicit = expression.xreplace({each: each.doit() for each in differences})
    explicit = explicit.xreplace({part: _number_first(part) for part in nodes_of(explicit, Re)})
    if isinstance(explicit, Tuple):
        return Tuple(*(with_plus_sign(component) for component in explicit))
    return with_plus_sign(explicit)


def _number_first(part: Re) -> Any:
    """Return Re(c z) as c Re(z) for a positive number c."""
    number, rest = with_plus_sign(part.args[0]).as_coeff_Mul()
    return abs(number) * Re(rest * number / abs(number))
