"""Bounds of errors hold, judged at 50 digits, and are not far above the errors."""

import pickle
from functools import cache

import mpmath
import numpy as np
import pytest
import sympy
from judges.points import chosen

import symsync
from symsync import Exchange, System, equation, equations, equatorial, exact_state
from symsync.evaluate import bounded
from symsync.evaluate.backends.batched import kernel
from symsync.evaluate.backends.linear_solver import carried
from symsync.evaluate.bounded import Bounded
from symsync.evaluate.bounded_spectral import SPECTRAL
from symsync.expressions.definitions import nodes_of
from symsync.expressions.divided_differences import DividedDifference
from symsync.expressions.linear_solutions import LinearSystem, Solution
from symsync.expressions.spectral import (
    BlockInformation,
    CoherenceEntropy,
    Divergence,
    NegativePart,
    WaveInformation,
    WaveMaximum,
    WavePhase,
)

NAMES = [
    "S_rel_functional", "coherence_equations", "mu_plus", "mu_minus", "coefficient", "S_rel",
    "S_rel_resonant", "S_rel_max", "locking_phase", "schmidt_coefficients", "negativity",
    "negativity_resonant", "S_rel_second", "S_rel_max_second", "negativity_second",
    "mutual_information_leading", "mu_plus_t", "mu_minus_t", "S_rel_rate", "S_rel_t",
    "S_rel_exact_identical", "S_rel_max_exact", "locking_phase_exact", "negativity_exact",
    "mutual_information_exact", "purity_exact", "blockade", "blockade_negativity",
    "first_harmonic_exact", "first_harmonic_strong", "reversal", "locking_per_negativity",
    "rates_of_locking", "tongue_coupling", "tongue_detuning",
]  # fmt: skip
"""Most of the equations of the catalogue that are no operators."""

LONG = [
    "mu_plus_third", "mu_minus_third", "S_rel_max_third", "purity_second", "populations_exact",
    "S_rel_exact", "mu_minus_exact", "S_rel_exact_resonant", "S_rel_exact_reversed",
    "mu_plus_exact", "state_exact", "S_rel_third",
]  # fmt: skip
"""More of them, which take longer."""


@cache
def own_models():
    """Equations of states that hold unknowns of linear systems: {name: equation}."""
    half = sympy.Rational(1, 2)
    a, b, c, d, e, f, k, l = sympy.symbols("a b c d e f k l", positive=True)  # noqa: E741
    chi = sympy.Symbol("chi", real=True)
    chain = [Exchange("A", "B", k), Exchange("B", "C", l)]

    def sites(spin):
        pairs = {"A": (a, b), "B": (c, d), "C": (e, f)}
        return {site: equatorial(*rates, spin=spin) for site, rates in pairs.items()}

    ones = exact_state(System(sites(1), chain))
    halves = exact_state(System(sites(half), chain))
    ring = exact_state(System(sites(half), [*chain, Exchange("C", "A", k, chi)]))
    mixed = {"A": equatorial(a, b), "B": equatorial(c, 2, spin=3 * half)}
    pair = exact_state(System(mixed, [Exchange("A", "B", k)]))
    populations = [value for (ket, bra), value in ones.items() if ket == bra]
    given = {
        "populations": sympy.Tuple(*populations[:2]),
        "S_rel_of_three": symsync.S_rel(ones, "A", "B"),
        "S_rel_of_halves": symsync.S_rel(halves, "A", "C"),
        "negativity_of_halves": symsync.negativity(halves.partial_trace("A", "B")),
        "information_of_halves": symsync.mutual_information(halves.partial_trace("A", "B")),
        "S_rel_of_a_ring": symsync.S_rel(ring, "A", "C"),
        "maximum_of_a_pair": symsync.S_rel_maximum(pair),
        "information_of_a_pair": symsync.mutual_information(pair),
        "negativity_of_three": symsync.negativity(ones, "A"),
        "information_of_three": symsync.mutual_information(ones, "A"),
    }
    found = {name: equation(name, rhs) for name, rhs in given.items()}
    return found | {"a_derivative": found["S_rel_of_halves"].diff("a")}


