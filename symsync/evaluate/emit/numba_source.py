"""Formulas as a loop over scalars in Python, complete in itself, for Numba to compile."""

from sympy import Symbol

from symsync.evaluate.emit.scalar_source import IN_C, NAMES, Loop, Syntax, with_kernels
from symsync.evaluate.kernels.scalar_kernels import SOURCES
from symsync.evaluate.program import Program

__all__ = ["numba_source"]

_MATH = (
    "cos", "cosh", "erf", "erfc", "exp", "expm1", "hypot", "sin", "sinh", "sqrt", "tan", "tanh",
    *NAMES,
)  # fmt: skip
_WORDS = {name: f"math.{NAMES.get(name, name)}" for name in _MATH} | {
    "absolute": "math.fabs",
    "log": "logarithm",
    "log1p": "logarithm_1p",
}
_SYNTAX = Syntax(_WORDS, "{first} = {value}", "{first}, {others} = {value}", IN_C)

_HEAD = '''"""Generated from a formula."""

import math
from typing import Any

import numpy as np
from numba import njit, types

LINE = types.Array(types.float64, 1, "C", readonly=True)

'''
_KERNELS = {name: f'\n@njit(error_model="numpy")\n{code}' for name, code in SOURCES.items()}


def numba_source(
    program: Program, symbols: tuple[Symbol, ...], varying: frozenset[int], spacing: int
) -> str:
    """Return the source of a module with the function `row` of n points.

    It returns whether all inputs are in their domains and all outputs finite.

    Parameters
    ----------
    program, symbols
        The formula and its parameters.
    varying
        Inputs that are arrays; others are one number each.
    spacing
        How far apart the outputs lie in the array that takes them all.  As a constant it tells
        the compiler that they do not overlap.
    """
    loop = Loop.of(program, symbols, varying)
    conditions = [each.replace("fmod(", "np.fmod(") for each in loop.conditions]
    inputs = range(len(program.inputs))
    good = " & ".join(["True", *(conditions[k] for k in loop.fixed)])
    lines = [f"    good = {good}", *(f"    {_SYNTAX.line(step)}" for step in loop.before)]
    lines.append("    for i in range(n):")
    inside = [f"v{k} = in{k}[i]" for k in loop.varying]
    inside += [f"good &= {conditions[k]}" for k in loop.varying]
    inside += loop.lines(_SYNTAX, lambda k, text: f"out[i + {k * spacing}] = {text}")
    inside += [
        f"good &= math.fabs({_SYNTAX.text(v)}) <= 1.7976931348623157e308" for v in loop.finite
    ]
    lines += [f"        {line}" for line in inside]
    arguments = [f"in{k}" if k in varying else f"v{k}" for k in inputs]
    kinds = ["LINE" if k in varying else "types.float64" for k in inputs]
    body = "\n".join(
        [
            "",
            "@njit(",
            f"    types.boolean({', '.join(['types.int64', *kinds, 'types.float64[::1]'])}),",
            '    nogil=True, cache=True, error_model="numpy",',
            ")",
            f"def row({', '.join(['n', *arguments, 'out'])}):",
            *lines,
            "    return good\n",
        ]
    )
    return _HEAD + with_kernels(body, _KERNELS)
