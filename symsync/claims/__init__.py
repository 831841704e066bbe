"""The claims of the Letter in its order, and how each is decided: the ledger behind `verify`."""

from symsync import ledger
from symsync.claims import entanglement, exact, first_order, locking, measured, model

__all__ = ["CLAIMS"]

_ORDER = [
    module.__name__ for module in (model, first_order, locking, entanglement, measured, exact)
]
CLAIMS = sorted(ledger.CLAIMS, key=lambda entry: _ORDER.index(entry.decide.__module__))
