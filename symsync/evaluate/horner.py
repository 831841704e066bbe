"""Polynomials in nested form, in which only terms of one sign are added."""

from collections import Counter

from sympy import Add, Expr, Mul, Pow, S, Symbol

__all__ = ["horner_form"]

SHORT = 4
"""A sum of at most this many terms is left as it stands."""

Terms = dict[tuple[tuple[Symbol, int], ...], Expr]
"""{((symbol, power), …): coefficient}."""


def horner_form(expression: Add) -> tuple[Expr, Expr] | None:
    """Return (plus, minus) with expression = plus − minus, both nested sums of positive terms.

    Return `None` if the sum is short, linear, without common factors or no polynomial, or if it
    holds an odd power of a symbol of unknown sign.
    """
    if len(expression.args) <= SHORT:
        return None
    plus: Terms = {}
    minus: Terms = {}
    for term in expression.args:
        number, rest = term.as_coeff_Mul()
        powers = [factor.as_base_exp() for factor in Mul.make_args(rest)]
        if not (number.is_Rational and all(_is_plain(*power) for power in powers)):
            return None
        key = tuple((base, int(power)) for base, power in powers)
        (plus if number > 0 else minus)[key] = abs(number)
    if all(sum(power for _, power in key) == 1 for key in (*plus, *minus)):
        return None
    parts = _nested(plus), _nested(minus)
    return None if parts[0] == expression else parts


def _is_plain(base: Expr, power: Expr) -> bool:
    whole = bool(base.is_Symbol and power.is_Integer and power > 0)
    return whole and bool(base.is_nonnegative or power % 2 == 0)


def _nested(terms: Terms) -> Expr:
    """Return the sum in nested form: the symbol that most terms share is taken out repeatedly."""
    counts = Counter(base for key in terms for base, _ in key)
    shared, count = max(counts.items(), key=lambda c: (c[1], c[0].name), default=(None, 0))
    if count < 2:
        return Add(*(number * Mul(*(Pow(b, p) for b, p in key)) for key, number in terms.items()))
    lowest = min(power for key in terms for base, power in key if base == shared)
    inner: Terms = {}
    outer: Terms = {}
    for key, number in terms.items():
        powers = dict(key)
        if shared not in powers:
            outer[key] = number
            continue
        powers[shared] -= lowest
        inner[tuple((base, power) for base, power in powers.items() if power)] = number
    rest = _nested(outer) if outer else S.Zero
    return Add(Mul(Pow(shared, lowest), _nested(inner)), rest)
