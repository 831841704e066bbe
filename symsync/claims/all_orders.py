"""Claims about the exact state: what holds to all orders, and that first order is its beginning."""

from typing import Any

import numpy as np
from sympy import (
    Add,
    Expr,
    Poly,
    S,
    Symbol,
    cancel,
    cos,
    expand,
    factor_terms,
    pi,
    sin,
    together,
)

from symsync import reference
from symsync.catalogue.letter_model import REVERSED, d_A, d_B, g_A, g_B
from symsync.claims.common import letter_model, squared_modulus, steady, vanishes
from symsync.claims.ledger import Equations, Evidence, claim, proved
from symsync.expressions.complex_parts import real_imag
from symsync.expressions.definitions import NamedExpression, in_symbols, nodes_of, written_out
from symsync.expressions.symbols import Delta, epsilon, phi
from symsync.measures.bipartition import partial_transpose
from symsync.measures.phase_locking import relative_phase_harmonics

_RNG = np.random.default_rng(5)
GRID = {
    name: 10.0 ** _RNG.uniform(-1, 1, 200)
    for name in ("epsilon", "Delta", "gamma_g_A", "gamma_d_A", "gamma_g_B", "gamma_d_B")
}
"""Generic points within one decade of 1, where the solution of a linear system keeps 13 digits."""


def _start(value: Expr, order: int = 1) -> Expr:
    """Return value/ε^order at ε = 0, for a product of ε^order and what is regular there."""
    terms = ((term / epsilon**order).subs(epsilon, 0) for term in Add.make_args(value))
    return cancel(together(written_out(Add(*terms))))


def _swapped(value: Any) -> Any:
    """Return a formula with A and B exchanged, ε → −ε and Δ → −Δ."""
    return value.subs(
        {g_A: g_B, g_B: g_A, d_A: d_B, d_B: d_A, Delta: -Delta, epsilon: -epsilon},
        simultaneous=True,
    )


@claim(
    "μ± and the harmonics of S_rel at first and second order are where the exact ones start",
    "Beyond the Letter",
    see=("mu_plus_exact", "mu_minus_exact", "S_rel_exact", "S_rel_second"),
    slow=True,
)
def first_order_is_the_derivative(equations: Equations) -> Evidence:
    found = []
    for name in ("mu_plus", "mu_minus"):
        exact = equations[f"{name}_exact"]
        found.append(_start(exact.rhs, 0) - equations[name].rhs)
    nodes = nodes_of(equations["S_rel_exact"].rhs, NamedExpression)
    known = {node.symbol.name: node.value for node in nodes}
    second = equations["S_rel_second"].written_out
    orders = {
        1: real_imag(2 * relative_phase_harmonics(steady()[1])[S.One]),
        2: (second.coeff(cos(2 * phi)), -second.coeff(sin(2 * phi))),
    }
    for order, parts in orders.items():
        for name, part in zip("xy", parts, strict=True):
            start = _start(known[f"{name}_{order}"], order)
            found.append(start - part / epsilon**order)
    return proved("six differences vanish at ε = 0", all(map(vanishes, found)))


@claim(
    "N = ε(|μ₊| + |μ₋|) is the derivative of the exact negativity",
    "Beyond the Letter",
    see=("negativity", "negativity_exact"),
)
def negativity_starts_linearly(equations: Equations) -> Evidence:
    """Outside |0,0⟩, ρ^T has two pairs that are linear in ε: ⟨1,0|·|0,−1⟩ and ⟨0,1|·|−1,0⟩."""
    exact = letter_model().exact_state
    squares = {}
    for (ket, bra), value in partial_transpose(exact, "A").items():
        if (0, 0) not in (ket, bra):
            populations = {
                node: node.value
                for node in nodes_of(value, NamedExpression)
                if node.symbol.name.startswith("w")
            }
            parts = (factor_terms(part.xreplace(populations)) for part in real_imag(value))
            square = Add(*(_start(part) ** 2 for part in parts))
            if square != 0:
                squares[ket, bra] = square
    pairs = {frozenset(element) for element in squares}
    wanted = {frozenset([(1, 0), (0, -1)]): "mu_plus", frozenset([(0, 1), (-1, 0)]): "mu_minus"}
    found = [
        square - squared_modulus(equations[name].rhs)
        for element, square in squares.items()
        for name in [wanted.get(frozenset(element), "mu_plus")]
    ]
    holds = pairs == set(wanted) and all(map(vanishes, found))
    return proved("two pairs of elements of ρ^T are linear in ε, with moduli |μ₊| and |μ₋|", holds)


@claim(
    "Identical spins have no first harmonic at any order, but a second one",
    "Beyond the Letter",
    see=("S_rel_exact_identical",),
)
def identical_spins_to_all_orders(equations: Equations) -> Evidence:
    exact = equations["S_rel_exact_identical"].written_out
    second = exact.coeff(cos(2 * phi))
    waves = letter_model().waves
    first = [cancel(together(written_out(part).subs({g_B: g_A, d_B: d_A}))) for part in waves[:2]]
    only = exact == second * cos(2 * phi) and second != 0
    return proved(f"{second} cos 2φ on resonance", first == [0, 0] and only)


