"""The pages that are written by the package itself: derivations, catalogue, ledger, the house.

Each function returns the page as Markdown, or the picture as SVG.
"""

import inspect
import json
import os
import re
import textwrap
from html import escape
from pathlib import Path
from statistics import fmean
from typing import Any

import house
from typeset import plain, typeset

import symsync
from symsync.claims.ledger import Claim, Report, Verdict
from symsync.claims.themes import THEMES
from symsync.symbols import describe

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "symsync"
DERIVATIONS = {
    re.sub(r"^(eq\d\d|fig\d)_.*", r"\1", path.stem): path.stem
    for path in sorted((ROOT / "derivations").glob("*.py"))
}
"""The derivations by what claims call them: "eq06" is `eq06_resonant_locking`, "fig3" Fig. 3.

Those of no equation or figure of the Letter have their whole name.
"""


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
            f"{str(each.order).capitalize()}; {each.source}.",
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
        what = re.sub(r"^eq0(\d)$", r"Eq. (\1)", re.sub(r"^fig(\d)$", r"Fig. \1", name))
        return f"[derivation of {what.replace('_', ' ')}]({DERIVATIONS[name]}.md)"
    if name in symsync.equations:
        return f"[`{name}`](#{anchor(name)})"
    value: Any = symsync
    for part in name.split("."):
        value = getattr(value, part, None)
    if value is None:
        raise KeyError(f"A claim points to {name!r}, which is no derivation, equation or function.")
    return f"{{py:obj}}`~symsync.{name}`"


def claim_row(claim: Claim, verdict: Verdict) -> str:
    """Return one claim as a row of a list table."""
    told = "literature" if claim.is_of_others else "findings"
    sign = {"holds": "✓ holds", "roughly": f"[≈ roughly](../{told}.md)"}
    see = ", ".join(map(link, claim.see))
    place = claim.place if claim.place.startswith("`") else plain(claim.place)
    return (
        f"* - {place}\n  - {typeset(claim.words)}\n"
        f"  - {sign.get(verdict.verdict, '**FAILED**')}\n"
        f"  - {verdict.method}: {typeset(verdict.figure)}\n\n    {see}"
    )


def verdicts_on_all() -> Report:
    """Return the verdicts on all claims, from the file that SYMSYNC_CLAIMS names if there is one.

    CI decides them once: `symsync verify --all --json > CLAIMS`.
    """
    if "SYMSYNC_CLAIMS" not in os.environ:
        return symsync.verify(slow=True)
    known = json.loads(Path(os.environ["SYMSYNC_CLAIMS"]).read_text("utf-8"))["claims"]
    return Report(tuple(Verdict(**row) for row in known))


