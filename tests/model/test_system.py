"""Models are stated in a few lines, and mistakes are named."""

import pickle
from itertools import pairwise

import numpy as np
import pytest
from judges import by_qutip as judge
from sympy import (
    I,
    Matrix,
    Rational,
    S,
    Symbol,
    cancel,
    cos,
    cosh,
    exp,
    expand,
    nan,
    sin,
    sqrt,
    symbols,
)

import symsync
from symsync import (
    Coupling,
    Drive,
    Exchange,
    LimitCycle,
    S_minus,
    S_plus,
    S_z,
    System,
    equatorial,
    gain_and_loss,
    steady_series,
    transition,
)
from symsync.model.printed_operators import as_array, master_equation
from symsync.reference import any_model

gain, damping, kappa = symbols("gain damping kappa", positive=True)
real = Symbol("r", real=True)


def test_eq_1_is_the_letters_exchange():
    """V = (iε/2)(S⁺_A S⁻_B − S⁺_B S⁻_A), whose matrix is that of QuTiP."""
    equation = symsync.equations["hamiltonian"]
    ours = equation.function()(epsilon=0.7)
    assert np.abs(ours - judge.hamiltonian(0.7, 0.0).full()).max() < 1e-15
    assert np.array_equal(ours, ours.conj().T)


def test_a_complex_strength_is_a_strength_and_a_phase():
    x, y, chi = symbols("x y chi", real=True)
    for make in (lambda *a: Exchange("A", "B", *a), lambda *a: Drive("A", *a)):
        sign = 1 if isinstance(make(1), Exchange) else -1  # a drive's phase is that of e^{−iα}
        both = make(x + I * y).operator.subs({x: kappa * cos(chi), y: kappa * sin(chi)})
        assert expand(both.rewrite(exp) - make(kappa, sign * chi).operator) == 0
    for strength in (
        1 / (x + I * y),
        kappa * exp(I * y) / (2 - I * x),
        sqrt(x + I * y),
        cosh(I + x),
    ):
        system = System({"A": gain_and_loss(1, 2)}, [Drive("A", strength)])
        values = {"x": 0.7, "y": -1.3, "kappa": 0.4}
        point = {symbol: values[symbol.name] for symbol in system.parameters}
        first = steady_series(system)[1].matrix().subs(point)
        judged = any_model.coefficients(system, 1, **{s.name: v for s, v in point.items()})[1]
        assert np.allclose(np.array(first, complex), judged, rtol=0, atol=1e-15)
    with pytest.raises(ValueError, match="no real and imaginary part in closed form"):
        steady_series(System({"A": gain_and_loss(1, 2)}, [Drive("A", kappa**I)]))
    drive = Coupling((x + I * y) * S_plus("A") + (x - I * y) * S_minus("A"))
    assert System({"A": equatorial(gain, damping)}, [drive]).parameters == (damping, gain, x, y)


def test_eq_2_is_the_liouvillian_of_qutip(generic):
    """The printed master equation and QuTiP's Liouvillian are one superoperator."""
    import qutip

    function = symsync.equations["master_equation"].function()
    values = {name: generic[name] for name in function.parameters}
    rates = {name: values[name] for name in values if name.startswith("gamma")}
    h = judge.hamiltonian(values["epsilon"], values["Delta"])
    columns = qutip.liouvillian(h, judge.jumps(**rates)).full()
    # QuTiP lays the columns of ρ end to end, this package the rows.
    order = np.arange(81).reshape(9, 9).T.ravel()
    assert np.abs(function(**values) - columns[np.ix_(order, order)]).max() < 1e-14


def test_own_limit_cycles_may_have_any_spin():
    """The superoperator of a spin 3/2 and a spin 1/2 annihilates the trace."""
    system = System(
        {
            "A": LimitCycle(Rational(3, 2), [(gain, S_plus), (damping, S_minus**2)]),
            "B": LimitCycle(Rational(1, 2), [(gain, S_plus), (damping, S_minus)]),
        },
        [Exchange("A", "B", kappa)],
    )
    generator = Matrix(as_array(master_equation(system), system.spins))
    trace = Matrix(8, 8, lambda i, j: int(i == j)).reshape(1, 64)
    assert (trace * generator).expand() == Matrix.zeros(1, 64)


def test_the_model_lists_its_parameters():
    names = [symbol.name for symbol in symsync.spin_pair().parameters]
    assert names == ["Delta", "epsilon", "gamma_d_A", "gamma_d_B", "gamma_g_A", "gamma_g_B"]


def test_systems_can_be_pickled():
    system = symsync.spin_pair()
    assert pickle.loads(pickle.dumps(system)) == system


def cycle():
    return equatorial(gain, damping)


def test_limit_cycles_combine():
    """The jumps of two cycles are those of a third."""
    both = [*cycle().jumps, *gain_and_loss(gain, damping, 1).jumps]
    assert LimitCycle(1, both).jumps == tuple(both)


