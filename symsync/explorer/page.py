"""The page as one file: its texts, its programs as JavaScript, and what they show as data."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

from symsync.evaluate.backends.whole_files import write_whole
from symsync.explorer.contents import Contents
from symsync.explorer.mathml import mathml
from symsync.formula import javascript

__all__ = ["Explorer", "page_of"]

_PARTS = ("page.css", "numbers.js", "drawing.js", "page.js")


@dataclass(frozen=True, repr=False)
class Explorer:
    """A page with sliders: one HTML file that needs no network and no server.

    In a notebook it shows itself in a frame.

    Attributes
    ----------
    html
        The whole page.
    title
        Its title.
    """

    html: str
    title: str

    def save(self, path: str | Path) -> Path:
        """Write the page to a file and return its path.

        Raises
        ------
        ValueError
            If the file's name does not end in .html.
        OSError
            If the file cannot be written.  A file that was there before is then untouched.
        """
        if not isinstance(path, str | Path) or Path(path).suffix.lower() != ".html":
            raise ValueError(f"Argument `path` must end in .html, but is {str(path)!r}.")
        write_whole(Path(path), self.html.encode())
        return Path(path)

    def __repr__(self) -> str:
        return f"<Explorer {self.title!r}, {len(self.html) / 1e6:.2f} MB: .save('page.html')>"

    def _repr_html_(self) -> str:
        return (
            f'<iframe title="{escape(self.title)}" loading="lazy" srcdoc="{escape(self.html)}" '
            'style="width:100%;height:860px;border:0" allow="clipboard-write"></iframe>'
        )


def page_of(contents: Contents) -> Explorer:
    """Return the page that shows some contents."""
    folder = files(__package__)
    texts = {name.replace(".", "_"): (folder / name).read_text(encoding="utf-8") for name in _PARTS}
    programs = javascript([program.equation for program in contents.programs])
    page = Template((folder / "page.html").read_text(encoding="utf-8")).substitute(
        texts,
        title=escape(contents.title),
        about=escape(contents.about),
        formulas=_formulas(contents),
        programs=programs.replace("</", r"<\/"),
        data=json.dumps(_data(contents), ensure_ascii=False).replace("</", r"<\/"),
    )
    return Explorer(page, contents.title)


def _data(contents: Contents) -> Mapping[str, Any]:
    """Return what the scripts of the page read."""
    found = asdict(contents)
    found["programs"] = [
        {"label": program.equation.label, "names": program.names} for program in contents.programs
    ]
    return found


def _formulas(contents: Contents) -> str:
    """Return each formula, typeset; long ones are folded."""
    found = []
    for name in contents.formulas:
        each = contents.quantities[name]
        words = f"{escape(each.meaning)} <small>({escape(each.order)})</small>"
        is_open = " open" if len(each.latex) < LONG else ""
        found.append(
            f'<details class="formula" data-name="{escape(name)}"{is_open}>'
            f"<summary>{each.symbol} <span>{words}</span> <output></output></summary>"
            f'<div class="math">{mathml(each.latex, display=True)}</div>'
            f'<div class="share" data-formula="{escape(name)}"></div></details>'
        )
    return "\n".join(found)


LONG = 900
"""Characters of LaTeX from which on a formula is folded."""
