"""Where an oscillator is cut: a warning of a last level that is occupied, which nobody asks for.

An oscillator is a site on which a† acts.  Where a model has numbers, the population of its last
level is known: that of a limit cycle alone, as soon as its own rates are numbers, and that of the
exact state, if nothing in the model is a symbol.
"""

import sys
import warnings
from collections.abc import Iterable
from typing import Any

from sympy import Expr, Rational, S

from symsync.derive.state import State
from symsync.derive.uncoupled import steady_populations
from symsync.formula import equation
from symsync.model.boson import creation
from symsync.model.spin import projections
from symsync.model.system import System

__all__ = ["ENOUGH", "TruncationWarning", "warn_if_cut", "warn_if_occupied"]

ENOUGH = Rational(1, 1000)
"""A last level that holds more than this is worth a warning.

Single elements of ρ are then wrong by up to some thousandths, and the mean number of quanta, in
which the last of n levels counts n times, by some percent.
"""


class TruncationWarning(UserWarning):
    """An oscillator is cut at a level that is occupied."""


def warn_if_occupied(site: str, spin: Rational, held: Expr, share: Expr = ENOUGH) -> None:
    """Warn if the last level of a site holds more than a share; of symbols nothing is known."""
    if held.free_symbols:
        return
    size = abs(held if held.is_Rational else equation("held", held).function()())
    if size > share:
        warnings.warn(
            f"The last of {int(2 * spin) + 1} levels of site {site!r} holds {float(size):.2g}. "
            f"Take more levels until it holds less than {share}.",
            TruncationWarning,
            stacklevel=_depth_of_the_user(),
        )


def warn_if_cut(system: System, state: State | None = None) -> None:
    """Warn of each oscillator whose last level is occupied, in a state or in its cycle alone.

    Parameters
    ----------
    system
        The model.
    state
        Its state, if all of it is numbers; otherwise the limit cycles whose rates are numbers are
        looked at.
    """
    for site, cycle in system.sites.items():
        last = (projections(cycle.spin)[0],)
        own = _raises("", cycle.jumps)
        if state is not None:
            if own or _raises(site, system.couplings):
                warn_if_occupied(site, cycle.spin, state.partial_trace(site)[last, last])
        elif own and cycle.has_ladders and not any(jump.rate.free_symbols for jump in cycle.jumps):
            try:
                held = steady_populations(site, cycle).get(last[0], S.Zero)
            except ValueError:  # only the couplings make the state unique
                continue
            # In the unnormalised basis, in which |S⟩ has the norm 1.
            warn_if_occupied(site, cycle.spin, held)


def _raises(site: str, parts: Iterable[Any]) -> bool:
    """Return whether a† of a site occurs in jumps or couplings."""
    return any(part.operator.has(creation(site)) for part in parts)


def _depth_of_the_user() -> int:
    """Return at which place of the stack, seen from the caller, the package was called."""
    depth, frame = 1, sys._getframe(1)
    while frame.f_back and str(frame.f_globals.get("__name__")).startswith("symsync."):
        depth, frame = depth + 1, frame.f_back
    return depth
