"""Kernels of blocks and waves agree with their definitions in mpmath at every kind of point."""

import mpmath
import numpy as np
import pytest

from symsync.evaluate.backends.batched import kernel
from symsync.expressions.spectral import SPECTRAL_FUNCTIONS

BACKENDS = ["numpy", "c"]
DEFINITIONS = {function.__name__: function.definition for function in SPECTRAL_FUNCTIONS}
ROUNDING = 2.0**-52


def computed(backend, name, values):
    """What a kernel gives for rows of arguments, in exactly so many places."""
    values = np.ascontiguousarray(values, float)
    out = np.full(values.shape[1] + 2, 7.0)
    kernel(backend, name)(values, out[1:-1])
    assert (out[[0, -1]] == 7).all()
    return out[1:-1]


def judged(name, values):
    """The values of the definition, to 60 digits."""
    with mpmath.workdps(60):
        points = [map(mpmath.mpf, map(float, point)) for point in np.transpose(values)]
        return np.array([float(DEFINITIONS[name](*point)) for point in points])


def entries(matrices):
    """The diagonal, and then Re and Im of the entries above it, as rows of an array."""
    size = matrices.shape[-1]
    above = [matrices[:, i, j] for i in range(size) for j in range(i + 1, size)]
    rows = [matrices[:, k, k].real for k in range(size)]
    return np.array(rows + [part for each in above for part in (each.real, each.imag)])


def gaussian(rng, count, size, is_complex):
    return rng.normal(size=(count, size, size)) + is_complex * 1j * rng.normal(
        size=(count, size, size)
    )


def unitary(rng, count, size, is_complex):
    return np.linalg.qr(gaussian(rng, count, size, is_complex))[0]


def with_levels(rng, levels, is_complex=True):
    """Hermitian matrices of given eigenvalues, shape (count, size)."""
    u = unitary(rng, *levels.shape, is_complex)
    found = u * levels[:, None, :] @ u.conj().swapaxes(1, 2)
    return (found + found.conj().swapaxes(1, 2)) / 2


def family(kind, rng, size, count=19):
    """Hermitian matrices of one kind."""
    if kind == "complex" or kind == "real":
        root = gaussian(rng, count, size, kind == "complex")
        return root + root.conj().swapaxes(1, 2)
    if kind == "degenerate":
        return with_levels(rng, rng.choice([-1.0, 0.0, 0.5], (count, size)))
    if kind == "one eigenvalue":
        return with_levels(rng, np.full((count, size), -0.25))
    if kind == "nearly degenerate":
        return with_levels(rng, 1e-13 * rng.normal(size=(count, size)) + 1)
    if kind == "diagonal":
        return np.eye(size) * rng.normal(size=(count, 1, size))
    if kind == "zero":
        return np.zeros((count, size, size))
    if kind == "couplings alone":
        return family("complex", rng, size, count) * (1 - np.eye(size))
    if kind == "two blocks":
        side = np.arange(size) < size // 2
        return family("complex", rng, size, count) * (side[:, None] == side)
    scale = 10 ** rng.uniform(*{"graded": (-9, 0), "tiny": (-160, -150), "huge": (140, 150),
                                "near zero": (-320, -300)}[kind], (count, size))  # fmt: skip
    return scale[:, :, None] * family("complex", rng, size, count) * scale[:, None, :]


