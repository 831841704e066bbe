"""A function of rows of numbers in C99, complete in itself but for the C library."""

import re
import textwrap

from sympy import Symbol

from symsync.evaluate.emit.scalar_source import (
    IN_C,
    NAMES,
    Loop,
    Syntax,
    with_kernels,
)
from symsync.evaluate.kernels.c_kernels import SOURCES
from symsync.evaluate.program import Program

__all__ = [
    "FLAGS",
    "IN_C99",
    "c_function",
    "c_inputs",
    "c_loop",
    "c_name",
    "c_output",
    "c_prototype",
    "complete",
]

FLAGS = ("-std=c99", "-O3", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off")
"""With these and -march=native loops are vectorised.  Compensated sums must not be fused, and
nothing reads `errno` or floating-point flags.
"""

STEPS = 32
"""Steps for each output below which a loop waits for memory rather than for results of steps.

Compilers take twice as many points at once where a condition is half as wide as a double: steps
then wait less for each other, and stores more.
"""

IN_C99 = Syntax(
    words={**NAMES, "absolute": "fabs", "log": "logarithm", "log1p": "logarithm_1p"},
    one="const double {first} = {value};",
    several="double {others}; const double {first} = {call}, {places});",
    literal=IN_C,
)
"""How steps are written."""


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
    return complete(with_kernels(c_loop(name, program, symbols, varying), SOURCES))


def c_loop(
    name: str, program: Program, symbols: tuple[Symbol, ...], varying: frozenset[int]
) -> str:
    """Return the function without the kernels that it calls; see `c_function`."""
    loop, names = Loop.of(program, symbols, varying), c_inputs(program)
    before = [f"const double v{k} = {names[k]};" for k in loop.fixed]
    before += [IN_C99.line(step) for step in loop.before]
    kind = "int64_t" if len(loop.inside) < STEPS * len(loop.outputs) else "int"
    before.append(f"{kind} good = {' & '.join(['1', *(loop.conditions[k] for k in loop.fixed)])};")
    inside = [f"const double v{k} = {names[k]}[i];" for k in loop.varying]
    inside += loop.lines(IN_C99, lambda k, text: f"{c_output(k, program)}[i] = {text};")
    checks = [loop.conditions[k] for k in loop.varying]
    checks += [f"(fabs({IN_C99.text(value)}) <= DBL_MAX)" for value in loop.finite]
    inside += [f"good &= {' & '.join(checks)};"] if checks else []
    return "\n".join(
        [
            c_prototype(name, program, varying, "restrict "),
            "{",
            *(f"    {line}" for line in before),
            "    for (size_t i = 0; i < n; i++) {",
            *(f"        {line}" for line in inside),
            "    }",
            "    return (int)good;",
            "}\n",
        ]
    )


def complete(code: str) -> str:
    """Return code after the headers of the C library that it needs."""
    headers = ["complex"] if "double complex" in code else []
    headers += ["float", "math", "stddef", "stdint"]
    headers += [
        name for name, word in (("stdlib", "alloc("), ("string", "memcpy(")) if word in code
    ]
    lines = [f"#include <{header}.h>\n" for header in headers]
    return f"{''.join(lines)}\n{code}"


def c_inputs(program: Program) -> list[str]:
    """Return the inputs' names in C, numbered where Python allows a name and C does not."""
    names = [f"in_{name.replace('.', '_')}" for name in program.inputs]
    plain = all(name.isascii() for name in names) and len(set(names)) == len(names)
    return names if plain else [f"in_{k}" for k in range(len(names))]


def c_output(index: int, program: Program) -> str:
    """Return the name of an output in C."""
    return "out" if len(program.values) == 1 else f"out_{index}"


def c_prototype(name: str, program: Program, varying: frozenset[int], qualifier: str) -> str:
    """Return the head of a function of n points."""
    outputs = program.values
    arguments = ["size_t n"]
    for k, each in enumerate(c_inputs(program)):
        arguments.append(f"const double *{qualifier}{each}" if k in varying else f"double {each}")
    arguments += [f"double *{qualifier}{c_output(k, program)}" for k in range(len(outputs))]
    whole = ", ".join(each.replace(" ", "~") for each in arguments)
    lines = textwrap.wrap(whole, 92, break_long_words=False, break_on_hyphens=False)
    lines = [line.replace("~", " ") for line in lines]
    return f"int {name}(\n    " + "\n    ".join(lines) + ")"
