"""Whether formulas are the same, proved by canonical form or in a prime field."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sympy import Expr, Mul, S, Tuple

from symsync.expressions.complex_fields import FinerError, NotInFieldError
from symsync.expressions.prime_field import POINTS, are_equal
from symsync.expressions.ratio_field import MoreGeneratorsError, RatioField, squares_of

__all__ = ["Identity", "identity"]

ROUNDS = 200
"""So often generators may be found that were not known before."""


class Identity(NamedTuple):
    """What is proved of formulas: that they are equal, that they are not, or nothing (None)."""

    equal: bool | None
    method: str


def identity(pairs: Sequence[tuple[Expr, Expr]]) -> Identity:
    """Decide whether both formulas of each pair are equal for all values of their symbols.

    Parameters
    ----------
    pairs
        Pairs of expressions in the same symbols.
    """
    symbols = sorted(Tuple(*(part for pair in pairs for part in pair)).free_symbols, key=str)
    generators: dict[Any, bool] = {
        symbol: bool(symbol.is_extended_nonnegative)
        for symbol in symbols
        if symbol.is_extended_real
    }
    fractions: dict[Any, int] = {}
    for _ in range(ROUNDS):
        try:
            return _decided(pairs, generators, fractions)
        except (FinerError, MoreGeneratorsError):
            continue
    return Identity(None, "")


def _decided(
    pairs: Sequence[tuple[Expr, Expr]], generators: dict[Any, bool], fractions: dict[Any, int]
) -> Identity:
    try:
        field = RatioField(generators, fractions)
        gaps = [field.subtract(field.value(one), field.value(other)) for one, other in pairs]
        equal: bool | None = not any(part.above for gap in gaps for part in gap)
        method = "by canonical form"
    except NotInFieldError:
        squares = squares_of([part for pair in pairs for part in pair], generators, fractions)
        equal = are_equal(pairs, squares, fractions)
        method = f"at {POINTS} random points of a prime field"
    if equal is False and not all(_is_monomial(term) for _, term in fractions):
        equal = None  # the generators of angles and exponents may depend on each other
    return Identity(equal, method)


def _is_monomial(term: Expr) -> bool:
    return all(factor.is_Symbol for factor in Mul.make_args(term)) or term is S.One
