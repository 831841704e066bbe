"""What generated NumPy code calls beyond ufuncs: exact products and divided differences of exp.

All arguments are real arrays that broadcast; a complex number is a pair of them.
An exponent is given as two numbers, its rounded value and the rest.  Without the rest, the phase
would be wrong by 0.01 at Δt = 10¹⁴.
"""

import math
from typing import Any

import numpy as np

__all__ = [
    "angle",
    "choose",
    "difference",
    "distance",
    "divided_difference",
    "erf",
    "erfc",
    "exp_difference",
    "product_error",
    "sum_error",
]

_ERF, _ERFC = np.frompyfunc(math.erf, 1, 1), np.frompyfunc(math.erfc, 1, 1)

CHUNK = 8192
"""Elements for which a divided difference, with its dozens of temporaries, is computed at once."""

_SPLITTER = 134217729.0  # 2²⁷ + 1: cuts a double into two halves of 26 bits (Dekker 1971)


def angle(y: Any, x: Any) -> Any:
    """Return the angle of (x, y), and nan for (0, 0), which has none."""
    return np.where((x == 0) & (y == 0), np.nan, np.arctan2(y, x))


def erf(x: Any) -> Any:
    """Return the error function of each element."""
    return np.asarray(_ERF(x), float)


def erfc(x: Any) -> Any:
    """Return 1 − erf of each element, without cancellation."""
    return np.asarray(_ERFC(x), float)


def choose(sign: Any, first: Any, second: Any, out: Any = None) -> Any:
    """Return the first value where the sign is not negative, and the second one elsewhere."""
    where = np.greater_equal(sign, 0)
    if out is None:
        return np.where(where, first, second)
    np.copyto(out, second)
    np.copyto(out, first, where=where)
    return out


def difference(plus: Any, minus: Any, plus_terms: Any, minus_terms: Any, out: Any = None) -> Any:
    """Return plus − minus, two rounded sums of the positive terms, to full relative precision.

    If the sums agree to 1/128, their rounding errors are added back.  Otherwise these errors are
    below 129 units in the last place.  A difference that is smaller than both sums is itself exact
    (Sterbenz).
    """
    result = np.asarray(np.subtract(plus, minus, out))
    where = _close(np.absolute(result), plus)
    if where is not None:
        result[where] += _correction(result.shape, where, plus_terms, minus_terms)
    return result


def distance(plus: Any, minus: Any, plus_terms: Any, minus_terms: Any, out: Any = None) -> Any:
    """Return |plus − minus| with the accuracy of `difference`."""
    result = np.asarray(np.subtract(plus, minus, out))
    np.absolute(result, result)
    where = _close(result, plus)
    if where is not None:
        rough = _at(plus, result.shape, where) - _at(minus, result.shape, where)
        correction = _correction(result.shape, where, plus_terms, minus_terms)
        result[where] = np.absolute(rough + correction)
    return result


def _close(size: Any, total: Any) -> Any:
    """Return the indices at which 128·size < total, or None if there are none."""
    close = np.less(size * 128, total)
    if not np.count_nonzero(close):
        return None
    return np.nonzero(close) if np.ndim(close) else ...


def _at(values: Any, shape: tuple[int, ...], where: Any) -> Any:
    if np.shape(values) != shape:
        values = np.broadcast_to(values, shape)
    return values[where]


def _correction(shape: tuple[int, ...], where: Any, plus: Any, minus: Any) -> Any:
    plus_error, minus_error = (
        _summation_error([_at(term, shape, where) for term in terms]) for terms in (plus, minus)
    )
    return plus_error - minus_error


def _summation_error(terms: list[Any]) -> Any:
    """Return the exact sum of the terms less their sum rounded from left to right."""
    first, second, *rest = terms if len(terms) > 1 else [terms[0], 0.0]
    total = first + second
    error = sum_error(first, second, total)
    for term in rest:
        new = total + term
        error = error + sum_error(total, term, new)
        total = new
    return error


def sum_error(a: Any, b: Any, total: Any) -> Any:
    """Return a + b − total exactly, with total = fl(a + b) (Knuth's two-sum)."""
    shadow = total - a
    return (a - (total - shadow)) + (b - shadow)


def product_error(a: Any, b: Any, product: Any) -> Any:
    """Return a·b − product exactly, with product = fl(a·b), barring overflow of 2²⁷a and 2²⁷b."""
    a_high, a_low = _halves(a)
    b_high, b_low = _halves(b)
    return a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)


def _halves(a: Any) -> tuple[Any, Any]:
    scaled = _SPLITTER * a
    high = scaled - (scaled - a)
    return high, a - high