KINDS = [
    "complex", "real", "degenerate", "one eigenvalue", "nearly degenerate", "diagonal", "zero",
    "couplings alone", "two blocks", "graded", "tiny", "huge", "near zero",
]  # fmt: skip


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [2, 3, 5, pytest.param(9, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", ["NegativePart", "LeastEigenvalue"])
def test_the_negative_eigenvalues_of_any_block(backend, kind, size, name, rng):
    """Each of n eigenvalues is right to n roundings of the largest."""
    values = entries(family(kind, rng, size))
    exact = judged(name, values)
    error = np.abs(computed(backend, name, values) - exact)
    assert (error <= size**2 * ROUNDING * np.abs(values).max(axis=0)).all()
    if kind == "complex":
        assert abs(exact).min() > 0.1


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_negative_part_of_a_large_block(backend, rng):
    """Thirty levels, the number of points no multiple of what is done at a time."""
    matrices = family("complex", rng, 30, 5)
    expected = -np.minimum(np.linalg.eigvalsh(matrices), 0).sum(axis=1)
    found = computed(backend, "NegativePart", entries(matrices))
    assert found == pytest.approx(expected, rel=30 * ROUNDING)


def densities(rng, size, decades, is_complex=True, count=19):
    """Density matrices whose eigenvalues spread over some decades."""
    levels = 10 ** -rng.uniform(0, decades, (count, size))
    return with_levels(rng, levels / levels.sum(axis=1, keepdims=True), is_complex)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("is_complex", [False, True])
@pytest.mark.parametrize("size", [2, 4, pytest.param(9, marks=pytest.mark.slow)])
def test_the_entropy_of_coherence_of_any_block(backend, size, is_complex, rng):
    """An eigenvalue's rounding error enters times its logarithm, of at most 40."""
    for decades in (0.5, 6, 15):
        values = entries(densities(rng, size, decades, is_complex))
        error = computed(backend, "CoherenceEntropy", values) - judged("CoherenceEntropy", values)
        assert np.abs(error).max() <= 40 * size * ROUNDING
    pure = entries(with_levels(rng, np.eye(size)))
    error = computed(backend, "CoherenceEntropy", pure) - judged("CoherenceEntropy", pure)
    assert np.abs(error).max() <= 40 * size * ROUNDING
    assert not computed(backend, "CoherenceEntropy", 0 * values).any()
    scaled = computed(backend, "CoherenceEntropy", values * 2.0**-400) * 2.0**400
    assert scaled == pytest.approx(computed(backend, "CoherenceEntropy", values), abs=3e-11)


def test_faint_coherences_keep_their_digits_in_c(rng):
    """What Jacobi's rotations move is added up, so that entropies need not be subtracted."""
    matrices = densities(rng, 6, 3)
    values = entries(matrices * np.where(np.eye(6, dtype=bool), 1, 1e-8))
    exact = judged("CoherenceEntropy", values)
    assert exact.max() < 1e-13
    assert computed("c", "CoherenceEntropy", values) == pytest.approx(exact, rel=1e-13)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("is_complex", [False, True])
@pytest.mark.parametrize("size", [2, 3, pytest.param(4, marks=pytest.mark.slow)])
def test_derivatives_of_any_block(backend, size, is_complex, rng):
    """Every entry of P₋, P₀ and ln M − ln diag M, of eigenvalues far from zero or each other."""
    levels = rng.choice([-1, 1], (5, size)) * rng.uniform(0.5, 1, (5, size))
    apart = rng.permuted(np.tile(np.arange(size) - 1.3, (5, 1)), axis=1)
    for name, matrices in (
        ("NegativeProjector", with_levels(rng, levels, is_complex)),
        ("EntropySlope", with_levels(rng, np.abs(levels), is_complex)),
        ("LeastProjector", with_levels(rng, apart, is_complex)),
    ):
        for k in range(1, size**2 + 1):
            values = np.vstack([np.full(5, k), entries(matrices)])
            error = computed(backend, name, values) - judged(name, values)
            assert np.abs(error).max() <= 4 * size * ROUNDING


def waves(rng, harmonics, decades=0.0, count=15):
    return rng.normal(size=(2 * harmonics, count)) * 10 ** -rng.uniform(
        0, decades, (2 * harmonics, count)
    )


def heights(values, angle):
    k = np.arange(1, len(values) // 2 + 1)[:, None]
    return (values[::2] * np.cos(k * angle) - values[1::2] * np.sin(k * angle)).sum(axis=0)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("decades", [0, 4, 14, 150])
@pytest.mark.parametrize("harmonics", [2, 3, pytest.param(5, marks=pytest.mark.slow)])
def test_the_maximum_of_any_waves(backend, harmonics, decades, rng):
    """Its height is that of the definition, and that at its phase."""
    values = waves(rng, harmonics, decades)
    total = np.abs(values).sum(axis=0)
    found = computed(backend, "WaveMaximum", values)
    assert (np.abs(found - judged("WaveMaximum", values)) <= 8 * ROUNDING * total).all()
    phases = computed(backend, "WavePhase", values)
    assert (np.abs(heights(values, phases) - found) <= 8 * harmonics * ROUNDING * total).all()
    assert (np.abs(phases) <= np.pi).all()
    if not decades:
        assert phases == pytest.approx(judged("WavePhase", values), abs=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("backend", BACKENDS)
def test_maxima_that_nearly_meet(backend, rng):
    """cos φ − (1 + δ)(cos 2φ)/4 + a faint third wave: a flat top that parts in two at δ = 0."""
    gap = 10 ** rng.uniform(-15, -1, 30) * rng.choice([-1, 1], 30)
    zero = np.zeros(30)
    values = np.array([zero + 1, zero, -(1 + gap) / 4, zero, zero, 1e-9 * rng.normal(size=30)])
    found = computed(backend, "WaveMaximum", values)
    assert found == pytest.approx(judged("WaveMaximum", values), rel=4 * ROUNDING)
    flat = np.array([[0.0, -1, -2, 0, 0, -1]]).T  # slope −8(φ − π/2)³
    phase = computed(backend, "WavePhase", flat)
    assert phase == pytest.approx(judged("WavePhase", flat), abs=4 * ROUNDING ** (1 / 3))


@pytest.mark.parametrize("backend", BACKENDS)
def test_of_equal_maxima_the_nearest_to_zero(backend):
    """And the positive one if two are equally near; without a wave there is no phase."""
    values = np.array([
        [0, 0, 0, 0, 1, 0],   # cos 3φ: 0 and ±2π/3
        [0, 0, 0, 0, -1, 0],  # −cos 3φ: ±π/3 and π
        [-1, 0, 0, 0, 0, 0],  # −cos φ: π alone
        [-7, 1, 0, 2, 0, 1],  # π alone, with sine waves
        [0, 0, 0, 1, 0, 0],   # −sin 2φ: −π/4 and 3π/4
        [0, 0, 0, 0, 0, 0],
    ]).T  # fmt: skip
    expected = [0, np.pi / 3, np.pi, np.pi, -np.pi / 4, np.nan]
    assert computed(backend, "WavePhase", values) == pytest.approx(expected, abs=1e-15, nan_ok=True)
    assert computed(backend, "WaveMaximum", values) == pytest.approx([1, 1, 1, 7, 1, 0], rel=1e-15)
    assert judged("WavePhase", values) == pytest.approx(expected, abs=1e-15, nan_ok=True)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("harmonics", [2, 3, pytest.param(5, marks=pytest.mark.slow)])
def test_waves_that_are_even_have_no_negative_phase(backend, harmonics, rng):
    """Without sine waves the maxima are 0, π, or two of either sign, the same to rounding."""
    values = waves(rng, harmonics, 0, 20)
    values[1::2] = 0
    phases = computed(backend, "WavePhase", values)
    assert (phases > -4 * ROUNDING).all()
    assert (phases > 3.14).any()
    assert ((phases > 0.1) & (phases < 3)).any()
    assert phases == pytest.approx(judged("WavePhase", values), abs=1e-12)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("name", "count"),
    [("NegativePart", 16), ("CoherenceEntropy", 16), ("NegativeProjector", 17),
     ("EntropySlope", 17), ("LeastEigenvalue", 16), ("LeastProjector", 17), ("WaveMaximum", 6),
     ("WavePhase", 6)],
)  # fmt: skip
def test_a_bad_point_is_nan_and_spoils_no_other(backend, name, count, rng):
    """Also where nothing but the last argument is infinite, at any number of points."""
    values = waves(rng, count // 2 + 1, 0, 35)[:count]
    values[: count % 2] = 3
    values[count % 2 : 4 + count % 2] += 9  # positive blocks
    good = computed(backend, name, values)
    assert np.isfinite(good).all()
    for bad in (np.nan, np.inf, -np.inf):
        spoiled = values.copy()
        spoiled[-1, 3] = spoiled[1, 20] = bad
        found = computed(backend, name, spoiled)
        assert np.isnan(found[[3, 20]]).all()
        others = np.delete(np.arange(35), [3, 20])
        assert (found[others] == good[others]).all()
    assert computed(backend, name, values[:, :1])[0] == pytest.approx(good[0], rel=1e-13)
    assert computed(backend, name, values[:, :0]).shape == (0,)


def test_unknown_kernels_are_named():
    with pytest.raises(ValueError, match="no kernel of 'Divergence' for the backend 'c'"):
        kernel("c", "Divergence")
