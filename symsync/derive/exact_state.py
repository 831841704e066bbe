"""The steady state to all orders in the coupling, written in definitions that follow each other.

The generator is written for real unknowns: the populations, and the real and imaginary parts of
the coherences that ρ₀ reaches.  One population is fixed to 1, and its own equation is left out,
because the conservation of the trace makes it redundant.  The other equations fall into strongly
connected components that feed each other in one direction.  Each component is a small linear
system with polynomial entries.

A closed form of seventeen elements in six symbols is readable and fast only if everything that
its elements share has a name.  Terms that cancel between elements cancel here, in exact algebra.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sympy import Add, Expr, Mul, Poly, S, Symbol, conjugate, expand, factor_terms
from sympy.utilities.iterables import strongly_connected_components

from symsync.derive.closed_form import Shorthand, Unknown, factored, solved_component
from symsync.derive.generator import Liouvillian, closure, rows
from symsync.derive.state import Element, State
from symsync.derive.uncoupled import uncoupled_state
from symsync.expressions.complex_parts import real_imag
from symsync.expressions.definitions import NamedExpression, written_out
from symsync.expressions.latex import ket_label, ket_latex, latex
from symsync.expressions.symbols import declare, ket_name
from symsync.model.spin import Ket, squared_norm
from symsync.model.system import System, require_system

__all__ = ["ExactState", "exact_state"]

LARGEST = 16
"""A component of at most this many unknowns is solved with free symbols."""


class ExactState(State):
    """A steady state to all orders in the coupling, written in definitions that follow each other.

    Attributes
    ----------
    definitions
        {symbol: expression} in the order in which they are computed: Γ are sums of rates, D
        determinants, r factors that populations share with coherences, w populations relative to
        the one that was fixed to 1, and Z is the sum of all populations.
    written_out
        The same state in the symbols of the model alone.
    named
        The same state with one symbol for each population and part of a coherence.
    """

    def __init__(
        self,
        spins: Mapping[str, Any],
        values: Mapping[Element, Any],
        definitions: Mapping[Symbol, Expr],
    ) -> None:
        super().__init__(spins, values, self._named)
        listed = definitions.values() if isinstance(definitions, Mapping) else [None]
        if not all(isinstance(value, Expr) for value in listed):
            raise ValueError(
                f"Argument `definitions` must be {{symbol: expression}}, but is {definitions!r}."
            )
        self.definitions = dict(definitions)
        self._nodes: dict[Symbol, Expr] = {}
        for symbol, value in definitions.items():
            self._nodes[symbol] = NamedExpression(symbol, value.xreplace(self._nodes))
        rates = {s for s, value in definitions.items() if not value.free_symbols & set(definitions)}
        self._weights = {s for s in definitions if s not in rates or _degree(definitions[s]) > 1}
        self._determinants = {s for s in self._weights if definitions[s].is_polynomial()}
        self._determinants -= {s for s in self._determinants if definitions[s].has(*self._weights)}

    def __reduce__(self) -> tuple[Any, ...]:
        return ExactState, (self.spins, self.values_unnormalised, self.definitions)

    def __repr__(self) -> str:
        lines = [f"{symbol} = {value}" for symbol, value in self.definitions.items()]
        return "\n".join([super().__repr__(), *(["with", *lines] if lines else [])])

    def latex_rows(self) -> list[str]:
        """Return the terms, and then the definitions, as rows of `aligned`."""
        rows = [rf"&{latex(s)} = {latex(value)}" for s, value in self.definitions.items()]
        return [*super().latex_rows(), *rows]

    def _named(self, total: Expr) -> Expr:
        """Return a sum, collected, in symbols that know what they stand for."""
        return self._collected(total).xreplace(self._nodes)

    def _collected(self, total: Expr) -> Expr:
        """Return a sum in which the terms with the same determinants and populations are collected.

        Terms that cancel between elements then cancel exactly.  Otherwise the first harmonic would
        lose digits in floating point if Δ is much larger than the rates Γ.
        """
        if not self._weights:
            return total
        groups: dict[tuple[Expr, bool], dict[Expr, Expr]] = {}
        for term in _products(total, self._weights):
            unit, rest = term.as_independent(*self._weights, as_Add=False)
            weight, below = rest.as_independent(*self._determinants, as_Add=False)
            key = weight, unit.has(S.ImaginaryUnit)
            group = groups.setdefault(key, {})
            group[below] = group.get(below, S.Zero) + unit.xreplace({S.ImaginaryUnit: S.One})
        parts = {False: S.Zero, True: S.Zero}
        for (weight, is_imaginary), group in groups.items():
            parts[is_imaginary] += weight * self._merged(group)
        return factor_terms(parts[False]) + S.ImaginaryUnit * factor_terms(parts[True])

    def _merged(self, fractions: Mapping[Expr, Expr]) -> Expr:
        """Return Σ numerator/determinant, with each difference as one fraction if this is possible.

        A difference a + b − c/D becomes (aD − c)/D + b if all terms of aD − c have one sign.
        """
        whole = fractions.get(S.One, S.Zero)
        sign = -1 if whole.could_extract_minus_sign() else 1
        sums = {s: v for s, v in self.definitions.items() if s not in self._weights}
        every = Add.make_args(expand(sign * whole.xreplace(sums)))
        pieces, merged = list(every), []
        for below, above in fractions.items():
            if below == 1:
                continue
            above = expand(sign * above)
            determinant = (1 / below).xreplace(self.definitions)
            for piece in pieces:
                total = expand(piece * determinant + above)
                if not _is_positive(above) and _is_positive(total):
                    pieces.remove(piece)
                    merged.append(factored(total) * below)
                    break
            else:
                merged.append(factored(above) * below)
        if len(pieces) == len(every):  # nothing was joined: the sums keep their symbols
            pieces = [factored(sign * whole)]
        return sign * Add(*pieces, *merged)

    @property
    def named(self) -> "ExactState":
        """The state with one symbol for each population and each part of a coherence."""
        definitions, values = dict(self.definitions), {}
        for ket, bra in self:
            if (ket, bra) in values:
                continue
            scale = self._scale((ket, bra))
            total = scale * self._collected(self.values_unnormalised[ket, bra])
            whole = S.Zero
            for part, value, unit in zip(
                ("re", "im"), real_imag(total), (S.One, S.ImaginaryUnit), strict=True
            ):
                if value != 0:
                    symbol = _element_symbol(part, ket, bra)
                    definitions[symbol] = value
                    whole += unit * symbol
            values[ket, bra], values[bra, ket] = whole / scale, conjugate(whole) / scale
        return ExactState(self.spins, values, definitions)

    def renamed(self, names: Mapping[Symbol, Symbol]) -> "ExactState":
        """Return the state with other symbols for some of its definitions."""
        definitions = {names.get(s, s): v.xreplace(names) for s, v in self.definitions.items()}
        values = {e: value.xreplace(names) for e, value in self.values_unnormalised.items()}
        return ExactState(self.spins, values, definitions)

    @property
    def written_out(self) -> "ExactState":
        """The state without definitions."""
        values = {
            element: written_out(value.xreplace(self._nodes))
            for element, value in self.values_unnormalised.items()
        }
        return ExactState(self.spins, values, {})


def _is_positive(total: Expr) -> bool:
    return not any(term.could_extract_minus_sign() for term in Add.make_args(total))


def _degree(polynomial: Expr) -> int:
    return int(Poly(polynomial).total_degree()) if polynomial.free_symbols else 0


def _products(total: Expr, weights: set[Symbol]) -> list[Expr]:
    """Return the terms of a sum; sums of complex numbers and of weights are multiplied out."""
    terms = []
    for term in Add.make_args(total):
        factors = Mul.make_args(term)
        mixed = [f for f in factors if isinstance(f, Add) and f.has(S.ImaginaryUnit, *weights)]
        if mixed:
            rest = Mul(*(f for f in factors if f is not mixed[0]))
            terms += [piece for t in mixed[0].args for piece in _products(rest * t, weights)]
        else:
            terms.append(term)
    return terms


def _element_symbol(part: str, ket: Ket, bra: Ket) -> Symbol:
    """Return the symbol of a population, or of Re or Im ⟨ket|ρ|bra⟩."""
    first, second = ket_name(ket), ket_name(bra)
    if ket == bra:
        meaning = f"population of |{','.join(map(str, ket))}⟩"
        return declare(f"p_{first}", f"p_{{{ket_latex(ket)}}}", meaning, nonnegative=True)
    prime, words = {"re": ("'", "real"), "im": ("''", "imaginary")}[part]
    meaning = f"{words} part of ⟨{','.join(map(str, ket))}|ρ|{','.join(map(str, bra))}⟩"
    return declare(
        f"{part}_{first}_{second}",
        rf"{{\rho{prime}}}_{{{ket_label(ket)},{ket_label(bra)}}}",
        meaning,
        real=True,
    )


def exact_state(system: System) -> ExactState:
    """Return the steady state of a system to all orders in its couplings.

    Parameters
    ----------
    system
        A model whose components have at most `LARGEST` unknowns, such as a driven spin, a pair of
        spins 1, or a pair of spins 1/2 and 1.  The Letter's pair takes less than a second.  More
        than ten unknowns take minutes if many symbols are free, and seconds if most are numbers.

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
    4/Z
    """
    require_system(system)
    pivot = (next(iter(uncoupled_state(system))), "re")
    generator = Liouvillian(system)
    equations = _real_equations(rows(closure(generator.full, [pivot[0]])))
    del equations[pivot]
    shorthand = Shorthand(symbol.name for symbol in system.parameters)
    known: dict[Unknown, Expr] = {pivot: S.One}
    for component in _components(equations, pivot):
        if len(component) > LARGEST:
            (ket, bra), _ = component[0]
            raise NotImplementedError(
                f"A component of the steady state has {len(component)} unknowns, more than the "
                f"{LARGEST} that are solved in closed form; ⟨{ket}|ρ|{bra}⟩ is among them. "
                "Use steady_series, order by order."
            )
        known |= solved_component(equations, component, known, shorthand)
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


def _normalised(system: System, known: Mapping[Unknown, Expr], shorthand: Shorthand) -> ExactState:
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
    return ExactState(system.spins, values, _used(values.values(), shorthand.definitions))


def _used(values: Iterable[Expr], definitions: Mapping[Symbol, Expr]) -> dict[Symbol, Expr]:
    """Return the definitions that values, or the definitions that they need, refer to."""
    wanted = set().union(*(value.free_symbols for value in values))
    for symbol, expression in reversed(list(definitions.items())):
        if symbol in wanted:
            wanted |= expression.free_symbols
    return {symbol: value for symbol, value in definitions.items() if symbol in wanted}
