"""The package keeps its shape: imports run one way, and everything public is documented."""

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import symsync

ROOT = Path(symsync.__file__).parent

LAYERS = [
    "checks", "symbols", "functions", "phases", "special", "definitions", "latex", "spin", "state",
    "limit_cycle", "coupling", "system", "networks", "operators", "liouville", "resolvents",
    "modes", "expansion", "reduced", "exact", "steady_state", "phase_space", "weights",
    "entanglement", "evaluate",
    "equation", "entries", "catalogue", "letter", "reference", "network_reference", "motifs",
    "error_budget", "figures", "ledger", "claims", "verification", "cli",
]  # fmt: skip
"""From left to right; a module imports only from its left."""


def modules():
    """Each module's place among the layers, and the layers it imports from."""
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts[0] in ("__init__", "__main__"):
            continue
        imported = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "symsync":
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("symsync."):
                imported.add(node.module.split(".")[1])
        yield parts[0], imported


def test_every_module_has_a_place():
    assert {name for name, _ in modules()} == set(LAYERS)


def test_imports_run_from_left_to_right():
    for name, imported in modules():
        for other in imported & set(LAYERS):
            assert LAYERS.index(other) <= LAYERS.index(name), f"{name} imports {other}"


def test_the_reference_shares_nothing():
    """The numeric references import nothing of the package."""
    found = [imported for name, imported in modules() if name.endswith("reference")]
    assert found == [set(), set()]


def test_nothing_imports_what_is_typed_by_hand():
    """Only the claims and `verify` know the Letter's formulas."""
    users = {name for name, imported in modules() if "letter" in imported}
    assert users == {"claims"}


def test_no_text_is_evaluated():
    """`exec` compiles generated steps in one place; nothing else runs text."""
    risky = {"eval", "exec", "sympify", "parse_expr"}
    calls = [
        (path.name, node.func.id)
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if node.func.id in risky
    ]
    assert calls == [("numpy_backend.py", "exec")]


@pytest.mark.parametrize("name", symsync.__all__)
def test_everything_public_is_documented(name):
    value = getattr(symsync, name)
    if inspect.isclass(value) or inspect.isfunction(value) or inspect.ismodule(value):
        assert value.__doc__, name
    if inspect.isclass(value):
        for attribute, member in vars(value).items():
            if not attribute.startswith("_") and callable(member):
                assert inspect.getdoc(getattr(value, attribute)), f"{name}.{attribute}"


def test_the_page_lists_what_it_exports():
    assert sorted(symsync.__all__) == list(symsync.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        symsync.nothing  # noqa: B018  # the look-up itself is the test


def test_importing_needs_sympy_alone():
    """NumPy is loaded when a formula is run, and not before."""
    code = "import sys, symsync; list(symsync.equations); print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
