"""Small linear systems with polynomial entries, solved in closed form and written in shorthand.

Sums of rates that occur together become one symbol while a component is solved.  The largest
denominator of the Letter's model then has 31 terms.
"""

from collections.abc import Iterable, Mapping
from itertools import chain, count
from typing import Any

from sympy import (
    Add,
    Expr,
    Matrix,
    Mul,
    S,
    Symbol,
    cos,
    expand,
    factor_list,
    factor_terms,
    sin,
    sring,
)
from sympy.core.random import rng
from sympy.polys.matrices import DomainMatrix

from symsync.derive.site_symmetry import Unknown
from symsync.expressions.latex import ket_label
from symsync.expressions.symbols import declare, ket_name
from symsync.model.spin import Ket

__all__ = ["Shorthand", "factored", "solved_component"]

LONGEST = 100
"""A polynomial with more terms is not factored, because SymPy's search may take minutes."""

SMALL = 9
"""A component of at most this many unknowns is also solved without shorthand if that may help."""


class Shorthand:
    """The definitions made so far, and the symbols that stand for them.

    Parameters
    ----------
    taken
        Names that the model uses already.
    """

    def __init__(self, taken: Iterable[str]) -> None:
        self.definitions: dict[Symbol, Expr] = {}
        self.sums: dict[Symbol, Expr] = {}
        self.taken = set(taken)

    def define(self, kind: str, expression: Expr, ket: Ket | None = None) -> Expr:
        """Return the symbol of an expression; if it has none, make a new one of this kind.

        A number or a symbol needs none.  A new one is numbered, or bears the ket of a population.
        """
        if not expression.args:
            return expression
        for symbol, known in self.definitions.items():
            if known == expression:
                return symbol
        first = ["Z"] if kind == "Z" else [] if ket is None else [f"{kind}_{ket_name(ket)}"]
        names = chain(first, (f"{kind}_{k}" for k in count(1)))
        name = next(name for name in names if name not in self.taken)
        self.taken.add(name)
        assumptions = {
            "positive": expression.is_positive,
            "nonnegative": expression.is_nonnegative,
            "real": True,
        }
        symbol = Symbol(name, **assumptions)
        if ket is not None and name == f"{kind}_{ket_name(ket)}":
            where = ket_label(ket)
            declare(name, f"{kind}_{{{where}}}", f"{kind} of level {where}", **assumptions)
        self.definitions[symbol] = expression
        return symbol

    def written(self, entries: Iterable[Expr]) -> dict[Expr, Expr]:
        """Return each entry with sums of rates in shorthand, short sums first."""
        by_length = sorted(set(entries), key=lambda entry: (len(Add.make_args(entry)), str(entry)))
        return {entry: self._short(entry) for entry in by_length}

    def needed(self, entries: list[list[Expr]]) -> list[list[Expr]]:
        """Return the entries without shorthand for each sum whose symbols all occur alone as well.

        Shorthand for such a sum would not save a symbol, and it would hide what cancels or joins.
        """
        alone = set().union(*(entry.free_symbols for line in entries for entry in line))
        idle = {symbol: total for symbol, total in self.sums.items() if total.free_symbols <= alone}
        if not idle:
            return entries
        return [[expand(entry.xreplace(idle)) for entry in line] for line in entries]

    def _short(self, entry: Expr) -> Expr:
        if not isinstance(entry, Add):
            return entry
        number, primitive = entry.as_content_primitive()
        if primitive.could_extract_minus_sign():
            number, primitive = -number, -primitive
        combination = self._combination(primitive)
        if combination is None:
            combination = self.define("Gamma", primitive)
            self.sums[combination] = primitive
        return number * combination

    def _combination(self, total: Expr) -> Expr | None:
        """Return a sum as a combination of earlier ones with positive weights, or None."""
        if not self.sums:
            return None
        terms = sorted(set().union(*map(_terms, (total, *self.sums.values()))), key=str)
        columns = [[_terms(s).get(term, S.Zero) for s in self.sums.values()] for term in terms]
        right = Matrix([_terms(total).get(term, S.Zero) for term in terms])
        try:
            weights, free = Matrix(columns).gauss_jordan_solve(right)
        except ValueError:
            return None
        weights = weights.xreplace(dict.fromkeys(free, S.Zero))
        if any(weight < 0 for weight in weights):
            return None  # a difference would bring back the cancellation that is avoided
        return Add(*(weight * symbol for weight, symbol in zip(weights, self.sums, strict=True)))


def _terms(total: Expr) -> dict[Expr, Expr]:
    """Return a sum as {product of symbols: number}."""
    found: dict[Expr, Expr] = total.as_coefficients_dict()
    return dict(found)


