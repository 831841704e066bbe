"""What evaluators do with arguments that they cannot use, and with those that no longer matter."""

import pickle
import warnings

import numpy as np
import pytest
from judges.by_node import NODE, in_node
from judges.every_domain import DOMAINS, OF_DOMAINS, require_checks_of_domains
from sympy import Rational, Symbol

import symsync
from symsync.evaluate.emit.javascript_source import javascript
from symsync.symbols import epsilon, phi

RATES = {"gamma_g_A": 1.0, "gamma_d_A": 2.0, "gamma_g_B": 3.0, "gamma_d_B": 5.0}
BACKENDS = ["numpy", "c", "numba", "mpmath"]


def test_a_formula_that_became_zero_keeps_its_arguments():
    """Case 21."""
    zero = symsync.equation("S0", 0, parameters=[phi, epsilon]).function()
    assert zero(phi=np.zeros((2, 1)), epsilon=np.ones(3)).shape == (2, 3)
    with pytest.raises(ValueError, match="`parameters` must hold the symbols epsilon"):
        symsync.equation("S1", epsilon, parameters=[phi])


@pytest.mark.parametrize("backend", BACKENDS)
def test_one_dictionary_serves_many_formulas(backend):
    """Case 22: what a formula does not depend on can be ignored."""
    point = {"epsilon": 0.1, "Delta": 0.2, "phi": 1.0, **RATES}
    for name in ("mu_plus", "S_rel", "negativity"):
        function = symsync.equations[name].function(backend, extra="ignore")
        assert np.isfinite(complex(function(**point)))
    with pytest.raises(TypeError, match="does not depend on it"):
        symsync.equations["mu_plus"].function(backend)(**point)


@pytest.mark.parametrize("backend", BACKENDS)
def test_points_outside_a_domain_are_nan_with_one_warning(backend):
    """Case 22: one bad point does not end a scan."""
    function = symsync.equations["S_rel_max"].function(backend, invalid="nan")
    strengths = np.array([0.1, 0.2, -1.0, np.nan, np.inf])
    gains = np.array([3.0, -1.0, 2.0, 3.0, 1.0])
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        found = function(epsilon=strengths, Delta=0.3, **{**RATES, "gamma_g_B": gains})
    assert np.isnan(np.array(found[1:], float)).all()
    assert float(found[0]) > 0
    assert [each.category for each in seen] == [RuntimeWarning]
    assert "nan at 4 points" in str(seen[0].message)
    again = pickle.loads(pickle.dumps(function))
    assert again.strictness == function.strictness


@pytest.mark.parametrize("backend", BACKENDS)
def test_each_domain_that_sympy_knows_is_checked(backend):
    require_checks_of_domains(backend)


def test_values_put_into_a_formula_are_in_these_domains():
    for name, (_, words, good, bad) in DOMAINS.items():
        OF_DOMAINS.subs({name: Rational(good)})
        for value in bad:
            with pytest.raises(ValueError, match=f"`{name}` must be {words.split(', ')[0]}|whole"):
                OF_DOMAINS.subs({name: Rational(value)})


@pytest.mark.skipif(NODE is None, reason="Node.js is not installed")
def test_these_domains_are_checked_in_javascript():
    """In a loop the value is nan; the call of one point, here the first, raises an error."""
    wrong = [(name, value) for name, (*_, bad) in DOMAINS.items() for value in bad]
    values = {k: np.full(len(wrong) + 1, d[2]) for k, d in DOMAINS.items()}
    for place, (name, value) in enumerate(wrong):
        values[name][place] = value
    script, good = javascript([OF_DOMAINS._formula]), {k: v[-1:] for k, v in values.items()}
    for place in range(len(wrong)):
        with pytest.raises(AssertionError, match=r"RangeError: Argument . of total must be a"):
            in_node(script, {"total": {k: v[place] for k, v in values.items()}})
    values = {k: v[::-1] for k, v in values.items()}
    assert list(np.isnan(in_node(script, {"total": values})["total"][1][0])) == [
        False, *[True] * len(wrong)
    ]  # fmt: skip
    assert np.isfinite(in_node(script, {"total": good})["total"][0])


def test_an_imaginary_parameter_is_refused_when_the_function_is_made():
    with pytest.raises(ValueError, match=r"w is declared imaginary\. Write I"):
        symsync.equation("f", Symbol("w", imaginary=True) ** 2).function()


def test_many_blocks_warn_once():
    function = symsync.equations["S_rel_max"].function(invalid="nan")
    with pytest.warns(RuntimeWarning) as seen:
        function(epsilon=np.full(500_000, -1.0), Delta=0.3, **RATES)
    assert len(seen) == 1


def test_choices_are_named():
    with pytest.raises(ValueError, match="`invalid` must be 'raise' or 'nan', but is 'zero'"):
        symsync.equations["S_rel"].function(invalid="zero")
    with pytest.raises(ValueError, match="`extra` must be 'refuse' or 'ignore'"):
        symsync.equations["S_rel"].function(extra="keep")


def test_series_of_pandas_are_paired_by_index_or_not_at_all():
    """Case 6."""
    import pandas as pd

    function = symsync.equations["S_rel_max"].function()
    frame = pd.DataFrame({"epsilon": [0.1, 0.2], "Delta": [0.0, 1.0]}, index=[5, 7])
    found = function(**frame, **RATES)
    assert found.index.tolist() == [5, 7]
    assert found.loc[7] == function(epsilon=0.2, Delta=1.0, **RATES)
    shuffled = frame["Delta"].iloc[::-1]
    with pytest.raises(ValueError, match=r"have different indices\. Align"):
        function(epsilon=frame["epsilon"], Delta=shuffled, **RATES)
    first, second = frame["epsilon"].align(shuffled, join="inner")
    assert function(epsilon=first, Delta=second, **RATES).loc[7] == found.loc[7]
    with pytest.raises(TypeError, match="must be a Series, an array or a number"):
        function(epsilon=frame, Delta=0.0, **RATES)


@pytest.mark.parametrize("backend", ["numpy", "c", "numba"])
def test_numbers_beyond_double_precision_are_named(backend):
    """Case 12."""
    with pytest.raises(TypeError, match="`gamma_d_A` must be positive numbers"):
        symsync.equations["mu_plus"].function(backend)(Delta=0, gamma_d_A=10**400, gamma_g_B=1)
