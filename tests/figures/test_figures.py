"""The figures show the exact state and the first order, and say so on the command line."""

import csv
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from sympy import symbols

import symsync
from symsync import figures, reference
from symsync.figures import drawing
from symsync.figures.data import RANK_THRESHOLD

BALANCED = {"Delta": 0.0, **figures.BALANCED}
CASES = [
    (name, origin)
    for name, picture in figures.FIGURES.items()
    for origin in (("first", "both") if picture.has_origin else (None,))
]
LOCKING = figures.locking_data(t=[0, 1, 2])
SPHERE = figures.sphere_data([[1, 0, 0], [0, 0, 0], [0, 0, 0]], points=5)
MEASURES = ("S_rel_max", "negativity", "mutual_information")


class OnceEach(dict):
    """Values that a function makes of their keys when they are first asked for."""

    def __init__(self, make):
        super().__init__()
        self.make = make

    def __missing__(self, key):
        self[key] = self.make(key)
        return self[key]


@pytest.fixture(scope="module")
def computed():
    """Each figure's data by (name, origin)."""
    return OnceEach(lambda key: figures.FIGURES[key[0]].compute(*filter(None, key[1:])))


def judged(parameters):
    """The three measures of the reference's steady state."""
    rho = reference.steady_state(**parameters)
    return {name: getattr(reference, name)(rho) for name in MEASURES}


# Data --------------------------------------------------------------------------------------------


def test_the_references_husimi_function_points_where_the_engines_coherent_state_does():
    """Q of |θ,φ⟩ is 3/4π at (θ, φ) and zero opposite to it, for either spin; it integrates to 1."""
    theta, phi = 0.7, 1.9
    angles = dict(zip(symbols("theta phi", real=True), (theta, phi), strict=True))
    ket = np.array([complex(a.subs(angles)) for a in symsync.coherent_state(1, *angles)])
    up = np.array([1, 0, 0])
    nodes, weights = np.polynomial.legendre.leggauss(4)
    for site, pair in (("A", np.kron(ket, up)), ("B", np.kron(up, ket))):
        rho = np.outer(pair, pair.conj())
        assert np.isclose(reference.husimi(rho, site, theta, phi), 3 / (4 * np.pi), rtol=1e-14)
        assert abs(reference.husimi(rho, site, np.pi - theta, phi + np.pi)) < 1e-15
        around = 2 * np.pi * np.arange(5) / 5
        q = reference.husimi(rho, site, np.arccos(nodes)[:, None], around)
        assert np.isclose(weights @ q.mean(axis=1) * 2 * np.pi, 1, rtol=1e-14)


def test_spheres_and_phases_are_those_of_the_state(computed):
    data = computed["2", "both"]
    phases, spheres = data.tables["phases"], data.tables["spheres"]
    rho = reference.steady_state(epsilon=0.1, Delta=0.0, **figures.REVERSED)
    phi = phases.axes["phi"]
    assert np.array_equal(phases.values["S_rel_exact"][1], reference.S_rel(rho, phi))
    assert abs(phi[phases.values["S_rel_exact"][1].argmax()]) < 1e-15
    for name in ("p_A", "p_B"):
        for origin in ("exact", "first"):
            assert np.abs(phases.values[f"{name}_{origin}"]).max() < 1e-14
    assert np.abs(phases.values["S_rel_exact"][0]).max() < 1e-14
    equator = spheres.values["Q_B_exact"][1, 30, 7]
    assert equator == reference.husimi(rho, "B", np.pi / 2, spheres.axes["phi"][7])
    limit_cycle = 3 / (8 * np.pi) * np.sin(spheres.axes["theta"]) ** 2
    for site in "AB":
        first = spheres.values[f"Q_{site}_first"]
        assert np.allclose(first, limit_cycle[:, None], rtol=1e-14, atol=1e-16)


def test_first_order_phases_follow_from_the_series(computed, pair_series):
    phases = computed["2", "first"].tables["phases"]
    expected = symsync.S_rel(pair_series[1])
    assert symsync.equations["S_rel"].rhs.equals(expected)
    function = symsync.equations["S_rel"].function()
    value = function(phi=phases.axes["phi"], epsilon=0.1, Delta=0.0, **figures.REVERSED)
    assert np.array_equal(phases.values["S_rel_first"][1], value)


