"""Phases e^{iχ} in polynomial rings, as pairs of generators that complex conjugation exchanges.

A ring over ℚ or ℚ(i) does not know that e^{iχ}e^{−iχ} = 1, nor that conjugation exchanges the
two.
"""

from collections.abc import Iterable
from functools import lru_cache
from math import lcm

from sympy import Dummy, Expr, I, Pow, exp, expand, sring
from sympy.polys.domains import QQ_I
from sympy.polys.rings import PolyElement, PolyRing

from symsync.expressions.complex_parts import in_real_parts, is_phase

__all__ = ["PhaseRing", "conjugated", "reduced"]


class PhaseRing:
    """The polynomial ring over a field that holds some expressions, phases among them.

    Every phase is a power of e^{iθ} or e^{−iθ}, with the largest θ for which this is possible.

    Parameters
    ----------
    expressions
        Polynomials in symbols and phases, and in anything else that SymPy makes a generator.

    Attributes
    ----------
    ring
        The ring; its symbols include the phases.
    elements
        The expressions as elements of the ring.
    """

    def __init__(self, expressions: Iterable[Expr]) -> None:
        expanded = [_expanded(value) for value in expressions]
        found = {phase for value in expanded for phase in value.atoms(exp) if is_phase(phase)}
        powers, names = _powers(found)
        plain, elements = sring([value.xreplace(powers) for value in expanded])
        field = plain.clone(domain=plain.domain.get_field())
        self.ring: PolyRing = field.clone(symbols=[names.get(s, s) for s in plain.symbols])
        self.elements: list[PolyElement] = [
            self.ring.from_dict(dict(element.set_ring(field))) for element in elements
        ]


def _expanded(expression: Expr) -> Expr:
    """Return an expression whose denominators hold no phases of terms and no numerical factors."""
    expanded = in_real_parts(expression)
    if expanded.has(exp):
        split = expanded.xreplace({phase: expand(phase) for phase in expanded.atoms(exp)})
        names = {phase: Dummy() for phase in split.atoms(exp)}  # e^{−iθ} is no denominator
        expanded = expand(split.xreplace(names)).xreplace({d: phase for phase, d in names.items()})
    below = {p for p in expanded.atoms(Pow) if p.base.is_Add and p.exp.is_Integer and p.exp < 0}
    return expanded.xreplace({p: _without_number(p.base, p.exp) for p in below})


def _without_number(total: Expr, power: Expr) -> Expr:
    """Return the power of a sum as the power of a number times that of a primitive sum."""
    number, primitive = total.as_content_primitive()
    if primitive.could_extract_minus_sign():
        number, primitive = -number, -primitive
    return number**power * primitive**power


def _powers(phases: Iterable[Expr]) -> tuple[dict[Expr, Expr], dict[Expr, Expr]]:
    """Return {phase: power of a symbol} and {symbol: the phase that it stands for}."""
    angles = {phase: (phase.args[0] / I).as_coeff_Mul() for phase in sorted(phases, key=str)}
    shares: dict[Expr, int] = {}
    for number, angle in angles.values():
        shares[angle] = lcm(shares.get(angle, 1), number.q)
    signs = {(angle, sign): Dummy() for angle in shares for sign in (1, -1)}
    powers = {}
    for phase, (number, angle) in angles.items():
        multiple = number * shares[angle]
        powers[phase] = signs[angle, 1 if multiple > 0 else -1] ** abs(multiple)
    names = {
        symbol: exp(sign * I * angle / shares[angle]) for (angle, sign), symbol in signs.items()
    }
    return powers, names


@lru_cache(maxsize=64)
def _pairs(ring: PolyRing) -> tuple[tuple[int, int], ...]:
    """Return the places of e^{iθ} and e^{−iθ} among the symbols of a ring."""
    places = {symbol: k for k, symbol in enumerate(ring.symbols)}
    return tuple(
        (k, places[1 / symbol])
        for symbol, k in places.items()
        if is_phase(symbol) and places.get(1 / symbol, -1) > k
    )


@lru_cache(maxsize=4096)
def conjugated(polynomial: PolyElement) -> PolyElement:
    """Return the complex conjugate of an element of a `PhaseRing`, its symbols being real."""
    ring = polynomial.ring
    pairs = _pairs(ring)
    if ring.domain != QQ_I and not pairs:
        return polynomial
    place = {k: other for pair in pairs for k, other in (pair, pair[::-1])}
    order = [place.get(k, k) for k in range(ring.ngens)]
    return ring.from_dict(
        {
            tuple(monomial[k] for k in order): QQ_I(c.x, -c.y) if ring.domain == QQ_I else c
            for monomial, c in polynomial.items()
        }
    )


def reduced(polynomial: PolyElement) -> PolyElement:
    """Return an element of a `PhaseRing` in which e^{iθ}e^{−iθ} is replaced by 1."""
    pairs = _pairs(polynomial.ring)
    if not pairs:
        return polynomial
    total = polynomial.ring.zero
    for monomial, coefficient in polynomial.terms():
        powers = list(monomial)
        for k, other in pairs:
            common = min(powers[k], powers[other])
            powers[k], powers[other] = powers[k] - common, powers[other] - common
        total += polynomial.ring.term_new(tuple(powers), coefficient)
    return total