QUICK = (
    "S_rel_of_three",
    "S_rel_of_halves",
    "negativity_of_halves",
    "information_of_halves",
    "S_rel_of_a_ring",
)

TYPICAL = {"a_derivative": 1e-7}
"""A derivative solves a second system, whose right-hand side has the errors of the first."""


def points(formula, decades, count):
    rng = np.random.default_rng(2026)
    values = {}
    for symbol in formula.parameters:
        sizes = 10 ** rng.uniform(-decades, decades, count)
        if symbol.name in ("phi", "chi"):
            sizes = rng.uniform(-np.pi, np.pi, count)
        elif symbol.name == "threshold":
            sizes = 1e-6 * sizes
        elif not symbol.is_extended_real:
            sizes = sizes * np.exp(2j * np.pi * rng.uniform(size=count))
        elif not symbol.is_nonnegative:
            sizes *= rng.choice([-1, 1], count)
        values[symbol.name] = sizes
    return values


def judged(formula, decades, count):
    """The moduli of the values, their errors and the bounds, where the value is a number."""
    at = points(formula, decades, count)
    value, bound = formula.function(error=True)(**at)
    assert np.shape(bound) == np.shape(value)
    with mpmath.workdps(50):
        true = np.asarray(formula.function("mpmath")(**at), object).ravel()
        gaps = [abs(mpmath.mpmathify(v) - t) for v, t in zip(np.ravel(value), true, strict=True)]
        errors = np.array([float(gap) for gap in gaps])
    known = ~np.isnan(np.ravel(value))
    assert np.isinf(np.ravel(bound)[~known]).all()
    return np.abs(np.ravel(value))[known], errors[known], np.ravel(bound)[known]


def require_bounds(formula, count, typical=1e-9):
    """The bounds hold everywhere, and most are below 10⁻⁹ of the value for moderate rates.

    A formula has up to a thousand roundings of 10⁻¹⁶, and the errors of elements are relative to
    the populations, which are up to 10³ times larger.  Values below 10⁻⁶ may be differences.
    """
    for decades in (3, 6):
        sizes, errors, bounds = judged(formula, decades, count)
        assert sizes.size
        assert (errors <= bounds).all()
        if decades == 3 and (sizes > 1e-6).any():
            large = sizes > 1e-6
            assert np.median(bounds[large] / sizes[large]) < typical


@pytest.mark.parametrize("name", NAMES)
def test_no_error_exceeds_its_bound(name):
    require_bounds(equations[name], 3)


def test_no_error_of_own_models_exceeds_its_bound():
    models = own_models()
    for name in QUICK:
        require_bounds(models[name], 2)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*NAMES, *LONG])
def test_no_error_exceeds_its_bound_at_many_points(name):
    require_bounds(equations[name], 25)


@pytest.mark.slow
def test_no_error_of_own_models_exceeds_its_bound_at_many_points():
    for name, formula in own_models().items():
        require_bounds(formula, 10, TYPICAL.get(name, 1e-9))


def test_unknowns_of_linear_systems_are_bounded():
    """Of exact entries, and of entries that hold unknowns of another system."""
    models = own_models()
    for name, index in (("S_rel_of_halves", 0), ("a_derivative", 1), ("a_derivative", -1)):
        nodes = sorted(nodes_of(models[name].rhs, Solution), key=str)
        _, errors, bounds = judged(equation("x", nodes[index]), 3, 20)
        assert (errors <= bounds).all()
        assert (errors > 0).any()


