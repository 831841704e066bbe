"""Code cells that run when a page is built, each followed by what it shows.

In Markdown a cell is

    ```{cell}
    symsync.equations.letter(6)
    ```

The cells of a page share their names.
What a cell prints is shown as text, and the value of its last expression as in a notebook.
The option `:formulas:` sets printed LaTeX as the formula that it is.
An error in a cell, or a warning, stops the build.
"""

import ast
import base64
import io
import re
import traceback
import warnings
from contextlib import redirect_stdout
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective


class Printed(io.TextIOBase):
    """A text stream that keeps each call of `print` apart."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self._ended = True

    def write(self, text: str) -> int:
        """Take a piece of text; a newline on its own ends a call of `print`."""
        if self._ended:
            self.calls.append("")
        self._ended = text == "\n"
        self.calls[-1] += text
        return len(text)


def run(source: str, names: dict[str, Any]) -> tuple[list[str], Any]:
    """Run a cell in the given names; return what each `print` wrote and the last value."""
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    printed = Printed()
    with redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("error")
        exec(compile(ast.Module(body, []), "<cell>", "exec"), names)
        value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names) if last else None
    return printed.calls, value


def formula(latex: str) -> nodes.Node:
    """Return displayed mathematics."""
    return nodes.math_block(latex, latex, classes=["output"], number=None, label=None)


def text(content: str) -> nodes.Node:
    """Return output as it was printed."""
    return nodes.literal_block(content, content, language="none", classes=["output"])


def shown(value: Any) -> nodes.Node:
    """Return a value as a notebook would show it: a picture, a table, a formula or text."""
    if hasattr(value, "savefig"):
        picture = io.StringIO()
        value.savefig(picture, format="svg", bbox_inches="tight", metadata={"Date": None})
        svg = picture.getvalue()
        return nodes.raw("", f'<div class="output">{svg[svg.index("<svg") :]}</div>', format="html")
    if hasattr(value, "_repr_html_"):
        return nodes.raw("", f'<div class="output">{value._repr_html_()}</div>', format="html")
    latex = value._repr_latex_() if hasattr(value, "_repr_latex_") else None
    if latex:
        return formula(latex.strip("$").removeprefix(r"\displaystyle "))
    if hasattr(value, "_repr_png_"):
        png = base64.b64encode(value._repr_png_()).decode()
        picture = f'<img alt="What the code above draws" src="data:image/png;base64,{png}">'
        return nodes.raw("", f'<div class="output">{picture}</div>', format="html")
    return text(repr(value))


def outputs(calls: list[str], value: Any, formulas: bool) -> list[nodes.Node]:
    """Return what a cell shows; neighbouring lines of text are one block."""
    found: list[nodes.Node] = []
    plain = ""
    for call in calls:
        if formulas and re.search(r"\\[a-zA-Z]", call):
            found += [text(plain)] if plain else []
            found.append(formula(call.strip()))
            plain = ""
        else:
            plain += call
    found += [text(plain.rstrip("\n"))] if plain else []
    return found + ([shown(value)] if value is not None else [])


class Cell(SphinxDirective):
    """The directive `{cell}`: code that runs, and what it shows."""

    has_content = True
    option_spec = {"formulas": directives.flag}  # noqa: RUF012  # as docutils declares it

    def run(self) -> list[nodes.Node]:
        """Run the cell and return its code and output."""
        source = "\n".join(self.content)
        document = self.env.current_document
        names = document.setdefault("cells", {"__name__": "__main__"})
        try:
            calls, value = run(source, names)
        except Exception as error:
            raise ExtensionError(
                f"A cell of {self.env.docname} failed:\n{source}\n{traceback.format_exc()}"
            ) from error
        code = nodes.literal_block(source, source, language="python")
        found = [code, *outputs(calls, value, "formulas" in self.options)]
        if any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(source))):
            found.append(nodes.paragraph("", "✓ The assertions hold.", classes=["holds"]))
        return [nodes.container("", *found, classes=["cell"])]


def setup(app: Any) -> dict[str, Any]:
    """Register the directive; pages are read in any order, but each in one process."""
    app.add_directive("cell", Cell)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
