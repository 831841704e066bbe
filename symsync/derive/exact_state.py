"""The steady state to all orders in the coupling.

The equations fall into strongly connected components that feed each other in one direction.  Where
each component is small, the state is a closed form, written in definitions that follow each other:
of seventeen elements in six symbols it is readable and fast only if everything that its elements
share has a name, and terms that cancel between elements cancel here, in exact algebra.  Otherwise
the unknowns are the solution of one linear system, which is eliminated when it is evaluated, and if
all rates are numbers the elements are numbers.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sympy import Add, Expr, Mul, Poly, Rational, S, Symbol, conjugate, expand, factor_terms
from sympy.utilities.iterables import strongly_connected_components

from symsync.derive.block_solutions import ENTRIES, SYMBOLS
from symsync.derive.closed_form import Shorthand, factored, solved_component
from symsync.derive.elimination import SteadyEquations, steady_equations
from symsync.derive.site_symmetry import Unknown
from symsync.derive.state import Element, State
from symsync.derive.truncation import warn_if_cut
from symsync.expressions.complex_parts import real_imag
from symsync.expressions.definitions import NamedExpression, written_out
from symsync.expressions.latex import ket_label, ket_latex, latex
from symsync.expressions.linear_solutions import Solution
from symsync.expressions.progress import watched
from symsync.expressions.symbols import declare, ket_name
from symsync.model.spin import Ket, squared_norm
from symsync.model.system import System, require_system

if TYPE_CHECKING:
    from symsync.derive.rational_state import RationalState

__all__ = ["ExactState", "exact_state"]

LARGEST = 16
"""A component of at most this many unknowns may have a closed form, see `block_solutions`; those of
one symbol are short in any case."""

FRACTIONS = 400_000
"""A model of numbers whose elimination is longer is evaluated when it is asked for digits."""

OPERATIONS = 4000
"""A closed form of more operations is not read by anybody, and takes long to compile."""


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
        plain, _, systems = super().__repr__().partition("\nwith\n")
        lines += [systems] if systems else []
        return "\n".join([plain, *(["with", *lines] if lines else [])])

    def latex_rows(self) -> list[str]:
        """Return the terms, and then the definitions, as rows of `aligned`."""
        rows = [rf"&{latex(s)} = {latex(value)}" for s, value in self.definitions.items()]
        terms, meanings = super().latex_rows(), self._meanings
        return [*terms[: len(terms) - len(meanings)], *rows, *meanings]

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

    def rational(self, parameter: Any, values: Mapping[Any, Any]) -> "RationalState":
        """Return the state as ratios of polynomials in one parameter, at numbers for the others.

        It is a state like any other: `S_rel`, `purity` and `partial_trace` take it.

        Parameters
        ----------
        parameter
            The symbol that is left, or its name.
        values
            {parameter: exact number} for all others.

        Returns
        -------
        RationalState
            Its elements are reduced, and `taylor(order)` is its power series.

        Raises
        ------
        ValueError
            If a parameter is unknown or has no value, a value is not exact or outside the domain of
            its parameter, or the state has no value or is not unique there.
        NotImplementedError
            If the linear system of the state takes too many steps.

        Examples
        --------
        >>> from symsync import Delta, exact_state, spin_pair
        >>> rates = {"gamma_g_A": 1, "gamma_d_A": 1, "gamma_g_B": 1, "gamma_d_B": 1, Delta: 0}
        >>> exact_state(spin_pair()).rational("epsilon", rates)[(0, 0), (0, 0)]
        (2*epsilon**2 + 1)/(8*epsilon**2 + 1)
        """
        from symsync.derive.rational_state import rational_state  # NumPy is loaded with it

        elements = {e: value.xreplace(self._nodes) for e, value in self.values_unnormalised.items()}
        return rational_state(self.spins, elements, parameter, values)

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
        Any model with a unique steady state, with symbols, numbers or both.

    Returns
    -------
    ExactState
        A closed form where that is short, such as that of a driven spin or of a pair of spins 1.
        Otherwise the elements are solutions of one linear system, which is eliminated when a
        formula is evaluated.  If the model holds no symbols, they are numbers.

    Raises
    ------
    ValueError
        If the steady state is not unique.

    Warns
    -----
    TruncationWarning
        If an oscillator is cut at a level that holds more than a thousandth: in this state if all
        of it is numbers, and in a limit cycle alone if only its rates are.

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
    steady = steady_equations(system)
    if not system.parameters:
        found = _of_numbers(steady)
        warn_if_cut(system, found)
        return found
    warn_if_cut(system)
    parts = _components(steady)
    if all(_is_small(steady.equations, part) for part in parts):
        found = _closed_form(steady, parts)
        every = [*found.definitions.values(), *found.values_unnormalised.values()]
        if sum(value.count_ops() for value in every) <= OPERATIONS:
            return found
    linear = steady.linear
    unknowns = [Solution(linear, k, *linear.parameters) for k in range(linear.size)]
    return _normalised(steady, dict(zip(steady.equations, unknowns, strict=True)))


def _closed_form(steady: SteadyEquations, parts: list[list[Unknown]]) -> ExactState:
    """Return the state with the unknowns of each component in closed form."""
    shorthand = Shorthand(symbol.name for symbol in steady.system.parameters)
    known: dict[Unknown, Expr] = {steady.fixed: S.One}
    for component in watched(parts, "Solved components", len(parts)):
        known |= solved_component(steady.equations, component, known, shorthand)
    del known[steady.fixed]
    return _normalised(steady, known, shorthand)


def _of_numbers(steady: SteadyEquations) -> ExactState:
    """Return the state of a model without symbols."""
    linear = steady.linear
    short = linear.pivots is not None and linear.steps <= FRACTIONS
    if short and all(entry.is_Rational for entry in linear.entries):
        found = linear.solution([Fraction(int(e.p), int(e.q)) for e in linear.entries])
        values = [Rational(value.numerator, value.denominator) for value in map(Fraction, found)]
    else:
        values = [Solution(linear, k) for k in range(linear.size)]
    return _normalised(steady, dict(zip(steady.equations, values, strict=True)))


def _components(steady: SteadyEquations) -> list[list[Unknown]]:
    """Return the components that the fixed population reaches, each after those that feed it."""
    equations = steady.equations
    edges = [(row, other) for row in equations for other in equations[row] if other != steady.fixed]
    found: list[list[Unknown]] = strongly_connected_components((list(equations), edges))
    return found


def _is_small(equations: Mapping[Unknown, Mapping[Unknown, Expr]], part: list[Unknown]) -> bool:
    """Whether a component has a closed form that a person can read."""
    entries = {value for unknown in part for value in equations[unknown].values()}
    symbols = set().union(*(entry.free_symbols for entry in entries))
    size = len(part)
    short = size * len(symbols) <= SYMBOLS and size * len(entries) <= ENTRIES
    return size <= LARGEST and (short or len(symbols) <= 1)


def _normalised(
    steady: SteadyEquations, known: Mapping[Unknown, Expr], shorthand: Shorthand | None = None
) -> ExactState:
    """Return the state of trace 1 from unknowns that are relative to the fixed population."""
    system = steady.system
    sizes = list(system.spins.values())
    shorthand = shorthand or Shorthand(symbol.name for symbol in system.parameters)
    every = steady.every(known)
    total = Add(
        *(
            squared_norm(ket, sizes) * value
            for ((ket, bra), _), value in every.items()
            if ket == bra
        )
    )
    trace = shorthand.define("Z", total)
    values: dict[Element, Expr] = {}
    for (ket, bra), _ in every:
        u = every[(ket, bra), "re"] / trace
        v = every.get(((ket, bra), "im"), S.Zero) / trace
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
