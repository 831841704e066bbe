"""Formulas as modules of Fortran 2008."""

import re
import textwrap

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
from symsync.evaluate.kernels.fortran_kernels import SOURCES
from symsync.expressions.symbols import describe

__all__ = ["fortran_code"]

_SYNTAX = Syntax(
    words={k: v for k, v in NAMES.items() if k != "power"} | {"absolute": "abs", "sign": "sign_of"},
    one="{first} = {value}",
    several="z = {value}; {first} = real(z, dp); {others} = aimag(z)",
    literal=literal(
        "ieee_value(1.0_dp, ieee_quiet_nan)", "ieee_value(1.0_dp, ieee_positive_inf)", "_dp"
    ),
)
_TAKEN = {
    "value", "z", "dp", "abs", "acos", "acosh", "aimag", "asin", "asinh", "atan", "atan2", "atanh",
    "cmplx", "cos", "cosh", "erf", "erfc", "exp", "hypot", "ieee_quiet_nan", "ieee_value", "log",
    "merge", "mod", "real", "sin", "sinh", "sqrt", "tan", "tanh", *SOURCES,
}  # fmt: skip
"""What a parameter or the function cannot be called, as the function needs it."""

_CALLED = {word.lower() for text in SOURCES.values() for word in re.findall(r"(\w+)\(", text)}
"""What kernels call, or have as an array; the function cannot be called so."""


def fortran_code(formula: Formula) -> Code:
    """Return a formula as a Fortran module with a function, elemental if it has one value.

    Raises
    ------
    NotImplementedError
        If it holds a function of a block larger than three, or unknowns of equations.
    """
    routine = elementary_routine(formula, "Fortran")
    name = re.sub(r"\W", "_", formula.label, flags=re.ASCII).lstrip("_")[:50] or "formula"
    own = {argument.lower() for argument in _arguments(routine)}
    while not _is_free(name) or name.lower() in own | _CALLED:
        name = f"f_{name}"
    function = with_kernels(_function(name, routine), SOURCES)
    body = textwrap.indent(function, "  ")
    about = [formula.text, *_documentation(routine)]
    comment = "\n".join(f"! {line}" for text in about for line in textwrap.wrap(text, 96))
    return Code(
        "fortran",
        name,
        f"{comment}\nmodule symsync_{name}\n"
        "  use, intrinsic :: ieee_arithmetic\n"
        "  use, intrinsic :: iso_fortran_env, only: dp => real64\n"
        f"  implicit none\n  private\n  public :: {name}\ncontains\n\n"
        f"{body}\n\nend module\n",
    )


def _arguments(routine: Routine) -> list[str]:
    """Return the parameters' names; those that Fortran cannot take are numbered."""
    names = [symbol.name for symbol in routine.formula.parameters]
    different = len({name.lower() for name in names}) == len(names)
    return names if different and all(map(_is_free, names)) else [
        f"in_{k}" for k in range(len(names))
    ]  # fmt: skip


def _is_free(name: str) -> bool:
    """Whether a name is one of Fortran, which knows no capitals, and means nothing else here."""
    pattern = r"(?!v\d)[a-z]\w{0,62}"
    return name.lower() not in _TAKEN and bool(re.fullmatch(pattern, name.lower(), re.ASCII))


def _documentation(routine: Routine) -> list[str]:
    lines = []
    for name, symbol in zip(_arguments(routine), routine.formula.parameters, strict=True):
        about = describe(symbol)
        lines.append(
            f"{name}: {requirement(symbol)}, {about.meaning} (unit: {about.unit})"
            + ("" if name == symbol.name else f", {symbol.name}")
        )
    return [
        *lines,
        "The value is nan where an argument is outside its domain.",
        "Compile with -O2 -ffp-contract=off and without -ffast-math: sums are compensated.",
    ]


def _function(name: str, routine: Routine) -> str:
    program, symbols = routine.program, routine.formula.parameters
    loop = Loop.of(program, symbols, frozenset(range(len(program.inputs))))
    steps = [*loop.before, *loop.inside]
    arguments = _arguments(routine)
    single = routine.shape == ()
    kind = "complex(dp)" if routine.is_complex else "real(dp)"
    count = len(program.outputs)
    head = f"{'elemental' if single and symbols else 'pure'} function {name}("
    lines = [f"{head}{', '.join(arguments)}) result(value)"]
    for argument, symbol in zip(arguments, symbols, strict=True):
        own = "real(dp)" if symbol.is_extended_real else "complex(dp)"
        lines.append(f"  {own}, intent(in) :: {argument}")
    lines.append(f"  {kind} :: value{'' if single else f'({count})'}")
    known = [*range(len(program.inputs)), *(s.index + k for s in steps for k in range(s.results))]
    lines += [
        f"  real(dp) :: {', '.join(f'v{k}' for k in known[start : start + 12])}"
        for start in range(0, len(known), 12)
    ]
    if any(step.results == 2 for step in steps):
        lines.append("  complex(dp) :: z")
    lines.append(f"  value = {_SYNTAX.literal(float('nan'))}")
    lines += [f"  {line}" for line in _read(routine, arguments)]
    if loop.conditions:
        good = " .and. ".join(loop.conditions).replace(" & ", " .and. ").replace(" | ", " .or. ")
        good = re.sub(r"(\d\.0)\b", r"\1_dp", good).replace("fmod(", "mod(")
        lines.append(f"  if (.not. ({good})) return")
    lines += [f"  {_SYNTAX.line(step)}" for step in steps]
    for k, (real, imaginary) in enumerate(program.outputs):
        found = _SYNTAX.text(real)
        if imaginary is not None:
            found = f"cmplx({found}, {_SYNTAX.text(imaginary)}, dp)"
        lines.append(f"  value{'' if single else f'({k + 1})'} = {found}")
    return "\n".join([*map(_wrapped, lines), "end function"])


def _read(routine: Routine, arguments: list[str]) -> list[str]:
    """Return the statements that take the parameters apart into real numbers."""
    lines, number = [], 0
    for argument, symbol in zip(arguments, routine.formula.parameters, strict=True):
        if symbol.is_extended_real:
            lines.append(f"v{number} = {argument}")
            number += 1
        else:
            lines.append(f"v{number} = real({argument}, dp); v{number + 1} = aimag({argument})")
            number += 2
    return lines


def _wrapped(line: str) -> str:
    """Return a statement in lines of at most 100 letters."""
    parts = textwrap.wrap(line, 96, subsequent_indent="    ", drop_whitespace=True,
                          initial_indent=line[: len(line) - len(line.lstrip())])  # fmt: skip
    return " &\n".join(parts)