def test_rounded_entries_of_a_nearly_singular_system_are_bounded(rng):
    """The determinant is a − c, and the error of √a is magnified by its inverse."""
    a, c = sympy.symbols("a c", positive=True)
    root = sympy.sqrt(a)
    rows = [{0: root, 1: -sympy.S.One, 2: sympy.S.One}, {0: -c, 1: root, 2: sympy.S.One}]
    system = LinearSystem.from_equations((a, c), rows)
    formula = equation("x", Solution(system, 0, a, c))
    at = {"a": rng.uniform(1, 2, 40)}
    at["c"] = at["a"] * (1 + 10 ** rng.uniform(-8, -2, 40))
    value, bound = formula.function(error=True)(**at)
    with mpmath.workdps(50):
        errors = np.abs(formula.function("mpmath")(**at) - value).astype(float)
    assert (errors <= bound).all()
    assert (errors > 1e-14 * np.abs(value)).any()
    assert (bound < 1e-3 * np.abs(value)).all()


def test_without_coupling_all_measures_are_known_to_vanish(generic):
    """To some hundred roundings of a population of 1, times the logarithm of a rounding."""
    for name in ("S_rel_max_exact", "negativity_exact", "mutual_information_exact"):
        function = equations[name].function(error=True, extra="ignore")
        value, bound = function(**{**generic, "epsilon": 0})
        assert value == 0
        assert bound < 1e-11


def test_what_underflows_is_bounded():
    """An exponential that is too small for all digits, or for any, is magnified by what follows."""
    p, x = sympy.Symbol("p", positive=True), sympy.Symbol("x", real=True)
    large = equation("f", sympy.exp(-p) * sympy.cosh(700)).function(error=True)
    for at, true in ((744.5, 2.35974763576306e-20), (750.0, 9.64374923981959e-23)):
        value, bound = large(p=at)
        assert 0 < abs(value - true) <= bound
    value, bound = equation("f", sympy.exp(x)).function(error=True)(x=np.array([-1000, -750, 0]))
    assert (bound[:2] > value[:2]).all()
    assert (value[2], bound[2] < 1e-14) == (1, True)
    assert equation("f", sympy.sin(x)).function(error=True)(x=0) == (0, 0)


def test_cases_are_bounded():
    """Where it is not certain which one applies, the bound covers both."""
    p, x = sympy.Symbol("p", positive=True), sympy.Symbol("x", real=True)
    formula = sympy.Piecewise(
        (x**3 / 3, (x > 1) & (x <= 4)), (p, sympy.Eq(x, -1) | ~(x > -2)), (7 * x, sympy.Ne(x, 1))
    )
    at = {"x": np.array([2, 4, 5, -1, -2, -1.5, 1]), "p": 3.0}
    value, bound = equation("f", formula).function(error=True)(**at)
    assert value[:-1] == pytest.approx([8 / 3, 64 / 3, 35, 3, 3, -10.5], rel=1e-15)
    assert (bound[:-1] < 1e-14).all()
    assert (np.isnan(value[-1]), bound[-1]) == (True, np.inf)
    inner = sympy.ITE(x > 0, p > 2, x < -1)
    nested = equation("f", sympy.Piecewise((p * x, inner), (p, True))).function(error=True)
    value, bound = nested(p=3.0, x=np.array([2.0, -1, -2]))
    assert (value.tolist(), (bound < 1e-14).all()) == ([6, 3, -6], True)
    edge = sympy.Piecewise((100, p + x < sympy.Rational(3, 10)), (p, True))
    value, bound = equation("f", edge).function(error=True)(p=np.array([0.2, 0.25, 0.15]), x=0.1)
    assert value == pytest.approx([0.2, 0.25, 100])
    assert (bound[0] > 99, bound[1] == bound[2] == 0) == (True, True)  # 0.1 + 0.2 is rounded up


def test_imaginary_parts_are_bounded():
    a, b = sympy.symbols("a b", positive=True)
    _, errors, bounds = judged(equation("z", 1 + sympy.I * a / b), 3, 20)
    assert (errors <= bounds).all()


def test_without_roundings_the_bounds_would_fail(monkeypatch):
    for name in ("UNIT", "LIBRARY"):
        monkeypatch.setattr(bounded, name, 0.0)
    _, errors, bounds = judged(equations["S_rel_max"], 3, 20)
    assert not (errors <= bounds).all()


