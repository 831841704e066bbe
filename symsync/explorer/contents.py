"""What a page shows: its sliders, its formulas, and how these are drawn."""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from numbers import Real
from typing import Any

from sympy import Symbol, Tuple

from symsync.evaluate.contract import requirement
from symsync.explorer.mathml import mathml
from symsync.expressions.checks import did_you_mean
from symsync.expressions.complex_parts import real_imag
from symsync.expressions.latex import latex
from symsync.expressions.symbols import describe
from symsync.formula import Equation, joined

__all__ = [
    "Axis",
    "Contents",
    "Curves",
    "Map",
    "Preset",
    "Program",
    "Quantity",
    "Slider",
    "axes_of",
    "require_names",
    "sliders",
]


@dataclass(frozen=True)
class Slider:
    """A parameter, the range of its slider, and where it stands at first."""

    name: str
    symbol: str
    meaning: str
    unit: str
    kind: str
    low: float
    high: float
    is_log: bool
    value: float


@dataclass(frozen=True)
class Quantity:
    """A number that the page shows, and how it is had in Python and in LaTeX."""

    symbol: str
    symbol_latex: str
    meaning: str
    order: str
    latex: str
    python: str


@dataclass(frozen=True)
class Program:
    """Equations that are computed together, and the name of each of their real numbers."""

    equation: Equation
    names: tuple[str, ...]


@dataclass(frozen=True)
class Map:
    """A quantity over two parameters: exact, and to lowest order where that is known."""

    exact: str | None
    first: str | None = None


@dataclass(frozen=True)
class Curves:
    """The distribution of a relative phase: exact, to first order, and where both are largest."""

    exact: str
    first: str | None
    lockings: tuple[str, ...]


@dataclass(frozen=True)
class Axis:
    """A parameter and its range on an axis of the maps."""

    name: str
    low: float
    high: float
    is_log: bool = False


@dataclass(frozen=True)
class Preset:
    """A button: values of some parameters, the axes of the maps, and the panel to look at."""

    label: str
    about: str
    values: Mapping[str, float]
    axes: tuple[Axis, ...] = ()
    panel: str = ""


@dataclass
class Contents:
    """Everything that a page shows."""

    title: str
    about: str
    sliders: list[Slider]
    preamble: str
    axes: tuple[Axis, ...]
    maps: list[Map] = field(default_factory=list)
    curves: list[Curves] = field(default_factory=list)
    rows: list[Map] = field(default_factory=list)
    alone: list[str] = field(default_factory=list)
    spheres: list[str] = field(default_factory=list)
    bars: list[str] = field(default_factory=list)
    presets: list[Preset] = field(default_factory=list)
    formulas: list[str] = field(default_factory=list)
    programs: list[Program] = field(default_factory=list)
    quantities: dict[str, Quantity] = field(default_factory=dict)

    def add(
        self,
        equation: Equation,
        python: str,
        symbol: str | None = None,
        meaning: str = "",
        is_listed: bool = True,
    ) -> None:
        """Keep the words of an equation, and its LaTeX if it stands among the formulas."""
        parts = _parts(equation)
        for name, side in parts.items():
            self.quantities[name] = Quantity(
                mathml(symbol or side),
                symbol or side,
                meaning or equation.description,
                str(equation.order),
                equation.latex(lhs=symbol) if is_listed else "",
                python,
            )
        if is_listed:
            self.formulas.append(next(iter(parts)))

    def compute(self, *equations: Equation) -> None:
        """Compute equations together; their words are kept already."""
        if not equations:
            return
        names = [name for equation in equations for name in _parts(equation)]
        together = joined(equations) if len(equations) > 1 else equations[0]
        if any(real_imag(part)[1] != 0 for part in _components(together)):
            names = [f"{part} {name}" for name in names for part in ("Re", "Im")]
        label = f"program_{len(self.programs) + 1}"
        self.programs.append(Program(replace(together, label=label), tuple(names)))


