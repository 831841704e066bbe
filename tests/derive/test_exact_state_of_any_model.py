"""The exact state of any model, and what is measured in it, are those of the numeric judges."""

import re
from functools import cache

import numpy as np
import pytest
from judges import quantities
from judges.by_any_model import crest, judged
from judges.points import draw
from judges.quantities import function
from sympy import Rational

from symsync import exact_state
from symsync.claims.model_table import MODELS, UNDECIDED, model
from symsync.model.spin import product_kets
from symsync.reference import any_model
from symsync.symbols import phi

# Both sides are cut at the same few levels.
pytestmark = pytest.mark.filterwarnings("ignore:The last of:UserWarning")

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

OF_OTHER_KINDS = [
    "halves, squeezed bath",
    "halves, one free rate",
    "ones, two quanta",
    "ones, numbers",
    "oscillators of four levels",
    "a squeezed one",
    "halves that decay together",
    "a one with a hole",
]
"""Models of which the state alone is asked for each time."""

THE_REST = [
    pytest.param(name, marks=pytest.mark.slow)
    for name in MODELS
    if name not in {*REPRESENTATIVE, *OF_OTHER_KINDS}
]

MEASURED = [
    "halves, exchange with a phase",
    "halves, numbers",
    "ones, van der Pol of equal rates",
    "a driven half, numbers",
    "a half and a three halves",
    "ring of halves with a flux",
]
"""Models whose phases and measures are asked for each time."""


def further(parity):
    """Every second of all others, and rates that differ by up to six decades."""
    return [
        pytest.param(name, decades, marks=pytest.mark.slow)
        for name in list(MODELS)[parity::2]
        for decades in (1, 3)
        if (name, decades) not in {(each, 1) for each in MEASURED}
    ]


@cache
def derived(name):
    return exact_state(model(name))


@cache
def judge(name, decades):
    return judged(model(name), draw(name, decades))


@cache
def evaluator(name, asked, *free):
    """The labels of what is asked of a state, and a function that evaluates them."""
    formulas = asked(derived(name))
    return list(formulas), function(model(name), formulas, *free) if formulas else None


def elements(state):
    return quantities.labelled(quantities.elements(state))


def assert_state(name, decades):
    """Every element, also of those that are not stored and should be zero."""
    expected = judge(name, decades)
    _, evaluate = evaluator(name, elements)
    kets = product_kets(model(name).spins.values())
    rho = np.zeros(expected.rho.shape, complex)
    values = evaluate(**draw(name, decades))
    for (ket, bra), value in zip(quantities.elements(derived(name)), values, strict=True):
        row, column = kets.index(ket), kets.index(bra)
        rho[row, column], rho[column, row] = value, np.conj(value)
    assert np.abs(rho - expected.rho.full()).max() < expected.within


@pytest.mark.parametrize("name", [*REPRESENTATIVE, *OF_OTHER_KINDS, *THE_REST])
def test_the_state_is_that_of_the_reference(name):
    assert_state(name, 1)


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_the_state_is_that_of_the_reference_at_any_rates(name):
    """Rates that differ by up to six decades."""
    assert_state(name, 3)


@pytest.mark.parametrize(("name", "decades"), [*((name, 1) for name in MEASURED), *further(0)])
def test_phases_are_distributed_as_qutip_says(name, decades):
    """S_rel or p at some phases; where S_rel is largest, and how large it is there."""
    expected, at = judge(name, decades), draw(name, decades)
    tolerance = expected.rho.shape[0] * expected.distance  # the norm of a weight is at most d
    _, wave = evaluator(name, quantities.wave, phi)
    assert np.abs(wave(**at, phi=PHASES)[..., 0] - expected.wave(PHASES)).max() < tolerance
    labels, evaluate = evaluator(name, quantities.crest)
    highest, slope = crest(expected.wave)
    top = dict(zip(labels, evaluate(**at), strict=True)) if labels else {"maximum": highest}
    assert abs(top["maximum"] - highest) < tolerance
    assert "phase" in top or expected.sites == 1 or highest < tolerance
    if "phase" in top and highest > tolerance:
        assert abs(expected.wave(top["phase"]) - highest) < tolerance
        assert abs(slope(top["phase"])) < 8 * tolerance  # of two waves of at most four harmonics


@pytest.mark.parametrize(("name", "decades"), [*((name, 1) for name in MEASURED), *further(1)])
def test_purity_negativity_and_information_are_qutips(name, decades):
    """Of the whole state and, of three or four sites, of the outer two."""
    labels, evaluate = evaluator(name, quantities.measures)
    expected = judge(name, decades).measures()
    assert labels == list(expected)
    values = evaluate(**draw(name, decades))
    for value, (theirs, tolerance) in zip(values, expected.values(), strict=True):
        assert abs(value - theirs) < tolerance


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
