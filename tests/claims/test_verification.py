"""`verify` passes on what is derived and fails on what is broken."""

import json
from dataclasses import replace

import pytest
from sympy import Rational, Tuple

import symsync
from symsync import equations
from symsync.claims import verification
from symsync.claims.ledger import Claim, Evidence, Report, decided
from symsync.claims.printed import d_A, g_A
from symsync.claims.themes import CLAIMS
from symsync.symbols import Delta


@pytest.fixture(scope="module")
def report():
    return symsync.verify()


def test_every_claim_holds(report):
    assert [verdict.claim for verdict in report if not verdict.passed] == []
    assert report.passed
    assert report.summary == f"{len(report)} passed, 0 failed"


def test_what_is_only_roughly_true_says_so(report):
    """0.23 is not 9π/128, I has an offset, the state is 4 % from pure, identical spins do lock."""
    roughly = {verdict.claim: verdict.figure for verdict in report if verdict.verdict == "roughly"}
    assert len(roughly) == 4
    text = "\n".join([*roughly, *roughly.values()])
    for figure in ("0.2209", "offset", "0.9619", "cos 2φ"):
        assert figure in text


def test_all_kinds_of_evidence_occur(report):
    methods = {verdict.method.split()[0].strip(",") for verdict in report}
    assert methods == {"proved", "certified", "measured"}


def broken(changes):
    """The catalogue with some right-hand sides replaced."""
    return {
        name: replace(equation, rhs=changes[name](equation.rhs)) if name in changes else equation
        for name, equation in equations.items()
    }


@pytest.mark.parametrize(
    ("changes", "caught"),
    [
        ({"mu_plus": lambda rhs: rhs.subs(d_A, g_A)}, "a rate"),
        ({"mu_minus": lambda rhs: rhs.subs(Delta, -Delta)}, "the sign of Δ in μ₋"),
        ({"coefficient": lambda rhs: rhs * Rational(128, 127)}, "the coefficient"),
        ({"S_rel": lambda rhs: rhs.subs(Delta, -Delta)}, "the sign of Δ in S_rel"),
        ({"S_rel_max": lambda rhs: rhs * Rational(9, 8)}, "the Arnold tongue"),
        ({"S_rel_rate": lambda rhs: -rhs}, "Eq. (5)"),
        ({"S_rel_t": lambda rhs: rhs.subs(Delta, -Delta)}, "S_rel in time"),
        ({"S_rel_resonant": lambda rhs: 2 * rhs}, "Eq. (6)"),
        ({"negativity": lambda rhs: rhs.subs(d_A, g_A)}, "the negativity"),
        ({"negativity_resonant": lambda rhs: rhs / 2}, "Eq. (8)"),
        ({"schmidt_coefficients": lambda rhs: rhs.subs(Delta, 2 * Delta)}, "the Schmidt form"),
        ({"state": lambda rhs: rhs.subs(Delta, -Delta)}, "Eq. (7)"),
        ({"locking_phase": lambda rhs: -rhs}, "the locking phase"),
        ({"hamiltonian": lambda rhs: 2 * rhs}, "Eq. (1)"),
        ({"master_equation": lambda rhs: rhs.subs(d_A, g_A)}, "Eq. (2)"),
        ({"coherence_equations": lambda rhs: rhs.subs(Delta, -Delta)}, "Eq. (4)"),
        ({"S_rel_functional": lambda rhs: 2 * rhs}, "Eq. (3)"),
        ({"mu_plus_t": lambda rhs: rhs.subs(d_A, g_A)}, "μ₊(t)"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_broken_formula_is_caught(changes, caught):
    """Each formula of the catalogue, changed in one place, makes a claim fail."""
    formulas = broken(changes)
    concerned = [claim for claim in CLAIMS if set(changes) & set(claim.see)]
    assert not all(decided(claim, formulas).passed for claim in concerned), caught


@pytest.mark.parametrize(
    "name",
    ["mu_plus_exact", "mu_minus_exact", "state_exact", "populations_exact", "S_rel_exact",
     "S_rel_exact_resonant", "S_rel_exact_reversed", "S_rel_exact_identical", "S_rel_max_exact",
     "locking_phase_exact", "negativity_exact", "mutual_information_exact", "purity_exact",
     "negativity_second", "purity_second", "S_rel_second", "S_rel_max_second", "S_rel_max_third",
     "mutual_information_leading"],
)  # fmt: skip
def test_a_broken_exact_formula_is_caught(name):
    """Each of them, one per cent larger, makes a claim fail that names it."""
    equation, larger = equations[name], Rational(101, 100)
    several = isinstance(equation.rhs, Tuple)
    rhs = Tuple(*(larger * part for part in equation.rhs)) if several else larger * equation.rhs
    changed = replace(equation, rhs=rhs)
    formulas = {**equations, name: changed}
    concerned = [claim for claim in CLAIMS if name in claim.see]
    assert concerned
    assert not all(decided(claim, formulas).passed for claim in concerned)


def test_verify_fails_on_a_broken_formula(monkeypatch):
    concerned = [claim for claim in CLAIMS if "mu_minus" in claim.see]
    monkeypatch.setattr(verification, "CLAIMS", concerned)  # the others have been decided above
    report = symsync.verify(equations=broken({"mu_minus": lambda rhs: rhs.subs(Delta, -Delta)}))
    assert not report.passed
    assert not report.summary.endswith(" 0 failed")


def test_an_error_is_a_failure_that_names_itself():
    def decide(_):
        raise ZeroDivisionError("no way")

    verdict = decided(Claim("words", "place", decide), equations)
    assert verdict.verdict == "FAILED"
    assert verdict.figure == "ZeroDivisionError: no way"


def test_reports_print_as_text_json_and_html():
    holds = decided(Claim("a < b", "Eq. (1)", lambda _: Evidence("proved", "1", True)), equations)
    fails = decided(Claim("b < a", "Eq. (2)", lambda _: Evidence("proved", "0", False)), equations)
    report = Report((holds, fails))
    assert str(report).endswith("1 passed, 1 failed")
    assert json.loads(report.to_json())["claims"][1]["verdict"] == "FAILED"
    assert "a &lt; b" in report._repr_html_()
    assert report[0] is holds
