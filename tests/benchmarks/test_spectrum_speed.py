"""The closed gap of two spins against the eigenvalues of a dense matrix, in one process.

Run with `pytest tests/benchmarks -s --benchmark-disable`.
"""

import numpy as np
import pytest
from sympy import symbols
from yardstick import best

from symsync import Exchange, System, equation, equatorial, spectrum
from symsync.reference import any_model
from symsync.symbols import Delta

POINTS, DENSE = 200_000, 50
WANTED = 30


def fastest(work):
    return best({"work": work}, rounds=3)["work"]


def sector_of(generator, elements):
    """The block of a dense generator on some elements |k⟩⟨b| of two spins 1."""
    place = {m: k for k, m in enumerate((1, 0, -1))}
    kets = [[3 * place[int(m)] + place[int(n)] for m, n in element] for element in elements]
    rows = [9 * ket + bra for ket, bra in kets]
    return generator[np.ix_(rows, rows)]


@pytest.mark.parametrize("backend", ["numpy", "c"])
def test_a_closed_gap_against_dense_eigenvalues(backend):
    """Of the neutral sector: against its own block of nineteen rows, and against all 81."""
    g, d = symbols("g d", positive=True)
    pair = System({site: equatorial(g, d) for site in "AB"}, [Exchange("A", "B")])
    sector = spectrum(pair)[0]
    function = equation("gap", sector.gap).function(backend)
    rng = np.random.default_rng(5)
    at = {name: rng.uniform(0.1, 2, POINTS) for name in ("epsilon", "g", "d")}
    generators = np.array(
        [any_model.generator(pair, **{name: float(v[k]) for name, v in at.items()})
         for k in range(DENSE)]
    )  # fmt: skip
    blocks = np.array([sector_of(each, sector.elements) for each in generators])
    found = function(**at)
    expected = np.sort(-np.linalg.eigvals(blocks).real, axis=1)[:, 1]
    assert np.abs(found[:DENSE] - expected).max() < 1e-6
    ours = fastest(lambda: function(**at)) / POINTS
    for matrices in (blocks, generators):
        theirs = fastest(lambda m=matrices: np.linalg.eigvals(m)) / DENSE
        size = matrices.shape[-1]
        print(f"{backend}: {1e9 * ours:.0f} ns, eigenvalues of {size} rows "
              f"{1e6 * theirs:.0f} µs: {theirs / ours:.0f}")  # fmt: skip
        assert theirs / ours > WANTED


def test_the_gap_of_free_spins_against_dense_eigenvalues():
    """Sums of local eigenvalues."""
    g, d, a, b = symbols("g d a b", positive=True)
    pair = System({"A": equatorial(g, d), "B": equatorial(a, b)}, [], {"A": Delta})
    function = equation("gap", spectrum(pair).gap).function()
    rng = np.random.default_rng(5)
    at = {name: rng.uniform(0.1, 2, POINTS) for name in function.parameters}
    one = {name: float(values[0]) for name, values in at.items()}
    generator = any_model.generator(pair, Delta=1.0, **one)
    expected = np.sort(-np.linalg.eigvals(generator).real)[1]
    assert abs(function(**at)[0] - expected) < 1e-12
    theirs = fastest(lambda: np.linalg.eigvals(generator))
    ours = fastest(lambda: function(**at)) / POINTS
    print(f"free: {1e9 * ours:.0f} ns, dense {1e6 * theirs:.0f} µs: {theirs / ours:.0f}")
    assert theirs / ours > WANTED
