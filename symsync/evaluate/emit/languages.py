"""A formula in a language that is asked for by its name."""

from collections.abc import Callable

from symsync.evaluate.contract import Formula
from symsync.evaluate.emit.c_file import c_code
from symsync.evaluate.emit.code import Code
from symsync.evaluate.emit.fortran_source import fortran_code
from symsync.evaluate.emit.javascript_source import javascript
from symsync.evaluate.emit.julia_source import julia_code
from symsync.expressions.checks import did_you_mean

__all__ = ["LANGUAGES", "code_of"]


def _javascript(formula: Formula) -> Code:
    return Code("javascript", formula.label, javascript([formula]))


LANGUAGES: dict[str, Callable[[Formula], Code]] = {
    "c": c_code,
    "javascript": _javascript,
    "julia": julia_code,
    "fortran": fortran_code,
}
"""What writes a formula in each language."""


def code_of(formula: Formula, language: str) -> Code:
    """Return a formula in a language.

    Raises
    ------
    ValueError
        If there is no such language.
    NotImplementedError
        If the language lacks a function that the formula holds.
    """
    if not isinstance(language, str) or language not in LANGUAGES:
        raise ValueError(
            f"Argument `language` must be one of {', '.join(LANGUAGES)}, but is {language!r}."
            f"{did_you_mean(language, LANGUAGES)}"
        )
    return LANGUAGES[language](formula)
