"""Draw Figs. 2 to 4 of the Letter, three figures of our own, and any state, model or network.

Modules, in reading order:

- `tables`: what a figure shows, apart from how it is drawn.
- `sources`: where the numbers come from.
- `data`: the numbers of the Letter's figures.
- `own_data`: the numbers of our own.
- `any_data`: the numbers of any state, model and network.
- `looks`: what a user may change about panels.
- `drawing`: one panel, in one style.
- `letter_pictures`: the pictures of the Letter's figures.
- `pictures`: all others.
- `sheets`: whole figures, in the width of a column or a page.

A function computes the numbers of each figure, and `draw` draws any of them:

>>> from symsync import figures
>>> data = figures.tongue_data("exact")
>>> data.tables["tongue"].values["negativity_exact"].shape
(101, 101)

`figures.draw(data).save("fig3.pdf")` then draws it; this needs matplotlib, the extra `plot`.
"""

from symsync.catalogue.letter_model import BALANCED, REVERSED
from symsync.claims.regression import (
    Regression,
    Window,
    regression,
    regression_study,
    study_text,
)
from symsync.figures.any_data import locking_in_time_data, network_data, sphere_data
from symsync.figures.data import phases_data, rates_data, tongue_data
from symsync.figures.drawing import Drawing, style
from symsync.figures.own_data import blockade_data, locking_data, validity_data
from symsync.figures.sheets import FIGURES, WIDTHS, Picture, draw, draw_all
from symsync.figures.tables import FigureData, Table

__all__ = [
    "BALANCED",
    "FIGURES",
    "REVERSED",
    "WIDTHS",
    "Drawing",
    "FigureData",
    "Picture",
    "Regression",
    "Table",
    "Window",
    "blockade_data",
    "draw",
    "draw_all",
    "locking_data",
    "locking_in_time_data",
    "network_data",
    "phases_data",
    "rates_data",
    "regression",
    "regression_study",
    "sphere_data",
    "study_text",
    "style",
    "tongue_data",
    "validity_data",
]
