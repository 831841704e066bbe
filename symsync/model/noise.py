"""Limit cycles with a temperature, and limit cycles whose phase diffuses."""

from typing import Any

from sympy import S

from symsync.expressions.checks import nonnegative
from symsync.model.limit_cycle import LimitCycle, gain_and_loss
from symsync.model.spin import S_z

__all__ = ["dephased", "thermal"]


def thermal(rate: Any, occupation: Any, spin: Any = S.Half) -> LimitCycle:
    """Return the cycle of a spin in a thermal bath: √(κ n̄) S⁺ and √(κ(n̄+1)) S⁻.

    The populations of m+1 and m are in the ratio n̄/(n̄+1) = e^{−ħω/k_BT}, with n̄ = 1/(e^{ħω/k_BT}−1)
    quanta at the frequency ω of the bath.

    Parameters
    ----------
    rate
        κ in 1/time, exact and not negative: the decay of a spin 1/2 at zero temperature.
    occupation
        n̄, exact and not negative; zero is a bath of zero temperature.
    spin
        S.

    Returns
    -------
    LimitCycle
        The spin with its two jumps, those of `gain_and_loss`.

    Raises
    ------
    ValueError
        If `rate` or `occupation` is not exact or may be negative, or `spin` is no positive multiple
        of 1/2.

    Examples
    --------
    >>> from sympy import symbols
    >>> from symsync import System, steady_series, thermal
    >>> kappa, n = symbols("kappa n", positive=True)
    >>> steady_series(System({"A": thermal(kappa, n)}, []))[0]
    |1/2⟩⟨1/2|: n/(2*n + 1)
    |-1/2⟩⟨-1/2|: (n + 1)/(2*n + 1)
    """
    kappa, n = nonnegative("rate", rate), nonnegative("occupation", occupation)
    return gain_and_loss(kappa * n, kappa * (n + 1), spin)


def dephased(cycle: LimitCycle, rate: Any) -> LimitCycle:
    """Return a cycle with the further jump √Γ S^z, which makes its phase diffuse.

    ΓD[S^z] leaves all populations, and ⟨m|ρ|m′⟩ decays faster by Γ(m−m′)²/2: as ⟨e^{i(m−m′)φ}⟩ of
    a phase φ that diffuses with ⟨Δφ²⟩ = Γt.

    Parameters
    ----------
    cycle
        The limit cycle.
    rate
        Γ in 1/time, exact and not negative.

    Returns
    -------
    LimitCycle
        The spin with one jump more.

    Raises
    ------
    ValueError
        If `cycle` is no limit cycle, or `rate` is not exact or may be negative.

    Examples
    --------
    A spin 1/2 under a drive:

    >>> from sympy import symbols
    >>> from symsync import Drive, System, dephased, gain_and_loss, steady_series
    >>> gain, loss, Gamma = symbols("gain loss Gamma", positive=True)
    >>> cycle = dephased(gain_and_loss(gain, loss), Gamma)
    >>> steady_series(System({"A": cycle}, [Drive("A")]))[1]
    |-1/2⟩⟨1/2|: epsilon*(gain - loss)/((gain + loss)*(Gamma + gain + loss))
    |1/2⟩⟨-1/2|: epsilon*(gain - loss)/((gain + loss)*(Gamma + gain + loss))
    """
    if not isinstance(cycle, LimitCycle):
        raise ValueError(
            f"Argument `cycle` must be a limit cycle, but is {cycle!r}. "
            "Write equatorial(gain, damping)."
        )
    return LimitCycle(cycle.spin, [*cycle.jumps, (nonnegative("rate", rate), S_z)])
