"""What a notebook shows: LaTeX that parses, tables that hold every row."""

import pytest
from matplotlib.mathtext import MathTextParser

import symsync
from symsync import equations, spin_pair, steady_series, time_series


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


@pytest.mark.slow
def test_a_notebook_runs_and_renders(tmp_path):
    """In a kernel of its own, as in Jupyter, without a screen."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in (IMPORTS, *CELLS)]
    client = NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(tmp_path)}})
    client.execute()
    for cell, (kind, part) in zip(notebook.cells[1:], CELLS.values(), strict=True):
        (output,) = cell.outputs
        assert part in output.data[kind], cell.source
