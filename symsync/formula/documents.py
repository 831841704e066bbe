"""Equations as a LaTeX document: numbered, grouped by theme, with their sources."""

import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import attrgetter
from typing import Any
from unicodedata import decomposition, name, normalize

from sympy import Tuple

from symsync.expressions.latex_lines import is_wide
from symsync.expressions.printed_equations import Notation, equation_rows, printed_symbols
from symsync.expressions.symbols import is_described
from symsync.formula.one import Equation
from symsync.formula.several import listed

__all__ = ["document"]

LETTER, PACKAGE = "RouletBruder2018", "symsync"
"""The keys of the bibliography."""

_PREAMBLE = r"""\documentclass{article}
\usepackage{amsmath, graphicx}
\usepackage[a4paper, margin=18mm]{geometry}
\allowdisplaybreaks
\newsavebox{\wide}
\newcommand{\fitted}[1]{\sbox{\wide}{$\displaystyle #1$}%
  \ifdim\wd\wide>0.82\linewidth\resizebox{0.82\linewidth}{!}{\usebox{\wide}}%
  \else\usebox{\wide}\fi}
\title{Quantum synchronization}
\date{}
\begin{document}
\maketitle"""

_BIBLIOGRAPHY = rf"""\begin{{thebibliography}}{{9}}
\bibitem{{{LETTER}}} A. Roulet and C. Bruder,
\textit{{Quantum Synchronization and Entanglement Generation}},
Phys. Rev. Lett. \textbf{{121}}, 063601 (2018), doi:10.1103/PhysRevLett.121.063601.
\bibitem{{{PACKAGE}}} The symsync developers,
\textit{{symsync: exact formulas for weakly coupled quantum oscillators}}, software.
\end{{thebibliography}}
\end{{document}}"""

_LETTERS = (
    rf"The formulas were derived with symsync~\cite{{{PACKAGE}}} for the model of the "
    rf"Letter~\cite{{{LETTER}}}, unless they are said to be our own. In brackets stand the "
    "order in the coupling to which each holds, and its source."
)
_OWN_ALONE = (
    rf"The formulas were derived with symsync~\cite{{{PACKAGE}}}, which began with the model of "
    rf"Ref.~\cite{{{LETTER}}}; they do not stand there."
)
_OWN = rf"These do not stand in Ref.~\cite{{{LETTER}}}."


def document(equations: Iterable[Equation], names: Mapping[Any, str] | None = None) -> str:
    r"""Return a complete LaTeX document that prints each equation with its meaning and source.

    The equations are numbered, have the labels `eq:` and their names, and stand under the headings
    of their themes.  Formulas of one's own come last.

    Parameters
    ----------
    equations
        Of the catalogue, or of one's own.
    names
        {symbol or its name: the LaTeX of it} in a notation of one's own, for all of them.

    Returns
    -------
    str
        It needs `amsmath`, `graphicx` and `geometry`, and cites the Letter and the package.

    Raises
    ------
    TypeError
        If one of them is no equation.
    ValueError
        If a name is that of no symbol, or LaTeX is no text.

    Examples
    --------
    >>> from symsync import document, equations
    >>> text = document([equations["negativity"], equations["S_rel"]], {"epsilon": "g"})
    >>> [line for line in text.splitlines() if line.startswith(r"\section")]
    ['\\section{Entanglement}', '\\section{Phase locking}']
    """
    given = listed(equations)
    notation = Notation(names)
    known = [printed_symbols(each.lhs, each.shown) for each in given]
    notation.require_known(set().union(*known))
    notation = notation.telling_apart({s for each in given for s in each.parameters})
    themes = list(dict.fromkeys(each.theme for each in given if each.theme))
    parts = [_PREAMBLE, _LETTERS if themes else _OWN_ALONE if given else ""]
    taken: set[str] = set()
    placed = sorted(given, key=lambda each: [*themes, ""].index(each.theme))
    for theme, group in groupby(placed, key=attrgetter("theme")):
        parts.append(rf"\section{{{_escaped(theme or 'Formulas of our own')}}}")
        parts += [_OWN] if themes and not theme else []
        for each in group:
            parts += [_paragraph(each), _display(each, notation, _label(each.label, taken))]
    return "\n".join([*filter(None, parts), _BIBLIOGRAPHY]) + "\n"


