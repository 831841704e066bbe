"""What the themes share decides what it says."""

import pytest
from sympy import symbols

from symsync.claims.common import has_one_sign

a, b = symbols("a b", positive=True)
x = symbols("x", real=True)


@pytest.mark.parametrize("polynomial", [a + b, -a - 2 * b, a * x**2 + b, -(b**2) - x**4])
def test_terms_of_one_sign_are_seen(polynomial):
    assert has_one_sign(polynomial)


@pytest.mark.parametrize("polynomial", [a - b, a + x, a * x**2, x**2 - b, (a - b) ** 2, 0 * a])
def test_what_may_vanish_is_not_of_one_sign(polynomial):
    assert not has_one_sign(polynomial)
