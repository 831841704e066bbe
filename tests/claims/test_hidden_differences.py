"""`check_claim` finds what differs a little or in one region, and calls nothing else different.

Here the formulas are short; those of the package and slips in them are in `test_of_others`.
"""

import pickle
import re

import mpmath
import pytest
from sympy import (
    GoldenRatio,
    Heaviside,
    I,
    Matrix,
    Max,
    Piecewise,
    Rational,
    atan2,
    cos,
    exp,
    floor,
    log,
    pi,
    sin,
    sqrt,
    symbols,
    tan,
    tanh,
)

from symsync import check_claim, equations
from symsync.claims.at_points import AGREED, Numbers, Values
from symsync.claims.of_others import POINTS
from symsync.expressions.identities import Identity

HALF = Rational(1, 2)


def exactly(formula, point):
    """A formula at a point, by SymPy's own evaluation."""
    values = {symbol: point[symbol.name] for symbol in formula.free_symbols}
    real, imaginary = formula.xreplace(values).evalf(90).as_real_imag()
    return mpmath.mpc(str(real), str(imaginary))


# Neither a false "equal" nor a false "different" ------------------------------------------------

x, y = symbols("x y", real=True)
a, b = symbols("a b", positive=True)


@pytest.mark.parametrize(
    ("claim", "formula"),
    [
        (x, abs(x)), (sqrt(x**2), x), (Max(0, x), x), (x * Heaviside(x), x),
        (sqrt((a - b) ** 2), a - b), (sqrt(x) * sqrt(y), sqrt(x * y)),
        (abs(x + y), abs(x) + abs(y)),
        (sqrt(1 - cos(x) ** 2), sin(x)), (cos(x / 2) ** 2, cos(x) ** 2), (floor(x) + HALF, x),

(a * (1 + Rational(1, 10**30)), a), (a + a**2 / 10**70, a), (sqrt(a + a**2 / 10**50), sqrt(a)),
        (pi * a, Rational(355, 113) * a), (exp(-a), 1 - a + a**2 / 2),
        (a + sin(10**6 * a) / 10**60, a),
        (x**2 / (x + Rational(1, 10**20)), x),
        (abs(x) * a + a / 10**60, abs(x) * a),
        (Max(a, b) * (1 + a**2 / 10**70), Max(b, a)), (atan2(x, y), atan2(-x, -y)),
        (tan(x), sin(x)),
        (sqrt(x**4 + 1) - x**2, 1 / (x**2 + sqrt(x**4 + 1)) + sqrt(x**2) / 10**30),
    ],
)  # fmt: skip
def test_a_small_or_hidden_difference_is_found(claim, formula):
    """In one region only, in the 30th digit, or in the 70th; it is shown in the numbers."""
    found = check_claim(claim, formula)
    assert found.verdict == "different"
    with mpmath.workdps(90):
        assert found.difference != 0
        exact = [exactly(each, found.point) for each in (claim, formula)]
        size = max(map(abs, exact))
        assert (
            abs(exact[0] - exact[1] - found.difference)
            < abs(found.difference) * 1e-6 + size * 1e-58
        )
    first, second = re.search("it is (.*) instead of (.*?) at", str(found)).groups()
    assert first != second


@pytest.mark.parametrize(
    ("claim", "formula"),
    [
        (1 - cos(x), 2 * sin(x / 2) ** 2), (cos(x + 2 * pi), cos(x)), (sqrt(x**2), abs(x)),
        (sqrt(x**4 + 1) - x**2, 1 / (x**2 + sqrt(x**4 + 1))), ((a**3 - b**3) / (a - b),
        a**2 + a * b + b**2), ((exp(a) - 1) / (exp(a / 2) - 1), exp(a / 2) + 1),
        (sqrt(1 - cos(x) ** 2), abs(sin(x))), (Max(x, y), (x + y + abs(x - y)) / 2),
        (sqrt(2) * sqrt(3 * a), sqrt(6 * a)), (cos(x + pi / 3), cos(x) / 2 - sqrt(3) * sin(x) / 2),
        (sqrt(a * b * (a + b)), sqrt(a**2 + a * b) * sqrt(b)), (a ** Rational(1, 3) * b**HALF,
        (a**2 * b**3) ** Rational(1, 6)), (abs(1 / (a + I * x)), 1 / sqrt(a**2 + x**2)),
        (exp(-b * (a**2 - b**2) / (a - b)), exp(-a * b - b**2)), (sqrt(-a), I * sqrt(a)),
        ((exp(1) + 1) * (exp(HALF) - 1) * a, (exp(Rational(3, 2)) - exp(1) + exp(HALF) - 1) * a),
        (exp(-x * sin((a + b) ** 2)), exp(-x * sin(a**2 + 2 * a * b + b**2))),
        (tanh(a / 2), (1 - exp(-a)) / (1 + exp(-a))), (abs(1 + exp(I * x)), 2 * abs(cos(x / 2))),
        (sqrt(x**2 - x * y + y**2) ** 3, (x**2 - x * y + y**2) * sqrt((x - y) ** 2 + x * y)),
    ],
)  # fmt: skip
def test_what_is_the_same_is_proved(claim, formula):
    """Also where terms cancel, poles can be removed, or signs are not known."""
    assert check_claim(claim, formula).is_proved