@pytest.mark.parametrize("turns", [False, True])
def test_divided_differences_of_oscillations_are_bounded(turns, rng):
    """Of two complex nodes, over 16 decades of time, and near whole turns, where they vanish."""
    t, a, b = sympy.symbols("t a b", positive=True)
    x, y = sympy.symbols("x y", real=True)
    nodes = -a - sympy.I * x, -b - sympy.I * y
    pair = equation("pair", DividedDifference(t, 0, *nodes))
    at = {s.name: 10 ** rng.uniform(-6, 6, 60) for s in pair.parameters}
    at["t"] = 10 ** rng.uniform(-8, 8, 60)
    if turns:
        at["a"] = 10 ** rng.uniform(-12, 0, 60) / at["t"]
        at["x"] = 2 * np.pi * rng.integers(1, 1000, 60) / at["t"]
        at["b"], at["y"] = at["a"], -at["x"]
    value, bound = pair.function(error=True)(**at)
    with mpmath.workdps(50):
        true = pair.function("mpmath")(**at)
        errors = [float(abs(mpmath.mpmathify(v) - w)) for v, w in zip(value, true, strict=True)]
    assert (np.array(errors) <= bound).all()
    assert np.median(bound / np.abs(value)) < (1e-2 if turns else 1e-12)


# The rules ----------------------------------------------------------------------------------------

RULES = {
    "sum": (lambda a, b: a + b, "rr"), "difference": (lambda a, b: a - b, "rr"),
    "product": (lambda a, b: a * b, "rr"), "quotient": (lambda a, b: a / b, "rr"),
    "square": (lambda a: a * a, "r"), "absolute": (abs, "r"),
}  # fmt: skip


def inside(number, rng, count):
    """Numbers within the error of one, its ends included."""
    at = rng.uniform(-1, 1, (count, *number.value.shape))
    return number.value + number.error * np.concatenate([at, np.sign(at)])


def samples(signs, rng, count=200):
    """Numbers with errors from 10⁻⁸ of them to thrice them; "p" is for positive ones."""
    found = []
    for sign in signs:
        value = 10 ** rng.uniform(-2, 2, count) * (1 if sign == "p" else rng.choice([-1, 1], count))
        found.append(Bounded(value, np.abs(value) * 10 ** rng.uniform(-8, 0.5, count)))
    return found


def require_covered(rule, plain, given, rng, reach=0.3):
    """A function of numbers inside is within the bound, and some come near to the bound."""
    with np.errstate(all="ignore"):
        found = rule(*given)
        true = plain(*(inside(each, rng, 60) for each in given))
        distance = np.abs(true - found.value)
        known = np.isfinite(distance)
        over = distance > found.error * (1 + 1e-9) + 1e-13 * np.abs(true)
        assert not over[known].any()
        assert np.nanmax(np.where(known, distance, 0) / found.error) > reach


@pytest.mark.parametrize("name", RULES)
def test_arithmetic_covers_all_numbers_within_the_errors(name, rng):
    rule, signs = RULES[name]
    require_covered(rule, rule, samples(signs, rng), rng, 0.8)


@pytest.mark.parametrize("kind", list(bounded.FUNCTIONS), ids=str)
def test_functions_cover_all_numbers_within_the_errors(kind, rng):
    plain = bounded.FUNCTIONS[kind][0]
    (x,) = samples("r", rng)
    require_covered(lambda x: bounded.function(kind, x), plain, [x], rng)


@pytest.mark.parametrize("exponent", [-3, -1, 2, 5])
def test_powers_cover_all_numbers_within_the_errors(exponent, rng):
    (x,) = samples("r", rng)
    require_covered(
        lambda x: bounded.power(x, exponent), lambda x: x ** float(exponent), [x], rng, 0.8
    )


def test_roots_logarithms_and_angles_cover_all_numbers_within_the_errors(rng):
    (x,) = samples("p", rng)
    require_covered(Bounded.sqrt, np.sqrt, [x], rng, 0.7)
    require_covered(Bounded.log1p, np.log1p, [x], rng, 0.8)
    require_covered(Bounded.angle, np.arctan2, samples("rr", rng), rng, 0.3)
    require_covered(Bounded.at_least, np.maximum, samples("rr", rng), rng, 0.8)
    require_covered(Bounded.at_most, np.minimum, samples("rr", rng), rng, 0.8)
    require_covered(
        Bounded.choose, lambda s, a, b: np.where(s >= 0, a, b), samples("rrr", rng), rng, 0.8
    )
    require_covered(bounded.total, lambda *a: sum(a), samples("rrrr", rng), rng, 0.8)


