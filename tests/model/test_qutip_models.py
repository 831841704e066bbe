"""Systems as models of QuTiP, and models of QuTiP as systems."""

import sys

import numpy as np
import pytest
import qutip
from judges import by_qutip as judge
from sympy import Rational, S, Symbol, expand, sqrt, symbols

import symsync
from symsync import (
    Coupling,
    Drive,
    Exchange,
    S_minus,
    S_plus,
    S_rel,
    S_z,
    System,
    annihilation,
    boson,
    creation,
    equatorial,
    from_qutip,
    gain_and_loss,
    number_operator,
    steady_series,
    transition,
)
from symsync.claims.model_table import MODELS, UNDECIDED, model
from symsync.reference import any_model
from symsync.symbols import Delta, damping_rate, epsilon, gain_rate

NUMBERS = 0.37, 1.25, 2.0, 1.3
"""The values of the symbols, one after another."""


def values(system):
    return {symbol.name: NUMBERS[k % 4] for k, symbol in enumerate(system.parameters)}


def distance(found, expected):
    return np.abs((found - expected).full()).max()


# To QuTiP ---------------------------------------------------------------------------------------


def test_the_letters_pair_is_that_of_qutip(generic):
    """The Hamiltonian and the four jumps, in their order, with its tensor dimensions."""
    rates = {name: value for name, value in generic.items() if name.startswith("gamma")}
    strengths = {name: generic[name] for name in ("epsilon", "Delta")}
    H, c_ops = symsync.spin_pair().to_qutip(**strengths, **rates)
    expected = judge.hamiltonian(generic["epsilon"], generic["Delta"])
    assert H.dims == expected.dims
    assert distance(H, expected) < 1e-14
    for found, known in zip(c_ops, judge.jumps(**rates), strict=True):
        assert distance(found, known) < 1e-14 * known.norm()


def test_parts_are_for_sweeps():
    """H₀ + εV/ε at any ε, and shared jumps after those of the sites."""
    system = model("ones, nonreciprocal")
    at = values(system)
    free, (unit,), c_ops = system.to_qutip(parts=True, **at | {"epsilon": 1})
    H, again = system.to_qutip(**at | {"epsilon": 0.3})
    assert distance(free + 0.3 * unit, H) < 1e-15
    assert len(c_ops) == len(again) == 5
    on = judge.ladders(A=1, B=1)
    collective = on["A"][1] + np.exp(1j * at["chi"]) * on["B"][1]
    assert distance(c_ops[-1], np.sqrt(at["kappa"]) * collective) < 1e-15


def test_oscillators_in_the_order_of_qutip():
    """With `fock`, |0⟩ stands first, and a is `destroy`; a spin beside it is as `jmat`."""
    cycle = boson(4, [(2, annihilation**2)])
    system = System({"a": cycle, "s": gain_and_loss(1, 3, 1)},
                    [Coupling(creation("a") * S_minus("s") + annihilation("a") * S_plus("s"))],
                    {"a": 5})  # fmt: skip
    H, c_ops = system.to_qutip(fock="a")
    a = qutip.tensor(qutip.destroy(4), qutip.qeye(3))
    minus = qutip.tensor(qutip.qeye(4), qutip.jmat(1, "-"))
    exchanged = a.dag() * minus
    expected = 5 * (a.dag() * a - 1.5) + exchanged + exchanged.dag()
    assert distance(H, expected) < 1e-14
    assert distance(c_ops[0], np.sqrt(2) * a**2) < 1e-14
    assert distance(c_ops[2], np.sqrt(3) * minus) < 1e-14


# And back ---------------------------------------------------------------------------------------


QUICK = [
    "halves, nonreciprocal",
    "ones, exchange and two quanta",
    "oscillators of three levels",
    "a half and a three halves",
    "a one with a hole",
    "a driven dephased three halves",
    "halves that decay together",
    "star of four halves",
]


