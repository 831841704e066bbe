"""What a notebook shows: LaTeX that parses, tables that hold every row; and pages as notebooks."""

import json
import sys
from pathlib import Path

import pytest
from matplotlib.mathtext import MathTextParser

import symsync
from symsync import equations, spin_pair, steady_series, time_series

sys.path.insert(0, str(Path(__file__).parent.parent / "docs" / "_ext"))

import notebooks  # found through the line above


def parsed(source):
    """Parse each line of a rendered formula with matplotlib's mathtext."""
    assert source.startswith("$\\displaystyle ")
    assert source.endswith("$")
    source = source.removeprefix("$\\displaystyle ").removesuffix("$")
    for unknown in (r"\begin{aligned}", r"\end{aligned}", "&"):
        source = source.replace(unknown, "")
    lines = source.replace("\n", " ").split(r"\\")
    parser = MathTextParser("path")
    for line in lines:
        parser.parse(f"${line}$")
    return len(lines)


def test_a_system_shows_its_hamiltonian_and_jumps():
    assert parsed(spin_pair()._repr_latex_()) == 6


@pytest.mark.parametrize("order", [0, 1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_state_shows_its_elements(order, pair_series):
    state = pair_series[order]
    assert parsed(state._repr_latex_()) == len(state)
    assert len(repr(state).splitlines()) == len(state)


def test_an_empty_state_shows_zero():
    alone = symsync.System(spin_pair().sites, [])
    assert repr(steady_series(alone)[1]) == "0"


def test_series_and_catalogue_name_themselves(pair_series):
    assert repr(pair_series) == "<SteadySeries of A, B>"
    assert repr(time_series(spin_pair())) == "<TimeSeries of A, B>"
    assert equations._repr_html_().count("<tr>") == len(equations)


@pytest.mark.parametrize("make", [steady_series, time_series, symsync.rate_series])
def test_a_series_shows_its_first_two_orders(make):
    series = make(spin_pair())
    assert parsed(series._repr_latex_()) == len(series[0] or [0]) + len(series[1])


IMPORTS = """
import symsync
from symsync.claims.themes import CLAIMS
from symsync.claims.ledger import decided
"""

CELLS = {
    "symsync.equations.letter(6)": ("text/latex", r"S_{\mathrm{rel}}^{\Delta=0}(\phi) \approx"),
    "pair = symsync.spin_pair(); pair": ("text/latex", r"V &= "),
    "symsync.steady_series(pair)": ("text/latex", r"\rho_1"),
    "symsync.steady_series(pair)[1]": ("text/latex", r"\langle 0, 0|"),
    "symsync.exact_state(pair)": ("text/latex", r"{Z}"),
    "symsync.equations": ("text/html", "<td><code>negativity</code></td>"),
    "symsync.Report(tuple(decided(c, symsync.equations) for c in CLAIMS[:3]))": (
        "text/html",
        "<p>",
    ),
}
"""What a cell ends in, the kind of output that a notebook prefers, and a part of it."""


def test_what_a_cell_ends_in_renders():
    names = {}
    exec(IMPORTS, names)
    for source, (kind, part) in CELLS.items():
        *before, last = source.split("; ")
        exec("; ".join(before), names)
        render = {"text/latex": "_repr_latex_", "text/html": "_repr_html_"}[kind]
        assert part in getattr(eval(last, names), render)(), source


def executed(notebook, folder):
    """Run a notebook in a kernel of its own, as in Jupyter, without a screen."""
    from nbclient import NotebookClient

    NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(folder)}}).execute()
    return notebook.cells


@pytest.mark.slow
def test_a_notebook_runs_and_renders(tmp_path):
    import nbformat

    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in (IMPORTS, *CELLS)]
    _, *cells = executed(notebook, tmp_path)
    for cell, (kind, part) in zip(cells, CELLS.values(), strict=True):
        (output,) = cell.outputs
        assert part in output.data[kind], cell.source


# Pages as notebooks -----------------------------------------------------------------------------

