"""Definitions that travel inside a formula: symbols that know what they stand for.

Every operation acts through a `NamedExpression`: derivative, substitution, free symbols, numeric
value and assumptions are those of its expression.  A formula is therefore a graph in which what is
shared is shared once; the functions of this module visit each of its nodes once.
"""

from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from typing import Any
from weakref import WeakValueDictionary

from sympy import Add, Basic, DiracDelta, Expr, Function, MatrixBase, Mul, Pow, S, Symbol, Tuple

from symsync.expressions.symbols import declare, describe

__all__ = [
    "NamedExpression",
    "beside_steps",
    "derivative",
    "in_symbols",
    "nodes_of",
    "with_definitions",
    "written_out",
]

_KNOWN: "WeakValueDictionary[tuple[Symbol, Expr], NamedExpression]" = WeakValueDictionary()


class NamedExpression(Expr):
    """A symbol together with the expression that it stands for.

    Two of them are equal if both their symbols and their expressions are.  Like an atom it is left
    alone where a formula is only rearranged, and it prints as its symbol.

    Attributes
    ----------
    symbol
        How it is printed; its assumptions hold for the expression.
    value
        The expression, which may hold further named expressions.
    """

    is_Atom = True  # noqa: N815  # SymPy fixes the name
    is_commutative = True

    def __new__(cls, symbol: Symbol, value: Expr) -> Any:
        """Return the node, the same one for the same arguments; a number needs no name."""
        if value.is_Number:
            return value
        found = _KNOWN.get((symbol, value))
        if found is None:
            found = _KNOWN.setdefault((symbol, value), Expr.__new__(cls, symbol, value))
        return found

    @property
    def symbol(self) -> Symbol:
        """How it is printed."""
        return self.args[0]

    @property
    def value(self) -> Expr:
        """What it stands for."""
        return self.args[1]

    @cached_property
    def free_symbols(self) -> set[Symbol]:
        """The symbols of the expression."""
        found: set[Symbol] = self.value.free_symbols
        return found

    @cached_property
    def is_number(self) -> bool:
        """Whether the expression is a number of which SymPy may ask for digits."""
        return bool(self.value.is_number)

    def sort_key(self, order: Any = None) -> Any:
        """Return the key of its symbol."""
        return self.symbol.sort_key(order)

    def _eval_subs(self, old: Any, new: Any) -> Any:
        if old == self.symbol:
            return new
        value = self.value._subs(old, new)
        return self if value is self.value else NamedExpression(self.symbol, value)

    def _xreplace(self, rule: Mapping[Any, Any]) -> tuple[Any, bool]:
        if self in rule:
            return rule[self], True
        if not rule:
            return self, False
        if isinstance(rule, Mapping):
            return _replaced(self, frozenset(rule.items()))
        value, changed = self.value._xreplace(rule)  # SymPy has rules that are functions
        return (NamedExpression(self.symbol, value), True) if changed else (self, False)

    def _eval_derivative(self, variable: Symbol) -> Expr:
        return _derivative(self, variable)

    def _eval_nseries(self, x: Symbol, n: int, logx: Any, cdir: int = 0) -> Expr:
        return self.value._eval_nseries(x, n=n, logx=logx, cdir=cdir)

    def _eval_as_leading_term(self, x: Symbol, logx: Any = None, cdir: int = 0) -> Expr:
        return self.value.as_leading_term(x, logx=logx, cdir=cdir)

    def _eval_conjugate(self) -> Expr | None:
        return self if self.is_extended_real else None

    def _eval_evalf(self, prec: int) -> Expr | None:
        return None if self.free_symbols else _evaluated(self, prec)

    def modulo(self, point: Any) -> int:
        """Return the expression at a `PrimePoint` of `sparse_elimination`."""
        return int(point.residue(self.value))

    def _sympystr(self, printer: Any) -> str:
        return str(printer._print(self.symbol))

    def _latex(self, printer: Any) -> str:
        return str(printer._print(self.symbol))

    def _fact(self, name: str) -> bool | None:
        """Return what is known of the symbol, or else of the expression."""
        known: bool | None = getattr(self.symbol, name)
        if known is None:
            known = getattr(self.value, name)
        return known

    def _eval_is_extended_real(self) -> bool | None:
        return self._fact("is_extended_real")

    def _eval_is_finite(self) -> bool | None:
        return self._fact("is_finite")

    def _eval_is_extended_positive(self) -> bool | None:
        return self._fact("is_extended_positive")

    def _eval_is_extended_negative(self) -> bool | None:
        return self._fact("is_extended_negative")

    def _eval_is_extended_nonnegative(self) -> bool | None:
        return self._fact("is_extended_nonnegative")

    def _eval_is_zero(self) -> bool | None:
        return self._fact("is_zero")


@lru_cache(maxsize=4096)
def _replaced(node: NamedExpression, rule: frozenset[tuple[Any, Any]]) -> tuple[Any, bool]:
    value, changed = node.value._xreplace(dict(rule))
    return (NamedExpression(node.symbol, value), True) if changed else (node, False)


@lru_cache(maxsize=4096)
def _derivative(node: NamedExpression, variable: Symbol) -> Expr:
    """Return the derivative, which has a name of its own as long as it is no number or symbol."""
    value = derivative(node.value, variable)
    if not value.args:
        return value
    name = f"d_{node.symbol.name}_d_{variable.name}"
    latex = rf"\partial_{{{describe(variable).latex}}} {describe(node.symbol).latex}"
    meaning = f"derivative of {node.symbol.name} by {variable.name}"
    return NamedExpression(declare(name, latex, meaning, real=node.is_extended_real), value)


