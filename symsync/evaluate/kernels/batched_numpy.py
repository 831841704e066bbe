"""Functions of blocks and of waves on arrays of points, by the eigenvalues of LAPACK.

A kernel takes its arguments as rows of an array and writes into another; a point whose arguments
are not all finite becomes nan.
"""

from math import isqrt
from typing import Any

import numpy as np

__all__ = ["ALIKE", "KERNELS", "SLOPES"]

CLOSE = 2.0**-17
"""Half a wave length times this: here the top of the waves is flat to the last digit."""

EQUAL = 2.0**-49
"""Maxima whose heights differ by less, relative to the sum of amplitudes, are equal."""

NEAR = 1e-8
"""Maxima whose distances from zero differ by less are equally near."""


TINY = 2.0**-1000
"""This number is added to denominators that may vanish, so that 0/0 is 0."""

START = 0.3819660112501051
"""The first angle, in turns: no multiple of it is a simple fraction."""

DOUBLINGS = 14
"""So often are the angles of a mean doubled, from 16 for each wave."""

MANY = 256
"""So many angles are looked at in one step."""

ALIKE = 2.0**-42
"""Means over n and over 2n angles that differ by less have errors that are about its square."""


class _Blocks:
    """Hermitian matrices, one for each point, scaled to entries of about 1."""

    def __init__(self, entries: Any) -> None:
        self.size = isqrt(len(entries))
        self.missing = (0 * entries).sum(axis=0)
        entries = np.where(self.missing == 0, entries, 0)
        exponents = np.maximum(np.frexp(np.abs(entries).max(axis=0))[1] - 1, -1000)
        self.scale = np.ldexp(1.0, exponents)
        self.diagonal, above = np.split((entries / self.scale).T, [self.size], axis=1)
        self.pairs = np.triu_indices(self.size, 1)
        real, imaginary = above[:, ::2], above[:, 1::2]
        shape = (*self.scale.shape, self.size, self.size)
        self.matrices = np.zeros(shape, complex if imaginary.any() else float)
        self.matrices[:, range(self.size), range(self.size)] = self.diagonal
        below = real - 1j * imaginary if imaginary.any() else real
        self.matrices[:, self.pairs[1], self.pairs[0]] = below  # which is all that LAPACK reads

    def levels(self) -> Any:
        """Return the eigenvalues, shape (points, size)."""
        return np.linalg.eigvalsh(self.matrices)

    def numbers(self, function: Any) -> Any:
        """Return the numbers of a function of the matrices, in the order of the arguments."""
        levels, vectors = np.linalg.eigh(self.matrices)
        found = (function(levels)[:, None, :] * vectors) @ vectors.conj().swapaxes(1, 2)
        above = found[:, self.pairs[0], self.pairs[1]].T
        parts = np.stack([above.real, above.imag], axis=1).reshape(-1, len(found))
        return self.missing + np.concatenate([found.real.diagonal(axis1=1, axis2=2).T, parts])

    def slopes(self, function: Any) -> Any:
        """Return the derivatives of Tr F by the arguments, with F′ = function."""
        found = self.numbers(function)
        found[self.size :] *= 2  # an entry above the diagonal stands there twice
        return found


def _negative(levels: Any) -> Any:
    return (levels < 0).astype(float)


def _least(levels: Any) -> Any:
    return (levels == levels[:, :1]).astype(float)


def _log(levels: Any) -> Any:
    """Return ln p, and 0 for p ≤ 0."""
    return np.log(np.where(levels > 0, levels, 1))


def _negative_part(values: Any, out: Any) -> None:
    blocks = _Blocks(values)
    out[:] = blocks.missing - blocks.scale * np.minimum(blocks.levels(), 0).sum(axis=1)


def _least_eigenvalue(values: Any, out: Any) -> None:
    blocks = _Blocks(values)
    out[:] = blocks.missing + blocks.scale * blocks.levels()[:, 0]


def _least_projector(values: Any, out: Any) -> None:
    out[:] = _Blocks(values[1:]).numbers(_least)[int(values[0, 0]) - 1]


def _times_log(p: Any) -> Any:
    """Return p ln p, and 0 for p ≤ 0."""
    return p * _log(p)


def _coherence_entropy(values: Any, out: Any) -> None:
    blocks = _Blocks(values)
    grown = _times_log(blocks.levels()).sum(axis=1) - _times_log(blocks.diagonal).sum(axis=1)
    out[:] = blocks.missing + blocks.scale * grown


def _negative_projector(values: Any, out: Any) -> None:
    out[:] = _Blocks(values[1:]).numbers(_negative)[int(values[0, 0]) - 1]


