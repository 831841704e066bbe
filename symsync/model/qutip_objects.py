"""Operators as objects of QuTiP, at values of their symbols.

The kets of a site stand in the package's order, |S⟩ … |−S⟩, which is that of `qutip.jmat`.  The
sites that are named in `fock` are oscillators in QuTiP's order, |0⟩ first, which is the reverse.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from numbers import Real
from typing import Any

from sympy import Expr, Rational, Symbol

from symsync.expressions.checks import number
from symsync.model.spin import SpinOperator, matrix, words

__all__ = ["Objects", "fock_sites", "qutip", "values_of"]


def qutip() -> Any:
    """Return the package QuTiP, or raise `ModuleNotFoundError` that names the extra."""
    try:
        import qutip as package
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError("This needs QuTiP: pip install 'symsync[qutip]'.") from error
    return package


def values_of(symbols: Iterable[Symbol], values: Mapping[str, Any]) -> dict[Symbol, Rational]:
    """Return {symbol: exact value of its float}, or raise `TypeError` or `ValueError`."""
    known = {symbol.name: symbol for symbol in symbols}
    for name in sorted(known.keys() ^ values.keys()):
        what = "is missing" if name in known else "is none of them"
        listed = ", ".join(known) or "no symbols"
        raise TypeError(f"The model takes the values of {listed}, but {name!r} {what}.")
    for name, value in values.items():
        if not (isinstance(value, Real) and math.isfinite(value)):
            raise ValueError(f"Argument `{name}` must be one finite number, but is {value!r}.")
    return {known[name]: number(Fraction(float(value))) for name, value in values.items()}


def fock_sites(fock: Any, sites: Iterable[str]) -> tuple[int, ...]:
    """Return the places of the sites whose kets stand in QuTiP's order of Fock states."""
    listed = list(sites)
    named = fock if isinstance(fock, list | tuple | set | frozenset) else [fock]
    labels = {str(label) if isinstance(label, str | int) else None for label in named}
    if not labels <= {*listed}:
        raise ValueError(
            f"Argument `fock` must name oscillators among {', '.join(listed)}, but is {fock!r}."
        )
    return tuple(k for k, site in enumerate(listed) if site in labels)


@dataclass(frozen=True)
class Objects:
    """Operators of some sites as objects of QuTiP.

    Attributes
    ----------
    spins
        {site: S}.
    values
        {symbol: value}.
    fock
        The sites whose kets stand in the order |0⟩, |1⟩, ….
    """

    spins: Mapping[str, Rational]
    values: Mapping[Symbol, Rational]
    fock: Any = ()

    @cached_property
    def _ones(self) -> dict[str, Any]:
        return {site: qutip().qeye(int(2 * spin) + 1) for site, spin in self.spins.items()}

    @cached_property
    def _local(self) -> dict[SpinOperator, Any]:
        return {}

    def number(self, expression: Expr) -> complex:
        """Return the value of an expression without operators."""
        return complex(expression.xreplace(dict(self.values)))

    def root(self, rate: Expr) -> float:
        """Return the square root of a rate."""
        value = self.number(rate)
        if value.imag or not value.real >= 0:
            raise ValueError(f"The rate {rate} must not be negative, but is {value:g} here.")
        return math.sqrt(value.real)

    def operator(self, operator: Expr) -> Any:
        """Return an operator whose tensor dimensions are those of the sites, in their order."""
        total = 0 * qutip().tensor(*self._ones.values())
        for scalar, word in words(operator):
            factors = dict(self._ones)
            for atom in word:
                factors[atom.site] = factors[atom.site] @ self._matrix(atom)
            total += self.number(scalar) * qutip().tensor(*factors.values())
        return total

    def _matrix(self, atom: SpinOperator) -> Any:
        if atom not in self._local:
            levels = matrix(atom(""), self.spins[atom.site]).tolist()
            rows = [[complex(value) for value in row] for row in levels]
            flipped = fock_sites(self.fock, self.spins)
            if list(self.spins).index(atom.site) in flipped:
                rows = [row[::-1] for row in rows[::-1]]
            self._local[atom] = qutip().Qobj(rows)
        return self._local[atom]
