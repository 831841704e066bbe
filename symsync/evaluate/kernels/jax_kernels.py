"""What programs and parts of formulas call in JAX, with derivatives that are finite at kinks.

The rules are those of `adjoint`: all steps take the same side of a kink, what is made of rounding
errors is constant, and √x and √(x² + y²) have the derivative 0 at 0.
"""

from collections.abc import Callable, Mapping
from functools import partial
from itertools import combinations
from math import isqrt, pi
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.lax import stop_gradient
from jax.scipy.special import erf, erfc

from symsync.evaluate.kernels.numpy_kernels import series
from symsync.evaluate.operand import Operand
from symsync.expressions.linear_solutions import LinearSystem
from symsync.expressions.stable import TINY, divergence, two_waves

__all__ = ["FUNCTIONS", "OPERATIONS", "solution"]

Node = tuple[Any, Any, Any, Any]
"""A complex number x + iy as (x, x_rest, y, y_rest)."""

ANGLES = 32
"""Angles for each wave from which Newton's method starts."""

STEPS = 12
"""After so many steps it is at a top: one for which a half is left of a cell, and then squares."""

EQUAL = 2.0**-49
"""Maxima whose heights differ by less, relative to the sum of amplitudes, are equal."""

NEAR = 1e-8
"""Maxima whose distances from zero differ by less are equally near."""


