"""The compiled backends keep the contract of the NumPy one, to its last digit but for exp and sin.

The arithmetic is the same, step by step, and so are its results.  Functions of the C library are
within a unit of the last place of NumPy's vectorised ones, within four of the exact value.
"""

import importlib.util
import os
import pickle
import random
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import mpmath
import numpy as np
import pytest
from judges import by_mpmath as high_precision
from judges.forked import in_a_fork
from judges.points import anywhere, chosen, extreme
from sympy import Symbol, Tuple, symbols

import symsync
from symsync import equations
from symsync.evaluate import Formula, evaluator
from symsync.evaluate.backends.array_backend import ArrayEvaluator
from symsync.evaluate.backends.c_backend import CEvaluator
from symsync.evaluate.backends.numba_backend import NumbaEvaluator
from symsync.evaluate.emit import c_file, numba_source
from symsync.evaluate.emit.c_source import c_function
from symsync.evaluate.program import Program, Step

COMPILER = next((name for name in ("cc", "gcc", "clang") if shutil.which(name)), None)
needs_compiler = pytest.mark.skipif(COMPILER is None, reason="no C compiler is installed")
BACKENDS = ["numba", pytest.param("c", marks=needs_compiler)]
backends = pytest.mark.parametrize("backend", BACKENDS)
SLOW = pytest.mark.slow
c_at_once = pytest.mark.parametrize("backend", [pytest.param("numba", marks=SLOW), *BACKENDS[1:]])
"""Numba takes a second for a formula: it does so with the slow tests."""

FOR_NUMPY_ALONE = {"hamiltonian", "master_equation", "state", "coefficient",
                   "individual_phases_exact"}  # fmt: skip
"""Operators, kets and constants."""

NAMES = [name for name in equations if name not in FOR_NUMPY_ALONE]

FAST = {"mu_plus", "locking_phase", "schmidt_coefficients", "populations_exact", "S_rel_t"}
"""Complex and real, one value and several, with definitions, with functions of the C library."""

FASTEST = {"mu_plus", "schmidt_coefficients"}
"""For Numba, which takes a second for a formula."""


def one_by_one(names, fast, fastest):
    """Each backend with each formula."""
    return pytest.mark.parametrize(
        ("backend", "name"),
        [
            pytest.param(backend, name, marks=[*marks, *([] if name in quick else [SLOW])])
            for backend, quick, marks in (("numba", fastest, []), ("c", fast, [needs_compiler]))
            for name in names
        ],
    )


EXACT = {"add", "subtract", "multiply", "divide", "negative", "square", "sqrt", "absolute",
         "difference", "distance", "sum_error", "product_error"}  # fmt: skip
"""Operations that every machine rounds in one way."""

LIBRARY = 20 * 2.0**-52
"""At most four functions of the library in a product, each off by five units of the last place
between NumPy and C; amplitudes, not values, where waves cancel."""


