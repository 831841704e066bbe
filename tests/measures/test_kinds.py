"""A measure takes a state: corrections and truncated sums are refused where they are none."""

import pytest
from sympy import pi, symbols

import symsync
from symsync import (
    Exchange,
    S_rel,
    S_rel_maximum,
    System,
    equatorial,
    exact_state,
    locking_phase,
    mutual_information,
    negativity,
    phase_density,
    phase_distribution,
    purity,
    spin_pair,
    steady_series,
    time_series,
    truncated_van_der_pol,
    van_der_pol,
)

g, d, k = symbols("g d k", positive=True)
PAIR = System({"A": equatorial(g, d), "B": equatorial(d, g)}, [Exchange("A", "B", k)])


@pytest.mark.parametrize("measure", [negativity, mutual_information, purity])
@pytest.mark.parametrize(
    ("state", "what"),
    [
        (lambda s: s[1], "a correction of a series"),
        (lambda s: s.partial_sum(1), "a truncated sum"),
        (lambda s: s[0] + s[1], "a truncated sum"),
        (lambda s: s[1] + s[2], "a correction of a series"),
        (lambda s: s.partial_sum(2).partial_trace("A", "B"), "a truncated sum"),
    ],
)
def test_what_is_no_density_matrix_is_refused(measure, state, what):
    """Case 2: the message names the series, which belongs there; the advice works."""
    series = steady_series(PAIR)
    with pytest.raises(ValueError, match=f"{what}.*Write {measure.__name__}.series, …, order=n"):
        measure(state(series))
    measure(series, order=2)


def test_the_exact_mutual_information_is_below_its_bound():
    """Case 2: 0.1065 at g = 2, d = 1, k = 0.1."""
    formula = symsync.equation("I", mutual_information(exact_state(PAIR)), order="exact")
    assert formula.function()(g=2, d=1, k=0.1) == pytest.approx(0.1065, abs=5e-5)


@pytest.mark.parametrize("state", [steady_series(PAIR)[1], steady_series(PAIR).partial_sum(1)])
def test_linear_measures_take_every_operator(state):
    assert S_rel(state) != 0
    assert S_rel_maximum(state) != 0
    assert phase_distribution(state, "A") == 0


@pytest.mark.parametrize("series", [symsync.rate_series, symsync.laplace_series])
def test_what_is_no_state_at_order_zero_is_none(series):
    with pytest.raises(ValueError, match="a correction"):
        purity(series(PAIR)[0])
    for measure in (negativity, mutual_information, purity):
        with pytest.raises(ValueError, match="`series` must be the expansion of a state"):
            measure(series(PAIR), order=1)
    assert purity(time_series(PAIR)[0]) == 1


def test_orders_of_measures_are_asked_for():
    series = steady_series(PAIR)
    with pytest.raises(ValueError, match="`order` must be 1 or 2 for a series, but is missing"):
        negativity(series)
    with pytest.raises(ValueError, match="`order` must be left out for a state, but is 1"):
        negativity(exact_state(PAIR), order=1)
    with pytest.raises(NotImplementedError, match="known to order 1 or 2, but `order` is 7"):
        mutual_information(series, order=7)
    with pytest.raises(ValueError, match="`order` must be 0, 1, 2, …"):
        purity(series, order=-1)


def test_the_purity_of_a_series_is_that_of_the_exact_state():
    """Orders 0 to 2 add up to the exact purity but for a rest that falls as k⁴."""
    series = steady_series(PAIR)
    terms = [symsync.equation("P", purity(series, order=n), parameters=[g, d, k]).function()
             for n in range(3)]  # fmt: skip
    exact = symsync.equation("P", purity(exact_state(PAIR))).function()
    rests = [
        exact(g=2, d=1, k=at) - sum(term(g=2, d=1, k=at) for term in terms) for at in (0.02, 0.01)
    ]
    assert rests[0] / rests[1] == pytest.approx(16, rel=0.05)


def test_sites_are_asked_for_where_there_are_more_than_two():
    """Case 4: no pair is chosen, and none needs to be called A and B."""
    three = steady_series(symsync.chain(3))
    with pytest.raises(ValueError, match=r"must name two sites among A, B, C.*S_rel.state, 'A'"):
        S_rel(three[2])
    ends = three.reduced("A", "C")[2]
    assert S_rel(ends) == S_rel(three[2], "A", "C")
    assert negativity(three.reduced("A", "C"), order=2) is not None
    with pytest.raises(ValueError, match="`sites` must name one of two groups"):
        negativity(three, order=1)


def test_what_needs_two_sites_says_so():
    """Its advice can be followed."""
    state = exact_state(System({"A": equatorial(g, d)}, []))
    for measure in (S_rel, S_rel_maximum):
        with pytest.raises(ValueError, match=r"A alone\. Write phase_distribution\(state, 'A'\)"):
            measure(state)
    assert phase_distribution(state, "A") == 0
    for measure in (negativity, mutual_information):
        with pytest.raises(ValueError, match="`state` must have two sites or more, but has A"):
            measure(state)


def test_a_series_has_no_end():
    with pytest.raises(TypeError, match="not iterable"):
        list(steady_series(PAIR))


def test_no_wave_has_no_phase():
    assert str(locking_phase(steady_series(spin_pair())[0])) == "nan"


def test_the_density_of_a_phase_is_normalised():
    """Case 28: p(φ) integrates to 1, and exceeds 1/2π by the phase distribution."""
    state = exact_state(System({"A": equatorial(2, 1)}, [symsync.Drive("A", k)]))
    density = phase_density(state, "A")
    phi = symsync.phi
    total = sum(density.subs(phi, 2 * pi * n / 8) for n in range(8)) * 2 * pi / 8
    assert total.subs(k, 1).evalf() == pytest.approx(1, abs=1e-14)
    assert (density - phase_distribution(state, "A")).subs(k, 1).evalf() == pytest.approx(
        float(1 / (2 * pi)), abs=1e-14
    )


def test_oscillators_are_no_spins():
    """Case 26: for strong loss the populations are (0, 1/2, 1/2) and (0, 1/3, 2/3)."""
    for cycle, wanted in ((van_der_pol, (0, 0.5, 0.5)), (truncated_van_der_pol, (0, 1 / 3, 2 / 3))):
        state = steady_series(System({"A": cycle(1, 10**9)}, []))[0]
        found = [float(state[(m,), (m,)]) for m in (1, 0, -1)]
        assert found == pytest.approx(wanted, abs=1e-8)
    assert "not with a† and a²" in van_der_pol.__doc__.splitlines()[0]
    assert "not with S⁺" in truncated_van_der_pol.__doc__.splitlines()[0]
