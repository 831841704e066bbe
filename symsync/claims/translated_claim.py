"""A claim and the formula that it is compared with, in the same symbols.

Symbols are matched by name, and decimal numbers are exact.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sympy import (
    Derivative,
    Expr,
    Float,
    I,
    ImmutableMatrix,
    Integral,
    Limit,
    MatrixBase,
    Rational,
    Subs,
    Symbol,
    Tuple,
    nan,
    oo,
    zoo,
)
from sympy.core.facts import InconsistentAssumptions

from symsync.catalogue.index import equations
from symsync.derive.state import State
from symsync.evaluate.program import components_of
from symsync.expressions.checks import did_you_mean, number
from symsync.expressions.formula_text import formula_of, in_latin_letters
from symsync.expressions.symbols import describe
from symsync.formula import Equation, equation
from symsync.model.given_matrices import operator_of

__all__ = ["Case", "NotComparableError", "case_of", "formula_given", "known_equation"]


class NotComparableError(Exception):
    """A claim cannot be compared with a formula; the text says why."""


@dataclass(frozen=True)
class Case:
    """A claim and the formula that it is compared with.

    Attributes
    ----------
    pairs
        The claim and the formula in the same symbols, for each component.
    against
        The equation.
    name
        How it is called.
    note
        What holds for the comparison.
    couplings
        The small parameters.
    """

    pairs: tuple[tuple[Expr, Expr], ...]
    against: Equation
    name: str
    note: str
    couplings: tuple[Symbol, ...]

    @property
    def is_angle(self) -> bool:
        """Whether the formula is an angle, of which multiples of 2π make no difference."""
        lhs = self.against.lhs
        return isinstance(lhs, Symbol) and describe(lhs).unit == "rad"


def known_equation(against: Any) -> tuple[Equation, str]:
    """Return what a claim is compared with, and how it is called."""
    if isinstance(against, Equation):
        return against, against.label
    if isinstance(against, str):
        try:
            return equations[against], against
        except KeyError as error:
            raise ValueError(f"Argument `against`: {error.args[0]}") from None
    return equation("formula", formula_given("against", against)), "the formula"


def formula_given(argument: str, given: Any) -> Any:
    """Return a formula as a SymPy object with exact numbers."""
    if isinstance(given, Equation):
        return given.rhs
    if isinstance(given, str):
        return formula_of(given)
    if isinstance(given, State):
        return given.matrix()
    if hasattr(given, "full") or getattr(given, "ndim", 0) == 2:
        rows = operator_of(argument, given)[0].tolist()
        return ImmutableMatrix([[_exact(z.real) + I * _exact(z.imag) for z in row] for row in rows])
    if isinstance(given, MatrixBase):
        return given.applyfunc(_exact).as_immutable()
    if isinstance(given, list | tuple | Tuple):
        return Tuple(*(formula_given(argument, part) for part in given))
    found = _exact(given)
    if not isinstance(found, Expr):
        raise ValueError(
            f"Argument `{argument}` must be an expression, a matrix or list of expressions, or "
            f"text, but is {given!r}. Write it in SymPy or in quotes."
        )
    for part in found.atoms(Derivative, Integral, Limit, Subs):
        raise ValueError(
            f"Argument `{argument}` must be carried out, but holds {part}. Write {argument}.doit()."
        )
    if found.has(nan, oo, -oo, zoo):
        raise ValueError(f"Argument `{argument}` must be finite, but is {found}.")
    return found


def _exact(given: Any) -> Any:
    """Return an expression whose decimal numbers are fractions."""
    given = Float(given) if isinstance(given, float) else number(given)
    if isinstance(given, Expr):
        return given.xreplace({each: _fraction(each) for each in given.atoms(Float)})
    return given


def _fraction(decimal: Float) -> Expr:
    return Rational(str(decimal)) if decimal.is_finite else nan


def case_of(claim: Any, ours: Equation, name: str, where: Mapping[Any, Any], coupling: Any) -> Case:
    """Return a claim and a formula in the same symbols.

    Parameters
    ----------
    claim
        A formula.
    ours
        The equation that it is compared with.
    name
        How this is called.
    where
        {name or symbol of the claim: what it is in our symbols}.
    coupling
        The small parameters, or None.

    Raises
    ------
    ValueError
        If an argument is wrong.
    NotComparableError
        If there is nothing to compare.
    """
    own = {symbol.name: symbol for symbol in (*ours.parameters, *ours.rhs.free_symbols)}
    theirs, shape = components_of(claim)
    wanted, own_shape = components_of(ours.rhs)
    if ours.spins or not all(map(_is_number, wanted)):
        raise NotComparableError("it holds operators, kets or several equations in one")
    if not all(map(_is_number, theirs)):
        raise NotComparableError("the claim holds operators or several equations in one")
    if shape != own_shape:
        raise NotComparableError(f"the claim has {_shaped(shape)}, and ours {_shaped(own_shape)}")
    couplings = _couplings(ours, own, coupling)
    rule = _translation(claim, own, where)
    narrowed, note = _narrowed(claim, own, rule)
    pairs = tuple(
        (one.xreplace(rule).xreplace(narrowed), other.xreplace(narrowed))
        for one, other in zip(theirs, wanted, strict=True)
    )
    return Case(pairs, ours, name, note, tuple(narrowed.get(each, each) for each in couplings))


def _is_number(component: Any) -> bool:
    return isinstance(component, Expr) and bool(component.is_commutative)


def _shaped(shape: Sequence[int]) -> str:
    return f"{' × '.join(map(str, shape))} components" if shape else "one component"


def _translation(
    claim: Any, own: Mapping[str, Symbol], where: Mapping[Any, Any]
) -> dict[Symbol, Expr]:
    """Return {symbol of the claim: what it is in our symbols}."""
    if not isinstance(where, Mapping):
        raise ValueError(f"Argument `where` must be {{name: formula}}, but is {where!r}.")
    theirs = {in_latin_letters(symbol.name) for symbol in claim.free_symbols}
    translated: dict[str, Expr] = {}
    for key, value in where.items():
        name = _name("where", key)
        if name not in theirs:
            raise ValueError(
                f"Argument `where` translates {name!r}, which the claim does not hold; it holds "
                f"{', '.join(sorted(theirs)) or 'no symbols'}.{did_you_mean(name, theirs)}"
            )
        formula = formula_given("where", value)
        if not _is_number(formula):
            raise ValueError(f"Argument `where` must hold formulas, but {name} is {value!r}.")
        _require_known(formula.free_symbols, own, "translate into these")
        known = {symbol: own[in_latin_letters(symbol.name)] for symbol in formula.free_symbols}
        translated[name] = formula.xreplace(known)
    names = {symbol: in_latin_letters(symbol.name) for symbol in claim.free_symbols}
    _require_known((symbol for symbol, n in names.items() if n not in translated), own)
    return {symbol: translated[n] if n in translated else own[n] for symbol, n in names.items()}


def _name(argument: str, key: Any) -> str:
    if isinstance(key, Symbol | str):
        name = in_latin_letters(key.name if isinstance(key, Symbol) else key.strip())
        if name:
            return name
    raise ValueError(f"Argument `{argument}` must name symbols, but names {key!r}.")


_ADVICE = "translate by where={{{!r}: …}}"


def _require_known(
    symbols: Iterable[Symbol],
    own: Mapping[str, Symbol],
    advice: str = _ADVICE,
) -> None:
    unknown = sorted({in_latin_letters(symbol.name) for symbol in symbols} - set(own))
    if unknown:
        hints = "".join(did_you_mean(name, own) for name in unknown)
        raise NotComparableError(
            f"ours does not know {', '.join(unknown)} but {', '.join(own) or 'no symbols'}; "
            f"{advice.format(unknown[0])}{'.' * bool(hints)}{hints}"
        )


FACTS = (
    "real", "nonnegative", "nonpositive", "positive", "negative", "integer", "imaginary",
)  # fmt: skip
"""What a symbol may be declared to be, what says more later."""


def _narrowed(
    claim: Any, own: Mapping[str, Symbol], rule: Mapping[Symbol, Expr]
) -> tuple[dict[Symbol, Symbol], str]:
    """Return {our symbol: one that is also what the claim declares it to be}, and what to say."""
    narrowed, notes = {}, []
    for symbol in sorted(claim.free_symbols, key=str):
        ours = own.get(in_latin_letters(symbol.name))
        facts = [fact for fact in FACTS if getattr(symbol, f"is_{fact}")]
        new = [fact for fact in facts if ours is not None and not getattr(ours, f"is_{fact}")]
        if rule[symbol] != ours or not new or (ours.is_nonnegative and new == ["positive"]):
            continue  # at zero there is nothing new
        known = {fact: value for fact, value in ours.assumptions0.items() if value}
        try:
            narrowed[ours] = Symbol(ours.name, **{**known, **dict.fromkeys(facts, True)})
        except InconsistentAssumptions:
            raise NotComparableError(
                f"{ours.name} is {new[-1]} in the claim, and cannot be so in ours"
            ) from None
        notes.append(f"{ours.name} is {new[-1]}")
    return narrowed, f"where {' and '.join(notes)}, as declared in the claim" if notes else ""


def _couplings(ours: Equation, own: Mapping[str, Symbol], given: Any) -> list[Symbol]:
    """Return the small parameters: what is given, or known, or called a coupling strength."""
    if given is None:
        known = [own[name] for name, _ in ours.order.powers if name in own]
        return known or [
            symbol
            for symbol in own.values()
            if symbol.name == "epsilon" or describe(symbol).meaning.startswith("coupling strength")
        ]
    listed = given if isinstance(given, list | tuple) else [given]
    names = [_name("coupling", each) for each in listed]
    for name in names:
        if name not in own:
            raise ValueError(
                f"Argument `coupling` names {name!r}, on which ours does not depend; it depends on "
                f"{', '.join(own) or 'nothing'}.{did_you_mean(name, own)}"
            )
    return [own[name] for name in names]