def test_rates_may_be_rational_functions():
    """γ = g/(g + d) and d: the populations of neighbours are in the ratio of the rates."""
    rate = gain / (gain + damping)
    state = symsync.steady_series(
        System({"A": LimitCycle(1, [(rate, S_plus), (damping, S_minus)])}, [])
    )
    populations = [state[0][(m,), (m,)] for m in (1, 0, -1)]
    assert [cancel(a / b - rate / damping) for a, b in pairwise(populations)] == [0, 0]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: equatorial(gain, damping, spin=0.3), "`spin` must be a positive multiple of 1/2"),
        (lambda: equatorial(-gain, damping), "`gain` must be nonnegative, but is -gain"),
        (lambda: equatorial(Symbol("g"), damping), "symbol g, which is not declared real"),
        (
            lambda: LimitCycle(1, [("gain", S_plus)]),
            "`rate` must be a SymPy expression or an exact number, but is 'gain'",
        ),
        (
            lambda: LimitCycle(1, [(1.5, S_plus)]),
            "`rate` must be exact, but is 1.5. Write Rational",
        ),
        (lambda: LimitCycle(1, [(gain, 0.5 * S_plus)]), "`jumps` must be exact, but is 0.5"),
        (lambda: LimitCycle(1, [(gain, S_plus("A"))]), "must be an operator without a site"),
        (lambda: System({"A B": cycle()}, []), "label must be letters and digits"),
        (lambda: Exchange("A", "A"), "couples 'A' to itself"),
        (lambda: System({"A": cycle()}, [Exchange("A", "B")]), "names the site 'B', which is not"),
        (
            lambda: System({"A": cycle()}, [Coupling(I * S_z("A"))]),
            r"must be Hermitian, but I\*S_z\('A'\) is not. Add its adjoint",
        ),
        (lambda: LimitCycle(1, [(gain, transition(2, 1))]), "level m = 2, which a spin 1 has not"),
        (lambda: LimitCycle(1, (gain, S_plus)), r"`jumps` must be pairs \(rate, operator\)"),
        (lambda: LimitCycle(1, [(gain, "S_plus")]), r"`jumps` must be pairs \(rate, operator\)"),
        (lambda: LimitCycle(1, None), r"`jumps` must be pairs \(rate, operator\)"),
        (lambda: equatorial(True, damping), "`gain` must be a SymPy expression"),
        (lambda: transition(0.3, 0), "`final` must be a multiple of 1/2, but is 0.3"),
        (lambda: transition(float("inf"), 0), "`final` must be a multiple of 1/2, but is inf"),
        (lambda: Exchange("A", "B", [1]), "`strength` must be a SymPy expression"),
        (lambda: Exchange("A", "B", nan), "`strength` must be finite, but is nan"),
        (lambda: System({"A": 1}, []), "must hold limit cycles, but 'A' is 1"),
        (lambda: System(None, []), "`sites` must be {label: limit cycle}"),
        (lambda: System({"A": cycle()}, Exchange("A", "B")), "`couplings` must be a list"),
        (
            lambda: System({"A": cycle()}, [Coupling("S_z")]),
            "`operator` must be an operator of sites",
        ),
        (lambda: symsync.matrix("S_z", 1), "must be a polynomial in S_plus"),
        (lambda: symsync.matrix(S_plus("Q"), 1), "acts on a site that is not among"),
        (
            lambda: System({"A": cycle()}, [], frequencies={"C": kappa}),
            "`frequencies` names the site 'C'",
        ),
        (lambda: equatorial(gain - damping, damping), "SymPy cannot tell that .* is. Declare"),
        (lambda: Drive("A", kappa, 1 / real), "cannot tell that 1/r is. Declare"),
        (lambda: LimitCycle(1, [(gain, S.One)]), "jump 1 of a limit cycle must be an operator of"),
        (
            lambda: LimitCycle(1, [(gain, S_plus * (1 + exp(I * real) * S_z))]),
            "holds the phase of a symbol",
        ),
        (lambda: System({"A": cycle()}, [], None), "`frequencies` must be {label: ω}, but is None"),
        (lambda: symsync.steady_series(None), "`system` must be a System, but is None"),
        (lambda: symsync.exact_state(cycle()), "`system` must be a System, but is LimitCycle"),
    ],
)
def test_a_mistake_in_a_model_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_hints_speak_of_what_is_meant():
    """Case 23: a detuning is real, a rate positive, a symbol is known by its name."""
    sites = {"A": cycle(), "B": cycle()}
    with pytest.raises(ValueError, match=r"Symbol\('Delta', real=True\)"):
        System(sites, [], {"A": Symbol("Delta")})
    with pytest.raises(ValueError, match=r"Symbol\('g', positive=True\)"):
        symsync.equatorial(Symbol("g"), 1)
    assert symsync.equations["S_rel"].subs({Symbol("phi"): 0}).parameters[0].name == "epsilon"
    with pytest.raises(ValueError, match="`operator` must be an operator of sites"):
        Coupling(object())
    with pytest.raises(TypeError, match=r"or a Qobj of QuTiP of 9 kets, but is a object"):
        symsync.reference.S_rel(object(), 0)
