"""The exact numeric answer for any small model, in plain NumPy from matrices of its own.

A model is only read: each S⁺, a† or |m′⟩⟨m| in it becomes a literal matrix.  Nothing else is
shared with the symbolic side, so that agreement between the two means something.

Density matrices have shape (d, d) in the orthonormal basis with m in descending order, the first
site slowest.  The generator acts on their rows laid end to end, and ħ = 1:
dρ/dt = −i[H₀ + V, ρ] + Σ rate·D[O]ρ with H₀ = Σ ω_j S^z_j.
"""

import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symsync.reference.arrays import exponential, matrices
from symsync.reference.local_matrices import levels, local_matrix, raises

__all__ = ["LARGEST", "coefficients", "evolve", "generator", "local_matrix", "steady_state"]

Array = NDArray[Any]

LARGEST = 40
"""The largest number d of kets; the generator is a dense matrix of d² × d² elements."""

ENOUGH = 1e-3
"""A state, or a ρ₀, with more than this in an oscillator's last level is worth a `UserWarning`."""


# Reading a model --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Reader:
    """The spins of a model and the values of its symbols, with which expressions become numbers."""

    spins: Mapping[str, float]
    values: Mapping[str, float]

    @property
    def size(self) -> int:
        """The number d of kets."""
        return math.prod(len(levels(spin)) for spin in self.spins.values())

    def number(self, expression: Any) -> complex:
        """Return the value of an expression without operators."""
        symbols = getattr(expression, "free_symbols", ())
        if not symbols:
            return complex(expression)
        return complex(expression.subs({symbol: self.values[symbol.name] for symbol in symbols}))

    def rate(self, expression: Any) -> float:
        """Return the value of a rate."""
        value = self.number(expression)
        if value.imag or not value.real >= 0:
            raise ValueError(f"The rate {expression} must not be negative, but is {value:g} here.")
        return value.real

    def matrix(self, operator: Any, own: str = "") -> Array:
        """Return the matrix of an operator; atoms without a site act on the site `own`."""
        if getattr(operator, "is_commutative", True):
            return self.number(operator) * np.eye(self.size, dtype=complex)
        if operator.is_Add:
            return reduce(np.add, (self.matrix(term, own) for term in operator.args))
        if operator.is_Mul:
            return reduce(np.matmul, (self.matrix(factor, own) for factor in operator.args))
        if operator.is_Pow:
            base, power = operator.args
            return np.linalg.matrix_power(self.matrix(base, own), int(power))
        site = (str(operator.args[-1]) if operator.args else "") or own
        if site not in self.spins:
            raise ValueError(
                f"The operator {operator} acts on a site that is not among {', '.join(self.spins)}."
            )
        return self.placed(local_matrix(operator, self.spins[site]), site)

    def placed(self, local: Array, site: str) -> Array:
        """Return the matrix, on all sites, of an operator of one."""
        total: Array = np.eye(1)
        for label, spin in self.spins.items():
            total = np.kron(total, local if label == site else np.eye(len(levels(spin))))
        return total


def _reader(system: Any, values: Mapping[str, Any]) -> _Reader:
    """Check a model and the values of its symbols."""
    if not all(hasattr(system, name) for name in ("sites", "couplings", "frequencies")):
        raise ValueError(
            "Argument `system` must have sites, couplings and frequencies, as a System has, but is "
            f"{system!r}."
        )
    spins = {site: float(cycle.spin) for site, cycle in system.sites.items()}
    if (size := _Reader(spins, {}).size) > LARGEST:
        raise ValueError(
            f"Argument `system` must have at most {LARGEST} kets, but has {size}. "
            "Take fewer sites, or smaller spins."
        )
    jumps = [jump for cycle in system.sites.values() for jump in cycle.jumps]
    parts = [*system.frequencies.values(), *(jump.rate for jump in jumps)]
    parts.append(getattr(system, "hamiltonian", 0))
    parts += [each.operator for each in (*jumps, *system.couplings)]
    parts += [each.rate for each in system.couplings if hasattr(each, "rate")]
    symbols = {s for part in parts for s in getattr(part, "free_symbols", ())}
    names = {symbol.name for symbol in symbols if symbol.is_commutative}
    for name in sorted(names ^ set(values)):
        known = ", ".join(sorted(names)) or "no symbols"
        what = "is missing" if name in names else "is none of them"
        raise TypeError(f"The model takes the values of {known}, but {name!r} {what}.")
    for name, value in values.items():
        if not (isinstance(value, Real) and math.isfinite(value)):
            raise ValueError(f"Argument `{name}` must be one finite number, but is {value!r}.")
    numbers = {name: float(value) for name, value in values.items()}
    return _Reader(spins, numbers)


