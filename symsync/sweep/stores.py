"""A folder of Zarr that explains itself and knows which chunks it holds."""

import errno
import json
import shutil
import sys
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symsync.evaluate.backends.disk_cache import clear_leftovers
from symsync.expressions.symbols import describe
from symsync.sweep.chunk_work import RECORD, UNDONE, ChunkWork
from symsync.sweep.layouts import Layout, xarray_module
from symsync.sweep.quantities import digest

__all__ = [
    "RESERVED",
    "attributes",
    "copy_to_netcdf",
    "create",
    "frame",
    "identity",
    "netcdf_attributes",
    "read",
    "record_of",
    "require_same",
    "set_attributes",
    "summary",
]

UNFINISHED = ".partial"
"""How the name of a store ends while it is made."""


RESERVED = ("scan", "symsync_version", "date", "nan_points", "nan_where")
"""What a store says of the scan itself, in attributes of these names and a group of the first."""


def identity(work: ChunkWork, choices: Mapping[str, Any]) -> str:
    """Return what makes two scans the same, as JSON: formulas, grid, labels, chunks, choices."""
    layout = work.layout
    grid: dict[str, Any] = {name: str(value) for name, value in layout.numbers.items()}
    for name, array in layout.coordinates.items():
        grid[name] = [list(array.dims), list(array.shape), _hash(array)]
    facts = {
        "equations": {each.name: digest(each.equation._formula.rhs) for each in work.quantities},
        "grid": grid,
        "labels": {name: _of_labels(given) for name, given in layout.labels.items()},
        "order": {"dimensions": list(layout.sizes)},
        "chunks": dict(zip(layout.sizes, layout.chunk, strict=True)),
        "choices": dict(choices),
    }
    return json.dumps(facts, sort_keys=True)


def _of_labels(labels: Any) -> str:
    """Return a name for the labels along dimensions, which are numbers, words or dates."""
    from pandas.util import hash_array  # of which xarray's indexes are

    return _hash(hash_array(np.ravel(labels.values)))