def _components(equation: Equation) -> tuple[Any, ...]:
    return equation.rhs.args if isinstance(equation.rhs, Tuple) else (equation.rhs,)


def _parts(equation: Equation) -> dict[str, str]:
    """Return the name and the LaTeX of each component of an equation."""
    rhs, lhs = equation.rhs, equation.lhs
    if not isinstance(rhs, Tuple):
        return {equation.label: latex(lhs)}
    if isinstance(lhs, Tuple) and all(isinstance(side, Symbol) for side in lhs.args):
        return {str(side): latex(side) for side in lhs.args}
    return {f"{equation.label}_{k}": rf"{latex(lhs)}_{{{k}}}" for k in range(1, len(rhs.args) + 1)}


def sliders(
    parameters: Iterable[Symbol], values: Mapping[Any, Any], ranges: Mapping[Any, Any]
) -> list[Slider]:
    """Return a slider for each parameter, at `values` and over `ranges` where they are given."""
    return [_slider(symbol, values, ranges) for symbol in parameters]


def require_names(argument: str, given: Any, known: Iterable[Slider]) -> None:
    """Raise `ValueError` if what is given by name is for no parameter."""
    names = [slider.name for slider in known]
    for name in given:
        if name not in names:
            raise ValueError(
                f"Argument `{argument}` must hold parameters, {', '.join(names)}, but holds "
                f"{name!r}.{did_you_mean(name, names)}"
            )


def _slider(symbol: Symbol, values: Mapping[Any, Any], ranges: Mapping[Any, Any]) -> Slider:
    about, kind = describe(symbol), requirement(symbol)
    low, high = _range(symbol.name, kind, ranges.get(symbol.name), about.unit)
    is_log = kind in ("positive", "non-negative") and low > 0 and high / low > 20
    value = values.get(symbol.name, 0.0 if kind == "real" else 1.0)
    if not _fits(value, kind):
        raise ValueError(
            f"Argument `values` must hold a {kind} number for {symbol.name!r}, but holds {value!r}."
        )
    return Slider(
        symbol.name, mathml(latex(symbol)), about.meaning, about.unit, kind,
        low, high, is_log, float(value),
    )  # fmt: skip


def _fits(value: Any, kind: str) -> bool:
    if not isinstance(value, Real) or not math.isfinite(value):
        return False
    size = float(value)
    return {"positive": size > 0, "non-negative": size >= 0}.get(kind, True)


def _range(name: str, kind: str, given: Any, unit: str) -> tuple[float, float]:
    if given is None:
        return _usual(name, kind, unit)
    pair = tuple(given) if isinstance(given, list | tuple) else ()
    if len(pair) != 2 or not all(_fits(value, kind) for value in pair) or pair[0] >= pair[1]:
        raise ValueError(
            f"Argument `ranges` must hold a pair of {kind} numbers, (low, high), for {name!r}, but "
            f"holds {given!r}."
        )
    return float(pair[0]), float(pair[1])


def _usual(name: str, kind: str, unit: str) -> tuple[float, float]:
    """Return the range of a slider that nobody gave."""
    if unit == "rad" or name.startswith(("phi", "theta")):
        return (0.0, math.pi) if name.startswith("theta") else (-math.pi, math.pi)
    return {"positive": (0.01, 1000.0), "non-negative": (0.0, 10.0)}.get(kind, (-5.0, 5.0))


def axes_of(found: list[Slider], strengths: Collection[str] = ()) -> tuple[Axis, ...]:
    """Return the axes of the maps: a detuning and a strength if there are such."""
    across = [each for each in found if each.kind == "real"] + found
    up = [each for each in found if each.name in strengths] + found
    second = [each for each in up if each not in across[:1]]
    return tuple(Axis(e.name, e.low, e.high, e.is_log) for e in across[:1] + second[:1])
