"""Formulas as LaTeX in the Letter's notation, aligned and broken into lines, and as documents."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sympy import Add, I, Mul, Symbol, Tuple, atan2
from sympy.printing.latex import LatexPrinter

from symsync.expressions.checks import did_you_mean, text
from symsync.expressions.complex_parts import Re
from symsync.expressions.crossings import FirstNegative
from symsync.expressions.definitions import in_symbols, nodes_of
from symsync.expressions.spectral import SpectralFunction
from symsync.expressions.symbols import describe
from symsync.expressions.unknowns import Unknown

__all__ = ["Notation", "document", "equation_latex", "ket_label", "ket_latex", "latex"]

LINE_WIDTH = 84
"""A sum continues on the next line after this many printed characters (not LaTeX source)."""

RELATIONS = {"=": "=", "≈": r"\approx", "∝": r"\propto"}


@dataclass(frozen=True)
class Notation:
    """How an author writes a formula.

    Attributes
    ----------
    names
        {symbol or its name: its LaTeX}.
    lhs
        The LaTeX of the left-hand side.
    label
        The label of an `equation` environment.
    """

    names: Mapping[Any, str] | None = None
    lhs: str | None = None
    label: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.names, Mapping | None):
            raise ValueError(f"Argument `names` must be {{symbol: LaTeX}}, but is {self.names!r}.")
        given = {"lhs": self.lhs, "label": self.label}
        given |= {f"names[{name}]": value for name, value in (self.names or {}).items()}
        for name, value in given.items():
            if value is not None or name.startswith("names"):
                text(name, value)

    @property
    def by_name(self) -> dict[str, str]:
        """{name of a symbol: its LaTeX}."""
        return {getattr(key, "name", key): value for key, value in (self.names or {}).items()}

    def require_known(self, *sides: Any) -> None:
        """Reject names of symbols that are in none of the sides."""
        known = {s.name for side in sides for s in side.free_symbols}
        for name in self.by_name:
            if name not in known:
                raise ValueError(
                    f"Argument `names` must hold symbols of the equation, but holds {name!r}."
                    f"{did_you_mean(name, known)}"
                )


PLAIN = Notation()
"""The Letter's notation."""

Shown = Callable[[Any], str]


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
        return self._hprint_wave("cos", expr, exp)

    def _print_sin(self, expr: Any, exp: Any = None) -> str:
        return self._hprint_wave("sin", expr, exp)

    def _print_Pow(self, expr: Any) -> str:
        """Print the power of an operator in braces, as its symbol may hold a superscript.

        A power of a node of a formula is one of a parenthesis.
        """
        if isinstance(expr.base, SpectralFunction) and expr.exp.is_Integer and expr.exp > 0:
            return rf"\left({self._print(expr.base)}\right)^{{{expr.exp}}}"
        if expr.is_commutative:
            return str(super()._print_Pow(expr))
        base, power = map(self._print, expr.as_base_exp())
        return rf"{{{base}}}^{{{power}}}"

    def _print_ExpBase(self, expr: Any, exp: Any = None) -> str:
        """Print an exponent on one line, with x/2 instead of a fraction."""
        number, rest = expr.args[0].as_coeff_Mul()
        top = self._print(number.p * rest)
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


def ket_latex(ket: Iterable[Any]) -> str:
    """Return the inside of a ket, with each minus sign bound to its number."""
    return ", ".join(f"{{{m}}}" if m < 0 else str(m) for m in ket)


def ket_label(ket: Iterable[Any]) -> str:
    """Return a ket as an index, with bars over negative numbers."""
    if not all(m.is_Integer for m in ket):
        return rf"({ket_latex(ket)})"
    return "".join(rf"\bar{{{-m}}}" if m < 0 else str(m) for m in ket)


def _width(source: str) -> int:
    """Return an estimate of the number of characters that a LaTeX source prints."""
    width, index = 0, 0
    while index < len(source):
        if source[index] == "\\":
            index += 1
            capital = source[index : index + 1].isupper()
            while index < len(source) and source[index].isalpha():
                index += 1
            width += 2 if capital else 1
        else:
            width += 0 if source[index] in "{}^_ &" else 2 if source[index] in "+-" else 1
            index += 1
    return width


def _lines(expression: Any, show: Shown, room: int = LINE_WIDTH) -> list[str]:
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
    for term in _Printer()._as_ordered_terms(expression):
        source, *more = _lines(term, show, room) if isinstance(term, Mul) else [show(term)]
        signed = source if source.startswith("-") or not lines else f"+ {source}"
        if lines and not more and _width(lines[-1]) + _width(signed) <= room:
            lines[-1] += f" {signed}"
        else:
            lines += [signed, *more]
    return lines