@pytest.mark.parametrize(
    "name",
    [pytest.param(each, marks=[] if each in QUICK else pytest.mark.slow)
     for each in [*MODELS, *UNDECIDED]],
)  # fmt: skip
def test_there_and_back(name):
    """The generators are equal, whether the couplings are given apart or found in H."""
    system = model(name)
    at = values(system)
    expected = qutip.liouvillian(*system.to_qutip(**at))
    free, couplings, c_ops = system.to_qutip(parts=True, **at)
    apart = from_qutip(free, c_ops, coupling=couplings, names=list(system.sites))
    found = from_qutip(*system.to_qutip(**at))
    for back in (apart, found):
        again = qutip.liouvillian(*back.to_qutip())
        assert distance(again, expected) < 1e-12 * np.abs(expected.full()).max()
        assert back.spins == dict(zip(back.sites, system.spins.values(), strict=True))
    assert not apart.strong
    assert len(apart.couplings) == len(system.couplings)
    if name in QUICK and len(expected.full()) < 100 and name in MODELS:
        rho = any_model.steady_state(apart)
        assert np.abs(rho - qutip.steadystate(*system.to_qutip(**at)).full()).max() < 1e-10


def test_numbers_and_operators_come_back_as_they_were():
    """Exactly: rates, frequencies, polynomials, transitions and their roots."""
    half = Rational(1, 2)
    cycles = {
        "A": symsync.stabilised_at(half, Rational(13, 10), Rational(2, 7), Rational(3, 2)),
        "B": symsync.LimitCycle(1, [
            (Rational(1, 3), transition(1, 0)),
            (2, transition(0, -1) + sqrt(2) * transition(1, 0) / sqrt(3)),
            (5, S_plus**2),
        ]),
    }  # fmt: skip
    quadratic = Rational(3, 4) * S_z("A") ** 2 - S_z("A") * S_z("B") / 8
    exchange = Exchange("A", "B", Rational(1, 10))
    system = System(cycles, [exchange], {"A": Rational(1, 10), "B": -2}, quadratic)
    back = from_qutip(*system.to_qutip())
    assert (back.sites, back.frequencies) == (system.sites, system.frequencies)
    assert expand(back.hamiltonian - quadratic) == 0
    assert expand(back.interaction - system.interaction) == 0


def test_symbols_stand_beside_operators_of_qutip():
    """Pairs (factor, operator) make formulas of a numeric script: Eq. (5) of the Letter."""
    on = judge.ladders(A=1, B=1)
    forth = 0.5j * on["A"][0] * on["B"][1]
    jumps = [
        (rate(site) / 2, step * on[site][2])
        for site in "AB"
        for rate, step in ((gain_rate, on[site][0]), (damping_rate, on[site][1]))
    ]
    system = from_qutip([(Delta / 2, on["A"][2] - on["B"][2])], jumps,
                        coupling=[(epsilon, forth + forth.dag())])  # fmt: skip
    assert system.jumps == symsync.spin_pair().jumps
    assert S_rel(steady_series(system)[1]) == symsync.equations["S_rel"].rhs


def test_an_oscillator_of_qutip():
    """A driven Kerr oscillator with a† and a²; the drive in H beside `coupling` is strong."""
    a, one = qutip.destroy(6), qutip.qeye(2)
    H = 0.3 * a.dag() * a + 0.2 * a.dag() ** 2 * a**2
    drive = 0.1 * (a + a.dag())
    c_ops = [np.sqrt(0.7) * a.dag(), 1j * np.sqrt(2) * a**2]
    system = from_qutip(H + drive, c_ops, names=["osc"], fock=["osc"])
    n = number_operator("osc")
    assert [(jump.rate, jump.operator) for jump in system.sites["osc"].jumps] == [
        (Rational(7, 10), creation), (2, annihilation**2)
    ]  # fmt: skip
    assert system.frequencies["osc"] + system.hamiltonian / n == Rational(1, 10) + n / 5
    assert expand(10 * system.interaction) == creation("osc") + annihilation("osc")
    rho = any_model.steady_state(system)
    assert np.abs(rho[::-1, ::-1] - qutip.steadystate(H + drive, c_ops).full()).max() < 1e-10
    large = qutip.destroy(20)
    H_20 = 0.3 * large.dag() * large + 0.2 * large.dag() ** 2 * large**2
    assert from_qutip(H_20, fock="A").frequencies == {"A": Rational(1, 10)}  # elements reach 74
    both = qutip.tensor(H + drive, one), qutip.tensor(drive, qutip.sigmax())
    mixed = from_qutip(both[0], [], coupling=both[1], fock="A")
    assert mixed.strong == (0,)
    assert mixed.weak_couplings[0].operator.has(S_minus("B"))


