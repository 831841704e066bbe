"""Measure what the performance page shows and write it to `benchmark.json`.

    python docs/benchmark.py

Each time is the best of several runs in this process.
"""

import json
import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import sympy
from sympy import Add, Tuple, lambdify
from sympy.core.cache import clear_cache

import symsync
from symsync.evaluate.backends.array_backend import THREADS
from symsync.evaluate.backends.c_backend import CEvaluator
from symsync.evaluate.contract import Formula

POINTS = 10**6
ROUNDS = 5
RESULT = Path(__file__).with_name("benchmark.json")


def best(work: Callable[[], Any], repeats: int = 1) -> float:
    """Return the shortest time of several runs in seconds."""
    times = []
    for _ in range(ROUNDS * repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def spoken(seconds: float) -> str:
    """Return a time with two digits and its unit."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{float(f'{seconds / size:.2g}'):g} {unit}"
    return f"{float(f'{seconds / 1e-6:.2g}'):g} µs"


def chain(length: int) -> symsync.System:
    """Return a chain of the Letter's spins in which every rate and coupling is free."""
    positive = {"positive": True}
    sites = {
        f"s{k}": symsync.equatorial(*sympy.symbols(f"g{k} d{k}", **positive)) for k in range(length)
    }
    links = [
        symsync.Exchange(f"s{k}", f"s{k + 1}", sympy.Symbol(f"e{k}", **positive))
        for k in range(length - 1)
    ]
    return symsync.System(sites, links)


def evaluations() -> list[tuple[str, str]]:
    """Time the evaluators on a million random points."""
    rng = np.random.default_rng(1)
    found = []
    for name in ("S_rel_max", "negativity", "S_rel", "S_rel_t"):
        function = symsync.equations[name].function()
        values = {p: 10 ** rng.uniform(-2, 2, POINTS) for p in function.parameters}
        seconds = best(partial(function, **values), 12)
        speed = f"{POINTS / seconds / 1e6:.0f} million points per second"
        found.append((f"`{name}` at 10⁶ points", f"{spoken(seconds)}, {speed}"))
        if name == "S_rel_max":
            equation = symsync.equations[name]
            plain = lambdify(equation.parameters, equation.rhs, cse=True)
            arguments = [values[p] for p in function.parameters]
            slower = best(partial(plain, *arguments), 12)
            found.append(("the same by SymPy's `lambdify` with shared subexpressions",
                          f"{spoken(slower)}, {slower / seconds:.1f} times as long"))  # fmt: skip
    return [*found, *compiled()]


def compiled() -> list[tuple[str, str]]:
    """Time all exact measures in one call, and the tongue, with each backend."""
    rng = np.random.default_rng(1)
    everything = symsync.joined([symsync.equations[name] for name in EXACT])
    found = []
    for equation, what in (
        (symsync.equations["S_rel_max"], "`S_rel_max`"),
        (everything, "the exact state, max S_rel, N and I together"),
    ):
        for backend in ("numpy", "numba", "c"):
            function = equation.function(backend)
            values = {p: 10 ** rng.uniform(-2, 2, POINTS) for p in function.parameters}
            out = function(**values)
            seconds = best(partial(function, **values, out=out), 2)
            figure = f"{1e9 * seconds / POINTS:.3g} ns per point"
            found.append((f"{what} at 10⁶ points, backend `{backend}`", figure))
    return found


EXACT = ["state_exact", "S_rel_max_exact", "negativity_exact", "mutual_information_exact"]
CACHED = 2**16
"""Numbers, read and written, that stay in the cache of a core."""


class Undivided(CEvaluator):
    """A compiled formula with products for quotients: wrong, and so long would it take without."""

    def _source(self, varying: frozenset[int]) -> str:
        return re.sub(r"(= \S+) / (\S+;)", r"\1 * \2", super()._source(varying))


def per_point(function: CEvaluator, count: int) -> float:
    """Return nanoseconds of one thread for a point more in rows of half of `count` points."""
    rng = np.random.default_rng(1)
    inputs = [(symbol, 10 ** rng.uniform(-2, 2, count)) for symbol in function.symbols]
    out = list(np.empty((len(function._program.values), count)))
    few = count // 2
    less = [(symbol, values[:few]) for symbol, values in inputs]
    calls = [lambda: function.lines(count, inputs, out), lambda: function.lines(few, less, out)]
    times: list[list[float]] = [[], []]
    for _ in range(4 * ROUNDS * (1 + POINTS // count)):  # in turn, as speeds change
        for call, found in zip(calls, times, strict=True):
            start = time.thread_time()
            call()
            found.append(time.thread_time() - start)
    whole, half = map(min, times)
    return 1e9 * (whole - half) / (count - few)


def in_nanoseconds(number: float) -> str:
    """Return two digits and the unit."""
    return f"{float(f'{number:.2g}'):g} ns"


def bounds() -> list[dict[str, str]]:
    """Time compiled formulas in one thread: in memory, in the cache, and their traffic alone.

    The traffic is a sum of the parameters, stored as often as the formula has values.  Seconds are
    those of the processor.
    """
    found = []
    for name in ("S_rel_max", "negativity", "mu_plus", *EXACT):
        equation = symsync.equations[name]
        function = equation.function("c")
        undivided = Undivided(Formula(name, equation.rhs, equation.parameters, ""))
        values = len(function._program.values)
        arrays = values + len(function.symbols)
        total = symsync.equation("total", Tuple(*[Add(*equation.parameters)] * values))
        few = min(CACHED // arrays, POINTS)
        memory, whole = (per_point(each, POINTS) for each in (total.function("c"), function))
        cached, without = (per_point(each, few) for each in (function, undivided))
        found.append({
            "formula": f"`{name}`",
            "steps": str(function.steps),
            "arrays": str(arrays),
            "in memory": in_nanoseconds(whole),
            "in the cache": in_nanoseconds(cached),
            "there without divisions": in_nanoseconds(without),
            "memory alone": in_nanoseconds(memory),
            "of its speed": f"{100 * memory / whole:.0f} %",
            "bound by": "memory" if memory > cached else "steps",
        })  # fmt: skip
    return found


def derivations() -> list[tuple[str, str]]:
    """Time what the engine derives."""

    def catalogue(exact: bool) -> Callable[[], None]:
        def derive() -> None:
            fresh = symsync.Catalogue()
            for name in fresh:
                if exact == ("exact" in name):
                    fresh[name]

        return derive

    pair = symsync.spin_pair
    works = {
        "every equation of the catalogue but the exact ones": catalogue(False),
        "every exact equation": catalogue(True),
        "the pair to order 2, all parameters free": lambda: symsync.steady_series(pair())[2],
        "the pair to order 6": lambda: symsync.steady_series(pair())[6],
        "a chain of ten spins, 3²⁰ elements, to order 1": lambda: symsync.steady_series(chain(10))[
            1
        ],
        "a chain of four spins to order 2": lambda: symsync.steady_series(chain(4))[2],
        "the exact steady state of the pair in closed form": lambda: symsync.exact_state(pair()),
    }
    return [(what, spoken(best(afresh(work)))) for what, work in works.items()]


def afresh(work: Callable[[], Any]) -> Callable[[], Any]:
    """Return the work done with nothing remembered by SymPy."""

    def cleared() -> Any:
        clear_cache()
        return work()

    return cleared


def processor() -> str:
    """Return the processor's name, where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if "model name" in line)
    except (OSError, StopIteration):
        return platform.machine()


def start_up() -> list[tuple[str, str]]:
    """Time new processes: two imports, and the command that decides every claim."""

    def run(*arguments: str) -> Callable[[], Any]:
        command = [sys.executable, *arguments]
        return lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    works = {
        "`import sympy` in a new process": run("-c", "import sympy"),
        "`import symsync` in a new process": run("-c", "import symsync"),
        "`symsync verify`, every claim of the Letter": run("-m", "symsync", "verify"),
    }
    return [(what, spoken(best(work))) for what, work in works.items()]


def main() -> None:
    """Measure and write the result beside this script."""
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    on = (
        f"{processor()}, {cores} cores, evaluators with {THREADS} threads, "
        f"{platform.system()}, Python {platform.python_version()}, NumPy {np.__version__}, "
        f"SymPy {sympy.__version__}, mpmath {mpmath.__version__}, symsync {symsync.__version__}; "
        f"load average before the run {load}"
    )
    rows = [*evaluations(), *derivations(), *start_up()]
    result = {
        "on": on,
        "rows": [{"what": what, "figure": figure} for what, figure in rows],
        "bounds": {"on": on, "rows": bounds()},
    }
    RESULT.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(RESULT.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
