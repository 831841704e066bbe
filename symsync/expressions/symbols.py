"""All symbols of the package: each with its assumptions, its LaTeX, its meaning and its unit."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sympy import Symbol, Tuple
from sympy.printing.conventions import split_super_sub
from sympy.printing.latex import translate

__all__ = [
    "Delta",
    "Description",
    "coupling_phase",
    "coupling_strength",
    "damping_rate",
    "declare",
    "declared",
    "derivative_symbol",
    "describe",
    "epsilon",
    "frequency",
    "gain_rate",
    "is_declared",
    "is_described",
    "ket_name",
    "meaning",
    "omega",
    "pair_latex",
    "phi",
    "plain_letters",
    "primed",
    "s",
    "site_latex",
    "t",
]


@dataclass(frozen=True)
class Description:
    """The LaTeX, the meaning and the unit of a symbol."""

    latex: str
    meaning: str
    unit: str


_DESCRIPTIONS: dict[Symbol, Description] = {}


def declare(name: str, latex: str, meaning: str, unit: str = "1", **assumptions: Any) -> Symbol:
    r"""Return the symbol `name` and remember how it is printed and what it means.

    Parameters
    ----------
    name
        ASCII identifier, the name of the argument in evaluators.
    latex
        The LaTeX of the symbol.
    meaning
        One phrase for docstrings and tables.
    unit
        Its unit; rates, couplings and detunings share "1/time".
    **assumptions
        SymPy assumptions, such as `positive=True`.

    Returns
    -------
    Symbol
        The same symbol if it is declared twice with the same words.

    Raises
    ------
    ValueError
        If `name` is no identifier or already means something else.

    Examples
    --------
    >>> from symsync import declare, describe
    >>> width = declare("gamma_laser", r"\gamma_L", "width of the laser", "1/time", positive=True)
    >>> describe(width).unit
    '1/time'
    """
    if not isinstance(name, str) or not name.isidentifier():
        raise ValueError(f"Argument `name` must be a Python identifier, but is {name!r}.")
    for argument, value in (("latex", latex), ("meaning", meaning), ("unit", unit)):
        if not isinstance(value, str):
            raise ValueError(f"Argument `{argument}` must be text, but is {value!r}.")
    symbol = Symbol(name, **assumptions)
    description = Description(latex, meaning, unit)
    if _DESCRIPTIONS.setdefault(symbol, description) != description:
        raise ValueError(
            f"Symbol `{name}` is already declared as {_DESCRIPTIONS[symbol].meaning!r}. "
            "Choose another name."
        )
    return symbol


def describe(symbol: Symbol) -> Description:
    """Return the description of a declared symbol, and a plain one for any other symbol."""
    if not isinstance(symbol, Symbol):
        raise ValueError(
            f"Argument `symbol` must be a symbol, but is {symbol!r}. Write describe(Symbol('x'))."
        )
    known = _DESCRIPTIONS.get(symbol)
    if not known and symbol.name[1:].endswith("'"):
        about = describe(Symbol(symbol.name[:-1], **symbol._assumptions_orig))
        return replace(
            about, latex=f"{{{about.latex}}}'" if "^" in about.latex else f"{about.latex}'"
        )
    return known or Description(_name_latex(symbol.name), f"parameter {symbol.name}", "1")


def _name_latex(name: str) -> str:
    r"""Return the LaTeX of a name: words are upright, as in κ_loss and S_rel, letters are not."""
    if "{" in name or "\\" in name:
        return name
    if re.search(r"[%&#$~\s]|^_|_$", name):
        return plain_letters(name)
    base, above, below = split_super_sub(name)
    indices = [(sign, parts) for sign, parts in (("^", above), ("_", below)) if parts]
    printed = [f"{sign}{{{_index_latex(parts)}}}" for sign, parts in indices]
    return "".join([_word_latex(base), *printed])


def plain_letters(name: str) -> str:
    """Return the LaTeX of a name as it is typed, upright, with Greek letters spelled out."""
    spelled = "".join(_letter(each).removeprefix("\\") for each in name)
    return rf"\mathrm{{{re.sub(r'([%&#$_ ])', _escaped, spelled)}}}"


def _index_latex(parts: Sequence[str]) -> str:
    """Return the parts of an index as LaTeX, with commas where one is more than a character."""
    words = [_word_latex(part) for part in parts]
    return ("" if all(len(part) == 1 for part in parts) else ",").join(words)


def _word_latex(word: str) -> str:
    """Return a Greek letter by its name, a word upright, and letters such as AB as they are."""
    letters = [_letter(each) for each in word]
    if letters != list(word):
        return " ".join(letters)
    known = translate(word)
    is_word = (
        known == word and re.search("[a-zA-Z]{2}", word) and not re.fullmatch("[A-Z]{2}", word)
    )
    return rf"\mathrm{{{word}}}" if is_word else known


def _letter(character: str) -> str:
    """Return the LaTeX of a Greek letter, and any other character as it is."""
    found = re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER (\w+)", unicodedata.name(character, ""))
    if not found:
        return character
    name = found[2].lower() if found[1] == "SMALL" else found[2].capitalize()
    return str(translate(name))


def _escaped(found: re.Match[str]) -> str:
    return rf"\{found[1]}"


def primed(symbol: Symbol) -> Symbol:
    """Return a symbol of the same assumptions and meaning with a prime behind its name."""
    return Symbol(f"{symbol.name}'", **symbol._assumptions_orig)


def ket_name(ket: Iterable[Any]) -> str:
    """Return a ket as part of an identifier, such as 1_m1."""
    return "_".join(str(m).replace("-", "m").replace("/", "h") for m in ket)


def is_declared(name: str) -> bool:
    """Whether some symbol of this name has a description."""
    return any(symbol.name == name for symbol in _DESCRIPTIONS)


def declared(names: Collection[str]) -> list[Symbol]:
    """Return the symbols of these names that have a description."""
    return [symbol for symbol in _DESCRIPTIONS if symbol.name in names]


def is_described(symbol: Any) -> bool:
    """Whether this symbol has a description."""
    return symbol in _DESCRIPTIONS


def site_latex(site: str | int) -> str:
    """Return the label of a site as part of an index: what follows an underscore is its index."""
    head, *rest = str(site).split("_")
    upright = _word_latex(head)
    return f"{upright}_{{{','.join(map(_word_latex, rest))}}}" if rest else upright


def pair_latex(a: str | int, b: str | int) -> str:
    """Return two labels as part of an index, with a comma unless both are single characters."""
    return ("" if len(str(a)) == len(str(b)) == 1 else ",").join(map(site_latex, (a, b)))


def gain_rate(site: str | int) -> Symbol:
    """γ^g of a site: the rate at which the Letter's limit cycle is fed from below."""
    source, meaning = rf"\gamma^g_{{{site_latex(site)}}}", f"gain rate of spin {site}"
    return declare(f"gamma_g_{site}", source, meaning, "1/time", positive=True)


