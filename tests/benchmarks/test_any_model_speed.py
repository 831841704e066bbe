"""The exact state of larger models against QuTiP and against batched linear solutions.

Run with `pytest tests/benchmarks -s --benchmark-disable`.  Each ratio is measured in one process
on one core, which `on_one_core.py` is.
"""

import json
import os
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

import pytest
from judges import quantities
from yardstick import expansion

from symsync import exact_state
from symsync.claims.model_table import MODELS, model

SCRIPT = Path(__file__).with_name("on_one_core.py")
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
BACKENDS = ["numba", "c"]
WANTED = {
    "chain of ones": {"c": (60, 25, 5), "numba": (12, 8, 1.5)},
    "twos, the Letter's cycle": {"c": (60, 30, 4), "numba": (20, 8, 1.5)},
    "ones, driven": {"c": (12, 10, 2.5), "numba": (6, 4, 1.5)},
    "a one and a three halves": {"c": (60, 50, 1.5), "numba": (25, 20, 1)},
}
"""How many times faster: the state alone, and with N and I, than QuTiP; and than batched solutions.

What is found is some three times more; machines differ, and are busy.
"""

SLOWEST = 150
"""Expansions in whose time everything about one model is derived."""


@cache
def measured(name, backend):
    environment = {**os.environ, **dict.fromkeys(THREADS, "1")}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run([sys.executable, str(SCRIPT), name, backend], env=environment,
                          check=True, stdout=subprocess.PIPE, text=True)  # fmt: skip
    return json.loads(done.stdout)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", WANTED)
def test_the_state_against_qutips_direct_solver(name, backend):
    seconds = measured(name, backend)
    ratio = seconds["qutip_state"] / seconds["state"]
    print(
        f"{name}, {backend}: derived in {seconds['derivation']:.2f} s, compiled in "
        f"{seconds['compilation']:.2f} s; the state takes {1e6 * seconds['state']:.2f} µs, "
        f"QuTiP's direct solver {1e3 * seconds['qutip_state']:.2f} ms: {ratio:.0f}"
    )
    assert seconds["derivation"] < SLOWEST * expansion()
    assert ratio > WANTED[name][backend][0]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", WANTED)
def test_the_state_against_batched_solutions(name, backend):
    seconds = measured(name, backend)
    ratio = seconds["dense"] / seconds["state"]
    print(f"{name}, {backend}: batched solutions take {1e6 * seconds['dense']:.1f} µs: {ratio:.1f}")
    assert ratio > WANTED[name][backend][2]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", WANTED)
def test_state_negativity_and_information_against_qutip(name, backend):
    """What is beyond the state is eigenvalues."""
    seconds = measured(name, backend)
    ratio = seconds["qutip_all"] / seconds["all"]
    print(
        f"{name}, {backend}: state, N and I take {1e6 * seconds['all']:.2f} µs, of which "
        f"eigenvalues {100 * (1 - seconds['state'] / seconds['all']):.0f} %; QuTiP "
        f"{1e3 * seconds['qutip_all']:.2f} ms: {ratio:.0f}"
    )
    assert ratio > WANTED[name][backend][1]


@pytest.mark.parametrize("name", MODELS)
def test_every_model_is_derived_soon(name):
    """The state with all that is asked of it."""
    start = time.process_time()
    state = exact_state(model(name))
    alone = time.process_time() - start
    for asked in (quantities.elements, quantities.wave, quantities.crest, quantities.measures):
        asked(state)
    taken = (time.process_time() - start) / expansion()
    print(f"{name}: derived in {alone:.2f} s, with its measures in {taken:.1f} expansions")
    assert taken < SLOWEST
