"""The text of a formula in another language."""

from dataclasses import dataclass

__all__ = ["Code"]


@dataclass(frozen=True)
class Code:
    """A formula in another language; `str` of it is the source.

    Attributes
    ----------
    language
        "c", "javascript", "julia" or "fortran".
    name
        The function's name.
    source
        A complete text, which needs nothing but the language's own library.
    header
        In C, what other files include, to be saved as `name`.h; elsewhere empty.
    """

    language: str
    name: str
    source: str
    header: str = ""

    def __str__(self) -> str:
        return self.source
