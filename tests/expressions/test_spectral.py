"""Entropies, negative eigenvalues and maxima lose no digits, judged by their definitions."""

import mpmath
import numpy as np
import pytest
from sympy import Rational, S, log, pi, symbols

from symsync.evaluate import Formula, evaluator
from symsync.expressions.spectral import (
    CoherenceEntropy,
    Divergence,
    NegativePart,
    WaveMaximum,
    WavePhase,
)

POINTS = 60

BOUND = 64 * 2.0**-53
"""No sum here has more than a few dozen terms of one sign."""


def functions(kind, count):
    """The function of `count` real numbers in double precision and at any."""
    arguments = symbols(f"a:{count}", real=True)
    formula = Formula("f", kind(*arguments), arguments, "f")
    return evaluator(formula), evaluator(formula, "mpmath"), [a.name for a in arguments]


def agree(kind, values, digits=60):
    """The largest relative error on points given as one array for each argument."""
    ours, judge, names = functions(kind, len(values))
    found = ours(**dict(zip(names, values, strict=True)))
    with mpmath.workdps(digits):
        exact = judge(
            **{n: [mpmath.mpf(float(x)) for x in v] for n, v in zip(names, values, strict=True)}
        )
        errors = [
            abs(mpmath.mpf(float(a)) - b) / abs(b) for a, b in zip(found, exact, strict=True) if b
        ]
        zeros = [float(a) for a, b in zip(found, exact, strict=True) if not b]
    assert not any(zeros)
    return float(max(errors))


def state(rng, size, count=POINTS, decades=6):
    """Random positive Hermitian matrices, populations far apart and nearly pure ones among them."""
    root = rng.normal(size=(count, size, size)) + 1j * rng.normal(size=(count, size, size))
    weight = 10 ** -rng.uniform(0, decades, (count, size))
    scale = 10 ** -rng.uniform(0, decades, (count, size))
    root = scale[:, :, None] * root * np.sqrt(weight)[:, None, :]
    return root @ root.conj().swapaxes(1, 2)


def entries(matrices):
    size = matrices.shape[-1]
    above = [matrices[:, i, j] for i in range(size) for j in range(i + 1, size)]
    return [matrices[:, k, k].real for k in range(size)] + [
        part for each in above for part in (each.real, each.imag)
    ]


def test_divergence_is_accurate_where_its_arguments_agree(rng):
    """p ln(p/q) − p + q from p − q in 10^−16 to 1 of q, where the plain sum has no digit left."""
    q = 10 ** rng.uniform(-8, 0, POINTS)
    gap = q * 10 ** rng.uniform(-15, 3, POINTS)
    gap[::3] *= -rng.uniform(0, 1, len(gap[::3])) * q[::3] / gap[::3]
    ours, _, names = functions(Divergence, 3)
    found = ours(**dict(zip(names, (q + gap, q, gap), strict=True)))
    with mpmath.workdps(60):
        exact = [
            (b + g) * mpmath.log1p(g / b) - g
            for b, g in zip(map(mpmath.mpf, q), map(mpmath.mpf, gap), strict=True)
        ]
        error = max(abs(a - b) / b for a, b in zip(map(mpmath.mpf, found), exact, strict=True))
    assert error < BOUND
    assert ours(a0=0.0, a1=0.25, a2=-0.25) == 0.25
    assert ours(a0=0.0, a1=0.0, a2=0.0) == 0


@pytest.mark.parametrize("size", [2, pytest.param(3, marks=pytest.mark.slow)])
def test_the_entropy_of_coherence_is_accurate(size, rng):
    """Also where the coherences are tiny: entropies alone would cancel to nothing."""
    matrices = state(rng, size)
    faint = matrices * np.where(np.eye(size, dtype=bool), 1, 1e-7)
    for each in (matrices, faint):
        assert agree(CoherenceEntropy, entries(each), 90) < 1e3 * BOUND  # conditioned by the matrix
    diagonal = matrices * np.eye(size)
    ours, _, names = functions(CoherenceEntropy, 4 if size == 2 else 9)
    assert not ours(**dict(zip(names, entries(diagonal), strict=True))).any()


def test_the_negative_part_of_two_levels_is_accurate(rng):
    p, q = 10 ** rng.uniform(-12, 0, (2, POINTS))
    modulus = np.sqrt(p * q) * 10 ** rng.uniform(-1, 6, POINTS)
    phase = rng.uniform(0, 2 * np.pi, POINTS)
    close = np.abs(modulus**2 / (p * q) - 1) > 0.01  # where it starts, it is ill-conditioned
    values = [v[close] for v in (p, q, modulus * np.cos(phase), modulus * np.sin(phase))]
    assert agree(NegativePart, values) < 1e3 * BOUND


def test_the_negative_part_of_three_levels_is_accurate(rng):
    """((0, a, g), (a*, p, b), (g*, b*, 0)) with one and with two negative eigenvalues."""
    zero = np.zeros(POINTS)
    p = 10 ** rng.uniform(-6, 0, POINTS)
    moduli = 10 ** rng.uniform(-9, 0, (3, POINTS))
    moduli[2, ::2] *= 1e-6
    phases = rng.uniform(0, 2 * np.pi, (3, POINTS))
    parts = [
        part for m, f in zip(moduli, phases, strict=True) for part in (m * np.cos(f), m * np.sin(f))
    ]
    x = symbols("p x1 y1 x2 y2 x3 y3", real=True)
    rhs = NegativePart(0, x[0], 0, *x[1:])
    formula = Formula("f", rhs, x, "f")
    values = dict(zip([s.name for s in x], [p, *parts], strict=True))
    found = evaluator(formula)(**values)
    matrices = np.zeros((POINTS, 3, 3), complex)
    matrices[:, 1, 1] = p
    for k, (i, j) in enumerate(((0, 1), (0, 2), (1, 2))):
        matrices[:, i, j] = parts[2 * k] + 1j * parts[2 * k + 1]
        matrices[:, j, i] = matrices[:, i, j].conj()
    dets = np.linalg.det(matrices).real
    assert (dets > 0).any()
    assert (dets < 0).any()
    with mpmath.workdps(80):
        exact = evaluator(formula, "mpmath")(
            **{n: [mpmath.mpf(v) for v in a] for n, a in values.items()}
        )
        error = max(abs(a - b) / b for a, b in zip(map(mpmath.mpf, found), exact, strict=True))
    assert error < BOUND
    assert not zero.any()