def matrices(rng, size, count):
    """Positive Hermitian matrices as arguments of a function of blocks."""
    shape = (count, size, size)
    root = rng.normal(size=shape) + 1j * rng.normal(size=shape)
    full = root @ root.conj().transpose(0, 2, 1) * 10 ** rng.uniform(-4, -1, (count, 1, 1))
    i, j = np.triu_indices(size, 1)
    above = full[:, i, j]
    parts = np.stack([above.real, above.imag], axis=-1).reshape(count, -1)
    return np.concatenate([np.einsum("pii->pi", full).real, parts], axis=1).T


def near(values, rng, size):
    """Numbers with errors, and matrices within these errors, still positive for small errors."""
    errors = np.abs(values[:size]).min(axis=0) * 10 ** rng.uniform(-10, -3, values.shape)
    moved = values + errors * np.sign(rng.uniform(-1, 1, (100, *values.shape)))
    return [Bounded(v, e) for v, e in zip(values, errors, strict=True)], moved.swapaxes(0, 1)


def full_matrices(args, size):
    rows = np.zeros((*args.shape[1:], size, size), complex)
    rows[..., range(size), range(size)] = np.moveaxis(args[:size], 0, -1)
    i, j = np.triu_indices(size, 1)
    above = np.moveaxis(args[size::2] + 1j * args[size + 1 :: 2], 0, -1)
    rows[..., i, j], rows[..., j, i] = above, above.conj()
    return rows


def x_log_x(x):
    return np.where(x > 0, x * np.log(np.where(x > 0, x, 1)), 0)


def entropy(args, size):
    levels = np.linalg.eigvalsh(full_matrices(args, size))
    return x_log_x(levels).sum(axis=-1) - x_log_x(args[:size]).sum(axis=0)


def negative(args, size):
    return np.maximum(-np.linalg.eigvalsh(full_matrices(args, size)), 0).sum(axis=-1)


def require_near(kind, plain, given, moved, roundings, **options):
    """A function of numbers within the errors is within the bound; it may reach a hundredth."""
    with np.errstate(all="ignore"):
        found = SPECTRAL[kind](*given, **options)
        distance = np.abs(plain(moved) - found.value)
    assert (distance <= found.error + roundings).all()
    assert (distance > found.error / 100).any()


@pytest.mark.parametrize("size", [2, 3])
def test_functions_of_blocks_cover_all_matrices_within_the_errors(size, rng):
    """The plain functions have roundings of 10⁻¹⁵ of the block."""
    given, moved = near(matrices(rng, size, 100), rng, size)
    scale = 1e-14 * np.abs(moved).sum(axis=0)
    zeros = (False,) * len(given)
    require_near(
        CoherenceEntropy, lambda a: entropy(a, size), given, moved, 20 * scale, zeros=zeros
    )
    transposed = np.concatenate([moved[:size] * 0.1, moved[size:]])
    smaller = [Bounded(0.1 * g.value, 0.1 * g.error + 1e-17) for g in given[:size]]
    given = [*smaller, *given[size:]]
    require_near(NegativePart, lambda a: negative(a, size), given, transposed, scale, zeros=zeros)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_the_information_of_a_block_covers_all_within_the_errors(size, rng):
    """Of positive matrices and any derivatives; a bound may be infinite near a pure state."""
    block, moved = near(matrices(rng, size, 100), rng, size)
    slope, turned = near(matrices(rng, size, 100)[::-1], rng, size)
    found = SPECTRAL[BlockInformation](*block, *slope, zeros=())
    values = np.concatenate([moved[:, 0], turned[:, 0]])
    exact = np.array([float(BlockInformation.definition(*map(mpmath.mpf, map(float, point))))
                      for point in values.T])  # fmt: skip
    assert (np.abs(exact - found.value) <= found.error).all()
    known = np.isfinite(found.error)
    assert known.mean() > 0.5
    assert (np.abs(exact - found.value) > found.error / 1000)[known].any()