# The generator ----------------------------------------------------------------------------------


def _commutator(h: Array) -> Array:
    """Return −i(H ⊗ 1 − 1 ⊗ Hᵀ), acting on the rows of ρ laid end to end."""
    one = np.eye(len(h))
    return -1j * (np.kron(h, one) - np.kron(one, h.T))


def _dissipator(o: Array) -> Array:
    """Return O ⊗ O* − ½(O†O ⊗ 1 + 1 ⊗ (O†O)ᵀ)."""
    one, loss = np.eye(len(o)), o.conj().T @ o
    return np.kron(o, o.conj()) - (np.kron(loss, one) + np.kron(one, loss.T)) / 2


def _cycle(read: _Reader, site: str, cycle: Any, frequency: Any) -> Array:
    """Return the generator of one site's limit cycle, on the sites that the reader knows."""
    z = read.placed(np.diag(levels(read.spins[site])), site)
    total = _commutator(read.number(frequency) * z)
    for jump in cycle.jumps:
        total = total + read.rate(jump.rate) * _dissipator(read.matrix(jump.operator, site))
    return total


def _uncoupled(read: _Reader, system: Any) -> Array:
    """Return L₀: the frequencies, the limit cycles, and what is not weak."""
    strong = getattr(system, "strong", ())
    total = _sum(read, [each for k, each in enumerate(system.couplings) if k in strong])
    for site, cycle in system.sites.items():
        total = total + _cycle(read, site, cycle, system.frequencies.get(site, 0))
    if hamiltonian := getattr(system, "hamiltonian", 0):
        total = total + _commutator(read.matrix(hamiltonian))
    return total


def _couplings(read: _Reader, system: Any) -> Array:
    """Return L₁: the weak couplings of the Hamiltonian and the weak shared jumps."""
    strong = getattr(system, "strong", ())
    return _sum(read, [each for k, each in enumerate(system.couplings) if k not in strong])


def _sum(read: _Reader, couplings: Any) -> Array:
    total = np.zeros((read.size**2,) * 2, complex)
    for coupling in couplings:
        operator = read.matrix(coupling.operator)
        if hasattr(coupling, "rate"):
            total = total + read.rate(coupling.rate) * _dissipator(operator)
        else:
            total = total + _commutator(operator)
    return total


def generator(system: Any, /, **values: float) -> Array:
    """Return the matrix of L on the rows of ρ laid end to end, with all couplings.

    Parameters
    ----------
    system
        A model with `sites`, `couplings` and `frequencies`, such as a `System`.
    **values
        The value of each symbol of the model, by its name.

    Returns
    -------
    ndarray
        Shape (d², d²), complex, where d is the product of the 2S+1.

    Raises
    ------
    TypeError, ValueError
        If a value is missing, belongs to no symbol or is not finite, `system` is no model or has
        more than `LARGEST` kets, a rate is negative, or an operator is none of this package.

    Examples
    --------
    A spin 1/2 with gain 2 and loss 1, whose coherences decay at the mean of both rates:

    >>> from symsync import System, gain_and_loss
    >>> from symsync.reference.any_model import generator
    >>> generator(System({"A": gain_and_loss(2, 1)}, [])).real.tolist()
    [[-1.0, 0.0, 0.0, 2.0], [0.0, -1.5, 0.0, 0.0], [0.0, 0.0, -1.5, 0.0], [1.0, 0.0, 0.0, -2.0]]
    """
    read = _reader(system, values)
    return _uncoupled(read, system) + _couplings(read, system)


