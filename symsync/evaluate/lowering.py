"""From a formula to its program: each step once, nothing lost to rounding.

Equal subexpressions are shared.  Cancellation in floating point is avoided in these ways:

- a difference of sums of positive parameters is corrected by the rounding errors of the sums if
  it is small, so that nearly equal rates keep their digits;
- a long polynomial is nested, its positive and its negative terms apart, and the two are
  subtracted once;
- the arguments of exp, cos and sin carry their rounding errors, which these functions magnify;
- divided differences of exp become calls of a routine without cancellation;
- the functions of `symsync.expressions.spectral` are composed of steps without cancellation.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sympy import (
    Abs,
    Add,
    Expr,
    Integer,
    Mul,
    Pow,
    Rational,
    S,
    Symbol,
    arg,
    atan2,
    cos,
    exp,
    expand,
    im,
    re,
    sin,
)  # fmt: skip

from symsync.evaluate.adjoint import adjoint
from symsync.evaluate.contract import Formula
from symsync.evaluate.elementary import elementary
from symsync.evaluate.horner import horner_form
from symsync.evaluate.operand import Operand
from symsync.evaluate.program import (
    MOST_NODES,
    Program,
    Step,
    Value,
    components_of,
    input_names,
    needed,
)
from symsync.evaluate.rounding import (
    HighPart,
    LowPart,
    is_difference_of_sums,
    is_power_of_two,
    primitive_gap,
    signed_terms,
    times_time,
)
from symsync.evaluate.slope import Slope
from symsync.expressions import stable
from symsync.expressions.complex_parts import Re, real_imag
from symsync.expressions.definitions import in_symbols
from symsync.expressions.divided_differences import DividedDifference
from symsync.expressions.spectral import SpectralFunction, TimesLog
from symsync.expressions.waves import WaveFunction, WavePhase

__all__ = ["Builder", "lower"]


def lower(formula: Formula) -> Program:
    """Return the program of a formula; each definition in it is computed once.

    Raises
    ------
    NotImplementedError
        If the formula holds a function that no program knows.
    """
    rhs, definitions = in_symbols(formula.rhs)
    return Builder(formula.parameters, definitions).written(rhs)


class Builder:
    """What writes a program, value by value."""

    def __init__(self, parameters: tuple[Symbol, ...], definitions: Mapping[Symbol, Expr]) -> None:
        self.definitions = definitions
        self.program = Program(input_names(parameters))
        self.known: dict[Any, Any] = {}
        self.slopes: dict[Value, list[tuple[Value, Callable[[], Value]]]] = {}
        self.cases: set[Value] = set()
        self.adjoints: dict[Expr, dict[int, Value]] = {}
        self.count = len(self.program.inputs)
        names = {name: index for index, name in enumerate(self.program.inputs)}
        for symbol in parameters:
            if symbol.is_extended_real:
                self.known[symbol] = names[symbol.name]
            else:
                self.known[re(symbol)] = names[f"{symbol.name}.real"]
                self.known[im(symbol)] = names[f"{symbol.name}.imag"]

    def written(self, rhs: Any) -> Program:
        """Return the program of all components of a formula without definitions."""
        parts = [real_imag(component) for component in components_of(rhs)[0]]
        is_complex = any(imaginary != 0 for _, imaginary in parts)
        for real, imaginary in parts:
            first = self.value(real)
            second = self.value(imaginary) if is_complex else None
            self.program.outputs.append((first, second))
        self.program.steps = needed(self.program.steps, self.program.values)
        return self.program

    def emit(self, operation: str, *arguments: Any, results: int = 1) -> int:
        """Append a step, unless the same one exists already, and return its first index."""
        key = (operation, repr(arguments))  # as the index 2 and the constant 2.0 are equal
        if key not in self.known:
            self.program.steps.append(Step(operation, arguments, self.count, results))
            self.known[key] = self.count
            self.count += results
        index: int = self.known[key]
        return index

    def value(self, expression: Expr) -> Value:
        """Return where the value of a real expression is found."""
        if expression not in self.known:
            self.known[expression] = self._value(expression)
        found: Value = self.known[expression]
        return found

    def _value(self, expression: Expr) -> Value:
        if not expression.free_symbols:
            return float(expression.evalf(30))
        match expression:
            case Symbol() if expression in self.definitions:
                return self.value(self.definitions[expression])
            case Add():
                return self._sum(expression)
            case Mul() | Pow():
                return self._quotient(expression)
            case Abs():
                return self._absolute(expression.args[0])
            case exp():
                return self._exponential(expression)
            case cos() | sin():
                return self._oscillation(expression)
            case atan2():
                return self.emit("angle", *(self.value(arg) for arg in expression.args))
            case arg():
                x, y = real_imag(expression.args[0])
                return self.emit("angle", self.value(y), self.value(x))
            case Re():
                return self.value(real_imag(expression.args[0])[0])
            case SpectralFunction():
                return self._composed(expression)
            case Slope():
                return self._slope(*expression.args)
            case HighPart():
                return self._with_rounding_error(expression.args[0])[0]
            case LowPart():
                return self._with_rounding_error_or_zero(expression.args[0])[1]
            case DividedDifference():
                return self._real_difference(expression)
            case re() | im():
                if isinstance(expression.args[0], DividedDifference):
                    return self._complex_difference(expression)
        return elementary(self, expression)

    def _slope(self, expression: Expr, parameter: Symbol) -> Value:
        if expression not in self.adjoints:
            inputs = range(len(self.program.inputs))
            self.adjoints[expression] = adjoint(self, self.value(expression), inputs)
        return self.adjoints[expression].get(self.known[parameter], 0.0)

    # Sums -----------------------------------------------------------------------------------

    def _sum(self, expression: Add) -> Value:
        if is_difference_of_sums(expression):
            return self._difference("difference", expression)
        parts = horner_form(expression)
        if parts is not None:
            plus, minus = parts
            if plus == 0:
                return self.emit("negative", self.value(minus))
            if minus == 0:
                return self.value(plus)
            return self.emit("subtract", self.value(plus), self.value(minus))
        first, *rest = sorted(expression.args, key=lambda term: term.could_extract_minus_sign())
        total = self.value(first)
        for term in rest:
            if term.could_extract_minus_sign():
                total = self.emit("subtract", total, self.value(-term))
            else:
                total = self.emit("add", total, self.value(term))
        return total

    def _absolute(self, expression: Expr) -> Value:
        x, y = real_imag(expression)
        if y != 0:
            return self.emit("hypot", self.value(x), self.value(y))
        if is_difference_of_sums(expression):
            return self._difference("distance", expression)
        return self.emit("absolute", self.value(expression))

    def _difference(self, operation: str, expression: Add) -> Value:
        plus, minus = signed_terms(expression)
        sums = [self.value(Add(*terms)) for terms in (plus, minus)]
        parts = [tuple(self.value(term) for term in terms) for terms in (plus, minus)]
        return self.emit(operation, *sums, *parts)

    # Products -------------------------------------------------------------------------------

    def _quotient(self, expression: Expr) -> Value:
        number, factors = expression.as_coeff_mul()
        above: list[Value] = []
        below: list[Value] = []
        roots_above: list[Expr] = []
        roots_below: list[Expr] = []
        constant = number
        for factor in factors:
            base, power = factor.as_base_exp()
            if isinstance(factor, exp):
                base, power = factor, S.One
            if not factor.free_symbols:
                constant = constant * factor
            elif abs(power) == S.Half:
                (roots_above if power > 0 else roots_below).append(base)
            elif power.is_number and power < 0:
                below.append(self._power(base, -power))
            else:
                above.append(self._power(base, power))
        for roots, values in ((roots_above, above), (roots_below, below)):
            if roots:
                values.append(self._root(roots))
        scale = float(constant.evalf(30))
        if scale == -1 and above:
            return self.emit("negative", self._ratio(above, below))
        if scale != 1 or not above:
            above.insert(0, scale)
        return self._ratio(above, below)

    def _ratio(self, above: list[Value], below: list[Value]) -> Value:
        numerator = self._product(above)
        return self.emit("divide", numerator, self._product(below)) if below else numerator

    def _root(self, bases: list[Expr]) -> Value:
        """Return √(ab…) for √a√b…: one root instead of several."""
        return self.emit("sqrt", self._product([self.value(base) for base in bases]))

    def _product(self, values: list[Value]) -> Value:
        total, *rest = values
        for value in rest:
            total = self.emit("multiply", value, total)
        return total

    def _power(self, base: Expr, power: Expr) -> Value:
        value = self.value(base)
        if isinstance(power, Rational) and power.q == 2:
            root = self.emit("sqrt", value)
            whole = power - S.Half
            return self.emit("multiply", self._power(base, whole), root) if whole else root
        if not isinstance(power, Integer):
            return self.emit("power", value, self.value(power))
        if power == 1:
            return value
        square = self.emit("square", value)
        if power == 2:
            return square
        rest = self._power(base, power - 2)
        return self.emit("multiply", square, rest)

    # Functions of the exact measures ------------------------------------------------------------

    def _composed(self, expression: SpectralFunction) -> Value:
        if expression.is_batched:
            raise NotImplementedError(
                f"No program of elementary steps computes {type(expression).__name__} of "
                f"{len(expression.args)} arguments. Use function(backend='mpmath')."
            )
        operands = [
            None if expression.skips_zeros and arg == 0 else Operand(self, self.value(arg))
            for arg in expression.args
        ]
        value: Value = expression.stable(*operands).value
        if isinstance(expression, WaveFunction | TimesLog):  # whose steps pick one of two tops
            self.slopes[value] = [
                (self.value(arg), partial(self._derivative, expression, k))
                for k, arg in enumerate(expression.args, 1)
                if arg.free_symbols
            ]
        return value

    def _derivative(self, expression: SpectralFunction, argindex: int) -> Value:
        return self.value(expression.fdiff(argindex))

    # Exponentials and oscillations: arguments with their rounding errors ------------------------

    def _with_rounding_error(self, expression: Expr) -> tuple[Value, Value | None]:
        """Return the rounded value and the rounding error of a polynomial."""
        if isinstance(expression, Add):
            total, error = self._with_rounding_error(expression.args[0])
            for term in expression.args[1:]:
                value, rest = self._with_rounding_error(term)
                new = self.emit("add", total, value)
                step: Value | None = self.emit("sum_error", total, value, new)
                for part in (error, rest):
                    step = self._plus(step, part)
                total, error = new, step
            return total, error
        if isinstance(expression, Mul):
            number, factors = expression.as_coeff_mul()
            total, error = self._with_rounding_error(factors[0])
            for factor in factors[1:]:
                value, rest = self._with_rounding_error(factor)
                new = self.emit("multiply", total, value)
                step = self.emit("product_error", total, value, new)
                if error is not None:
                    step = self._plus(step, self.emit("multiply", error, value))
                if rest is not None:
                    step = self._plus(step, self.emit("multiply", total, rest))
                total, error = new, step
            return self._scaled(number, total, error)
        if isinstance(expression, Pow) and expression.exp.is_Integer and expression.exp > 1:
            factors = [expression.base] * int(expression.exp)
            return self._with_rounding_error(Mul(*factors, evaluate=False))
        return self.value(expression), None

    def _scaled(
        self, number: Rational, total: Value, error: Value | None
    ) -> tuple[Value, Value | None]:
        if number == 1:
            return total, error
        factor = float(number)
        new = self.emit("multiply", factor, total)
        scaled = None if error is None else self.emit("multiply", factor, error)
        if is_power_of_two(number):
            return new, scaled
        return new, self._plus(self.emit("product_error", factor, total, new), scaled)

    def _plus(self, a: Value | None, b: Value | None) -> Value | None:
        if a is None or b is None:
            return b if a is None else a
        return self.emit("add", a, b)

    def _exponential(self, expression: exp) -> Value:
        value, error = self._with_rounding_error(expression.args[0])
        grown = self.emit("exp", value)
        if error is None:
            return grown
        return self.emit("add", grown, self.emit("multiply", grown, error))

    def _oscillation(self, expression: Expr) -> Value:
        number, phase = expression.args[0].as_coeff_Mul()
        if isinstance(phase, WavePhase) and number in (1, 2) and not phase.is_batched:
            waves = [Operand(self, self.value(arg)) for arg in phase.args]
            return int(stable.turned(int(number), *waves)[isinstance(expression, sin)].value)
        value, error = self._with_rounding_error(expression.args[0])
        own, other = ("cos", "sin") if isinstance(expression, cos) else ("sin", "cos")
        if error is None:
            return self.emit(own, value)
        first = self.emit("multiply", self.emit(own, value), self.emit("cos", error))
        second = self.emit("multiply", self.emit(other, value), self.emit("sin", error))
        return self.emit("subtract" if own == "cos" else "add", first, second)

    # Divided differences ------------------------------------------------------------------------

    def _with_rounding_error_or_zero(self, expression: Expr) -> tuple[Value, Value]:
        value, error = self._with_rounding_error(expression)
        return value, 0.0 if error is None else error

    def _real_difference(self, expression: DividedDifference) -> Value:
        time, *nodes = expression.args
        if len(nodes) != 2:
            return self._complex_difference(re(expression, evaluate=False))
        exponents = [self._with_rounding_error_or_zero(expand(-node) * time) for node in nodes]
        gap = self._absolute(primitive_gap(nodes[0] - nodes[1]))
        return self.emit("exp_difference", self.value(time), *exponents[0], *exponents[1], gap)

    def _complex_difference(self, expression: Expr) -> Value:
        """Return Re or Im of a divided difference."""
        time, *nodes = expression.args[0].args
        if len(nodes) > MOST_NODES:
            raise NotImplementedError(
                f"The numeric evaluators know divided differences of at most {MOST_NODES} nodes, "
                f"but here is one of {len(nodes)}. Use backend='mpmath'."
            )
        exponents = [self._node(-node, time) for node in nodes]
        index = self.emit("divided_difference", self.value(time), *exponents, results=2)
        return index + isinstance(expression, im)

    def _node(self, rate: Expr, time: Expr) -> tuple[Value, Value, Value, Value]:
        x, y = real_imag(expand(rate))
        return (
            *self._with_rounding_error_or_zero(times_time(x, time)),
            *self._with_rounding_error_or_zero(times_time(y, time)),
        )
