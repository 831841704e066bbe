"""An elimination as tables of plain data, over which small loops in NumPy, C or Numba run.

Every entry of the factors has a slot.  The slots hold the values of some points side by side.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symsync.expressions.linear_solutions import LinearSystem

__all__ = ["Tables", "tables"]

Array = NDArray[np.int32]


@dataclass(frozen=True)
class Tables:
    """What the loops read; all arrays are of 32-bit integers.

    Attributes
    ----------
    sizes
        The numbers of unknowns, slots and entries, and the lengths of `factors`, `forward`,
        `backward`, `scales` and `right`.
    factors
        For each pivot: its slot and the number of rows below; for each of these the slot of its
        factor and the number of steps; for each step the slots that change and that are read.
    forward
        Row that changes, slot of the factor, row that is read.
    backward
        For each unknown, the last one first: the unknown, its row, the slot of the pivot and the
        number of terms; for each term the slot and the unknown.
    residual
        For each row the number of terms; for each term the entry, the unknown and the sign.
    gather
        For each slot the number of its entry in the matrix and its sign, which is 0 if it begins
        empty.
    scales
        For each unknown the two whose geometric mean bounds it; it is empty if nothing is known.
    right
        For each term of c the row, the entry and the sign.
    """

    sizes: Array
    gather: Array
    factors: Array
    forward: Array
    backward: Array
    residual: Array
    scales: Array
    right: Array

    @property
    def every(self) -> tuple[Array, ...]:
        """All tables, in the order in which the loops take them."""
        return (
            self.sizes, self.gather, self.factors, self.forward, self.backward, self.residual,
            self.scales, self.right,
        )  # fmt: skip


@lru_cache(maxsize=64)
def tables(system: LinearSystem) -> Tables:
    """Return the tables of a system whose elimination is recorded."""
    slots: dict[tuple[int, int], int] = {}
    gather: list[tuple[int, int]] = []
    residual: list[int] = []
    right: list[int] = []
    for k, row in enumerate(system.rows):
        residual.append(len(row))
        for column, entry, sign in row:
            residual += entry, column, sign
            if column < system.size:
                slots[k, column] = len(gather)
                gather.append((entry, sign))
            else:
                right += k, entry, sign
    factors: list[int] = []
    forward: list[int] = []
    backward: list[list[int]] = []
    for k, pivot, columns, below in system.pivots or ():
        factors += slots[k, pivot], len(below)
        for other, changed in below:
            for column in set(columns).difference(changed):
                del slots[other, column]  # it vanishes, and may arise anew
            factors += slots[other, pivot], len(changed)
            for column in changed:
                if (other, column) not in slots:
                    slots[other, column] = len(gather)
                    gather.append((0, 0))
                factors += slots[other, column], slots[k, column]
            forward += other, slots[other, pivot], k
        terms = [part for column in columns for part in (slots[k, column], column)]
        backward.append([pivot, k, slots[k, pivot], len(columns), *terms])
    last = [part for terms in reversed(backward) for part in terms]
    scales = [part for pair in system.scales for part in pair]
    lengths = [len(factors), len(forward), len(last), len(scales), len(right)]
    numbers: list[Any] = [
        [system.size, len(gather), len(system.entries), *lengths],
        gather, factors, forward, last, residual, scales, right,
    ]  # fmt: skip
    return Tables(*(np.array(each, dtype=np.int32) for each in numbers))
