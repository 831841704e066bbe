"""Weak couplings: terms of the Hamiltonian, coherent drives, and jumps that sites share.

The expansion counts the powers of all of them together: a strength of the Hamiltonian and a rate of
a shared jump are both of first order.
"""

from dataclasses import dataclass

from sympy import Expr, I, S, conjugate, exp

from symsync.expressions.checks import label, nonnegative, real, scalar
from symsync.expressions.complex_parts import in_real_parts
from symsync.expressions.symbols import epsilon
from symsync.model.limit_cycle import require_rate_first, sites_of
from symsync.model.spin import S_minus, S_plus

__all__ = ["Coupling", "Dissipation", "Drive", "Exchange"]


@dataclass(frozen=True)
class Coupling:
    """A weak Hermitian term of the Hamiltonian, on one site or on several.

    Parameters
    ----------
    operator
        A polynomial in operators on sites, such as S_plus("A"), times real symbols of the unit
        1/time and phases exp(I*chi) of real chi.

    Examples
    --------
    An Ising coupling and the exchange of two quanta:

    >>> from sympy import symbols
    >>> from symsync import Coupling, S_minus, S_plus, S_z
    >>> J, K = symbols("J K", real=True)
    >>> ising = Coupling(J * S_z("A") * S_z("B"))
    >>> back = S_plus("B") ** 2 * S_minus("A") ** 2
    >>> twice = Coupling(K * (S_plus("A") ** 2 * S_minus("B") ** 2 + back))
    """

    operator: Expr

    def __post_init__(self) -> None:
        if not isinstance(self.operator, Expr) or not sites_of(self.operator):
            raise ValueError(
                f"Argument `operator` must be an operator of sites, but is {self.operator!r}. "
                "Write it with S_plus('A'), S_minus('A') and S_z('A')."
            )


@dataclass(frozen=True)
class Exchange:
    """The interaction V = (i/2)(ε e^{iχ} S⁺_a S⁻_b − ε* e^{−iχ} S⁺_b S⁻_a).

    Here ε = `strength` in 1/time and χ = `phase` in rad, zero in the Letter.  Rotating b by χ about
    z takes the phase away, so that S_rel(φ) becomes S_rel(φ + χ) where the edge is in no loop.  A
    complex strength, such as x + I*y with real symbols, is another way to say both.
    """

    a: str
    b: str
    strength: Expr = epsilon
    phase: Expr = S.Zero

    def __post_init__(self) -> None:
        object.__setattr__(self, "a", label("a", self.a))
        object.__setattr__(self, "b", label("b", self.b))
        if self.a == self.b:
            raise ValueError(
                f"An exchange needs two sites, but couples {self.a!r} to itself. Name another."
            )
        object.__setattr__(self, "strength", scalar("strength", self.strength))
        object.__setattr__(self, "phase", real("phase", self.phase))

    @property
    def operator(self) -> Expr:
        """V as an expression in `S_plus` and `S_minus`."""
        forth, back = S_plus(self.a) * S_minus(self.b), S_plus(self.b) * S_minus(self.a)
        return _with_adjoint(I * self.strength / 2, self.phase, forth, back)


@dataclass(frozen=True)
class Drive:
    """A coherent drive, V = (1/2i)(ε e^{−iα} S⁺ − ε* e^{iα} S⁻), in the frame that rotates with it.

    Here ε = `strength` in 1/time, real or complex, and α = `phase` in rad; with real ε and α = 0 it
    is εS^y, as in Roulet and Bruder, PRL 121, 053601 (2018).  The frequency of a driven site is its
    detuning from the drive.
    The spin's phase relative to the drive is φ − α: p(φ) becomes p(φ − α).

    Examples
    --------
    A spin 1 under a weak drive, detuned by Δ:

    >>> from sympy import symbols
    >>> from symsync import Drive, System, equatorial, phase_distribution, steady_series
    >>> from symsync.expressions.symbols import Delta, epsilon
    >>> gain, damping = symbols("gain damping", positive=True)
    >>> system = System({"A": equatorial(gain, damping)}, [Drive("A", epsilon)], {"A": Delta})
    >>> p = phase_distribution(steady_series(system)[1], "A")
    >>> p.subs(Delta, 0)
    3*epsilon*(damping - gain)*cos(phi)/(8*damping*gain)
    """

    site: str
    strength: Expr = epsilon
    phase: Expr = S.Zero

    def __post_init__(self) -> None:
        object.__setattr__(self, "site", label("site", self.site))
        object.__setattr__(self, "strength", scalar("strength", self.strength))
        object.__setattr__(self, "phase", real("phase", self.phase))

    @property
    def operator(self) -> Expr:
        """V as an expression in `S_plus` and `S_minus`."""
        up, down = S_plus(self.site), S_minus(self.site)
        return _with_adjoint(self.strength / (2 * I), -self.phase, up, down)


def _with_adjoint(factor: Expr, phase: Expr, up: Expr, down: Expr) -> Expr:
    """Return c·up + c*·down with c = factor·e^{i·phase}, and real factors in front."""
    factor = in_real_parts(factor)
    back = conjugate(factor)
    if back == -factor:
        return factor * (exp(I * phase) * up - exp(-I * phase) * down)
    return factor * exp(I * phase) * up + back * exp(-I * phase) * down


@dataclass(frozen=True)
class Dissipation:
    """A weak jump that sites share, κ D[O], such as D[S⁻_A + S⁻_B] or D[S⁻_A S⁺_B].

    Parameters
    ----------
    rate
        κ in 1/time, not negative; it counts as one order of the expansion.
    operator
        A polynomial in operators on sites, a ladder or not.

    Raises
    ------
    ValueError
        If the rate may be negative or is not exact, or stands after the operator.

    Examples
    --------
    >>> from sympy import symbols
    >>> from symsync import Dissipation, S_minus
    >>> shared = Dissipation(symbols("kappa", positive=True), S_minus("A") + S_minus("B"))
    """

    rate: Expr
    operator: Expr

    def __post_init__(self) -> None:
        require_rate_first(self.rate, self.operator)
        object.__setattr__(self, "rate", nonnegative("rate", self.rate))