@pytest.fixture(autouse=True, scope="module")
def cache_of_its_own(tmp_path_factory):
    """All tests share one cache directory, and none of the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SYMSYNC_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.delenv("CC", raising=False)
        yield


def spread(rng, function, shape=2000, decades=3):
    return {name: 10 ** rng.uniform(-decades, decades, shape) for name in function.parameters}


def assert_alike(ours, reference, program, scale=None):
    if {step.operation for step in program.steps} <= EXACT:
        assert np.array_equal(ours, reference, equal_nan=True)
    else:
        scale = np.abs(reference) if scale is None else scale
        assert (np.abs(ours - reference) <= LIBRARY * scale).all()


def test_every_other_formula_is_compiled():
    special = {name for name, each in equations.items() if each.spins or not each.parameters}
    assert special == FOR_NUMPY_ALONE


@one_by_one(NAMES, FAST, FASTEST)
def test_every_formula_agrees_with_numpy(backend, name, rng):
    function = equations[name].function()
    values = spread(rng, function)
    scale = None
    if high_precision.AMPLITUDE.get(name) in equations:
        amplitude = equations[high_precision.AMPLITUDE[name]].function()
        scale = amplitude(**chosen(values, amplitude))
    elif name == "S_rel_t":
        # two waves with the amplitudes |mu_plus_t| and |mu_minus_t|
        parts = [equations[each].function() for each in ("mu_plus_t", "mu_minus_t")]
        scale = values["epsilon"] * sum(np.abs(f(**chosen(values, f))) for f in parts)
    ours = equations[name].function(backend)(**values)
    assert_alike(ours, function(**values), function._program, scale)


def shapes(rng, names):
    """Arguments for two of the parameters in all the ways in which they may broadcast."""
    first, second, *_ = names
    full = rng.uniform(1, 2, (7, 300))
    yield "scalars", {}
    yield "flat", {first: full[0], second: full[1]}
    yield "one array", {first: full[0]}
    yield "short rows", {first: full[0, :, None], second: full[1, :5]}
    yield "long rows", {first: full[:, :1], second: rng.uniform(1, 2, (1, 40000))}
    yield "three axes", {first: full[:, None, :1], second: full[None, :3, :40]}
    yield "F order", {first: np.asfortranarray(full), second: full}
    yield "strided", {first: full[::-2, ::3], second: full[:4, 100:200]}
    yield "a stride of one line", {first: full.ravel()[::2], second: full.ravel()[1::2]}
    yield "broadcast", {first: np.broadcast_to(full[0], (3, 300)), second: full[:3]}
    yield "empty", {first: np.empty((0, 3)), second: 1.5}


SHAPED = {"S_rel_max", "mu_plus_t", "schmidt_coefficients"}


@one_by_one(sorted(SHAPED), SHAPED, {"schmidt_coefficients"})
def test_all_shapes_agree_with_numpy(backend, name, rng):
    function, ours = equations[name].function(), equations[name].function(backend)
    fixed = dict.fromkeys(function.parameters, 1.25)
    fixed |= {"gamma_g_A": 1.5, "epsilon": 0.5}
    for what, change in shapes(rng, function.parameters):
        values = chosen({**fixed, **change}, function)
        reference = function(**values)
        result = ours(**values)
        assert result.shape == reference.shape, what
        assert type(result) is type(reference), what
        assert_alike(result, reference, function._program)
        if reference.ndim:
            wide = np.zeros((*reference.shape, 2), reference.dtype)
            ours(**values, out=wide[..., 1])
            assert np.array_equal(wide[..., 1], result), what
            assert not wide[..., 0].any(), what


@c_at_once
def test_large_arrays_are_shared_by_threads(backend, rng):
    function, ours = equations["S_rel_max"].function(), equations["S_rel_max"].function(backend)
    values = spread(rng, function, 400_017)
    assert np.array_equal(ours(**values), function(**values))
    values["Delta"].flags.writeable = False
    assert ours(**values, out=values["epsilon"]) is values["epsilon"]


@one_by_one(["S_rel_max", "S_rel_t", "mu_minus_t", "negativity"], {"S_rel_t", "negativity"},
            {"S_rel_max"})  # fmt: skip
def test_relative_errors_are_those_of_numpy(backend, name, rng):
    """At 110 digits, as in `test_accuracy`."""
    function = equations[name].function(backend)
    values = extreme(rng, 120)
    result = function(**chosen(values, function))
    with mpmath.workdps(high_precision.DIGITS):
        for k, value in enumerate(result):
            point = {key: mpmath.mpf(float(values[key][k])) for key in function.parameters}
            exact = getattr(high_precision, name)(**point)
            assert abs(mpmath.mpmathify(value) - exact) < 1e-13 * abs(exact)


CHANGES = [
    {"gamma_g_A": -1.0}, {"gamma_g_A": 0.0}, {"gamma_d_B": np.nan}, {"gamma_d_B": np.inf},
    {"epsilon": -0.1}, {"Delta": np.nan}, {"Delta": "fast"}, {"Delta": 1j}, {"phi": [1, np.nan]},
    {"phi": [1, 2], "Delta": [1, 2, 3]}, {"gama_d_B": 1.0}, {"out": np.empty(7)},
]  # fmt: skip


@backends
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: " ".join(change))
def test_errors_are_those_of_numpy(backend, change, generic):
    function, ours = equations["S_rel"].function(), equations["S_rel"].function(backend)
    values = {**chosen(generic, function), **change}
    with pytest.raises((TypeError, ValueError)) as expected:
        function(**values)
    with pytest.raises(expected.type) as found:
        ours(**values)
    assert str(found.value) == str(expected.value)


@c_at_once
def test_infinite_rates_and_missing_phases_are_those_of_numpy(backend, generic):
    negativity = equations["negativity_resonant"].function(backend)
    rates = dict.fromkeys(negativity.parameters, 1.0)
    assert negativity(**{**rates, "gamma_d_B": np.inf}) == negativity(**rates) / 2
    phase = equations["locking_phase"].function(backend)
    values = chosen(generic, phase)
    values |= {"gamma_g_B": values["gamma_g_A"], "gamma_d_B": values["gamma_d_A"]}
    assert np.isnan(phase(**values))


X, Y, Z = 0, 1, 2
OPERATIONS = {
    "log": (X,), "log1p": (X,), "expm1": (Z,), "arctan": (Z,), "minimum": (X, Z),
    "maximum": (X, Z), "choose": (Z, X, Y), "angle": (Z, X), "product_error": (X, Y, 0.0),
    "sum_error": (X, Y, 0.0), "absolute": (Z,), "negative": (-2.5,),
}  # fmt: skip


def reference_value(operation, arguments):
    """What NumPy makes of an operation."""
    if operation == "choose":
        return np.where(arguments[0] >= 0, arguments[1], arguments[2])
    if operation in ("angle", "product_error", "sum_error"):
        return getattr(symsync.evaluate.kernels.numpy_kernels, operation)(*arguments)
    return getattr(np, operation)(*arguments)


@c_at_once
def test_every_operation_is_known(backend, rng):
    """One program with all elementwise operations, whichever of them a formula needs today."""
    program = Program(("x", "y", "z"))
    for index, (operation, arguments) in enumerate(OPERATIONS.items(), 3):
        program.steps.append(Step(operation, arguments, index))
        program.outputs.append((index, None))
    x, y = symbols("x y", positive=True)
    z = Symbol("z", real=True)
    function = symsync.evaluate.evaluator(
        symsync.evaluate.Formula("f", Tuple(*[x + y + z] * len(OPERATIONS)), (x, y, z), "f"),
        backend,
    )
    function._program = program
    values = [*10 ** rng.uniform(-1, 1, (2, 1000)), rng.normal(size=1000)]
    result = function(**dict(zip("xyz", values, strict=True)))
    for k, (operation, arguments) in enumerate(OPERATIONS.items()):
        given = [values[each] if isinstance(each, int) else each for each in arguments]
        expected = reference_value(operation, given)
        assert np.allclose(result[:, k], expected, rtol=8 * 2.0**-52, atol=0), operation


def long_program(length=2000, outputs=20):
    """A chain of sums, products and quotients of six inputs that stay near one."""
    draw = random.Random(5)
    program = Program(tuple(f"x{k}" for k in range(6)))
    for index in range(6, 6 + length):
        first, second = draw.randrange(max(0, index - 40), index), draw.randrange(6)
        if index % 2:
            step = Step("add", (first, second), index)
        else:
            step = Step(draw.choice(["divide", "multiply"]), (first, 0.5), index)
        program.steps.append(step)
    program.outputs += [(length + 5 - k, None) for k in range(outputs)]
    return program


@c_at_once
def test_long_programs_are_computed(backend, rng):
    """2,000 steps with 20 values: bit by bit what NumPy gives."""
    parameters = symbols("x:6", positive=True)
    rhs = Tuple(*[sum(parameters)] * 20)
    function, ours = (
        evaluator(Formula("f", rhs, parameters, "f"), each) for each in ("numpy", backend)
    )
    function._program = ours._program = long_program()
    values = {symbol.name: rng.uniform(0.5, 2, (70, 70)) for symbol in parameters}
    assert np.array_equal(ours(**values), function(**values))


@backends
def test_what_is_fixed_is_computed_once(backend):
    """With scalar rates only what depends on the arrays is left in the loop."""
    program = equations["S_rel_max"].function()._program
    symbols_ = equations["S_rel_max"].parameters
    if backend == "c":
        source = c_function("f", program, symbols_, frozenset({0}))
        before, inside = source.split("for (size_t i")
    else:
        source = numba_source.numba_source(program, symbols_, frozenset({0}), 1)
        before, inside = source.split("for i in range")
    assert "sqrt(" in before
    assert "sqrt(" not in inside


@c_at_once
def test_values_are_stored_as_soon_as_they_are_known(backend):
    """Also those that are constants, inputs or equal, so that stores are spread over the loop."""
    x, y = symbols("x y", positive=True)
    rhs = Tuple(x * y, 2, (x * y + 1) / x, x, x * y)
    function = evaluator(Formula("f", rhs, (x, y), ""), backend)
    assert function.source.index("] = v2") < function.source.index("v3 =")
    found = function(x=[0.5, 4.0], y=3.0)
    assert found.tolist() == [[1.5, 2, 5, 0.5, 1.5], [12, 2, 3.25, 4, 12]]


@pytest.mark.parametrize(("steps", "kind"), [(30, "int64_t"), (40, "int")])
def test_loops_that_wait_for_memory_take_fewer_points_at_once(steps, kind):
    """In C their conditions are as wide as doubles."""
    x = Symbol("x", positive=True)
    program = Program(("x",), [Step("add", (k, k), k + 1) for k in range(steps)], [(steps, None)])
    assert f" {kind} good" in c_function("f", program, (x,), frozenset({0}))


@needs_compiler
def test_several_values_are_written_where_they_belong(monkeypatch, rng):
    """In C, without a copy, where the array of each is in one piece."""
    function = equations["populations_exact"].function("c")
    values = {name: rng.uniform(0.5, 2, (30, 40)) for name in function.parameters}
    expected = equations["populations_exact"].function()(**values)
    copies = []
    monkeypatch.setattr(function, "_scatter", lambda *each: copies.append(each))
    assert np.array_equal(function(**values), expected)
    assert not copies
    monkeypatch.undo()
    assert np.array_equal(function(**values, out=np.empty(expected.shape)), expected)


@backends
def test_functions_can_be_pickled_and_shown(backend, generic):
    function = equations["S_rel_max"].function(backend)
    again = pickle.loads(pickle.dumps(function))
    values = chosen(generic, function)
    assert again(**values) == function(**values)
    assert "for" in function.source
    assert isinstance(function, ArrayEvaluator)
    assert function.__doc__ == equations["S_rel_max"].function().__doc__


@c_at_once
def test_xarray_and_dask_pass_through(backend, generic):
    xarray, dask_array = pytest.importorskip("xarray"), pytest.importorskip("dask.array")
    function = equations["schmidt_coefficients"].function(backend)
    values, detuning = chosen(generic, function), np.linspace(-1, 1, 40)
    expected = function(**{**values, "Delta": detuning})
    labelled = function(**{**values, "Delta": xarray.DataArray(detuning, dims="Delta")})
    assert np.array_equal(labelled.values, expected)
    lazy = function(**{**values, "Delta": dask_array.from_array(detuning, chunks=7)})
    assert np.array_equal(lazy.compute(), expected)


@backends
def test_threads_and_forked_processes_may_share_a_function(backend, rng):
    function = equations["S_rel_max"].function(backend)
    inputs = [spread(rng, function, 300_000) for _ in range(4)]
    alone = [function(**values) for values in inputs]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda values: function(**values), inputs))
    assert all(map(np.array_equal, alone, together))
    assert in_a_fork(lambda: float(function(**inputs[0]).sum())) == float(alone[0].sum())


AGAIN = """
import sys, symsync
function = symsync.equations["negativity"].function(sys.argv[1])
value = function(**dict.fromkeys(function.parameters, 1.5))
rows = [module.row for name, module in sys.modules.items() if name.startswith("symsync_")]
print(float(value), sum(sum(row.stats.cache_hits.values()) for row in rows),
      sum(sum(row.stats.cache_misses.values()) for row in rows))
