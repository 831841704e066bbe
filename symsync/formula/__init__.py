"""A derived formula that can be read, printed and run.

Modules, in reading order:

- `one`: a formula with its meaning, its LaTeX and its evaluators.
- `several`: several equations as one function, and as a LaTeX document.
"""

from symsync.formula.one import Equation, equation, meaning
from symsync.formula.several import document, joined

__all__ = ["Equation", "document", "equation", "joined", "meaning"]
