"""The eigenvalues of the generator, sector by sector.

The generator maps the elements |k⟩⟨b| of a sector to each other: those of one coherence order if
the model conserves the total S^z, and those of one order at each site if the sites are not coupled.
A sector falls into strongly connected components, whose blocks have the eigenvalues.  Sites that
nothing couples have sums of the eigenvalues of each.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property, reduce
from itertools import product
from math import isfinite
from numbers import Real
from typing import TYPE_CHECKING, Any

from sympy import Expr, I, Min, oo, sqrt

from symsync.derive.block_eigenvalues import BlockEigenvalues
from symsync.derive.eigenvalue_series import EigenvalueSeries
from symsync.derive.generator import Liouvillian
from symsync.derive.sectors import CoupledSites, groups_of
from symsync.derive.state import Element
from symsync.model.spin import product_kets, squared_norm
from symsync.model.system import System, require_system

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Sector", "Spectrum", "spectrum"]

Label = int | tuple[int, ...]


class Sector:
    """The elements |k⟩⟨b| that the generator maps to each other, and its eigenvalues on them.

    Attributes
    ----------
    label
        Its name in the spectrum.
    elements
        (ket, bra) of each.
    eigenvalues
        As many expressions, each as often as it occurs, x + iy.  They are closed forms, or nodes
        that evaluators compute, in the order of falling real parts within a block.
    parts
        Their real and imaginary parts, as pairs.
    gap
        The least −Re λ of those that are not zero identically; infinite if there is none.
    is_closed
        Whether all of them are closed forms.
    """

    def __init__(
        self, system: System, label: Label, elements: list[Element], blocks: list[BlockEigenvalues]
    ) -> None:
        self._system, self._blocks = system, blocks
        self.label, self.elements = label, tuple(elements)
        self.is_closed = all(block.is_closed for block in blocks)
        self.parts = tuple(pair for block in blocks for pair in block.values)
        self.eigenvalues = tuple(x + I * y for x, y in self.parts)

    def __len__(self) -> int:
        return len(self.elements)

    def __repr__(self) -> str:
        known = sum(block.closed for block in self._blocks)
        return f"<sector {self.label}: {len(self)} elements, {known} eigenvalues in closed form>"

    @cached_property
    def gap(self) -> Expr:
        """The least −Re λ of the eigenvalues that are not zero identically."""
        return _least(rate for block in self._blocks for rate in block.slowest)

    def modes(self, **values: float) -> "tuple[NDArray[Any], NDArray[Any]]":
        """Return the eigenvalues and the right eigenvectors at numbers for all parameters.

        Parameters
        ----------
        **values
            The value of each symbol of the model, by its name.

        Returns
        -------
        tuple of ndarray
            The eigenvalues λ by falling real part, shape (n,), and the matrices R with
            LR = λR, shape (n, d, d), each of Frobenius norm 1.

        Raises
        ------
        TypeError, ValueError
            If a value is missing, belongs to no symbol or is no finite number.

        Examples
        --------
        >>> from symsync import System, gain_and_loss, spectrum
        >>> rates, modes = spectrum(System({"A": gain_and_loss(2, 1)}, []))[0].modes()
        >>> abs(rates.round(6)).tolist(), abs(modes[1].round(6)).tolist()
        ([0.0, 3.0], [[0.707107, 0.0], [0.0, 0.707107]])
        """
        import numpy as np

        generator = Liouvillian(self._system)
        rule = numbers_of(self._system, values)
        known: dict[Any, complex] = {}
        places = {element: k for k, element in enumerate(self.elements)}
        scale = [float(_scale(self._system, element)) for element in self.elements]
        matrix = np.zeros((len(self),) * 2, complex)
        for source, k in places.items():
            for target, entry in generator.full(source).items():
                if entry not in known:
                    known[entry] = complex(entry.as_expr().subs(rule))
                matrix[places[target], k] = known[entry] * scale[places[target]] / scale[k]
        rates, vectors = np.linalg.eig(matrix)
        order = np.lexsort((-rates.imag, -rates.real))
        kets = {ket: k for k, ket in enumerate(product_kets(self._system.spins.values()))}
        modes = np.zeros((len(self), len(kets), len(kets)), complex)
        for (ket, bra), row in zip(self.elements, vectors, strict=True):
            modes[:, kets[ket], kets[bra]] = row[order]
        return rates[order], modes


class Spectrum(Mapping[Label, Sector]):
    """The eigenvalues of the generator of a system: {label: sector}.

    A label is the coherence order Σ(m_ket − m_bra) if the model conserves it; a tuple of the orders
    of all parts if sites fall into parts that nothing couples; and else 0, 1, 2, … for the sets
    of elements that the generator connects, of which 0 holds populations.

    Attributes
    ----------
    system
        The model.
    gap
        The slowest rate at which a state becomes steady, the least −Re λ of all eigenvalues that
        are not zero identically.
    """

    def __init__(self, system: System) -> None:
        require_system(system)
        self.system = system
        self._parts = [CoupledSites(part, k) for k, part in enumerate(groups_of(system))]
        labels = product(*(part.elements for part in self._parts))
        self._labels: dict[Label, tuple[int, ...]] = {
            label[0] if len(label) == 1 else label: label for label in labels
        }
        self._known: dict[Label, Sector] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return Spectrum, (self.system,)

    def __repr__(self) -> str:
        return f"<spectrum of {', '.join(self.system.sites)}: sectors {list(self)}>"

    def __iter__(self) -> Iterator[Label]:
        return iter(self._labels)

    def __len__(self) -> int:
        return len(self._labels)

    def __getitem__(self, label: Any) -> Sector:
        if not isinstance(label, int | tuple) or label not in self._labels:
            listed = ", ".join(map(str, self._labels))
            raise KeyError(f"The spectrum has the sectors {listed}, but not {label!r}.")
        if label not in self._known:
            self._known[label] = self._sector(label)
        return self._known[label]

    def _sector(self, label: Label) -> Sector:
        every = list(zip(self._parts, self._labels[label], strict=True))
        elements = [self._joined(choice) for choice in product(*(p.elements[k] for p, k in every))]
        blocks = [reduce(_sum, choice) for choice in product(*(p.blocks(k) for p, k in every))]
        return Sector(self.system, label, elements, blocks)

    def _joined(self, parts: tuple[Element, ...]) -> Element:
        """Return an element of all sites from those of the parts."""
        local = {
            site: (ket[k], bra[k])
            for part, (ket, bra) in zip(self._parts, parts, strict=True)
            for k, site in enumerate(part.system.sites)
        }
        ket, bra = zip(*(local[site] for site in self.system.sites), strict=True)
        return ket, bra

    @cached_property
    def gap(self) -> Expr:
        """The least −Re λ of all eigenvalues that are not zero identically."""
        return _least(rate for part in self._parts for rate in part.slowest())

    def series(self, ket: Any, bra: Any) -> EigenvalueSeries:
        """Return the expansion of one eigenvalue in the weak couplings.

        Parameters
        ----------
        ket, bra
            The element |ket⟩⟨bra| whose own decay without the weak couplings is the eigenvalue.

        Returns
        -------
        EigenvalueSeries
            `series[n]` is its order n, an exact expression.

        Raises
        ------
        ValueError
            If there is no such element, elements feed each other, or the eigenvalue is degenerate
            and the coupling mixes what belongs to it.

        Examples
        --------
        >>> from symsync import spectrum, spin_pair
        >>> spectrum(spin_pair()).series((1, 1), (1, 1))[0]
        -gamma_d_A - gamma_d_B
        """
        return EigenvalueSeries(self.system, ket, bra)

    @property
    def is_closed(self) -> bool:
        """Whether all eigenvalues are closed forms."""
        return all(block.is_closed for part in self._parts for k in part.elements
                   for block in part.blocks(k))  # fmt: skip


def _sum(a: BlockEigenvalues, b: BlockEigenvalues) -> BlockEigenvalues:
    """Return the sums of the eigenvalues of two parts; rates of sums are kept as rates of one."""
    values = [(x + u, y + v) for x, y in a.values for u, v in b.values]
    slowest = [-x for x, y in values if (x, y) != (0, 0)]
    return BlockEigenvalues(tuple(values), tuple(slowest), a.closed * b.closed)


def _least(rates: Any) -> Expr:
    """Return the least of some rates; only plain sums are compared while it is written."""
    listed = list(dict.fromkeys(rates))
    plain = [rate for rate in listed if rate.is_polynomial()]
    others = [rate for rate in listed if rate not in plain]
    least = Min(*plain) if plain else oo
    if not others:
        return least
    return Min(*(Min.make_args(least) if plain else ()), *others, evaluate=False)


def _scale(system: System, element: Element) -> Expr:
    sizes = list(system.spins.values())
    return sqrt(squared_norm(element[0], sizes) * squared_norm(element[1], sizes))


def numbers_of(system: System, values: Mapping[str, Any]) -> dict[Any, float]:
    """Return {symbol: number} for all symbols of a system, from numbers by name.

    Raises
    ------
    TypeError, ValueError
        If a value is missing, belongs to no symbol or is no finite number.
    """
    names = {symbol.name: symbol for symbol in system.parameters if symbol.is_commutative}
    for name in sorted({*names} ^ {*values}):
        what = "is missing" if name in names else "is none of them"
        known = ", ".join(names) or "no symbols"
        raise TypeError(f"The model takes the values of {known}, but {name!r} {what}.")
    for name, value in values.items():
        if not (isinstance(value, Real) and isfinite(value)):
            raise ValueError(f"Argument `{name}` must be one finite number, but is {value!r}.")
    return {names[name]: float(value) for name, value in values.items()}


def spectrum(system: System) -> Spectrum:
    """Return the eigenvalues of the generator of a system, sector by sector.

    Parameters
    ----------
    system
        The model, with all its couplings.

    Returns
    -------
    Spectrum
        `spectrum(system)[0].eigenvalues` are those of the sector of the steady state, and
        `spectrum(system).gap` is the slowest rate of all.

    Raises
    ------
    ValueError
        If `system` is no system.

    Examples
    --------
    A spin 1/2 of gain g and loss d, whose coherence decays at half the rate of its populations:

    >>> from sympy import symbols
    >>> from symsync import System, gain_and_loss, spectrum
    >>> g, d = symbols("g d", positive=True)
    >>> free = spectrum(System({"A": gain_and_loss(g, d)}, []))
    >>> free.gap, free[0].eigenvalues
    (d/2 + g/2, (0, -d - g))
    """
    return Spectrum(system)
