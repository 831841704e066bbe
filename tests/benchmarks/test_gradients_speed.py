"""Values with their gradients: against the value, JAX and central differences, in one process.

Run with `pytest tests/benchmarks/test_gradients_speed.py -s` on an idle machine.
"""

import time

import jax
import numpy as np
import pytest

from symsync import equation, equations, exact_state, negativity
from symsync.claims.model_table import model

POINTS = 20_000

FORMULAS = ["S_rel_t", "S_rel_max_exact", "negativity_exact", "mutual_information_exact"]
"""Divided differences, waves, and blocks; JAX compiles each in seconds."""

MOST = {"S_rel_t": 12}
"""So many values may a value with its gradient cost, of other formulas 4; 1.5 to 4 are found.

The derivatives of divided differences of three nodes are those of four.
"""

NOISE = 2
"""By which factor a ratio may be wrong on a machine that does other things, too."""


@pytest.fixture(autouse=True)
def double():
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", False)


def seconds(function, repetitions=7):
    """The least time of a call, after a first one."""
    function()
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def drawn(own, count=POINTS):
    rng = np.random.default_rng(1)
    return {symbol.name: 10 ** rng.uniform(-1, 1, count) for symbol in own.parameters}


def differences(function, values):
    """The value and central differences."""
    slopes = []
    for name, column in values.items():
        h = 1e-5 * column
        above, below = (function(**values | {name: column + side}) for side in (h, -h))
        slopes.append((above - below) / (2 * h))
    return function(**values), np.stack(slopes, axis=-1)


@pytest.mark.parametrize("backend", ["c", "numba"])
@pytest.mark.parametrize("name", FORMULAS)
def test_against_the_value_and_central_differences(name, backend):
    own = equations[name]
    values = drawn(own)
    value, gradient = own.function(backend), own.gradient(backend=backend)
    alone = seconds(lambda: value(**values))
    both = seconds(lambda: gradient(**values))
    central = seconds(lambda: differences(value, values), 3)
    print(
        f"{name}, {backend}: the value {1e9 * alone / POINTS:.0f} ns, with its gradient "
        f"{both / alone:.1f} times that, central differences {central / alone:.1f} times"
    )
    assert both < NOISE * MOST.get(name, 4) * alone
    assert both < central


@pytest.mark.parametrize("name", FORMULAS)
def test_against_jax(name):
    """Compiled by XLA, from the same steps, with its own derivatives of them."""
    own = equations[name]
    values = drawn(own)
    function, gradient = own.function("jax"), own.gradient(backend="c")
    slopes = jax.vmap(jax.value_and_grad(lambda arguments: function(**arguments)))
    start = time.perf_counter()
    compiled = jax.jit(slopes).lower(values).compile()
    compilation = time.perf_counter() - start
    theirs = seconds(lambda: jax.block_until_ready(compiled(values)))
    ours = seconds(lambda: gradient(**values))
    print(
        f"{name}: value and gradient {1e9 * ours / POINTS:.0f} ns in C, {theirs / ours:.1f} times "
        f"that in JAX, compiled in {compilation:.1f} s"
    )
    assert ours < NOISE * theirs


def test_an_elimination():
    """Of a driven pair of spins 1: one more elimination, with the transposed matrix."""
    own = equation("N", negativity(exact_state(model("ones, driven")), "A"))
    values = drawn(own, 500)
    for backend in ("numpy", "c"):
        value, gradient = own.function(backend), own.gradient(backend=backend)
        alone, both = seconds(lambda: value(**values)), seconds(lambda: gradient(**values))  # noqa: B023
        central = seconds(lambda: differences(value, values), 1)  # noqa: B023
        print(
            f"{own.label}, {backend}: the value {1e6 * alone / 500:.0f} µs, with its gradient "
            f"{both / alone:.1f} times that, central differences {central / alone:.1f} times"
        )
        assert both < NOISE * 4 * alone
        assert both < central
