"""Sphinx configuration; derivations become pages from their `# %%` source."""

import re
from pathlib import Path

import symsync
import symsync.figures

project = "symsync"
author = "The symsync developers"
project_copyright = "2026, the symsync developers"
release = version = symsync.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.mathjax"]
myst_enable_extensions = ["dollarmath", "amsmath"]
html_theme = "furo"
default_role = "code"
html_title = f"symsync {release}"
exclude_patterns = ["_build"]
autodoc_typehints = "description"
autodoc_member_order = "bysource"
napoleon_google_docstring = False
suppress_warnings = ["myst.header"]  # derivations begin with a heading of their own

HERE = Path(__file__).parent
GENERATED = HERE / "generated"


def page(script: Path) -> str:
    """Return a derivation as MyST: its Markdown cells as text, its code cells as code."""
    parts = []
    for cell in re.split(r"^# %%", script.read_text(encoding="utf-8"), flags=re.M)[1:]:
        kind, _, body = cell.partition("\n")
        if "[markdown]" in kind:
            parts.append("\n".join(line.removeprefix("#").strip() for line in body.splitlines()))
        else:
            parts.append(f"```python\n{body.strip()}\n```")
    return "\n\n".join(parts) + "\n"


def catalogue() -> str:
    """Return the catalogue as a page: name, meaning, source and parameters of each formula."""
    parts = ["# The equations", "Each is derived when it is asked for: `symsync.equations[name]`."]
    for name, equation in symsync.equations.items():
        parameters = ", ".join(f"`{symbol.name}`" for symbol in equation.parameters) or "none"
        parts += [
            f"## `{name}`",
            f"{equation.description} ({equation.order}; {equation.source}).",
            f"$$\n{equation.latex()}\n$$",
            f"Parameters: {parameters}.",
        ]
    return "\n\n".join(parts) + "\n"


def escape_bars(app, what, name, obj, options, lines):
    """Keep |m⟩ in docstrings from being read as a substitution."""
    lines[:] = [line.replace("|", r"\|") for line in lines]


def setup(app):
    app.connect("autodoc-process-docstring", escape_bars)


GENERATED.mkdir(exist_ok=True)
for script in sorted((HERE.parent / "derivations").glob("*.py")):
    (GENERATED / f"{script.stem}.md").write_text(page(script), encoding="utf-8")
(GENERATED / "equations.md").write_text(catalogue(), encoding="utf-8")
symsync.figures.draw_all(GENERATED)
