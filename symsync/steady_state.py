"""The steady state to all orders in the coupling, in closed form.

The generator is written for real unknowns, the populations and the real and imaginary parts of the
coherences that ρ₀ reaches.  One population is fixed to 1 and its own equation dropped, as the
conservation of the trace makes it redundant.  What is left falls into strongly connected components
that feed each other in one direction; each is a small linear system with polynomial entries.
Sums of rates that occur together are one symbol while a component is solved, which keeps the
Letter's model at 31 terms in its largest denominator.
"""

from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

from sympy import Add, Expr, Matrix, Mul, S, Symbol, expand, factor_list, sring
from sympy.polys.matrices import DomainMatrix
from sympy.utilities.iterables import strongly_connected_components

from symsync.expansion import uncoupled_state
from symsync.latex import latex
from symsync.liouville import Element, Liouvillian, State, as_it_is, closure, rows
from symsync.spin import squared_norm
from symsync.system import System

__all__ = ["ExactState", "exact_state"]

Unknown = tuple[Element, str]
"""An element with "re" or "im"."""

LARGEST = 16
"""Unknowns in a component that elimination with free symbols still solves in seconds."""


class ExactState(State):
    """A steady state to all orders in the coupling, written in definitions that follow each other.

    Attributes
    ----------
    definitions
        {symbol: expression} in the order in which they are computed: Γ are sums of rates, D
        determinants, w populations relative to the one that was fixed to 1, Z their sum.
    written_out
        The same state in the symbols of the model alone.
    """

    def __init__(
        self,
        spins: Mapping[str, Any],
        values: Mapping[Element, Any],
        definitions: Mapping[Symbol, Expr],
    ) -> None:
        super().__init__(spins, values, as_it_is)
        self.definitions = dict(definitions)

    def __reduce__(self) -> tuple[Any, ...]:
        return ExactState, (self.spins, self.values_unnormalised, self.definitions)

    def __repr__(self) -> str:
        lines = [f"{symbol} = {value}" for symbol, value in self.definitions.items()]
        return "\n".join([super().__repr__(), *(["with", *lines] if lines else [])])

    def latex_rows(self) -> list[str]:
        """Return the terms, and then the definitions, as rows of `aligned`."""
        rows = [rf"&{latex(s)} = {latex(value)}" for s, value in self.definitions.items()]
        return [*super().latex_rows(), *rows]

    @property
    def written_out(self) -> "ExactState":
        """The state without definitions."""
        known: dict[Symbol, Expr] = {}
        for symbol, expression in self.definitions.items():
            known[symbol] = expression.xreplace(known)
        values = {e: value.xreplace(known) for e, value in self.values_unnormalised.items()}
        return ExactState(self.spins, values, {})


def exact_state(system: System) -> ExactState:
    """Return the steady state of a system to all orders in its couplings.

    Parameters
    ----------
    system
        A model whose components have at most `LARGEST` unknowns, such as a driven spin, a pair of
        spins 1, or a pair of spins 1/2 and 1; a pair of spins 1 and 3/2 has more.

    Raises
    ------
    NotImplementedError
        If a component has more than `LARGEST` unknowns.
    ValueError
        If a limit cycle is not unique.

    Examples
    --------
    >>> from symsync import exact_state, spin_pair
    >>> state = exact_state(spin_pair())
    >>> len(state)
    17
    >>> state[(0, 0), (0, 0)]
    4/Z_1
    """
    pivot = (next(iter(uncoupled_state(system))), "re")
    generator = Liouvillian(system)
    equations = _real_equations(rows(closure(generator.full, [pivot[0]])))
    del equations[pivot]
    shorthand = _Shorthand(symbol.name for symbol in system.parameters)
    known: dict[Unknown, Expr] = {pivot: S.One}
    for component in _components(equations, pivot):
        if len(component) > LARGEST:
            (ket, bra), _ = component[0]
            raise NotImplementedError(
                f"A component of the steady state has {len(component)} unknowns, more than the "
                f"{LARGEST} that are solved in closed form; ⟨{ket}|ρ|{bra}⟩ is among them. "
                "Use steady_series, order by order."
            )
        known |= _solved(equations, component, known, shorthand)
    return _normalised(system, known, shorthand)


def _real_equations(
    equations: Mapping[Element, Mapping[Element, Any]],
) -> dict[Unknown, dict[Unknown, Expr]]:
    """Return the equations of u and v, with ρ_kb = u + iv and ρ_bk = u − iv."""
    sign: dict[Element, int] = {}
    for ket, bra in equations:
        if (bra, ket) not in sign:
            sign[ket, bra] = 1
    real: dict[Unknown, dict[Unknown, Expr]] = {}
    for element in sign:
        parts: dict[str, dict[Unknown, Expr]] = {"re": {}, "im": {}}
        for other, coefficient in equations[element].items():
            x, y = coefficient.as_expr().as_real_imag()
            own = other if other in sign else (other[1], other[0])
            side = 1 if other in sign else -1
            terms = [("re", (own, "re"), x), ("im", (own, "re"), y)]
            if own[0] != own[1]:
                terms += [("re", (own, "im"), -side * y), ("im", (own, "im"), side * x)]
            for part, unknown, value in terms:
                parts[part][unknown] = parts[part].get(unknown, S.Zero) + value
        wanted = ("re",) if element[0] == element[1] else ("re", "im")
        for part in wanted:
            row = {unknown: expand(value) for unknown, value in parts[part].items()}
            real[element, part] = {unknown: value for unknown, value in row.items() if value != 0}
    return real


