"""The kernels for one element: what compiled Python calls beyond the functions of `math`.

They do for floats what `numpy_kernels` does for arrays; a node is (x, x_rest, y, y_rest).  Their
text is a part of each generated module, which is complete in itself.
"""

import inspect
import math
from typing import Any

import numpy as np

from symsync.evaluate.program import MOST_NODES

__all__ = ["SOURCES"]


def minimum(a: float, b: float) -> float:
    """Return the smaller of two numbers, nan if one is."""
    return a if a < b else (b if b <= a else a + b)


def maximum(a: float, b: float) -> float:
    """Return the larger of two numbers, nan if one is."""
    return a if a > b else (b if b >= a else a + b)


def choose(s: float, a: float, b: float) -> float:
    """Return a where s ≥ 0, else b."""
    return a if s >= 0.0 else b


def greater(a: float, b: float) -> float:
    """Return 1 where a > b, else 0."""
    return 1.0 if a > b else 0.0


def greater_equal(a: float, b: float) -> float:
    """Return 1 where a ≥ b, else 0."""
    return 1.0 if a >= b else 0.0


def equal(a: float, b: float) -> float:
    """Return 1 where a = b, else 0."""
    return 1.0 if a == b else 0.0


def sign(x: float) -> float:
    """Return −1, 0 or 1, nan if x is."""
    return 1.0 if x > 0.0 else (-1.0 if x < 0.0 else x * 0.0)


def logarithm(x: float) -> float:
    """Return ln x to the last digit, in steps that vectorise, as those of the C library do not.

    With x = 2^k m, m in [√½, √2) and s = (m − 1)/(m + 1), ln m = 2 artanh s is a polynomial in s
    (the algorithm and the coefficients of Sun's fdlibm).
    """
    tiny = 1.0 if x < 2.2250738585072014e-308 else 0.0
    bits = np.float64(x * (1.0 + tiny * 18014398509481983.0)).view(np.int64)
    bits = bits + (0x3FF0000000000000 - 0x3FE6A09E667F3BCD)
    power = float((bits >> 52) - 1023) - 54.0 * tiny
    f: float = np.int64((bits & 0x000FFFFFFFFFFFFF) + 0x3FE6A09E667F3BCD).view(np.float64) - 1.0
    s = f / (2.0 + f)
    z = s * s
    rest = z * (6.666666666666735130e-01 + z * (3.999999999940941908e-01
        + z * (2.857142874366239149e-01 + z * (2.222219843214978396e-01
        + z * (1.818357216161805012e-01 + z * (1.531383769920937332e-01
        + z * 1.479819860511658591e-01))))))  # fmt: skip
    half = 0.5 * f * f
    low = s * (half + rest) + power * 1.90821492927058770002e-10
    value = power * 6.93147180369123816490e-01 - ((half - low) - f)
    value = value if x < math.inf else x
    return value + (0.0 if x > 0.0 else (-math.inf if x == 0.0 else math.nan))


def logarithm_1p(x: float) -> float:
    """Return ln(1 + x): of the rounded sum, and what its rounding took away."""
    total = 1.0 + x
    lost = (x - (total - 1.0)) / total
    return logarithm(total) + (lost if (total > 0.0) & (total < math.inf) else 0.0)


def angle(y: float, x: float) -> float:
    """Return the angle of (x, y), and nan for (0, 0), which has none."""
    return math.nan if x == 0.0 and y == 0.0 else math.atan2(y, x)


def sum_error(a: float, b: float, total: float) -> float:
    """Return a + b − total exactly, with total = fl(a + b) (Knuth's two-sum)."""
    shadow = total - a
    return (a - (total - shadow)) + (b - shadow)


def product_error(a: float, b: float, product: float) -> float:
    """Return a·b − product exactly, with product = fl(a·b) (Dekker)."""
    a_scaled = 134217729.0 * a
    a_high = a_scaled - (a_scaled - a)
    a_low = a - a_high
    b_scaled = 134217729.0 * b
    b_high = b_scaled - (b_scaled - b)
    b_low = b - b_high
    return a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)


