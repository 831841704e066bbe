"""The command line answers in one sentence and with the right code."""

import io
import json
import math
import subprocess
import sys

import mpmath
import numpy as np
import pytest

import symsync
from symsync.claims.ledger import Report, Verdict
from symsync.cli import console, main
from symsync.cli.arguments import UsageError, numbers

POINT = ["epsilon=0.1", "Delta=0", "gamma_g_A=100", "gamma_d_A=1", "gamma_g_B=1", "gamma_d_B=100"]

IDENTICAL = ["Delta=1", "gamma_g_A=1", "gamma_d_A=2", "gamma_g_B=1", "gamma_d_B=2"]


def test_without_a_command_it_helps(capsys):
    assert main([]) == 0
    assert "evaluate" in capsys.readouterr().out


def test_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"symsync {symsync.__version__}\n"


def test_list_names_every_equation(capsys):
    assert main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(symsync.equations)


def test_latex_prints_what_the_equation_prints(capsys):
    assert main(["latex", "S_rel", "mu_plus"]) == 0
    expected = [symsync.equations[name].latex() for name in ("S_rel", "mu_plus")]
    assert capsys.readouterr().out == "\n".join(expected) + "\n"


def test_equations_go_by_the_letters_number_too(capsys):
    assert main(["latex", "6"]) == 0
    assert capsys.readouterr().out == symsync.equations.letter(6).latex() + "\n"


def test_latex_makes_a_document(capsys, monkeypatch):
    """Of the equations that are named, or of all."""
    assert main(["latex", "--document", "S_rel"]) == 0
    assert capsys.readouterr().out == symsync.document([symsync.equations["S_rel"]])
    monkeypatch.setattr(symsync, "document", lambda all_, _: " ".join(e.label for e in all_))
    assert main(["latex", "--document"]) == 0
    assert capsys.readouterr().out.split() == list(symsync.equations)


def test_latex_takes_a_notation(capsys):
    """A LaTeX of a symbol may hold a backslash and a sign of equality."""
    names = ["--name", r"gamma_g_A=\kappa_{n=1}", "epsilon=g"]
    assert main(["latex", "8", *names]) == 0
    expected = symsync.equations.letter(8).latex({"gamma_g_A": r"\kappa_{n=1}", "epsilon": "g"})
    assert capsys.readouterr().out == f"{expected}\n"
    assert main(["latex", "--document", "8", *names]) == 0
    assert r"\kappa_{n=1}" in capsys.readouterr().out
    assert main(["latex", "8", "--name", "gama_g_A=x"]) == 2
    assert "Did you mean 'gamma_g_A'" in capsys.readouterr().err
    assert main(["latex", "8", "--name", "epsilon"]) == 2
    assert "must be written symbol=LaTeX" in capsys.readouterr().err


