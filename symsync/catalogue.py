"""The catalogue: every formula derived from the Letter's model, each made when it is asked for.

The right-hand sides come from the engine.
What stands here is only which functional of which order of the state carries which name.
"""

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any, Literal

from sympy import Add, Mul, S, Symbol, Tuple, sqrt

from symsync.entanglement import first_order_ket, first_order_negativity, schmidt_coefficients
from symsync.equation import Equation
from symsync.expansion import Series, rate_series, steady_series, time_series
from symsync.latex import ket_latex
from symsync.liouville import Element, Liouvillian, State, closure, rows
from symsync.operators import BasisKet, master_equation
from symsync.phase_space import S_rel, S_rel_maximum, locking_phase, pair_weight
from symsync.resolvents import factors
from symsync.spin import projections, squared_norm
from symsync.symbols import Delta, damping_rate, declare, epsilon, gain_rate, phi, t
from symsync.system import System, spin_pair

__all__ = ["Catalogue"]

PLUS: Element = ((S.One, S.NegativeOne), (S.Zero, S.Zero))
MINUS: Element = ((S.NegativeOne, S.One), (S.Zero, S.Zero))
"""The elements ⟨±1, ∓1|ρ|0, 0⟩ that the Letter calls εμ±."""

PARAMETERS = (
    phi, t, epsilon, Delta, gain_rate("A"), damping_rate("A"), gain_rate("B"), damping_rate("B"),
)  # fmt: skip


class _Letter:
    """The Letter's model and its expansions, each derived once."""

    @cached_property
    def system(self) -> System:
        return spin_pair()

    @cached_property
    def steady(self) -> Series:
        return steady_series(self.system)

    @cached_property
    def transient(self) -> Series:
        return time_series(self.system)

    @cached_property
    def change(self) -> Series:
        return rate_series(self.system)

    def coherence(self, element: Element) -> Symbol:
        """Return the Letter's symbol of a first-order coherence."""
        return {PLUS: mu_plus, MINUS: mu_minus}[element]


mu_plus = declare("mu_plus", r"\mu_+", "coherence ⟨1,−1|μ|0,0⟩", "time")
mu_minus = declare("mu_minus", r"\mu_-", "coherence ⟨−1,1|μ|0,0⟩", "time")


def _coherence_equations(letter: _Letter) -> Tuple:
    """Return dμ/dt for every element that the coupling drives out of ρ₀ or that follows from it.

    The closure of −iVρ₀ under the uncoupled generator; its Hermitian adjoint adds nothing new.
    """
    generator = Liouvillian(letter.system)
    (ground,) = letter.steady[0]
    source = generator.coupling_from_left(ground)
    equations = rows(closure(generator.free, source))
    spins = list(letter.system.spins.values())

    def physical(element: Element) -> Any:
        return sqrt(squared_norm(element[0], spins) * squared_norm(element[1], spins))

    found = []
    for element, equation in equations.items():
        drive = source[element].as_expr() * physical(element) / physical(ground) / epsilon
        terms = (
            Mul(*factors(value), physical(element) / physical(other), letter.coherence(other))
            for other, value in equation.items()
        )
        found.append(drive + Add(*terms))
    return Tuple(*found)


def _state_functional(letter: _Letter) -> Any:
    """Return Eq. (3) for a state of which nothing is known but that it conserves m_A + m_B."""
    spins = letter.system.spins
    sizes = list(spins.values())
    kets = [(a, b) for a in projections(sizes[0]) for b in projections(sizes[1])]
    elements = {}
    for ket in kets:
        for bra in kets:
            if sum(ket) == sum(bra) and ket[0] > bra[0]:
                norm = squared_norm(ket, sizes) * squared_norm(bra, sizes)
                elements[ket, bra] = matrix_element(ket, bra) / sqrt(norm)
    return S_rel(State(spins, elements, lambda value: value))


def matrix_element(ket: Any, bra: Any) -> Symbol:
    """Return the symbol of ⟨ket|ρ|bra⟩."""
    names = ["_".join(f"{m}".replace("-", "m").replace("/", "h") for m in k) for k in (ket, bra)]
    inside = [",".join(str(m) for m in k) for k in (ket, bra)]
    return declare(
        f"rho_{names[0]}_{names[1]}",
        rf"\langle {ket_latex(ket)}|\rho|{ket_latex(bra)}\rangle",
        f"matrix element ⟨{inside[0]}|ρ|{inside[1]}⟩",
    )


