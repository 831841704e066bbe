"""The Letter's equations: the name of each, and the functional of the state that it is."""

from typing import Any

from sympy import Add, Mul, Symbol, Tuple, cos, sqrt

from symsync.catalogue.letter_model import MINUS, PLUS, Entry, LetterModel, mu_minus, mu_plus
from symsync.derive.generator import Liouvillian, closure, rows
from symsync.derive.resolvents import factors
from symsync.derive.state import Element, State
from symsync.expressions.latex import ket_latex
from symsync.expressions.symbols import Delta, declare, epsilon, ket_name, phi
from symsync.measures.entanglement import negativity, schmidt_coefficients
from symsync.measures.phase_locking import S_rel
from symsync.measures.phase_maximum import S_rel_maximum, locking_phase
from symsync.measures.phase_weights import pair_weight
from symsync.measures.weak_coupling import first_order_ket
from symsync.model.printed_operators import BasisKet, master_equation
from symsync.model.spin import product_kets, squared_norm

__all__ = ["FIRST_ORDER"]


def _coherence_equations(model: LetterModel) -> Tuple:
    """Return dμ/dt for every element that the coupling drives out of ρ₀, also through others.

    These elements are the closure of −iVρ₀ under the uncoupled generator.  The Hermitian adjoint of
    −iVρ₀ adds nothing new.
    """
    generator = Liouvillian(model.system)
    (ground,) = model.steady[0]
    source = generator.coupling_from_left(ground)
    equations = rows(closure(generator.free, source))
    spins = list(model.system.spins.values())

    def physical(element: Element) -> Any:
        return sqrt(squared_norm(element[0], spins) * squared_norm(element[1], spins))

    found = []
    for element, equation in equations.items():
        drive = source[element].as_expr() * physical(element) / physical(ground) / epsilon
        terms = (
            Mul(*factors(value), physical(element) / physical(other), model.coherence(other))
            for other, value in equation.items()
        )
        found.append(drive + Add(*terms))
    return Tuple(*found)


def _state_functional(model: LetterModel) -> Any:
    """Return Eq. (3) for a general state that conserves m_A + m_B."""
    spins = model.system.spins
    sizes = list(spins.values())
    kets = product_kets(sizes)
    elements = {}
    for ket in kets:
        for bra in kets:
            if sum(ket) == sum(bra) and ket[0] > bra[0]:
                norm = squared_norm(ket, sizes) * squared_norm(bra, sizes)
                elements[ket, bra] = matrix_element(ket, bra) / sqrt(norm)
    return S_rel(State(spins, elements, lambda value: value))


def matrix_element(ket: Any, bra: Any) -> Symbol:
    """Return the symbol of ⟨ket|ρ|bra⟩."""
    inside = [",".join(str(m) for m in k) for k in (ket, bra)]
    return declare(
        f"rho_{ket_name(ket)}_{ket_name(bra)}",
        rf"\langle {ket_latex(ket)}|\rho|{ket_latex(bra)}\rangle",
        f"matrix element ⟨{inside[0]}|ρ|{inside[1]}⟩",
    )


def _state(model: LetterModel) -> Any:
    return Add(*(value * BasisKet(*ket) for ket, value in first_order_ket(model.steady).items()))


def _coefficient(_: LetterModel) -> Any:
    """Return twice the weight of μ₊: the element and its conjugate contribute alike."""
    return 2 * pair_weight(1, 1, *PLUS)


def _sum_over_paths(model: LetterModel) -> Any:
    """Return S_rel on resonance as its coherences μ₊ and μ₋, whose fractions are not added."""
    paths = [model.steady[1][element].subs(Delta, 0) / epsilon for element in (PLUS, MINUS)]
    return _coefficient(model) * epsilon * Add(*paths) * cos(phi)