# States -----------------------------------------------------------------------------------------


def _bordered(matrix: Array, what: str) -> Array:
    """Return L + |1/d⟩⟨Tr|, which is invertible, or raise an error if a state is not unique.

    Its solution x for a right-hand side y has Tr x = Tr y, because L conserves the trace.
    """
    trace = np.eye(math.isqrt(len(matrix))).ravel()
    bordered: Array = matrix + np.outer(trace, trace) / trace.sum()
    rounding = len(matrix) * np.finfo(float).eps
    if np.linalg.cond(bordered, 1) * len(matrix) * rounding > 1:  # a zero mode more, or nearly
        strengths = np.linalg.svd(matrix, compute_uv=False)
        if (null := int((strengths <= strengths[0] * rounding).sum())) != 1:
            raise ValueError(
                f"The steady state {what} is not unique: the generator has {null} zero modes at "
                "these values. Add a jump that ends in one state, or that dephases."
            )
    return bordered


def _null_state(matrix: Array, what: str) -> Array:
    """Return the ρ with Lρ = 0 and Tr ρ = 1, shape (d, d)."""
    mixed = np.eye(math.isqrt(len(matrix)), dtype=complex)
    found = np.linalg.solve(_bordered(matrix, what), mixed.ravel() / len(mixed))
    return found.reshape(mixed.shape)


def _told(read: _Reader, system: Any, state: Array) -> Array:
    """Return a state, and warn of each oscillator whose last level it occupies."""
    sizes = [len(levels(spin)) for spin in read.spins.values()]
    held = state.diagonal().real.reshape(sizes)
    for axis, (site, cycle) in enumerate(system.sites.items()):
        parts = [("", jump) for jump in cycle.jumps] + [(site, each) for each in system.couplings]
        last = held.take(0, axis).sum()
        if last > ENOUGH and any(raises(part.operator, own) for own, part in parts):
            warnings.warn(
                f"The last of {sizes[axis]} levels of site {site!r} holds {last:.2g}. "
                f"Take more levels until it holds less than {ENOUGH}.",
                stacklevel=3,
            )
    return state


def steady_state(system: Any, /, **values: float) -> Array:
    """Return the ρ with Lρ = 0 and Tr ρ = 1, to all orders in the couplings.

    Parameters
    ----------
    system
        A model with `sites`, `couplings` and `frequencies`, such as a `System`.
    **values
        The value of each symbol of the model, by its name.

    Returns
    -------
    ndarray
        Shape (d, d), complex.

    Raises
    ------
    TypeError, ValueError
        Those of `generator`, and a `ValueError` if the steady state is not unique.

    Notes
    -----
    Errors are about 1e-16 times the ratio of the largest to the smallest rate.

    Examples
    --------
    >>> from symsync import spin_pair
    >>> from symsync.reference.any_model import steady_state
    >>> rates = dict(gamma_g_A=100, gamma_d_A=1, gamma_g_B=1, gamma_d_B=100)
    >>> rho = steady_state(spin_pair(), epsilon=0.1, Delta=0, **rates)
    >>> print(round(rho[4, 4].real, 6))
    0.971161
    """
    read = _reader(system, values)
    whole = _uncoupled(read, system) + _couplings(read, system)
    return _told(read, system, _null_state(whole, "of the model"))