"""


def run_again(backend, directory):
    """The value, and how often Numba found a compiled function or did not, in a new process."""
    done = subprocess.run(
        [sys.executable, "-c", AGAIN, backend],
        env={**os.environ, "SYMSYNC_CACHE": str(directory)},
        capture_output=True,
        text=True,
        check=True,
    )
    return [float(each) for each in done.stdout.split()]


@SLOW
def test_a_second_process_loads_what_numba_compiled(tmp_path):
    value, *counts = run_again("numba", tmp_path)
    assert counts == [0, 1]
    files = sorted((path, path.stat().st_mtime_ns) for path in tmp_path.rglob("*.nb*"))
    assert files
    assert run_again("numba", tmp_path) == [value, 1, 0]
    assert files == sorted((path, path.stat().st_mtime_ns) for path in tmp_path.rglob("*.nb*"))


@SLOW
@needs_compiler
def test_a_second_process_loads_what_the_compiler_made(tmp_path, monkeypatch):
    """A compiler that writes down each call is called once."""
    script = tmp_path / "compiler"
    script.write_text(f'#!/bin/sh\necho call >> {tmp_path}/calls\nexec {COMPILER} "$@"\n')
    script.chmod(0o700)
    monkeypatch.setenv("CC", str(script))
    first = run_again("c", tmp_path / "cache")
    assert run_again("c", tmp_path / "cache") == first
    assert (tmp_path / "calls").read_text() == "call\n"
    assert len(list((tmp_path / "cache").iterdir())) == 2  # the library and its digest


@needs_compiler
def test_a_compiler_without_native_code_is_good_enough(tmp_path, monkeypatch, generic):
    script = tmp_path / "compiler"
    script.write_text(
        '#!/bin/sh\ncase "$*" in *march*) exit 1;; esac\n' + f'exec {COMPILER} "$@"\n'
    )
    script.chmod(0o700)
    monkeypatch.setenv("CC", str(script))
    function = equations["S_rel_max"].function("c")
    values = chosen(generic, function)
    assert function(**values) == equations["S_rel_max"].function()(**values)


def test_a_failing_compiler_is_quoted(tmp_path, monkeypatch, generic):
    script = tmp_path / "compiler"
    script.write_text("#!/bin/sh\necho out of ink >&2\nexit 1\n")
    script.chmod(0o700)
    monkeypatch.setenv("CC", str(script))
    function = equations["S_rel_max"].function("c")
    with pytest.raises(RuntimeError, match=r"fails: out of ink Set CC to another one"):
        function(**chosen(generic, function))


def test_what_is_missing_is_named(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(RuntimeError, match=r"needs a C compiler.* install gcc or clang, or set CC"):
        equations["S_rel_max"].function("c")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'symsync\[fast\]', or use backend"):
        equations["S_rel_max"].function("numba")
    assert equations["S_rel_max"].c_code().source.startswith("#include")


@pytest.mark.parametrize("kind", [NumbaEvaluator, pytest.param(CEvaluator, marks=needs_compiler)])
def test_formulas_of_thousands_of_values_are_for_numpy(kind):
    x = Symbol("x", positive=True)
    with pytest.raises(ValueError, match=r"at most 1000 real values, but f has 1001. Use backend="):
        kind(Formula("f", Tuple(*[x] * 1001), (x,), "f"))


MAIN = """
#include <stdio.h>
#include "{name}.h"

