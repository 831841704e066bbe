"""Entanglement of two spins 1/2, for which it is known in closed form."""

from typing import Any

from sympy import E, Expr, Max, Rational, S, log, sqrt

from symsync.derive.state import State, require_density, require_sites
from symsync.expressions.checks import positive
from symsync.expressions.complex_parts import modulus
from symsync.expressions.spectral import Concurrence, EntropyTerm
from symsync.measures.bipartition import parts_of_block, real_part
from symsync.model.spin import product_kets

__all__ = ["concurrence", "entanglement_of_formation"]

HALF = Rational(1, 2)


def concurrence(state: State, *sites: str | int) -> Expr:
    """Return Wootters' concurrence C of two spins 1/2, from 0 to 1 (PRL 80, 2245).

    With the roots σ of the eigenvalues of ρ(σ^y⊗σ^y)ρ*(σ^y⊗σ^y), the largest first, it is
    max(0, σ₁ − σ₂ − σ₃ − σ₄).  If ρ has no elements but populations p and the coherences between
    |↑↑⟩ and |↓↓⟩ and between |↑↓⟩ and |↓↑⟩, as without a drive, it is
    2 max(0, |ρ_↑↓,↓↑| − √(p_↑↑p_↓↓), |ρ_↑↑,↓↓| − √(p_↑↓p_↓↑)) (Yu and Eberly, QIC 7, 459).

    Parameters
    ----------
    state
        A state that is no correction and no truncated sum.
    *sites
        Two sites of spin 1/2; all others are traced out.  A state of two sites needs no labels.

    Returns
    -------
    Expr
        A real number without unit.

    Raises
    ------
    ValueError
        If `state` is no state, or `sites` are not two sites of spin 1/2.

    Examples
    --------
    >>> from symsync import Exchange, System, concurrence, exact_state, gain_and_loss
    >>> pair = {"A": gain_and_loss(9, 1), "B": gain_and_loss(1, 9)}
    >>> concurrence(exact_state(System(pair, [Exchange("A", "B", 6)]))).evalf(6)
    0.0882353
    """
    state = require_density("concurrence", state, of_series=False)
    labels = require_sites("sites", sites or tuple(state.spins), state.spins)
    if len(labels) != 2 or any(state.spins[label] != HALF for label in labels):
        spins = ", ".join(f"{site}: {spin}" for site, spin in state.spins.items())
        raise ValueError(
            f"Argument `sites` must be two sites of spin 1/2 among {spins}, but is "
            f"{', '.join(labels)}. Take the negativity of other spins."
        )
    pair = state.partial_trace(*labels)
    kets = product_kets((HALF, HALF))
    elements = dict(pair.items())
    crossed = {(a, b) for a, b in elements if b == (-a[0], -a[1])}
    if any(a != b and (a, b) not in crossed for a, b in elements):
        return Concurrence.from_entries(parts_of_block(elements, kets))
    p = [real_part(pair[ket, ket]) for ket in kets]
    outer, inner = modulus(pair[kets[0], kets[3]]), modulus(pair[kets[1], kets[2]])
    return 2 * Max(S.Zero, inner - sqrt(p[0] * p[3]), outer - sqrt(p[1] * p[2]))


def entanglement_of_formation(state: State, *sites: str | int, base: Any = E) -> Expr:
    """Return the entanglement of formation of two spins 1/2, from 0 to ln 2 (Wootters, PRL 80).

    It is the entropy −x ln x − (1−x) ln(1−x) with x = (1 + √(1 − C²))/2 and the `concurrence` C:
    the least mean entropy of entanglement of pure states that make up ρ.

    Parameters
    ----------
    state
        A state that is no correction and no truncated sum.
    *sites
        Two sites of spin 1/2; all others are traced out.  A state of two sites needs no labels.
    base
        The base of the logarithm, exact and above 1; write 2 for a number from 0 to 1.

    Returns
    -------
    Expr
        A real number without unit.

    Raises
    ------
    ValueError
        If `state` is no state, `sites` are not two sites of spin 1/2, or `base` is not above 1.

    Examples
    --------
    >>> from sympy import Rational
    >>> from symsync import State, entanglement_of_formation
    >>> up, down = (Rational(1, 2), Rational(-1, 2)), (Rational(-1, 2), Rational(1, 2))
    >>> singlet = {(a, b): Rational(1 if a == b else -1, 2) for a in (up, down) for b in (up, down)}
    >>> state = State({"A": Rational(1, 2), "B": Rational(1, 2)}, singlet, lambda value: value)
    >>> entanglement_of_formation(state, base=2).doit()
    1
    """
    unit = log(positive("base", base))
    if not unit.is_positive:
        raise ValueError(f"Argument `base` must be a number above 1, but is {base}. Write 2.")
    c = concurrence(state, *sites)
    root = sqrt(Max(S.Zero, 1 - c**2))
    more, less = (1 + root) / 2, c**2 / (2 * (1 + root))
    return (EntropyTerm(more, less) + EntropyTerm(less, more)) / unit
