"""Claims about coupled spins fail with a wrong formula, model or reference."""

import pytest
from judges import larger_states

from symsync import Coupling, Dissipation, Exchange, equations, gain_and_loss, stabilised_at
from symsync.claims import coupled_spins
from symsync.claims.ledger import Claim, decided

CLAIMS = {each.name: each for each in vars(coupled_spins).values() if isinstance(each, Claim)}


@pytest.fixture(autouse=True)
def forgotten():
    """What the claims remember is derived anew, before and after."""
    for remembered in (coupled_spins._balanced, coupled_spins._oscillating):
        remembered.cache_clear()
    yield
    for remembered in (coupled_spins._balanced, coupled_spins._oscillating):
        remembered.cache_clear()


def unbalanced(gain, loss):
    return stabilised_at(0, gain, 2 * loss, 1)


def correlation(V, kappa):
    return V * (V + kappa) / (8 * V**2 + 27 * V * kappa + 28 * kappa**2)


LEFT = coupled_spins.FLIPS / 1000

PLANTED = {
    "blockades_persist": ("equatorial", unbalanced),
    "undriven_spin_locks": ("Exchange", lambda a, b, strength: Exchange(a, b, -strength)),
    "the_ends_of_a_chain_lock": ("equatorial", unbalanced),
    "correlation_of_two_oscillators": ("printed.pair_correlation", correlation),
    "critical_coupling": ("gain_and_loss", lambda gain, loss: gain_and_loss(gain, 2 * loss)),
    "mutual_information_of_oscillators": (
        "Dissipation",
        lambda rate, operator: Dissipation(rate**2 / (1 + rate**4), operator),
    ),
    "anisotropic_exchange": ("Coupling", lambda operator: Coupling(operator + LEFT)),
    "anharmonic_levels": ("Coupling", lambda operator: Coupling(2 * operator)),
}
"""For each claim: the name of one thing that is changed, and what stands there instead."""


def cases():
    return [
        pytest.param(name, marks=pytest.mark.slow if each.slow else [])
        for name, each in CLAIMS.items()
    ]


def test_each_claim_has_a_planted_mistake():
    assert list(PLANTED) == list(CLAIMS)


@pytest.mark.parametrize("name", cases())
def test_a_planted_mistake_is_seen(monkeypatch, name):
    monkeypatch.setattr(f"symsync.claims.coupled_spins.{PLANTED[name][0]}", PLANTED[name][1])
    verdict = decided(CLAIMS[name], equations)
    assert verdict.verdict == "FAILED"
    assert verdict.method != "could not be decided", verdict.figure


@pytest.mark.parametrize("name", cases())
def test_a_wrong_reference_is_seen(monkeypatch, name):
    """But by the claim that asks for ratios of harmonics of the reference alone."""
    larger_states.plant(monkeypatch)
    verdict = decided(CLAIMS[name], equations)
    assert (verdict.verdict == "holds") == (name == "blockades_persist")
    assert "could not" not in verdict.method
