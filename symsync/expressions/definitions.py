"""Formulas with definitions: which definitions a formula uses, and how it reads without them."""

from collections.abc import Mapping
from typing import Any

from sympy import Expr, Symbol

__all__ = ["Definitions", "definitions_used", "substituted", "symbols_of"]

Definitions = Mapping[Symbol, Expr]
"""{symbol: expression} in the order in which they are computed."""


def definitions_used(rhs: Any, definitions: Definitions) -> dict[Symbol, Expr]:
    """Return the definitions on which a formula depends, in their order."""
    wanted = set(rhs.free_symbols)
    found = {}
    for symbol, value in reversed(list(definitions.items())):
        if symbol in wanted:
            found[symbol] = value
            wanted |= value.free_symbols
    return dict(reversed(list(found.items())))


def symbols_of(rhs: Any, definitions: Definitions) -> set[Symbol]:
    """Return the symbols of a formula; a defined symbol is replaced by those of its definition."""
    used = definitions_used(rhs, definitions)
    found = set(rhs.free_symbols).union(*(value.free_symbols for value in used.values()))
    return found - set(used)


def substituted(rhs: Any, definitions: Definitions) -> Any:
    """Return a formula in which all definitions are inserted."""
    known: dict[Symbol, Expr] = {}
    for symbol, value in definitions_used(rhs, definitions).items():
        known[symbol] = value.xreplace(known)
    return rhs.xreplace(known)
