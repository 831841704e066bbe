"""The papers and their claims belong together."""

import re
from pathlib import Path

import pytest
from sympy import S, pi

import symsync
from symsync.claims import coupled_spins, driven_spins
from symsync.claims.printed_elsewhere import (
    PAPERS,
    balanced_spin_1,
    driven_qubit_maximum,
    driven_spin_1,
    pair_correlation,
)
from symsync.claims.themes import CLAIMS, THEMES
from symsync.symbols import Delta, damping_rate, gain_rate, phi

PLACES = {claim.place for claim in CLAIMS if claim.is_of_others}


def test_each_paper_has_a_claim_and_each_claim_a_paper():
    assert set(PAPERS) == PLACES
    assert len(PAPERS) >= 8


def test_the_theme_holds_all_claims_of_others():
    assert all(claim.is_of_others and not claim.is_own for claim in THEMES["Other papers"])
    assert sum(claim.is_of_others for claim in CLAIMS) == len(THEMES["Other papers"])


def test_a_paper_says_where_it_is_and_what_was_read():
    for place, paper in PAPERS.items():
        assert re.fullmatch(r"arXiv:\d{4}\.\d{5}|arXiv:\d{4}\.\d{4}", place)
        assert place == paper.place
        assert paper.read in {"text", "abstract", "nothing"}
        assert re.search(r"20\d\d", paper.published)


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
def test_the_page_has_each_paper_and_says_what_was_read(paper):
    page = Path(__file__).parents[2] / "docs" / "literature.md"
    words = {"text": "Text", "abstract": "Abstract", "nothing": "Not read"}
    _, _, after = page.read_text("utf-8").partition(f"(https://arxiv.org/abs/{paper.arxiv})")
    assert words[paper.read] in after.splitlines()[1]
    assert f'decided("{paper.arxiv}")' in after


def of_spin_1(order, gain, loss):
    system = driven_spins.driven(symsync.equatorial(gain, loss))
    return symsync.phase_distribution(symsync.steady_series(system)[order], "A")


def of_qubit():
    state = symsync.exact_state(driven_spins.driven(symsync.gain_and_loss(1, 2))).written_out
    return symsync.phase_distribution(state, "A").subs(phi, pi)


def of_pair():
    state = coupled_spins._oscillating()
    return state[(S.Half, -S.Half), (-S.Half, S.Half)].subs(Delta, 0)


PRINTED = {
    "driven spin 1": (driven_spin_1(), lambda: of_spin_1(1, gain_rate("A"), damping_rate("A"))),
    "balanced spin 1": (balanced_spin_1(), lambda: of_spin_1(2, 1, 1)),
    "driven qubit": (driven_qubit_maximum(), of_qubit),
    "correlation": (pair_correlation(coupled_spins.V, coupled_spins.kappa), of_pair),
}


@pytest.mark.parametrize("what", PRINTED)
def test_check_claim_says_the_same_of_what_is_printed(what):
    """Each printed formula is equal; one that is larger by a part in a thousand is not."""
    printed, derive = PRINTED[what]
    derived = derive()
    assert symsync.check_claim(printed, derived).verdict == "equal"
    assert symsync.check_claim(printed * S(1001) / 1000, derived).verdict == "different"
