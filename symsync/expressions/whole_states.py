"""Measures that are no sum over functions of one block, as nodes of a formula.

The quantum Fisher information belongs to two Hermitian matrices, a state and its derivative; the
concurrence belongs to the whole state of two qubits.
"""

from collections.abc import Sequence
from math import isqrt
from typing import Any

import mpmath
from sympy import Dummy, Expr, I, ImmutableMatrix

from symsync.expressions import stable
from symsync.expressions.hermitian_blocks import HermitianNode, hermitian, numbers_of

__all__ = ["BlockInformation", "Concurrence"]

Parts = Sequence[Sequence[tuple[Expr, Expr]]]
"""(Re, Im) of the entries of a matrix, by rows."""

FLIP = ((0, 3, -1), (1, 2, 1), (2, 1, 1), (3, 0, -1))
"""Rows, columns and values of the entries of σ_y ⊗ σ_y that are not zero."""


def _real_numbers(matrix: Parts) -> list[Expr]:
    """Return the diagonal, and then Re and Im of the entries above it, row by row."""
    size = len(matrix)
    above = [part for i in range(size) for j in range(i + 1, size) for part in matrix[i][j]]
    return [*(matrix[k][k][0] for k in range(size)), *above]


class BlockInformation(HermitianNode):
    """The quantum Fisher information Σ 2|⟨j|N|k⟩|²/(λ_j + λ_k) of a block M of a state.

    M has the eigenvalues λ_k and the eigenvectors |k⟩, and N is its derivative.  The arguments are
    the n² real numbers of M, n ≥ 1, as of any `HermitianBlockFunction`, and then those of N.  Terms
    with λ_j = λ_k = 0 are left out: positive matrices have no first derivative there.
    """

    is_extended_nonnegative = True
    meaning = (
        r"\mathcal{F}[M, N] &= \sum_{jk} \frac{2 |\langle j|N|k\rangle|^2}{\lambda_j + \lambda_k},"
        r" \quad M |k\rangle = \lambda_k |k\rangle"
    )
    stable = staticmethod(stable.block_information)

    def __new__(cls, *args: Any, **options: Any) -> Any:
        """Return the function of 2n² real numbers."""
        if len(args) < 2 or 2 * isqrt(len(args) // 2) ** 2 != len(args):
            raise ValueError(
                f"The arguments of {cls.__name__} must be 2n² real numbers, those of a Hermitian "
                f"matrix and then those of its derivative, but are {len(args)}."
            )
        return super().__new__(cls, *args, **options)

    @classmethod
    def from_entries(cls, matrix: Parts, slope: Parts) -> Expr:
        """Return the function of M and N, each given by the parts (Re, Im) of its entries."""
        return cls(*_real_numbers(matrix), *_real_numbers(slope))

    @property
    def entries(self) -> tuple[Expr, ...]:
        """The n² real numbers of M."""
        return tuple(self.args[: len(self.args) // 2])

    @property
    def slopes(self) -> tuple[Expr, ...]:
        """The n² real numbers of N."""
        return tuple(self.args[len(self.args) // 2 :])

    @staticmethod
    def definition(*entries: Any) -> Any:
        """Return the sum from eigenvectors."""
        half = len(entries) // 2
        values, vectors = mpmath.eighe(numbers_of(entries[:half]))
        inner = vectors.H * numbers_of(entries[half:]) * vectors
        values = [max(value, mpmath.mpf(0)) for value in values]
        return mpmath.fsum(
            2 * abs(inner[j, k]) ** 2 / (p + q)
            for j, p in enumerate(values)
            for k, q in enumerate(values)
            if p + q > 0
        )

    @property
    def is_batched(self) -> bool:
        """Whether M is larger than 2×2."""
        return self.size > 2

    def doit(self, **hints: Any) -> Expr:
        """Return N²/M, or [4|n⃗|² + (∂ det M)²/det M]/Tr M in two dimensions with N = n₀ + n⃗·σ⃗."""
        if self.size == 1:
            return self.slopes[0] ** 2 / self.entries[0]
        if self.size > 2:
            return super().doit(**hints)
        (p, q, x, y), (P, Q, X, Y) = self.entries, self.slopes
        turned = P * q + p * Q - 2 * (x * X + y * Y)
        length = (P - Q) ** 2 + 4 * (X**2 + Y**2)
        return (length + turned**2 / (p * q - x**2 - y**2)) / (p + q)

    def fdiff(self, argindex: int = 1) -> Expr:
        """Return the derivative by an argument, up to two dimensions."""
        if self.size > 2:
            return super().fdiff(argindex)
        names = [Dummy(real=True) for _ in self.args]
        slope = type(self)(*names).doit().diff(names[argindex - 1])
        return slope.xreplace(dict(zip(names, self.args, strict=True)))

    def _latex(self, printer: Any) -> str:
        slope = ImmutableMatrix(hermitian(self.slopes, I))
        shown = self._print_matrix(printer), self._print_matrix(printer, slope)
        return rf"\mathcal{{F}}\left[{shown[0]}, {shown[1]}\right]"


class Concurrence(HermitianNode):
    """The concurrence max(0, σ₁ − σ₂ − σ₃ − σ₄) of two qubits, for the singular values of AᵀYA.

    ρ = AA†, and Y = σ_y ⊗ σ_y.  The arguments are the 16 real numbers of ρ.
    """

    nargs = 16
    is_extended_nonnegative = True
    meaning = (
        r"\mathcal{E}[M] &= \max\left(0, \sigma_1 - \sigma_2 - \sigma_3 - \sigma_4\right), \quad"
        r" \sigma_k^2 = \lambda_k(M \tilde M), \quad"
        r" \tilde M = (\sigma_y \otimes \sigma_y) M^* (\sigma_y \otimes \sigma_y)"
    )

    @classmethod
    def from_entries(cls, matrix: Parts) -> Expr:
        """Return the function of a matrix given by the parts (Re, Im) of its entries."""
        return cls(*_real_numbers(matrix))

    @staticmethod
    def definition(*entries: Any) -> Any:
        """Return the difference of singular values."""
        values, vectors = mpmath.eighe(numbers_of(entries))
        roots = mpmath.diag([mpmath.sqrt(max(value, 0)) for value in values])
        half, flip = vectors * roots, mpmath.zeros(4)
        for i, j, value in FLIP:
            flip[i, j] = value
        found = sorted(mpmath.svd_c(half.T * flip * half, compute_uv=False))
        return max(mpmath.mpf(0), found[3] - found[2] - found[1] - found[0])

    @property
    def is_batched(self) -> bool:
        """It has no elementary steps."""
        return True

    def _latex(self, printer: Any) -> str:
        return rf"\mathcal{{E}}{self._print_matrix(printer)}"
