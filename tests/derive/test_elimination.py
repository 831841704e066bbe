"""The equations of the steady state: what they hold, and when there is no unique solution."""

import pytest
from sympy import Rational, symbols

from symsync import (
    Coupling,
    Drive,
    Exchange,
    LimitCycle,
    S_minus,
    S_z,
    System,
    exact_state,
    transition,
)
from symsync.claims.model_table import model
from symsync.derive.elimination import steady_equations
from symsync.expressions import sparse_elimination as elimination

g, d, k = symbols("g d k", positive=True)
HALF = Rational(1, 2)


def test_transient_kets_are_no_unknowns():
    """A damped pair ends in its lowest ket, whatever the others do on the way."""
    damped = LimitCycle(HALF, [(d, S_minus)])
    steady = steady_equations(System({"A": damped, "B": damped}, [Exchange("A", "B", k)]))
    assert steady.fixed == (((-HALF, -HALF),) * 2, "re")
    assert not steady.equations


def test_a_population_that_vanishes_by_interference_is_not_fixed():
    """An excited level that two lower ones are coupled to alike is empty: their difference is dark.

    It is the first of the recurrent kets, and so the first choice of what is fixed.
    """
    up, low, lowest = 1, 0, -1
    decays = LimitCycle(1, [(g, transition(low, up)), (d, transition(lowest, up))])
    coupled = sum(transition(up, m)("A") + transition(m, up)("A") for m in (low, lowest))
    state = exact_state(System({"A": decays}, [Coupling(k * coupled)]))
    found = {(ket[0], bra[0]): value for (ket, bra), value in state.items() if value != 0}
    half = Rational(1, 2)
    assert found == {(0, 0): half, (-1, -1): half, (0, -1): -half, (-1, 0): -half}


def test_several_states_are_named():
    dephased = LimitCycle(HALF, [(g, S_z)])
    with pytest.raises(ValueError, match=r"not unique: .* \|1/2⟩; \|-1/2⟩\. Add a jump"):
        exact_state(System({"A": dephased}, []))
    assert exact_state(System({"A": dephased}, [Drive("A", k)]))[(HALF,), (HALF,)] == HALF


def test_numbers_give_numbers_and_symbols_do_not_matter():
    """The state of numbers is that of symbols at these numbers, exactly."""
    pair = model("halves, numbers")
    state = exact_state(pair)
    assert all(value.is_number and not value.free_symbols for value in state.values())
    assert sum(state[ket, bra] for ket, bra in state if ket == bra) == 1


def test_an_interrupted_call_works_when_it_is_repeated(monkeypatch):
    """Ctrl-C leaves nothing half done behind."""
    system = model("halves, driven")
    calls = iter(range(100))
    whole = elimination._cheapest

    def interrupted(*arguments):
        if next(calls) == 5:
            raise KeyboardInterrupt
        return whole(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(elimination, "_cheapest", interrupted)
        with pytest.raises(KeyboardInterrupt):
            exact_state(system)
    assert dict(exact_state(system)) == dict(exact_state(model("halves, driven")))
