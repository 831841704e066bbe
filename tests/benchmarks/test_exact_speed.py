"""The exact state and its measures against QuTiP and against batched linear solutions.

Run with `pytest tests/benchmarks -s --benchmark-disable`.
"""

import os
import subprocess
import sys
import time
from functools import cache, partial

import numpy as np
import pytest
import qutip
from qutip.core import data
from yardstick import best, expansion

from symsync import equations, joined
from symsync.claims.locking import REVERSED
from symsync.reference import pair as reference

MEASURES = ["state_exact", "S_rel_max_exact", "negativity_exact", "mutual_information_exact"]
POINTS = 10**6
CHUNK = 512
"""Matrices of 17×17 real numbers solved at once: one megabyte."""


@cache
def everything():
    return joined([equations[name] for name in MEASURES])


@cache
def inputs(kind):
    """The grid of Fig. 3, with fixed rates, or all six parameters as arrays."""
    if kind == "tongue":
        epsilon, Delta = np.linspace(0.001, 0.1, 101)[:, None], np.linspace(-2, 2, 101)
        return {"epsilon": epsilon, "Delta": Delta, **REVERSED}
    rng = np.random.default_rng(3)
    return {name: 10 ** rng.uniform(-2, 2, POINTS) for name in reference.GENERATORS}


def qutip_point(parts, weights):
    """State, S_rel, N and I of one point by QuTiP: seconds without and with `steadystate`."""
    start = time.perf_counter()
    total = None
    for part, weight in zip(parts, weights, strict=True):
        term = data.mul(part.data, weight)
        total = term if total is None else data.add(total, term)
    dense = total.to_array()
    dense[0] = np.eye(9).ravel()
    right = np.zeros(81)
    right[0] = 1
    rho = qutip.Qobj(np.linalg.solve(dense, right).reshape(9, 9).T, dims=[[3, 3], [3, 3]])
    reference.S_rel_max(rho.full())
    qutip.negativity(rho, 0)
    qutip.entropy_mutual(rho, [0], [1])
    return time.perf_counter() - start


def superoperators():
    one, plus, z = qutip.qeye(3), qutip.jmat(1, "+"), qutip.jmat(1, "z")
    raising = qutip.tensor(plus, plus.dag())
    jumps = [plus * z / np.sqrt(2), plus.dag() * z / np.sqrt(2)]
    on = [[qutip.tensor(jump, one), qutip.tensor(one, jump)] for jump in jumps]
    return [
        qutip.liouvillian(0.5j * (raising - raising.dag())),
        qutip.liouvillian((qutip.tensor(z, one) - qutip.tensor(one, z)) / 2),
        *(qutip.lindblad_dissipator(on[k][j]) for j in (0, 1) for k in (0, 1)),
    ]


@pytest.fixture(scope="module")
def qutip_seconds():
    """The best of 30 points: its direct solver without rebuilding tables, and as shipped."""
    parts = superoperators()
    weights = [0.1, 0.2, 100.0, 1.0, 1.0, 100.0]
    direct = min(qutip_point(parts, weights) for _ in range(30))
    total = sum(weight * part for part, weight in zip(parts, weights, strict=True))
    shipped = np.inf
    for _ in range(10):
        start = time.perf_counter()
        rho = qutip.steadystate(total)
        reference.S_rel_max(rho.full())
        qutip.negativity(rho, 0)
        qutip.entropy_mutual(rho, [0], [1])
        shipped = min(shipped, time.perf_counter() - start)
    return direct, shipped


@pytest.mark.parametrize("kind", ["tongue", "six arrays"])
@pytest.mark.parametrize(("backend", "wanted"), [("numpy", 150), ("numba", 600), ("c", 600)])
def test_all_measures_against_qutip(kind, backend, wanted, qutip_seconds):
    """State, max S_rel, N and I per point."""
    values = inputs(kind)
    function = everything().function(backend)
    count = np.broadcast_shapes(*map(np.shape, values.values()))
    out = function(**values)
    seconds = best({"ours": lambda: function(**values, out=out)}, rounds=2)["ours"]
    per_point = seconds / np.prod(count)
    direct, shipped = (each / per_point for each in qutip_seconds)
    print(
        f"{kind}, {backend}: {1e9 * per_point:.0f} ns per point; QuTiP's direct solver takes "
        f"{1e3 * qutip_seconds[0]:.2f} ms, {direct:.0f} times as long (as shipped {shipped:.0f})"
    )
    assert direct > wanted


