"""Every symbol is described once."""

import re

import pytest
import sympy

import symsync
from symsync.symbols import declare, describe


def test_every_parameter_of_the_catalogue_is_described():
    """No formula holds a symbol without LaTeX, meaning and unit."""
    for equation in symsync.equations.values():
        sides = sympy.Tuple(*equation.parameters, *equation.lhs.free_symbols)
        for symbol in sides:
            about = describe(symbol)
            assert not about.meaning.startswith("parameter "), symbol
            assert about.latex
            assert about.unit in {"1", "1/time", "time", "rad"}


def test_a_symbol_means_one_thing():
    """Declaring it again with another meaning is refused, with the same one is not."""
    first = declare("kappa_test", r"\kappa", "a rate of this test", "1/time", positive=True)
    again = declare("kappa_test", r"\kappa", "a rate of this test", "1/time", positive=True)
    assert first == again
    with pytest.raises(ValueError, match="already declared as 'a rate of this test'"):
        declare("kappa_test", r"\kappa", "something else", "1/time", positive=True)


def test_names_are_identifiers():
    with pytest.raises(ValueError, match="`name` must be a Python identifier, but is 'a b'"):
        declare("a b", "a", "nothing")


def test_words_in_names_are_upright():
    """Greek letters are letters, two capitals are two labels, and SymPy's accents stay."""
    for name, latex in {
        "kappa_loss": r"\kappa_{\mathrm{loss}}", "N_near": r"N_{\mathrm{near}}", "T2": "T_{2}",
        "gamma_g_A": r"\gamma_{gA}", "S_AB": "S_{AB}", "lambda_max_1": r"\lambda_{\mathrm{max},1}",
        "rate": r"\mathrm{rate}", "x__in_0": r"x^{\mathrm{in}}_{0}", "S_kappa": r"S_{\kappa}",
        "xbar": r"\bar{x}", "Gamma_plus": r"\Gamma_{\mathrm{plus}}", r"\eta_{x}": r"\eta_{x}",
    }.items():  # fmt: skip
        assert describe(sympy.Symbol(name)).latex == latex
    assert describe(symsync.symbols.gain_rate("A")).latex == r"\gamma^g_{A}"
    assert describe(symsync.symbols.gain_rate("left_2")).latex == r"\gamma^g_{\mathrm{left}_{2}}"


def test_no_symbol_of_the_catalogue_is_a_word_in_italics():
    r"""Every run of letters is a command or an argument of \mathrm."""
    for equation in symsync.equations.values():
        defined = [symbol for symbol, _ in equation.definitions]
        for symbol in {*equation.parameters, *equation.lhs.free_symbols, *defined}:
            source = describe(symbol).latex
            plain = re.sub(r"\\(?:mathrm|operatorname\*?)\{[^{}]*\}|\\[a-zA-Z]+", "", source)
            assert not re.search("[a-zA-Z]{2}", plain), source


def test_other_symbols_describe_themselves():
    """A symbol of the user prints as SymPy prints it."""
    about = describe(sympy.Symbol("gamma_x"))
    assert about.latex == r"\gamma_{x}"
    assert about.meaning == "parameter gamma_x"
