"""Formulas as files of C99: a header and a source without dependencies, for any formula."""

import re
import textwrap
from collections.abc import Iterable
from typing import Any

from sympy import Symbol

from symsync.evaluate.contract import Formula, requirement
from symsync.evaluate.emit.c_source import (
    FLAGS,
    IN_C99,
    c_inputs,
    c_loop,
    c_name,
    c_output,
    c_prototype,
    complete,
)
from symsync.evaluate.emit.code import Code
from symsync.evaluate.emit.scalar_source import Loop, input_symbols, kernels_of
from symsync.evaluate.emit.whole_program import CALLS, Library, Piece, Pieces, Routine, tables_of
from symsync.evaluate.kernels import (
    batched_c,
    crossings_c,
    eigenvalues_c,
    elimination_c,
    evolution_c,
    pivots_c,
)
from symsync.evaluate.kernels.c_kernels import SOURCES, texts_by_name
from symsync.evaluate.program import Program
from symsync.expressions.peaks import Peak
from symsync.expressions.symbols import describe

__all__ = ["c_code"]

LONGEST, SHORT = 2000, 600
"""Steps of a function that is not cut, and of each piece of one that is: compilers take minutes."""

ROWS = 64
"""Points that the pieces of a formula are run for at a time."""


def c_code(formula: Formula) -> Code:
    """Return a formula as a C99 header and source without dependencies."""
    library = Library()
    routine = library.routine(formula)
    name, program = c_name(formula.label), routine.program
    everything = frozenset(range(len(program.inputs)))
    guard = f"{name.upper()}_H"
    header = (
        f"#ifndef {guard}\n#define {guard}\n\n#include <stddef.h>\n\n"
        '#ifdef __cplusplus\nextern "C" {\n#endif\n\n'
        f"{_comment(name, routine)}\n{c_prototype(name, program, everything, '')};\n\n"
        "#ifdef __cplusplus\n}\n#endif\n\n#endif\n"
    )
    inner = [_function(each, part, library, "static ") for each, part in library.margins.items()]
    parts = [*_systems(library), *_in_turn(inner, _crossings(library))]
    body = "\n\n".join([*parts, _function(name, routine, library)])
    source = complete(_with_libraries(body))
    return Code("c", name, f'#include "{name}.h"\n\n{source}', header)


def _in_turn(inner: list[str], crossings: Iterable[str]) -> list[str]:
    """Return the margins of each crossing and the crossing itself, inner ones first."""
    return [part for pair in zip(inner, crossings, strict=True) for part in pair]


# The text of the kernels --------------------------------------------------------------------------


def _split(source: str, others: str = "") -> tuple[str, dict[str, str]]:
    """Return the declarations of a kernel's source, and its functions by name, static.

    `others` are words to which another source gives another meaning; here they get an underscore.
    """
    plain = re.sub(r"#include.*\n", "", source)
    plain = re.sub(r"^(void|int) symsync_", r"static \1 symsync_", plain, flags=re.MULTILINE)
    for word in others.split():
        plain = re.sub(rf"\b{word}\b" if word.isupper() else rf"\b{word}(?=\()", f"{word}_", plain)
    texts = [part for part in plain.strip().split("\n\n") if part.strip()]
    declared: list[str] = []
    functions: list[str] = []
    for part in texts:
        bare = re.sub(r"/\*.*?\*/", "", part, flags=re.DOTALL).strip()
        (declared if re.match(r"#|typedef|enum", bare) else functions).append(part)
    return "\n\n".join(declared), texts_by_name("\n\n".join(functions))


_LIBRARIES = [
    _split(batched_c.SOURCE),
    _split(elimination_c.SOURCE, "EACH at product_error"),
    *map(_split, (pivots_c.SYSTEM, pivots_c.SOLUTION, evolution_c.EVOLUTION)),
    *map(_split, (eigenvalues_c.EIGENVALUES, crossings_c.CROSSINGS)),
]


def _with_libraries(body: str) -> str:
    """Return code after the kernels that it needs, each source of them with its declarations."""
    every = dict(SOURCES)
    for _, functions in _LIBRARIES:
        every |= functions
    used = kernels_of(body, every)
    texts = [SOURCES[name] for name in used if name in SOURCES]
    for declarations, functions in _LIBRARIES:
        own = [functions[name] for name in used if name in functions]
        if own or ("equations" in declarations and "const equations" in body):
            texts += [declarations, *own]
    return "\n\n".join([*filter(None, texts), body])


# Functions ----------------------------------------------------------------------------------------