PAGE = """# Title

Text with $x[1](y)$, `a[1](b)`, [the ledger](../generated/ledger.md), [a scan](scanning.md#arrays),
[below](#end) and [the web](https://example.org/a.md).

```{cell}
import numpy
from matplotlib.figure import Figure
x = 1
```

```{cell}
:formulas:

for name in "ab":
    print(name.upper())
```

```console
$ symsync `[verify](now.md)
```

The end.
"""

AS_NOTEBOOK = [
    ("markdown", "# Title\n\nTo run this notebook, its kernel needs `symsync[plot]`.\n\n"
                 "Text with $x[1](y)$, `a[1](b)`, the ledger (page *generated/ledger* of the "
                 "documentation), [a scan](scanning.ipynb),\nbelow and "
                 "[the web](https://example.org/a.md)."),
    ("code", "%matplotlib inline\nimport numpy\nfrom matplotlib.figure import Figure\nx = 1"),
    ("code", "from IPython.display import Math\n\nfor name in \"ab\":\n"
             "    display(Math(name.upper()))"),
    ("markdown", "```console\n$ symsync `[verify](now.md)\n```\n\nThe end."),
]  # fmt: skip


def test_a_page_becomes_a_notebook():
    made = json.loads(notebooks.notebook(PAGE, "tutorials/any"))
    assert [(cell["cell_type"], "".join(cell["source"])) for cell in made["cells"]] == AS_NOTEBOOK
    assert [cell["id"] for cell in made["cells"]] == [f"cell-{n}" for n in range(4)]
    assert all(cell["outputs"] == [] for cell in made["cells"] if cell["cell_type"] == "code")


def test_a_page_without_pictures_needs_no_extra():
    (cell,) = json.loads(notebooks.notebook("# Title\n\nText.\n", "any"))["cells"]
    assert cell["source"][2:] == [
        "To run this notebook, its kernel needs `symsync`.\n",
        "\n",
        "Text.",
    ]


@pytest.mark.parametrize(
    "unknown",
    [
        "```{raw} html\n<b>\n```",
        ":::{note}\n:::",
        "(label)=\n## Title",
        "{py:obj}`x`",
        "![x](y.svg)",
    ],
)
def test_what_jupyter_cannot_show_is_an_error(unknown):
    with pytest.raises(ValueError, match=r"Jupyter cannot show .* in the page tutorials/any"):
        notebooks.notebook(f"# Title\n\n{unknown}\n", "tutorials/any")


def test_a_page_links_to_its_notebook_below_its_title():
    for page, link in (
        ("tutorials/latex", "[This page as a notebook](../notebooks/latex.ipynb)\n\n"),
        ("engine", ""),
        ("examples/latex", ""),
    ):
        source = ["# Title\n\nText.\n\nMore.\n"]
        notebooks.with_link(None, page, source)
        assert source == [f"# Title\n\n{link}Text.\n\nMore.\n"]


@pytest.mark.parametrize("name", notebooks.PAGES)
def test_a_notebook_is_its_page(name):
    kept = (notebooks.FOLDER / f"{name}.ipynb").read_text(encoding="utf-8")
    same = kept == notebooks.made(name)
    assert same, f"The page of {name}.ipynb has changed: python docs/_ext/notebooks.py"


def test_there_is_no_other_notebook():
    assert {path.stem for path in notebooks.FOLDER.iterdir()} == set(notebooks.PAGES)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["latex", "letter_locking"])
def test_a_notebook_of_a_page_runs(name, tmp_path):
    """Without a warning, and each picture is shown.

    Two stand for all: the build of the pages runs the cells of each, which a notebook only repeats.
    """
    import nbformat

    notebook = nbformat.read(notebooks.FOLDER / f"{name}.ipynb", as_version=4)
    nbformat.validate(notebook)
    strict = "import warnings\nwarnings.simplefilter('error')"
    notebook.cells.insert(1, nbformat.v4.new_code_cell(strict))
    cells = [cell for cell in executed(notebook, tmp_path) if cell.cell_type == "code"]
    shown = [[kind for output in cell.outputs for kind in output.get("data", ())] for cell in cells]
    pictures = [cell.source.endswith("\nfigure") for cell in cells]
    assert ["image/png" in kinds for kinds in shown] == pictures
    assert any("text/latex" in kinds for kinds in shown)