def test_the_tongue_is_that_of_the_exact_state(computed, rng):
    table = computed["3", "both"].tables["tongue"]
    assert table.shape == (101, 101)
    for i, j in rng.integers(0, 101, (6, 2)):
        point = {"epsilon": table.axes["epsilon"][i], "Delta": table.axes["Delta"][j]}
        for name, value in judged({**point, **figures.REVERSED}).items():
            # rounding is about 1e-16 times the ratio of the largest to the smallest rate
            assert np.isclose(table.values[f"{name}_exact"][i, j], value, rtol=1e-9, atol=1e-13)


def test_first_order_meets_the_exact_state_where_the_coupling_is_weak():
    """The relative error falls at least with ε: both measures have an ε² term of their own."""
    ratios = []
    for epsilon in (2e-3, 1e-3):
        grid = {"epsilon": np.array([0.0, epsilon]), "Delta": np.array([0.0, 0.7])}
        values = figures.tongue_data("both", **grid).tables["tongue"].values
        ratios.append({n: values[f"{n}_first"][1] / values[f"{n}_exact"][1] - 1 for n in MEASURES})
    for name in ("S_rel_max", "negativity"):
        fall = ratios[0][name] / ratios[1][name]
        assert (fall > 1.98).all()  # 2 for ε, 4 for ε², less a correction of the next order
        assert (fall < 4.02).all()
    assert (np.abs(ratios[1]["mutual_information"]) < 0.3).all()  # mixed at the same order ε²


def test_the_rates_of_figure_4(computed):
    """No locking and the most entanglement where B is balanced; half of it where they lock."""
    table, cut = (computed["4", "both"].tables[name] for name in ("rates", "cut"))
    i, j = 20, 77
    point = {"gamma_g_B": table.axes["gamma_g_B"][i], "gamma_d_B": table.axes["gamma_d_B"][j]}
    for name, value in judged({"epsilon": 0.1, **BALANCED, **point}).items():
        assert np.isclose(table.values[f"{name}_exact"][i, j], value, rtol=1e-12)
    locked = judged({"epsilon": 0.1, "Delta": 0.0, **figures.REVERSED})
    start = judged({"epsilon": 0.1, **BALANCED, "gamma_g_B": 1.0, "gamma_d_B": 1.0})
    for name in MEASURES:
        assert np.isclose(cut.values[f"{name}_exact"][0], start[name] / locked[name], rtol=1e-12)
    assert np.abs(np.diagonal(table.values["S_rel_max_first"])).max() == 0
    for name in ("negativity", "mutual_information"):
        values = cut.values[f"{name}_exact"]
        assert 1.9 < values[0] < 2.05
        assert 0.98 < values[-1] < 1.02
    assert cut.values["S_rel_max_exact"][0] < 0.04


def test_ranks_are_counted_from_the_schmidt_coefficients(computed):
    table = computed["4", "both"].tables["rates"]
    for origin in ("exact", "first"):
        ranks = table.values[f"schmidt_rank_{origin}"]
        assert (np.diagonal(ranks) == 3).all()
        assert ranks[0, -1] == ranks[-1, 0] == 2
    g, d = table.axes["gamma_g_B"][:, None], table.axes["gamma_d_B"]
    slow, fast = np.maximum(1 + g, 1 + d), np.minimum(1 + g, 1 + d)
    clear = np.abs(fast / slow - RANK_THRESHOLD) > 1e-9
    by_rates = np.where(fast / slow >= RANK_THRESHOLD, 3, 2)
    assert (table.values["schmidt_rank_first"] == by_rates)[clear].all()


def test_the_validity_is_the_error_of_first_order(computed):
    table = computed["validity", None].tables["validity"]
    i, j = 60, 70
    point = {"epsilon": table.axes["epsilon"][i], "Delta": table.axes["Delta"][j]}
    exact = judged({**point, **figures.REVERSED})
    for name in ("S_rel_max", "negativity"):
        first = symsync.equations[name].function()(**point, **figures.REVERSED)
        found = table.values[f"{name}_error"][i, j]
        assert np.isclose(found, abs(first / exact[name] - 1), rtol=1e-9)


