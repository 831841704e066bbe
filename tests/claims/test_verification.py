"""`verify` passes on what is derived and fails on what is broken.

CI decides all claims once, and names the file of the verdicts: SYMSYNC_CLAIMS.
"""

import json
import os
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from judges.points import GENERIC, anywhere
from sympy import Add, Rational, Tuple, default_sort_key

import symsync
from symsync import equations
from symsync.claims import verification
from symsync.claims.ledger import Claim, Evidence, Report, Verdict, decided
from symsync.claims.themes import CLAIMS
from symsync.symbols import Delta, damping_rate, gain_rate

ROUGHLY = {
    "identical_at_second_order": "cos 2φ",
    "virtually_pure": "0.9619",
    "slope_is_coefficient": "0.2209",
    "slope_of_information": "offset",
    "noise_boosts": "dephasing lowers it",
    "anharmonic_levels": "falls as γ/K",
    "zero_is_restored": "moves by 4 %",
}
"""What is only roughly true, and what its verdict says of it: identical spins do lock, the state is
4 % from pure, 0.23 is not 9π/128, I has an offset; not all noise boosts, a blockade is not quite
closed, a coupling is not quite unchanged."""


LONG = {
    "normalised", "derivatives_of_the_exact", "slope_of_information", "negativity_starts_linearly",
    "mixture_outweighs", "next_orders", "second_orders", "next_orders_of_all",
    "first_order_in_time", "exact_states", "identical_spins_to_all_orders",
    "exact_states_solve_their_equations", "squeezing_loses_its_effect", "a_heat_engine",
    "the_ends_of_a_chain_lock", "critical_coupling", "anisotropic_exchange", "anharmonic_levels",
    "equations_of_two_qubits", "zero_crossings", "noise_boosts", "bounded_in_the_quantum_limit",
    "zero_is_restored",
}  # fmt: skip
"""Claims that take as long as all others together; each has a sister of its kind among these."""


def verdict_on(claim):
    if "SYMSYNC_CLAIMS" not in os.environ:
        return decided(claim, equations)
    rows = json.loads(Path(os.environ["SYMSYNC_CLAIMS"]).read_text("utf-8"))["claims"]
    (row,) = [row for row in rows if (row["claim"], row["place"]) == (claim.words, claim.place)]
    return Verdict(**row)


@pytest.mark.parametrize(
    "claim",
    [pytest.param(claim, marks=pytest.mark.slow if claim.decide.__name__ in LONG else [])
     for claim in CLAIMS],
    ids=lambda claim: claim.decide.__name__,
)  # fmt: skip
def test_every_claim_holds(claim):
    name, verdict = claim.decide.__name__, verdict_on(claim)
    assert verdict.passed, verdict.figure
    assert verdict.method.split()[0].strip(",") in {"proved", "certified", "measured"}
    assert verdict.verdict == ("roughly" if name in ROUGHLY else "holds")
    assert ROUGHLY.get(name, "") in f"{verdict.claim}\n{verdict.figure}"


def test_what_is_only_roughly_true_and_what_is_long_is_claimed():
    assert set(ROUGHLY) | LONG < {claim.decide.__name__ for claim in CLAIMS}


def test_verify_decides_all_claims(monkeypatch):
    assert verification.CLAIMS is CLAIMS
    three = {"spin_algebra": "proved", "coefficient_by_quadrature": "certified to 50 digits",
             "same_hamiltonian": "measured"}  # fmt: skip
    some = [claim for claim in CLAIMS if claim.decide.__name__ in three]
    monkeypatch.setattr(verification, "CLAIMS", some)
    report = symsync.verify()
    assert {verdict.method for verdict in report} == set(three.values())
    assert [verdict.claim for verdict in report] == [claim.words for claim in some]
    assert report.passed
    assert report.summary == f"{len(report)} passed, 0 failed"


# Broken formulas ---------------------------------------------------------------------------------

LARGER = Rational(1001, 1000)
EXCHANGED = {gain_rate("A"): damping_rate("A"), damping_rate("A"): gain_rate("A")}
PARTS = ("the first part", "the last part")
"""A component, or a term of a sum; the same one where there is only one."""


