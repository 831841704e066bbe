"""Exact states and formulas as ratios of polynomials in one parameter, and their power series.

All other parameters are exact numbers.  The state of a large model, which is otherwise evaluated by
elimination, can then be read.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sympy import QQ, QQ_I, Add, Expr, I, Mul, NumberSymbol, Pow, S, Symbol, Tuple, nan, zoo
from sympy.polys.rings import PolyElement, ring

from symsync.derive.interpolation import interpolated, no_value
from symsync.derive.state import Element, State, as_it_is
from symsync.expressions.checks import did_you_mean, number, require_domain, whole
from symsync.expressions.complex_parts import real_imag
from symsync.expressions.definitions import NamedExpression
from symsync.expressions.linear_solutions import Solution
from symsync.expressions.orders import EXACT, order_of
from symsync.formula import Equation

__all__ = ["RationalState", "rational", "rational_state", "taylor"]

HIGHEST = 1000
"""The highest order of a power series."""


class RationalState(State):
    """A state whose elements are ratios of polynomials in one parameter, with rational numbers.

    Elements print reduced.  Inside they have one denominator, so that sums of elements, such as
    partial traces and harmonics, are sums of polynomials.

    Parameters
    ----------
    spins
        {site: S}.
    numerators
        {(ket, bra): coefficients} in the unnormalised basis, the constant one first.
    denominator
        The coefficients of the common denominator.
    parameter
        The symbol.
    """

    def __init__(
        self,
        spins: Mapping[str, Any],
        numerators: Mapping[Element, Sequence[Any]],
        denominator: Sequence[Any],
        parameter: Symbol,
    ) -> None:
        self.parameter = parameter
        self._ring = ring(parameter, QQ_I)[0]
        values = {element: self._polynomial(terms) for element, terms in numerators.items()}
        super().__init__(spins, values, self._ratio)
        self._below = self._polynomial(denominator)
        self._written: dict[PolyElement, Expr] = {}

    def _polynomial(self, given: Any) -> PolyElement:
        if isinstance(given, PolyElement):
            return given
        return self._ring.from_list([self._ring.domain.convert(each) for each in given][::-1])

    def __reduce__(self) -> tuple[Any, ...]:
        above = {element: _listed(value) for element, value in self.values_unnormalised.items()}
        return RationalState, (self.spins, above, _listed(self._below), self.parameter)

    def _scaled(self, unit: Expr, value: PolyElement) -> Expr:
        """Return a value times a constant, whose rational part is reduced with the value."""
        number, root = unit.as_coeff_Mul()
        return root * self._ratio(value * number)

    def partial_trace(self, *keep: str | int) -> "RationalState":
        """Return the reduced state of the sites `keep`, in the order in which they are given."""
        found = super().partial_trace(*keep)
        return RationalState(found.spins, found.values_unnormalised, self._below, self.parameter)

    def _ratio(self, numerator: PolyElement) -> Expr:
        if numerator not in self._written:
            real, imag = (
                _quotient(_part(numerator, name), _part(self._below, "x")) for name in "xy"
            )
            self._written[numerator] = real + I * imag
        return self._written[numerator]

    def taylor(self, order: int) -> State:
        """Return the power series in the parameter, up to an order that is included.

        The elements are polynomials.  If the parameter is the strength of all couplings, they are
        those of `steady_series(system).partial_sum(order)`.

        Raises
        ------
        ValueError
            If `order` is no whole number from 0 to 1000, or the state has a pole where the
            parameter is zero.

        Examples
        --------
        >>> from symsync import Delta, exact_state, spin_pair
        >>> rates = {"gamma_g_A": 1, "gamma_d_A": 2, "gamma_g_B": 3, "gamma_d_B": 4, Delta: 1}
        >>> exact_state(spin_pair()).rational("epsilon", rates).taylor(1)[(1, -1), (0, 0)]
        2*epsilon*(5/29 - 2*I/29)
        """
        order = whole("order", order, 0, HIGHEST)
        values = {
            element: _expanded(numerator, self._below, order)
            for element, numerator in self.values_unnormalised.items()
        }
        return State(self.spins, values, as_it_is, "truncated" if order else self.kind)


def _listed(polynomial: PolyElement) -> list[Expr]:
    """Return all coefficients, the constant one first."""
    domain = polynomial.ring.domain
    return [
        domain.to_sympy(polynomial.get((k,), domain.zero)) for k in range(polynomial.degree() + 1)
    ]


def _part(polynomial: PolyElement, name: str) -> PolyElement:
    """Return the polynomial of the real or of the imaginary parts, "x" or "y"."""
    terms = {power: getattr(value, name) for power, value in polynomial.items()}
    field = ring(polynomial.ring.symbols, QQ)[0]
    return field.from_dict({power: value for power, value in terms.items() if value})


def _quotient(above: PolyElement, below: PolyElement) -> Expr:
    """Return a reduced ratio of polynomials."""
    above, below = above.cancel(below)
    return above.as_expr() / below.as_expr()


def _expanded(above: PolyElement, below: PolyElement, order: int) -> Expr:
    """Return the power series of a ratio, up to an order."""
    domain, (x,) = above.ring.domain, above.ring.symbols
    start = min(k for (k,) in below)
    lead = below[start,]
    if any(k < start for (k,) in above):
        raise ValueError(
            f"There is no power series in {x}, because the ratio has a pole at zero. "
            "Expand in another parameter."
        )
    found: list[Any] = []
    for n in range(order + 1):
        total = above.get((n + start,), domain.zero)
        for (k,), value in below.items():
            if start < k <= n + start:
                total -= value * found[n + start - k]
        found.append(total / lead)
    return Add(*(domain.to_sympy(value) * x**k for k, value in enumerate(found)))


def rational_state(
    spins: Mapping[str, Any],
    elements: Mapping[Element, Expr],
    parameter: Any,
    values: Mapping[Any, Any],
) -> RationalState:
    """Return a state with elements, in the unnormalised basis, as ratios in one parameter."""
    x, rule = _given(Tuple(*elements.values()).free_symbols, parameter, values)
    parts: dict[Element, tuple[Expr, Expr]] = {}
    for (ket, bra), value in elements.items():
        if (bra, ket) not in parts:
            parts[ket, bra] = real_imag(value.xreplace(rule))
    every = [part for pair in parts.values() for part in pair]
    _require_values(x, every)
    above, below = interpolated(every, x)
    numerators = {}
    for (ket, bra), real, imag in zip(parts, above[::2], above[1::2], strict=True):
        numerators[bra, ket] = [QQ_I(a, -b) for a, b in zip(real, imag, strict=True)]
        numerators[ket, bra] = [QQ_I(a, b) for a, b in zip(real, imag, strict=True)]
    return RationalState(spins, {e: numerators[e] for e in elements}, below, x)


def rational(formula: Any, parameter: Any, values: Mapping[Any, Any] | None = None) -> Any:
    """Return a formula as a reduced ratio of polynomials in one parameter.

    It is found by interpolation in prime fields, so that unknowns of large linear systems may
    occur in it.

    Parameters
    ----------
    formula
        An expression, such as a population, a harmonic of S_rel or the purity of an exact state, an
        `Equation`, or a `Tuple` of expressions.
    parameter
        The symbol that is left, or its name.
    values
        {parameter: exact number} for the others.  What only multiplies, such as cos φ, needs none.

    Returns
    -------
    Expr, Equation or Tuple
        The same formula; irrational constants and what needs no value stand before the ratios.

    Raises
    ------
    ValueError
        If a parameter is unknown or has no value, a value is not exact or outside the domain of its
        parameter, or the formula is no rational function or has no value there.
    NotImplementedError
        If it holds a linear system of too many steps, or a degree is above 8192.

    Examples
    --------
    >>> from symsync import exact_state, rational, spin_pair
    >>> population = exact_state(spin_pair())[(0, 0), (0, 0)]
    >>> rates = {"gamma_g_A": 1, "gamma_d_A": 1, "gamma_g_B": 1, "gamma_d_B": 1, "Delta": 0}
    >>> rational(population, "epsilon", rates)
    (2*epsilon**2 + 1)/(8*epsilon**2 + 1)
    """
    if isinstance(formula, Equation):
        right = rational(formula.rhs, parameter, values)
        left = [symbol for symbol in formula.parameters if symbol in right.free_symbols]
        return replace(formula, rhs=right, parameters=tuple(left))
    x, rule = _given(_symbols(formula), parameter, {} if values is None else values)
    return _each(formula.xreplace(rule), x, _quotient)


def taylor(formula: Any, parameter: Any, order: int) -> Any:
    """Return the power series of a ratio of polynomials in a parameter.

    Parameters
    ----------
    formula
        What `rational` returns.
    parameter
        The symbol, or its name.
    order
        The highest power.

    Returns
    -------
    Expr, Equation or Tuple
        The same formula with polynomials in place of the ratios.

    Raises
    ------
    ValueError
        If `order` is no whole number from 0 to 1000, the parameter is unknown, or `formula` is no
        ratio of polynomials in it or has a pole where it is zero.

    Examples
    --------
    >>> from sympy import Symbol
    >>> from symsync import taylor
    >>> x = Symbol("x", positive=True)
    >>> taylor(x / (1 - x) ** 2, "x", 3)
    3*x**3 + 2*x**2 + x
    """
    order = whole("order", order, 0, HIGHEST)
    if isinstance(formula, Equation):
        (x, _), right = _given(formula.parameters, parameter, {}), formula.rhs
        known = order_of({x: order} if formula.order == EXACT else None)
        return replace(formula, rhs=taylor(right, x, order), order=known, relation="≈")
    x, _ = _given(_symbols(formula), parameter, {})
    return _each(formula, x, lambda above, below: _expanded(above, below, order))


def _symbols(formula: Any) -> set[Symbol]:
    if not isinstance(formula, Expr | Tuple):
        raise ValueError(
            f"Argument `formula` must be an expression or an equation, but is {formula!r}. "
            "Write state.rational(parameter, values) for a whole state."
        )
    found: set[Symbol] = formula.free_symbols
    return found


def _given(
    known: Iterable[Symbol], parameter: Any, values: Any
) -> tuple[Symbol, dict[Symbol, Expr]]:
    """Return the symbol of a parameter, and the values of the others."""
    if not isinstance(values, Mapping):
        raise ValueError(f"Argument `values` must be {{parameter: number}}, but is {values!r}.")
    symbols = {symbol.name: symbol for symbol in sorted(known, key=str)}

    def own(argument: str, given: Any) -> Symbol:
        name = given.name if isinstance(given, Symbol) else given
        if not isinstance(name, str) or name not in symbols:
            raise ValueError(
                f"Argument `{argument}` must name parameters of the formula, which are "
                f"{', '.join(symbols) or 'none'}, but names {given!r}.{did_you_mean(name, symbols)}"
            )
        return symbols[name]

    x = own("parameter", parameter)
    rule = {own("values", name): value for name, value in values.items()}
    if x in rule:
        raise ValueError(f"Argument `values` must leave {x} free, but makes it {rule[x]}.")
    for symbol, value in rule.items():
        require_domain(symbol, value)
    return x, {symbol: number(value) for symbol, value in rule.items()}


def _require_values(x: Symbol, expressions: Iterable[Expr]) -> None:
    every = Tuple(*expressions)
    missing = sorted(symbol.name for symbol in every.free_symbols - {x})
    if missing:
        raise ValueError(
            f"Argument `values` must give all parameters but {x} an exact number, but leaves out "
            f"{', '.join(missing)}."
        )
    if every.has(nan, zoo):
        no_value()


def _each(formula: Any, x: Symbol, written: Callable[[PolyElement, PolyElement], Expr]) -> Any:
    """Return a formula with each ratio of polynomials in x as it is to be written."""
    if isinstance(formula, Tuple):
        return Tuple(*(_each(part, x, written) for part in formula))
    ratios: dict[Expr, Expr] = {}
    for factor, part in zip((S.One, I), real_imag(formula), strict=True):
        for unit, ratio in _pieces(part, x):
            rational, irrational = unit.as_coeff_Mul()
            key = factor * irrational
            ratios[key] = ratios.get(key, S.Zero) + rational * ratio
    _require_values(x, ratios.values())
    above, below = interpolated(list(ratios.values()), x)
    field = ring(x, QQ)[0]
    common = field.from_list(below[::-1])
    numerators = [field.from_list(each[::-1]) for each in above]
    pairs = zip(ratios, numerators, strict=True)
    return Add(*(unit * written(numerator, common) for unit, numerator in pairs))


def _pieces(total: Expr, x: Symbol) -> Iterator[tuple[Expr, Expr]]:
    """Return pairs of a constant and a rational function of x, of which a sum consists."""
    for term in Add.make_args(total):
        factors = Mul.make_args(term)
        held = [f for f in factors if x in f.free_symbols or f.has(Solution, NamedExpression)]
        mixed = next((f for f in held if isinstance(f, Add) and _is_mixed(f, x)), None)
        if mixed is None:
            yield Mul(*(f for f in factors if f not in held)), Mul(*held)
            continue
        rest = Mul(*(f for f in factors if f is not mixed))
        for piece in mixed.args:
            yield from _pieces(rest * piece, x)


def _is_mixed(total: Expr, x: Symbol) -> bool:
    """Whether a sum holds irrational constants, or symbols that have no value."""
    powers = (power for power in total.atoms(Pow) if power.is_number)
    return (
        total.free_symbols != {x}
        or bool(total.atoms(NumberSymbol))
        or not all(power.is_Rational for power in powers)
    )
