"""The arguments of the command line: the commands, their options, and numbers as they are typed."""

import argparse
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from symsync import __version__
from symsync.expressions.checks import did_you_mean
from symsync.expressions.formula_text import formula_of

__all__ = [
    "UsageError",
    "assignments",
    "command_parser",
    "number",
    "number_lists",
    "numbers",
    "spoken",
    "translations",
]

COMMANDS = (
    "check", "validity", "verify", "list", "latex", "evaluate", "code", "scan", "figure",
    "regression", "explore",
)  # fmt: skip


class UsageError(Exception):
    """A mistake in the arguments, said in one sentence."""

    def __str__(self) -> str:
        return spoken(super().__str__())


_SPOKEN = {
    r"where=\{'([^']*)': …\}": r"`--where \1=…`",
    "Argument `names`": "Argument `--name`",
    "Make them equal by `subs` first, if they are": "Write each in its own way",
}
"""{what a function of the package advises: how that is said on the command line}."""


def spoken(text: str) -> str:
    """Return a sentence of the package in the words of the command line."""
    for python, option in _SPOKEN.items():
        text = re.sub(python, option, text)
    return text


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        found = re.search(r"invalid choice: '(.*?)'", message)
        hint = did_you_mean(found.group(1), COMMANDS) if found else ""
        raise UsageError(f"{message}.{hint} Try `{self.prog} --help`.")


def command_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = _Parser(
        prog="symsync",
        description="Exact formulas of quantum synchronization: derived, proved, printed, run.",
    )
    parser.add_argument("--version", action="version", version=f"symsync {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)

    verify = commands.add_parser("verify", help="decide the claims, or some of them")
    verify.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="equations, or the Letter's numbers, or claims by name or by their places in brackets",
    )
    verify.add_argument("--all", action="store_true", help="decide slow claims too")
    verify.add_argument("--json", action="store_true", help="print the verdicts as JSON")

    commands.add_parser("list", help="name every equation of the catalogue")

    latex = commands.add_parser("latex", help="print equations as LaTeX")
    latex.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="names from `symsync list`, or the Letter's numbers",
    )
    latex.add_argument(
        "--document", action="store_true", help="a complete .tex file, of all equations if no NAME"
    )
    latex.add_argument(
        "--name", nargs="+", action="extend", default=[], metavar="symbol=LaTeX",
        help=r"how a symbol is written, such as epsilon=g or gamma_g_A='\kappa_1'",
    )  # fmt: skip

    evaluate = commands.add_parser("evaluate", help="print the value of an equation")
    evaluate.add_argument(
        "name", metavar="NAME", help="a name from `symsync list`, or the Letter's number"
    )
    evaluate.add_argument(
        "values",
        nargs="*",
        default=[],
        metavar="parameter=number",
        help="such as epsilon=0.1, phi=pi/2, a list Delta=0,1,2 or a range Delta=-2:2:401; lists "
        "of one length go together",
    )
    evaluate.add_argument(
        "--digits", type=int, metavar="N", help="work to N significant digits, 1 to 1000"
    )
    _add_code(commands)
    _add_scan(commands)
    _add_check(commands)
    _add_validity(commands)
    _add_figure(commands)
    _add_explore(commands)
    return parser


def _add_code(commands: Any) -> None:
    code = commands.add_parser("code", help="write an equation in another language")
    code.add_argument(
        "names", nargs="+", metavar="NAME",
        help="names from `symsync list`, or the Letter's numbers; several for javascript only",
    )  # fmt: skip
    code.add_argument("--language", required=True, help="c, javascript, julia or fortran")
    code.add_argument(
        "-o", "--output", type=Path, metavar="FILE",
        help="where to write it, in C with the header beside it; printed if not given",
    )  # fmt: skip


def _add_scan(commands: Any) -> None:
    scan = commands.add_parser(
        "scan",
        help="write equations over a grid of parameters to a file",
        description="Write equations over a grid of parameters to a file, chunk by chunk. Started "
        "again after an interruption it goes on where it was.",
    )
    scan.add_argument(
        "values",
        nargs="*",
        default=[],
        metavar="NAME or parameter=range",
        help="equations, and for each parameter first:last:count, log:first:last:count, a list "
        "such as 1,2,3, or a number such as 0.1 or pi/2",
    )
    scan.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="a .zarr, which many processes can write, or a .nc",
    )
    scan.add_argument("--workers", type=int, metavar="N", help="threads; by default all cores")
    scan.add_argument(
        "--scheduler", metavar="ADDRESS", help="of a dask cluster, such as tcp://10.0.0.1:8786"
    )
    scan.add_argument("--compress", action="store_true", help="save space, which takes time")