def _entropy_slope(values: Any, out: Any) -> None:
    blocks, k = _Blocks(values[1:]), int(values[0, 0]) - 1
    out[:] = blocks.numbers(_log)[k]
    if k < blocks.size:
        out -= np.log(blocks.diagonal[:, k])


class _Waves:
    """Sums of waves, one for each point, scaled to parts of about 1."""

    def __init__(self, values: Any) -> None:
        largest = np.abs(values).max(axis=0)
        self.missing = (0 * values).sum(axis=0)
        self.good = (self.missing == 0) & (largest > 0)
        self.scale = np.where(self.good, largest, 1)
        parts = np.where(self.good, values / self.scale, 0)
        self.c = parts[::2] + 1j * parts[1::2]
        self.k = np.arange(1, len(self.c) + 1)[:, None]
        self.slack = EQUAL * np.abs(self.c).sum(axis=0)
        self.third = (self.k**3 * np.abs(self.c)).sum(axis=0)

    def __call__(self, point: Any, angle: Any) -> tuple[Any, Any, Any]:
        """Return the sum of the waves of a point at an angle, and its first two derivatives."""
        turned = self.c[:, point] * np.exp(1j * angle) ** self.k
        return (
            turned.real.sum(axis=0),
            -(self.k * turned.imag).sum(axis=0),
            -(self.k**2 * turned.real).sum(axis=0),
        )

    def climb(self, point: Any, angle: Any, far: float) -> tuple[Any, Any, Any]:
        """Follow Newton's method to the top; return the points, angles in (−π, π] and heights."""
        for _ in range(60):  # on a flat top it is slow
            top, slope, bend = self(point, angle)
            step = np.where(bend < 0, np.clip(-slope / np.where(bend < 0, bend, -1), -far, far), 0)
            if (np.abs(step) <= 2.0**-50).all():
                break
            angle = angle + step
        turns = np.where(angle <= -np.pi, 1, np.where(angle > np.pi, -1, 0))
        return point, angle + 2 * np.pi * turns, top

    def tops(self) -> tuple[Any, Any, Any]:
        """Return points, angles and heights of maxima, all that may be the highest among them.

        Intervals are halved until they hold no highest point, or one to which Newton's method
        leads: there the second derivative has one sign.
        """
        n = len(self.c)
        half = np.pi / (4 * n)
        point = np.repeat(np.flatnonzero(self.good), 4 * n)
        angle = np.tile(half * (2 * np.arange(4 * n) + 1 - 4 * n), self.good.sum())
        seen = np.full(len(self.good), -np.inf)
        found = []
        while len(point):
            value, slope, bend = self(point, angle)
            np.maximum.at(seen, point, value)
            side, third = np.abs(slope), self.third[point]
            far = np.minimum(half, np.where(bend < 0, side / np.where(bend < 0, -bend, 1), half))
            upper = value + far * (side + far * bend / 2) + third * half**3 / 6
            kept = upper >= seen[point] - self.slack[point]
            single = bend < -4 * third * half
            ends = single | (half * n < CLOSE)
            rises = kept & ends & (~single | (side <= -1.25 * bend * half))
            reach = (64 if half * n < CLOSE else 2) * half
            found.append(self.climb(point[rises], angle[rises], reach))
            half /= 2
            point, angle = np.repeat(point[kept & ~ends], 2), np.repeat(angle[kept & ~ends], 2)
            angle = angle + np.resize([-half, half], len(angle))
        point, angle, top = (np.concatenate(parts) for parts in zip(*found, strict=True))
        return point, angle, top


def _wave_maximum(values: Any, out: Any) -> None:
    waves = _Waves(values)
    out[:] = np.where(waves.good, -np.inf, waves.missing)
    if waves.good.any():
        point, _, top = waves.tops()
        np.maximum.at(out, point, top)
        out *= waves.scale


def _wave_phase(values: Any, out: Any) -> None:
    """Write the phase of the highest point: of equal ones the nearest to 0, then the positive."""
    waves = _Waves(values)
    out[:] = np.nan
    if not waves.good.any():
        return
    point, angle, top = waves.tops()
    best, near = np.full(len(out), -np.inf), np.full(len(out), np.inf)
    np.maximum.at(best, point, top)
    equal = top >= (best - waves.slack)[point]
    point, angle = point[equal], angle[equal]
    np.minimum.at(near, point, np.abs(angle))
    nearest = np.abs(angle) <= near[point] + NEAR
    np.fmax.at(out, point[nearest], angle[nearest])


