"""A page in a browser beside the C backend: three exact measures on a grid, on one core.

Run with `pytest tests/benchmarks -s --benchmark-disable` on an idle machine.
"""

import subprocess

import numpy as np
from judges.by_node import NODE
from test_speed import best

from symsync import equations, javascript

NAMES = ["S_rel_max_exact", "negativity_exact", "mutual_information_exact"]
RATES = {"gamma_g_A": 100.0, "gamma_d_A": 1.0, "gamma_g_B": 1.0, "gamma_d_B": 100.0}
SIDE = 201

MAIN = """
const n = 201 * 201, out = new Float64Array(n), names = NAMES, times = [];
const epsilon = Float64Array.from({length: n}, (_, k) => 0.01 + 0.002 * (k % 201));
const Delta = Float64Array.from({length: n}, (_, k) => -3 + 0.03 * Math.floor(k / 201));
for (let round = 0; round < 12; round++) {
    const start = process.cpuUsage();
    for (const name of names)
        symsync[name].fill({epsilon, Delta, ...RATES}, out);
    times.push(process.cpuUsage(start).user / 1e6);
}
console.log(times[0], Math.min(...times));
"""


def test_a_grid_in_a_browser_takes_ten_times_that_of_c_at_most():
    """In seconds of the processor, after some rounds, which an engine needs to compile it."""
    script = javascript(equations[name] for name in NAMES)
    main = MAIN.replace("NAMES", str(NAMES)).replace("RATES", str(RATES))
    done = subprocess.run([NODE, "-"], input=script + main, text=True, capture_output=True,
                          check=True)  # fmt: skip
    first, node = map(float, done.stdout.split())
    functions = [equations[name].function("c") for name in NAMES]
    grid = {"epsilon": 0.01 + 0.002 * np.arange(SIDE), "Delta": np.linspace(-3, 3, SIDE)[:, None]}

    def in_c():
        for function in functions:
            function(**grid, **RATES)

    compiled = best({"c": in_c})["c"]
    print(f"{first * 1e3:.0f} ms at first, {node * 1e3:.0f} ms; in C {compiled * 1e3:.1f} ms")
    assert node < 10 * compiled
