"""Show formulas in the browser: a page with sliders, in one file without network or server.

Modules, in reading order:

- `mathml`: LaTeX as a browser draws it.
- `contents`: what a page shows.
- `letter`: the page of the Letter.
- `of_system`: the page of a system.
- `of_equations`: the page of formulas.
- `page`: the page as one file.

The pictures are drawn by a thousand lines of script of our own: `numbers.js` computes, `drawing.js`
draws into SVG, `page.js` moves the sliders.  A plot library would weigh more than the whole page,
and would draw no sphere; and what is copied out is SVG, too.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from symsync.explorer.contents import require_names
from symsync.explorer.letter import letter_contents
from symsync.explorer.of_equations import equation_contents
from symsync.explorer.of_system import system_contents
from symsync.explorer.page import Explorer, page_of
from symsync.formula import Equation
from symsync.model.system import System

__all__ = ["Explorer", "explore"]


def explore(
    what: System | Equation | Sequence[Equation] | None = None,
    *,
    values: Mapping[str, float] | None = None,
    ranges: Mapping[str, tuple[float, float]] | None = None,
    title: str | None = None,
) -> Explorer:
    """Return a page with a slider for each parameter: one file, without network and server.

    Parameters
    ----------
    what
        A system, whose locking and entanglement are shown, exactly and to first order; an equation
        or several, each over two of its parameters; by default the Letter's pair and figures.
    values
        {parameter: number} where the sliders stand at first.
    ranges
        {parameter: (low, high)} of the sliders; a positive range over more than a factor of twenty
        is logarithmic.
    title
        The title of the page.

    Returns
    -------
    Explorer
        Shows itself in a notebook; `.save("page.html")` writes it to a file.  In the page's console
        `symsync.evaluate(name, {parameter: number})` returns what is drawn.

    Raises
    ------
    TypeError
        If `what` is none of these.
    ValueError
        If there is no parameter to move, one is complex, or a value or a range does not fit.

    Examples
    --------
    >>> import symsync
    >>> page = symsync.explore(symsync.equations["negativity_resonant"], values={"epsilon": 0.1})
    >>> len(page.html) < 2_000_000
    True
    """
    given, reach = _by_name("values", values), _by_name("ranges", ranges)
    if title is not None and not isinstance(title, str):
        raise TypeError(f"Argument `title` must be a text, but is {title!r}.")
    if what is None:
        contents = letter_contents(given, reach)
    elif isinstance(what, System):
        contents = system_contents(what, given, reach)
    else:
        contents = equation_contents(_equations(what), given, reach)
    require_names("values", given, contents.sliders)
    require_names("ranges", reach, contents.sliders)
    contents.title = title or contents.title
    return page_of(contents)


def _by_name(argument: str, given: Any) -> dict[Any, Any]:
    if not isinstance(given, Mapping | None):
        raise TypeError(f"Argument `{argument}` must be {{parameter: …}}, but is {given!r}.")
    return {getattr(name, "name", name): value for name, value in (given or {}).items()}


def _equations(what: Any) -> list[Equation]:
    """Return one equation or several as a list."""
    given = [what] if isinstance(what, Equation) else what
    listed = list(given) if isinstance(given, list | tuple) else []
    if not listed or not all(isinstance(each, Equation) for each in listed):
        raise TypeError(
            "Argument `what` must be a System, an equation or a list of equations, but is "
            f"{what!r}. Leave it out for the Letter's pair."
        )
    for each in listed:
        if each.spins:
            raise TypeError(
                f"Argument `what` must hold equations between numbers, but {each.label!r} "
                f"({each.source}) holds operators, which have no sliders. Leave it out."
            )
    return listed
