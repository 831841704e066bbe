"""Sphinx configuration: everything a page needs is built or copied here, nothing is fetched."""

import importlib.util
import shutil
import sys
from pathlib import Path

import symsync
import symsync.figures

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))

import pages  # noqa: E402  # found through the line above

project = "symsync"
author = "The symsync developers"
project_copyright = "2026, the symsync developers"
release = version = symsync.__version__
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "sphinx.ext.mathjax",
    "cells",
    "notebooks",
    "pictures",
]
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence"]
myst_heading_anchors = 3
html_theme = "furo"
html_static_path = ["_static", "generated/static"]
html_css_files = ["pages.css"]
html_show_sourcelink = html_copy_source = False
mathjax_path = "tex-svg.js"
mathjax3_config = {"options": {"enableMenu": False}, "svg": {"scale": 0.92}}
default_role = "code"
html_title = f"symsync {release}"
PARTS = ("rooms.md", "performance.md", "bounds.md")  # which other pages include
exclude_patterns = ["_build", *(f"generated/{name}" for name in PARTS)]
autosummary_generate = False
autodoc_typehints = "description"
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_ivar = True  # attributes that are properties are described once
suppress_warnings = ["myst.header"]  # derivations begin with a heading of their own

GENERATED = HERE / "generated"
STATIC = GENERATED / "static"


def write(name, content):
    """Write a generated file, unless it has this content already and need not be read again."""
    path = GENERATED / name
    if not path.exists() or path.read_text(encoding="utf-8") != content:
        path.write_text(content, encoding="utf-8")


def mathjax():
    """Return the one file of MathJax 3.2.2 that draws TeX as SVG, without fonts to load."""
    package = importlib.util.find_spec("sphinx-mathjax-offline")  # used for its files alone
    if package is None:
        raise ImportError('The pages need MathJax: pip install -e ".[docs]"')
    return Path(package.origin).parent / "static" / "mathjax" / "tex-svg.js"


def escape_bars(app, what, name, obj, options, lines):
    """Keep |m⟩ in docstrings from being read as a substitution."""
    lines[:] = [line.replace("|", r"\|") for line in lines]


def setup(app):
    app.connect("autodoc-process-docstring", escape_bars)


STATIC.mkdir(parents=True, exist_ok=True)
shutil.copy2(mathjax(), STATIC)
for stem in pages.DERIVATIONS.values():
    write(f"{stem}.md", pages.derivation(HERE.parent / "derivations" / f"{stem}.py"))
write("equations.md", pages.catalogue())
write("equations.svg", pages.equation_graph())
for theme in pages.themes():
    write(f"{pages.page_of(theme)}.md", pages.theme_page(theme))
write("ledger.md", pages.ledger())
write("modules.svg", pages.module_graph())
benchmark = HERE / "benchmark.json"
parts = (pages.rooms(), pages.performance(benchmark), pages.bounds(benchmark))
for part, text in zip(PARTS, parts, strict=True):
    write(part, text)
symsync.figures.draw_all(GENERATED)
symsync.explore().save(STATIC / "explorer.html")
