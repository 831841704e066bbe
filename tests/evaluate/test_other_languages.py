"""Formulas as C, JavaScript, Julia and Fortran give NumPy's numbers, and say what they cannot."""

import ctypes
import math
import re
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest
from judges.by_node import NODE, in_node
from judges.every_part import BLOCK, BLOCKS, ELEMENTARY, WAVES, parts, points, tiny_pivots
from judges.points import anywhere, extreme
from sympy import I, Symbol, exp, symbols

from symsync import (
    Equation,
    equation,
    equations,
    exact_state,
    javascript,
    joined,
    mutual_information,
    purity,
)
from symsync.claims.model_table import model
from symsync.evaluate.backends import c_backend
from symsync.evaluate.emit import c_file, fortran_source, javascript_source, julia_source
from symsync.evaluate.emit.c_source import FLAGS
from symsync.evaluate.emit.scalar_source import NAMES
from symsync.evaluate.kernels import (
    fortran_kernels,
    javascript_blocks,
    javascript_crossings,
    javascript_eigenvalues,
    javascript_elimination,
    javascript_evolution,
    javascript_kernels,
    julia_kernels,
    scalar_kernels,
)
from symsync.expressions.spectral import WaveMaximum, WavePhase

needs_node = pytest.mark.skipif(NODE is None, reason="Node.js is not installed")
GCC = shutil.which("gcc") or shutil.which("clang")
needs_compiler = pytest.mark.skipif(GCC is None, reason="neither gcc nor clang is installed")
GFORTRAN = shutil.which("gfortran")
needs_fortran = pytest.mark.skipif(GFORTRAN is None, reason="gfortran is not installed")

EXACT = ["S_rel_max_exact", "negativity_exact", "mutual_information_exact"]
CLOSE = 1e-12
"""What the issue of this asks for; eigenvalues are those of another algorithm than LAPACK's."""


@pytest.fixture(scope="module")
def everything():
    """Every function and every part, as one formula."""
    return joined([ELEMENTARY, BLOCKS, parts()])


def expected(formula, values):
    """NumPy's values, one row for each real component, and what their errors are relative to.

    Entries of functions of a matrix and eigenvalues are relative to the matrix, of about 1.
    """
    function = formula.function()
    count = max([np.size(v) for v in values.values()], default=1)
    found = np.broadcast_to(function(**values), (count, *function.component_shape))
    found = np.reshape(found, (count, -1)).T
    size = np.abs(found)
    if function.is_complex:
        found = np.stack([found.real, found.imag], 1).reshape(-1, count)
        size = np.repeat(size, 2, axis=0)
    is_matrix = "blocks" in formula.label or "parts" in formula.label
    return found, np.maximum(size, 1.0) if is_matrix else size


def require_close(found, formula, values):
    want, size = expected(formula, values)
    assert found.shape == want.shape
    same = (found == want) | (np.abs(found - want) <= CLOSE * size)
    assert same.all(), np.flatnonzero(~same.all(axis=1))


# JavaScript ---------------------------------------------------------------------------------------


def in_javascript(formulas, values):
    """Compare the script of some formulas with NumPy, point by point and in arrays."""
    found = in_node(javascript(formulas), values)
    for formula in formulas:
        first, every = found[formula.label]
        require_close(every, formula, values[formula.label])
        assert (first == every[:, 0]).all()


@needs_node
def test_exact_measures_in_a_browser():
    """In one script, at 600 points of ten decades."""
    formulas = [equations[name] for name in EXACT]
    drawn = extreme(np.random.default_rng(7), 600)
    values = {f.label: {p.name: drawn[p.name] for p in f.parameters} for f in formulas}
    in_javascript(formulas, values)


@needs_node
def test_every_function_and_every_part_in_javascript():
    formulas = [ELEMENTARY, BLOCKS, parts()]
    in_javascript(formulas, {f.label: points(f, 40) for f in formulas})


@needs_node
def test_special_blocks_and_waves_in_javascript():
    """Nothing, a pure state, equal levels; and equal tops, of which the nearest to 0 is taken."""
    names = [symbol.name for symbol in BLOCK]
    rows = np.zeros((len(names), 4))
    rows[0, 1] = 1
    rows[[0, 1, 4], 2] = 0.5
    rows[:4, 3] = 0.25
    functions = [f for f in BLOCKS.rhs[:4] if f.has(BLOCK[0])]
    blocks = equation("special_blocks", functions)
    waves = equation("waves", [WaveMaximum(*WAVES), WavePhase(*WAVES)])
    tops = [[0, 0, 1, 0, 0, 0], [0, 0, -1, 0, 0, 0], [0, 0, 0, 0, 1, 0], [1, 2, 0, 0, 0, 0]]
    drawn = dict(zip([symbol.name for symbol in WAVES], np.array(tops, float).T, strict=True))
    values = {
        "special_blocks": {**dict(zip(names, rows, strict=True)), "x": np.full(4, 0.1)},
        "waves": drawn,
    }
    in_javascript([blocks, waves], values)


