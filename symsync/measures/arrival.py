"""How a quantity that changes in time arrives: its half-life, and its slowest rate."""

from typing import Any

from sympy import Add, Expr, Min, Mul, Rational, S, Symbol, exp, log

from symsync.expressions.complex_parts import Re, real_imag
from symsync.expressions.definitions import nodes_of, written_out
from symsync.expressions.divided_differences import DividedDifference
from symsync.expressions.levels import FirstPassage, LevelCrossing
from symsync.expressions.linear_evolution import Evolved, SlowestRate
from symsync.expressions.symbols import declare, describe, t
from symsync.formula import Equation, equation

__all__ = ["half_life", "slowest_rate"]

tau = declare("tau", r"\tau", "time in units of a rate", "1/time", nonnegative=True)
declare("half_life", r"t_{1/2}", "time of half the way to the steady value", "time")
declare("slowest_rate", r"\lambda_{\min}", "slowest rate of an evolution", "1/time")


def half_life(formula: Equation | Expr, late: Equation | Expr | None = None) -> Equation:
    """Return the first time at which half the way to the late value is covered.

    Parameters
    ----------
    formula
        A real quantity that depends on `t`, such as a measure of `time_series(system)[1]` or of
        `evolution(system, initial)`.
    late
        Its value for t → ∞.  It is needed if the formula holds unknowns of a differential
        equation: write the same measure of `exact_state(system)`.

    Returns
    -------
    Equation
        A time, in closed form if the quantity is one exponential and a constant; otherwise it is
        found by each evaluator, from 10⁻¹² to 10⁶ of the shortest time of the parameters.

    Raises
    ------
    ValueError
        If the formula does not depend on `t`, or `late` is needed.

    Examples
    --------
    >>> from symsync import S_rel, half_life, spin_pair, time_series
    >>> from symsync.symbols import Delta, phi
    >>> locking = S_rel(time_series(spin_pair())[1]).subs({Delta: 0, phi: 0})
    >>> rates = dict(gamma_g_A=100, gamma_d_A=1, gamma_g_B=1, gamma_d_B=100, epsilon=1)
    >>> print(half_life(locking).function()(**rates).round(4))
    0.7032
    """
    value = _moving(formula)
    early = _early(value)
    last = _late(value) if late is None else (late.rhs if isinstance(late, Equation) else late)
    rate = _only_rate(value)
    if rate is not None and late is None:
        found = log(2) / rate
    else:
        rates = [s for s in sorted(value.free_symbols - {t}, key=str) if describe(s).unit != "rad"]
        unit = Add(*(s**2 for s in rates)) or S.One
        left = (value.xreplace({t: tau / unit}) - last) ** 2 / (early - last) ** 2
        found = FirstPassage(LevelCrossing(tau, left, Rational(1, 4))) / unit
    return equation("half_life", found, "time of half the way", order=_order(formula))


def slowest_rate(formula: Equation | Expr) -> Equation:
    """Return the slowest rate at which a quantity becomes steady.

    Parameters
    ----------
    formula
        A quantity that depends on `t`.

    Returns
    -------
    Equation
        The least of the real parts of all rates in it; the least one of the eigenvalues of a matrix
        if it holds unknowns of a differential equation.

    Raises
    ------
    ValueError
        If the formula does not depend on `t`.

    Examples
    --------
    >>> from symsync import S_rel, slowest_rate, spin_pair, time_series
    >>> rate = slowest_rate(S_rel(time_series(spin_pair())[1])).function()
    >>> print(rate(gamma_g_A=100, gamma_d_A=1, gamma_g_B=1, gamma_d_B=100))
    1.0
    """
    value = written_out(_moving(formula))
    rates: set[Expr] = set()
    for node in nodes_of(value, DividedDifference):
        rates |= {-real_imag(each)[0] for each in node.args[1:] if each != 0}
    for node in nodes_of(value, exp):
        growth = real_imag(node.args[0].diff(t))[0]
        rates |= {-growth} if growth != 0 else set()
    systems: dict[Any, set[int]] = {}
    for node in nodes_of(value, Evolved):
        systems.setdefault((node.system, node.values[1:]), set()).add(node.index)
    for (system, values), seen in systems.items():
        rates.add(SlowestRate(system.seen_from(seen), *values))
    return equation("slowest_rate", Min(*rates), "slowest rate", order=_order(formula))


def _order(formula: Any) -> Any:
    return formula.order if isinstance(formula, Equation) else None


def _moving(formula: Any) -> Expr:
    """Return the expression of a quantity that depends on time."""
    value = formula.rhs if isinstance(formula, Equation) else formula
    if not isinstance(value, Expr) or t not in value.free_symbols:
        raise ValueError(
            f"Argument `formula` must be one quantity that depends on t, but is {value}. Take a "
            "measure of time_series(system)[1] or of evolution(system, initial)."
        )
    return value


def _early(value: Expr) -> Expr:
    """Return a formula at t = 0, where divided differences of several nodes are 0."""
    rule = dict.fromkeys(nodes_of(value, DividedDifference), S.Zero)
    return value.xreplace(rule).xreplace({t: S.Zero}).xreplace({Re(S.Zero): S.Zero})


def _late(value: Expr) -> Expr:
    """Return the limit for t → ∞ of a formula of decaying terms."""
    value = written_out(value)
    rule: dict[Expr, Expr] = {}
    steady = True
    for node in nodes_of(value, DividedDifference):
        others = [each for each in node.args[1:] if each != 0]
        zeros = len(node.args) - 1 - len(others)
        steady &= zeros <= 1 and all(real_imag(each)[0].is_negative for each in others)
        rule[node] = Mul(*(-1 / each for each in others)) if zeros else S.Zero
    decaying = [node for node in nodes_of(value, exp) if t in node.free_symbols]
    steady &= all(real_imag(node.args[0].diff(t))[0].is_negative for node in decaying)
    found = value.xreplace({**rule, **dict.fromkeys(decaying, S.Zero)})
    if t in found.free_symbols or not steady:
        raise ValueError(
            "Argument `late` must be the value of the formula for t → ∞, which is not known here, "
            "but is left out. Write the same measure of exact_state(system)."
        )
    return found


def _only_rate(value: Expr) -> Expr | None:
    """Return λ of a + b e^{−λt}, or None."""
    moving = {
        *(node for node in nodes_of(value, DividedDifference)),
        *(node for node in nodes_of(value, exp) if t in node.free_symbols),
    }
    if len(moving) != 1:
        return None
    (node,) = moving
    x = Symbol("x")
    linear = value.xreplace({node: x})
    if t in linear.free_symbols or linear.diff(x).has(x):
        return None
    nodes = node.args[1:] if isinstance(node, DividedDifference) else (node.args[0].diff(t),)
    rates = [-each for each in nodes if each != 0]
    is_one = len(rates) == 1 and len(nodes) <= 2 and rates[0].is_positive
    return rates[0] if is_one and t not in rates[0].free_symbols else None
