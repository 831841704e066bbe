"""Fisher information and concurrence as nodes: kernels, closed forms and derivatives."""

import mpmath
import numpy as np
import pytest
from sympy import symbols

from symsync.evaluate import Formula, evaluator
from symsync.evaluate.backends.batched import kernel
from symsync.expressions.spectral import BlockInformation, Concurrence, WaveInformation

ROUNDING = 2.0**-52
POINTS = 19


def numbers(matrices):
    """The diagonal, and then Re and Im of the entries above it, as rows of an array."""
    size = matrices.shape[-1]
    above = [matrices[:, i, j] for i in range(size) for j in range(i + 1, size)]
    rows = [matrices[:, k, k].real for k in range(size)]
    return np.array(rows + [part for each in above for part in (each.real, each.imag)])


def gaussian(rng, size, count=POINTS):
    return rng.normal(size=(count, size, size)) + 1j * rng.normal(size=(count, size, size))


def densities(rng, size, decades):
    """Density matrices whose eigenvalues spread over some decades."""
    u = np.linalg.qr(gaussian(rng, size))[0]
    levels = 10 ** -rng.uniform(0, decades, (POINTS, size))
    found = u * (levels / levels.sum(1, keepdims=True))[:, None, :] @ u.conj().swapaxes(1, 2)
    return (found + found.conj().swapaxes(1, 2)) / 2


def computed(backend, node, values):
    out = np.empty(values.shape[1])
    kernel(backend, node.__name__)(np.ascontiguousarray(values), out)
    return out


def judged(node, values):
    with mpmath.workdps(60):
        points = [map(mpmath.mpf, map(float, point)) for point in values.T]
        return np.array([float(node.definition(*point)) for point in points])


def pairs(rng, size, decades=2):
    root = gaussian(rng, size)
    slopes = root + root.conj().swapaxes(1, 2)
    return np.vstack([numbers(densities(rng, size, decades)), numbers(slopes)])


@pytest.mark.parametrize("backend", ["numpy", "c"])
@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_the_information_of_any_block(backend, size, rng):
    """An eigenvalue of 10⁻² is right to a hundred roundings, and enters as its inverse."""
    values = pairs(rng, size)
    exact = judged(BlockInformation, values)
    assert computed(backend, BlockInformation, values) == pytest.approx(exact, rel=1e-12)
    pure = values.copy()
    pure[: size**2] = 0
    pure[0] = 2
    pure[size**2 + 1 : size**2 + size] = 0  # nothing grows where the state has nothing
    assert computed(backend, BlockInformation, pure)[0] > 0
    with_nothing = computed(backend, BlockInformation, 0 * pure)
    assert (with_nothing == 0).all()


@pytest.mark.parametrize("size", [1, 2])
def test_the_closed_form_of_small_blocks(size, rng):
    """The steps of programs, the closed form and its derivatives are those of the definition."""
    arguments = symbols(f"a:{2 * size**2}", real=True)
    node, values = BlockInformation(*arguments), pairs(rng, size)
    exact = judged(BlockInformation, values)
    given = {a.name: row for a, row in zip(arguments, values, strict=True)}
    for formula in (node, node.doit()):
        found = evaluator(Formula("f", formula, arguments, "f"))(**given)
        assert found == pytest.approx(exact, rel=1e-12)
    point = [mpmath.mpf(float(x)) for x in values[:, 0]]
    for place in (0, 2 * size**2 - 1):
        slope = evaluator(Formula("f", node.diff(arguments[place]), arguments, "f"))(**given)
        expected = mpmath.diff(
            lambda at, k=place: node.definition(*point[:k], at, *point[k + 1 :]), point[place]
        )
        assert slope[0] == pytest.approx(float(expected), rel=1e-7)
    assert not node.doit().has(BlockInformation)


@pytest.mark.parametrize("backend", ["numpy", "c"])
def test_the_concurrence_of_any_state(backend, rng):
    """Nearly pure states and mixtures; a tenth of the unit matrix beside a pure one."""
    mixed = densities(rng, 4, 6)
    ket = np.linalg.qr(gaussian(rng, 4))[0][:, :, :1]
    pure = ket @ ket.conj().swapaxes(1, 2)
    for matrices in (mixed, pure, 0.9 * pure + 0.025 * np.eye(4)):
        values = numbers(matrices)
        exact = judged(Concurrence, values)
        assert computed(backend, Concurrence, values) == pytest.approx(exact, abs=1e-14)
        assert exact.max() > 0.1
    a, b, c, d = ket[:, :, 0].T
    assert computed(backend, Concurrence, numbers(pure)) == pytest.approx(
        2 * abs(a * d - b * c), abs=1e-14
    )


def waves(rng, harmonics):
    """Waves whose sum stays above −1 by a thousandth or more, and a faint one."""
    values = rng.normal(size=(2 * harmonics, POINTS))
    values /= np.hypot(values[::2], values[1::2]).sum(0) * np.geomspace(1.001, 30, POINTS)
    values[:, -1] *= 1e-9
    return values


@pytest.mark.parametrize("backend", ["numpy", "c"])
@pytest.mark.parametrize("harmonics", [2, pytest.param(5, marks=pytest.mark.slow)])
def test_the_information_of_any_waves(backend, harmonics, rng):
    values = waves(rng, harmonics)
    exact = judged(WaveInformation, values)
    assert computed(backend, WaveInformation, values) == pytest.approx(exact, rel=16 * ROUNDING)
    values[2:] = 0
    c = np.hypot(*values[:2])
    lone = c**2 / (1 + np.sqrt(1 - c**2))
    assert computed(backend, WaveInformation, values) == pytest.approx(lone, rel=16 * ROUNDING)
    assert judged(WaveInformation, values) == pytest.approx(lone, rel=16 * ROUNDING)


@pytest.mark.parametrize("backend", ["numpy", "c"])
def test_waves_that_touch_zero(backend):
    """1 ± cos φ has the information 1; what nearly touches is nan where it cannot be known."""
    values = np.array([[1.0, -1, 1 - 1e-6, 1 - 1e-11], *np.zeros((3, 4))])
    found = computed(backend, WaveInformation, values)
    assert found[:3] == pytest.approx([1, 1, 1 - np.sqrt(1 - (1 - 1e-6) ** 2)], rel=1e-12)
    assert np.isnan(found[3])
    assert judged(WaveInformation, values)[3] == pytest.approx(
        1 - np.sqrt(1 - (1 - 1e-11) ** 2), rel=1e-9
    )


@pytest.mark.parametrize("backend", ["numpy", "c"])
@pytest.mark.parametrize(("node", "size"), [(BlockInformation, 3), (Concurrence, 4)])
def test_a_bad_point_is_nan_and_spoils_no_other(backend, node, size, rng):
    values = pairs(rng, size)[: 16 if node is Concurrence else None]
    good = computed(backend, node, values)
    spoiled = values.copy()
    spoiled[-1, 3], spoiled[0, 17] = np.inf, np.nan
    found = computed(backend, node, spoiled)
    assert np.isnan(found[[3, 17]]).all()
    others = np.delete(np.arange(POINTS), [3, 17])
    assert (found[others] == good[others]).all()
