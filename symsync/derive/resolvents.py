"""Sums of products of inverse rates, of which every order of the expansion consists.

In the steady state a term is numerator/(λ₁λ₂…).  In time, with the coupling switched on at
t = 0, it is the numerator times the divided difference of s ↦ e^{st} at 0, −λ₁, −λ₂, ….
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sympy import Add, Expr, I, Mul, S, exp
from sympy.polys.rings import PolyElement

from symsync.derive.block_solutions import Solved
from symsync.derive.phase_ring import conjugated, reduced
from symsync.derive.propagation import Propagated
from symsync.expressions.complex_parts import real_imag
from symsync.expressions.divided_differences import DividedDifference
from symsync.expressions.symbols import t as time

__all__ = ["Resolvents", "factors"]

ELEMENTS = Propagated | Solved
"""What stands for an element that has no closed form."""

Rates = tuple[Any, ...]
"""The rates λ of a path, in a fixed order, after the element without a closed form that it starts
from, if there is one."""


class Resolvents:
    """A sum Σ numerator/(λ₁λ₂…) with one term for each set of rates.

    Terms are never brought over a common denominator.  Each term is one path on which the coupling
    mediates the element, and its rates are those of the coherences along this path.
    """

    __slots__ = ("terms",)

    def __init__(self, terms: Mapping[Rates, PolyElement]) -> None:
        self.terms = {rates: numerator for rates, numerator in terms.items() if numerator}

    def __bool__(self) -> bool:
        return bool(self.terms)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Resolvents) and self.terms == other.terms

    def __hash__(self) -> int:
        return hash(frozenset(self.terms.items()))

    def __add__(self, other: "Resolvents") -> "Resolvents":
        total = dict(self.terms)
        for rates, numerator in other.terms.items():
            total[rates] = total[rates] + numerator if rates in total else numerator
        return Resolvents(total)

    def __mul__(self, factor: Any) -> "Resolvents":
        """Multiply the numerators by a rational number or a polynomial."""
        if factor == 1 or not self.terms:
            return self
        if isinstance(factor, Expr | int):
            number = next(iter(self.terms.values())).ring.domain.from_sympy(S(factor))
            return Resolvents({rates: n.mul_ground(number) for rates, n in self.terms.items()})
        return Resolvents({rates: reduced(n * factor) for rates, n in self.terms.items()})

    def times(self, other: "Resolvents") -> "Resolvents":
        """Multiply by another such sum, both without unknowns."""
        total: dict[Rates, PolyElement] = {}
        for rates, numerator in self.terms.items():
            for more, factor in other.terms.items():
                key = _sorted((*rates, *more))
                value = reduced(numerator * factor)
                total[key] = total[key] + value if key in total else value
        return Resolvents(total)

    def over(self, rate: PolyElement) -> "Resolvents":
        """Divide by λ."""
        return Resolvents({_sorted((*rates, rate)): n for rates, n in self.terms.items()})

    def conjugate(self) -> "Resolvents":
        """Return the complex conjugate; all symbols are real."""
        return Resolvents(
            {_sorted(map(_conjugated, rates)): conjugated(n) for rates, n in self.terms.items()}
        )

    @property
    def has_elements(self) -> bool:
        """Whether it holds elements without a closed form."""
        return any(map(_is_element, self.terms))

    def merged(self) -> "Resolvents":
        """Join n/(Rλ) − n/(Rλ′) to n(λ′ − λ)/(Rλλ′) until nothing is left to join.

        The same identity holds for divided differences.  If the sum is small, because two rates are
        nearly equal or little time has passed, each of its terms is then small.
        """
        terms = dict(self.terms)
        while True:
            found = _opposite(terms)
            if found is None:
                return Resolvents(terms)
            rest, rate, other = found
            first, second = _sorted((*rest, rate)), _sorted((*rest, other))
            numerator = terms.pop(first)
            del terms[second]
            joint = _sorted((*rest, rate, other))
            merged = numerator * (other - rate)
            terms[joint] = terms[joint] + merged if joint in terms else merged
            if not terms[joint]:
                del terms[joint]

    def steady(self) -> Expr:
        """Return Σ numerator/(λ₁λ₂…)."""
        return Add(*(_ratio(n, rates) for rates, n in self.merged().terms.items()))

    def transient(self) -> Expr:
        """Return the value at `t`: the divided difference of s ↦ e^{st} at all −λ."""
        return Add(*(Mul(*factors(n), _in_time(rates)) for rates, n in self.merged().terms.items()))

    def rate_of_change(self) -> Expr:
        """Return the same, but for elements without a closed form, whose rates of change it is."""
        total = S.Zero
        for rates, n in self.merged().terms.items():
            value = _in_time(rates)
            total += Mul(*factors(n), value.diff(time) if _is_element(rates) else value)
        return total


def _is_element(rates: Rates) -> bool:
    return any(isinstance(rate, ELEMENTS) for rate in rates)


def _conjugated(rate: Any) -> Any:
    return rate.conjugate() if isinstance(rate, ELEMENTS) else conjugated(rate)


def _in_time(rates: Rates) -> Expr:
    """Return what a path gives at time t."""
    if _is_element(rates):
        (element,) = rates
        return element.value
    return _shifted([-rate.as_expr() for rate in rates])


def _shifted(nodes: list[Expr]) -> Expr:
    """Return the divided difference at the nodes; a common frequency becomes a phase factor."""
    if not nodes:
        return S.Zero
    frequencies = {real_imag(node)[1] for node in nodes}
    if len(frequencies) > 1:
        return DividedDifference(time, *nodes)
    shift = I * frequencies.pop()
    return exp(shift * time) * DividedDifference(time, *(node - shift for node in nodes))


def _sorted(rates: Any) -> Rates:
    return tuple(sorted(rates, key=lambda rate: () if isinstance(rate, ELEMENTS) else _order(rate)))


@lru_cache(maxsize=4096)
def _order(polynomial: PolyElement) -> tuple[Any, ...]:
    """Return a sort key of rates that is the same in every run."""
    return tuple(
        (monomial, complex(polynomial.ring.domain.to_sympy(c)).real,
         complex(polynomial.ring.domain.to_sympy(c)).imag)
        for monomial, c in polynomial.terms()
    )  # fmt: skip


def _opposite(
    terms: Mapping[Rates, PolyElement],
) -> tuple[Rates, PolyElement, PolyElement] | None:
    """Return (the other rates, λ, λ′) of two terms that differ in sign and in one rate, or None."""
    seen: dict[tuple[Rates, PolyElement], PolyElement] = {}
    for rates, numerator in terms.items():
        for k, rate in enumerate(rates):
            if isinstance(rate, ELEMENTS):
                continue
            rest = rates[:k] + rates[k + 1 :]
            if (rest, -numerator) in seen:
                return rest, seen[rest, -numerator], rate
            seen[rest, numerator] = rate
    return None


def factors(polynomial: PolyElement) -> tuple[Expr, ...]:
    """Return a rational number, the common symbols, and the rest, which begins with a plus sign."""
    monomial = tuple(map(min, zip(*polynomial.monoms(), strict=True)))
    rest = polynomial.exquo(polynomial.ring.term_new(monomial, polynomial.ring.domain.one))
    number, primitive = rest.as_expr().as_content_primitive()
    if primitive.could_extract_minus_sign():
        number, primitive = -number, -primitive
    common = (
        symbol**power for symbol, power in zip(polynomial.ring.symbols, monomial, strict=True)
    )
    return number, *common, primitive


def _ratio(numerator: PolyElement, rates: Rates) -> Expr:
    """Return numerator/(λ₁λ₂…) with every rational number in front."""
    found = list(factors(numerator))
    for rate in rates:
        if isinstance(rate, ELEMENTS):
            found.append(rate.value)
            continue
        found += _inverse(rate)
    return Mul(*found)


@lru_cache(maxsize=4096)
def _inverse(rate: PolyElement) -> tuple[Expr, Expr]:
    """Return 1/λ as a rational number and the rest."""
    scale, primitive = rate.as_expr().as_content_primitive()
    return 1 / scale, 1 / primitive
