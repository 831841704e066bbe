"""The house as it stands: which module imports which, read from the source and not from memory.

An import counts wherever it stands, also inside a function, and however it is written.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

__all__ = [
    "SHELVES",
    "circles",
    "first_sentence",
    "imports",
    "modules",
    "packages",
    "reading_order",
]

SHELVES = [
    "expressions", "symbols", "evaluate", "model", "formula", "derive", "measures", "catalogue",
    "explorer", "reference", "error_budget", "claims", "large_networks", "figures", "sweep",
    "cli",
]  # fmt: skip
"""Packages and modules from left to right; each imports only what stands to its left."""


def modules(root: Path) -> dict[str, Path]:
    """Return the modules below `root`, the folder of the package, by their dotted names in it.

    The public page is "", a package is named like its folder, and `__main__` is left out.
    """
    found = {}
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        if parts[-1] == "__init__":
            parts = parts[:-1]
        if parts != ("__main__",):
            found[".".join(parts)] = path
    return found


def imports(root: Path) -> dict[str, set[str]]:
    """Return for each module the modules of the package that it imports; "" is the public page."""
    known = modules(root)
    return {
        name: set(_imported(ast.parse(path.read_text(encoding="utf-8")), name, path, known))
        for name, path in known.items()
    }


def _imported(tree: ast.AST, name: str, path: Path, known: dict[str, Path]) -> Iterator[str]:
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]

    def module(dotted: str, attribute: str | None = None) -> Iterator[str]:
        """Yield what `symsync.<dotted>` names, or its attribute if that is a module."""
        below = f"{dotted}.{attribute}".strip(".") if attribute else dotted
        while below and below not in known:
            below = below.rpartition(".")[0]
        yield below

    for node in ast.walk(tree):
        match node:
            case ast.Import():
                for alias in node.names:
                    first, _, rest = alias.name.partition(".")
                    if first == "symsync":
                        yield from module(rest)
            case ast.ImportFrom(level=0) if (node.module or "").split(".")[0] == "symsync":
                for alias in node.names:
                    yield from module((node.module or "").partition(".")[2], alias.name)
            case ast.ImportFrom() if node.level:
                above = package.split(".") if package else []
                base = above[: len(above) - node.level + 1]
                dotted = ".".join([*base, *(node.module or "").split(".")]).strip(".")
                for alias in node.names:
                    yield from module(dotted, alias.name)
            case ast.Attribute():
                base: ast.expr = node
                while isinstance(base, ast.Attribute):
                    base = base.value
                if isinstance(base, ast.Name) and base.id == "symsync":
                    found = ast.unparse(node).partition(".")[2]
                    while found and found not in known:
                        found = found.rpartition(".")[0]
                    if found:
                        yield found
            case ast.Constant(value=str(text)) if re.fullmatch(r"symsync(\.\w+)+", text):
                yield from module(text.partition(".")[2])


def packages(root: Path) -> dict[str, set[str]]:
    """Return for each package or module at the top which others it imports."""
    found: dict[str, set[str]] = {}
    for name, imported in imports(root).items():
        own = found.setdefault(name.partition(".")[0], set())
        own |= {other.partition(".")[0] for other in imported}
    return {name: others - {name} for name, others in found.items()}


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Return one way around for each module that imports itself through others."""
    found = []
    for start in graph:
        ways = [[start]]
        seen = set()
        while ways:
            way = ways.pop()
            for other in graph[way[-1]] & set(graph):
                if other == start:
                    found.append([*way, start])
                    ways = []
                    break
                if other not in seen:
                    seen.add(other)
                    ways.append([*way, other])
    return found


def reading_order(package: Path) -> list[str]:
    """Return the modules of a package in the order in which its page lists them."""
    page = ast.get_docstring(ast.parse((package / "__init__.py").read_text(encoding="utf-8")))
    lines = [line for line in (page or "").splitlines() if line.startswith("- `")]
    return [name for line in lines for name in re.findall(r"`(\w+)`", line.partition(":")[0])]


def first_sentence(package: Path) -> str:
    """Return what a package or module says of itself in one sentence."""
    page = package / "__init__.py" if package.is_dir() else package
    text = ast.get_docstring(ast.parse(page.read_text(encoding="utf-8"))) or ""
    return " ".join(text.split("\n\n")[0].split())
