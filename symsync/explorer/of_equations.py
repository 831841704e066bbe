"""The page of formulas of one's own: each over one or two of its parameters."""

from collections.abc import Sequence
from typing import Any

from sympy import Symbol

from symsync.catalogue.index import equations as catalogue
from symsync.explorer.contents import Contents, Map, axes_of, sliders
from symsync.explorer.letter import RANGES, START
from symsync.formula import Equation

__all__ = ["equation_contents"]


def equation_contents(
    given: Sequence[Equation], values: dict[str, Any], ranges: dict[str, Any]
) -> Contents:
    """Return each equation over one or two of its parameters, and as a number and a formula."""
    found = list(dict.fromkeys(symbol for each in given for symbol in each.parameters))
    complex_ones = [symbol.name for symbol in found if not symbol.is_extended_real]
    if not found or complex_ones:
        wrong = "there are none, as it is a number. Print it"
        if complex_ones:
            wrong = f"{', '.join(complex_ones)} is complex. Substitute numbers or declare them real"
        raise ValueError(
            f"Argument `what` must hold equations with real parameters to move, but {wrong}."
        )
    title = ", ".join(dict.fromkeys(each.description for each in given))
    every = sliders(found, START | values, RANGES | ranges)
    page = Contents(
        title=title[:1].upper() + title[1:],
        about="; ".join(each.label for each in given),
        sliders=every,
        preamble="import symsync",
        axes=axes_of(every, {s.name for s in found if isinstance(s, Symbol) and s.is_nonnegative}),
    )
    for each in given:
        is_known = each.label in catalogue and catalogue[each.label] == each
        python = f'symsync.equations["{each.label}"]' if is_known else f"{each.label}"
        page.add(each, python)
        page.compute(each)
        page.rows.append(Map(page.formulas[-1]))
    page.maps = [Map(name) for program in page.programs for name in program.names]
    return page
