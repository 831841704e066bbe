"""The exact state of any model, and what is measured in it, are those of the numeric judges."""

import re
from functools import cache

import numpy as np
import pytest
from judges.by_any_model import crest, judged
from judges.models import MODELS, UNDECIDED, draw, model
from sympy import Rational

from symsync import (
    S_rel,
    S_rel_maximum,
    equation,
    exact_state,
    joined,
    locking_phase,
    mutual_information,
    negativity,
    phase_distribution,
    purity,
)
from symsync.model.spin import product_kets
from symsync.reference import any_model
from symsync.symbols import phi

PHASES = np.array([-2.9, -1.3, -0.4, 0.0, 0.7, 1.9, 3.1])

REPRESENTATIVE = [
    "halves, exchange with a phase",
    "halves, cascaded",
    "halves, driven",
    "halves, numbers",
    "the Letter's pair",
    "ones, XXZ",
    "ones, driven",
    "ones, van der Pol of equal rates",
    "three halves, stabilised",
    "twos, stabilised",
    "a driven half, numbers",
    "a driven dephased three halves",
    "a half and a three halves",
    "ring of halves with a flux",
    "current through a dephased chain",
]
"""One for each kind of spins, couplings and networks."""

FURTHER = [
    pytest.param(name, decades, marks=pytest.mark.slow)
    for name in MODELS
    for decades in (1, 3)
    if (name, decades) not in {(each, 1) for each in REPRESENTATIVE}
]
"""All others, and rates that differ by up to six decades."""


@cache
def derived(name):
    return exact_state(model(name))


@cache
def judge(name, decades):
    return judged(model(name), draw(name, decades))


def function(name, formulas, *free):
    """Formulas {label: expression} as one function of all parameters of a model."""
    parameters = [*model(name).parameters, *free]
    made = [equation(label, rhs, order="exact", parameters=parameters)
            for label, rhs in formulas.items()]  # fmt: skip
    return joined(made).function()


@cache
def elements(name):
    """The stored elements of a state, and a function that evaluates them."""
    state = derived(name)
    listed = list(state)
    formulas = {f"element_{n}": state[element] for n, element in enumerate(listed)}
    return listed, function(name, formulas)


def assert_state(name, decades):
    """Every element, also of those that are not stored and should be zero."""
    expected = judge(name, decades)
    listed, evaluate = elements(name)
    kets = product_kets(model(name).spins.values())
    rho = np.zeros(expected.rho.shape, complex)
    for (ket, bra), value in zip(listed, evaluate(**draw(name, decades)), strict=True):
        rho[kets.index(ket), kets.index(bra)] = value
    assert np.abs(rho - expected.rho.full()).max() < expected.within


@pytest.mark.parametrize("name", MODELS)
def test_the_state_is_that_of_the_reference(name):
    assert_state(name, 1)


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_the_state_is_that_of_the_reference_at_any_rates(name):
    """Rates that differ by up to six decades."""
    assert_state(name, 3)


@cache
def waves(name):
    """S_rel of the first and the last site with its maximum and phase, or p − 1/2π of one site."""
    state = derived(name)
    sites = list(state.spins)
    first, last = sites[0], sites[-1]
    if len(sites) == 1:
        return function(name, {"p": phase_distribution(state, first)}, phi), None
    wave = S_rel(state, first, last)
    top = {"maximum": S_rel_maximum(state, first, last)}
    if wave != 0:
        top["phase"] = locking_phase(state, first, last)
    return function(name, {"S": wave}, phi), function(name, top)


@pytest.mark.parametrize(("name", "decades"), [*((name, 1) for name in REPRESENTATIVE), *FURTHER])
def test_phases_are_distributed_as_qutip_says(name, decades):
    """S_rel or p at some phases; where S_rel is largest, and how large it is there."""
    expected, at = judge(name, decades), draw(name, decades)
    wave, top = waves(name)
    tolerance = expected.rho.shape[0] * expected.distance  # the norm of a weight is at most d
    assert np.abs(wave(**at, phi=PHASES)[..., 0] - expected.wave(PHASES)).max() < tolerance
    if top is None:
        return
    highest, slope = crest(expected.wave)
    maximum, *phase = top(**at)
    assert abs(maximum - highest) < tolerance
    if highest > tolerance:
        assert abs(expected.wave(phase[0]) - highest) < tolerance
        assert abs(slope(phase[0])) < 8 * tolerance  # of two waves with at most four harmonics


@cache
def measures(name):
    """Purity, and N and I of the first site with all others, and with the last one alone."""
    state = derived(name)
    sites = list(state.spins)
    first, last = sites[0], sites[-1]
    found = {"purity": purity(state)}
    if len(sites) > 1:
        found["negativity"] = negativity(state, first)
        found["information"] = mutual_information(state, first)
    if len(sites) > 2:
        ends = state.partial_trace(first, last)
        found["negativity_of_ends"] = negativity(ends, first)
        found["information_of_ends"] = mutual_information(ends, first)
    return list(found), function(name, found)


@pytest.mark.parametrize(("name", "decades"), [*((name, 1) for name in REPRESENTATIVE), *FURTHER])
def test_purity_negativity_and_information_are_qutips(name, decades):
    """Of the whole state and, of three or four sites, of the outer two."""
    names, evaluate = measures(name)
    expected = judge(name, decades).measures()
    assert names == list(expected)
    for value, (theirs, tolerance) in zip(
        evaluate(**draw(name, decades)), expected.values(), strict=True
    ):
        assert abs(value - theirs) < tolerance


def is_answered(name):
    try:
        return bool(elements(name) and waves(name) and measures(name))
    except NotImplementedError:
        return False


@pytest.mark.slow
def test_hardly_any_model_is_refused():
    """At least 98 % of the models are answered in every quantity."""
    refused = [name for name in MODELS if not is_answered(name)]
    assert len(refused) <= 0.02 * len(MODELS), refused


def test_there_are_models_of_every_kind():
    assert len(MODELS) >= 64
    assert len(UNDECIDED) >= 6
    assert set(REPRESENTATIVE) <= set(MODELS)
    assert {len(model(name).sites) for name in MODELS} == {1, 2, 3, 4}
    spins = {spin for name in MODELS for spin in model(name).spins.values()}
    assert spins == {Rational(n, 2) for n in (1, 2, 3, 4)}


def test_a_cascade_leads_one_way():
    """What B does is not felt by A, and what A does is felt by B."""
    name = "halves, cascaded"
    at = draw(name, 1)

    def sites(**changed):
        rho = any_model.steady_state(model(name), **{**at, **changed}).reshape(2, 2, 2, 2)
        return np.einsum("abcb->ac", rho), np.einsum("abad->bd", rho)

    a, b = sites()
    assert np.abs(sites(gamma_g_B=3 * at["gamma_g_B"])[0] - a).max() < 1e-14  # rounding
    assert np.abs(sites(gamma_g_A=3 * at["gamma_g_A"])[1] - b).max() > 1e-4


@pytest.mark.parametrize("name", UNDECIDED)
def test_a_model_of_several_steady_states_is_refused(name):
    """The message names kets of the model; the reference, at some numbers, refuses it as well."""
    with pytest.raises(ValueError, match="unique") as refusal:
        derived(name)
    named = re.findall(r"\|(-?[\d/, -]*)⟩", str(refusal.value))
    kets = {tuple(Rational(m) for m in ket.split(",")) for ket in named}
    assert kets
    assert kets <= set(product_kets(model(name).spins.values()))
    with pytest.raises(ValueError, match="is not unique"):
        any_model.steady_state(model(name), **draw(name, 1))