def restored(rough: float, correction: float, total: float) -> float:
    """Return a difference of sums, corrected where it is below 1/128 of the first sum.

    Both values are computed and one is taken, which a vector of elements does at once.
    """
    corrected = rough + correction
    return corrected if math.fabs(rough) * 128.0 < total else rough


def exp_difference(t: float, x: float, x_rest: float, y: float, y_rest: float, gap: float) -> float:
    """Return (e^{−x} − e^{−y})/(y − x)·t, where |y − x| = gap·t."""
    z = gap * t
    relative = -math.expm1(-z) / z if z > 0.0 else 1.0
    smaller, rest = (x, x_rest) if x < y else (y, y_rest)
    return t * math.exp(-smaller) * (1.0 - rest) * relative


def decay(z: complex, x_rest: float, y_rest: float) -> tuple[complex, complex]:
    """Return e^{−z} and 1 − e^{−z}."""
    x, y = z.real, z.imag
    growth = math.exp(-x) * (1.0 - x_rest)
    cosine = math.cos(y) * math.cos(y_rest) - math.sin(y) * math.sin(y_rest)
    sine = math.sin(y) * math.cos(y_rest) + math.cos(y) * math.sin(y_rest)
    half = math.sin(y / 2) * math.cos(y_rest / 2) + math.cos(y / 2) * math.sin(y_rest / 2)
    remainder = -math.expm1(-x) + growth * x_rest + 2 * growth * (half * half)
    return complex(growth * cosine, -growth * sine), complex(remainder, growth * sine)


def apart(first: Any, second: Any) -> tuple[float, float, float, float]:
    """Return second − first, with what the differences lose."""
    x, y = second[0] - first[0], second[2] - first[2]
    x_rest = sum_error(second[0], -first[0], x) + (second[1] - first[1])
    y_rest = sum_error(second[2], -first[2], y) + (second[3] - first[3])
    return x, x_rest, y, y_rest


def two_nodes(first: Any, second: Any) -> tuple[complex, complex, complex]:
    """Return the divided difference of exp at −z₀ and −z₁, and those with z₀ and with z₁ twice.

    With the distance d to the faster one it is e^{−z} times f = (1 − e^{−d})/d, and those with each
    twice are e^{−z} times (1 − f)/d and (f − e^{−d})/d, or Taylor series for small d.
    """
    swap = second[0] < first[0]
    slow, fast = (second, first) if swap else (first, second)
    x, dx, y, dy = apart(slow, fast)
    z = complex(x + dx, y + dy)
    if abs(z) < 1.0:
        one, term = complex(1.0, 0.0), complex(0.5, 0.0)
        twice_slow = term
        for k in range(1, 20):
            term = -z * term / (k + 2)
            twice_slow += term
            one += (k + 2) * term
        twice_fast = one - twice_slow
    else:
        faded, rest = decay(complex(x, y), dx, dy)
        one = rest / z
        twice_slow, twice_fast = (1.0 - one) / z, (one - faded) / z
    grown = decay(complex(slow[0], slow[2]), slow[1], slow[3])[0]
    if swap:
        twice_slow, twice_fast = twice_fast, twice_slow
    return grown * one, grown * twice_slow, grown * twice_fast


def near_nodes(nodes: Any, members: int, first: int, slopes: bool, row: Any) -> None:
    """Find the row of `some_nodes` for nodes less than 1 apart, by a Taylor series about the first.

    Its terms are the complete homogeneous polynomials h_j of the distances z, and
    h_j(z, z_k) = h_j(z) + z_k h_{j−1}(z, z_k).  Those that are no members have the distance 0.
    """
    gaps, powers, twice = np.ones((3, len(nodes)), np.complex128)
    order, factorial = 0, 1.0
    for k in range(len(nodes)):
        gaps[k] = complex(0.0, 0.0)
        if k > first and members >> k & 1:
            x, x_rest, y, y_rest = apart(nodes[first], nodes[k])
            gaps[k] = complex(x + x_rest, y + y_rest)
            order += 1
            factorial *= order
    row[0], row[1:] = 1.0 / factorial, 1.0 / (factorial * (order + 1))
    for j in range(1, 20):
        factorial *= j + order
        carried = complex(0.0, 0.0)
        for k in range(1, len(nodes)):
            carried -= gaps[k] * powers[k]
            powers[k] = carried
        row[0] += carried / factorial
        if slopes:
            for k in range(len(nodes)):
                twice[k] = carried - gaps[k] * twice[k]
                row[1 + k] += twice[k] / (factorial * (j + order + 1))
    node = nodes[first]
    row *= decay(complex(node[0], node[2]), node[1], node[3])[0]


