"""Values with bounds of their errors: running error analysis on the graph of a formula.

Each node is computed as a number and a bound of its distance from the true value.  This is done
independently of the evaluator, whose value may differ: the difference is added to the bound, so
that the bound holds whatever the evaluator does.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial, reduce
from operator import mul
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray
from sympy import (
    Abs,
    Add,
    Expr,
    Max,
    Min,
    Mul,
    Piecewise,
    Pow,
    Rational,
    S,
    Symbol,
    Tuple,
    arg,
    atan2,
    exp,
    expand,
    im,
    re,
)

from symsync.evaluate.backends.array_backend import ArrayEvaluator
from symsync.evaluate.backends.duck_arrays import applied_by
from symsync.evaluate.backends.linear_solver import carried, solve
from symsync.evaluate.backends.numpy_backend import NumpyEvaluator
from symsync.evaluate.backends.staged import StagedEvaluator, run
from symsync.evaluate.bounded import (
    FUNCTIONS,
    UNIT,
    Bounded,
    function,
    lost_below,
    power,
    total,
)
from symsync.evaluate.bounded_cases import chosen_case, sides_of
from symsync.evaluate.bounded_spectral import SPECTRAL
from symsync.evaluate.contract import Evaluator, Formula, Strictness
from symsync.evaluate.kernels.elimination_numpy import scales
from symsync.evaluate.kernels.numpy_kernels import difference_and_size
from symsync.evaluate.program import components_of
from symsync.evaluate.rounding import HighPart, LowPart
from symsync.expressions.complex_parts import Re, real_imag
from symsync.expressions.definitions import in_symbols
from symsync.expressions.divided_differences import DividedDifference
from symsync.expressions.eigenvalues import EigenvaluePart, Eigenvalues
from symsync.expressions.linear_evolution import Evolved, LinearEvolution

__all__ = ["BoundedEvaluator"]

Array = NDArray[Any]
Rule = Callable[..., Bounded]

NUMBERS = 2**20
"""Numbers that are known at a time: the values of a block of points at all nodes."""

SMALLEST = 64
"""A block has at least so many points."""

ROUNDINGS = 64
"""How many roundings of its largest term the kernel of a divided difference has."""

SPARE = 1 + 2.0**-20
"""The bounds are rounded themselves, some thousands of times."""


class BoundedEvaluator(Evaluator):
    """A function of named arrays that returns (value, bound of its absolute error).

    Parameters
    ----------
    values
        The evaluator whose values are bounded.
    """

    def __init__(self, values: Evaluator) -> None:
        if not isinstance(values, ArrayEvaluator):
            raise ValueError(
                "Argument `error` must be False with backend='mpmath', whose values have all the "
                "digits of the working precision, but is True."
            )
        super().__init__(values.formula, values.strictness)
        parameters = self.__signature__.parameters.values()
        self.__signature__ = self.__signature__.replace(
            parameters=[parameter for parameter in parameters if parameter.name != "out"]
        )
        self._values = values
        self._own = _OwnValues(values)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._values,)

    def _documentation(self, text: str) -> str:
        plain = super()._documentation(text)
        without = plain.replace("out : array, optional\n    Where the result is written.\n", "")
        return f"{without}, twice:\n    the value, and a bound of its absolute error"

    @property
    def source(self) -> str:
        """The generated code of the values."""
        return self._values.source

    def __call__(self, /, *positional: Any, out: Any = None, **arguments: Any) -> Any:
        """Return the values, and a bound of the absolute error of each."""
        if out is not None:
            raise TypeError("Argument `out` must be left out with error=True, but is given.")
        if applied_by(arguments.values()) is not None:
            raise TypeError(
                "Arguments must be NumPy arrays with error=True; pass array.to_numpy()."
            )
        values = self._values(*positional, **arguments)
        own = self._own(**arguments)
        with np.errstate(all="ignore"):
            value = own[..., 0] + 1j * own[..., 1] if self.is_complex else own[..., 0]
            bound = (own[..., 2] + np.abs(values - value)) * SPARE
        return values, np.where(np.isnan(bound), np.inf, bound)[()]


class _OwnValues(StagedEvaluator):
    """Real part, imaginary part and a bound of their error, for each component of a formula."""

    def __init__(self, values: Evaluator) -> None:
        formula = values.formula
        strictness = Strictness(values.strictness.extra, "nan")
        super().__init__(formula, strictness, "numpy", NumpyEvaluator)
        self._solver = values._backend if isinstance(values, StagedEvaluator) else "numpy"
        self.component_shape, self.is_complex = (*self.component_shape, 3), False
        known = {symbol for symbol in self.symbols if symbol.is_extended_real}
        self._tapes = [[_errors(part, known) for part in parts] for parts, _ in self._stages]
        self._tape = _Tape(components_of(self._last.formula.rhs)[0], known)
        steps = len(self._tape.steps) + sum(len(e.tape.steps) for es in self._tapes for e in es)
        self._points = max(SMALLEST, min(self._points, NUMBERS // (1 + steps)))

    def warn_of(self, count: int) -> None:
        """Say nothing, as the evaluator of the values has warned."""

    def _warn_of(self, lost: str) -> None:
        pass

    def evaluated(self, lines: dict[str, Array], out: list[Array]) -> str:
        """Write values, their imaginary parts and bounds of points in one line."""
        count = out[0].size
        given = {name: Bounded(line, 0.0) for name, line in lines.items()}
        with np.errstate(all="ignore"):
            for (parts, arguments), tapes in zip(self._stages, self._tapes, strict=True):
                values = run(arguments, lines, count)
                start = 0
                for part, errors in zip(parts, tapes, strict=True):
                    stop = start + len(part.arguments)
                    found = errors.results(part, values[start:stop], given, self._solver)
                    for symbol, result in zip(part.results.values(), found, strict=True):
                        line = np.broadcast_to(result.value, count)
                        given[symbol.name] = result
                        lines[symbol.name] = np.where(np.isfinite(line), line, 1.0)
                    start = stop
            rows = self._tape.run(given)
            for k, (real, imaginary) in enumerate(zip(rows[::2], rows[1::2], strict=True)):
                out[3 * k][...], out[3 * k + 1][...] = real.value, imaginary.value
                out[3 * k + 2][...] = real.error + imaginary.error
        return ""


def _errors(part: Any, known: set[Symbol]) -> "_EntryErrors | _FunctionErrors":
    system = getattr(part, "system", None)
    if isinstance(system, LinearEvolution | Eigenvalues):
        _refuse(Evolved if isinstance(system, LinearEvolution) else EigenvaluePart)
    return (_FunctionErrors if system is None else _EntryErrors)(part, known)


class _FunctionErrors:
    """What a function of a block or of waves makes of the errors of its arguments."""

    def __init__(self, part: Any, known: set[Symbol]) -> None:
        if part.kind not in SPECTRAL:
            _refuse(part.kind)
        self.tape = _Tape(part.arguments, known)
        self.rule = partial(SPECTRAL[part.kind], zeros=tuple(a == 0 for a in part.arguments))

    def results(
        self,
        _: Any,
        values: Array,
        given: Mapping[str, Bounded],
        backend: str,
    ) -> list[Bounded]:
        """Return its value."""
        return [self.rule(*self.tape.run(given)[::2])]


class _EntryErrors:
    """The entries of a linear system that are no exact sums of two numbers, and what they cause."""

    def __init__(self, part: Any, known: set[Symbol]) -> None:
        entries = [e.args[0] if isinstance(e, HighPart) else e for e in part.arguments]
        entries = entries[: len(part.system.entries)]
        self.rounded = [k for k, entry in enumerate(entries) if not _is_exact(entry, known)]
        self.tape = _Tape([entries[k] for k in self.rounded], known)

    def results(
        self, part: Any, values: Array, given: Mapping[str, Bounded], backend: str
    ) -> list[Bounded]:
        """Return the unknowns that are asked for."""
        high, low = np.split(values, 2)
        x, relative = solve(part.system, high, low, backend)
        sizes = np.maximum(scales(part.system, x), np.abs(x))
        bound = 2 * relative * sizes
        if self.rounded:
            errors = np.zeros_like(high)
            for k, entry in zip(self.rounded, self.tape.run(given)[::2], strict=True):
                errors[k] = entry.error + np.abs(entry.value - high[k] - low[k])
            bound += carried(part.system, high, sizes, errors)
        return [Bounded(x[k], bound[k]) for k in part.results]


def _is_exact(entry: Expr, known: set[Symbol]) -> bool:
    """Whether a polynomial is known as a sum of two numbers: exact coefficients and symbols."""
    if isinstance(entry, Pow):
        return bool(entry.exp.is_Integer and entry.exp > 0) and _is_exact(entry.base, known)
    if isinstance(entry, Add | Mul):
        return all(_is_exact(arg, known) for arg in entry.args)
    return entry in known or bool(entry.is_Rational and Rational(float(entry)) == entry)


class _Tape:
    """The real and the imaginary parts of some expressions as rules, each node once."""

    def __init__(self, components: Sequence[Expr], known: set[Symbol]) -> None:
        self._parameters = known
        plain, self._definitions = in_symbols(Tuple(*components))
        self.steps: list[tuple[Rule, tuple[Any, ...]]] = []
        self._known: dict[Expr, int] = {}
        self._outputs = [self._place(part) for each in plain for part in real_imag(each)]

    def run(self, given: Mapping[str, Bounded]) -> list[Bounded]:
        """Return the parts for inputs by their names."""
        found: list[Bounded] = []
        for rule, arguments in self.steps:
            found.append(rule(*(given[a] if isinstance(a, str) else found[a] for a in arguments)))
        return [found[k] for k in self._outputs]

    def _place(self, node: Expr) -> int:
        """Return the number of the step of a real expression."""
        if node not in self._known:
            if node in self._definitions:
                self._known[node] = self._place(self._definitions[node])
                return self._known[node]
            rule, arguments = _rule(node, self._parameters)
            places = tuple(a if isinstance(a, str) else self._place(a) for a in arguments)
            self.steps.append((rule, places))
            self._known[node] = len(self.steps) - 1
        return self._known[node]


def _rule(node: Expr, known: set[Symbol]) -> tuple[Rule, tuple[Any, ...]]:
    """Return how a node is computed, and from what: names of inputs, or expressions.

    Parameters
    ----------
    node
        A real expression.
    known
        The parameters, which have no errors.
    """
    arguments = node.args
    if not node.free_symbols:
        value = float(node.evalf(30))
        exact = node.is_Rational and Rational(value) == node
        return partial(Bounded, value, 0.0 if exact else UNIT * abs(value)), ()
    match node:
        case Symbol():
            return _same, (node.name,)
        case re() | im() if arguments[0].is_Symbol:
            return _same, (f"{arguments[0].name}.{'real' if isinstance(node, re) else 'imag'}",)
        case Add():
            return total, arguments
        case Mul():
            return _product, arguments
        case Pow() if node.exp.is_Integer:
            return partial(power, exponent=int(node.exp)), (node.base,)
        case Pow() if node.exp.is_Rational and node.exp.q == 2:
            return partial(_root, exponent=int(node.exp - S.Half)), (node.base,)
        case Pow():
            return lambda x, y: function(exp, y * x.log()), arguments
        case Abs() | arg():
            x, y = real_imag(arguments[0])
            if isinstance(node, Abs):
                return _modulus, (x, y)
            return Bounded.angle, (y, x)
        case atan2():
            return Bounded.angle, arguments
        case Re():
            return _same, (real_imag(arguments[0])[0],)
        case Max():
            return lambda *values: reduce(Bounded.at_least, values), arguments
        case Min():
            return lambda *values: reduce(Bounded.at_most, values), arguments
    return _function_rule(node, known)


def _function_rule(node: Expr, known: set[Symbol]) -> tuple[Rule, tuple[Any, ...]]:
    """Return how a function is computed, and from what.

    Raises
    ------
    NotImplementedError
        If no bound is known for it.
    """
    arguments = node.args
    if isinstance(node, Piecewise):
        places = [*dict.fromkeys([each for each, _ in arguments] + sides_of(node))]
        if all(each.is_extended_real for each in places):
            return partial(chosen_case, node, places), tuple(places)
    if type(node) in FUNCTIONS:
        return partial(function, type(node)), arguments
    if type(node) in SPECTRAL:
        zeros = tuple(each == 0 for each in arguments)
        return partial(SPECTRAL[type(node)], zeros=zeros), arguments
    unknown = arguments[0] if isinstance(node, re | im) else node
    if isinstance(unknown, DividedDifference) and node.free_symbols <= known:
        symbols = tuple(sorted(node.free_symbols, key=str))
        time, *nodes = unknown.args
        parts = [part * time for each in nodes for part in real_imag(expand(-each))]
        in_two = [half for part in parts for half in (HighPart(part), LowPart(part))]
        evaluator = NumpyEvaluator(Formula("parts", Tuple(node, time, *in_two), symbols, ""))
        return partial(_divided, evaluator), evaluator.parameters
    _refuse(type(unknown))


def _refuse(kind: type) -> NoReturn:
    raise NotImplementedError(
        f"No bound of errors is known for the function {kind.__name__}; leave out "
        "error=True, or use backend='mpmath'."
    )


def _same(value: Bounded) -> Bounded:
    return value


def _divided(evaluator: NumpyEvaluator, *exact: Bounded) -> Bounded:
    """Return a divided difference of exponentials at parameters without errors.

    The errors are relative to the size of what its kernel subtracts.
    """
    lines = dict(zip(evaluator.parameters, (each.value for each in exact), strict=True))
    value, time, *parts = run(evaluator, lines, exact[0].value.size)
    nodes = [(*parts[k : k + 4],) for k in range(0, len(parts), 4)]
    _, size = difference_and_size(*nodes)
    error = ROUNDINGS * (UNIT * size + lost_below(size))
    return Bounded(value, error * time ** (len(nodes) - 1))


def _product(*factors: Bounded) -> Bounded:
    return reduce(mul, factors)


def _root(base: Bounded, exponent: int) -> Bounded:
    """Return a power with the exponent n + 1/2."""
    root = base.sqrt()
    return root * power(base, exponent) if exponent else root


def _modulus(x: Bounded, y: Bounded) -> Bounded:
    if not np.any(y.value) and not np.any(y.error):
        return abs(x)
    return (x.square() + y.square()).sqrt()
