"""Blocks that a perturbation splits, and the kernel in which only the next order acts.

At weak coupling the eigenvalue zero of ρ₀ splits to first order by the blocks of a matrix A.  The
second order acts as a perturbation on what A has split, and on its own in the kernel of A.
"""

from collections.abc import Mapping, Sequence

from sympy import Add, Expr, Matrix, S, conjugate, sqrt

from symsync.derive.state import Element
from symsync.expressions.complex_parts import modulus
from symsync.expressions.hermitian_blocks import HermitianBlockFunction, place
from symsync.expressions.zeros import independent_rows, vanishes
from symsync.measures.bipartition import blocks_of, parts_of_block, real_part
from symsync.model.spin import Ket

__all__ = ["Split", "norm", "rows_of", "sides"]

Elements = Mapping[Element, Expr]
Vectors = dict[Ket, dict[Ket, Expr]]


class Split:
    """The blocks of A, with the kernel of each.

    Parameters
    ----------
    elements
        The elements of A that are not zero.

    Attributes
    ----------
    blocks
        The kets of each block.
    kernels
        For each block, orthonormal vectors that it maps to zero, each named by a ket of its own.
    """

    def __init__(self, elements: Elements) -> None:
        self.elements = elements
        self.blocks = blocks_of(elements)
        self.kernels = [_kernel(elements, block) for block in self.blocks]

    def unsplit(self, added: Elements) -> dict[Element, Expr]:
        """Return the elements of W on the kernel of A that are not zero.

        The kernel holds the vectors of `kernels`, and each ket that no block of A contains.
        """
        vectors: Vectors = {ket: {ket: S.One} for element in added for ket in element}
        for block, kernel in zip(self.blocks, self.kernels, strict=True):
            vectors = {ket: v for ket, v in vectors.items() if ket not in block} | kernel
        return _compressed(added, vectors)

    def lifted(self, k: int) -> tuple[dict[Element, Expr], Expr]:
        """Return block k with its kernel at another eigenvalue, which is above zero, and that."""
        block = self.blocks[k]
        found = {(a, b): self.elements.get((a, b), S.Zero) for a in block for b in block}
        scale = norm(list(found.values()))
        for vector in self.kernels[k].values():
            for a, u in vector.items():
                for b, v in vector.items():
                    found[a, b] += scale * u * conjugate(v)
        return found, scale

    def slope(self, kind: type[HermitianBlockFunction], k: int, added: Elements) -> Expr:
        """Return the derivative of a function of the lifted block k along W, by its entries."""
        block = self.blocks[k]
        node = kind.from_entries(parts_of_block(self.lifted(k)[0], block))
        change = parts_of_block(added, block)
        terms = []
        for number in range(1, len(block) ** 2 + 1):
            i, j, part = place(number, len(block))
            terms.append(node.fdiff(number) * change[i][j][part == "Im"])
        return Add(*terms)


def sides(elements: Elements, block: list[Ket]) -> tuple[list[Ket], list[Ket]] | None:
    """Return the two sets of kets that a block ((0, C), (C†, 0)) leads between, or None.

    For example, the coupling leads from ρ₀ = |0⟩⟨0| to |a, b⟩, and the partial transpose of
    |a, b⟩⟨0, 0| is |0, b⟩⟨a, 0|.
    """
    side = {block[0]: 0}
    waiting = [block[0]]
    while waiting:
        ket = waiting.pop()
        for other in block:
            if elements.get((ket, other), S.Zero) != 0 and other not in side:
                side[other] = 1 - side[ket]
                waiting.append(other)
    if any(side[a] == side[b] for a in block for b in block if elements.get((a, b), S.Zero) != 0):
        return None
    upper, lower = ([ket for ket in block if side[ket] == part] for part in (0, 1))
    return (upper, lower) if len(upper) <= len(lower) else (lower, upper)


def rows_of(elements: Elements, upper: list[Ket], lower: list[Ket]) -> list[list[Expr]]:
    """Return C, the elements between two sets of kets, by rows."""
    return [[elements.get((a, b), S.Zero) for b in lower] for a in upper]


def norm(vector: list[Expr]) -> Expr:
    """Return √Σ|c|²."""
    moduli = [modulus(value) for value in vector]
    return moduli[0] if len(moduli) == 1 else sqrt(Add(*(value**2 for value in moduli)))


def _kernel(elements: Elements, block: list[Ket]) -> Vectors:
    """Return orthonormal vectors that a block maps to zero, each named by a ket of its own."""
    both = sides(elements, block)
    if both is None:
        return _null_vectors(rows_of(elements, block, block), block)
    upper, lower = both
    found = _null_vectors(rows_of(elements, upper, lower), lower)
    return found | _null_vectors(rows_of(elements, lower, upper), upper)


def _null_vectors(rows: list[list[Expr]], kets: list[Ket]) -> Vectors:
    """Return orthonormal vectors that span the kernel of a matrix.

    Independent rows and one column more have the kernel of their cofactors.  The vector found
    becomes the next row.
    """
    basis = [rows[k] for k in independent_rows(rows)]
    columns = independent_rows([[row[k] for row in basis] for k in range(len(kets))])
    found: Vectors = {}
    for k in range(len(kets)):
        if k in columns:
            continue
        columns = sorted([*columns, k])
        minors = {
            j: (-1) ** n * _determinant(basis, [c for c in columns if c != j])
            for n, j in enumerate(columns)
        }
        length = norm(list(minors.values()))
        found[kets[k]] = {kets[j]: minor / length for j, minor in minors.items() if minor != 0}
        basis.append([conjugate(minors.get(j, S.Zero)) for j in range(len(kets))])
    return found


def _determinant(rows: Sequence[Sequence[Expr]], columns: list[int]) -> Expr:
    return Matrix([[row[k] for k in columns] for row in rows]).det(method="berkowitz")


def _compressed(matrix: Elements, vectors: Vectors) -> dict[Element, Expr]:
    """Return the elements ⟨u|X|v⟩ that are not zero, with each vector named by its own ket."""
    holders: dict[Ket, list[tuple[Ket, Expr]]] = {}
    for name, vector in vectors.items():
        for ket, amplitude in vector.items():
            holders.setdefault(ket, []).append((name, amplitude))
    total: dict[Element, Expr] = {}
    for (ket, bra), value in matrix.items():
        for a, u in holders.get(ket, ()):
            for b, v in holders.get(bra, ()):
                total[a, b] = total.get((a, b), S.Zero) + conjugate(u) * value * v
    return {
        (a, b): real_part(value) if a == b else value
        for (a, b), value in total.items()
        if not vanishes(value)
    }
