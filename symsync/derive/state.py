"""Operators of some spins as sparse maps of their matrix elements: states and their corrections.

An element is a pair (ket, bra) of tuples of m, in the unnormalised basis of `symsync.model.spin`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from sympy import Add, Expr, ImmutableMatrix, Rational, S, Symbol, Tuple, conjugate, sqrt

from symsync.expressions.checks import half_integer, text
from symsync.expressions.complex_parts import real_imag
from symsync.expressions.definitions import nodes_of
from symsync.expressions.latex import ket_latex, latex
from symsync.expressions.unknowns import HIDDEN, Unknown
from symsync.formula import equation
from symsync.model.given_matrices import density_entries, reordered, sites_of_matrix
from symsync.model.qutip_objects import qutip
from symsync.model.spin import Ket, as_spin, product_kets, projections, squared_norm

__all__ = [
    "Element",
    "State",
    "accumulate",
    "as_it_is",
    "given_state",
    "in_names",
    "require_density",
    "require_sites",
    "require_state",
    "without_zeros",
]

Element = tuple[Ket, Ket]


class State(Mapping[Element, Expr]):
    """A Hermitian operator of some spins as a sparse map of matrix elements.

    `state[ket, bra]` is ⟨ket|ρ|bra⟩ in the orthonormal basis.  Kets are tuples of m in the order of
    the sites, and elements that are not stored are zero.

    Parameters
    ----------
    spins
        {site: S}.
    values
        {(ket, bra): value} in the unnormalised basis; values are anything with +, * and ==.
    express
        A function that turns a value into a SymPy expression.
    kind
        What the operator is: "state", a "correction" of trace zero, or a "truncated" sum of both,
        which need not be positive.
    """

    def __init__(
        self,
        spins: Mapping[str, Rational],
        values: Mapping[Element, Any],
        express: Callable[[Any], Expr],
        kind: str = "state",
    ) -> None:
        for name, value in (("spins", spins), ("values", values)):
            if not isinstance(value, Mapping):
                raise ValueError(
                    f"Argument `{name}` must be a mapping, but is {value!r}. Write "
                    "{'A': 1} for spins, and {(ket, bra): value} for values."
                )
        self.kind = kind
        self.spins = {text("spins", site): as_spin(spin) for site, spin in spins.items()}
        self.values_unnormalised = without_zeros(values)
        self.express = express
        self._elements: dict[Element, Expr] = {}  # those that have been asked for

    @staticmethod
    def from_matrix(matrix: Any, spins: Any = None, fock: Any = ()) -> "State":
        """Return the state of a density matrix that is known as numbers or formulas.

        Floats become their exact values; ρ is then replaced by (ρ + ρ†)/2, and what is less than
        10⁻¹⁴ in it, which solvers leave where there is nothing, by zero.

        Parameters
        ----------
        matrix
            A Qobj, also a ket for |ψ⟩⟨ψ|, an array, nested lists or a matrix of SymPy, (d, d);
            the first site varies slowest, and the kets of a site are |S⟩ … |−S⟩ as in `qutip.jmat`.
        spins
            {site: S}; a Qobj, which knows its tensor dimensions, has the sites A, B, C, … without.
        fock
            The sites that are oscillators with kets in QuTiP's order |0⟩, |1⟩, ….

        Returns
        -------
        State
            A state that all measures take.

        Raises
        ------
        ValueError
            If `matrix` is not Hermitian, not of trace 1 or, as numbers, not positive, or does not
            fit to `spins`.

        Examples
        --------
        >>> from symsync import State, negativity
        >>> singlet = [[0, 0, 0, 0], [0, 0.5, -0.5, 0], [0, -0.5, 0.5, 0], [0, 0, 0, 0]]
        >>> print(negativity(State.from_matrix(singlet, {"A": 0.5, "B": 0.5})).evalf(6))
        0.500000
        """
        return given_state("matrix", matrix, spins, fock)

    def to_qutip(self, /, *, fock: Any = (), **values: Any) -> Any:
        """Return the density matrix as a Qobj (the extra `qutip`), with the sites in their order.

        Parameters
        ----------
        fock
            The sites that are oscillators with kets in QuTiP's order |0⟩, |1⟩, …; otherwise the
            last ket of a site is |0⟩.
        **values
            The value of each symbol of the state, by its name.

        Returns
        -------
        Qobj
            An operator of shape (d, d).

        Raises
        ------
        TypeError, ValueError, ModuleNotFoundError
            If a value is missing or no number, `fock` names no site, or QuTiP is missing.

        Examples
        --------
        >>> from symsync import System, gain_and_loss, steady_series
        >>> state = steady_series(System({"A": gain_and_loss(3, 1)}, []))[0]
        >>> state.to_qutip().full().real.tolist()
        [[0.75, 0.0], [0.0, 0.25]]
        """
        sizes = [int(2 * spin) + 1 for spin in self.spins.values()]
        array = equation("rho", self.matrix()).function()(**values)
        return qutip().Qobj(reordered(array, self.spins, fock), dims=[sizes, sizes])

    def _scale(self, element: Element) -> Expr:
        sizes = list(self.spins.values())
        return sqrt(squared_norm(element[0], sizes) * squared_norm(element[1], sizes))

    def __reduce__(self) -> tuple[Any, ...]:
        written = {element: self.express(v) for element, v in self.values_unnormalised.items()}
        return State, (self.spins, written, as_it_is, self.kind)

    def __getitem__(self, element: Any) -> Expr:
        sizes = list(self.spins.values())
        try:
            ket, bra = (tuple(half_integer("element", m) for m in part) for part in element)
            pairs = [pair for part in (ket, bra) for pair in zip(part, sizes, strict=True)]
        except (TypeError, ValueError):
            pairs = []
        if not pairs or any(m not in projections(spin) for m, spin in pairs):
            raise KeyError(
                f"An element of spins {', '.join(map(str, sizes))} is a pair of kets, each with "
                f"one m for each spin, but is {element!r}."
            )
        value = self.values_unnormalised.get((ket, bra))
        if value is None:
            return S.Zero
        if (ket, bra) not in self._elements:
            self._elements[ket, bra] = self._scaled(self._scale((ket, bra)), value)
        return self._elements[ket, bra]

    def __repr__(self) -> str:
        lines = [f"|{_comma(ket)}⟩⟨{_comma(bra)}|: {self[ket, bra]}" for ket, bra in self]
        systems = [str(system) for system in self._systems]
        return "\n".join([*lines, *(["with", *systems] if systems else [])]) or "0"

    @property
    def _systems(self) -> list[Any]:
        """The equations whose unknowns occur in its elements."""
        every = Tuple(*(self[element] for element in self))
        return list(dict.fromkeys(node.system for node in nodes_of(every, Unknown)))

    @property
    def _meanings(self) -> list[str]:
        return [f"&{system.meaning(latex)}" for system in self._systems]

    def latex_rows(self) -> list[str]:
        """Return the terms as LaTeX, one row of `aligned` for each, and what unknowns mean."""
        rows: list[str] = []
        for ket, bra in self:
            value = self[ket, bra]
            source = rf"\left({latex(value)}\right)" if isinstance(value, Add) else latex(value)
            sign = "+" if rows and not source.startswith("-") else ""
            rows.append(rf"&{sign} {source}\;|{ket_latex(ket)}\rangle\langle {ket_latex(bra)}|")
        return [*(rows or ["&0"]), *self._meanings]

    def _repr_latex_(self) -> str:
        body = " \\\\\n".join(self.latex_rows())
        return f"$\\displaystyle \\begin{{aligned}}\n{body}\n\\end{{aligned}}$"

    def __iter__(self) -> Iterator[Element]:
        return iter(self.values_unnormalised)

    def __len__(self) -> int:
        return len(self.values_unnormalised)

    def __add__(self, other: "State") -> "State":
        if not isinstance(other, State):
            return NotImplemented
        if self.spins != other.spins:
            raise ValueError(f"States of the spins {self.spins} and {other.spins} do not add.")
        if self.express != other.express:
            return self._in_expressions + other._in_expressions
        total = dict(self.values_unnormalised)
        for element, value in other.values_unnormalised.items():
            accumulate(total, element, value)
        kind = self.kind if self.kind == other.kind == "correction" else "truncated"
        return State(self.spins, total, self.express, kind)

    @property
    def _in_expressions(self) -> "State":
        written = {element: self.express(v) for element, v in self.values_unnormalised.items()}
        return State(self.spins, written, as_it_is, self.kind)

    def _scaled(self, unit: Expr, value: Any) -> Expr:
        """Return a value in the unnormalised basis times a constant, as an expression."""
        return unit * self.express(value)

    def functional(self, weights: Mapping[Element, Expr]) -> Expr:
        """Return Σ weight·ρ over unnormalised elements, with related elements merged.

        Elements whose weights have rational ratios are added before they are expressed.
        Differences of inverse rates then become one fraction.
        """
        if not isinstance(weights, Mapping):
            raise ValueError(
                f"Argument `weights` must be {{(ket, bra): weight}}, but is {weights!r}."
            )
        groups: dict[Expr, Any] = {}
        for element, weight in weights.items():
            if element not in self.values_unnormalised:
                continue
            value = self.values_unnormalised[element]
            unit = next((unit for unit in groups if (weight / unit).is_Rational), weight)
            ratio = Rational(weight / unit)
            accumulate(groups, unit, value * ratio)
        return sum((self._scaled(unit, value) for unit, value in groups.items()), S.Zero)

    def partial_trace(self, *keep: str | int) -> "State":
        """Return the reduced state of the sites `keep`, in the order in which they are given."""
        labels = list(self.spins)
        sites = require_sites("keep", keep, labels)
        kept = [labels.index(site) for site in sites]
        gone = [index for index in range(len(labels)) if index not in kept]
        sizes = [self.spins[labels[index]] for index in gone]
        total: dict[Element, Any] = {}
        for (ket, bra), value in self.values_unnormalised.items():
            rest = tuple(ket[index] for index in gone)
            if rest == tuple(bra[index] for index in gone):
                element = (
                    tuple(ket[index] for index in kept),
                    tuple(bra[index] for index in kept),
                )
                accumulate(total, element, value * squared_norm(rest, sizes))
        return State({site: self.spins[site] for site in sites}, total, self.express, self.kind)

    def trace(self) -> Expr:
        """Return Tr ρ."""
        sizes = list(self.spins.values())
        return self.functional(
            {element: squared_norm(element[0], sizes) for element in self if _diagonal(element)}
        )

    def matrix(self) -> ImmutableMatrix:
        """Return the dense matrix, shape (d, d); the first site varies slowest."""
        kets = product_kets(self.spins.values())
        return ImmutableMatrix(len(kets), len(kets), lambda i, j: self[kets[i], kets[j]])


def in_names(state: State, names: dict[Symbol, Expr]) -> dict[Element, Expr]:
    """Return the elements of a state, with real symbols for what is irrational in them.

    Parameters
    ----------
    state
        Its elements may hold anything.
    names
        {symbol: what it stands for}, to which the new symbols are added.
    """
    found: dict[Element, Expr] = {}
    for (ket, bra), value in state.values_unnormalised.items():
        if (bra, ket) in found:
            found[ket, bra] = conjugate(found[bra, ket])
            continue
        total = S.Zero
        parts = real_imag(state.express(value))
        for part, unit in zip(parts, (S.One, S.ImaginaryUnit), strict=True):
            if not part.is_Rational:
                symbol = Symbol(f"{HIDDEN}{len(names)}", real=True)
                names[symbol] = part
                total += unit * symbol
            else:
                total += unit * part
        found[ket, bra] = total
    return found


def require_state(value: Any) -> State:
    """Return a state, also from a Qobj, or reject what is none, such as a series."""
    if hasattr(value, "full"):
        return given_state("state", value)
    if not isinstance(value, State):
        raise ValueError(
            f"Argument `state` must be a state, but is a {type(value).__name__}. Write series[1] "
            "or series.partial_sum(1) for those of a series, or State.from_matrix(array, spins)."
        )
    return value


def given_state(name: str, matrix: Any, spins: Any = None, fock: Any = ()) -> State:
    """Return what `State.from_matrix` does of an argument of another name."""
    import numpy as np

    dims = list(matrix.dims[0]) if hasattr(matrix, "full") else None
    entries = density_entries(name, matrix)
    sites = sites_of_matrix(len(entries), dims, spins, argument=name)
    array = reordered(np.array(entries, dtype=object), sites, fock)
    norms = [(k, sqrt(squared_norm(k, sites.values()))) for k in product_kets(sites.values())]
    pairs = zip(product(norms, repeat=2), array.flat, strict=True)
    return State(sites, {(k, b): value / (x * y) for ((k, x), (b, y)), value in pairs}, as_it_is)


_WHAT = {
    "correction": "a correction of a series, whose trace is zero",
    "truncated": "a truncated sum of a series, which need not be positive",
}


def require_density(measure: str, value: Any, of_series: bool = True) -> State:
    """Return a density matrix, also from a Qobj, or reject what is none where a measure needs one.

    Parameters
    ----------
    measure
        The name of the function.
    value
        What was passed in its place.
    of_series
        Whether the function takes a series too.

    Raises
    ------
    ValueError
        If it is no state, or a correction or a truncated sum of a series.
    """
    state = require_state(value)
    if state.kind != "state":
        of = f"Write {measure}(series, …, order=n) with the series itself, or take"
        raise ValueError(
            f"Argument `state` must be a state for the measure {measure}, but is "
            f"{_WHAT[state.kind]}. {of if of_series else 'Take'} {measure} of exact_state(system)."
        )
    return state


def require_sites(name: str, labels: Sequence[Any], known: Iterable[str]) -> tuple[str, ...]:
    """Return labels as text, which must be different sites, at least one, among the known ones."""
    listed = list(known)
    labels = [str(x) if isinstance(x, int) and not isinstance(x, bool) else x for x in labels]
    strange = any(not isinstance(label, str) or label not in listed for label in labels)
    if not labels or strange or len({*labels}) < len(labels):
        what = "a site" if len(labels) == 1 else "different sites"
        raise ValueError(
            f"Argument `{name}` must be {what} among {', '.join(listed)}, but is "
            f"{', '.join(map(repr, labels)) or 'empty'}."
        )
    return tuple(labels)


def _diagonal(element: Element) -> bool:
    return element[0] == element[1]


def _comma(ket: Ket) -> str:
    return ", ".join(map(str, ket))


def as_it_is(value: Any) -> Any:
    """Return the value unchanged, for states whose elements are expressions already."""
    return value


def accumulate(total: dict[Any, Any], key: Any, value: Any) -> None:
    """Add a value to the entry of a key."""
    total[key] = total[key] + value if key in total else value


def without_zeros(values: Mapping[Any, Any]) -> dict[Any, Any]:
    """Return the entries that are not zero."""
    return {key: value for key, value in values.items() if value}
