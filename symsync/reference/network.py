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

KEPT = 40
"""Directions that the iteration keeps before it starts again from where it is."""

ROUNDS = 100
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
    next, in at most N steps: its inverse is sparse.  GMRES solves y = −L₀⁻¹L₁(|0⟩⟨0|
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


def _matches(left: Array, right: Array) -> tuple[Array, Array]:
    """Return the i and j of all pairs with left[i] = right[j], where `right` ascends."""
    start = np.searchsorted(right, left, "left")
    found = np.searchsorted(right, left, "right") - start
    i = np.repeat(np.arange(len(left)), found)
    j = np.arange(len(i)) + np.repeat(start - np.cumsum(found) + found, found)
    return i.astype(np.int32), j.astype(np.int32)  # enough for what fits in memory


class _Sector:
    """The elements ⟨k|ρ|b⟩ with equal M of ket and bra, block after block, each row by row.

    Kets are sorted by M; an operator is three arrays, the kets after and before and the values.
    """

    def __init__(self, count: int) -> None:
        powers = 3 ** np.arange(count)[::-1]
        levels = np.arange(3**count)[:, None] // powers % 3  # 0, 1, 2 for m = 1, 0, −1
        self.order = np.argsort(levels.sum(axis=1), kind="stable")
        place = np.argsort(self.order)
        self.level = levels[self.order]
        self.block = self.level.sum(axis=1)
        above = place[np.maximum(np.arange(3**count)[:, None] - powers, 0)]
        below = place[np.minimum(np.arange(3**count)[:, None] + powers, 3**count - 1)]
        self.moved = {-1: above[self.order], 1: below[self.order]}
        self.ket, self.bra = _matches(self.block, self.block)
        numbers = np.arange(3**count, dtype=np.int32)
        self.row = np.searchsorted(self.ket, numbers).astype(np.int32)
        self.rank = numbers - np.searchsorted(self.block, self.block).astype(np.int32)
        self.flipped = self.index(self.bra, self.ket)
        middle = place[3**count // 2]
        self.ground = int(self.index(middle, middle))

    def index(self, ket: Array, bra: Array) -> Array:
        """Return where the element ⟨ket|ρ|bra⟩ stands."""
        found: Array = self.row[ket] + self.rank[bra]
        return found

    def operator(self, *factors: tuple[int, Array]) -> tuple[Array, Array, Array]:
        """Return a product of literal matrices on sites, each of one diagonal beside the main."""
        before = after = np.arange(len(self.order))
        values = np.ones(len(before))
        for site, matrix in factors:
            step = 1 if np.tril(matrix, -1).any() else -1
            amplitude = np.append(np.diagonal(matrix, -step), 0)
            if step == -1:
                amplitude = np.roll(amplitude, 1)
            found = amplitude[self.level[after, site]]
            kept = found != 0
            after, before = self.moved[step][after[kept], site], before[kept]
            values = values[kept] * found[kept]
        return after, before, values

    def matrix(self, parts: Sequence[tuple[Array, Array, Array]]) -> Any:
        """Return (rows, columns, values) as a sparse matrix on all elements, less |0⟩⟨0|'s row."""
        from scipy import sparse

        rows, columns, values = (np.concatenate(each) for each in zip(*parts, strict=True))
        values[rows == self.ground] = 0
        shape = (len(self.ket), len(self.ket))
        return sparse.csr_array(sparse.coo_array((values, (rows, columns)), shape=shape))

    def sandwich(self, after: Array, before: Array, values: Array) -> tuple[Array, Array, Array]:
        """Return ρ ↦ OρO†."""
        k, b = _matches(self.block[before], self.block[before])
        product = values[k] * values[b].conj()
        return self.index(after[k], after[b]), self.index(before[k], before[b]), product

    def from_left(self, after: Array, before: Array, values: Array) -> tuple[Array, Array, Array]:
        """Return ρ ↦ Oρ."""
        k, bra = _matches(self.block[before], self.block)
        return self.index(after[k], bra), self.index(before[k], bra), values[k]

    def diagonal(self, values: Array) -> Array:
        """Return ρ ↦ Dρ + ρD†, for a diagonal D, as one number for each element."""
        total: Array = values[self.ket] + values[self.bra].conj()
        return total

    def state(self, elements: Array) -> NetworkState:
        """Return the normalised state with these elements."""
        elements = elements / elements[self.ket == self.bra].sum().real
        sizes = np.bincount(self.block)
        kets = np.split(self.order, np.cumsum(sizes)[:-1])
        parts = np.split(elements, np.cumsum(sizes**2)[:-1])
        blocks = (part.reshape(len(k), len(k)) for part, k in zip(parts, kets, strict=True))
        return NetworkState(len(kets) // 2, tuple(kets), tuple(blocks))


class _Generator:
    """The generator as F − λ without coupling, and L₁ρ = Kρ + ρK† with K = −iV."""

    def __init__(
        self, edges: Array, strengths: Array, gain: Array, damping: Array, frequencies: Array
    ) -> None:
        self.sector = sector = _Sector(len(gain))
        shifts = frequencies - frequencies.mean()  # a common frequency turns nothing
        turning = np.diagonal(S_Z)[sector.level] @ shifts
        leaving = np.zeros(len(turning))
        feeding = []
        for site, (up, down) in enumerate(zip(gain, damping, strict=True)):
            for jump in (np.sqrt(up / 2) * S_PLUS @ S_Z, np.sqrt(down / 2) * S_MINUS @ S_Z):
                leaving += np.diagonal(jump.T @ jump)[sector.level[:, site]] / 2
                feeding.append(sector.sandwich(*sector.operator((site, jump))))
        rates = sector.diagonal(leaving + 1j * turning)
        rates[sector.ground] = 1  # divides nothing but zero
        self.inverse = _inverse(rates, sector.matrix(feeding), len(gain))
        couplings = []
        for epsilon, (a, b) in zip(strengths, edges, strict=True):
            for forth, back, value in ((a, b, epsilon), (b, a, -epsilon.conj())):
                after, before, values = sector.operator((back, S_MINUS), (forth, S_PLUS))
                couplings.append(sector.from_left(after, before, value / 2 * values))
        nothing = (np.zeros(0, int), np.zeros(0, int), np.zeros(0, complex))
        self.left = sector.matrix([*couplings, nothing])

    def responded(self, state: Array) -> Array:
        """Return −L₀⁻¹L₁ρ for a Hermitian ρ, L₁ρ = Kρ + (Kρ)†."""
        half = self.left @ state
        found: Array = self.inverse @ (half + half[self.sector.flipped].conj())
        return found

    def steady_state(self, tolerance: float) -> NetworkState:
        """Return the normalised null vector, found from |0⟩⟨0| = 1."""
        ground = np.zeros(len(self.sector.ket), complex)
        ground[self.sector.ground] = 1
        first = self.responded(ground)
        found = _solved(lambda y: y - self.responded(y), first, tolerance)
        return self.sector.state(ground + found)


def _inverse(rates: Array, feeding: Any, steps: int) -> Any:
    """Return (λ − F)⁻¹ = 1/λ + (1/λ)F(1/λ) + …: a site is fed once, so that N steps are all."""
    from scipy import sparse

    once = sparse.diags_array(1 / rates).tocsr()
    total = once
    for _ in range(steps):
        total = once + once @ (feeding @ total)
    return total


def _solved(apply: Callable[[Array], Array], source: Array, tolerance: float) -> Array:
    """Return y with apply(y) = source by GMRES on real and imaginary parts.

    A map of Hermitian states is linear over the real numbers alone.
    """
    from scipy.sparse.linalg import LinearOperator, gmres

    size = 2 * len(source)
    operator = LinearOperator(
        (size, size), matvec=lambda y: apply(y.view(complex)).view(float), dtype=float
    )
    found, unsolved = gmres(
        operator, source.view(float), rtol=tolerance, atol=0, restart=KEPT, maxiter=ROUNDS
    )
    if unsolved:
        raise RuntimeError(
            f"The steady state is not found within {KEPT * ROUNDS} steps. Make the couplings "
            "smaller against the rates, or the argument `tolerance` larger."
        )
    solution: Array = found.view(complex)
    return solution
