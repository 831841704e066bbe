"""symsync: exact formulas for weakly coupled quantum oscillators.

State a model, derive what the coupling does, and read, prove and run the formulas:

>>> import symsync
>>> S_rel = symsync.equations["S_rel_resonant"].function()
>>> point = dict(phi=0, epsilon=0.1, gamma_g_A=100, gamma_d_A=1, gamma_g_B=1, gamma_d_B=100)
>>> print(round(S_rel(**point), 12))
0.021868430112

This page is the table of contents; everything public is here, shelf by shelf.
"""

from typing import TYPE_CHECKING, Any

# State a model: spins, limit cycles, couplings.
from symsync.expressions.symbols import Delta, declare, describe, epsilon, phi, t
from symsync.model.coupling import Coupling, Dissipation, Drive, Exchange
from symsync.model.graphs import all_to_all, chain, network, own_cycle, own_exchange, ring, star
from symsync.model.limit_cycle import (
    LimitCycle,
    equatorial,
    gain_and_loss,
    stabilised_at,
    van_der_pol,
)
from symsync.model.noise import dephased, thermal
from symsync.model.boson import (
    annihilation,
    boson,
    creation,
    number_operator,
    quantum_van_der_pol,
    truncated_van_der_pol,
    van_der_pol_boson,
)
from symsync.model.coherent_states import coherent_state
from symsync.model.spin import S_minus, S_plus, S_z, matrix, transition
from symsync.model.system import System, spin_pair

# Derive: the state, order by order, in time, and exactly.
from symsync.derive.evolution import evolution, rate_series, time_series
from symsync.derive.exact_state import ExactState, exact_state
from symsync.derive.generator import Liouvillian
from symsync.derive.corrections import Series
from symsync.derive.mean_field import MeanField, mean_field
from symsync.derive.series import laplace_series, steady_series
from symsync.derive.spectrum import Sector, Spectrum, spectrum
from symsync.derive.state import State
from symsync.derive.truncation import TruncationWarning

# Measure: phases, entanglement, information.
from symsync.measures.arrival import half_life, slowest_rate
from symsync.measures.bipartition import partial_transpose
from symsync.measures.boundaries import boundary
from symsync.measures.correlations import correlation, observed_frequency, power_spectrum
from symsync.measures.coherence_measures import (
    distance_to_limit_cycle,
    l1_coherence,
    relative_entropy_of_coherence,
    trace_distance,
)
from symsync.measures.entanglement import (
    entanglement_threshold,
    logarithmic_negativity,
    negativity,
    schmidt_coefficients,
    schmidt_rank,
)
from symsync.measures.expectations import (
    coherence,
    covariance,
    expectation,
    order_parameter,
    pearson,
    variance,
)
from symsync.measures.estimation import fisher_information, quantum_fisher_information
from symsync.measures.fock_states import (
    fock_populations,
    oscillator_husimi,
    top_population,
    wigner,
)
from symsync.measures.information import entropy, mutual_information, purity
from symsync.measures.husimi_function import husimi
from symsync.measures.joint_phases import (
    joint_phase_distribution,
    joint_phase_harmonics,
    joint_phase_maximum,
)
from symsync.measures.phase_locking import (
    S_rel,
    phase_combination,
    phase_density,
    phase_distribution,
    relative_phase_harmonics,
)
from symsync.measures.phase_maximum import S_rel_maximum, locking_phase
from symsync.measures.phase_weights import pair_weight, phase_weight
from symsync.measures.spin_wigner_function import spin_wigner
from symsync.measures.two_qubits import concurrence, entanglement_of_formation
from symsync.measures.time_windows import pearson_in_time
from symsync.measures.weak_coupling import first_order_ket
from symsync.measures.weight_table import phase_weight_table

# Formulas: the catalogue of the Letter, and formulas of one's own.
from symsync.catalogue import Catalogue, equations
from symsync.expressions.divided_differences import DividedDifference
from symsync.formula import Equation, document, equation, javascript, joined

# Check: how far an order holds, what the Letter and others claim, an independent numeric answer.
if TYPE_CHECKING:
    from symsync import figures, large_networks, reference
    from symsync import symbols as symbols
    from symsync.claims.claim_answer import ClaimAnswer
    from symsync.claims.ledger import Report
    from symsync.claims.of_others import check_claim
    from symsync.claims.own_model import check
    from symsync.claims.verification import verify
    from symsync.derive.rational_state import RationalState, rational, taylor
    from symsync.error_budget import Validity, validity
    from symsync.explorer import Explorer, explore
    from symsync.model.qutip_models import from_qutip
    from symsync.sweep import refine, scan