def test_the_information_of_waves_covers_all_within_the_errors(rng):
    values = rng.normal(size=(4, 100))
    values /= np.abs(values).sum(axis=0) * np.geomspace(1.001, 100, 100)
    errors = np.abs(values) * 10 ** rng.uniform(-15, -5, values.shape)
    given = [Bounded(v, e) for v, e in zip(values, errors, strict=True)]
    moved = values + errors * rng.uniform(-1, 1, values.shape)
    found = SPECTRAL[WaveInformation](*given, zeros=())
    exact = np.empty(100)
    kernel("numpy", "WaveInformation")(moved, exact)
    assert (np.abs(exact - found.value) <= found.error).all()
    assert (np.abs(exact - found.value) > found.error / 100).any()


def test_a_block_with_two_empty_levels_covers_all_matrices_within_the_errors(rng):
    given, moved = near(matrices(rng, 3, 100), rng, 3)
    moved[[0, 2]] = 0
    given[0] = given[2] = Bounded(0.0, 0.0)
    zeros = tuple(k in (0, 2) for k in range(9))
    scale = 1e-14 * np.abs(moved).sum(axis=0)
    require_near(NegativePart, lambda a: negative(a, 3), given, moved, scale, zeros=zeros)


def test_divergence_covers_all_numbers_within_the_errors(rng):
    """Also where nothing is known of p but that it is small."""
    for relative in (1e-8, 1e-3, 2.0):
        p, q = 10 ** rng.uniform(-6, -1, (2, 200))
        given = [Bounded(p, relative * p), Bounded(q, 1e-3 * q)]
        gap = Bounded(p - q, relative * p + 1e-3 * q)
        ends = np.sign(rng.uniform(-1, 1, (100, 2, 200)))
        moved = [np.maximum(g.value + g.error * e, 0) for g, e in
                 zip(given, ends.swapaxes(0, 1), strict=True)]  # fmt: skip
        with np.errstate(all="ignore"):
            found = SPECTRAL[Divergence](*given, gap, zeros=())
        true = x_log_x(moved[0]) - moved[0] * np.log(moved[1]) - moved[0] + moved[1]
        distance = np.abs(true - found.value)
        assert (distance <= found.error + 1e-13 * (p + q)).all()
        assert np.isfinite(found.error).all()
        assert (distance > found.error / 100).any()


def test_waves_cover_all_waves_within_the_errors(rng):
    """The maximum is one of a thousand directions, refined twice by a parabola."""
    values = rng.normal(size=(4, 60)) * 10 ** rng.uniform(-2, 0, (4, 60))
    values[:2, :20] *= 1e-3  # two maxima that are nearly equal
    errors = np.abs(values) * 10 ** rng.uniform(-7, -3, values.shape)
    errors[:2, :20] = 1e-2 * np.abs(values[2:, :20])
    moved = values + errors * np.sign(rng.uniform(-1, 1, (50, 4, 60)))
    given = [Bounded(v, e) for v, e in zip(values, errors, strict=True)]
    x1, y1, x2, y2 = moved.swapaxes(0, 1)

    def wave(phi, order=0):
        first = (x1 + 1j * y1) * np.exp(1j * phi) * 1j**order
        return (first + (x2 + 1j * y2) * np.exp(2j * phi) * (2j) ** order).real

    angles = np.linspace(-np.pi, np.pi, 1001)
    phase = angles[np.argmax([wave(phi) for phi in angles], axis=0)]
    for _ in range(6):
        phase = phase - wave(phase, 1) / wave(phase, 2)
    height, at = (SPECTRAL[kind](*given, zeros=()) for kind in (WaveMaximum, WavePhase))
    distance = np.abs(wave(phase) - height.value)
    assert (distance <= height.error + 1e-14).all()
    assert (distance > height.error / 3).any()
    distance = np.abs(phase - at.value)
    known = at.error < 3
    assert known.mean() > 0.5
    assert (distance <= at.error + 1e-12)[:, known].all()
    assert (distance > at.error / 10)[:, known].any()


