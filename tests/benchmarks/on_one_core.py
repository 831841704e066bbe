"""Times per point of one model's exact state, ours and others', as JSON: a process on one core.

    python on_one_core.py "chain of ones" c

`test_any_model_speed.py` calls it, with one thread for every library.
"""

import importlib
import json
import os
import sys
import time

if __name__ == "__main__" and hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # before anyone counts the cores

import numpy as np
import qutip
from judges import quantities
from judges.points import draw

from symsync import exact_state
from symsync.claims.model_table import model
from symsync.reference import any_model

steady = importlib.import_module("qutip.solver.steadystate")  # qutip.solver has a function so named

POINTS = 20_000
CHUNK = 64
"""Points whose matrices are solved at once: at most ten megabytes."""


def best(work, rounds):
    times = []
    for _ in range(rounds):
        start = time.process_time()  # others may be busy
        work()
        times.append(time.process_time() - start)
    return min(times)


# QuTiP ------------------------------------------------------------------------------------------


def liouvillian(system, at):
    """L as an operator of QuTiP, which lays the columns of ρ end to end and not the rows."""
    sizes = [int(2 * spin) + 1 for spin in system.spins.values()]
    size = np.prod(sizes)
    generator = any_model.generator(system, **at).reshape([size] * 4).transpose(1, 0, 3, 2)
    dims = [[sizes, sizes], [sizes, sizes]]
    return qutip.Qobj(generator.reshape(size**2, size**2), dims=dims, superrep="super")


def qutip_seconds(system, at):
    """One point by QuTiP: the state, and the state with N and I of the first site and all others.

    The Liouvillian is there, sparse as QuTiP keeps it; what is timed is the direct solver of
    `steadystate` alone, and the two measures.
    """
    sparse = liouvillian(system, at).to("CSR")
    rho = steady._steadystate_direct(sparse, 0)
    solved = any_model.steady_state(system, **at)
    assert np.abs(rho.full() - solved).max() < 1e-10
    state = best(lambda: steady._steadystate_direct(sparse, 0), 30)
    others = list(range(1, len(system.sites)))
    negativity = best(lambda: qutip.negativity(rho, 0), 30)
    return state, state + negativity + best(lambda: qutip.entropy_mutual(rho, [0], others), 30)


# The same real equations, solved in batches -----------------------------------------------------


def reached(pattern, source):
    """The elements that a generator with this pattern leads to from a source, in order."""
    found = np.zeros(len(pattern), bool)
    found[source] = True
    while (more := found | pattern[:, found].any(axis=1)).sum() > found.sum():
        found = more
    return np.flatnonzero(found)


def real_equations(system, at):
    """The generator on the real unknowns that are reached, one matrix for each parameter.

    Also the place of one population, whose equation follows from the others, the row of the trace,
    and the matrix that gives the complex elements `places` of ρ, laid in one row.
    """
    units = [{name: float(name == one) for name in at} for one in at]
    parts = np.stack([any_model.generator(system, **unit) for unit in units])
    total = np.tensordot(list(at.values()), parts, axes=1)
    assert np.allclose(total, any_model.generator(system, **at))  # every parameter is a factor
    rho = any_model.steady_state(system, **at)
    size = len(rho)
    places = reached((parts != 0).any(axis=0), (size + 1) * int(np.argmax(rho.diagonal().real)))
    kets, bras = np.divmod(places, size)
    index = {(ket, bra): n for n, (ket, bra) in enumerate(zip(kets, bras, strict=True))}
    columns, trace = [], []
    for (ket, bra), n in index.items():
        if ket <= bra:
            for unit in (1.0,) if ket == bra else (1.0, 1j):
                column = np.zeros(len(places), complex)
                column[n], column[index[bra, ket]] = unit, np.conj(unit)
                columns.append(column)
                trace.append(float(ket == bra))
    basis = np.array(columns).T
    inside = parts[:, places[:, None], places]
    real = (np.linalg.pinv(basis) @ inside @ basis).real
    return real, trace.index(1.0), np.array(trace), basis, places


def batched(equations, values):
    """The real unknowns at many points, shape (points, unknowns), by `numpy.linalg.solve`."""
    real, fixed, trace, *_ = equations
    stacked = np.stack(list(values.values()), axis=-1)
    right = np.zeros((1, len(trace), 1))
    right[0, fixed] = 1
    found = np.empty((len(stacked), len(trace)))
    for start in range(0, len(stacked), CHUNK):
        matrices = np.tensordot(stacked[start : start + CHUNK], real, axes=1)
        matrices[:, fixed] = trace
        found[start : start + CHUNK] = np.linalg.solve(matrices, right)[..., 0]
    return found


# Ours -------------------------------------------------------------------------------------------


def functions(system, state, backend):
    """The state alone; and the state with N and I of the first site and all others."""
    elements = quantities.labelled(quantities.elements(state))
    measures = quantities.measures(state)
    both = {name: measures[name] for name in ("negativity", "information")}
    return [
        quantities.function(system, formulas, backend=backend)
        for formulas in (elements, elements | both)
    ]


def times(name, backend):
    """Seconds: for the derivation, and per point."""
    start = time.process_time()
    state = exact_state(model(name))
    found = {"derivation": time.process_time() - start}
    start = time.perf_counter()
    alone, everything = functions(model(name), state, backend)
    values = draw(name, 1, POINTS)
    few = {key: value[: 4 * CHUNK] for key, value in values.items()}
    out = alone(**few), everything(**few)
    found["compilation"] = time.perf_counter() - start
    point = {key: float(value[0]) for key, value in values.items()}
    equations = real_equations(model(name), point)
    require_equal(name, state, out[0], batched(equations, few), equations)
    outs = alone(**values), everything(**values)
    found["state"] = best(lambda: alone(**values, out=outs[0]), 3) / POINTS
    found["all"] = best(lambda: everything(**values, out=outs[1]), 3) / POINTS
    found["dense"] = best(lambda: batched(equations, few), 3) / (4 * CHUNK)
    found["qutip_state"], found["qutip_all"] = qutip_seconds(model(name), point)
    return found


def require_equal(name, state, ours, solved, equations):
    """What is timed is the same: to 1e-10 at rates within a decade, as dense solutions are."""
    *_, basis, places = equations
    kets = [tuple(ket) for ket in np.ndindex(*(int(2 * s) + 1 for s in state.spins.values()))]
    tops = list(state.spins.values())

    def place(ket):
        return kets.index(tuple(int(top - m) for top, m in zip(tops, ket, strict=True)))

    theirs = dict(zip(places.tolist(), (solved @ basis.T).T, strict=True))
    for n, (ket, bra) in enumerate(quantities.elements(state)):
        element = theirs[place(ket) * len(kets) + place(bra)]
        assert np.abs(ours[:, n] - element).max() < 1e-10, (name, ket, bra)


if __name__ == "__main__":
    print(json.dumps(times(*sys.argv[1:])))