__version__ = "0.1.0"

__all__ = [
    "Catalogue",
    "ClaimAnswer",
    "Coupling",
    "Delta",
    "Dissipation",
    "DividedDifference",
    "Drive",
    "Equation",
    "ExactState",
    "Exchange",
    "Explorer",
    "LimitCycle",
    "Liouvillian",
    "MeanField",
    "RationalState",
    "Report",
    "S_minus",
    "S_plus",
    "S_rel",
    "S_rel_maximum",
    "S_z",
    "Sector",
    "Series",
    "Spectrum",
    "State",
    "System",
    "TruncationWarning",
    "Validity",
    "all_to_all",
    "annihilation",
    "boson",
    "boundary",
    "chain",
    "check",
    "check_claim",
    "coherence",
    "coherent_state",
    "concurrence",
    "correlation",
    "covariance",
    "creation",
    "declare",
    "dephased",
    "describe",
    "distance_to_limit_cycle",
    "document",
    "entanglement_of_formation",
    "entanglement_threshold",
    "entropy",
    "epsilon",
    "equation",
    "equations",
    "equatorial",
    "evolution",
    "exact_state",
    "expectation",
    "explore",
    "figures",
    "first_order_ket",
    "fisher_information",
    "fock_populations",
    "from_qutip",
    "gain_and_loss",
    "half_life",
    "husimi",
    "javascript",
    "joined",
    "joint_phase_distribution",
    "joint_phase_harmonics",
    "joint_phase_maximum",
    "l1_coherence",
    "laplace_series",
    "large_networks",
    "locking_phase",
    "logarithmic_negativity",
    "matrix",
    "mean_field",
    "mutual_information",
    "negativity",
    "network",
    "number_operator",
    "observed_frequency",
    "order_parameter",
    "oscillator_husimi",
    "own_cycle",
    "own_exchange",
    "pair_weight",
    "partial_transpose",
    "pearson",
    "pearson_in_time",
    "phase_combination",
    "phase_density",
    "phase_distribution",
    "phase_weight",
    "phase_weight_table",
    "phi",
    "power_spectrum",
    "purity",
    "quantum_fisher_information",
    "quantum_van_der_pol",
    "rate_series",
    "rational",
    "reference",
    "refine",
    "relative_entropy_of_coherence",
    "relative_phase_harmonics",
    "ring",
    "scan",
    "schmidt_coefficients",
    "schmidt_rank",
    "slowest_rate",
    "spectrum",
    "spin_pair",
    "spin_wigner",
    "stabilised_at",
    "star",
    "steady_series",
    "t",
    "taylor",
    "thermal",
    "time_series",
    "top_population",
    "trace_distance",
    "transition",
    "truncated_van_der_pol",
    "validity",
    "van_der_pol",
    "van_der_pol_boson",
    "variance",
    "verify",
    "wigner",
]

_LATE = {
    "ClaimAnswer": "symsync.claims.claim_answer",
    "Explorer": "symsync.explorer",
    "RationalState": "symsync.derive.rational_state",
    "Report": "symsync.claims.ledger",
    "Validity": "symsync.error_budget",
    "check": "symsync.claims.own_model",
    "check_claim": "symsync.claims.of_others",
    "explore": "symsync.explorer",
    "figures": "",
    "from_qutip": "symsync.model.qutip_models",
    "large_networks": "",
    "rational": "symsync.derive.rational_state",
    "reference": "",
    "refine": "symsync.sweep",
    "scan": "symsync.sweep",
    "symbols": "",
    "taylor": "symsync.derive.rational_state",
    "validity": "symsync.error_budget",
    "verify": "symsync.claims.verification",
}
"""Names that are loaded at their first use, so that `import symsync` needs SymPy alone."""


def __getattr__(name: str) -> Any:
    import importlib

    if name not in _LATE:
        raise AttributeError(f"module 'symsync' has no attribute {name!r}")
    if not _LATE[name]:
        return importlib.import_module(f"symsync.{name}")
    return getattr(importlib.import_module(_LATE[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
