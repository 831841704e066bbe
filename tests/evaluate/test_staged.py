"""Formulas with linear systems and functions of blocks keep the contract of every evaluator."""

import pickle
import tracemalloc
import warnings

import mpmath
import numpy as np
import pytest
from sympy import Rational, Symbol

from symsync import (
    S_rel_maximum,
    equation,
    exact_state,
    joined,
    mutual_information,
    negativity,
    purity,
)
from symsync.claims.model_table import model
from symsync.symbols import epsilon

BACKENDS = ["numpy", "numba", "c"]
NAME = "chain of halves, XXZ"


@pytest.fixture(scope="module")
def state():
    return exact_state(model(NAME))


@pytest.fixture(scope="module")
def measures(state):
    """Three measures in one formula, which share one linear system and hold eigenvalues."""
    return joined(
        [
            equation("maximum", S_rel_maximum(state, "A", "C")),
            equation("N", negativity(state, "A")),
            equation("I", mutual_information(state, "A")),
        ]
    )


def generic(formula, **special):
    source = np.random.default_rng(3)
    return {p.name: source.uniform(0.5, 2) for p in formula.parameters} | special


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_contract(measures, backend):
    """Names, broadcasting, `out`, nan for bad points, and copies that live elsewhere."""
    function = measures.function(backend, invalid="nan")
    values = generic(measures, J=np.array([[0.3], [0.7]]), eta=np.array([0.1, 0.2, 0.4]))
    found = function(**values)
    assert found.shape == (2, 3, 3)
    assert (pickle.loads(pickle.dumps(function))(**values) == found).all()
    out = np.empty((2, 3, 3))
    assert function(**values, out=out) is out
    assert (out == found).all()
    alone = function(**{**values, "J": 0.7, "eta": 0.2})
    assert alone == pytest.approx(found[1, 1], rel=1e-14)
    with pytest.warns(RuntimeWarning, match="at 2 points outside the domain") as caught:
        bad = function(**values | {"gamma_g_A": np.array([1.0, -1.0, 1.0])})
    assert len(caught) == 1
    assert np.isnan(bad[:, 1]).all()
    assert np.isfinite(np.delete(bad, 1, axis=1)).all()
    with pytest.raises(ValueError, match="`gamma_g_A` must be positive"):
        measures.function(backend)(**values | {"gamma_g_A": -1.0})
    with pytest.raises(ValueError, match="`gamma_g_B` must be positive and finite, but is inf"):
        measures.function(backend)(**values | {"gamma_g_B": np.inf})
    assert function(**values | {"J": np.zeros((0, 1))}).shape == (0, 3, 3)


@pytest.mark.parametrize("backend", BACKENDS)
def test_every_backend_has_the_digits_of_mpmath(measures, backend):
    values = generic(measures)
    exact = measures.function("mpmath")(**values)
    assert measures.function(backend)(**values) == pytest.approx(list(map(float, exact)), rel=1e-12)


def test_what_is_not_unique_at_a_point_is_nan_with_one_warning():
    """Without its exchange the dephased spin in the middle keeps whatever state it has."""
    P = equation("P", purity(exact_state(model("current through a dephased chain"))))
    values = generic(P, J=np.array([0.5, 0.0, 0.5, 0.0]))
    with pytest.warns(RuntimeWarning, match="no unique solution") as caught:
        found = P.function()(**values)
    assert len(caught) == 1
    assert np.isnan(found).tolist() == [False, True, False, True]
    assert found[0] == found[2] > 0


def test_derivatives_and_substitutions_act_on_unknowns(state):
    element = equation("p", next(value for (ket, bra), value in state.items() if ket == bra))
    J = Symbol("J", real=True)
    values = generic(element)
    precise = element.function("mpmath")

    def at(x):
        return precise(**{**values, "J": x})

    with mpmath.workdps(30):
        slope = mpmath.diff(at, values["J"])
        curvature = mpmath.diff(at, values["J"], 2)
    first = element.diff("J")
    for backend in BACKENDS:
        assert first.function(backend)(**values) == pytest.approx(float(slope), rel=1e-11)
    assert first.diff("J").function()(**values) == pytest.approx(float(curvature), rel=1e-9)
    half = element.subs({"J": Rational(1, 2)})
    assert J not in half.parameters
    expected = element.function()(**{**values, "J": 0.5})
    del values["J"]
    assert half.function()(**values) == expected


def test_numbers_in_place_of_all_symbols_are_a_number(state):
    element = next(value for (ket, bra), value in state.items() if ket == bra)
    rule = {symbol: Rational(k + 2, 3) for k, symbol in enumerate(model(NAME).parameters)}
    value = element.subs(rule)
    assert value.is_number
    at = {symbol.name: float(number) for symbol, number in rule.items()}
    assert float(value.evalf(20)) == pytest.approx(equation("p", element).function()(**at))


@pytest.mark.parametrize(
    "backend", ["numpy", *(pytest.param(each, marks=pytest.mark.slow) for each in ("numba", "c"))]
)
def test_memory_does_not_grow_with_the_points(measures, backend):
    """Beyond the results there are at most the 64 MiB that are promised, of NumPy's arrays."""
    function = measures.function(backend)
    values = generic(measures, J=np.linspace(0.1, 1, 30_000))
    function(**generic(measures))
    tracemalloc.start()
    result = function(**values)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak - result.nbytes < 64 * 2**20


def test_no_warning_where_all_is_known(measures):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        measures.function()(**generic(measures, J=np.linspace(0.1, 1, 50)))


def test_a_parameter_that_only_shapes_the_result(state):
    """The purity does not depend on ε, which is stated as a parameter of the formula."""
    P = equation("P", purity(state), parameters=[*model(NAME).parameters, epsilon])
    assert P.function()(**generic(P, epsilon=np.zeros(4))).shape == (4,)
