"""A program as lines of scalar arithmetic, the same in every compiled language but for its words.

What depends on fixed inputs alone comes before the loop over the elements of a row.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import copysign, isinf
from typing import Any

from sympy import Symbol

from symsync.evaluate.program import Program, Step, Value, needed
from symsync.expressions.checks import domain_of

__all__ = [
    "IN_C",
    "NAMES",
    "Loop",
    "Syntax",
    "condition",
    "input_symbols",
    "kernels_of",
    "literal",
    "scalar_steps",
    "with_kernels",
]

_INFIX = {
    "add": "{} + {}",
    "subtract": "{} - {}",
    "multiply": "{} * {}",
    "divide": "{} / {}",
    "negative": "-{}",
    "square": "{0} * {0}",
}


@dataclass(frozen=True)
class Loop:
    """What a function of n points does before its loop and in it, in whatever language.

    Attributes
    ----------
    fixed, varying
        Inputs that are one number each, and inputs that are n numbers each.
    before, inside
        The steps that depend on fixed inputs alone, and those of each point.
    conditions
        For each input the condition on its value, as in C.
    outputs, finite
        The values of all components, and those among them that are no constants.
    """

    fixed: list[int]
    varying: list[int]
    before: list[Step]
    inside: list[Step]
    conditions: list[str]
    outputs: list[Value]
    finite: list[int]

    @classmethod
    def of(cls, program: Program, symbols: tuple[Symbol, ...], varying: frozenset[int]) -> "Loop":
        """Return the loop of a program whose inputs belong to parameters."""
        before, inside = scalar_steps(program, varying)
        outputs = program.values
        return cls(
            fixed=[k for k in range(len(program.inputs)) if k not in varying],
            varying=sorted(varying),
            before=before,
            inside=inside,
            conditions=[condition(s, k) for k, s in enumerate(input_symbols(symbols))],
            outputs=outputs,
            finite=sorted({value for value in outputs if isinstance(value, int)}),
        )

    def lines(self, syntax: "Syntax", store: Callable[[int, str], str]) -> list[str]:
        """Return the statements of a point; an output is stored as soon as it is known.

        Parameters
        ----------
        syntax
            How the language writes steps.
        store
            The statement that stores the k-th output, whose text is the second argument.
        """
        stores: dict[str, list[str]] = {}
        for k, value in enumerate(self.outputs):
            text = syntax.text(value)
            stores.setdefault(text, []).append(store(k, text))
        found = []
        for step in self.inside:
            found.append(syntax.line(step))
            for result in range(step.index, step.index + step.results):
                found += stores.pop(syntax.text(result), [])
        return found + [line for rest in stores.values() for line in rest]


NAMES = {
    "arccos": "acos", "arccosh": "acosh", "arcsin": "asin", "arcsinh": "asinh", "arctan": "atan",
    "arctanh": "atanh", "power": "pow",
}  # fmt: skip
"""What C and Python's `math` call an operation otherwise than NumPy."""


def scalar_steps(
    program: Program, varying: Iterable[int], fused: bool = True
) -> tuple[list[Step], list[Step]]:
    """Return the steps that depend on fixed inputs alone, and those to be done for each element.

    Differences of sums are written out, and steps that no output needs are left out.

    Parameters
    ----------
    program
        All steps.
    varying
        The inputs that are not fixed.
    fused
        Whether a language has the kernels that are several divided differences at once.
    """
    changing = set(varying)
    early: list[Step] = []
    late: list[Step] = []
    for step in needed(_written_out(program, fused), program.values):
        if changing.isdisjoint(step.values):
            early.append(step)
        else:
            late.append(step)
            changing.update(range(step.index, step.index + step.results))
    return early, late


def input_symbols(symbols: tuple[Symbol, ...]) -> list[Symbol]:
    """Return the parameter that each real input belongs to."""
    return [s for s in symbols for _ in range(1 if s.is_extended_real else 2)]


_CONDITIONS = {
    "positive": "({} > 0.0)", "non-negative": "({} >= 0.0)", "negative": "({} < 0.0)",
    "non-positive": "({} <= 0.0)", "non-zero": "(({0} < 0.0) | ({0} > 0.0))",
    "even": "(fmod({}, 2.0) == 0.0)", "odd": "(fmod(fmod({}, 2.0) + 2.0, 2.0) == 1.0)",
    "whole": "(fmod({}, 1.0) == 0.0)",
}  # fmt: skip


def condition(symbol: Symbol, index: int) -> str:
    """Return the condition, as in C, that an input is in its parameter's domain and no nan."""
    words = [_CONDITIONS[word].format(f"v{index}") for word in domain_of(symbol)]
    return " & ".join(words) or f"(v{index} == v{index})"


