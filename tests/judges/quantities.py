"""What is asked of every exact state, as a user writes it: formulas by name, and their function."""

from symsync import (
    S_rel,
    S_rel_maximum,
    equation,
    joined,
    locking_phase,
    mutual_information,
    negativity,
    phase_distribution,
    purity,
)
from symsync.symbols import phi


def function(system, formulas, *free, backend="numpy"):
    """Formulas {label: expression} as one function of all parameters of a model."""
    parameters = [*system.parameters, *free]
    made = [
        equation(label, rhs, order="exact", parameters=parameters)
        for label, rhs in formulas.items()
    ]
    return joined(made).function(backend)


def elements(state):
    """The stored elements, each pair of complex conjugates once, as {(ket, bra): expression}."""
    return {(ket, bra): state[ket, bra] for ket, bra in state if ket >= bra}


def labelled(found):
    """The same expressions under labels for `function`."""
    return {f"element_{n}": value for n, value in enumerate(found.values())}


def wave(state):
    """S_rel of the first and the last site as a function of φ, or p − 1/2π of the only one."""
    first, last = ends(state)
    if first == last:
        return {"p": phase_distribution(state, first, phi)}
    return {"S_rel": S_rel(state, first, last, phi)}


def crest(state):
    """The maximum of S_rel and, unless S_rel vanishes, where it is; nothing for a single site."""
    first, last = ends(state)
    if first == last:
        return {}
    found = {"maximum": S_rel_maximum(state, first, last)}
    if S_rel(state, first, last) != 0:
        found["phase"] = locking_phase(state, first, last)
    return found


def measures(state):
    """Purity, and N and I of the first site with all others, and with the last one alone."""
    first, last = ends(state)
    found = {"purity": purity(state)}
    if first != last:
        found["negativity"] = negativity(state, first)
        found["information"] = mutual_information(state, first)
    if len(state.spins) > 2:
        outer = state.partial_trace(first, last)
        found["negativity_of_ends"] = negativity(outer, first)
        found["information_of_ends"] = mutual_information(outer, first)
    return found


def ends(state):
    sites = list(state.spins)
    return sites[0], sites[-1]
