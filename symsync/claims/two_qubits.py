"""Claims about two qubits of which one is driven, from a paper whose text could be read."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from sympy import Add, Expr, I, Rational, S, Symbol, cancel, expand, fraction, solve, symbols

from symsync.claims.beside_reference import ANGLES, decided_twice
from symsync.claims.common import has_one_sign, vanishes
from symsync.claims.ledger import Equations, Evidence, claim, proved
from symsync.claims.own_model import random_point
from symsync.claims.printed_elsewhere import TWO_QUBITS, qubit_phase, two_qubit_equations
from symsync.derive.exact_state import exact_state
from symsync.derive.state import State
from symsync.expressions.complex_parts import real_imag
from symsync.expressions.symbols import epsilon
from symsync.measures.phase_locking import phase_distribution
from symsync.model.coupling import Coupling
from symsync.model.limit_cycle import LimitCycle
from symsync.model.spin import S_minus, S_plus, S_z
from symsync.model.system import System
from symsync.reference import any_model, any_phases

UP, DOWN = S.Half, -S.Half

OPERATORS = {
    "+": {(UP, DOWN): S.One},
    "-": {(DOWN, UP): S.One},
    "z": {(UP, UP): UP, (DOWN, DOWN): DOWN},
    "1": {(UP, UP): S.One, (DOWN, DOWN): S.One},
}
"""The elements ⟨m|O|m′⟩ of S⁺, S⁻, S^z and 1."""


def mean(state: State, on_a: str, on_b: str) -> Expr:
    """Return Tr ρ O_A O_B."""
    return Add(
        *(
            x * y * state[(bra_a, bra_b), (ket_a, ket_b)]
            for (ket_a, bra_a), x in OPERATORS[on_a].items()
            for (ket_b, bra_b), y in OPERATORS[on_b].items()
        )
    )


def two_qubits(*dephasing: Symbol) -> System:
    """Return the model of Eq. (4) with the jumps of Eq. (2), or with those of Eq. (C1)."""
    w_A, l_A, w_B, l_B = symbols("w_A gamma_A w_B gamma_B", positive=True)
    g, of_drive, of_qubits = TWO_QUBITS[5:]
    dephased = [(2 * rate, S_z) for rate in dephasing]
    flips = S_plus("A") * S_minus("B") + S_minus("A") * S_plus("B")
    signal = S_plus("A") + S_minus("A")
    return System(
        {
            "A": LimitCycle(S.Half, [(w_A, S_plus), (l_A, S_minus), *dephased]),
            "B": LimitCycle(S.Half, [(w_B, S_plus), (l_B, S_minus), *dephased]),
        },
        [Coupling(g / 2 * flips), Coupling(epsilon / 2 * signal)],
        {"A": of_drive, "B": of_drive + of_qubits},
    )


DEPHASED = two_qubits(Symbol("gamma_phi", positive=True))


def _point(seed: int) -> dict[Symbol, Any]:
    return random_point([s for s in DEPHASED.parameters if s != epsilon], seed)


def weakly_driven(system: System, point: Mapping[Any, Any]) -> State:
    """Return the state to first order in the drive and to all orders in the exchange."""
    return exact_state(system).rational(epsilon, point).taylor(1)


@claim(
    "The phase of a qubit is distributed as δP(φ) = ¼ Re[⟨S⁺⟩e^{−iφ}]",
    "arXiv:2306.04205",
    see=("phase_distribution", "exact_state"),
)
def phase_of_a_qubit(_: Equations) -> Evidence:
    at = _point(1)
    state = weakly_driven(DEPHASED, at)
    differences = []
    for site, letters in (("A", "+1"), ("B", "1+")):
        x, y = real_imag(mean(state, *letters))
        differences.append(phase_distribution(state, site) - qubit_phase(x, y))
    rho = any_model.steady_state(DEPHASED, epsilon=0.3, **{s.name: float(v) for s, v in at.items()})
    plus = np.trace(rho @ np.kron([[0, 1], [0, 0]], np.eye(2)))
    theirs = any_phases.phase_distribution(rho, [0.5, 0.5], 0, ANGLES)
    beside = abs((plus * np.exp(-1j * ANGLES)).real / 4 - theirs).max() / abs(theirs).max()
    return decided_twice(
        "Eq. (8) is ours, which has |θ,φ⟩ = e^{−iφS^z}e^{−iθS^y}|S⟩; with e^{iφS^z}e^{iθS^y}, as "
        "the text has it, Eqs. (7) and (8) would be those of π − φ",
        all(map(vanishes, differences)),
        beside,
    )


@claim(
    "The expectation values obey the linear equations (C3) and (C4)",
    "arXiv:2306.04205",
    see=("exact_state", "Coupling"),
    slow=True,
)
def equations_of_two_qubits(_: Equations) -> Evidence:
    left = []
    for seed in (1, 2):
        point = _point(seed)
        state = weakly_driven(DEPHASED, point)
        zeroth = {"z_A": "z1", "z_B": "1z", "zz": "zz", "+-": "+-"}
        first = {"+A": "+1", "+B": "1+", "+z": "+z", "z+": "z+", "++": "++"}
        still = {name: mean(state, *o).subs(epsilon, 0) for name, o in zeroth.items()}
        moved = {name: mean(state, *o).expand().coeff(epsilon) for name, o in first.items()}
        named = {symbol.name: value for symbol, value in point.items()}
        at = {symbol: named[symbol.name] for symbol in TWO_QUBITS}
        left += [expand(each.subs(at)) for each in two_qubit_equations(still, moved)]
    return proved(
        "all nine hold exactly at two random points of all rates, couplings and detunings",
        not any(left),
    )


def responses() -> tuple[dict[str, Expr], tuple[Symbol, ...]]:
    """Return ⟨S⁺_A⟩/i and ⟨S⁺_B⟩ of first order on resonance, from the printed equations.

    The symbols are a = w_A − γ_A, b = w_B − γ_B and g; the total rates are 1.
    """
    a, b, g = symbols("a b g", real=True)
    unknown = z_A, z_B, zz, y, x_A, x_B, x_z, y_z = symbols(
        "z_A z_B z y x_A x_B x_z y_z", real=True
    )
    rates = ((1 + a) / 2, (1 - a) / 2, (1 + b) / 2, (1 - b) / 2)
    at = dict(zip(TWO_QUBITS, (*rates, 0, g, 0, 0), strict=True))
    still = {"z_A": z_A, "z_B": z_B, "zz": zz, "+-": I * y}
    moved = {"+A": I * x_A, "+B": x_B, "+z": I * x_z, "z+": y_z, "++": S.Zero}
    rows = [expand(each.subs(at)) for each in two_qubit_equations(still, moved)]
    start = solve(rows[:4], unknown[:4])
    then = solve(rows[4:8], unknown[4:])
    return {site: cancel(then[x].subs(start)) for site, x in (("A", x_A), ("B", x_B))}, (a, b, g)


@claim(
    "At equal total rates the response of either qubit crosses zero at some coupling only if the "
    "baths are inverted, and that of the undriven one always does then",
    "arXiv:2306.04205",
    see=("exact_state", "Coupling"),
    slow=True,
)
def zero_crossings(_: Equations) -> Evidence:
    found, (a, b, g) = responses()
    square, s, t = symbols("x s t", positive=True)
    driven, other = (
        fraction(found[site])[0].as_independent(g, as_Add=False)[1].expand() for site in "AB"
    )
    polynomials = {"A": driven, "B": cancel(other / g)}
    polynomials = {
        site: value.subs(g, square**S.Half).expand() for site, value in polynomials.items()
    }
    never = all(
        has_one_sign(fraction(cancel(value.subs({a: 1 / (1 + s), b: 1 / (1 + t)})))[0])
        for value in polynomials.values()
    )  # 0 < a, b ≤ 1; both negative is the same
    of_b = [polynomials["B"].coeff(square, n) for n in range(3)]
    sign = of_b[2] / (a + b) ** 2
    always = (
        cancel(of_b[0] / (36 * a * b)) == cancel(sign)
        and cancel(sign) in (1, -1)
        and cancel(of_b[1].subs(b, -a) / a**2) == 4 * cancel(sign)
    )
    figure_3 = {a: Rational(-1, 5), b: S.Half}
    crossing = [float(max(solve(polynomials[site].subs(figure_3), square)) ** 0.5)
                for site in "AB"]  # fmt: skip
    without = not solve(polynomials["A"].subs({a: 1, b: Rational(-1, 10)}), square)
    return proved(
        "the numerator of ⟨S⁺_B⟩ is (a + b)²g⁴ + (3a² + 18ab + 19b²)g² + 36ab with a = w_A − γ_A, "
        "b = w_B − γ_B: one zero if ab < 0, else none; that of ⟨S⁺_A⟩ has terms of one sign unless "
        "ab < 0, and none even then for a = 1, b = −1/10; with the rates of their Fig. 3 the zeros "
        f"are at g = {crossing[0]:.3f} and {crossing[1]:.3f}",
        never and always and without and _agrees(found, (a, b, g)),
    )


def _agrees(found: dict[str, Expr], names: tuple[Symbol, ...]) -> bool:
    """Whether the engine's state has these responses at a point, exactly."""
    at = dict(zip(names, (Rational(-1, 5), S.Half, Rational(7, 10)), strict=True))
    rates = {"w_A": "2/5", "gamma_A": "3/5", "w_B": "3/4", "gamma_B": "1/4", "g": "7/10"}
    point = {name: Rational(rate) for name, rate in rates.items()} | {"Delta_d": 0, "Delta_q": 0}
    state = weakly_driven(two_qubits(), point)
    ours = mean(state, "+", "1") / I, mean(state, "1", "+")
    return all(
        expand(value - epsilon * found[site].subs(at)) == 0
        for site, value in zip("AB", ours, strict=True)
    )


