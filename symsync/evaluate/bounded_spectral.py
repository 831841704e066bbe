"""Functions of blocks and waves of numbers with bounds, by their steps or by how far they move.

The steps of `symsync.expressions.stable` keep relative errors, and lose the bound where levels
cross.  How far a function moves with its matrix is known everywhere, relative to the matrix.  The
smaller of the two bounds is taken.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from symsync.evaluate.bounded import LIBRARY, UNIT, Bounded, better
from symsync.evaluate.kernels.batched_numpy import ALIKE, KERNELS
from symsync.expressions import stable
from symsync.expressions.spectral import (
    BlockInformation,
    CoherenceEntropy,
    Divergence,
    EntropyTerm,
    LeastEigenvalue,
    LogarithmicMean,
    LogOnePlus,
    NegativePart,
    TimesLog,
    WaveInformation,
    WaveMaximum,
    WavePhase,
)

__all__ = ["SPECTRAL"]

STEPS = 64 * UNIT
"""The relative error of a maximum of waves by Newton's method, and of where iterations end."""

DIRECTIONS = 256
"""Angles at which a rival of the maximum is looked for."""


def _by_steps(compute: Callable[..., Bounded], *args: Any) -> Bounded:
    found = compute(*args)
    return Bounded(found.value, found.error + STEPS * abs(found.value))


def _matrix(args: tuple[Bounded, ...]) -> tuple[Any, Any, Any]:
    """Return the diagonal and the eigenvalues, and how far the matrix moves in the trace norm."""
    rows, moved = _rows(args)
    diagonal = np.moveaxis(np.diagonal(rows, axis1=-2, axis2=-1).real, -1, 0)
    return diagonal, np.moveaxis(np.linalg.eigvalsh(rows), -1, 0), moved


def _rows(args: tuple[Bounded, ...]) -> tuple[Any, Any]:
    """Return the matrix, and how far it moves in the trace norm.

    The trace norm is at most the sum of the moduli of all entries.  LAPACK's eigenvalues are those
    of a matrix that differs by a few roundings of the norm for each row.
    """
    size = round(len(args) ** 0.5)
    shape = np.broadcast_shapes(*(np.shape(each.value) for each in args))
    values = np.stack([np.broadcast_to(each.value, shape) for each in args])
    errors = np.stack([np.broadcast_to(each.error, shape) for each in args])
    finite = np.isfinite(values).all(axis=0)
    values = np.where(finite, values, 0.0)
    rows = np.zeros((*shape, size, size), complex)
    rows[..., range(size), range(size)] = np.moveaxis(values[:size], 0, -1)
    i, j = np.triu_indices(size, 1)
    above = np.moveaxis(values[size::2] + 1j * values[size + 1 :: 2], 0, -1)
    rows[..., i, j], rows[..., j, i] = above, above.conj()
    norm = np.sqrt((abs(rows) ** 2).sum(axis=(-2, -1)))
    moved = errors[:size].sum(axis=0) + 2 * errors[size:].sum(axis=0)
    return rows, np.where(finite, moved + 16 * size**2 * UNIT * norm, np.inf)


def _negative_part(*args: Bounded, zeros: tuple[bool, ...]) -> Bounded:
    """It moves by at most the trace norm of what its matrix moves by."""
    _, eigenvalues, moved = _matrix(args)
    value = np.maximum(-eigenvalues, 0).sum(axis=0)
    by_matrix = Bounded(value, moved + 16 * UNIT * value)
    if len(args) == 4:
        return better(_by_steps(stable.negative_part, *args), by_matrix)
    if zeros[0] and zeros[2]:
        given = [None if zero else arg for zero, arg in zip(zeros, args, strict=True)]
        return better(_by_steps(stable.negative_part, *given), by_matrix)
    return by_matrix


def _least_eigenvalue(*args: Bounded, zeros: tuple[bool, ...]) -> Bounded:
    """It moves by at most the norm of what its matrix moves by."""
    _, eigenvalues, moved = _matrix(args)
    return Bounded(eigenvalues[0], moved)


def _x_log_x(x: Any, error: Any) -> Bounded:
    """Return x ln x of a probability.

    Its slope is 1 + ln x.  Above the error d this is at most that of the smaller number; below d
    the integral of the slope is at most d(2 + |ln d|).
    """
    x = np.maximum(x, 0.0)
    low = np.maximum(x - error, error)
    value = np.where(x > 0, x * np.log(np.where(x > 0, x, 1.0)), 0.0)
    slope = 3 + 2 * abs(np.log(low)) + abs(np.log(x + error))
    moved = np.where(error == 0, 0.0, np.where(error < 1, error * slope, np.inf))
    return Bounded(value, moved + LIBRARY * abs(value))