def test_code_is_printed_or_written(capsys, monkeypatch, tmp_path):
    """In C with its header, in JavaScript several equations in one script."""
    monkeypatch.chdir(tmp_path)
    formulas = [symsync.equations[name] for name in ("negativity", "S_rel_max")]
    assert main(["code", "negativity", "--language", "fortran"]) == 0
    assert capsys.readouterr().out == str(formulas[0].code("fortran"))
    code = formulas[0].code("c")
    assert main(["code", "negativity", "--language", "c"]) == 0
    assert capsys.readouterr().out == f"{code.header}\n{code}"
    assert main(["code", "negativity", "--language", "c", "-o", "own.c"]) == 0
    assert (tmp_path / "own.c").read_text(encoding="utf-8") == code.source
    assert (tmp_path / f"{code.name}.h").read_text(encoding="utf-8") == code.header
    names = ["negativity", "S_rel_max"]
    assert main(["code", *names, "--language", "javascript", "-o", "both.js"]) == 0
    assert (tmp_path / "both.js").read_text(encoding="utf-8") == symsync.javascript(formulas)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--language", "cobol"], "one of c, javascript, julia, fortran, but is 'cobol'"),
        ([], "the following arguments are required: --language"),
        (["S_rel", "--language", "c"], "Language 'c' takes one NAME, but here are 2. Call it"),
        (["--language", "c", "-o", "symsync_negativity.h"], "must not be symsync_negativity.h"),
        (["--language", "c", "-o", "missing/own.c"], "'missing/own.c' could not be written: No"),
    ],
)
def test_code_that_cannot_be_written(arguments, sentence, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert main(["code", "negativity", *arguments]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1


def test_evaluate_prints_the_value(capsys):
    assert main(["evaluate", "S_rel_max", *POINT]) == 0
    values = {name: float(value) for name, value in (text.split("=") for text in POINT)}
    expected = symsync.equations["S_rel_max"].function()(**values)
    assert float(capsys.readouterr().out) == expected


def test_evaluate_to_many_digits(capsys):
    """9π/128 to 40 digits, and decimal arguments that keep theirs."""
    assert main(["evaluate", "coefficient", "--digits", "40"]) == 0
    with mpmath.workdps(50):
        expected = mpmath.nstr(9 * mpmath.pi / 128, 40)
    assert capsys.readouterr().out == f"{expected}\n"
    rates = ["Delta=0", "gamma_d_A=0.1", "gamma_g_B=0.1"]
    assert main(["evaluate", "mu_plus", *rates, "--digits", "30"]) == 0
    assert capsys.readouterr().out == "(10.0 + 0.0j)\n"


@pytest.mark.parametrize("digits", ["3", "8", "15", "30"])
def test_digits_are_those_of_the_value(digits, capsys):
    """Arguments are not rounded to the digits asked for: Γ₊ and Γ₋ differ in the ninth."""
    rates = ["gamma_g_A=1.0000001", "gamma_d_A=100", "gamma_g_B=1.0000003", "gamma_d_B=100"]
    assert (
        main(["evaluate", "S_rel_resonant", "phi=0.3", "--digits", digits, "epsilon=0.1", *rates])
        == 0
    )
    with mpmath.workdps(40):
        found = mpmath.mpf(capsys.readouterr().out)
        plus, minus = mpmath.mpf("101.0000003"), mpmath.mpf("101.0000001")
        exact = 9 * mpmath.pi / 1280 * (2 / plus - 2 / minus) * mpmath.cos(mpmath.mpf("0.3"))
        assert abs(found - exact) < mpmath.mpf(10) ** (1 - int(digits)) * abs(exact)


def test_tiny_decays_are_not_lost(capsys):
    rates = ["t=1", "Delta=0", "gamma_d_A=1e-30", "gamma_g_B=1e-30", "--digits", "15"]
    assert main(["evaluate", "mu_plus_t", *rates]) == 0
    assert capsys.readouterr().out == "(1.0 + 0.0j)\n"


def test_complex_arguments_keep_their_digits(capsys):
    rates = ["Delta=0", *(f"gamma_{k}_{s}=1" for k in "gd" for s in "AB")]
    mu = ["mu_plus=0.1+0.2j", "mu_minus=0.1"]
    assert main(["evaluate", "coherence_equations", *rates, *mu, "--digits", "30"]) == 0
    assert capsys.readouterr().out == "(0.9 - 0.2j)\n(-1.1 + 0.0j)\n"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("0:1:3", [0, 0.5, 1]),
        ("-pi:pi:2", [-math.pi, math.pi]),
        ("log:0.01:100:3", [0.01, 1, 100]),
        ("log:-1:-4:3", [-1, -2, -4]),
        ("5:5:1", [5]),
        ("1,pi/2,2*sqrt(2),-1e-3", [1, math.pi / 2, 2 * math.sqrt(2), -1e-3]),
        ("1/3", 1 / 3),
        ("0.1+2j,1", [0.1 + 2j, 1]),
    ],
)
def test_numbers_lists_and_ranges(text, values):
    found = numbers("x", text)
    assert np.allclose(found, values, rtol=1e-15, atol=0)
    assert np.shape(found) == np.shape(values)


@pytest.mark.parametrize(
    "text",
    ["", "1,", "1:2", "1:2:0", "1:2:x", "1:2:3:4", "log:0:1:3", "log:-1:1:3", "1j:2:3", "pi/0",
     "epsilon", "log:1:2", "1e400", "9**999", "I", "nan", "1:nan:3", "1:2:9999999999999",
     "0:1:999999999999"],
)  # fmt: skip
def test_what_is_no_number_is_one_sentence(text):
    with pytest.raises(UsageError, match=r"^Argument `x` must .*\.$"):
        numbers("x", text)


def test_a_range_has_no_digits():
    with pytest.raises(UsageError, match="a list of them with `--digits`, but is '0:1:3'"):
        numbers("x", "0:1:3", 20)


