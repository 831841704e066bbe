"""The adjoint of a program: all derivatives of one value, by the chain rule from the end.

Let x̄ be the derivative of the result by the value x.  The result has r̄ = 1.  A step z = f(x, y)
adds z̄ ∂f/∂x to x̄ and z̄ ∂f/∂y to ȳ, and the steps are visited from the last to the first.  What
is made of rounding errors is constant.  Iterations are differentiated step by step: the last step
of Newton's method from a converged value has the derivative of the root.

At a kink all steps take the same side: |x| at 0 is differentiated as x, the maximum and the minimum
of two equal values as the first one, and a choice as the value that it picks.  So a smooth function
whose steps have kinks, such as a rotation to a larger or to a smaller angle, keeps its derivative.
√(x² + y²) has the derivative 0 at 0.

A case of a formula that does not apply may have no value, such as √x at −1, or no derivative.  What
its steps add is 0 where the derivative by their result is, but for steps that every case needs.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from math import pi, sqrt
from typing import Any, Protocol

from symsync.evaluate.program import Program, Step, Value
from symsync.expressions.stable import TINY

__all__ = ["adjoint"]

Share = tuple[Value, Value]
"""An argument of a step, and what the step adds to the derivative by it."""


class Builder(Protocol):
    """What writes a program; see `lowering`.

    Attributes
    ----------
    program
        The steps.
    slopes
        For results of functions with derivatives in closed form each argument, and what adds the
        steps of the derivative by it.
    cases
        The steps that choose between the cases of a formula.
    """

    program: Program
    slopes: dict[Value, list[tuple[Value, Callable[[], Value]]]]
    cases: set[Value]

    def emit(self, operation: str, *arguments: Any, results: int = 1) -> int:
        """Append a step and return its first index."""


def adjoint(builder: Builder, result: Value, inputs: Iterable[int]) -> dict[int, Value]:
    """Return {input: derivative of the result by it}; the steps are appended to the program.

    Parameters
    ----------
    builder
        Holds a program of which the result is a value.
    result
        What is differentiated.
    inputs
        The places of the inputs; one that is missing in the answer has the derivative 0.

    Raises
    ------
    NotImplementedError
        If the derivative of a step is not known.
    """
    wanted = set(inputs)
    steps = _varying(builder.program.steps, wanted)
    write = _Writer(builder)
    found: dict[int, Value] = {result: 1.0} if isinstance(result, int) else {}
    certain = _always(builder.program.steps, result, builder.cases) if builder.cases else -1
    for step in reversed(steps):
        bars = [found.pop(step.index + k, 0.0) for k in range(step.results)]
        if all(_is(bar, 0) for bar in bars):
            continue
        if step.index in builder.slopes:
            shares = [(x, write.times(bars[0], f())) for x, f in builder.slopes[step.index]]
        else:
            shares = list(write.shares(step, bars))
        is_certain = (certain >> step.index) & 1
        for argument, share in shares:
            if isinstance(argument, int):
                own = share if is_certain else write.where_any(bars, share)
                found[argument] = write.plus(found.get(argument, 0.0), own)
    return {place: found[place] for place in wanted & set(found)}


def _varying(steps: Iterable[Step], inputs: set[int]) -> list[Step]:
    """Return the steps whose results vary with the inputs."""
    known = set(inputs)
    kept = []
    for step in steps:
        if step.operation not in CONSTANT and not known.isdisjoint(step.values):
            kept.append(step)
            known.update(range(step.index, step.index + step.results))
    return kept


def _always(steps: Iterable[Step], result: Value, cases: set[Value]) -> int:
    """Return the values on which the result depends whichever case applies, as bits of a number."""
    needs: dict[int, int] = {}

    def of(value: Any) -> int:
        return needs.get(value, 1 << value) if isinstance(value, int) else 0

    for step in steps:
        if step.index in cases:
            sign, first, second = step.arguments
            found = of(sign) | (of(first) & of(second))
        else:
            found = 0
            for value in step.values:
                found |= of(value)
        for k in range(step.index, step.index + step.results):
            needs[k] = found | (((1 << step.results) - 1) << step.index)
    return of(result)


CONSTANT = frozenset({"sum_error", "product_error", "sign", "greater", "greater_equal", "equal"})
"""Operations whose results do not change, or only by what is lost by rounding."""


class _Writer:
    """Adds the steps of derivatives; products with 1 and sums with 0 are no steps."""

    def __init__(self, builder: Builder) -> None:
        self.emit = builder.emit

    def plus(self, a: Value, b: Value) -> Value:
        """Return a + b."""
        if _is(a, 0):
            return b
        return a if _is(b, 0) else self.emit("add", a, b)

    def times(self, a: Value, b: Value) -> Value:
        """Return a·b."""
        if isinstance(a, float) and isinstance(b, float):
            return a * b
        if _is(a, 0) or _is(b, 0):
            return 0.0
        if _is(a, 1) or _is(b, 1):
            return b if _is(a, 1) else a
        if _is(a, -1) or _is(b, -1):
            return self.minus(b if _is(a, -1) else a)
        return self.emit("multiply", a, b)

    def minus(self, a: Value) -> Value:
        """Return −a."""
        return -a if isinstance(a, float) else self.emit("negative", a)

    def over(self, a: Value, b: Value) -> Value:
        """Return a/b."""
        return 0.0 if _is(a, 0) else self.emit("divide", a, b)

    def where_any(self, bars: list[Value], share: Value) -> Value:
        """Return a share where any of these is not zero, and 0 elsewhere."""
        varying = [bar for bar in bars if isinstance(bar, int)]
        constant = any(bar for bar in bars if isinstance(bar, float))
        if isinstance(share, float) or share in varying or constant:
            return share
        sizes: Value = 0.0
        for bar in varying:
            sizes = self.plus(sizes, self.emit("absolute", bar))
        return self.emit("choose", self.minus(sizes), 0.0, share)

    def shares(self, step: Step, bars: list[Value]) -> Iterable[Share]:
        """Return what a step adds to the derivatives by its arguments, from those by its results.

        Raises
        ------
        NotImplementedError
            If the derivative of the step is not known.
        """
        bar, *_ = bars
        first, *others = step.arguments
        if step.operation in SLOPES:
            return [(first, self.times(bar, SLOPES[step.operation](self, first, step.index)))]
        if step.operation == "divided_difference":
            return self.divided_difference(first, others, bars)
        if step.operation not in RULES:
            raise NotImplementedError(
                f"The derivative of the operation {step.operation!r} has no closed form here. Take "
                "differences of function(backend='mpmath')."
            )
        return RULES[step.operation](self, bar, step.index, *step.arguments)

    def divided_difference(self, t: Value, nodes: list[Any], bars: list[Value]) -> Iterator[Share]:
        """Yield the shares of tⁿ f[−z₀, …, −z_n] of exp: by z_k it is −tⁿ f with z_k doubled."""
        order = len(nodes) - 1
        power: Value = 1.0
        for _ in range(order - 1):
            power = self.times(power, t)
        real, imaginary = (self.times(bar, power) for bar in bars)
        value = self.emit("difference_slopes", *nodes, results=2 * len(nodes) + 2)
        slope = self.plus(self.times(real, value), self.times(imaginary, value + 1))
        yield t, self.times(float(order), slope)
        real, imaginary = (self.minus(self.times(bar, t)) for bar in (real, imaginary))
        for k, node in enumerate(nodes, 1):
            u = value + 2 * k
            yield node[0], self.plus(self.times(real, u), self.times(imaginary, u + 1))
            yield (
                node[2],
                self.plus(self.times(imaginary, u), self.minus(self.times(real, u + 1))),
            )


def _is(value: Value, number: int) -> bool:
    """Whether a value is this constant, and not the index of a value."""
    return isinstance(value, float) and value == number


Slope = Callable[[_Writer, Value, Value], Value]

SLOPES: Mapping[str, Slope] = {
    "negative": lambda w, x, z: -1.0,
    "square": lambda w, x, z: w.times(2.0, x),
    "sqrt": lambda w, x, z: w.over(0.5, w.plus(z, TINY)),
    "exp": lambda w, x, z: z,
    "log": lambda w, x, z: w.over(1.0, x),
    "log1p": lambda w, x, z: w.over(1.0, w.plus(1.0, x)),
    "absolute": lambda w, x, z: w.emit("choose", x, 1.0, -1.0),
    "sin": lambda w, x, z: w.emit("cos", x),
    "cos": lambda w, x, z: w.minus(w.emit("sin", x)),
    "tan": lambda w, x, z: w.plus(1.0, w.emit("square", z)),
    "sinh": lambda w, x, z: w.emit("cosh", x),
    "cosh": lambda w, x, z: w.emit("sinh", x),
    "tanh": lambda w, x, z: w.over(1.0, w.emit("square", w.emit("cosh", x))),
    "arcsin": lambda w, x, z: w.over(1.0, w.emit("cos", z)),
    "arccos": lambda w, x, z: w.over(-1.0, w.emit("sin", z)),
    "arctan": lambda w, x, z: w.over(1.0, w.plus(1.0, w.emit("square", x))),
    "arcsinh": lambda w, x, z: w.over(1.0, w.emit("cosh", z)),
    "arccosh": lambda w, x, z: w.over(1.0, w.emit("sinh", z)),
    "arctanh": lambda w, x, z: w.emit("square", w.emit("cosh", z)),
    "erf": lambda w, x, z: w.times(2 / sqrt(pi), w.emit("exp", w.minus(w.emit("square", x)))),
    "erfc": lambda w, x, z: w.times(-2 / sqrt(pi), w.emit("exp", w.minus(w.emit("square", x)))),
}
"""Operations z of one value x: their derivatives by x."""


def _multiplied(w: _Writer, bar: Value, z: Value, x: Value, y: Value) -> list[Share]:
    return [(x, w.times(bar, y)), (y, w.times(bar, x))]


def _ratio(w: _Writer, bar: Value, z: Value, x: Value, y: Value) -> list[Share]:
    slope = w.over(bar, y)
    return [(x, slope), (y, w.minus(w.times(slope, z)) if isinstance(y, int) else 0.0)]


def _raised(w: _Writer, bar: Value, z: Value, x: Value, y: Value) -> list[Share]:
    less = y - 1.0 if isinstance(y, float) else w.emit("subtract", y, 1.0)
    slope = w.times(bar, w.times(y, w.emit("power", x, less)))
    grown = w.times(bar, w.times(z, w.emit("log", x))) if isinstance(y, int) else 0.0
    return [(x, slope), (y, grown)]


def _chosen(w: _Writer, bar: Value, z: Value, sign: Value, x: Value, y: Value) -> list[Share]:
    return [
        (value, w.emit("choose", sign, *pair) if isinstance(value, int) else 0.0)
        for value, pair in ((x, (bar, 0.0)), (y, (0.0, bar)))
    ]


def _larger(w: _Writer, bar: Value, z: Value, x: Value, y: Value) -> list[Share]:
    return _chosen(w, bar, z, x if _is(y, 0) else w.emit("subtract", x, y), x, y)


def _smaller(w: _Writer, bar: Value, z: Value, x: Value, y: Value) -> list[Share]:
    return _chosen(w, bar, z, w.emit("subtract", y, x), x, y)


def _modulus(w: _Writer, bar: Value, z: Value, x: Value, y: Value) -> list[Share]:
    slope = w.over(bar, w.plus(z, TINY))
    return [(x, w.times(slope, x)), (y, w.times(slope, y))]


def _turned(w: _Writer, bar: Value, z: Value, y: Value, x: Value) -> list[Share]:
    modulus = w.emit("hypot", x, y)
    slope = w.over(bar, modulus)
    unit = w.over(x, modulus), w.over(y, modulus)
    return [(y, w.times(slope, unit[0])), (x, w.minus(w.times(slope, unit[1])))]


def _apart(w: _Writer, bar: Value, z: Value, plus: Value, minus: Value, *terms: Any) -> list[Share]:
    return [(plus, bar), (minus, w.minus(bar))]


def _distant(w: _Writer, bar: Value, z: Value, *sums: Any) -> list[Share]:
    sign = w.emit("choose", w.emit("difference", *sums), 1.0, -1.0)
    return _apart(w, w.times(bar, sign), z, *sums)


def _decayed(w: _Writer, bar: Value, z: Value, t: Value, *parts: Value) -> list[Share]:
    """Return the shares of t f[−x, −y] of exp at two real nodes."""
    x, x_rest, y, y_rest, _ = parts
    nodes = [(x, x_rest, 0.0, 0.0), (y, y_rest, 0.0, 0.0)]
    return list(w.divided_difference(t, nodes, [bar, 0.0]))


RULES: Mapping[str, Callable[..., list[Share]]] = {
    "add": lambda w, bar, z, x, y: [(x, bar), (y, bar)],
    "subtract": lambda w, bar, z, x, y: [(x, bar), (y, w.minus(bar))],
    "multiply": _multiplied,
    "divide": _ratio,
    "power": _raised,
    "choose": _chosen,
    "maximum": _larger,
    "minimum": _smaller,
    "hypot": _modulus,
    "angle": _turned,
    "difference": _apart,
    "distance": _distant,
    "exp_difference": _decayed,
}
"""Operations of several values: the shares of their arguments."""
