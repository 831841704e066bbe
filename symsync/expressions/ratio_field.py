"""Formulas as ratios of polynomials in their generators, and what their roots are roots of."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from sympy import QQ, Abs, Expr, Max, Min, Pow, Rational, S, Tuple, sign
from sympy.polys.rings import PolyElement, ring

from symsync.expressions.complex_fields import ComplexField, NotInFieldError, Pair
from symsync.expressions.definitions import nodes_of
from symsync.expressions.sparse_elimination import is_square

__all__ = ["Ratio", "RatioField", "Squares", "squares_of"]

WORK = 200_000
"""After so many products of terms a formula is too long to be written out."""

TERMS, DEGREE = 100, 16
"""The longest polynomial that is searched for squares."""


class Ratio(NamedTuple):
    """A polynomial over a product of powers of polynomials."""

    above: PolyElement
    below: dict[PolyElement, int]


class RatioField(ComplexField):
    """Rational functions over ℚ; roots and unknown functions are not in it.

    Parameters
    ----------
    generators
        The names of the generators with whether they are positive.  It grows like `fractions`.
    fractions
        See `ComplexField`.
    """

    def __init__(self, generators: dict[Any, bool], fractions: dict[Any, int]) -> None:
        super().__init__(fractions)
        self.generators = generators
        names = [f"x{k}" for k in range(len(generators))] or ["x"]
        self._ring = ring(names, QQ)[0]
        self.zero, self.one = self.number(S.Zero), self.number(S.One)
        self._work = 0

    def number(self, value: Rational) -> Ratio:
        """Return a rational number."""
        return Ratio(self._ring(QQ(int(value.p), int(value.q))), {})

    def generator(self, key: Any, positive: bool) -> Ratio:
        """Return the generator, or note its name for a new instance."""
        if key not in self.generators:
            self.generators[key] = positive
        place = list(self.generators).index(key)
        if place >= self._ring.ngens or len(self.generators) > self._ring.ngens:
            raise MoreGeneratorsError
        return Ratio(self._ring.gens[place], {})

    def _product(self, a: PolyElement, b: PolyElement) -> PolyElement:
        self._work += len(a) * len(b)
        if self._work > WORK:
            raise NotInFieldError
        return a * b

    def _times_powers(self, a: PolyElement, powers: dict[PolyElement, int]) -> PolyElement:
        for factor, power in powers.items():
            for _ in range(power):
                a = self._product(a, factor)
        return a

    def plus(self, a: Ratio, b: Ratio) -> Ratio:
        """Return a + b over the least common product."""
        if not a.above or not b.above:
            return a if not b.above else b
        below = {f: max(a.below.get(f, 0), b.below.get(f, 0)) for f in {**a.below, **b.below}}
        parts = [
            self._times_powers(each.above, {f: n - each.below.get(f, 0) for f, n in below.items()})
            for each in (a, b)
        ]
        total = parts[0] + parts[1]
        return Ratio(total, below) if total else self.zero

    def times(self, a: Ratio, b: Ratio) -> Ratio:
        """Return ab, with factors cancelled that are the same."""
        if not a.above or not b.above:
            return self.zero
        below = dict(a.below)
        for factor, power in b.below.items():
            below[factor] = below.get(factor, 0) + power
        above = []
        for part in (a.above, b.above):
            if below.get(part, 0):
                below[part] -= 1
                part = self._ring.one
            above.append(part)
        return Ratio(self._product(*above), {f: n for f, n in below.items() if n})

    def inverse(self, a: Ratio) -> Ratio:
        """Return 1/a."""
        if not a.above:
            raise NotInFieldError
        powers = [min(each) for each in zip(*a.above, strict=True)]  # of what divides all terms
        rest = a.above.quo_term((tuple(powers), a.above.LC))
        below = {self._ring.gens[k]: n for k, n in enumerate(powers) if n}
        if not rest.is_ground:
            below[rest] = 1
        return Ratio(self._times_powers(self._ring(1 / a.above.LC), a.below), below)

    def power(self, key: Any, base: Any, exponent: Rational) -> Pair:
        """Refuse: roots are not rational."""
        raise NotInFieldError

    def node(self, expression: Expr) -> Pair:
        """Refuse: it is not rational."""
        raise NotInFieldError


class MoreGeneratorsError(Exception):
    """A generator was not known when the ring was made."""


class Squares(NamedTuple):
    """Of what the roots in a formula are roots.

    Attributes
    ----------
    keys
        The roots that are known, by the keys of their bases.
    positive, unknown
        Coprime polynomials without squares, of which all these bases are products: those that are
        positive wherever the generators are what they are known to be, and those of either sign.
    generators
        The generators, as which they are read.
    """

    keys: frozenset[Any]
    positive: tuple[PolyElement, ...]
    unknown: tuple[PolyElement, ...]
    generators: dict[Any, bool]


class _Bases(RatioField):
    """Notes the bases of roots on its way."""

    bases: dict[Any, Ratio]

    def power(self, key: Any, base: Any, exponent: Rational) -> Pair:
        self.bases[key] = base
        raise NotInFieldError


def squares_of(
    formulas: Sequence[Expr], generators: dict[Any, bool], fractions: dict[Any, int]
) -> Squares:
    """Return of what the roots and moduli in formulas are roots.

    Bases that hold roots themselves, or are too long, are left out.

    Parameters
    ----------
    formulas
        Expressions.
    generators, fractions
        See `RatioField`; they grow.

    Raises
    ------
    FinerError, MoreGeneratorsError
        If it must be called again.
    """
    field = _Bases(generators, fractions)
    field.bases = {}
    for node in _roots_in(formulas):
        with suppress(NotInFieldError):
            field.value(node)
    known, base = [], _CoprimeBase()
    for key, ratio in field.bases.items():
        if _is_known(ratio):
            known.append(key)
            for polynomial in (ratio.above, *ratio.below):
                base.add(polynomial)
    kinds = list(generators.values())
    found = [(_signed(each, kinds), each) for each in base.elements]
    return Squares(
        frozenset(known),
        tuple(each * way for way, each in found if way),
        tuple(each for way, each in found if not way),
        dict(generators),
    )


def _roots_in(formulas: Iterable[Expr]) -> Iterator[Expr]:
    """Yield the nodes with a root or a modulus, those inside others first."""
    for node in reversed(nodes_of(Tuple(*formulas), Abs | sign | Max | Min | Pow)):
        if not (isinstance(node, Pow) and (node.exp.is_Integer or not node.exp.is_Rational)):
            yield node


def _is_known(ratio: Ratio) -> bool:
    """Whether the square-free parts can be found, and the number in front has a root."""
    number = QQ(ratio.above.LC)
    whole = abs(int(number.numerator) * int(number.denominator))
    return all(map(_is_short, (ratio.above, *ratio.below))) and (not whole or is_square(whole))


def _is_short(polynomial: PolyElement) -> bool:
    return len(polynomial) <= TERMS and max(map(sum, polynomial), default=0) <= DEGREE


class _CoprimeBase:
    """Coprime polynomials without squares, which have those that were added as products."""

    def __init__(self) -> None:
        self.elements: list[PolyElement] = []

    def add(self, polynomial: PolyElement) -> None:
        """Split the elements until the polynomial is a product of them."""
        for factor, _ in polynomial.sqf_list()[1] if polynomial else ():
            waiting = [factor.monic()]
            while waiting:
                new = waiting.pop()
                for k, old in enumerate(self.elements):
                    common = new.gcd(old)
                    if common.is_ground:
                        continue
                    self.elements.pop(k)
                    parts = [common, new.quo(common), old.quo(common)]
                    if parts[1].is_ground and parts[2].is_ground:
                        self.elements.insert(k, old)
                    else:
                        waiting += [part.monic() for part in parts if not part.is_ground]
                    break
                else:
                    if not new.is_ground:
                        self.elements.append(new)


def _signed(polynomial: PolyElement, positive: Sequence[bool]) -> int:
    """Return 1 or −1 if a polynomial has this sign for all values, and 0 if that is not known.

    All terms have one sign; or it is quadratic in one generator, and its discriminant is negative.
    """
    signs = {
        (1 if number > 0 else -1)
        if all(free or power % 2 == 0 for power, free in zip(powers, positive, strict=False))
        else 0
        for powers, number in polynomial.terms()
    }
    if len(signs) == 1:
        return signs.pop()
    for k, x in enumerate(polynomial.ring.gens):
        if polynomial.degree(x) == 2:
            a, b, c = (_coefficient(polynomial, k, power) for power in (2, 1, 0))
            if _signed(b * b - 4 * a * c, positive) < 0:
                return _signed(a, positive)
    return 0


def _coefficient(polynomial: PolyElement, k: int, power: int) -> PolyElement:
    """Return the coefficient of a power of generator k."""
    terms = {
        (*powers[:k], 0, *powers[k + 1 :]): number
        for powers, number in polynomial.terms()
        if powers[k] == power
    }
    return polynomial.ring.from_dict(terms)
