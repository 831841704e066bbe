"""Claims about two qubits fail if one sign of one printed equation is another."""

import pytest
from judges import larger_states

from symsync import equations
from symsync.claims import two_qubits
from symsync.claims.ledger import decided
from symsync.claims.printed_elsewhere import TWO_QUBITS, qubit_phase, two_qubit_equations

CLAIM = {
    "phase": two_qubits.phase_of_a_qubit,
    "equations": two_qubits.equations_of_two_qubits,
    "crossings": two_qubits.zero_crossings,
    "restored": two_qubits.zero_is_restored,
}
G = TWO_QUBITS[5]


def with_another_sign(number):
    """The printed equations, the exchange of one of them with the other sign."""

    def changed(mean, first):
        rows = two_qubit_equations(mean, first)
        rows[number] = rows[number].subs(G, -G)
        return rows

    return changed


@pytest.mark.slow
@pytest.mark.parametrize("number", [0, 1, 3, 4, 5, 6, 7])
def test_a_sign_in_an_equation_is_seen(monkeypatch, number):
    monkeypatch.setattr(two_qubits, "two_qubit_equations", with_another_sign(number))
    verdict = decided(CLAIM["equations"], equations)
    assert (verdict.verdict, verdict.method) == ("FAILED", "proved")


@pytest.mark.slow
def test_zeros_of_other_equations_are_others(monkeypatch):
    monkeypatch.setattr(two_qubits, "two_qubit_equations", with_another_sign(6))
    assert decided(CLAIM["crossings"], equations).verdict == "FAILED"


@pytest.mark.parametrize("what", ["formula", "reference"])
def test_a_phase_that_turns_the_other_way_is_seen(monkeypatch, what):
    if what == "formula":
        monkeypatch.setattr(two_qubits, "qubit_phase", lambda x, y: qubit_phase(x, -y))
    else:
        larger_states.plant(monkeypatch)
        wrong = two_qubits.any_phases.phase_distribution
        monkeypatch.setattr(
            two_qubits.any_phases, "phase_distribution", lambda *a: wrong(*a) * 1.001
        )
    verdict = decided(CLAIM["phase"], equations)
    assert (verdict.verdict, verdict.method) == ("FAILED", "proved and measured")


@pytest.mark.slow
def test_a_zero_that_the_engine_does_not_have_is_seen(monkeypatch):
    plain = two_qubits.weakly_driven
    monkeypatch.setattr(
        two_qubits,
        "weakly_driven",
        lambda system, point: plain(system, {**point, "Delta_q": point["Delta_q"] + 1}),
    )
    assert decided(CLAIM["restored"], equations).verdict == "FAILED"