def test_arrays_are_models_too():
    """Without tensor dimensions, `spins` tells them."""
    system = System({"left": gain_and_loss(1, 2), "right": equatorial(3, 4)},
                    [Exchange("left", "right", 1), Drive("left", Rational(1, 5))])  # fmt: skip
    H, c_ops = system.to_qutip()
    back = from_qutip(H.full(), [c.full() for c in c_ops], spins={"left": S.Half, "right": 1})
    assert back.sites == system.sites
    assert expand(back.interaction - system.interaction) == 0


two, three = qutip.sigmaz(), qutip.jmat(1, "z")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"H": qutip.sigmap()}, "`H` must be Hermitian, but differs from its adjoint by 1"),
        ({"H": two, "coupling": 1j * two}, "`coupling` must be Hermitian"),
        ({"H": two, "c_ops": [three]}, r"`c_ops` must hold operators of the dimensions \[2\]"),
        ({"H": two, "c_ops": [qutip.spost(two)]}, "`c_ops` must be an operator of QuTiP on kets"),
        ({"H": qutip.basis(2, 0)}, "`H` must be an operator of QuTiP on kets"),
        ({"H": qutip.QobjEvo(lambda t: t * two)}, "but is a QobjEvo"),
        ({"H": []}, "`H` must be an operator, but there is none"),
        ({"H": two.full()}, "`spins` must be {label: S} for an array"),
        ({"H": two, "spins": [1]}, r"`spins` must fit to the dimensions \[2\] of the matrix"),
        ({"H": two, "spins": "A"}, "`spins` must be {label: S} or a list of S"),
        ({"H": two, "names": ["A", "B"]}, "`names` must be 1 different labels"),
        ({"H": two, "fock": ["B"]}, r"`fock` must name oscillators among A, but is \['B'\]"),
        ({"H": two, "c_ops": [(-1, two)]}, "`c_ops` must be nonnegative, but is -1"),
        ({"H": [(Symbol("z"), two)]}, "`H` holds the symbol z, which is not declared real"),
        ({"H": two * np.nan}, "`H` must hold finite numbers, but holds nan"),
        ({"H": two, "c_ops": [two.full() + np.inf]}, "`c_ops` must hold finite .* holds inf"),
        ({"H": qutip.tensor(two, qutip.qeye(1))}, r"`H` must be of sites .* \[2, 1\]. Leave out"),
    ],
)
def test_what_is_no_such_model_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        from_qutip(**arguments)


def test_values_are_checked():
    gain = symbols("gain", real=True)
    system = System({"A": gain_and_loss(1, 2)}, [Drive("A", gain)])
    with pytest.raises(TypeError, match="takes the values of gain, but 'gain' is missing"):
        system.to_qutip()
    with pytest.raises(TypeError, match="but 'loss' is none of them"):
        system.to_qutip(gain=1, loss=2)
    with pytest.raises(ValueError, match="`gain` must be one finite number"):
        system.to_qutip(gain=np.inf)
    with pytest.raises(ValueError, match="The rate gamma_g_A/2 must not be negative"):
        symsync.spin_pair().to_qutip(**values(symsync.spin_pair()) | {"gamma_g_A": -1})


def test_without_qutip_an_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "qutip", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'symsync\[qutip\]'"):
        System({"A": gain_and_loss(1, 2)}, []).to_qutip()
