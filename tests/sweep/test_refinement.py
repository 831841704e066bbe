"""A refined scan holds what a fine one holds, where the level or the maximum lies."""

import numpy as np
import pytest
import xarray

from symsync import equations, refine, scan

RATES = {"gamma_g_A": 100.0, "gamma_d_A": 1.0, "gamma_g_B": 1.0, "gamma_d_B": 100.0}
COARSE = {"epsilon": np.linspace(0, 0.1, 9), "Delta": np.linspace(-2, 2, 9), **RATES}
FINE = {"epsilon": np.linspace(0, 0.1, 129), "Delta": np.linspace(-2, 2, 129), **RATES}


def test_a_contour_is_that_of_the_fine_grid():
    """Every fine cell that the level passes has its corners; most of the grid is not computed."""
    name, level = "S_rel_max", 0.01
    found = refine(name, COARSE, {name: level})
    whole = scan(name, FINE)[name]
    k = np.rint(found.epsilon.values * 1280).astype(int)
    j = np.rint((found.Delta.values + 2) * 32).astype(int)
    assert found[name].values == pytest.approx(whole.values[k, j], rel=1e-12)
    known = np.zeros(whole.shape, bool)
    known[k, j] = True
    above = whole.values > level
    corners = [(slice(a, 128 + a), slice(b, 128 + b)) for a in (0, 1) for b in (0, 1)]
    passed = sum(above[c].astype(int) for c in corners) % 4 > 0
    assert passed.sum() > 200
    assert all(known[c][passed].all() for c in corners)
    assert found.sizes["point"] < whole.size / 10
    assert len(np.unique(k * 129 + j)) == found.sizes["point"]


@pytest.mark.parametrize("depth", [2, 8])
def test_a_maximum_is_found_between_the_points_of_the_grid(depth):
    """S_rel over φ is highest at the locking phase, to one of the last cells."""
    point = {"Delta": 0.5, **RATES}
    grid = {"phi": np.linspace(-np.pi, np.pi, 8), "epsilon": 0.1, **point}
    found = refine("S_rel", grid, {"S_rel": "maximum"}, depth=depth)
    best = float(found.phi[np.argmax(found.S_rel.data)])
    assert abs(best - equations["locking_phase"].function()(**point)) <= 2 * np.pi / 7 / 2**depth
    assert found.sizes["point"] <= 8 + 3 * depth


def test_arrays_on_one_dimension_are_refined_together():
    run = {"epsilon": xarray.DataArray([0.01, 0.03, 0.1], dims="run"),
           "Delta": xarray.DataArray([0.0, 1.0, 4.0], dims="run")}  # fmt: skip
    found = refine(["S_rel_max", "negativity"], {**run, **RATES}, {"negativity": 0.015})
    assert np.interp(found.epsilon, [0.01, 0.03, 0.1], [0, 1, 4]) == pytest.approx(found.Delta)
    value = equations["negativity"].function()(epsilon=found.epsilon, Delta=found.Delta, **RATES)
    assert np.array_equal(found.negativity, value)
    assert found.Delta.attrs["units"] == "1/time"
    assert found.attrs["depth"] == 4


@pytest.mark.parametrize(
    ("change", "sentence"),
    [({"where": {"negativity": 0.1}}, r"`where` must be \{equation: level or 'maximum'\}"),
     ({"where": 0.1}, "real equations among S_rel_max, but is 0.1"),
     ({"where": {"S_rel_max": "top"}}, "a finite level or 'maximum' for 'S_rel_max'"),
     ({"where": {"S_rel_max": np.nan}}, "a finite level or 'maximum'"),
     ({"depth": 0}, "`depth`"),
     ({"grid": {**COARSE, "Delta": [0]}}, "two or more real numbers along one dimension")],
)  # fmt: skip
def test_what_cannot_be_refined(change, sentence):
    arguments = {"grid": COARSE, "where": {"S_rel_max": 0.01}} | change
    with pytest.raises(ValueError, match=sentence):
        refine("S_rel_max", **arguments)
