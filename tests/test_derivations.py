"""Each derivation runs, tells its story in Markdown cells and ends in assertions."""

import ast
import runpy
from pathlib import Path

import pytest

SCRIPTS = sorted((Path(__file__).parent.parent / "derivations").glob("*.py"))


OWN = [
    "divided_differences", "driven_spin_1", "elimination", "strong_part", "two_oscillators",
    "weak_coherence", "weak_entropy", "weak_negativity",
]  # fmt: skip
"""Mathematics that the Letter does not have."""


def test_there_is_one_for_each_equation_and_figure():
    wanted = [*(f"eq{k:02}" for k in range(1, 9)), "fig2", "fig3", "fig4"]
    assert [path.name[:4] for path in SCRIPTS if path.stem not in OWN] == wanted


@pytest.mark.parametrize("stem", OWN)
def test_a_docstring_cites_what_is_no_equation_of_the_letter(stem):
    package = Path(__file__).parent.parent / "symsync"
    assert any(
        f"derivations/{stem}.py" in path.read_text("utf-8") for path in package.rglob("*.py")
    )


SECONDS = {"eq03_measure", "fig3_tongue", "fig4_rank"}
"""Scripts that take as long as all others together."""


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, marks=pytest.mark.slow if path.stem in SECONDS else [])
     for path in SCRIPTS],
    ids=lambda path: path.stem,
)  # fmt: skip
def test_it_runs(path, capsys):
    """Its assertions hold, and a formula is printed; CI also runs each in a process of its own."""
    runpy.run_path(str(path), run_name="__main__")
    printed = capsys.readouterr().out
    assert "\\" in printed or "⟨" in printed or "S_" in printed


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_it_asserts_and_explains(path):
    source = path.read_text(encoding="utf-8")
    title = "# # " if path.stem in OWN else ("# # Eq. (", "# # Fig. ")
    assert source.removeprefix("# %% [markdown]\n").startswith(title)
    assert sum(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(source))) >= 3