def _product_lines(product: Mul, show: Shown) -> list[str]:
    """Return the lines of a product whose longest factor is a sum above the fraction bar."""
    sums = [factor for factor in product.args if isinstance(factor, Add)]
    if not sums:
        return []
    longest = max(sums, key=lambda total: len(show(total)))
    rest = product / longest
    before = show(rest) if rest not in (1, -1) else "-"[: int(rest == -1)]
    lines = _lines(longest, show, max(LINE_WIDTH // 2, LINE_WIDTH - _width(before)))
    lines[0] = rf"{before} \Bigl( {lines[0]}"
    lines[-1] = rf"{lines[-1]} \Bigr)"
    return lines


def equation_latex(lhs: Any, rhs: Any, relation: str = "=", notation: Notation = PLAIN) -> str:
    """Return `lhs relation rhs` as LaTeX without delimiters, in `aligned` where it has lines.

    Parameters
    ----------
    lhs, rhs
        Expressions, or `Tuple`s of equal length for several equations.
    relation
        "=", "≈" or "∝".
    notation
        The author's symbols, left-hand side and label.

    Returns
    -------
    str
        The definitions of the right-hand side follow it, after "where".
    """
    bound = Tuple(*(f for node in nodes_of(rhs, FirstNegative) for f in node.functions))
    (plain, _), definitions = in_symbols(Tuple(rhs, bound))
    notation.require_known(lhs, plain, *definitions, *definitions.values())
    show = partial(latex, names=notation.by_name)
    several = isinstance(lhs, Tuple) and isinstance(rhs, Tuple)
    pairs = zip(lhs, plain, strict=True) if several else [(lhs, plain)]
    shown = [(show(left), right) for left, right in pairs]
    if notation.lhs is not None:
        shown = [(notation.lhs, shown[0][1]), *(("", right) for _, right in shown[1:])]
    rows = _rows(shown, RELATIONS[relation], show)
    meanings = {type(part).meaning for part in nodes_of(Tuple(rhs, bound), SpectralFunction)} - {""}
    meanings |= {part.system.meaning(show) for part in nodes_of(Tuple(rhs, bound), Unknown)}
    defined = [(show(symbol), value) for symbol, value in definitions.items()]
    where = [*_rows(defined, "=", show), *sorted(meanings)]
    if where:
        rows += [r"\text{where} &", *where]
    source = rows[0].replace(" &", " ", 1)
    if len(rows) > 1:
        body = " \\\\\n".join(rows)
        source = f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"
    if notation.label is None:
        return source
    return f"\\begin{{equation}}\\label{{{notation.label}}}\n{source}\n\\end{{equation}}"


def _rows(pairs: Iterable[tuple[str, Any]], relation: str, show: Shown) -> list[str]:
    rows = []
    for left, right in pairs:
        first, *rest = _lines(right, show)
        rows.append(f"{left} &{relation} {first}")
        rows.extend(rf"&\quad {line}" for line in rest)
    return rows


def document(
    entries: Iterable[tuple[str, str, str]], title: str = "Quantum synchronization"
) -> str:
    """Return a complete LaTeX document.

    Parameters
    ----------
    entries
        For each equation its name, a sentence and its LaTeX.
    title
        The title of the document.
    """
    parts = [
        r"\documentclass{article}",
        r"\usepackage{amsmath}",
        r"\usepackage[a4paper, margin=18mm]{geometry}",
        r"\allowdisplaybreaks",
        rf"\title{{{_escape(title)}}}",
        r"\date{}",
        r"\begin{document}",
        r"\maketitle",
    ]
    for name, sentence, source in entries:
        parts.append(rf"\paragraph{{\texttt{{{_escape(name)}}}}} {_escape(sentence)}")
        if source.startswith(r"\begin{aligned}"):
            parts.append(source.replace("{aligned}", "{align*}"))  # may go on on the next page
        else:
            parts += [r"\begin{equation*}", source, r"\end{equation*}"]
    parts.append(r"\end{document}")
    return "\n".join(parts) + "\n"


_TEXT = {
    "_": r"\_", "&": r"\&", "%": r"\%", "#": r"\#", "ε": r"$\varepsilon$", "μ": r"$\mu$",
    "₊": r"$_+$", "₋": r"$_-$", "₀": r"$_0$", "φ": r"$\phi$", "ρ": r"$\rho$", "π": r"$\pi$",
    "−": r"$-$", "²": r"$^2$", "Γ": r"$\Gamma$", "κ": r"$\kappa$", "±": r"$\pm$",
    "Δ": r"$\Delta$", "ω": r"$\omega$", "γ": r"$\gamma$", "|": r"$|$", "⟨": r"$\langle$",
    "⟩": r"$\rangle$",
}  # fmt: skip


def _escape(text: str) -> str:
    return "".join(_TEXT.get(character, character) for character in text)
