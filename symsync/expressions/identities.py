"""Whether formulas are the same, proved by canonical form or in a prime field."""

from collections.abc import Mapping, Sequence
from math import log10
from typing import Any, NamedTuple

from sympy import Expr, Mul, S, Tuple

from symsync.expressions.complex_fields import FinerError, NotInFieldError
from symsync.expressions.prime_field import POINTS, are_equal
from symsync.expressions.ratio_field import MoreGeneratorsError, RatioField, squares_of
from symsync.expressions.zeros import at_random_point

__all__ = ["Identity", "identity", "require_equal"]

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


def require_equal(label: str, form: Any, known: Any) -> None:
    """Reject a form of a formula that is not proved equal to it, with a point and both numbers."""
    parts = [each.args if isinstance(each, Tuple) else (each,) for each in (form, known)]
    if len(parts[0]) != len(parts[1]):
        raise ValueError(
            f"Argument `form` must have {len(parts[1])} parts, as {label} has, but has "
            f"{len(parts[0])}."
        )
    new = sorted(Tuple(*parts[0]).free_symbols - Tuple(*parts[1]).free_symbols, key=str)
    if new:
        raise ValueError(
            f"Argument `form` must be in the symbols of {label}, but holds {new[0]}. Take them "
            f"from equations[{label!r}].parameters."
        )
    found = identity(list(zip(*parts, strict=True)))
    if found.equal:
        return
    for theirs, ours in zip(*parts, strict=True):
        one, other = at_random_point(theirs), at_random_point(ours)
        gap = abs(one - other) / abs(other) if other != 0 else abs(one)
        if gap > 1e-30:
            digits = 8 - min(0, int(log10(gap)))
            point = ", ".join(
                f"{symbol} = {at_random_point(symbol):.4f}"
                for symbol in sorted(Tuple(theirs, ours).free_symbols, key=str)
            )
            where = f" at {point}" if point else ""
            raise ValueError(
                f"Argument `form` must equal {label}, but is {one.n(digits)} and not "
                f"{other.n(digits)}{where}."
            )
    raise ValueError(
        f"Argument `form` must be proved equal to {label}, and is only found to be so at a point. "
        "Write it nearer to the form that is printed."
    )


def _decided(
    pairs: Sequence[tuple[Expr, Expr]], generators: dict[Any, bool], fractions: dict[Any, int]
) -> Identity:
    known = _by_canonical_form(pairs, generators, fractions)
    if known is not None:
        return Identity(known, "by canonical form")
    squares = squares_of([part for pair in pairs for part in pair], generators, fractions)
    known = are_equal(pairs, squares, fractions)
    return Identity(
        known if known or _are_free(fractions) else None,
        f"at {POINTS} random points of a prime field",
    )


def _by_canonical_form(
    pairs: Sequence[tuple[Expr, Expr]], generators: dict[Any, bool], fractions: dict[Any, int]
) -> bool | None:
    """Return whether all differences have the numerator zero, or None if it does not tell."""
    try:
        field = RatioField(generators, fractions)
        gaps = [field.subtract(field.value(one), field.value(other)) for one, other in pairs]
    except NotInFieldError:
        return None
    equal = not any(part.above for gap in gaps for part in gap)
    return equal if equal or _are_free(fractions) else None


def _are_free(fractions: Mapping[Any, int]) -> bool:
    """Whether no angle and exponent may be a combination of others: they are monomials."""
    return all(map(_is_monomial, (term for _, term in fractions)))


def _is_monomial(term: Expr) -> bool:
    return all(factor.is_Symbol for factor in Mul.make_args(term)) or term is S.One
