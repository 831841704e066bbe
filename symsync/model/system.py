"""Networks of spins, each stabilised to a limit cycle, weakly coupled: Eqs. (1) and (2)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sympy import Add, Expr, Rational, S, Symbol, sqrt

from symsync.expressions.checks import number, real
from symsync.expressions.latex import latex
from symsync.expressions.symbols import Delta, damping_rate, gain_rate, phi, t
from symsync.model.coupling import Coupling, Dissipation, Drive, Exchange
from symsync.model.limit_cycle import (
    Jump,
    LimitCycle,
    equatorial,
    require_real_scalars,
    sites_of,
)
from symsync.model.qutip_objects import Objects, values_of
from symsync.model.spin import S_z, SpinOperator, adjoint, is_hermitian, on_kets

__all__ = [
    "Coupling",
    "Dissipation",
    "Drive",
    "Exchange",
    "Jump",
    "LimitCycle",
    "System",
    "equatorial",
    "require_label",
    "shared_jumps_of",
    "spin_pair",
]


@dataclass(frozen=True)
class System:
    """Sites with limit cycles, their frequencies, and the weak couplings between them: Eq. (2).

    dρ/dt = −i[V, ρ] + Σ_k κ_k D[O_k]ρ − i[H, ρ] + Σ_j (−i[ω_j S^z_j, ρ] + L_j ρ), where V and the
    shared jumps O_k come from the couplings, and the L_j from the jumps of the limit cycles.
    Series are expansions in the couplings, except in those that are strong.

    Parameters
    ----------
    sites
        {label: limit cycle}, in the order of the tensor product.  A label is letters and digits
        with underscores between them, such as "a_1", or a whole number, which becomes text.
    couplings
        `Exchange`, `Drive`, `Coupling` or any object with a Hermitian `.operator`, and
        `Dissipation`.
    frequencies
        {label: ω} in 1/time, zero if left out.  Only differences of frequencies matter for
        phase-invariant couplings.  With a `Drive` they are detunings from the frequency of the
        drive.
    hamiltonian
        H, what is diagonal in |m⟩ beyond the frequencies: a quadratic Zeeman shift K S^z_A², the
        Kerr term of an oscillator, level energies, or J S^z_A S^z_B.
    strong
        Those couplings, or their places in the list, that series do not expand in: ρ₀ is then the
        steady state with them alone.

    Raises
    ------
    ValueError
        If a label is neither, a coupling names an unknown site or is not
        Hermitian, `hamiltonian` is not diagonal, `strong` names no coupling, a symbol is not
        declared real, or two symbols have the same name.

    Examples
    --------
    S_rel of a spin 3/2 that is stabilised at |1/2⟩ and a spin 1, as LaTeX and as a function:

    >>> from sympy import Rational, symbols
    >>> from symsync import Exchange, S_rel, System, equation, equatorial, stabilised_at
    >>> from symsync import steady_series
    >>> gain, damping = symbols("gain damping", positive=True)
    >>> large = stabilised_at(Rational(1, 2), gain, damping, spin=Rational(3, 2))
    >>> system = System({"A": large, "B": equatorial(damping, gain)}, [Exchange("A", "B")])
    >>> locking = equation("S_AB", S_rel(steady_series(system)[1]))
    >>> source = locking.latex()
    >>> print(round(locking.function()(phi=0, epsilon=0.1, gain=2, damping=1), 12))
    0.013253594007
    """

    sites: Mapping[str, LimitCycle]
    couplings: Sequence[Any]
    frequencies: Mapping[str, Expr] = field(default_factory=dict)
    hamiltonian: Expr = S.Zero
    strong: Sequence[Any] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.sites, Mapping) or not self.sites:
            raise ValueError(
                f"Argument `sites` must be {{label: limit cycle}}, but is {self.sites!r}."
            )
        for label, cycle in self.sites.items():
            require_label(label)
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
        if not isinstance(self.frequencies, Mapping):
            raise ValueError(
                f"Argument `frequencies` must be {{label: ω}}, but is {self.frequencies!r}."
            )
        object.__setattr__(self, "sites", _by_label("sites", self.sites))
        object.__setattr__(self, "couplings", tuple(self.couplings))
        given = _by_label("frequencies", self.frequencies)
        self._require_known("frequencies", set(given))
        frequencies = {site: real("frequencies", given.get(site, 0)) for site in self.sites}
        object.__setattr__(self, "frequencies", frequencies)
        for coupling in self.couplings:
            self._require_coupling(coupling)
        self._require_diagonal()
        object.__setattr__(self, "strong", self._places_of_strong())
        _require_distinct(self.parameters)

    def _require_diagonal(self) -> None:
        operator = number(self.hamiltonian)
        if not isinstance(operator, Expr) or (operator != 0 and not sites_of(operator)):
            raise ValueError(
                f"Argument `hamiltonian` must be an operator of sites, but is {operator!r}. "
                "Write it with S_z('A'), such as K*S_z('A')**2."
            )
        self._require_known("hamiltonian", sites_of(operator))
        require_real_scalars("hamiltonian", operator)
        spins = {site: self.spins[site] for site in self.spins if site in sites_of(operator)}
        images = on_kets(operator, spins) if spins else {}
        if any(set(image) - {ket} for ket, image in images.items()):
            raise ValueError(
                f"Argument `hamiltonian` must be diagonal in |m⟩, but {operator} is not. Write "
                "what is not diagonal as a Coupling, and name it in `strong` if it is not weak."
            )
        object.__setattr__(self, "hamiltonian", operator)

    def _places_of_strong(self) -> tuple[int, ...]:
        if not isinstance(self.strong, Sequence) or isinstance(self.strong, str):
            raise ValueError(
                f"Argument `strong` must be a list of couplings or of their places, but is "
                f"{self.strong!r}."
            )
        found = set()
        for each in self.strong:
            is_place = isinstance(each, int) and not isinstance(each, bool)
            places = [k for k, c in enumerate(self.couplings) if (k if is_place else c) == each]
            if not places:
                raise ValueError(
                    f"Argument `strong` must hold couplings of the list, or places 0 to "
                    f"{len(self.couplings) - 1}, but holds {each!r}."
                )
            found.update(places)
        return tuple(sorted(found))

    @property
    def strong_part(self) -> "System":
        """The same system without its weak couplings."""
        kept = [self.couplings[k] for k in self.strong]
        return replace(self, couplings=kept, strong=range(len(kept)))

    @property
    def weak_couplings(self) -> tuple[Any, ...]:
        """The couplings in which series expand, in their order."""
        return tuple(c for k, c in enumerate(self.couplings) if k not in self.strong)

    def _require_known(self, name: str, labels: set[str]) -> None:
        unknown = sorted(labels - set(self.sites), key=str)
        if unknown:
            raise ValueError(
                f"Argument `{name}` names the site {unknown[0]!r}, which is not among "
                f"{', '.join(self.sites)}."
            )

    def _require_coupling(self, coupling: Any) -> None:
        operator = coupling.operator
        if "" in sites_of(operator):
            raise ValueError(
                f"The coupling {operator} holds an operator without a site. Write S_plus('A')."
            )
        self._require_known("couplings", sites_of(operator))
        require_real_scalars("couplings", operator)
        if isinstance(coupling, Dissipation):
            return
        if not is_hermitian(operator, {site: self.spins[site] for site in sites_of(operator)}):
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
        """H₀ = Σ_j ω_j S^z_j and what is diagonal beyond it."""
        turning = (omega * S_z(site) for site, omega in self.frequencies.items())
        return Add(*turning, self.hamiltonian)

    @property
    def interaction(self) -> Expr:
        """V, the sum of the couplings that are terms of the Hamiltonian."""
        return interaction_of(self.couplings)

    @property
    def shared_jumps(self) -> tuple[Jump, ...]:
        """The jumps among the couplings."""
        return shared_jumps_of(self.couplings)

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
            rf"L_{{{k}}} &= {_before(jump.rate)}{_in_brackets(jump.operator)}"
            for k, jump in enumerate((*self.jumps, *self.shared_jumps), start=1)
        ]
        body = " \\\\\n".join(rows)
        return f"$\\displaystyle \\begin{{aligned}}\n{body}\n\\end{{aligned}}$"

    @property
    def parameters(self) -> tuple[Symbol, ...]:
        """All symbols of the model, sorted by name."""
        found: set[Symbol] = set()
        for expression in (self.free_hamiltonian, self.interaction):
            found |= expression.free_symbols
        for jump in (*self.jumps, *self.shared_jumps):
            found |= jump.rate.free_symbols | jump.operator.free_symbols
        return tuple(sorted(found, key=lambda symbol: symbol.name))

    def to_qutip(self, /, *, parts: bool = False, fock: Any = (), **values: float) -> Any:
        """Return (H, c_ops), or (H₀, [V, …], c_ops), as objects of QuTiP (the extra `qutip`).

        Their tensor dimensions are in the order of the sites, and the kets of a site |S⟩ … |−S⟩,
        as those of `qutip.jmat`.  A collapse operator holds the root of its rate.

        Parameters
        ----------
        parts
            Whether the free part and the couplings are returned apart: `H₀ + sum([V, …])` is H.
        fock
            The sites that are oscillators with kets in QuTiP's order |0⟩, |1⟩, …; otherwise the
            last ket of a site is |0⟩.
        **values
            The value of each symbol of the model, by its name.

        Returns
        -------
        tuple
            Qobj H in 1/time, and the list of collapse operators in time⁻¹ᐟ²: the jumps of the limit
            cycles, site by site, and then the shared ones.  With `parts`, H₀, one Qobj for each
            coupling that is a term of the Hamiltonian, and the same list.

        Raises
        ------
        TypeError, ValueError, ModuleNotFoundError
            If a value is missing, belongs to no symbol or is not finite, a rate is negative,
            `fock` names no site, or QuTiP is missing.

        Examples
        --------
        >>> from symsync import spin_pair
        >>> rates = dict(gamma_g_A=100, gamma_d_A=1, gamma_g_B=1, gamma_d_B=100)
        >>> H, c_ops = spin_pair().to_qutip(epsilon=0.1, Delta=0, **rates)
        >>> H.dims, len(c_ops)
        ([[3, 3], [3, 3]], 4)
        """
        objects = Objects(self.spins, values_of(self.parameters, values), fock)
        free = objects.operator(self.free_hamiltonian)
        terms = (each for each in self.couplings if not isinstance(each, Dissipation))
        couplings = [objects.operator(each.operator) for each in terms]
        jumps = [
            objects.root(jump.rate) * objects.operator(jump.operator)
            for jump in (*self.jumps, *self.shared_jumps)
        ]
        return (free, couplings, jumps) if parts else (sum(couplings, free), jumps)


def interaction_of(couplings: Iterable[Any]) -> Expr:
    """Return the sum of those couplings that are terms of the Hamiltonian."""
    return Add(*(each.operator for each in couplings if not isinstance(each, Dissipation)))


def shared_jumps_of(couplings: Iterable[Any]) -> tuple[Jump, ...]:
    """Return the jumps among couplings."""
    shared = (each for each in couplings if isinstance(each, Dissipation))
    return tuple(Jump(each.rate, each.operator) for each in shared)


def require_system(value: Any) -> None:
    """Reject what is no system."""
    if not isinstance(value, System):
        raise ValueError(
            f"Argument `system` must be a System, but is {value!r}. Write spin_pair(), or "
            "System(sites, couplings)."
        )


def require_label(label: Any) -> None:
    """Reject a label that cannot be part of the name of a symbol."""
    is_text = isinstance(label, str) and f"_{label}".isidentifier()
    is_number = isinstance(label, int) and not isinstance(label, bool) and label >= 0
    if not (is_number or (is_text and all(label.split("_")))):
        raise ValueError(
            "A site's label must be letters and digits, with single underscores between them, or a "
            f"whole number, but is {label!r}. Try 'A', 'a_1' or 1."
        )


def _by_label(name: str, given: Mapping[Any, Any]) -> dict[str, Any]:
    """Return {label as text: value}."""
    found = {str(label): value for label, value in given.items()}
    if len(found) < len(given):
        raise ValueError(
            f"Argument `{name}` must name each site once, but has the labels "
            f"{', '.join(map(repr, given))}. Write whole numbers or text."
        )
    return found


def _before(rate: Expr) -> str:
    """Return the root of a rate before an operator as LaTeX."""
    return "" if rate == 1 else rf"{latex(sqrt(rate))}\,"


def _in_brackets(operator: Any) -> str:
    source = latex(operator)
    return rf"\left({source}\right)" if isinstance(operator, Add) else source


def _require_distinct(parameters: tuple[Symbol, ...]) -> None:
    """Reject symbols that evaluators cannot tell from each other, or from t and φ."""
    names: set[str] = set()
    meanings = {t.name: "the time", phi.name: "the phase that distributions depend on"}
    for symbol in parameters:
        if symbol.name in meanings:
            raise ValueError(
                f"The model holds a symbol named {symbol.name}, which is {meanings[symbol.name]}. "
                "Choose another name."
            )
        if symbol.name in names:
            raise ValueError(
                f"The model holds two symbols named {symbol.name} with different assumptions, such "
                "as real and positive. Declare it once."
            )
        names.add(symbol.name)


def place(operator: Any, site: str) -> Expr:
    """Return the operator on `site` that a given operator without a site stands for."""
    return operator.xreplace({bare: bare(site) for bare in operator.atoms(SpinOperator)})


def spin_pair() -> System:
    """Return the Letter's model: spins 1 A and B, exchange ε, detuning Δ, four rates.

    The frame rotates with the mean frequency, so that ω_A = Δ/2 and ω_B = −Δ/2.
    """
    return System(
        sites={site: equatorial(gain_rate(site), damping_rate(site)) for site in "AB"},
        couplings=(Exchange("A", "B"),),
        frequencies={"A": Delta / 2, "B": -Delta / 2},
    )
