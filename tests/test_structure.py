"""The house keeps its shape: imports run one way, names mean one thing, nothing grows too long.

Every guard is a function of a folder that returns what is wrong there, and is tried on a copy of
the package with a breach planted in it.
"""

import ast
import inspect
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import symsync

ROOT = Path(symsync.__file__).parent
sys.path.insert(0, str(ROOT.parent / "docs" / "_ext"))

from house import SHELVES, circles, imports, modules, packages, reading_order  # noqa: E402


@pytest.fixture(autouse=True, scope="module")
def read_once():
    """What stands unchanged in several copies is parsed and walked once: trees are only read."""
    parse, walk = ast.parse, ast.walk
    parsed, walked = cache(parse), cache(lambda node: tuple(walk(node)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            ast, "parse", lambda text, *a, **b: (parse if a or b else parsed)(text, *a, **b)
        )
        patch.setattr(ast, "walk", walked)
        yield


def trees(root):
    for name, path in modules(root).items():
        yield name, ast.parse(path.read_text(encoding="utf-8"))


# The guards -------------------------------------------------------------------------------------


def against_the_shelves(root):
    """Imports between packages run from right to left; only the command line sees everything."""
    wrong = []
    for name, others in packages(root).items():
        if not name:
            continue  # the public page
        for other in others:
            if not other and not name.startswith("cli"):
                wrong.append(f"{name} imports the public page")
            elif other and SHELVES.index(other) > SHELVES.index(name):
                wrong.append(f"{name} imports {other}")
    return wrong


def against_the_reading_order(root):
    """Inside a package a module imports only those that its page lists before it."""
    wrong = []
    graph = imports(root)
    for page in sorted(root.rglob("__init__.py")):
        package = ".".join(page.parent.relative_to(root).parts)
        if not package:
            continue
        order = reading_order(page.parent)
        rooms = {f"{package}.{path.stem}" for path in page.parent.glob("*.py")} - {
            f"{package}.__init__"
        }
        rooms |= {f"{package}.{path.parent.name}" for path in page.parent.glob("*/__init__.py")}
        listed = [f"{package}.{name}" for name in order]
        if sorted(listed) != sorted(rooms):
            wrong.append(f"{package} lists {sorted(set(listed) ^ rooms)}")
            continue
        for name, imported in graph.items():
            own = next(
                (room for room in listed if name == room or name.startswith(f"{room}.")), None
            )
            for other in imported if own else ():
                if other == package:
                    wrong.append(f"{name} imports its own package's page")
                theirs = next((r for r in listed if other == r or other.startswith(f"{r}.")), own)
                if listed.index(theirs) > listed.index(own):
                    wrong.append(f"{name} imports {other}")
    return wrong


def in_circles(root):
    """No file imports itself through others, and no package does."""
    files = {name: others - {""} for name, others in imports(root).items() if name}
    rooms = {name: others - {""} for name, others in packages(root).items() if name}
    return [" → ".join(way) for graph in (files, rooms) for way in circles(graph)]


def shared_by_the_reference(root):
    """The numeric references import nothing of the package, and few look at them."""
    graph = imports(root)
    inside = {name for name in graph if name.split(".")[0] == "reference"}
    wrong = [f"{name} imports {o or 'symsync'}" for name in inside for o in graph[name] - inside]
    allowed = {"claims", "error_budget", "figures", "", "reference"}
    return wrong + [
        f"{name} looks at the reference"
        for name, others in graph.items()
        if others & inside and name.split(".")[0] not in allowed
    ]


def typed_by_hand(root):
    """Only the claims know what the Letter prints, and what other papers print."""
    return [
        f"{name} imports {printed}"
        for name, others in imports(root).items()
        for printed in ("claims.printed", "claims.printed_elsewhere")
        if printed in others and name.split(".")[0] != "claims"
    ]


RISKY = {"eval", "exec", "sympify", "parse_expr", "import_module", "__import__", "literal_eval"}


def evaluated_text(root):
    """No text is run, but for generated steps, and for the pages that are loaded late."""
    allowed = {
        ("evaluate.backends.numpy_backend", "exec"),
        ("", "import_module"),
        ("figures.drawing", "import_module"),  # matplotlib, by a name of its own
    }
    found = set()
    for name, tree in trees(root):
        for node in ast.walk(tree):
            called = node.func if isinstance(node, ast.Call) else None
            names = [called.id] if isinstance(called, ast.Name) else []
            names += [called.attr] if isinstance(called, ast.Attribute) else []
            if isinstance(node, ast.ImportFrom):
                names += [alias.name for alias in node.names]
            found |= {(name, each) for each in names if each in RISKY | {"compile"}}
            if isinstance(called, ast.Attribute) and called.attr == "compile":
                found.discard((name, "compile"))  # re.compile
    return sorted(found - allowed)


def named_twice(root):
    """No public name hides a module: what a page exports is not called like a room beside it."""
    wrong = []
    known = modules(root)
    for name, tree in trees(root):
        folder = known[name].parent
        if known[name].name != "__init__.py":
            continue
        rooms = {path.stem for path in folder.glob("*.py")} | {p.name for p in folder.iterdir()}
        for node in tree.body:
            if isinstance(node, ast.ImportFrom):
                taken = {(alias.asname or alias.name) for alias in node.names} & rooms
                wrong += [f"symsync.{name} hides its module {each}" for each in taken]
    return wrong


def too_long(root):
    """At most 20 entries in the package, 400 lines in a module, 60 in a function."""
    entries = [path for path in root.iterdir() if path.name != "__pycache__"]
    wrong = [f"{len(entries)} entries"] if len(entries) > 20 else []
    for name, path in modules(root).items():
        lines = len(path.read_text(encoding="utf-8").splitlines())
        wrong += [f"{name} has {lines} lines"] if lines > 400 else []
    for name, tree in trees(root):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                lines = node.end_lineno - node.lineno + 1
                wrong += [f"{name}.{node.name} has {lines} lines"] if lines > 60 else []
    return wrong


def two_sites_assumed(root):
    """The engine knows no "A" and "B": no such default, comparison or subscript."""
    engine = {"expressions", "evaluate", "model", "formula", "derive", "measures"}
    allowed = {"model.system", "model.graphs"}  # spin_pair is the Letter's, labels are A, B, C, …
    wrong = []
    for name, tree in trees(root):
        if name.split(".")[0] in engine and name not in allowed:
            wrong += [
                f"{name}:{node.lineno} holds {node.value!r}"
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant) and node.value in ("A", "B", "AB")
            ]
    return wrong


