"""Each derivation runs, tells its story in Markdown cells and ends in assertions."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = sorted((Path(__file__).parent.parent / "derivations").glob("*.py"))


def test_there_is_one_for_each_equation_and_figure():
    wanted = [*(f"eq{k:02}" for k in range(1, 9)), "fig2", "fig3", "fig4"]
    assert [path.name[:4] for path in SCRIPTS] == wanted


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_it_runs(path):
    done = subprocess.run(
        [sys.executable, "-W", "error", str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "\\" in done.stdout or "⟨" in done.stdout or "S_" in done.stdout


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_it_asserts_and_explains(path):
    source = path.read_text(encoding="utf-8")
    assert source.startswith(("# %% [markdown]\n# # Eq. (", "# %% [markdown]\n# # Fig. "))
    assert sum(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(source))) >= 3