def _state(letter: _Letter) -> Any:
    return Add(*(value * BasisKet(*ket) for ket, value in first_order_ket(letter.steady).items()))


def _coefficient(_: _Letter) -> Any:
    """Return twice the weight of μ₊: the element and its conjugate contribute alike."""
    return 2 * pair_weight(1, 1, *PLUS)


@dataclass(frozen=True)
class _Entry:
    lhs: Any
    derive: Callable[[_Letter], Any]
    source: str
    order: str = "first order"
    relation: Literal["=", "≈", "∝"] = "="
    is_operator: bool = False


def _named(name: str, latex: str, meaning: str, unit: str = "1") -> Symbol:
    return declare(name, latex, meaning, unit)


_S = r"S_{\mathrm{rel}}"
_ENTRIES: dict[str, _Entry] = {
    "hamiltonian": _Entry(
        _named("V", "V", "interaction of the two spins", "1/time"),
        lambda letter: letter.system.interaction,
        "Eq. (1)",
        "exact",
        is_operator=True,
    ),
    "master_equation": _Entry(
        _named("rho_dot", r"\dot{\rho}", "rate of change of the state", "1/time"),
        lambda letter: master_equation(letter.system),
        "Eq. (2)",
        "exact",
        is_operator=True,
    ),
    "S_rel_functional": _Entry(
        _named("S_rel", rf"{_S}(\phi)", "distribution of the relative phase less 1/2π"),
        _state_functional,
        "Eq. (3), its angles integrated",
        "exact",
    ),
    "coherence_equations": _Entry(
        Tuple(
            _named("mu_plus_dot", r"\dot{\mu}_+", "rates of change of the coherences μ₊ and μ₋"),
            _named("mu_minus_dot", r"\dot{\mu}_-", "rate of change of the coherence μ₋"),
        ),
        _coherence_equations,
        "Eq. (4), its matrix elements",
    ),
    "mu_plus": _Entry(
        mu_plus, lambda letter: letter.steady[1][PLUS] / epsilon, "steady state of Eq. (4)"
    ),
    "mu_minus": _Entry(
        mu_minus, lambda letter: letter.steady[1][MINUS] / epsilon, "steady state of Eq. (4)"
    ),
    "mu_plus_t": _Entry(
        _named("mu_plus_t", r"\mu_+(t)", "coherence μ₊, zero at t = 0", "time"),
        lambda letter: letter.transient[1][PLUS] / epsilon,
        "solution of Eq. (4)",
    ),
    "mu_minus_t": _Entry(
        _named("mu_minus_t", r"\mu_-(t)", "coherence μ₋, zero at t = 0", "time"),
        lambda letter: letter.transient[1][MINUS] / epsilon,
        "solution of Eq. (4)",
    ),
    "coefficient": _Entry(
        _named("coefficient", r"4\pi c_{1,0}\,c_{0,-1}", "weight of the coherences in S_rel"),
        _coefficient,
        "Eq. (5), the factor 9π/128",
        "exact",
    ),
    "S_rel_rate": _Entry(
        _named("S_rel_rate", r"\dot{S}_{\mathrm{rel}}(\phi, t)", "rate of change of S_rel",
               "1/time"),
        lambda letter: S_rel(letter.change[1]),
        "Eq. (5)",
        relation="≈",
    ),
    "S_rel_t": _Entry(
        _named("S_rel_t", rf"{_S}(\phi, t)", "S_rel at time t after the coupling is switched on"),
        lambda letter: S_rel(letter.transient[1]),
        "integral of Eq. (5)",
        relation="≈",
    ),
    "S_rel": _Entry(
        Symbol("S_rel"),
        lambda letter: S_rel(letter.steady.partial_sum(1)),
        "steady state of Eq. (5), with detuning",
        relation="≈",
    ),
    "S_rel_resonant": _Entry(
        _named("S_rel_resonant", rf"{_S}^{{\Delta=0}}(\phi)", "S_rel of resonant spins"),
        lambda letter: S_rel(letter.steady.partial_sum(1)).subs(Delta, 0),
        "Eq. (6)",
        relation="≈",
    ),
    "S_rel_max": _Entry(
        _named("S_rel_max", rf"\max_\phi {_S}(\phi)", "maximum of S_rel: the Arnold tongue"),
        lambda letter: S_rel_maximum(letter.steady.partial_sum(1)),
        "maximum over φ of the steady state of Eq. (5); plotted in Fig. 3(a)",
        relation="≈",
    ),
    "locking_phase": _Entry(
        _named("locking_phase", r"\phi_{\mathrm{max}}", "phase of the largest S_rel, nan if none",
               "rad"),
        lambda letter: locking_phase(letter.steady.partial_sum(1)),
        "maximum over φ of the steady state of Eq. (5)",
        relation="≈",
    ),
    "state": _Entry(
        _named("Psi", r"|\Psi\rangle", "pure state, not normalised"),
        _state,
        "Eq. (7)",
        relation="∝",
        is_operator=True,
    ),
    "schmidt_coefficients": _Entry(
        Tuple(
            _named("lambda_0", r"\lambda_0", "Schmidt coefficients of |0,0⟩, |1,−1⟩ and |−1,1⟩"),
            _named("lambda_plus", r"\lambda_+", "Schmidt coefficient of |1,−1⟩"),
            _named("lambda_minus", r"\lambda_-", "Schmidt coefficient of |−1,1⟩"),
        ),
        lambda letter: Tuple(*schmidt_coefficients(first_order_ket(letter.steady)).values()),
        "Schmidt form of Eq. (7)",
        relation="≈",
    ),
    "negativity": _Entry(
        _named("negativity", r"\mathcal{N}", "negativity of the two spins"),
        lambda letter: first_order_negativity(letter.steady, "A"),
        "text below Eq. (7)",
        relation="≈",
    ),
    "negativity_resonant": _Entry(
        _named("negativity_resonant", r"\mathcal{N}_{\Delta=0}", "negativity of resonant spins"),
        lambda letter: first_order_negativity(letter.steady, "A").subs(Delta, 0),
        "Eq. (8)",
        relation="≈",
    ),
}  # fmt: skip

