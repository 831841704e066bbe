"""Long formulas broken into lines of LaTeX."""

import re
from collections.abc import Callable, Container, Iterable
from functools import cache
from itertools import count
from typing import Any

from sympy import Add, Expr, Function, Mul, Pow, Symbol, atan2

from symsync.expressions.latex import ordered_terms
from symsync.expressions.spectral import SpectralFunction
from symsync.expressions.waves import WaveFunction

__all__ = ["LINE_WIDTH", "Shown", "is_wide", "lines_of", "with_names"]

LINE_WIDTH = 80
"""A sum continues on the next line after this many printed characters (not LaTeX source)."""

Shown = Callable[[Any], str]
"""A printer of expressions."""

_BLOCK = re.compile(r"\\frac(?=\{)|\\begin\{matrix\}(.*?)\\end\{matrix\}")
_SYMBOL = re.compile(r"\\[a-zA-Z]+|[^\s{}^_&\\]")
_INDEX = re.compile(r"[_^](\{(?:[^{}]|\{[^{}]*\})*\}|\\[a-zA-Z]+|.)")


def _width(source: str) -> float:
    """Return an estimate of the number of characters side by side that a LaTeX source prints.

    A fraction is as wide as the wider of its parts; an index is smaller than what bears it.
    """
    width, position, rest = 0.0, 0, ""
    while found := _BLOCK.search(source, position):
        rest += source[position : found.start()]
        position = found.end()
        if found[1] is None:
            above, position = _group(source, position)
            below, position = _group(source, position)
            width += max(_width(above), _width(below))
        else:
            cells = [[_width(cell) for cell in row.split("&")] for row in found[1].split("\\\\")]
            width += sum(max(column) + 2 for column in zip(*cells, strict=True))
    rest += source[position:]
    printed = _SYMBOL.findall(rest)
    signs = sum(each in "+-" for each in printed)
    capitals = sum(each[0] == "\\" and each[1].isupper() for each in printed)
    small = sum(len(_SYMBOL.findall(each[1])) for each in _INDEX.finditer(rest))
    return width + len(printed) + signs + 0.5 * capitals - 0.3 * small


def _group(source: str, start: int) -> tuple[str, int]:
    """Return what stands between the brace at a place and its partner, and the place behind."""
    depth = 0
    for index in range(start, len(source)):
        depth += {"{": 1, "}": -1}.get(source[index], 0)
        if depth == 0:
            return source[start + 1 : index], index + 1
    return source[start + 1 :], len(source)


def is_wide(source: str) -> bool:
    """Whether a LaTeX source may print more than fits on a line."""
    return _width(source) > 0.8 * LINE_WIDTH


def lines_of(expression: Any, show: Shown, room: float = LINE_WIDTH) -> list[str]:
    """Return the lines of a long sum or a long atan2; each line of a sum starts with its sign."""
    whole = show(expression)
    if isinstance(expression, atan2) and _width(whole) > LINE_WIDTH:
        y, x = map(show, expression.args)
        return [rf"\operatorname{{atan2}}\bigl({y},", rf"{x}\bigr)"]
    if isinstance(expression, Mul) and _width(whole) > room:
        return _product_lines(expression, show) or [whole]
    if not isinstance(expression, Add) or _width(whole) <= room:
        return [whole]
    lines: list[str] = []
    for term in ordered_terms(expression):
        source, *more = lines_of(term, show, room) if isinstance(term, Mul) else [show(term)]
        signed = source if source.startswith("-") or not lines else f"+ {source}"
        if lines and not more and _width(lines[-1]) + _width(signed) <= room:
            lines[-1] += f" {signed}"
        else:
            lines += [signed, *more]
    return lines


def _product_lines(product: Mul, show: Shown) -> list[str]:
    """Return the lines of a product whose longest factor is a sum above the fraction bar."""
    sums = [factor for factor in product.args if isinstance(factor, Add)]
    if not sums or _width(show(product / max(sums, key=lambda each: len(show(each))))) > LINE_WIDTH:
        return _factor_lines(product, show)
    longest = max(sums, key=lambda total: len(show(total)))
    rest = product / longest
    before = show(rest) if rest not in (1, -1) else "-"[: int(rest == -1)]
    lines = lines_of(longest, show, max(LINE_WIDTH // 2, LINE_WIDTH - _width(before)))
    lines[0] = rf"{before} \Bigl( {lines[0]}"
    lines[-1] = rf"{lines[-1]} \Bigr)"
    return lines


def _factor_lines(product: Mul, show: Shown) -> list[str]:
    """Return the lines of a product of many factors, none of which is a fraction."""
    above, below = product.as_numer_denom()
    factors = Mul.make_args(above) if below == 1 else ()
    lines: list[str] = []
    for factor in factors:
        source = show(factor) if not isinstance(factor, Add) else rf"\left({show(factor)}\right)"
        if lines and _width(lines[-1]) + _width(source) <= LINE_WIDTH:
            lines[-1] += f" {source}"
        else:
            lines.append(rf"\times {source}" if lines else source)
    return lines


NAMED_ABOVE = 1.15 * LINE_WIDTH
"""A line that is wider, and cannot be broken, gets names for the sums in it."""


Sides = list[tuple[str, Any]]
"""Left-hand sides as LaTeX, and right-hand sides."""


def with_names(
    groups: Iterable[Sides], show: Shown, taken: Container[str]
) -> tuple[list[Sides], dict[Symbol, Any]]:
    """Return equations with names for the sums in lines that are too wide, and {name: sum}."""
    show = cache(show)
    free = (f"u_{k}" for k in count(1) if f"u_{k}" not in taken)
    named: dict[Any, Symbol] = {}

    def shortened(right: Any) -> Any:
        while isinstance(right, Expr) and max(map(_width, lines_of(right, show))) > NAMED_ABOVE:
            widths = {each: _width(show(each)) for each in _inner_sums(right)}
            widest = max(widths, key=lambda each: (widths[each], show(each)), default=None)
            if widest is None or widths[widest] < NAMED_ABOVE / 10:
                break
            if widest not in named:
                is_real, is_positive = widest.is_extended_real, widest.is_extended_positive
                facts = {"positive": True} if is_positive else {"real": True} if is_real else {}
                named[widest] = Symbol(next(free), **facts)
            right = right.xreplace({widest: named[widest]})
        return right

    found = [[(left, shortened(right)) for left, right in pairs] for pairs in groups]
    sums: dict[Symbol, Any] = {}
    while len(sums) < len(named):  # names of sums may have names in them
        total, symbol = list(named.items())[len(sums)]
        sums[symbol] = shortened(total)
    return found, sums


def _inner_sums(expression: Any) -> set[Add]:
    """Return the sums that are parts of an expression, but for entries of matrices."""
    found: set[Add] = set()
    parts = [expression]
    while parts:
        part = parts.pop()
        if part is not expression and isinstance(part, Add):
            found.add(part)
        is_node = isinstance(part, SpectralFunction) and not isinstance(part, WaveFunction)
        if isinstance(part, Add | Mul | Pow | Function) and not is_node:
            parts += part.args
    return found