def test_the_locking_sets_in_from_nothing(computed):
    data = computed["locking", "both"]
    table = data.tables["locking"]
    assert np.abs(table.values["S_rel_exact"][0]).max() < 1e-14  # rounding of 1/2π
    assert np.abs(table.values["S_rel_first"][0]).max() == 0
    rho = reference.evolve(table.axes["t"][40], **data.parameters)
    value = reference.S_rel(rho, table.axes["phi"])
    # the exponentials of one call share their number of squarings: 1e-16 times its norm, 1e3
    assert np.allclose(table.values["S_rel_exact"][40], value, atol=1e-12, rtol=0)
    error = np.abs(table.values["S_rel_exact"] - table.values["S_rel_first"]).max()
    assert 1e-5 < error < 0.02 * value.max()


def test_the_blockade_entangles_and_does_not_lock(computed):
    table = computed["blockade", "both"].tables["blockade"]
    middle = len(table.axes["imbalance"]) // 2
    assert table.axes["imbalance"][middle] == 1
    exact = judged({"epsilon": table.axes["epsilon"], "gamma_g_B": 1.0, "gamma_d_B": 1.0,
                    **BALANCED})  # fmt: skip
    for name in ("S_rel_max", "negativity"):
        assert np.allclose(table.values[f"{name}_exact"][:, middle], exact[name], rtol=1e-12)
    assert np.abs(table.values["S_rel_max_first"][:, middle]).max() == 0
    assert (table.values["negativity_exact"][:, middle] > 0).all()
    assert (table.values["S_rel_max_exact"].argmin(axis=1) == middle).all()
    assert (table.values["locked_fraction_exact"][:, middle] < 0.1).all()


@pytest.mark.parametrize("origin", ["exact", "first"])
def test_the_locked_fraction_has_a_limit_without_coupling(origin):
    """It is that extrapolated from weak couplings, less some ε², and nothing warns."""
    data = figures.blockade_data(origin, epsilon=[0, 1e-4, 2e-4], imbalance=[0.01, 0.3, 1, 5])
    values = data.tables["blockade"].values
    limit, weak, double = values[f"locked_fraction_{origin}"]
    assert np.allclose(limit, 2 * weak - double, rtol=0, atol=1e-5)
    assert limit[0] > 0.8
    assert (values[f"S_rel_max_{origin}"][0] == 0).all()


def test_data_are_saved_with_their_parameters(computed, tmp_path):
    data = computed["2", "both"]
    data.save(tmp_path / "fig2.npz")
    with np.load(tmp_path / "fig2.npz") as kept:
        assert kept["parameters/gamma_g_A"] == 100
        assert np.array_equal(kept["phases/phi"], data.tables["phases"].axes["phi"])
        assert np.array_equal(kept["spheres/Q_A_exact"], data.tables["spheres"].values["Q_A_exact"])
    data = computed["4", "first"]
    data.save(tmp_path / "fig4.csv")
    head, *lines = (tmp_path / "fig4.csv").read_text(encoding="utf-8").splitlines()
    assert head.startswith("# figure 4: epsilon = 0.1, Delta = 0.0, gamma_g_A = 1.0")
    rows = [row for row in csv.DictReader(lines) if row["table"] == "cut"]
    found = np.array([float(row["negativity_first"]) for row in rows])
    assert np.array_equal(found, data.tables["cut"].values["negativity_first"])
    assert rows[0]["gamma_g_B"] == ""


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: figures.Table({"x": np.ones(2)}, {"y": np.ones(3)}), "grid's shape \\(2,\\)"),
        (lambda: figures.tongue_data("second"), "`origin` must be one of exact, first, both"),
        (lambda: figures.tongue_data(Delta=1.0), "`Delta` must be two or more .* but is 1.0"),
        (lambda: figures.tongue_data(Delta=[1, 0]), "`Delta` must be two or more"),
        (lambda: figures.tongue_data(rates={"kappa": 1}), "`rates` must .* has 'kappa': 1"),
        (lambda: figures.rates_data(rates={"gamma_d_A": 0}), "`rates` must .* 'gamma_d_A': 0"),
        (lambda: figures.regression([1, 2], [1]), "must have one shape"),
        (lambda: figures.regression([1, 1], [1, 2]), "must vary"),
        (lambda: figures.regression_study([0.0]), "`epsilon` must hold positive finite"),
        (lambda: figures.locking_data().save("locking.txt"), "must end in .csv or .npz"),
        (lambda: figures.draw(LOCKING).save("locking.bmp"), "must end in .pdf, .svg, .png"),
        (lambda: figures.draw("3"), "`data` must be what a function"),
        (lambda: figures.draw(LOCKING, width="3cm"), "`width` must be one-column, .* '3cm'"),
        (lambda: figures.draw(LOCKING, panels="S_rel"), "'S_rel'. Did you mean"),
        (lambda: figures.draw(LOCKING, contours={"N": 1}), "`contours` must name .* 'N'"),
        (lambda: figures.draw(LOCKING, unit=(0, "Hz")), "`unit`.* but is \\(0, 'Hz'\\)\\."),
        (lambda: figures.draw(LOCKING, unit=3), "`unit` must be a positive number and its name"),
        (lambda: figures.draw(LOCKING, contours=3), "`contours` must be .* but is 3"),
        (lambda: figures.draw(SPHERE, contours={"Q_A": 1}), "among none, but names 'Q_A'"),
        (lambda: figures.phases_data(epsilon=-1), "`epsilon` must be non-negative, but is -1"),
        (
            lambda: figures.locking_data("exact", epsilon=1e300, t=[0, 1]),
            "S_rel has no finite value",
        ),
        (lambda: figures.draw(LOCKING, labels={"epsilom": "x"}), "`labels` .* mean 'epsilon'"),
        (lambda: figures.draw(LOCKING, contours={"negativity": np.nan}), "`contours`.* nan"),
        (lambda: figures.draw(LOCKING, labels={"t": 3}), "`labels`.* {'t': 3}"),
        (lambda: figures.draw(LOCKING, Figure().subplots()), "`into` is one Axes, .* 3 panels"),
        (lambda: figures.draw(LOCKING, Figure(), width=99), "`width` is that of a new figure"),
        (lambda: figures.draw(LOCKING, 3), "`into` must be"),
    ],
)
def test_wrong_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# Regressions -------------------------------------------------------------------------------------


