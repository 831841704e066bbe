"""The catalogue: every formula derived from the Letter's model, each at its first use."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from sympy import Basic

from symsync.catalogue.exact import EXACT
from symsync.catalogue.first_order import FIRST_ORDER
from symsync.catalogue.inverse import INVERSE
from symsync.catalogue.letter_model import PARAMETERS, Entry, LetterModel
from symsync.catalogue.next_order import NEXT_ORDER
from symsync.expressions.checks import did_you_mean
from symsync.expressions.definitions import with_definitions
from symsync.expressions.orders import order_of
from symsync.formula import Equation, meaning

__all__ = ["Catalogue", "equations"]

ENTRIES = {**FIRST_ORDER, **NEXT_ORDER, **EXACT, **INVERSE}

_THEMES = {
    "The model": ("hamiltonian", "master_equation"),
    "Coherences": ("coherence_equations", "mu_plus", "mu_minus", "mu_plus_t", "mu_minus_t"),
    "Phase locking": ("S_rel_functional", "coefficient", "S_rel_rate", "S_rel_t", "S_rel",
                      "S_rel_resonant", "S_rel_max", "locking_phase"),
    "Entanglement": ("state", "schmidt_coefficients", "negativity", "negativity_resonant"),
    "Beyond the first order": NEXT_ORDER,
    "To all orders in the coupling": EXACT,
    "Where the spins lock": INVERSE,
}  # fmt: skip
"""The names of each theme's equations."""

THEME = {name: theme for theme, names in _THEMES.items() for name in names}

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
        self._model = LetterModel()
        self._derived: dict[str, Equation] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return Catalogue, ()

    @property
    def model(self) -> LetterModel:
        """The Letter's system and its states, each derived once."""
        return self._model

    def __getitem__(self, name: str) -> Equation:
        if self._known(name) not in self._derived:
            self._derived[name] = self._derive(name, ENTRIES[name])
        return self._derived[name]

    def _known(self, name: Any) -> str:
        if not isinstance(name, str) or name not in ENTRIES:
            raise KeyError(f"No equation is named {name!r}.{did_you_mean(name, ENTRIES)}")
        return name

    def about(self, name: str) -> tuple[str, str]:
        """Return the meaning of an equation and its source, without deriving it."""
        entry = ENTRIES[self._known(name)]
        lhs = entry.lhs if isinstance(entry.lhs, Basic) else entry.lhs(self._model)
        return meaning(lhs), entry.source

    def __iter__(self) -> Iterator[str]:
        return iter(ENTRIES)

    def __len__(self) -> int:
        return len(ENTRIES)

    def __repr__(self) -> str:
        return f"<Catalogue of {len(self)} equations: {', '.join(self)}>"

    def _repr_html_(self) -> str:
        rows = (
            f"<tr><td><code>{name}</code></td>"
            f"{''.join(f'<td>{escape(text)}</td>' for text in self.about(name))}</tr>"
            for name in self
        )
        return f"<table>{''.join(rows)}</table>"

    def letter(self, number: int) -> Equation:
        """Return the equation with the Letter's number, 1 to 8."""
        if not isinstance(number, int) or number not in _BY_NUMBER:
            raise KeyError(f"The Letter's equations have the numbers 1 to 8, not {number!r}.")
        return self[_BY_NUMBER[number]]

    def _derive(self, name: str, entry: Entry) -> Equation:
        derived = entry.derive(self._model)
        rhs = with_definitions(*derived) if isinstance(derived, tuple) else derived
        own = {symbol for symbol in rhs.free_symbols if symbol.is_commutative}
        ordered = [symbol for symbol in PARAMETERS if symbol in own]
        ordered += sorted(own - set(ordered), key=lambda symbol: symbol.name)
        return Equation(
            label=name,
            lhs=entry.lhs if isinstance(entry.lhs, Basic) else entry.lhs(self._model),
            rhs=rhs,
            parameters=tuple(ordered),
            source=entry.source,
            order=order_of(entry.order),
            relation=entry.relation,
            spins=tuple(self._model.system.spins.items()) if entry.is_operator else (),
            form=None if entry.form is None else entry.form(self._model),
            theme=THEME[name],
        )


equations = Catalogue()
"""The equations of the Letter's model, by name; each is derived when it is first looked up."""
