"""Each kernel by itself against mpmath, with the low parts and the limits that formulas need."""

import math
from itertools import pairwise

import mpmath
import numpy as np
import pytest

from symsync.evaluate.kernels import numpy_kernels, scalar_kernels
from symsync.expressions.divided_differences import divided_difference

DIGITS = 60
ROUNDING = 4e-15
"""A kernel is a chain of about ten roundings of 1.1e-16, at worst all of one sign."""


def exact(value, rest=0.0):
    """The number that a double and its low part stand for."""
    return mpmath.mpf(float(value)) + mpmath.mpf(float(rest))


def with_rest(rng, value):
    """A double and a low part of up to half its last place."""
    return value, float(rng.uniform(-0.5, 0.5) * np.spacing(value))


def in_two(value):
    """A double and the low part that it leaves."""
    return float(value), float(value - float(value))


def nodes(rng, largest_y=1e12):
    """A decaying node (x, x_rest, y, y_rest), small or large."""
    x, y = 10 ** rng.uniform(-8, 2.5), 10 ** rng.uniform(-8, math.log10(largest_y))
    return *with_rest(rng, x), *with_rest(rng, y * rng.choice([-1.0, 1.0]))


def point(node):
    """The complex number of a node."""
    x, x_rest, y, y_rest = node
    return mpmath.mpc(exact(x, x_rest), exact(y, y_rest))


def close(found, expected):
    """Whether two complex numbers agree to rounding."""
    return abs(mpmath.mpmathify(complex(found)) - expected) <= ROUNDING * abs(expected)


@pytest.fixture(autouse=True)
def digits():
    """Enough digits for e^{−z} − 1 at z = 1e−16."""
    with mpmath.workdps(DIGITS):
        yield


def test_logarithms_to_the_last_digit():
    for x in 10 ** np.random.default_rng(1).uniform(-300, 300, 400):
        for value in (x, 1 + 1e-9 * math.log(x), 5e-324 * max(1, int(abs(math.log(x))))):
            expected = mpmath.log(mpmath.mpf(value))
            error = abs(scalar_kernels.logarithm(value) - expected)
            assert error <= 2.0**-52 * abs(expected), value
        small = x if x < 1 else -1 / x
        expected = mpmath.log1p(mpmath.mpf(small))
        assert abs(scalar_kernels.logarithm_1p(small) - expected) <= 2.0**-51 * abs(expected)


@pytest.mark.parametrize("name", ["logarithm", "logarithm_1p"])
def test_logarithms_at_their_limits(name):
    pole = 0.0 if name == "logarithm" else -1.0
    function = getattr(scalar_kernels, name)
    with np.errstate(all="ignore"):
        values = [function(np.float64(x)) for x in (pole, math.inf, math.nan, pole - 1.0)]
    np.testing.assert_array_equal(values, [-math.inf, math.inf, math.nan, math.nan])


@pytest.mark.parametrize("kernels", [scalar_kernels, numpy_kernels])
def test_difference_of_two_decays(kernels):
    rng = np.random.default_rng(2)
    for _ in range(200):
        t = 10 ** rng.uniform(-3, 3)
        x, x_rest = with_rest(rng, 10 ** rng.uniform(-5, 2.7))
        gap = 10 ** rng.uniform(-18, 2) / t
        y, y_rest = in_two(exact(x, x_rest) + exact(gap) * exact(t))
        expected = exact(t) * mpmath.exp(-exact(x, x_rest)) * (-mpmath.expm1(-exact(gap) * t))
        expected /= exact(gap) * exact(t)
        for pair in ((x, x_rest, y, y_rest), (y, y_rest, x, x_rest)):
            if x != y:
                assert close(kernels.exp_difference(t, *pair, gap), expected)
    assert close(kernels.exp_difference(2.0, 1.0, 0.0, 1.0, 0.0, 0.0), 2 * mpmath.exp(-1))


ORIGIN = (0.0, 0.0, 0.0, 0.0)


def found_by(kernels, t, *nodes):
    if kernels is scalar_kernels:
        return complex(*kernels.all_nodes(t, nodes))
    return complex(*map(float, kernels.divided_difference(np.float64(t), *nodes)))


