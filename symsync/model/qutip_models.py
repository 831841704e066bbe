"""Systems from the Hamiltonian and the collapse operators of QuTiP, or from arrays.

Floats become exact numbers by the rule of `symsync.expressions.near_numbers`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Expr, Rational, S

from symsync.expressions.checks import nonnegative, real
from symsync.expressions.near_numbers import exact_real
from symsync.model.coupling import Coupling, Dissipation
from symsync.model.given_matrices import operator_of, reordered, sites_of_matrix
from symsync.model.limit_cycle import LimitCycle
from symsync.model.matrix_operators import ROUNDING, Place, Term, combined, terms_of
from symsync.model.qutip_objects import fock_sites
from symsync.model.spin import SpinOperator, adjoint
from symsync.model.system import System

__all__ = ["from_qutip"]

Array = NDArray[Any]
Given = list[tuple[Expr, Array]]


def from_qutip(
    H: Any,
    c_ops: Any = (),
    coupling: Any = None,
    spins: Any = None,
    names: Sequence[str] | None = None,
    fock: Any = (),
) -> System:
    """Return the system with the Hamiltonian H + V and the collapse operators of a model of QuTiP.

    The diagonal part of H becomes `frequencies` and `hamiltonian`.  Its other terms become
    couplings, one for each group of sites: strong ones if `coupling` is given, and else weak ones.
    A collapse operator of one site is a jump of its limit cycle, one of several a `Dissipation`.

    Parameters
    ----------
    H
        The Hamiltonian without `coupling`: a Qobj, an array, or a list of operators and of pairs
        (factor, operator), where a factor is a number or a real symbol.
    c_ops
        Collapse operators √κ O, or pairs (rate, operator), written like H.
    coupling
        V, the weak terms, written like H; each of the list is one `Coupling`.
    spins
        {label: S} or a list of S; by default S = (n − 1)/2 for the tensor dimensions n of H.
    names
        The labels of the sites; by default those of `spins`, or A, B, C, ….
    fock
        The oscillators, with kets in the order of `destroy(n)`; all others are as those of `jmat`.

    Returns
    -------
    System
        Its operators are polynomials in S⁺, S⁻ and S^z, or a†, a and a†a, or transitions.

    Raises
    ------
    ValueError
        If an argument is no operator of these sites, as superoperators and time-dependent operators
        are not, or H or V is not Hermitian.

    Notes
    -----
    A float becomes the first of these within 10⁻¹³ of it, relatively: a fraction p/q with pq ≤ 10⁶,
    the root of one, a decimal number of ten digits, or the fraction of the smallest denominator.

    Examples
    --------
    >>> import numpy as np
    >>> from symsync import from_qutip
    >>> up = np.array([[0, 1], [0, 0]])
    >>> from_qutip(np.diag([0.15, -0.15]), [np.sqrt(0.2) * up, up.T], spins=[0.5]).jumps
    (Jump(rate=1/5, operator=S_plus('A')), Jump(rate=1, operator=S_minus('A')))
    """
    every = {"H": H, "coupling": [] if coupling is None else coupling, "c_ops": c_ops}
    given = {name: _pairs(name, value) for name, value in every.items()}
    sites, arrays = _on_sites(given, spins, names, fock)
    bosons = {list(sites)[k] for k in fock_sites(fock, sites)}
    places = [Place(site, spin, site in bosons) for site, spin in sites.items()]
    return _system(arrays, places, has_coupling=coupling is not None)


def _system(given: Mapping[str, Given], places: Sequence[Place], has_coupling: bool) -> System:
    frequencies, hamiltonian, couplings = _free(given["H"], places)
    strong = range(len(couplings) if has_coupling else 0)
    for factor, array in given["coupling"]:
        diagonal, above = _hermitian("coupling", array, places)
        operator = combined([term for term in diagonal if term.sites]) + _with_adjoint(above)
        couplings += [Coupling(factor * operator)] if operator != 0 else []
    local, shared = _jumps(given["c_ops"], places)
    cycles = {place.label: LimitCycle(place.spin, local[place.label]) for place in places}
    return System(cycles, [*couplings, *shared], frequencies, hamiltonian, strong)


def _pairs(name: str, given: Any) -> list[tuple[Expr, Any]]:
    """Return what is given as pairs (factor, operator)."""
    several = isinstance(given, list | tuple) and not isinstance(next(iter(given), None), list)
    check = nonnegative if name == "c_ops" else real
    found = []
    for each in given if several else [given]:
        is_pair = isinstance(each, tuple) and len(each) == 2
        factor, operator = each if is_pair else (1, each)
        found.append((check(name, factor), operator))
    return found


def _on_sites(
    given: Mapping[str, list[tuple[Expr, Any]]], spins: Any, names: Any, fock: Any
) -> tuple[dict[str, Rational], dict[str, Given]]:
    """Return {label: S}, and the operators as arrays, which must all be of the same sites."""
    arrays: dict[str, Given] = {name: [] for name in given}
    sizes: dict[Any, str] = {}
    for name, pairs in given.items():
        for factor, operator in pairs:
            array, dims = operator_of(name, operator)
            sizes[len(array), None if dims is None else tuple(dims)] = name
            arrays[name].append((factor, array))
    if not sizes:
        raise ValueError("Argument `H` must be an operator, but there is none. Write 0 * one.")
    (size, dims), *others = sorted(sizes, key=lambda each: each[1] is None)
    for other_size, other_dims in others:
        if other_size != size or other_dims not in (dims, None):
            raise ValueError(
                f"Argument `{sizes[other_size, other_dims]}` must hold operators of the dimensions "
                f"{list(dims or [size])}, but one has {list(other_dims or [other_size])}. "
                "Write tensor(…, qeye(n), …) for an operator of one site."
            )
    sites = sites_of_matrix(
        size, None if dims is None else list(dims), spins, names, sizes[size, dims]
    )
    for name, pairs in arrays.items():
        arrays[name] = [(factor, reordered(array, sites, fock)) for factor, array in pairs]
    return sites, arrays


def _hermitian(name: str, array: Array, places: Sequence[Place]) -> tuple[list[Term], list[Term]]:
    """Return the terms of the diagonal and those above it, without their adjoints."""
    size = np.abs(array).max()
    if np.abs(array - array.conj().T).max() > ROUNDING * size:
        raise ValueError(
            f"Argument `{name}` must be Hermitian, but differs from its adjoint by "
            f"{np.abs(array - array.conj().T).max():.1g}. Add the adjoint."
        )
    if size == 0:
        return [], []
    diagonal = np.diag(array.diagonal().real).astype(complex)
    return terms_of(diagonal, places, polynomial=True), terms_of(np.triu(array, 1), places)


def _with_adjoint(terms: Sequence[Term]) -> Expr:
    operator = combined(terms)
    return operator + adjoint(operator)


def _free(given: Given, places: Sequence[Place]) -> tuple[dict[str, Expr], Expr, list[Coupling]]:
    """Return the frequencies, what else is diagonal, and the couplings that H holds."""
    frequencies: dict[str, Expr] = {}
    hamiltonian: Expr = S.Zero
    couplings = []
    for factor, array in given:
        diagonal, above = _hermitian("H", array, places)
        for term in diagonal:
            value = factor * exact_real(term.factor.real, term.noise)
            if site := term.frequency_of:
                frequencies[site] = frequencies.get(site, S.Zero) + value
            elif term.sites:
                hamiltonian += value * term.operator
        for group in dict.fromkeys(term.sites for term in above):
            together = [term for term in above if term.sites == group]
            couplings.append(Coupling(factor * _with_adjoint(together)))
    return frequencies, hamiltonian, couplings


def _jumps(
    given: Given, places: Sequence[Place]
) -> tuple[dict[str, list[tuple[Expr, Expr]]], list[Dissipation]]:
    """Return the jumps of each site, and those of several sites."""
    local: dict[str, list[tuple[Expr, Expr]]] = {place.label: [] for place in places}
    shared = []
    for factor, array in given:
        terms = terms_of(array, places) if array.any() else []
        sites = frozenset().union(*(term.sites for term in terms))
        if not sites:
            continue  # D[1] = 0
        largest = max((term.factor for term in terms), key=abs)
        rate = factor * exact_real(abs(largest) ** 2)
        operator = combined(terms, largest)
        if len(sites) > 1:
            shared.append(Dissipation(rate, operator))
        else:
            bare = {atom: atom("") for atom in operator.atoms(SpinOperator)}
            local[next(iter(sites))].append((rate, operator.xreplace(bare)))
    return local, shared