@pytest.mark.parametrize("with_offset", [True, False])
def test_the_regression_is_numpys(with_offset, rng):
    x = rng.random((7, 9))
    y = 0.3 * x + 0.1 + 0.05 * rng.random((7, 9))
    found = figures.regression(x, y, with_offset=with_offset)
    columns = np.stack([x.ravel(), np.ones(x.size)], axis=1)[:, : 1 + with_offset]
    solution, (left,), *_ = np.linalg.lstsq(columns, y.ravel(), rcond=None)
    assert np.allclose([found.slope, found.offset][: 1 + with_offset], solution, rtol=1e-12)
    assert np.isclose(found.r_squared, 1 - left / (y.size * np.var(y)), rtol=1e-12)
    assert np.isclose(found.r_squared_about_zero, 1 - left / (y**2).sum(), rtol=1e-12)
    assert with_offset or found.offset == 0


def test_one_window_and_a_free_offset_give_the_letters_figures():
    """0.23, 0.27 and 0.96 over ε ≤ 0.1 and |Δ| ≤ 2 (γ^d_A), with an offset of 12 % in I."""
    study = figures.regression_study()
    agreeing = [window for window in study if window.agrees]
    assert [(w.epsilon, w.Delta, w.with_offset) for w in agreeing] == [(0.1, 2.0, True)]
    window = agreeing[0]
    assert abs(window.mutual_information.offset / window.largest - 0.12) < 0.005
    assert abs(window.negativity.offset / window.largest + 0.013) < 0.0005
    assert all(w.mutual_information.slope > 0.3 for w in study if not w.with_offset
               and w.epsilon == 0.1)  # fmt: skip


def test_the_documented_table_is_the_study():
    page = (Path(__file__).parents[2] / "docs/figures.md").read_text(encoding="utf-8")
    assert figures.study_text(figures.regression_study()) in page


# Drawings ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def drawn(computed):
    """Each figure drawn by (name, origin) and width, matplotlib's settings being left alone."""

    def draw(key):
        before = dict(mpl.rcParams)
        found = figures.draw(computed[key[:2]], width=(*key, None)[2])
        assert dict(mpl.rcParams) == before
        return found

    return OnceEach(draw)