@pytest.mark.parametrize("kernels", [scalar_kernels, numpy_kernels])
def test_divided_difference_with_one_node(kernels):
    rng = np.random.default_rng(3)
    for _ in range(300):
        node, t = nodes(rng), 10 ** rng.uniform(-2, 2)
        z = point(node)
        expected = exact(t) * (1 - mpmath.exp(-z)) / z
        assert close(found_by(kernels, t, ORIGIN, node), expected), node


@pytest.mark.parametrize("kernels", [scalar_kernels, numpy_kernels])
def test_divided_difference_with_two_nodes(kernels):
    rng = np.random.default_rng(4)
    for _ in range(300):
        first, t = nodes(rng, 1e6), 10 ** rng.uniform(-2, 2)
        apart = rng.choice([-1.0, 1.0], 2) * 10 ** rng.uniform(-8, [2.5, 6])
        if first[0] + apart[0] < 0:
            apart = -apart
        z1 = point(first)
        z2 = z1 + mpmath.mpc(*map(float, apart))
        second = *in_two(z2.real), *in_two(z2.imag)
        ends = [(1 - mpmath.exp(-z)) / z for z in (z1, z2)]
        expected = exact(t) ** 2 * (ends[0] - ends[1]) / (z2 - z1)
        assert close(found_by(kernels, t, ORIGIN, first, second), expected), (first, second)


@pytest.mark.parametrize("kernels", [scalar_kernels, numpy_kernels])
@pytest.mark.parametrize("count", [3, 4, 5])
def test_divided_difference_with_many_nodes(kernels, count):
    """Anywhere, and some close; each difference loses less than 3 units more at these nodes.

    Of real nodes, (1 − 1/e)/m of the larger term of m nodes is always left.
    """
    rng = np.random.default_rng(count)
    for _ in range(40):
        several = [nodes(rng) for _ in range(count)]
        for k in range(1, count):
            if rng.random() < 0.3:
                near = [exact(*several[0][:2]), exact(*several[0][2:])]
                moved = [value * (1 + 10 ** rng.uniform(-12, 0)) for value in near]
                several[k] = (*in_two(moved[0]), *in_two(moved[1]))
        expected = divided_difference(mpmath.mpf(1), *(-point(node) for node in several))
        found = found_by(kernels, 1.0, *several)
        assert abs(found - expected) < 3 ** (count - 2) * ROUNDING * abs(expected), several


def placed(rng, count, place):
    """Nodes that are equal, in clusters down to 1e-10, or anywhere with one at zero."""
    several = [nodes(rng) for _ in range(count)]
    if place == "anywhere":
        return [ORIGIN, *several[1:]]
    centres = several[: max(1, count - 2)]
    size = 0.0 if place == "equal" else 10 ** rng.uniform(-10, 0)
    moved = []
    for _ in range(count):
        x, x_rest, y, y_rest = centres[rng.integers(len(centres))]
        ends = [exact(x, x_rest) + size * rng.random(), exact(y, y_rest) + size * rng.random()]
        moved.append((*in_two(ends[0]), *in_two(ends[1])))
    return moved


@pytest.mark.parametrize("place", ["anywhere", "near", "equal"])
@pytest.mark.parametrize("kernels", [scalar_kernels, numpy_kernels])
def test_differences_with_each_node_twice(kernels, place):
    """They are those of one node more, and lose no more than these."""
    rng = np.random.default_rng(6)
    for count in [2, 3, 4, 5] * 5:
        own = placed(rng, count, place)
        if kernels is scalar_kernels:
            found = kernels.found_nodes(tuple(own), True)
        else:
            parts = kernels.difference_slopes(*(tuple(map(np.float64, node)) for node in own))
            found = [complex(*parts[k : k + 2]) for k in range(0, len(parts), 2)]
        for value, twice in zip(found, [[], *([node] for node in own)], strict=True):
            expected = divided_difference(mpmath.mpf(1), *(-point(z) for z in own + twice))
            close_enough = 3 ** (count - 1) * ROUNDING * abs(expected)
            assert abs(value - expected) < close_enough, (own, twice)


def test_errors_of_sums_and_products_are_exact():
    rng = np.random.default_rng(5)
    values = rng.standard_normal(200) * 10.0 ** rng.integers(-12, 12, 200)
    for kernels in (scalar_kernels, numpy_kernels):
        for a, b in pairwise(map(float, values)):
            assert exact(a) + exact(b) == exact(a + b, kernels.sum_error(a, b, a + b))
            assert exact(a) * exact(b) == exact(a * b, kernels.product_error(a, b, a * b))
