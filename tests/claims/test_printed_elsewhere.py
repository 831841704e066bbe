"""The papers and their claims belong together."""

import re
from pathlib import Path

import pytest

from symsync.claims.printed_elsewhere import PAPERS
from symsync.claims.themes import CLAIMS, THEMES

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
