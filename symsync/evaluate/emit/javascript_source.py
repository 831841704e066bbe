"""Formulas as JavaScript: one script of functions of numbers and of arrays, without imports."""

import json
from collections.abc import Iterable
from typing import Any

from symsync.evaluate.contract import Formula, requirement
from symsync.evaluate.emit.scalar_source import (
    NAMES,
    Syntax,
    condition,
    input_symbols,
    literal,
    with_kernels,
)
from symsync.evaluate.emit.whole_program import CALLS, Library, Piece, Pieces, Routine, tables_of
from symsync.evaluate.kernels import (
    javascript_blocks,
    javascript_crossings,
    javascript_eigenvalues,
    javascript_elimination,
    javascript_evolution,
    javascript_kernels,
)
from symsync.evaluate.kernels.javascript_interface import INTERFACE
from symsync.evaluate.program import MOST_NODES
from symsync.expressions.peaks import Peak
from symsync.expressions.symbols import describe

__all__ = ["javascript"]

LONGEST = 800
"""Steps of a function: engines do not optimise one of very many."""

_MATH = (
    "cos", "cosh", "exp", "expm1", "hypot", "sin", "sinh", "sqrt", "tan", "tanh", "log", "log1p",
    *NAMES,
)  # fmt: skip
_WORDS = {name: f"Math.{NAMES.get(name, name)}" for name in _MATH} | {"absolute": "Math.abs"}
_WORDS |= {f"divided_difference_{n}": "divided_difference" for n in range(2, MOST_NODES + 1)}

_SYNTAX = Syntax(
    _WORDS, "const {first} = {value};", "const [{first}, {others}] = {value};",
    literal("NaN", "Infinity"),
)  # fmt: skip

_SOURCES = {
    **javascript_kernels.SOURCES,
    **javascript_blocks.SOURCES,
    **javascript_elimination.SOURCES,
    **javascript_evolution.SOURCES,
    **javascript_eigenvalues.SOURCES,
    **javascript_crossings.SOURCES,
}


def javascript(formulas: Iterable[Formula]) -> str:
    """Return a script that adds a function for each formula to the global object `symsync`.

    Support text that formulas share, such as eigenvalues of blocks, stands in it once.

    Parameters
    ----------
    formulas
        Formulas of different labels, which become the functions' names.

    Returns
    -------
    str
        A script for a `<script>` element, which is also a module for `import "./file.mjs"` and for
        Node's `require("./file.cjs")`.  `symsync.NAME({parameter: number, …})` returns a number,
        {re, im} for a complex formula, and an array of these, row by row, for several components;
        `symsync.NAME.fill({parameter: number or Float64Array, …}, out)` writes many points into a
        Float64Array `out`, one component after the other, real before imaginary parts; a point is
        nan where a parameter is outside its domain.
    """
    library = Library()
    routines = [library.routine(formula) for formula in formulas]
    labels = [routine.formula.label for routine in routines]
    for label in labels:
        if labels.count(label) > 1:
            raise ValueError(
                f"Formulas in one script must have different labels, but two are {label!r}. "
                "Rename one."
            )
    names = {f"formula_{k}": routine for k, routine in enumerate(routines, 1)}
    every = {**library.margins, **names}
    functions = [_function(name, routine, library) for name, routine in every.items()]
    parts = [*_systems(library), *_crossings(library)]
    made = [
        f"made[{json.dumps(routine.formula.label)}] = callable({_about(routine)}, {name});"
        for name, routine in names.items()
    ]
    body = "\n\n".join([*parts, *functions, "const made = {};\n" + "\n".join(made)])
    code = with_kernels(body, {**_SOURCES, **INTERFACE})
    comment = "\n".join(_comment(routine) for routine in routines)
    return (
        f"{comment}\n(() => {{\n'use strict';\n\n{code}\n\n"
        "globalThis.symsync = Object.assign(globalThis.symsync || {}, made);\n"
        "if (typeof module === 'object' && module) module.exports = made;\n})();\n"
    )


