"""The resolvent of an operator times the steady state, order by order in the coupling.

With O' = O − ⟨O⟩ the corrections of X obey (iω − L₀)X_n = L₁X_{n−1} + (O'ρ)_n, where
(O'ρ)_n = Oρ_n − Σ_k ⟨O⟩_k ρ_{n−k}.  They are not Hermitian, and their trace is zero.
"""

from collections.abc import Mapping
from typing import Any

from sympy import Expr, I

from symsync.derive.generator import closure, components, rows
from symsync.derive.resolvents import Resolvents
from symsync.derive.series import SteadySeries
from symsync.derive.state import Element, State, accumulate, without_zeros
from symsync.expressions.symbols import omega
from symsync.model.spin import Ket
from symsync.model.system import System

__all__ = ["LineSeries"]

Vector = dict[Element, Resolvents]


class LineSeries(SteadySeries):
    """The corrections of X for an operator; `line(n)` is that of order n.

    Parameters
    ----------
    system
        The model.
    images
        O|ket) of each ket, {ket: {ket′: coefficient}}.
    weights
        {element: weight} of ⟨O⟩.
    """

    def __init__(
        self,
        system: System,
        images: Mapping[Ket, Mapping[Ket, Expr]],
        weights: Mapping[Element, Expr],
    ) -> None:
        numbers = {c for image in images.values() for c in image.values()} | {*weights.values()}
        listed = sorted(numbers, key=str)
        self.variables = (I * omega, *listed)
        self._turning = False
        super().__init__(system)
        self._numbers = dict(zip(listed, self._modes.variables[1:], strict=True))
        self._given = images, weights
        self._states: list[Vector] = []
        self._means: list[Resolvents] = []
        self._lines: list[Vector] = []

    def __reduce__(self) -> tuple[Any, ...]:
        return LineSeries, (self.system, *self._given)

    def line(self, order: int) -> State:
        """Return X of an order."""
        while len(self._lines) <= order:
            self._next()
        return State(self.spins, self._modes.units(self._lines[order]), self._writer, "correction")

    def _next(self) -> None:
        n, (images, weights) = len(self._lines), self._given
        state: Vector = dict(self[n].values_unnormalised)
        self._states.append(state)
        mean = Resolvents({})
        for element, weight in weights.items():
            if element in state:
                mean = mean + state[element] * self._numbers[weight]
        self._means.append(mean)
        source: Vector = {}
        for (ket, bra), value in state.items():
            for target, coefficient in images[ket].items():
                accumulate(source, (target, bra), value * self._numbers[coefficient])
        for k, each in enumerate(self._means):
            for element, value in self._states[n - k].items():
                accumulate(source, element, each.times(value) * -1)
        moved = self._modes.modes(without_zeros(source))
        if self._lines:
            for element, value in self._source(self._lines[-1], None).items():
                accumulate(moved, element, value)
        self._turning = True
        try:
            self._lines.append(self._resolved(without_zeros(moved)))
        finally:
            self._turning = False

    def _resolved(self, source: Vector) -> Vector:
        """Return (iω − L₀)⁻¹ of a source of trace zero, which need not be Hermitian."""
        columns = closure(self._modes.free, source)
        equations, ground = rows(columns), self._modes.ground
        found: Vector = {}
        for component in components(columns):
            if component == [ground]:
                continue
            inflow = {
                e: self._inflow(equations[e], component, source.get(e), found) for e in component
            }
            found |= self._solve(equations, component, inflow, None)
        if ground is not None:
            found[ground] = self._deficit(found, ground)
        return without_zeros(found)

    def _shift(self) -> Any:
        return self._modes.variables[0] if self._turning else self.ring.zero
