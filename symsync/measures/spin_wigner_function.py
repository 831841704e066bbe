"""The Wigner function of spins, on the sphere of each."""

from typing import Any

from sympy import Add, Expr, I, Integer, Mul, Rational, S, cos, exp, factorial, sin, sqrt

from symsync.derive.state import State, require_state
from symsync.expressions.checks import angle
from symsync.expressions.complex_parts import real_imag
from symsync.measures.husimi_function import directions
from symsync.model.spin import Ket, projections

__all__ = ["spin_wigner"]


def spin_wigner(state: State, *angles: tuple[Any, Any]) -> Expr:
    """Return W = Tr ρ Π Δ(θ,φ), with ∫ W Π (2S+1)/(4π) dΩ = 1 and Stratonovich's kernel Δ.

    ⟨m|Δ|m′⟩ = Σ_k (2k+1)/(2S+1) ⟨S m′; k q|S m⟩ d^k_{q0}(θ) e^{−iqφ} with q = m − m′ and
    k = 0, …, 2S (Dowling, Agarwal and Schleich, PRA 49, 4101), so that ∫ W_ρ W_σ of two states is
    Tr ρσ with the same measure.  A spin 1/2 has W = (1 + √3 n⃗·r⃗)/2 with the unit vector n⃗ of
    (θ, φ) and r⃗ = ⟨σ⃗⟩.  W may be negative, and a rotation of a spin turns it.

    Parameters
    ----------
    state
        Any state of the package.
    *angles
        One pair (θ, φ) in rad for each site, in the order of the sites.

    Returns
    -------
    Expr
        A real function over the product of the spheres.

    Raises
    ------
    ValueError
        If `state` is no state, or the number of pairs is not the number of sites.

    Examples
    --------
    >>> from sympy import symbols
    >>> from symsync import spin_pair, spin_wigner, steady_series
    >>> theta, phi = symbols("theta phi", real=True)
    >>> alone = steady_series(spin_pair())[0].partial_trace("A")
    >>> spin_wigner(alone, (theta, phi)).subs(theta, 0)
    1/3 - sqrt(10)/3
    """
    state = require_state(state)
    kernels = [
        _kernel(spin, angle("theta", theta), angle("phi", phi))
        for spin, theta, phi in directions(state, angles)
    ]

    def weight(ket: Ket, bra: Ket) -> Expr:
        every = zip(kernels, ket, bra, strict=True)
        return Mul(*(kernel[n, m] for kernel, m, n in every))

    return real_imag(Add(*(value * weight(*element) for element, value in state.items())))[0]


def _kernel(spin: Rational, theta: Any, phi: Any) -> dict[tuple[Rational, Rational], Expr]:
    """Return {(m, m′): ⟨m|Δ|m′⟩}."""
    from sympy.physics.wigner import clebsch_gordan  # which loads units of measurement

    found = {}
    for m in projections(spin):
        for n in projections(spin):
            q = m - n
            terms = (
                Rational(2 * k + 1) / (2 * spin + 1)
                * clebsch_gordan(spin, k, spin, n, q, m)
                * _rotated(k, q, theta)
                for k in range(int(abs(q)), int(2 * spin) + 1)
            )  # fmt: skip
            found[m, n] = Add(*terms) * exp(-I * q * phi)
    return found


def _rotated(k: int, q: Any, theta: Any) -> Expr:
    """Return d^k_{q0}(θ) = ⟨k q|e^{−iθS^y}|k 0⟩."""
    top = Integer(k)
    norm = factorial(top) * sqrt(factorial(top + q) * factorial(top - q))
    total = S.Zero
    for s in range(max(0, int(-q)), k - max(0, int(q)) + 1):
        below = factorial(k - s) * factorial(s) * factorial(q + s) * factorial(k - q - s)
        turned = cos(theta / 2) ** (2 * k - q - 2 * s) * sin(theta / 2) ** (q + 2 * s)
        total += Integer(-1) ** (q + s) * norm / below * turned
    return total
