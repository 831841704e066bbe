"""Claims of the package about measures beside locking: their weak limits, and what they see."""

from collections.abc import Callable
from typing import Any

import numpy as np
from sympy import pi

from symsync import reference
from symsync.catalogue.letter_model import d_A, d_B, g_A, g_B
from symsync.claims.common import steady, vanishes
from symsync.claims.ledger import Claim, Equations, Evidence, claim, proved
from symsync.claims.measured import exponent
from symsync.claims.model import RATES
from symsync.expressions.symbols import Delta, phi
from symsync.formula import equation
from symsync.measures.coherence_measures import relative_entropy_of_coherence
from symsync.measures.estimation import fisher_information, quantum_fisher_information
from symsync.measures.expectations import order_parameter
from symsync.model.spin import S_z

AT = {"Delta": 0.6, **RATES}
S_Z_OF_A = np.kron(np.diag([1.0, 0.0, -1.0]), np.eye(3))

ROUNDING = 1e-15
"""Of populations; the least ones that are looked at are about 10⁻¹²."""

Matrix = Any


def _entropy(p: Matrix) -> float:
    return float(-sum(x * np.log(x) for x in p if x > 0))


def _coherence(strength: float) -> float:
    """Return S(ρ_diag) − S(ρ) of the exact state."""
    rho = reference.steady_state(epsilon=strength, **AT)
    return _entropy(np.diag(rho).real) - _entropy(np.linalg.eigvalsh(rho))


def _information(rho: Matrix, slope: Matrix) -> float:
    """Return Σ 2|⟨j|∂ρ|k⟩|²/(p_j + p_k)."""
    p, vectors = np.linalg.eigh(rho)
    inner = vectors.conj().T @ slope @ vectors
    pairs = p[:, None] + p
    known = pairs > ROUNDING
    return float((2 * abs(inner[known]) ** 2 / pairs[known]).sum())


def _of_the_phase(strength: float) -> float:
    rho = reference.steady_state(epsilon=strength, **AT)
    return _information(rho, -1j * (S_Z_OF_A @ rho - rho @ S_Z_OF_A))


def _of_the_strength(strength: float) -> float:
    """Return the information about ε, with L ∂ρ = −(∂L)ρ and Tr ∂ρ = 0."""
    rho = reference.steady_state(epsilon=strength, **AT)
    values = {"epsilon": strength, **AT}
    generator = sum(values[key] * part for key, part in reference.GENERATORS.items())
    rows = np.vstack([generator, np.eye(9).ravel()])
    right = np.append(-reference.GENERATORS["epsilon"] @ rho.ravel(), 0)
    return _information(rho, np.linalg.lstsq(rows, right, rcond=None)[0].reshape(9, 9))


def _limit_of(measure: Any, words: str, power: int, exact: Callable[[float], float]) -> Claim:
    @claim(words, f"`{measure.__name__}`", see=(measure.__name__,))
    def weak_limit(_: Equations) -> Evidence:
        given: dict[str, Any] = {"order": power - 2}
        if measure is quantum_fisher_information:
            given |= {"operator": S_z("A")} if power == 4 else {"parameter": "epsilon"}
        terms = equation("f", measure(steady(), **given), order="leading").function("mpmath")
        own = {name: AT[name] for name in terms.parameters if name in AT}

        def residual(strength: float) -> float:
            varied = {"epsilon": strength} if "epsilon" in terms.parameters else {}
            return abs(exact(strength) - float(terms(**own, **varied)))

        found = exponent(residual)
        return Evidence(
            "measured",
            f"at a generic point the residual against the exact state is ∝ ε^{found:.2f}",
            abs(found - power) < 0.25,  # a power of ln ε takes 1/ln ε of it, ε/γ less
        )

    return weak_limit


WEAK_LIMITS = (
    _limit_of(
        relative_entropy_of_coherence,
        "C = S(ρ_diag) − S(ρ) has the terms ε² ln ε and ε², and errs by ε⁴",
        4,
        _coherence,
    ),
    _limit_of(
        quantum_fisher_information,
        "The quantum Fisher information of a phase is Σ 4(o_a − o_b)²|ρ₁,ab|²/(p_a + p_b) up to ε⁴",
        4,
        _of_the_phase,
    ),
    _limit_of(
        quantum_fisher_information,
        "That of ε is Σ 4|∂ρ₁,ab|²/(p_a + p_b) + F[M, ∂M] up to ε²",
        2,
        _of_the_strength,
    ),
)


@claim(
    "At weak coupling the Fisher information of the relative phase is 2π² (max S_rel)²",
    "`fisher_information`",
    see=("fisher_information", "S_rel_max"),
)
def fisher_information_follows_locking(equations: Equations) -> Evidence:
    fisher = fisher_information(steady(), "A", "B", order=2)
    largest = equations["S_rel_max"].rhs
    return proved("difference is zero", vanishes(fisher - 2 * pi**2 * largest**2))


@claim(
    "On resonance the order parameter ⟨S⁺_A S⁻_B + S⁺_B S⁻_A⟩/2 is 256/(9π) times S_rel(0)",
    "`order_parameter`",
    see=("order_parameter", "S_rel_resonant"),
)
def order_parameter_is_locking(equations: Equations) -> Evidence:
    mean = order_parameter(steady()[1]).subs(Delta, 0)
    locked = equations["S_rel_resonant"].rhs.subs(phi, 0)
    return proved("difference is zero", vanishes(mean - 256 / (9 * pi) * locked))


@claim(
    "Of identical limit cycles the phases cannot be told to second order, but by a measurement",
    "`fisher_information`",
    see=("fisher_information", "quantum_fisher_information", "S_rel_max"),
)
def identical_cycles_are_coherent(_: Equations) -> Evidence:
    same = {g_B: g_A, d_B: d_A}
    classical = fisher_information(steady(), "A", "B", order=2)
    quantum = quantum_fisher_information(steady(), S_z("A"), order=2).doit()
    blind = vanishes(classical.subs(same)) and not vanishes(classical)
    return proved(
        "∫p′²/p dφ of φ_A − φ_B is 0, and the quantum Fisher information of S^z_A is not",
        blind and not vanishes(quantum.subs(same)),
    )