def _function(name: str, routine: Routine, library: Library, kind: str = "") -> str:
    """Return the function of n points after those of its pieces."""
    program = routine.program
    symbols, everything = routine.formula.parameters, frozenset(range(len(program.inputs)))
    is_plain = not any(library.is_part(step.operation) for step in program.steps)
    if is_plain and len(program.steps) <= LONGEST:
        return kind + c_loop(name, program, symbols, everything)
    cut = Pieces.of(program, library, SHORT)
    helpers = [_piece(f"{name}_{k}", piece, cut, k, library) for k, piece in enumerate(cut.pieces)]
    return "\n\n".join([*helpers, kind + _driver(name, routine, cut)])


def _driver(name: str, routine: Routine, cut: Pieces) -> str:
    """Return the function that runs the pieces, some points at a time."""
    program, symbols = routine.program, routine.formula.parameters
    everything = frozenset(range(len(program.inputs)))
    loop = Loop.of(Program(program.inputs, [], program.outputs), symbols, everything)
    inputs = c_inputs(program)
    lines = [
        f"memcpy(s + {k} * count, {each} + start, count * sizeof(double));"
        for k, each in enumerate(inputs)
    ]
    lines += [f"{name}_{k}(count, s);" for k in range(len(cut.pieces))]
    point = [f"const double v{k} = {each}[start + i];" for k, each in enumerate(inputs)]
    found = [
        f"s[{cut.places[v]} * count + i]" if isinstance(v, int) else IN_C99.text(v)
        for v in program.values
    ]
    outputs = [f"{c_output(k, program)}[start + i]" for k in range(len(found))]
    point += [f"{out} = {value};" for out, value in zip(outputs, found, strict=True)]
    checks = [loop.conditions[k] for k in loop.varying]
    checks += [f"(fabs({out}) <= DBL_MAX)" for out in outputs]
    point.append(f"good &= {' & '.join(checks or ['1'])};")
    lines += ["for (size_t i = 0; i < count; i++) {", *(f"    {line}" for line in point), "}"]
    return "\n".join(
        [
            c_prototype(name, program, everything, ""),
            "{",
            "    int good = 1;",
            f"    const size_t most = n < {ROWS} ? n : {ROWS};",
            f"    double *s = malloc({cut.size} * (most + 1) * sizeof(double));",
            "    if (!s)",
            "        return 0;",
            "    for (size_t start = 0; start < n; start += most) {",
            "        const size_t count = n - start < most ? n - start : most;",
            *(f"        {line}" for line in lines),
            "    }",
            "    free(s);",
            "    return good;",
            "}\n",
        ]
    )


def _piece(name: str, piece: Piece, cut: Pieces, k: int, library: Library) -> str:
    """Return the function of a piece: `s` holds a row of n numbers for each value."""
    if piece.is_part:
        lines = _call(piece, cut, k, library)
    else:
        inside = [f"const double v{v} = s[{cut.places[v]} * n + i];" for v in piece.reads]
        inside += [IN_C99.line(step) for step in piece.steps]
        inside += [f"s[{cut.places[v]} * n + i] = v{v};" for v in piece.writes]
        lines = ["#ifdef __GNUC__", "#pragma GCC ivdep", "#endif"]
        lines += ["for (size_t i = 0; i < n; i++) {", *(f"    {line}" for line in inside), "}"]
    body = "\n".join(line if line[0] == "#" else f"    {line}" for line in lines)
    return f"static void {name}(size_t n, double *s)\n{{\n{body}\n}}"


def _call(piece: Piece, cut: Pieces, k: int, library: Library) -> list[str]:
    """Return the lines that gather the arguments of a part in rows, and call it."""
    (step,) = piece.steps
    start, target, operation = cut.arguments[k], cut.places[step.index], step.operation
    lines = ["for (size_t i = 0; i < n; i++) {"]
    for m, value in enumerate(step.arguments):
        right = f"s[{cut.places[value]} * n + i]" if isinstance(value, int) else IN_C99.text(value)
        lines.append(f"    s[{start + m} * n + i] = {right};")
    lines += [f"    s[{target} * n + i] = NAN;", "}"]
    rows = f"n, s + {start} * n, s + {target} * n"
    if operation in library.functions:
        return [*lines, f"symsync_{operation}({len(step.arguments)}, {rows});"]
    if operation in library.margins:
        return [*lines, f"{operation}_of({rows});"]
    return [*lines, f"{CALLS[operation.partition('_')[0]]}(&{operation}, {rows});"]


# What parts call ----------------------------------------------------------------------------------


