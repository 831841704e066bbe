"""Entanglement of two groups of sites: negativity and the Schmidt form: Eqs. (7) and (8).

Of a state to all orders the negativity is a sum over the blocks of its partial transpose, which
symmetry keeps small; of a series it is known order by order.
"""

from collections.abc import Mapping

from sympy import Add, Expr

from symsync.derive.series import Series
from symsync.derive.state import State
from symsync.expressions.complex_parts import modulus
from symsync.measures.bipartition import blocks_of, negative_part, partial_transpose
from symsync.measures.weak_coupling import (
    first_order_negativity,
    require_no_order,
    require_order,
    second_order_negativity,
)
from symsync.model.spin import Ket

__all__ = ["negativity", "schmidt_coefficients", "schmidt_rank"]


def negativity(state: State | Series, *sites: str, order: int | None = None) -> Expr:
    """Return N = (‖ρ^T‖₁ − 1)/2, the moduli of the negative eigenvalues of ρ^{T_sites}, summed.

    Parameters
    ----------
    state
        A state, or a series for the term of N that is of the given order in the coupling.
    *sites
        One of the two groups of sites; of a pair the first site, if none is named.
    order
        For a series, 1 or 2: the total degree in all couplings.

    Raises
    ------
    ValueError
        If `order` is missing for a series or given for a state, or the sites split nothing.
    NotImplementedError
        If a block of the partial transpose has no closed form.

    Examples
    --------
    >>> from symsync import negativity, spin_pair, steady_series
    >>> from symsync.symbols import Delta
    >>> negativity(steady_series(spin_pair()), order=1).subs(Delta, 0)
    2*epsilon/(gamma_d_B + gamma_g_A) + 2*epsilon/(gamma_d_A + gamma_g_B)
    """
    if isinstance(state, Series):
        terms = {1: first_order_negativity, 2: second_order_negativity}
        return terms[require_order("negativity", order, (1, 2))](state, *sites)
    require_no_order(order)
    elements = partial_transpose(state, *sites)
    return Add(*(negative_part(elements, block) for block in blocks_of(elements)))


def schmidt_coefficients(amplitudes: Mapping[Ket, Expr], cut: int = 1) -> dict[Ket, Expr]:
    """Return the Schmidt coefficients of Σ_k c_k|k⟩ across the first `cut` sites and the rest.

    Where no two kets share a local ket on either side, the matrix of amplitudes has one entry in
    each row and column, and the coefficients are the moduli |c_k|, here given by ket and not
    normalised.  The Schmidt rank is the number of those that do not vanish.

    Raises
    ------
    NotImplementedError
        If two kets share a local ket.
    """
    left = [ket[:cut] for ket in amplitudes]
    right = [ket[cut:] for ket in amplitudes]
    if len(set(left)) < len(left) or len(set(right)) < len(right):
        raise NotImplementedError(
            "Two of the kets share a local ket, so that the Schmidt form is not read off."
        )
    return {ket: modulus(value) for ket, value in amplitudes.items()}


def schmidt_rank(amplitudes: Mapping[Ket, Expr], cut: int = 1) -> int:
    """Return the number of Schmidt coefficients that do not vanish identically."""
    return sum(value != 0 for value in schmidt_coefficients(amplitudes, cut).values())