@pytest.mark.parametrize(
    ("name", "origin"),
    [(name, origin) if origin != "first" or name == "2" else
     pytest.param(name, origin, marks=pytest.mark.slow) for name, origin in CASES],
)  # fmt: skip
def test_what_is_drawn_is_the_data(name, origin, drawn):
    """Each density shows the values of its name, each line those of its label."""
    drawing_ = drawn[name, origin]
    assert drawing_.axes
    shown = 0
    for panel, ax in drawing_.axes.items():
        for table in drawing_.data.tables.values():
            if panel in table.values and np.ndim(table.values[panel]) == 2:
                colours = np.asarray(ax.collections[0].get_array()).reshape(-1)
                assert np.array_equal(np.sort(colours), np.sort(table.values[panel].ravel()))
                shown += 1
    lines = sum(len(ax.lines) for ax in drawing_.axes.values())
    assert shown or (name == "2" and lines > 6)


def test_lines_are_at_their_levels_and_panels_have_letters(drawn):
    """Errors of 1, 5 and 20 %, a tenth of the locking; (a) to (f), and none for one panel."""
    for ax in drawn["validity", None].axes.values():
        assert {text.get_text() for text in ax.texts} == {"1 %", "5 %", "20 %"}
    blockade = drawn["blockade", "both"]
    ax = blockade.axes["locked_fraction_exact"]
    x, y = ax.collections[1].get_paths()[0].vertices[7]
    point = {"epsilon": y, "Delta": 0, "gamma_g_B": x**-0.5, "gamma_d_B": x**0.5}
    found = judged({**BALANCED, **point})
    fraction = found["S_rel_max"] / found["negativity"] / (9 * np.pi / 128)
    assert np.isclose(fraction, 0.1, rtol=0.02)  # between points of the grid a line is straight
    texts = [text.get_text() for text in blockade.figure.findobj(Text)]
    assert {text[:3] for text in texts if text[:1] == "("} == {f"({each})" for each in "abcdef"}
    alone = figures.draw(LOCKING, panels="error")
    assert not any(text.get_text()[:1] == "(" for text in alone.figure.findobj(Text))


def test_lines_are_the_cut(drawn):
    cut = drawn["4", "both"].data.tables["cut"]
    ax = drawn["4", "both"].axes["cut_exact"]
    dashes = set()
    for name, line in zip(("S_rel_max", "mutual_information", "negativity"), ax.lines,
                          strict=False):  # fmt: skip
        assert np.array_equal(line.get_ydata(), cut.values[f"{name}_exact"])
        dashes.add(line.get_linestyle())
    assert len({str(line._dash_pattern) for line in ax.lines[:3]}) == 3


def test_ranks_are_written_where_they_are():
    """In a window that is not symmetric; coherences are as (1 + γ^g) to (1 + γ^d)."""
    data = figures.rates_data(
        "first", gamma_g_B=np.geomspace(0.1, 1, 11), gamma_d_B=np.geomspace(1, 100, 21)
    )
    ax = figures.draw(data, panels="negativity").axes["negativity_first"]
    assert len(ax.texts) == 3
    for text in ax.texts:
        x, y = text.get_position()
        g, d = 10 ** (x - 1), 100**y
        assert text.get_text() == ("3" if (1 + g) / (1 + d) > RANK_THRESHOLD else "2")


def test_the_line_in_the_map_is_the_phase_at_which_the_spins_lock(drawn):
    found = drawn["locking", "first"]
    table = found.data.tables["locking"]
    (line,) = found.axes["S_rel_first"].lines
    assert np.array_equal(line.get_xdata(), table.axes["t"])
    highest = table.axes["phi"][table.values["S_rel_first"].argmax(axis=1)]
    assert np.abs(line.get_ydata() - highest)[1:].max() < np.pi / 90  # half a step of the grid
    assert np.isnan(line.get_ydata()[0])  # nothing is locked yet


def test_the_sphere_shows_the_function_where_it_is():
    """Each pixel holds the value at its own θ and φ, seen from 20° above the equator."""
    theta, phi = np.linspace(0, np.pi, 91), np.linspace(-np.pi, np.pi, 181)
    image = drawing.sphere(Figure().subplots(), np.cos(theta)[:, None] + 0 * phi)
    seen = np.asarray(image.get_array().filled(np.nan))
    polar, azimuth = drawing.lens(len(seen))
    inside = np.isfinite(polar)
    assert abs(inside.mean() - np.pi / 4) < 0.01
    assert np.nanmax(np.abs(seen - np.cos(polar))) < (np.pi / 90) ** 2 / 8 * 1.01  # linear between
    middle = len(seen) // 2
    assert np.isclose(polar[middle, middle], np.pi / 2 - drawing.TILT)
    assert azimuth[middle, middle] == 0
    right = azimuth[middle, middle + 40]
    assert 0 < right < np.pi / 2


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            (*case, width),
            marks=() if (case[0], width) in (("2", "one-column"), ("locking", "two-columns"))
            else pytest.mark.slow,
        )
        for case in CASES if case[1] in ("both", None) for width in figures.WIDTHS
    ],
    ids=lambda case: f"{case[0]} {case[2]}",
)  # fmt: skip
def test_no_text_lies_on_another(case, drawn, monkeypatch):
    assert_readable(drawn[case], monkeypatch)


