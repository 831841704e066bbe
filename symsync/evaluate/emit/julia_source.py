"""Formulas as modules of Julia."""

import re

from symsync.evaluate.contract import Formula, requirement
from symsync.evaluate.emit.code import Code
from symsync.evaluate.emit.scalar_source import (
    NAMES,
    Loop,
    Syntax,
    literal,
    with_kernels,
)
from symsync.evaluate.emit.whole_program import Routine, elementary_routine
from symsync.evaluate.kernels.julia_kernels import SOURCES
from symsync.evaluate.program import MOST_NODES
from symsync.expressions.symbols import describe

__all__ = ["julia_code"]

_WORDS = {
    **NAMES,
    "absolute": "abs", "sqrt": "root", "log": "logarithm", "log1p": "logarithm_1p",
    "minimum": "lower_of", "maximum": "upper_of", "sign": "sign_of", "angle": "angle_of",
    "erf": "erf_of", "erfc": "erfc_of", "cos": "cosine", "sin": "sine", "tan": "tangent",
    "arcsin": "arcsine", "arccos": "arccosine", "arccosh": "arcosh", "arctanh": "artanh",
    "power": "power",
    **{f"divided_difference_{n}": "divided_difference" for n in range(2, MOST_NODES + 1)},
}  # fmt: skip
_SYNTAX = Syntax(_WORDS, "{first} = {value}", "{first}, {others} = {value}", literal("NaN", "Inf"))
_RESERVED = {
    "baremodule", "begin", "const", "do", "end", "export", "function", "let", "local", "macro",
    "module", "quote", "struct", "true", "false", "using", "catch", "elseif", "throw", "complex",
    "real", "imag", "reshape", "permutedims",
}  # fmt: skip
"""Python's identifiers that are none in Julia, and what the function itself calls."""

_CALLED = {
    word
    for text in SOURCES.values()
    for pattern in (r"(\w+)\(", r"guarded\((\w+)")
    for word in re.findall(pattern, text)
} - {"f"}
"""What kernels call; the function cannot be called so."""

_TAKEN = {*_RESERVED, *SOURCES, *_WORDS.values(), "abs", "exp", "Float64", "DomainError"}
"""What neither the function nor a parameter of it can be called."""


def julia_code(formula: Formula) -> Code:
    """Return a formula as a Julia module with a function of keyword arguments.

    Raises
    ------
    NotImplementedError
        If it holds a function of a block larger than three, or unknowns of equations.
    """
    routine = elementary_routine(formula, "Julia")
    name = f"{formula.label}_" if formula.label in _TAKEN | _CALLED else formula.label
    code = with_kernels(f"{_documentation(routine)}\n{_function(name, routine)}", SOURCES)
    text = f"module Symsync_{formula.label}\n\nexport {name}\n\n{code}\n\nend\n"
    return Code("julia", name, text)


def _arguments(routine: Routine) -> list[str]:
    """Return the parameters' names; those that Julia cannot take end in lines that none has."""
    names = [symbol.name for symbol in routine.formula.parameters]
    found = []
    for name in names:
        free = name
        while free in _TAKEN or re.fullmatch(r"v\d+", free) or (free != name and free in names):
            free += "_"
        found.append(free)
    return found


def _documentation(routine: Routine) -> str:
    lines = [routine.formula.text, ""]
    for name, symbol in zip(_arguments(routine), routine.formula.parameters, strict=True):
        about = describe(symbol)
        lines.append(f"- {name}: {requirement(symbol)}, {about.meaning} (unit: {about.unit})")
    safe = "\n".join(line.replace("=#", "= #") for line in lines)
    return f"#=\n{safe}\n=#"


def _function(name: str, routine: Routine) -> str:
    program, symbols = routine.program, routine.formula.parameters
    loop = Loop.of(program, symbols, frozenset(range(len(program.inputs))))
    arguments, lines, number = _arguments(routine), [], 0
    conditions = [each.replace("fmod(", "rem(") for each in loop.conditions]
    for argument, symbol in zip(arguments, symbols, strict=True):
        parts = ["Float64({})"] if symbol.is_extended_real else ["Float64(real({}))",
                                                                 "Float64(imag({}))"]  # fmt: skip
        for part in parts:
            lines.append(f"v{number} = {part.format(argument)}")
            lines.append(
                f"({conditions[number]}) || throw(DomainError({argument}, "
                f'"Argument {argument} must be {requirement(symbol)}."))'
            )
            number += 1
    lines += [_SYNTAX.line(step) for step in (*loop.before, *loop.inside)]
    found = [
        _SYNTAX.text(x) if y is None else f"complex({_SYNTAX.text(x)}, {_SYNTAX.text(y)})"
        for x, y in program.outputs
    ]
    value = found[0] if routine.shape == () else f"[{', '.join(found)}]"
    if len(routine.shape) == 2:
        rows, columns = routine.shape
        value = f"permutedims(reshape({value}, {columns}, {rows}))"
    head = f"function {name}({'; ' if arguments else ''}{', '.join(arguments)})"
    return "\n".join([head, *(f"    {line}" for line in lines), f"    return {value}", "end"])