def some_nodes(nodes: Any, members: int, slopes: bool, found: Any) -> None:
    """Find the divided difference of exp at those −z_k whose bits are set in `members`.

    It is the first in their row of `found`; with `slopes`, the one with z_k twice stands at k + 1.
    The algorithm is that of `numpy_kernels.divided_difference`.
    """
    far, a, b, first, count = -1.0, 0, 0, -1, 0
    for j in range(len(nodes)):
        if not members >> j & 1:
            continue
        first = j if count == 0 else first
        count += 1
        for k in range(j + 1, len(nodes)):
            distance = math.hypot(nodes[k][0] - nodes[j][0], nodes[k][2] - nodes[j][2])
            if members >> k & 1 and not distance <= far:
                far, a, b = distance, j, k
    row = found[members]
    if count == 2:
        row[0], first_twice, second_twice = two_nodes(nodes[a], nodes[b])
        if slopes:
            row[1 + a], row[1 + b] = first_twice, second_twice
    elif count > 2 and far < 1.0:
        near_nodes(nodes, members, first, slopes, row)
    elif count > 2:
        x, x_rest, y, y_rest = apart(nodes[a], nodes[b])
        z = complex(x + x_rest, y + y_rest)
        upper, lower = found[members ^ (1 << a)], found[members ^ (1 << b)]
        row[0] = (lower[0] - upper[0]) / z
        if slopes:
            for k in range(len(nodes)):
                if members >> k & 1:
                    left = row[0] if k == b else lower[1 + k]
                    right = row[0] if k == a else upper[1 + k]
                    row[1 + k] = (left - right) / z


def found_nodes(nodes: Any, slopes: bool) -> Any:
    """Return the divided difference of exp at all −z_k, and with `slopes` those with each twice."""
    found = np.empty((1 << len(nodes), 1 + len(nodes) * slopes), np.complex128)
    for members in range(3, 1 << len(nodes)):
        some_nodes(nodes, members, slopes, found)
    return found[-1]


def all_nodes(t: float, nodes: Any) -> tuple[float, float]:
    """Return real and imaginary part of the divided difference of exp(st) at all −z_k/t."""
    value = two_nodes(nodes[0], nodes[1])[0]
    if len(nodes) > 2:
        value = found_nodes(nodes, False)[0]
    for _ in range(len(nodes) - 1):
        value = complex(t * value.real, t * value.imag)
    return value.real, value.imag


SOURCES = {
    function.__name__: inspect.getsource(function)
    for function in (
        minimum, maximum, choose, greater, greater_equal, equal, sign, logarithm, logarithm_1p,
        angle, sum_error, product_error, restored, exp_difference, decay, apart,
        two_nodes, near_nodes, some_nodes, found_nodes, all_nodes,
    )
}  # fmt: skip
"""The text of each kernel after those that it calls."""


def _divided_differences(count: int) -> dict[str, str]:
    """Return what takes t and four numbers of each node, and what takes the nodes alone."""
    nodes = [", ".join(f"{part}{k}" for part in ("x", "dx", "y", "dy")) for k in range(count)]
    arguments, gathered = ", ".join(nodes), ", ".join(f"({node})" for node in nodes)
    call = f"two_nodes({gathered})" if count == 2 else f"found_nodes(({gathered}), True)"
    results = ", ".join(f"found[{k}].real, found[{k}].imag" for k in range(count + 1))
    return {
        f"divided_difference_{count}": (
            f"def divided_difference_{count}(t, {arguments}):\n"
            f"    return all_nodes(t, ({gathered}))\n"
        ),
        f"difference_slopes_{count}": (
            f"def difference_slopes_{count}({arguments}):\n"
            f"    found = {call}\n    return {results}\n"
        ),
    }


for _count in range(2, MOST_NODES + 1):
    SOURCES |= _divided_differences(_count)