def _components(
    equations: Mapping[Unknown, Mapping[Unknown, Expr]], pivot: Unknown
) -> list[list[Unknown]]:
    """Return the components that the pivot reaches, each after those that feed it."""
    edges = [(row, other) for row in equations for other in equations[row] if other != pivot]
    found: list[list[Unknown]] = strongly_connected_components((list(equations), edges))
    return found


class _Shorthand:
    """The definitions made so far, and the symbols that stand for them."""

    def __init__(self, taken: Iterable[str]) -> None:
        self.definitions: dict[Symbol, Expr] = {}
        self.sums: dict[Symbol, Expr] = {}
        self.taken = set(taken)

    def define(self, letter: str, expression: Expr) -> Symbol:
        """Return the symbol of an expression, a new one with this letter if it has none."""
        for symbol, known in self.definitions.items():
            if known == expression:
                return symbol
        names = (f"{letter}_{k}" for k in count(1))
        name = next(name for name in names if name not in self.taken)
        self.taken.add(name)
        symbol = Symbol(
            name,
            positive=expression.is_positive,
            nonnegative=expression.is_nonnegative,
            real=True,
        )
        self.definitions[symbol] = expression
        return symbol

    def written(self, entries: Iterable[Expr]) -> dict[Expr, Expr]:
        """Return each entry with sums of rates in shorthand, short sums first."""
        by_length = sorted(set(entries), key=lambda entry: (len(Add.make_args(entry)), str(entry)))
        return {entry: self._short(entry) for entry in by_length}

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
        """Return a sum as a combination of earlier ones with positive weights, if it is one."""
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
    """Return {product of symbols: number} of a sum."""
    found: dict[Expr, Expr] = total.as_coefficients_dict()
    return dict(found)


def _solved(
    equations: Mapping[Unknown, Mapping[Unknown, Expr]],
    component: list[Unknown],
    known: Mapping[Unknown, Expr],
    shorthand: _Shorthand,
) -> dict[Unknown, Expr]:
    """Return the unknowns of a component, each a sum over what feeds the component."""
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
    flat = [entry for line in (*entries, *sources) for entry in line]
    ring, _ = sring(flat)
    ring = ring.clone(domain=ring.domain.get_field())
    size = len(component)

    def matrix(lines: list[list[Expr]], width: int) -> DomainMatrix:
        converted = [[ring.from_expr(entry) for entry in line] for line in lines]
        return DomainMatrix(converted, (size, width), ring.to_domain())

    block = matrix(entries, size)
    totals: dict[Unknown, Expr] = dict.fromkeys(component, S.Zero)
    for k, u in enumerate(feeding):
        numerators, determinant = block.solve_den(matrix([[line[k]] for line in sources], 1))
        values, bottom = _lowest([row[0] for row in numerators.to_list()], determinant)
        name = shorthand.define("D", bottom)
        for unknown, numerator in zip(component, values, strict=True):
            totals[unknown] += numerator / name * known[u]
    return {
        unknown: shorthand.define("w", value) if unknown[0][0] == unknown[0][1] else value
        for unknown, value in totals.items()
    }


def _lowest(numerators: list[Any], denominator: Any) -> tuple[list[Expr], Expr]:
    """Return numerators, factored, and their common denominator without common factors."""
    common = denominator
    for numerator in numerators:
        common = common.gcd(numerator)
    number, primitive = denominator.exquo(common).as_expr().as_content_primitive()
    if all(term.could_extract_minus_sign() for term in Add.make_args(primitive)):
        number, primitive = -number, -primitive
    return [_factored(n.exquo(common).as_expr() / number) for n in numerators], primitive


def _factored(polynomial: Expr) -> Expr:
    if polynomial == 0:
        return S.Zero
    number, factors = factor_list(polynomial)
    return Mul(number, *(base**power for base, power in factors))


def _normalised(system: System, known: Mapping[Unknown, Expr], shorthand: _Shorthand) -> ExactState:
    sizes = list(system.spins.values())
    total = Add(
        *(
            squared_norm(element[0], sizes) * value
            for (element, _), value in known.items()
            if element[0] == element[1]
        )
    )
    trace = shorthand.define("Z", total)
    values: dict[Element, Expr] = {}
    for (ket, bra), _ in known:
        u = known[(ket, bra), "re"] / trace
        v = known.get(((ket, bra), "im"), S.Zero) / trace
        values[ket, bra] = u + S.ImaginaryUnit * v
        values[bra, ket] = u - S.ImaginaryUnit * v
    return ExactState(system.spins, values, shorthand.definitions)