def test_errors_of_the_entries_are_carried_to_the_unknowns(rng):
    """By solutions of systems with entries at the ends of their errors."""
    a, b, c, d, e, f = symbols = sympy.symbols("a b c d e f")
    system = LinearSystem.from_equations(symbols, [{0: a, 1: b, 2: e}, {0: c, 1: d, 2: f}])
    place = [system.entries.index(symbol) for symbol in symbols]
    high = 10 ** rng.uniform(-3, 3, (6, 100))
    errors = high * 10 ** rng.uniform(-9, -4, high.shape)

    def solved(entries):
        a, b, c, d, e, f = np.moveaxis(entries[..., place, :], -2, 0)
        return np.stack([b * f - d * e, c * e - a * f], axis=-2) / (a * d - b * c)[..., None, :]

    x = solved(high)
    bound = carried(system, high, np.abs(x), errors)
    moved = solved(high + errors * np.sign(rng.uniform(-1, 1, (100, *high.shape))))
    known = np.isfinite(bound)
    assert known.mean() > 0.5
    assert (np.abs(moved - x) <= bound * (1 + 1e-9))[:, known].all()
    assert (np.abs(moved - x) > bound / 4)[:, known].any()


# The contract -------------------------------------------------------------------------------------


def test_the_contract_is_kept(generic):
    """Names, shapes and pickles are as without bounds, and values are the same."""
    formula = equations["mu_plus_exact"]
    plain, both = formula.function(), formula.function(error=True)
    given = chosen({**generic, "epsilon": np.linspace(0.1, 1, 5)[:, None],
                    "Delta": np.linspace(0, 1, 300)}, plain)  # fmt: skip
    value, bound = both(**given)
    assert (value == plain(**given)).all()
    assert value.shape == bound.shape == (5, 300)
    assert bound.dtype == float
    again = pickle.loads(pickle.dumps(both))(**given)
    assert (again[1] == bound).all()
    assert both.parameters == plain.parameters
    assert "bound" in both.__doc__
    assert isinstance(both(**chosen(generic, plain))[1], float)
    with pytest.raises(TypeError, match="Argument `out` must be left out with error=True"):
        both(**given, out=value)
    with pytest.raises(TypeError, match="Delta` is missing"):
        both(epsilon=1.0)


@pytest.mark.parametrize("backend", ["numba", "c"])
def test_the_values_are_those_of_the_backend(backend, generic):
    formula = equations["S_rel_max"]
    value, bound = formula.function(backend, error=True)(**chosen(generic, formula.function()))
    assert value == formula.function(backend)(**chosen(generic, formula.function()))
    assert 0 < bound < 1e-13 * value


def test_outside_the_domain_nothing_is_known(generic):
    function = equations["purity_exact"].function(error=True, invalid="nan", extra="ignore")
    with pytest.warns(RuntimeWarning, match="nan at 1 points"):
        value, bound = function(**{**generic, "epsilon": np.array([0.1, -1.0])})
    assert np.isnan(value).tolist() == [False, True]
    assert np.isinf(bound).tolist() == [False, True]
    strict = equations["purity_exact"].function(error=True, extra="ignore")
    with pytest.raises(ValueError, match="epsilon` must be non-negative"):
        strict(**{**generic, "epsilon": -1.0})


def test_what_has_no_bound_is_refused_when_the_function_is_made():
    step = equation("step", sympy.sign(sympy.Symbol("x", real=True)))
    with pytest.raises(NotImplementedError, match="known for the function sign"):
        step.function(error=True)
    with pytest.raises(ValueError, match="must be False with backend='mpmath'"):
        step.function("mpmath", error=True)
    with pytest.raises(ValueError, match="`error` must be True or False"):
        step.function(error="yes")
