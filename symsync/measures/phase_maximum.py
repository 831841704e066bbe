"""Where the distribution of a relative phase is largest, and how large it is there."""

from sympy import Expr, Rational, S, atan2

from symsync.derive.state import State
from symsync.expressions.complex_parts import modulus, real_imag, scaled_parts, with_plus_sign
from symsync.expressions.spectral import WaveMaximum, WavePhase
from symsync.measures.phase_locking import relative_phase_harmonics

__all__ = ["S_rel_maximum", "locking_phase", "waves"]


def _single_harmonic(state: State, a: str | None, b: str | None) -> tuple[Rational, Expr]:
    """Return k and c_k of a distribution that has a single k > 0."""
    harmonics = relative_phase_harmonics(state, a, b)
    found = [(k, value) for k, value in harmonics.items() if k > 0] or [(S.One, S.Zero)]
    if len(found) > 1:
        raise NotImplementedError(
            f"The distribution has the harmonics {', '.join(str(k) for k, _ in found)}; a maximum "
            "is known for a single one and for the first two. Evaluate S_rel on a grid of phases."
        )
    return found[0]


def _orders(state: State, a: str | None, b: str | None) -> list[Rational]:
    return [k for k in relative_phase_harmonics(state, a, b) if k > 0]


def waves(state: State, a: str | None = None, b: str | None = None) -> tuple[Expr, ...]:
    """Return (x₁, y₁, x₂, y₂, …) with S_rel = Σ_k x_k cos kφ − y_k sin kφ."""
    harmonics = relative_phase_harmonics(state, a, b)
    parts: list[Expr] = []
    for k in range(1, int(max(harmonics, default=S.Zero)) + 1):
        parts += real_imag(2 * harmonics.get(S(k), S.Zero))
    return tuple(parts)


def S_rel_maximum(state: State, a: str | None = None, b: str | None = None) -> Expr:
    """Return the maximum over φ of S_rel: 2|c_k| for one harmonic, a `WaveMaximum` for two.

    Parameters
    ----------
    state
        Any state of the package; sites other than `a` and `b` are traced out.
    a, b
        Labels of two sites; a state of two sites needs none.

    Returns
    -------
    Expr
        A real density per rad.

    Raises
    ------
    ValueError, NotImplementedError
        If `a` and `b` are not two sites, or there are several harmonics and not only the first two.

    Examples
    --------
    >>> from symsync import S_rel_maximum, spin_pair, steady_series
    >>> from symsync.symbols import Delta
    >>> S_rel_maximum(steady_series(spin_pair())[1]).subs(Delta, 0)
    9*pi*epsilon*Abs(gamma_d_A - gamma_d_B - gamma_g_A + gamma_g_B)/(64*(gamma_d_A +
    gamma_g_B)*(gamma_d_B + gamma_g_A))
    """
    if _orders(state, a, b) == [1, 2]:
        return WaveMaximum(*waves(state, a, b))
    return 2 * modulus(_single_harmonic(state, a, b)[1])


def locking_phase(state: State, a: str | None = None, b: str | None = None) -> Expr:
    """Return the φ in (−π, π] at which an S_rel of one or two harmonics is largest.

    If the only harmonic is k, there are k such phases; the one nearest to zero is returned.

    Parameters
    ----------
    state
        Any state of the package; sites other than `a` and `b` are traced out.
    a, b
        Labels of two sites; a state of two sites needs none.

    Returns
    -------
    Expr
        An angle in rad; it is nan if the state has no harmonic at all.

    Raises
    ------
    ValueError, NotImplementedError
        If `a` and `b` are not two sites, or there are several harmonics and not only the first two.

    Examples
    --------
    >>> from symsync import Exchange, System, locking_phase, spin_pair, steady_series
    >>> resonant = System(spin_pair().sites, [Exchange("A", "B")])
    >>> locking_phase(steady_series(resonant)[1])
    atan2(0, -gamma_d_A + gamma_d_B + gamma_g_A - gamma_g_B)
    """
    if _orders(state, a, b) == [1, 2]:
        return WavePhase(*waves(state, a, b))
    k, value = _single_harmonic(state, a, b)
    if value == 0:
        return S.NaN
    _, sign, x, y = scaled_parts(value)
    return atan2(with_plus_sign(-sign * y), with_plus_sign(sign * x)) / k
