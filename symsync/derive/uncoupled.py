"""The steady state without coupling: each limit cycle alone, and the product of all of them.

The jumps of a limit cycle shift every m by the same amount, so that populations feed only
populations.  In the unnormalised basis a jump O|m) = c|m′) feeds |m′)(m′| from |m)(m| with
rate·|c|², and takes rate·|c|² (m′|m′)/(m|m) out of |m)(m|.  The frequency of the site turns only
coherences.
"""

from functools import cache

from sympy import Add, Expr, Rational, S, cancel, conjugate, expand, fraction
from sympy.polys.matrices import DomainMatrix
from sympy.utilities.iterables import strongly_connected_components

from symsync.derive.phase_ring import PhaseRing
from symsync.derive.state import Element, accumulate
from symsync.model.limit_cycle import LimitCycle
from symsync.model.spin import on_kets, squared_norm
from symsync.model.system import System

__all__ = ["steady_populations", "uncoupled_state"]


def uncoupled_state(system: System) -> dict[Element, Expr]:
    """Return ρ₀, the product of the limit cycles, in the unnormalised basis.

    Raises
    ------
    ValueError
        If a limit cycle is not unique.
    """
    total: dict[Element, Expr] = {((), ()): S.One}
    for site, cycle in system.sites.items():
        total = {
            ((*ket, m), (*ket, m)): value * weight
            for (ket, _), value in total.items()
            for m, weight in steady_populations(site, cycle).items()
        }
    return total


@cache
def steady_populations(site: str, cycle: LimitCycle) -> dict[Rational, Expr]:
    """Return {m: r_m} of the occupied levels, with the steady state Σ r_m |m)(m| of one site alone.

    Parameters
    ----------
    site
        The label of the site, for the error message.
    cycle
        The spin and its jumps.

    Raises
    ------
    ValueError
        If the jumps never leave two or more sets of levels, or tie levels together.
    """
    if not cycle.has_ladders:
        raise ValueError(
            f"The limit cycle of site {site!r} is no mixture of levels, as a jump does not change "
            "every m by the same amount. Take exact_state(system)."
        )
    rates = _transitions(cycle)
    edges = [(source, target) for target, source in rates if source != target]
    blocks = strongly_connected_components((sorted({m for _, m in rates}, reverse=True), edges))
    traps = [
        sorted(block, reverse=True)
        for block in blocks
        if not any(source in block and target not in block for source, target in edges)
    ]
    if len(traps) != 1:
        levels = " and ".join(f"m = {', '.join(map(str, trap))}" for trap in traps)
        raise ValueError(
            f"The limit cycle of site {site!r} is not unique: its jumps never leave {levels}. "
            "Add jumps that lead every |m⟩ to the same cycle."
        )
    (trap,) = traps
    ring = PhaseRing([rates.get((a, b), S.Zero) for a in trap for b in trap])
    size = len(trap)
    rows = [ring.elements[k * size : (k + 1) * size] for k in range(size)]
    adjugate = DomainMatrix(rows, (size, size), ring.ring.to_domain()).adjugate().to_list()
    null = [row[0].as_expr() for row in adjugate]
    norms = [squared_norm((m,), [cycle.spin]) for m in trap]
    trace = Add(*(weight * norm for weight, norm in zip(null, norms, strict=True)))
    return {m: _primitive(weight / trace) for m, weight in zip(trap, null, strict=True)}


def _transitions(cycle: LimitCycle) -> dict[tuple[Rational, Rational], Expr]:
    """Return {(m′, m): rate at which |m)(m| feeds |m′)(m′|}; the rate at (m, m) is negative."""
    rates: dict[tuple[Rational, Rational], Expr] = {}
    for jump in cycle.jumps:
        for ket, image in on_kets(jump.operator, {"": cycle.spin}).items():
            accumulate(rates, (*ket, *ket), S.Zero)
            for target, amplitude in image.items():
                fed = expand(jump.rate * amplitude * conjugate(amplitude))
                lost = squared_norm(target, [cycle.spin]) / squared_norm(ket, [cycle.spin])
                accumulate(rates, (*target, *ket), fed)
                accumulate(rates, (*ket, *ket), -lost * fed)
    return rates


def _primitive(ratio: Expr) -> Expr:
    """Return a ratio in lowest terms, with its rational number in front."""
    numerator, denominator = fraction(cancel(ratio))
    content, rest = denominator.as_content_primitive()
    return numerator / content / rest
