"""Where the distribution of a relative phase is largest, and how large it is there."""

from collections.abc import Mapping
from math import gcd

from sympy import Expr, S, atan2

from symsync.derive.state import State
from symsync.expressions.complex_parts import modulus, real_imag, scaled_parts, with_plus_sign
from symsync.expressions.spectral import WaveMaximum, WavePhase
from symsync.measures.phase_locking import relative_phase_harmonics

__all__ = ["S_rel_maximum", "locking_phase", "waves"]


def _harmonics(
    state: State, a: str | int | None, b: str | int | None, kind: str = "husimi"
) -> dict[int, Expr]:
    """Return {k: c_k} of a distribution for k > 0."""
    harmonics = relative_phase_harmonics(state, a, b, kind=kind)
    return {int(k): value for k, value in harmonics.items() if k > 0}


def waves(state: State, a: str | int | None = None, b: str | int | None = None) -> tuple[Expr, ...]:
    """Return (x₁, y₁, x₂, y₂, …) with S_rel = Σ_k x_k cos kφ − y_k sin kφ."""
    return _parts(_harmonics(state, a, b), 1)


def _parts(harmonics: Mapping[int, Expr], step: int) -> tuple[Expr, ...]:
    """Return Re 2c_k and Im 2c_k of every k that is a multiple of `step`."""
    orders = range(step, max(harmonics, default=0) + 1, step)
    return tuple(part for k in orders for part in real_imag(2 * harmonics.get(k, S.Zero)))


def S_rel_maximum(
    state: State, a: str | int | None = None, b: str | int | None = None, *, kind: str = "husimi"
) -> Expr:
    """Return the maximum over φ of S_rel: 2|c_k| for one harmonic, a `WaveMaximum` for several.

    Parameters
    ----------
    state
        Any state of the package; sites other than `a` and `b` are traced out.
    a, b
        Labels of two sites; a state of two sites needs none.
    kind
        "husimi", "oscillator" or "canonical"; see `phase_distribution`.

    Returns
    -------
    Expr
        A real density per rad.

    Raises
    ------
    ValueError
        If `a` and `b` are not two sites, or there is no such `kind`.

    Examples
    --------
    >>> from symsync import S_rel_maximum, spin_pair, steady_series
    >>> from symsync.symbols import Delta
    >>> S_rel_maximum(steady_series(spin_pair())[1]).subs(Delta, 0)
    9*pi*epsilon*Abs(gamma_d_A - gamma_d_B - gamma_g_A + gamma_g_B)/(64*(gamma_d_A +
    gamma_g_B)*(gamma_d_B + gamma_g_A))
    """
    harmonics = _harmonics(state, a, b, kind)
    if len(harmonics) > 1:
        return WaveMaximum(*_parts(harmonics, gcd(*harmonics)))
    return 2 * modulus(next(iter(harmonics.values()), S.Zero))


def locking_phase(
    state: State, a: str | int | None = None, b: str | int | None = None, *, kind: str = "husimi"
) -> Expr:
    """Return the φ in (−π, π] at which S_rel is largest.

    If several maxima are equal, the one nearest to zero is returned: if the only harmonic is k,
    there are k of them.

    Parameters
    ----------
    state
        Any state of the package; sites other than `a` and `b` are traced out.
    a, b
        Labels of two sites; a state of two sites needs none.
    kind
        "husimi", "oscillator" or "canonical"; see `phase_distribution`.

    Returns
    -------
    Expr
        An angle in rad; it is nan if the state has no harmonic at all.

    Raises
    ------
    ValueError
        If `a` and `b` are not two sites, or there is no such `kind`.

    Examples
    --------
    >>> from symsync import Exchange, System, locking_phase, spin_pair, steady_series
    >>> resonant = System(spin_pair().sites, [Exchange("A", "B")])
    >>> locking_phase(steady_series(resonant)[1])
    atan2(0, -gamma_d_A + gamma_d_B + gamma_g_A - gamma_g_B)
    """
    harmonics = _harmonics(state, a, b, kind)
    if len(harmonics) > 1:
        step = gcd(*harmonics)
        return WavePhase(*_parts(harmonics, step)) / step
    k, value = next(iter(harmonics.items()), (1, S.Zero))
    if value == 0:
        return S.NaN
    _, sign, x, y = scaled_parts(value)
    return atan2(with_plus_sign(-sign * y), with_plus_sign(sign * x)) / k