def exp_difference(t: Any, x: Any, x_rest: Any, y: Any, y_rest: Any, gap: Any) -> Any:
    """Return (e^{−x} − e^{−y})/(y − x)·t, where |y − x| = gap·t: real nodes −x/t and −y/t.

    As t e^{−min(x, y)} (1 − e^{−z})/z with z = gap·t, nothing cancels and nothing overflows.
    """
    z = gap * t
    with np.errstate(invalid="ignore", divide="ignore"):
        relative = np.where(z > 0, -np.expm1(-z) / z, 1.0)
    first = x < y
    smaller, rest = np.where(first, x, y), np.where(first, x_rest, y_rest)
    return t * np.exp(-smaller) * (1 - rest) * relative


def divided_difference(t: Any, *nodes: tuple[Any, Any, Any, Any]) -> tuple[Any, Any]:
    """Return the real and the imaginary part of the divided difference of exp(st) at 0, −z_k/t.

    Parameters
    ----------
    t
        Time.
    *nodes
        One or two decaying nodes, each as (x, x_rest, y, y_rest) with z = x + iy, x ≥ 0; and for
        two nodes a third entry (gap_x, 0, gap_y, 0), the exact difference z₂ − z₁.

    Notes
    -----
    With E = e^{−z₁}: t(1 − E)/z₁ for one node and, with d = z₂ − z₁,
    t²[(1 − E) − z₁E(1 − e^{−d})/d]/(z₁z₂) for two.  If one |z| is below 1, the smaller node is z₁,
    or the bracket would cancel to |z₂|; otherwise the slower one is, or e^{−d} could overflow.
    Below |z| = 1 the Taylor series is summed instead, whose terms are the complete homogeneous
    polynomials of the nodes.
    """
    arrays = np.broadcast_arrays(t, *(part for node in nodes for part in node))
    flat = [array.ravel() for array in arrays]
    result = np.empty(flat[0].shape, complex)
    for start in range(0, result.size, CHUNK):
        time, *parts = (array[start : start + CHUNK] for array in flat)
        grouped = [tuple(parts[4 * k : 4 * k + 4]) for k in range(len(nodes))]
        scaled = _one_node(*grouped) if len(nodes) == 1 else time * _two_nodes(*grouped)
        result[start : start + CHUNK] = time * scaled
    shaped = result.reshape(arrays[0].shape)
    return shaped.real, shaped.imag


def _complex(node: tuple[Any, ...]) -> Any:
    return node[0] + 1j * node[2]


def _decay(node: tuple[Any, ...]) -> tuple[Any, Any]:
    """Return e^{−z} and 1 − e^{−z}, the latter without cancellation where z is small."""
    x, x_rest, y, y_rest = node
    growth = np.exp(-x) * (1 - x_rest)
    cosine = np.cos(y) * np.cos(y_rest) - np.sin(y) * np.sin(y_rest)
    sine = np.sin(y) * np.cos(y_rest) + np.cos(y) * np.sin(y_rest)
    half = np.sin(y / 2) * np.cos(y_rest / 2) + np.cos(y / 2) * np.sin(y_rest / 2)
    remainder = -np.expm1(-x) + growth * x_rest + 2 * growth * half**2
    return growth * (cosine - 1j * sine), remainder + 1j * growth * sine


def _series(order: int, *values: Any) -> Any:
    """Return Σ_k h_k(−z₁, −z₂, …)/(k + order)! for |z| ≤ 1, to double precision."""
    powers = [np.ones_like(value) for value in values]
    factorial = 1.0
    for k in range(2, order + 1):
        factorial *= k
    total = powers[-1] / factorial
    for k in range(1, 20):
        factorial *= k + order
        carried = 0.0
        for index, value in enumerate(values):
            powers[index] = carried - value * powers[index]
            carried = powers[index]
        total = total + powers[-1] / factorial
    return total


def _one_node(node: tuple[Any, ...]) -> Any:
    z = _complex(node)
    small = np.abs(z) < 1
    result = np.empty_like(z)
    result[small] = _series(1, z[small])
    large = tuple(part[~small] for part in node)
    result[~small] = _decay(large)[1] / z[~small]
    return result


def _two_nodes(first: tuple[Any, ...], second: tuple[Any, ...], gap: tuple[Any, ...]) -> Any:
    moduli = np.abs(_complex(first)), np.abs(_complex(second))
    swap = np.where(np.minimum(*moduli) < 1, moduli[1] < moduli[0], gap[0] < 0)
    slow = tuple(np.where(swap, b, a) for a, b in zip(first, second, strict=True))
    fast = tuple(np.where(swap, a, b) for a, b in zip(first, second, strict=True))
    apart = tuple(np.where(swap, -part, part) for part in gap)
    z1, z2 = _complex(slow), _complex(fast)
    small = np.maximum(np.abs(z1), np.abs(z2)) < 1
    result = np.empty_like(z1)
    result[small] = _series(2, z1[small], z2[small])
    slow, apart = (tuple(part[~small] for part in node) for node in (slow, apart))
    z1, z2 = z1[~small], z2[~small]
    decayed, rest = _decay(slow)
    result[~small] = (rest - z1 * decayed * _one_node(apart)) / (z1 * z2)
    return result
