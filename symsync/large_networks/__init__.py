"""Evaluate formulas of edges and paths, derived once, over whole networks at once.

Modules, in reading order:

- `any_edge`: cycles of any site and couplings of any edge.
- `edge_formulas`: the formulas of an edge and of a path.
- `sites_and_edges`: a network as arrays, and its paths of two edges.
- `over_networks`: these formulas at every edge and path.

A network is made of two motifs.  With exchange couplings, up to second order, the relative phase of
two sites has

- from an edge between them, the first harmonic ∝ ε and the second harmonic ∝ ε²,
- from each path a – b – c of two edges, the first harmonic of a and c, ∝ ε_ab ε_bc.

Nothing else contributes: each coupling changes m_a − m_a′ by one, and what it does to a site that
is traced out must be undone.  A triangle is an edge and a path between its ends.  Another coupling
has other harmonics.  If it also acts on sites without changing their m, such as S^z S^z and shared
jumps, the two edges of a path add to each other's harmonics too.

The engine derives the formulas for couplings of unit strength, once for each cycle and coupling.
A phase of ε is the same as turning a site about z, so that the powers of ε hold for complex
strengths too.
"""

from symsync.large_networks.edge_formulas import Motifs
from symsync.large_networks.over_networks import (
    RelativePhases,
    edge_harmonics,
    edge_negativity,
    mu,
    path_harmonics,
    relative_phases,
)
from symsync.large_networks.sites_and_edges import Network, Paths

__all__ = [
    "Motifs",
    "Network",
    "Paths",
    "RelativePhases",
    "edge_harmonics",
    "edge_negativity",
    "mu",
    "path_harmonics",
    "relative_phases",
]
