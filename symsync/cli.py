"""The command line: verify, list, latex, evaluate."""

import argparse
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import symsync

__all__ = ["console", "main"]


class _UsageError(Exception):
    """A mistake in the arguments, said in one sentence."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _UsageError(f"{message}. Try `{self.prog} --help`.")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="symsync",
        description="Exact formulas of quantum synchronization: derived, proved, printed, run.",
    )
    parser.add_argument("--version", action="version", version=f"symsync {symsync.__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)

    verify = commands.add_parser("verify", help="decide every claim of the Letter")
    verify.add_argument("--json", action="store_true", help="print the verdicts as JSON")

    commands.add_parser("list", help="name every equation of the catalogue")

    latex = commands.add_parser("latex", help="print equations as LaTeX")
    latex.add_argument("names", nargs="*", metavar="NAME", help="names from `symsync list`")
    latex.add_argument(
        "--document", action="store_true", help="a complete .tex file, of all equations if no NAME"
    )

    evaluate = commands.add_parser("evaluate", help="print the value of an equation")
    evaluate.add_argument("name", metavar="NAME", help="a name from `symsync list`")
    evaluate.add_argument(
        "values", nargs="*", metavar="parameter=number", help="such as epsilon=0.1"
    )
    evaluate.add_argument(
        "--digits", type=int, metavar="N", help="work to N significant digits, 1 to 1000"
    )
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    argv
        The arguments; by default those of the process.

    Returns
    -------
    int
        0 if all went well, 1 if a claim failed, 2 if the arguments were wrong.
    """
    parser = _parser()
    try:
        arguments = parser.parse_args(argv)
        if arguments.command is None:
            parser.print_help()
            return 0
        return _COMMANDS[arguments.command](arguments)
    except _UsageError as mistake:
        print(f"symsync: {mistake}", file=sys.stderr)
        return 2
    except SystemExit as finished:  # --help and --version
        return int(finished.code or 0)


def console() -> NoReturn:
    """Run the command of the process and exit; a closed pipe is no error."""
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:
        sys.stderr.close()
        code = 0
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


def _equation(name: str) -> "symsync.Equation":
    try:
        return symsync.equations[name]
    except KeyError as error:
        raise _UsageError(f"{error.args[0]} `symsync list` names them all.") from None


def _verify(arguments: argparse.Namespace) -> int:
    progress = sys.stderr if sys.stderr.isatty() else None
    report = symsync.verify(progress=progress)
    print(report.to_json() if arguments.json else report)
    return 0 if report.passed else 1


def _list(_: argparse.Namespace) -> int:
    width = max(map(len, symsync.equations))
    for equation in symsync.equations.values():
        print(f"{equation.label:<{width}}  {equation.description} ({equation.source})")
    return 0


def _latex(arguments: argparse.Namespace) -> int:
    if not (arguments.names or arguments.document):
        raise _UsageError("Give the NAME of an equation, or --document for all of them")
    found = [_equation(name) for name in arguments.names or symsync.equations]
    if arguments.document:
        print(symsync.document(found), end="")
    else:
        print("\n".join(equation.latex() for equation in found))
    return 0


def _evaluate(arguments: argparse.Namespace) -> int:
    import mpmath

    equation = _equation(arguments.name)
    digits = arguments.digits
    if digits is not None and not 1 <= digits <= 1000:
        raise _UsageError(f"Argument `--digits` must be 1 to 1000, but is {digits}.")
    values = dict(_assignment(text, digits is not None) for text in arguments.values)
    if len(values) < len(arguments.values):
        raise _UsageError("A parameter is given twice; give each one once.")
    function = equation.function("numpy" if digits is None else "mpmath")
    try:
        with mpmath.workdps(digits or 15):
            value = function(**values)
            print(value if digits is None else _digits(value, digits))
    except (TypeError, ValueError) as error:
        raise _UsageError(str(error)) from None
    return 0


def _digits(value: Any, digits: int) -> str:
    import mpmath

    parts = value.ravel().tolist() if hasattr(value, "ravel") else [value]
    return "\n".join(mpmath.nstr(part, digits) for part in parts)


def _assignment(text: str, exact: bool) -> tuple[str, object]:
    """Read `name=number`; as text if the number is to keep all its digits."""
    name, equals, number = text.partition("=")
    if not (equals and name.isidentifier()):
        raise _UsageError(f"A value must be written parameter=number, but is {text!r}.")
    try:
        plain = complex(number) if "j" in number else float(number)
    except ValueError:
        raise _UsageError(
            f"Argument `{name}` must be a plain number such as 0.1 or 1e-3, but is {number!r}."
        ) from None
    return name, number if exact and not isinstance(plain, complex) else plain


_COMMANDS = {"verify": _verify, "list": _list, "latex": _latex, "evaluate": _evaluate}

if __name__ == "__main__":
    console()