def test_constants_keep_the_digits_that_are_asked_for():
    assert numbers("x", "0.10", 30) == "0.10"
    with mpmath.workdps(40):
        assert abs(mpmath.mpf(numbers("x", "pi/2", 30)) - mpmath.pi / 2) < mpmath.mpf(10) ** -38


def test_evaluate_takes_lists(capsys):
    line = ["evaluate", "S_rel", "phi=0,pi/2,pi", *POINT]
    assert main(line) == 0
    found = [float(each) for each in capsys.readouterr().out.strip("[]\n").split()]
    expected = symsync.equations["S_rel"].function()(
        phi=[0, np.pi / 2, np.pi], **{k: float(v) for k, v in (each.split("=") for each in POINT)}
    )
    assert np.allclose(found, expected, rtol=1e-7, atol=1e-12)
    assert main([*line, "--digits", "20"]) == 0
    assert np.allclose([float(each) for each in capsys.readouterr().out.split()], expected)


SCAN = ["scan", "S_rel_max", "8", "epsilon=-0.1:0.1:3", "Delta=0,1", *POINT[2:], "-o", "a.zarr"]


def test_scan_writes_a_file(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for _ in range(2):  # the second time it is only opened
        assert main([*SCAN, "--workers", "1"]) == 0
        assert capsys.readouterr().out == (
            "Wrote a.zarr: S_rel_max, negativity_resonant at 3 epsilon × 2 Delta\n"
            "nan at 2 points: epsilon -0.1 to -0.1; Delta 0.0 to 1.0\n"
        )
    assert main([*(each.replace("Delta=0,1", "Delta=0,2") for each in SCAN)]) == 2
    assert "begun with other grid (Delta)." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (SCAN[:-2], "Give the file to write by -o"),
        ([each.replace("gamma_g_A=", "gamma_g_A=-") for each in SCAN], "must be positive and fi"),
        (["scan", *SCAN[3:]], "Give the NAME of an equation"),
        ([*SCAN[:-1], "a.txt"], "must be a path that ends in .zarr or .nc"),
        ([*SCAN[:-1], "nowhere/a.zarr"], "'{}/nowhere/a.zarr' could not be written: No such file"),
        ([*SCAN, "--workers", "0"], "`workers` must be 1 to 4096"),
        ([*SCAN, "--scheduler", "nonsense://1"], "No cluster answers at 'nonsense://1'"),
        ([*SCAN, "phi=1"], "has no argument `phi`"),
    ],
)
def test_scan_says_in_one_sentence_what_is_wrong(argv, message, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert main(argv) == 2
    said = capsys.readouterr().err
    assert message.format(tmp_path) in said
    assert said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_in_a_scan_says_how_to_go_on(capsys, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt("Interrupted; all is safe.")

    monkeypatch.setattr(symsync, "scan", interrupted, raising=False)
    assert main(SCAN) == 130
    assert capsys.readouterr().err == "symsync: Interrupted; all is safe.\n"


def test_an_ascii_terminal_is_no_error(monkeypatch):
    """It shows a question mark for what it has no letter for."""
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setattr(sys, "argv", ["symsync", "list"])
    with pytest.raises(SystemExit) as done:
        console()
    assert done.value.code == 0
    assert b"?" in terminal.buffer.getvalue()


def test_vectors_are_evaluated(capsys):
    assert main(["evaluate", "schmidt_coefficients", *POINT]) == 0
    assert capsys.readouterr().out.startswith("[1.")


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["frobnicate"], "invalid choice: 'frobnicate'"),
        (["latex"], "Give the NAME of an equation"),
        (["latex", "S_rle"], "No equation is named 'S_rle'. Did you mean 'S_rel'?"),
        (["evaluate", "S_rel"], "Argument `phi` is missing"),
        (["evaluate", "negativty"], "Did you mean 'negativity'?"),
        (["evaluate", "mu_plus", "Delta"], "must be written parameter=number, but is 'Delta'"),
        (["evaluate", "mu_plus", "Delta=__import__('os')"], "must be a finite number"),
        (["evaluate", "mu_plus", "Delta=1/0"], "must be a finite number"),
        (["evaluate", "mu_plus", "Delta=1", "Delta=2"], "`Delta` is given twice"),
        (["evaluate", "mu_plus", "Dleta=1"], "Did you mean 'Delta'?"),
        (["evaluate", "S_rel_max", *POINT[:-1], "gamma_d_B=-1"], "`gamma_d_B` must be positive"),
        (
            ["evaluate", "S_rel_max", *POINT[:-1], "gamma_d_B=nan"],
            "`gamma_d_B` must be a finite",
        ),
        (["evaluate", "mu_plus", "Delta=1e400"], "`Delta` must be a finite number"),
        (["evaluate", "mu_plus", "Delta=1_0"], "`Delta` must be a finite number"),
        (["evaluate", "mu_plus", "out=1"], "mu_plus has no argument `out`"),
        (["evaluate", "locking_phase", *IDENTICAL], "has no value at these parameters"),
        (["evaluate", "locking_phase", "--digits", "9", *IDENTICAL], "has no value"),
        (["latex", "9"], "The Letter's equations have the numbers 1 to 8"),
        (["verfy"], "Did you mean 'verify'?"),
        (["evaluate", "coefficient", "--digits", "0"], "`--digits` must be 1 to 1000, but is 0"),
        (["evaluate", "coefficient", "--digits", "many"], "invalid int value: 'many'"),
        (["verify", "--xml"], "unrecognized arguments: --xml. Try `symsync verify --help`."),
        (["figure", "3", "--foo"], "unrecognized arguments: --foo. Try `symsync figure --help`."),
        (["--foo"], "unrecognized arguments: --foo. Try `symsync --help`."),
        (["verify", "9"], "The Letter's equations have the numbers 1 to 8"),
        (["verify", "foo"], "a place that the report shows in brackets, such as 'Eq. (6)'"),
        (
            ["latex", "coefficient", "--name", "q=r"],
            "`--name` must hold symbols of the equation",
        ),
        (
            ["latex", "mu_plus", "--name", "q=r"],
            ", gamma_d_A, gamma_g_B, mu_plus, but holds",
        ),
        (["latex", "6", "--name", "epsilon=q", "phi=q"], "'q'. Write each in its own way."),
    ],
)
def test_wrong_arguments_are_code_two_and_one_sentence(argv, message, capsys):
    assert main(argv) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err
    assert len(captured.err.splitlines()) == 1


