"""Elementary functions and conditions as steps of a program."""

from typing import Any, Protocol

from sympy import (
    ITE,
    And,
    DiracDelta,
    Expr,
    Heaviside,
    Max,
    Min,
    Not,
    Or,
    Piecewise,
    S,
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atanh,
    cosh,
    erf,
    erfc,
    false,
    log,
    nan,
    sign,
    sinh,
    tan,
    tanh,
    true,
)
from sympy.core.relational import Equality, Ge, Gt, Le, Lt, Relational, Unequality

from symsync.evaluate.program import Value

__all__ = ["elementary"]

OPERATIONS = {
    acos: "arccos", acosh: "arccosh", asin: "arcsin", asinh: "arcsinh", atan: "arctan",
    atanh: "arctanh", cosh: "cosh", erf: "erf", erfc: "erfc", log: "log", sign: "sign",
    sinh: "sinh", tan: "tan", tanh: "tanh",
}  # fmt: skip
"""Functions of one real number by the names of their operations, which are NumPy's."""

COMPARISONS = {
    Gt: ("greater", False), Lt: ("greater", True), Ge: ("greater_equal", False),
    Le: ("greater_equal", True), Equality: ("equal", False), Unequality: ("equal", False),
}  # fmt: skip
"""The operation of a comparison, and whether its sides are exchanged."""


class Builder(Protocol):
    """What writes a program; see `lowering`.

    Attributes
    ----------
    cases
        The steps that choose between the cases of a formula.
    """

    cases: set[Value]

    def value(self, expression: Expr) -> Value:
        """Return where the value of a real expression is found."""

    def emit(self, operation: str, *arguments: Any) -> int:
        """Append a step and return its index."""


def elementary(builder: Builder, expression: Expr) -> Value:
    """Return where the value of an elementary function is found.

    Raises
    ------
    NotImplementedError
        If no program knows the function.
    """
    match expression:
        case Max() | Min():
            operation = "maximum" if isinstance(expression, Max) else "minimum"
            return _chained(builder, operation, [builder.value(arg) for arg in expression.args])
        case Piecewise():
            return _piecewise(builder, expression.args)
        case Heaviside():
            sign_ = builder.emit("sign", builder.value(expression.args[0]))
            return builder.emit("multiply", 0.5, builder.emit("add", 1.0, sign_))
        case DiracDelta():
            return _piecewise(builder, ((nan, Equality(expression.args[0], 0)), (S.Zero, true)))
        case _ if type(expression) in OPERATIONS:
            return builder.emit(OPERATIONS[type(expression)], builder.value(expression.args[0]))
    raise NotImplementedError(
        f"No evaluator of arrays knows the function {type(expression).__name__}. "
        "Try function(backend='mpmath')."
    )


def _chained(builder: Builder, operation: str, values: list[Value]) -> Value:
    """Return an operation of two values on several, one after the other."""
    total, *rest = values
    for value in rest:
        total = builder.emit(operation, total, value)
    return total


def _piecewise(builder: Builder, cases: tuple[tuple[Expr, Any], ...]) -> Value:
    """Return the first expression whose condition holds; nan where none does."""
    (expression, condition), *others = cases
    first = builder.value(expression)
    if condition == true:
        return first
    rest = _piecewise(builder, tuple(others)) if others else float("nan")
    sign_ = builder.emit("subtract", _truth(builder, condition), 0.5)
    value = builder.emit("choose", sign_, first, rest)
    builder.cases.add(value)
    return value


def _truth(builder: Builder, condition: Any) -> Value:
    """Return 1 where a condition holds, and 0 elsewhere."""
    if condition in (true, false):
        return float(condition == true)
    match condition:
        case And() | Or():
            operation = "minimum" if isinstance(condition, And) else "maximum"
            return _chained(builder, operation, [_truth(builder, c) for c in condition.args])
        case ITE():
            first, *rest = (_truth(builder, each) for each in condition.args)
            return builder.emit("choose", builder.emit("subtract", first, 0.5), *rest)
        case Not():
            return builder.emit("subtract", 1.0, _truth(builder, condition.args[0]))
        case Relational():
            operation, swapped = COMPARISONS[type(condition)]
            left, right = (builder.value(side) for side in condition.args)
            found = builder.emit(operation, *((right, left) if swapped else (left, right)))
            unequal = isinstance(condition, Unequality)
            return builder.emit("subtract", 1.0, found) if unequal else found
    raise NotImplementedError(
        f"No evaluator of arrays knows the condition {condition}. Try function(backend='mpmath')."
    )
