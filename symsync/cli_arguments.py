"""The arguments of the command line: the commands, their options, and numbers as they are typed."""

import argparse
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from symsync import __version__
from symsync.expressions.checks import did_you_mean

__all__ = ["UsageError", "assignments", "command_parser", "plain_number", "translations"]

COMMANDS = (
    "check", "validity", "verify", "list", "latex", "evaluate", "code", "figure", "regression",
    "explore",
)  # fmt: skip


class UsageError(Exception):
    """A mistake in the arguments, said in one sentence."""


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

    verify = commands.add_parser("verify", help="decide every claim, or some")
    verify.add_argument(
        "names", nargs="*", metavar="NAME", help="claims, or equations whose claims are decided"
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

    evaluate = commands.add_parser("evaluate", help="print the value of an equation")
    evaluate.add_argument(
        "name", metavar="NAME", help="a name from `symsync list`, or the Letter's number"
    )
    evaluate.add_argument(
        "values",
        nargs="*",
        default=[],
        metavar="parameter=number",
        help="such as epsilon=0.1",
    )
    evaluate.add_argument(
        "--digits", type=int, metavar="N", help="work to N significant digits, 1 to 1000"
    )
    _add_code(commands)
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


def translations(texts: Sequence[str]) -> dict[str, str]:
    """Read `name=formula` for several names."""
    found: dict[str, str] = {}
    for text in texts:
        name, equals, formula = (part.strip() for part in text.partition("="))
        if not (equals and name and formula):
            raise UsageError(f"A translation must be written name=formula, but is {text!r}.")
        if name in found:
            raise UsageError(f"Argument `--where` translates {name!r} twice; do it once.")
        found[name] = formula
    return found


_REAL = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
_NUMBER = re.compile(rf"{_REAL}|{_REAL}j|{_REAL}[+-]{_REAL.removeprefix('[+-]?')}j")


def assignments(texts: Sequence[str]) -> dict[str, str]:
    """Read `name=number` for several parameters."""
    values: dict[str, str] = {}
    for text in texts:
        name, number = _assignment(text)
        if name in values:
            raise UsageError(f"Argument `{name}` is given twice; give it once.")
        values[name] = number
    return values


def _assignment(text: str) -> tuple[str, str]:
    """Read `name=number`; the number stays text, so that it keeps all its digits."""
    name, equals, number = text.partition("=")
    if not (equals and name.isidentifier()):
        raise UsageError(f"A value must be written parameter=number, but is {text!r}.")
    if not _NUMBER.fullmatch(number) or math.isinf(abs(complex(number))):
        raise UsageError(
            f"Argument `{name}` must be a plain finite number such as 0.1 or 1e-3, but is "
            f"{number!r}. Write digits."
        )
    return name, number


def plain_number(number: str) -> complex | float:
    """Return a number in double precision."""
    return complex(number) if number.endswith("j") else float(number)