@pytest.mark.parametrize("backend", ["numpy", "numba", "c"])
def test_measures_together_take_no_longer_than_apart(backend):
    """What they share is not lost to one loop that the compiler cannot vectorise."""
    values = {name: each[:20_000] for name, each in inputs("six arrays").items()}
    functions = [everything(), *(equations[name] for name in MEASURES)]
    calls = {
        each.label: partial(each.function(backend, extra="ignore"), **values) for each in functions
    }
    for call in calls.values():
        call()
    together, *apart = best(calls, rounds=20).values()
    print(f"{backend}: together {together / sum(apart):.2f} of apart")
    assert together < 1.5 * sum(apart)


@cache
def real_generators():
    """The generator on 17 real unknowns, one matrix for each parameter."""
    kets = [divmod(int(index), 9) for index in reference.SECTOR]
    columns = []
    for ket, bra in kets:
        if ket <= bra and ket not in (0, 8):
            for unit in (1.0,) if ket == bra else (1.0, 1j):
                column = np.zeros(19, complex)
                column[kets.index((ket, bra))] += unit
                if ket != bra:
                    column[kets.index((bra, ket))] += np.conj(unit)
                columns.append(column)
    basis = np.array(columns).T
    inverse = np.linalg.pinv(basis)
    return np.stack(
        [(inverse @ part @ basis).real for part in reference._SECTOR_GENERATORS.values()]
    ), basis


def batched(values):
    """The state by `numpy.linalg.solve`, chunk by chunk."""
    generators, basis = real_generators()
    trace = np.array([1.0 if column[k := np.argmax(np.abs(column))].imag == 0 and
                      reference._IS_POPULATION[k] else 0.0 for column in basis.T])  # fmt: skip
    stacked = np.stack([values[name] for name in reference.GENERATORS], axis=-1)
    right = np.zeros((1, 17, 1))
    right[0, 0] = 1
    found = np.empty((len(stacked), 17))
    for start in range(0, len(stacked), CHUNK):
        matrices = np.tensordot(stacked[start : start + CHUNK], generators, axes=1)
        matrices[:, 0] = trace
        found[start : start + CHUNK] = np.linalg.solve(matrices, right)[..., 0]
    return found


@pytest.mark.parametrize(("backend", "wanted"), [("numpy", 5), ("numba", 15), ("c", 40)])
def test_the_state_against_batched_solutions(backend, wanted):
    values = inputs("six arrays")
    few = {name: value[:20000] for name, value in values.items()}
    function = equations["state_exact"].function(backend)
    out = function(**values)
    times = best(
        {"ours": lambda: function(**values, out=out), "solve": lambda: batched(few)}, rounds=3
    )
    ours, solve = times["ours"] / POINTS, times["solve"] / 20000
    print(f"state, {backend}: {1e9 * ours:.0f} ns, solve {1e6 * solve:.2f} µs: {solve / ours:.0f}")
    first = {name: value[:5] for name, value in values.items()}
    solved, exact = batched(first), function(**first)
    assert np.allclose(np.sort(np.abs(solved)), np.sort(np.abs(exact)), atol=1e-8)
    assert solve / ours > wanted


DERIVE = """
import time
import symsync
start = time.process_time()
for name in symsync.equations:
    if name.endswith(("exact", "resonant", "reversed", "identical")):
        symsync.equations[name]
print(time.process_time() - start)
"""


@pytest.mark.parametrize(("types", "limit"), [("python", 100), ("flint", 40)])
def test_exact_equations_are_derived_soon(types, limit):
    """All of them, in pure Python and with python-flint: in the time of some expansions."""
    environment = {**os.environ, "SYMPY_GROUND_TYPES": types}
    done = subprocess.run([sys.executable, "-c", DERIVE], env=environment, check=True,
                          capture_output=True, text=True)  # fmt: skip
    taken = float(done.stdout) / expansion()
    print(
        f"exact equations derived in {float(done.stdout):.2f} s, {taken:.0f} expansions ({types})"
    )
    assert taken < limit
