"""Evaluators lose no digits, judged at 110 digits by formulas typed by hand."""

import mpmath
import numpy as np
import pytest
from judges import by_mpmath as high_precision

from symsync import equations

POINTS = 1200

BOUND = 65 * 2.0**-52
"""The longest program has 65 roundings of half a unit each; sums that agree to 1/128 add 129."""

AMPLITUDE = {
    "S_rel": "S_rel_max",
    "S_rel_t": "S_rel_max_t",
    "S_rel_resonant": "S_rel_max_resonant",
}
"""Where two waves in φ cancel, errors are measured by the amplitude: the zeros of S_rel(φ) move
with the last digit of φ, and a bound relative to a value that vanishes there cannot hold."""


def sample(rng):
    """Log-uniform parameters of either sign; in a third of the points Γ₊ and Γ₋ nearly agree."""

    def spread(decades):
        return 10 ** rng.uniform(-decades, decades, POINTS)

    values = {
        "phi": rng.uniform(-np.pi, np.pi, POINTS),
        "t": spread(8),
        "epsilon": spread(6),
        "Delta": spread(6) * rng.choice([-1, 1], POINTS),
        **{f"gamma_{kind}_{site}": spread(6) for kind in "gd" for site in "AB"},
    }
    third = POINTS // 3
    gap = 10 ** rng.uniform(-15, -1, third) * rng.choice([-1, 1], third)
    values["gamma_d_B"][:third] = values["gamma_g_B"][:third]
    values["gamma_g_A"][:third] = values["gamma_d_A"][:third] * (1 + gap)
    return values


@pytest.mark.parametrize(
    "name",
    ["mu_plus", "mu_minus", "mu_plus_t", "mu_minus_t", "S_rel", "S_rel_t", "S_rel_rate",
     "S_rel_max", "S_rel_resonant", "locking_phase", "negativity", "negativity_resonant"],
)  # fmt: skip
def test_relative_errors_are_a_few_units_in_the_last_place(name, rng):
    """Parameters in 10^±6, times in 10^±8, nearly equal rates and huge ratios included."""
    function = equations[name].function()
    values = sample(rng)
    ours = function(**{key: values[key] for key in function.parameters})
    worst = 0.0
    with mpmath.workdps(high_precision.DIGITS):
        for k, value in enumerate(ours):
            point = {key: mpmath.mpf(float(values[key][k])) for key in function.parameters}
            exact = getattr(high_precision, name)(**point)
            size = abs(exact)
            if name in AMPLITUDE:
                del point["phi"]
                size = getattr(high_precision, AMPLITUDE[name])(**point)
            if size > 1e-290:  # below, doubles themselves run out of digits
                worst = max(worst, float(abs(mpmath.mpmathify(value) - exact) / size))
    assert worst < BOUND + 129 * 2.0**-53
    assert worst < 1e-13


def test_the_judge_would_notice(rng):
    """A μ₋ with the wrong sign of Δ is off by far more than the bound."""
    values = sample(rng)
    point = {key: mpmath.mpf(float(value[-1])) for key, value in values.items()}
    with mpmath.workdps(high_precision.DIGITS):
        right = high_precision.mu_minus(**point)
        wrong = high_precision.mu_minus(**{**point, "Delta": -point["Delta"]})
    assert abs(right - wrong) > 1e-13 * abs(right)
