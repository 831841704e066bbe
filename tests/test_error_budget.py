"""The error of an order, and the coupling up to which it stays within a bound."""

import numpy as np
import pytest
import qutip
from judges import by_qutip
from judges.by_any_model import crest
from judges.three_models import MODELS, a, k
from sympy import Abs, Rational, Symbol, atan2, cos, exp, sin, sqrt, symbols

import symsync
from symsync import (
    Exchange,
    S_rel,
    S_rel_maximum,
    System,
    equation,
    equations,
    gain_and_loss,
    locking_phase,
    mutual_information,
    negativity,
    phase_distribution,
    phi,
    purity,
    reference,
    spin_pair,
    validity,
)
from symsync.error_budget import NAMES
from symsync.reference import any_model
from symsync.symbols import damping_rate, gain_rate

EACH = [name if name in ("S_rel_max", "negativity", "mu_plus", "locking_phase", "state")
        else pytest.param(name, marks=pytest.mark.slow) for name in NAMES]  # fmt: skip
RATES = {"gamma_g_A": 2.0, "gamma_d_A": 1.0, "gamma_g_B": 1.5, "gamma_d_B": 3.0}


def arguments(name):
    extra = {} if "resonant" in name else {"Delta": 0.3}
    return {**RATES, **extra, **({"phi": 0.4} if name in ("S_rel", "S_rel_resonant") else {})}


def test_the_error_is_that_against_the_reference():
    """max S_rel and N at three couplings, from the numeric steady state."""
    epsilon = np.array([0.01, 0.1, 0.5])
    rho = reference.steady_state(epsilon=epsilon, Delta=0.3, **RATES)
    for name, exact in (("S_rel_max", reference.S_rel_max(rho)),
                        ("negativity", reference.negativity(rho))):  # fmt: skip
        first = equations[name].function()(epsilon=epsilon, Delta=0.3, **RATES)
        ours = validity(name).error(epsilon=epsilon, Delta=0.3, **RATES)
        assert np.allclose(ours, np.abs(first - exact) / exact, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", EACH)
def test_the_error_falls_with_the_coupling(name):
    """By the first or the second power of ε, the next order's; that after it is a tenth of it."""
    errors = validity(name).error(epsilon=np.array([1e-3, 1e-4]), **arguments(name))
    power = np.log10(errors[0] / errors[1])
    assert min(abs(power - 1), abs(power - 2)) < 0.02


@pytest.mark.parametrize("name", EACH)
def test_the_next_orders_are_what_is_missing(name):
    """first + next − exact is smaller than first − exact by at least a power of ε."""
    budget = validity(name)
    if not budget.next_orders:
        assert name == "locking_phase"
        return
    point = {**arguments(name), "epsilon": 0.01}

    def at(equation):
        function = equation.function()
        values = {"Delta": 0.0, **point}
        return function(**{key: values[key] for key in function.parameters})

    first, exact = at(budget.first), at(budget.exact)
    left = first + sum(map(at, budget.next_orders)) - exact
    assert abs(left) < 0.1 * abs(first - exact)


@pytest.mark.parametrize("name", ["S_rel_max", "negativity", "mu_plus"])
def test_the_largest_coupling_is_where_the_bound_is_reached(name):
    bounds = np.array([0.01, 0.05, 0.2])
    budget = validity(name)
    found = budget.largest_epsilon(bounds, Delta=0.3, **RATES)
    assert np.allclose(budget.error(epsilon=found, Delta=0.3, **RATES), bounds, rtol=1e-6)
    below = budget.error(epsilon=np.outer(np.linspace(0.01, 0.99, 30), found), Delta=0.3, **RATES)
    assert (below <= bounds).all()


def test_bounds_and_parameters_broadcast():
    Delta = np.linspace(0, 2, 3)[:, None]
    found = validity("negativity").largest_epsilon(np.array([0.01, 0.1]), Delta=Delta, **RATES)
    assert found.shape == (3, 2)
    assert (np.diff(found, axis=1) > 0).all()


def test_blockaded_spins_have_no_range():
    """First order gives no locking at all where the exact state locks by its second harmonic."""
    identical = {"gamma_g_A": 2.0, "gamma_d_A": 1.0, "gamma_g_B": 2.0, "gamma_d_B": 1.0}
    assert validity("S_rel_max").largest_epsilon(0.5, Delta=0.3, **identical) == 0


def test_what_has_no_counterpart_is_named():
    with pytest.raises(KeyError, match="Did you mean 'negativity'"):
        validity("negativty")
    assert set(NAMES) < set(equations)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"bound": 0.0, "Delta": 0.0, **RATES}, "`bound` must be at least 1e-09, but is 0.0"),
        ({"bound": 0.1, "epsilon": 1.0, "Delta": 0.0, **RATES}, "`epsilon` is what is looked for"),
        ({"bound": 0.1, "Delta": 0.0, **RATES, "gamma_g_A": -1.0}, "`gamma_g_A` must be positive"),
    ],
)
def test_bad_input_gets_one_sentence(arguments, message):
    with pytest.raises(ValueError, match=message):
        validity("S_rel_max").largest_epsilon(**arguments)