@needs_node
@pytest.mark.slow
def test_the_whole_catalogue_in_javascript():
    formulas = list(equations.values())
    values = {f.label: anywhere(f.function()) for f in formulas}
    in_javascript(formulas, values)


@pytest.fixture(scope="module")
def chain():
    """Three coupled spins, whose elements are eliminated, and eigenvalues of their blocks."""
    state = exact_state(model("chain of halves, XXZ"))
    return equation("I", mutual_information(state, "A"))


@needs_node
def test_a_chain_is_eliminated(chain):
    in_javascript([chain], {"I": points(chain, 10)})


@pytest.fixture(scope="module")
def three():
    """The solution of three linear equations, whose largest unknown is any of them."""
    formula = equation("three", parts().rhs[:3])
    rng = np.random.default_rng(4)
    return formula, {p.name: 10 ** rng.uniform(-6, 6, 40) for p in formula.parameters}


@needs_node
def test_pivots_in_106_bits(three):
    """Where the recorded elimination is not trusted, here nowhere; and as it is recorded."""
    formula, values = three
    in_javascript([formula], {"three": values})
    script = javascript([formula])
    doubtful = script.replace("64 * lost * change : Infinity", "NaN : NaN")
    assert doubtful != script
    require_close(in_node(doubtful, {"three": values})["three"][1], formula, values)


@needs_node
def test_tiny_pivots_are_noticed():
    formula, values = tiny_pivots()
    in_javascript([formula], {"tiny": values})


@needs_node
def test_points_that_a_script_does_not_take():
    """Wrong names and numbers are errors of one sentence; in arrays they are nan."""
    script = javascript([equations["mu_plus"], equations["negativity"]])
    script += """
    const say = f => { try { return f(); } catch (error) { return error.message; } };
    const { mu_plus } = symsync, rates = {gamma_d_A: 1, gamma_g_B: 2, Delta: 0};
    const out = mu_plus.fill({...rates, gamma_d_A: [1, -1]}, new Float64Array(4));
    console.log([
        say(() => mu_plus({gamma_d_A: 1})), say(() => mu_plus({...rates, epsilon: 1})),
        say(() => mu_plus({...rates, gamma_d_A: -1})), say(() => mu_plus({...rates, Delta: NaN})),
        say(() => mu_plus.fill({...rates, Delta: [1]}, new Float64Array(4))),
        say(() => mu_plus.fill(rates, [])), out, JSON.stringify(mu_plus(rates)),
        module.exports === symsync, Object.keys(module.exports), mu_plus.parameters,
    ].join('\\n'));
    """
    done = subprocess.run([NODE, "-"], input=script, text=True, capture_output=True, check=True)
    said = done.stdout.splitlines()
    assert said[0].endswith(", and Delta,gamma_g_B is missing.")
    assert said[1].endswith(", but not epsilon.")
    assert said[2] == "Argument gamma_d_A of mu_plus must be a positive number, but is -1."
    assert said[3] == "Argument Delta of mu_plus must be a real number, but is NaN."
    assert said[4] == "Argument Delta of mu_plus must be a number or an array of 2."
    assert said[5].endswith("must be a Float64Array of 2 numbers for each point.")
    assert said[6].split(",")[1] == said[6].split(",")[3] == "NaN"
    assert said[7] == '{"re":0.6666666666666666,"im":0}'
    assert said[8:10] == ["false", "mu_plus,negativity"]
    assert said[10] == ",".join(p.name for p in equations["mu_plus"].parameters)


@needs_node
def test_two_scripts_in_one_page():
    """Each adds its functions to the same object, in a script and in a module."""
    both = [javascript([equations[name]]) for name in ("S_rel_max", "negativity")]
    main = "console.log(Object.keys(globalThis.symsync).join());"
    for kind in ("commonjs", "module"):
        done = subprocess.run([NODE, f"--input-type={kind}", "-"], input="\n".join([*both, main]),
                              text=True, capture_output=True, check=True)  # fmt: skip
        assert done.stdout == "S_rel_max,negativity\n"


