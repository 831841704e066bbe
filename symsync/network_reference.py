"""The exact numeric answer for small networks of the Letter's spins 1, from literal matrices.

Like `reference` it shares no operator and no formula with the symbolic side, so that agreement
between the two means something.  It needs SciPy's sparse matrices, the extra `network`.

Kets |m_0, m_1, …⟩ are in descending order, the first site varies slowest.  The steady state
conserves M = Σ m_j: it is one square block for each M, of 141 kets at most for six spins, and 73789
elements altogether instead of 3¹², on which the generator is a sparse matrix.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["NetworkState", "steady_state"]

Array = NDArray[Any]

S_PLUS = np.sqrt(2) * np.array([[0, 1, 0], [0, 0, 1], [0, 0, 0]])
S_MINUS = S_PLUS.T
S_Z = np.diag([1.0, 0.0, -1.0])

KEPT = 25
"""Directions that the iteration keeps before it starts again from where it is."""

ROUNDS = 200
"""How often it starts again before it gives up."""


@dataclass(frozen=True, eq=False)
class NetworkState:
    """A state of N spins 1 that conserves M, as one matrix for each M = N, N−1, …, −N.

    Attributes
    ----------
    number_of_sites
        N.
    kets
        For each M the numbers of its kets among the 3^N.
    blocks
        For each M the elements between its kets, shape (d_M, d_M), complex.
    """

    number_of_sites: int
    kets: tuple[Array, ...]
    blocks: tuple[Array, ...]

    def matrix(self) -> Array:
        """Return all elements, shape (3^N, 3^N)."""
        rho = np.zeros((3**self.number_of_sites, 3**self.number_of_sites), complex)
        for kets, block in zip(self.kets, self.blocks, strict=True):
            rho[np.ix_(kets, kets)] = block
        return rho

    def reduced(self, *sites: int) -> Array:
        """Return the state of n of the sites, shape (3^n, 3^n), in the order in which they stand.

        For two sites it is what `symsync.reference.S_rel` and `negativity` take.
        """
        count = self.number_of_sites
        if not sites or len(set(sites)) < len(sites) or not set(sites) <= set(range(count)):
            raise ValueError(
                f"Argument `sites` must be different numbers from 0 to {count - 1}, but is {sites}."
            )
        powers = 3 ** np.arange(count)[::-1]
        others = [site for site in range(count) if site not in sites]
        rho = np.zeros((3 ** len(sites), 3 ** len(sites)), complex)
        for kets, block in zip(self.kets, self.blocks, strict=True):
            digits = kets[:, None] // powers % 3
            kept = digits[:, sites] @ 3 ** np.arange(len(sites))[::-1]
            rest = digits[:, others] @ powers[others]
            ket, bra = np.nonzero(rest[:, None] == rest)
            np.add.at(rho, (kept[ket], kept[bra]), block[ket, bra])
        return rho


def steady_state(
    edges: ArrayLike,
    *,
    gain: ArrayLike,
    damping: ArrayLike,
    strengths: ArrayLike = 1.0,
    frequencies: ArrayLike = 0.0,
    tolerance: float = 1e-13,
) -> NetworkState:
    """Return the ρ with Lρ = 0 and Tr ρ = 1, to all orders in the coupling.

    dρ/dt = −i[Σ_j ω_j S^z_j + Σ_e V_e, ρ] + Σ_j (γ^g_j/2 D[S⁺S^z] + γ^d_j/2 D[S⁻S^z])ρ with
    V_e = (i/2)(ε_e S⁺_a S⁻_b − ε_e* S⁺_b S⁻_a) for the edge e from a to b.

    Parameters
    ----------
    edges
        Pairs of sites 0, …, N−1, shape (E, 2).
    gain, damping
        γ^g and γ^d of each site, shape (N,), positive, in 1/time.  The longer of them tells N.
    strengths
        ε of each edge, shape (E,) or one for all, in 1/time; a complex ε carries the edge's phase.
    frequencies
        ω of each site, shape (N,) or one for all, in 1/time.
    tolerance
        Where the iteration stops: the residual, divided by the rates, relative to the coupling.

    Raises
    ------
    ModuleNotFoundError
        If SciPy is missing.
    ValueError
        If an edge names no site, or a parameter has a wrong shape, is not finite or not positive.
    RuntimeError
        If the iteration does not converge, as for couplings far above the rates.

    Notes
    -----
    The uncoupled generator has one complex rate λ for each element and populations that feed the
    next, in at most N steps: its inverse is a sum of N + 1 terms.  GMRES solves y = −L₀⁻¹L₁(|0⟩⟨0|
    + y), which for weak coupling takes few steps.
    """
    _require_scipy()
    gains, dampings = np.atleast_1d(np.asarray(gain, float)), np.asarray(damping, float)
    count = max(gains.size, dampings.size)
    pairs = np.asarray(edges).reshape(-1, 2)
    if pairs.size and (pairs.dtype.kind not in "iu" or pairs.min() < 0 or pairs.max() >= count):
        raise ValueError(f"Argument `edges` must hold pairs of sites from 0 to {count - 1}.")
    if (pairs[:, 0] == pairs[:, 1]).any():
        raise ValueError("Argument `edges` couples a site to itself. Leave such edges out.")
    gains, dampings = _filled("gain", gains, count), _filled("damping", dampings, count)
    for name, values in (("gain", gains), ("damping", dampings)):
        if not (values > 0).all():
            raise ValueError(f"Argument `{name}` must be positive, but contains {values.min()}.")
    couplings = _filled("strengths", np.asarray(strengths, complex), len(pairs))
    turning = _filled("frequencies", np.asarray(frequencies, float), count)
    return _Generator(pairs, couplings, gains, dampings, turning).steady_state(tolerance)


def _require_scipy() -> None:
    try:
        import scipy.sparse  # noqa: F401  # only whether it is there
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "The reference of networks needs SciPy: pip install 'symsync[network]'."
        ) from None


def _filled(name: str, values: Array, count: int) -> Array:
    if values.shape not in ((), (1,), (count,)):
        raise ValueError(
            f"Argument `{name}` must be one number or {count} of them, but has the shape "
            f"{values.shape}."
        )
    if not np.isfinite(values).all():
        raise ValueError(f"Argument `{name}` must be finite.")
    return np.broadcast_to(values, (count,))


def _on(site: int, operator: Array, count: int) -> Any:
    """Return 1 ⊗ … ⊗ operator ⊗ … ⊗ 1 as a sparse matrix."""
    from scipy import sparse

    left, right = sparse.eye_array(3**site), sparse.eye_array(3 ** (count - site - 1))
    return sparse.kron(sparse.kron(left, operator), right, format="csr")


def _matches(left: Array, right: Array) -> tuple[Array, Array]:
    """Return the i and j of all pairs with left[i] = right[j], where `right` ascends."""
    start = np.searchsorted(right, left, "left")
    found = np.searchsorted(right, left, "right") - start
    i = np.repeat(np.arange(len(left)), found)
    j = np.arange(len(i)) + np.repeat(start - np.cumsum(found) + found, found)
    return i.astype(np.int32), j.astype(np.int32)  # enough for what fits in memory


class _Sector:
    """The elements ⟨k|ρ|b⟩ with equal M of ket and bra, block after block, each row by row."""

    def __init__(self, count: int) -> None:
        moment = sum(_on(site, S_Z, count).diagonal() for site in range(count))
        self.order = np.argsort(-moment, kind="stable")
        self.block = count - moment[self.order].astype(int)
        self.place = np.argsort(self.order)
        self.ket, self.bra = _matches(self.block, self.block)
        self.sizes = np.bincount(self.block)
        numbers = np.arange(len(self.order), dtype=np.int32)
        self.row = np.searchsorted(self.ket, numbers).astype(np.int32)
        self.rank = numbers - np.searchsorted(self.block, self.block).astype(np.int32)
        self.flipped = self.index(self.bra, self.ket)
        middle = self.place[len(self.order) // 2]
        self.ground = int(self.row[middle] + self.rank[middle])

    def entries(self, operator: Any) -> tuple[Array, Array, Array]:
        """Return the kets after and before, and the values, of an operator that shifts M alike."""
        found = operator.tocoo()
        after, before = self.place[found.row], self.place[found.col]
        order = np.argsort(self.block[before], kind="stable")
        return after[order], before[order], found.data[order]

    def index(self, ket: Array, bra: Array) -> Array:
        """Return where the element ⟨ket|ρ|bra⟩ stands."""
        return self.row[ket] + self.rank[bra]

    def matrix(self, parts: Sequence[tuple[Array, Array, Array]]) -> Any:
        """Return (rows, columns, values) as a sparse matrix on all elements, less |0⟩⟨0|'s row."""
        from scipy import sparse

        rows, columns, values = (np.concatenate(each) for each in zip(*parts, strict=True))
        values[rows == self.ground] = 0
        shape = (len(self.ket), len(self.ket))
        return sparse.csr_array(sparse.coo_array((values, (rows, columns)), shape=shape))

    def sandwich(self, operator: Any) -> tuple[Array, Array, Array]:
        """Return ρ ↦ OρO†."""
        after, before, values = self.entries(operator)
        k, b = _matches(self.block[before], self.block[before])
        product = values[k] * values[b].conj()
        return self.index(after[k], after[b]), self.index(before[k], before[b]), product

    def from_left(self, operator: Any) -> tuple[Array, Array, Array]:
        """Return ρ ↦ Oρ."""
        after, before, values = self.entries(operator)
        k, bra = _matches(self.block[before], self.block)
        return self.index(after[k], bra), self.index(before[k], bra), values[k]

    def adjoint(self, state: Array) -> Array:
        """Return ρ†."""
        return state[self.flipped].conj()

    def diagonal(self, values: Array) -> Array:
        """Return ρ ↦ Dρ + ρD†, for a diagonal D, as one number for each element."""
        sorted_values = values[self.order]
        total: Array = sorted_values[self.ket] + sorted_values[self.bra].conj()
        return total

    def state(self, elements: Array) -> NetworkState:
        """Return the normalised state with these elements."""
        elements = elements / elements[self.ket == self.bra].sum().real
        kets = np.split(self.order, np.cumsum(self.sizes)[:-1])
        parts = np.split(elements, np.cumsum(self.sizes**2)[:-1])
        blocks = (part.reshape(len(k), len(k)) for part, k in zip(parts, kets, strict=True))
        return NetworkState(len(kets) // 2, tuple(kets), tuple(blocks))


class _Generator:
    """The generator as F − λ without coupling, and L₁ρ = Kρ + ρK† with K = −iV."""

    def __init__(
        self, edges: Array, strengths: Array, gain: Array, damping: Array, frequencies: Array
    ) -> None:
        count = len(gain)
        self.sector = _Sector(count)
        plus = [_on(site, S_PLUS, count) for site in range(count)]
        z = [_on(site, S_Z, count) for site in range(count)]
        jumps = [np.sqrt(rate / 2) * s @ m for rate, s, m in zip(gain, plus, z, strict=True)]
        jumps += [np.sqrt(rate / 2) * s.T @ m for rate, s, m in zip(damping, plus, z, strict=True)]
        leaving = sum((jump.T @ jump).diagonal() for jump in jumps) / 2
        shifts = frequencies - frequencies.mean()  # a common frequency turns nothing
        turning = sum(omega * each.diagonal() for omega, each in zip(shifts, z, strict=True))
        self.rates = self.sector.diagonal(leaving + 1j * turning)
        self.rates[self.sector.ground] = 1  # divides nothing but zero
        self.feeding = self.sector.matrix([self.sector.sandwich(jump) for jump in jumps])
        K = 0 * z[0]
        for epsilon, (a, b) in zip(strengths, edges, strict=True):
            raising = epsilon / 2 * plus[a] @ plus[b].T
            K = K + raising - raising.conj().T
        self.left = self.sector.matrix([self.sector.from_left(K)])
        self.depth = count

    def coupled(self, state: Array) -> Array:
        """Return L₁ρ = Kρ + (Kρ†)†."""
        flip = self.sector.adjoint
        return self.left @ state + flip(self.left @ flip(state))

    def responded(self, source: Array) -> Array:
        """Return −L₀⁻¹ of a source without |0⟩⟨0|: 1/λ + (1/λ)F(1/λ) + …, N + 1 terms."""
        total = source / self.rates
        for _ in range(self.depth):
            total = (source + self.feeding @ total) / self.rates
        return total

    def steady_state(self, tolerance: float) -> NetworkState:
        """Return the normalised null vector, found from |0⟩⟨0| = 1."""
        ground = np.zeros(len(self.rates), complex)
        ground[self.sector.ground] = 1
        first = self.responded(self.coupled(ground))
        found = _solved(lambda y: y - self.responded(self.coupled(y)), first, tolerance)
        return self.sector.state(ground + found)


def _inner(left: Array, right: Array) -> Any:
    """Return ⟨left|right⟩, in one thread: threads that wait for each other cost more than it."""
    return np.einsum("n,n->", left.conj(), right)


def _solved(apply: Callable[[Array], Array], source: Array, tolerance: float) -> Array:
    """Return y with apply(y) = source by GMRES, started again after `KEPT` steps.

    Each step adds a direction, orthogonal to those before, and the combination of all directions
    with the smallest residual is taken.
    """
    found, left = np.zeros_like(source), source
    target = tolerance * np.sqrt(_inner(source, source).real)
    for _ in range(ROUNDS):
        size = np.sqrt(_inner(left, left).real)
        if size <= target:
            return found
        basis = [left / size]
        table = np.zeros((KEPT + 1, KEPT), complex)
        wanted = np.zeros(KEPT + 1)
        wanted[0] = size
        for k in range(KEPT):
            new = apply(basis[k])
            for row, known in enumerate(basis):
                table[row, k] = _inner(known, new)
                new -= table[row, k] * known
            table[k + 1, k] = norm = np.sqrt(_inner(new, new).real)
            square = table[: k + 2, : k + 1]
            weights = np.linalg.lstsq(square, wanted[: k + 2], rcond=None)[0]
            if np.linalg.norm(square @ weights - wanted[: k + 2]) <= target / 2:
                break
            basis.append(new / norm)
        found = found + sum(c * known for c, known in zip(weights, basis, strict=False))
        left = source - apply(found)
    raise RuntimeError(
        f"The steady state is not found within {KEPT * ROUNDS} steps. Make the couplings smaller "
        "against the rates, or the argument `tolerance` larger."
    )
