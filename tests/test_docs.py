"""The pages: their commands print what they say, their links lead somewhere, their formulas show.

The pages are taken from the folder that SYMSYNC_PAGES names, into which CI builds them.
"""

import doctest
import html
import json
import os
import re
import runpy
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from itertools import groupby, pairwise
from operator import attrgetter
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import symsync
from symsync.claims.themes import CLAIMS
from symsync.cli import main

DOCS = Path(__file__).parent.parent / "docs"
sys.path.insert(0, str(DOCS / "_ext"))

import house  # noqa: E402  # found through the line above
import notebooks  # noqa: E402
import pages  # noqa: E402
import typeset  # noqa: E402

WRITTEN = [
    *DOCS.glob("*.md"),
    *DOCS.glob("tutorials/*.md"),
    *DOCS.glob("examples/*.md"),
    *DOCS.glob("api/*.md"),
]
COMMANDS = [
    (command, output)
    for page in WRITTEN
    for block in re.findall(
        r"^```console\n(.*?)^```", page.read_text(encoding="utf-8"), re.S | re.M
    )
    for command, output in re.findall(r"\$ symsync (.*)\n((?:(?!\$ ).*\n)*)", block)
]


@pytest.mark.parametrize(("command", "output"), COMMANDS)
def test_a_command_prints_what_the_page_says(command, output, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert main(shlex.split(command)) == 0
    assert capsys.readouterr().out == output


def test_there_are_commands():
    assert len(COMMANDS) >= 2


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.stem)
def test_no_code_is_shown_that_does_not_run(page):
    """Python is a cell, which the build runs, or a doctest; a command is in a `console` block."""
    text = page.read_text(encoding="utf-8")
    for kind, block in re.findall(r"^```(\S*)[^\n]*\n(.*?)^```$", text, re.S | re.M):
        assert kind in {"{cell}", "{toctree}", "{raw}", "{include}", "{eval-rst}", "console", "sh",
                        "python"}, kind  # fmt: skip
        assert kind != "python" or block.startswith(">>> ")


SHELL = {
    "symsync verify": "test_cli runs it",
    ".ci/run": "CI itself",
    'pip install -e ".[dev]"': "CI",
    "pytest tests/measures/test_phase_locking.py": "CI, with all others",
    "ruff check . && ruff format . && mypy": "CI",
    "sphinx-build -W docs docs/_build": "CI",
    "symsync explore -o page.html": "test_explorer",
    "symsync figure 3 -o fig3.pdf --data fig3.csv --from both": "test_figures_cli",
    "SYMSYNC_SCAN_POINTS=100000000 pytest tests/benchmarks/test_scan_speed.py -s": "by hand",
    "python docs/benchmark.py": "test_the_benchmark_writes_what_the_page_shows",
}
"""Every command that the pages show without its output, and what runs it."""


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.stem)
def test_every_command_is_run_by_something(page):
    text = page.read_text(encoding="utf-8")
    for block in re.findall(r"^```sh\n(.*?)^```", text, re.S | re.M):
        assert set(block.splitlines()) <= set(SHELL)


@pytest.mark.parametrize("measured", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_the_benchmark_writes_what_the_page_shows(measured, monkeypatch, tmp_path):
    """One round of each, or none; the committed result has the same rows."""
    benchmark = runpy.run_path(str(DOCS / "benchmark.py"))
    names = benchmark["main"].__globals__
    written = json.loads((DOCS / "benchmark.json").read_text(encoding="utf-8"))
    committed, bounds = written["rows"], written["bounds"]["rows"]
    for tested_elsewhere, word in (("compiled", "backend"), ("start_up", "process|verify")):
        known = [(row["what"], row["figure"]) for row in committed if re.search(word, row["what"])]
        monkeypatch.setitem(names, tested_elsewhere, lambda known=known: known)
    if not measured:
        monkeypatch.setitem(names, "best", lambda *_: 1.0)
        monkeypatch.setitem(names, "bounds", lambda: bounds)
    monkeypatch.setitem(names, "ROUNDS", 1)
    monkeypatch.setitem(names, "POINTS", 1000)
    monkeypatch.setitem(names, "RESULT", tmp_path / "result.json")
    benchmark["main"]()
    results = [json.loads(path.read_text(encoding="utf-8"))
               for path in (tmp_path / "result.json", DOCS / "benchmark.json")]  # fmt: skip
    rows = [[row["what"] for row in result["rows"]] for result in results]
    assert rows[0] == rows[1]
    assert all(row["figure"][0].isdigit() for row in results[0]["rows"])
    assert rows[0][0] in pages.performance(tmp_path / "result.json")
    found = results[0]["bounds"]["rows"]
    for column in ("formula", "steps", "arrays"):
        assert [row[column] for row in found] == [row[column] for row in bounds]
    assert "| `state_exact` | 349 |" in pages.bounds(tmp_path / "result.json")
    waiting = [row["formula"] for row in bounds if row["bound by"] == "memory"]
    assert waiting == [row["formula"] for row in bounds if "exact" not in row["formula"]]


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.stem)
def test_doctests_of_a_page_hold(page):
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    assert doctest.testfile(str(page), module_relative=False, optionflags=flags).failed == 0


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.decide.__name__)
def test_every_claim_tells_where_to_read_on(claim):
    assert claim.see
    assert all(pages.link(name) for name in claim.see)


