"""Entropies, negative eigenvalues and maxima lose no digits, judged by their definitions."""

import mpmath
import numpy as np
import pytest
from sympy import Rational, S, log, pi, symbols

from symsync.evaluate import Formula, evaluator
from symsync.expressions.latex import latex
from symsync.expressions.printed_equations import equation_latex
from symsync.expressions.spectral import (
    CoherenceEntropy,
    Divergence,
    EntropySlope,
    EntropyTerm,
    LeastEigenvalue,
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


def test_a_negative_diagonal_has_its_part(rng):
    """Two, one or no negative eigenvalues, whatever the sign of the trace."""
    p, q, x, y = rng.normal(size=(4, POINTS))
    x[::2] *= 0.1
    assert ((p < 0) & (q < 0) & (p * q > x**2 + y**2)).any()
    assert agree(NegativePart, [p, q, x, y]) < 1e3 * BOUND  # conditioned by the matrix


# Blocks and waves of any size ---------------------------------------------------------------------


def numeric(matrix):
    """The arguments of a function of a Hermitian matrix of numbers."""
    size = len(matrix)
    above = [matrix[i, j] for i in range(size) for j in range(i + 1, size)]
    parts = [part for each in above for part in (each.real, each.imag)]
    return [float(v) for v in (*np.diag(matrix).real, *parts)]


def hermitian(rng, size):
    root = rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size))
    return root + root.conj().T


@pytest.mark.parametrize("size", [3, 4, 6])
def test_blocks_of_any_size(size, rng):
    matrix = hermitian(rng, size)
    levels = np.linalg.eigvalsh(matrix)
    found = NegativePart(*numeric(matrix)).evalf(20)
    assert float(found) == pytest.approx(-levels[levels < 0].sum(), rel=1e-13)
    positive = matrix @ matrix
    levels, diagonal = np.linalg.eigvalsh(positive), np.diag(positive).real
    expected = (levels * np.log(levels)).sum() - (diagonal * np.log(diagonal)).sum()
    assert float(CoherenceEntropy(*numeric(positive)).evalf(20)) == pytest.approx(expected)
    assert NegativePart(*numeric(positive)).evalf() == 0


def test_what_is_batched():
    """What has elementary steps is computed by them, and only that."""
    a = symbols("a:16", real=True)
    assert not NegativePart(*a[:4]).is_batched
    assert not NegativePart(0, a[1], 0, *a[3:9]).is_batched
    assert NegativePart(*a[:9]).is_batched
    assert NegativePart(0, 0, *a[2:9]).is_batched
    assert NegativePart(*a).is_batched
    assert not CoherenceEntropy(*a[:9]).is_batched
    assert CoherenceEntropy(*a).is_batched
    assert CoherenceEntropy(*a[:4]).diff(a[0]).is_batched
    assert not WaveMaximum(*a[:4]).is_batched
    assert WavePhase(*a[:6]).is_batched
    assert NegativePart(*a).doit() == NegativePart(*a)


@pytest.mark.parametrize("backend", ["numpy", "numba", "c"])
def test_blocks_without_elementary_steps_run_in_every_backend(backend, rng):
    """Each of five matrices gives what mpmath gives, to the accuracy of their norm."""
    arguments = symbols("a:16", real=True)
    formula = Formula("f", NegativePart(*arguments), arguments, "f")
    run, precise = evaluator(formula, backend), evaluator(formula, "mpmath")
    for _ in range(5):
        values = dict(zip(run.parameters, rng.normal(size=16), strict=True))
        assert run(**values) == pytest.approx(float(precise(**values)), rel=1e-13)
    assert run(**{**values, "a0": np.array([1.0, 2.0, 3.0])}).shape == (3,)


@pytest.mark.parametrize("kind", [NegativePart, LeastEigenvalue, CoherenceEntropy])
@pytest.mark.parametrize("size", [2, 3, 4])
def test_blocks_differentiate(kind, size, rng):
    """Each of the n² derivatives is the limit of differences."""
    matrix = hermitian(rng, size)
    values = numeric(matrix @ matrix if kind is CoherenceEntropy else matrix)
    arguments = symbols(f"a:{size**2}", real=True)
    node = kind(*arguments)

    def at(k, shift):
        moved = [mpmath.mpf(v) + (shift if n == k else 0) for n, v in enumerate(values)]
        return kind.definition(*moved)

    for k, argument in enumerate(arguments):
        slope = node.diff(argument).subs(dict(zip(arguments, values, strict=True))).evalf(30)
        with mpmath.workdps(60):
            step = mpmath.mpf("1e-20")
            assert abs((at(k, step) - at(k, -step)) / (2 * step) - slope) < 1e-25
    with pytest.raises(NotImplementedError, match="second derivative"):
        node.diff(arguments[0], arguments[0])


