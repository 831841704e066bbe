"""Equations with their definitions as LaTeX, in the Letter's notation or in one's own."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sympy import Symbol, Tuple

from symsync.expressions.checks import did_you_mean, text
from symsync.expressions.crossings import FirstNegative, with_variables_apart
from symsync.expressions.definitions import in_symbols, nodes_of
from symsync.expressions.latex import is_sum, latex, require_latex
from symsync.expressions.latex_lines import Shown, lines_of, with_names
from symsync.expressions.spectral import SpectralFunction
from symsync.expressions.symbols import declared, describe, is_declared, plain_letters
from symsync.expressions.unknowns import Unknown

__all__ = ["Notation", "equation_latex", "equation_rows", "printed_symbols"]

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
                require_latex(name, text(name, value))

    @property
    def by_name(self) -> dict[str, str]:
        """{name of a symbol: its LaTeX}, with brackets around sums."""
        found = {getattr(key, "name", key): value for key, value in (self.names or {}).items()}
        return {k: rf"\left({each}\right)" if is_sum(each) else each for k, each in found.items()}

    def telling_apart(self, symbols: Iterable[Symbol]) -> "Notation":
        """Return it with plain letters for symbols that would look alike, as x1 and x_1 do.

        Names of the author's own that do not tell symbols apart are rejected.
        """
        owners: dict[str, str] = {}
        own, plain = self.by_name, {}
        for symbol in sorted(symbols, key=_rank):
            shown = own.get(symbol.name, describe(symbol).latex)
            other = owners.setdefault(re.sub(r"[{}\s]", "", shown), symbol.name)
            if other != symbol.name and {other, symbol.name} & set(own):
                raise ValueError(
                    f"Argument `names` must tell symbols apart, but {other} and {symbol.name} are "
                    f"both {shown!r}. Make them equal by `subs` first, if they are."
                )
            if other != symbol.name:
                plain[symbol.name] = plain_letters(symbol.name)
        return replace(self, names={**own, **plain})

    def require_known(self, known: Collection[str]) -> None:
        """Reject names that are none of the known ones, and of no declared symbol either.

        A notation may be that of a whole paper.
        """
        for name in self.by_name:
            if name not in known and not is_declared(name):
                raise ValueError(
                    f"Argument `names` must hold symbols of the equation, "
                    f"{', '.join(sorted(known)) or 'of which there are none'}, but holds "
                    f"{name!r}.{did_you_mean(name, known)}"
                )


def _rank(symbol: Symbol) -> tuple[bool, bool, bool, str]:
    """Return a key that sorts first what keeps its LaTeX beside symbols that look like it."""
    name = symbol.name
    return not is_declared(name), name.isascii(), "_" not in name, name


PLAIN = Notation()
"""The Letter's notation."""


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
    rows = equation_rows(lhs, rhs, relation, notation)
    source = rows[0].replace(" &", " ", 1)
    if len(rows) > 1:
        body = " \\\\\n".join(rows)
        source = f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"
    if notation.label is None:
        return source
    return f"\\begin{{equation}}\\label{{{notation.label}}}\n{source}\n\\end{{equation}}"


def equation_rows(lhs: Any, rhs: Any, relation: str = "=", notation: Notation = PLAIN) -> list[str]:
    """Return the lines of `lhs relation rhs` and of its definitions, each with an & for `aligned`.

    Parameters
    ----------
    lhs, rhs, relation, notation
        Those of `equation_latex`.
    """
    rhs = with_variables_apart(rhs)
    bound = _bound(rhs)
    (plain, _), definitions = in_symbols(Tuple(rhs, bound))
    notation.require_known(printed_symbols(lhs, rhs))
    notation = notation.telling_apart(_symbols(lhs if notation.lhs is None else Tuple(), rhs))
    show = partial(latex, names=notation.by_name)
    arguments = _symbols(lhs, rhs) | {*declared(notation.by_name)}
    several = isinstance(lhs, Tuple) and isinstance(rhs, Tuple)
    pairs = zip(lhs, plain, strict=True) if several else [(lhs, plain)]
    shown = [(_renamed(left, show(left), arguments, notation), r) for left, r in pairs]
    if notation.lhs is not None:
        shown = [(notation.lhs, shown[0][1]), *(("", right) for _, right in shown[1:])]
    meanings = {type(part).meaning for part in nodes_of(Tuple(rhs, bound), SpectralFunction)} - {""}
    meanings |= {part.system.meaning(show) for part in nodes_of(Tuple(rhs, bound), Unknown)}
    defined = [(show(symbol), value) for symbol, value in definitions.items()]
    own = {re.sub("[{}]", "", each) for each in notation.by_name.values()}
    taken = printed_symbols(lhs, rhs) | own
    (shown, defined), sums = with_names((shown, defined), show, taken)
    defined += [(show(symbol), value) for symbol, value in sums.items()]
    rows = _rows(shown, RELATIONS[relation], show)
    where = [*_rows(defined, "=", show), *sorted(meanings)]
    return [*rows, r"\text{where} &", *where] if where else rows


def printed_symbols(lhs: Any, rhs: Any) -> set[str]:
    """Return the names of all symbols that an equation and its definitions print."""
    return {symbol.name for symbol in _symbols(lhs, rhs)}


def _renamed(left: Any, source: str, symbols: Iterable[Symbol], notation: Notation) -> str:
    r"""Return the LaTeX of a left-hand side such as S(\phi) with the author's arguments."""
    own = {
        describe(s).latex: notation.by_name[s.name] for s in symbols if s.name in notation.by_name
    }
    if left in symbols and getattr(left, "name", "") in notation.by_name:
        return source
    found = r"\\[A-Za-z]+(?![A-Za-z_^])|(?<=[(, ])[A-Za-z](?=[),])"
    return re.sub(found, lambda part: own.get(part[0], part[0]), source)


def _symbols(lhs: Any, rhs: Any) -> set[Symbol]:
    (plain, _), definitions = in_symbols(Tuple(rhs, _bound(rhs)))
    sides = (lhs, plain, *definitions, *definitions.values())
    return {symbol for side in sides for symbol in side.free_symbols}


def _bound(rhs: Any) -> Tuple:
    """Return the functions whose first negative point a formula holds."""
    return Tuple(*(f for node in nodes_of(rhs, FirstNegative) for f in node.functions))


def _rows(pairs: Iterable[tuple[str, Any]], relation: str, show: Shown) -> list[str]:
    rows = []
    for left, right in pairs:
        first, *rest = lines_of(right, show)
        rows.append(f"{left} &{relation} {first}")
        rows.extend(rf"&\quad {line}" for line in rest)
    return rows
