"""Tell how far an order holds: its error, and the coupling up to which this stays within a bound.

Modules, in reading order:

- `phases`: the maximum over a phase of a sum of harmonics.
- `search`: the least values at which an error exceeds its bound.
- `budgets`: the error of an order against the exact formula, and where it is small.
- `comparisons`: which two formulas are compared, of a measure or of the catalogue.
"""

from symsync.error_budget.budgets import Validity
from symsync.error_budget.comparisons import NAMES, validity

__all__ = ["NAMES", "Validity", "validity"]
