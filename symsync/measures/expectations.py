"""Expectation values, and what they make: variances, correlations, coherences, order parameters.

⟨O⟩ = Tr Oρ is a sum over the few elements of the state that O connects.
"""

from collections.abc import Mapping
from itertools import permutations
from typing import Any

from sympy import Add, Expr, Rational, factor_terms, sqrt

from symsync.derive.state import Element, State, require_density, require_state
from symsync.expressions.checks import scalar
from symsync.expressions.complex_parts import real_imag
from symsync.model.limit_cycle import sites_of
from symsync.model.spin import (
    S_minus,
    SpinOperator,
    adjoint,
    is_hermitian,
    on_kets,
    squared_norm,
    words,
)

__all__ = [
    "coherence",
    "covariance",
    "expectation",
    "order_parameter",
    "pearson",
    "variance",
    "weights",
]


def expectation(state: State, operator: Any) -> Expr:
    """Return ⟨O⟩ = Tr Oρ.

    Parameters
    ----------
    state
        Any state of the package, also `series[n]` of an expansion: ⟨O⟩ is linear.
    operator
        A polynomial in operators on sites, such as S_plus("A")*S_minus("B"), Hermitian or not.

    Returns
    -------
    Expr
        A real number if O is Hermitian, in the units of O.

    Raises
    ------
    ValueError
        If `state` is no state, or `operator` is no operator on its sites.

    Examples
    --------
    >>> from sympy import symbols
    >>> from symsync import Drive, S_minus, System, equatorial, expectation, steady_series
    >>> g, d = symbols("g d", positive=True)
    >>> driven = System({"A": equatorial(g, d)}, [Drive("A")])
    >>> expectation(steady_series(driven)[1], S_minus("A")).factor()
    2*epsilon*(d - g)/(d*g)
    """
    state = require_state(state)
    spins = _spins(state, operator)
    reduced = state.partial_trace(*spins) if len(spins) < len(state.spins) else state
    total = reduced.functional(weights(spins, operator))
    return factor_terms(real_imag(total)[0] if is_hermitian(operator, spins) else total)


def weights(spins: Mapping[str, Rational], operator: Expr) -> dict[Element, Expr]:
    """Return the weights of unnormalised elements in Tr Oρ = Σ (b|O|k) r_kb."""
    sizes = list(spins.values())
    return {
        (ket, bra): value * squared_norm(bra, sizes)
        for ket, image in on_kets(operator, spins).items()
        for bra, value in image.items()
    }


def _spins(state: State, operator: Any) -> dict[str, Rational]:
    """Return {site: S} of the sites of an operator, in the order of the state."""
    if not isinstance(operator, Expr) or not operator.atoms(SpinOperator):
        raise ValueError(
            f"Argument `operator` must be an operator on sites, but is {operator!r}. "
            "Write it with S_plus('A'), S_minus('A') and S_z('A')."
        )
    for factor, _ in words(operator):
        scalar("operator", factor)
    unknown = sorted(sites_of(operator) - set(state.spins))
    if unknown:
        raise ValueError(
            f"Argument `operator` acts on the site {unknown[0]!r}, which is not among "
            f"{', '.join(state.spins)}. Write S_z({next(iter(state.spins))!r})."
        )
    return {site: spin for site, spin in state.spins.items() if site in sites_of(operator)}


def covariance(state: State, x: Any, y: Any) -> Expr:
    """Return ⟨XY + YX⟩/2 − ⟨X⟩⟨Y⟩ of two Hermitian operators.

    Parameters
    ----------
    state
        A state that is no correction and no truncated sum.
    x, y
        Hermitian operators on sites.

    Returns
    -------
    Expr
        A real number in the units of XY.

    Raises
    ------
    ValueError
        If `state` is no density matrix, or an operator is not Hermitian or acts elsewhere.

    Examples
    --------
    An exchange moves quanta from one spin to the other:

    >>> from symsync import S_z, covariance, equation, exact_state, spin_pair
    >>> shared = equation("c", covariance(exact_state(spin_pair()), S_z("A"), S_z("B")))
    >>> rates = dict(gamma_g_A=4, gamma_d_A=1, gamma_g_B=1, gamma_d_B=2, Delta=0)
    >>> print(shared.function()(epsilon=[0.1, 0.5], **rates).round(6))
    [-0.010346 -0.102252]
    """
    state = require_density("covariance", state, of_series=False)
    for name, operator in (("x", x), ("y", y)):
        _require_hermitian(name, state, operator)
    both = (x * y + y * x) / 2
    return expectation(state, both) - expectation(state, x) * expectation(state, y)


