"""symsync: exact formulas for weakly coupled quantum oscillators.

State a model, derive what the coupling does, and read, prove and run the formulas:

>>> import symsync
>>> S_rel = symsync.equations["S_rel_resonant"].function()
>>> point = dict(phi=0, epsilon=0.1, gamma_g_A=100, gamma_d_A=1, gamma_g_B=1, gamma_d_B=100)
>>> print(round(S_rel(**point), 12))
0.021868430112

This page is the table of contents; everything public is here.
"""

from typing import TYPE_CHECKING, Any

from symsync.catalogue import Catalogue, equations
from symsync.coupling import Coupling, Dissipation, Drive, Exchange
from symsync.entanglement import (
    first_order_ket,
    first_order_negativity,
    leading_mutual_information,
    mutual_information,
    negativity,
    partial_transpose,
    purity,
    schmidt_coefficients,
    schmidt_rank,
    second_order_negativity,
)
from symsync.equation import Equation, document, equation, joined
from symsync.exact import ExactState
from symsync.expansion import Series, laplace_series, rate_series, steady_series, time_series
from symsync.functions import DividedDifference
from symsync.limit_cycle import (
    LimitCycle,
    equatorial,
    gain_and_loss,
    stabilised_at,
    van_der_pol,
)
from symsync.liouville import Liouvillian, closure, components, rows
from symsync.networks import all_to_all, chain, network, own_cycle, own_exchange, ring, star
from symsync.phase_space import (
    S_rel,
    S_rel_maximum,
    husimi,
    locking_phase,
    pair_weight,
    phase_combination,
    phase_distribution,
    phase_weight,
    relative_phase_harmonics,
)
from symsync.reduced import reduced_series
from symsync.spin import (
    S_minus,
    S_plus,
    S_z,
    coherent_state,
    matrix,
    projections,
    transition,
)
from symsync.state import State
from symsync.steady_state import exact_state
from symsync.symbols import declare, describe
from symsync.system import System, spin_pair
from symsync.weights import phase_weight_table

if TYPE_CHECKING:
    from symsync import figures, motifs, network_reference, reference
    from symsync.error_budget import Validity, validity
    from symsync.ledger import Report
    from symsync.verification import verify

__version__ = "0.1.0"

__all__ = [
    "Catalogue",
    "Coupling",
    "Dissipation",
    "DividedDifference",
    "Drive",
    "Equation",
    "ExactState",
    "Exchange",
    "LimitCycle",
    "Liouvillian",
    "Report",
    "S_minus",
    "S_plus",
    "S_rel",
    "S_rel_maximum",
    "S_z",
    "Series",
    "State",
    "System",
    "Validity",
    "all_to_all",
    "chain",
    "closure",
    "coherent_state",
    "components",
    "declare",
    "describe",
    "document",
    "equation",
    "equations",
    "equatorial",
    "exact_state",
    "figures",
    "first_order_ket",
    "first_order_negativity",
    "gain_and_loss",
    "husimi",
    "joined",
    "laplace_series",
    "leading_mutual_information",
    "locking_phase",
    "matrix",
    "motifs",
    "mutual_information",
    "negativity",
    "network",
    "network_reference",
    "own_cycle",
    "own_exchange",
    "pair_weight",
    "partial_transpose",
    "phase_combination",
    "phase_distribution",
    "phase_weight",
    "phase_weight_table",
    "projections",
    "purity",
    "rate_series",
    "reduced_series",
    "reference",
    "relative_phase_harmonics",
    "ring",
    "rows",
    "schmidt_coefficients",
    "schmidt_rank",
    "second_order_negativity",
    "spin_pair",
    "stabilised_at",
    "star",
    "steady_series",
    "time_series",
    "transition",
    "validity",
    "van_der_pol",
    "verify",
]


def __getattr__(name: str) -> Any:
    """Load what needs NumPy when it is first asked for: `import symsync` needs SymPy alone."""
    import importlib

    if name in ("figures", "motifs", "network_reference", "reference"):
        return importlib.import_module(f"symsync.{name}")
    if name in _LATE:
        return getattr(importlib.import_module(_LATE[name]), name)
    raise AttributeError(f"module 'symsync' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


_LATE = {
    "Report": "symsync.ledger",
    "Validity": "symsync.error_budget",
    "validity": "symsync.error_budget",
    "verify": "symsync.verification",
}