@pytest.mark.slow
def test_waves_of_three_harmonics_differentiate(rng):
    values = [mpmath.mpf(v) for v in rng.normal(size=6)]
    exact = [Rational(float(v)) for v in values]
    arguments = symbols("a:6", real=True)
    for kind in (WaveMaximum, WavePhase):
        for k, argument in enumerate(arguments):
            slope = kind(*arguments).diff(argument)
            slope = slope.subs(dict(zip(arguments, exact, strict=True))).evalf(25)
            with mpmath.workdps(60):
                quotient = mpmath.diff(
                    lambda at, f=kind, n=k: f.definition(*values[:n], at, *values[n + 1 :]),
                    values[k],
                )
                assert abs(quotient - slope) < 1e-18


def test_blocks_and_waves_print_as_what_they_mean():
    a = symbols("a:25", real=True)
    assert latex(NegativePart(*a[:4])) == (
        r"\left\|\left[\begin{matrix}a_{0} & a_{2} + i a_{3}\\a_{2} - i a_{3} & a_{1}"
        r"\end{matrix}\right]\right\|_-"
    )
    large = latex(CoherenceEntropy(*a))
    assert large == (
        r"\mathcal{C}\left[\begin{matrix}a_{0} & a_{5} + i a_{6} & \cdots \\ a_{5} - i a_{6} & "
        r"a_{1} & \cdots \\ \vdots & \vdots & \ddots\end{matrix}\right]_{5 \times 5}"
    )
    long = NegativePart(sum(a) ** 2, *a[1:])
    assert r"M_{11} & a_{5}" in latex(long)
    assert latex(NegativePart(*a[:4]).diff(a[3])).startswith(r"- 2 \operatorname{Im} P_-\left[")
    assert latex(CoherenceEntropy(*a[:4]).diff(a[1])).endswith(r"\end{matrix}\right]_{22}")
    where = equation_latex(symbols("s"), CoherenceEntropy(*a).diff(a[0]))
    assert r"\mathcal{L}[M] &= \ln M - \ln\operatorname{diag} M" in where
    assert latex(WaveMaximum(*a[:4], 0, a[5])) == (
        r"\max_\phi\left[a_{0}\cos\phi - a_{1}\sin\phi + a_{2}\cos 2\phi - a_{3}\sin 2\phi"
        r" - a_{5}\sin 3\phi\right]"
    )
    assert latex(EntropyTerm(a[0], a[1])) == r"- a_{0} \ln{\left(a_{0} \right)}"


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda a: NegativePart(*a[:5]), "must be n² real numbers"),
        (lambda a: NegativePart(a[0]), "must be n² real numbers"),
        (lambda a: EntropySlope(5, *a[:4]), "must be 1 to 4, the number of an entry, but is 5"),
        (lambda a: WavePhase(*a[:5]), "of at least two harmonics, but are 5"),
    ],
)
def test_a_wrong_number_of_arguments_is_named(build, words):
    with pytest.raises(ValueError, match=words):
        build(symbols("a:9", real=True))


def test_an_entropy_term_keeps_its_digits(rng):
    """From 1 − p in 10^−16 to 1."""
    rest = 10 ** rng.uniform(-16, 0, POINTS)
    ours, _, names = functions(EntropyTerm, 2)
    found = ours(**dict(zip(names, (1 - rest, rest), strict=True)))
    with mpmath.workdps(40):
        exact = [-(1 - mpmath.mpf(r)) * mpmath.log1p(-mpmath.mpf(r)) for r in rest]
    assert found == pytest.approx([float(v) for v in exact], rel=8 * 2.0**-52)
    assert ours(a0=0.0, a1=1.0) == 0
    p = symbols("p", positive=True)
    assert EntropyTerm(p, 1 - p).diff(p) == -log(p) - 1
