"""The command line: a function for each command that prints what it finds."""

import argparse
import io
import json
import math
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import symsync
from symsync.cli.arguments import (
    UsageError,
    assignments,
    command_parser,
    number,
    numbers,
    spoken,
    translations,
)
from symsync.cli.files import code, equation_named, explore, figure, scan
from symsync.expressions.symbols import describe

__all__ = ["console", "main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    argv
        The arguments; by default those of the process.

    Returns
    -------
    int
        0 if all went well, 1 if a claim failed or a formula is not equal, 2 if the arguments were
        wrong or nothing can be compared.
    """
    parser = command_parser()
    try:
        arguments, rest = parser.parse_known_args(argv)
        if arguments.command in ("evaluate", "validity", "scan"):  # options between the values
            arguments.values += [text for text in rest if not text.startswith("-")]
            rest = [text for text in rest if text.startswith("-")]
        if rest:
            parser.prog = " ".join(filter(None, [parser.prog, arguments.command]))
            parser.error(f"unrecognized arguments: {' '.join(rest)}")
        if arguments.command is None:
            parser.print_help()
            return 0
        return _COMMANDS[arguments.command](arguments)
    except UsageError as mistake:
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


def _verify(arguments: argparse.Namespace) -> int:
    progress = sys.stderr if sys.stderr.isatty() else None
    names = map(_claim_name, arguments.names)
    try:
        report = symsync.verify(*names, progress=progress, slow=arguments.all)
    except KeyError as error:
        raise UsageError(error.args[0]) from None
    print(report.to_json() if arguments.json else report)
    return 0 if report.passed else 1


def _claim_name(name: str) -> str:
    """Return the place of a claim for a number of the Letter, and any other name as it is."""
    if not name.isdecimal():
        return name
    equation_named(name)  # or say which numbers there are
    return f"Eq. ({int(name)})"


def _check(arguments: argparse.Namespace) -> int:
    if (arguments.file is None) == (arguments.formula is None):
        raise UsageError("Give the formula in a FILE, - for the input, or by --formula.")
    text = arguments.formula if arguments.file is None else _read(arguments.file)
    where, against = translations(arguments.where), equation_named(arguments.against)
    try:
        answer = symsync.check_claim(text, against, where, arguments.coupling)
    except ValueError as error:
        raise UsageError(str(error)) from None
    if arguments.json:
        print(spoken(json.dumps(answer.to_dict(), indent=2, ensure_ascii=False)))
    if answer.verdict == "not comparable":
        raise UsageError(str(answer))
    if not arguments.json:
        print(answer)
    return int(not answer.is_equal)


def _read(path: str) -> str:
    try:
        return sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path!r} could not be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path!r} could not be read: it is no text in UTF-8.") from None


def _list(_: argparse.Namespace) -> int:
    width = max(map(len, symsync.equations))
    for name in symsync.equations:
        description, source = symsync.equations.about(name)
        print(f"{name:<{width}}  {description} ({source})")
    return 0


def _latex(arguments: argparse.Namespace) -> int:
    if not (arguments.names or arguments.document):
        raise UsageError("Give the NAME of an equation, or --document for all of them.")
    found = [equation_named(name) for name in arguments.names or symsync.equations]
    notation = translations(arguments.name, "--name", "symbol=LaTeX")
    try:
        if arguments.document:
            print(symsync.document(found, notation), end="")
        else:
            print("\n".join(equation.latex(notation) for equation in found))
    except ValueError as error:
        raise UsageError(str(error)) from None
    return 0


def _evaluate(arguments: argparse.Namespace) -> int:
    import mpmath

    equation = equation_named(arguments.name)
    digits = arguments.digits
    if digits is not None and not 1 <= digits <= 1000:
        raise UsageError(f"Argument `--digits` must be 1 to 1000, but is {digits}.")
    function = equation.function("numpy" if digits is None else "mpmath")
    given = assignments(arguments.values).items()
    values = {name: numbers(name, text, digits) for name, text in given}
    try:
        function.require_names((), values)
        with mpmath.workdps(digits or 15):
            value = function(**values)
            if digits is None and not _is_finite(value):
                value, digits = _exactly(equation, values), 15
            print(_plain_text(value) if digits is None else _digits(value, digits))
    except (TypeError, ValueError) as error:
        raise UsageError(str(error)) from None
    return 0


def _validity(arguments: argparse.Namespace) -> int:
    try:
        name = arguments.name
        budget = symsync.validity(equation_named(name).label if name.isdecimal() else name)
    except KeyError as error:
        raise UsageError(error.args[0]) from None
    given = assignments(arguments.values).items()
    values = {name: number(name, text) for name, text in given}
    try:
        if not arguments.bound > 0:
            raise ValueError(f"Argument `--bound` must be positive, but is {arguments.bound}.")
        if "epsilon" in values:
            print(_error_budget(budget, values))
        else:
            print(_range(budget, arguments.bound, values))
    except (TypeError, ValueError) as error:
        raise UsageError(str(error)) from None
    return 0


def _error_budget(budget: "symsync.Validity", values: dict[str, Any]) -> str:
    """Return each number with its name and what it is."""
    error = budget.error(**values)
    unit = describe(budget.first.lhs).unit
    rows = [
        (budget.first, f"{budget.first.order}: {budget.first.description} (unit: {unit})"),
        (budget.exact, "exact, to all orders in epsilon"),
        *((each, f"{each.order} adds this") for each in budget.next_orders),
    ]
    lines = []
    for each, words in rows:
        number = each.function(extra="ignore")(**values) + 0  # which is no −0
        lines.append((each.label, f"{number:.6g}", words))
    why = "both vanish" if lines[0][1] == lines[1][1] == "0" else "one has no value"
    why = f"; there is none, for {why}" if math.isnan(error) else ""
    lines.append(("error", f"{error:.3g}", budget.meaning + why))
    wide, wider = (max(len(line[k]) for line in lines) for k in (0, 1))
    return "\n".join(f"{label:<{wide}}  {x:<{wider}}  {words}" for label, x, words in lines)


def _range(budget: "symsync.Validity", bound: float, values: dict[str, Any]) -> str:
    """Return up to which coupling an equation holds, and what that means."""
    largest = budget.largest_epsilon(bound, **values)
    about = {0.0: "at no epsilon", math.inf: "at every epsilon that was tried"}
    where = about.get(largest, f"up to epsilon = {largest:.4g}")
    return (
        f"{budget.first.label} is within {bound:g} of the exact value {where}\n"
        f"{bound:g} bounds the {budget.meaning}; epsilon is in the unit of the rates"
    )


def _is_finite(value: Any) -> bool:
    import numpy as np

    return bool(np.isfinite(value).all())


def _exactly(equation: "symsync.Equation", values: dict[str, Any]) -> Any:
    """Return the value to 15 digits where double precision has none."""
    import mpmath

    with mpmath.workdps(15):
        return equation.function("mpmath")(**values)


def _plain_text(value: Any) -> str:
    import numpy as np

    with np.printoptions(threshold=sys.maxsize, linewidth=100):
        return str(value)


def _digits(value: Any, digits: int) -> str:
    import mpmath

    parts = value.ravel().tolist() if hasattr(value, "ravel") else [value]
    if not all(map(mpmath.isfinite, parts)):
        raise ValueError("The formula has no value at these parameters.")
    return "\n".join(mpmath.nstr(part, digits) for part in parts)


def _regression(arguments: argparse.Namespace) -> int:
    from symsync.figures import regression_study, study_text

    bounds = {"epsilon": arguments.epsilon, "Delta": arguments.Delta}
    try:
        windows = regression_study(**{name: each for name, each in bounds.items() if each})
    except ValueError as error:
        raise UsageError(str(error)) from None
    if arguments.json:
        print(json.dumps([window.to_dict() for window in windows], indent=2))
    else:
        print(study_text(windows))
    return 0


_COMMANDS = {
    "check": _check,
    "validity": _validity,
    "verify": _verify,
    "list": _list,
    "latex": _latex,
    "evaluate": _evaluate,
    "code": code,
    "scan": scan,
    "figure": figure,
    "regression": _regression,
    "explore": explore,
}

if __name__ == "__main__":
    console()
