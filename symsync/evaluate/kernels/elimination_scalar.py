"""The elimination of a linear system as loops over scalars, for Numba to compile.

Each function is complete in itself; the tables are those of `elimination_tables`.
"""

import math
from inspect import getsource
from typing import Any

import numpy as np

__all__ = ["FUNCTIONS", "SOURCE"]

Array = Any
"""A table of 32-bit integers, or float64 numbers of shape (numbers, points)."""


def factorise(table: Array, v: Array, width: int) -> None:
    """Subtract multiples of each pivot's row from those below; the factors stay in its place."""
    inverse, factor = np.empty(width), np.empty(width)
    t = 0
    while t < len(table):
        pivot = table[t]
        for w in range(width):
            inverse[w] = 1 / v[pivot, w]
            v[pivot, w] = inverse[w]
        rows = table[t + 1]
        t += 2
        for _ in range(rows):
            place, count = table[t], table[t + 1]
            for w in range(width):
                factor[w] = v[place, w] * inverse[w]
                v[place, w] = factor[w]
            t += 2
            for _ in range(count):
                target, source = table[t], table[t + 1]
                for w in range(width):
                    v[target, w] -= factor[w] * v[source, w]
                t += 2


def substitute(forward: Array, backward: Array, v: Array, y: Array, x: Array, width: int) -> None:
    """Solve with the factors v for the right-hand side y."""
    for t in range(0, len(forward), 3):
        target, factor, source = forward[t], forward[t + 1], forward[t + 2]
        for w in range(width):
            y[target, w] -= v[factor, w] * y[source, w]
    t = 0
    while t < len(backward):
        unknown, row, pivot, count = backward[t], backward[t + 1], backward[t + 2], backward[t + 3]
        t += 4
        for _ in range(count):
            factor, source = backward[t], backward[t + 1]
            for w in range(width):
                y[row, w] -= v[factor, w] * x[source, w]
            t += 2
        for w in range(width):
            x[unknown, w] = y[row, w] * v[pivot, w]


def residual(table: Array, high: Array, low: Array, x: Array, y: Array, width: int) -> None:
    """Write −(Ax + c) into y, with products and sums in twice the precision."""
    rest = np.empty(width)
    t = 0
    for row in range(len(y) - 1):
        for w in range(width):
            y[row, w] = 0.0
            rest[w] = 0.0
        count = table[t]
        t += 1
        for _ in range(count):
            entry, column, sign = table[t], table[t + 1], table[t + 2]
            for w in range(width):
                a, q = high[entry, w], -sign * x[column, w]
                p = a * q
                s, z = 134217729.0 * a, 134217729.0 * q
                a_high, q_high = s - (s - a), z - (z - q)
                a_low, q_low = a - a_high, q - q_high
                lost = a_low * q_low - (((p - a_high * q_high) - a_low * q_high) - a_high * q_low)
                old = y[row, w]
                new = old + p
                back = new - old
                rest[w] += ((old - (new - back)) + (p - back)) + (lost + low[entry, w] * q)
                y[row, w] = new
            t += 3
        for w in range(width):
            y[row, w] += rest[w]


def bounds(scales: Array, x: Array, s: Array, width: int) -> None:
    """Write the bounds of the unknowns by their scales, or by the largest one."""
    for w in range(width):
        most = 0.0
        for k in range(len(x)):
            most = max(most, abs(x[k, w]))
        for k in range(len(x) - 1):
            if len(scales) > 0:
                a, b = abs(x[scales[2 * k], w]), abs(x[scales[2 * k + 1], w])
                most = math.sqrt(a) * math.sqrt(b)
            s[k, w] = most + 1e-300


def relative(s: Array, d: Array, out: Array, start: int, width: int) -> None:
    """Write the largest |d| relative to its bound into out; nan stays."""
    for w in range(width):
        most = 0.0
        for k in range(len(d) - 1):
            ratio = abs(d[k, w]) / s[k, w]
            if not (ratio <= most or math.isnan(most)):
                most = ratio
        out[start + w] = most


def load(
    gather: Array,
    right: Array,
    high: Array,
    low: Array,
    h: Array,
    low_part: Array,
    v: Array,
    y: Array,
    width: int,
) -> None:
    """Write the entries of some points into h and low_part, A into v and −c into y."""
    for k in range(len(h)):
        for w in range(width):
            h[k, w] = high[k, w]
            low_part[k, w] = low[k, w]
    for k in range(len(v)):
        entry, sign = gather[k, 0], gather[k, 1]
        for w in range(width):
            v[k, w] = sign * h[entry, w] if sign != 0 else 0.0
    y[:, :width] = 0.0
    for t in range(0, len(right), 3):
        row, entry, sign = right[t], right[t + 1], right[t + 2]
        for w in range(width):
            y[row, w] -= sign * h[entry, w]


def eliminate(
    sizes: Array,
    gather: Array,
    factors: Array,
    forward: Array,
    backward: Array,
    rows: Array,
    scales: Array,
    right: Array,
    probe: Array,
    high: Array,
    low: Array,
    out: Array,
    lost: Array,
    change: Array,
) -> None:
    """Write what `elimination_numpy.eliminated` returns, for all points."""
    size, count = sizes[0], high.shape[1]
    most = min(count, 64)
    v = np.empty((sizes[1], most))
    h, low_part = np.empty((sizes[2], most)), np.empty((sizes[2], most))
    x, y, d = np.empty((size + 1, most)), np.empty((size + 1, most)), np.empty((size + 1, most))
    s, e = np.empty((size + 1, most)), np.empty((size + 1, most))
    for start in range(0, count, most):
        width = min(most, count - start)
        load(gather, right, high[:, start:], low[:, start:], h, low_part, v, y, width)
        factorise(factors, v, width)
        substitute(forward, backward, v, y, x, width)
        x[size, :width] = 1.0
        bounds(scales, x, s, width)
        for k in range(size):
            for w in range(width):
                e[k, w] = probe[k] * s[k, w]
        e[size, :width] = 0.0
        residual(rows, h, low_part, e, y, width)
        substitute(forward, backward, v, y, d, width)
        for k in range(size):
            for w in range(width):
                d[k, w] += e[k, w]
        relative(s, d, lost, start, width)
        for _ in range(2):
            residual(rows, h, low_part, x, y, width)
            substitute(forward, backward, v, y, d, width)
            for k in range(size):
                for w in range(width):
                    x[k, w] += d[k, w]
            relative(s, d, change, start, width)
            done = True
            for w in range(start, start + width):
                done &= change[w] * lost[w] < 1e-18
            if done:
                break
        for k in range(size):
            for w in range(width):
                out[k, start + w] = x[k, w]


FUNCTIONS = (load, factorise, substitute, residual, bounds, relative)
"""What `eliminate` calls."""

SOURCE = "\n\n".join(
    [
        '"""The elimination of a linear system."""',
        "import math",
        "import numpy as np\nfrom numba import njit, types",
        "Array = object",
        "TABLE, PAIRS = types.int32[::1], types.int32[:, ::1]",
        "LINE, LINES = types.float64[::1], types.float64[:, ::1]",
        *(f'@njit(nogil=True, error_model="numpy")\n{getsource(each)}' for each in FUNCTIONS),
        "@njit(\n"
        "    types.void(TABLE, PAIRS, *[TABLE] * 6, LINE, LINES, LINES, LINES, LINE, LINE),\n"
        f'    nogil=True, cache=True, error_model="numpy",\n)\n{getsource(eliminate)}',
    ]
)
