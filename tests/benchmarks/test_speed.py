"""Ratios of times and peak memory, measured in one process.

Run with `pytest tests/benchmarks -s --benchmark-disable`, or with `--benchmark-only` for the times
of this machine.  A ratio compares the best of several runs in seconds of the processor, and its
limit leaves half or more of what is found to other machines and to what else they do.
"""

import os
import shutil
import subprocess
import sys
import tracemalloc
from importlib.util import find_spec

import numpy as np
import pytest
from sympy import Abs, Add, I, Symbol, Tuple, conjugate, lambdify, pi, symbols
from yardstick import best, expansion, once

import symsync
from symsync.catalogue.first_order import FIRST_ORDER
from symsync.claims.first_order import integrated_coefficient
from symsync.claims.printed import d_A, d_B, g_A, g_B
from symsync.evaluate.backends.array_backend import THREADS
from symsync.expressions.definitions import in_symbols
from symsync.measures.phase_weights import pair_weight
from symsync.symbols import Delta, epsilon

POINTS = 10**6


@pytest.fixture(scope="module")
def equation():
    return symsync.equations["S_rel_max"]


@pytest.fixture(scope="module")
def values(equation):
    rng = np.random.default_rng(1)
    return {symbol.name: 10 ** rng.uniform(-2, 2, POINTS) for symbol in equation.parameters}


def test_the_evaluator_takes_no_longer_than_lambdify(equation, values, record_property):
    """Against the same real expression with shared subexpressions, and the plain complex one."""
    ours = equation.function()
    arguments = [values[symbol.name] for symbol in equation.parameters]
    real = lambdify(equation.parameters, equation.rhs, cse=True)
    plus = 1 / ((d_A + g_B) / 2 + I * Delta)
    minus = -1 / ((g_A + d_B) / 2 - I * Delta)
    total = Add(plus, conjugate(minus, evaluate=False), evaluate=False)
    literal = 9 * pi / 128 * epsilon * Abs(total, evaluate=False)
    complex_ = lambdify(equation.parameters, literal)
    assert np.allclose(complex_(*arguments), ours(**values), rtol=1e-9)
    times = best(
        {
            "ours": lambda: ours(**values),
            "real": lambda: real(*arguments),
            "complex": lambda: complex_(*arguments),
        }
    )
    ratios = {name: times[name] / times["ours"] for name in ("real", "complex")}
    record_property("ratios", ratios)
    print(f"S_rel_max on 10^6 points: {1e3 * times['ours']:.2f} ms, {ratios}")
    assert ratios["real"] > 0.7
    assert ratios["complex"] > 2.5


def in_parameters(equation):
    """The right-hand side with every definition put in."""
    rhs, definitions = in_symbols(equation.rhs)
    while rhs.free_symbols & definitions.keys():
        rhs = rhs.xreplace(dict(definitions))
    return rhs


def with_jax(parameters, rhs, arguments):
    """A call of SymPy's function that JAX compiled for this processor, in 64 bits."""
    import jax

    with jax.enable_x64(True):
        function = jax.jit(lambdify(parameters, rhs, modules="jax", cse=True))
        arrays = [jax.numpy.asarray(values) for values in arguments]

    def call():
        with jax.enable_x64(True):
            return jax.block_until_ready(function(*arrays))

    return call


ALTERNATIVES = {
    ("S_rel_max", "numba"): (0.4, 2, 0.4),
    ("S_rel_max", "c"): (0.4, 2, 0.4),
    ("state_exact", "numba"): (0.05, 4, 1),
    ("state_exact", "c"): (0.1, 10, 3),
}
"""Least part of the speed of the memory, and of that of `lambdify` and of JAX."""


@pytest.mark.parametrize(("name", "backend"), ALTERNATIVES)
def test_compiled_code_against_memory_and_other_compilers(name, backend):
    """Memory is a sum of the parameters, read and stored as often, by the same backend.

    First order runs at its speed, exact formulas wait for arithmetic.
    """
    if backend == "c" and not shutil.which(os.environ.get("CC", "cc")):
        pytest.skip("there is no C compiler")
    equation = symsync.equations[name]
    parameters, rhs = equation.parameters, in_parameters(equation)
    rng = np.random.default_rng(1)
    values = {symbol.name: 10 ** rng.uniform(-2, 2, POINTS) for symbol in parameters}
    total = Add(*parameters)
    sums = Tuple(*[total] * len(rhs)) if isinstance(rhs, Tuple) else total
    ours = equation.function(backend)
    traffic = symsync.equation("total", sums).function(backend)
    plain = lambdify(parameters, rhs, cse=True)
    out, space = ours(**values), traffic(**values)
    assert np.allclose(np.transpose(plain(*values.values())), out, rtol=1e-9)
    functions = {"ours": lambda: ours(**values, out=out),
                 "memory": lambda: traffic(**values, out=space)}  # fmt: skip
    if find_spec("jax"):
        functions["JAX"] = with_jax(parameters, rhs, values.values())
    times = best(functions, rounds=20)
    times |= best({"lambdify": lambda: plain(*values.values())}, rounds=1)
    ratios = {other: times[other] / times["ours"] for other in ("memory", "lambdify", "JAX")
              if other in times}  # fmt: skip
    found = ", ".join(f"{other} {ratio:.2f}" for other, ratio in ratios.items())
    print(f"{name}, {backend}: {1e9 * times['ours'] / POINTS:.1f} ns; times as long: {found}")
    for other, wanted in zip(
        ("memory", "lambdify", "JAX"), ALTERNATIVES[name, backend], strict=True
    ):
        assert ratios.get(other, wanted) >= wanted, other


