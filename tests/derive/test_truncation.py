"""Oscillators that are cut too low are warned of, wherever numbers tell it."""

import re
import warnings

import pytest
from sympy import Rational, symbols

import symsync
from symsync import (
    Coupling,
    System,
    annihilation,
    boson,
    creation,
    exact_state,
    laplace_series,
    rate_series,
    steady_series,
    time_series,
    van_der_pol_boson,
)
from symsync.reference import any_model

k = symbols("k", positive=True)
LOW = van_der_pol_boson(1, Rational(1, 2), 5)
ENOUGH = van_der_pol_boson(1, Rational(1, 2), 9)


def driven(cycle, strength=k, **more):
    drive = Coupling(strength * (creation("A") + annihilation("A")))
    return System({"A": cycle}, [drive], **more)


def warning_of(call, kind=symsync.TruncationWarning):
    """What the only warning says the last level holds."""
    with pytest.warns(kind, match="The last of 5 levels of site 'A' holds .* Take more") as found:
        call()
    assert len(found) == 1
    assert found[0].filename == __file__  # it points to the user's line
    return float(re.search(r"holds (\S+)\.", str(found[0].message))[1])


@pytest.mark.parametrize("derive", [steady_series, time_series, rate_series, laplace_series,
                                    exact_state])  # fmt: skip
def test_a_cycle_of_numbers_is_cut_too_low_whatever_couples_it(derive):
    """The numeric reference tells what the oscillator holds alone."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        alone = any_model.steady_state(System({"A": LOW}, []))[0, 0].real
    assert warning_of(lambda: derive(driven(LOW))) == float(f"{alone:.2g}")


def test_a_state_of_numbers_is_cut_too_low():
    """Loss alone leaves nothing to warn of; the drive does, strong or not."""
    passive = boson(5, [(1, annihilation)])
    steady_series(driven(passive))
    model = driven(passive, Rational(1))
    held = warning_of(lambda: any_model.steady_state(model), UserWarning)
    assert held > 1e-3
    assert warning_of(lambda: exact_state(model)) == held
    assert warning_of(lambda: steady_series(driven(passive, Rational(1), strong=[0]))) == held


def test_the_reference_warns_too():
    low = driven(LOW)
    for call in (
        lambda: any_model.steady_state(low, k=0.1),
        lambda: any_model.coefficients(low, 1, k=0.1),
        lambda: any_model.evolve(low, 1, k=0.1),
    ):
        assert warning_of(call, UserWarning) == pytest.approx(0.075, abs=0.002)


def test_what_is_cut_well_or_not_known_is_not_warned_of():
    """Warnings are errors in these tests."""
    g = symbols("g", positive=True)
    for cycle in (ENOUGH, van_der_pol_boson(g, 1, 3), symsync.quantum_van_der_pol(1)):
        steady_series(driven(cycle))
    any_model.steady_state(driven(ENOUGH), k=0.1)
    exact_state(System({"A": symsync.van_der_pol(1, 1)}, []))  # a spin is not cut


def test_a_check_compares_what_is_cut():
    assert symsync.check(driven(van_der_pol_boson(1, 2, 3))).passed