GUARDS = [
    against_the_shelves, against_the_reading_order, in_circles, shared_by_the_reference,
    typed_by_hand, evaluated_text, named_twice, too_long, two_sites_assumed,
]  # fmt: skip


@pytest.mark.parametrize("guard", GUARDS)
def test_the_house_is_in_order(guard):
    assert guard(ROOT) == []


def test_every_room_has_a_place():
    assert {name for name in packages(ROOT) if name} == set(SHELVES)


INSIDE = "\n\ndef _planted():\n    {}\n"
BREACHES = [
    (against_the_shelves, "expressions/checks.py", "import symsync.claims.model"),
    (against_the_shelves, "expressions/checks.py", INSIDE.format("import symsync.claims.model")),
    (against_the_shelves, "model/spin.py", "from ..derive import state"),
    (against_the_shelves, "model/spin.py", "from symsync import measures"),
    (against_the_shelves, "derive/state.py", INSIDE.format("import symsync; symsync.verify()")),
    (against_the_shelves, "derive/state.py", "late = 'symsync.catalogue'"),
    (against_the_shelves, "evaluate/program.py", "from symsync.model.spin import S_plus"),
    (against_the_reading_order, "derive/state.py", "from symsync.derive.series import Series"),
    (against_the_reading_order, "derive/state.py", INSIDE.format("from . import series")),
    (against_the_reading_order, "evaluate/program.py", "from .backends import c_backend"),
    (against_the_reading_order, "catalogue/exact.py", "from symsync.catalogue import equations"),
    (against_the_reading_order, "measures/new_room.py", "pass"),
    (in_circles, "model/spin.py", INSIDE.format("from symsync.model.system import System")),
    (in_circles, "expressions/symbols.py", "from symsync.formula import Equation"),
    (shared_by_the_reference, "reference/pair.py", "import symsync.model.spin"),
    (shared_by_the_reference, "reference/pair.py", INSIDE.format("from ..model import spin")),
    (shared_by_the_reference, "reference/network.py", "from symsync.expressions import checks"),
    (shared_by_the_reference, "measures/entanglement.py", "from symsync import reference"),
    (typed_by_hand, "figures/data.py", INSIDE.format("from symsync.claims import printed")),
    (typed_by_hand, "catalogue/exact.py", "import symsync.claims.printed"),
    (typed_by_hand, "figures/data.py", "from symsync.claims.printed_elsewhere import PAPERS"),
    (evaluated_text, "cli/commands.py", INSIDE.format("return eval('1')")),
    (evaluated_text, "cli/commands.py", "import sympy; sympy.sympify('1')"),
    (evaluated_text, "cli/commands.py", "from sympy import sympify as exact"),
    (evaluated_text, "model/spin.py", INSIDE.format("__import__('os')")),
    (named_twice, "figures/__init__.py", "from symsync.figures.data import tongue_data as data"),
    (too_long, "cli/commands.py", "\n" * 400),
    (too_long, "model/spin.py", INSIDE.format("\n    ".join(["pass"] * 61))),
    (two_sites_assumed, "measures/entanglement.py", "def _planted(a='A'): return a"),
]  # fmt: skip


