"""What a notebook shows: LaTeX that parses, tables that hold every row."""

import pytest
from matplotlib.mathtext import MathTextParser

import symsync
from symsync import equations, spin_pair, steady_series, time_series


def parsed(source):
    """Parse each line of a rendered formula with matplotlib's mathtext."""
    assert source.startswith("$\\displaystyle ")
    assert source.endswith("$")
    source = source.removeprefix("$\\displaystyle ").removesuffix("$")
    for unknown in (r"\begin{aligned}", r"\end{aligned}", "&"):
        source = source.replace(unknown, "")
    lines = source.replace("\n", " ").split(r"\\")
    parser = MathTextParser("path")
    for line in lines:
        parser.parse(f"${line}$")
    return len(lines)


def test_a_system_shows_its_hamiltonian_and_jumps():
    assert parsed(spin_pair()._repr_latex_()) == 6


@pytest.mark.parametrize("order", [0, 1, 2])
def test_a_state_shows_its_elements(order):
    state = steady_series(spin_pair())[order]
    assert parsed(state._repr_latex_()) == len(state)
    assert len(repr(state).splitlines()) == len(state)


def test_an_empty_state_shows_zero():
    alone = symsync.System(spin_pair().sites, [])
    assert repr(steady_series(alone)[1]) == "0"


def test_series_and_catalogue_name_themselves():
    assert repr(steady_series(spin_pair())) == "<Series of A, B, steady>"
    assert repr(time_series(spin_pair())) == "<Series of A, B, transient>"
    assert equations._repr_html_().count("<tr>") == len(equations)
