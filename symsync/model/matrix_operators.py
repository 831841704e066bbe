"""Matrices of floats as operators: ladders times polynomials of S^z, or transitions.

The elements of a matrix that change m_j by k_j on each site j are, on the ket |m₁ m₂ …⟩, the
factors of (S^±)^{|k_j|} times a function f(m₁, m₂, …).  If f is a polynomial of second degree in
each m_j, the operator is written with S^z, and else, or if that is shorter, with transitions.  For
oscillators a†, a and a†a stand for S⁺, S⁻ and S^z.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Add, Expr, Mul, Rational

from symsync.expressions.near_numbers import exact_complex, is_simple
from symsync.model.boson import annihilation, creation, number_operator
from symsync.model.limit_cycle import sites_of
from symsync.model.spin import S_minus, S_plus, S_z, matrix, projections, transition

__all__ = ["ROUNDING", "Place", "Term", "combined", "terms_of"]

Array = NDArray[Any]

CUT = 1e-14
"""What is less than this part of the largest element is an error of rounding."""

ROUNDING = 1e-12
"""By which part of the largest value a polynomial may miss others."""

NOISE = 2e-15
"""The error of a term of a polynomial, relative to the largest value, that rounding leaves."""

DEGREE = 2
"""The largest power of S^z or a†a."""


@dataclass(frozen=True)
class Term:
    """A number times an operator without one, and the error that the number may have."""

    factor: complex
    operator: Expr
    noise: float = 0.0

    @property
    def sites(self) -> frozenset[str]:
        """The labels of the sites that it acts on."""
        return frozenset(sites_of(self.operator))

    @property
    def frequency_of(self) -> str:
        """The site whose phase it turns, or ""."""
        turns = isinstance(self.operator, type(S_z) | type(number_operator))
        return self.operator.site if turns else ""


@dataclass(frozen=True)
class Place:
    """A site in matrices: its label, its spin, and whether it is an oscillator."""

    label: str
    spin: Rational
    is_oscillator: bool

    @property
    def size(self) -> int:
        """The number 2S + 1 of kets."""
        return int(2 * self.spin) + 1

    def kets(self, k: int) -> range:
        """Return the numbers of the kets |m⟩ for which there is a ket |m+k⟩."""
        return range(max(k, 0), self.size + min(k, 0))

    def ladder(self, k: int) -> tuple[Expr, Array]:
        """Return an operator that changes m by k, and its elements for these kets."""
        up, down = (creation, annihilation) if self.is_oscillator else (S_plus, S_minus)
        step = _elements(up, self.spin)
        elements = np.linalg.matrix_power(step if k > 0 else step.T, abs(k)).diagonal(k)
        return (up if k > 0 else down)(self.label) ** abs(k), elements

    def powers(self, k: int) -> tuple[list[Expr], Array]:
        """Return 1, S^z, …, and their values on these kets."""
        operator = (number_operator if self.is_oscillator else S_z)(self.label)
        x = np.array(projections(self.spin), float) + self.is_oscillator * float(self.spin)
        degrees = range(min(DEGREE, len(self.kets(k)) - 1) + 1)
        return [operator**n for n in degrees], x[self.kets(k), None] ** np.array(degrees)

    def moves(self, k: int) -> list[Expr]:
        """Return |m+k⟩⟨m| for these kets."""
        levels = projections(self.spin)
        return [transition(levels[i] + k, levels[i])(self.label) for i in self.kets(k)]


@cache
def _elements(operator: Expr, spin: Rational) -> Array:
    return np.array(matrix(operator, spin), float)


def terms_of(array: Array, places: Sequence[Place], polynomial: bool = False) -> list[Term]:
    """Return an operator as a sum of terms.

    Parameters
    ----------
    array
        Its matrix, shape (d, d), with every m in descending order and the first site slowest.
    places
        The sites.
    polynomial
        Whether polynomials are preferred to fewer transitions.
    """
    sizes = [place.size for place in places]
    elements = np.where(np.abs(array) > CUT * np.abs(array).max(), array, 0)
    kets = np.array(np.unravel_index(np.arange(len(array)), sizes)).T
    rows, columns = elements.nonzero()
    shifts = {tuple(map(int, shift)) for shift in kets[columns] - kets[rows]}
    whole = elements.reshape(sizes * 2)
    return [
        term
        for shift in sorted(shifts, key=_by_first_site)
        for term in _of_shift(whole, shift, places, polynomial)
    ]


def _by_first_site(shift: Sequence[int]) -> Any:
    """Return a key that puts what changes the first site before what does not."""
    return [(-abs(k), -k) for k in shift]


def _of_shift(
    whole: Array, shift: Sequence[int], places: Sequence[Place], polynomial: bool
) -> list[Term]:
    """Return the terms that change every m by a given number."""
    kets = [np.array(place.kets(k)) for k, place in zip(shift, places, strict=True)]
    rows = [indices - k for indices, k in zip(kets, shift, strict=True)]
    grids = [np.ix_(*part) for part in (rows, kets)]
    values = whole[(*grids[0], *grids[1])]
    fitted = _polynomial(values, shift, places)
    moved = _transitions(values, shift, places)
    if fitted is None or not (polynomial or _is_shorter(fitted, moved)):
        return moved
    return fitted


def _is_shorter(terms: Sequence[Term], others: Sequence[Term]) -> bool:
    """Return whether one sum is shorter, or as short and with simple ratios."""
    if len(terms) != len(others):
        return len(terms) < len(others)
    return all(is_simple(term.factor / terms[0].factor) for term in terms)


def _polynomial(values: Array, shift: Sequence[int], places: Sequence[Place]) -> list[Term] | None:
    """Return the terms as ladders times polynomials, or None if they are none."""
    ladders = [place.ladder(k) for k, place in zip(shift, places, strict=True)]
    powers = [place.powers(k) for k, place in zip(shift, places, strict=True)]
    function = values
    for axis, (_, elements) in enumerate(ladders):
        function = function / elements.reshape(-1, *[1] * (values.ndim - axis - 1))
    tables = [table / np.abs(table).max(axis=0) for _, table in powers]
    found = _along_axes([np.linalg.pinv(table) for table in tables], function)
    largest = np.abs(function).max()
    if np.abs(_along_axes(tables, found) - function).max() > ROUNDING * largest:
        return None
    unit = reduce(np.multiply.outer, [np.abs(table).max(axis=0) for _, table in powers])
    return [
        Term(complex(found[k] / unit[k]), _product(ladders, powers, k), NOISE * largest / unit[k])
        for k in map(tuple, np.argwhere(np.abs(found) > ROUNDING * largest).tolist())
    ]


def _product(ladders: Sequence[Any], powers: Sequence[Any], place: Sequence[int]) -> Expr:
    """Return the product of one ladder and one power for each site."""
    pairs = zip(ladders, powers, place, strict=True)
    return Mul(*(ladder * operators[k] for (ladder, _), (operators, _), k in pairs))


def _along_axes(maps: Sequence[Array], values: Array) -> Array:
    """Return the values with a linear map applied along each axis."""
    for axis, each in enumerate(maps):
        values = np.moveaxis(np.tensordot(each, values, axes=(1, axis)), 0, axis)
    return values


def _transitions(values: Array, shift: Sequence[int], places: Sequence[Place]) -> list[Term]:
    """Return the terms as products of |m+k⟩⟨m|, without the sites that they do not depend on."""
    moves: list[list[Expr]] = []
    for axis, (k, place) in enumerate(zip(shift, places, strict=True)):
        first = values.take([0], axis)
        if k == 0 and np.abs(values - first).max() <= ROUNDING * np.abs(values).max():
            values = first
            moves.append([Mul()])
        else:
            moves.append(place.moves(k))
    return [
        Term(complex(values[place]), Mul(*(m[k] for m, k in zip(moves, place, strict=True))))
        for place in product(*map(range, values.shape))
        if values[place]
    ]


def combined(terms: Iterable[Term], unit: complex = 1) -> Expr:
    """Return the sum of terms, divided by a number, with exact numbers."""
    return Add(
        *(
            exact_complex(term.factor / unit, term.noise / abs(unit)) * term.operator
            for term in terms
        )
    )