def test_missing_parameters_are_named():
    with pytest.raises(TypeError, match="Argument `Delta` is missing"):
        validity("S_rel_max").largest_epsilon(0.1, **RATES)


def test_it_shows_what_it_compares():
    assert repr(symsync.validity("mu_plus")) == "<Validity of mu_plus against mu_plus_exact>"


# Models of one's own ------------------------------------------------------------------------------

x = symbols("x", positive=True)
HALVES = System(
    {site: gain_and_loss(gain_rate(site), damping_rate(site)) for site in "AB"},
    [Exchange("A", "B")],
)
NUMBERS = {"g": 5.0, "d": 1.0, "a": 3.0, "b": 4.0, "f": 0.02, "Delta": 0.3, "phi": 0.4}
"""A value of each parameter but the coupling of the sites."""


def given(model, **more):
    """What a model takes, without the coupling unless it is given."""
    names = {symbol.name for symbol in MODELS[model].parameters} - {"k"}
    return {name: NUMBERS[name] for name in names} | more


def dense(model, coupling, order=None):
    """QuTiP's form of the dense steady state, or of its sum up to an order in all couplings."""
    values = given(model, k=coupling)
    sizes = [int(2 * spin) + 1 for spin in MODELS[model].spins.values()]
    if order is None:
        rho = any_model.steady_state(MODELS[model], **values)
    else:
        rho = sum(any_model.coefficients(MODELS[model], order, **values))
    return qutip.Qobj(rho, dims=[sizes, sizes])


def wave(rho):
    """S_rel of the first and the last site."""
    return lambda angle: by_qutip.relative_phase(rho, 0, len(rho.dims[0]) - 1, angle)


def own(rho):
    """p_A − 1/2π at the phase φ of `NUMBERS`, and its maximum."""
    return lambda angle: by_qutip.phase_distribution(rho, 0, angle)


ENDS = {"chain": ("A", "C"), "driven": (), "1 and 3/2": ()}


@pytest.mark.parametrize(("model", "order"), [("chain", 2), ("driven", 1), ("1 and 3/2", 1)])
def test_the_error_of_locking_is_that_of_dense_states(model, order):
    """max S_rel of the expansion and of the exact state, neither of them from the engine."""
    budget = validity(S_rel_maximum, MODELS[model], *ENDS[model], order=order)
    exact = crest(wave(dense(model, 0.2)))[0]
    expected = abs(crest(wave(dense(model, 0.2, order)))[0] - exact) / exact
    assert 0.01 < expected < 1
    assert budget.error(**given(model, k=0.2)) == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("model", ["driven", "1 and 3/2"])
def test_the_error_at_a_phase_is_relative_to_the_maximum(model):
    """Of S_rel(φ), and of a measure of one's own, which is a function of the state."""
    measures = {S_rel: wave, lambda state: phase_distribution(state, "A"): own}
    for measure, judge in measures.items() if model == "driven" else [(S_rel, wave)]:
        exact, first = judge(dense(model, 0.2)), judge(dense(model, 0.2, 1))
        apart = abs(first(NUMBERS["phi"]) - exact(NUMBERS["phi"]))
        ours = validity(measure, MODELS[model]).error(**given(model, k=0.2, phi=NUMBERS["phi"]))
        assert ours == pytest.approx(float(apart / crest(exact)[0]), rel=1e-8)


