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
MEASURES = ("S_rel_max", "negativity", "mutual_information")


@pytest.fixture(scope="module")
def computed():
    """Each figure's data by (name, origin)."""
    return {
        (name, origin): figures.FIGURES[name].compute(*filter(None, [origin]))
        for name, origin in CASES
    }


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
        (lambda: figures.tongue_data(Delta=1.0), "`Delta` must be an array of shape"),
        (lambda: figures.regression([1, 2], [1]), "must have one shape"),
        (lambda: figures.regression([1, 1], [1, 2]), "must vary"),
        (lambda: figures.regression_study([0.0]), "`epsilon` must hold positive finite"),
        (lambda: figures.locking_data().save("locking.txt"), "must end in .csv or .npz"),
        (lambda: figures.draw_locking().save("locking.bmp"), "must end in .pdf, .svg, .png"),
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
    """Each figure drawn by (name, origin), with matplotlib's settings before and after."""
    before = dict(mpl.rcParams)
    found = {key: figures.FIGURES[key[0]].draw(data) for key, data in computed.items()}
    assert dict(mpl.rcParams) == before
    return found


@pytest.mark.parametrize(("name", "origin"), CASES)
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


def test_lines_are_the_cut(drawn):
    cut = drawn["4", "both"].data.tables["cut"]
    ax = drawn["4", "both"].axes["cut_exact"]
    dashes = set()
    for name, line in zip(("S_rel_max", "mutual_information", "negativity"), ax.lines,
                          strict=False):  # fmt: skip
        assert np.array_equal(line.get_ydata(), cut.values[f"{name}_exact"])
        dashes.add(line.get_linestyle())
    assert len({str(line._dash_pattern) for line in ax.lines[:3]}) == 3


def test_the_sphere_shows_the_function_where_it_is():
    """Each pixel holds the value at its own θ and φ, seen from 20° above the equator."""
    theta, phi = np.linspace(0, np.pi, 91), np.linspace(-np.pi, np.pi, 181)
    image = figures.sphere(Figure().subplots(), np.cos(theta)[:, None] + 0 * phi)
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
    "case", [case if case[0] in ("2", "locking") else pytest.param(case, marks=pytest.mark.slow)
             for case in CASES if case[1] in ("both", None)],
    ids=lambda case: case[0],
)  # fmt: skip
def test_no_text_lies_on_another(case, drawn, monkeypatch):
    texts, draw = [], Text.draw

    def recording(text, renderer):
        texts.append(text)
        draw(text, renderer)

    monkeypatch.setattr(Text, "draw", recording)
    figure = drawn[case].figure
    canvas = FigureCanvasAgg(figure)
    with figures.style():
        canvas.draw()
    boxes = {}
    for text in filter(Text.get_text, texts):
        boxes[text] = text.get_window_extent(canvas.get_renderer())
    for text, box in boxes.items():
        assert figure.bbox.padded(1).contains(*box.min), text  # a pixel: anti-aliasing
        assert figure.bbox.padded(1).contains(*box.max), text
    for one, other in combinations(boxes, 2):
        common = Bbox.intersection(boxes[one], boxes[other])
        # boxes hold a line's full height, glyphs less: two pixels of 1/100 inch are no overlap
        assert common is None or min(common.width, common.height) < 2, (one, other)


@pytest.mark.parametrize("ending", ["pdf", "svg", "png"])
def test_files_have_the_format_of_their_ending(ending, drawn, tmp_path):
    path = tmp_path / f"figure.{ending}"
    drawn["locking", "first"].save(path)
    start = {"pdf": b"%PDF", "svg": b"<?xml", "png": b"\x89PNG"}[ending]
    assert path.read_bytes().startswith(start)


def test_figures_fit_into_ones_own(computed):
    """Whole figures into a subfigure, single panels into given axes."""
    figure = Figure()
    left, right = figure.subfigures(1, 2)
    drawing_ = figures.draw_tongue(computed["3", "both"], fig=left)
    assert drawing_.figure is left
    assert drawing_._repr_png_().startswith(b"\x89PNG")
    ax = right.subplots()
    mesh = figures.density(ax, computed["3", "both"].tables["tongue"], "negativity_exact",
                           x="epsilon", y="Delta")  # fmt: skip
    assert mesh.axes is ax
    lines = figures.curves(ax, computed["2", "both"].tables["phases"], {"S_rel_exact": "S"},
                           x="phi", row=1)  # fmt: skip
    assert [line.axes for line in lines] == [ax]


def test_drawing_needs_no_pyplot():
    code = (
        "import sys, symsync.figures as f; f.draw_locking(f.locking_data('first'))._repr_png_(); "
        "print('matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
