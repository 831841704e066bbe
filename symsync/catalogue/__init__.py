"""Hold the formulas of the Letter's model, each derived at its first use.

Modules, in reading order:

- `letter_model`: the Letter's parameters and its model, each expansion derived once.
- `first_order`: the Letter's own equations.
- `next_order`: what first order leaves out.
- `exact`: the exact state and its measures.
- `inverse`: where, and with which rates, the spins lock.
- `index`: the catalogue, which finds an equation by its name or number.
"""

from symsync.catalogue.index import Catalogue, equations

__all__ = ["Catalogue", "equations"]
