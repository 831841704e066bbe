"""An `Equation` is immutable and shows itself everywhere."""

from dataclasses import FrozenInstanceError

import pytest
from sympy import Eq, Rational, Symbol, Tuple

import symsync
from symsync import equations
from symsync.claims.printed import d_A, d_B, g_A, g_B
from symsync.symbols import Delta, phi

NAMES = {
    "hamiltonian", "master_equation", "coherence_equations", "mu_plus", "mu_minus", "mu_plus_t",
    "mu_minus_t", "S_rel_rate", "S_rel_t", "S_rel", "S_rel_resonant", "S_rel_max",
    "locking_phase", "state", "schmidt_coefficients", "negativity", "negativity_resonant",
    "coefficient",
}  # fmt: skip


def test_the_catalogue_has_the_letters_equations():
    assert set(equations) >= NAMES
    assert len(equations) == len(list(equations))
    assert "Catalogue of" in repr(equations)


@pytest.mark.parametrize("number", range(1, 9))
def test_equations_are_found_by_their_number(number):
    assert f"({number})" in equations.letter(number).source


@pytest.mark.parametrize("number", [0, 9, "6", None])
def test_there_are_no_other_numbers(number):
    with pytest.raises(KeyError, match="numbers 1 to 8"):
        equations.letter(number)


def test_unknown_names_get_the_nearest():
    with pytest.raises(KeyError, match=r"No equation is named 'S_rell'. Did you mean 'S_rel'\?"):
        equations["S_rell"]


@pytest.mark.parametrize("name", list(equations))
def test_each_equation_is_complete(name):
    equation = equations[name]
    assert equation.label == name
    assert str(equation.order) in {
        "exact", "first order", "second order", "third order", "leading order",
    }  # fmt: skip
    assert equation.source
    assert equation.description
    free = {symbol for symbol in equation.written_out.free_symbols if symbol.is_commutative}
    assert set(equation.parameters) == free
    assert repr(equation).startswith(f"{name} {equation.relation} ")
    assert equations[name] is equation


@pytest.mark.parametrize("name", ["S_rel", "coherence_equations", "populations_exact"])
def test_an_equation_renders_as_it_prints(name):
    assert equations[name]._repr_latex_() == f"$\\displaystyle {equations[name].latex()}$"


def test_equations_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        equations["S_rel"].rhs = 0


def test_special_cases_keep_their_place():
    """S_rel at Δ = 0 is Eq. (6), with one parameter less."""
    special = equations["S_rel"].subs({Delta: 0})
    assert special.rhs == equations["S_rel_resonant"].rhs
    assert Delta not in special.parameters
    reverse = equations["S_rel"].subs({g_A: d_B, g_B: d_A})
    assert set(reverse.parameters) == set(equations["S_rel"].parameters) - {g_A, g_B}


def test_equations_become_sympy():
    assert equations["mu_plus"].as_sympy() == Eq(equations["mu_plus"].lhs, equations["mu_plus"].rhs)
    assert isinstance(equations["coherence_equations"].as_sympy(), Tuple)
    assert phi in equations["S_rel"].as_sympy().free_symbols


@pytest.mark.parametrize("names", [NAMES, pytest.param(set(equations), marks=pytest.mark.slow)],
                         ids=["the Letter's", "all"])  # fmt: skip
def test_a_fresh_catalogue_derives_the_same(names):
    fresh = symsync.Catalogue()
    assert all(fresh[name] == equations[name] for name in names)
    assert all(fresh[name] is not equations[name] for name in names)


@pytest.mark.parametrize("name", ["S_rel_resonant", "mu_plus_t", "S_rel_t", "negativity"])
def test_a_form_is_kept_if_it_is_proved(name):
    """Expanded by SymPy it is the same, and prints as it was given; 1 + 1/10¹² of it is refused."""
    known = symsync.equations[name]
    form = known.written_out.expand()
    assert known.rewritten(form).form == form
    assert known.rewritten(form).rhs == known.rhs
    assert known.rewritten(form).subs({"gamma_g_B": 1}).form is None
    with pytest.raises(ValueError, match=f"must equal {name}, but is .* and not .* at "):
        known.rewritten(form * (1 + Rational(1, 10**12)))


def test_forms_that_cannot_be_compared_are_refused():
    known = symsync.equations["mu_plus"]
    with pytest.raises(ValueError, match="but holds q"):
        known.rewritten(Symbol("q"))
    with pytest.raises(ValueError, match="must have 1 parts"):
        known.rewritten([known.rhs, known.rhs])
    p = Symbol("p", positive=True)
    with pytest.raises(ValueError, match=r"but is 3\.\d+ and not 2\.\d+ at p = 1\.\d+\.$"):
        symsync.equation("f", p + 1).rewritten(p + 2)
    with pytest.raises(ValueError, match=r"but is 4\.0* and not 3\.0*\.$"):
        symsync.equation("f", 3).rewritten(4)
    with pytest.raises(ValueError, match="no parameter 'z'; it depends on none"):
        symsync.equation("f", 3).subs({"z": 1})