@pytest.mark.parametrize(("verdict", "code"), [("holds", 0), ("FAILED", 1)])
def test_verify_returns_the_outcome(verdict, code, capsys, monkeypatch):
    report = Report((Verdict("words", "place", "proved", "figure", verdict),))
    monkeypatch.setattr(symsync, "verify", lambda **_: report, raising=False)
    assert main(["verify"]) == code
    assert capsys.readouterr().out.rstrip().endswith(f"{1 - code} passed, {code} failed")
    assert main(["verify", "--json"]) == code
    assert json.loads(capsys.readouterr().out)["claims"][0]["verdict"] == verdict


def test_a_closed_pipe_is_no_error():
    code = "import sys; sys.argv = ['symsync', 'list']; from symsync.cli import console; console()"
    done = subprocess.run(
        f'{sys.executable} -c "{code}" | head -1', shell=True, capture_output=True, check=True
    )
    assert done.stderr == b""


def test_it_runs_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "symsync", "evaluate", "coefficient"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "0.22089323345553233\n"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("validity S_rel_max epsilon=0.1 --bound -1", "`--bound` must be positive, but is -1"),
        ("evaluate first_harmonic_strong epsilon=0 gamma_g_A=1 gamma_d_A=2 gamma_g_B=3 gamma_d_B=4",
         "has no value at these parameters"),
        ("evaluate tongue_detuning epsilon=1e-9 threshold=.1 gamma_g_A=1 gamma_d_A=2 gamma_g_B=3 "
         "gamma_d_B=4", "has no value at these parameters"),
        ("verify coeficient", "No claim is named 'coeficient'. Did you mean 'coefficient'?"),
    ],
)  # fmt: skip
def test_no_advice_ends_in_another_error(line, words, capsys):
    """Cases 11 and 23."""
    assert main(line.split()) == 2
    said = capsys.readouterr().err
    assert words in said
    assert "--digits" not in said


def test_zero_is_zero_at_twenty_digits(capsys):
    """Case 11."""
    rates = "gamma_g_A=1 gamma_d_A=1 gamma_g_B=1 gamma_d_B=1"
    line = f"evaluate S_rel_third phi=0 epsilon=0.1 Delta=0.5 {rates} --digits 20"
    assert main(line.split()) == 0
    assert capsys.readouterr().out == "0.0\n"