def damping_rate(site: str | int) -> Symbol:
    """γ^d of a site: the rate at which the Letter's limit cycle is fed from above."""
    source, meaning = rf"\gamma^d_{{{site_latex(site)}}}", f"damping rate of spin {site}"
    return declare(f"gamma_d_{site}", source, meaning, "1/time", positive=True)


def coupling_strength(a: str | int, b: str | int) -> Symbol:
    """ε of an edge of a network."""
    source, meaning = rf"\varepsilon_{{{pair_latex(a, b)}}}", f"coupling strength of {a} and {b}"
    return declare(f"epsilon_{a}_{b}", source, meaning, "1/time", nonnegative=True)


def coupling_phase(a: str | int, b: str | int) -> Symbol:
    """χ of an edge of a network."""
    source, meaning = rf"\chi_{{{pair_latex(a, b)}}}", f"phase of the coupling of {a} and {b}"
    return declare(f"chi_{a}_{b}", source, meaning, "rad", real=True)


def frequency(site: str | int) -> Symbol:
    """ω of a site."""
    source, meaning = rf"\omega_{{{site_latex(site)}}}", f"frequency of spin {site}"
    return declare(f"omega_{site}", source, meaning, "1/time", real=True)


epsilon = declare("epsilon", r"\varepsilon", "coupling strength", "1/time", nonnegative=True)
Delta = declare("Delta", r"\Delta", "detuning, the difference ω_A − ω_B", "1/time", real=True)
omega = declare("omega", r"\omega", "frequency of a power spectrum", "1/time", real=True)
phi = declare("phi", r"\phi", "relative phase φ_A − φ_B", "rad", real=True)
s = declare("s", "s", "variable of the Laplace transform", "1/time", positive=True)
t = declare("t", "t", "time since the coupling was switched on", "time", nonnegative=True)


def derivative_symbol(lhs: Any, symbol: Symbol) -> Any:
    """Return the left-hand side of a derivative by a symbol."""
    if isinstance(lhs, Tuple):
        return Tuple(*(derivative_symbol(each, symbol) for each in lhs))
    about, by = describe(lhs), describe(symbol)
    meaning = f"derivative of the {about.meaning} by {symbol.name}"
    name = f"d_{lhs.name}_d_{symbol.name}"
    return declare(name, rf"\partial_{{{by.latex}}} {about.latex}", meaning, _ratio(about, by))


_POWERS = {"1/time": -1, "1": 0, "time": 1}


def _ratio(about: Description, by: Description) -> str:
    """Return the unit of a quotient; an angle has none."""
    above, below = (_power_of_time(each.unit) for each in (about, by))
    if above is not None and below is not None:
        power = above - below
        return next((unit for unit, p in _POWERS.items() if p == power), f"time**{power}")
    return about.unit if below == 0 else f"({about.unit}) / ({by.unit})"


def _power_of_time(unit: str) -> int | None:
    """Return which power of time a unit is, or None if it is another."""
    found = re.fullmatch(r"time\*\*(-?\d+)", unit)
    return int(found[1]) if found else 0 if unit == "rad" else _POWERS.get(unit)


def meaning(lhs: Any) -> str:
    """Return the meaning of a left-hand side; if it has several parts, that of the first."""
    if not isinstance(lhs, Tuple):
        return describe(lhs).meaning
    more = f", and {len(lhs) - 1} more of the kind" if len(lhs) > 3 else ""
    return f"{describe(lhs.args[0]).meaning}{more}"