def _add_check(commands: Any) -> None:
    check = commands.add_parser(
        "check",
        help="tell whether a formula equals an equation",
        description="Tell whether somebody's formula equals an equation of the catalogue.",
        epilog="The exit code is 0 if it is equal, 1 if it is different or equal to some order "
        "only, and 2 if the two cannot be compared or an argument is wrong.",
    )
    check.add_argument("file", nargs="?", metavar="FILE", help="a text file, or - for the input")
    check.add_argument("--formula", metavar="TEXT", help="the formula itself, instead of a file")
    check.add_argument(
        "--against", metavar="NAME", required=True,
        help="a name from `symsync list`, or the Letter's number",
    )  # fmt: skip
    check.add_argument(
        "--where", nargs="+", action="extend", default=[], metavar="name=formula",
        help="what a name of the formula is in our symbols, such as Delta=-Delta",
    )  # fmt: skip
    check.add_argument(
        "--coupling", nargs="+", metavar="NAME",
        help="the small parameters in which a difference is expanded, epsilon if not given",
    )  # fmt: skip
    check.add_argument("--json", action="store_true", help="print the answer as JSON")


def _add_validity(commands: Any) -> None:
    validity = commands.add_parser("validity", help="tell how wrong a first-order equation is")
    validity.add_argument("name", metavar="NAME", help="S_rel_max, negativity, mu_plus, …")
    validity.add_argument(
        "values",
        nargs="*",
        default=[],
        metavar="parameter=number",
        help="with epsilon for the error there, without for the largest epsilon",
    )
    validity.add_argument(
        "--bound",
        type=float,
        default=0.01,
        metavar="B",
        help="the relative error that the largest epsilon allows, 0.01 if not given",
    )


def _add_figure(commands: Any) -> None:
    figure = commands.add_parser("figure", help="draw a figure of the Letter, or one of our own")
    figure.add_argument("name", metavar="NAME", help="2, 3, 4, validity, locking or blockade")
    figure.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="a .pdf, .svg or .png; by default a .pdf"
    )
    figure.add_argument("--data", type=Path, metavar="FILE", help="its numbers, a .csv or .npz")
    figure.add_argument(
        "--from",
        dest="origin",
        choices=("exact", "first", "both"),
        help="the exact state, the first order in the coupling, or both side by side",
    )
    for name, metavar, text in (
        ("rates", "NAME=NUMBER", "rates that differ from the Letter's, such as gamma_d_B=10"),
        ("window", "NAME=LOW:HIGH", "what an axis shows, such as epsilon=0:0.2, or "
                                    "epsilon=0.2 where it is one number"),
        ("panels", "NAME", "the quantities to draw, such as negativity"),
        ("contours", "PANEL=LEVEL,LEVEL", "lines at levels of a quantity, such as negativity=0.05"),
        ("labels", "NAME=TEXT", r"such as epsilon='$g/\kappa$'"),
    ):  # fmt: skip
        figure.add_argument(f"--{name}", nargs="+", action="extend", default=[],
                            metavar=metavar, help=text)  # fmt: skip
    figure.add_argument(
        "--width", help="one-column (86 mm), two-columns (178 mm), or a number of mm"
    )
    figure.add_argument(
        "--unit", nargs=2, metavar=("NUMBER", "NAME"),
        help=r"what rates are divided by, and its name as LaTeX, such as 1 '\mathrm{MHz}'",
    )  # fmt: skip
    regression = commands.add_parser(
        "regression", help="fit max S_rel to N and I over windows of Fig. 3"
    )
    for name in ("epsilon", "Delta"):
        regression.add_argument(
            f"--{name}", type=float, nargs="+", metavar="MAX", help=f"largest {name} of the windows"
        )
    regression.add_argument("--json", action="store_true", help="print the fits as JSON")


def _add_explore(commands: Any) -> None:
    explore = commands.add_parser(
        "explore",
        help="write a page with sliders, which a browser opens",
        description="Write a page with a slider for each parameter: one file, without network.",
    )
    explore.add_argument(
        "names", nargs="*", metavar="NAME",
        help="names from `symsync list`, or the Letter's numbers; its pair and figures if none",
    )  # fmt: skip
    explore.add_argument(
        "-o", "--output", type=Path, default=Path("explorer.html"), metavar="FILE",
        help="an .html file, explorer.html if not given",
    )  # fmt: skip


