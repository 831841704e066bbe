"""Expressions as LaTeX in the Letter's notation."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sympy import Add, I, Mul, Symbol, cos
from sympy.printing.latex import LatexPrinter

from symsync.expressions.complex_parts import Re
from symsync.expressions.spectral import SpectralFunction
from symsync.expressions.symbols import describe

__all__ = [
    "is_compound",
    "is_sum",
    "ket_label",
    "ket_latex",
    "latex",
    "ordered_terms",
    "require_latex",
]


class _Printer(LatexPrinter):
    """SymPy's printer, which knows the LaTeX of declared symbols and prints real terms first."""

    def __init__(self, names: Mapping[str, str] | None = None) -> None:
        super().__init__({"imaginary_unit": "i", "ln_notation": True})
        self._names = names or {}

    def _print_Symbol(self, expr: Symbol, style: str = "plain") -> str:
        return self._names.get(expr.name, describe(expr).latex)

    def _print_Mul(self, expr: Any) -> str:
        """Print a real part, and a sum of fractions, behind the fraction that multiplies it."""
        behind = [factor for factor in expr.args if isinstance(factor, Re)]
        sums = [factor for factor in expr.args if _is_sum_of_fractions(factor)]
        front = [factor for factor in expr.args if factor.is_number or factor.is_Symbol]
        if sums and not behind and front:
            rest = [factor for factor in expr.args if factor not in (*sums, *front)]
            parts = [self._print(Mul(*front, evaluate=False))]
            parts += [rf"\left({self._print(each)}\right)" for each in sums]
            return " ".join([*parts, *map(self._print, rest)])
        rest = expr / Mul(*behind)
        if not behind or rest == 1:
            return str(super()._print_Mul(expr))
        return " ".join([self._print(rest), *map(self._print, behind)])

    def _hprint_wave(self, name: str, expr: Any, exp: Any) -> str:
        """Print a wave, without brackets around a lone symbol."""
        angle = self._print(expr.args[0])
        inside = f" {angle}" if expr.args[0].is_Symbol else rf"\left({angle}\right)"
        return rf"\{name}{f'^{{{exp}}}' if exp else ''}{inside}"

    def _print_cos(self, expr: Any, exp: Any = None) -> str:
        """Print a cosine, which is even, as that of φ − Δt and not of Δt − φ."""
        terms = Add.make_args(expr.args[0])
        if any((-term).is_Symbol for term in terms) and not any(term.is_Symbol for term in terms):
            expr = cos(-expr.args[0], evaluate=False)
        return self._hprint_wave("cos", expr, exp)

    def _print_sin(self, expr: Any, exp: Any = None) -> str:
        return self._hprint_wave("sin", expr, exp)

    def _print_Pow(self, expr: Any) -> str:
        """Print the power of an operator in braces, as its symbol may hold a superscript.

        A power of a node of a formula is one of a parenthesis.
        """
        if isinstance(expr.base, SpectralFunction) and expr.exp.is_Integer and expr.exp > 0:
            return rf"\left({self._print(expr.base)}\right)^{{{expr.exp}}}"
        own = self._names.get(getattr(expr.base, "name", ""))
        if own is not None and is_compound(own) and expr.exp.is_Rational and expr.exp > 1:
            return rf"\left({own}\right)^{{{self._print(expr.exp)}}}"
        if expr.is_commutative:
            return str(super()._print_Pow(expr))
        base, power = map(self._print, expr.as_base_exp())
        return rf"{{{base}}}^{{{power}}}"

    def _print_ExpBase(self, expr: Any, exp: Any = None) -> str:
        """Print an exponent on one line: x/2 instead of a fraction, sums before symbols."""
        number, rest = expr.args[0].as_coeff_Mul()
        top = self._print(number.p * rest)
        sums = [factor for factor in Mul.make_args(rest) if isinstance(factor, Add)]
        others = [factor for factor in Mul.make_args(rest) if factor not in sums]
        if sums and all(factor.is_Symbol for factor in others):
            parts = [{1: "", -1: "-"}.get(number.p, str(number.p))]
            parts += [rf"\left({self._print(each)}\right)" for each in sums]
            top = " ".join(filter(None, [*parts, *map(self._print, others)]))
        power = rf"e^{{{top}{f'/{number.q}' if number.q != 1 else ''}}}"
        return power if exp is None else rf"\left({power}\right)^{{{exp}}}"

    def _print_atan2(self, expr: Any) -> str:
        y, x = (self._print(arg) for arg in expr.args)
        return rf"\operatorname{{atan2}}\left({y},\, {x}\right)"

    def _print_re(self, expr: Any, exp: Any = None) -> str:
        return self._print_Re(expr)

    def _print_im(self, expr: Any, exp: Any = None) -> str:
        return rf"\operatorname{{Im}}\left[{self._print(expr.args[0])}\right]"

    def _print_Re(self, expr: Any) -> str:
        return rf"\operatorname{{Re}}\left[{self._print(expr.args[0])}\right]"

    def _as_ordered_terms(self, expr: Any, order: str | None = None) -> list[Any]:
        terms = super()._as_ordered_terms(expr, order=order)
        return sorted(terms, key=_rank)