@claim(
    "If the drive is detuned, a detuning of the qubits restores the zero of the driven one, at a "
    "coupling that is essentially unchanged",
    "arXiv:2306.04205",
    see=("exact_state", "reference.steady_state"),
    slow=True,
)
def zero_is_restored(_: Equations) -> Evidence:
    system, rates = two_qubits(), {"w_A": 0.25, "gamma_A": 0.75, "w_B": 0.75, "gamma_B": 0.25}
    strength = 1e-6  # the next order is 1e-12 of the first

    def response(at: Any, of_drive: float) -> Any:
        rho = any_model.steady_state(
            system, epsilon=strength, g=at[0], Delta_d=of_drive, Delta_q=at[1], **rates
        )
        plus = np.trace(rho @ np.kron([[0, 1], [0, 0]], np.eye(2))) / strength
        return np.array([plus.real, plus.imag])

    at, couplings, left = np.array([1.8, 0.0]), [], []
    for of_drive in (0.0, 0.5, 1.0, 2.0):
        for _step in range(8):  # Newton's method
            here = response(at, of_drive)
            slopes = [(response(at + step, of_drive) - here) / 1e-4 for step in 1e-4 * np.eye(2)]
            at = at - np.linalg.solve(np.array(slopes).T, here)
        couplings.append(at[0])
        numbers = zip(("g", "Delta_d", "Delta_q"), (at[0], of_drive, at[1]), strict=True)
        point = {name: Rational(str(value)) for name, value in [*rates.items(), *numbers]}
        left.append(abs(complex(mean(weakly_driven(system, point), "+", "1").coeff(epsilon))))
    listed = ", ".join(f"{coupling:.3f}" for coupling in couplings)
    return Evidence(
        "measured, and confirmed by the engine",
        f"with the rates of their Fig. 5 it is at g = {listed} for Δ_d = 0, 1/2, 1, 2, where the "
        f"engine leaves {max(left):.0e}: as far as Δ_d is the total rate it moves by 4 %",
        max(left) < 1e-6 and abs(couplings[2] / couplings[0] - 1.04) < 0.005,
        roughly=True,
    )
