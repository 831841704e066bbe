"""The pages that are written by the package itself: derivations, catalogue, ledger, module graph.

Each function returns the page as Markdown, or the picture as SVG.
"""

import ast
import inspect
import json
import re
import textwrap
from html import escape
from pathlib import Path
from typing import Any

import symsync
from symsync.claims.ledger import Claim, Verdict
from symsync.claims.themes import THEMES
from symsync.symbols import describe

ROOT = Path(__file__).parents[2]
DERIVATIONS = {path.stem[:4]: path.stem for path in sorted((ROOT / "derivations").glob("*.py"))}
"""The derivations by what claims call them: "eq06" is `eq06_resonant_locking`, "fig3" Fig. 3."""


def derivation(script: Path) -> str:
    """Return a script of `# %%` cells as a page: text as text, code as cells that run."""
    parts = []
    for cell in re.split(r"^# %%", script.read_text(encoding="utf-8"), flags=re.M)[1:]:
        kind, _, body = cell.partition("\n")
        if "[markdown]" in kind:
            parts.append("\n".join(line.removeprefix("#").strip() for line in body.splitlines()))
        else:
            parts.append(f"```{{cell}}\n:formulas:\n\n{body.strip()}\n```")
    parts.append(f"*This page is* `derivations/{script.name}`*, run as it stands.*")
    return "\n\n".join(parts) + "\n"


# The catalogue ----------------------------------------------------------------------------------


def anchor(name: str) -> str:
    """Return the label of an equation's section."""
    return f"equation-{name.replace('_', '-').lower()}"


def domain(symbol: Any) -> str:
    """Return which values a parameter takes."""
    if symbol.is_positive:
        return "> 0"
    if symbol.is_nonnegative:
        return "≥ 0"
    return "real" if symbol.is_extended_real else "complex"


def catalogue() -> str:
    """Return every formula with its meaning, order, source and evaluator, after its parameters."""
    equations = symsync.equations
    parameters = dict.fromkeys(p for each in equations.values() for p in each.parameters)
    rows = (
        f"| ${describe(p).latex.replace('|', chr(92) + 'vert ')}$ | `{p.name}` "
        f"| {describe(p).meaning.replace('|', chr(92) + '|')} | {describe(p).unit} | {domain(p)} |"
        for p in parameters
    )
    table = "\n".join(["|  | name | meaning | unit | values |", "| - | - | - | - | - |", *rows])
    parts = [
        "# The equations",
        "Every formula here is derived from the model when it is asked for, and the formula that "
        "is printed is the one that is run.\n"
        "`symsync.equations[name]` is the formula, `.latex()` its LaTeX, `.function()` the "
        "function whose call is shown below it.\n"
        "The first-order formulas err as [the ledger](ledger.md) says, formula by formula.",
        "## Parameters",
        table,
        "Rates, couplings and detunings share one unit, 1/time, and times are in its inverse.",
    ]
    for name, each in equations.items():
        function = each.function()
        signature = inspect.signature(function).replace(
            parameters=[
                p for p in inspect.signature(function).parameters.values() if p.name != "out"
            ]
        )
        result = "complex" if function.is_complex else "real"
        shape = "×".join(map(str, function.component_shape))
        call = f"{name}{signature} -> {result}{f', {shape} for each point' if shape else ''}"
        call = textwrap.fill(call, 84, subsequent_indent=" " * (len(name) + 1))
        parts += [
            f"({anchor(name)})=\n## {name}",
            f"{each.description[0].upper()}{each.description[1:]}.",
            f"$$\n{each.latex()}\n$$",
            f"{each.order.capitalize()}; {each.source}.",
            f"```text\n{call}\n```",
        ]
    return "\n\n".join(parts) + "\n"


# The ledger -------------------------------------------------------------------------------------


def link(name: str) -> str:
    """Return the link to a derivation ("eq06"), an equation, or a public function.

    Raises
    ------
    KeyError
        If there is nothing of that name.
    """
    if name in DERIVATIONS:
        what = f"Eq. ({int(name[2:])})" if name.startswith("eq") else f"Fig. {name[3:]}"
        return f"[derivation of {what}]({DERIVATIONS[name]}.md)"
    if name in symsync.equations:
        return f"[`{name}`](#{anchor(name)})"
    value: Any = symsync
    for part in name.split("."):
        value = getattr(value, part, None)
    if value is None:
        raise KeyError(f"A claim points to {name!r}, which is no derivation, equation or function.")
    return f"{{py:obj}}`~{value.__module__}.{value.__name__}`"


def plain(text: str) -> str:
    """Return text with nothing in it that Markdown would take for markup, but for code."""
    return re.sub(r"([\\*_\[\]<>$#~^])", r"\\\1", text)


def claim_row(claim: Claim, verdict: Verdict) -> str:
    """Return one claim as a row of a list table."""
    sign = {"holds": "✓ holds", "roughly": "[≈ roughly](../findings.md)"}
    see = ", ".join(map(link, claim.see))
    place = claim.place if claim.place.startswith("`") else plain(claim.place)
    return (
        f"* - {place}\n  - {plain(claim.words)}\n"
        f"  - {sign.get(verdict.verdict, '**FAILED**')}\n"
        f"  - {verdict.method}: {plain(verdict.figure)}\n\n    {see}"
    )