int main(void)
{{
    const double in[] = {{{inputs}}};
    double out[{outputs}];
    const int good = {name}(1, {arguments}, {targets});
    for (size_t k = 0; k < {outputs}; k++)
        printf("%a\\n", out[k]);
    return good ? 0 : 1;
}}
"""


@needs_compiler
@pytest.mark.parametrize(
    "name", [name if name in FAST else pytest.param(name, marks=SLOW) for name in NAMES]
)
def test_the_c_files_stand_alone(name, tmp_path):
    """Without a warning, from a program of a few lines, with the numbers of NumPy."""
    code, function = equations[name].c_code(), equations[name].function()
    values = anywhere(function)
    inputs = [v for each in values.values() for v in _parts(each)]
    count = sum(value is not None for pair in function._program.outputs for value in pair)
    main = MAIN.format(
        name=code.name,
        inputs=", ".join(float(each).hex() for each in inputs),
        outputs=count,
        arguments=", ".join(f"&in[{k}]" for k in range(len(inputs))),
        targets=", ".join(f"&out[{k}]" for k in range(count)),
    )
    (tmp_path / f"{code.name}.h").write_text(code.header, encoding="utf-8")
    (tmp_path / "formula.c").write_text(code.source, encoding="utf-8")
    (tmp_path / "main.c").write_text(main)
    flags = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror", "-O2"]
    command = [COMPILER, *flags, "-o", "program", "formula.c", "main.c", "-lm"]
    subprocess.run(command, cwd=tmp_path, check=True)
    done = subprocess.run([tmp_path / "program"], capture_output=True, text=True, check=True)
    result = np.array([float.fromhex(line) for line in done.stdout.split()])
    expected = np.array([v for each in np.ravel(function(**values)) for v in _parts(each)])
    assert np.allclose(result, expected, rtol=LIBRARY, atol=0)


def _parts(value):
    return [value.real, value.imag] if isinstance(value, complex) else [value]


def test_names_that_only_python_knows_are_numbered():
    """A parameter ε becomes in_0, and a comment cannot be ended from within."""
    x = Symbol("ε", positive=True)
    code = c_file.c_code(Formula("größe", x**2, (x,), "ends */ here"))
    assert code.name == "symsync_gr__e"
    assert "const double *in_0, double *out" in code.header
    assert code.header.count("*/") == 1