def test_what_formulas_share_stands_once():
    labels = [equation(name, parts().rhs[3]) for name in ("one", "two")]
    script = javascript(labels)
    assert script.count("function NegativePart(") == script.count("function recorded(") == 1
    assert script.count("const solution_1 =") == 1
    assert "solution_2" not in script
    with pytest.raises(ValueError, match=r"different labels, but two are 'one'\. Rename one\."):
        javascript([labels[0], labels[0]])


# C ------------------------------------------------------------------------------------------------


def in_c(formula, values, folder, *flags):
    """The values of the files of C, compiled with warnings as errors."""
    code, count = formula.code("c"), max(map(np.size, values.values()))
    (folder / f"{code.name}.h").write_text(code.header, encoding="utf-8")
    (folder / f"{code.name}.c").write_text(str(code), encoding="utf-8")
    strict = ["-std=c99", "-ffp-contract=off", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared"]
    command = [GCC, *strict, *flags, "-o", "library.so", f"{code.name}.c", "-lm"]
    subprocess.run(command, cwd=folder, check=True)
    function = ctypes.CDLL(str(folder / "library.so"))[code.name]
    inputs = [np.ascontiguousarray(np.broadcast_to(v, count), float) for v in values.values()]
    out = np.empty((len(expected(formula, values)[0]), count))
    good = function(ctypes.c_size_t(count), *(ctypes.c_void_p(v.ctypes.data) for v in inputs),
                    *(ctypes.c_void_p(row.ctypes.data) for row in out))  # fmt: skip
    assert good == np.isfinite(out).all()
    return out


@needs_compiler
def test_exact_measures_in_c(tmp_path):
    formula = joined([equations[name] for name in EXACT])
    drawn = extreme(np.random.default_rng(8), 600)
    values = {p.name: drawn[p.name] for p in formula.parameters}
    require_close(in_c(formula, values, tmp_path), formula, values)


@needs_compiler
@pytest.mark.parametrize(
    "flags", [(), pytest.param((*FLAGS, "-march=native"), marks=pytest.mark.slow)]
)
def test_every_function_and_every_part_in_c(everything, flags, tmp_path):
    """Seventy points are more than one block of rows."""
    values = points(everything, 70)
    require_close(in_c(everything, values, tmp_path, *flags), everything, values)


@needs_compiler
def test_a_long_name_of_a_parameter_is_not_cut_in_c(tmp_path):
    formula = equation("f", sum(symbols("x " + "y" * 100, real=True)))
    values = points(formula, 3)
    require_close(in_c(formula, values, tmp_path), formula, values)
    run = formula.function("c")
    assert run(**{"x": 1.0, "y" * 100: 2.0}) == 3.0


@needs_compiler
def test_pivots_in_106_bits_in_c(three, tmp_path, monkeypatch):
    formula, values = three
    code = formula.code("c")
    doubtful = code.source.replace("if (done && lost[i] <= 0x1p-10)", "if (0)")
    assert doubtful != code.source
    monkeypatch.setattr(Equation, "code", lambda *_: replace(code, source=doubtful))
    require_close(in_c(formula, values, tmp_path, "-Wno-unused-function"), formula, values)


@needs_compiler
def test_tiny_pivots_are_noticed_in_c(tmp_path):
    formula, values = tiny_pivots()
    require_close(in_c(formula, values, tmp_path), formula, values)


def test_the_header_says_how_it_is_fast():
    """With the flags of the backend, and one line for the compiler."""
    code = equations["negativity"].code("c")
    assert f"cc {' '.join(FLAGS)} -march=native -c {code.name}.c" in code.header
    assert set(FLAGS) < set(c_backend.FLAGS)
    assert equations["negativity"].c_code() == code


# Fortran ------------------------------------------------------------------------------------------


@needs_fortran
@pytest.mark.parametrize(
    "name", ["elementary", "mu_plus", pytest.param("S_rel_max_exact", marks=pytest.mark.slow)]
)
def test_fortran_gives_the_same(name, tmp_path):
    """A module that a program of a few lines uses; an elemental function takes whole arrays."""
    formula = ELEMENTARY if name == "elementary" else equations[name]
    code, values = formula.code("fortran"), points(formula, 30)
    rows, size = expected(formula, values)[0].shape
    single, kind = name != "elementary", "complex" if name == "mu_plus" else "real"
    given = ", ".join(f"x({k}, {':' if single else 'k'})" for k in range(1, len(values) + 1))
    call = f"out(1, :) = {code.name}({given})"
    if not single:
        call = f"do k = 1, {size}; out(:, k) = {code.name}({given}); end do"
    (tmp_path / "main.f90").write_text(
        f"{code}\nprogram main\n  use symsync_{code.name}\n  use, intrinsic :: iso_fortran_env, "
        f"only: dp => real64\n  implicit none\n  integer :: k\n"
        f"  real(dp) :: x({len(values)}, {size})\n"
        f"  {kind}(dp) :: out({rows // (2 if kind == 'complex' else 1)}, {size})\n"
        f"  read (*, *) x\n  {call}\n  do k = 1, {size}\n"
        "    write (*, '(*(ES26.17E3))') out(:, k)\n  end do\nend program\n",
        encoding="utf-8",
    )
    flags = ["-std=f2008", "-Wall", "-Werror", "-ffp-contract=off"]
    subprocess.run([GFORTRAN, *flags, "main.f90", "-o", "main"], cwd=tmp_path, check=True)
    text = "\n".join(" ".join(map(repr, map(float, p))) for p in zip(*values.values(), strict=True))
    done = subprocess.run(
        [tmp_path / "main"], input=text, capture_output=True, text=True, check=True
    )
    found = np.array(done.stdout.split(), float).reshape(size, -1).T
    require_close(found, formula, values)


def test_names_that_fortran_does_not_take():
    """Letters are not told apart by their case, and words of the function are its own."""
    for names in (("a", "A"), ("exp", "b"), ("ε", "b"), ("v1", "b"), ("value", "b")):
        x, y = symbols(names, real=True)
        source = fortran_source.fortran_code(equation("f", x * y)._formula).source
        assert "elemental function f(in_0, in_1) result(value)" in source
    assert max(map(len, str(ELEMENTARY.code("fortran")).splitlines())) <= 100
    x = symbols("x", real=True)
    for label in ("x", "X", "exp", "value", "DP", "v0", "_1"):
        code = fortran_source.fortran_code(equation(label, exp(x))._formula)
        assert code.name == f"f_{label.lstrip('_')}"
        assert f"elemental function {code.name}(x)" in code.source


# Julia --------------------------------------------------------------------------------------------

OF_JULIA = {
    "Float64", "DomainError", "throw", "complex", "real", "imag", "exp", "abs", "sqrt", "log",
    "log1p", "expm1", "sin", "cos", "tan", "asin", "acos", "acosh", "atan", "atanh", "asinh",
    "sinh", "cosh", "tanh", "hypot", "fma", "isfinite", "isinteger", "ones", "zeros", "length",
    "prod", "eachindex", "permutedims", "reshape", "f",
}  # fmt: skip
"""Functions of Julia's own library, and the argument of `guarded`."""


def test_julia_calls_what_there_is():
    """Nothing but functions of the text and of Julia; all blocks are closed."""
    for formula in (ELEMENTARY, equations["mu_plus"], equations["state"]):
        code = str(formula.code("julia"))
        bare = re.sub(r"#=.*?=#|#[^\n]*|\"[^\"]*\"", "", code, flags=re.DOTALL)
        defined = set(re.findall(r"function (\w+)\(", bare))
        assert set(re.findall(r"\b([A-Za-z_]\w*)\(", bare)) <= defined | OF_JULIA | {"in", "if"}
        begun = re.findall(r"^\s*(module|function|for|if)\b", bare, flags=re.MULTILINE)
        assert len(begun) == len(re.findall(r"^\s*end$|^end$", bare, flags=re.MULTILINE))
        assert all(bare.count(a) == bare.count(b) for a, b in ("()", "[]"))


def test_names_that_julia_does_not_take():
    """A renamed parameter is none of the others, and a function stands for none that it calls."""
    do, other, x = symbols("do do_ x", real=True)
    code = equation("f", do * other * exp(x)).code("julia")
    assert "function f(; do__, do_, x)" in code.source
    for label in ("exp", "sqrt", "fma", "root"):
        assert f"function {label}_(; x)" in str(equation(label, exp(x)).code("julia"))


@pytest.mark.parametrize("name", ["elementary", "mu_plus", "state"])
def test_the_steps_of_julia_give_the_same(name):
    """They are sums, products and calls, which Python reads as well."""
    formula = ELEMENTARY if name == "elementary" else equations[name]
    body = str(formula.code("julia")).partition("=#\n")[2]
    lines = [line.strip() for line in body.splitlines() if not re.search(r"throw|^(end|$)", line)]
    head, *steps, last = lines
    text = "\n    ".join([head.replace("function", "def").replace("; ", "") + ":", *steps, last])
    kernels = {}
    exec("import math, numpy as np\nfrom math import *", kernels)
    kernels |= {name: value for name, value in vars(scalar_kernels).items() if callable(value)}
    words = {**julia_source._WORDS, "divided_difference": ""}
    for own, called in words.items():
        known = getattr(math, NAMES.get(own, own), None)
        kernels[called] = kernels.get(own, known) or kernels.get(called)
    kernels |= {
        "root": math.sqrt, "abs": abs, "Float64": float, "imag": np.imag, "real": np.real,
        "power": pow, "permutedims": np.transpose, "NaN": math.nan, "cosine": math.cos,
        "lower_of": min,
        "upper_of": max,
        "sine": math.sin, "tangent": math.tan,
        "reshape": lambda given, *shape: np.reshape(given, shape, order="F"),
        "divided_difference": lambda t, *nodes: scalar_kernels.all_nodes(
            t, tuple(zip(*[iter(nodes)] * 4, strict=True))
        ),
    }  # fmt: skip
    exec(text, kernels)
    values = points(formula, 5)
    found = [np.ravel(kernels[formula.label](*(v[k] for v in values.values()))) for k in range(5)]
    rows = np.array(found).T
    if formula.function().is_complex:
        rows = np.stack([rows.real, rows.imag], 1).reshape(-1, 5)
    require_close(rows, formula, values)


# All languages ------------------------------------------------------------------------------------


def test_kernels_stand_after_what_they_call():
    """So that each text brings all that it needs."""
    in_javascript = {}
    for each in (javascript_kernels, javascript_blocks, javascript_elimination,
                 javascript_evolution, javascript_eigenvalues, javascript_crossings):  # fmt: skip
        in_javascript |= each.SOURCES
    for sources in (in_javascript, julia_kernels.SOURCES, fortran_kernels.SOURCES):
        known = list(sources)
        for name, text in sources.items():
            called = set(re.findall(r"\b(\w+)\(", text)) & set(known)
            assert all(known.index(other) <= known.index(name) for other in called), name


def test_languages_that_there_are():
    formula = equations["negativity"]
    for language in ("c", "javascript", "julia", "fortran"):
        code = formula.code(language)
        assert (code.language, str(code)) == (language, code.source)
        assert bool(code.header) == (language == "c")
    for wrong in ("C", "java", None, ["c"]):
        with pytest.raises(ValueError, match=r"`language` must be one of c, javascript, julia, fo"):
            formula.code(wrong)


@pytest.mark.parametrize("language", ["julia", "fortran"])
def test_functions_that_a_language_lacks(language):
    for formula, what in (
        (BLOCKS, "NegativePart of 16 numbers"),
        (parts(), "unknowns of equations"),
    ):
        with pytest.raises(NotImplementedError, match=f"would need {what}, which only code"):
            formula.code(language)


def gradients():
    """Of elementary functions, of divided differences, and of a state by elimination."""
    half = exact_state(model("halves, driven through an Ising coupling"))
    purity_ = equation("purity", purity(half))
    return [
        equations["negativity"].gradient("epsilon", "Delta"),
        equations["S_rel_t"].gradient("t", "Delta", "gamma_g_A"),
        purity_.gradient(*[symbol.name for symbol in purity_.parameters[:2]]),
    ]


@needs_node
@pytest.mark.parametrize("run", gradients(), ids=lambda run: run.__name__)
def test_gradients_travel_too(run):
    """The value, and after it the derivatives in the order of the names."""
    values = {name: 0.7 if np.iscomplex(v) else v for name, v in anywhere(run).items()}
    value, slopes = run(**values)
    found = in_node(run.code("javascript").source, {run.__name__: values})[run.__name__][0]
    assert np.all(slopes != 0)
    assert found == pytest.approx([value, *slopes], rel=CLOSE)


@needs_node
def test_a_complex_parameter_and_components():
    z = Symbol("z", complex=True)
    formula = equation("pair", [z**2, 3 * z + I])
    in_javascript([formula], {"pair": {"z": np.array([1 + 2j, -0.5j])}})


@needs_node
def test_long_programs_are_cut(monkeypatch):
    """Into functions that an engine optimises and that a compiler compiles in seconds."""
    monkeypatch.setattr(javascript_source, "LONGEST", 7)
    monkeypatch.setattr(c_file, "LONGEST", 7)
    monkeypatch.setattr(c_file, "SHORT", 7)
    script = javascript([ELEMENTARY])
    assert "function formula_1_10(s)" in script
    assert "static void symsync_elementary_10(size_t n, double *s)" in str(ELEMENTARY.code("c"))
    values = points(ELEMENTARY, 9)
    require_close(in_node(script, {"elementary": values})["elementary"][1], ELEMENTARY, values)