def test_the_beta_function_beats_integration():
    times = best(
        {
            "beta": lambda: 2 * pair_weight(1, 1, (1, -1), (0, 0)),
            "integral": integrated_coefficient,
        },
        rounds=3,
    )
    ratio = times["integral"] / times["beta"]
    print(f"coefficient: Beta function {1e3 * times['beta']:.2f} ms, {ratio:.0f} times faster")
    assert ratio > 10


MEASURE = """
import sys
from pathlib import Path
import numpy as np
import symsync
name = sys.argv[1]
equation = symsync.equations[name]
function = equation.function()
rng = np.random.default_rng(1)
values = {p: 10 ** rng.uniform(-2, 2, 4_000_000) for p in function.parameters}
function(**{p: v[:10] for p, v in values.items()})
def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])

before = peak()
result = function(**values)
after = peak()
print((after - before) / 1024 - result.nbytes / 2**20)
"""


@pytest.mark.parametrize("name", ["S_rel_max", "S_rel", "S_rel_t", "mu_plus_t"])
def test_memory_is_that_of_the_result(name):
    """Beyond the output, an evaluation of 4·10⁶ points takes at most 64 MiB."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, name], capture_output=True, text=True, check=True
    )
    beyond = float(done.stdout)
    print(f"{name}: {beyond:.0f} MiB beyond the output")
    assert beyond < 64


@pytest.mark.parametrize("error", [False, True])
def test_memory_of_linear_systems(error):
    """Beyond the output, 10⁵ points of a model of 13 unknowns take at most 32 MiB a thread."""
    g, d, a, b, k = symbols("g d a b k", positive=True)
    chi = Symbol("chi", real=True)
    sites = {"A": symsync.gain_and_loss(g, d), "B": symsync.gain_and_loss(a, b, 1.5)}
    state = symsync.exact_state(symsync.System(sites, [symsync.Exchange("A", "B", k, chi)]))
    function = symsync.equation("P", symsync.purity(state)).function(error=error)
    rng = np.random.default_rng(1)
    values = {p: 10 ** rng.uniform(-1, 1, 10**5) for p in function.parameters}
    function(**{p: v[:3000] for p, v in values.items()})
    tracemalloc.start()
    result = function(**values)
    beyond = tracemalloc.get_traced_memory()[1] - np.asarray(result).nbytes
    tracemalloc.stop()
    print(f"a linear system: {beyond / 2**20:.0f} MiB beyond the output")
    assert beyond < THREADS * 2**25


IMPORT = "import time, sys; start = time.process_time(); import {}; " \
         "print(time.process_time() - start)"  # fmt: skip


def test_importing_costs_what_sympy_costs():
    """`import symsync` takes at most twice `import sympy`."""
    times = {name: min(float(subprocess.check_output([sys.executable, "-c", IMPORT.format(name)]))
                       for _ in range(9)) for name in ("sympy", "symsync")}  # fmt: skip
    print(f"import: {times['symsync'] / times['sympy']:.2f} times SymPy")
    assert times["symsync"] < 2 * times["sympy"]


def test_the_catalogue_is_derived_soon():
    """In the time of some expansions."""
    fresh = symsync.Catalogue()
    first = once(lambda: [fresh[name].rhs for name in FIRST_ORDER]) / expansion()
    rest = once(lambda: [fresh[name].rhs for name in fresh]) / expansion()
    print(f"first order: {first:.1f} expansions; the rest of the catalogue: {rest:.1f}")
    assert first < 20
    assert rest < 150


@pytest.mark.parametrize("name", ["S_rel_max", "S_rel", "S_rel_t", "mu_plus_t"])
def test_evaluation(benchmark, name):
    function = symsync.equations[name].function()
    rng = np.random.default_rng(1)
    values = {parameter: 10 ** rng.uniform(-2, 2, POINTS) for parameter in function.parameters}
    benchmark(lambda: function(**values))


def test_derivation(benchmark):
    """The whole first-order catalogue."""

    def derive():
        fresh = symsync.Catalogue()
        return [fresh[name] for name in fresh]

    benchmark(derive)


def test_high_orders(benchmark):
    """The pair to sixth order with all parameters free."""
    benchmark(lambda: symsync.steady_series(symsync.spin_pair())[6])
