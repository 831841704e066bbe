"""What a figure shows, apart from how it is drawn: named arrays and their parameters."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symsync.evaluate.backends.whole_files import write_whole

__all__ = ["FORMATS", "FigureData", "Table"]

Array = NDArray[Any]

FORMATS = (".csv", ".npz")
"""The endings of files that data can be saved in."""


@dataclass(frozen=True)
class Table:
    """Quantities on a grid.

    Attributes
    ----------
    axes
        The grid: one array of shape (n,) for each axis, in order.
    values
        Arrays of the grid's shape, by name.
    """

    axes: Mapping[str, Array]
    values: Mapping[str, Array]

    def __post_init__(self) -> None:
        for name, value in self.values.items():
            if np.shape(value) != self.shape:
                raise ValueError(
                    f"Argument `values` must hold arrays of the grid's shape {self.shape}, but "
                    f"{name!r} has {np.shape(value)}. Broadcast it."
                )

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of points along each axis."""
        return tuple(len(axis) for axis in self.axes.values())

    def columns(self) -> dict[str, Array]:
        """Return axes and values as columns of one row for each point of the grid."""
        grid = np.meshgrid(*self.axes.values(), indexing="ij")
        everything = {**dict(zip(self.axes, grid, strict=True)), **self.values}
        return {name: np.ravel(value) for name, value in everything.items()}


@dataclass(frozen=True)
class FigureData:
    """The tables behind one figure, and the parameters that all of them share.

    Rates, ε and Δ are in one unit of inverse time; `parameters` holds the rates.
    """

    name: str
    parameters: Mapping[str, float]
    tables: Mapping[str, Table]

    def save(self, path: str | Path) -> None:
        """Write everything to one file, a .csv or an .npz.

        A CSV file begins with a comment that holds the parameters.  Its first column names the
        table of a row.  Cells are empty in columns that this table does not have.
        An NPZ file holds the arrays under "table/name" and the parameters under
        "parameters/name".

        Raises
        ------
        ValueError
            If the file's name has another ending.
        OSError
            If the file cannot be written.  A file that was there before is then untouched.
        """
        path = Path(path)
        ending = path.suffix.lower()
        if ending not in FORMATS:
            raise ValueError(
                f"Argument `path` must end in {' or '.join(FORMATS)}, but is {str(path)!r}."
            )
        content = self._csv().encode() if ending == ".csv" else self._npz()
        write_whole(path, content)

    def _npz(self) -> bytes:
        arrays = {f"parameters/{name}": np.asarray(v) for name, v in self.parameters.items()}
        for title, table in self.tables.items():
            every = {**table.axes, **table.values}
            arrays.update({f"{title}/{name}": value for name, value in every.items()})
        file = io.BytesIO()
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]  # the stubs take no mapping
        return file.getvalue()

    def _csv(self) -> str:
        file = io.StringIO()
        given = ", ".join(f"{name} = {value}" for name, value in self.parameters.items())
        file.write(f"# figure {self.name}: {given}\n")
        every = [name for table in self.tables.values() for name in table.columns()]
        names = list(dict.fromkeys(every))
        rows = csv.DictWriter(file, ["table", *names], restval="", lineterminator="\n")
        rows.writeheader()
        rows.writerows(self._rows())
        return file.getvalue()

    def _rows(self) -> Iterator[dict[str, Any]]:
        for title, table in self.tables.items():
            columns = table.columns()
            for row in zip(*(column.tolist() for column in columns.values()), strict=True):
                yield {"table": title, **dict(zip(columns, row, strict=True))}
