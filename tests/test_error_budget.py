"""The error of first order, and the coupling up to which it stays within a bound."""

import numpy as np
import pytest

import symsync
from symsync import equations, reference, validity
from symsync.error_budget import NAMES

EACH = [name if name in ("S_rel_max", "negativity", "mu_plus", "locking_phase", "state")
        else pytest.param(name, marks=pytest.mark.slow) for name in NAMES]  # fmt: skip
RATES = {"gamma_g_A": 2.0, "gamma_d_A": 1.0, "gamma_g_B": 1.5, "gamma_d_B": 3.0}


def arguments(name):
    extra = {} if "resonant" in name else {"Delta": 0.3}
    return {**RATES, **extra, **({"phi": 0.4} if name in ("S_rel", "S_rel_resonant") else {})}


def test_the_error_is_that_against_the_reference():
    """max S_rel and N at three couplings, from the numeric steady state."""
    epsilon = np.array([0.01, 0.1, 0.5])
    rho = reference.steady_state(epsilon=epsilon, Delta=0.3, **RATES)
    for name, exact in (("S_rel_max", reference.S_rel_max(rho)),
                        ("negativity", reference.negativity(rho))):  # fmt: skip
        first = equations[name].function()(epsilon=epsilon, Delta=0.3, **RATES)
        ours = validity(name).error(epsilon=epsilon, Delta=0.3, **RATES)
        assert np.allclose(ours, np.abs(first - exact) / exact, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", EACH)
def test_the_error_falls_with_the_coupling(name):
    """By the first or the second power of ε, the next order's; that after it is a tenth of it."""
    errors = validity(name).error(epsilon=np.array([1e-3, 1e-4]), **arguments(name))
    power = np.log10(errors[0] / errors[1])
    assert min(abs(power - 1), abs(power - 2)) < 0.02


@pytest.mark.parametrize("name", EACH)
def test_the_next_orders_are_what_is_missing(name):
    """first + next − exact is smaller than first − exact by at least a power of ε."""
    budget = validity(name)
    if not budget.next_orders:
        assert name == "locking_phase"
        return
    point = {**arguments(name), "epsilon": 0.01}

    def at(equation):
        function = equation.function()
        values = {"Delta": 0.0, **point}
        return function(**{key: values[key] for key in function.parameters})

    first, exact = at(budget.first), at(budget.exact)
    left = first + sum(map(at, budget.next_orders)) - exact
    assert abs(left) < 0.1 * abs(first - exact)


@pytest.mark.parametrize("name", ["S_rel_max", "negativity", "mu_plus"])
def test_the_largest_coupling_is_where_the_bound_is_reached(name):
    bounds = np.array([0.01, 0.05, 0.2])
    budget = validity(name)
    found = budget.largest_epsilon(bounds, Delta=0.3, **RATES)
    assert np.allclose(budget.error(epsilon=found, Delta=0.3, **RATES), bounds, rtol=1e-6)
    below = budget.error(epsilon=np.outer(np.linspace(0.01, 0.99, 30), found), Delta=0.3, **RATES)
    assert (below <= bounds).all()


def test_bounds_and_parameters_broadcast():
    Delta = np.linspace(0, 2, 3)[:, None]
    found = validity("negativity").largest_epsilon(np.array([0.01, 0.1]), Delta=Delta, **RATES)
    assert found.shape == (3, 2)
    assert (np.diff(found, axis=1) > 0).all()


def test_blockaded_spins_have_no_range():
    """First order gives no locking at all where the exact state locks by its second harmonic."""
    identical = {"gamma_g_A": 2.0, "gamma_d_A": 1.0, "gamma_g_B": 2.0, "gamma_d_B": 1.0}
    assert validity("S_rel_max").largest_epsilon(0.5, Delta=0.3, **identical) == 0


def test_what_has_no_counterpart_is_named():
    with pytest.raises(KeyError, match="Did you mean 'negativity'"):
        validity("negativty")
    assert set(NAMES) < set(equations)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"bound": 0.0, "Delta": 0.0, **RATES}, "`bound` must be at least 1e-09, but is 0.0"),
        ({"bound": 0.1, "epsilon": 1.0, "Delta": 0.0, **RATES}, "`epsilon` is what is looked for"),
        ({"bound": 0.1, "Delta": 0.0, **RATES, "gamma_g_A": -1.0}, "`gamma_g_A` must be positive"),
    ],
)
def test_bad_input_gets_one_sentence(arguments, message):
    with pytest.raises(ValueError, match=message):
        validity("S_rel_max").largest_epsilon(**arguments)


def test_missing_parameters_are_named():
    with pytest.raises(TypeError, match="Argument `Delta` is missing"):
        validity("S_rel_max").largest_epsilon(0.1, **RATES)


def test_it_shows_what_it_compares():
    assert repr(symsync.validity("mu_plus")) == "<Validity of mu_plus against mu_plus_exact>"