@pytest.mark.parametrize("model", ["1 and 3/2", pytest.param("chain", marks=pytest.mark.slow)])
def test_the_error_of_entanglement_is_that_of_dense_states(model):
    """First order is the slope of N at a coupling where the next order is below 10⁻⁵ of it."""

    def entangled(coupling):
        return qutip.negativity(dense(model, coupling), 0, method="eigenvalues")

    first, exact = entangled(1e-6) / 1e-6 * 0.1, entangled(0.1)
    ours = validity(negativity, MODELS[model], "A").error(**given(model, k=0.1))
    assert ours == pytest.approx(abs(first - exact) / exact, abs=2e-5)


@pytest.mark.parametrize("model", ["driven", pytest.param("chain", marks=pytest.mark.slow)])
def test_the_largest_coupling_is_where_dense_states_reach_the_bound(model):
    """Just below and just above, and with arrays of bounds and rates."""
    order = 2 if model == "chain" else 1
    budget = validity(S_rel_maximum, MODELS[model], *ENDS[model], order=order)
    found = budget.largest("k", np.array([0.01, 0.1]), **given(model))
    for coupling, bound in zip(found, (0.01, 0.1), strict=True):
        for factor, within in ((0.999, True), (1.001, False)):
            exact = crest(wave(dense(model, coupling * factor)))[0]
            first = crest(wave(dense(model, coupling * factor, order)))[0]
            assert (abs(first - exact) <= bound * exact) == within
    rates = {**given(model), "g": np.array([[4.0], [5.0]])}
    many = budget.largest(k, np.array([0.01, 0.1]), **rates)
    assert many.shape == (2, 2)
    assert many[1] == pytest.approx(found, rel=1e-12)


def test_a_wrong_formula_is_never_within_its_bound():
    """A factor of two in first order, which no coupling makes right."""
    right = validity(S_rel_maximum, MODELS["1 and 3/2"])
    wrong = equation("W", 2 * right.first.rhs, order=1)
    values = given("1 and 3/2")
    budget = validity(wrong, right.exact)
    assert budget.error(k=1e-6, **values) == pytest.approx(1, abs=1e-5)
    assert budget.largest("k", 0.5, **values) == 0
    assert right.largest("k", 0.5, **values) > 0.01


@pytest.mark.parametrize(
    ("measure", "system"),
    [
        (purity, HALVES),
        *(
            pytest.param(measure, spin_pair(), marks=pytest.mark.slow)
            for measure in (purity, mutual_information, negativity)
        ),
    ],
)
def test_a_measure_with_orders_adds_them(measure, system):
    """The error after the second order falls faster than after the first, if there is one."""
    first, second = (validity(measure, system, order=n) for n in (1, 2))
    at = {"epsilon": np.array([1e-2, 1e-3]), "Delta": 0.3, **RATES}
    at = {symbol.name: at[symbol.name] for symbol in system.parameters}
    before, after = first.error(**at), second.error(**at)
    assert (after < before / 5).all()
    assert after[1] < after[0] / 30


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "measure"),
    [("S_rel_max", S_rel_maximum), ("negativity", negativity), ("S_rel", S_rel),
     ("locking_phase", locking_phase)],
)  # fmt: skip
def test_the_catalogue_and_the_measure_say_the_same(name, measure):
    bounds = np.array([0.01, 0.1])
    ours = validity(measure, spin_pair()).largest("epsilon", bounds, **arguments(name))
    assert ours == pytest.approx(
        validity(name).largest_epsilon(bounds, **arguments(name)), rel=1e-9
    )


# Equations of one's own, with errors that are known -----------------------------------------------


def against(first, exact, **more):
    return validity(equation("first", first, **more), equation("exact", exact))


def test_parameters_of_one_equation_alone_are_parameters():
    budget = against(k, k * (1 + x * a))
    assert budget.error(k=2.0, x=0.1, a=np.array([1.0, 2.0])) == pytest.approx(
        np.array([0.1, 0.2]) / np.array([1.1, 1.2])
    )
    assert budget.largest("x", 0.1, k=1.0, a=0.5) == pytest.approx(2 / 9, rel=1e-12)
    assert budget.largest(a, 0.1, k=3.0, x=np.array([1.0, 2.0])) == pytest.approx([1 / 9, 1 / 18])


def test_the_first_of_several_crossings_counts():
    """The error is |sin x|/2, which crosses a bound again and again, or never."""
    budget = against(1 + sin(x) / 2, 1 + 0 * x)
    assert budget.largest("x", 0.3) == pytest.approx(np.arcsin(0.6), rel=1e-12)
    assert budget.largest("x", 0.6) == np.inf