def test_claims_are_decided_by_name_and_counted_by_origin(capsys):
    """Case 24."""
    assert main(["verify", "coefficient", "reversal"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert (
        said[-2]
        == "4 claims of the Letter, 1 of the package, 0 of other papers; 1 hold only roughly."
    )
    assert said[-1] == "5 passed, 0 failed"


def test_a_number_of_the_letter_names_the_claims_at_its_place(capsys):
    assert main(["verify", "6"]) == 0
    said = capsys.readouterr().out
    assert said == f"{symsync.verify('Eq. (6)')}\n"
    assert said.splitlines()[-1] == "1 passed, 0 failed"


RATES = "gamma_g_A=100 gamma_d_A=1 gamma_g_B=1 gamma_d_B=100"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            f"S_rel_max epsilon=0.1 Delta=0.5 {RATES}",
            [
                "S_rel_max 0.0195595 first order: maximum of S_rel: the Arnold tongue (unit: 1)",
                "S_rel_max_exact 0.0189378 exact, to all orders in epsilon",
                "S_rel_max_second -6.35012e-06 second order adds this",
                "S_rel_max_third -0.000635376 third order adds this",
                "error 0.0328 relative error of first order, |first order − exact| / |exact|",
            ],
        ),
        (
            f"S_rel_max Delta=0 {RATES}",
            [
                "S_rel_max is within 0.01 of the exact value up to epsilon = 0.04917",
                "0.01 bounds the relative error of first order, |first order − exact| / |exact|; "
                "epsilon is in the unit of the rates",
            ],
        ),
        (
            f"S_rel_max epsilon=0 Delta=0.5 {RATES}",
            [
                "S_rel_max 0 first order: maximum of S_rel: the Arnold tongue (unit: 1)",
                "S_rel_max_exact 0 exact, to all orders in epsilon",
                "S_rel_max_second 0 second order adds this",
                "S_rel_max_third 0 third order adds this",
                "error nan relative error of first order, |first order − exact| / |exact|; there "
                "is none, for both vanish",
            ],
        ),
        (
            f"locking_phase epsilon=0 Delta=0 {RATES}",
            [
                "locking_phase 0 first order: phase of the largest S_rel, nan if none (unit: rad)",
                "locking_phase_exact nan exact, to all orders in epsilon",
                "error nan angle between first order and exact, in rad; there is none, for one "
                "has no value",
            ],
        ),
        (
            f"locking_phase Delta=1e-9 --bound 3.2 {RATES}",
            [
                "locking_phase is within 3.2 of the exact value at every epsilon that was tried",
                "3.2 bounds the angle between first order and exact, in rad; epsilon is in the "
                "unit of the rates",
            ],
        ),
    ],
)
def test_validity_says_what_each_number_is(line, words, capsys):
    """Names, numbers, words and units, as they stand in columns."""
    assert main(["validity", *line.split()]) == 0
    assert [" ".join(each.split()) for each in capsys.readouterr().out.splitlines()] == words


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (f"6 epsilon=0.1 phi=1 {RATES}", "over phi"),
        (f"8 epsilon=0.1 {RATES}", "second order adds this"),
        (f"S_rel_max Delta=0 {RATES} --bound 1e-3 gamma_g_A=1", "gamma_g_A` is given twice"),
        (f"S_rel_max Delta=0 {RATES} --bound 1e-12", "`bound` must be at least 1e-09"),
        (f"S_rel_max epsilon=0.1 {RATES}", "Argument `Delta` is missing"),
        ("negativty epsilon=0.1", "Did you mean 'negativity'?"),
        (f"S_rel_max epsilon=0,1 Delta=0 {RATES}", "`epsilon` must be a finite number"),
        (f"S_rel_max epsilon=-1 Delta=0 {RATES}", "`epsilon` must be non-negative"),
        (
            "S_rel_max Delta=0",
            "`gamma_g_A` is missing; S_rel_max takes epsilon, Delta, gamma_g_A, ",
        ),
        (f"8 q=1 {RATES}", "negativity_resonant has no argument `q`; it takes epsilon, gamma_g_A"),
    ],
)
def test_validity_of_an_equation_by_number_and_of_bad_input(line, words, capsys):
    """One line for a mistake, which names it."""
    code = main(["validity", *line.split()])
    out, err = capsys.readouterr()
    assert words in out + err
    assert (code, err.count("\n")) in ((0, 0), (2, 1))
    assert (code == 2) == ("`" in words or "?" in words)