_BY_NUMBER = {
    1: "hamiltonian", 2: "master_equation", 3: "S_rel_functional", 4: "coherence_equations",
    5: "S_rel_rate", 6: "S_rel_resonant", 7: "state", 8: "negativity_resonant",
}  # fmt: skip


class Catalogue(Mapping[str, Equation]):
    """The derived equations by name; `letter(6)` finds one by the Letter's number.

    Examples
    --------
    >>> import symsync
    >>> symsync.equations["mu_plus"]
    mu_plus = 2/(2*I*Delta + gamma_d_A + gamma_g_B)    (first order; steady state of Eq. (4))
    >>> symsync.equations.letter(6).label
    'S_rel_resonant'
    """

    def __init__(self) -> None:
        self._letter = _Letter()
        self._derived: dict[str, Equation] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return Catalogue, ()

    def __getitem__(self, name: str) -> Equation:
        if not isinstance(name, str) or name not in _ENTRIES:
            close = difflib.get_close_matches(str(name), _ENTRIES, n=1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            raise KeyError(f"No equation is named {name!r}.{hint}")
        if name not in self._derived:
            self._derived[name] = self._derive(name, _ENTRIES[name])
        return self._derived[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_ENTRIES)

    def __len__(self) -> int:
        return len(_ENTRIES)

    def __repr__(self) -> str:
        return f"<Catalogue of {len(self)} equations: {', '.join(self)}>"

    def _repr_html_(self) -> str:
        rows = (
            f"<tr><td><code>{name}</code></td><td>{escape(self[name].description)}</td>"
            f"<td>{escape(self[name].source)}</td></tr>"
            for name in self
        )
        return f"<table>{''.join(rows)}</table>"

    def letter(self, number: int) -> Equation:
        """Return the equation with the Letter's number, 1 to 8."""
        if not isinstance(number, int) or number not in _BY_NUMBER:
            raise KeyError(f"The Letter's equations have the numbers 1 to 8, not {number!r}.")
        return self[_BY_NUMBER[number]]

    def _derive(self, name: str, entry: _Entry) -> Equation:
        rhs = entry.derive(self._letter)
        own = {symbol for symbol in rhs.free_symbols if symbol.is_commutative}
        ordered = [symbol for symbol in PARAMETERS if symbol in own]
        ordered += sorted(own - set(ordered), key=lambda symbol: symbol.name)
        return Equation(
            label=name,
            lhs=entry.lhs,
            rhs=rhs,
            parameters=tuple(ordered),
            source=entry.source,
            order=entry.order,
            relation=entry.relation,
            spins=tuple(self._letter.system.spins.items()) if entry.is_operator else (),
        )
