"""Claims about the inverse questions: where the spins lock, and with which rates."""

from typing import Any

import numpy as np
from sympy import Rational, cos, limit, oo, pi

from symsync import reference
from symsync.catalogue.letter_model import d_A, d_B, g_A, g_B
from symsync.claims.common import vanishes
from symsync.claims.ledger import Equations, Evidence, claim, proved
from symsync.claims.printed import COEFFICIENT
from symsync.expressions.definitions import written_out
from symsync.expressions.symbols import epsilon, phi

_RNG = np.random.default_rng(7)
POINTS = {
    name: 10.0 ** _RNG.uniform(-1, 1, 100)
    for name in ("epsilon", "Delta", "gamma_g_A", "gamma_d_A", "gamma_g_B", "gamma_d_B")
}
"""Generic points within one decade of 1."""


def _at(equations: Equations, name: str, **changed: Any) -> Any:
    return equations[name].function(extra="ignore", invalid="nan")(**{**POINTS, **changed})


def _agree(figure: str, found: Any, wanted: Any) -> Evidence:
    error = float(np.nanmax(np.abs(found / wanted - 1)))
    return Evidence("measured", f"{figure}: largest relative difference {error:.0e}", error < 1e-11)


@claim(
    "At γ^d_B = γ^d_A + γ^g_B − γ^g_A first order has no locking, but N is twice that of one "
    "coherence",
    "Beyond the Letter",
    see=("blockade", "blockade_negativity"),
)
def blockaded(equations: Equations) -> Evidence:
    rate = equations["blockade"].rhs
    locked = equations["S_rel_max"].rhs.subs(d_B, rate)
    there = written_out(equations["blockade_negativity"].rhs)
    left = there**2 - equations["negativity"].rhs.subs(d_B, rate) ** 2
    return proved("max S_rel is 0, and both negativities agree", locked == 0 and vanishes(left))


@claim(
    "max S_rel per N is the ratio of the two, and never above 9π/128",
    "Beyond the Letter",
    see=("locking_per_negativity", "S_rel_max", "negativity"),
)
def locking_per_entanglement(equations: Equations) -> Evidence:
    ratio = _at(equations, "locking_per_negativity")
    wanted = _at(equations, "S_rel_max") / _at(equations, "negativity")
    found = _agree("on 100 points", ratio, wanted)
    below = bool((ratio <= float(COEFFICIENT)).all())
    return Evidence(found.method, f"{found.figure}; below 9π/128", found.holds and below)


@claim(
    "The rates of a given S_rel(0) and N give back both",
    "Beyond the Letter",
    see=("rates_of_locking", "S_rel_resonant", "negativity_resonant"),
)
def rates_give_back(equations: Equations) -> Evidence:
    plus, minus = written_out(equations["rates_of_locking"].rhs)
    back = {d_A: plus / 2, g_B: plus / 2, g_A: minus / 2, d_B: minus / 2, phi: 0}
    wanted = {symbol.name: symbol for symbol in equations["rates_of_locking"].parameters}
    pairs = {"S_rel_resonant": "S_rel_zero", "negativity_resonant": "entanglement"}
    left = [
        equations[name].rhs.subs(back, simultaneous=True) - wanted[symbol]
        for name, symbol in pairs.items()
    ]
    return proved("both differences are zero", all(map(vanishes, left)))


@claim(
    "At the tongue's coupling, and at its detuning, max S_rel is the threshold",
    "Beyond the Letter",
    see=("tongue_coupling", "tongue_detuning", "S_rel_max"),
)
def tongue_boundary(equations: Equations) -> Evidence:
    threshold = 0.5 * _at(equations, "S_rel_max", Delta=0.0)
    coupling = _at(equations, "tongue_coupling", threshold=threshold)
    detuning = np.nan_to_num(_at(equations, "tongue_detuning", threshold=threshold))
    errors = [
        np.nanmax(np.abs(_at(equations, "S_rel_max", **there) / threshold - 1))
        for there in ({"epsilon": coupling}, {"Delta": detuning})
    ]
    worst = float(max(errors))
    return Evidence("measured", f"largest relative difference {worst:.0e}", worst < 1e-11)


@claim(
    "The exact first harmonic on resonance is that of the numeric steady state, falls at strong "
    "coupling as its leading term says, and vanishes at the reversal",
    "Beyond the Letter",
    see=("first_harmonic_exact", "first_harmonic_strong", "reversal"),
)
def first_harmonic(equations: Equations) -> Evidence:
    values: dict[str, Any] = {**POINTS, "Delta": 0.0}
    rho = reference.steady_state(**values)
    angles = 2 * np.pi * np.arange(8) / 8
    waves = reference.S_rel(rho[:, None], angles) @ np.cos(angles) / 4
    error = float(np.abs(_at(equations, "first_harmonic_exact") - waves).max())
    exact = written_out(equations["first_harmonic_exact"].rhs)
    some = {g_A: 2, d_A: 1, g_B: Rational(3, 2), d_B: 3}
    strong = written_out(equations["first_harmonic_strong"].rhs).subs(some)
    ratio = limit((exact.subs(some) / strong).cancel(), epsilon, oo)
    reversed_ = written_out(equations["S_rel_exact_reversed"].rhs).coeff(cos(phi))
    zero = (reversed_ / pi).subs(epsilon, equations["reversal"].rhs)
    return Evidence(
        "proved and measured",
        f"difference from the reference {error:.0e}; ratio {ratio} for ε → ∞; zero at the reversal",
        error < 1e-13 and ratio == 1 and zero.equals(0) is True,
    )


@claim(
    "In the exact state each single phase stays uniform",
    "Beyond the Letter",
    see=("individual_phases_exact", "reference.phase_distribution"),
)
def single_phases(equations: Equations) -> Evidence:
    angles = np.linspace(0, 6, 7)
    rho = reference.steady_state(**{name: value[:20] for name, value in POINTS.items()})
    worst = max(
        float(np.abs(reference.phase_distribution(rho[:, None], site, angles)).max())
        for site in "AB"
    )
    zero = tuple(equations["individual_phases_exact"].rhs) == (0, 0)
    return Evidence(
        "proved and measured", f"0; reference below {worst:.0e}", zero and worst < 1e-13
    )
