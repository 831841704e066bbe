"""The generator of a system on matrix units: its action, the closure of a source, its components.

The generator maps one matrix unit to a few others, whatever the size of the Hilbert space:

    L |k)(b| = Σ G|k)(b| + |k)(b|G† + Σ_j rate_j O_j|k)(b|O_j†,   G = −iH − ½ Σ_j rate_j O_j†O_j.

Coefficients are elements of one polynomial ring over ℚ or ℚ(i).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any

from sympy import Add, Expr, I, Rational, conjugate, expand
from sympy.polys.rings import PolyElement, PolyRing
from sympy.utilities.iterables import strongly_connected_components

from symsync.derive.phase_ring import PhaseRing
from symsync.derive.state import Element, accumulate, without_zeros
from symsync.model.spin import Ket, adjoint, on_kets, words
from symsync.model.system import (
    Jump,
    System,
    interaction_of,
    require_system,
    shared_jumps_of,
)

__all__ = [
    "Action",
    "Liouvillian",
    "Term",
    "closure",
    "components",
    "rows",
]

Action = Callable[[Element], dict[Element, PolyElement]]
Term = tuple[frozenset[int], Action]
"""The indices of the sites that a part of the generator acts on, and its action."""


@dataclass(frozen=True)
class _Local:
    """A linear map of a few places as a table: local ket → [(local ket′, coefficient)].

    The places are those of a ket's sites, or of a ket and a bra laid end to end.
    """

    indices: tuple[int, ...]
    table: Mapping[Ket, list[tuple[Ket, Any]]]

    def on(self, ket: Ket) -> Iterator[tuple[Ket, Any]]:
        for image, coefficient in self.table[tuple(ket[index] for index in self.indices)]:
            target = list(ket)
            for index, m in zip(self.indices, image, strict=True):
                target[index] = m
            yield tuple(target), coefficient

    def mapped(self, convert: Callable[[Any], Any], shift: int = 0) -> "_Local":
        table = {
            ket: [(target, convert(value)) for target, value in images]
            for ket, images in self.table.items()
        }
        return _Local(tuple(index + shift for index in self.indices), table)

    def values(self) -> list[Any]:
        return [value for images in self.table.values() for _, value in images]


def _locals(operator: Any, spins: Mapping[str, Rational]) -> list[_Local]:
    """Split an operator by the sites it acts on and tabulate each part."""
    order = list(spins)
    parts: dict[tuple[str, ...], Any] = {}
    for scalar, word in words(operator):
        sites = tuple(sorted({factor.site for factor in word}, key=order.index))
        term = scalar
        for factor in word:
            term = term * factor
        parts[sites] = parts.get(sites, 0) + term
    found = []
    for sites, part in parts.items():
        images = on_kets(part, {site: spins[site] for site in sites})
        table = {ket: list(image.items()) for ket, image in images.items()}
        found.append(_Local(tuple(order.index(site) for site in sites), table))
    return found


def _sandwiches(jump: Jump, spins: Mapping[str, Rational]) -> list[_Local]:
    """Return ρ ↦ rate·OρO† as maps of ket and bra laid end to end.

    Coefficients are multiplied as expressions, so that products of square roots become rational.
    """
    parts = _locals(jump.operator, spins)
    found = []
    for left, right in product(parts, repeat=2):
        table = {
            ket + bra: [
                (ket_target + bra_target, expand(jump.rate * a * conjugate(b)))
                for ket_target, a in kets
                for bra_target, b in bras
            ]
            for ket, kets in left.table.items()
            for bra, bras in right.table.items()
        }
        places = left.indices + tuple(index + len(spins) for index in right.indices)
        found.append(_Local(places, table))
    return found


def _decay(jumps: Iterable[Jump]) -> Expr:
    """Return ½ Σ rate·O†O."""
    return Add(*(jump.rate * adjoint(jump.operator) * jump.operator for jump in jumps)) / 2


def _parts_of(
    hamiltonian: Any, jumps: Iterable[Jump], spins: Mapping[str, Rational]
) -> tuple[list[_Local], list[_Local]]:
    """Return a part of the generator: what acts from the left, and from both sides."""
    listed = list(jumps)
    from_left = _locals(-I * hamiltonian - _decay(listed), spins)
    return from_left, [local for jump in listed for local in _sandwiches(jump, spins)]


class Liouvillian:
    """The generator of a system in two parts: without weak couplings, and these alone.

    Parameters
    ----------
    system
        The model.
    constants
        Further expressions that the ring shall contain, such as the populations of ρ₀.

    Attributes
    ----------
    ring
        The polynomial ring of all coefficients: symbols of the model over ℚ or ℚ(i).
    constants
        The further expressions as elements of the ring.
    free, coupling
        The actions L₀ and L₁ρ = −i[V, ρ] + Σ κ D[O]ρ of one matrix unit:
        element → {element: coefficient}.
    """

    def __init__(self, system: System, constants: Iterable[Expr] = ()) -> None:
        require_system(system)
        self._recipe = system, tuple(constants)
        self.spins = system.spins
        strong = system.strong_part
        parts = [
            _parts_of(system.free_hamiltonian + strong.interaction,
                      (*system.jumps, *strong.shared_jumps), self.spins),
            *(
                _parts_of(interaction_of([each]), shared_jumps_of([each]), self.spins)
                for each in system.weak_couplings
            ),
        ]  # fmt: skip
        numbers = [value for part in parts for locals_ in part for local in locals_
                   for value in local.values()]  # fmt: skip
        numbers += [conjugate(value) for value in numbers]
        rings = PhaseRing([*numbers, *self._recipe[1]])
        self.ring: PolyRing = rings.ring
        self.constants = rings.elements[len(numbers) :]
        known = dict(zip(numbers, rings.elements, strict=False))
        convert, size = known.__getitem__, len(self.spins)
        self._free, *self._couplings = (
            [
                *(local.mapped(convert) for local in (*left, *both)),
                *(local.mapped(lambda value: convert(conjugate(value)), size) for local in left),
            ]
            for left, both in parts
        )
        self._coupling = [local for part in self._couplings for local in part]

    def __reduce__(self) -> tuple[Any, ...]:
        return Liouvillian, self._recipe

    def terms_of_free(self) -> list["Term"]:
        """Return L₀ as maps that each act on the ket and the bra of one site."""
        return self._terms(self._free)

    def terms_of_coupling(self, which: int | None = None) -> list["Term"]:
        """Return L₁, or the part of one coupling, as maps that each act on few sites."""
        return self._terms(self._coupling if which is None else self._couplings[which])

    def _terms(self, found: list[_Local]) -> list["Term"]:
        size = len(self.spins)
        return [
            (frozenset(index % size for index in local.indices), partial(_image, [local]))
            for local in found
        ]

    def free(self, element: Element) -> dict[Element, PolyElement]:
        """Return L₀|k)(b|."""
        return _image(self._free, element)

    def coupling(self, element: Element, which: int | None = None) -> dict[Element, PolyElement]:
        """Return −i[V, |k)(b|] + Σ κ D[O]|k)(b|.

        Parameters
        ----------
        element
            (k, b).
        which
            The number of one weak coupling; by default all are meant.

        Returns
        -------
        dict
            {element: coefficient}.

        Raises
        ------
        IndexError
            If there is no such coupling.

        Examples
        --------
        >>> from symsync import Liouvillian, spin_pair
        >>> len(Liouvillian(spin_pair()).coupling(((0, 0), (0, 0))))
        4
        """
        return _image(self._coupling if which is None else self._couplings[which], element)

    def coupling_from_left(self, element: Element) -> dict[Element, PolyElement]:
        """Return (−iV − ½Σ κO†O)|k)(b|; its Hermitian adjoint acts from the right."""
        size = len(self.spins)
        from_left = [local for local in self._coupling if max(local.indices, default=0) < size]
        return _image(from_left, element)

    def full(self, element: Element) -> dict[Element, PolyElement]:
        """Return L|k)(b|, free and coupled."""
        out = dict(self.free(element))
        for target, value in self.coupling(element).items():
            accumulate(out, target, value)
        return without_zeros(out)


def _image(maps: Iterable[_Local], element: Element) -> dict[Element, PolyElement]:
    ket, bra = element
    out: dict[Element, Any] = {}
    for local in maps:
        for target, value in local.on(ket + bra):
            accumulate(out, (target[: len(ket)], target[len(ket) :]), value)
    return without_zeros(out)


def closure(action: Action, source: Iterable[Element]) -> dict[Element, dict[Element, Any]]:
    """Return {element: action(element)} for all that the action reaches from the source."""
    columns: dict[Element, dict[Element, Any]] = {}
    waiting = list(source)
    while waiting:
        element = waiting.pop(0)
        if element not in columns:
            columns[element] = action(element)
            waiting.extend(columns[element])
    return columns


def rows(columns: Mapping[Element, Mapping[Element, Any]]) -> dict[Element, dict[Element, Any]]:
    """Return the transpose of a closure: the equation that each element obeys."""
    equations: dict[Element, dict[Element, Any]] = {element: {} for element in columns}
    for source, column in columns.items():
        for target, value in column.items():
            equations[target][source] = value
    return equations


def components(columns: Mapping[Element, Mapping[Element, Any]]) -> list[list[Element]]:
    """Return the strongly connected components of a closure, each after the ones that feed it."""
    edges = [(target, source) for source, column in columns.items() for target in column]
    found: list[list[Element]] = strongly_connected_components((list(columns), edges))
    return found