def _is_sum_of_fractions(factor: Any) -> bool:
    """Whether each term of a sum has a denominator that is no number."""
    return isinstance(factor, Add) and all(
        term.as_numer_denom()[1].free_symbols for term in factor.args
    )


def _rank(term: Any) -> tuple[bool, bool, bool]:
    """Return the place of a term in a sum: commutators first, real before imaginary, + before −."""
    commutators = any(hasattr(factor, "is_drift") for factor in term.args_cnc()[1])
    return not commutators, bool(term.has(I)), bool(term.could_extract_minus_sign())


def latex(expression: Any, names: Mapping[str, str] | None = None) -> str:
    """Return an expression as LaTeX in the Letter's notation, or with other LaTeX of symbols."""
    return str(_Printer(names).doprint(expression))


def require_latex(name: str, source: str) -> None:
    """Raise `ValueError` if text is no LaTeX within a formula, as one with a comment is none."""
    bare = re.sub(r"\\.", "", source, flags=re.DOTALL)
    grouped = _without_groups(source)
    wrong = re.search(r"[%$&#]|\n\s*\n", bare) or re.search(r"[{}]|[_^]\s*$", grouped)
    if wrong or not source.strip() or bare.endswith("\\"):
        raise ValueError(
            f"Argument `{name}` must be LaTeX that can stand within a formula, but is {source!r}. "
            r"Close its braces, and write \% \$ \& \# for these characters."
        )


def is_sum(source: str) -> bool:
    """Whether LaTeX is a sum, which needs brackets as a factor."""
    bare = _without_groups(source)
    while bare != (bare := re.sub(r"\([^()]*\)|\[[^][]*\]", "", bare)):
        pass
    return bool(re.search(r"(?<![_^])[+−-]|\\(pm|mp)(?![A-Za-z])", bare))


def is_compound(source: str) -> bool:
    """Whether LaTeX is more than one letter with indices, which needs brackets under a power."""
    bracketed = re.sub(r"\\left\(.*?\\right\)", "•", _without_groups(source))
    bare = re.sub(r"[_^]\s*(\\[A-Za-z]+•*|\S)|'", "", bracketed)
    return len(re.findall(r"\\[A-Za-z]+\s*•*|\S", bare)) > 1 or r"\frac" in bare


def _without_groups(source: str) -> str:
    """Return LaTeX with • for what stands in braces."""
    bare = re.sub(r"\\[{}]", "", source)
    while bare != (bare := re.sub(r"\{[^{}]*\}", "•", bare)):
        pass
    return bare


def ordered_terms(total: Add) -> list[Any]:
    """Return the terms of a sum in the order in which they are printed."""
    return _Printer()._as_ordered_terms(total)


def ket_latex(ket: Iterable[Any]) -> str:
    """Return the inside of a ket, with each minus sign bound to its number."""
    return ", ".join(f"{{{m}}}" if m < 0 else str(m) for m in ket)


def ket_label(ket: Iterable[Any]) -> str:
    """Return a ket as an index, with bars over negative numbers."""
    if not all(m.is_Integer for m in ket):
        return rf"({ket_latex(ket)})"
    return "".join(rf"\bar{{{-m}}}" if m < 0 else str(m) for m in ket)
