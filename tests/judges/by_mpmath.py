"""The first-order formulas of the Letter's pair typed by hand for mpmath: the judge of evaluators.

No code of the package is used, only complex arithmetic at a precision that no cancellation of the
sampled parameters can exhaust.
"""

import mpmath as mp
from mpmath import mpc, mpf

DIGITS = 110
"""Of two terms of 10^20 that agree to 10^-40, 50 digits are left."""

AMPLITUDE = {
    "S_rel": "S_rel_max",
    "S_rel_t": "S_rel_max_t",
    "S_rel_resonant": "S_rel_max_resonant",
}
"""Where two waves in φ cancel, errors are measured by the amplitude: the zeros of S_rel(φ) move
with the last digit of φ, and a bound relative to a value that vanishes there cannot hold."""


def mu_plus(Delta, gamma_d_A, gamma_g_B, **_):
    return 1 / mpc((gamma_d_A + gamma_g_B) / 2, Delta)


def mu_minus(Delta, gamma_g_A, gamma_d_B, **_):
    return -1 / mpc((gamma_g_A + gamma_d_B) / 2, -Delta)


def mu_plus_t(t, **values):
    rate = 1 / mu_plus(**values)
    return (1 - mp.exp(-rate * t)) / rate


def mu_minus_t(t, **values):
    rate = -1 / mu_minus(**values)
    return -(1 - mp.exp(-rate * t)) / rate


def _sum(plus, minus):
    return 9 * mp.pi / 128 * (plus + mp.conj(minus))


def S_rel(phi, epsilon, **values):
    return epsilon * (mp.expj(phi) * _sum(mu_plus(**values), mu_minus(**values))).real


def S_rel_t(phi, epsilon, **values):
    return epsilon * (mp.expj(phi) * _sum(mu_plus_t(**values), mu_minus_t(**values))).real


def S_rel_rate(phi, t, epsilon, Delta, gamma_g_A, gamma_d_A, gamma_g_B, gamma_d_B):
    decay = mp.exp(-(gamma_d_A + gamma_g_B) * t / 2) - mp.exp(-(gamma_g_A + gamma_d_B) * t / 2)
    return 9 * mp.pi / 128 * epsilon * decay * mp.cos(phi - Delta * t)


def S_rel_max(epsilon, **values):
    return epsilon * abs(_sum(mu_plus(**values), mu_minus(**values)))


def S_rel_max_t(epsilon, **values):
    return epsilon * abs(_sum(mu_plus_t(**values), mu_minus_t(**values)))


def S_rel_resonant(phi, epsilon, **values):
    return S_rel(phi, epsilon, Delta=mpf(0), **values)


def locking_phase(**values):
    return -mp.arg(_sum(mu_plus(**values), mu_minus(**values)))


def negativity(epsilon, **values):
    return epsilon * (abs(mu_plus(**values)) + abs(mu_minus(**values)))


def negativity_resonant(epsilon, **values):
    return negativity(epsilon, Delta=mpf(0), **values)


def S_rel_max_resonant(epsilon, **values):
    return S_rel_max(epsilon, Delta=mpf(0), **values)
