"""Claims about the first order: the two equations that remain, and the coefficient 9π/128."""

from typing import Any

import mpmath
from sympy import Rational, S, diff, exp, expand, integrate, pi, symbols

from symsync.catalogue.letter_model import MINUS, PLUS
from symsync.claims import printed
from symsync.claims.common import over_polar_angle, steady, vanishes
from symsync.claims.ledger import Equations, Evidence, claim, proved
from symsync.claims.printed import COEFFICIENT
from symsync.derive.exact_state import exact_state
from symsync.derive.generator import Liouvillian, closure
from symsync.derive.state import State
from symsync.expressions.complex_parts import real_imag
from symsync.expressions.symbols import epsilon, t
from symsync.measures.husimi_function import husimi
from symsync.model.system import spin_pair


@claim(
    "To first order, two equations remain of the 81: those of μ₊ and μ₋",
    "Eq. (4)",
    see=("eq04", "derive.generator.closure"),
)
def reduction(_: Equations) -> Evidence:
    generator = Liouvillian(spin_pair())
    (ground,) = steady()[0]
    reached = closure(generator.free, generator.coupling_from_left(ground))
    return proved(
        f"the closure of −iVρ₀ has {len(reached)} elements", set(reached) == {PLUS, MINUS}
    )


@claim(
    "The coherences are driven, rotate and are damped as Eq. (4) says",
    "Eq. (4)",
    see=("eq04", "coherence_equations"),
)
def coherence_equations(equations: Equations) -> Evidence:
    derived = equations["coherence_equations"]
    mu = {s for s in derived.parameters if not s.is_real}
    plus, minus = sorted(mu, key=lambda symbol: symbol.name, reverse=True)
    wanted = printed.coherence_rates(plus, minus)
    return proved(
        "difference from the Letter's is zero",
        all(vanishes(a - b) for a, b in zip(derived.rhs, wanted, strict=True)),
    )


@claim(
    "μ±(t) solve Eq. (4) from zero and tend to the steady μ±",
    "Eq. (4)",
    see=("eq04", "mu_plus_t", "mu_minus_t"),
)
def coherences_in_time(equations: Equations) -> Evidence:
    moving = [equations[name].explicit for name in ("mu_plus_t", "mu_minus_t")]
    still = [equations[name].rhs for name in ("mu_plus", "mu_minus")]
    residuals = [
        diff(mu, t) - rate
        for mu, rate in zip(moving, printed.coherence_rates(*moving), strict=True)
    ]
    residuals += printed.coherence_rates(*still)
    rates = [1 / still[0], -1 / still[1]]
    residuals += [
        mu - steady * (1 - exp(-rate * t))
        for mu, steady, rate in zip(moving, still, rates, strict=True)
    ]
    damped = all(real_imag(expand(rate))[0].is_positive for rate in rates)
    return proved(
        "residuals of both equations are zero, and μ±(t) = μ±(1 − e^{−λt}) with Re λ > 0",
        damped and all(map(vanishes, residuals)),
    )


@claim(
    "εμ± are the derivatives at ε = 0 of the exact coherences",
    "Eq. (4)",
    see=("eq04", "mu_plus", "mu_minus", "exact_state"),
    slow=True,
)
def derivatives_of_the_exact(equations: Equations) -> Evidence:
    state = exact_state(spin_pair()).written_out
    residuals = [
        diff(state[element], epsilon).subs(epsilon, 0) - equations[name].rhs
        for element, name in ((PLUS, "mu_plus"), (MINUS, "mu_minus"))
    ]
    return proved(
        f"differences from the closed form of all {len(state)} elements are zero",
        all(map(vanishes, residuals)),
    )


@claim(
    "The coefficient is 9π/128, by the Beta function",
    "Eq. (5)",
    see=("eq03", "coefficient", "pair_weight"),
)
def coefficient_by_beta(equations: Equations) -> Evidence:
    value = equations["coefficient"].rhs
    return proved(f"4π c₁₀ c₀₋₁ = {value}", value == COEFFICIENT)


def integrated_coefficient() -> Any:
    """Return S_rel(0) of a state whose only coherence is ⟨1,−1|ρ|0,0⟩ = 1, by exact integration."""
    # In the unnormalised basis |0) = √2|0⟩ an element of 1 is 1/2.
    elements = {PLUS: S.Half, (PLUS[1], PLUS[0]): S.Half}
    theta_a, theta_b, phi_b = symbols("theta_A theta_B phi_B", real=True)
    state = State(spin_pair().spins, elements, S)
    density = husimi(state, (theta_a, phi_b), (theta_b, phi_b))
    once = over_polar_angle(over_polar_angle(density, theta_a), theta_b)
    return integrate(once, (phi_b, 0, 2 * pi))


@claim(
    "The coefficient is 9π/128, by exact integration of the Husimi function",
    "Eq. (5)",
    see=("eq03", "coefficient", "husimi"),
)
def coefficient_by_integration(equations: Equations) -> Evidence:
    value = integrated_coefficient()
    return proved(f"∫Q = {value}", value == COEFFICIENT == equations["coefficient"].rhs)


@claim(
    "The coefficient is 9π/128, by 50-digit quadrature and integer relation",
    "Eq. (5)",
    see=("eq03", "coefficient"),
)
def coefficient_by_quadrature(equations: Equations) -> Evidence:
    with mpmath.workdps(60):
        value = 2 * mpmath.pi * _polar_integral(1, 0) * _polar_integral(0, -1)
    with mpmath.workdps(50):
        found = mpmath.pslq([2 * value, mpmath.pi], maxcoeff=10**6, maxsteps=10**5)
        digits = mpmath.nstr(2 * value, 20)
    ratio = Rational(-found[1], found[0])
    return Evidence(
        "certified to 50 digits",
        f"{digits}… = {ratio}·π",
        ratio * pi == COEFFICIENT == equations["coefficient"].rhs,
    )


def _polar_integral(m: int, m_prime: int) -> Any:
    """Return (3/4π) ∫dθ sinθ ⟨θ|m⟩⟨m′|θ⟩ for a spin 1 from its Wigner d-matrix, by quadrature."""

    def d(theta: Any, m: int) -> Any:
        return {
            1: (1 + mpmath.cos(theta)) / 2,
            0: mpmath.sin(theta) / mpmath.sqrt(2),
            -1: (1 - mpmath.cos(theta)) / 2,
        }[m]

    def integrand(theta: Any) -> Any:
        return mpmath.sin(theta) * d(theta, m) * d(theta, m_prime)

    return 3 / (4 * mpmath.pi) * mpmath.quad(integrand, [0, mpmath.pi / 2, mpmath.pi])
