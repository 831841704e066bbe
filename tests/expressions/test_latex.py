"""Formulas print in the Letter's notation and compile."""

import re

import pytest
from matplotlib.mathtext import MathTextParser
from sympy import Add, I, Symbol, cos, sin, symbols

from symsync import document, equation, equations
from symsync.expressions.identities import identity
from symsync.expressions.latex import latex
from symsync.expressions.latex_lines import LINE_WIDTH
from symsync.expressions.printed_equations import Notation, equation_latex
from symsync.symbols import Delta, damping_rate, epsilon, gain_rate, phi


def test_rates_look_as_in_the_letter():
    assert latex(gain_rate("A")) == r"\gamma^g_{A}"
    assert latex(damping_rate("B")) == r"\gamma^d_{B}"


def test_real_terms_come_before_imaginary_ones():
    """γ^d_A + γ^g_B + 2iΔ, not 2iΔ + …"""
    total = gain_rate("B") + 2 * I * Delta + damping_rate("A")
    assert latex(total) == r"\gamma^d_{A} + \gamma^g_{B} + 2 i \Delta"


def test_eq_6_reads_as_printed():
    """The sum over paths before fractions are added, with 9πε/128 in sight."""
    locking = equations["S_rel_resonant"]
    assert locking.latex() == (
        r"S_{\mathrm{rel}}^{\Delta=0}(\phi) \approx \frac{9 \pi \varepsilon}{128} "
        r"\left(\frac{2}{\gamma^d_{A} + \gamma^g_{B}} - "
        r"\frac{2}{\gamma^d_{B} + \gamma^g_{A}}\right) \cos \phi"
    )
    assert (
        equations.letter(5)
        .latex()
        .split(r"\approx ")[1]
        .startswith(r"\frac{9 \pi \varepsilon}{128} \left(e^{")
    )
    assert identity([(locking.form, locking.rhs)]).equal


def test_a_notation_of_ones_own():
    """Names reach definitions, the left-hand side and a label stand around."""
    S = equations["S_rel_max_exact"]
    mine = S.latex({"gamma_g_A": r"\kappa_1", epsilon: "g"}, lhs="M", label="eq:max")
    assert mine.startswith("\\begin{equation}\\label{eq:max}\n\\begin{aligned}\nM &=")
    assert r"\kappa_1" in mine
    assert r"\varepsilon" not in mine
    assert r"\gamma^g_{A}" not in mine
    assert latex(cos(epsilon) ** 2 * sin(2 * epsilon)) == (
        r"\sin\left(2 \varepsilon\right) \cos^{2} \varepsilon"
    )


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("a - b", r"2 \left(a - b\right) + \left(a - b\right)^{2}"),
        (r"\Delta/2", r"2 \left(\Delta/2\right) + \left(\Delta/2\right)^{2}"),
        (r"g \eta", r"2 g \eta + \left(g \eta\right)^{2}"),
        (r"\kappa_-", r"2 \kappa_- + \kappa_-^{2}"),
        (r"\tilde{x}_{1+n}'", r"2 \tilde{x}_{1+n}' + \tilde{x}_{1+n}'^{2}"),
        (r"\left(a - b\right)", r"2 \left(a - b\right) + \left(a - b\right)^{2}"),
    ],
)
def test_names_that_are_more_than_a_letter_stand_in_brackets(name, printed):
    x = Symbol("x")
    ordered = equation_latex(Symbol("f"), 2 * x, "=", Notation({"x": name}))
    square = equation_latex(Symbol("f"), x**2, "=", Notation({"x": name}))
    assert f"{ordered} + {square.removeprefix('f = ')}" == f"f = {printed}"


def test_arguments_of_the_left_hand_side_are_renamed_too():
    """S(φ) would be a function of what does not stand on the right; max_φ and φ_max are names."""
    names = {"phi": r"\theta", "t": "s", "Delta": r"\phi"}
    assert equations["S_rel"].latex(names).splitlines()[1].startswith(r"S_{\mathrm{rel}}(\theta) &")
    assert (
        equations["S_rel_resonant"]
        .latex(names)
        .startswith(r"S_{\mathrm{rel}}^{\phi=0}(\theta) \approx")
    )
    assert r"(\theta, s) \approx" in equations["S_rel_t"].latex(names)
    assert (
        equations["locking_phase"].latex(names).splitlines()[1].startswith(r"\phi_{\mathrm{max}} &")
    )


@pytest.mark.parametrize(
    ("names", "printed"),
    [
        ("x1 x_1", [r"\mathrm{x1}", "x_{1}"]),
        ("varepsilon epsilon", [r"\mathrm{varepsilon}", r"\varepsilon"]),
        ("γ gamma", [r"\gamma", r"\mathrm{gamma}"]),
        ("φ phi", [r"\mathrm{phi}", r"\phi"]),
        ("a_1_2 a_12", ["a_{12}", r"\mathrm{a\_1\_2}"][::-1]),
    ],
)
def test_symbols_that_would_look_alike_are_told_apart(names, printed):
    """Within a formula, and within a document of several; declared symbols keep their letters."""
    own = [{"epsilon": epsilon, "phi": phi}.get(name, Symbol(name)) for name in names.split()]
    for symbol, shown in zip(own, printed, strict=True):
        rest = Add(*{*own} - {symbol})
        assert equation_latex(Symbol("f"), (symbol**2) * rest, "=").count(f"{shown}^{{2}}") == 1
    single = [equation(f"f_{k}", symbol**2) for k, symbol in enumerate(own)]
    assert all(f"= {shown}^{{2}}" in document(single).replace("&", "") for shown in printed)


