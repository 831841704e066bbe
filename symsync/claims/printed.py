"""The Letter's equations as printed, typed by hand for comparison only.

Roulet and Bruder, Phys. Rev. Lett. 121, 063601 (2018).
The engine makes no formula from them: only `verify` and the derivations import this module.
"""

from sympy import Expr, I, Rational, cos, exp, pi

from symsync.catalogue.letter_model import d_A, d_B, g_A, g_B
from symsync.expressions.symbols import Delta, epsilon, phi, t

__all__ = [
    "COEFFICIENT",
    "R_SQUARED_OF_I",
    "SLOPE_S_OF_I",
    "SLOPE_S_OF_N",
    "S_rel_rate",
    "S_rel_resonant",
    "S_rel_resonant_steady",
    "coherence_rates",
    "negativity_resonant",
]

COEFFICIENT = 9 * pi / 128
"""The coefficient of Eqs. (5), (6) and (8)."""


def coherence_rates(mu_plus: Expr, mu_minus: Expr) -> tuple[Expr, Expr]:
    """Return dμ₊/dt and dμ₋/dt, the two equations to which Eq. (4) is said to reduce.

    The Letter prints only their consequence, Eq. (5).  The equations are read off Eq. (5) and the
    text below Eq. (4): a constant drive, a rotation and a damping.
    """
    return (
        1 - ((d_A + g_B) / 2 + I * Delta) * mu_plus,
        -1 - ((g_A + d_B) / 2 - I * Delta) * mu_minus,
    )


def S_rel_rate() -> Expr:
    """Return Eq. (5), second line."""
    decay = exp(-(d_A + g_B) * t / 2) - exp(-(g_A + d_B) * t / 2)
    return COEFFICIENT * epsilon * decay * cos(phi - Delta * t)


def S_rel_resonant(mu_plus: Expr, mu_minus: Expr) -> Expr:
    """Return Eq. (6), first line, with the coherences in units of 1/rate."""
    return COEFFICIENT * epsilon * (mu_plus + mu_minus) * cos(phi)


def S_rel_resonant_steady() -> Expr:
    """Return Eq. (6), second line."""
    return COEFFICIENT * epsilon * (2 / (d_A + g_B) - 2 / (g_A + d_B)) * cos(phi)


def negativity_resonant(mu_plus: Expr, mu_minus: Expr) -> Expr:
    """Return Eq. (8), with the coherences in units of 1/rate."""
    return epsilon * (mu_plus - mu_minus)


SLOPE_S_OF_N = Rational(23, 100)
"""The Letter's regression max S_rel ≈ 0.23 N."""

SLOPE_S_OF_I = Rational(27, 100)
"""The Letter's regression max S_rel ≈ 0.27 I."""

R_SQUARED_OF_I = Rational(96, 100)
"""The R² that the Letter prints beside that slope."""