N_1 = "2*ε/sqrt(4*Δ^2 + (γ_d_B + γ_g_A)^2) + 2*ε/sqrt(4*Δ^2 + (γ_d_A + γ_g_B)^2)"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--against", "negativity"], 0, "The claim equals negativity, proved at 3 random points"),
        (["--against", "negativity_exact"], 1, "equals negativity_exact to order 1 in epsilon; "),
        (["--against", "negativity", "--where", "Delta=2*Delta"], 1, "The claim differs from"),
        (["--against", "negativity", "--where", "ε=J/2"], 2, "ours does not know J"),
        (["--against", "mu_plus"], 2, "The claim cannot be compared with mu_plus: "),
    ],
)
def test_check_tells_whether_a_formula_is_right(arguments, code, said, capsys, tmp_path):
    """The formula stands in a file; the code is 0 for yes, 1 for no, 2 for no answer."""
    path = tmp_path / "formula.txt"
    path.write_text(f"# Eq. (9)\n{N_1}\n", encoding="utf-8")
    assert main(["check", str(path), *arguments]) == code
    told = capsys.readouterr()
    assert said in (told.err if code == 2 else told.out)
    assert "" in (told.out, told.err)


def test_check_reads_its_input_or_an_argument(capsys, monkeypatch):
    """And the Letter's numbers name equations."""
    formula = "9*pi*eps/64*(1/(gamma_d_A+gamma_g_B) - 1/(gamma_g_A+gamma_d_B))*cos(phi)"
    where = ["--where", "eps=epsilon"]
    monkeypatch.setattr("sys.stdin", io.StringIO(formula))
    assert main(["check", "-", "--against", "6", *where]) == 0
    assert main(["check", "--formula", formula, "--against", "6", "--json", *where]) == 0
    first, _, second = capsys.readouterr().out.partition("\n")
    assert first == "The claim equals S_rel_resonant, proved by canonical form."
    assert json.loads(second)["sentence"] == first


def test_json_speaks_of_options_too(capsys):
    assert main(["check", "--formula", "a", "--against", "6", "--json"]) == 2
    found = json.loads(capsys.readouterr().out)
    assert found["sentence"].endswith("; translate by `--where a=…`.")
    assert "translate by where={'a': …}" in str(symsync.check_claim("a", "S_rel_resonant"))


def test_check_expands_in_the_coupling_that_is_named(capsys):
    found = ["check", "--formula", "1/gamma_d_A", "--against", "mu_plus", "--coupling"]
    assert main([*found, "Delta"]) == 1
    assert "differs from mu_plus" in capsys.readouterr().out
    assert main([*found, "Delta", "gamma_g_B"]) == 1
    assert main([*found[:2], "2/(gamma_d_A + gamma_g_B)", *found[3:], "Delta"]) == 1
    assert "to order 0 in Delta" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--against", "mu_plus"], "Give the formula in a FILE"),
        (["x.txt", "--formula", "1", "--against", "mu_plus"], "Give the formula in a FILE"),
        (["--formula", "1"], "--against"),
        (["--formula", "1", "--against", "mu_pluss"], "Did you mean 'mu_plus'?"),
        (["--formula", "1 +", "--against", "mu_plus"], "cannot be read at column 4"),
        (["--formula", "__import__('os')", "--against", "mu_plus"], "cannot be read at"),
        (["--formula", "x", "--against", "mu_plus", "--where", "x"], "must be written name=form"),
        (["--formula", "x", "--against", "mu_plus", "--where", "x=1", "x=2"], "twice"),
        (["--formula", "x", "--against", "mu_plus", "--where", "y=1"], "does not hold"),
        (["--formula", "1", "--against", "mu_plus", "--coupling", "eps"], "does not depend"),
        (["--formula", "a*b", "--against", "6"], "gamma_d_B; translate by `--where a=…`."),
        (["--formula", "eps", "--against", "6"], "`--where eps=…`. Did you mean 'epsilon'?"),
        (["--formula", "a", "--against", "6", "--where", "a=foo"], "translate into these."),
        (["nowhere.txt", "--against", "mu_plus"], "'nowhere.txt' could not be read"),
        ([sys.executable, "--against", "mu_plus"], "it is no text in UTF-8"),
    ],
)
def test_check_says_what_is_wrong_with_its_arguments(arguments, words, capsys):
    assert main(["check", *arguments]) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert said.out == ""
    assert said.err.count("\n") == 1