def _label(name: str, taken: set[str]) -> str:
    """Return a label that no other equation has."""
    count = len(taken) + 1
    labels = [f"eq:{name}", *(f"eq:{name}_{k}" for k in range(2, count + 1))]
    label = next(each for each in labels if each not in taken)
    taken.add(label)
    return label


_PLACE = re.compile(r"(?:Eqs?|Figs?)\. [(\d)a-d]+(?: and \(\d\))?")
"""How the sources of the catalogue name a place in the Letter."""


def _paragraph(equation: Equation) -> str:
    """Return the name of an equation, what it is, and where it comes from."""
    first = equation.lhs.args[0] if isinstance(equation.lhs, Tuple) else equation.lhs
    words = _escaped(equation.description) if is_described(first) else ""
    origin = _escaped(equation.origin)
    if equation.theme:
        origin = _PLACE.sub(rf"\g<0>~\\cite{{{LETTER}}}", origin)
    return rf"\paragraph{{\texttt{{{_escaped(equation.label)}}}}} {words} ({origin})".replace(
        "  ", " "
    )


def _display(equation: Equation, notation: Notation, label: str) -> str:
    """Return an equation with a number, whose lines may go on on the next page."""
    known = printed_symbols(equation.lhs, equation.shown)
    own = {name: latex for name, latex in notation.by_name.items() if name in known}
    rows = equation_rows(equation.lhs, equation.shown, equation.relation, Notation(own))
    rows = [_fitted(row) for row in rows]
    rows[0] += rf" \label{{{label}}}"
    rows[1:] = [rf"{row} \notag" for row in rows[1:]]
    body = " \\\\\n".join(rows)
    return f"\\begin{{align}}\n{body}\n\\end{{align}}"


_RELATION = re.compile(r"(.*?&(?:\\approx|\\propto|\\quad|=|)) (.*)", re.DOTALL)


def _fitted(row: str) -> str:
    """Return a line that TeX makes smaller if it runs out of the page."""
    found = _RELATION.fullmatch(row)
    if found is None or not is_wide(found[2]):
        return row
    before = "{}" if found[1].endswith(r"\quad") else ""  # or a sign would stand too near
    return rf"{found[1]} \fitted{{{before}{found[2]}}}"


_TEXT = {
    **{each: rf"\{each}" for each in "_&%#${}"},
    **{each: f"${each}$" for each in "|<>"},
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "−": "$-$", "±": r"$\pm$", "⟨": r"$\langle$", "⟩": r"$\rangle$", "∞": r"$\infty$",
    "→": r"$\to$", "ε": r"$\varepsilon$", "…": r"\dots{}", "–": "--", "’": "'",
}  # fmt: skip
"""LaTeX of characters in sentences."""


_CAPITALS = {
    "GAMMA", "DELTA", "THETA", "LAMBDA", "XI", "PI", "SIGMA", "UPSILON", "PHI", "PSI", "OMEGA",
}  # fmt: skip
"""Capital Greek letters that are not those of the Latin alphabet."""


def _escaped(text: str) -> str:
    return "".join(_TEXT.get(character) or _character(character) for character in text)


def _character(character: str) -> str:
    """Return LaTeX of a character: Greek letters, indices and powers, Latin letters as they are."""
    known = name(character, "").split()
    kind = decomposition(character).partition(" ")[0]
    if character.isascii() or known[:1] == ["LATIN"]:
        return character
    if known[:1] == ["GREEK"] and len(known) == 4:
        greek = known[3].replace("LAMDA", "LAMBDA")
        if known[1] == "SMALL":
            return rf"$\{greek.lower()}$"
        return rf"$\{greek.capitalize()}$" if greek in _CAPITALS else greek[0]
    if kind in ("<sub>", "<super>"):
        plain = _escaped(normalize("NFKD", character)).strip("$")
        return f"${'_' if kind == '<sub>' else '^'}{{{plain}}}$"
    return f"({' '.join(known).lower()})" if known else "?"