def _wave_information(values: Any, out: Any) -> None:
    """Write the mean of w′²/(1 + w) over ever more angles, none of them special to the waves."""
    k = np.arange(1, len(values) // 2 + 1)
    out[:] = 0 * values.sum(axis=0)
    rest, total, angles = np.flatnonzero(out == 0), np.zeros(len(out)), 16 * len(k)
    for doubling in range(DOUBLINGS + 1):
        offset = 0.5 if doubling else 0.0
        c = values[::2, rest] + 1j * values[1::2, rest]
        for first in range(0, angles, MANY):
            steps = np.arange(first, min(first + MANY, angles)) + offset
            turns = np.exp(2j * np.pi * np.outer(steps / angles + START, k))
            wave, slope = (turns @ c).real, ((turns * k) @ c).imag
            total[rest] += (slope**2 / (1 + wave + TINY)).sum(axis=0)
        angles *= 2 if doubling else 1
        found = total[rest] / angles
        changed = np.abs(found - out[rest]) > ALIKE * found
        out[rest], rest = found, rest[changed]
    out[rest] = np.nan


def _two_blocks(values: Any) -> tuple[Any, Any]:
    """Return the blocks M, and those of N that follow as full matrices of their own scale."""
    half = len(values) // 2
    slopes = _Blocks(values[half:])
    lower = np.tril(slopes.matrices, -1)
    full = lower + lower.conj().swapaxes(1, 2)
    places = range(slopes.size)
    full[:, places, places] = slopes.diagonal
    return _Blocks(values[:half]), full * slopes.scale[:, None, None] + slopes.missing[
        :, None, None
    ]


def _block_information(values: Any, out: Any) -> None:
    blocks, slopes = _two_blocks(values)
    levels, vectors = np.linalg.eigh(blocks.matrices)
    levels = np.maximum(levels, 0)
    inner = vectors.conj().swapaxes(1, 2) @ slopes @ vectors
    pairs = levels[:, :, None] + levels[:, None, :]
    share = 2 * np.abs(inner) ** 2 / np.where(pairs > 0, pairs, np.inf)
    out[:] = blocks.missing + share.sum(axis=(1, 2)) / blocks.scale


def _concurrence(values: Any, out: Any) -> None:
    blocks = _Blocks(values)
    levels, vectors = np.linalg.eigh(blocks.matrices)
    half = vectors * np.sqrt(np.maximum(levels, 0))[:, None, :]
    flipped = half[:, ::-1, :] * np.array([-1, 1, 1, -1])[:, None]
    sizes = np.linalg.svd(half.swapaxes(1, 2) @ flipped, compute_uv=False)
    gap = sizes[:, 0] - sizes[:, 1:].sum(axis=1)
    out[:] = blocks.missing + blocks.scale * np.maximum(gap, 0)


KERNELS = {
    "BlockInformation": _block_information,
    "CoherenceEntropy": _coherence_entropy,
    "Concurrence": _concurrence,
    "EntropySlope": _entropy_slope,
    "LeastEigenvalue": _least_eigenvalue,
    "LeastProjector": _least_projector,
    "NegativePart": _negative_part,
    "NegativeProjector": _negative_projector,
    "WaveInformation": _wave_information,
    "WaveMaximum": _wave_maximum,
    "WavePhase": _wave_phase,
}
"""Functions of an array (arguments, points) and of an array for the results, by name."""


def _coherence_slopes(values: Any) -> Any:
    blocks = _Blocks(values)
    found = blocks.slopes(_log)
    found[: blocks.size] -= np.log(blocks.diagonal.T)
    return found


def _turned(values: Any, phase: Any) -> tuple[Any, Any, Any]:
    """Return k, cos kφ and sin kφ for each harmonic."""
    k = np.arange(1, len(values) // 2 + 1)[:, None]
    return k, np.cos(k * phase), np.sin(k * phase)


def _in_turn(first: Any, second: Any) -> Any:
    return np.stack([first, second], axis=1).reshape(-1, first.shape[1])


def _phase_of(values: Any) -> Any:
    phase = np.empty(values.shape[1])
    _wave_phase(values, phase)
    return phase


def _maximum_slopes(values: Any) -> Any:
    _, cosine, sine = _turned(values, _phase_of(values))
    return _in_turn(cosine, -sine)


def _phase_slopes(values: Any) -> Any:
    """Return the derivatives of the phase from those of the slope, which stays zero."""
    k, cosine, sine = _turned(values, _phase_of(values))
    bent = (k**2 * (values[::2] * cosine - values[1::2] * sine)).sum(axis=0)
    return _in_turn(-k * sine, -k * cosine) / bent


SLOPES = {
    "CoherenceEntropy": _coherence_slopes,
    "LeastEigenvalue": lambda values: _Blocks(values).slopes(_least),
    "NegativePart": lambda values: -_Blocks(values).slopes(_negative),
    "WaveMaximum": _maximum_slopes,
    "WavePhase": _phase_slopes,
}
"""Derivatives of an array (arguments, points) by each argument (Hellmann and Feynman), by name."""
