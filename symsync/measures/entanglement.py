"""Entanglement of two groups of sites: negativity and the Schmidt form: Eqs. (7) and (8).

The negativity of a state to all orders is a sum over the blocks of its partial transpose, which
symmetry keeps small.  The negativity of a series is known order by order.
"""

from collections.abc import Mapping

from sympy import Add, Expr

from symsync.derive.series import Series
from symsync.derive.state import State, require_density
from symsync.expressions.checks import whole
from symsync.expressions.complex_parts import modulus
from symsync.measures.bipartition import blocks_of, negative_part, partial_transpose
from symsync.measures.weak_coupling import require_no_order, require_order
from symsync.measures.weak_negativity import first_order_negativity, second_order_negativity
from symsync.model.spin import Ket

__all__ = ["negativity", "schmidt_coefficients", "schmidt_rank"]


def negativity(state: State | Series, *sites: str, order: int | None = None) -> Expr:
    """Return N = (‖ρ^T‖₁ − 1)/2, the sum of |λ| over the negative eigenvalues λ of ρ^{T_sites}.

    Parameters
    ----------
    state
        A state, or a series if one term of the expansion of N in the coupling is wanted.
    *sites
        One of the two groups of sites.  Of a state of two sites, the first is the default.
    order
        The order of that term, 1 or 2, for a series only: the total degree in all couplings.

    Returns
    -------
    Expr
        A real number without unit.

    Raises
    ------
    ValueError
        If `order` is missing for a series or given for a state, or the sites split nothing.
    NotImplementedError
        If another order is asked for.

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
    require_density("negativity", state)
    elements = partial_transpose(state, *sites)
    return Add(*(negative_part(elements, block) for block in blocks_of(elements)))


def schmidt_coefficients(amplitudes: Mapping[Ket, Expr], cut: int = 1) -> dict[Ket, Expr]:
    """Return the Schmidt coefficients of Σ_k c_k|k⟩ between the first `cut` sites and the rest.

    If no two kets share a local ket on either side, the coefficients are the moduli |c_k|.  They
    are returned by ket and are not normalised.

    Parameters
    ----------
    amplitudes
        {ket: c_k}, such as the result of `first_order_ket`.
    cut
        The number of sites on the left side.

    Returns
    -------
    dict
        {ket: |c_k|}, real and not negative.

    Raises
    ------
    NotImplementedError
        If two kets share a local ket.

    Examples
    --------
    >>> from symsync import first_order_ket, schmidt_coefficients, spin_pair, steady_series
    >>> from symsync.symbols import Delta
    >>> ket = first_order_ket(steady_series(spin_pair()))
    >>> schmidt_coefficients(ket)[1, -1].subs(Delta, 0)
    2*epsilon/(gamma_d_A + gamma_g_B)
    """
    if not isinstance(amplitudes, Mapping) or not amplitudes:
        raise ValueError(
            f"Argument `amplitudes` must be {{ket: amplitude}}, but is {amplitudes!r}. "
            "Write first_order_ket(series)."
        )
    cut = whole("cut", cut, 1, len(next(iter(amplitudes))) - 1)
    left = [ket[:cut] for ket in amplitudes]
    right = [ket[cut:] for ket in amplitudes]
    if len(set(left)) < len(left) or len(set(right)) < len(right):
        raise NotImplementedError(
            "Two of the kets share a local ket, so that the Schmidt form is not read off."
        )
    return {ket: modulus(value) for ket, value in amplitudes.items()}


def schmidt_rank(amplitudes: Mapping[Ket, Expr], cut: int = 1) -> int:
    """Return the number of Schmidt coefficients that do not vanish identically.

    Parameters
    ----------
    amplitudes
        {ket: c_k}, such as the result of `first_order_ket`.
    cut
        The number of sites on the left side.

    Returns
    -------
    int
        The rank; it is 1 if the two sides are not entangled.

    Raises
    ------
    NotImplementedError
        If two kets share a local ket.

    Examples
    --------
    The pure state of Eq. (7) has rank 3:

    >>> from symsync import first_order_ket, schmidt_rank, spin_pair, steady_series
    >>> schmidt_rank(first_order_ket(steady_series(spin_pair())))
    3
    """
    return sum(value != 0 for value in schmidt_coefficients(amplitudes, cut).values())
