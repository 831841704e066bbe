"""The commands `figure` and `regression` write what they say, and refuse in one sentence."""

import json
import sys

import numpy as np
import pytest

from symsync import figures
from symsync.cli import main


def test_figure_writes_the_picture_and_its_data(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["figure", "2", "--data", "fig2.csv", "--from", "first"]) == 0
    assert capsys.readouterr().out == "Wrote fig2.csv\nWrote figure2.pdf\n"
    assert (tmp_path / "figure2.pdf").read_bytes().startswith(b"%PDF")
    assert "S_rel_first" in (tmp_path / "fig2.csv").read_text(encoding="utf-8")
    assert main(["figure", "locking", "--from", "first", "-o", "locking.SVG"]) == 0
    assert (tmp_path / "locking.SVG").read_bytes().startswith(b"<?xml")


def test_figure_takes_rates_windows_panels_and_looks(tmp_path, monkeypatch):
    """What the command writes is what the functions give for the same arguments."""
    monkeypatch.chdir(tmp_path)
    drawn = []
    draw = figures.draw
    monkeypatch.setattr(figures, "draw", lambda *a, **b: drawn.append(draw(*a, **b)) or drawn[-1])
    command = ["figure", "3", "-o", "a.svg", "--data", "a.npz", "--from", "first"]
    command += ["--rates", "gamma_g_A=10", "gamma_d_B=10", "--window", "epsilon=0:0.5", "Delta=1:3"]
    command += ["--panels", "negativity", "S_rel_max", "--width", "one-column"]
    command += ["--contours", "negativity=0.1,0.2", "--labels", "epsilon=$g$", "--unit", "2", "Hz"]
    assert main(command) == 0
    rates = {"gamma_g_A": 10, "gamma_d_B": 10}
    grids = {"epsilon": np.linspace(0, 0.5, 101), "Delta": np.linspace(1, 3, 101)}
    expected = figures.tongue_data("first", **grids, rates=rates)
    (found,) = drawn
    for name, values in expected.tables["tongue"].values.items():
        assert np.array_equal(found.data.tables["tongue"].values[name], values)
    assert list(found.axes) == ["negativity_first", "S_rel_max_first"]
    ax = found.axes["negativity_first"]
    assert (ax.get_ylabel(), ax.get_xlim(), len(ax.texts)) == ("$g$", (0.5, 1.5), 2)
    assert np.isclose(found.figure.get_size_inches()[0], 86 / 25.4)
    assert main(["figure", "locking", "--window", "t=0:1", "epsilon=0.2", "--width", "120"]) == 0
    assert drawn[1].data.parameters["epsilon"] == 0.2
    assert drawn[1].data.tables["locking"].axes["t"][-1] == 1
    assert np.isclose(drawn[1].figure.get_size_inches()[0], 120 / 25.4)


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["figure"], "the following arguments are required: NAME"),
        (["figure", "5"], "No figure is named '5'; there are 2, 3, 4, validity"),
        (["figure", "lokcing"], "Did you mean 'locking'?"),
        (["figure", "3", "-o", "fig3.doc"], "`--output` must end in .pdf, .svg, .png"),
        (["figure", "3", "--data", "fig3.xls"], "`--data` must end in .csv, .npz"),
        (["figure", "3", "--from", "second"], "invalid choice: 'second'"),
        (["figure", "validity", "--from", "exact"], "leave --from out"),
        (["figure", "3", "--rates", "kappa=1"], "has 'kappa': 1.0"),
        (["figure", "3", "--rates", "gamma_d_A"], "written parameter=number"),
        (["figure", "3", "--window", "t=0:1"], "must be among epsilon=low:high, Delta=low:high"),
        (["figure", "2", "--window", "epsilon=0:1"], "must be among epsilon=number, Delta=number"),
        (["figure", "3", "--window", "epsilon=0-1"], "must be written name=number:number"),
        (["figure", "3", "--window", "epsilon=1:0"], "must be epsilon=low:high with low < high"),
        (["figure", "3", "--window", "epsilon=0:1e400"], "with finite numbers, but is 'epsilon=0"),
        (["figure", "validity", "--window", "epsilon=0:1"], "above 0, for the axis of epsilon is"),
        (["figure", "2", "--window", "epsilon=-0.1"], "must be non-negative, but is -0.1"),
        (["figure", "3", "--rates", "gamma_d_B=1e200"], "S_rel_max has no finite value"),
        (["figure", "3", "--window", "epsilon=0:1e300"], "S_rel_max has no finite value"),
        (["figure", "4", "--contours", "cut=1"], "among S_rel_max, negativity, but names 'cut'"),
        (
            ["figure", "3", "--panels", "S_rel_max", "--contours", "negativity=0.1"],
            "`contours` must name panels among S_rel_max, but names 'negativity'",
        ),
        (["figure", "locking", "--panels", "N"], "must name panels among S_rel_exact"),
        (["figure", "locking", "--contours", "N=a"], "must be written name=number,number"),
        (["figure", "locking", "--labels", "t"], "must be written name=text, but is 't'"),
        (["figure", "locking", "--labels", r"t=$\foo$"], "Unknown symbol: \\foo"),
        (["figure", "locking", "--width", "wide"], "`width` must be one-column, two-columns or"),
        (["figure", "locking", "--width", "3cm"], "`--width` must be a finite number such as 0.1"),
        (["figure", "locking", "--unit", "0", "Hz"], "Argument `unit` must be a positive number"),
        (["regression", "--epsilon", "-1"], "`epsilon` must hold positive finite numbers"),
        (["regression", "--Delta", "nan"], "`Delta` must hold positive finite numbers"),
        (
            ["figure", "locking", "--from", "first", "-o", "/none/such/figure.pdf"],
            "could not be written: No such",
        ),
        (["figure", "locking", "--data", "/none/such/figure.npz"], "could not be written: No such"),
    ],
)
def test_wrong_arguments_are_code_two_and_one_sentence(argv, message, capsys):
    assert main(argv) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err
    assert len(captured.err.splitlines()) == 1


def test_a_level_that_is_not_reached_is_named(tmp_path, capsys):
    """The largest N of Fig. 3 is 0.1 to first order, and 0.088 exactly."""
    command = ["figure", "3", "--panels", "negativity", "-o", str(tmp_path / "a.png")]
    assert main([*command, "--contours", "negativity=0.05,0.09,1000"]) == 0
    said = capsys.readouterr().err.splitlines()
    ending = "for its values are from 0 to 0.0876."
    assert said == [
        f"symsync: No line is drawn at negativity = {n}, {ending}" for n in (0.09, 1000)
    ]


def test_without_matplotlib_the_extra_is_named(capsys, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert main(["figure", "locking", "-o", str(tmp_path / "locking.pdf")]) == 2
    message = "symsync: A figure needs matplotlib: pip install 'symsync[plot]'.\n"
    assert capsys.readouterr().err == message
    with pytest.raises(ImportError, match="symsync\\[plot\\]"):
        figures.draw(figures.locking_data("first"))
    assert figures.regression([0, 1], [0, 1]).slope == 1


def test_regression_prints_the_study(capsys):
    bounds = ["--epsilon", "0.1", "--Delta", "2"]
    assert main(["regression", *bounds]) == 0
    study = figures.regression_study([0.1], [2.0])
    assert capsys.readouterr().out == figures.study_text(study) + "\n"
    assert main(["regression", *bounds, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows == [window.to_dict() for window in study]
    assert [row["agrees"] for row in rows] == [True, False]