def _hash(array: Any) -> str:
    """Return a name for the numbers of an array, which may be larger than memory."""
    found, rows = sha256(), max(1, 2**20 // max(1, prod(array.shape[1:])))
    for start in range(0, len(array), rows):
        found.update(np.ascontiguousarray(array[start : start + rows].data).tobytes())
    return found.hexdigest()


def require_same(path: Path, found: Any, wanted: str) -> None:
    """Raise `ValueError` that says what differs between the scan of a file and the one wanted."""
    if found is None:
        raise ValueError(
            f"Argument `to` must be a new name or a scan to go on with, but {str(path)!r} holds "
            "something else. Choose another name."
        )
    before, now = json.loads(found), json.loads(wanted)
    differ = []
    for kind, names in now.items():
        had = before.get(kind, {})
        every = dict.fromkeys([*had, *names])
        if wrong := [name for name in every if had.get(name) != names.get(name)]:
            differ.append(f"{kind} ({', '.join(wrong)})")
    if differ:
        raise ValueError(
            f"Argument `to` must be a new name or the same scan, but {str(path)!r} was begun with "
            f"other {', '.join(differ)}. Choose another name, or start it with what it was."
        )


def frame(layout: Layout, quantities: Any, identity: str) -> Any:
    """Return a dataset of the coordinates, with the attributes of the whole."""
    xarray = xarray_module()
    symbols = {s.name: s for each in quantities for s in each.equation.parameters}
    coordinates = {}
    for name, array in layout.coordinates.items():
        about = describe(symbols[name])
        attributes = {"long_name": about.meaning, "units": about.unit, "latex": about.latex}
        coordinates[name] = array.drop_vars(list(array.coords)).variable.copy(deep=False)
        coordinates[name].attrs = attributes | array.attrs  # what the user says of it counts
    numbers = {n: str(v) if isinstance(v, complex) else v for n, v in layout.numbers.items()}
    facts = {
        **numbers,
        "scan": identity,
        "symsync_version": sys.modules["symsync"].__version__,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    return xarray.Dataset(coords={**layout.labels, **coordinates}, attrs=facts)


def create(path: Path, work: ChunkWork, compressed: bool) -> None:
    """Make a store with everything but the values; it has its name when it is complete.

    One that another process has made meanwhile stays.
    """
    import zarr

    layout, compressors = work.layout, "auto" if compressed else None
    dataset = frame(layout, work.quantities, work.identity)
    unfinished = path.with_name(f"{path.name}.{uuid.uuid4().hex}{UNFINISHED}")
    try:
        unfinished.mkdir()
        encoding = {
            name: {"compressors": compressors, "chunks": layout.own_chunk(variable.dims)}
            for name, variable in dataset.variables.items()
        }
        dataset.to_zarr(unfinished, mode="w", zarr_format=3, consolidated=False, encoding=encoding)
        group = zarr.open_group(unfinished, mode="r+")
        for each in work.quantities:
            group.create_array(
                each.name,
                shape=(*layout.shape, *each.shape),
                chunks=(*layout.chunk, *each.shape),
                dtype=each.dtype,
                fill_value=np.nan,
                compressors=compressors,
                dimension_names=(*layout.sizes, *each.dims),
                attributes=each.attributes,
                config={"write_empty_chunks": True},
            )
        lines = (prod(layout.chunks), 1 + 2 * len(layout.shape))
        group.create_array(
            RECORD,
            shape=lines,
            chunks=(1, lines[1]),
            dtype=np.int64,
            fill_value=UNDONE,
            compressors=None,
        )
        unfinished.rename(path)
    except OSError as error:
        if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
            raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def attributes(path: Path) -> dict[str, Any]:
    """Return the attributes of a store; there are none if it is something else."""
    try:
        found: dict[str, Any] = json.loads((path / "zarr.json").read_text(encoding="utf-8"))
        return dict(found["attributes"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def set_attributes(path: Path, more: Mapping[str, Any]) -> None:
    """Add attributes to a store."""
    import zarr

    zarr.open_group(path, mode="r+").attrs.update(more)


def record_of(path: Path) -> NDArray[Any]:
    """Return one line for each chunk of a store, and remove what killed processes have left."""
    import zarr

    clear_leftovers(path, f"**/*{UNFINISHED}")
    found: NDArray[Any] = np.asarray(zarr.open_group(path, mode="r")[RECORD][:])
    return found


def summary(layout: Layout, record: NDArray[Any]) -> dict[str, Any]:
    """Return the attributes that say how many points have no value, and where they lie."""
    lost = record[record[:, 0] > 0]
    count = int(lost[:, 0].sum())
    if not count:
        return {"nan_points": 0}
    first, last = np.split(lost[:, 1:], 2, axis=1)
    where = []
    for dim, low, high in zip(layout.sizes, first.min(axis=0), last.max(axis=0), strict=True):
        array = layout.coordinates.get(dim)
        ends = [str(k if array is None else array.data[int(k)]) for k in (low, high)]
        where.append(f"{dim} {ends[0]} to {ends[1]}")
    return {"nan_points": count, "nan_where": "; ".join(where)}


def read(path: Path, names: list[str]) -> Any:
    """Return a store as a dataset of lazy arrays, in this order."""
    return xarray_module().open_zarr(path, chunks={}, consolidated=False)[names]


def netcdf_attributes(path: Path) -> dict[str, Any]:
    """Return the attributes of a file of netCDF; there are none if it is something else."""
    try:
        with xarray_module().open_dataset(path, engine="netcdf4") as dataset:
            return dict(dataset.attrs)
    except (OSError, ValueError):
        return {}


def copy_to_netcdf(dataset: Any, path: Path, compressed: bool) -> None:
    """Write a dataset of lazy arrays, chunk by chunk, to a file of netCDF, or raise `OSError`."""
    import dask

    options = {"zlib": True} if compressed else {}
    encoding = dict.fromkeys(dataset.data_vars, options)
    plain = dataset.drop_encoding()
    try:
        with dask.config.set(scheduler="synchronous"):
            plain.to_netcdf(path, engine="netcdf4", encoding=encoding)
    except RuntimeError as error:  # how the library of netCDF says that a disk is full
        raise OSError(f"{error}, as on a full disk") from error
