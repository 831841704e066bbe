"""Formulas that stand on definitions: which are definitions_used, and what they are written out."""

from collections.abc import Mapping
from typing import Any

from sympy import Expr, Symbol

__all__ = ["Definitions", "definitions_used", "substituted", "symbols_of"]

Definitions = Mapping[Symbol, Expr]
"""{symbol: expression} in the order in which they are computed."""


def definitions_used(rhs: Any, definitions: Definitions) -> dict[Symbol, Expr]:
    """Return those definitions on which a formula depends, in their order."""
    wanted = set(rhs.free_symbols)
    found = {}
    for symbol, value in reversed(list(definitions.items())):
        if symbol in wanted:
            found[symbol] = value
            wanted |= value.free_symbols
    return dict(reversed(list(found.items())))


def symbols_of(rhs: Any, definitions: Definitions) -> set[Symbol]:
    """Return the symbols of a formula, those of its definitions in place of what they define."""
    used = definitions_used(rhs, definitions)
    found = set(rhs.free_symbols).union(*(value.free_symbols for value in used.values()))
    return found - set(used)


def substituted(rhs: Any, definitions: Definitions) -> Any:
    """Return a formula in its parameters alone."""
    known: dict[Symbol, Expr] = {}
    for symbol, value in definitions_used(rhs, definitions).items():
        known[symbol] = value.xreplace(known)
    return rhs.xreplace(known)
