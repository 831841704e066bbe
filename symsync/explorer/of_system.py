"""The page of a system of one's own: its exact state, beside first order in its couplings."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import combinations, product
from math import prod
from typing import Any

from sympy import Expr, symbols

from symsync.derive.exact_state import exact_state
from symsync.derive.series import steady_series
from symsync.derive.state import State
from symsync.explorer.contents import Contents, Curves, Map, axes_of, sliders
from symsync.expressions.complex_parts import real_imag
from symsync.expressions.symbols import ket_name, pair_latex, site_latex
from symsync.formula import Equation, equation
from symsync.measures.entanglement import negativity
from symsync.measures.husimi_function import husimi
from symsync.measures.information import mutual_information, purity
from symsync.measures.phase_locking import S_rel, phase_distribution
from symsync.measures.phase_maximum import S_rel_maximum, locking_phase
from symsync.model.limit_cycle import sites_of
from symsync.model.spin import projections
from symsync.model.system import System

__all__ = ["system_contents"]

MOST_POPULATIONS = 27
"""Populations of three spins 1 fit on a page; of a larger system, those of each site do."""

MOST_PAIRS = 6
"""Pairs of sites that fit on a page; coupled ones come first."""

_PREAMBLE = """import sympy
import symsync

state = symsync.exact_state(system)  # `system` is your symsync.System
series = symsync.steady_series(system)"""
_FIXED = """ All its parameters are numbers; declare one as a symbol, such as
sympy.Symbol("k", positive=True), and it has a slider and an axis of maps."""
_EXACT, _SERIES, _FIRST = "state", "series", "series.partial_sum(1)"


def system_contents(system: System, values: dict[str, Any], ranges: dict[str, Any]) -> Contents:
    """Return locking, entanglement and phases of a system, for each pair of its sites."""
    strengths = {
        symbol.name
        for coupling in system.couplings
        for symbol in coupling.operator.free_symbols
        if symbol.is_nonnegative
    }
    start = dict.fromkeys(strengths, 0.1) | _reversed(system.spins) | values
    reach = dict.fromkeys(strengths, (0.001, 1.0)) | ranges
    found = sliders(system.parameters, start, reach)
    page = Contents(
        title=f"A system of {len(system.spins)} site{'s' * (len(system.spins) > 1)}",
        about="The exact steady state of a system of your own, beside first order in its "
        f"couplings.{'' if found else _FIXED}",
        sliders=found,
        preamble=_PREAMBLE,
        axes=axes_of(found, strengths),
    )
    _Filled(system, page)
    return page


def _reversed(sites: Iterable[str]) -> dict[str, float]:
    """Return reversed rates for neighbours, where a cycle's rates have the Letter's names."""
    rates: dict[str, float] = {}
    for k, site in enumerate(sites):
        gain, damping = (10.0, 1.0) if k % 2 == 0 else (1.0, 10.0)
        rates |= {f"gamma_g_{site}": gain, f"gamma_d_{site}": damping}
    return rates


class _Filled:
    """A system, and the page that is filled with what is known of it."""

    def __init__(self, system: System, page: Contents) -> None:
        self._page = page
        self._state = exact_state(system)
        self._spins = system.spins
        self._series: Any = None
        with suppress(NotImplementedError, ValueError):
            self._series = steady_series(system)
        self._together: dict[str, list[Equation]] = defaultdict(list)
        for a, b in _pairs(system):
            self._add_pair(a, b)
        for site in self._spins:
            self._add_site(site)
        self._add_populations()
        for equations in self._together.values():
            page.compute(*equations)  # one elimination gives them all

    def _exact(self, label: str, symbol: str, words: str, rhs: Expr, python: str) -> Equation:
        made = equation(label, rhs, "derived", "exact")
        self._page.add(made, f'symsync.equation("{label}", {python})', symbol, words)
        return made

    def _weak(self, exact: Equation, rhs: Callable[[], Expr], python: str) -> list[Equation]:
        """Return the same to lowest order, if that is known."""
        words = self._page.quantities[exact.label]
        label = f"{exact.label}_first"
        if self._series is not None:
            with suppress(NotImplementedError, ValueError):
                made = equation(label, rhs(), "derived", 1)
                python = f'symsync.equation("{label}", {python})'
                self._page.add(made, python, words.symbol_latex, words.meaning)
                return [made]
        return []

    def _add_pair(self, a: str, b: str) -> None:
        """Add what is shown of two sites."""
        page, state, index, sites = self._page, self._state, pair_latex(a, b), f'"{a}", "{b}"'
        is_all = len(self._spins) == 2
        both: State = state
        part = _EXACT
        if not is_all:
            both, part = state.partial_trace(a, b), f"{_EXACT}.partial_trace({sites})"
        ab, words = f"{a}_{b}", f"of {a} and {b}"
        largest = self._exact(
            f"S_rel_max_{ab}", rf"\max_\phi S_{{{index}}}", f"maximum of S_rel {words}",
            S_rel_maximum(state, a, b), f"symsync.S_rel_maximum({_EXACT}, {sites})",
        )  # fmt: skip
        N = self._exact(
            f"negativity_{ab}", rf"\mathcal{{N}}_{{{index}}}", f"negativity {words}",
            negativity(both, a), f'symsync.negativity({part}, "{a}")',
        )  # fmt: skip
        I = self._exact(  # noqa: E741  # the Letter's name
            f"mutual_information_{ab}", f"I_{{{index}}}", f"mutual information {words}",
            mutual_information(both, a), f'symsync.mutual_information({part}, "{a}")',
        )  # fmt: skip
        weak: dict[Equation, list[Equation]] = {largest: [], N: [], I: []}
        weak[largest] = self._weak(
            largest, lambda: S_rel_maximum(self._series.partial_sum(1), a, b),
            f"symsync.S_rel_maximum({_FIRST}, {sites})",
        )  # fmt: skip
        if is_all:
            weak[N] = self._weak(
                N, lambda: negativity(self._series, a, order=1),
                f'symsync.negativity({_SERIES}, "{a}", order=1)',
            )  # fmt: skip
            weak[I] = self._weak(
                I, lambda: mutual_information(self._series, a, order=2),
                f'symsync.mutual_information({_SERIES}, "{a}", order=2)',
            )  # fmt: skip
        self._together["measures"] += weak
        self._together["weak measures"] += [made for several in weak.values() for made in several]
        for each, several in weak.items():
            page.maps.append(Map(each.label, several[0].label if several else None))
            page.rows.append(page.maps[-1])
        self._add_phase(a, b, index)

    def _add_phase(self, a: str, b: str, index: str) -> None:
        """Add the distribution of a relative phase and where it is largest."""
        sites, words = f'"{a}", "{b}"', f"relative phase of {a} and {b}"
        exact = self._exact(
            f"S_rel_{a}_{b}", rf"S_{{{index}}}(\phi)", f"distribution of the {words}",
            S_rel(self._state, a, b), f"symsync.S_rel({_EXACT}, {sites})",
        )  # fmt: skip
        weak = self._weak(exact, lambda: S_rel(self._series.partial_sum(1), a, b),
                          f"symsync.S_rel({_FIRST}, {sites})")  # fmt: skip
        place = self._exact(
            f"locking_phase_{a}_{b}", rf"\phi_{{{index}}}", f"most probable {words}",
            locking_phase(self._state, a, b), f"symsync.locking_phase({_EXACT}, {sites})",
        )  # fmt: skip
        where = self._weak(place, lambda: locking_phase(self._series.partial_sum(1), a, b),
                           f"symsync.locking_phase({_FIRST}, {sites})")  # fmt: skip
        self._together["phases"] += [exact]
        self._together["weak phases"] += weak
        self._together["numbers"] += [place]
        self._together["weak numbers"] += where
        labels = tuple(each.label for each in (place, *where))
        self._page.rows.append(Map(*labels))
        self._page.curves.append(Curves(exact.label, weak[0].label if weak else None, labels))

    def _add_site(self, site: str) -> None:
        """Add the Husimi function of a site and the distribution of its own phase."""
        alone: State = self._state
        part, index = _EXACT, site_latex(site)
        if len(self._spins) > 1:
            alone, part = alone.partial_trace(site), f'{_EXACT}.partial_trace("{site}")'
        sphere = self._exact(
            f"Q_{site}", f"Q_{{{index}}}", f"Husimi function of {site}",
            husimi(alone, symbols("theta phi", real=True)),
            f'symsync.husimi({part}, sympy.symbols("theta phi", real=True))',
        )  # fmt: skip
        phase = self._exact(
            f"phase_{site}", rf"p_{{{index}}}(\phi)", f"distribution of the phase of {site}",
            phase_distribution(self._state, site),
            f'symsync.phase_distribution({_EXACT}, "{site}")',
        )  # fmt: skip
        self._together["spheres"] += [sphere]
        self._together["phases"] += [phase]
        self._page.spheres.append(sphere.label)
        if len(self._spins) > 1:
            self._page.alone.append(phase.label)
        else:
            self._add_alone(phase)

    def _add_alone(self, phase: Equation) -> None:
        """Add what is shown of a single site: its phase, and how pure it is."""
        self._page.curves.append(Curves(phase.label, None, ()))
        made = self._exact(
            "purity", r"\operatorname{Tr} \rho^2", "purity", purity(self._state),
            f"symsync.purity({_EXACT})",
        )  # fmt: skip
        self._together["measures"].append(made)
        self._page.maps.append(Map(made.label))
        self._page.rows.append(Map(made.label))

    def _add_populations(self) -> None:
        """Add the populations of all sites together, or of each if those are too many."""
        for labels in self._groups():
            state: State = self._state
            part = _EXACT
            if len(labels) < len(self._spins):
                sites = ", ".join(f'"{label}"' for label in labels)
                state, part = state.partial_trace(*labels), f"{_EXACT}.partial_trace({sites})"
            for ket in product(*(projections(self._spins[label]) for label in labels)):
                name = ket_name(ket) if len(labels) == len(self._spins) else f"{labels[0]}_{ket[0]}"
                name = name.replace("-", "m").replace("/", "h")
                index = ",".join(f"{{{m}}}" for m in ket)
                index = index if len(labels) == len(self._spins) else f"{labels[0]}:{index}"
                value = equation(f"p_{name}", real_imag(state[ket, ket])[0], "derived", "exact")
                python = f'symsync.equation("p_{name}", sympy.re({part}[{ket}, {ket}]))'
                self._page.add(value, python, f"p_{{{index}}}", f"population {index}", False)
                self._together["numbers"].append(value)
                self._page.bars.append(value.label)

    def _groups(self) -> Iterator[tuple[str, ...]]:
        every = tuple(self._spins)
        size = prod(int(2 * spin) + 1 for spin in self._spins.values())
        yield from [every] if size <= MOST_POPULATIONS else [(site,) for site in every]


def _pairs(system: System) -> list[tuple[str, str]]:
    """Return the pairs of sites that are shown: coupled ones, or all of a system of two."""
    coupled = [sites_of(coupling.operator) for coupling in system.couplings]
    every = list(combinations(system.spins, 2))
    first = [pair for pair in every if any(set(pair) <= sites for sites in coupled)]
    return (first or every)[:MOST_PAIRS]
