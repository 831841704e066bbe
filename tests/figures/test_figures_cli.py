"""The commands `figure` and `regression` write what they say, and refuse in one sentence."""

import json
import sys

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


def test_without_matplotlib_the_extra_is_named(capsys, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert main(["figure", "locking", "-o", str(tmp_path / "locking.pdf")]) == 2
    message = "symsync: A figure needs matplotlib: pip install 'symsync[plot]'.\n"
    assert capsys.readouterr().err == message
    with pytest.raises(ImportError, match="symsync\\[plot\\]"):
        figures.draw_locking()
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