@pytest.mark.parametrize(
    ("words", "markdown"),
    [("At γ^g_A ≥ 0, to order ε², max S_rel rises.",
      r"At $\gamma ^g_A \ge  0$, to order $\varepsilon ^{2}$, max $S_{\mathrm{rel}}$ rises."),
     ("N = 2 of |0⟩⟨0|", r"$N = 2$ of $|0\rangle \langle 0|$"),
     ("Eq. (3) of [1] has p − q: μ₊ = √(ab)",
      r"Eq. (3) of \[1\] has $p - q$: $\mu _{+} = \sqrt{ab}$"),
     ("no formula, a 1 and a (2)", "no formula, a 1 and a (2)")],
)  # fmt: skip
def test_formulas_in_plain_text_are_typeset(words, markdown):
    assert typeset.typeset(words) == markdown


def test_what_to_cite_is_in_the_bibliography():
    """Each entry that the tables name, with the same link, and no other but the package."""
    page = (DOCS / "references.md").read_text(encoding="utf-8")
    entries = (DOCS / "references.bib").read_text(encoding="utf-8").split("\n@")
    links = {}
    for entry in entries:
        doi, eprint = (re.search(rf"{key} *= {{(.+?)}}", entry) for key in ("doi", "eprint"))
        link = (
            f"https://doi.org/{doi[1]}" if doi else f"https://arxiv.org/abs/{eprint and eprint[1]}"
        )
        links[re.search(r"{(\w+),", entry)[1]] = link
    del links["symsync"]
    assert dict(re.findall(r"\[(\w+\d{4}\w*)\]\((https:.+?)\)", page)) == links
    for names in re.findall(r"^\| (.*`.*) \|", page, re.M):
        assert all(hasattr(symsync, name) for name in re.findall(r"`(\w+)`", names))


def test_every_public_name_has_one_place_in_the_reference():
    text = "".join(page.read_text(encoding="utf-8") for page in DOCS.glob("api/*.md"))
    places = re.findall(
        r"^\.\. (?:auto(?:function|class|data|exception)|py:data):: symsync\.(\w+)$", text, re.M
    )
    apart = {"figures", "large_networks", "reference"}  # modules, each with a page
    assert sorted(set(places) - apart) == sorted({*symsync.__all__} - apart)
    assert len(set(places)) == len(places)


def test_a_claim_that_points_nowhere_is_an_error():
    with pytest.raises(KeyError, match="'nowhere'"):
        pages.link("nowhere")


def test_the_picture_shows_every_package():
    """Each package's box is in the picture, apart from others, with its imports in rows above."""
    svg = pages.module_graph()
    boxes = re.findall(r'<rect x="([\d.]+)" y="([\d.]+)" width="(\d+)".*?>(\w+)</text>', svg)
    rows = {name: float(y) for _, y, _, name in boxes}
    graph = {
        name or "symsync": {other or "symsync" for other in others}
        for name, others in house.packages(pages.PACKAGE).items()
    }
    assert set(rows) == set(graph) > {"derive", "claims", "cli"}
    assert graph["reference"] == set()
    assert all(rows[other] < rows[name] for name in graph for other in graph[name])
    width = float(re.search(r'viewBox="0 0 (\d+)', svg)[1])
    spans = sorted((rows[name], float(x), float(x) + float(w)) for x, _, w, name in boxes)
    assert all(left >= 0 and right <= width for _, left, right in spans)
    assert all(a[0] < b[0] or a[2] < b[1] for a, b in pairwise(spans))


def test_the_rooms_are_every_module_with_its_sentence():
    rooms = pages.rooms()
    for name, path in house.modules(pages.PACKAGE).items():
        if name:
            assert f"`{name.rpartition('.')[2]}`" in rooms
            assert path.name == "__init__.py" or pages.said(path) in rooms


