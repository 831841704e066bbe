"""Evaluate formulas of edges and paths, derived once, over whole networks at once.

Modules, in reading order:

- `sites_and_edges`: a network as arrays, and its paths of two edges.
- `edge_formulas`: the formulas of an edge and of a path.
- `over_networks`: these formulas at every edge and path.

A network of the Letter's spins 1 with exchange couplings V = (i/2)(ε S⁺_a S⁻_b − ε* S⁺_b S⁻_a) is
made of two motifs.  Up to second order in the couplings the relative phase of two sites has

- from an edge between them, the first harmonic ∝ ε and the second harmonic ∝ ε²,
- from each path a – b – c of two edges, the first harmonic of a and c, ∝ ε_ab ε_bc.

Nothing else contributes: each coupling changes m_a − m_a′ by one, and what it does to a site that
is traced out must be undone.  A triangle is an edge and a path between its ends.
The engine derives the formulas for couplings of unit strength.  A phase of ε is the same as
turning a site about z, so that the powers of ε hold for complex strengths too.
"""

from symsync.large_networks.edge_formulas import motif
from symsync.large_networks.over_networks import (
    RelativePhases,
    edge_harmonics,
    edge_negativity,
    edge_second_harmonics,
    mu,
    path_harmonics,
    relative_phases,
)
from symsync.large_networks.sites_and_edges import Network, Paths

__all__ = [
    "Network",
    "Paths",
    "RelativePhases",
    "edge_harmonics",
    "edge_negativity",
    "edge_second_harmonics",
    "motif",
    "mu",
    "path_harmonics",
    "relative_phases",
]
