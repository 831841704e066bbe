"""Shorthand stands where it saves a symbol."""

from sympy import symbols

from symsync.derive.closed_form import Shorthand


def test_a_sum_whose_symbols_all_occur_alone_is_written_out():
    a, b, c, total = symbols("a b c total", positive=True)
    shorthand = Shorthand(["a", "b", "c"])
    shorthand.sums[total] = a + b
    assert shorthand.needed([[a * total, b]]) == [[a**2 + a * b, b]]
    assert shorthand.needed([[a * total, b, c]]) == [[a**2 + a * b, b, c]]
    assert shorthand.needed([[a * total, c]]) == [[a * total, c]]
