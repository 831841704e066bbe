"""`check` passes on models as they are derived, and fails if the engine errs anywhere."""

import pytest
from sympy import Rational, Symbol, symbols

import symsync
from symsync import (
    Coupling,
    Dissipation,
    Drive,
    Exchange,
    LimitCycle,
    S_minus,
    S_plus,
    System,
    chain,
    check,
    equations,
    equatorial,
    gain_and_loss,
    spin_pair,
    transition,
    van_der_pol,
)
from symsync.claims import engine, own_model
from symsync.claims.ledger import decided
from symsync.claims.own_model import Agreement, Comparison, random_point
from symsync.claims.themes import THEMES
from symsync.derive.local_modes import LocalModes
from symsync.derive.resolvents import Resolvents
from symsync.symbols import Delta, epsilon

g, d, kappa = symbols("g d kappa", positive=True)
chi = Symbol("chi", real=True)

SLOW = pytest.mark.slow

HALVES = {"A": gain_and_loss(g, d), "B": gain_and_loss(d, g)}

WHAT = [
    "steady state, order 0",
    "steady state, order 1",
    "steady state, order 2",
    "state in time, order 1",
    "steady state, all orders",
    "state in time, all orders",
]


def shared():
    joint = Dissipation(kappa, S_minus("A") + S_minus("B"))
    return System(HALVES, [joint, Exchange("A", "B", epsilon, chi)], {"A": Delta})


def driven_large_spin():
    """Populations of five levels feed each other."""
    return System({"A": van_der_pol(g, d, 2)}, [Drive("A")], {"A": Delta})


@pytest.mark.parametrize("model", [spin_pair, pytest.param(shared, marks=SLOW), driven_large_spin])
def test_models_pass(model):
    """Each result of the engine is compared."""
    found = check(model(), seed=3)
    assert found.passed
    assert [each.what for each in found.comparisons] == WHAT
    assert set(found.values) == {symbol.name for symbol in model().parameters}
    assert max(each.difference for each in found.comparisons) < 1e-13


def test_other_seeds_are_other_points():
    pair = System(HALVES, [Exchange("A", "B")])
    assert check(pair, 1).values == check(pair, 1).values != check(pair, 2).values


def test_a_model_without_couplings_passes():
    assert check(System({"A": van_der_pol(g, d)}, [])).passed


def test_weak_couplings_are_judged_by_their_own_size(monkeypatch):
    """With ε = 1e-6 every order is judged relative to itself, and a wrong sign is seen."""
    weak = System(HALVES, [Exchange("A", "B", Rational(1, 10**6))], {"A": 1})
    assert check(weak).passed
    plain = LocalModes.coupling
    monkeypatch.setattr(LocalModes, "coupling", lambda *a: {e: -v for e, v in plain(*a).items()})
    failed = [each.what for each in check(weak).comparisons if not each.passed]
    assert failed == ["steady state, order 1", "state in time, order 1"]


def scaled(function, factor):
    return lambda *a: {element: value * factor for element, value in function(*a).items()}


@pytest.mark.parametrize("seed", [0, 1])
def test_a_coupling_that_is_twice_too_strong_is_seen(monkeypatch, seed):
    monkeypatch.setattr(LocalModes, "coupling", scaled(LocalModes.coupling, 2))
    found = check(spin_pair(), seed)
    assert not found.passed
    failed = [each.what for each in found.comparisons if not each.passed]
    assert failed == WHAT[1:4]  # both exact states have a generator of their own


def test_a_wrong_evolution_in_time_is_seen(monkeypatch):
    """The steady series is not touched."""
    plain = Resolvents.transient
    monkeypatch.setattr(
        symsync.derive.evolution.TimeSeries, "express", staticmethod(lambda value: 2 * plain(value))
    )
    found = check(spin_pair())
    assert [each.what for each in found.comparisons if not each.passed] == [WHAT[3], WHAT[5]]