def variance(state: State, operator: Any) -> Expr:
    """Return ⟨O²⟩ − ⟨O⟩² of a Hermitian operator, its covariance with itself.

    Parameters
    ----------
    state
        A state that is no correction and no truncated sum.
    operator
        A Hermitian operator on sites.

    Returns
    -------
    Expr
        A real number in the units of O².

    Raises
    ------
    ValueError
        Those of `covariance`.

    Examples
    --------
    >>> from symsync import S_z, System, exact_state, gain_and_loss, variance
    >>> variance(exact_state(System({"A": gain_and_loss(1, 3)}, [])), S_z("A"))
    3/16
    """
    return covariance(state, operator, operator)


def pearson(state: State, x: Any, y: Any) -> Expr:
    """Return Pearson's coefficient of two observables, their covariance over their deviations.

    Parameters
    ----------
    state
        A state that is no correction and no truncated sum.
    x, y
        Hermitian operators on sites.

    Returns
    -------
    Expr
        A real number in [−1, 1]; nan where a variance is zero.

    Raises
    ------
    ValueError
        Those of `covariance`.

    See Also
    --------
    pearson_in_time : of two quantities that change in time.

    Examples
    --------
    >>> from symsync import S_z, equation, exact_state, pearson, spin_pair
    >>> shared = equation("r", pearson(exact_state(spin_pair()), S_z("A"), S_z("B")))
    >>> rates = dict(gamma_g_A=4, gamma_d_A=1, gamma_g_B=1, gamma_d_B=2, Delta=0)
    >>> print(shared.function()(epsilon=[0.1, 0.5], **rates).round(6))
    [-0.488849 -0.453894]
    """
    return covariance(state, x, y) / sqrt(variance(state, x) * variance(state, y))


def coherence(state: State, x: Any, y: Any) -> Expr:
    """Return the degree of coherence ⟨X†Y⟩/√(⟨X†X⟩⟨Y†Y⟩), such as that of S⁻_A and S⁻_B.

    Its modulus is at most 1, by the inequality of Cauchy and Schwarz, and its argument is a mean
    phase: with X = S⁻_A and Y = S⁻_B that of ⟨e^{i(φ_A − φ_B)}⟩.

    Parameters
    ----------
    state
        A state that is no correction and no truncated sum.
    x, y
        Operators on sites, such as S_minus("A") and S_minus("B"), or annihilation("A").

    Returns
    -------
    Expr
        A complex number; nan where ⟨X†X⟩ or ⟨Y†Y⟩ is zero.

    Raises
    ------
    ValueError
        If `state` is no density matrix, or an operator acts elsewhere.

    Notes
    -----
    R. J. Glauber, Phys. Rev. 130, 2529 (1963), its g⁽¹⁾.

    Examples
    --------
    >>> from symsync import S_minus, coherence, equation, exact_state, spin_pair
    >>> both = equation("g", coherence(exact_state(spin_pair()), S_minus("A"), S_minus("B")))
    >>> rates = dict(gamma_g_A=9, gamma_d_A=1, gamma_g_B=1, gamma_d_B=9, Delta=0)
    >>> print(both.function()(epsilon=0.1, **rates).round(6))
    (0.085707+0j)
    """
    state = require_density("coherence", state, of_series=False)
    size = expectation(state, adjoint(x) * x) * expectation(state, adjoint(y) * y)
    return expectation(state, adjoint(x) * y) / sqrt(size)


def order_parameter(state: State, operator: SpinOperator = S_minus) -> Expr:
    """Return Σ_{j≠k} ⟨O_j†O_k⟩/n(n−1), the mean coherence of n sites, as r² of Kuramoto's r e^{iψ}.

    Parameters
    ----------
    state
        Any state of two or more sites, also `series[n]`.
    operator
        O without a site: `S_minus`, or `annihilation` for oscillators.

    Returns
    -------
    Expr
        A real number, which is positive if phases agree.

    Raises
    ------
    ValueError
        If `state` is no state of several sites, or `operator` is not one without a site.

    Examples
    --------
    >>> from sympy import symbols
    >>> from symsync import Exchange, System, equatorial, order_parameter, steady_series
    >>> g, d = symbols("g d", positive=True)
    >>> pair = System({"A": equatorial(g, d), "B": equatorial(d, g)}, [Exchange("A", "B")])
    >>> order_parameter(steady_series(pair)[1]).factor()
    -2*epsilon*(d - g)/(d*g)
    """
    state = require_state(state)
    if not isinstance(operator, SpinOperator) or operator.site:
        raise ValueError(
            f"Argument `operator` must be an operator without a site, but is {operator!r}. "
            "Write S_minus or annihilation."
        )
    if len(state.spins) < 2:
        raise ValueError("Argument `state` must be one of several sites, but has one.")
    here = {site: operator(site) for site in state.spins}
    pairs = [adjoint(here[a]) * here[b] for a, b in permutations(here, 2)]
    return expectation(state, Add(*pairs)) / len(pairs)


def _require_hermitian(name: str, state: State, operator: Any) -> None:
    if not is_hermitian(operator, _spins(state, operator)):
        raise ValueError(
            f"Argument `{name}` must be Hermitian, but is {operator}. Add its adjoint, "
            f"{adjoint(operator)}."
        )
