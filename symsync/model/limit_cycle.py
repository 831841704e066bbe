"""Limit cycles: a spin and the jumps that stabilise it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sympy import Expr, Rational, S, exp

from symsync.expressions.checks import half_integer, nonnegative, scalar
from symsync.model.spin import (
    S_minus,
    S_plus,
    S_z,
    SpinOperator,
    as_spin,
    is_ladder,
    projections,
    words,
)

__all__ = [
    "Jump",
    "LimitCycle",
    "equatorial",
    "gain_and_loss",
    "require_rate_first",
    "require_real_scalars",
    "sites_of",
    "stabilised_at",
    "van_der_pol",
]


@dataclass(frozen=True)
class Jump:
    """A dissipator, rate · D[operator], with D[O]ρ = OρO† − ½{O†O, ρ}."""

    rate: Expr
    operator: Expr


def sites_of(operator: Any) -> set[str]:
    """Return the labels of the sites that an operator acts on."""
    return {factor.site for factor in operator.atoms(SpinOperator)}


def require_rate_first(rate: Any, operator: Any) -> None:
    """Reject a jump that is written (operator, rate)."""
    if isinstance(rate, Expr) and sites_of(rate):
        raise ValueError(
            f"A jump is written (rate, operator), but {rate} stands first. "
            f"Write ({operator}, {rate})."
        )


def require_real_scalars(name: str, operator: Any) -> None:
    """Reject an operator with a symbol that is not declared real, or an inexact number."""
    for factor, _ in words(operator):
        scalar(name, factor)


@dataclass(frozen=True)
class LimitCycle:
    """A spin and the jumps that stabilise it.

    Parameters
    ----------
    spin
        S, a positive multiple of 1/2.
    jumps
        Pairs (rate, operator), or jumps of other limit cycles, written with `S_plus`, `S_minus`,
        `S_z` and `transition(final, initial)`.  A jump that changes every m by the same amount is a
        ladder; one that does not, such as that of a squeezed bath, ties the levels together.
        Without a jump the site is passive, and its state that of what it is strongly coupled to.
        A jump of rate zero is left out.  Where a symbol that is declared nonnegative is zero, a
        formula gives its limit from above, or nan if it divides by zero there: write the number 0
        into the model then.

    Raises
    ------
    ValueError
        If the spin is no multiple of 1/2, or a rate may be negative.  Whether the steady state is
        unique is tested later, when it is derived, for rates above zero.

    Examples
    --------
    >>> from sympy import Rational, symbols
    >>> from symsync import LimitCycle, S_minus, S_plus
    >>> gain, loss = symbols("gain loss", positive=True)
    >>> LimitCycle(Rational(1, 2), [(gain, S_plus), (loss, S_minus)]).spin
    1/2
    """

    spin: Rational
    jumps: tuple[Jump, ...]

    def __init__(self, spin: Any, jumps: Sequence[Any]) -> None:
        exact = as_spin(spin)
        checked = []
        for rate, operator in _pairs(jumps):
            require_rate_first(rate, operator)
            checked_rate = nonnegative("rate", rate)
            _require_bare(operator)
            if is_ladder(operator, {"": exact}):
                _require_no_phase(operator)
            if checked_rate != 0:
                checked.append(Jump(checked_rate, operator))
        object.__setattr__(self, "spin", exact)
        object.__setattr__(self, "jumps", tuple(checked))

    @property
    def has_ladders(self) -> bool:
        """Whether each jump changes every m by the same amount: the state is then diagonal."""
        return all(is_ladder(jump.operator, {"": self.spin}) for jump in self.jumps)


def _require_bare(operator: Any) -> None:
    """Reject what is no operator of one spin, or holds symbols that are complex."""
    sites = sites_of(operator)
    if not sites:
        raise ValueError(
            f"The jump {operator} of a limit cycle must be an operator of a spin. "
            "Write it with S_plus, S_minus, S_z and transition(final, initial)."
        )
    if sites != {""}:
        raise ValueError(
            f"The jump {operator} of a limit cycle must be an operator without a site. "
            "Write S_plus, not S_plus('A')."
        )
    require_real_scalars("jumps", operator)


def _require_no_phase(operator: Any) -> None:
    """Reject a ladder with the phase of a symbol between its transitions."""
    if any(phase.free_symbols for phase in operator.atoms(exp)):
        raise ValueError(
            f"The jump {operator} of a limit cycle holds the phase of a symbol, on which its "
            "populations would depend. Leave it out, or give each transition a jump of its own."
        )


def _pairs(jumps: Any) -> list[tuple[Any, Any]]:
    """Return the jumps as pairs whose second entry is an expression, or raise an error."""

    def pair(jump: Any) -> Any:
        return (jump.rate, jump.operator) if isinstance(jump, Jump) else jump

    def is_pair(jump: Any) -> bool:
        return isinstance(jump, Sequence) and len(jump) == 2 and isinstance(jump[1], Expr)

    if not (isinstance(jumps, Sequence) and all(is_pair(pair(jump)) for jump in jumps)):
        raise ValueError(
            f"Argument `jumps` must be pairs (rate, operator), but is {jumps!r}. "
            "Write [(gain, S_plus), (loss, S_minus)]."
        )
    return [pair(jump) for jump in jumps]


def equatorial(gain: Any, damping: Any, spin: Any = 1) -> LimitCycle:
    """Return the Letter's limit cycle: jumps √(γ^g/2) S⁺S^z and √(γ^d/2) S⁻S^z.

    Both jumps vanish on |0⟩, which is therefore the steady state of any integer spin.

    Parameters
    ----------
    gain, damping
        γ^g and γ^d in 1/time, exact and not negative.
    spin
        S.

    Returns
    -------
    LimitCycle
        The spin with its two jumps.

    Raises
    ------
    ValueError
        If a rate is not exact or may be negative, or `spin` is no positive multiple of 1/2.

    Examples
    --------
    >>> from sympy import symbols
    >>> from symsync import System, equatorial, steady_series
    >>> gain, damping = symbols("gain damping", positive=True)
    >>> steady_series(System({"A": equatorial(gain, damping)}, []))[0]
    |0⟩⟨0|: 1
    """
    gain, damping = nonnegative("gain", gain), nonnegative("damping", damping)
    return LimitCycle(spin, [(gain / 2, S_plus * S_z), (damping / 2, S_minus * S_z)])


def stabilised_at(m: Any, gain: Any, damping: Any, spin: Any) -> LimitCycle:
    """Return the cycle with the steady state |m⟩: jumps √(γ^g/2) S⁺(S^z − m), √(γ^d/2) S⁻(S^z − m).

    With m = 0 it is `equatorial`.

    Parameters
    ----------
    m
        The level, one of S, S−1, …, −S.
    gain, damping
        γ^g and γ^d in 1/time, exact and not negative.
    spin
        S.

    Returns
    -------
    LimitCycle
        The spin with its two jumps.

    Raises
    ------
    ValueError
        If `m` is no level of the spin, a rate is not exact or may be negative, or `spin` is no
        positive multiple of 1/2.

    Examples
    --------
    >>> from sympy import Rational, symbols
    >>> from symsync import System, stabilised_at, steady_series
    >>> gain, damping = symbols("gain damping", positive=True)
    >>> cycle = stabilised_at(Rational(1, 2), gain, damping, spin=Rational(3, 2))
    >>> steady_series(System({"A": cycle}, []))[0]
    |1/2⟩⟨1/2|: 1
    """
    level = half_integer("m", m)
    if level not in projections(spin):
        known = ", ".join(map(str, projections(spin)))
        raise ValueError(f"Argument `m` must be one of {known}, but is {level}.")
    gain, damping = nonnegative("gain", gain), nonnegative("damping", damping)
    up, down = S_plus * S_z - level * S_plus, S_minus * S_z - level * S_minus
    return LimitCycle(spin, [(gain / 2, up), (damping / 2, down)])


def gain_and_loss(gain: Any, loss: Any, spin: Any = S.Half) -> LimitCycle:
    """Return the cycle with jumps √γ^g S⁺ and √γ^d S⁻, whose steady state is a mixture of all |m⟩.

    The populations of m+1 and m are in the ratio γ^g/γ^d, as at a temperature.

    Parameters
    ----------
    gain, loss
        γ^g and γ^d in 1/time, exact and not negative.
    spin
        S.

    Returns
    -------
    LimitCycle
        The spin with its two jumps.

    Raises
    ------
    ValueError
        If a rate is not exact or may be negative, or `spin` is no positive multiple of 1/2.

    Examples
    --------
    >>> from sympy import symbols
    >>> from symsync import System, gain_and_loss, steady_series
    >>> gain, loss = symbols("gain loss", positive=True)
    >>> steady_series(System({"A": gain_and_loss(gain, loss)}, []))[0]
    |1/2⟩⟨1/2|: gain/(gain + loss)
    |-1/2⟩⟨-1/2|: loss/(gain + loss)
    """
    gain, loss = nonnegative("gain", gain), nonnegative("loss", loss)
    return LimitCycle(spin, [(gain, S_plus), (loss, S_minus)])


def van_der_pol(gain: Any, loss: Any, spin: Any = 1) -> LimitCycle:
    """Return the van der Pol cycle of a spin, with S⁺ and (S⁻)² and not with a† and a².

    The jumps are √γ^g S⁺ and √γ^d (S⁻)².  Those of the oscillator itself, cut at some levels, have
    the factors √n of a† and a²: see `van_der_pol_boson`, whose populations are others.  The
    loss vanishes on a spin 1/2, whose steady state is |1/2⟩.

    Parameters
    ----------
    gain, loss
        γ^g and γ^d in 1/time, exact and not negative.
    spin
        S, which should be 1 or more.

    Returns
    -------
    LimitCycle
        The spin with its two jumps.

    Raises
    ------
    ValueError
        If a rate is not exact or may be negative, or `spin` is no positive multiple of 1/2.

    Examples
    --------
    >>> from sympy import symbols
    >>> from symsync import System, steady_series, van_der_pol
    >>> gain, loss = symbols("gain loss", positive=True)
    >>> steady_series(System({"A": van_der_pol(gain, loss)}, []))[0]
    |1⟩⟨1|: gain/(gain + 4*loss)
    |0⟩⟨0|: 2*loss/(gain + 4*loss)
    |-1⟩⟨-1|: 2*loss/(gain + 4*loss)
    """
    gain, loss = nonnegative("gain", gain), nonnegative("loss", loss)
    return LimitCycle(spin, [(gain, S_plus), (loss, S_minus**2)])
