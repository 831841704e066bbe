"""The Letter's parameters, and its model; each expansion and the exact state are derived once."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from sympy import Expr, S, Symbol

from symsync.derive.corrections import Series
from symsync.derive.evolution import rate_series, time_series
from symsync.derive.exact_state import ExactState, exact_state
from symsync.derive.series import steady_series
from symsync.derive.state import Element
from symsync.expressions.symbols import Delta, damping_rate, declare, epsilon, gain_rate, phi, t
from symsync.measures.phase_locking import S_rel
from symsync.measures.phase_maximum import waves
from symsync.model.system import System, spin_pair

__all__ = [
    "BALANCED",
    "MINUS",
    "PARAMETERS",
    "PLUS",
    "POINTS",
    "REVERSED",
    "WINDOW",
    "Entry",
    "LetterModel",
    "d_A",
    "d_B",
    "decay_rates",
    "g_A",
    "g_B",
    "in_decay_rates",
    "mu_minus",
    "mu_plus",
]

REVERSED = {"gamma_g_A": 100.0, "gamma_d_A": 1.0, "gamma_g_B": 1.0, "gamma_d_B": 100.0}
"""Reversed limit cycles, those of Figs. 2 and 3: γ^g_A/γ^d_A = γ^d_B/γ^g_B = γ^d_B/γ^d_A = 100."""

BALANCED = {"gamma_g_A": 1.0, "gamma_d_A": 1.0}
"""A balanced limit cycle of spin A, that of Fig. 4."""

WINDOW = {"epsilon": 0.1, "Delta": 2.0}
"""The largest ε and |Δ| of Fig. 3 in units of γ^d_A; the Letter prints only the largest ε."""

POINTS = 101
"""The number of points along each axis of Fig. 3."""

PLUS: Element = ((S.One, S.NegativeOne), (S.Zero, S.Zero))
MINUS: Element = ((S.NegativeOne, S.One), (S.Zero, S.Zero))
"""The elements ⟨±1, ∓1|ρ|0, 0⟩ that the Letter calls εμ±."""

g_A, d_A, g_B, d_B = gain_rate("A"), damping_rate("A"), gain_rate("B"), damping_rate("B")

PARAMETERS = (phi, t, epsilon, Delta, g_A, d_A, g_B, d_B)

GAMMA_PLUS, GAMMA_MINUS, GAMMA_G, GAMMA_D = (
    declare(f"Gamma_{name}", rf"\Gamma_{index}", words, "1/time", positive=True)
    for name, index, words in (
        ("plus", "+", "rate out of |1,−1⟩"),
        ("minus", "-", "rate out of |−1,1⟩"),
        ("g", "g", "sum of the gain rates"),
        ("d", "d", "sum of the damping rates"),
    )
)


def decay_rates() -> dict[Symbol, Expr]:
    """Return the definitions of Γ₊ and Γ₋, made here because SymPy sums would slow the import."""
    return {GAMMA_PLUS: d_A + g_B, GAMMA_MINUS: g_A + d_B}


def in_decay_rates() -> dict[Symbol, Expr]:
    """Return γ^d_A and γ^g_A by Γ₊ and Γ₋; first order depends on the rates only in these sums."""
    return {d_A: GAMMA_PLUS - g_B, g_A: GAMMA_MINUS - d_B}


class LetterModel:
    """The Letter's model and its expansions, each derived once."""

    @cached_property
    def system(self) -> System:
        """The Letter's two spins."""
        return spin_pair()

    @cached_property
    def steady(self) -> Series:
        """The steady state, order by order."""
        return steady_series(self.system)

    @cached_property
    def third_wave(self) -> Expr:
        """S_rel of third order in the coupling."""
        return S_rel(self.steady[3])

    @cached_property
    def transient(self) -> Series:
        """The state after the coupling is switched on, order by order."""
        return time_series(self.system)

    @cached_property
    def change(self) -> Series:
        """The rate of change of that state, order by order."""
        return rate_series(self.system)

    @cached_property
    def exact_state(self) -> ExactState:
        """The exact state, with the names Γ₊, Γ₋, Γ_g and Γ_d for its sums of rates."""
        return _named(exact_state(self.system))

    @cached_property
    def resonant(self) -> ExactState:
        """The exact state without detuning; it is derived separately, because it is far shorter."""
        return _named(exact_state(System(self.system.sites, self.system.couplings)))

    @cached_property
    def waves(self) -> tuple[Expr, ...]:
        """x₁, y₁, x₂, y₂ of the exact state, with S_rel = Σ x_k cos kφ − y_k sin kφ."""
        return waves(self.exact_state)

    @cached_property
    def resonant_waves(self) -> tuple[Expr, ...]:
        """x₁, y₁, x₂, y₂ of the exact state without detuning."""
        return waves(self.resonant)

    @cached_property
    def elements(self) -> ExactState:
        """The exact state with one symbol for each population and part of a coherence."""
        return self.exact_state.named

    def coherence(self, element: Element) -> Symbol:
        """Return the Letter's symbol of a first-order coherence."""
        return {PLUS: mu_plus, MINUS: mu_minus}[element]


mu_plus = declare("mu_plus", r"\mu_+", "coherence ⟨1,−1|μ|0,0⟩", "time")
mu_minus = declare("mu_minus", r"\mu_-", "coherence ⟨−1,1|μ|0,0⟩", "time")


def _named(state: ExactState) -> ExactState:
    sums = {**decay_rates(), GAMMA_G: g_A + g_B, GAMMA_D: d_A + d_B}
    names = {total: symbol for symbol, total in sums.items()}
    return state.renamed({s: names[v] for s, v in state.definitions.items() if v in names})


@dataclass(frozen=True)
class Entry:
    """How an equation is derived, and what the catalogue says about it.

    `derive` returns the right-hand side, or a pair of it and its definitions; `form` the same as
    the Letter writes it.
    """

    lhs: Any  # an expression, or a function of the model that gives it
    derive: Callable[[LetterModel], Any]
    source: str
    order: Any = 1
    relation: Literal["=", "≈", "∝"] = "="
    is_operator: bool = False
    form: Callable[[LetterModel], Any] | None = None
