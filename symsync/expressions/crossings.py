"""The least positive value of a variable at which one of several functions is negative, as a node.

It is looked for at points of a logarithmic scale and then found to the last digit.  A crossing is
a function of its other parameters, which can be differentiated, and whose arguments be replaced.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, lru_cache
from typing import Any, ClassVar

import mpmath
from sympy import Atom, Basic, Expr, Min, Piecewise, S, Symbol, Tuple

from symsync.expressions.definitions import nodes_of
from symsync.expressions.mpmath_functions import mpmath_functions
from symsync.expressions.symbols import primed

__all__ = [
    "EXPONENTS",
    "FAR",
    "FINER",
    "NEAR",
    "UNDECIDED",
    "Crossing",
    "FirstNegative",
    "crossings_of",
    "root_between",
    "with_variables_apart",
]

FAR, NEAR = 1e-24, 1e-6
"""Where it is looked what sign a function has at first, and if it has any value, relative to the
largest parameter."""

EXPONENTS = tuple(step / 8 for step in range(-96, 49))
"""Powers of ten relative to the largest parameter: 12 decades below and 6 above, in eighths."""

WINDOW = 3
"""So many steps before the first negative value are looked at once more, in eighths."""

FINER = tuple(-step / 64 for step in range(8 * WINDOW, -1, -1))
"""Powers of ten, relative to the first negative value, at which they are."""

UNDECIDED = 2.0**-36
"""A margin, see `Crossing`, below which the sign of a function is not known in double precision."""

SHALLOW = 0.05
"""A margin is looked at between three points if the least one of a parabola is smaller than this:
over a quarter of a decade its error is of the third order."""

GOLDEN = (5**0.5 - 1) / 2
"""The ratio of golden sections, by which the least value is found there."""

BITS = 192
"""The precision at which mpmath looks for the interval; half of these bits may be lost."""

UNKNOWN = mpmath.ldexp(1, -BITS // 2)
"""A margin below which the sign is not known there."""


class Crossing(Atom):
    """A variable and functions of it, one of which may become negative as it grows from zero.

    Attributes
    ----------
    variable
        The symbol that is bound.
    functions
        Expressions in the variable and the parameters.
    margins
        The same functions relative to what they are differences of, so that they are about 1
        where nothing cancels; only their signs count.
    parameters
        All other symbols.
    """

    is_number = True

    changes: ClassVar[bool] = False
    """Whether a change of sign counts, whichever sign a function has at first."""

    shallow: ClassVar[float] = SHALLOW
    """Below which value of a parabola a margin is looked at between three points."""

    lost: ClassVar[str] = (
        "the signs beside a root are not known to double precision, the formula jumps there, or a "
        "root lies below the twelve decades under the largest parameter in which it is looked for"
    )
    """Where no value is known although those of the parameters are, in words."""

    variable: Symbol
    functions: Tuple
    margins: Tuple
    parameters: tuple[Symbol, ...]

    def __new__(cls, variable: Symbol, functions: Sequence[Expr], margins: Sequence[Expr]) -> Any:
        """Return the crossing."""
        self = super().__new__(cls)
        self.variable = variable
        self.functions, self.margins = Tuple(*functions), Tuple(*margins)
        self.parameters = tuple(sorted(self.margins.free_symbols - {variable}, key=str))
        return self

    def _hashable_content(self) -> tuple[Any, ...]:
        return self.variable, self.functions, self.margins

    def __getnewargs__(self) -> tuple[Any, ...]:
        return self.variable, self.functions, self.margins

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return type(self), self.__getnewargs__()

    @property
    def scaling(self) -> list[int]:
        """The places of the parameters of which the largest is the scale of the variable."""
        return list(range(len(self.parameters)))

    @cached_property
    def _at(self) -> Callable[..., list[Any]]:
        functions = mpmath_functions((self.variable, *self.parameters), self.margins)

        def at(*numbers: Any) -> list[Any]:
            try:
                found = [function(*numbers) for function in functions]
            except ZeroDivisionError:
                return [mpmath.nan] * len(functions)
            real = not self.changes or mpmath.im(found[0]) == 0
            return [mpmath.re(value) if real else mpmath.nan for value in found]

        return at

    def to_precision(self, values: Sequence[Any]) -> Any:
        """Return the least value at the working precision of mpmath."""
        prec = mpmath.mp.prec
        if not all(map(mpmath.isfinite, values)):
            return mpmath.nan
        with mpmath.workprec(53):
            rounded = tuple(+mpmath.mpmathify(value) for value in values)
        low, high, places, sign = _interval(self, rounded)
        if not places:
            return mpmath.nan if self.changes and low == 0 else low

        def least(x: Any) -> Any:
            return min(sign * self._at(x, *values)[k] for k in places)

        with mpmath.workprec(2 * prec + 64):  # bits for what cancels
            root = root_between(least, low, high, prec)
            return root if not self.changes or _passes(least, root, prec) else mpmath.nan

    def with_variable(self, variable: Symbol) -> "Crossing":
        """Return the crossing with another symbol for what is bound."""
        rule = {self.variable: variable}
        parts = (p.xreplace(rule) if isinstance(p, Basic) else p for p in self.__getnewargs__())
        return type(self)(*parts)

    def slope(self, parameter: Symbol) -> Expr:
        """Return the derivative by a parameter where it is a simple crossing, −∂f/∂p : ∂f/∂x.

        It is an expression in the variable, which stands for the crossing; f is the function that
        vanishes there.
        """
        ratios = [-f.diff(parameter) / f.diff(self.variable) for f in self.margins]
        least = Min(*self.margins)
        cases = [(ratio, f <= least) for ratio, f in zip(ratios, self.margins, strict=True)]
        return Piecewise(*cases[:-1], (ratios[-1], True))

    def _sympystr(self, printer: Any) -> str:
        return f"{self.variable}: {', '.join(map(printer._print, self.functions))}"


@lru_cache(maxsize=4096)
def _interval(crossing: Crossing, values: tuple[Any, ...]) -> tuple[Any, Any, tuple[int, ...], int]:
    """Return where functions become negative, their numbers, and the sign that they have at first.

    Without numbers, it is the result.
    """
    sign = 1
    with mpmath.workprec(BITS):
        scale = max((abs(values[k]) for k in crossing.scaling), default=0) or mpmath.mpf(1)
        if crossing.changes:
            first, second = (crossing._at(scale * part, *values)[0] for part in (FAR, NEAR))
            if mpmath.isnan(first) and mpmath.isnan(second):
                return mpmath.nan, mpmath.nan, (), 1
            sign = int(mpmath.sign(first)) if abs(first) > UNKNOWN else 0
        search = _Search(crossing, values, sign)
        found = search.among(scale * mpmath.mpf(10) ** power for power in EXPONENTS)
        if found:
            start, high = search.before[0][0] if search.before else 0, found[1]
            search.before = []
            found = search.among(max(start, high * mpmath.mpf(10) ** power) for power in FINER)
        low, high, places = found or (search.default, search.default, ())
    return low, high, places if low else (), search.sign


class _Search:
    """Looks for the first value at which a function is negative; `sign` is not 0 once it is known.

    `positive` says where a function was positive last, before the values of `before`.
    """

    def __init__(self, crossing: Crossing, values: tuple[Any, ...], sign: int) -> None:
        self.crossing, self.values, self.sign = crossing, values, sign
        self.positive: dict[int, Any] = {}
        self.before: list[tuple[Any, dict[int, Any]]] = []
        self.default = mpmath.nan

    def among(self, places: Iterable[Any]) -> tuple[Any, Any, tuple[int, ...]] | None:
        """Return where functions are positive, where they are negative first, and their numbers."""
        for x in places:
            rows = self.crossing._at(x, *self.values)
            decided = [m for m in rows if abs(m) > UNKNOWN]
            self.sign = self.sign or (int(mpmath.sign(decided[0])) if decided else 0)
            margins = {k: (self.sign or 1) * margin for k, margin in enumerate(rows)}
            dips = [(at, k) for k in margins if (at := self._dip(k, x, margins[k])) is not None]
            if dips:
                at, k = min(dips)
                return self.before[-2][0], at, (k,)
            chosen = tuple(k for k, margin in margins.items() if margin < -UNKNOWN)
            if chosen:
                return min(self._low(k) for k in chosen), x, chosen
            if not all(map(mpmath.isnan, rows)):
                self.default = mpmath.inf
            self.before.append((x, margins))
            for at, old in [self.before.pop(0)] if len(self.before) > WINDOW else []:
                self.positive |= {k: at for k, margin in old.items() if margin > UNKNOWN}
        return None

    def _low(self, k: int) -> Any:
        """Return where a function was positive last, or 0."""
        known = [x for x, margins in self.before if margins[k] > UNKNOWN]
        return known[-1] if known else self.positive.get(k, mpmath.mpf(0))

    def _dip(self, k: int, d: Any, third: Any) -> Any:
        """Return where a margin is negative between three values, or None; see `SHALLOW`."""
        if len(self.before) < 2:
            return None
        a, first, middle = self.before[-2][0], *(margins[k] for _, margins in self.before[-2:])
        if not -UNKNOWN <= middle < min(first, third) - UNKNOWN:
            return None
        depth = middle - (third - first) ** 2 / (8 * (first - 2 * middle + third))
        if depth > self.crossing.shallow:
            return None
        while d - a > d * 1e-9:
            b, c = d - GOLDEN * (d - a), a + GOLDEN * (d - a)
            at, value = min(
                ((x, self.sign * self.crossing._at(x, *self.values)[k]) for x in (b, c)),
                key=lambda pair: pair[1],
            )
            if value < 0:
                return at
            a, d = (a, c) if at == b else (b, d)
        return None


def root_between(function: Callable[[Any], Any], low: Any, high: Any, bits: int) -> Any:
    """Return where a function changes its sign from + to −, by the method of Illinois."""
    above, below = function(low), function(high)
    if not (above > 0 > below):
        return low if above <= 0 else high
    last = 0
    while high - low > mpmath.ldexp(high, -bits - 8):
        x = (low * below - high * above) / (below - above)
        x = x if low < x < high else (low + high) / 2
        value = function(x)
        if value == 0:
            return x
        if value > 0:
            low, above, below = x, value, below / 2 if last > 0 else below
        else:
            high, below, above = x, value, above / 2 if last < 0 else above
        last = 1 if value > 0 else -1
    return (low + high) / 2


def _passes(function: Callable[[Any], Any], root: Any, bits: int) -> bool:
    """Whether a margin has known and opposite signs beside a root, and is small on both sides."""
    beside = mpmath.ldexp(root, -bits // 2)
    below, above = function(root - beside), function(root + beside)
    known, small = mpmath.ldexp(1, -bits), mpmath.ldexp(1, -bits // 4)
    return bool(small > below > known and -small < above < -known)


class FirstNegative(Expr):
    """The infimum of the positive numbers at which a function of a `Crossing` is negative.

    It is 0 if one is negative at arbitrarily small numbers, and infinite if none is anywhere.  The
    functions are looked at at eight points per decade, from twelve decades below the largest
    parameter to six above, and between three where a dip nearly reaches zero; and at sixty-four
    points per decade in the three steps before the first negative value.  What is negative only
    within less may be overlooked where a function has a second extremum between three points.

    Attributes
    ----------
    crossing
        The variable and its functions.
    values
        What stands for each parameter.
    """

    is_commutative = True
    is_extended_real = True
    is_extended_nonnegative: bool | None = True

    def __new__(cls, crossing: Crossing, *values: Any) -> Any:
        """Return the node, at the parameters themselves if no values are given."""
        return super().__new__(cls, crossing, *(values or crossing.parameters))

    @property
    def crossing(self) -> Crossing:
        """The variable and its functions."""
        found: Crossing = self.args[0]
        return found

    @property
    def values(self) -> tuple[Expr, ...]:
        """What stands for each parameter."""
        return tuple(self.args[1:])

    @property
    def functions(self) -> Tuple:
        """The functions at the values."""
        rule = dict(zip(self.crossing.parameters, self.values, strict=True))
        return self.crossing.functions.xreplace(rule)

    def _eval_derivative(self, variable: Symbol) -> Expr:
        here = dict(zip(self.crossing.parameters, self.values, strict=True))
        here[self.crossing.variable] = self
        slopes = {p: v.diff(variable) for p, v in here.items() if p != self.crossing.variable}
        return sum(
            (self.crossing.slope(p).xreplace(here) * inner for p, inner in slopes.items() if inner),
            S.Zero,
        )

    def _eval_conjugate(self) -> Expr:
        return self

    def _eval_evalf(self, prec: int) -> Any:
        if not all(value.is_number for value in self.values):
            return None
        numbers = [value._to_mpmath(2 * prec + 64) for value in self.values]
        with mpmath.workprec(prec):
            return Expr._from_mpmath(self.crossing.to_precision(numbers), prec)

    def apart_from(self, symbols: set[Symbol]) -> "FirstNegative":
        """Return the node with a primed letter for its variable if it is the name of a symbol."""
        variable, taken = self.crossing.variable, {symbol.name for symbol in symbols}
        while variable.name in taken:
            variable = primed(variable)
        same = variable == self.crossing.variable
        return self if same else type(self)(self.crossing.with_variable(variable), *self.values)

    def _latex(self, printer: Any) -> str:
        return self.apart_from(self.free_symbols)._as_latex(printer)

    def _sympystr(self, printer: Any) -> str:
        return self.apart_from(self.free_symbols)._as_text(printer)

    def _as_latex(self, printer: Any) -> str:
        variable = printer._print(self.crossing.variable)
        conditions = r" \text{ or } ".join(f"{printer._print(f)} < 0" for f in self.functions)
        return rf"\inf\left\{{{variable} > 0 : {conditions}\right\}}"

    def _as_text(self, printer: Any) -> str:
        variable, functions = self.crossing.variable, map(printer._print, self.functions)
        return f"inf{{{variable} > 0: {' < 0 or '.join(functions)} < 0}}"

    def _mpmathcode(self, printer: Any) -> str:
        values = "".join(f", {printer._print(value)}" for value in self.values)
        return f"first_negative({hash(self.crossing)}{values})"


def with_variables_apart(formula: Any) -> Any:
    """Return a formula whose bound variables are not called like its symbols."""
    while True:
        nodes = {n: n.apart_from(formula.free_symbols) for n in nodes_of(formula, FirstNegative)}
        rule = {node: other for node, other in nodes.items() if other != node}
        if not rule:
            return formula
        formula = formula.xreplace(rule)  # those within others the next time


def crossings_of(formula: Any) -> Callable[..., Any]:
    """Return the function (hash of the crossing, *values) ↦ value for the nodes in a formula."""
    crossings = {hash(n.crossing): n.crossing for n in nodes_of(formula, FirstNegative)}

    def first_negative(key: int, *values: Any) -> Any:
        return crossings[key].to_precision(values)

    return first_negative
