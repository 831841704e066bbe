"""Commands that write files: code, scan, figure, explore."""

import argparse
import sys
import warnings
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import symsync
from symsync.cli.arguments import UsageError, assignments, number, number_lists, numbers
from symsync.expressions.checks import did_you_mean

if TYPE_CHECKING:
    from symsync.figures import Picture

__all__ = ["code", "equation_named", "explore", "figure", "scan"]


def equation_named(name: str) -> "symsync.Equation":
    """Return the equation of a name or of a number of the Letter."""
    try:
        return symsync.equations.letter(int(name)) if name.isdecimal() else symsync.equations[name]
    except KeyError as error:
        raise UsageError(f"{error.args[0]} `symsync list` names them all.") from None


def code(arguments: argparse.Namespace) -> int:
    """Print or write equations in another language."""
    found = [equation_named(name) for name in dict.fromkeys(arguments.names)]
    try:
        if arguments.language == "javascript":
            text, header = symsync.javascript(found), None
        elif len(found) > 1:
            raise UsageError(
                f"Language {arguments.language!r} takes one NAME, but here are {len(found)}. Call "
                "it once for each."
            )
        else:
            code = found[0].code(arguments.language)
            text, header = code.source, code.header and (f"{code.name}.h", code.header)
    except (ValueError, NotImplementedError) as error:
        raise UsageError(str(error)) from None
    if arguments.output is None:
        print(f"{header[1]}\n{text}" if header else text, end="")
        return 0
    if header and arguments.output.name == header[0]:
        raise UsageError(
            f"Argument `--output` must not be {header[0]}, which is the header that is written "
            "beside it. End it in .c."
        )
    _save(_Text(text), arguments.output)
    if header:
        _save(_Text(header[1]), arguments.output.with_name(header[0]))
    return 0


class _Text(str):
    """A text that can be saved."""

    def save(self, path: Path) -> None:
        """Write it into a file."""
        path.write_text(self, encoding="utf-8")


def scan(arguments: argparse.Namespace) -> int:
    """Write equations over a grid."""
    if arguments.output is None:
        raise UsageError("Give the file to write by -o, such as -o tongue.zarr.")
    names = [text for text in arguments.values if "=" not in text]
    given = assignments([text for text in arguments.values if "=" in text]).items()
    if not names:
        raise UsageError("Give the NAME of an equation, or of several.")
    found = [equation_named(name) for name in names]
    grid = {name: numbers(name, text) for name, text in given}
    compressed, workers = arguments.compress, arguments.workers
    try:
        with _client(arguments.scheduler) as client:
            dataset = symsync.scan(
                found, grid, arguments.output, client=client, workers=workers, compressed=compressed
            )
    except KeyboardInterrupt as interrupted:
        print(f"symsync: {interrupted}", file=sys.stderr)
        return 130
    except (TypeError, ValueError, OSError, RuntimeError, ModuleNotFoundError) as error:
        raise UsageError(str(error)) from None
    shape = " × ".join(f"{n} {dim}" for dim, n in dataset.sizes.items())
    print(f"Wrote {arguments.output}: {', '.join(dataset.data_vars)} at {shape}")
    if dataset.attrs["nan_points"]:
        print(f"nan at {dataset.attrs['nan_points']} points: {dataset.attrs['nan_where']}")
    return 0


def _client(address: str | None) -> Any:
    """Return a client of the cluster at an address, or nothing, to be used by `with`."""
    if address is None:
        return nullcontext()
    try:
        from distributed import Client
    except ModuleNotFoundError:
        raise UsageError(
            "Argument `--scheduler` needs dask: pip install 'symsync[sweep]'."
        ) from None
    try:
        return Client(address, timeout=10)
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split()) or "no answer"
        raise UsageError(f"No cluster answers at {address!r}: {reason}.") from None