def test_a_newcomer_finds_what_he_looks_for():
    """Each question has one path, which exists."""
    page = (DOCS / "contributing.md").read_text(encoding="utf-8")
    table = page.partition("## Where do I find")[2].partition("\n## ")[0]
    found = re.findall(r"^\| (.+?) \| `([^`]+)` \|$", table, re.M)
    assert len(dict(found)) == len(found) >= 14
    assert [path for _, path in found if not (DOCS.parent / path).exists()] == []


# The built pages --------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def built():
    """The folder of the built pages."""
    if "SYMSYNC_PAGES" not in os.environ:
        pytest.skip("CI builds the pages: sphinx-build -W docs PAGES; SYMSYNC_PAGES=PAGES pytest")
    return Path(os.environ["SYMSYNC_PAGES"]).resolve()


def small_build(folder, cell):
    """Build a page that holds one cell; return the finished process and the page."""
    pytest.importorskip("sphinx", reason="the pages are built with symsync[docs]")
    (folder / "conf.py").write_text('extensions = ["myst_parser", "cells"]\n')
    (folder / "index.md").write_text(f"# Page\n\n```{{cell}}\n{cell}\n```\n")
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", folder, folder / "html"],
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": PATHS},
    )  # fmt: skip
    page = folder / "html" / "index.html"
    return done, Page(page.read_text()) if page.exists() else None


PATHS = os.pathsep.join([str(DOCS / "_ext"), str(DOCS.parent)])


def test_a_cell_shows_what_it_prints_and_its_last_value(tmp_path):
    done, page = small_build(tmp_path, "print('first', 1)\nassert True\n6 * 7")
    assert done.returncode == 0, done.stderr
    assert {"first 1", "42"} <= {text.strip() for text in page.code}
    assert "✓ The assertions hold." in "".join(page.prose)


@pytest.mark.parametrize(
    ("cell", "error"),
    [("assert 1 == 2", "AssertionError"),
     pytest.param("1 / 0", "ZeroDivisionError", marks=pytest.mark.slow),
     pytest.param("import warnings; warnings.warn('old')", "UserWarning: old",
                  marks=pytest.mark.slow)],
)  # fmt: skip
def test_a_cell_that_fails_stops_the_build(tmp_path, cell, error):
    done, page = small_build(tmp_path, cell)
    assert done.returncode != 0
    assert error in done.stderr
    assert page is None


class Page(HTMLParser):
    """What a page links to and loads, its anchors, and its text in code and outside."""

    def __init__(self, text):
        super().__init__()
        self.links, self.loads, self.anchors = [], [], set()
        self.prose, self.code = [], []
        self._code = 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.anchors |= {attributes[key] for key in ("id", "name") if attributes.get(key)}
        if tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"])
        elif tag in ("link", "script", "img", "iframe", "source", "use", "image"):
            keys = ("href", "src", "xlink:href")
            self.loads += [attributes[key] for key in keys if attributes.get(key)]
        self._code += tag in ("pre", "code", "script", "style")

    def handle_endtag(self, tag):
        self._code -= tag in ("pre", "code", "script", "style")

    def handle_data(self, data):
        (self.code if self._code else self.prose).append(data)


@pytest.fixture(scope="session")
def parsed(built):
    return {path: Page(path.read_text(encoding="utf-8")) for path in sorted(built.rglob("*.html"))}


def test_every_page_is_built(built):
    for name in ("index", "findings", "generated/ledger", "generated/equations", "tutorials/latex"):
        assert (built / f"{name}.html").exists()
    assert len(list(built.glob("generated/eq0*.html"))) == 8


def test_every_internal_link_leads_somewhere(parsed):
    broken, internal = [], 0
    for page, content in parsed.items():
        for target in [*content.links, *content.loads]:
            parts = urlsplit(target)
            if parts.scheme in ("http", "https", "mailto", "data"):
                continue
            internal += 1
            path = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            known = parsed[path].anchors if path in parsed else None
            found = path.exists() and (not parts.fragment or known is None
                                       or unquote(parts.fragment) in known)  # fmt: skip
            broken += [] if found else [f"{page.name}: {target}"]
    assert internal > 1000
    assert broken == []


def test_every_page_that_a_search_finds_has_a_title(built):
    assert "<no title>" not in (built / "searchindex.js").read_text(encoding="utf-8")


def test_every_picture_leads_to_itself(parsed):
    """A phone shows it in its own size there."""
    pictures = [(page, content, target) for page, content in parsed.items()
                for target in content.loads if "_images/" in target]  # fmt: skip
    assert len(pictures) > 6
    assert [page.name for page, content, target in pictures if target not in content.links] == []