def _function(name: str, routine: Routine, library: Library) -> str:
    """Return the function of n points, which writes into `out`."""
    program = routine.program
    cut = Pieces.of(program, library, LONGEST)
    inputs = range(len(program.inputs))
    is_checked = name not in library.margins
    before, inside = [], [f"const v{k} = inputs[{k}][i * strides[{k}]];" for k in inputs]
    if is_checked:
        conditions = [
            condition(s, k).replace("==", "===")
            for k, s in enumerate(input_symbols(routine.formula.parameters))
        ]
        bad = f"for (let k = i; k < {len(program.values)} * n; k += n) out[k] = NaN;"
        inside.append(f"if (!({' && '.join(conditions or ['true'])})) {{ {bad} continue; }}")
    if len(cut.pieces) <= 1 and not any(piece.is_part for piece in cut.pieces):
        inside += [_SYNTAX.line(step) for piece in cut.pieces for step in piece.steps]
        found = [_SYNTAX.text(value) for value in program.values]
        helpers = ""
    else:
        before.append(f"const s = new Float64Array({cut.size});")
        inside += [f"s[{k}] = v{k};" for k in inputs]
        inside += [f"{name}_{k}(s);" for k in range(len(cut.pieces))]
        found = [
            f"s[{cut.places[v]}]" if isinstance(v, int) else _SYNTAX.text(v) for v in program.values
        ]
        helpers = "".join(
            _piece(f"{name}_{k}", piece, cut, k, library) for k, piece in enumerate(cut.pieces)
        )
    inside += [f"out[{f'{k} * n + ' if k else ''}i] = {each};" for k, each in enumerate(found)]
    lines = [f"    {line}" for line in before]
    lines += ["    for (let i = 0; i < n; i++) {", *(f"        {line}" for line in inside), "    }"]
    body = "\n".join(lines)
    return f"{helpers}function {name}(n, inputs, strides, out) {{\n{body}\n}}"


def _piece(name: str, piece: Piece, cut: Pieces, k: int, library: Library) -> str:
    """Return the function of a piece, which reads from `s` and writes into it."""
    if piece.is_part:
        (step,) = piece.steps
        start, target = cut.arguments[k], cut.places[step.index]
        lines = [
            f"s[{start + n}] = {f's[{cut.places[a]}]' if isinstance(a, int) else _SYNTAX.text(a)};"
            for n, a in enumerate(step.arguments)
        ]
        operation = step.operation
        kind = operation.partition("_")[0]
        if operation in library.functions:
            lines.append(f"s[{target}] = {operation}(s, {start}, {len(step.arguments)});")
        elif operation in library.margins:
            lines.append(f"s[{target}] = {operation}_of(s, {start});")
        else:
            lines.append(f"{CALLS[kind]}({operation}, s, {start}, {target});")
    else:
        lines = [f"const v{value} = s[{cut.places[value]}];" for value in piece.reads]
        lines += [_SYNTAX.line(step) for step in piece.steps]
        lines += [f"s[{cut.places[value]}] = v{value};" for value in piece.writes]
    body = "\n".join(f"    {line}" for line in lines)
    return f"function {name}(s) {{\n{body}\n}}\n\n"


def _systems(library: Library) -> Iterable[str]:
    """Yield the tables of each system as a constant."""
    for (_, system), name in library.systems.items():
        fields = [f"size: {system.size}", f"entries: {len(system.entries)}"]
        fields += [f"{key}: {_array(table)}" for key, table in tables_of(system).items()]
        yield f"const {name} = {{{', '.join(fields)}}};"


def _array(table: list[Any]) -> str:
    whole = "[" + ",".join(map(repr, table)) + "]"
    return whole if any(isinstance(v, float) for v in table) else f"Int32Array.from({whole})"


def _crossings(library: Library) -> Iterable[str]:
    """Yield the function of the arguments of each crossing."""
    for crossing, name in library.crossings.items():
        own = len(library.margins[name].program.inputs)
        count = len(crossing.margins)
        if isinstance(crossing, Peak):
            starts = (
                f"Array.from(s.slice(place + {own - 1}, place + {own - 1 + len(crossing.starts)}))"
            )
            call = f"highest(margins, {starts})"
        else:
            sizes = ", ".join(f"Math.abs(s[place + {k}])" for k in crossing.scaling)
            kind = "first_change" if crossing.changes else "first_negative"
            call = f"{kind}(margins, Math.max(0, {sizes}), {_SYNTAX.literal(crossing.shallow)})"
        yield (
            f"function {name}_of(s, place) {{\n"
            f"    const inputs = Array.from({{length: {own}}}, (_, k) => "
            "Float64Array.of(k ? s[place + k - 1] : 0));\n"
            f"    const strides = inputs.map(() => 0), found = new Float64Array({count});\n"
            "    const margins = x => {\n        inputs[0][0] = x;\n"
            f"        {name}(1, inputs, strides, found);\n        return Array.from(found);\n"
            f"    }};\n    return {call};\n}}"
        )


def _about(routine: Routine) -> str:
    """Return what the interface must know of a formula."""
    parameters = [[symbol.name, requirement(symbol)] for symbol in routine.formula.parameters]
    about = {
        "label": routine.formula.label,
        "parameters": parameters,
        "values": len(routine.program.values),
        "complex": routine.is_complex,
        "single": routine.shape == (),
    }
    return json.dumps(about, ensure_ascii=False)


def _comment(routine: Routine) -> str:
    lines = [routine.formula.text]
    for symbol in routine.formula.parameters:
        about = describe(symbol)
        lines.append(f"{symbol.name}: {requirement(symbol)}, {about.meaning} (unit: {about.unit})")
    safe = [line.replace("*/", "* /") for line in lines]
    return "\n".join(["/*", *(f" * {line}" for line in safe), " */"])