def _ruled(function: Callable[..., Any], *slopes: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function whose derivatives by its arguments are those of (value, *arguments)."""
    own = jax.custom_jvp(function)

    def rule(arguments: Any, changes: Any) -> tuple[Any, Any]:
        value = own(*arguments)
        pairs = zip(slopes, changes, strict=True)
        return value, sum(slope(value, *arguments) * change for slope, change in pairs)

    own.defjvp(rule)
    return own


# Steps of programs ------------------------------------------------------------------------------

divide: Callable[..., Any] = _ruled(
    jnp.divide, lambda z, x, y: divide(1.0, y), lambda z, x, y: -divide(z, y)
)
sqrt: Callable[..., Any] = _ruled(jnp.sqrt, lambda z, x: divide(0.5, z + TINY))
absolute = _ruled(jnp.abs, lambda z, x: jnp.where(x >= 0, 1.0, -1.0))
hypot = _ruled(jnp.hypot, lambda z, x, y: divide(x, z + TINY), lambda z, x, y: divide(y, z + TINY))


def _angle(y: Any, x: Any) -> Any:
    return jnp.where((x == 0) & (y == 0), jnp.nan, jnp.arctan2(y, x))


def sum_error(a: Any, b: Any, total: Any) -> Any:
    """Return a + b − total exactly, with total = fl(a + b) (Knuth's two-sum)."""
    shadow = total - a
    return stop_gradient((a - (total - shadow)) + (b - shadow))


def product_error(a: Any, b: Any, product: Any) -> Any:
    """Return a·b − product exactly, with product = fl(a·b), also where compilers fuse steps."""
    (a_high, a_low), (b_high, b_low) = _halves(a), _halves(b)
    rest = ((product - a_high * b_high) - a_low * b_high) - a_high * b_low
    return stop_gradient(a_low * b_low - rest)


def _halves(a: Any) -> tuple[Any, Any]:
    """Return the first 26 bits of a number, and what is left."""
    bits = jax.lax.bitcast_convert_type(jnp.asarray(stop_gradient(a), float), jnp.int64)
    high = jax.lax.bitcast_convert_type(bits & ~(2**27 - 1), float)
    return high, a - high


def _difference(plus: Any, minus: Any, *terms: tuple[Any, ...]) -> Any:
    """Return plus − minus, two rounded sums of positive terms, with what they have lost."""
    rough = plus - minus
    gained, lost = map(_summation_error, terms)
    return rough + jnp.where(stop_gradient(abs(rough)) * 128 < plus, gained - lost, 0.0)


def _summation_error(terms: tuple[Any, ...]) -> Any:
    total, *rest = terms
    error = 0.0
    for term in rest:
        new = total + term
        error, total = error + sum_error(total, term, new), new
    return error


def divided_difference(t: Any, *nodes: Node) -> tuple[Any, Any]:
    """Return Re and Im of the divided difference of exp(st) at −z_k/t.

    That of nodes less than 1 apart is a Taylor series about one of them.  Else the difference of
    what is left without each of the two that are farthest apart is divided by their distance.
    """
    every = range(len(nodes))
    gaps = {(a, b): _apart(nodes[a], nodes[b]) for a, b in combinations(every, 2)}
    found: dict[tuple[int, ...], Any] = {(k,): _decay(nodes[k]) for k in every}
    for count in range(2, len(nodes) + 1):
        for members in combinations(every, count):
            pairs = list(combinations(members, 2))
            lengths = jnp.stack([abs(stop_gradient(gaps[pair])) for pair in pairs])
            far, near = lengths.argmax(axis=0), lengths.max(axis=0) < 1
            first = [jnp.where(near, gaps[members[0], other], 0.0) for other in members[1:]]
            value = found[members[:1]] * series(count - 1, *first)
            for k, (a, b) in enumerate(pairs):
                here = (far == k) & ~near
                gap = jnp.where(here, gaps[a, b], 1.0)
                upper, lower = (found[tuple(m for m in members if m != left)] for left in (a, b))
                value = jnp.where(here, (lower - upper) / gap, value)
            found[members] = value
    value = found[(*every,)] * t ** (len(nodes) - 1)
    return value.real, value.imag


def _decay(node: Node) -> Any:
    x, x_rest, y, y_rest = node
    return jnp.exp(-x) * (1 - x_rest) * jnp.exp(-1j * y) * jnp.exp(-1j * y_rest)


def _apart(first: Node, second: Node) -> Any:
    """Return second − first, with what the differences lose."""
    parts = []
    for k in (0, 2):
        rough = second[k] - first[k]
        rest = second[k + 1] - first[k + 1]
        parts.append(rough + (sum_error(second[k], -first[k], rough) + rest))
    return parts[0] + 1j * parts[1]


def _exp_difference(t: Any, x: Any, x_rest: Any, y: Any, y_rest: Any, gap: Any) -> Any:
    return divided_difference(t, (x, x_rest, 0.0, 0.0), (y, y_rest, 0.0, 0.0))[0]


def _one_if(compare: Callable[..., Any], x: Any, y: Any) -> Any:
    return jnp.where(compare(x, y), 1.0, 0.0)


OPERATIONS: Mapping[str, Callable[..., Any]] = {
    **{name: getattr(jnp, name) for name in (
        "add", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctanh", "cos", "cosh", "exp",
        "log", "log1p", "multiply", "negative", "power", "sign", "sin", "sinh", "square",
        "subtract", "tan", "tanh",
    )},
    **{name: partial(_one_if, getattr(jnp, name)) for name in (
        "equal", "greater", "greater_equal",
    )},
    "absolute": absolute,
    "angle": _ruled(
        _angle,
        lambda z, y, x: divide(divide(x, hypot(x, y)), hypot(x, y)),
        lambda z, y, x: -divide(divide(y, hypot(x, y)), hypot(x, y)),
    ),
    "choose": lambda sign, x, y: jnp.where(sign >= 0, x, y),
    "difference": _difference,
    "distance": lambda *sums: absolute(_difference(*sums)),
    "divide": divide,
    "divided_difference": divided_difference,
    "erf": erf,
    "erfc": erfc,
    "exp_difference": _exp_difference,
    "hypot": hypot,
    "maximum": _ruled(
        jnp.maximum,
        lambda z, x, y: _one_if(jnp.greater_equal, x, y),
        lambda z, x, y: _one_if(jnp.less, x, y),
    ),
    "minimum": _ruled(
        jnp.minimum,
        lambda z, x, y: _one_if(jnp.less_equal, x, y),
        lambda z, x, y: _one_if(jnp.greater, x, y),
    ),
    "product_error": product_error,
    "sqrt": sqrt,
    "sum_error": sum_error,
}  # fmt: skip
"""The operations of programs by name."""


# Linear systems ---------------------------------------------------------------------------------


def solution(system: LinearSystem, entries: Any) -> Any:
    """Return x with Ax + c = 0, shape (…, unknowns), from the entries, shape (…, entries).

    It is solved twice: the second time for what the rounded solution leaves, which is constant.
    """
    terms = np.array([(k, *term) for k, row in enumerate(system.rows) for term in row])
    row, column, entry, sign = terms.T
    size = system.size
    every = jnp.zeros((*entries.shape[:-1], size, size + 1))
    every = every.at[..., row, column].add(sign * entries[..., entry])
    every = every / stop_gradient(abs(every).max(axis=-1, keepdims=True))
    matrix, right = every[..., :size], -every[..., size:]
    x = stop_gradient(jnp.linalg.solve(matrix, right))
    return (x + jnp.linalg.solve(matrix, right - matrix @ x))[..., 0]


# Functions of blocks ----------------------------------------------------------------------------


class _AtOnce:
    """What takes the steps of an operand at once."""

    @staticmethod
    def emit(operation: str, *values: Any) -> Any:
        """Return the value of a step."""
        return OPERATIONS[operation](*values)


def _matrix(values: Any) -> Any:
    size = isqrt(values.shape[-1])
    i, j = np.triu_indices(size, 1)
    above = values[..., size::2] + 1j * values[..., size + 1 :: 2]
    places = np.arange(size)
    empty = jnp.zeros((*values.shape[:-1], size, size), complex)
    filled = empty.at[..., i, j].set(above).at[..., j, i].set(above.conj())
    return filled.at[..., places, places].set(values[..., :size].astype(complex))


def _numbers(values: Any, slope: Callable[[Any], Any]) -> Any:
    """Return the derivatives of Tr F by the numbers of Hermitian matrices, with F′ = slope."""
    levels, vectors = jnp.linalg.eigh(_matrix(values))
    found = (vectors * slope(levels)[..., None, :]) @ vectors.conj().swapaxes(-1, -2)
    i, j = np.triu_indices(found.shape[-1], 1)
    above = 2 * found[..., i, j]
    return jnp.concatenate(
        [found.diagonal(axis1=-2, axis2=-1).real, _in_turn(above.real, above.imag)], axis=-1
    )


def _trace(function: Callable[[Any], Any], slope: Callable[[Any], Any]) -> Callable[..., Any]:
    """Return Tr f of Hermitian matrices, with its derivatives (Hellmann and Feynman)."""
    return _summed(
        lambda values: function(jnp.linalg.eigvalsh(_matrix(values))).sum(axis=-1),
        lambda _, values: _numbers(values, slope),
    )


def _summed(function: Callable[..., Any], slopes: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of numbers along the last axis, with its derivatives by each."""
    own = jax.custom_jvp(function)

    def rule(arguments: Any, changes: Any) -> tuple[Any, Any]:
        value = own(*arguments)
        return value, (slopes(value, *arguments) * changes[0]).sum(axis=-1)

    own.defjvp(rule)
    return own


def _first(levels: Any) -> Any:
    return jnp.where(jnp.arange(levels.shape[-1]) == 0, 1.0, 0.0) + 0 * levels


def _log(p: Any) -> Any:
    """Return ln p, and 0 for p ≤ 0."""
    return jnp.log(jnp.where(p > 0, p, 1.0))


def _coherence_entropy(values: Any) -> Any:
    """Return Σ |⟨j|k⟩|² D(λ_k‖p_j) for eigenvectors |k⟩, in which no term is negative."""
    levels, vectors = jnp.linalg.eigh(_matrix(values))
    diagonal = values[..., : levels.shape[-1], None]
    levels = jnp.maximum(levels, 0.0)[..., None, :]
    operands = (Operand(_AtOnce, each) for each in (levels, diagonal, levels - diagonal))
    return (abs(vectors) ** 2 * divergence(*operands).value).sum(axis=(-2, -1))


def _coherence_slopes(_: Any, values: Any) -> Any:
    found, size = _numbers(values, _log), isqrt(values.shape[-1])
    return found.at[..., :size].add(-jnp.log(values[..., :size]))


# Functions of waves -----------------------------------------------------------------------------


def _waves(values: Any, angle: Any) -> tuple[Any, Any, Any]:
    """Return k, and the real and imaginary parts of the waves at an angle, along the last axis."""
    k = jnp.arange(1.0, values.shape[-1] // 2 + 1)
    turned = (values[..., ::2] + 1j * values[..., 1::2]) * jnp.exp(1j * k * angle[..., None])
    return k, turned.real, turned.imag


def _climbed(values: Any, angle: Any, steps: int, far: float) -> Any:
    """Return where so many steps of Newton's method lead, in (−π, π]."""
    for _ in range(steps):
        k, real, imaginary = _waves(values, angle)
        slope, bend = -(k * imaginary).sum(axis=-1), -(k**2 * real).sum(axis=-1)
        step = jnp.clip(-slope / jnp.where(bend < 0, bend, -1.0), -far, far)
        angle = angle + jnp.where(bend < 0, step, 0.0)
    return jnp.where(angle <= -pi, angle + 2 * pi, jnp.where(angle > pi, angle - 2 * pi, angle))


def _top(values: Any) -> Any:
    """Return the angle of the highest point: of equal ones the nearest to 0, then the positive."""
    if values.shape[-1] == 4:
        _, x, y = two_waves(*(Operand(_AtOnce, values[..., k]) for k in range(4)))
        return y.angle(x).value
    count = ANGLES * (values.shape[-1] // 2)
    far = pi / count
    starts = far * (2 * jnp.arange(count) + 1 - count)
    every = values[..., None, :]
    angle = _climbed(every, starts + 0 * every[..., 0], STEPS, far)
    height, size = _waves(every, angle)[1].sum(axis=-1), abs(every).sum(axis=-1)
    equal = height >= height.max(axis=-1, keepdims=True) - EQUAL * size
    distance = jnp.where(equal, abs(angle), jnp.inf)
    nearest = distance <= distance.min(axis=-1, keepdims=True) + NEAR
    best = _climbed(values, jnp.where(nearest, angle, -jnp.inf).max(axis=-1), STEPS, far)
    return jnp.where(size[..., 0] > 0, best, jnp.nan)


def _in_turn(first: Any, second: Any) -> Any:
    return jnp.stack([first, second], axis=-1).reshape(*first.shape[:-1], -1)


def _phase_slopes(angle: Any, values: Any) -> Any:
    """Return the derivatives of the phase from those of the slope, which stays zero."""
    k, real, _ = _waves(values, angle)
    turns = k * angle[..., None]
    slopes = _in_turn(-k * jnp.sin(turns), -k * jnp.cos(turns))
    return slopes / (k**2 * real).sum(axis=-1, keepdims=True)


_phase = _summed(_top, _phase_slopes)


def _maximum_slopes(_: Any, values: Any) -> Any:
    turns = jnp.arange(1.0, values.shape[-1] // 2 + 1) * _phase(values)[..., None]
    return _in_turn(jnp.cos(turns), -jnp.sin(turns))


def _height(values: Any) -> Any:
    nothing = (values == 0).all(axis=-1)
    return jnp.where(nothing, 0.0, _waves(values, _top(values))[1].sum(axis=-1))


FUNCTIONS: Mapping[str, Callable[[Any], Any]] = {
    "CoherenceEntropy": _summed(_coherence_entropy, _coherence_slopes),
    "LeastEigenvalue": _trace(lambda p: p * _first(p), _first),
    "NegativePart": _trace(lambda p: -jnp.minimum(p, 0.0), lambda p: jnp.where(p < 0, -1.0, 0.0)),
    "TimesLog": _summed(
        lambda v: v[..., 0] * jnp.log(jnp.where(v[..., 0] == 0, 1.0, v[..., 1])),
        lambda _, v: jnp.stack([jnp.log(v[..., 1]), v[..., 0] / v[..., 1]], axis=-1),
    ),
    "WaveMaximum": _summed(_height, _maximum_slopes),
    "WavePhase": _phase,
}
"""Functions of numbers along the last axis, by the names of their nodes."""
