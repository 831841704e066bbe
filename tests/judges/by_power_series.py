"""Taylor coefficients of rational functions with every symbol free.

Straight-line code is followed in power series over a field of fractions, which cancels each
coefficient as it arises.  Bringing the expanded whole to one denominator takes minutes instead.
"""

from functools import reduce
from operator import add

from sympy import QQ, ring
from sympy.polys.ring_series import rs_mul, rs_series_inversion


def taylor(variable, order, symbols, definitions, relations):
    """Return the function that turns an expression into its power series up to ε^order.

    `definitions` are followed first; `relations` write other symbols as polynomials in `symbols`.
    """
    field = QQ.frac_field(*symbols)
    series, x = ring(variable, field)
    known = {symbol: series(field.from_sympy(symbol)) for symbol in symbols} | {variable: x}
    known |= {symbol: series(field.from_sympy(value)) for symbol, value in relations.items()}

    def times(one, other):
        return rs_mul(one, other, x, order + 1)

    def expanded(value):
        if value not in known:
            known[value] = derived(value)
        return known[value]

    def derived(value):
        if value.is_Rational:
            return series(field.from_sympy(value))
        if value.is_Add:
            return reduce(add, map(expanded, value.args))
        if value.is_Mul:
            return reduce(times, map(expanded, value.args))
        base, exponent = value.as_base_exp()
        if exponent < 0:
            return rs_series_inversion(expanded(base**-exponent), x, order + 1)
        return reduce(times, [expanded(base)] * exponent)

    for symbol, value in definitions.items():
        known[symbol] = derived(value)
    return expanded