def certain_maximum(x1, y1, x2, y2):
    """A cos s + B cos(κ − 2s) where the derivative changes its sign, by bisection."""
    c1, c2 = complex(x1, y1), complex(x2, y2)
    a, b, kappa = abs(c1), abs(c2), abs(np.angle(c2 * np.conj(c1) ** 2))
    low, high = 0.0, kappa / 2
    for _ in range(80):
        middle = (low + high) / 2
        if 2 * b * np.sin(kappa - 2 * middle) > a * np.sin(middle):
            low = middle
        else:
            high = middle
    return a * np.cos(low) + b * np.cos(kappa - 2 * low)


def waves(rng, count=2000):
    """Two waves of all ratios; many near the pitchfork A = 4B, κ = π, where two maxima part."""
    ratio = 10 ** rng.uniform(-6, 6, count)
    kappa = rng.uniform(-np.pi, np.pi, count)
    ratio[::2] = 4 * (
        1 + rng.choice([-1, 1], len(ratio[::2])) * 10 ** rng.uniform(-12, -0.5, len(ratio[::2]))
    )
    kappa[::3] = np.pi - 10 ** rng.uniform(-9, 0, len(kappa[::3]))
    alpha = rng.uniform(-np.pi, np.pi, count)
    c1, c2 = ratio * np.exp(1j * alpha), np.exp(1j * (kappa + 2 * alpha))
    return [c1.real, c1.imag, c2.real, c2.imag]


def test_the_maximum_of_two_waves_is_the_largest(rng):
    """It is that of bisection, no angle of a grid is higher, and the phase belongs to it."""
    values = waves(rng)
    maximum, _, names = functions(WaveMaximum, 4)
    phase, _, _ = functions(WavePhase, 4)
    arguments = dict(zip(names, values, strict=True))
    found = maximum(**arguments)
    certain = np.array([certain_maximum(*point) for point in zip(*values, strict=True)])
    assert np.abs(found / certain - 1).max() < BOUND

    def height(angle):
        x1, y1, x2, y2 = values
        return (
            x1 * np.cos(angle)
            - y1 * np.sin(angle)
            + x2 * np.cos(2 * angle)
            - y2 * np.sin(2 * angle)
        )

    assert np.abs(height(phase(**arguments)) / certain - 1).max() < BOUND
    for angle in np.linspace(-np.pi, np.pi, 101):
        assert (height(angle) <= found * (1 + BOUND)).all()


def test_one_wave_alone_has_its_amplitude():
    maximum, _, _ = functions(WaveMaximum, 4)
    phase, _, _ = functions(WavePhase, 4)
    assert maximum(a0=3.0, a1=4.0, a2=0.0, a3=0.0) == 5
    assert maximum(a0=0.0, a1=0.0, a2=-3.0, a3=4.0) == pytest.approx(5, rel=BOUND)
    assert maximum(a0=0.0, a1=0.0, a2=0.0, a3=0.0) == 0
    assert np.isnan(phase(a0=0.0, a1=0.0, a2=0.0, a3=0.0))


def test_closed_forms_are_written_out():
    p, q, x, y = symbols("p q x y", positive=True)
    assert Divergence(p, q, p - q).doit() == p * log(p / q) - p + q
    assert Divergence(0, q, -q) == q
    at = {p: 0.3, q: 0.2, x: 0.4, y: 0.1}
    matrix = np.array([[0.3, 0.4 + 0.1j], [0.4 - 0.1j, 0.2]])
    values = np.linalg.eigvalsh(matrix)
    negative = NegativePart(p, q, x, y).doit().subs(at)
    assert float(negative) == pytest.approx(-values[0], rel=1e-14)
    three = (0.5, 0.3, 0.2, 0.1, 0.05, 0.02, 0.04, 0.03, 0.01)
    arguments = symbols("a:9", real=True)
    closed = CoherenceEntropy(*arguments).doit().subs(dict(zip(arguments, three, strict=True)))
    direct = CoherenceEntropy(*arguments).matrix.subs(dict(zip(arguments, three, strict=True)))
    spectrum = np.linalg.eigvalsh(np.array(direct.evalf(), complex))
    diagonal = np.array(three[:3])
    expected = (spectrum * np.log(spectrum)).sum() - (diagonal * np.log(diagonal)).sum()
    assert float(closed) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("function", "written"),
    [
        (Divergence(Rational(1, 3), Rational(1, 2), -Rational(1, 6)), None),
        (NegativePart(1, Rational(1, 4), Rational(2, 3), Rational(1, 5)), None),
        (CoherenceEntropy(1, Rational(1, 4), Rational(1, 3), Rational(1, 5)), None),
        (WaveMaximum(3, 4, 0, 0), 5),
        (WavePhase(1, -1, 0, 0), pi / 4),
    ],
)
def test_at_numbers_they_are_numbers_of_any_precision(function, written):
    """`evalf` computes them as `doit` writes them out."""
    expected = (function.doit() if written is None else S(written)).evalf(50)
    assert abs(function.evalf(40) - expected) < 1e-38
