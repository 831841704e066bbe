"""The manuscript of the page of that name: two pages, made by its cells, compiled by LaTeX."""

import re
import shutil
from pathlib import Path

import pytest
from test_documents import compiled, complaints, needs_latex

PAGE = Path(__file__).parents[1] / "docs" / "examples" / "manuscript.md"


@pytest.fixture(scope="module")
def manuscript():
    """The names that the cells of the page leave."""
    names = {"__name__": "__main__"}
    for cell in re.findall(r"^```\{cell\}\n(.*?)^```", PAGE.read_text("utf-8"), re.S | re.M):
        exec(cell, names)
    yield names
    shutil.rmtree(names["folder"])


@pytest.mark.slow
def test_the_formulas_are_in_the_authors_form(manuscript):
    assert manuscript["printed"]["S"] == (
        "\\begin{equation}\\label{eq:S}\n"
        r"S_\kappa(\phi) \approx \frac{9 \pi J}{64} \left(\frac{1}{d_1 + g_2 + \kappa} - "
        "\\frac{1}{d_2 + g_1 + \\kappa}\\right) \\cos \\phi\n\\end{equation}"
    )
    assert not re.search(r"\\gamma|\\varepsilon|\\Delta", manuscript["text"])


@needs_latex
@pytest.mark.slow
def test_it_has_two_pages_with_three_figures(manuscript):
    log, pages = compiled(manuscript["text"], manuscript["folder"], "manuscript")
    assert complaints(log) == []
    assert pages == 2
    assert len(re.findall(r"<\w+\.pdf, id=", log)) == 3
