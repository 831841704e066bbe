"""Formulas as C99: a function of rows of numbers, complete in itself but for the C library."""

import re
import textwrap
from typing import NamedTuple

from sympy import Symbol

from symsync.evaluate.contract import Formula, requirement
from symsync.evaluate.emit.scalar_source import (
    NAMES,
    Loop,
    expression,
    input_symbols,
    text,
    with_kernels,
)
from symsync.evaluate.kernels.c_kernels import SOURCES
from symsync.evaluate.lowering import lower
from symsync.evaluate.program import Program, Step, Value
from symsync.expressions.symbols import describe

__all__ = ["CCode", "c_code", "c_function", "c_name"]

_WORDS = {**NAMES, "absolute": "fabs", "log": "logarithm", "log1p": "logarithm_1p"}


class CCode(NamedTuple):
    """A C99 header and the source that belongs to it."""

    name: str
    """The function's name; the header is to be saved as `name`.h."""
    header: str
    source: str


def c_code(formula: Formula) -> CCode:
    """Return a formula as a C99 header and source without dependencies."""
    symbols = formula.parameters
    name, program = c_name(formula.label), lower(formula)
    inputs = input_symbols(symbols)
    everything = frozenset(range(len(program.inputs)))
    comment = _comment(program, inputs, formula.text)
    guard = f"{name.upper()}_H"
    header = (
        f"#ifndef {guard}\n#define {guard}\n\n#include <stddef.h>\n\n"
        '#ifdef __cplusplus\nextern "C" {\n#endif\n\n'
        f"{comment}\n{_prototype(name, program, everything, '')};\n\n"
        "#ifdef __cplusplus\n}\n#endif\n\n#endif\n"
    )
    source = c_function(name, program, symbols, everything)
    return CCode(name, header, f'#include "{name}.h"\n\n{source}')


def c_name(label: str) -> str:
    """Return the name of a formula's C function."""
    return "symsync_" + re.sub(r"\W", "_", label, flags=re.ASCII)


def c_function(
    name: str, program: Program, symbols: tuple[Symbol, ...], varying: frozenset[int]
) -> str:
    """Return the C source of a function of n points.

    It returns 1 if all inputs are in their domains and all outputs finite, and 0 otherwise.

    Parameters
    ----------
    name
        The function's name.
    program, symbols
        The formula and its parameters.
    varying
        Inputs that are given as n numbers; others are one number each.
    """
    loop, names = Loop.of(program, symbols, varying), _inputs(program)
    before = [f"const double v{k} = {names[k]};" for k in loop.fixed]
    before += [line for step in loop.before for line in _lines(step)]
    before.append(f"int good = {' & '.join(['1', *(loop.conditions[k] for k in loop.fixed)])};")
    inside = [f"const double v{k} = {names[k]}[i];" for k in loop.varying]
    inside += [line for step in loop.inside for line in _lines(step)]
    checks = [loop.conditions[k] for k in loop.varying]
    checks += [f"(fabs({text(value)}) <= DBL_MAX)" for value in loop.finite]
    inside += [f"good &= {' & '.join(checks)};"] if checks else []
    inside += [f"{_out(k, loop.outputs)}[i] = {text(v)};" for k, v in enumerate(loop.outputs)]
    body = "\n".join(
        [
            _prototype(name, program, varying, "restrict "),
            "{",
            *(f"    {line}" for line in before),
            "    for (size_t i = 0; i < n; i++) {",
            *(f"        {line}" for line in inside),
            "    }",
            "    return good;",
            "}\n",
        ]
    )
    code = with_kernels(body, SOURCES)
    headers = ["complex"] if "double complex" in code else []
    lines = [
        f"#include <{header}.h>\n" for header in [*headers, "float", "math", "stddef", "stdint"]
    ]
    return f"{''.join(lines)}\n{code}"


def _lines(step: Step) -> list[str]:
    value = expression(step, _WORDS)
    if step.results == 1:
        return [f"const double {text(step.index)} = {value};"]
    others = [text(step.index + k) for k in range(1, step.results)]
    places = ", ".join(f"&{other}" for other in others)
    return [
        f"double {', '.join(others)};",
        f"const double {text(step.index)} = {value[:-1]}, {places});",
    ]


def _inputs(program: Program) -> list[str]:
    """Return the inputs' names in C, numbered where Python allows a name and C does not."""
    names = [f"in_{name.replace('.', '_')}" for name in program.inputs]
    plain = all(name.isascii() for name in names) and len(set(names)) == len(names)
    return names if plain else [f"in_{k}" for k in range(len(names))]


def _out(index: int, outputs: list[Value]) -> str:
    return "out" if len(outputs) == 1 else f"out_{index}"


def _prototype(name: str, program: Program, varying: frozenset[int], qualifier: str) -> str:
    outputs = program.values
    arguments = ["size_t n"]
    for k, each in enumerate(_inputs(program)):
        arguments.append(f"const double *{qualifier}{each}" if k in varying else f"double {each}")
    arguments += [f"double *{qualifier}{_out(k, outputs)}" for k in range(len(outputs))]
    whole = ", ".join(each.replace(" ", "~") for each in arguments)
    lines = [line.replace("~", " ") for line in textwrap.wrap(whole, 92)]
    return f"int {name}(\n    " + "\n    ".join(lines) + ")"


def _comment(program: Program, inputs: list[Symbol], about: str) -> str:
    lines = [*textwrap.wrap(about, 92), "", "n : number of points"]
    for name, real, symbol in zip(_inputs(program), program.inputs, inputs, strict=True):
        part = {"real": "real part of ", "imag": "imaginary part of "}.get(
            real.partition(".")[2], ""
        )
        domain = requirement(symbol)
        lines.append(f"{name} : n numbers, {part}{symbol.name}, {domain}")
        lines.append(f"    {describe(symbol).meaning} (unit: {describe(symbol).unit})")
    outputs = program.values
    lines += [
        f"{_out(k, outputs)} : n numbers, {_component(program, k)}" for k in range(len(outputs))
    ]
    lines += ["", "Returns 1, or 0 if an input is outside its domain or a result is not finite."]
    lines.append("Inputs and outputs must not overlap.")
    lines.append("Compile without -ffast-math and with -ffp-contract=off: sums are compensated.")
    safe = [line.replace("*/", "* /").replace("/*", "/ *") for line in lines]
    return "\n".join(["/*", *(f" * {line}".rstrip() for line in safe), " */"])


def _component(program: Program, index: int) -> str:
    """Return what an output is."""
    complex_ = program.outputs[0][1] is not None
    component = "the value"
    if len(program.outputs) > 1:
        component = f"component {index // 2 if complex_ else index} of the value, row by row"
    part = ("the real part of ", "the imaginary part of ")[index % 2] if complex_ else ""
    return f"{part}{component}"