def test_names_with_which_symbols_look_alike_are_refused():
    x, y = symbols("x y")
    for names in ({"x": "q", "y": "{q}"}, {"x": "y"}):
        with pytest.raises(ValueError, match="x and y are both"):
            equation_latex(Symbol("f"), x + 2 * y, "=", Notation(names))
    assert equation_latex(Symbol("f"), x + 2 * y, "=", Notation({"x": "y", "y": "x"})) == (
        "f = y + 2 x"
    )


@pytest.mark.parametrize("name", ["%", "a_{1", "a}", "$a$", "", "a_", "a&b", "a\n\nb", "\\"])
def test_text_that_would_break_a_document_is_refused(name):
    with pytest.raises(ValueError, match=r"`names\[x\]` must be LaTeX that can stand"):
        Notation({"x": name})
    assert Notation({"x": r"\{50\%\}"}).by_name == {"x": r"\{50\%\}"}


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("γ_g", r"\gamma_{g}"),
        ("Δλ", r"\Delta \lambda"),
        ("a & b", r"\mathrm{a\ \&\ b}"),
        ("_a_", r"\mathrm{\_a\_}"),
        (r"\kappa_{1}", r"\kappa_{1}"),
    ],
)
def test_names_of_all_characters_print(name, printed):
    assert latex(Symbol(name)) == printed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [({"names": {"gamma_x": "a"}}, "'gamma_x'. Did you mean"),
     ({"names": [1]}, "`names` must be {symbol: LaTeX}"),
     ({"names": {"phi": 3}}, r"`names\[phi\]` must be text"), ({"lhs": 2}, "`lhs` must be text"),
     ({"label": 2}, "`label` must be text")],
)  # fmt: skip
def test_wrong_notations_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        equations["S_rel_resonant"].latex(**arguments)


def test_divided_differences_print_as_exponentials():
    printed = equations["mu_plus_t"].latex()
    assert "Divided" not in printed
    assert "e^{" in printed


def test_long_sums_are_wrapped():
    """Each line of a wrapped sum is short, and together they hold every term."""
    terms = symbols("x_1:40")
    printed = equation_latex(Symbol("y"), sum(terms))
    lines = printed.splitlines()
    assert lines[0] == r"\begin{aligned}"
    assert lines[-1] == r"\end{aligned}"
    assert len(lines) > 3
    assert all(latex(term) in printed for term in terms)
    assert all(len(line) < 4 * LINE_WIDTH for line in lines)


def test_several_equations_are_aligned():
    printed = equations["coherence_equations"].latex()
    assert printed.count(r"\\") == 1
    assert printed.count("&=") == 2


FAST = {
    "S_rel_functional", "coherence_equations", "coefficient", "S_rel", "locking_phase", "state",
    "schmidt_coefficients", "mutual_information_leading", "tongue_coupling",
    "blockade_negativity", "first_harmonic_exact", "first_harmonic_strong",
}  # fmt: skip
"""Formulas that hold every command that any formula prints, but for a line of `RARE`."""

RARE = "negativity_exact"


def commands(text):
    return set(re.findall(r"\\(?:[a-zA-Z]+|.)", text))


def readable(source):
    """The lines of a formula without what mathtext does not know."""
    for matrix in re.findall(r"\\left\[\\begin\{matrix\}.*?\\end\{matrix\}\\right\]", source):
        source = source.replace(
            matrix, re.sub(r"&|\\\\|\\begin\{matrix\}|\\end\{matrix\}", " ", matrix)
        )
    source = source.replace(r"\operatorname*{arg\,max}", r"\mathrm{argmax}")
    for unknown in (
        r"\begin{aligned}",
        r"\begin{cases}",
        r"\end{cases}",
        r"\end{aligned}",
        r"\quad",
        "&",
        r"\bigl",
        r"\bigr",
        r"\Bigl",
        r"\Bigr",
    ):
        source = source.replace(unknown, "")
    source = source.replace(r"\operatorname{atan2}", r"\mathrm{atan2}").replace(r"\,", " ")
    return source.replace("\n", " ").split(r"\\")


@pytest.mark.parametrize(
    "name", [name if name in FAST else pytest.param(name, marks=pytest.mark.slow)
             for name in equations]
)  # fmt: skip
def test_every_formula_parses(name):
    """matplotlib's mathtext accepts each line, with what it does not know taken away."""
    for line in readable(equations[name].latex()):
        MathTextParser("path").parse(f"${line}$")


def test_the_lines_with_rare_commands_parse():
    known = commands("".join(equations[name].latex() for name in FAST))
    rare = [line for line in readable(equations[RARE].latex()) if commands(line) - known]
    assert rare
    for line in rare:
        MathTextParser("path").parse(f"${line}$")
