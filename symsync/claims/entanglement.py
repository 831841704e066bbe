"""Claims about entanglement: Eqs. (7) and (8) and their relation to phase locking."""

from sympy import Rational, conjugate, diff, expand, limit, oo

from symsync.catalogue.letter_model import MINUS, PLUS, d_A, d_B, g_A, g_B
from symsync.claims import printed
from symsync.claims.common import root, squared_modulus, steady, vanishes
from symsync.claims.ledger import Equations, Evidence, claim, proved
from symsync.claims.printed import COEFFICIENT
from symsync.expressions.complex_parts import real_imag
from symsync.expressions.symbols import Delta, epsilon, phi
from symsync.measures.entanglement import schmidt_rank
from symsync.measures.weak_coupling import first_order_ket


@claim(
    "To first order the state is the pure |0,0⟩ + εμ₊|1,−1⟩ + εμ₋|−1,1⟩",
    "Eq. (7)",
    see=("eq07", "state", "first_order_ket"),
)
def pure_state(equations: Equations) -> Evidence:
    ket = first_order_ket(steady())
    total = steady().partial_sum(1)
    differences = []
    for left, a in ket.items():
        for right, b in ket.items():
            product = expand(a * conjugate(b)) - total[left, right]
            differences.append(diff(product, epsilon).subs(epsilon, 0))
            differences.append(product.subs(epsilon, 0))
    printed = {PLUS[0]: equations["mu_plus"].rhs, MINUS[0]: equations["mu_minus"].rhs}
    agree = all(vanishes(ket[k] - epsilon * mu) for k, mu in printed.items())
    return proved(
        "|Ψ⟩⟨Ψ| = ρ₀ + εμ up to ε², amplitudes εμ±", all(map(vanishes, differences)) and agree
    )


@claim(
    "The Schmidt coefficients are 1, ε|μ₊| and ε|μ₋|",
    "text below Eq. (7)",
    see=("eq07", "schmidt_coefficients"),
)
def schmidt(equations: Equations) -> Evidence:
    coefficients = equations["schmidt_coefficients"].rhs
    plus, minus = (squared_modulus(equations[name].rhs) for name in ("mu_plus", "mu_minus"))
    squares = [1, epsilon**2 * plus, epsilon**2 * minus]
    return proved(
        "squares agree",
        all(vanishes(c**2 - s) for c, s in zip(coefficients, squares, strict=True)),
    )


@claim("N = ε(|μ₊| + |μ₋|), with detuning too", "text below Eq. (7)", see=("eq08", "negativity"))
def negativity(equations: Equations) -> Evidence:
    plus, minus = (squared_modulus(equations[name].rhs) for name in ("mu_plus", "mu_minus"))
    value = equations["negativity"].rhs
    return proved("difference is zero", vanishes(value - epsilon * (root(plus) + root(minus))))


@claim(
    "On resonance N = ε(μ₊ − μ₋) while S_rel follows μ₊ + μ₋",
    "Eq. (8)",
    see=("eq08", "negativity_resonant", "S_rel_resonant"),
)
def difference_and_sum(equations: Equations) -> Evidence:
    plus, minus = (equations[name].rhs.subs(Delta, 0) for name in ("mu_plus", "mu_minus"))
    value = equations["negativity_resonant"].rhs
    locked = equations["S_rel_resonant"].rhs.subs(phi, 0) / COEFFICIENT
    return proved(
        "N is ε times the difference, S_rel(0)/(9π/128) ε times the sum",
        vanishes(value - printed.negativity_resonant(plus, minus))
        and vanishes(locked - epsilon * (plus + minus))
        and not vanishes(value - locked),
    )


@claim(
    "Locking certifies entanglement: N ≥ 128/(9π) max S_rel at first order",
    "Conclusion",
    see=("eq08", "negativity", "S_rel_max"),
)
def locking_certifies(equations: Equations) -> Evidence:
    # (|μ₊|+|μ₋|)² − |μ₊+μ₋*|² = 2(|μ₊μ₋| − Re μ₊μ₋), and |z|² − (Re z)² = (Im z)².
    plus, minus = (real_imag(equations[name].rhs) for name in ("mu_plus", "mu_minus"))
    real = plus[0] * minus[0] - plus[1] * minus[1]
    imaginary = plus[0] * minus[1] + plus[1] * minus[0]
    moduli = (plus[0] ** 2 + plus[1] ** 2) * (minus[0] ** 2 + minus[1] ** 2)
    n_squared = squared_modulus(equations["mu_plus"].rhs) + squared_modulus(
        equations["mu_minus"].rhs
    )
    s_squared = (equations["S_rel_max"].rhs / COEFFICIENT / epsilon) ** 2
    return proved(
        "(N/ε)² − (128 S/9πε)² = 2(|μ₊μ₋| − Re μ₊μ₋) ≥ 0",
        vanishes(s_squared - n_squared - 2 * real) and vanishes(moduli - real**2 - imaginary**2),
    )


@claim(
    "To first order balanced spins have Schmidt rank 3 and no locking, one coherence rank 2",
    "Fig. 4",
    see=("fig4", "eq07", "state", "schmidt_rank"),
)
def ranks(equations: Equations) -> Evidence:
    ket = first_order_ket(steady())
    balanced = {k: v.subs({g_A: d_A, g_B: d_B, Delta: 0}) for k, v in ket.items()}
    unbalanced = {k: limit(v.subs({g_A: d_A, Delta: 0}), d_B, oo) for k, v in ket.items()}
    found = schmidt_rank(balanced), schmidt_rank(unbalanced)
    opposite = balanced[PLUS[0]] + balanced[MINUS[0]] == 0
    lost = equations["S_rel_resonant"].rhs.subs({g_A: d_A, g_B: d_B}) == 0
    return proved(
        f"ranks {found[0]} (μ₊ = −μ₋) and {found[1]} (γ^d_B → ∞)",
        found == (3, 2) and opposite and lost,
    )


@claim(
    "Entanglement is halved while a balanced cycle A comes to lock",
    "Fig. 4(c)",
    see=("fig4", "eq08", "negativity_resonant"),
)
def halved(equations: Equations) -> Evidence:
    # All rates are γ at first; then γ^d_B grows and the coherence μ₋ is lost.
    along = equations["negativity_resonant"].rhs.subs({g_A: d_A, g_B: d_A})
    ratio = limit(along, d_B, oo) / along.subs(d_B, d_A)
    return proved(f"to first order N falls to {ratio} of its value", ratio == Rational(1, 2))