_S = r"S_{\mathrm{rel}}"
FIRST_ORDER: dict[str, Entry] = {
    "hamiltonian": Entry(
        declare("V", "V", "interaction of the two spins", "1/time"),
        lambda model: model.system.interaction,
        "Eq. (1)",
        "exact",
        is_operator=True,
    ),
    "master_equation": Entry(
        declare("rho_dot", r"\dot{\rho}", "rate of change of the state", "1/time"),
        lambda model: master_equation(model.system),
        "Eq. (2)",
        "exact",
        is_operator=True,
    ),
    "S_rel_functional": Entry(
        declare("S_rel", rf"{_S}(\phi)", "distribution of the relative phase less 1/2π"),
        _state_functional,
        "Eq. (3), its angles integrated",
        "exact",
    ),
    "coherence_equations": Entry(
        Tuple(
            declare("mu_plus_dot", r"\dot{\mu}_+", "rates of change of the coherences μ₊ and μ₋"),
            declare("mu_minus_dot", r"\dot{\mu}_-", "rate of change of the coherence μ₋"),
        ),
        _coherence_equations,
        "Eq. (4), its matrix elements",
    ),
    "mu_plus": Entry(
        mu_plus, lambda model: model.steady[1][PLUS] / epsilon, "steady state of Eq. (4)"
    ),
    "mu_minus": Entry(
        mu_minus, lambda model: model.steady[1][MINUS] / epsilon, "steady state of Eq. (4)"
    ),
    "mu_plus_t": Entry(
        declare("mu_plus_t", r"\mu_+(t)", "coherence μ₊, zero at t = 0", "time"),
        lambda model: model.transient[1][PLUS] / epsilon,
        "solution of Eq. (4)",
    ),
    "mu_minus_t": Entry(
        declare("mu_minus_t", r"\mu_-(t)", "coherence μ₋, zero at t = 0", "time"),
        lambda model: model.transient[1][MINUS] / epsilon,
        "solution of Eq. (4)",
    ),
    "coefficient": Entry(
        declare("coefficient", r"4\pi c_{1,0}\,c_{0,-1}", "weight of the coherences in S_rel"),
        _coefficient,
        "Eq. (5), the factor 9π/128",
        "exact",
    ),
    "S_rel_rate": Entry(
        declare("S_rel_rate", r"\dot{S}_{\mathrm{rel}}(\phi, t)", "rate of change of S_rel",
               "1/time"),
        lambda model: S_rel(model.change[1]),
        "Eq. (5)",
        relation="≈",
    ),
    "S_rel_t": Entry(
        declare("S_rel_t", rf"{_S}(\phi, t)", "S_rel at time t after the coupling is switched on"),
        lambda model: S_rel(model.transient[1]),
        "integral of Eq. (5)",
        relation="≈",
    ),
    "S_rel": Entry(
        Symbol("S_rel"),
        lambda model: S_rel(model.steady.partial_sum(1)),
        "steady state of Eq. (5), with detuning",
        relation="≈",
    ),
    "S_rel_resonant": Entry(
        declare("S_rel_resonant", rf"{_S}^{{\Delta=0}}(\phi)", "S_rel of resonant spins"),
        lambda model: S_rel(model.steady.partial_sum(1)).subs(Delta, 0),
        "Eq. (6)",
        relation="≈",
        form=_sum_over_paths,
    ),
    "S_rel_max": Entry(
        declare("S_rel_max", rf"\max_\phi {_S}(\phi)", "maximum of S_rel: the Arnold tongue"),
        lambda model: S_rel_maximum(model.steady.partial_sum(1)),
        "maximum over φ of the steady state of Eq. (5); plotted in Fig. 3(a)",
        relation="≈",
    ),
    "locking_phase": Entry(
        declare("locking_phase", r"\phi_{\mathrm{max}}", "phase of the largest S_rel, nan if none",
               "rad"),
        lambda model: locking_phase(model.steady.partial_sum(1)),
        "maximum over φ of the steady state of Eq. (5)",
        relation="≈",
    ),
    "state": Entry(
        declare("Psi", r"|\Psi\rangle", "pure state, not normalised"),
        _state,
        "Eq. (7)",
        relation="∝",
        is_operator=True,
    ),
    "schmidt_coefficients": Entry(
        Tuple(
            declare("lambda_0", r"\lambda_0", "Schmidt coefficients of |0,0⟩, |1,−1⟩ and |−1,1⟩"),
            declare("lambda_plus", r"\lambda_+", "Schmidt coefficient of |1,−1⟩"),
            declare("lambda_minus", r"\lambda_-", "Schmidt coefficient of |−1,1⟩"),
        ),
        lambda model: Tuple(*schmidt_coefficients(first_order_ket(model.steady)).values()),
        "Schmidt form of Eq. (7)",
        relation="≈",
    ),
    "negativity": Entry(
        declare("negativity", r"\mathcal{N}", "negativity of the two spins"),
        lambda model: negativity(model.steady, order=1),
        "text below Eq. (7)",
        relation="≈",
    ),
    "negativity_resonant": Entry(
        declare("negativity_resonant", r"\mathcal{N}_{\Delta=0}", "negativity of resonant spins"),
        lambda model: negativity(model.steady, order=1).subs(Delta, 0),
        "Eq. (8)",
        relation="≈",
    ),
}  # fmt: skip