def parts(rhs):
    """The components, the terms or the whole, and the function that puts them together again."""
    if isinstance(rhs, Tuple):
        return list(rhs), Tuple
    if rhs.is_Add:
        return sorted(rhs.args, key=default_sort_key), Add
    return [rhs], lambda whole: whole


def with_larger_part(equation, which):
    several, together = parts(equation.rhs)
    places = [k for k, part in enumerate(several) if part != 0] or [0]
    place = places[0 if which == PARTS[0] else -1]
    several[place] = several[place] * LARGER or LARGER - 1
    return replace(equation, rhs=together(*several))


def with_other_parameters(equation, images):
    """The equation with {symbol: expression} put in, or nothing if this leaves its value."""
    function = equation.function()
    here, at = anywhere(function), {symbol: GENERIC[symbol.name] for symbol in images}
    images_there = {symbol.name: float(image.subs(at)) for symbol, image in images.items()}
    there = here | {name: value for name, value in images_there.items() if name in here}
    if np.allclose(function(**there), function(**here), rtol=1e-9, atol=0):
        return None
    return replace(equation, rhs=equation.rhs.xreplace(images))


def breakages(equation):
    """Pairs: what is changed, and the equation with the change, which gives another value."""
    yield from ((which, with_larger_part(equation, which)) for which in PARTS)
    yield "rates exchanged", with_other_parameters(equation, EXCHANGED)
    other_sign = with_other_parameters(equation, {Delta: -Delta})
    yield "Δ changed", other_sign or with_other_parameters(equation, {Delta: 2 * Delta})


def naming(name):
    """The claims that name an equation, those that take long last."""
    found = [claim for claim in CLAIMS if name in claim.see]
    return sorted(found, key=lambda claim: claim.decide.__name__ in LONG)


def caught(name, changed):
    """Whether a claim that names the equation fails on it, and not by an error."""
    formulas = {**equations, name: changed}
    verdicts = (decided(claim, formulas) for claim in naming(name))
    return any(v.verdict == "FAILED" and v.method != "could not be decided" for v in verdicts)


SECONDS = {
    "mu_plus", "mu_minus", "S_rel_t", "S_rel_max", "master_equation", "reversal", "purity_second",
    "negativity_second", "S_rel_second", "S_rel_max_second", "S_rel_third", "S_rel_max_third",
    "mu_plus_third", "mu_minus_third", "state_exact", "populations_exact", "purity_exact",
    "mu_plus_exact", "mu_minus_exact", "S_rel_exact", "S_rel_exact_resonant",
    "S_rel_exact_reversed", "S_rel_exact_identical", "S_rel_max_exact", "locking_phase_exact",
    "negativity_exact", "mutual_information_exact",
}  # fmt: skip
"""Equations whose claims take seconds.  The others are proved, certified and measured; scalars,
sums and tuples; of first and leading order and exact."""

UNSEEN = {
    # measured over a decade of ε, to a tenth of the power with which the rest falls
    "negativity_second": set(PARTS),
    # measured at one point, with Δ = 0
    "mutual_information_leading": {"Δ changed"},
}
"""Changes that the claims do not see which name the equation."""


def case(name):
    return pytest.param(name, marks=pytest.mark.slow if name in SECONDS else [])


@pytest.mark.parametrize("name", [case(name) for name in equations])
def test_a_broken_formula_is_caught(name):
    """Each formula of the catalogue, changed in one place, makes a claim fail that names it."""
    assert naming(name)  # every equation is named by a claim
    changes = {what: changed for what, changed in breakages(equations[name]) if changed}
    unseen = {what for what, changed in changes.items() if not caught(name, changed)}
    assert unseen == UNSEEN.get(name, set())


def test_verify_fails_on_a_broken_formula(monkeypatch):
    concerned = naming("mu_minus_t")  # the others have been decided above
    monkeypatch.setattr(verification, "CLAIMS", concerned)
    changed = with_other_parameters(equations["mu_minus_t"], {Delta: -Delta})
    report = symsync.verify(equations={**equations, "mu_minus_t": changed})
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
    table = report._repr_html_()
    assert re.findall("<t[hd]>(.*?)</t[hd]>", table)[:10] == [
        "claim", "place", "verdict", "method", "figure",
        "a &lt; b", "Eq. (1)", "holds", "proved", "1",
    ]  # fmt: skip
    assert report[0] is holds
