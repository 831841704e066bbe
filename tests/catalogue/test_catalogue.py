"""The exact measures are those of QuTiP, and exact equations carry what they need."""

import numpy as np
import pytest
import qutip
from judges import by_qutip as judge
from sympy import Symbol

from symsync import equation, equations, joined, reference
from symsync.expressions.definitions import in_symbols
from symsync.expressions.orders import UNSTATED

EXACT = [name for name in equations if "exact" in name]


@pytest.fixture(scope="module")
def points():
    rng = np.random.default_rng(7)
    values = {name: 10 ** rng.uniform(-1, 1, 8) for name in reference.GENERATORS}
    values["Delta"] *= rng.choice([-1, 1], 8)
    states = [judge.steady_state(**{n: float(v[k]) for n, v in values.items()}) for k in range(8)]
    return values, states


def test_measures_are_those_of_qutip(points):
    """To 1e-12: the condition of QuTiP's solution at parameters within a decade."""
    values, states = points
    expected = {
        "negativity_exact": [qutip.negativity(rho, 0) for rho in states],
        "mutual_information_exact": [qutip.entropy_mutual(rho, [0], [1]) for rho in states],
        "purity_exact": [rho.purity() for rho in states],
        "populations_exact": [rho.diag() for rho in states],
        "mu_plus_exact": [rho[2, 4] for rho in states] / values["epsilon"],
        "mu_minus_exact": [rho[6, 4] for rho in states] / values["epsilon"],
    }
    for name, wanted in expected.items():
        found = equations[name].function()(**values)
        assert np.abs(found - np.array(wanted)).max() < 1e-12, name


@pytest.mark.parametrize("backend", ["numpy", "mpmath"])
def test_the_locking_phase_is_where_s_rel_is_largest(backend, points):
    values, _ = points
    phase = equations["locking_phase_exact"].function(backend)(**values)
    at_it = equations["S_rel_exact"].function()(phi=np.array(phase, float), **values)
    assert np.allclose(at_it, equations["S_rel_max_exact"].function()(**values), rtol=1e-14)


def test_individual_phases_stay_free():
    assert equations["individual_phases_exact"].rhs == (0, 0)


@pytest.mark.parametrize("name", EXACT)
def test_definitions_are_complete_and_needed(name):
    """Each is used, in an order in which it can be computed, and nothing else is free."""
    exact = equations[name]
    definitions = dict(exact.definitions)
    assert exact.rhs.free_symbols <= set(exact.parameters)
    plain, _ = in_symbols(exact.rhs)
    wanted = set().union(plain.free_symbols, *(v.free_symbols for v in definitions.values()))
    assert set(definitions) == wanted - set(exact.parameters)
    seen = set(exact.parameters)
    for symbol, value in definitions.items():
        assert value.free_symbols <= seen
        seen.add(symbol)


@pytest.mark.parametrize("name", EXACT)
def test_definitions_print_after_where(name):
    exact = equations[name]
    printed = exact.latex()
    assert (r"\text{where}" in printed) == bool(exact.definitions)
    assert ("with" in repr(exact)) == bool(exact.definitions)


def test_special_values_reach_the_definitions(points):
    """Δ = 0 put into the general formula is the resonant one."""
    values, _ = points
    special = equations["S_rel_exact"].subs({"Delta": 0})
    assert "Delta" not in {symbol.name for symbol in special.parameters}
    arguments = {name: value for name, value in values.items() if name != "Delta"}
    general = special.function()(phi=0.3, **arguments)
    resonant = equations["S_rel_exact_resonant"].function()(phi=0.3, **arguments)
    assert np.allclose(general, resonant, rtol=1e-12)


def test_written_out_it_is_one_expression(points):
    values, _ = points
    exact = equations["S_rel_exact_reversed"]
    plain = equation("plain", exact.written_out, order="exact").function()
    arguments = {name: values.get(name, 0.4) for name in plain.parameters}
    assert exact.definitions
    assert np.allclose(plain(**arguments), exact.function()(**arguments), rtol=1e-12)


@pytest.mark.slow
def test_written_out_they_are_one_tuple(points):
    values, _ = points
    exact = equations["populations_exact"]
    plain = equation("plain", exact.written_out, order="exact").function()
    assert np.allclose(plain(**values), exact.function()(**values), rtol=1e-12)
    assert exact.as_sympy()[4].rhs == exact.written_out[4]


def test_what_joins_is_an_equation():
    with pytest.raises(ValueError, match="`equations` must be one or more"):
        joined([])
    with pytest.raises(ValueError, match="without operators"):
        joined([equations["hamiltonian"]])


def test_definitions_of_one_name_keep_apart_when_joined(points):
    """D_1 means one thing with detuning and another without."""
    values, _ = points
    alone = [equations[name] for name in ("S_rel_exact", "S_rel_exact_resonant")]
    both = joined(alone)
    names = [symbol.name for symbol, _ in both.definitions]
    assert len(set(names)) == len(names)
    assert {"D_1", "D_1_2"} <= set(names)
    found = both.function()(phi=0.3, **values)
    for k, each in enumerate(alone):
        function = each.function()
        own = {key: {"phi": 0.3, **values}[key] for key in function.parameters}
        assert np.allclose(found[..., k], function(**own), rtol=1e-14)


def test_joined_relations_and_labels():
    both = joined([equations["S_rel_max"], equations["negativity_exact"]])
    assert both.label == "S_rel_max_and_negativity_exact"
    assert both.relation == "≈"
    assert both.order == UNSTATED
    assert all(isinstance(side, Symbol) for side in both.lhs)


def test_sums_of_rates_have_the_names_of_the_documentation():
    symbol = {str(each): each for each in equations["negativity_exact"].parameters}
    gain_A, loss_A, gain_B, loss_B = (
        symbol[f"gamma_{kind}_{site}"] for site in "AB" for kind in "gd"
    )
    expected = {"Gamma_plus": loss_A + gain_B, "Gamma_minus": gain_A + loss_B}
    expected |= {"Gamma_g": gain_A + gain_B, "Gamma_d": loss_A + loss_B}
    defined = {str(each): value for each, value in equations["negativity_exact"].definitions}
    assert {name: value for name, value in defined.items() if "Gamma" in name} == expected