@claim(
    "Exchanging A and B with ε → −ε and Δ → −Δ changes nothing, to all orders",
    "Beyond the Letter",
    see=("state_exact",),
)
def exchange_symmetry_to_all_orders(_: Equations) -> Evidence:
    """The exchange turns each definition and each element into that of the exchanged level."""
    exact = letter_model().exact_state
    partner = {symbol: symbol for symbol in exact.definitions}
    for symbol in exact.definitions:
        kind, *level = symbol.name.split("_")
        other = "_".join([kind, *level[::-1]])
        known = next((s for s in exact.definitions if s.name == other), None)
        if kind in "rw" and known is not None:
            partner[symbol] = known
        elif symbol.name in ("Gamma_plus", "Gamma_minus"):
            name = {"plus": "Gamma_minus", "minus": "Gamma_plus"}[level[0]]
            partner[symbol] = next(s for s in exact.definitions if s.name == name)

    def moved(value: Expr) -> Expr:
        return _swapped(value.xreplace(partner))

    same = [
        cancel(together(moved(value) - exact.definitions[partner[symbol]])) == 0
        for symbol, value in exact.definitions.items()
    ]
    plain = {element: in_symbols(value)[0] for element, value in exact.items()}
    elements = [
        cancel(together(moved(value) - plain[ket[::-1], bra[::-1]])) == 0
        for (ket, bra), value in plain.items()
    ]
    return proved(
        f"{len(same)} definitions and {len(elements)} elements", all(same) and all(elements)
    )


@claim(
    "With reversed rates γ^g_A = γ^d_B = a and γ^d_A = γ^g_B = b, locking on resonance reverses at "
    "4ε⁴ + abε² = a²b², that is ε = 0.625 √(ab)",
    "Beyond the Letter",
    see=("S_rel_exact_reversed",),
)
def locking_reverses(equations: Equations) -> Evidence:
    first = equations["S_rel_exact_reversed"].written_out.coeff(cos(phi))
    zero = d_A**2 * g_A**2 - d_A * g_A * epsilon**2 - 4 * epsilon**4
    rest = cancel(first / (epsilon * (g_A - d_A) * zero))
    above, below = (rest / pi).as_numer_denom()
    holds = above > 0 and all(c > 0 for c in Poly(below).coeffs())
    return proved("x₁ = ε(a − b)(a²b² − abε² − 4ε⁴) × a positive factor", holds)


@claim(
    "The mixture beside the pure state weighs at least twice what is excited in the pure state: "
    "p₁₀ + p₀₋₁ ≥ 2p₁₋₁ at order ε²",
    "Beyond the Letter",
    see=("purity_second", "purity_exact"),
)
def mixture_outweighs(_: Equations) -> Evidence:
    """Each pair's weight less twice the excited one is a perfect square."""
    second = steady()[2]
    holds = True
    for excited, mixed, rates in (
        ((1, -1), [(1, 0), (0, -1)], (d_A, g_B)),
        ((-1, 1), [(0, 1), (-1, 0)], (g_A, d_B)),
    ):
        weight = Add(*(second[ket, ket] for ket in mixed)) / second[excited, excited]
        a, b = rates
        holds &= cancel(together(expand(weight) - (a / b + b / a))) == 0
    return proved("p₁₀ + p₀₋₁ = (γ^d_A/γ^g_B + γ^g_B/γ^d_A) p₁₋₁, and likewise for |−1,1⟩", holds)


