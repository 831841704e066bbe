"""Cycles of any site and couplings of any edge: their symbols have the names of columns.

A symbol `gain` of a cycle stands for one value of each site, and is gain_A at the site A.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any, TypeAlias

from sympy import Expr, S, Symbol

from symsync.expressions.checks import number
from symsync.model.coupling import Coupling, Dissipation
from symsync.model.limit_cycle import Jump, LimitCycle, sites_of
from symsync.model.spin import SpinOperator

__all__ = [
    "SITES",
    "Couple",
    "Cycle",
    "Energy",
    "as_jump",
    "coupling_of_any_edge",
    "cycle_of_any_site",
    "energy_of_any_site",
    "named",
    "on_edge",
    "placed",
    "renamed",
    "scaled",
    "symbols_of",
]

Cycle = LimitCycle | Callable[[str], LimitCycle]
Couple = Callable[[str, str], Any]
Energy: TypeAlias = Expr | Callable[[str], Expr] | int

SITES = "ABC"
"""The labels of an edge and of a path."""


def cycle_of_any_site(cycle: Cycle) -> LimitCycle:
    """Return a cycle whose symbols have the names of columns, such as gain and not gain_A."""
    if isinstance(cycle, LimitCycle):
        return cycle
    found = []
    for site in SITES:
        own = cycle(site)
        if not isinstance(own, LimitCycle):
            raise ValueError(
                f"Argument `cycle` must return limit cycles, but returns {own!r} for {site!r}. "
                "Write equatorial(gain, damping)."
            )
        found.append(LimitCycle(own.spin, [_stripped(jump, f"_{site}") for jump in own.jumps]))
    if len(set(found)) > 1:
        raise ValueError(
            "Argument `cycle` must treat all labels alike, but returns different cycles for "
            f"{', '.join(SITES)}. Pass a list of cycles, and the `kinds` of the sites."
        )
    return found[0]


def energy_of_any_site(hamiltonian: Energy) -> Expr:
    """Return a term of the Hamiltonian without a site, whose symbols have the names of columns."""
    if not callable(hamiltonian) or isinstance(hamiltonian, Expr):
        found = [number(hamiltonian)]
    else:
        found = [_bare(hamiltonian(site), site) for site in SITES]
    if not isinstance(found[0], Expr) or (found[0] != 0 and sites_of(found[0]) != {""}):
        raise ValueError(
            f"Argument `hamiltonian` must be an operator of one site, but is {found[0]!r}. Write "
            "it without a site, such as K*S_z**2, or as a function of a label."
        )
    if len(set(found)) > 1:
        raise ValueError(
            "Argument `hamiltonian` must treat all labels alike, but returns different terms for "
            f"{', '.join(SITES)}. Pass a list, one for each of the cycles."
        )
    return found[0]


def _bare(operator: Any, site: str) -> Any:
    """Return an operator of one label without it, also in its symbols."""
    if not isinstance(operator, Expr) or sites_of(operator) != {site}:
        return operator
    return placed(_stripped(Jump(S.One, operator), f"_{site}").operator, "", names=(site,))


def coupling_of_any_edge(coupling: Couple) -> Coupling | Dissipation:
    """Return the coupling of A and B whose symbols have the names of columns."""
    found = []
    for a, b in pairwise(SITES):
        own = coupling(a, b)
        if not isinstance(getattr(own, "operator", None), Expr):
            raise ValueError(
                f"Argument `coupling` must return couplings, but returns {own!r} for {a!r} and "
                f"{b!r}. Write Exchange."
            )
        if sites_of(own.operator) != {a, b}:
            raise ValueError(
                f"Argument `coupling` must act on the two sites of its labels, but returns "
                f"{own.operator} for {a!r} and {b!r}. Write Exchange."
            )
        jump = _stripped(as_jump(own), f"_{a}_{b}")
        found.append((jump.rate, placed(jump.operator, *SITES[:2], names=(a, b))))
    if found[0] != found[1]:
        raise ValueError(
            f"Argument `coupling` must treat all labels alike, but returns {found[0][1]} and "
            f"{found[1][1]} for two pairs. Give the values that differ as arrays."
        )
    rate, operator = found[0]
    return _like(own, rate, operator)


def as_jump(coupling: Any) -> Jump:
    """Return the rate of a shared jump, or 1, with the operator."""
    return Jump(getattr(coupling, "rate", S.One), coupling.operator)


def symbols_of(*jumps: Jump) -> set[Symbol]:
    """Return all symbols of some jumps."""
    return {s for jump in jumps for s in jump.rate.free_symbols | jump.operator.free_symbols}


def named(symbols: Iterable[Symbol]) -> dict[str, Symbol]:
    """Return {name: symbol}, sorted."""
    return {symbol.name: symbol for symbol in sorted(symbols, key=str)}


def _stripped(jump: Jump, ending: str) -> Jump:
    new = {s: Symbol(s.name.removesuffix(ending), **s.assumptions0) for s in symbols_of(jump)}
    return Jump(jump.rate.xreplace(new), jump.operator.xreplace(new))


def renamed(jump: Jump, *sites: str) -> Jump:
    """Return a jump whose symbols are those of a site or of an edge."""
    new = {s: Symbol("_".join([s.name, *sites]), **s.assumptions0) for s in symbols_of(jump)}
    return Jump(jump.rate.xreplace(new), jump.operator.xreplace(new))


def placed(operator: Any, *sites: str, names: Sequence[str] = SITES[:2]) -> Expr:
    """Return an operator on other sites than those of these names."""
    new = dict(zip(names, sites, strict=True))
    moved: Expr = operator.xreplace({o: o(new[o.site]) for o in operator.atoms(SpinOperator)})
    return moved


def on_edge(coupling: Coupling | Dissipation, a: str, b: str) -> Coupling | Dissipation:
    """Return the coupling of any edge as that of two sites."""
    jump = renamed(as_jump(coupling), a, b)
    return _like(coupling, jump.rate, placed(jump.operator, a, b))


def scaled(coupling: Coupling | Dissipation, strength: Symbol) -> Coupling | Dissipation:
    """Return a coupling times a strength."""
    if isinstance(coupling, Dissipation):
        return Dissipation(strength * coupling.rate, coupling.operator)
    return Coupling(strength * coupling.operator)


def _like(coupling: Any, rate: Expr, operator: Expr) -> Coupling | Dissipation:
    is_jump = isinstance(coupling, Dissipation)
    return Dissipation(rate, operator) if is_jump else Coupling(operator)
