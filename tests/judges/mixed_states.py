"""Mixed steady states by QuTiP, and the same matrices as states of the package."""

from functools import cache
from itertools import pairwise

import numpy as np
import qutip
from judges import by_qutip

from symsync import State

MODELS = {
    "spins 1, gain and loss": {"A": 1, "B": 1},
    "spins 1, driven": {"A": 1, "B": 1},
    "spins 1/2 and 1, driven": {"A": 0.5, "B": 1},
    "spins 3/2, three quanta": {"A": 1.5, "B": 1.5},
    "chain of three spins 1": {"A": 1, "B": 1, "C": 1},
    "driven chain of three spins 1/2": {"A": 0.5, "B": 0.5, "C": 0.5},
}
"""{name: spins}; all jumps are gain and loss, but for the Letter's in the chain of spins 1."""


@cache
def steady_state(name):
    """QuTiP's matrix of a model with detuning and exchange, and perhaps a drive of site A."""
    on = by_qutip.ladders(**MODELS[name])
    rates = {"A": (1.3, 0.2), "B": (0.3, 0.9), "C": (1.1, 0.4)}
    h, jumps = 0.25 * on["A"][2], []
    for site, (plus, minus, z) in on.items():
        up, down = rates[site]
        if name == "chain of three spins 1":
            jumps += by_qutip.equatorial((plus, minus, z), up, down)
        else:
            jumps += [np.sqrt(up) * plus, np.sqrt(down) * minus]
    sites = list(on)
    for a, b in pairwise(sites):
        forth = on[a][0] * on[b][1]
        h += 0.4j * (forth - forth.dag())
        if "quanta" in name:
            h += 0.5 * (forth**3 + (forth**3).dag()) + 0.2 * (forth**2 + (forth**2).dag())
    if "driven" in name:
        h += 0.7 * (on["A"][0] + on["A"][1])
    return qutip.steadystate(h, jumps)


def as_state(name):
    """The same matrix as a state in exact binary numbers."""
    return State.from_matrix(steady_state(name), MODELS[name])
