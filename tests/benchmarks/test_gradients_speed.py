"""Values with their gradients: against the value, JAX and central differences, in one process.

Run with `pytest tests/benchmarks/test_gradients_speed.py -s` on an idle machine.
"""

import time
from functools import partial

import jax
import numpy as np
import pytest

from symsync import equation, equations, exact_state, negativity
from symsync.claims.model_table import model
from tests.evaluate.test_gradients import REAL

POINTS = 20_000

FORMULAS = ["S_rel_t", "S_rel_max_exact", "negativity_exact", "mutual_information_exact"]
"""Divided differences, waves, and blocks; JAX compiles each in seconds."""

MOST = 4
"""So many values may a value with its gradient cost; 1.2 to 2.8 are found.

A formula of several components is bounded by what it writes: as many numbers more as it has
parameters.
"""

NOISE = 1.25
"""By which factor a ratio may be wrong on a machine that does other things, too: least times of
calls in turn differ by 1.2 there.
"""


@pytest.fixture(autouse=True)
def double():
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", False)


def seconds(*functions, repetitions=9):
    """The least times of calls in turn, after a first one of each."""
    times = [[] for _ in functions]
    for own, function in zip(times * (1 + repetitions), functions * (1 + repetitions), strict=True):
        start = time.perf_counter()
        function()
        own.append(time.perf_counter() - start)
    return [min(own[1:]) for own in times]


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
@pytest.mark.parametrize("name", REAL)
def test_against_the_value(name, backend):
    own = equations[name]
    values = drawn(own, POINTS // 10)
    value, gradient = own.function(backend), own.gradient(backend=backend)
    components = np.prod(value(**values).shape[1:])
    alone, both = seconds(lambda: value(**values), lambda: gradient(**values), repetitions=100)
    print(
        f"{name}, {backend}: the value {1e10 * alone / POINTS:.0f} ns, with its gradient "
        f"{both / alone:.1f} times that"
    )
    most = MOST if components == 1 else max(MOST, 1 + len(own.parameters))
    assert both < NOISE * most * alone


@pytest.mark.parametrize("backend", ["c", "numba"])
@pytest.mark.parametrize("name", FORMULAS)
def test_against_central_differences(name, backend):
    own = equations[name]
    values = drawn(own)
    value, gradient = own.function(backend), own.gradient(backend=backend)
    both, central = seconds(
        lambda: gradient(**values), lambda: differences(value, values), repetitions=3
    )
    print(f"{name}, {backend}: central differences {central / both:.1f} times the gradient")
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
    theirs, ours = seconds(
        lambda: jax.block_until_ready(compiled(values)), lambda: gradient(**values)
    )
    print(
        f"{name}: value and gradient {1e9 * ours / POINTS:.0f} ns in C, {theirs / ours:.1f} times "
        f"that in JAX, compiled in {compilation:.1f} s"
    )
    assert ours < NOISE * theirs


def test_an_elimination():
    """Of a driven pair of spins 1: one more elimination, with the transposed matrix.

    In C it costs 3.5 to 7 values: eigenvectors, of blocks of nine kets here, are LAPACK's.
    """
    own = equation("N", negativity(exact_state(model("ones, driven")), "A"))
    values = drawn(own, 500)
    for backend in ("numpy", "c"):
        value, gradient = own.function(backend), own.gradient(backend=backend)
        alone, both, central = seconds(
            partial(value, **values),
            partial(gradient, **values),
            partial(differences, value, values),
            repetitions=3,
        )
        print(
            f"{own.label}, {backend}: the value {1e6 * alone / 500:.0f} µs, with its gradient "
            f"{both / alone:.1f} times that, central differences {central / alone:.1f} times"
        )
        assert both < (8 if backend == "c" else MOST) * alone
        assert both < central
