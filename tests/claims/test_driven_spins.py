"""Claims about driven spins fail with a wrong formula, model or reference."""

import pytest
from judges import larger_states
from sympy import S

from symsync import Drive, LimitCycle, S_plus, epsilon, equations, gain_and_loss, stabilised_at
from symsync.claims import driven_spins, printed_elsewhere
from symsync.claims.ledger import Claim, decided

CLAIMS = {each.name: each for each in vars(driven_spins).values() if isinstance(each, Claim)}
SLOW = pytest.mark.slow


def swapped(name):
    """The limit cycle of that name with gain and loss exchanged."""
    plain = getattr(driven_spins, name)
    return lambda gain, loss, *rest: plain(loss, gain, *rest)


def scaled(name):
    """The printed formula of that name, one part in a thousand larger."""
    plain = getattr(printed_elsewhere, name)
    return lambda *names: plain(*names) * S(1001) / 1000


def twice_as_strong(site):
    return Drive(site, 2 * epsilon)


def unbalanced(gain, loss):
    return stabilised_at(0, gain, 2 * loss, 1)


PLANTED = {
    "a_drive_locks_a_spin_1": (printed_elsewhere, "driven_spin_1", scaled("driven_spin_1")),
    "a_balanced_spin_1": (printed_elsewhere, "balanced_spin_1", scaled("balanced_spin_1")),
    "two_to_one": (driven_spins, "equatorial", unbalanced),
    "blockade_at_any_detuning": (driven_spins, "Drive", twice_as_strong),
    "integer_and_half_integer": (
        driven_spins,
        "stabilised_at",
        lambda level, gain, loss, spin: stabilised_at(level, loss, gain, spin),
    ),
    "interference_of_two_transitions": (driven_spins, "equatorial", swapped("equatorial")),
    "a_driven_qubit": (printed_elsewhere, "driven_qubit_maximum", scaled("driven_qubit_maximum")),
    "quantum_limit_of_an_oscillator": (
        printed_elsewhere,
        "VAN_DER_POL_POPULATIONS",
        (S(1) / 3, S(2) / 3),
    ),
    "a_spin_1_as_an_oscillator": (
        driven_spins,
        "truncated_van_der_pol",
        lambda gain, loss, _: gain_and_loss(gain, loss, 1),
    ),
    "squeezing_loses_its_effect": (
        driven_spins,
        "truncated_van_der_pol",
        swapped("truncated_van_der_pol"),
    ),
    "noise_boosts": (driven_spins, "S_minus", S_plus),
    "bounded_in_the_quantum_limit": (driven_spins, "gain_and_loss", swapped("gain_and_loss")),
    "a_heat_engine": (
        driven_spins,
        "LimitCycle",
        lambda spin, jumps: LimitCycle(spin, [*jumps[:3], (jumps[2][0], jumps[3][1])]),
    ),
}
"""For each claim: where one thing is changed, its name, and what stands there instead."""


def cases():
    return [pytest.param(name, marks=SLOW if each.slow else []) for name, each in CLAIMS.items()]


def test_each_claim_has_a_planted_mistake():
    assert list(PLANTED) == list(CLAIMS)


@pytest.mark.parametrize("name", cases())
def test_a_planted_mistake_is_seen(monkeypatch, name):
    monkeypatch.setattr(*PLANTED[name])
    verdict = decided(CLAIMS[name], equations)
    assert verdict.verdict == "FAILED"
    assert verdict.method != "could not be decided", verdict.figure


@pytest.mark.parametrize("name", cases())
def test_a_wrong_reference_is_seen(monkeypatch, name):
    larger_states.plant(monkeypatch)
    verdict = decided(CLAIMS[name], equations)
    assert verdict.verdict == "FAILED"
    assert "differs by 1e-06" in verdict.figure
