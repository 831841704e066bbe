"""Lρ = 0 exactly, at random points of a prime field, for every model of the table.

The state is the engine's.  The generator is built from the matrices of operators of
`symsync.reference.any_model`, which shares no code with it.  A rational function that is not zero
vanishes at a random point with a probability of at most its degree over 2⁶¹; of three points, all
must give zero.

The prime p is 3 modulo 4, so that −1 has no root and complex numbers are pairs a + ib.  An operator
O has rational entries as D⁻¹OD with D² = diag C(2S, S+m), and the state then has those of the
unnormalised basis.
"""

from collections.abc import Mapping
from fractions import Fraction
from functools import reduce
from math import comb, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Expr, Rational, sqrt

from symsync.claims.ledger import Equations, Evidence, claim
from symsync.claims.model_table import MODELS, model
from symsync.derive.exact_state import ExactState, exact_state
from symsync.expressions.complex_parts import real_imag
from symsync.expressions.sparse_elimination import PRIME, PrimePoint
from symsync.model.spin import S_z, product_kets
from symsync.model.system import System
from symsync.reference import any_model

__all__ = ["residual"]

Array = NDArray[Any]
Pair = tuple[Array, Array]
"""The real and the imaginary parts of a matrix modulo the prime."""

POINTS = 3


def _times(a: Pair, b: Pair) -> Pair:
    real = a[0] @ b[0] - a[1] @ b[1]
    imaginary = a[0] @ b[1] + a[1] @ b[0]
    return real % PRIME, imaginary % PRIME


def _plus(a: Pair, b: Pair) -> Pair:
    return (a[0] + b[0]) % PRIME, (a[1] + b[1]) % PRIME


def _scaled(scalar: Expr, a: Pair, point: PrimePoint) -> Pair:
    x, y = (point.residue(part) for part in real_imag(scalar))
    return (x * a[0] - y * a[1]) % PRIME, (x * a[1] + y * a[0]) % PRIME


class _Matrices:
    """Operators of a model in the unnormalised basis, modulo the prime."""

    def __init__(self, system: System, point: PrimePoint) -> None:
        self.point = point
        self.spins = {site: float(spin) for site, spin in system.spins.items()}
        kets = product_kets(system.spins.values())
        norms = [
            prod(
                comb(int(2 * spin), int(spin + m))
                for m, spin in zip(ket, system.spins.values(), strict=True)
            )
            for ket in kets
        ]
        self.norms = np.array(norms, dtype=object)
        self.inverses = np.array([pow(norm, -1, PRIME) for norm in norms], dtype=object)
        self.one = np.eye(len(kets), dtype=object)

    def of(self, operator: Any, own: str = "") -> Pair:
        """Return D⁻¹OD."""
        if getattr(operator, "is_commutative", True):
            return _scaled(operator, (self.one, 0 * self.one), self.point)
        if operator.is_Add:
            return reduce(_plus, (self.of(term, own) for term in operator.args))
        if operator.is_Mul:
            return reduce(_times, (self.of(factor, own) for factor in operator.args))
        if operator.is_Pow:
            base = self.of(operator.args[0], own)
            return reduce(_times, [base] * int(operator.args[1]))
        site = (str(operator.args[-1]) if operator.args else "") or own
        total: Array = np.eye(1, dtype=object)
        for label, spin in self.spins.items():
            local = any_model.local_matrix(operator, spin) if label == site else None
            total = np.kron(total, _identity(spin) if local is None else self._exact(local, spin))
        return total % PRIME, 0 * total

    def _exact(self, local: Array, spin: float) -> Array:
        """Return D⁻¹OD of one spin; the squares of its entries are rational."""
        size = round(2 * spin)
        root = np.sqrt([float(comb(size, k)) for k in range(size + 1)])
        residues = [self._number(float(value)) for value in (local * root / root[:, None]).flat]
        return np.array(residues, dtype=object).reshape(local.shape)

    def _number(self, value: float) -> int:
        near = Fraction(value).limit_denominator(1000)
        if abs(value - near) < 1e-9:
            return self.point.residue(Rational(near.numerator, near.denominator))
        square = Fraction(value**2).limit_denominator(1000)
        sign = 1 if value > 0 else -1
        return sign * self.point.residue(sqrt(Rational(square.numerator, square.denominator)))

    def adjoint(self, matrix: Pair) -> Pair:
        """Return D⁻¹O†D from D⁻¹OD."""
        x, y = (self.inverses[:, None] * part.T * self.norms[None, :] for part in matrix)
        return x % PRIME, -y % PRIME


