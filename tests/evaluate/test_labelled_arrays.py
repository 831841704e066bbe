"""Arrays of xarray, dask and pandas keep what they say of themselves, and say what a formula is."""

import warnings

import numpy as np
import pytest
from sympy import Symbol, Tuple

import symsync
from symsync import equation, equations, joined
from symsync.symbols import Delta, describe, epsilon, phi, t

RATES = {"gamma_g_A": 100.0, "gamma_d_A": 1.0, "gamma_g_B": 1.0, "gamma_d_B": 100.0}
BOTH = joined([equations["S_rel_max"], equations["negativity"]])


@pytest.fixture
def couplings():
    import xarray

    values = np.array([0.01, 0.02, 0.05, 0.1])
    own = xarray.Variable("epsilon", values, {"units": "MHz", "long_name": "coupling"})
    return xarray.DataArray(values, dims="epsilon", coords={"epsilon": own})


def test_joined_equations_are_a_dataset(couplings):
    """One variable for each, with its unit and meaning; coordinates keep theirs."""
    import xarray

    found = BOTH.function()(epsilon=couplings, Delta=0.5, **RATES)
    assert isinstance(found, xarray.Dataset)
    assert list(found) == ["S_rel_max", "negativity"]
    for name, values in found.items():
        alone = equations[name].function()(epsilon=couplings.values, Delta=0.5, **RATES)
        assert np.array_equal(values.values, alone)
        assert values.attrs == {"long_name": equations[name].description, "units": "1"}
        assert values.epsilon.attrs == {"units": "MHz", "long_name": "coupling"}


def test_one_equation_is_an_array_with_its_unit(couplings):
    rate = equations["S_rel_rate"].function()(epsilon=couplings, Delta=0, phi=0, t=1, **RATES)
    assert rate.name == "S_rel_rate"
    assert rate.attrs == {"long_name": "rate of change of S_rel", "units": "1/time"}
    own = equation("anything", epsilon**2).function()(epsilon=couplings)
    assert (own.name, own.attrs) == ("anything", {})


def test_components_have_the_names_of_their_symbols(couplings):
    """Alone, and among others."""
    coefficients = equations["schmidt_coefficients"]
    alone = coefficients.function()(epsilon=couplings, Delta=0, **RATES)
    assert alone.dims == ("epsilon", "schmidt_coefficients_component_0")
    last = alone.sel(schmidt_coefficients_component_0="lambda_minus")
    own = equation("pair", Tuple(epsilon, 2 * epsilon))
    found = joined([coefficients, own, equations["negativity"]]).function()(
        epsilon=couplings, Delta=0, **RATES
    )
    assert list(found) == ["schmidt_coefficients", "pair", "negativity"]
    assert np.array_equal(found["schmidt_coefficients"].values, alone.values)
    assert np.array_equal(found["pair"].sel(pair_component_0="pair_1"), 2 * couplings)
    assert np.allclose(found["negativity"], alone[:, 1] + last, rtol=1e-15, atol=0)


def test_equations_of_one_name_are_numbered(couplings):
    """And those joined twice, and derivatives, keep their places."""
    S = equations["S_rel_max"]
    special = joined([joined([S, equations["negativity"]]), S.subs({"Delta": 0})]).diff("epsilon")
    found = special.function()(epsilon=couplings, Delta=1.0, **RATES)
    names = ["d_S_rel_max_d_epsilon", "d_negativity_d_epsilon", "d_S_rel_max_d_epsilon_2"]
    assert list(found) == names
    assert found[names[0]].attrs["units"] == "time"
    resonant = S.function()(epsilon=1.0, Delta=0.0, **RATES)
    assert np.allclose(found[names[2]], resonant, rtol=1e-15, atol=0)


def test_a_derivative_has_the_unit_of_a_quotient():
    for name, symbols, unit in [
        ("S_rel", [phi], "1"), ("S_rel_t", [t], "1/time"), ("S_rel_t", [t, t], "time**-2"),
        ("mu_plus", [Delta], "time**2"), ("S_rel_rate", [t, epsilon], "1/time"),
    ]:  # fmt: skip
        assert describe(equations[name].diff(*symbols).lhs).unit == unit
    symsync.declare("cost", "c", "what it costs", "EUR")
    money = equation("cost", Symbol("x") * epsilon)
    assert describe(money.diff("x").lhs).unit == "EUR"
    assert describe(money.diff("epsilon").lhs).unit == "(EUR) / (1/time)"


