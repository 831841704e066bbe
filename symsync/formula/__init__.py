"""A derived formula that can be read, printed and run.

Modules, in reading order:

- `one`: a formula with its meaning, its LaTeX and its evaluators.
- `own`: formulas of one's own.
- `several`: several equations as one function, and as a script for a browser.
- `documents`: equations as a LaTeX document.
"""

from symsync.formula.documents import document
from symsync.formula.one import Equation, meaning
from symsync.formula.own import equation
from symsync.formula.several import javascript, joined

__all__ = ["Equation", "document", "equation", "javascript", "joined", "meaning"]