def solved_component(
    equations: Mapping[Unknown, Mapping[Unknown, Expr]],
    component: list[Unknown],
    known: Mapping[Unknown, Expr],
    shorthand: Shorthand,
) -> dict[Unknown, Expr]:
    """Return the unknowns of a component, each as a sum over what feeds the component."""
    inside = set(component)
    own = [value for row in component for u, value in equations[row].items() if u in inside]
    short = shorthand.written(own)
    feeding = {u: None for row in component for u in equations[row] if u not in inside}
    feeding = {u: None for u in feeding if known.get(u, S.Zero) != 0}
    if not feeding:
        return dict.fromkeys(component, S.Zero)
    entries = [
        [short[equations[row][u]] if u in equations[row] else S.Zero for u in component]
        for row in component
    ]
    sources = [[-equations[row].get(u, S.Zero) for u in feeding] for row in component]
    written = shorthand.needed(entries)
    forms: list[list[Solution]] = [_solutions(entries, sources)]
    if written is not entries:  # a sum may join what its shorthand keeps apart, or the reverse
        forms.append(_solutions(written, sources))
    # Written out, a product of sums may lose what it takes away; of many unknowns it is too long.
    if all(map(_differences, forms)) and len(component) <= SMALL:
        plain = [[expand(entry.xreplace(shorthand.sums)) for entry in line] for line in entries]
        forms.append(_solutions(plain, sources))
    totals: dict[Unknown, Expr] = dict.fromkeys(component, S.Zero)
    best = min(forms, key=lambda form: (_differences(form), _length(form)))
    for u, (above, bottom) in zip(feeding, best, strict=True):
        values = [factored(numerator) for numerator in above]
        name = shorthand.define("D", bottom)
        for unknown, value in zip(
            component, _shared(component, values, name, shorthand), strict=True
        ):
            totals[unknown] += value * known[u]
    return {
        unknown: shorthand.define("w", value, unknown[0][0])
        if unknown[0][0] == unknown[0][1] and isinstance(value, Add)
        else factor_terms(value)
        for unknown, value in totals.items()
    }


Solution = tuple[list[Expr], Expr]
"""Numerators and their common denominator."""


def _differences(form: list[Solution]) -> int:
    """Return the number of terms with a minus sign in the denominators."""
    terms = (term for _, bottom in form for term in Add.make_args(bottom))
    return sum(term.could_extract_minus_sign() for term in terms)


def _length(form: list[Solution]) -> int:
    """Return the number of terms in the denominators."""
    return sum(len(Add.make_args(bottom)) for _, bottom in form)


def _solutions(entries: list[list[Expr]], sources: list[list[Expr]]) -> list[Solution]:
    """Return the solutions of a linear system, one for each column of the sources."""
    flat = [entry for line in (*entries, *sources) for entry in line]
    ring, _ = sring(flat)
    ring = ring.clone(domain=ring.domain.get_field())
    size = len(entries)

    def matrix(lines: list[list[Expr]], width: int) -> DomainMatrix:
        converted = [[ring.from_expr(entry) for entry in line] for line in lines]
        return DomainMatrix(converted, (size, width), ring.to_domain())

    width = len(sources[0])
    numerators, determinant = matrix(entries, size).solve_den(matrix(sources, width))
    below = _on_circle(determinant)
    columns = zip(*numerators.to_list(), strict=True)
    return [_lowest([_on_circle(above) for above in column], below) for column in columns]


def _on_circle(polynomial: Any) -> Any:
    """Return a polynomial in which sin² of a coupling's phase is replaced by 1 − cos²."""
    ring = polynomial.ring
    places = {symbol: k for k, symbol in enumerate(ring.symbols)}
    for symbol, k in places.items():
        if isinstance(symbol, sin) and cos(symbol.args[0]) in places:
            square = 1 - ring.gens[places[cos(symbol.args[0])]] ** 2
            total = ring.zero
            for monomial, coefficient in polynomial.terms():
                half, rest = divmod(monomial[k], 2)
                lowered = (*monomial[:k], rest, *monomial[k + 1 :])
                total += ring.term_new(lowered, coefficient) * square**half
            polynomial = total
    return polynomial


def _shared(
    component: list[Unknown], numerators: list[Expr], below: Expr, shorthand: Shorthand
) -> list[Expr]:
    """Return numerator/below, with one symbol for what a population and a coherence share.

    By continuity the flow out of a population is a coherence times the coupling, so that both have
    the same long factor.
    """
    fractions = [numerator / below for numerator in numerators]
    for (element, _), numerator in zip(component, numerators, strict=True):
        long = [f for f in Mul.make_args(numerator) if f.as_base_exp()[0].is_Add]
        sharing = [k for k, n in enumerate(numerators) if long and set(long) <= set(n.args)]
        if element[0] == element[1] and len(sharing) > 1:
            core = Mul(*long)
            symbol = shorthand.define("r", core / below, element[0])
            for k in sharing:
                fractions[k] = numerators[k] / core * symbol
    return fractions


def _lowest(numerators: list[Any], denominator: Any) -> tuple[list[Expr], Expr]:
    """Return numerators and their common denominator, without factors that all of them share."""
    common = denominator
    for numerator in numerators:
        common = common.gcd(numerator)
    number, primitive = denominator.exquo(common).as_expr().as_content_primitive()
    if all(term.could_extract_minus_sign() for term in Add.make_args(primitive)):
        number, primitive = -number, -primitive
    return [n.exquo(common).as_expr() / number for n in numerators], primitive


def factored(polynomial: Expr) -> Expr:
    """Return a polynomial as a product; of a long one, only what its terms share is taken out."""
    if not polynomial.free_symbols:
        return polynomial
    longest = max(len(Add.make_args(factor)) for factor in Mul.make_args(polynomial))
    if longest > LONGEST or not polynomial.is_polynomial():
        return factor_terms(polynomial)
    state = rng.getstate()  # unlucky numbers in SymPy's search cost minutes: the same ones always
    rng.seed(1)
    try:
        number, factors = factor_list(polynomial)
    finally:
        rng.setstate(state)
    return Mul(number, *(base**power for base, power in factors))
