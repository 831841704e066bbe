"""Oscillators that are cut at some levels: their operators a and a†, and their limit cycles.

The Fock states |0⟩ … |n−1⟩ of an oscillator with n levels stand for the kets |−S⟩ … |S⟩ of a spin
S = (n−1)/2.  All that is built for spins then holds for oscillators; a and a† have the factors √n
of Fock states, and a†|n−1⟩ = 0 is where the oscillator is cut.
`steady_series`, `exact_state` and others warn of a last level that numbers show to be occupied.
"""

from collections.abc import Sequence
from typing import Any

from sympy import Expr, Rational, S, sqrt

from symsync.expressions.checks import nonnegative, whole
from symsync.model.limit_cycle import LimitCycle, gain_and_loss
from symsync.model.spin import SpinOperator

__all__ = [
    "annihilation",
    "boson",
    "creation",
    "number_operator",
    "quantum_van_der_pol",
    "truncated_van_der_pol",
    "van_der_pol_boson",
]

MOST = 100
"""The largest number of levels; more are more than any formula can hold."""


class _Annihilate(SpinOperator):
    name = "annihilation"
    symbol = "a"

    def on(self, m: Rational, spin: Rational) -> tuple[Rational, Expr] | None:
        return None if m == -spin else (m - 1, sqrt(spin - m + 1))

    def adjoint(self) -> SpinOperator:
        return _Create(self.site)


class _Create(SpinOperator):
    name = "creation"
    symbol = r"a^\dagger"

    def on(self, m: Rational, spin: Rational) -> tuple[Rational, Expr] | None:
        return None if m == spin else (m + 1, (spin + m + 1) / sqrt(spin - m))

    def adjoint(self) -> SpinOperator:
        return _Annihilate(self.site)


class _Count(SpinOperator):
    name = "number_operator"
    symbol = r"\hat n"

    def on(self, m: Rational, spin: Rational) -> tuple[Rational, Expr] | None:
        return None if m == -spin else (m, spin + m)

    def adjoint(self) -> SpinOperator:
        return self


annihilation = _Annihilate()
creation = _Create()
number_operator = _Count()


def boson(levels: int, jumps: Sequence[Any]) -> LimitCycle:
    """Return an oscillator that is cut at some levels, with jumps made of a and a†.

    It is the `LimitCycle` of a spin (levels − 1)/2, whose kets |−S⟩ … |S⟩ are the Fock states.

    Parameters
    ----------
    levels
        The number of Fock states, 2 to 100.
    jumps
        Pairs (rate, operator), with polynomials in `creation`, `annihilation` and
        `number_operator`.

    Returns
    -------
    LimitCycle
        A spin (levels − 1)/2 with these jumps.

    Raises
    ------
    ValueError
        If `levels` is no whole number from 2 to 100, or a jump is none of a limit cycle.

    Examples
    --------
    A thermal oscillator, whose populations fall by the same ratio from level to level:

    >>> from symsync import System, annihilation, boson, creation, steady_series
    >>> thermal = boson(3, [(1, creation), (100, annihilation)])
    >>> steady_series(System({"A": thermal}, []))[0]
    |1⟩⟨1|: 1/10101
    |0⟩⟨0|: 100/10101
    |-1⟩⟨-1|: 10000/10101
    """
    return LimitCycle(Rational(whole("levels", levels, 2, MOST) - 1, 2), jumps)


def van_der_pol_boson(gain: Any, loss: Any, levels: int = 3, single_loss: Any = 0) -> LimitCycle:
    """Return a van der Pol oscillator cut at some levels, with a† and a² and not with S⁺ and (S⁻)².

    Its jumps are √γ^g a†, √γ^d a² and, if wanted, √γ^s a between the Fock states |0⟩ … |n−1⟩, which
    stand for the kets |−S⟩ … |S⟩ of a spin.  `truncated_van_der_pol` is another name of it.

    Parameters
    ----------
    gain, loss
        γ^g and γ^d in 1/time, exact and not negative.
    levels
        The number n of Fock states, 3 to 100.  `top_population` tells how much the last one holds.
    single_loss
        γ^s of the loss of single quanta in 1/time, exact and not negative.

    Returns
    -------
    LimitCycle
        A spin (levels − 1)/2 with these jumps.

    Raises
    ------
    ValueError
        If a rate is not exact or has a wrong sign, or `levels` is no whole number from 3 to 100.

    See Also
    --------
    quantum_van_der_pol : its limit of strong loss, which has two levels.

    Notes
    -----
    The amplitude obeys ȧ = (γ^g − γ^s)a/2 − γ^d a†a² without the cut.  Rates κ of a dissipator
    κ(2OρO† − O†Oρ − ρO†O) are half of these.

    Examples
    --------
    For strong loss the levels 0 and 1 have the populations 2/3 and 1/3:

    >>> from symsync import System, steady_series, van_der_pol_boson
    >>> steady_series(System({"A": van_der_pol_boson(1, 10**6)}, []))[0][(-1,), (-1,)].round(5)
    0.66667
    """
    gain, loss = nonnegative("gain", gain), nonnegative("loss", loss)
    single = nonnegative("single_loss", single_loss)
    jumps = [(gain, creation), (loss, annihilation**2)]
    whole("levels", levels, 3, MOST)
    return boson(levels, jumps if single == 0 else [*jumps, (single, annihilation)])


truncated_van_der_pol = van_der_pol_boson


def quantum_van_der_pol(gain: Any, single_loss: Any = 0) -> LimitCycle:
    """Return the limit of a van der Pol oscillator for γ^d → ∞: a spin 1/2, gain γ^g, loss 2γ^g.

    What reaches |2⟩ falls to |0⟩ at once, and it gets there from |1⟩ at the rate γ^g|⟨2|a†|1⟩|² =
    2γ^g.  Left are |0⟩ and |1⟩ with the populations 2/3 and 1/3, and a coherence that decays at
    3γ^g/2.  An oscillator with a finite loss differs from it by terms in γ^g/γ^d.

    Parameters
    ----------
    gain
        γ^g in 1/time, exact and not negative.
    single_loss
        γ^s of the loss of single quanta in 1/time, exact and not negative, which adds to 2γ^g.

    Returns
    -------
    LimitCycle
        A spin 1/2 whose kets |−1/2⟩ and |1/2⟩ are the Fock states |0⟩ and |1⟩.

    Raises
    ------
    ValueError
        If a rate is not exact or has a wrong sign.

    Examples
    --------
    >>> from sympy import symbols
    >>> from symsync import System, quantum_van_der_pol, steady_series
    >>> gain = symbols("gain", positive=True)
    >>> steady_series(System({"A": quantum_van_der_pol(gain)}, []))[0]
    |1/2⟩⟨1/2|: 1/3
    |-1/2⟩⟨-1/2|: 2/3
    """
    gain, single = nonnegative("gain", gain), nonnegative("single_loss", single_loss)
    return gain_and_loss(gain, 2 * gain + single, S.Half)