def test_a_crest_between_two_values_that_are_looked_at_is_seen():
    """Neighbours differ by 8 %, the crest lies in the middle: 1.0001 times the bound at its top."""
    budget = against(1 + exp(-((x - Rational(1039, 1000)) ** 2) * 50) * a, 1 + 0 * x)
    heights = np.array([1.0001, 0.9999])
    found = budget.largest("x", 0.1, a=0.1 * heights)
    assert found[0] == pytest.approx(1.039 - np.sqrt(np.log(1.0001) / 50), rel=1e-9)
    assert found[1] == np.inf
    assert budget.largest("x", np.zeros(0) + 0.1, a=0.1).shape == (0,)


def test_where_nothing_is_to_be_said():
    """Two zeros have no relative error, and are within any bound; no value is not."""
    y = Symbol("y", real=True)
    zeros = against(k * (y - Abs(y)), 2 * k * (y - Abs(y)))
    assert np.isnan(zeros.error(y=1.0, k=1.0))
    assert zeros.largest("k", 0.1, y=1.0) == np.inf
    assert zeros.largest("k", 0.1, y=-1.0) == 0
    assert against(x, 2 * x).largest("x", 0.1) == 0
    assert against(x + k, 0 * k).error(x=1.0, k=1.0) == np.inf
    some = against((1 + x) * sqrt(1 - x), sqrt(1 - x))
    assert some.largest("x", 0.1) == pytest.approx(0.1, rel=1e-12)
    assert some.largest("x", 3.0) == pytest.approx(1.0, rel=1e-12)
    nowhere = against(x * sqrt(a - 2), 2 * x * sqrt(a - 2))
    assert np.isnan(nowhere.largest("x", 0.1, a=1.0))


def test_angles_differ_in_rad():
    """Across ±π, and for what prints as an angle or is declared as one."""
    y = Symbol("y", real=True)
    budget = against(atan2(y, -1), atan2(-y, -1))
    assert budget.is_angle
    assert budget.error(y=0.1) == pytest.approx(2 * np.arctan(0.1), rel=1e-12)
    assert budget.meaning == "angle between first and exact, in rad"
    assert validity("locking_phase").is_angle
    assert not validity("S_rel").is_angle


def test_the_maximum_over_the_phase_is_that_of_all_harmonics():
    """Of one that is no finite sum of harmonics, too; products of waves are such sums."""
    exact = equation("exact", a * cos(phi) * cos(3 * phi + x) - sin(phi) * cos(phi))
    angles = np.linspace(0, 2 * np.pi, 200_001)
    for formula in (exact, equation("exact", exp(a * cos(phi)) * cos(phi - x))):
        run = formula.function()
        top = run(a=1.3, x=0.4, phi=angles).max()
        budget = validity(equation("first", formula.rhs + Rational(1, 10)), formula)
        found = budget.error(a=np.array([1.3, 1.3]), x=0.4, phi=0.7)
        assert found == pytest.approx(0.1 / top, rel=1e-8)  # half a step of the grid, squared


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: validity(3, 4), TypeError, "`first` must be an Equation, or a measure"),
        (lambda: validity(equations["mu_plus"]), TypeError, "`exact` must be an Equation"),
        (lambda: validity(equations["state"], equations["mu_plus"]), ValueError, "one formula"),
        (lambda: validity("mu_plus", None, "A"), TypeError, "belong to a measure of a system"),
        (lambda: validity(S_rel, spin_pair(), "A"), ValueError, "must name two sites"),
        (lambda: validity(lambda _: [1], HALVES), TypeError, "returns an expression"),
        (lambda: validity(lambda _: k + x, HALVES), ValueError, "depends on k, x"),
        (lambda: validity(S_rel, spin_pair(), order=-1), ValueError, "`order` must be 0 to"),
        (lambda: validity(negativity, spin_pair(), order=3), NotImplementedError, "order 1 or 2"),
        (lambda: validity("S_rel").largest("phi", 0.1), ValueError, "phi is an angle"),
        (lambda: validity("mu_plus").largest("k", 0.1), ValueError, "one of the parameters"),
        (lambda: validity("mu_plus").largest("epsilon", "x"), TypeError, "`bound` must be numbers"),
    ],
)
def test_what_is_no_comparison_gets_one_sentence(call, error, message):
    with pytest.raises(error, match=message):
        call()
