"""What is found about somebody's formula: an object with fields, which prints as a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from html import escape
from typing import Any

import mpmath
from sympy import Expr, Rational

__all__ = ["SHOWN", "ClaimAnswer", "number_text", "point_text"]

SHOWN = 8
"""Digits of a number that is shown; more if two numbers differ later."""

MOST = 4000
"""The most digits of such a number."""


@dataclass(frozen=True, repr=False)
class ClaimAnswer:
    """Whether a claim equals what the package derives; it prints as one sentence.

    Attributes
    ----------
    verdict
        "equal", "equal at points", "equal to an order", "different" or "not comparable".
    against
        What the claim was compared with.
    method
        How "equal" was proved, or how the others were found.
    points
        At how many points the two were compared as numbers.
    digits
        To how many digits they agree there.
    order
        Of "equal to an order", the order in the couplings up to which they agree.
    coupling
        The names of the couplings of that order.
    first_difference
        The order of the first difference.
    coefficient
        The difference over the coupling to this power, where the coupling is small; of several
        couplings, over their common factor.
    has_logarithm
        Whether the first difference has a logarithm of the coupling in front of its power.
    point
        {name: value} where the claim and the formula differ.
    values
        The claim and the formula there, as numbers of mpmath.
    component
        Of several equations, the number of the one that `point` belongs to, the first one being 0.
    reason
        Why they cannot be compared, or what else is to be known.
    """

    verdict: str
    against: str
    method: str = ""
    points: int = 0
    digits: int = 0
    order: int | None = None
    coupling: tuple[str, ...] = ()
    first_difference: float | None = None
    coefficient: Any = None
    has_logarithm: bool = False
    point: Mapping[str, Expr] = field(default_factory=dict)
    values: tuple[Any, ...] = ()
    component: int | None = None
    reason: str = ""

    @property
    def is_equal(self) -> bool:
        """Whether the claim is the formula: proved, or at all points that were tried."""
        return self.verdict in ("equal", "equal at points")

    @property
    def is_proved(self) -> bool:
        """Whether it is proved that the claim is the formula."""
        return self.verdict == "equal"

    @property
    def difference(self) -> Any:
        """The claim less the formula at the point, or None if there is no point."""
        if not self.values:
            return None
        with mpmath.workdps(100):
            return self.values[0] - self.values[1]

    def to_dict(self) -> dict[str, Any]:
        """Return what is known as names, numbers and text, such as for JSON."""
        found = {each.name: getattr(self, each.name) for each in fields(self)}
        found["point"] = {name: str(value) for name, value in self.point.items()}
        found["values"] = [number_text(value, 40) for value in self.values]
        if self.coefficient is not None:
            found["coefficient"] = number_text(self.coefficient, 40)
        return {**found, "sentence": str(self)}

    def __bool__(self) -> bool:
        return self.is_equal

    def __str__(self) -> str:
        sentence = f"The claim cannot be compared with {self.against}"
        if self.verdict == "equal":
            sentence = f"The claim equals {self.against}, proved {self.method}"
        elif self.verdict == "equal at points":
            sentence = self._at_points()
        elif self.verdict == "equal to an order":
            sentence = self._to_an_order()
        elif self.verdict == "different":
            sentence = self._different()
        mark = ":" if self.verdict == "not comparable" else ";"
        said = f"{sentence}{mark} {self.reason}" if self.reason else sentence
        return said if said.endswith("?") else f"{said}."

    def _at_points(self) -> str:
        return (
            f"The claim equals {self.against} at {self.points} points to {self.digits} digits, "
            "which is no proof"
        )

    def _to_an_order(self) -> str:
        names = ", ".join(self.coupling)
        power = f"{self.first_difference:g}"
        first = f"of order {power}"
        if self.has_logarithm:
            first += " with a logarithm"
        elif len(self.coupling) == 1:
            first = f"{number_text(self.coefficient)}*{names}" + f"**{power}" * (power != "1")
        return (
            f"The claim equals {self.against} to order {self.order} in {names}; the first "
            f"difference is {first}{self._where(self.coupling)}"
        )

    def _different(self) -> str:
        claim, ours = self.values
        digits = SHOWN
        while number_text(claim, digits) == number_text(ours, digits) and digits < MOST:
            digits += 4
        part = "" if self.component is None else f" in component {self.component}"
        return (
            f"The claim differs from {self.against}{part}: it is {number_text(claim, digits)} "
            f"instead of {number_text(ours, digits)}{self._where()}"
        )

    def _where(self, without: tuple[str, ...] = ()) -> str:
        shown = {name: value for name, value in self.point.items() if name not in without}
        return f" at {point_text(shown)}" if shown else ""

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<p><b>{self.verdict}</b> {escape(str(self))}</p>"


def number_text(value: Any, digits: int = SHOWN) -> str:
    """Return a number of mpmath with so many digits."""
    with mpmath.workdps(digits + 10):
        return str(mpmath.nstr(+value, digits))


def point_text(point: Mapping[str, Expr]) -> str:
    """Return the values of a point, such as epsilon = 0.1, Delta = 0."""
    return ", ".join(f"{name} = {_value_text(value)}" for name, value in point.items())


def _value_text(value: Expr) -> str:
    if isinstance(value, Rational) and value.q != 1:
        return str(mpmath.nstr(mpmath.mpf(int(value.p)) / int(value.q), SHOWN))
    return str(value)