def coefficients(system: Any, order: int, /, **values: float) -> list[Array]:
    """Return ρ₀, ρ₁, … of the steady state, if all couplings are multiplied by x: Σ ρ_n xⁿ.

    The factor x multiplies every term of the Hamiltonian's coupling, and every rate of a shared
    jump.  The coefficients obey L₀ρ_n = −L₁ρ_{n−1} and Tr ρ_n = 0 for n > 0.

    Parameters
    ----------
    system
        A model with `sites`, `couplings` and `frequencies`, such as a `System`.
    order
        The highest order, 0, 1, 2, …
    **values
        The value of each symbol of the model, by its name.

    Returns
    -------
    list of ndarray
        `order` + 1 matrices of shape (d, d), complex.

    Raises
    ------
    TypeError, ValueError
        Those of `generator`, and a `ValueError` if `order` is no such number, or the uncoupled
        steady state is not unique.

    Examples
    --------
    At first order the Letter's pair has the coherence 2ε/(γ^d_A + γ^g_B) between |1,−1⟩ and |0,0⟩:

    >>> from symsync import spin_pair
    >>> from symsync.reference.any_model import coefficients
    >>> rates = dict(gamma_g_A=100, gamma_d_A=1, gamma_g_B=1, gamma_d_B=100)
    >>> first = coefficients(spin_pair(), 1, epsilon=0.1, Delta=0, **rates)[1]
    >>> print(round(first[2, 4].real, 12))
    0.1
    """
    if not isinstance(order, int) or isinstance(order, bool) or order < 0:
        raise ValueError(f"Argument `order` must be 0, 1, 2, …, but is {order!r}.")
    read = _reader(system, values)
    bordered = _bordered(_uncoupled(read, system), "without the couplings")
    coupling = _couplings(read, system)
    found = [np.linalg.solve(bordered, np.eye(read.size).ravel() / read.size + 0j)]
    while len(found) <= order:
        found.append(np.linalg.solve(bordered, -coupling @ found[-1]))
    states = [state.reshape(read.size, read.size) for state in found]
    _told(read, system, states[0])
    return states


def _before(read: _Reader, system: Any) -> Array:
    """Return ρ₀: the product of the steady states of the limit cycles, each found on its own.

    With strong couplings, or terms of the Hamiltonian, it is the steady state of all of it.
    """
    if getattr(system, "strong", ()):
        return _null_state(_uncoupled(read, system), "without the weak couplings")
    total = np.eye(1, dtype=complex)
    for site, cycle in system.sites.items():
        alone = _Reader({site: read.spins[site]}, read.values)
        frequency = system.frequencies.get(site, 0)
        state = _null_state(_cycle(alone, site, cycle, frequency), f"of the site {site}")
        total = np.kron(total, state)
    return total


def evolve(system: Any, t: float, /, initial: ArrayLike | None = None, **values: float) -> Array:
    """Return e^{Lt}ρ(0), the state at `t` after the couplings are switched on.

    Parameters
    ----------
    system
        A model with `sites`, `couplings` and `frequencies`, such as a `System`.
    t
        The time, a finite number that is not negative.
    initial
        ρ(0) of shape (d, d); by default the steady state without the weak couplings.
    **values
        The value of each symbol of the model, by its name.

    Returns
    -------
    ndarray
        Shape (d, d), complex.

    Raises
    ------
    TypeError, ValueError
        Those of `generator`, and a `ValueError` if `t` or `initial` is none of these, or a limit
        cycle has no unique steady state.

    Examples
    --------
    >>> from symsync import spin_pair
    >>> from symsync.reference.any_model import evolve
    >>> rates = dict(gamma_g_A=100, gamma_d_A=1, gamma_g_B=1, gamma_d_B=100)
    >>> rho = evolve(spin_pair(), 2, epsilon=0.1, Delta=0, **rates)
    >>> print(round(rho[2, 4].real, 6))
    0.085176
    """
    read = _reader(system, values)
    if not (isinstance(t, Real) and math.isfinite(t) and t >= 0):
        raise ValueError(f"Argument `t` must be a finite time, not negative, but is {t!r}.")
    start = _before(read, system) if initial is None else matrices(initial)
    shape = (read.size, read.size)
    if start.shape != shape:
        raise ValueError(f"Argument `initial` must have the shape {shape}, but has {start.shape}.")
    propagator = exponential((_uncoupled(read, system) + _couplings(read, system)) * float(t))
    return _told(read, system, (propagator @ start.ravel()).reshape(shape))
