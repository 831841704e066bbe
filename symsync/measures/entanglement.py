"""Entanglement of two groups of sites: negativity and the Schmidt form: Eqs. (7) and (8).

The negativity of a state to all orders is a sum over the blocks of its partial transpose, which
symmetry keeps small.  The negativity of a series is known order by order.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sympy import Add, E, Expr, Symbol, log, oo

from symsync.derive.corrections import Series
from symsync.derive.state import State, require_density
from symsync.expressions.checks import positive, whole
from symsync.expressions.complex_parts import modulus
from symsync.expressions.crossings import Crossing, FirstNegative
from symsync.expressions.spectral import LeastEigenvalue, LogOnePlus
from symsync.measures.bipartition import (
    blocks_of,
    negative_part,
    partial_transpose,
    parts_of_block,
)
from symsync.measures.weak_coupling import require_no_order, require_order
from symsync.measures.weak_negativity import first_order_negativity, second_order_negativity
from symsync.model.spin import Ket

__all__ = [
    "entanglement_threshold",
    "logarithmic_negativity",
    "negativity",
    "schmidt_coefficients",
    "schmidt_rank",
]


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
    state = require_density("negativity", state)
    elements = partial_transpose(state, *sites)
    return Add(*(negative_part(elements, block) for block in blocks_of(elements)))


def logarithmic_negativity(
    state: State | Series, *sites: str, base: Any = E, order: int | None = None
) -> Expr:
    """Return ln(1 + 2N) = ln ‖ρ^{T_sites}‖₁, of the `negativity` N.

    It is additive, and bounds the entanglement that can be distilled (Vidal and Werner, PRA 65,
    032314; Plenio, PRL 95, 090503).  Many papers take the logarithm to base 2: write base=2.

    Parameters
    ----------
    state
        A state, or a series if one term of the expansion in the coupling is wanted.
    *sites
        One of the two groups of sites.  Of a state of two sites, the first is the default.
    base
        The base of the logarithm, exact and above 1; e by default, as everywhere in this package.
    order
        The order of that term, 1 or 2, for a series only: 2N₁, or 2N₂ − 2N₁².

    Returns
    -------
    Expr
        A real number without unit.

    Raises
    ------
    ValueError
        If `base` is not above 1, or as for `negativity`.
    NotImplementedError
        If another order is asked for.

    Examples
    --------
    >>> from symsync import logarithmic_negativity, spin_pair, steady_series
    >>> from symsync.symbols import Delta
    >>> logarithmic_negativity(steady_series(spin_pair()), order=1).subs(Delta, 0)
    4*epsilon/(gamma_d_B + gamma_g_A) + 4*epsilon/(gamma_d_A + gamma_g_B)
    """
    unit = log(positive("base", base))
    if not unit.is_positive:
        raise ValueError(f"Argument `base` must be a number above 1, but is {base}. Write 2.")
    if not isinstance(state, Series):
        return LogOnePlus(2 * negativity(state, *sites, order=order)) / unit
    require_order("logarithmic_negativity", order, (1, 2))
    first = negativity(state, *sites, order=1)
    if order == 1:
        return 2 * first / unit
    return (2 * negativity(state, *sites, order=2) - 2 * first**2) / unit


def entanglement_threshold(state: State, coupling: str | Symbol, *sites: str) -> Expr:
    """Return inf{ε > 0 : λ_min(ρ^{T_sites}) < 0}, the coupling from which the sites are entangled.

    It is 0 if the state is entangled at arbitrarily small coupling, such as beside a pure state,
    and infinite if its partial transpose is positive at any coupling.

    The sign of λ_min is looked at at eight couplings per decade, from twelve decades below the
    largest other parameter (or 1 if there is none) to six above, and its change is then followed to
    the last digit.  Between three of them it is looked for where a parabola nearly reaches zero.
    What is negative only within less may be overlooked, and a threshold below all of them is 0.

    The sign is known if it does not cancel to less than 2⁻³⁶ of pq + |c|² in a 2×2 block of
    populations p, q and coherence c, or of 1 in a larger block whose diagonal is scaled to 1.  A
    threshold is therefore 0 as well if the block that is negative above it had no known sign below.
    `backend="mpmath"` knows the sign of what is 2⁻⁹⁶ of these.

    Parameters
    ----------
    state
        A state to all orders.
    coupling
        The parameter, which grows from zero.
    *sites
        One of the two groups of sites.  Of a state of two sites, the first is the default.

    Returns
    -------
    Expr
        A function of the other parameters, in the unit of the coupling.  Its derivatives are those
        of a simple crossing.

    Raises
    ------
    ValueError
        If `state` is no state to all orders, if it has no such positive parameter or one that is
        complex, or if the sites split nothing.

    Examples
    --------
    >>> from symsync import Exchange, System, entanglement_threshold, exact_state, gain_and_loss
    >>> pair = {"A": gain_and_loss(100, 1), "B": gain_and_loss(1, 100)}
    >>> state = exact_state(System(pair, [Exchange("A", "B")]))
    >>> entanglement_threshold(state, "epsilon").evalf(12)
    2.04124588259
    """
    state = require_density("entanglement_threshold", state)
    elements = partial_transpose(state, *sites)
    variable = _coupling(coupling, elements.values())
    blocks = [block for block in blocks_of(elements) if len(block) > 1]
    least = [LeastEigenvalue.from_entries(parts_of_block(elements, block)) for block in blocks]
    return FirstNegative(Crossing(variable, least, [f.margin for f in least])) if least else oo


def _coupling(given: Any, elements: Iterable[Expr]) -> Symbol:
    """Return the parameter that is meant, or say which there are."""
    known = sorted(set().union(*(value.free_symbols for value in elements)), key=str)
    named = [s for s in known if s.is_nonnegative and given in (s, s.name)]
    if not named:
        raise ValueError(
            "Argument `coupling` must be a parameter of the state that is not negative, but is "
            f"{given!r}. Choose among {', '.join(s.name for s in known if s.is_nonnegative)}."
        )
    for symbol in known:
        if not symbol.is_extended_real:
            raise ValueError(
                f"Argument `state` must have real parameters, but {symbol} is not declared real. "
                f"Replace it by {symbol}_x + I*{symbol}_y with real symbols."
            )
    return named[0]


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