@dataclass(frozen=True)
class Syntax:
    """How a language writes steps.

    Attributes
    ----------
    words
        What it calls an operation otherwise than NumPy.
    one, several
        The statement of a step with one result, and of one with several, in which `first` is the
        name of the first result, `others` are those of the others, `places` these with & before
        each, `value` is the call, and `call` is the call without its last bracket.
    literal
        A constant, in brackets if it is negative.
    """

    words: Mapping[str, str]
    one: str
    several: str
    literal: Callable[[float], str]

    def line(self, step: Step) -> str:
        """Return the statement of a step."""
        first, *others = (f"v{step.index + k}" for k in range(step.results))
        value = self.expression(step)
        return (self.several if others else self.one).format(
            first=first,
            others=", ".join(others),
            places=", ".join(f"&{name}" for name in others),
            value=value,
            call=value[:-1],
        )

    def expression(self, step: Step) -> str:
        """Return a step as an infix expression or as the call of a function."""
        arguments = [self.text(argument) for argument in step.arguments]
        if step.operation in _INFIX:
            return _INFIX[step.operation].format(*arguments)
        name = self.words.get(step.operation, step.operation)
        return f"{name}({', '.join(arguments)})"

    def text(self, value: Value) -> str:
        """Return the name of a value, or a constant."""
        return f"v{value}" if isinstance(value, int) else self.literal(value)


def literal(nan: str, infinity: str, suffix: str = "") -> Callable[[float], str]:
    """Return the function that writes constants with these words for what is no finite number."""

    def written(value: float) -> str:
        if value != value:
            return nan
        size = infinity if isinf(value) else f"{abs(value)!r}{suffix}"
        return size if copysign(1.0, value) > 0 else f"(-{size})"

    return written


IN_C = literal("(0.0 / 0.0)", "(1.0 / 0.0)")
"""Constants as in C, and in Python that Numba compiles."""


def kernels_of(code: str, kernels: Mapping[str, str]) -> list[str]:
    """Return the names of those kernels that code calls, or that these call, in their order."""
    used: list[str] = []
    for name in reversed(list(kernels)):
        calls = re.compile(rf"\b{name}\(")
        if calls.search(code) or any(calls.search(kernels[other]) for other in used):
            used.insert(0, name)
    return used


def with_kernels(code: str, kernels: Mapping[str, str]) -> str:
    """Return code after the definitions of those kernels that it calls, or that these call."""
    return "\n\n".join([*(kernels[name] for name in kernels_of(code, kernels)), code])


def _written_out(program: Program, fused: bool) -> list[Step]:
    """Return all steps with arguments in one line, differences as sums with their errors.

    The results of additional steps are numbered after all others.
    """
    steps: list[Step] = []
    count = 1 + max([len(program.inputs), *(step.index + step.results for step in program.steps)])

    def emit(operation: str, *arguments: Value, index: int | None = None) -> int:
        nonlocal count
        if index is None:
            index, count = count, count + 1
        steps.append(Step(operation, arguments, index))
        return index

    def summation_error(terms: tuple[Value, ...]) -> Value:
        first, *rest = terms
        error: Value = 0.0
        for term in rest:
            total = emit("add", first, term)
            new = emit("sum_error", first, term, total)
            first, error = total, new if error == 0.0 else emit("add", error, new)
        return error

    for step in program.steps:
        if step.operation in ("difference", "distance"):
            plus, minus, *terms = step.arguments
            rough = emit("subtract", plus, minus)
            correction = emit("subtract", *map(summation_error, terms))
            if step.operation == "difference":
                emit("restored", rough, correction, plus, index=step.index)
            else:
                emit("absolute", emit("restored", rough, correction, plus), index=step.index)
        elif step.operation == "difference_slopes" and not fused:
            nodes = step.arguments
            for k, again in enumerate(((), *((node,) for node in nodes))):
                every = (*nodes, *again)
                name = f"divided_difference_{len(every)}"
                steps.append(Step(name, (1.0, *_in_one_line(every)), step.index + 2 * k, 2))
        elif step.operation in ("divided_difference", "difference_slopes"):
            nodes = tuple(each for each in step.arguments if isinstance(each, tuple))
            arguments = _in_one_line(step.arguments)
            name = f"{step.operation}_{len(nodes)}"
            steps.append(Step(name, arguments, step.index, step.results))
        else:
            steps.append(step)
    return steps


def _in_one_line(arguments: tuple[Any, ...]) -> tuple[Value, ...]:
    parts = (each if isinstance(each, tuple) else (each,) for each in arguments)
    return tuple(value for part in parts for value in part)