def in_chunks(n, size):
    import dask.array

    return dask.array.from_array(np.linspace(0.1, 1, n), chunks=size)


def test_chunks_along_different_axes_make_no_tiny_blocks():
    """Twenty chunks by twenty are twenty blocks and not 400, of which dask would warn."""
    import xarray

    x, y = in_chunks(100, 5), in_chunks(80, 4)
    function = BOTH.function()
    plain = function(epsilon=x.compute()[:, None], Delta=y.compute(), **RATES)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        lazy = function(epsilon=x[:, None], Delta=y, **RATES)
        labelled = function(
            epsilon=xarray.DataArray(x, dims="x"), Delta=xarray.DataArray(y, dims="y"), **RATES
        )
        crossed = function(epsilon=in_chunks(60, 60)[:, None].repeat(60, 1).rechunk((1, 60)),
                           Delta=in_chunks(60, 1)[None].repeat(60, 0), **RATES)  # fmt: skip
    assert 10 <= lazy.npartitions <= 40
    assert crossed.npartitions <= 200
    assert np.array_equal(lazy.compute(), plain)
    assert np.array_equal(labelled["negativity"].compute(), plain[..., 1])
    assert crossed.compute().shape == (60, 60, 2)


def test_no_block_is_larger_than_dask_allows():
    """10⁵ by 10⁵ points from two arrays of one chunk; nothing of it is computed."""
    import dask

    large = in_chunks(10**5, 10**5)
    lazy = equations["S_rel_max"].function()(epsilon=large[:, None], Delta=large, **RATES)
    limit = dask.utils.parse_bytes(dask.config.get("array.chunk-size"))
    assert max(map(max, lazy.chunks)) < 10**5
    assert np.prod(lazy.chunksize) * 8 <= limit
    whole = in_chunks(100, 10)
    assert BOTH.function()(epsilon=whole, Delta=0, **RATES).chunks == ((10,) * 10, (2,))


def test_a_frame_gives_series_or_a_frame_with_its_index():
    import pandas

    frame = pandas.DataFrame({"epsilon": [0.1, 0.2], "Delta": [0.0, 1.0]}, index=["a", "b"])
    found = BOTH.function()(**frame, **RATES)
    assert list(found.columns) == ["S_rel_max", "negativity"]
    alone = equations["negativity"].function()(**frame, **RATES)
    assert isinstance(alone, pandas.Series)
    assert alone.name == "negativity"
    assert found["negativity"].equals(alone)
    assert found.loc["b", "negativity"] == equations["negativity"].function()(
        epsilon=0.2, Delta=1.0, **RATES
    )
    coefficients = equations["schmidt_coefficients"].function()(**frame, **RATES)
    assert list(coefficients.columns) == ["lambda_0", "lambda_plus", "lambda_minus"]
    rates = frame.assign(**RATES, note=["x", "y"])
    with pytest.raises(TypeError, match="has no argument `note`"):
        BOTH.function()(**rates)
    assert BOTH.function(extra="ignore")(**rates).equals(found)


def test_arrays_that_do_not_follow_the_index_are_refused():
    """A column of an array makes a table, whose rows are not those of the frame."""
    import pandas

    series = pandas.Series([0.1, 0.2, 0.3])
    function = equations["S_rel_max"].function()
    for other in (np.array([[0.0], [1.0]]), np.zeros((3, 3))):
        with pytest.raises(ValueError, match="numbers or arrays of their length 3"):
            function(epsilon=series, Delta=other, **RATES)
    with pytest.raises(ValueError, match="numbers or arrays of their length 1"):
        function(epsilon=series[:1], Delta=np.zeros(4), **RATES)
    assert function(epsilon=series, Delta=np.zeros(3), **RATES).index.equals(series.index)
