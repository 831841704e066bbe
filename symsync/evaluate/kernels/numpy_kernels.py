"""What generated NumPy code calls beyond ufuncs: exact products and divided differences of exp.

All arguments are real arrays that broadcast; a complex number is a pair of them.
An exponent is given as two numbers, its rounded value and the rest.  Without the rest, the phase
would be wrong by 0.01 at Δt = 10¹⁴.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import combinations
from math import factorial
from typing import Any

import numpy as np

__all__ = [
    "angle",
    "choose",
    "difference",
    "difference_and_size",
    "difference_slopes",
    "distance",
    "divided_difference",
    "erf",
    "erfc",
    "exp_difference",
    "product_error",
    "series",
    "sum_error",
]

_ERF, _ERFC = np.frompyfunc(math.erf, 1, 1), np.frompyfunc(math.erfc, 1, 1)

Node = tuple[Any, ...]
"""A complex number x + iy as (x, x_rest, y, y_rest)."""

NONE = -1
"""Stands for no node that is twice among the nodes of a difference."""

Found = tuple[dict[int, Any], Any]
"""Differences by the node that is twice, and the size of what the one without is made of."""

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


def divided_difference(t: Any, *nodes: Node) -> tuple[Any, Any]:
    """Return the real and the imaginary part of the divided difference of exp(st) at −z_k/t.

    Parameters
    ----------
    t
        Time.
    *nodes
        Two or more nodes z_k = x + iy, each as (x, x_rest, y, y_rest).

    Notes
    -----
    Two nodes are e^{−z₁}(1 − e^{−d})/d, where d is their difference and z₁ the slower one.  Of
    more nodes, let a and b be the farthest ones.  If they are less than 1 apart, the Taylor series
    about one node is summed, whose terms are the complete homogeneous polynomials of the others.
    Else the difference of what is left without a and without b is divided by b − a.  Of real nodes,
    at least (1 − 1/e)/m of the larger term of m nodes is left, see
    `derivations/divided_differences.py`.
    """
    value = _in_chunks(nodes, ())[0]
    for _ in nodes[1:]:
        value = t * value
    return value.real, value.imag


def difference_slopes(*nodes: Node) -> tuple[Any, ...]:
    """Return the divided difference of exp at −z_k, and those with each of the nodes twice.

    Each is a real and an imaginary part; the derivative by z_k is the negative of that with z_k
    twice.  They obey the recursion of `divided_difference`, with the same two nodes farthest apart.
    """
    found = _in_chunks(nodes, range(len(nodes)))
    return tuple(part for each in found for part in (each.real, each.imag))


def _in_chunks(nodes: Sequence[Node], twice: Sequence[int]) -> list[Any]:
    """Return the divided difference of exp at −z_k, and those with each of some nodes twice."""
    arrays = np.broadcast_arrays(*(part for node in nodes for part in node))
    flat = [array.ravel() for array in arrays]
    result = np.empty((1 + len(twice), flat[0].size), complex)
    for start in range(0, flat[0].size, CHUNK):
        parts = [array[start : start + CHUNK] for array in flat]
        grouped = [(*parts[k : k + 4],) for k in range(0, len(parts), 4)]
        found, _ = _differences(grouped, bool(twice))
        for k, own in enumerate((NONE, *twice)):
            result[k, start : start + CHUNK] = found[own]
    return [each.reshape(arrays[0].shape) for each in result]


def difference_and_size(*nodes: Node) -> tuple[Any, Any]:
    """Return the divided difference of exp at −z_k, and the size of what it is a difference of."""
    found, size = _differences(nodes, False)
    return found[NONE], size


def _differences(nodes: Sequence[Node], slopes: bool) -> Found:
    every = range(len(nodes))
    gaps = {(a, b): _apart(nodes[a], nodes[b]) for a, b in combinations(every, 2)}
    found: dict[tuple[int, ...], Found] = {
        (a, b): _two_nodes(nodes, a, b, gap, slopes) for (a, b), gap in gaps.items()
    }
    for count in range(3, len(nodes) + 1):
        for members in combinations(every, count):
            found[members] = _joined(nodes, members, gaps, found, slopes)
    return found[(*every,)]


def _two_nodes(nodes: Sequence[Node], a: int, b: int, gap: Node, slopes: bool) -> Found:
    """Return e^{−z} f with f = (1 − e^{−d})/d, where d is the distance to the faster node.

    Those with each node twice are e^{−z} times (1 − f)/d and (f − e^{−d})/d, or Taylor series.
    """
    swap = gap[0] < 0
    slow = (np.where(swap, *parts) for parts in zip(nodes[b], nodes[a], strict=True))
    gap = tuple(np.where(swap, -part, part) for part in gap)
    grown, one = _decay((*slow,))[0], _one_node(gap)
    found = {NONE: grown * one}
    if slopes:
        z = _complex(gap)
        near = np.abs(z) < 1
        far = np.where(near, 1, z)
        twice = np.where(near, 0, (1 - one) / far), np.where(near, 0, (one - _decay(gap)[0]) / far)
        twice[0][near] = series(2, z[near])
        twice[1][near] = one[near] - twice[0][near]
        found |= {a: grown * np.where(swap, *twice[::-1]), b: grown * np.where(swap, *twice)}
    return found, np.abs(found[NONE])


def _joined(
    nodes: Sequence[Node],
    members: tuple[int, ...],
    gaps: Mapping[tuple[int, int], Node],
    found: Mapping[tuple[int, ...], Found],
    slopes: bool,
) -> Found:
    """Return the divided difference of three or more nodes, and its size, from those of fewer."""
    pairs = list(combinations(members, 2))
    lengths = np.array([np.abs(_complex(gaps[pair])) for pair in pairs])
    far, order = lengths.argmax(axis=0), len(members) - 1
    near = lengths.max(axis=0) < 1
    grown = _decay(tuple(part[near] for part in nodes[members[0]]))[0]
    first = {k: _complex(tuple(part[near] for part in gaps[members[0], k])) for k in members[1:]}
    size = np.empty(near.shape)
    size[near] = np.abs(grown) / factorial(order)
    values = {k: np.empty(near.shape, complex) for k in (NONE, *(members if slopes else ()))}
    for own, value in values.items():
        again = [] if own == NONE else [first.get(own, 0 * grown)]
        value[near] = grown * series(order + len(again), *first.values(), *again)
    for k, (a, b) in enumerate(pairs):
        where = (far == k) & ~near
        upper, lower = (found[tuple(m for m in members if m != left)] for left in (a, b))
        gap = _complex(tuple(part[where] for part in gaps[a, b]))
        for own, value in values.items():
            left, right = (side[0].get(own, values[NONE])[where] for side in (lower, upper))
            value[where] = (left - right) / gap
        size[where] = (lower[1][where] + upper[1][where]) / np.abs(gap)
    return values, size


def _apart(first: Node, second: Node) -> Node:
    """Return second − first, with what the differences lose."""
    x, y = second[0] - first[0], second[2] - first[2]
    x_rest = sum_error(second[0], -first[0], x) + (second[1] - first[1])
    y_rest = sum_error(second[2], -first[2], y) + (second[3] - first[3])
    return x, x_rest, y, y_rest


def _complex(node: Node) -> Any:
    return (node[0] + node[1]) + 1j * (node[2] + node[3])


def _decay(node: Node) -> tuple[Any, Any]:
    """Return e^{−z} and 1 − e^{−z}, the latter without cancellation where z is small."""
    x, x_rest, y, y_rest = node
    growth = np.exp(-x) * (1 - x_rest)
    cosine = np.cos(y) * np.cos(y_rest) - np.sin(y) * np.sin(y_rest)
    sine = np.sin(y) * np.cos(y_rest) + np.cos(y) * np.sin(y_rest)
    half = np.sin(y / 2) * np.cos(y_rest / 2) + np.cos(y / 2) * np.sin(y_rest / 2)
    remainder = -np.expm1(-x) + growth * x_rest + 2 * growth * half**2
    return growth * (cosine - 1j * sine), remainder + 1j * growth * sine


def series(order: int, *values: Any) -> Any:
    """Return Σ_k h_k(−z₁, −z₂, …)/(k + order)! for |z| ≤ 1, to double precision.

    The values are arrays of NumPy or of JAX.
    """
    powers = [value**0 for value in values]
    scale = float(factorial(order))
    total = powers[-1] / scale
    for k in range(1, 20):
        scale *= k + order
        carried = 0.0
        for index, value in enumerate(values):
            powers[index] = carried - value * powers[index]
            carried = powers[index]
        total = total + powers[-1] / scale
    return total


def _one_node(node: Node) -> Any:
    z = _complex(node)
    small = np.abs(z) < 1
    result = np.empty_like(z)
    result[small] = series(1, z[small])
    large = tuple(part[~small] for part in node)
    result[~small] = _decay(large)[1] / z[~small]
    return result
