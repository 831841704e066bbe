"""How much each matrix element weighs in the distribution of a phase, by the Beta function.

Phases are those of the Husimi function, of a spin or of an oscillator, or canonical ones, in which
all elements weigh 1/2π.
The polar angle of the Husimi function is integrated once and for all.  With x = cos²(θ/2), the
integral of sinθ cos^{2S+m+m′}(θ/2) sin^{2S−m−m′}(θ/2) is 2 B(S+1+(m+m′)/2, S+1−(m+m′)/2).
"""

from collections.abc import Callable, Sequence
from typing import Any

from sympy import Expr, Rational, S, beta, binomial, expand_func, factorial, gamma, pi, sqrt

from symsync.expressions.checks import did_you_mean, half_integer
from symsync.model.spin import as_spin, projections

__all__ = ["is_pair", "pair_weight", "phase_weight", "unnormalised_weight", "weights_of"]

Weight = Callable[[Rational, Rational, Rational], Expr]
"""The weight of an element of a spin, with its m and m′, in the unnormalised basis."""


def _projection(name: str, spin: Rational, value: Any) -> Rational:
    known = projections(spin)
    m = half_integer(name, value)
    if m not in known:
        raise ValueError(
            f"Argument `{name}` must be one of {', '.join(map(str, known))}, but is {value}."
        )
    return m


def phase_weight(spin: Any, m: Any, m_prime: Any) -> Expr:
    """Return c_{mm′} = (2S+1)/(2π) √(C(2S,S+m) C(2S,S+m′)) B(S+1+(m+m′)/2, S+1−(m+m′)/2).

    The phase distribution of one spin is p(φ) = Σ c_{mm′} ⟨m|ρ|m′⟩ e^{i(m−m′)φ} − 1/2π.

    Parameters
    ----------
    spin
        S.
    m, m_prime
        Two of S, S−1, …, −S.

    Returns
    -------
    Expr
        A positive number.

    Raises
    ------
    ValueError
        If `spin` is no positive multiple of 1/2, or a projection does not belong to it.

    Examples
    --------
    >>> from symsync import phase_weight
    >>> phase_weight(1, 1, 0)
    3*sqrt(2)/32
    """
    top = as_spin(spin)
    a, b = _projection("m", top, m), _projection("m_prime", top, m_prime)
    norm = sqrt(binomial(2 * top, top + a) * binomial(2 * top, top + b))
    return norm * unnormalised_weight(top, a, b)


def unnormalised_weight(spin: Rational, m: Rational, m_prime: Rational) -> Expr:
    """Return c_{mm′} of an element in the unnormalised basis, which has no square roots."""
    middle = (m + m_prime) / 2
    integral = expand_func(beta(spin + 1 + middle, spin + 1 - middle).rewrite("gamma"))
    return (2 * spin + 1) / (2 * pi) * integral


def _canonical_weight(spin: Rational, m: Rational, m_prime: Rational) -> Expr:
    """Return 1/2π of the orthonormal basis, as a weight of the unnormalised one."""
    norm = binomial(2 * spin, spin + m) * binomial(2 * spin, spin + m_prime)
    return 1 / (2 * pi * sqrt(norm))


def _oscillator_weight(spin: Rational, m: Rational, m_prime: Rational) -> Expr:
    """Return ∫ r dr ⟨n|α⟩⟨α|n′⟩/π of α = re^{−iφ}, without its phase: Γ(1+(n+n′)/2)/2π√(n!n′!)."""
    n, n_prime = spin + m, spin + m_prime
    overlap = gamma(1 + (n + n_prime) / 2) / sqrt(factorial(n) * factorial(n_prime))
    return overlap * _canonical_weight(spin, m, m_prime)


_KINDS: dict[str, Weight] = {
    "husimi": unnormalised_weight,
    "oscillator": _oscillator_weight,
    "canonical": _canonical_weight,
}


def weights_of(kind: Any) -> Weight:
    """Return the weights of the phases of this kind, or raise an error if there is none."""
    if not isinstance(kind, str) or kind not in _KINDS:
        raise ValueError(
            f"Argument `kind` must be 'husimi', 'oscillator' or 'canonical', but is {kind!r}."
            f"{did_you_mean(kind, _KINDS)}"
        )
    return _KINDS[kind]


def is_pair(value: Any) -> bool:
    """Whether a value is a sequence of two."""
    return isinstance(value, Sequence) and not isinstance(value, str) and len(value) == 2


def pair_weight(spin_a: Any, spin_b: Any, ket: Any, bra: Any) -> Expr:
    """Return the weight of ⟨m_A m_B|ρ|m_A′ m_B′⟩ in the distribution of the relative phase.

    It is 2π c_{m_A m_A′} c_{m_B m_B′} if m_A + m_B = m_A′ + m_B′, and zero otherwise.

    Parameters
    ----------
    spin_a, spin_b
        S of the two spins.
    ket, bra
        The pairs (m_A, m_B) and (m_A′, m_B′).

    Returns
    -------
    Expr
        A number that is not negative.

    Raises
    ------
    ValueError
        If a spin is no positive multiple of 1/2, or `ket` or `bra` is no pair of projections.

    Examples
    --------
    The Letter's coefficient 9π/128 is twice this weight, as the element and its conjugate
    contribute alike:

    >>> from symsync import pair_weight
    >>> pair_weight(1, 1, (1, -1), (0, 0))
    9*pi/256
    """
    for name, value in (("ket", ket), ("bra", bra)):
        if not is_pair(value):
            raise ValueError(f"Argument `{name}` must be a pair (m_A, m_B), but is {value!r}.")
    a, b = phase_weight(spin_a, ket[0], bra[0]), phase_weight(spin_b, ket[1], bra[1])
    conserved = sum(half_integer("ket", m) for m in ket) == sum(half_integer("bra", m) for m in bra)
    return 2 * pi * a * b if conserved else S.Zero