@pytest.mark.parametrize("model", [spin_pair, pytest.param(shared, marks=SLOW)])
def test_a_wrong_exact_state_is_seen(monkeypatch, model):
    """It is that of the model whose Hamiltonian has another sign, with symbols or numbers."""
    plain = own_model.exact_state

    def other(system):
        couplings = [
            each if isinstance(each, Dissipation) else Coupling(-each.operator)
            for each in system.couplings
        ]
        return plain(System(system.sites, couplings, system.frequencies))

    monkeypatch.setattr(own_model, "exact_state", other)
    found = check(model())
    assert [each.what for each in found.comparisons if not each.passed] == [WHAT[4]]


def test_a_wrong_reference_is_seen(monkeypatch):
    """The two sides judge each other."""
    plain = own_model.any_model.coefficients
    monkeypatch.setattr(
        own_model.any_model,
        "coefficients",
        lambda *a, **k: [1.001**n * state for n, state in enumerate(plain(*a, **k))],
    )
    assert not check(spin_pair()).passed


@pytest.mark.parametrize(
    "claim",
    [claim if claim.decide.__name__ == "first_orders" else pytest.param(claim, marks=SLOW)
     for claim in THEMES["The engine"] if claim.decide.__module__ == engine.__name__],
    ids=lambda claim: claim.decide.__name__,
)  # fmt: skip
def test_each_claim_about_the_engine_can_fail(monkeypatch, claim):
    """An engine that is one per cent off in every element fails all of them."""
    plain = own_model.numeric
    for module in (own_model, engine):
        monkeypatch.setattr(module, "numeric", lambda *a: 1.01 * plain(*a))
    verdict = decided(claim, equations)
    assert verdict.verdict == "FAILED"
    assert "1e-02" in verdict.figure


def test_the_generated_models_are_of_all_kinds():
    models = engine.models()
    assert len(models) > 20
    spins = {spin for system in models.values() for spin in system.spins.values()}
    assert spins == {Rational(1, 2), 1, Rational(3, 2), 2}
    assert {len(system.sites) for system in models.values()} == {1, 2, 3}
    kinds = {type(c) for system in models.values() for c in system.couplings}
    assert kinds == {Coupling, Dissipation, Drive, Exchange}
    for name, system in models.items():
        assert not system.parameters, name


def test_reports_print_as_a_few_lines():
    report = Agreement(
        {"g": Rational(3, 2)},
        (Comparison("one", 2e-16), Comparison("three", 0.5)),
    )
    assert str(report).splitlines() == [
        "one: agrees, relative difference 2e-16",
        "three: DIFFERS, relative difference 5e-01",
        "at g = 3/2",
    ]
    assert repr(report) == "<Agreement: differs at three>"
    assert not report.passed
    assert repr(Agreement({}, report.comparisons[:1])) == "<Agreement: passed>"
    assert str(Agreement({}, ())) == "at the numbers of the model"
    assert not Comparison("lost", float("nan")).passed


def test_values_fulfil_assumptions():
    kinds = [
        {"positive": True}, {"nonnegative": True}, {"negative": True}, {"real": True}, {},
        {"integer": True}, {"even": True, "positive": True}, {"zero": True}, {"odd": True},
        {"integer": True, "negative": True},
    ]  # fmt: skip
    for seed in range(20):
        names = [Symbol(f"x{k}", **kind) for k, kind in enumerate(kinds)]
        for symbol, value in random_point(names, seed).items():
            for name, wanted in symbol.assumptions0.items():
                assert getattr(value, f"is_{name}") in (wanted, None)
            assert symbol.is_zero or Rational(1, 2) < abs(value) <= 3
    with pytest.raises(ValueError, match="x has assumptions that no simple number fulfils"):
        random_point([Symbol("x", irrational=True)], 0)


STUCK = LimitCycle(1, [(g, transition(1, 0))])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: check("pair"), "`system` must be a System, but is 'pair'"),
        (lambda: check(spin_pair(), 0.5), "`seed` must be a whole number, but is 0.5"),
        (lambda: check(chain(4)), "at most 40 kets, but has 81"),
        (lambda: check(System({"A": STUCK}, [Drive("A")])), "is not unique"),
        (
            lambda: check(
                System(
                    {"A": equatorial(g, d)},
                    [Coupling(Symbol("x", irrational=True) * (S_plus("A") + S_minus("A")))],
                )
            ),
            "assumptions that no simple number fulfils",
        ),
    ],
)
def test_a_mistake_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
