"""Oscillators among the sites: their Fock states and where they are cut, in phase space.

The Fock state |n⟩ of an oscillator with 2S+1 levels is the ket |n − S⟩ of a spin.
"""

from collections.abc import Callable
from typing import Any

from sympy import Add, Expr, I, Integer, Mul, Rational, assoc_laguerre, exp, factorial, pi, sqrt

from symsync.derive.state import State, require_sites, require_state
from symsync.derive.truncation import ENOUGH, warn_if_occupied
from symsync.expressions.checks import angle, positive
from symsync.expressions.complex_parts import real_imag
from symsync.measures.phase_weights import is_pair
from symsync.model.spin import projections

__all__ = [
    "fock_populations",
    "oscillator_husimi",
    "top_population",
    "wigner",
]

Kernel = Callable[[int, int, Expr, Expr], Expr]
"""The function of x and p that belongs to |n⟩⟨n′|."""


def fock_populations(state: State, site: str) -> tuple[Expr, ...]:
    """Return the populations ⟨0|ρ|0⟩, ⟨1|ρ|1⟩, … of the Fock states of one site.

    Parameters
    ----------
    state
        Any state of the package; other sites are traced out.
    site
        The label of the site.

    Returns
    -------
    tuple of Expr
        One for each level, from the ground state on; of a correction they sum to zero.

    Raises
    ------
    ValueError
        If `state` is no state, or `site` is none of its sites.

    Examples
    --------
    >>> from symsync import System, fock_populations, steady_series, van_der_pol_boson
    >>> fock_populations(steady_series(System({"A": van_der_pol_boson(1, 200, 4)}, []))[0], "A")
    (160000/241001, 80600/241001, 400/241001, 1/241001)
    """
    state = require_state(state)
    require_sites("site", [site], state.spins)
    alone = state.partial_trace(site)
    return tuple(alone[(m,), (m,)] for m in reversed(projections(state.spins[site])))


def top_population(state: State, site: str, share: Any = ENOUGH) -> Expr:
    """Return the population of the last level of one site, which tells whether it is cut too early.

    Parameters
    ----------
    state
        Any state of the package; other sites are traced out.
    site
        The label of the site.
    share
        The population from which on there is a warning, exact and positive.

    Returns
    -------
    Expr
        A formula, or a number if the model is one of numbers.

    Raises
    ------
    ValueError
        If `state` is no state, `site` is none of its sites, or `share` is not positive.

    Warns
    -----
    TruncationWarning
        If the model is one of numbers, and it is larger than `share` in size.

    Examples
    --------
    >>> from symsync import System, steady_series, top_population, van_der_pol_boson
    >>> cycle = van_der_pol_boson(1, 1, 8)
    >>> print(top_population(steady_series(System({"A": cycle}, []))[0], "A").evalf(3))
    8.32e-5
    """
    limit = positive("share", share)
    if limit.free_symbols:
        raise ValueError(
            f"Argument `share` must be a number, but is {limit}. Write 1/1000 exactly."
        )
    state = require_state(state)
    last = fock_populations(state, site)[-1]
    warn_if_occupied(site, state.spins[site], last, limit)
    return last


def _over_phase_space(kernel: Kernel, state: State, points: tuple[Any, ...]) -> Expr:
    """Return Σ ⟨n|ρ|n′⟩ Π kernel(n, n′, x, p) over the elements of a state, which is real."""
    state = require_state(state)
    spins = list(state.spins.values())
    if len(points) != len(spins) or not all(is_pair(pair) for pair in points):
        raise ValueError(
            f"Argument `points` must be {len(spins)} pairs (x, p), one for each site, but is "
            f"{points!r}."
        )
    places = [(angle("x", x), angle("p", p)) for x, p in points]

    def weight(ket: Any, bra: Any) -> Expr:
        every = zip(spins, ket, bra, places, strict=True)
        return Mul(*(kernel(int(s + m), int(s + n), *place) for s, m, n, place in every))

    return real_imag(Add(*(state[element] * weight(*element) for element in state)))[0]


def _wigner_kernel(n: int, n_prime: int, x: Any, p: Any) -> Expr:
    """Return (−1)ⁿ/π √(n!/k!) (√2(x ∓ ip))^{k−n} L_n^{(k−n)}(2x²+2p²) e^{−x²−p²} with n < k."""
    low, high = sorted((n, n_prime))
    turn = x - I * p if n > n_prime else x + I * p
    size = Integer(-1) ** low * sqrt(Rational(factorial(low), factorial(high))) / pi
    square = x**2 + p**2
    power = (sqrt(2) * turn) ** (high - low) if high > low else Integer(1)
    return size * power * assoc_laguerre(low, high - low, 2 * square) * exp(-square)


def _husimi_kernel(n: int, n_prime: int, x: Any, p: Any) -> Expr:
    """Return ⟨α|n⟩⟨n′|α⟩/2π with α = (x + ip)/√2."""
    alpha, back = (x + I * p) / sqrt(2), (x - I * p) / sqrt(2)
    size = 2 * pi * sqrt(factorial(n) * factorial(n_prime))
    return back**n * alpha**n_prime / size * exp(-(x**2 + p**2) / 2)


def wigner(state: State, *points: tuple[Any, Any]) -> Expr:
    """Return the Wigner function W(x, p) of oscillators, normalised to 1 over the plane of (x, p).

    The amplitude is α = (x + ip)/√2 with x = (a + a†)/√2, so that the vacuum is e^{−x²−p²}/π.  An
    oscillator with a positive frequency turns clockwise: arg α = −φ of the phases of this package.

    Parameters
    ----------
    state
        Any state of the package.
    *points
        One pair (x, p) for each site, in the order of the sites: symbols, expressions or numbers.

    Returns
    -------
    Expr
        A real function, which may be negative.

    Raises
    ------
    ValueError
        If `state` is no state, or the number of pairs is not the number of sites.

    Examples
    --------
    >>> from sympy import symbols
    >>> from symsync import System, quantum_van_der_pol, steady_series, wigner
    >>> x, p = symbols("x p", real=True)
    >>> limit = steady_series(System({"A": quantum_van_der_pol(1)}, []))[0]
    >>> print(wigner(limit, (0, 0)))
    1/(3*pi)
    """
    return _over_phase_space(_wigner_kernel, state, points)


def oscillator_husimi(state: State, *points: tuple[Any, Any]) -> Expr:
    """Return Q(x, p) = ⟨α|ρ|α⟩/2π of oscillators, normalised to 1 over the plane of (x, p).

    The coherent states are those of an oscillator, with α = (x + ip)/√2; `husimi` is for spins.

    Parameters
    ----------
    state
        Any state of the package.
    *points
        One pair (x, p) for each site, in the order of the sites: symbols, expressions or numbers.

    Returns
    -------
    Expr
        A real density.

    Raises
    ------
    ValueError
        If `state` is no state, or the number of pairs is not the number of sites.

    Examples
    --------
    >>> from symsync import System, oscillator_husimi, quantum_van_der_pol, steady_series
    >>> limit = steady_series(System({"A": quantum_van_der_pol(1)}, []))[0]
    >>> print(oscillator_husimi(limit, (0, 0)))
    1/(3*pi)
    """
    return _over_phase_space(_husimi_kernel, state, points)
