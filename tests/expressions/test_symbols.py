"""Every symbol is described once."""

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


def test_other_symbols_describe_themselves():
    """A symbol of the user prints as SymPy prints it."""
    about = describe(sympy.Symbol("gamma_x"))
    assert about.latex == r"\gamma_{x}"
    assert about.meaning == "parameter gamma_x"