def derivative(formula: Any, variable: Symbol) -> Any:
    """Return the derivative of a formula, each of its parts visited once.

    SymPy's `diff` looks at every part as often as it occurs, in definitions as well.

    Parameters
    ----------
    formula
        An expression, a `Tuple` or a matrix.
    variable
        The symbol.
    """
    if isinstance(formula, MatrixBase):
        return formula.applyfunc(lambda part: derivative(part, variable))
    if isinstance(formula, Tuple):
        return Tuple(*(derivative(part, variable) for part in formula))
    if variable not in formula.free_symbols:
        return S.Zero
    match formula:
        case NamedExpression():
            return _derivative(formula, variable)
        case Add():
            return Add(*(derivative(term, variable) for term in formula.args))
        case Mul():
            slopes = [derivative(factor, variable) for factor in formula.args]
            return Add(
                *(
                    Mul(*formula.args[:k], slope, *formula.args[k + 1 :])
                    for k, slope in enumerate(slopes)
                    if slope != 0
                )
            )
        case Pow() if not formula.exp.free_symbols:
            slope = derivative(formula.base, variable)
            return formula.exp * formula.base ** (formula.exp - 1) * slope
        case Function() if type(formula).fdiff is not Function.fdiff:
            slopes = [derivative(arg, variable) for arg in formula.args]
            return Add(
                *(formula.fdiff(k) * slope for k, slope in enumerate(slopes, start=1) if slope != 0)
            )
    return formula.diff(variable)


def beside_steps(slope: Any, formula: Any) -> Any:
    """Return the derivative of a formula without the impulses that a step in it leaves."""
    impulses = nodes_of(slope, DiracDelta)
    known = not impulses or nodes_of(formula, DiracDelta)
    return slope if known else slope.xreplace(dict.fromkeys(impulses, S.Zero))


@lru_cache(maxsize=4096)
def _evaluated(node: NamedExpression, prec: int) -> Expr:
    return node.value._evalf(prec)


def with_definitions(formula: Any, definitions: Mapping[Symbol, Expr]) -> Any:
    """Return a formula whose symbols know what they stand for.

    Parameters
    ----------
    formula
        An expression, a `Tuple` or a matrix.
    definitions
        {symbol: expression} in the order in which they are computed.

    Returns
    -------
    Any
        The formula with a `NamedExpression` for each of these symbols that it holds.

    Raises
    ------
    AttributeError
        If the formula is no SymPy object.

    Examples
    --------
    >>> from sympy import symbols
    >>> x, y = symbols("x y")
    >>> formula = with_definitions(y**2, {y: x + 1})
    >>> formula, formula.diff(x), formula.subs(x, 1)
    (y**2, 2*y, 4)
    """
    known: dict[Symbol, Expr] = {}
    for symbol, value in definitions.items():
        known[symbol] = NamedExpression(symbol, value.xreplace(known))
    return formula.xreplace(known)


def _rebuilt(formula: Any, replace: Callable[[NamedExpression, Any], Any]) -> Any:
    """Return a formula with its nodes replaced, each subexpression visited once."""
    memo: dict[Any, Any] = {}

    def visit(part: Any) -> Any:
        if part not in memo:
            memo[part] = rebuild(part)
        return memo[part]

    def rebuild(part: Any) -> Any:
        if isinstance(part, NamedExpression):
            return replace(part, visit)
        if isinstance(part, MatrixBase):
            return part.applyfunc(visit)
        if not (isinstance(part, Basic) and part.args):
            return part
        arguments = [visit(arg) for arg in part.args]
        same = all(a is b for a, b in zip(arguments, part.args, strict=True))
        return part if same else part.func(*arguments)

    return visit(formula)


def written_out(formula: Any) -> Any:
    """Return a formula in its parameters alone."""
    return _rebuilt(formula, lambda node, visit: visit(node.value))


def nodes_of(formula: Any, kind: type) -> list[Any]:
    """Return the parts of a formula of one kind, also those inside definitions, each once."""
    seen: set[Any] = set()
    found = []
    waiting = [formula]
    while waiting:
        part = waiting.pop()
        if part in seen:
            continue
        seen.add(part)
        if isinstance(part, kind):
            found.append(part)
        waiting += list(part.flat()) if isinstance(part, MatrixBase) else getattr(part, "args", ())
    return found


def in_symbols(formula: Any) -> tuple[Any, dict[Symbol, Expr]]:
    """Return a formula in plain symbols, and {symbol: expression} in the order of computation.

    A symbol that would mean two things, or is a parameter as well, is numbered.
    """
    taken = {symbol.name for symbol in formula.free_symbols}
    definitions: dict[Symbol, Expr] = {}

    def replace(node: NamedExpression, visit: Callable[[Any], Any]) -> Symbol:
        value = visit(node.value)
        symbol = _unused(node.symbol, taken)
        taken.add(symbol.name)
        definitions[symbol] = value
        return symbol

    return _rebuilt(formula, replace), definitions


def _unused(symbol: Symbol, taken: set[str]) -> Symbol:
    if symbol.name not in taken:
        return symbol
    number = next(k for k in range(2, len(taken) + 3) if f"{symbol.name}_{k}" not in taken)
    about = describe(symbol)
    latex = rf"{{{about.latex}}}^{{({number})}}"
    facts = symbol._assumptions_orig
    return declare(f"{symbol.name}_{number}", latex, about.meaning, about.unit, **facts)