@pytest.mark.parametrize(
    ("claim", "formula"),
    [
        (log(x**2 * a), log(a) + 2 * log(abs(x))), (atan2(2 * x, 2 * y), atan2(x, y)),
        (sqrt(a + sqrt(a**2 - 1)), sqrt((a + 1) / 2) + sqrt((a - 1) / 2)),
        (sqrt(a + b + 2 * sqrt(a * b)), sqrt(a) + sqrt(b)),
        (sqrt(47 * (a + b)) * sqrt(79 * b), sqrt(3713 * b * (a + b))),
        (Piecewise((a, a > b), (b, True)), Max(a, b)), (GoldenRatio * a, (1 + sqrt(5)) / 2 * a),
        (a + sin(10**6 * log(a)) / 10**60, a),
    ],
)  # fmt: skip
def test_what_is_only_tried_is_not_called_proved(claim, formula):
    """The last one is not even the same, but to 40 digits."""
    found = check_claim(claim, formula)
    assert not found.is_proved
    if found.verdict == "equal at points":
        assert str(found).endswith("to 40 digits, which is no proof.")


def test_angles_may_differ_by_whole_turns():
    """Of an equation whose unit is rad; of any other formula 2π is a difference."""
    claim = equations["locking_phase"].rhs - 4 * pi
    assert check_claim(claim, "locking_phase").is_proved
    assert check_claim(claim, equations["locking_phase"].rhs).verdict == "different"


# The answer -------------------------------------------------------------------------------------


def test_the_answer_is_a_sentence_with_fields():
    found = check_claim(2 * a + b, 2 * a - b)
    assert str(found) == repr(found)
    assert str(found).startswith("The claim differs from the formula: it is ")
    assert set(found.point) == {"a", "b"}
    assert abs(found.difference - 2 * mpmath.mpf(str(found.point["b"].evalf(30)))) < 1e-14
    assert found.to_dict()["point"]["a"] == str(found.point["a"])
    assert pickle.loads(pickle.dumps(found)) == found
    assert "<b>different</b>" in found._repr_html_()
    with pytest.raises(AttributeError):
        found.verdict = "equal"
    assert check_claim(a, a).difference is None


def test_a_constant_factor_and_missing_symbols_are_told():
    assert "it is -1/2 times as much" in str(check_claim(-a / 2, a))
    assert "it is 0.31830989 times as much" in str(check_claim(a, pi * a))
    assert "it does not depend on b" in str(check_claim(a, a + b))
    assert "which" not in str(check_claim(a + b, a * b)).split(";")[0]


def test_components_are_compared_one_by_one():
    assert check_claim([a + b, 2 * a], [b + a, a + a]).is_proved
    found = check_claim([a + b, 2 * a], [b + a, 3 * a])
    assert found.component == 1
    assert " in component 1: " in str(found)
    assert check_claim(Matrix([[a, b], [b, a]]), Matrix([[a, b], [a, a]])).component == 2


def test_a_missing_time_limit_is_not_needed(monkeypatch):
    """Of slow formulas fewer points are tried, and the answer tells how many."""
    monkeypatch.setattr("symsync.claims.of_others.SECONDS", 0)
    found = check_claim(atan2(2 * x, 2 * y), atan2(x, y))
    assert found.verdict == "equal at points"
    assert f"at {found.points} points" in str(found)
    assert found.points < POINTS


def test_it_is_told_if_only_zeros_were_compared():
    """Twice zero is zero; what is not zero elsewhere would be different there."""
    formula = Max(0, a - 10**9)
    assert check_claim(2 * formula, formula).reason == "both are zero at all of them"
    assert check_claim(2 * formula + a, formula + a).reason == ""


def test_a_broken_proof_is_caught(monkeypatch):
    """If the field called all things equal, numbers would still show the difference."""
    monkeypatch.setattr("symsync.claims.of_others.identity", lambda _: Identity(True, ""))
    assert check_claim(x + Rational(1, 10**30), x).verdict == "different"


def test_a_difference_is_confirmed_with_more_digits(monkeypatch):
    """Noise in the first digits alone is none."""
    plain = Numbers.at

    def noisy(self, point, digits=AGREED):
        found = plain(self, point, digits)
        noise = mpmath.mpf(10) ** -30 if digits == AGREED else 0
        with mpmath.workdps(100):
            return [Values(each.claim * (1 + noise), each.ours) for each in found]

    monkeypatch.setattr(Numbers, "at", noisy)
    assert check_claim(a + b, b + a).is_proved
    assert check_claim(a + 2 * b, b + a).verdict == "different"
