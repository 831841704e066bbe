"""Evaluators lose no digits, judged at 110 digits by formulas typed by hand."""

import mpmath
import pytest
from judges import by_mpmath as high_precision
from judges.points import extreme

from symsync import equations

POINTS = 300

BOUND = 65 * 2.0**-52
"""The longest program has 65 roundings of half a unit each; sums that agree to 1/128 add 129."""


@pytest.mark.parametrize(
    "name",
    ["mu_plus", "mu_minus", "mu_plus_t", "mu_minus_t", "S_rel", "S_rel_t", "S_rel_rate",
     "S_rel_max", "S_rel_resonant", "locking_phase", "negativity", "negativity_resonant"],
)  # fmt: skip
@pytest.mark.parametrize("count", [POINTS, pytest.param(4 * POINTS, marks=pytest.mark.slow)])
def test_relative_errors_are_a_few_units_in_the_last_place(count, name, rng):
    """Parameters in 10^±6, times in 10^±8, nearly equal rates and huge ratios included."""
    function = equations[name].function()
    values = extreme(rng, count)
    ours = function(**{key: values[key] for key in function.parameters})
    worst = 0.0
    with mpmath.workdps(high_precision.DIGITS):
        for k, value in enumerate(ours):
            point = {key: mpmath.mpf(float(values[key][k])) for key in function.parameters}
            exact = getattr(high_precision, name)(**point)
            size = abs(exact)
            if name in high_precision.AMPLITUDE:
                del point["phi"]
                size = getattr(high_precision, high_precision.AMPLITUDE[name])(**point)
            if size > 1e-290:  # below, doubles themselves run out of digits
                worst = max(worst, float(abs(mpmath.mpmathify(value) - exact) / size))
    assert worst < BOUND + 129 * 2.0**-53
    assert worst < 1e-13


def test_the_judge_would_notice(rng):
    """A μ₋ with the wrong sign of Δ is off by far more than the bound."""
    values = extreme(rng, POINTS)
    point = {key: mpmath.mpf(float(value[-1])) for key, value in values.items()}
    with mpmath.workdps(high_precision.DIGITS):
        right = high_precision.mu_minus(**point)
        wrong = high_precision.mu_minus(**{**point, "Delta": -point["Delta"]})
    assert abs(right - wrong) > 1e-13 * abs(right)