def figure(arguments: argparse.Namespace) -> int:
    """Draw a figure, and write its numbers."""
    from symsync.figures import draw

    picture, name = _picture(arguments.name), arguments.name
    if arguments.origin and not picture.has_origin:
        raise UsageError(f"Figure {name!r} compares first order with the exact state; leave "
                          "--from out.")  # fmt: skip
    output = arguments.output or Path(f"figure{name}.pdf" if name.isdecimal() else f"{name}.pdf")
    _require_ending("--output", output, (".pdf", ".svg", ".png"))
    if arguments.data:
        _require_ending("--data", arguments.data, (".csv", ".npz"))
    try:
        data = picture.compute(*filter(None, [arguments.origin]), **_shown(arguments, picture))
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always", UserWarning)
            drawing = draw(data, **_look(arguments))
        for each in said:
            print(f"symsync: {each.message}", file=sys.stderr)
        if arguments.data:
            _save(data, arguments.data)
        _save(drawing, output)
    except ImportError as error:
        raise UsageError(f"{error}.") from None
    except ValueError as error:  # also an unknown MPLBACKEND, or LaTeX that cannot be read
        reason = str(error).strip().splitlines()[-1].rstrip(".")
        raise UsageError(f"The figure could not be drawn: {reason}.") from None
    return 0


def explore(arguments: argparse.Namespace) -> int:
    """Write a page with sliders."""
    _require_ending("--output", arguments.output, (".html",))
    found = [equation_named(name) for name in dict.fromkeys(arguments.names)]
    try:
        page = symsync.explore(found or None)
    except (TypeError, ValueError) as error:
        raise UsageError(str(error)) from None
    _save(page, arguments.output)
    return 0


def _shown(arguments: argparse.Namespace, picture: "Picture") -> dict[str, Any]:
    """Return the rates, grids and numbers that a figure is computed from."""
    found: dict[str, Any] = {}
    if arguments.rates:
        rates = assignments(arguments.rates)
        found["rates"] = {name: number(name, text) for name, text in rates.items()}
    for name, given in number_lists("--window", arguments.window, ":").items():
        if name in picture.windows and len(given) == 2:
            found[name] = _window(name, given[0], given[1], picture.windows[name])
        elif name in picture.numbers and len(given) == 1:
            found[name] = given[0]
        else:
            known = [f"{each}=low:high" for each in picture.windows]
            known += [f"{each}=number" for each in picture.numbers]
            raise UsageError(f"Argument `--window` of figure {arguments.name} must be among "
                             f"{', '.join(known)}, but is {name!r}.")  # fmt: skip
    return found


def _window(name: str, low: float, high: float, spaced: Callable[..., Any]) -> Any:
    """Return 101 points of an axis."""
    text = f"{name}={low:g}:{high:g}"
    if not low < high:
        raise UsageError(f"Argument `--window` must be {name}=low:high with low < high, but is "
                         f"{text!r}.")  # fmt: skip
    if spaced.__name__ == "geomspace" and low <= 0:
        raise UsageError(f"Argument `--window` must start above 0, for the axis of {name} is "
                         f"logarithmic, but is {text!r}.")  # fmt: skip
    return spaced(low, high, 101)


def _look(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return how a figure is drawn."""
    width = arguments.width
    if width and width[0].isdigit():
        width = number("--width", width)
    unit = arguments.unit and (number("--unit", arguments.unit[0]), arguments.unit[1])
    pairs = [text.partition("=") for text in arguments.labels]
    if wrong := [name for name, _, text in pairs if not text]:
        raise UsageError(f"Argument `--labels` must be written name=text, but is {wrong[0]!r}.")
    contours = number_lists("--contours", arguments.contours, ",")
    return {"width": width, "unit": unit, "contours": contours, "panels": arguments.panels or None,
            "labels": {name: text for name, _, text in pairs}}  # fmt: skip


def _picture(name: str) -> "Picture":
    from symsync.figures import FIGURES

    if name not in FIGURES:
        raise UsageError(
            f"No figure is named {name!r}; there are {', '.join(FIGURES)}."
            f"{did_you_mean(name, FIGURES)}"
        )
    return FIGURES[name]


def _require_ending(option: str, path: Path, endings: Sequence[str]) -> None:
    if path.suffix.lower() not in endings:
        raise UsageError(
            f"Argument `{option}` must end in {', '.join(endings)}, but is {str(path)!r}."
        )


def _save(what: Any, path: Path) -> None:
    try:
        what.save(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"{str(path)!r} could not be written: {reason}.") from None
    print(f"Wrote {path}")