def assert_readable(drawing_, monkeypatch):
    """All text is inside the figure, of 7 to 9 points, and none lies on another."""
    texts, draw = [], Text.draw

    def recording(text, renderer):
        texts.append(text)
        draw(text, renderer)

    monkeypatch.setattr(Text, "draw", recording)
    figure = drawing_.figure
    canvas = FigureCanvasAgg(figure)
    with figures.style():
        canvas.draw()
    boxes = {}
    for text in filter(Text.get_text, texts):
        boxes[text] = text.get_window_extent(canvas.get_renderer())
    for text, box in boxes.items():
        assert 7 <= text.get_fontsize() <= 9, text
        assert figure.bbox.padded(1).contains(*box.min), text  # a pixel: anti-aliasing
        assert figure.bbox.padded(1).contains(*box.max), text
    for one, other in combinations(boxes, 2):
        common = Bbox.intersection(boxes[one], boxes[other])
        # boxes hold a line's full height, glyphs less: two pixels of 1/100 inch are no overlap
        assert common is None or min(common.width, common.height) < 2, (one, other)


@pytest.mark.parametrize("ending", ["pdf", "svg", "png"])
def test_files_have_the_format_of_their_ending(ending, tmp_path):
    """Dates and random names are left out: drawn once more, the file is the same."""
    path = tmp_path / f"figure.{ending}"
    figures.draw(LOCKING, panels="error").save(path)
    content = path.read_bytes()
    assert content.startswith({"pdf": b"%PDF", "svg": b"<?xml", "png": b"\x89PNG"}[ending])
    assert b"CreationDate" not in content
    assert b"<dc:date>" not in content
    figures.draw(LOCKING, panels="error").save(path)
    assert path.read_bytes() == content


def test_figures_fit_into_ones_own(computed):
    """Whole figures into a subfigure, single panels into given axes."""
    figure = Figure()
    left, right = figure.subfigures(1, 2)
    drawing_ = figures.draw(computed["3", "both"], left)
    assert drawing_.figure is left
    assert drawing_._repr_png_().startswith(b"\x89PNG")
    ax = right.subplots()
    one = figures.draw(computed["3", "first"], ax, panels="negativity")
    assert one.axes == {"negativity_first": ax}
    assert ax.get_xlabel() == r"$\Delta/\gamma^d_A$"
    bare = Figure().add_axes((0.2, 0.2, 0.6, 0.5))  # which is in no grid
    assert len(figures.draw(LOCKING, bare, panels=["error"]).figure.axes) == 2


def test_a_picture_is_as_wide_as_a_column(drawn):
    """86 and 178 mm; what would be narrower than 40 mm stands one below the other."""
    for name, columns, width in (("2", 2, 86), ("3", 2, 86), ("locking", 1, 86), ("3", 3, 178)):
        words = {86: "one-column", 178: "two-columns"}[width]
        found = drawn[name, "both", words]
        assert np.isclose(25.4 * found.figure.get_size_inches()[0], width)
        lefts = {ax.get_subplotspec().get_topmost_subplotspec().colspan.start
                 for ax in found.axes.values()}  # fmt: skip
        assert len(lefts) == columns + (name == "2")  # ε = 0, exact and first order
    assert np.isclose(figures.draw(LOCKING, width=120).figure.get_size_inches()[0], 120 / 25.4)


