"""Documents are numbered, say what is whose, and no line of them runs out of the page."""

import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from sympy import Mul, Symbol, Tuple, exp, sqrt, symbols

import symsync
from symsync import document, equation, equations
from symsync.catalogue.index import ENTRIES, THEME
from symsync.formula.documents import _escaped
from symsync.symbols import declare, epsilon, phi

FEW = ("negativity", "S_rel", "S_rel_rate", "rates_of_locking", "first_harmonic_exact")

needs_latex = pytest.mark.skipif(not shutil.which("pdflatex"), reason="no pdflatex here")


def compiled(source, folder, name="made"):
    """What LaTeX says in its second run, and the number of pages."""
    (folder / f"{name}.tex").write_text(source, encoding="utf-8")
    command = ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", f"{name}.tex"]
    for _ in range(2):
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    log = (folder / f"{name}.log").read_text(encoding="latin-1")
    assert done.returncode == 0, log[-2000:]
    return log, int(re.search(r"Output written on .*?\((\d+) page", log)[1])


def complaints(log):
    """Lines that run out of the page by more than the width of a comma, and loose references."""
    wide = [float(pt) for pt in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log)]
    loose = re.findall(r"undefined references|multiply.defined|undefined on input", log)
    return [pt for pt in wide if pt > 3] + loose


def own_formulas():
    """Formulas that no line holds: sums under roots and fractions, in exponents, many factors."""
    rates = symbols("kappa_1:31", positive=True)
    total, products = sum(rates), sum(a * b for a, b in pairwise(rates))
    declare("N_far", r"\mathcal{N}_{\mathrm{far}}", "negativity of χ ≤ ½ & 50 % of |ρ₀⟩")
    return [
        equation("root", sqrt(total)),
        equation("ratio", epsilon / products, source="Eq. (5) of my_thesis"),
        equation("decay", exp(-total * epsilon), order="exact"),
        equation("factors", Mul(*(rate + epsilon for rate in rates))),
        equation("powers", Mul(*rates)),
        equation("N_far", sqrt(products) * (total + sqrt(total)) / products, order=1),
    ]


def test_every_equation_has_a_theme():
    assert set(THEME) == set(ENTRIES)
    assert equations["S_rel_exact_identical"].theme == "To all orders in the coupling"


def test_equations_stand_under_their_headings_with_numbers_and_labels():
    """Those of one theme stand together, in the order in which they are given."""
    text = document(equations[name] for name in FEW)
    found = re.findall(r"\\section\{(.*?)\}|\\label\{eq:(.*?)\}", text)
    assert [a or b for a, b in found] == [
        "Entanglement", "negativity", "Phase locking", "S_rel", "S_rel_rate",
        "Where the spins lock", "rates_of_locking", "first_harmonic_exact",
    ]  # fmt: skip
    assert text.count(r"\begin{align}") == len(FEW)
    for display in re.findall(r"\\begin\{align\}\n(.*?)\n\\end\{align\}", text, re.DOTALL):
        first, *others = display.split(" \\\\\n")
        assert r"\label" in first
        assert all(other.endswith(r"\notag") for other in others)
    assert text.isascii()


def test_the_bibliography_holds_the_letter_and_the_package():
    """In the words of CITATION.cff."""
    text = document([equations["negativity"]])
    assert r"(first order; text below Eq. (7)~\cite{RouletBruder2018})" in text
    citation = (Path(__file__).parents[1] / "CITATION.cff").read_text()
    bibliography = " ".join(text.partition(r"\begin{thebibliography}")[2].split())
    for key in ("title", "family-names", "doi", "volume", "start", "year", "name"):
        for words in re.findall(rf"^\s*(?:- )?{key}: (.*)$", citation, re.MULTILINE):
            assert words.strip('"') in bibliography, key