def _identity(spin: float) -> Array:
    return np.eye(round(2 * spin) + 1, dtype=object)


def _conjugated(matrix: Pair) -> Pair:
    return matrix[0].T, -matrix[1].T % PRIME


def residual(system: System, state: ExactState, seed: int = 0) -> int:
    """Return how many elements of Lρ are not zero at a random point.

    Parameters
    ----------
    system
        The model.
    state
        Its steady state.
    seed
        Which of the random points it is.
    """
    point = PrimePoint(seed)
    matrices = _Matrices(system, point)
    rho = _state(system, state, point)
    minus_i = (0 * matrices.one, (PRIME - 1) * matrices.one)
    drift = _times(minus_i, _hamiltonian(system, matrices))
    total = (0 * matrices.one, 0 * matrices.one)
    jumps = [
        (jump.rate, matrices.of(jump.operator, site))
        for site, cycle in system.sites.items()
        for jump in cycle.jumps
    ]
    jumps += [
        (coupling.rate, matrices.of(coupling.operator))
        for coupling in system.couplings
        if hasattr(coupling, "rate")
    ]
    half = pow(2, -1, PRIME)
    for rate, operator in jumps:
        fed = _times(_times(operator, rho), _conjugated(operator))
        total = _plus(total, _scaled(rate, fed, point))
        loss = _scaled(rate, _times(matrices.adjoint(operator), operator), point)
        drift = _plus(drift, (-half * loss[0] % PRIME, -half * loss[1] % PRIME))
    left = _times(drift, rho)
    total = _plus(total, _plus(left, _conjugated(left)))
    return int(np.count_nonzero(total[0]) + np.count_nonzero(total[1]))


def _hamiltonian(system: System, matrices: _Matrices) -> Pair:
    total = (0 * matrices.one, 0 * matrices.one)
    for site, frequency in system.frequencies.items():
        total = _plus(total, matrices.of(frequency * S_z(site)))
    if system.hamiltonian != 0:
        total = _plus(total, matrices.of(system.hamiltonian))
    for coupling in system.couplings:
        if not hasattr(coupling, "rate"):
            total = _plus(total, matrices.of(coupling.operator))
    return total


def _state(system: System, state: ExactState, point: PrimePoint) -> Pair:
    """Return the elements in the unnormalised basis."""
    places = {ket: k for k, ket in enumerate(product_kets(system.spins.values()))}
    real = np.zeros((len(places),) * 2, dtype=object)
    imaginary = real.copy()
    for symbol, value in state.definitions.items():
        point.known[symbol] = point.residue(value)
    for (ket, bra), value in state.values_unnormalised.items():
        x, y = real_imag(value)
        real[places[ket], places[bra]] = point.residue(x)
        imaginary[places[ket], places[bra]] = point.residue(y)
    return real, imaginary


def broken(states: Mapping[str, System]) -> list[str]:
    """Return the names of models whose steady state does not solve Lρ = 0 at some point."""
    return [
        name
        for name, system in states.items()
        if any(residual(system, exact_state(system), seed) for seed in range(POINTS))
    ]


@claim(
    "The exact state of each model of the table solves Lρ = 0",
    "`exact_state`",
    ("exact_state",),
    slow=True,
)
def exact_states_solve_their_equations(_: Equations) -> Evidence:
    """Return whether Lρ is zero for all models."""
    wrong = broken({name: model(name) for name in MODELS})
    figure = f"{len(MODELS) - len(wrong)} of {len(MODELS)} models, each at {POINTS} points"
    return Evidence(
        "certified in a prime field", figure + f"; not {', '.join(wrong)}" * bool(wrong), not wrong
    )
