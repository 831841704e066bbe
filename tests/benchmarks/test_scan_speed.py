"""What a scan costs beside the compiled loop alone, in time and in memory.

Run with `pytest tests/benchmarks/test_scan_speed.py -s`; SYMSYNC_SCAN_POINTS=100000000 scans more.
"""

import os
import shutil
import subprocess
import sys
import time
from math import isqrt
from pathlib import Path

import distributed
import numpy as np
import pytest
from yardstick import sorting

import symsync
from symsync import equations, scan

POINTS = int(os.environ.get("SYMSYNC_SCAN_POINTS", 20_000_000))
SIDE = isqrt(POINTS)
BLOCK = 10**7
"""Points that the loop alone computes into new memory at once."""
NAMES = ["S_rel_max_exact", "negativity_exact"]
RATES = {"gamma_g_A": 100.0, "gamma_d_A": 1.0, "gamma_g_B": 1.0, "gamma_d_B": 100.0}
GRID = {"epsilon": np.linspace(0, 0.1, SIDE), "Delta": np.linspace(-2, 2, SIDE), **RATES}


def seconds(work):
    """Those of the processor, on all threads, so that others may be busy."""
    start = time.process_time()
    work()
    return time.process_time() - start


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")
def test_a_file_costs_little_beside_the_computation(tmp_path):
    """max S_rel and N to Zarr: a fifth of the work at least is that of the loop into memory."""
    function = symsync.joined([equations[name] for name in NAMES]).function("c")
    rows = max(1, BLOCK // SIDE)

    def bare():
        for start in range(0, SIDE, rows):
            function(**{**GRID, "epsilon": GRID["epsilon"][start : start + rows, None]})

    def written():
        shutil.rmtree(tmp_path / "tongue.zarr", ignore_errors=True)
        scan(NAMES, GRID, tmp_path / "tongue.zarr")

    function(**{**GRID, "epsilon": GRID["epsilon"][:2, None]})
    written()
    times = {"bare": [], "written": []}
    for _ in range(3):
        times["bare"].append(seconds(bare))
        times["written"].append(seconds(written))
    best = {name: min(each) for name, each in times.items()}
    share = best["bare"] / best["written"]
    print(f"\n{SIDE**2:.1e} points: loop into memory {best['bare']:.2f} s, "
          f"Zarr {best['written']:.2f} s, {100 * share:.0f} % of its speed")  # fmt: skip
    assert share > 0.2


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells the peak")
def test_memory_is_bounded(tmp_path):
    """One GiB, whatever the size of the file.

    The peak is that of the process's own memory; `getrusage` would count that of the process which
    started it, too.
    """
    code = f"""
import re, numpy as np, symsync
grid = dict(epsilon=np.linspace(0, 0.1, {SIDE}), Delta=np.linspace(-2, 2, {SIDE}), **{RATES})
symsync.scan({NAMES}, grid, {str(tmp_path / "tongue.zarr")!r})
print(re.search("VmHWM:[^0-9]*([0-9]+) kB", open("/proc/self/status").read())[1])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    used = int(done.stdout) / 1024
    print(f"\n{16 * SIDE**2 / 2**20:.0f} MiB written with {used:.0f} MiB of memory")
    assert used < 1024


def test_dask_costs_less_than_a_fifth_of_a_sort(tmp_path):
    """Of as many numbers: tasks of a million points, of a formula that costs next to nothing."""

    def written(**choices):
        shutil.rmtree(tmp_path / "f.zarr", ignore_errors=True)
        scan(formula, grid, tmp_path / "f.zarr", **choices)

    x = symsync.symbols.epsilon
    grid = {"epsilon": np.linspace(0, 1, 1000), "Delta": np.linspace(0, 1, 32 * 1049)}
    formula = {"f": 2 * x + symsync.Delta}
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=2, processes=False, dashboard_address=":0"
        ) as cluster,
        cluster.get_client() as client,
    ):
        written(client=client)
        ours = min(seconds(lambda: written(workers=2)) for _ in range(5))
        dask = min(seconds(lambda: written(client=client)) for _ in range(5))
    count = grid["epsilon"].size * grid["Delta"].size
    overhead = 1e9 * (dask - ours) / count
    print(f"\ndask: {overhead:.1f} ns a point in tasks of a million points")
    assert overhead < 0.2 * 1e9 * sorting() / 10**6