def test_rates_windows_units_labels_and_contours_are_ones_own():
    """Rates in MHz: the axes are in MHz, and N is as it is with all rates and grids as large."""
    rates = {"gamma_g_A": 30, "gamma_d_A": 3, "gamma_g_B": 3, "gamma_d_B": 30}
    epsilon, Delta = np.linspace(0, 6, 41), np.linspace(-6, 12, 31)
    data = figures.tongue_data("first", epsilon=epsilon, Delta=Delta, rates=rates)
    small = {name: rate / 3 for name, rate in rates.items()}
    scaled = figures.tongue_data("first", epsilon=epsilon / 3, Delta=Delta / 3, rates=small)
    name = "negativity_first"
    values = data.tables["tongue"].values[name]
    assert np.allclose(values, scaled.tables["tongue"].values[name], rtol=1e-14)
    level = float(np.median(values))
    found = figures.draw(
        data, panels="negativity", unit=(1, r"\mathrm{MHz}"), labels={"epsilon": "coupling"},
        contours={"negativity": level},
    )  # fmt: skip
    ax = found.axes[name]
    assert (ax.get_xlim(), ax.get_ylim()) == ((-6, 12), (0, 6))
    assert (ax.get_xlabel(), ax.get_ylabel()) == (r"$\Delta/\mathrm{MHz}$", "coupling")
    assert figures.draw(data, panels="negativity").axes[name].get_xlim() == (-2, 4)
    x, y = ax.collections[1].get_paths()[0].vertices[5:9].T
    along = symsync.equations["negativity"].function()(epsilon=y, Delta=x, **rates)
    # between the points of the grid a contour is straight: (0.6/2)²/8 of the curvature, below 1 %
    assert np.allclose(along, level, rtol=1e-2)
    assert len(ax.texts) == 1


def test_default_windows_follow_the_unit():
    """With γ^d_A twice as large, windows are twice as wide, and pictures the same."""
    double = {"gamma_g_A": 200, "gamma_d_A": 2, "gamma_g_B": 2, "gamma_d_B": 200}
    of_A = {"gamma_g_A": 2, "gamma_d_A": 2}
    twice = {"epsilon": 0.2, "Delta": 4.0}
    for make, origin, given in (
        (figures.tongue_data, ["first"], {"rates": double}),
        (figures.rates_data, ["first"], {"rates": of_A, "epsilon": 0.2}),
        (figures.blockade_data, ["first"], {"rates": of_A}),
        (figures.locking_data, ["first"], {"rates": double, **twice}),
        (figures.validity_data, [], {"rates": double}),
    ):
        one, two = make(*origin), make(*origin, **given)
        for title, table in one.tables.items():
            for name, values in table.values.items():
                other = two.tables[title].values[name]
                assert np.allclose(values, other, rtol=1e-9, atol=1e-12), (make, name)


# Colours -----------------------------------------------------------------------------------------


def lightness(rgb):
    """L* of CIELAB for sRGB colours, shape (n, 3)."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    y = linear @ [0.2126, 0.7152, 0.0722]
    return np.where(y > (6 / 29) ** 3, 116 * np.cbrt(y) - 16, y * (29 / 3) ** 3)


# Viénot, Brettel and Mollon, Color Res. Appl. 24, 243 (1999), on linear RGB
DICHROMATS = {
    "protanope": [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]],
    "deuteranope": [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]],
}


def test_the_map_prints_in_grey_and_is_read_by_the_colour_blind(drawn):
    """L* rises from 14 to 91, as dichromats see it by 70 too; the middle, zero, is grey."""
    with figures.style():
        cmap = mpl.colormaps[mpl.rcParams["image.cmap"]]
    rgb = cmap(np.arange(256) / 255)[:, :3]
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = {"grey": rgb}
    for name, matrix in DICHROMATS.items():
        mixed = np.clip(linear @ np.transpose(matrix), 0, 1)
        seen[name] = np.where(mixed <= 0.0031308, 12.92 * mixed, 1.055 * mixed ** (1 / 2.4) - 0.055)
    for name, colours in seen.items():
        steps = np.diff(lightness(colours))
        assert (steps > 0).all(), name
        assert lightness(colours)[-1] - lightness(colours)[0] > 70
    assert np.allclose(lightness(rgb[[0, -1]]), [14, 91], atol=0.5)
    assert np.ptp(rgb[127:129], axis=1).max() < 0.03
    for name, key in (("3", "both"), ("4", "both"), ("blockade", "both"), ("locking", "both")):
        for panel, ax in drawn[name, key].axes.items():
            for mesh in ax.collections[:1]:
                assert mesh.get_cmap() == cmap, panel


def test_drawing_needs_no_pyplot():
    code = (
        "import sys, symsync.figures as f; f.draw(f.locking_data('first'))._repr_png_(); "
        "print('matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
