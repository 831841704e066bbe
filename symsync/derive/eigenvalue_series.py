"""The expansion of one eigenvalue of the generator in the coupling.

Let λ be an eigenvalue of L₀ with the right and left vectors r and l, lr = 1.  With L = L₀ + L₁,

    λ_n = l L₁ x_{n−1} − Σ_{0<k<n} λ_k l x_{n−k},
    (λ − L₀) x_n = L₁ x_{n−1} − Σ_{0<k≤n} λ_k x_{n−k},   x₀ = r,

where the component of x_n that r has alone is 0 for n > 0.  Each element is a sum over paths, as in
the expansion of a state, with the differences to λ in place of the rates.
"""

from collections.abc import Mapping
from itertools import product
from typing import Any

from sympy import Expr
from sympy.polys.rings import PolyElement

from symsync.derive.generator import closure, components, rows
from symsync.derive.resolvents import Resolvents
from symsync.derive.series import HIGHEST, SystemSeries
from symsync.derive.state import Element, accumulate, without_zeros
from symsync.expressions.checks import half_integer, whole
from symsync.model.spin import product_kets
from symsync.model.system import System

__all__ = ["EigenvalueSeries"]

Vector = dict[Element, Resolvents]
Rows = Mapping[Element, Mapping[Element, PolyElement]]


class EigenvalueSeries(SystemSeries):
    """The expansion of an eigenvalue in the weak couplings; `series[n]` is its order n.

    Parameters
    ----------
    system
        The model.
    ket, bra
        The element |ket⟩⟨bra| whose own decay without the weak couplings is the eigenvalue.  At a
        site whose limit cycle is a mixture, a population means its difference to the mixture.

    Raises
    ------
    ValueError
        If there is no such element, or other elements feed it and are fed by it.

    Examples
    --------
    How the coupling moves the decay of |1,0⟩⟨1,0| in the Letter's pair, without detuning:

    >>> from symsync import Delta, spectrum, spin_pair
    >>> series = spectrum(spin_pair()).series((1, 0), (1, 0))
    >>> series[0], series[1]
    (-gamma_d_A, 0)
    """

    express = staticmethod(Resolvents.steady)
    begins_as_state = False

    def __init__(self, system: System, ket: Any, bra: Any) -> None:
        super().__init__(system)
        self._recipe = system, ket, bra
        kets = product_kets(system.spins.values())
        try:
            own = tuple(tuple(half_integer("ket", m) for m in side) for side in (ket, bra))
        except TypeError:
            own = ()
        if len(own) != 2 or any(each not in kets for each in own):
            raise ValueError(
                f"Arguments `ket` and `bra` must be kets of the system, such as {kets[0]}, but are "
                f"{ket!r} and {bra!r}."
            )
        self._own: Element = own[0], own[1]
        self._columns = closure(self._modes.free, product(kets, kets))
        self._rows = rows(self._columns)
        self._order = components(self._columns)
        if [self._own] not in self._order:
            raise ValueError(
                f"The element |{own[0]}⟩⟨{own[1]}| feeds others that feed it, so that its rates "
                "are the roots of a polynomial. Take an element of its own decay."
            )
        self._eigenvalue = self._rows[self._own].get(self._own, self.ring.zero)
        unit = {self._own: Resolvents({(): self.ring.one})}
        self._left = self._with_sources({}, unit, self._columns, self._order[::-1])
        self._vectors = [self._with_sources({}, unit, self._rows, self._order)]
        self._values = [Resolvents({(): self._eigenvalue})]

    def __reduce__(self) -> tuple[Any, ...]:
        return EigenvalueSeries, self._recipe

    def __getitem__(self, order: Any) -> Expr:
        order = whole("order", order, 0, HIGHEST)
        while len(self._values) <= order:
            self._next()
        return self._writer(self._values[order])

    def partial_sum(self, order: Any) -> Expr:
        """Return the sum of all orders up to this one."""
        return sum((self[n] for n in range(whole("order", order, 0, HIGHEST) + 1)), 0 * self[0])

    def _next(self) -> None:
        """Find one more order of the eigenvalue, and of its vector."""
        n = len(self._values)
        source = self._source(self._vectors[-1], None)
        earlier = list(zip(self._values[1:], self._vectors[1:][::-1], strict=True))
        found = self._weighed(source)
        for value, vector in earlier:
            found = found + value.times(self._weighed(vector)) * -1
        self._values.append(found)
        for value, vector in zip(self._values[1:], self._vectors[::-1], strict=True):
            for element, amount in vector.items():
                accumulate(source, element, value.times(amount) * -1)
        self._vectors.append(self._with_sources(source, {}, self._rows, self._order))
        assert len(self._vectors) == n + 1

    def _weighed(self, vector: Mapping[Element, Resolvents]) -> Resolvents:
        """Return l·x."""
        total = Resolvents({})
        for element, value in vector.items():
            if element in self._left:
                total = total + self._left[element].times(value)
        return total

    def _with_sources(
        self, source: Mapping[Element, Resolvents], start: Vector, equations: Rows, order: Any
    ) -> Vector:
        """Return (λ − L₀)⁻¹ of a source, or of what feeds from the own element, without its own."""
        found = dict(start)
        for component in order:
            if component == [self._own]:
                continue
            inflow = {}
            for element in component:
                total = source.get(element, Resolvents({}))
                for other, coefficient in equations[element].items():
                    if other in found and other not in component:
                        total = total + found[other] * coefficient
                inflow[element] = total
            if any(inflow.values()):
                found |= self._solve(equations, component, inflow, None)
        return without_zeros(found)

    def _shift(self) -> PolyElement:
        return self._eigenvalue

    def _require_decay(
        self, rate: PolyElement, element: Element, inflow: Mapping[Element, Resolvents]
    ) -> None:
        if not rate and any(inflow.values()):
            ket, bra = element
            raise ValueError(
                f"The eigenvalue of |{self._own[0]}⟩⟨{self._own[1]}| is also one of |{ket}⟩⟨{bra}|,"
                " which the coupling mixes with it, so that it has no such series. Take other "
                "frequencies or rates, or the eigenvalues of the sector."
            )