def first_at_once(breaches):
    """The first of each guard is fast, the others are slow."""
    seen = set()
    for guard, place, line in breaches:
        yield pytest.param(guard, place, line, marks=pytest.mark.slow if guard in seen else [])
        seen.add(guard)


@pytest.mark.parametrize(("guard", "place", "line"), list(first_at_once(BREACHES)))
def test_a_planted_breach_is_seen(guard, place, line, tmp_path):
    """One line is added to a copy of the tree, at its end or inside a function."""
    copy = shutil.copytree(ROOT, tmp_path / "symsync", ignore=shutil.ignore_patterns("__pycache__"))
    path = copy / place
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(f"{before}\n{line}\n", encoding="utf-8")
    assert guard(copy) != []


# Documentation ----------------------------------------------------------------------------------


MEMBERS = (property, staticmethod, classmethod)


def public():
    """Everything that users reach: (path, value) of the public page and of the pages beside it."""
    pages = {"symsync": symsync, "reference": symsync.reference, "figures": symsync.figures,
             "large_networks": symsync.large_networks}  # fmt: skip
    for page, module in pages.items():
        for name in module.__all__:
            value = getattr(module, name)
            yield f"{page}.{name}", value
            if inspect.isclass(value):
                for attribute, member in vars(value).items():
                    if attribute.startswith("_"):
                        continue
                    if isinstance(member, property | staticmethod | classmethod) or callable(
                        member
                    ):
                        yield f"{page}.{name}.{attribute}", member


PUBLIC = dict(public())
FUNCTIONS = {
    path: function
    for path, value in PUBLIC.items()
    for function in [getattr(value, "__func__", value)]
    if inspect.isfunction(function) and inspect.getmodule(function).__name__.startswith("symsync")
}


def own_docstring(value):
    """A docstring that was written for it: none that is inherited or made by a dataclass."""
    if inspect.isclass(value):
        text = vars(value).get("__doc__") or ""
        return "" if text.startswith(f"{value.__name__}(") else text
    return getattr(value, "__doc__", None) or ""


@pytest.mark.parametrize("path", PUBLIC)
def test_everything_public_is_documented(path):
    value = PUBLIC[path]
    if (
        inspect.isclass(value)
        or inspect.isroutine(value)
        or inspect.ismodule(value)
        or (isinstance(value, property | staticmethod | classmethod))
    ):
        assert own_docstring(value).strip(), path


def test_a_missing_docstring_is_seen():
    """A dataclass makes one of its own, and a subclass inherits one: neither counts."""
    from dataclasses import dataclass

    @dataclass
    class Bare:
        value: int

    class Heir(symsync.State):
        pass

    assert not own_docstring(Bare)
    assert not own_docstring(Heir)


def sections(function):
    """The sections that a function's documentation must have and does not."""
    parameters = [p for p in inspect.signature(function).parameters if p not in ("self", "cls")]
    if len(parameters) < 2:
        return []
    text = inspect.getdoc(function) or ""
    wanted = ["Parameters\n-----", "Returns\n-----", "Raises\n-----", ">>> "]
    missing = [each.split("\n")[0] for each in wanted if each not in text]
    named = text.partition("Parameters\n")[2]
    return missing + [p for p in parameters if p not in named]


@pytest.mark.parametrize("path", FUNCTIONS)
def test_functions_of_two_arguments_say_all(path):
    """Parameters by name, what is returned, what is raised, and an example."""
    assert sections(FUNCTIONS[path]) == []


def test_the_page_lists_what_it_exports():
    assert sorted(symsync.__all__) == list(symsync.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        symsync.nothing  # noqa: B018  # the look-up itself is the test


def test_importing_needs_sympy_alone():
    """NumPy is loaded when a formula is run, and not before."""
    code = "import sys, symsync; list(symsync.equations); print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