@pytest.mark.parametrize(("name", "page"), notebooks.PAGES.items())
def test_a_page_leads_to_its_notebook(built, parsed, name, page):
    path = built / f"{page}.html"
    (link,) = (target for target in parsed[path].links if target.endswith(f"/{name}.ipynb"))
    kept = notebooks.FOLDER / f"{name}.ipynb"
    assert (path.parent / link).read_bytes() == kept.read_bytes()


def test_no_page_loads_anything_from_elsewhere(built, parsed):
    loaded = [target for content in parsed.values() for target in content.loads]
    assert any("tex-svg.js" in target for target in loaded)
    assert [target for target in loaded if urlsplit(target).netloc] == []
    for style in built.rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        assert not re.search(r"url\(['\"]?(https?:)?//|@import", text), style.name


def test_every_equation_is_in_the_catalogue_with_its_call(built):
    for name, equation in symsync.equations.items():
        page = built / "generated" / f"{pages.page_of(equation.theme)}.html"
        text = page.read_text(encoding="utf-8")
        assert f'id="{pages.anchor(name)}"' in text
        assert f'equations["{name}"].function()(' in html.unescape(text)


# In a browser -----------------------------------------------------------------------------------


ARTICLE = re.compile(r"<article role=.*?</article>", re.DOTALL)

TOGETHER = 8
"""So many articles of one folder are drawn as one page, for a browser takes a second to start."""


def together(pages, folder):
    """A page elsewhere: the first of some pages, which draws formulas, and the others' articles."""
    first, *others = [page.read_text(encoding="utf-8") for page in pages]
    below = "".join(ARTICLE.search(text)[0] for text in others)
    path = folder / f"{pages[0].parent.name}_{pages[0].stem}.html"
    text = first.replace("<head>", f'<head><base href="{pages[0].parent.as_uri()}/">', 1)
    path.write_text(text.replace("</body>", f"{below}</body>"), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def drawn(opened, parsed, tmp_path_factory):
    """[(what the browser opened, the document that it drew, what it said, what it asked for)].

    Articles of one folder are drawn together, and pages with frames alone.
    """
    folder, groups = tmp_path_factory.mktemp("together"), []
    pages = [path for path in parsed if ARTICLE.search(path.read_text(encoding="utf-8"))]
    framed = [path for path in pages if "<iframe" in path.read_text(encoding="utf-8")]
    for _, each in groupby((p for p in pages if p not in framed), key=attrgetter("parent")):
        every = sorted(each, key=lambda p: "tex-svg.js" not in p.read_text(encoding="utf-8"))
        groups += [every[k : k + TOGETHER] for k in range(0, len(every), TOGETHER)]
    paths = [*framed, *(together(group, folder) for group in groups)]
    with ThreadPoolExecutor(2) as pool:
        return [(path, *found) for path, found in zip(paths, pool.map(opened, paths), strict=True)]


def test_the_browser_tells_of_errors_and_requests(opened, tmp_path):
    """What the next tests look for is seen where it is."""
    page = tmp_path / "bad.html"
    page.write_text("<script>undefinedName()</script><img src='http://example.invalid/x.png'>")
    _, said, requests = opened(page)
    assert any("undefinedName" in line for line in said)
    assert requests == ["http://example.invalid/x.png"]


def test_the_console_is_silent(drawn):
    assert {page.name: said for page, _, said, _ in drawn if said} == {}


def test_no_page_asks_the_network(drawn):
    assert {page.name: asked for page, _, _, asked in drawn if asked} == {}


MISTAKE = re.compile(r'<g data-mml-node="merror"|<g [^>]*fill="red"')
"""How MathJax draws what it cannot read, and a command that it does not know."""

UNDRAWN = re.compile(r"\\[a-zA-Z(\[]|\$\S")
"""LaTeX or its delimiters in running text."""


@pytest.mark.parametrize("source", [r"\(\frac{1}\)", r"\(\nosuchcommand\)"])
def test_a_mistake_in_a_formula_is_seen(opened, built, tmp_path, source):
    page = tmp_path / "formula.html"
    script = (built / "_static" / "tex-svg.js").as_uri()
    page.write_text(f"<script defer src='{script}'></script><p>{source}</p>")
    document, _, _ = opened(page)
    assert MISTAKE.search(document)
    assert UNDRAWN.search(source)


def test_all_mathematics_is_drawn(drawn):
    """Each formula of the source is a drawing, none holds an error, none is left as text."""
    total = 0
    for page, document, _, _ in drawn:
        source = page.read_text(encoding="utf-8")
        formulas = len(re.findall(r'class="[^"]*\bmath\b[^"]*\bnotranslate\b', source))
        assert document.count("<mjx-container") == formulas, page.name
        assert not MISTAKE.search(document), page.name
        assert not UNDRAWN.search("".join(Page(document).prose)), page.name
        total += formulas
    assert total > 100