def _coherence_entropy(*args: Bounded, zeros: tuple[bool, ...]) -> Bounded:
    """Each eigenvalue and each entry moves by at most the norm of what the matrix moves by."""
    diagonal, eigenvalues, moved = _matrix(args)
    parts = [_x_log_x(each, moved) for each in eigenvalues]
    parts += [-_x_log_x(p, arg.error) for p, arg in zip(diagonal, args, strict=False)]
    value: Any = sum(part.value for part in parts)
    sizes = sum(abs(part.value) for part in parts)
    error = sum(part.error for part in parts) + 16 * UNIT * sizes
    by_matrix = Bounded(np.maximum(value, 0.0), error)
    if len(args) > 9:
        return by_matrix
    return better(_by_steps(stable.coherence_entropy, *args), by_matrix)


def _divergence(p: Bounded, q: Bounded, gap: Bounded, zeros: Any) -> Bounded:
    """The part p ln p moves as in `_x_log_x`, and p ln q by its derivatives."""
    logarithm = q.log()
    parts = [_x_log_x(p.value, p.error), -(abs(p) * logarithm), -p, q]
    value: Any = sum(part.value for part in parts)
    sizes = sum(abs(part.value) for part in parts)
    error = sum(part.error for part in parts) + 16 * UNIT * sizes
    apart = Bounded(np.maximum(value, 0.0), error)
    found = better(_by_steps(stable.divergence, p, q, gap), apart)
    empty = p.value + p.error + abs(q.value) + q.error == 0
    return Bounded(np.where(empty, 0.0, found.value), np.where(empty, 0.0, found.error))


def _entropy_term(p: Bounded, _: Bounded, zeros: Any) -> Bounded:
    return -_x_log_x(p.value, p.error)


def _times_log(x: Bounded, y: Bounded, zeros: Any) -> Bounded:
    """The product x ln y; where x is exactly 0, it is 0."""
    found, nothing = x * y.log(), (x.value == 0) & (x.error == 0)
    return Bounded(np.where(nothing, 0.0, found.value), np.where(nothing, 0.0, found.error))


def _logarithmic_mean(p: Bounded, q: Bounded, zeros: Any) -> Bounded:
    return _by_steps(stable.logarithmic_mean, p, q)


def _log_one_plus(x: Bounded, zeros: Any) -> Bounded:
    return _by_steps(LogOnePlus.stable, x)


def _waves(args: tuple[Bounded, ...]) -> tuple[Any, Any, Any]:
    """Return the maximum and its phase, and what the sum of waves may err by at any phase."""
    moved = sum(arg.error + STEPS * abs(arg.value) for arg in args)
    if len(args) == 4:
        height, x, y = stable.two_waves(*(Bounded(arg.value, 0.0) for arg in args))
        phase = y.angle(x)
        return height.value, phase.value, moved
    values = np.array(np.broadcast_arrays(*(arg.value for arg in args)), dtype=float)
    height, phase = np.empty(values.shape[1]), np.empty(values.shape[1])
    KERNELS["WaveMaximum"](values, height)
    KERNELS["WavePhase"](values, phase)
    return height, phase, moved


def _maximum(*args: Bounded, zeros: tuple[bool, ...]) -> Bounded:
    """The maximum of a sum moves by at most what the sum moves by."""
    height, _, moved = _waves(args)
    return Bounded(height, moved)


