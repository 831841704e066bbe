"""Information: the entropy and the purity of a state, and the mutual information of its parts."""

from collections.abc import Mapping

from sympy import Add, Expr, S

from symsync.derive.corrections import Series
from symsync.derive.state import State, require_density
from symsync.expressions.complex_parts import real_imag
from symsync.expressions.spectral import Divergence, EntropyTerm
from symsync.measures.bipartition import local_ket, real_part, two_groups
from symsync.measures.coherence_measures import entropies_of_coherence
from symsync.measures.weak_coupling import purity_term, require_no_order, require_order
from symsync.measures.weak_information import (
    first_order_mutual_information,
    second_order_mutual_information,
)
from symsync.model.spin import Ket

__all__ = ["entropy", "mutual_information", "purity"]


def mutual_information(state: State | Series, *sites: str, order: int | None = None) -> Expr:
    """Return I = S(ρ_a) + S(ρ_b) − S(ρ) between the named sites and all others.

    I is the relative entropy of the populations to the product of their marginals, and the growth
    of the entropy of each block of ρ when its coherences are lost, less that of ρ_a and ρ_b.

    Parameters
    ----------
    state
        A state, or a series if terms of the expansion of I in the coupling ε are wanted.
    *sites
        One of the two groups of sites.  Of a state of two sites, the first is the default.
    order
        For a series, 1 for the terms ε ln ε and ε, 0 without shared jumps, or 2 for ε² ln ε and ε².

    Returns
    -------
    Expr
        A real number in units of 1 (natural logarithms).

    Raises
    ------
    ValueError
        If `order` is missing for a series or given for a state, or the sites split nothing.
    NotImplementedError
        If another order is asked for.

    Examples
    --------
    >>> from sympy import Rational
    >>> from symsync import mutual_information, spin_pair, steady_series
    >>> leading = mutual_information(steady_series(spin_pair()), order=2)
    >>> values = 0, Rational(1, 100), 1, 100, 100, 1  # Δ, ε, γ^d_A, γ^d_B, γ^g_A, γ^g_B
    >>> leading.subs(dict(zip(spin_pair().parameters, values))).evalf(4)
    0.001765
    """
    if isinstance(state, Series):
        terms = {1: first_order_mutual_information, 2: second_order_mutual_information}
        return terms[require_order("mutual_information", order, (1, 2))](state, *sites)
    require_no_order(order)
    state = require_density("mutual_information", state)
    here, there = two_groups(state, sites)
    known = {ket: real_part(state[ket, bra]) for ket, bra in state if ket == bra}
    table = {(local_ket(ket, here), local_ket(ket, there)): value for ket, value in known.items()}
    labels = list(state.spins)
    reduced = (state.partial_trace(*(labels[k] for k in part)) for part in (here, there))
    return Add(
        *_classical(table),
        *entropies_of_coherence(state),
        *(-t for s in reduced for t in entropies_of_coherence(s)),
    )


def _classical(table: Mapping[tuple[Ket, Ket], Expr]) -> list[Expr]:
    """Return the terms of Σ p_ab ln(p_ab/p_a p_b), each with p_ab − p_a p_b as a short difference.

    As Σ p = 1, this difference is p_ab Σ' p_a'b' − (Σ' p_ab')(Σ' p_a'b), where each sum Σ' leaves
    out a or b.
    """
    rows = list(dict.fromkeys(a for a, _ in table))
    columns = list(dict.fromkeys(b for _, b in table))

    def p(a: Ket, b: Ket) -> Expr:
        return table.get((a, b), S.Zero)

    terms = []
    for a in rows:
        for b in columns:
            right = Add(*(p(a, other) for other in columns if other != b))
            below = Add(*(p(other, b) for other in rows if other != a))
            rest = Add(*(p(x, y) for x in rows for y in columns if x != a and y != b))
            product = (p(a, b) + right) * (p(a, b) + below)
            terms.append(Divergence(p(a, b), product, p(a, b) * rest - right * below))
    return terms


def entropy(state: State) -> Expr:
    """Return the von Neumann entropy S(ρ) = −Tr ρ ln ρ.

    It is the entropy of the populations, less its growth when the coherences of a block are lost.

    Parameters
    ----------
    state
        A state that is no correction and no truncated sum.

    Returns
    -------
    Expr
        A real number in units of 1 (natural logarithms).

    Raises
    ------
    ValueError
        If `state` is no state.

    Examples
    --------
    >>> from symsync import LimitCycle, S_minus, S_plus, System, entropy, exact_state
    >>> from sympy import Rational
    >>> mixed = LimitCycle(Rational(1, 2), [(1, S_plus), (1, S_minus)])
    >>> entropy(exact_state(System({"A": mixed}, []))).evalf(6)
    0.693147
    """
    state = require_density("entropy", state, of_series=False)
    populations = [real_part(state[ket, bra]) for ket, bra in state if ket == bra]
    mixed = (
        EntropyTerm(p, Add(*populations[:k], *populations[k + 1 :]))
        for k, p in enumerate(populations)
    )
    return Add(*mixed) - Add(*entropies_of_coherence(state))


def purity(state: State | Series, *, order: int | None = None) -> Expr:
    """Return Tr ρ².

    Parameters
    ----------
    state
        A state, or a series if one term of the expansion of Tr ρ² in the coupling is wanted.
    order
        The order of that term, 0, 1, 2, …, for a series only: the total degree in all couplings.

    Returns
    -------
    Expr
        A real number without unit.

    Raises
    ------
    ValueError
        If `order` is missing for a series or given for a state, or `state` is neither of them.

    Examples
    --------
    The state stays pure to first order:

    >>> from symsync import purity, spin_pair, steady_series
    >>> purity(steady_series(spin_pair()), order=1)
    0
    """
    if isinstance(state, Series):
        if isinstance(order, bool) or not isinstance(order, int) or order < 0:
            raise ValueError(
                f"Argument `order` must be 0, 1, 2, … for a series, but is {order!r}. Write "
                "purity(series, order=2), or purity of a state."
            )
        return purity_term(state, order)
    require_no_order(order)
    state = require_density("purity", state)
    total = S.Zero
    for ket, bra in state:
        x, y = real_imag(state[ket, bra])
        total += x**2 + y**2
    return total
