"""The formulas of an edge and of a path of two edges, for any limit cycle and coupling."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import pairwise, product
from typing import Any

from sympy import Add, Expr, S, Symbol

from symsync.derive.corrections import Series
from symsync.derive.series import steady_series
from symsync.expressions.checks import whole
from symsync.expressions.symbols import Delta, declare, frequency
from symsync.formula import Equation, equation
from symsync.large_networks.any_edge import (
    SITES,
    Couple,
    Cycle,
    Energy,
    as_jump,
    coupling_of_any_edge,
    cycle_of_any_site,
    energy_of_any_site,
    named,
    on_edge,
    placed,
    renamed,
    scaled,
    symbols_of,
)
from symsync.measures.entanglement import negativity
from symsync.measures.phase_locking import relative_phase_harmonics
from symsync.model.coupling import Coupling, Dissipation
from symsync.model.graphs import own_cycle
from symsync.model.limit_cycle import Jump, LimitCycle
from symsync.model.spin import on_kets
from symsync.model.system import Exchange, System, place

__all__ = ["Delta_AB", "Delta_BC", "Harmonics", "Motifs", "path_formulas", "unit_exchange"]

Delta_AB = declare("Delta_AB", r"\Delta_{AB}", "detuning ω_A − ω_B", "1/time", real=True)
Delta_BC = declare("Delta_BC", r"\Delta_{BC}", "detuning ω_B − ω_C", "1/time", real=True)

RESERVED = {"omega", "edges", "strengths", "frequencies", "cycle", "coupling", "kinds"}
RESERVED |= {"hamiltonian", "strong"}
"""Names that a network has for something else."""

Harmonics = dict[int, Equation]
"""The formula of each harmonic c_k with k > 0."""


def unit_exchange(a: str, b: str) -> Exchange:
    """Return the Letter's exchange of strength 1, which a network's strengths multiply."""
    return Exchange(a, b, 1)


@dataclass(frozen=True)
class Motifs:
    """The formulas of an edge A – B and of a path A – B – C, derived for couplings of strength 1.

    Parameters
    ----------
    cycle
        The limit cycle of a site, or a function that returns the cycle of a label; or a list of
        these, if a network has sites of several kinds.
    coupling
        A function that returns the coupling of two labels.  A strength s multiplies it: the term of
        the Hamiltonian, or the rate of a shared jump.
    hamiltonian
        What is diagonal in |m⟩ on each site beyond its frequency, without a site, such as
        K S^z², or as a function of a label; or a list of these, one for each cycle.

    Each symbol stands for one value of each site, or of each edge: `gain` becomes gain_A, gain_B
    and gain_C.  A function of labels may name them so itself.

    Raises
    ------
    ValueError
        If `cycle`, `coupling` or `hamiltonian` is no such function, treats labels differently, or
        locks no relative phase, or if the coupling moves the phase of one site alone.

    Examples
    --------
    Two quanta are exchanged between spins 1 with gain and loss:

    >>> from sympy import symbols
    >>> from symsync import Coupling, S_minus, S_plus, van_der_pol
    >>> from symsync.large_networks import Motifs
    >>> def two_quanta(a, b):
    ...     forth, back = S_plus(a) ** 2 * S_minus(b) ** 2, S_plus(b) ** 2 * S_minus(a) ** 2
    ...     return Coupling((forth + back) / 4)
    >>> motifs = Motifs(van_der_pol(*symbols("gain loss", positive=True)), two_quanta)
    >>> list(motifs.edge(1)), list(motifs.edge(2)), list(motifs.path())
    ([2], [], [2])
    """

    cycles: tuple[LimitCycle, ...]
    coupling: Coupling | Dissipation
    energies: tuple[Expr, ...]

    def __init__(
        self,
        cycle: Cycle | Sequence[Cycle] = own_cycle,
        coupling: Couple = unit_exchange,
        hamiltonian: Energy | Sequence[Energy] = 0,
    ) -> None:
        cycles = list(cycle) if isinstance(cycle, Sequence) else [cycle]
        if not (cycles and all(isinstance(each, LimitCycle) or callable(each) for each in cycles)):
            raise ValueError(
                "Argument `cycle` must be a limit cycle, a function of a site's label or a list of "
                f"these, but is {cycle!r}. Write equatorial(gain, damping)."
            )
        if not callable(coupling):
            raise ValueError(
                f"Argument `coupling` must be a function of two labels, but is {coupling!r}. "
                "Write Exchange."
            )
        object.__setattr__(self, "cycles", tuple(map(cycle_of_any_site, cycles)))
        object.__setattr__(self, "coupling", coupling_of_any_edge(coupling))
        object.__setattr__(self, "energies", _energies(hamiltonian, self.cycles))
        for change in self._changes:
            if (change[0] == 0) != (change[1] == 0):
                raise ValueError(
                    "Argument `coupling` must change m of both sites or of neither, but "
                    f"{self.coupling.operator} changes that of one alone, whose phase then depends "
                    "on all its neighbours. Use exact_state or steady_series of a System."
                )
        if not self._changes - {(0, 0)}:
            raise ValueError(
                f"Argument `coupling` must exchange quanta, but {self.coupling.operator} changes "
                "no m, so that it locks no relative phase. Write Exchange."
            )
        taken = {*self.site_columns} & {*self.edge_columns}
        taken |= RESERVED & {*self.site_columns, *self.edge_columns}
        if taken:
            raise ValueError(
                f"The cycle or the coupling holds the symbol {min(taken)}, which stands for "
                "something else in a network. Choose another name."
            )

    # The model --------------------------------------------------------------------------------

    @cached_property
    def site_columns(self) -> dict[str, Symbol]:
        """{name: symbol} of what each site has a value of."""
        return named(s for kind in range(len(self.cycles)) for s in self._symbols_of(kind))

    @cached_property
    def edge_columns(self) -> dict[str, Symbol]:
        """{name: symbol} of what each edge has a value of, apart from its strength."""
        return named(symbols_of(as_jump(self.coupling)))

    def columns_of(self, kind: int) -> set[str]:
        """Return the names of the values that a site of this kind has."""
        return {symbol.name for symbol in self._symbols_of(kind)}

    def _symbols_of(self, kind: int) -> set[Symbol]:
        return symbols_of(*self.cycles[kind].jumps, Jump(S.One, self.energies[kind]))

    @cached_property
    def _changes(self) -> set[tuple[Any, Any]]:
        """The changes of m_A − m_A′ and m_B − m_B′ that the coupling makes at once."""
        found = set()
        for a, b in product(self.cycles, repeat=2):
            spins = {"A": a.spin, "B": b.spin}
            try:
                images = on_kets(self.coupling.operator, spins)
            except ValueError:  # a transition that only another kind has
                continue
            steps = {
                (target[0] - ket[0], target[1] - ket[1])
                for ket, image in images.items()
                for target in image
            }
            if isinstance(self.coupling, Dissipation):
                steps = {(a[0] - b[0], a[1] - b[1]) for a in steps for b in steps}
            found |= steps
        return found

    @property
    def conserves(self) -> bool:
        """Whether only differences of frequencies matter."""
        return all(a + b == 0 for a, b in self._changes)

    @property
    def reaches_beyond(self) -> bool:
        """Whether an edge acts on a site without changing its m, and so on its other edges."""
        return (0, 0) in self._changes

    @property
    def turn(self) -> tuple[Any, Any] | None:
        """The changes (q_A, q_B) with q_A > 0, if V = O + O† has no others.

        A complex strength s then means sO + s*O†: its phase turns a site about z.
        """
        upward = {change for change in self._changes if change[0] > 0}
        one = len(upward) == 1 and not self.reaches_beyond
        return min(upward) if one and isinstance(self.coupling, Coupling) else None

    @cached_property
    def parity(self) -> int:
        """1 or −1 if an edge from B to A is that from A to B with this factor, otherwise 0."""
        found = set()
        for a, b in product(self.cycles, repeat=2):
            spins = {"A": a.spin, "B": b.spin}
            try:
                forth = on_kets(self.coupling.operator, spins)
                back = on_kets(placed(self.coupling.operator, "B", "A"), spins)
            except ValueError:
                return 0
            opposite = {
                ket: {target: -value for target, value in image.items()}
                for ket, image in back.items()
            }
            found.add(1 if forth == back else -1 if forth == opposite else 0)
        sign = found.pop() if len(found) == 1 else 0
        return abs(sign) if isinstance(self.coupling, Dissipation) else sign

    # The formulas -----------------------------------------------------------------------------

    def edge(self, order: int, kinds: tuple[int, int] = (0, 0)) -> Harmonics:
        """Return {k: c_k/ε^order} of φ_A − φ_B of an edge A – B of strength ε, of one order.

        Parameters
        ----------
        order
            1 or 2.
        kinds
            The places of the two sites' cycles in the list of cycles.

        Returns
        -------
        dict
            An equation for each harmonic k > 0 that does not vanish.

        Raises
        ------
        ValueError
            If a cycle has no unique steady state, or a coherence does not decay.

        Examples
        --------
        >>> from symsync.large_networks import Motifs
        >>> [symbol.name for symbol in Motifs().edge(1)[1].parameters]
        ['Delta', 'gamma_d_A', 'gamma_d_B', 'gamma_g_A', 'gamma_g_B']
        """
        return _edge(self, whole("order", order, 1, 2), kinds)

    def path(
        self, kinds: tuple[int, int, int] = (0, 0, 0), forward: tuple[bool, bool] = (True, True)
    ) -> Harmonics:
        """Return {k: c_k/(ε_AB ε_BC)} of φ_A − φ_C of a path A – B – C, at second order.

        Parameters
        ----------
        kinds
            The places of the three sites' cycles in the list of cycles.
        forward
            Whether the edges go from A to B and from B to C, or backwards.

        Returns
        -------
        dict
            An equation for each harmonic k > 0 that does not vanish.

        Raises
        ------
        ValueError
            If a cycle has no unique steady state, or a coherence does not decay.

        Examples
        --------
        >>> from symsync.large_networks import Motifs
        >>> list(Motifs().path())
        [1]
        """
        return path_formulas(self, kinds, forward)["AC"]

    def negativity(self, kinds: tuple[int, int] = (0, 0)) -> Equation:
        """Return N/|s| of an edge at first order."""
        return _negativity(self, kinds)

    def _system(self, kinds: tuple[int, ...], forward: tuple[bool, ...]) -> System:
        """Return the edge or the path as a model whose symbols name the sites."""
        sites = SITES[: len(kinds)]
        edges = [
            (a, b) if onward else (b, a)
            for (a, b), onward in zip(pairwise(sites), forward, strict=True)
        ]
        detunings: dict[str, Expr] = {site: frequency(site) for site in sites}
        if self.conserves:
            detunings = {"A": Delta} if len(sites) == 2 else {"A": Delta_AB, "C": -Delta_BC}
        cycles = {
            site: LimitCycle(cycle.spin, [renamed(jump, site) for jump in cycle.jumps])
            for site, cycle in zip(sites, (self.cycles[kind] for kind in kinds), strict=True)
        }
        energies = (
            place(renamed(Jump(S.One, self.energies[kind]), site).operator, site)
            for site, kind in zip(sites, kinds, strict=True)
        )
        couplings = [on_edge(self.coupling, a, b) for a, b in edges]
        return System(cycles, couplings, detunings, hamiltonian=Add(*energies))


def _energies(
    hamiltonian: Energy | Sequence[Energy], cycles: tuple[LimitCycle, ...]
) -> tuple[Expr, ...]:
    """Return what is diagonal on the sites of each cycle."""
    one = not isinstance(hamiltonian, Sequence)
    given: Any = [hamiltonian] * len(cycles) if one else hamiltonian
    if len(given) != len(cycles):
        raise ValueError(
            f"Argument `hamiltonian` must have one term for each of the {len(cycles)} cycles, but "
            f"has {len(given)}."
        )
    found = tuple(map(energy_of_any_site, given))
    for cycle, energy in zip(cycles, found, strict=True):
        System({"A": cycle}, [], hamiltonian=place(energy, "A"))  # which must be diagonal
    return found


@cache
def _series(motifs: Motifs, kinds: tuple[int, ...], forward: tuple[bool, ...]) -> Series:
    return steady_series(motifs._system(kinds, forward))


@cache
def _edge(motifs: Motifs, order: int, kinds: tuple[int, int]) -> Harmonics:
    found = relative_phase_harmonics(_series(motifs, kinds, (True,))[order])
    power = r"/\varepsilon" + "^2" * (order == 2)
    return _formulas("edge", found, order, power, f"over ε{'²' * (order == 2)}")


@cache
def path_formulas(
    motifs: Motifs, kinds: tuple[int, int, int], forward: tuple[bool, bool]
) -> dict[str, Harmonics]:
    """Return `Motifs.path` as "AC", and what the path adds to its edges as "AB" and "BC"."""
    strengths = r"/(\varepsilon_{AB}\,\varepsilon_{BC})"
    ends = relative_phase_harmonics(_series(motifs, kinds, forward)[2], "A", "C")
    found = {"AC": _formulas("path", ends, 2, strengths, "of a path's ends over ε_AB ε_BC")}
    for edge in (0, 1):
        pair = SITES[edge : edge + 2]
        more = _crossed(motifs, kinds, forward, edge) if motifs.reaches_beyond else {}
        meaning = f"that a path adds to {pair} over ε_AB ε_BC"
        found[pair] = _formulas(f"path_{pair}", more, 2, strengths, meaning)
    return found


def _crossed(
    motifs: Motifs, kinds: tuple[int, int, int], forward: tuple[bool, bool], edge: int
) -> dict[Any, Expr]:
    """Return what both edges of a path together add to the harmonics of one of them.

    The second order is a quadratic form of the strengths, of which this is the mixed coefficient.
    """
    system = motifs._system(kinds, forward)
    strengths = [Symbol(f"strength_{k}", positive=True) for k in (1, 2)]
    couplings = [scaled(c, s) for c, s in zip(system.couplings, strengths, strict=True)]
    state = steady_series(replace(system, couplings=couplings))[2]
    found = relative_phase_harmonics(state, *SITES[edge : edge + 2])
    return {k: value.diff(*strengths) for k, value in found.items()}


@cache
def _negativity(motifs: Motifs, kinds: tuple[int, int]) -> Equation:
    lhs = declare("edge_negativity", r"\mathcal{N}/\varepsilon", "negativity of an edge", "time")
    formula = equation(lhs.name, negativity(_series(motifs, kinds, (True,)), order=1), order=1)
    return replace(formula, lhs=lhs, relation="≈")


def _formulas(
    name: str, harmonics: dict[Any, Expr], order: int, power: str, meaning: str
) -> Harmonics:
    found = {}
    for k, value in harmonics.items():
        if k > 0 and value != 0:
            lhs = declare(
                f"{name}_{order}_{k}", f"c_{{{k}}}{power}", f"harmonic c_{k} of φ {meaning}"
            )
            found[int(k)] = replace(equation(lhs.name, value, order=order), lhs=lhs, relation="≈")
    return found