def test_formulas_of_ones_own_are_not_the_letters():
    """Their sources are quoted as they are, and cite nothing, whatever they hold."""
    alone = document(own_formulas())
    assert r"\section{Formulas of our own}" in alone
    assert "they do not stand there" in alone
    assert r"\paragraph{\texttt{ratio}} (Eq. (5) of my\_thesis)" in alone
    assert r"\paragraph{\texttt{decay}} (exact; derived)" in alone
    both = document([*own_formulas(), equations["negativity"]])
    assert both.index("{Entanglement}") < both.index("{Formulas of our own}")
    assert r"These do not stand in Ref.~\cite{RouletBruder2018}." in both
    special = document([equations.letter(6).subs({"gamma_g_A": 1})])
    assert r"special case of Eq. (6)~\cite" in special


def test_one_notation_for_a_whole_document():
    """Each equation takes the names that it has; a name that none has is refused."""
    text = document([equations["negativity"], equations["S_rel"]], {phi: r"\theta", "epsilon": "g"})
    assert r"\theta" in text
    assert r"\varepsilon" not in text
    with pytest.raises(ValueError, match=r"holds 'phy'\. Did you mean 'phi'"):
        document([equations["S_rel"]], {"phy": "x"})


def test_equal_names_have_labels_of_their_own():
    S = equations["S_rel_resonant"]
    text = document([S, S.subs({phi: 0}), S.subs({phi: 1})])
    labels = re.findall(r"\\label\{(.*?)\}", text)
    assert labels == ["eq:S_rel_resonant", "eq:S_rel_resonant_2", "eq:S_rel_resonant_3"]


def test_sentences_are_text():
    """Every character that TeX would act on, and letters that it does not have."""
    assert _escaped("a_b & 5% #{$x}\\~^") == (
        r"a\_b \& 5\% \#\{\$x\}\textbackslash{}\textasciitilde{}\textasciicircum{}"
    )
    assert _escaped("μ₊ ε² λΑΩ ℏ é") == (
        r"$\mu$$_{+}$ $\varepsilon$$^{2}$ $\lambda$A$\Omega$ (planck constant over two pi) é"
    )


def test_names_of_sums_are_defined_below():
    """And are none that stand in the formula or in the author's notation."""
    root = own_formulas()[0]
    first, where, defined, *_ = root.latex().splitlines()[1:]
    assert first == r"\mathrm{root} &= \sqrt{u_{1}} \\"
    assert where.startswith(r"\text{where}")
    assert defined.startswith(r"u_{1} &= \kappa_{1} + \kappa_{10}")
    assert r"\sqrt{u_{2}}" in root.latex({"kappa_1": "u_{1}"})


def test_sums_that_no_line_holds_get_names():
    """What is printed is the same: the names put in give the formula again."""
    from symsync.expressions.latex import latex
    from symsync.expressions.latex_lines import NAMED_ABOVE, _width, lines_of, with_names

    rates = symbols("kappa_1:31", positive=True)
    total = sum(rates)
    given = sqrt(total) * (1 + sqrt(sum(rate**2 for rate in rates) + 1 / (total + sqrt(total))))
    ((sides,), sums) = with_names([[("x", given)]], latex, {"u_1"})
    assert Symbol("u_1", positive=True) not in sums
    ((_, printed),) = sides
    assert len(sums) > 1
    for side in (printed, *sums.values()):
        assert max(map(_width, lines_of(side, latex))) <= NAMED_ABOVE
    for _ in sums:  # there are names of sums with names in them
        printed = printed.xreplace(sums)
    assert printed == given
    assert len(with_names([[("x", Tuple(given))]], latex, set())[1]) == 0


@needs_latex
def test_the_document_compiles(tmp_path):
    source = document([*(equations[name] for name in FEW), *own_formulas()])
    log, _ = compiled(source, tmp_path)
    assert complaints(log) == []
    spoiled = source.replace(r"\fitted{", r"\mbox{$\displaystyle\hspace{4cm}$}{")
    spoiled = spoiled.replace(r"\cite{symsync}", r"\cite{nothing}")
    assert len(complaints(compiled(spoiled, tmp_path)[0])) > 1


@needs_latex
@pytest.mark.slow
def test_the_whole_catalogue_compiles(tmp_path):
    log, pages = compiled(document(equations.values()), tmp_path)
    assert complaints(log) == []
    assert 15 < pages < 40
    assert symsync.document([]).endswith("\\end{document}\n")
