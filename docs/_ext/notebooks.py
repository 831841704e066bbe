"""Pages as Jupyter notebooks: the same text and the same cells, without outputs.

`python docs/_ext/notebooks.py` makes them anew, and each page links to its own.
What Jupyter cannot show is put into words, or is an error.
"""

import json
import posixpath
import re
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[1]
FOLDER = DOCS / "notebooks"
PAGES = {
    page.rpartition("/")[2]: page
    for page in ("tutorials/latex", "tutorials/claims", "tutorials/scanning", "tutorials/qutip",
                 "examples/models", "tutorials/letter_locking", "tutorials/letter_entanglement")
}  # fmt: skip
"""The pages that are notebooks too, by the names of these."""

EXTRAS = {"matplotlib": "plot", "qutip": "qutip", "xarray": "sweep"}
"""What a page imports, and the extra of the package that brings it."""

CELL = re.compile(r"^```\{cell\}\n(.*?)^```$", re.S | re.M)

LINK = re.compile(r"```.*?```|`[^`]*`|\$[^$]*\$|\[([^\[\]]+)\]\(([^)\s]+)\)", re.S)
"""A link, or code and mathematics, in which none is looked for."""

UNKNOWN = re.compile(r"^```\{(?!cell)\S+|^:::|^\(\S+\)=$|\{[a-z:]+\}(?=`)|!\[", re.M)
"""What only the documentation reads: directives, labels, roles, pictures of its own."""


def notebook(text: str, page: str) -> str:
    """Return the text of a page, such as "tutorials/latex", as that of a notebook.

    Raises
    ------
    ValueError
        If the page has something that Jupyter cannot show.
    """
    if found := UNKNOWN.search(text):
        raise ValueError(f"Jupyter cannot show {found[0]!r} in the page {page}; say it otherwise.")
    extras = [EXTRAS[name] for name in EXTRAS if re.search(rf"^(from|import) {name}", text, re.M)]
    needs = f"symsync[{','.join(extras)}]" if extras else "symsync"
    text = text.replace("\n", f"\n\nTo run this notebook, its kernel needs `{needs}`.\n", 1)
    cells = []
    for n, piece in enumerate(CELL.split(text)):
        if source := in_jupyter(piece) if n % 2 else readable(piece, page):
            kind = {"cell_type": "code", "execution_count": None, "outputs": []}
            lines = source.splitlines(keepends=True)
            cells.append({"id": f"cell-{len(cells)}", "metadata": {}, "source": lines}
                         | (kind if n % 2 else {"cell_type": "markdown"}))  # fmt: skip
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    content = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def in_jupyter(body: str) -> str:
    """Return the code of a cell; pictures, and LaTeX that is a formula on the page, are shown."""
    code = body.removeprefix(":formulas:\n")
    if code != body:
        code = re.sub(r"^( *)print\((.*)\)$", r"\1display(Math(\2))", code, flags=re.M)
        code = f"from IPython.display import Math\n{code}"
    if re.search(r"^(from|import) matplotlib", code, re.M):
        code = f"%matplotlib inline\n{code}"
    return code.strip("\n")


def readable(words: str, page: str) -> str:
    """Return text whose links open a notebook or name the page of the documentation."""

    def link(found: re.Match[str]) -> str:
        label, target = found.groups()
        if label is None or ":" in target:
            return found[0]
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page), target.partition("#")[0]))
        name = path.removesuffix(".md")
        if name in PAGES.values():
            return f"[{label}]({posixpath.basename(name)}.ipynb)"
        return label if target[0] == "#" else f"{label} (page *{name}* of the documentation)"

    return LINK.sub(link, words).strip("\n")


def made(name: str) -> str:
    """Return the notebook of this name as its page gives it now."""
    return notebook((DOCS / f"{PAGES[name]}.md").read_text(encoding="utf-8"), PAGES[name])


def with_link(_: Any, docname: str, source: list[str]) -> None:
    """Put the link to its notebook below the title of a page."""
    name = docname.rpartition("/")[2]
    if PAGES.get(name) == docname:
        link = f"[This page as a notebook](../notebooks/{name}.ipynb)"
        source[0] = source[0].replace("\n\n", f"\n\n{link}\n\n", 1)


def setup(app: Any) -> dict[str, Any]:
    """Register the link."""
    app.connect("source-read", with_link)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


if __name__ == "__main__":
    for name in PAGES:
        (FOLDER / f"{name}.ipynb").write_text(made(name), encoding="utf-8")
