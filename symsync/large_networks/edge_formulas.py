"""The formulas of an edge and of a path of two edges, for couplings of unit strength."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

from sympy import S, Symbol

from symsync.catalogue.letter_model import mu_minus, mu_plus
from symsync.derive.corrections import Series
from symsync.derive.series import steady_series
from symsync.expressions.symbols import Delta, damping_rate, declare, gain_rate
from symsync.formula import Equation, equation
from symsync.measures.entanglement import negativity
from symsync.measures.phase_locking import relative_phase_harmonics
from symsync.model.system import Exchange, System, equatorial

__all__ = ["ARGUMENTS", "Delta_AB", "Delta_BC", "motif"]

Delta_AB = declare("Delta_AB", r"\Delta_{AB}", "detuning ω_A − ω_B", "1/time", real=True)
Delta_BC = declare("Delta_BC", r"\Delta_{BC}", "detuning ω_B − ω_C", "1/time", real=True)


ARGUMENTS = {
    Delta.name: ("frequencies", (0, 1)),
    Delta_AB.name: ("frequencies", (0, 1)),
    Delta_BC.name: ("frequencies", (1, 2)),
    **{gain_rate(site).name: ("gain", (place,)) for place, site in enumerate("ABC")},
    **{damping_rate(site).name: ("damping", (place,)) for place, site in enumerate("ABC")},
}
"""For each parameter of a formula the attribute of a network that holds its values, and the places
along the edge or path at which it is taken; of two places the difference."""


@cache
def _series(sites: str) -> Series:
    """Return the series of a chain of sites with unit couplings, in the frame of its second."""
    detunings = {"AB": {"A": Delta}, "ABC": {"A": Delta_AB, "C": -Delta_BC}}
    return steady_series(
        System(
            sites={site: equatorial(gain_rate(site), damping_rate(site)) for site in sites},
            couplings=[Exchange(a, b, 1) for a, b in pairwise(sites)],
            frequencies=detunings[sites],
        )
    )


_EPSILON = r"/\varepsilon"
_AB_BC = r"\varepsilon_{AB}\,\varepsilon_{BC}"

_MOTIFS: dict[Symbol, tuple[Callable[[], Any], int]] = {
    mu_plus: (lambda: _series("AB")[1][(1, -1), (0, 0)], 1),
    mu_minus: (lambda: _series("AB")[1][(-1, 1), (0, 0)], 1),
    declare("edge_first", rf"c_1{_EPSILON}", "first harmonic c₁/ε of an edge", "time"): (
        lambda: relative_phase_harmonics(_series("AB")[1])[S(1)],
        1,
    ),
    declare("edge_second", rf"c_2{_EPSILON}^2", "second harmonic c₂/ε² of an edge", "time²"): (
        lambda: relative_phase_harmonics(_series("AB")[2])[S(2)],
        2,
    ),
    declare("edge_negativity", rf"\mathcal{{N}}{_EPSILON}", "negativity of an edge", "time"): (
        lambda: negativity(_series("AB"), order=1),
        1,
    ),
    declare(
        "path", rf"c_1/({_AB_BC})", "first harmonic of a path's ends over ε_AB ε_BC", "time²"
    ): (
        lambda: relative_phase_harmonics(_series("ABC")[2], "A", "C")[S(1)],
        2,
    ),
}
"""The formulas of an edge A – B and of a path A – B – C with couplings of unit strength."""


@cache
def motif(name: str) -> Equation:
    """Return a formula that is evaluated over networks, for couplings of unit strength.

    Parameters
    ----------
    name
        "mu_plus", "mu_minus", "edge_first", "edge_second" or "edge_negativity" of an edge A – B, or
        "path" for the first harmonic of the ends A and C of a path A – B – C.

    Raises
    ------
    ValueError
        If there is no such formula.
    """
    known = {lhs.name: lhs for lhs in _MOTIFS}
    if name not in known:
        raise ValueError(f"Argument `name` must be one of {', '.join(known)}, but is {name!r}.")
    derived, order = _MOTIFS[known[name]]
    return replace(equation(name, derived(), order=order), lhs=known[name], relation="≈")
