"""All claims, theme by theme, in the order in which `verify` decides them."""

from types import ModuleType

from symsync.claims import (
    all_orders,
    beside_locking,
    coupled_spins,
    driven_spins,
    engine,
    entanglement,
    first_order,
    in_prime_field,
    locking,
    measured,
    model,
    two_qubits,
    where_it_locks,
)
from symsync.claims.ledger import Claim

__all__ = ["CLAIMS", "THEMES"]


def _claims_of(theme: ModuleType) -> tuple[Claim, ...]:
    values = list(vars(theme).values())
    listed = [value if isinstance(value, tuple) else (value,) for value in values]
    return tuple(each for group in listed for each in group if isinstance(each, Claim))


THEMES = {
    "The model": _claims_of(model),
    "First order": _claims_of(first_order),
    "Phase locking": _claims_of(locking),
    "Entanglement": _claims_of(entanglement),
    "Measured on the exact state": _claims_of(measured),
    "Beside locking": _claims_of(beside_locking),
    "To all orders in the coupling": _claims_of(all_orders),
    "Where the spins lock": _claims_of(where_it_locks),
    "The engine": _claims_of(engine) + _claims_of(in_prime_field),
    "Other papers": _claims_of(driven_spins) + _claims_of(coupled_spins) + _claims_of(two_qubits),
}
"""The claims of each theme by its title; a new theme needs a line here."""

CLAIMS = tuple(each for claims in THEMES.values() for each in claims)
