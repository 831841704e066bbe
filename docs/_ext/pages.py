"""The pages that are written by the package itself: derivations, catalogue, ledger, the house.

Each function returns the page as Markdown, or the picture as SVG.
"""

import json
import os
import re
import textwrap
from pathlib import Path
from typing import Any

import house
from graph import picture
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


FOLLOWS = {
    "Eq. (1)": (), "Eq. (3)": (), "Eq. (2)": ("Eq. (1)",), "Eq. (4)": ("Eq. (2)",),
    "exact state": ("Eq. (2)",), "Eq. (5)": ("Eq. (3)", "Eq. (4)"), "Eq. (6)": ("Eq. (5)",),
    "Eq. (7)": ("Eq. (4)",), "Eq. (8)": ("Eq. (7)",), "Fig. 2": ("Eq. (5)", "exact state"),
    "Fig. 3": ("Eq. (6)", "Eq. (8)", "exact state"),
    "Fig. 4": ("Eq. (6)", "Eq. (8)", "exact state"),
}  # fmt: skip
"""What each of the Letter's equations and figures follows from, in its derivation."""

POINT = {"epsilon": 0.1, "Delta": 0.5, "gamma_g_A": 100, "gamma_d_A": 1, "gamma_g_B": 1,
         "gamma_d_B": 100, "phi": 0, "t": 1, "mu_plus": 0.7, "mu_minus": 0, "threshold": 0.01,
         "S_rel_zero": 0.01, "entanglement": 0.1}  # fmt: skip
"""Where the catalogue shows a value: the rates of Fig. 2 in units of one of them."""


def equation_graph() -> str:
    """Return how the Letter's equations lead to its figures as SVG, each box with its link."""
    titles, links = {}, {}
    for name in FOLLOWS:
        kind, number = name.split()[0], re.sub(r"\D", "", name)
        if kind == "Eq.":
            equation = symsync.equations.letter(int(number))
            titles[name], links[name] = equation.description, f"{DERIVATIONS[f'eq0{number}']}.html"
        elif kind == "Fig.":
            titles[name], links[name] = name, f"{DERIVATIONS[f'fig{number}']}.html"
        else:
            titles[name] = "steady state to all orders"
            links[name] = f"{page_of(symsync.equations['state_exact'].theme)}.html"
    graph = {name: set(others) for name, others in FOLLOWS.items()}
    label = "Which of the Letter's equations lead to which figures"
    return picture(graph, label, titles, dict.fromkeys(graph, "package"), links)


def page_of(theme: str) -> str:
    """Return the name of a theme's page."""
    return f"equations_{theme.lower().replace(' ', '_')}"


def themes() -> dict[str, list[Any]]:
    """Return the equations of each theme, in the order of the catalogue."""
    found: dict[str, list[Any]] = {}
    for equation in symsync.equations.values():
        found.setdefault(equation.theme, []).append(equation)
    return found


def heading(equation: Any) -> str:
    """Return what an equation is, in words."""
    words = equation.description
    return typeset(words[0].upper() + words[1:] if words[1:2].islower() else words)


def in_cell(text: str) -> str:
    """Return text with formulas for a cell of a table, in which a bar would end it."""
    return text.replace("|", r"\vert ")


def catalogue() -> str:
    """Return the list of all equations with their themes, the diagram, and the parameters."""
    parts = [
        "# The equations",
        "Every formula here is derived from the model when it is asked for, and the formula that "
        "is printed is the one that is run: `symsync.equations[name]` is the formula, `.latex()` "
        "its LaTeX, `.function()` its function of arrays.\n"
        "The first-order formulas err as [the ledger](ledger.md) says, formula by formula.",
        "The Letter's eight equations lead to its figures, which the exact state redoes; a box "
        "leads to its derivation.",
        "```{raw} html\n:file: equations.svg\n```",
    ]
    for theme, equations in themes().items():
        rows = [f"| [`{e.label}`](#{anchor(e.label)}) | {in_cell(heading(e))} |" for e in equations]
        table = "\n".join(["| name | what it is |", "| - | - |", *rows])
        parts += [f"## [{theme}]({page_of(theme)}.md)", table]
    parts += ["## Parameters", parameters()]
    tree = "\n".join(map(page_of, themes()))
    return "\n\n".join([*parts, f"```{{toctree}}\n:hidden:\n\n{tree}\n```"]) + "\n"


def parameters() -> str:
    """Return the table of all parameters."""
    symbols = dict.fromkeys(p for each in symsync.equations.values() for p in each.parameters)
    rows = (
        f"| ${in_cell(describe(p).latex)}$ | `{p.name}` "
        f"| {in_cell(typeset(describe(p).meaning))} "
        f"| {describe(p).unit} | {domain(p)} |"
        for p in symbols
    )
    table = "\n".join(["|  | name | meaning | unit | values |", "| - | - | - | - | - |", *rows])
    return (
        f"{table}\n\nRates, couplings and detunings share one unit, 1/time, and times are in its "
        "inverse."
    )


def theme_page(theme: str) -> str:
    """Return the equations of a theme: what each is, its formula, its origin, and a value."""
    parts = [f"# {theme}"]
    for each in themes()[theme]:
        parts += [
            f"({anchor(each.label)})=\n## {heading(each)}",
            f"`{each.label}`: {each.order}; {each.source}.",
            f"$$\n{each.latex()}\n$$",
            f"```text\n{called(each)}\n```",
        ]
    return "\n\n".join(parts) + "\n"


def called(equation: Any) -> str:
    """Return a call of the equation's function and what it gives."""
    function = equation.function(invalid="nan")
    at = {name: POINT.get(name, 0.1) for name in function.parameters}
    value = function(**at)
    given = ", ".join(f"{name}={number}" for name, number in at.items())
    call = textwrap.fill(
        f'equations["{equation.label}"].function()({given})', 84, subsequent_indent=" " * 4
    )
    if value.ndim > 1:
        return f"{call}\n{value.dtype} array of shape {value.shape}"
    return f"{call}\n{value.round(6)}"


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


def between_packages() -> dict[str, set[str]]:
    """Return which package imports which; the public page is called `symsync`."""
    found = house.packages(PACKAGE)
    return {
        name or "symsync": {other or "symsync" for other in found[name]}
        for name in [*house.SHELVES, ""]
    }


def module_graph() -> str:
    """Return the packages and their imports as SVG; a single module has a dashed box."""
    graph = between_packages()
    folders = {name: PACKAGE if name == "symsync" else PACKAGE / name for name in graph}
    return picture(
        graph,
        "Which package imports which",
        {
            name: house.first_sentence(folder if folder.is_dir() else folder.with_suffix(".py"))
            for name, folder in folders.items()
        },
        {name: "package" if folder.is_dir() else "module" for name, folder in folders.items()},
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


def bounds(result: Path) -> str:
    """Return the table of what bounds each formula."""
    measured = json.loads(result.read_text(encoding="utf-8"))["bounds"]
    rows = measured["rows"]
    lines = [rows[0].keys(), ["-"] * len(rows[0]), *(row.values() for row in rows)]
    table = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    return f"Measured on {measured['on']}.\n\n{table}"
