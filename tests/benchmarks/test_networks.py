"""Networks: the numeric reference against QuTiP, and formulas over a million edges.

Run with `pytest tests/benchmarks/test_networks.py -s` to read the figures.
"""

import json
import os
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from sympy import symbols
from yardstick import once, sorting

from symsync import S_z, gain_and_loss, van_der_pol
from symsync.large_networks import Network, relative_phases

FIVE = """
import json, sys, time
from judges import networks_by_qutip as spin_networks
import numpy as np
import qutip
from symsync.reference import network as network_reference
edges = [(k, (k + 1) % 5) for k in range(5)]
values = spin_networks.parameters(np.random.default_rng(5), edges, float(sys.argv[1]))
h, jumps = spin_networks.model(edges, **values)
times = {"ours": [], "QuTiP": []}
for _ in range(3):
    start = time.perf_counter()
    theirs = qutip.steadystate(h, jumps, solver="lgmres", rtol=1e-10)
    times["QuTiP"].append(time.perf_counter() - start)
    for _ in range(3):
        start = time.perf_counter()
        state = network_reference.steady_state(edges, **values, tolerance=1e-10)
        times["ours"].append(time.perf_counter() - start)
found = {name: min(each) for name, each in times.items()}
print(json.dumps(found | {"difference": float(abs(state.matrix() - theirs.full()).max())}))
"""


@pytest.mark.parametrize("size", ["0.1", "0.3"])
def test_five_spins_are_several_times_as_fast_as_qutip(size):
    """Against LGMRES, of QuTiP's solvers the fastest for five spins, to 1e-10, in one thread.

    Both build their generator and stop at the same tolerance.  Of QuTiP's other solvers, at 0.1
    and in their first call (LGMRES 0.8 s), GMRES took 2.7 s, GCROT 4.7 s, integration to t = 40
    12 s, GMRES with incomplete LU 16 s, the direct solver 49 s and 2.5 GiB; TFQMR did not
    converge, and BiCGSTAB already failed for three and four spins.
    """
    tests = str(Path(__file__).parent.parent)
    paths = os.pathsep.join([tests, os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", FIVE, size], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    found = json.loads(done.stdout)
    ratio = found["QuTiP"] / found["ours"]
    print(f"five spins: {1e3 * found['ours']:.0f} ms, QuTiP {found['QuTiP']:.2f} s, {ratio:.0f}×")
    assert found["difference"] < 1e-8
    assert ratio > 5


SIX = """
import time
from pathlib import Path
from symsync.reference import network as network_reference

def solve(count):
    edges = [(k, (k + 1) % count) for k in range(count)]
    rates = {"gain": [2, 1.5, 1, 2.5, 0.5, 1][:count], "damping": [1, 0.7, 2, 1.5, 3, 1][:count]}
    start = time.process_time()
    network_reference.steady_state(edges, strengths=0.1, frequencies=range(count), **rates)
    return time.process_time() - start

five = min(solve(5) for _ in range(3))
took = solve(6)
lines = Path("/proc/self/status").read_text().splitlines()
peak = next(line for line in lines if line.startswith("VmHWM"))
print(five, took, int(peak.split()[1]) / 1024)
"""
"""The peak is Linux's own, as `getrusage` counts the process that started this one."""


def test_six_spins_take_some_times_as_long_as_five_and_little_memory():
    """Of nine times as many elements, in a new process, its imports included in the 200 MiB."""
    done = subprocess.run([sys.executable, "-c", SIX], capture_output=True, text=True, check=True,
                          env={**os.environ, "OMP_NUM_THREADS": "1"})  # fmt: skip
    five, took, memory = map(float, done.stdout.split())
    print(f"six spins: {took:.2f} s, five {five:.3f} s; {memory:.0f} MiB with all imports")
    assert took < 40 * five
    assert memory < 200


def ring(count, names=("gain", "damping"), **model):
    """Random rates and frequencies, as many edges as paths."""
    sites = np.arange(count)
    rng = np.random.default_rng(1)
    return Network(
        np.stack([sites, (sites + 1) % count], axis=1),
        strengths=0.1,
        frequencies=rng.normal(size=count),
        **{name: rng.uniform(0.5, 2, count) for name in names},
        **model,
    )


CYCLES = {
    "the Letter's": {},
    "spins 1/2": {"cycle": gain_and_loss(*symbols("gain damping", positive=True))},
    "van der Pol": {"cycle": van_der_pol(*symbols("gain damping", positive=True))},
    "van der Pol with Kerr": {
        "cycle": van_der_pol(*symbols("gain damping", positive=True)),
        "hamiltonian": symbols("K", real=True) * S_z**2,
        "K": 0.5,
    },
}


@pytest.mark.parametrize("name", CYCLES)
def test_a_million_edges_take_some_sorts(name):
    """Of a million numbers; for any cycle, whose formulas are derived before."""
    relative_phases(ring(3, **CYCLES[name]))
    network = ring(10**6, **CYCLES[name])
    for order, limit in ((1, 30), (2, 120)):
        took = once(lambda order=order: relative_phases(network, order)) / sorting()
        print(f"10⁶ edges, {name}, to order {order}: {took:.1f} sorts")
        assert took < limit


def test_memory_is_linear_in_edges_and_paths():
    """At most 500 bytes for an edge and its path, for twice as many at most 2.2 times as much."""
    relative_phases(ring(3))
    used = []
    for count in (100_000, 200_000):
        network = ring(count)
        tracemalloc.start()
        relative_phases(network)
        used.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    print(f"{used[1] / 200_000:.0f} bytes for an edge and its path")
    assert used[1] < 2.2 * used[0]
    assert used[1] < 500 * 200_000
