"""The page of the Letter: its formulas, its cycles and its figures."""

from typing import Any

from sympy import symbols

from symsync.catalogue.index import equations
from symsync.catalogue.letter_model import BALANCED, REVERSED, WINDOW
from symsync.explorer.contents import Axis, Contents, Curves, Map, Preset, sliders
from symsync.formula import equation
from symsync.measures.husimi_function import husimi

__all__ = ["RANGES", "START", "letter_contents"]

_MAPS = {
    "S_rel_max_exact": "S_rel_max",
    "negativity_exact": "negativity",
    "mutual_information_exact": "mutual_information_leading",
}
_ROWS = _MAPS | {
    "locking_phase_exact": "locking_phase",
    "mu_plus_exact": "mu_plus",
    "mu_minus_exact": "mu_minus",
    "purity_exact": None,
}
_LISTED = (
    "S_rel", "S_rel_max", "locking_phase", "negativity", "mutual_information_leading", "mu_plus",
    "mu_minus", "S_rel_exact", "S_rel_max_exact", "negativity_exact", "mutual_information_exact",
    "populations_exact", "individual_phases_exact",
)  # fmt: skip
_UNLISTED = ("locking_phase_exact", "mu_plus_exact", "mu_minus_exact", "purity_exact")
"""What the formulas above hold already, in other words."""

_POINT = {"epsilon": WINDOW["epsilon"], "Delta": 0.0}
_TONGUE = (Axis("Delta", -WINDOW["Delta"], WINDOW["Delta"]), Axis("epsilon", 0, WINDOW["epsilon"]))
_RATES = (Axis("gamma_g_B", 0.1, 100, True), Axis("gamma_d_B", 0.1, 100, True))

START = {**REVERSED, **_POINT}
"""Where the sliders of the Letter's parameters stand at first."""

RANGES = {"epsilon": (0.0, 0.3), "Delta": (-5.0, 5.0)}
"""The ranges of its sliders that are not those of rates."""

_PRESETS = [
    Preset("Reversed", "Each spin gains at the rate at which the other is damped.", REVERSED),
    Preset(
        "Balanced",
        "Each spin gains as it is damped: entangled, and to first order not locked.",
        {**BALANCED, "gamma_g_B": 10.0, "gamma_d_B": 10.0},
    ),
    Preset(
        "Identical",
        "Both spins have the same rates: the second harmonic alone is left.",
        {"gamma_g_A": 10.0, "gamma_d_A": 1.0, "gamma_g_B": 10.0, "gamma_d_B": 1.0},
    ),
    Preset("Fig. 2", "Phases of the reversed pair.", START, _TONGUE, "phase"),
    Preset("Fig. 3", "Its tongues.", START, _TONGUE, "maps"),
    Preset(
        "Fig. 4",
        "A balanced spin A beside a spin B of any rates.",
        {**BALANCED, "gamma_g_B": 1.0, "gamma_d_B": 100.0, **_POINT},
        _RATES,
        "maps",
    ),
]


def letter_contents(values: dict[str, Any], ranges: dict[str, Any]) -> Contents:
    """Return what the Letter is about, for its two spins 1."""
    page = Contents(
        title="Two spins that synchronize",
        about="Two spins 1, each stabilised to a limit cycle, weakly coupled. How far does their "
        "relative phase lock, and how far are they entangled?",
        sliders=sliders(equations["S_rel_max_exact"].parameters, START | values, RANGES | ranges),
        preamble="import symsync",
        axes=_TONGUE,
        curves=[Curves("S_rel_exact", "S_rel", ("locking_phase_exact", "locking_phase"))],
        maps=[Map(exact, first) for exact, first in _MAPS.items()],
        rows=[Map(exact, first) for exact, first in _ROWS.items()],
        alone=["p_A", "p_B"],
        bars=[str(side) for side in equations["populations_exact"].lhs.args],
        presets=_PRESETS,
    )
    for name in (*_LISTED, *_UNLISTED):
        python = f'symsync.equations["{name}"]'
        page.add(equations[name], python, is_listed=name in _LISTED)
    together = (
        _MAPS, _MAPS.values(), ("S_rel_exact",), ("S_rel",), ("individual_phases_exact",),
        ("locking_phase_exact", "purity_exact", "populations_exact"), ("locking_phase",),
        ("mu_plus",), ("mu_minus",), ("mu_plus_exact",),
        ("mu_minus_exact",),
    )  # fmt: skip
    for names in together:
        page.compute(*(equations[name] for name in names))
    _add_spheres(page)
    return page


def _add_spheres(page: Contents) -> None:
    """Add the Husimi function of each spin, in closed form."""
    state, angles = equations.model.exact_state, symbols("theta phi", real=True)
    for site in "AB":
        q = husimi(state.partial_trace(site), angles)
        sphere = equation(f"Q_{site}", q, "Eq. (3) before its integrals", "exact")
        python = (
            f'symsync.equation("Q_{site}", symsync.husimi(symsync.exact_state(symsync.spin_pair())'
            f'.partial_trace("{site}"), sympy.symbols("theta phi", real=True)))'
        )
        page.add(sphere, python, f"Q_{site}", f"Husimi function of spin {site}")
        page.compute(sphere)
        page.spheres.append(sphere.label)
