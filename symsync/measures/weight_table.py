"""The coefficients of a pair of spins: how strongly each element locks the relative phase."""

from dataclasses import dataclass
from typing import Any

from sympy import Expr, Integer

from symsync.expressions.latex import ket_latex, latex
from symsync.measures.phase_weights import pair_weight
from symsync.model.spin import Ket, as_spin, projections

__all__ = ["PhaseWeight", "PhaseWeightTable", "phase_weight_table"]


@dataclass(frozen=True)
class PhaseWeight:
    """One coefficient: ⟨ket|ρ|bra⟩ adds weight·Re(⟨ket|ρ|bra⟩ e^{ikφ}) to S_rel(φ).

    Attributes
    ----------
    harmonic
        k, the difference of m_A between ket and bra.
    ket, bra
        Pairs (m_A, m_B).
    weight
        4π c_{m_A m_A′} c_{m_B m_B′}, for the element and its conjugate together.
    """

    harmonic: Integer
    ket: Ket
    bra: Ket
    weight: Expr

    @property
    def _row(self) -> str:
        element = rf"\langle {ket_latex(self.ket)}|\rho|{ket_latex(self.bra)}\rangle"
        return rf"{self.harmonic} & {element} & {latex(self.weight)} \\"

    def __str__(self) -> str:
        ket, bra = (", ".join(map(str, part)) for part in (self.ket, self.bra))
        return f"{self.harmonic}  ⟨{ket}|ρ|{bra}⟩  {self.weight}"


class PhaseWeightTable(tuple[PhaseWeight, ...]):
    """The coefficients of S_rel of two spins: a tuple of rows, by harmonic, that prints as a table.

    S_rel(φ) is the sum of weight·Re(⟨ket|ρ|bra⟩ e^{ikφ}) over the rows.
    """

    __slots__ = ()

    def latex(self) -> str:
        """Return the table as a LaTeX `array`, without delimiters."""
        head = r"k & \text{element} & \text{weight} \\ \hline"
        lines = [r"\begin{array}{clc}", head, *(row._row for row in self), r"\end{array}"]
        return "\n".join(lines)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"

    def __repr__(self) -> str:
        return "\n".join(["k  element  weight", *map(str, self)])


def phase_weight_table(spin_a: Any, spin_b: Any) -> PhaseWeightTable:
    """Return the coefficients of S_rel for two spins in closed form, one row for each element.

    The weight of ⟨m_A m_B|ρ|m_A′ m_B′⟩ with m_A − m_A′ = m_B′ − m_B = k > 0 is
    4π c_{m_A m_A′} c_{m_B m_B′}, see `phase_weight`.  Elements with k < 0 are the conjugates of
    these, and all others have no weight.

    Parameters
    ----------
    spin_a, spin_b
        S of the two spins.

    Returns
    -------
    PhaseWeightTable
        Rows with the attributes `harmonic`, `ket`, `bra` and `weight`.

    Raises
    ------
    ValueError
        If a spin is no positive multiple of 1/2.

    Examples
    --------
    The Letter's coefficient is in the second row:

    >>> from symsync import phase_weight_table
    >>> phase_weight_table(1, 1)
    k  element  weight
    1  ⟨1, 0|ρ|0, 1⟩  9*pi/128
    1  ⟨1, -1|ρ|0, 0⟩  9*pi/128
    1  ⟨0, 0|ρ|-1, 1⟩  9*pi/128
    1  ⟨0, -1|ρ|-1, 0⟩  9*pi/128
    2  ⟨1, -1|ρ|-1, 1⟩  1/(4*pi)
    """
    spins = as_spin(spin_a), as_spin(spin_b)
    ladder_a, ladder_b = map(projections, spins)
    return PhaseWeightTable(
        PhaseWeight(k, (a, b), (a - k, b + k), 2 * pair_weight(*spins, (a, b), (a - k, b + k)))
        for k in map(Integer, range(1, int(2 * min(spins)) + 1))
        for a in ladder_a
        for b in ladder_b
        if a - k in ladder_a and b + k in ladder_b
    )
