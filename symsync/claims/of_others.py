"""Whether somebody's formula equals what the package derives.

Equality is proved where it can be, and else tried at many points; a difference is always shown at a
point.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice
from math import ceil
from time import monotonic
from typing import Any

import mpmath
from sympy import Symbol, cos, sin

from symsync.claims.at_points import (
    AGREED,
    LeadingOrders,
    Numbers,
    Point,
    Values,
    drawn_points,
    leading_orders,
)
from symsync.claims.claim_answer import SHOWN, ClaimAnswer, number_text, point_text
from symsync.claims.translated_claim import (
    Case,
    NotComparableError,
    case_of,
    formula_given,
    known_equation,
)
from symsync.expressions.identities import Identity, identity

__all__ = ["check_claim"]

FIRST, POINTS, GENERIC = 4, 50, 4
"""Points that are tried before a proof, at most without one, and for the order of a difference."""

SECONDS = 3.0
"""After this time no further point is tried."""

MOST_DIGITS = 1500
"""The digits up to which a difference is looked for that is known to exist."""


def check_claim(
    expression: Any,
    against: Any,
    where: Mapping[Any, Any] | None = None,
    coupling: Any = None,
) -> ClaimAnswer:
    """Return whether somebody's formula equals what the package derives.

    Parameters
    ----------
    expression
        The claim: a SymPy expression in symbols of any kind, a matrix or list of them, an
        `Equation`, a state (a `State`, a Qobj or an array, whose numbers are read as decimals of 15
        digits), or text such as "9*pi/64 * epsilon", which is read and not run.
    against
        An `Equation`, the name of one in the catalogue, or an expression, such as a measure.
    where
        {name or symbol of the claim: what it is in our symbols}, such as {"Delta": "-Delta"}; all
        are replaced at once.  Symbols that are not named here are ours of the same name.
    coupling
        The small parameter, or several of them, in which a difference is expanded; by default
        those of the order of `against`, or `epsilon` and what else is called a coupling strength.

    Returns
    -------
    ClaimAnswer
        Its `verdict` is "equal" if that is proved, "equal at points" if 50 random points show no
        difference, "equal to an order" if the leading orders in the coupling agree, "different"
        with a point and both values there, or "not comparable".  It is true if the claim is equal.

    Raises
    ------
    ValueError
        If an argument is no formula, or a name is not known.

    Notes
    -----
    Rational functions are compared by canonical form; with roots, moduli, angles, exponentials or
    unknowns of linear systems at three random points of the field of a 61-bit prime, of which each
    errs with a probability of at most the degree over 2⁶¹.  Other functions, such as logarithms and
    eigenvalues, are the same for the same arguments there.  What is not proved is compared as
    numbers.  Our symbols tell which numbers a symbol stands for.

    See Also
    --------
    symsync.check : compares the engine with a numeric answer for a whole system.

    Examples
    --------
    >>> from symsync import check_claim
    >>> print(check_claim("epsilon/sqrt(D**2 + a**2) + epsilon/sqrt(D**2 + b**2)", "negativity",
    ...                   where={"D": "Delta", "a": "(gamma_g_A + gamma_d_B)/2",
    ...                          "b": "(gamma_d_A + gamma_g_B)/2"}))
    The claim equals negativity, proved at 3 random points of a prime field.
    """
    (ours, name), claim = known_equation(against), formula_given("expression", expression)
    try:
        return _decided(case_of(claim, ours, name, {} if where is None else where, coupling))
    except NotComparableError as error:
        return ClaimAnswer("not comparable", name, reason=str(error))


def _decided(case: Case) -> ClaimAnswer:
    """Return the answer: a difference at a few points, a proof, or the comparison at many."""
    search = _Search(case, Numbers(case.pairs, case.is_angle))
    found = search.difference(FIRST)
    if found is not None:
        return found
    known = _identity(case) if search.compared else Identity(None, "")
    if known.equal:
        return ClaimAnswer("equal", case.name, known.method, search.compared, AGREED,
                           reason=case.note)  # fmt: skip
    if known.equal is False:
        return search.difference_at_more_digits()
    while search.tried < POINTS and (search.has_time or search.tried < 2 * FIRST):
        found = search.difference(1)
        if found is not None:
            return found
    if not search.compared:
        raise NotComparableError("at no point that was tried have both a finite value")
    zero = "both are zero at all of them" if search.vanish else ""
    reason = "; ".join(filter(None, [zero, case.note]))
    return ClaimAnswer("equal at points", case.name, "as numbers", search.compared, AGREED,
                       reason=reason)  # fmt: skip


def _identity(case: Case) -> Identity:
    if not case.is_angle:
        return identity(case.pairs)
    return identity([(f(one), f(other)) for one, other in case.pairs for f in (cos, sin)])


class _Search:
    """Looks for a difference, point after point."""

    def __init__(self, case: Case, numbers: Numbers) -> None:
        self.case, self.numbers = case, numbers
        self.tried = self.compared = 0
        self.vanish = True
        self.points: list[Point] = []
        self._start = monotonic()
        self._drawn = self._draw()

    @property
    def has_time(self) -> bool:
        """Whether further points may be tried."""
        return monotonic() - self._start < SECONDS

    def _draw(self) -> Iterator[Point]:
        try:
            yield from drawn_points(self.numbers.symbols, self.case.couplings)
        except ValueError as error:
            raise NotComparableError(str(error)) from None

    def difference(self, count: int) -> ClaimAnswer | None:
        """Return the answer if one of so many new points shows a difference."""
        for _ in range(count):
            if self.points and count > 1 and not self.has_time:
                break
            self.points.append(next(self._drawn))
            found = self._difference(self.points[-1:], AGREED)
            if found is not None:
                return found
        return None

    def _difference(self, points: Iterable[Point], digits: int) -> ClaimAnswer | None:
        for point in points:
            self.tried += 1
            found = self.numbers.at(point, digits)
            for component, values in enumerate(found):
                claimed, known = values.defined
                if known and not claimed:
                    shown = point_text({each.name: value for each, value in point.items()})
                    where = f"at {shown}" if shown else "that can be computed"
                    raise NotComparableError(f"the claim has no finite value {where}")
                if values.differ(digits):
                    sure = self.numbers.at(point, 2 * digits)[component]
                    if sure.differ(digits):
                        return self._unequal(point, component, sure, digits)
            self.compared += all(all(values.defined) for values in found)
            self.vanish = self.vanish and not any(values.ours for values in found)
        return None

    def difference_at_more_digits(self) -> ClaimAnswer:
        """Return the answer if the two are known to differ, but not in their first digits."""
        digits = AGREED
        while digits < MOST_DIGITS:
            digits *= 2
            found = self._difference(self.points, digits)
            if found is not None:
                return found
        return ClaimAnswer(
            "equal at points", self.case.name, "as numbers", self.compared, digits,
            reason="they are not the same function, but differ too little",
        )  # fmt: skip

    def _unequal(self, point: Point, component: int, values: Values, digits: int) -> ClaimAnswer:
        """Return the answer if a point shows a difference: at which order it begins."""
        others = list(islice(drawn_points(self.numbers.symbols, self.case.couplings), GENERIC))
        couplings = [each for each in self.case.couplings if each in self.numbers.symbols]
        order = self._order([point, *others], couplings, digits) if couplings else None
        if order is not None:
            return order
        facts = [self._ratio(component, others), self._missing(), self.case.note]
        return self._answer(
            "different", point, component, values, reason="; ".join(filter(None, facts))
        )

    def _answer(
        self, verdict: str, point: Point, component: int, values: Values, **more: Any
    ) -> ClaimAnswer:
        return ClaimAnswer(
            verdict, self.case.name, "as numbers", 1,
            point={symbol.name: value for symbol, value in point.items()},
            values=tuple(values), component=component if len(self.case.pairs) > 1 else None,
            **more,
        )  # fmt: skip

    def _order(
        self, points: Sequence[Point], couplings: Sequence[Symbol], digits: int
    ) -> ClaimAnswer | None:
        """Return the answer if the claim has the leading order right at all points."""
        found: list[tuple[LeadingOrders, Point, int, Values]] = []
        for point in points:
            if found and not self.has_time:
                break
            for component, values in enumerate(self.numbers.at(point, digits)):
                if values.differ(digits):
                    order = leading_orders(self.numbers, component, point, couplings)
                    if order is None or order.gap <= order.ours:
                        return None
                    found.append((order, point, component, values))
        order, point, component, values = min(found, key=lambda each: each[0].gap)
        size = mpmath.mpf(1)
        if len(couplings) == 1:
            size = mpmath.mpmathify(point[couplings[0]]) ** order.gap
        return self._answer(
            "equal to an order", point, component, values,
            order=ceil(order.gap) - 1, coupling=tuple(each.name for each in couplings),
            first_difference=order.gap, coefficient=order.coefficient / size,
            has_logarithm=order.has_logarithm, reason=self._stated(order.gap),
        )  # fmt: skip

    def _stated(self, gap: float) -> str:
        """Return to which order the formula itself is stated, if the difference is beyond it."""
        order = self.case.against.order
        beyond = order.kind == "power" and gap > sum(power for _, power in order.powers)
        said = f"{self.case.name} itself is stated to {order}" if beyond else ""
        return "; ".join(filter(None, [said, self.case.note]))

    def _ratio(self, component: int, points: Sequence[Point]) -> str:
        """Return which number the claim is times the formula, if it is one."""
        found = [self.numbers.at(point)[component] for point in points if self.has_time]
        if len(found) < len(points) or not all(all(each.defined) and each.ours for each in found):
            return ""
        with mpmath.workdps(AGREED):
            ratios = [each.claim / each.ours for each in found]
            number, small = ratios[0], mpmath.mpf(10) ** (10 - AGREED)
            if any(abs(each - number) > small * abs(number) for each in ratios):
                return ""
            if isinstance(number, mpmath.mpc):
                return f"it is {number_text(number)} times as much"
            near = Fraction(mpmath.nstr(number, AGREED)).limit_denominator(1000)
            if abs(mpmath.mpf(near.numerator) / near.denominator - number) < small:
                return f"it is {near} times as much" if near != 1 else ""
        digits = SHOWN
        while number_text(number, digits) == "1.0" and digits < AGREED:
            digits += 4
        return f"it is {number_text(number, digits)} times as much"

    def _missing(self) -> str:
        """Return which symbols of the formula the claim does not hold."""
        claim, ours = (
            {symbol.name for pair in self.case.pairs for symbol in pair[k].free_symbols}
            for k in (0, 1)
        )
        left = sorted(ours - claim)
        return f"it does not depend on {', '.join(left)}" if left else ""
