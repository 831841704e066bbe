"""Formulas in generators: as ratios of polynomials, and at random points of a prime field."""

import pytest
from sympy import Function, I, Rational, Symbol, cos, cosh, exp, log, pi, sin, sqrt, symbols, tan

from symsync.expressions import prime_field
from symsync.expressions.complex_fields import FinerError, NotInFieldError, linear_terms
from symsync.expressions.prime_field import POINTS, FieldPoint, NoRootError, are_equal
from symsync.expressions.ratio_field import RatioField, squares_of
from symsync.expressions.sparse_elimination import PRIME, is_square

a, b, c, t = symbols("a b c t", positive=True)
x, y = symbols("x y", real=True)
z = Symbol("z")
ALL = {symbol: symbol in (a, b, c, t) for symbol in (a, b, c, t, x, y)}
ALL |= {(z, part): False for part in ("re", "im")}


def squares(*formulas):
    return squares_of(formulas, dict(ALL), {})


def point(*formulas, seed=0, **options):
    return FieldPoint(seed, squares(*formulas), {}, **options)


@pytest.mark.parametrize(
    ("formula", "other"),
    [
        (sqrt(a * b + b**2), sqrt(b) * sqrt(a + b)), (sqrt(8 * a), 2 * sqrt(2) * sqrt(a)),
        (sqrt(4 * x**2 + a**2) ** 3, sqrt(4 * x**2 + a**2) * (4 * x**2 + a**2)),
        (cos(x) ** 2 + sin(x) ** 2, a / a), (exp(I * x) * exp(-I * x), x / x), (abs(z) ** 2,
        z * z.conjugate()), (cosh(a) ** 2 * 2, cosh(2 * a) + 1), (cos(x + pi / 4) * sqrt(2),
        cos(x) - sin(x)), (log(a * (b + c)), log(a * b + a * c)), (tan(x) * cos(x), sin(x)),
    ],
)  # fmt: skip
def test_equal_formulas_have_equal_residues_at_every_point(formula, other):
    """As soon as what is positive is a square, as in `are_equal`."""
    known = squares(formula, other)
    for seed, _ in list(zip(prime_field._candidates(known, {}), range(5), strict=False)):
        here = FieldPoint(seed[0], known, {})
        assert here.value(formula) == here.value(other)
        assert here.value(formula) != here.value(other + a)


def test_roots_are_those_of_positive_numbers():
    """A positive symbol is a square like its root; the root of a negative one is imaginary."""
    here = point(sqrt(a), sqrt(-a))
    root, none = here.value(sqrt(a))
    assert (root * root % PRIME, none) == (here.value(a)[0], 0)
    assert is_square(root)
    assert here.value(sqrt(-a)) == (0, root)
    assert here.value(a ** Rational(1, 3))[0] ** 3 % PRIME == here.value(a)[0]
    assert here.value(1 / sqrt(a))[0] * root % PRIME == 1


def test_the_bases_of_roots_are_split_into_coprime_squares():
    """(a + b)² x and (a + b) y: three of them, of which one is positive."""
    found = squares(sqrt(x * (a + b) ** 2), sqrt((a + b) * y), sqrt(x**2 + a), sqrt(a))
    assert len(found.positive) == 3  # a + b, a, x² + a
    assert len(found.unknown) == 2
    definite = squares(sqrt(x**2 - x * y + y**2), sqrt(-1 - x**2 + 0 * a))
    assert (len(definite.positive), len(definite.unknown)) == (2, 0)
    assert squares(sqrt(a + sqrt(b))).keys == {b}


def test_each_pattern_of_signs_is_tried():
    """|x| = x in half of all cases, which is not enough; |x|² = x² in all of them."""
    pairs = [(abs(x) ** 3, x**2 * abs(x))]
    assert are_equal(pairs, squares(abs(x)), {}) is True
    assert are_equal([(sqrt(x**2), x)], squares(abs(x)), {}) is None
    assert are_equal([(a, b)], squares(), {}) is False
    assert are_equal([(abs(x) + a / 10**60, abs(x))], squares(abs(x)), {}) is False
    many = [abs(x + k) for k in range(prime_field.UNKNOWN + 1)]
    assert are_equal([(sum(many), sum(many))], squares(*many), {}) is None


def test_roots_of_roots_have_both_signs():
    """r = √(a + √b) is met with either sign: what needs the right one is not proved."""
    r = sqrt(a + sqrt(b))
    known = squares(r, sqrt(a))
    assert are_equal([(1 / (a - r), (a + r) / (a**2 - a - sqrt(b)))], known, {}) is True
    assert are_equal([(sqrt(a + b + 2 * sqrt(a * b)), sqrt(a) + sqrt(b))], known, {}) is None
    product = sqrt(a + b + sqrt(a * b)) * sqrt(a + b - sqrt(a * b)), sqrt(a**2 + a * b + b**2)
    assert are_equal([product], squares(*product), {}) is None  # though it is right
    seeds = (seed for seed in range(100) if _has_value(r, seed))
    seed = next(seeds)
    plus, minus = (point(r, seed=seed, flips=flips).value(r)[0] for flips in ((1,), (-1,)))
    assert (plus + minus) % PRIME == 0


def _has_value(formula, seed):
    try:
        point(formula, seed=seed).value(formula)
    except NoRootError:
        return False
    return True


def test_unknown_functions_are_the_same_for_the_same_arguments():
    f = Function("f", real=True)
    here = point()
    assert here.value(f(a * (b + c))) == here.value(f(a * b + a * c))
    assert here.value(f(a)) != here.value(f(b))
    assert here.holds_functions


def test_parts_of_angles_are_noted():
    """cos(x/2) needs the half of x: the next instance knows it."""
    fractions = {}
    with pytest.raises(FinerError):
        RatioField(dict(ALL), fractions).value(cos(x / 2))
    assert fractions == {("angle", x): 2}
    assert linear_terms(t * (a + b) / 2 - t * a * b) == {
        t * a: Rational(1, 2), t * b: Rational(1, 2), a * b * t: -1
    }  # fmt: skip


def test_a_long_formula_is_no_ratio():
    field = RatioField(dict(ALL), {})
    with pytest.raises(NotInFieldError):
        field.value((a + b + c + x + y) ** 40)
    field = RatioField(dict(ALL), {})
    assert field.value((a**2 - b**2) / (a - b) - a - b)[0].above == 0


def test_a_pole_has_no_value():
    with pytest.raises(NotInFieldError):
        point().value(1 / (x - x * a / a + (a + b) ** 2 - a**2 - 2 * a * b - b**2))


def test_three_points_are_taken(monkeypatch):
    taken = []
    monkeypatch.setattr(prime_field, "_agree", lambda here, _: taken.append(here.seed) or True)
    assert are_equal([(a, b)], squares(), {})
    assert len(set(taken)) == POINTS == 3


def test_numbers_without_root_prove_nothing():
    """47 and 79 have no root in the field, but their product has."""
    product = sqrt(47 * (a + b)) * sqrt(79 * (b + c))
    other = sqrt(3713 * (a + b) * (b + c))
    for sign in (1, -1):
        assert are_equal([(product, sign * other)], squares(product, other), {}) is not True
    square = sqrt(a**2 + 2 * a * b / 47 + b**2 / 2209)  # of what is positive, with such a fraction
    assert are_equal([(square, a + b / 47)], squares(square), {}) is True