@claim(
    "The exact state and its measures are those of the numeric steady state",
    "Beyond the Letter",
    see=(
        "state_exact",
        "populations_exact",
        "S_rel_exact",
        "S_rel_exact_resonant",
        "S_rel_exact_reversed",
        "S_rel_exact_identical",
        "S_rel_max_exact",
        "locking_phase_exact",
        "negativity_exact",
        "mutual_information_exact",
        "purity_exact",
    ),
)
def exact_measures(equations: Equations) -> Evidence:
    rho = reference.steady_state(**GRID)
    kets = [(a, b) for a in (1, 0, -1) for b in (1, 0, -1)]
    pairs = {
        "S_rel_max_exact": reference.S_rel_max(rho),
        "negativity_exact": reference.negativity(rho),
        "mutual_information_exact": reference.mutual_information(rho),
        "purity_exact": reference.purity(rho),
        "populations_exact": np.stack([rho[:, k, k].real for k in range(len(kets))], axis=-1),
    }
    pairs["state_exact"] = np.stack(_read_off(rho, equations["state_exact"].lhs.args), axis=-1)
    errors = [equations[name].function()(**GRID) - value for name, value in pairs.items()]
    phase = np.linspace(-np.pi, np.pi, 200)
    reverse = {"gamma_g_B": GRID["gamma_d_A"], "gamma_d_B": GRID["gamma_g_A"]}
    equal = {"gamma_g_B": GRID["gamma_g_A"], "gamma_d_B": GRID["gamma_d_A"]}
    for name, rates in (
        ("S_rel_exact", {}),
        ("S_rel_exact_resonant", {"Delta": 0.0}),
        ("S_rel_exact_reversed", {"Delta": 0.0, **reverse}),
        ("S_rel_exact_identical", {"Delta": 0.0, **equal}),
    ):
        point: dict[str, Any] = {**GRID, **rates}
        function = equations[name].function()
        own = {key: point[key] for key in function.parameters if key != "phi"}
        state = reference.steady_state(**point)
        errors.append(function(phi=phase, **own) - reference.S_rel(state, phase))
    highest = equations["locking_phase_exact"].function()(**GRID)
    errors.append(reference.S_rel(rho, highest) - reference.S_rel_max(rho))
    worst = max(float(np.abs(error).max()) for error in errors)
    return Evidence("measured", f"largest difference {worst:.0e} on 200 points", worst < 1e-12)


def _read_off(rho: Any, symbols: tuple[Symbol, ...]) -> list[Any]:
    """Return the values of the symbols p_1_0, re_1_m1_0_0 and so on, from 9×9 matrices."""
    found = []
    for symbol in symbols:
        part, *levels = symbol.name.replace("m", "-").split("_")
        numbers = [1 - int(level) for level in levels]
        rows = [3 * a + b for a, b in zip(numbers[::2], numbers[1::2], strict=True)]
        element = rho[:, rows[0], rows[-1]]
        found.append(element.imag if part == "i-" else element.real)
    return found


@claim(
    "What first order leaves out of μ±, S_rel, its maximum, N and Tr ρ² starts as the next-order "
    "equations say",
    "Beyond the Letter",
    see=(
        "negativity_second",
        "purity_second",
        "S_rel_max_second",
        "S_rel_max_third",
        "mu_plus_third",
        "mu_minus_third",
        "S_rel_third",
    ),
)
def next_orders(equations: Equations) -> Evidence:
    """Beyond the next order, the rest falls with the power after it over a decade of ε.

    The maximum is measured also where the first order vanishes, as γ^d_A + γ^g_B = γ^d_B + γ^g_A.
    """
    small = np.array([1e-2, 1e-3])
    point = {"epsilon": small, "Delta": 0.3, "gamma_g_A": 2.0, "gamma_d_A": 1.0,
             "gamma_g_B": 1.5, "gamma_d_B": 3.0, "phi": 0.4}  # fmt: skip

    blocked = {**point, "gamma_d_A": 0.5, "gamma_g_B": 4.0, "gamma_d_B": 2.5}

    def rest(exact: str, *orders: str, at: dict[str, Any] = point) -> Any:
        known = {name: equations[name].function(extra="ignore") for name in (exact, *orders)}
        return known[exact](**at) - sum(known[name](**at) for name in orders)

    maximum = ("S_rel_max_exact", "S_rel_max", "S_rel_max_second", "S_rel_max_third")
    rests = [
        (4, rest("mu_plus_exact", "mu_plus", "mu_plus_third")),
        (4, rest("mu_minus_exact", "mu_minus", "mu_minus_third")),
        (4, rest("S_rel_exact", "S_rel", "S_rel_second", "S_rel_third")),
        (4, rest(*maximum)),
        (4, rest(*maximum, at=blocked)),
        (3, rest("negativity_exact", "negativity", "negativity_second")),
        (4, rest("purity_exact", "purity_second") - 1),
    ]
    powers = [(n, float(np.log10(np.abs(values[0] / values[1])))) for n, values in rests]
    figure = ", ".join(f"{power:.2f}" for _, power in powers)
    holds = all(abs(power - n) < 0.1 for n, power in powers)
    return Evidence("measured", f"the rests fall with the powers {figure}", holds)


@claim(
    "For ε → 0 the mutual information is its leading term in ε² ln ε and ε², no power series",
    "Beyond the Letter",
    see=("mutual_information_leading", "mutual_information_exact"),
)
def mutual_information_starts(equations: Equations) -> Evidence:
    small = np.array([1e-2, 1e-3, 1e-4, 1e-6])
    point = {"epsilon": small, "Delta": 0.0, **REVERSED}
    exact = equations["mutual_information_exact"].function()(**point)
    leading = equations["mutual_information_leading"].function()(**point)
    error = np.abs(exact / leading - 1)
    return Evidence(
        "measured",
        "relative errors "
        + ", ".join(f"{e:.0e}" for e in error)
        + " at ε = 1e-2, 1e-3, 1e-4, 1e-6",
        bool((np.diff(np.log(error)) < 0).all() and error[-1] < 1e-8),
    )
