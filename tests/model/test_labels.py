"""Labels of sites: letters and digits, underscores between them, and whole numbers."""

import pytest
from sympy import Symbol

from symsync import (
    Drive,
    Exchange,
    S_plus,
    S_rel,
    S_rel_maximum,
    System,
    equation,
    negativity,
    network,
    own_cycle,
    own_exchange,
    phase_combination,
    phase_distribution,
    spin_pair,
    steady_series,
)
from symsync.expressions.latex import latex
from symsync.symbols import (
    coupling_phase,
    coupling_strength,
    damping_rate,
    describe,
    frequency,
    gain_rate,
)


def pair(a, b):
    return System({a: own_cycle(a), b: own_cycle(b)}, [own_exchange(a, b)], {a: frequency(a)})


def test_a_label_only_names():
    """The same pair with other labels has the same S_rel in other symbols."""
    plain = S_rel(steady_series(pair("A", "B"))[1])
    for a, b in (("a_1", "a_2"), (0, 1), ("left_top_1", 20)):
        system = pair(a, b)
        renamed = {
            old(*map(str, "AB"[: len(new)])): old(*new)
            for old, new in [(coupling_strength, (a, b)), (coupling_phase, (a, b)),
                             (frequency, (a,)), (gain_rate, (a,)), (damping_rate, (a,))]
        }  # fmt: skip
        renamed |= {gain_rate("B"): gain_rate(b), damping_rate("B"): damping_rate(b)}
        found = S_rel(steady_series(system)[1], a, b)
        assert (found - plain.subs(renamed, simultaneous=True)).simplify() == 0
        assert list(system.sites) == [str(a), str(b)]


def test_whole_numbers_are_text():
    """In a system, in couplings, and wherever a measure asks for a site."""
    system = System({1: own_cycle(1), "2": own_cycle(2)}, [Exchange(1, "2")], {1: frequency(1)})
    state = steady_series(system)[1]
    assert list(system.sites) == list(system.frequencies) == ["1", "2"]
    assert Exchange(1, 2) == Exchange("1", "2")
    assert Drive(3) == Drive("3")
    assert S_plus(1) == S_plus("1")
    assert S_rel(state, 1, 2) == S_rel(state, "1", "2") != 0
    assert S_rel_maximum(state, 1, 2) == S_rel_maximum(state)
    assert phase_distribution(state, 1) == 0
    assert phase_combination(state, {1: 1, 2: -1}) == S_rel(state)
    assert list(state.partial_trace(2).spins) == ["2"]
    assert negativity(steady_series(system), 1, order=1) != 0


@pytest.mark.parametrize(
    ("symbol", "name", "source"),
    [(gain_rate("a_1"), "gamma_g_a_1", r"\gamma^g_{a_{1}}"),
     (damping_rate("a_12"), "gamma_d_a_12", r"\gamma^d_{a_{12}}"),
     (frequency("left_2_3"), "omega_left_2_3", r"\omega_{\mathrm{left}_{2,3}}"),
     (frequency(10), "omega_10", r"\omega_{10}"),
     (coupling_strength("a_1", "b"), "epsilon_a_1_b", r"\varepsilon_{a_{1},b}"),
     (coupling_phase(0, 1), "chi_0_1", r"\chi_{01}"),
     (coupling_phase(10, 1), "chi_10_1", r"\chi_{10,1}")],
)  # fmt: skip
def test_symbols_of_a_site_print_its_label_as_an_index(symbol, name, source):
    assert symbol.name == name
    assert symbol.name.isidentifier()
    assert latex(symbol) == describe(symbol).latex == source


def test_operators_print_the_label_as_an_index():
    assert latex(S_plus("a_1")) == "S^+_{a_{1}}"
    assert latex(S_plus("A")) == "S^+_{A}"


def test_names_of_sites_are_arguments():
    """A formula of sites a_1 and 2 runs."""
    formula = equation("x", S_rel_maximum(steady_series(pair("a_1", 2))[1])).function()
    point = dict.fromkeys(formula.parameters, 1.0) | {"gamma_g_a_1": 3.0}
    assert formula(**point) > 0


def test_nodes_of_a_graph_may_have_underscores():
    networkx = pytest.importorskip("networkx")
    assert list(network(networkx.Graph([("a_1", "a_2")])).sites) == ["a_1", "a_2"]


@pytest.mark.parametrize("label", ["", "_a", "a_", "a__b", "a b", "a-1", -1, True, 1.5, "²", None])
def test_what_is_no_label_is_refused(label):
    with pytest.raises(ValueError, match="label must be letters and digits, with single under"):
        System({label: own_cycle("A")}, [])


def test_a_label_is_given_once():
    with pytest.raises(ValueError, match=r"`sites` must name each site once, but has .* 1, '1'"):
        System({1: own_cycle(1), "1": own_cycle(1)}, [])
    with pytest.raises(ValueError, match=r"must be text, but is 1\.5"):
        Exchange(1.5, 2)
    with pytest.raises(ValueError, match="names the site 'C'"):
        System(spin_pair().sites, [], {"C": Symbol("w", real=True)})
