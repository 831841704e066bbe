"""Claims about coupled spins fail with a wrong formula, model or reference."""

import numpy as np
import pytest
import qutip
from judges import by_qutip as judge
from judges import larger_states

from symsync import Coupling, Dissipation, Exchange, equations, gain_and_loss, stabilised_at
from symsync.claims import coupled_spins
from symsync.claims.ledger import Claim, decided
from symsync.claims.printed_elsewhere import pair_correlation

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


# What is printed, by QuTiP alone ----------------------------------------------------------------


def oscillators(V, Delta=0.0):
    """Two oscillators in the quantum limit, with κ = 1."""
    plus = [
        qutip.tensor(qutip.sigmap(), qutip.qeye(2)),
        qutip.tensor(qutip.qeye(2), qutip.sigmap()),
    ]
    jumps = [*plus, *(np.sqrt(2) * each.dag() for each in plus)]
    z = [each * each.dag() for each in plus]
    shared = np.sqrt(V) * (plus[0] - plus[1]).dag()
    return qutip.steadystate(Delta / 2 * (z[0] - z[1]), [*jumps, shared]), plus


def test_the_correlation_is_qutips():
    for V in (0.7, 20.0):
        state, (a, b) = oscillators(V)
        assert abs(qutip.expect(a * b.dag(), state) - float(pair_correlation(V, 1.0))) < 1e-12


@pytest.mark.parametrize("Delta", [0.0, 3.0])
def test_the_critical_coupling_is_qutips(Delta):
    """The partial transpose is positive a thousandth below the root, and negative above."""
    root = max(np.roots([1, -6, -21 - Delta**2, -18 - 2 * Delta**2]).real)
    least = [
        qutip.partial_transpose(oscillators(share * root, Delta)[0], [0, 1]).eigenenergies()[0]
        for share in (0.999, 1.001)
    ]
    assert least[0] > 1e-6
    assert least[1] < -1e-6


def test_fully_anisotropic_exchange_leaves_the_relative_phase_alone():
    on = judge.ladders(A=1, B=1)
    jumps = [*judge.equatorial(on["A"], 1.3, 0.6), *judge.equatorial(on["B"], 0.8, 1.7)]
    pairs = on["A"][0] * on["B"][0]
    flips = on["A"][0] * on["B"][1]
    found = []
    for coupling in (pairs, flips):
        state = qutip.steadystate(0.3 * on["A"][2] + coupling + coupling.dag(), jumps)
        found.append(np.abs(judge.relative_phase(state, 0, 1, np.array([0, 0.4, 2.0]))).max())
    assert found[0] < 1e-12 < 1e-3 < found[1]
