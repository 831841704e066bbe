"""Draw Figs. 2 to 4 of the Letter and three figures of our own, and give their numbers.

Modules, in reading order:

- `tables`: what a figure shows, apart from how it is drawn.
- `sources`: where the numbers come from.
- `data`: the numbers of each figure.
- `drawing`: one panel, in one style.
- `letter_pictures`: the pictures of the Letter's figures.
- `pictures`: the pictures of our own, and all figures by name.

Each figure has a function that computes its data and one that draws it:

>>> from symsync import figures
>>> data = figures.tongue_data("exact")
>>> data.tables["tongue"].values["negativity_exact"].shape
(101, 101)

`figures.draw_tongue(data).save("fig3.pdf")` then draws it; this needs matplotlib, the extra
`plot`.  `density`, `curves` and `sphere` draw one panel into axes that you give them.
"""

from symsync.catalogue.letter_model import BALANCED, REVERSED
from symsync.claims.regression import (
    Regression,
    Window,
    regression,
    regression_study,
    study_text,
)
from symsync.figures.data import (
    blockade_data,
    locking_data,
    phases_data,
    rates_data,
    tongue_data,
    validity_data,
)
from symsync.figures.drawing import Drawing, curves, density, sphere, style
from symsync.figures.letter_pictures import draw_phases, draw_rates, draw_tongue
from symsync.figures.pictures import (
    FIGURES,
    Picture,
    draw_all,
    draw_blockade,
    draw_locking,
    draw_validity,
)
from symsync.figures.tables import FigureData, Table

__all__ = [
    "BALANCED",
    "FIGURES",
    "REVERSED",
    "Drawing",
    "FigureData",
    "Picture",
    "Regression",
    "Table",
    "Window",
    "blockade_data",
    "curves",
    "density",
    "draw_all",
    "draw_blockade",
    "draw_locking",
    "draw_phases",
    "draw_rates",
    "draw_tongue",
    "draw_validity",
    "locking_data",
    "phases_data",
    "rates_data",
    "regression",
    "regression_study",
    "sphere",
    "study_text",
    "style",
    "tongue_data",
    "validity_data",
]
