"""Equal sites share unknowns: as many as their exchanges allow, and none where nothing is equal."""

import numpy as np
import pytest
from judges.by_any_model import judged
from sympy import ImmutableMatrix, symbols

from symsync import Drive, Exchange, System, equation, equatorial, exact_state, gain_and_loss, ring
from symsync.derive.elimination import steady_equations

g, d, a, b, k, f = symbols("g d a b k f", positive=True)


def same(sites, *pairs):
    return System({site: equatorial(g, d) for site in sites}, [Exchange(*p, k) for p in pairs])


def counts(system):
    """The unknowns that are reached, and those that are eliminated."""
    steady = steady_equations(system)
    return len(steady.images), len(steady.equations)


@pytest.mark.parametrize(
    ("system", "reached", "left"),
    [
        (same("AB", "AB"), 17, 8),  # nine stand for all, and one of them is fixed
        (same("ABC", "AB", "BC"), 139, 74),  # the ends, with a half turn
        (same("ABC", "AB", "BC", "CA"), 139, 46),  # cyclic
        (System({"A": equatorial(g, d), "B": equatorial(a, b)}, [Exchange("A", "B", k)]), 17, 16),
        (System(same("AB").sites, [Exchange("A", "B", k), Drive("A", f)]), 81, 80),
    ],
)
def test_what_is_exchanged_counts_once(system, reached, left):
    assert counts(system) == (reached, left)


def test_the_state_is_the_same():
    """Against the reference, every element of a driven pair and of a ring of four."""
    four = ring(4, lambda _: gain_and_loss(g, d), lambda x, y: Exchange(x, y, k))
    both = System(same("AB").sites, [Exchange("A", "B", k), Drive("A", f), Drive("B", f)])
    for system in (four, both):
        at = {"g": 0.7, "d": 1.9, "k": 0.8, "f": 0.3}
        values = {symbol.name: at[symbol.name] for symbol in system.parameters}
        state = exact_state(system)
        rho = equation("rho", ImmutableMatrix(state.matrix())).function(extra="ignore")(**at)
        assert np.abs(rho - judged(system, values).rho.full()).max() < 1e-13
