"""A typed formula is read by its grammar, and nothing in it is run."""

import pytest
from sympy import (
    Abs,
    E,
    I,
    Max,
    Min,
    Rational,
    Symbol,
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    conjugate,
    cos,
    cot,
    csc,
    exp,
    im,
    log,
    pi,
    re,
    sec,
    sqrt,
    symbols,
    tan,
    tanh,
)
from sympy import sin as sine

from symsync.expressions.formula_text import DEEPEST, FUNCTIONS, LONGEST, formula_of

x, y, z = symbols("x y z")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1.25e-1*x", x / 8), (".5 + 2.", Rational(5, 2)), ("-x**2", -(x**2)),
        ("2^-3", Rational(1, 8)),
        ("2^3^2", 512), ("-2^2", -4), ("x - y - z", x - y - z), ("x/y/z", x / (y * z)),
        ("x/y*z", x * z / y), ("--x", x), ("+x*-y", -x * y), ("(x + y)*2", 2 * x + 2 * y),
        ("x²·y³ − z", x**2 * y**3 - z), ("√(x)×y", sqrt(x) * y), ("i*I", -1), ("pi + π", 2 * pi),
        ("x^(1/3)", x ** Rational(1, 3)), ("x^y", x**y), ("exp(1)", E),
        ("ln(x) + log(y)", log(x) + log(y)),
        ("max(x, y, 1)", Max(1, x, y)), ("min(x,y)", Min(x, y)), ("atan2(y, x)", atan2(y, x)),
        ("abs(x)*re(y) + im(z)", Abs(x) * re(y) + im(z)), ("conjugate(x)", conjugate(x)),
        ("atan(x) + 2*arctan(y)", atan(x) + 2 * atan(y)), ("asin(x)*arcsin(y)", asin(x) * asin(y)),
        ("acos(x)/arccos(y)", acos(x) / acos(y)), ("arctan2(y, x)", atan2(y, x)),
        ("asinh(x) + 2*acosh(y) + 3*atanh(z)", asinh(x) + 2 * acosh(y) + 3 * atanh(z)),
        ("cot(x) + 2*sec(y) + 3*csc(z)", cot(x) + 2 * sec(y) + 3 * csc(z)),
        ("sign(-3)*arg(i)", -pi / 2),
        ("tan(x) - sin(x)/cos(x)", tan(x) - sine(x) / cos(x)), ("tanh(x)", tanh(x)),
        ("γ_g_A + Δ - ε·φ", Symbol("gamma_g_A") + Symbol("Delta")
         - Symbol("epsilon") * Symbol("phi")),
        ("x + # the first\n  y  # the second", x + y),
        ("lambda + None", Symbol("lambda") + Symbol("None")),
    ],
)  # fmt: skip
def test_a_text_means_a_formula(text, meant):
    assert formula_of(text) == meant


def test_every_function_is_read():
    for name, (function, count) in FUNCTIONS.items():
        arguments = [x, y, z][: count or 3]
        assert formula_of(f"{name}({', '.join(map(str, arguments))})") == function(*arguments)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "column 1: it ends too early"), ("x +", "column 4: it ends too early"),
        ("2 x", "column 3: 'x' is not expected here; between factors write *"),
        ("2(x)", "column 2: '(' is not expected here; between factors write *"),
        ("x = 1", "column 3: '=' has no meaning"), ("a.b", "column 2: '.' has no meaning"),
        ("(x", "column 3: it ends too early"), ("x)", "column 2: ')' is not expected here."),
        ("sqroot(x)", "'sqroot' is no known function; between factors write *. Did you mean"),
        ("__import__('os')", "has no meaning"), ("eval(x)", "'eval' is no known function"),
        ("sqrt x", "column 1: sqrt needs its argument in parentheses"),
        ("erf(x)", "The functions are sqrt, cos, "), ("log(x, 2)", "log takes 1 argument, not 2"),
        (r"\frac{9\pi}{128}", "column 1: LaTeX is not read; write such as 9*pi/128"),
        ("x_{1}", "column 3: LaTeX is not read"), ("$x$", "column 1: LaTeX is not read"),
        ("atan2(x)", "atan2 takes 2 arguments, not 1"), ("cos()", "column 5: ')' is not expected"),
        ("1/0", "it divides by zero"), ("tan(pi/2)", "it divides by zero"), ("log(0)", "no finite"),
        ("9**9**9", "column 2: an exponent must be a name or a fraction of numbers up to 1000"),
        ("(2^900)^900", "at most 1000 digits"), ("(2*x)^900^2", "up to 1000"),
        ("((8*x)^900)^900", "at most 1000 digits"),
        ("x^1001", "numbers up to 1000"), ("x^pi", "must be a name or a fraction"),
        ("1e1001", "may have at most 1000 digits"), ("1e-99999999", "at most 1000 digits"),
        ("1" * 1001, "at most 1000 digits"), ("x\n+ 2 y", "line 2, column 5"),
        ("(" * 100 + "x" + ")" * 100, "nested more than"), ("-" * 1000 + "x", "nested more than"),
        ("2^" * 100 + "x", "nested more than"), ("x" * (LONGEST + 1), "at most 100000 characters"),
        ("é", "made of Latin and Greek letters"), ("x⁴", "made of Latin and Greek letters"),
        (None, "must be text"), (b"x", "must be text"),
    ],
)  # fmt: skip
def test_what_is_no_formula_is_refused_in_a_sentence(text, words):
    with pytest.raises(ValueError) as caught:  # noqa: PT011  # the words are compared below
        formula_of(text)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_deep_formula_is_read_as_long_as_it_is_not_too_deep():
    depth = DEEPEST // 2 - 1
    assert formula_of("(" * depth + "x" + ")" * depth) == x
    assert formula_of(" + ".join(["exp(-i*x)"] * 500)) == 500 * exp(-I * x)