def ledger() -> str:
    """Return every claim of the Letter with its verdict, its evidence and where to read on."""
    report = symsync.verify()
    roughly = sum(verdict.verdict == "roughly" for verdict in report)
    parts = [
        "# The Letter, claim by claim",
        f"{len(report)} claims of the Letter can be decided: {len(report) - roughly} hold, "
        f"{roughly} hold only roughly, and none fails."
        if report.passed
        else f"**{report.summary}.**",
        "A claim is *proved* when an exact identity decides it, *certified* when a number is known "
        "to so many digits that no other is left, and *measured* when the numeric steady state, "
        "which shares no code with the formulas, decides it.\n"
        "What “roughly” means is told in [the findings](../findings.md).\n"
        "This page is the output of `symsync verify`; `symsync verify --json` gives it to a "
        "program.",
    ]
    verdicts = iter(report)
    for title, claims in THEMES.items():
        rows = [claim_row(claim, next(verdicts)) for claim in claims]
        head = "* - place\n  - claim\n  - verdict\n  - evidence"
        table = "\n".join(["```{list-table}", ":header-rows: 1", ":widths: 14 36 12 38",
                           ":class: ledger", "", head, *rows, "```"])  # fmt: skip
        parts += [f"## {title}", table]
    return "\n\n".join(parts) + "\n"


# The module graph -------------------------------------------------------------------------------


def imports() -> dict[str, set[str]]:
    """Return which modules of the package each one imports, when it is loaded or later.

    `symsync` itself is the public page, `__init__.py`.
    """
    package = ROOT / "symsync"
    found: dict[str, set[str]] = {}
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package).with_suffix("").parts[0]
        if name == "__main__":
            continue
        name = name.replace("__init__", "symsync")
        own = found.setdefault(name, set())
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            plain_import = isinstance(node, ast.Import)
            if plain_import or (isinstance(node, ast.ImportFrom) and node.module == "symsync"):
                own |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("symsync."):
                own.add(node.module.split(".")[1])
    return {name: (own & set(found)) - {name, "symsync"} for name, own in found.items()}


def essential(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return the graph without the edges that a longer way implies."""

    def reached(name: str) -> set[str]:
        return graph[name].union(*(reached(other) for other in graph[name]))

    return {
        name: {other for other in own if not any(other in reached(o) for o in own - {other})}
        for name, own in graph.items()
    }


def module_graph() -> str:
    """Return the module graph as SVG: each row imports from the rows above it.

    Imports that follow from others are left out.
    """
    graph = imports()

    def depth(name: str) -> int:
        return max((1 + depth(other) for other in graph[name]), default=0)

    rows: list[list[str]] = [[] for _ in range(1 + max(map(depth, graph)))]
    for name in graph:
        rows[depth(name)].append(name)
    edges = essential(graph)
    width, step_x, step_y, box = 760, 150, 62, (126, 28)
    at: dict[str, tuple[float, float]] = {}
    for level, row in enumerate(rows):
        # Each module stands below what it imports, as far as its row has room.
        row.sort(key=lambda n: sum(at[o][0] for o in edges[n]) / max(1, len(edges[n])))
        left = (width - step_x * (len(row) - 1)) / 2
        at |= {name: (left + step_x * k, 24 + step_y * level) for k, name in enumerate(row)}
    lines = [
        f'<path d="M{at[n][0]:.0f} {at[n][1] - box[1] / 2:.0f}C{at[n][0]:.0f} '
        f"{at[n][1] - step_y / 2:.0f} {at[o][0]:.0f} {at[o][1] + step_y / 2:.0f} "
        f'{at[o][0]:.0f} {at[o][1] + box[1] / 2:.0f}"/>'
        for n in graph
        for o in sorted(edges[n])
    ]
    boxes = [
        f'<rect x="{x - box[0] / 2:.0f}" y="{y - box[1] / 2:.0f}" width="{box[0]}" '
        f'height="{box[1]}" rx="5"/><text x="{x:.0f}" y="{y + 4:.0f}">{escape(name)}</text>'
        for name, (x, y) in at.items()
    ]
    return (
        f'<svg class="modules" viewBox="0 0 {width} {step_y * len(rows)}" role="img" '
        'aria-label="Which module imports which" xmlns="http://www.w3.org/2000/svg">'
        + "".join([*lines, *boxes])
        + "</svg>\n"
    )


# Performance ------------------------------------------------------------------------------------


def performance(result: Path) -> str:
    """Return the table of a benchmark's result and what it was measured on."""
    measured = json.loads(result.read_text(encoding="utf-8"))
    rows = [f"| {row['what']} | {row['figure']} |" for row in measured["rows"]]
    return "\n".join(
        [f"Measured on {measured['on']}.", "", "| what | figure |", "| - | - |", *rows, ""]
    )
