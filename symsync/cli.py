"""The command line: verify, list, latex, evaluate, figure, regression."""

import argparse
import io
import json
import math
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import symsync
from symsync.expressions.checks import did_you_mean

if TYPE_CHECKING:
    from symsync.figures import Picture

__all__ = ["console", "main"]


class _UsageError(Exception):
    """A mistake in the arguments, said in one sentence."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        found = re.search(r"invalid choice: '(.*?)'", message)
        hint = did_you_mean(found.group(1), _COMMANDS) if found else ""
        raise _UsageError(f"{message}.{hint} Try `{self.prog} --help`.")


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
    _add_validity(commands)
    _add_figure(commands)
    return parser


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
        help="the error allowed, 0.01 if not given",
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
        arguments, rest = parser.parse_known_args(argv)
        if arguments.command in ("evaluate", "validity"):  # options may stand between the values
            arguments.values += [text for text in rest if not text.startswith("-")]
            rest = [text for text in rest if text.startswith("-")]
        if rest:
            parser.error(f"unrecognized arguments: {' '.join(rest)}")
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
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")  # an ASCII terminal shows ? for ε
        code = main()
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        code = 0
    except OSError as error:
        print(f"symsync: the output could not be written: {error.strerror}.", file=sys.stderr)
        code = 2
    except KeyboardInterrupt:
        code = 130
    if _is_broken(sys.stdout):  # or the interpreter would try to flush it once more
        os._exit(code)
    sys.exit(code)


def _is_broken(stream: Any) -> bool:
    try:
        stream.flush()
    except (AttributeError, OSError, ValueError):
        return True
    return False


def _equation(name: str) -> "symsync.Equation":
    try:
        return symsync.equations.letter(int(name)) if name.isdecimal() else symsync.equations[name]
    except KeyError as error:
        raise _UsageError(f"{error.args[0]} `symsync list` names them all.") from None


def _verify(arguments: argparse.Namespace) -> int:
    progress = sys.stderr if sys.stderr.isatty() else None
    report = symsync.verify(progress=progress)
    print(report.to_json() if arguments.json else report)
    return 0 if report.passed else 1


def _list(_: argparse.Namespace) -> int:
    width = max(map(len, symsync.equations))
    for name in symsync.equations:
        description, source = symsync.equations.about(name)
        print(f"{name:<{width}}  {description} ({source})")
    return 0


def _latex(arguments: argparse.Namespace) -> int:
    if not (arguments.names or arguments.document):
        raise _UsageError("Give the NAME of an equation, or --document for all of them.")
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
    function = equation.function("numpy" if digits is None else "mpmath")
    values: dict[str, Any] = {
        name: number if digits else _plain(number)
        for name, number in _assignments(arguments.values).items()
    }
    try:
        function.require_names((), values)
        with mpmath.workdps(digits or 15):
            value = function(**values)
            print(_plain_text(equation.label, value) if digits is None else _digits(value, digits))
    except (TypeError, ValueError) as error:
        raise _UsageError(str(error)) from None
    return 0


def _validity(arguments: argparse.Namespace) -> int:
    try:
        name = arguments.name
        budget = symsync.validity(_equation(name).label if name.isdecimal() else name)
    except KeyError as error:
        raise _UsageError(error.args[0]) from None
    values = {name: _plain(number) for name, number in _assignments(arguments.values).items()}
    try:
        if "epsilon" in values:
            print(_error_budget(budget, values))
        else:
            largest = budget.largest_epsilon(arguments.bound, **values)
            print(
                f"{budget.first.label} is within {arguments.bound:g} of the exact value "
                f"up to epsilon = {largest:.4g}"
            )
    except (TypeError, ValueError) as error:
        raise _UsageError(str(error)) from None
    return 0


def _error_budget(budget: "symsync.Validity", values: dict[str, Any]) -> str:
    def value(equation: "symsync.Equation") -> str:
        own = {symbol.name for symbol in equation.parameters}
        number = equation.function()(**{k: v for k, v in values.items() if k in own})
        return f"{number:.6g}"

    error = budget.error(**values)
    terms = [budget.first, budget.exact, *budget.next_orders]
    rows = [(each.label, value(each)) for each in terms]
    unit = " rad" if budget.first.label == "locking_phase" else ""
    rows.append(("error", f"{error:.3g}{unit}"))
    width = max(len(label) for label, _ in rows)
    return "\n".join(f"{label:<{width}}  {number}" for label, number in rows)


def _plain_text(label: str, value: Any) -> str:
    import numpy as np

    if not np.isfinite(value).all():
        raise ValueError(
            f"{label} has no finite value in double precision there: {value}. Try --digits 20."
        )
    with np.printoptions(threshold=sys.maxsize, linewidth=100):
        return str(value)


def _digits(value: Any, digits: int) -> str:
    import mpmath

    parts = value.ravel().tolist() if hasattr(value, "ravel") else [value]
    if not all(map(mpmath.isfinite, parts)):
        raise ValueError("The formula has no value at these parameters.")
    return "\n".join(mpmath.nstr(part, digits) for part in parts)


_REAL = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
_NUMBER = re.compile(rf"{_REAL}|{_REAL}j|{_REAL}[+-]{_REAL.removeprefix('[+-]?')}j")


def _assignments(texts: Sequence[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for text in texts:
        name, number = _assignment(text)
        if name in values:
            raise _UsageError(f"Argument `{name}` is given twice; give it once.")
        values[name] = number
    return values


def _assignment(text: str) -> tuple[str, str]:
    """Read `name=number`; the number stays text, so that it keeps all its digits."""
    name, equals, number = text.partition("=")
    if not (equals and name.isidentifier()):
        raise _UsageError(f"A value must be written parameter=number, but is {text!r}.")
    if not _NUMBER.fullmatch(number) or math.isinf(abs(complex(number))):
        raise _UsageError(
            f"Argument `{name}` must be a plain finite number such as 0.1 or 1e-3, but is "
            f"{number!r}. Write digits."
        )
    return name, number


def _plain(number: str) -> complex | float:
    return complex(number) if number.endswith("j") else float(number)


def _figure(arguments: argparse.Namespace) -> int:
    picture, name = _picture(arguments.name), arguments.name
    if arguments.origin and not picture.has_origin:
        raise _UsageError(f"Figure {name!r} compares first order with the exact state; leave "
                          "--from out.")  # fmt: skip
    output = arguments.output or Path(f"figure{name}.pdf" if name.isdecimal() else f"{name}.pdf")
    _require_ending("--output", output, (".pdf", ".svg", ".png"))
    if arguments.data:
        _require_ending("--data", arguments.data, (".csv", ".npz"))
    try:
        data = picture.compute(*filter(None, [arguments.origin]))
        if arguments.data:
            _save(data, arguments.data)
        _save(picture.draw(data), output)
    except ImportError as error:
        raise _UsageError(f"{error}.") from None
    except ValueError as error:  # such as an unknown MPLBACKEND
        raise _UsageError(f"The figure could not be drawn: {error}.") from None
    return 0


def _picture(name: str) -> "Picture":
    from symsync.figures import FIGURES

    if name not in FIGURES:
        raise _UsageError(
            f"No figure is named {name!r}; there are {', '.join(FIGURES)}."
            f"{did_you_mean(name, FIGURES)}"
        )
    return FIGURES[name]


def _require_ending(option: str, path: Path, endings: Sequence[str]) -> None:
    if path.suffix.lower() not in endings:
        raise _UsageError(
            f"Argument `{option}` must end in {', '.join(endings)}, but is {str(path)!r}."
        )


def _save(what: Any, path: Path) -> None:
    try:
        what.save(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise _UsageError(f"{str(path)!r} could not be written: {reason}.") from None
    print(f"Wrote {path}")


def _regression(arguments: argparse.Namespace) -> int:
    from symsync.figures import regression_study, study_text

    bounds = {"epsilon": arguments.epsilon, "Delta": arguments.Delta}
    try:
        windows = regression_study(**{name: each for name, each in bounds.items() if each})
    except ValueError as error:
        raise _UsageError(str(error)) from None
    if arguments.json:
        print(json.dumps([window.to_dict() for window in windows], indent=2))
    else:
        print(study_text(windows))
    return 0


_COMMANDS = {
    "validity": _validity,
    "verify": _verify,
    "list": _list,
    "latex": _latex,
    "evaluate": _evaluate,
    "figure": _figure,
    "regression": _regression,
}

if __name__ == "__main__":
    console()
