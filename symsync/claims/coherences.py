"""Claims about measures of coherence and of information on a phase, and their weak limits."""

import numpy as np
from sympy import Expr, pi

from symsync.claims.common import steady, vanishes
from symsync.claims.ledger import Equations, Evidence, claim, proved
from symsync.derive.exact_state import exact_state
from symsync.derive.series import steady_series
from symsync.expressions.symbols import Delta, phi
from symsync.formula import equation
from symsync.measures.coherence import l1_coherence, relative_entropy_of_coherence
from symsync.measures.estimation import fisher_information, quantum_fisher_information
from symsync.measures.expectations import order_parameter
from symsync.model.coupling import Drive
from symsync.model.limit_cycle import gain_and_loss
from symsync.model.spin import S_z
from symsync.model.system import System, spin_pair


def _powers(exact: Expr, weak: Expr, **at: float) -> float:
    """Return the power of ε with which exact/weak − 1 falls, over a decade of ε."""
    strengths = np.array([1e-2, 1e-3])
    ours, limit = (
        equation("f", each).function()(epsilon=strengths, **at) for each in (exact, weak)
    )
    rest = np.abs(ours / limit - 1)
    return float(np.log10(rest[0] / rest[1]))


@claim(
    "At weak coupling the Fisher information of the relative phase is 2π² (max S_rel)²",
    "Beyond the Letter",
    see=("fisher_information", "S_rel_max"),
)
def fisher_information_follows_locking(equations: Equations) -> Evidence:
    fisher = fisher_information(steady(), "A", "B", order=2)
    largest = equations["S_rel_max"].rhs
    return proved("difference is zero", vanishes(fisher - 2 * pi**2 * largest**2))


@claim(
    "On resonance the order parameter ⟨S⁺_A S⁻_B + S⁺_B S⁻_A⟩/2 is 256/(9π) times S_rel(0)",
    "Beyond the Letter",
    see=("order_parameter", "S_rel_resonant"),
)
def order_parameter_is_locking(equations: Equations) -> Evidence:
    mean = order_parameter(steady()[1]).subs(Delta, 0)
    locked = equations["S_rel_resonant"].rhs.subs(phi, 0)
    return proved("difference is zero", vanishes(mean - 256 / (9 * pi) * locked))


@claim(
    "Relative entropy, l1 norm and quantum Fisher information of coherence reach their weak limits",
    "Beyond the Letter",
    see=("relative_entropy_of_coherence", "l1_coherence", "quantum_fisher_information"),
)
def weak_limits(_: Equations) -> Evidence:
    at = {"Delta": 0.4, "gamma_g_A": 1, "gamma_d_A": 2, "gamma_g_B": 3, "gamma_d_B": 1.5}
    state, series = exact_state(spin_pair()), steady()
    driven = System({"A": gain_and_loss(2, 3)}, [Drive("A")])
    mixed, about = exact_state(driven), steady_series(driven)
    found = [
        _powers(l1_coherence(state), l1_coherence(series, order=1), **at),
        _powers(
            quantum_fisher_information(state, S_z("A")),
            quantum_fisher_information(series, S_z("A"), order=2),
            **at,
        ),
        _powers(
            relative_entropy_of_coherence(mixed), relative_entropy_of_coherence(about, order=2)
        ),
    ]
    figure = ", ".join(f"{power:.2f}" for power in found)
    holds = np.allclose(found, [1, 2, 2], rtol=0, atol=0.1)
    return Evidence("measured", f"the relative rests fall with the powers {figure} of ε", holds)
