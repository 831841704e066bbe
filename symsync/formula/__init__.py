"""A derived formula that can be read, printed and run.

Modules, in reading order:

- `one`: a formula with its meaning, its LaTeX and its evaluators.
- `several`: several equations as one function, as a LaTeX document, and as a script.
"""

from symsync.formula.one import Equation, equation, meaning
from symsync.formula.several import document, javascript, joined

__all__ = ["Equation", "document", "equation", "javascript", "joined", "meaning"]