def ledger() -> str:
    """Return every claim of the Letter with its verdict, its evidence and where to read on."""
    report = verdicts_on_all()
    parts = [
        "# The Letter, claim by claim",
        f"{report.counts} None fails." if report.passed else f"**{report.summary}.**",
        "A claim is *proved* when an exact identity decides it, *certified* when a number is known "
        "to so many digits that no other is left, and *measured* when the numeric steady state, "
        "which shares no code with the formulas, decides it.\n"
        "What “roughly” means is told in [the findings](../findings.md).\n"
        "This page is the output of `symsync verify --all`; `symsync verify --json` gives it to a "
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


# The house --------------------------------------------------------------------------------------

WIDTH, ROW, BOX, GAP, LINE = 760, 66, (134, 30), 22, 26
"""The picture's width, the height of a row, a box, the space between two, and that of a line."""

Place = str | tuple[str, int]
"""A package, or a line on its way to a package as it passes a row."""


def between_packages() -> dict[str, set[str]]:
    """Return which package imports which; the public page is called `symsync`."""
    found = house.packages(PACKAGE)
    return {
        name or "symsync": {other or "symsync" for other in found[name]}
        for name in [*house.SHELVES, ""]
    }


def essential(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return the graph without the edges that a longer way implies."""

    def reached(name: str) -> set[str]:
        return graph[name].union(*(reached(other) for other in graph[name]))

    return {
        name: {other for other in own if not any(other in reached(o) for o in own - {other})}
        for name, own in graph.items()
    }


def layers(graph: dict[str, set[str]]) -> tuple[list[list[Place]], set[tuple[Place, Place]]]:
    """Return the rows of the picture, and the lines between a row and the next.

    Each package stands below all that it imports; a line that passes a row has a place in it.
    """

    def depth(name: str) -> int:
        return max((1 + depth(other) for other in graph[name]), default=0)

    rows: list[list[Place]] = [[] for _ in range(1 + max(map(depth, graph)))]
    for name in graph:
        rows[depth(name)].append(name)
    lines: set[tuple[Place, Place]] = set()
    for name, others in essential(graph).items():
        for other in sorted(others):
            at: Place = name
            for level in range(depth(name) - 1, depth(other), -1):
                lines.add((at, (other, level)))
                at = (other, level)
                rows[level] += [at] * (at not in rows[level])
            lines.add((at, other))
    return rows, lines


def side_by_side(wanted: list[float], rooms: list[float]) -> list[float]:
    """Return places as near as can be to those that are wanted, each with its room to itself."""
    offsets = [sum(rooms[:k]) + room / 2 for k, room in enumerate(rooms)]
    groups: list[list[float]] = []
    for each, offset in zip(wanted, offsets, strict=True):
        groups.append([each - offset])
        while len(groups) > 1 and fmean(groups[-2]) > fmean(groups[-1]):
            groups[-2:] = [groups[-2] + groups[-1]]
    left = (WIDTH - sum(rooms)) / 2
    starts = [min(max(fmean(g), 0), 2 * left) for g in groups for _ in g]
    return [start + offset for start, offset in zip(starts, offsets, strict=True)]


def placed(rows: list[list[Place]], lines: set[tuple[Place, Place]]) -> dict[Place, float]:
    """Return how far from the left each place is: near what it is joined to."""
    joined: dict[Place, list[Place]] = {place: [] for row in rows for place in row}
    for below, above in lines:
        joined[below].append(above)
        joined[above].append(below)
    at = dict.fromkeys(joined, WIDTH / 2)

    def settle(row: list[Place], beside: set[Place]) -> None:
        wanted = [
            fmean([at[o] for o in joined[place] if o in beside] or [at[place]]) for place in row
        ]
        rooms = [BOX[0] + GAP if isinstance(place, str) else LINE for place in row]
        at.update(zip(row, side_by_side(wanted, rooms), strict=True))

    everything = set(joined)
    for row in rows:
        settle(row, set())
    for sweep in range(40):
        down = sweep % 2 == 0
        order = range(1, len(rows)) if down else range(len(rows) - 2, -1, -1)
        for k in order:
            beside = set(rows[k - 1 if down else k + 1])
            if sweep < 8:  # first the order in each row, then the distances
                near = {p: [at[o] for o in joined[p] if o in beside] for p in rows[k]}
                rows[k].sort(key=lambda p, near=near: fmean(near[p] or [at[p]]))
            settle(rows[k], beside if sweep < 8 else everything)
    aside = (WIDTH - min(at.values()) - max(at.values())) / 2
    return {place: x + aside for place, x in at.items()}


def module_graph() -> str:
    """Return the packages and their imports as SVG: each row imports from the rows above it.

    Imports that follow from others are left out.  A single module has a dashed box.
    """
    rows, lines = layers(between_packages())
    x = placed(rows, lines)
    y = {place: 24 + ROW * k for k, row in enumerate(rows) for place in row}
    half = {place: BOX[1] / 2 if isinstance(place, str) else 0 for place in y}
    paths = [
        f'<path d="M{x[a]:.0f} {y[a] - half[a]:.0f}C{x[a]:.0f} {y[a] - ROW / 2:.0f} '
        f'{x[b]:.0f} {y[b] + ROW / 2:.0f} {x[b]:.0f} {y[b] + half[b]:.0f}"/>'
        for a, b in sorted(lines, key=str)
    ]
    boxes = []
    for name in (place for row in rows for place in row if isinstance(place, str)):
        folder = PACKAGE if name == "symsync" else PACKAGE / name
        source = folder if folder.is_dir() else folder.with_suffix(".py")
        kind = "package" if folder.is_dir() else "module"
        boxes.append(
            f'<g class="{kind}"><title>{escape(house.first_sentence(source))}</title>'
            f'<rect x="{x[name] - BOX[0] / 2:.0f}" y="{y[name] - BOX[1] / 2:.0f}" '
            f'width="{BOX[0]}" height="{BOX[1]}" rx="5"/>'
            f'<text x="{x[name]:.0f}" y="{y[name] + 4:.0f}">{escape(name)}</text></g>'
        )
    return (
        f'<svg class="modules" viewBox="0 0 {WIDTH} {ROW * len(rows)}" role="img" '
        'aria-label="Which package imports which" xmlns="http://www.w3.org/2000/svg">'
        + "".join([*paths, *boxes])
        + "</svg>\n"
    )


def said(path: Path) -> str:
    """Return what a package or module says of itself, as Markdown."""
    pieces = re.split(r"(`[^`]*`)", house.first_sentence(path))
    return "".join(piece if piece.startswith("`") else plain(piece) for piece in pieces)


def listed(folder: Path, indent: str = "") -> list[str]:
    """Return the modules of a package in reading order, each with its sentence, as a list."""
    found = []
    for name in house.reading_order(folder):
        inner = (folder / name).is_dir()
        found.append(f"{indent}- `{name}` – {said(folder / (name if inner else f'{name}.py'))}")
        found += listed(folder / name, f"{indent}  ") if inner else []
    return found


def rooms() -> str:
    """Return the packages in the order in which they import each other, with their modules."""
    rows = ["```{list-table}", ":header-rows: 1", ":widths: 28 72", ":class: rooms", "",
            "* - package\n  - its modules, in reading order"]  # fmt: skip
    for name in house.SHELVES:
        folder = PACKAGE / name
        if folder.is_dir():
            rows += [f"* - **`{name}`**\n\n    {said(folder)}", "  - " + listed(folder)[0]]
            rows += [f"    {line}" for line in listed(folder)[1:]]
        else:
            rows += [f"* - **`{name}`**", f"  - {said(folder.with_suffix('.py'))}"]
    return "\n".join([*rows, "```"]) + "\n"


# Performance ------------------------------------------------------------------------------------


def performance(result: Path) -> str:
    """Return the table of a benchmark's result and what it was measured on."""
    measured = json.loads(result.read_text(encoding="utf-8"))
    rows = [f"| {row['what']} | {row['figure']} |" for row in measured["rows"]]
    return "\n".join(
        [f"Measured on {measured['on']}.", "", "| what | figure |", "| - | - |", *rows, ""]
    )
