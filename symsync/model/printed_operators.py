"""Operator equations as they are printed, and the arrays that they stand for.

`Commutator`, `Dissipator` and `BasisKet` are SymPy nodes that are not evaluated.  They print as
in a paper, and `as_array` turns an expression of them into exact numbers in the basis of the
package.
"""

from collections.abc import Mapping
from typing import Any

from sympy import Add, Expr, I, ImmutableMatrix, Mul, S, Symbol, Tuple, eye
from sympy.matrices import kronecker_product

from symsync.expressions.latex import ket_latex
from symsync.expressions.symbols import declare
from symsync.model.spin import adjoint, matrix, product_kets
from symsync.model.system import System

__all__ = ["BasisKet", "Commutator", "Dissipator", "as_array", "master_equation", "rho"]

rho: Symbol = declare("rho", r"\rho", "state of the system", commutative=False)


class Commutator(Expr):
    """[A, ρ] = Aρ − ρA."""

    is_commutative = False
    is_drift = True

    def _latex(self, printer: Any) -> str:
        a, b = (printer.doprint(arg) for arg in self.args)
        return rf"\left[{a}, {b}\right]"

    def _sympystr(self, printer: Any) -> str:
        return f"[{printer.doprint(self.args[0])}, {self.args[1]}]"

    def superoperator(self, spins: Mapping[str, Any]) -> ImmutableMatrix:
        """Return A ⊗ 1 − 1 ⊗ Aᵀ, the action on the rows of ρ laid end to end."""
        a = matrix(self.args[0], spins)
        one = eye(a.rows)
        return kronecker_product(a, one) - kronecker_product(one, a.T)


class Dissipator(Expr):
    """D[O]ρ = OρO† − ½{O†O, ρ}."""

    is_commutative = False

    def _latex(self, printer: Any) -> str:
        o, state = (printer.doprint(arg) for arg in self.args)
        return rf"\mathcal{{D}}\left[{o}\right]{state}"

    def _sympystr(self, printer: Any) -> str:
        return f"D[{printer.doprint(self.args[0])}]{self.args[1]}"

    def superoperator(self, spins: Mapping[str, Any]) -> ImmutableMatrix:
        """Return O ⊗ O* − ½(O†O ⊗ 1 + 1 ⊗ (O†O)ᵀ)."""
        o = matrix(self.args[0], spins)
        one = eye(o.rows)
        loss = matrix(adjoint(self.args[0]) * self.args[0], spins)
        both = kronecker_product(loss, one) + kronecker_product(one, loss.T)
        return kronecker_product(o, o.conjugate()) - both / 2


class BasisKet(Expr):
    """|m_A, m_B, …⟩."""

    is_commutative = False

    def _latex(self, printer: Any) -> str:
        return rf"|{ket_latex(self.args)}\rangle"

    def _sympystr(self, printer: Any) -> str:
        return f"|{','.join(str(m) for m in self.args)}>"


def master_equation(system: System) -> Expr:
    """Return the right-hand side of Eq. (2), −i[V, ρ] + Σ_j −i[ω_j S^z_j, ρ] + L_j ρ.

    Jumps that sites share are among the L_j.
    """
    unitary = []
    if system.interaction != 0:
        unitary.append(-I * Commutator(system.interaction, rho))
    if system.free_hamiltonian != 0:
        unitary.append(-I * Commutator(system.free_hamiltonian, rho))
    jumps = (*system.jumps, *system.shared_jumps)
    return Add(*unitary, *(jump.rate * Dissipator(jump.operator, rho) for jump in jumps))


def as_array(expression: Any, spins: Mapping[str, Any]) -> Any:
    """Return an operator as its matrix, a ket as its amplitudes, a generator as a superoperator.

    Parameters
    ----------
    expression
        A sum of spin operators, of `BasisKet`s, or of `Commutator`s and `Dissipator`s.
    spins
        {site: S}; the basis is the product basis, first site slowest, m descending.

    Returns
    -------
    ImmutableMatrix or Tuple
        Shape (d, d), (d,), or (d², d²) acting on the rows of ρ laid end to end.
    """
    terms = [term.args_cnc() for term in Add.make_args(expression)]
    if expression.has(BasisKet):
        amplitudes = {tuple(ket.args): Mul(*scalars) for scalars, (ket,) in terms}
        return Tuple(*(amplitudes.get(ket, S.Zero) for ket in product_kets(spins.values())))
    if expression.has(Commutator, Dissipator):
        parts = [Mul(*scalars) * node.superoperator(spins) for scalars, (node,) in terms]
        total = parts[0]
        for part in parts[1:]:
            total = total + part
        return total
    return matrix(expression, spins)