def _phase(*args: Bounded, zeros: tuple[bool, ...]) -> Bounded:
    """The maximum is where the slope vanishes, if it is curved and has no rival.

    Let c be the curvature, s the error of the slope and T a bound of the third derivative.  If
    8sT < c², a zero of the slope lies within 2s/c.  Within c/(2T) the sum of waves is concave; all
    other directions must be lower by more than their errors.
    """
    height, phase, moved = _waves(args)
    waves = [
        (k, x.value, y.value)
        for k, (x, y) in enumerate(zip(args[::2], args[1::2], strict=True), start=1)
    ]

    def wave(angle: Any, shift: float = 0.0, power: int = 0) -> Any:
        """Return Σ k^power (x cos − y sin)(kφ + shift)."""
        return sum(
            k**power * (x * np.cos(k * angle + shift) - y * np.sin(k * angle + shift))
            for k, x, y in waves
        )

    def sizes(power: int) -> Any:
        return sum(k**power * np.hypot(x, y) for k, x, y in waves)

    slope = abs(wave(phase, np.pi / 2, 1)) + len(waves) * moved
    curved, third = wave(phase, 0.0, 2) - len(waves) ** 2 * moved, sizes(3)
    step = 2 * np.pi / DIRECTIONS
    rival = height - 2 * moved - step**2 / 8 * sizes(2)
    safe = (8 * slope * third < curved**2) & (curved > 0)
    for angle in step * np.arange(DIRECTIONS):
        near = abs((angle - phase + np.pi) % (2 * np.pi) - np.pi) < curved / (2 * third) - step
        safe &= near | (wave(angle) < rival)
    error = 2 * slope / curved
    safe &= abs(phase) + error < np.pi
    return Bounded(phase, np.where(safe, error, 2 * np.pi) + LIBRARY * abs(phase))


def _block_information(*args: Bounded, zeros: tuple[bool, ...]) -> Bounded:
    """F = max_L 2 Tr NL − Tr ML², where ML + LM = 2N.

    If M moves by m and N by s, F moves by at most 2s|L| + m|L|² with the larger of both |L|, and
    they differ by at most (s + m|L|)/(λ − m), where λ is the least eigenvalue of M.
    """
    half = len(args) // 2
    (rows, m), (slopes, s) = _rows(args[:half]), _rows(args[half:])
    levels, vectors = np.linalg.eigh(rows)
    levels = np.maximum(levels, 0)
    pairs = levels[..., :, None] + levels[..., None, :]
    inner = vectors.conj().swapaxes(-1, -2) @ slopes @ vectors
    both = 2 * inner / np.where(pairs > 0, pairs, np.inf)
    value = (both.conj() * inner).real.sum(axis=(-2, -1))
    size, left = np.sqrt((abs(both) ** 2).sum(axis=(-2, -1))), levels[..., 0] - m
    largest = size + (s + m * size) / left
    error = 2 * s * largest + m * largest**2 + 16 * len(args) * UNIT * value
    found = Bounded(value, np.where(left > 0, error, np.inf))
    return better(_by_steps(stable.block_information, *args), found) if half <= 4 else found


def _wave_information(*args: Bounded, zeros: tuple[bool, ...]) -> Bounded:
    """At each angle the integrand is between those of the least and the largest w and w′.

    The mean over 256 angles is doubled, as it is no integral.
    """
    values = np.array(np.broadcast_arrays(*(arg.value for arg in args)), dtype=float)
    flat = values.reshape(len(args), -1)
    found = np.empty(flat.shape[1])
    KERNELS["WaveInformation"](flat, found)
    k = np.arange(2, len(args) + 2) // 2
    moved = sum(arg.error + STEPS * abs(arg.value) for arg in args)
    bent = sum(n * (arg.error + STEPS * abs(arg.value)) for n, arg in zip(k, args, strict=True))
    grown: Any = 0.0
    low: Any = np.inf
    for angle in 2 * np.pi / DIRECTIONS * np.arange(DIRECTIONS):
        turns = [np.exp(1j * n * angle) * (1 if j % 2 == 0 else 1j) for j, n in enumerate(k)]
        wave = 1 + sum(t.real * v for t, v in zip(turns, values, strict=True))
        slope = abs(sum(n * t.imag * v for n, t, v in zip(k, turns, values, strict=True)))
        low = np.minimum(low, wave - 2 * moved)
        grown = grown + (slope + bent) ** 2 / abs(wave - moved) - slope**2 / abs(wave)
    value = found.reshape(values.shape[1:])
    error = 2 * grown / DIRECTIONS + ALIKE * value
    return Bounded(value, np.where(low > 0, error, np.inf))


SPECTRAL: dict[Any, Callable[..., Bounded]] = {
    BlockInformation: _block_information,
    LeastEigenvalue: _least_eigenvalue,
    NegativePart: _negative_part,
    TimesLog: _times_log,
    CoherenceEntropy: _coherence_entropy,
    Divergence: _divergence,
    EntropyTerm: _entropy_term,
    LogarithmicMean: _logarithmic_mean,
    LogOnePlus: _log_one_plus,
    WaveInformation: _wave_information,
    WaveMaximum: _maximum,
    WavePhase: _phase,
}
"""The functions of `symsync.expressions.spectral` of numbers with bounds."""
