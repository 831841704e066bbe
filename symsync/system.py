"""Networks of spins, each stabilised to a limit cycle, weakly coupled: Eqs. (1) and (2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sympy import Add, Expr, I, Rational, Symbol, sqrt

from symsync.checks import real
from symsync.latex import latex
from symsync.spin import (
    S_minus,
    S_plus,
    S_z,
    SpinOperator,
    adjoint,
    as_spin,
    is_hermitian,
    is_ladder,
    words,
)
from symsync.symbols import Delta, damping_rate, epsilon, gain_rate

__all__ = ["Coupling", "Exchange", "Jump", "LimitCycle", "System", "equatorial", "spin_pair"]


@dataclass(frozen=True)
class Jump:
    """A dissipator, rate · D[operator], with D[O]ρ = OρO† − ½{O†O, ρ}."""

    rate: Expr
    operator: Expr


def _sites_of(operator: Any) -> set[str]:
    return {factor.site for factor in operator.atoms(SpinOperator)}


def _require_real_scalars(name: str, operator: Any) -> None:
    for scalar, _ in words(operator):
        for part in scalar.as_real_imag():
            real(name, part)


@dataclass(frozen=True)
class LimitCycle:
    """A spin and the ladder jumps that stabilise it.

    Parameters
    ----------
    spin
        S, a positive multiple of 1/2.
    jumps
        Pairs (rate, operator); the operator changes every m by the same amount and is written
        with `S_plus`, `S_minus`, `S_z` and `transition(final, initial)`.

    Raises
    ------
    ValueError
        If the spin is no multiple of 1/2, a rate is not positive, or an operator is no ladder.

    Examples
    --------
    >>> from sympy import Rational, symbols
    >>> from symsync import LimitCycle, S_minus, S_plus
    >>> gain, loss = symbols("gain loss", positive=True)
    >>> LimitCycle(Rational(1, 2), [(gain, S_plus), (loss, S_minus)]).spin
    1/2
    """

    spin: Rational
    jumps: tuple[Jump, ...]

    def __init__(self, spin: Any, jumps: Sequence[tuple[Any, Any]]) -> None:
        exact = as_spin(spin)
        checked = []
        for rate, operator in _pairs(jumps):
            real_rate = real("rate", rate)
            if real_rate.is_positive is not True:
                raise ValueError(
                    f"Argument `rate` must be positive, but is {real_rate}. "
                    "Declare its symbols positive."
                )
            if _sites_of(operator) != {""}:
                raise ValueError(
                    f"The jump {operator} of a limit cycle must be an operator without a site. "
                    "Write S_plus, not S_plus('A')."
                )
            _require_real_scalars("jumps", operator)
            if not is_ladder(operator, {"": exact}):
                raise ValueError(
                    f"The jump {operator} is no ladder operator: it does not change every m by "
                    "the same amount. Give each transition as a jump of its own."
                )
            checked.append(Jump(real_rate, operator))
        object.__setattr__(self, "spin", exact)
        object.__setattr__(self, "jumps", tuple(checked))


def _pairs(jumps: Any) -> list[tuple[Any, Any]]:
    """Return the jumps as pairs whose second entry is an expression, or say what they must be."""

    def is_pair(jump: Any) -> bool:
        return isinstance(jump, Sequence) and len(jump) == 2 and isinstance(jump[1], Expr)

    if not (isinstance(jumps, Sequence) and all(map(is_pair, jumps))):
        raise ValueError(
            f"Argument `jumps` must be pairs (rate, operator), but is {jumps!r}. "
            "Write [(gain, S_plus), (loss, S_minus)]."
        )
    return [(rate, operator) for rate, operator in jumps]


def equatorial(gain: Any, damping: Any, spin: Any = 1) -> LimitCycle:
    """Return the Letter's limit cycle: jumps √(γ^g/2) S⁺S^z and √(γ^d/2) S⁻S^z.

    Both vanish on |0⟩, which is therefore the steady state of any integer spin.  The rates are
    positive, exact, and in 1/time.
    """
    gain, damping = real("gain", gain), real("damping", damping)
    return LimitCycle(spin, [(gain / 2, S_plus * S_z), (damping / 2, S_minus * S_z)])


@dataclass(frozen=True)
class Coupling:
    """A weak Hermitian term of the Hamiltonian, on one site or on several.

    Parameters
    ----------
    operator
        A polynomial in operators on sites, such as S_plus("A"), times real symbols of the unit
        1/time.  The expansion counts its powers.

    Examples
    --------
    A coherent drive of site A in its rotating frame:

    >>> from sympy import symbols
    >>> from symsync import Coupling, S_minus, S_plus
    >>> drive = Coupling(symbols("F", positive=True) * (S_plus("A") + S_minus("A")) / 2)
    """

    operator: Expr


@dataclass(frozen=True)
class Exchange:
    """Eq. (1), V = (iε/2)(S⁺_a S⁻_b − S⁺_b S⁻_a), with ε = `strength`."""

    a: str
    b: str
    strength: Expr = epsilon

    def __post_init__(self) -> None:
        if self.a == self.b:
            raise ValueError(
                f"An exchange needs two sites, but couples {self.a!r} to itself. Name another."
            )
        object.__setattr__(self, "strength", real("strength", self.strength))

    @property
    def operator(self) -> Expr:
        """V as an expression in `S_plus` and `S_minus`."""
        forth = S_plus(self.a) * S_minus(self.b)
        return I * self.strength / 2 * (forth - S_plus(self.b) * S_minus(self.a))


@dataclass(frozen=True)
class System:
    """Sites with limit cycles, their frequencies, and the weak couplings between them: Eq. (2).

    dρ/dt = −i[V, ρ] + Σ_j −i[ω_j S^z_j, ρ] + L_j ρ.

    Parameters
    ----------
    sites
        {label: limit cycle}, in the order of the tensor product.
    couplings
        `Exchange`, `Coupling` or any object with a Hermitian `.operator`.
    frequencies
        {label: ω} in 1/time, zero where left out; only differences matter for phase-invariant
        couplings.

    Raises
    ------
    ValueError
        If a label is not of letters and digits, a coupling names an unknown site or is not
        Hermitian, or a symbol is not declared real.
    """

    sites: Mapping[str, LimitCycle]
    couplings: Sequence[Any]
    frequencies: Mapping[str, Expr] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not isinstance(self.sites, Mapping) or not self.sites:
            raise ValueError(
                f"Argument `sites` must be {{label: limit cycle}}, but is {self.sites!r}."
            )
        for label, cycle in self.sites.items():
            if not (isinstance(label, str) and label.isalnum()):
                raise ValueError(
                    f"A site's label must be letters and digits, but is {label!r}. Try 'A'."
                )
            if not isinstance(cycle, LimitCycle):
                raise ValueError(
                    f"Argument `sites` must hold limit cycles, but {label!r} is {cycle!r}. "
                    "Write equatorial(gain, damping) or LimitCycle(spin, jumps)."
                )
        if not isinstance(self.couplings, Sequence) or not all(
            isinstance(getattr(coupling, "operator", None), Expr) for coupling in self.couplings
        ):
            raise ValueError(
                f"Argument `couplings` must be a list of couplings, but is {self.couplings!r}. "
                "Write [Exchange('A', 'B', strength)] or [Coupling(operator)]."
            )
        object.__setattr__(self, "sites", dict(self.sites))
        object.__setattr__(self, "couplings", tuple(self.couplings))
        self._require_known("frequencies", set(self.frequencies))
        frequencies = {
            site: real("frequencies", self.frequencies.get(site, 0)) for site in self.sites
        }
        object.__setattr__(self, "frequencies", frequencies)
        for coupling in self.couplings:
            self._require_coupling(coupling.operator)

    def _require_known(self, name: str, labels: set[str]) -> None:
        unknown = sorted(labels - set(self.sites))
        if unknown:
            raise ValueError(
                f"Argument `{name}` names the site {unknown[0]!r}, which is not among "
                f"{', '.join(self.sites)}."
            )

    def _require_coupling(self, operator: Any) -> None:
        if "" in _sites_of(operator):
            raise ValueError(
                f"The coupling {operator} holds an operator without a site. Write S_plus('A')."
            )
        self._require_known("couplings", _sites_of(operator))
        _require_real_scalars("couplings", operator)
        if not is_hermitian(operator, {site: self.spins[site] for site in _sites_of(operator)}):
            raise ValueError(
                f"A coupling must be Hermitian, but {operator} is not. "
                f"Add its adjoint, {adjoint(operator)}."
            )

    @property
    def spins(self) -> dict[str, Rational]:
        """The spin of each site."""
        return {site: cycle.spin for site, cycle in self.sites.items()}

    @property
    def free_hamiltonian(self) -> Expr:
        """H₀ = Σ_j ω_j S^z_j."""
        return Add(*(omega * S_z(site) for site, omega in self.frequencies.items()))

    @property
    def interaction(self) -> Expr:
        """V, the sum of the couplings."""
        return Add(*(coupling.operator for coupling in self.couplings))

    @property
    def jumps(self) -> tuple[Jump, ...]:
        """The jumps of all limit cycles, each on its site."""
        return tuple(
            Jump(jump.rate, place(jump.operator, site))
            for site, cycle in self.sites.items()
            for jump in cycle.jumps
        )

    def _repr_latex_(self) -> str:
        rows = [rf"V &= {latex(self.interaction)}", rf"H_0 &= {latex(self.free_hamiltonian)}"]
        rows += [
            rf"L_{{{k}}} &= {latex(sqrt(jump.rate))}\,{latex(jump.operator)}"
            for k, jump in enumerate(self.jumps, start=1)
        ]
        body = " \\\\\n".join(rows)
        return f"$\\displaystyle \\begin{{aligned}}\n{body}\n\\end{{aligned}}$"

    @property
    def parameters(self) -> tuple[Symbol, ...]:
        """All symbols of the model, sorted by name."""
        found: set[Symbol] = set()
        for expression in (self.free_hamiltonian, self.interaction):
            found |= expression.free_symbols
        for jump in self.jumps:
            found |= jump.rate.free_symbols
        return tuple(sorted(found, key=lambda symbol: symbol.name))


def place(operator: Any, site: str) -> Expr:
    """Return an operator without a site on `site`."""
    return operator.xreplace({bare: bare(site) for bare in operator.atoms(SpinOperator)})


def spin_pair() -> System:
    """Return the Letter's model: spins 1 A and B, exchange ε, detuning Δ, four rates.

    Rotating frame of the mean frequency: ω_A = Δ/2 and ω_B = −Δ/2.
    """
    return System(
        sites={site: equatorial(gain_rate(site), damping_rate(site)) for site in "AB"},
        couplings=(Exchange("A", "B"),),
        frequencies={"A": Delta / 2, "B": -Delta / 2},
    )