def _systems(library: Library) -> Iterable[str]:
    """Yield the tables of each system."""
    for (_, system), name in library.systems.items():
        made = {key: table for key, table in tables_of(system).items() if table}
        for key, table in made.items():
            kind = "double" if key == "probe" else "int32_t"
            numbers = textwrap.fill(", ".join(map(repr, table)), 96)
            yield f"static const {kind} {name}_{key}[] = {{\n{numbers}}};"
        fields = [f".size = {system.size}", f".entries = {len(system.entries)}"]
        fields.append(f".rights = {len(made.get('right', []))}")
        fields.append(f".closings = {len(made.get('closing', []))}")
        fields.append(f".knowns = {len(getattr(system, 'known', ()))}")
        fields += [f".{key} = {name}_{key}" for key in made]
        given = textwrap.fill(
            ", ".join(fields), 92, initial_indent="    ", subsequent_indent="    "
        )
        yield f"static const equations {name} = {{\n{given}}};"


def _crossings(library: Library) -> Iterable[str]:
    """Yield the functions of the arguments of each crossing."""
    for crossing, name in library.crossings.items():
        own = len(library.margins[name].program.inputs) - 1
        rows = len(crossing.margins)
        values = "".join(f", f->values + {k} * f->count" for k in range(own))
        found = "".join(f", found + {k}" for k in range(rows))
        yield (
            f"static void {name}_at(const margins *f, double x, double *found)\n{{\n"
            f"    {name}(1, &x{values}{found});\n}}\n\n"
            f"static void {name}_of(size_t n, const double *values, double *out)\n{{\n"
            f"    double work[{7 * rows}];\n    for (size_t i = 0; i < n; i++) {{\n"
            f"        margins f = {{{name}_at, {rows}, n, values + i, 1.0, work, work + {rows},"
            " -1};\n" + "".join(f"        {line}\n" for line in _search(crossing, own)) + "    }\n}"
        )


def _search(crossing: Any, own: int) -> list[str]:
    """Return the lines that look for a crossing at one point."""
    if isinstance(crossing, Peak):
        hills = len(crossing.starts) // 2
        return [f"out[i] = highest_point(&f, values + {own} * n + i, {hills});"]
    lines = ["double scale = 0.0;"]
    for k in crossing.scaling:
        size = f"fabs(values[{k} * n + i])"
        lines.append(f"scale = {size} <= scale || scale != scale ? scale : {size};")
    shallow = IN_C99.text(float(crossing.shallow))
    call = f"first_change(&f, scale, {shallow})"
    if not crossing.changes:
        call = f"first_negative(&f, scale, {shallow}, 0)"
    return [*lines, f"out[i] = {call};"]


def _comment(name: str, routine: Routine) -> str:
    program = routine.program
    inputs: list[Symbol] = input_symbols(routine.formula.parameters)
    lines = [*textwrap.wrap(routine.formula.text, 92), "", "n : number of points"]
    for own, real, symbol in zip(c_inputs(program), program.inputs, inputs, strict=True):
        part = {"real": "real part of ", "imag": "imaginary part of "}.get(
            real.partition(".")[2], ""
        )
        domain = requirement(symbol)
        lines.append(f"{own} : n numbers, {part}{symbol.name}, {domain}")
        lines.append(f"    {describe(symbol).meaning} (unit: {describe(symbol).unit})")
    outputs = program.values
    lines += [
        f"{c_output(k, program)} : n numbers, {_component(program, k)}" for k in range(len(outputs))
    ]
    lines += ["", "Returns 1, or 0 if an input is outside its domain or a result is not finite."]
    lines.append("Inputs and outputs must not overlap.")
    lines += ["", *_advice(name)]
    safe = [line.replace("*/", "* /").replace("/*", "/ *") for line in lines]
    return "\n".join(["/*", *(f" * {line}".rstrip() for line in safe), " */"])


def _advice(name: str) -> list[str]:
    """Return how the file is to be compiled."""
    return [
        "Compile it with gcc or clang by",
        "",
        f"    cc {' '.join(FLAGS)} -march=native -c {name}.c",
        "",
        "It is right with -ffp-contract=off and without -ffast-math, as sums are compensated, and",
        "fast with all of these flags: without -O3, -march=native, -fno-math-errno or",
        "-fno-trapping-math loops are not vectorised and take several times as long.",
    ]


def _component(program: Program, index: int) -> str:
    """Return what an output is."""
    complex_ = program.outputs[0][1] is not None
    component = "the value"
    if len(program.outputs) > 1:
        component = f"component {index // 2 if complex_ else index} of the value, row by row"
    part = ("the real part of ", "the imaginary part of ")[index % 2] if complex_ else ""
    return f"{part}{component}"
