"""A derivative that the adjoint of a program computes, as a node of a formula."""

from sympy import Function

__all__ = ["Slope"]


class Slope(Function):
    """The derivative of a real expression by a real parameter.

    SymPy does not take it: where a formula becomes a program, all derivatives of one expression
    follow from one sweep through its steps, see `adjoint`.
    """

    nargs = 2
    is_extended_real = True