def translations(
    texts: Sequence[str], option: str = "--where", kind: str = "name=formula"
) -> dict[str, str]:
    """Read pairs such as `name=formula`, with one for each name."""
    found: dict[str, str] = {}
    for text in texts:
        name, equals, formula = (part.strip() for part in text.partition("="))
        if not (equals and name and formula):
            raise UsageError(f"A translation must be written {kind}, but is {text!r}.")
        if name in found:
            raise UsageError(f"Argument `{option}` translates {name!r} twice; do it once.")
        found[name] = formula
    return found


_REAL = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
_NUMBER = re.compile(rf"{_REAL}|{_REAL}j|{_REAL}[+-]{_REAL.removeprefix('[+-]?')}j")


def assignments(texts: Sequence[str]) -> dict[str, str]:
    """Read `name=…` for several parameters."""
    values: dict[str, str] = {}
    for text in texts:
        name, equals, number = text.partition("=")
        if not (equals and name.isidentifier()):
            raise UsageError(f"A value must be written parameter=number, but is {text!r}.")
        if name in values:
            raise UsageError(f"Argument `{name}` is given twice; give it once.")
        values[name] = number
    return values


def numbers(name: str, text: str, digits: int | None = None) -> Any:
    """Return a number, or an array of them from a list or a range.

    Parameters
    ----------
    name
        The parameter.
    text
        A number such as 0.1 or pi/2, a list such as 0,1,2, or first:last:count, with log: before
        it for equal ratios.
    digits
        How many digits are wanted.  Numbers are then text that holds them all, and lists are lists.
    """
    if ":" in text:
        if digits is not None:
            raise UsageError(
                f"Argument `{name}` must be a number or a list of them with `--digits`, but is "
                f"{text!r}. Leave `--digits` out, or write such as 0,1/2,1."
            )
        return _range(name, text)
    found = [number(name, part, digits) for part in text.split(",")]
    if len(found) == 1:
        return found[0]
    if digits is not None:
        return found
    import numpy as np

    return np.array(found)


def _range(name: str, text: str) -> Any:
    import numpy as np

    log, *ends = ["log", *text.split(":")] if not text.startswith("log:") else text.split(":")
    spaced = np.geomspace if text.startswith("log:") else np.linspace
    if len(ends) != 3 or not re.fullmatch("[0-9]{1,12}", ends[2]) or not int(ends[2]):
        raise UsageError(
            f"Argument `{name}` must be a range first:last:count or {log}:first:last:count, but is "
            f"{text!r}. Write such as 0:1:101."
        )
    first, last = (number(name, each) for each in ends[:2])
    if isinstance(first, complex) or isinstance(last, complex):
        raise UsageError(f"Argument `{name}` must have real ends, but is {text!r}.")
    if spaced is np.geomspace and not first * last > 0:
        raise UsageError(
            f"Argument `{name}` must have ends of one sign and not 0 for equal ratios, but is "
            f"{text!r}."
        )
    try:
        return spaced(first, last, int(ends[2]))
    except MemoryError:
        raise UsageError(
            f"Argument `{name}` must be a range that fits into memory, but is {text!r}. Take fewer."
        ) from None


def number_lists(option: str, texts: Sequence[str], separator: str) -> dict[str, list[float]]:
    """Read `name=number`, or several numbers with a separator between them, for several names."""
    found = {}
    for text in texts:
        name, _, numbers = text.partition("=")
        parts = numbers.split(separator)
        if not (name.isidentifier() and all(map(_is_finite, parts))):
            raise UsageError(
                f"Argument `{option}` must be written name=number{separator}number with finite "
                f"numbers, but is {text!r}."
            )
        found[name] = list(map(float, parts))
    return found


def _is_finite(text: str) -> bool:
    return bool(re.fullmatch(_REAL, text)) and math.isfinite(float(text))


def number(name: str, text: str, digits: int | None = None) -> Any:
    """Return a number in double precision, or as text that keeps all its digits."""
    if _NUMBER.fullmatch(text):
        value = complex(text) if text.endswith("j") else float(text)
        if not math.isinf(abs(value)):
            return value if digits is None else text
    wrong = UsageError(
        f"Argument `{name}` must be a finite number such as 0.1, 1e-3 or pi/2, but is "
        f"{text!r}. Write digits, pi, sqrt and + - * /."
    )
    try:
        constant = formula_of(text)
    except ValueError:
        raise wrong from None
    if constant.free_symbols or not constant.is_real:
        raise wrong
    shown = str(constant.evalf(30 if digits is None else digits + 20))
    if not _NUMBER.fullmatch(shown) or math.isinf(float(shown)):
        raise wrong
    return float(shown) if digits is None else shown
