"""A scan from its arguments to its dataset."""

import os
import shutil
import uuid
from dataclasses import replace
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from symsync.evaluate import Evaluator, StagedEvaluator
from symsync.evaluate.backends.array_backend import check, require
from symsync.expressions.checks import require_choices, whole
from symsync.sweep.chunk_work import UNDONE, ChunkWork, without_value
from symsync.sweep.engines import Engine
from symsync.sweep.layouts import Layout, layout, xarray_module
from symsync.sweep.quantities import Quantity, chosen_backend, function_of, quantities
from symsync.sweep.refinement import refined, require_aims
from symsync.sweep.stores import (
    RESERVED,
    attributes,
    copy_to_netcdf,
    create,
    frame,
    identity,
    netcdf_attributes,
    read,
    record_of,
    require_same,
    set_attributes,
    summary,
)

__all__ = ["refine", "scan"]

POINTS = 2**20
"""Points of a chunk: smaller ones cost more for each point, larger ones more memory."""

VALUES = 2**22
"""The most values of a chunk, where a formula has many components."""

NUMBERS = 2**26
"""So many numbers a large program computes in a chunk, which takes seconds on one core."""


def scan(
    equations: Any,
    grid: Any,
    to: Any = None,
    *,
    client: Any = None,
    workers: int | None = None,
    progress: bool | None = None,
    compressed: bool = False,
    **choices: Any,
) -> Any:
    """Return formulas over a grid as an `xarray.Dataset`, or write them to a file and open it.

    A file is written by chunks, in bounded memory; after an interruption the same call goes on.

    Parameters
    ----------
    equations
        Names of the catalogue, equations, or {name: formula}; what they share is computed once.
    grid
        {parameter: number, array or DataArray}, or a Dataset.  An array is a dimension of its
        parameter's name, DataArrays on one dimension go together, and numbers are attributes.
        Other coordinates of DataArrays stay, also the levels of an index.
    to
        A folder for Zarr, such as "tongue.zarr", or a file of netCDF, such as "tongue.nc".
    client
        A `dask.distributed.Client`, whose workers all see `to`.
    workers
        How many threads work if there is no client; by default one for each core.
    progress
        Whether to show it; by default on a terminal and in a notebook.
    compressed
        Whether to compress, which takes longer than the computation and saves little.
    **choices
        `backend` of double precision as in `Equation.function`, by default the fastest; `invalid`,
        "nan" or "raise" where an array leaves a domain; `chunk`, the most points of a chunk, a
        million at most if not given.  Chunks depend on grid and formulas, never on who works.

    Returns
    -------
    xarray.Dataset
        A variable for each equation; units, LaTeX, version, and where it is nan as attributes.

    Raises
    ------
    TypeError, ValueError, ModuleNotFoundError
        If an argument is wrong, `to` holds another scan, or the extra `sweep` is missing.
    OSError, RuntimeError, KeyboardInterrupt
        If the disk, a cluster or the user stops it, with what is done; nothing is lost.

    Examples
    --------
    >>> import symsync
    >>> rates = {"gamma_g_A": 100, "gamma_d_A": 1, "gamma_g_B": 1, "gamma_d_B": 100}
    >>> scan("S_rel_max", {"epsilon": [0, 0.1], "Delta": 0, **rates}).S_rel_max.values.round(3)
    array([0.   , 0.022])
    """
    require_choices("scan", choices, ("backend", "invalid", "chunk"))
    engine, work = Engine(client, workers, progress), _work(equations, grid, **choices)
    return _to_memory(work, engine) if to is None else _to_file(_path(to), work, engine, compressed)


def refine(equations: Any, grid: Any, where: Any, depth: int = 4, **choices: Any) -> Any:
    """Return formulas over a grid that is fine only where a level or a maximum lies.

    Parameters
    ----------
    equations
        As those of `scan`.
    grid
        As that of `scan`.  What lies between its points and shows at none of them is not found.
    where
        {equation: a level, or "maximum"}.
    depth
        How often the cells of the grid where it lies are cut in half.
    **choices
        `backend` and `invalid` as in `scan`.

    Returns
    -------
    xarray.Dataset
        Of one dimension, `point`, the corners of all cells; parameters are coordinates of it.

    Raises
    ------
    TypeError, ValueError, ModuleNotFoundError
        If an argument is wrong, or the extra `sweep` is missing.

    Examples
    --------
    >>> import numpy as np
    >>> rates = {"gamma_g_A": 100, "gamma_d_A": 1, "gamma_g_B": 1, "gamma_d_B": 100}
    >>> grid = {"epsilon": np.linspace(0, 1, 6), "Delta": 0, **rates}
    >>> found = refine("negativity_exact", grid, {"negativity_exact": "maximum"}, depth=8)
    >>> print(found.epsilon.data[np.argmax(found.negativity_exact.data)].round(2))
    0.31
    """
    require_choices("refine", choices, ("backend", "invalid"))
    work = _work(equations, grid, **choices)
    return refined(work, require_aims(where, work), whole("depth", depth, 1, 16))


def _work(
    equations: Any,
    grid: Any,
    backend: str | None = None,
    invalid: str = "nan",
    chunk: int | None = None,
) -> ChunkWork:
    """Return what is to be computed, once it is known that it can be."""
    xarray_module()
    listed = quantities(equations)
    backend = chosen_backend(listed, backend, invalid)
    function = function_of(listed, backend, invalid)
    most = _points(function) if chunk is None else whole("chunk", chunk, 1, 2**30)
    points = layout(grid, most)
    _require_parameters(function, listed, points)
    work = ChunkWork(function, tuple(listed), points)
    return replace(work, identity=identity(work, {"backend": backend, "invalid": invalid}))


def _points(function: Evaluator) -> int:
    """Return how many points a chunk may have, from what the formula costs and gives."""
    cost = function.made if isinstance(function, StagedEvaluator) else 1
    return max(1, min(POINTS, VALUES // prod(function.component_shape), NUMBERS // (1 + cost)))


def _require_parameters(function: Evaluator, listed: list[Quantity], points: Layout) -> None:
    """Reject a grid that does not give each parameter its value, of the right kind."""
    given = {**points.numbers, **points.coordinates}
    function.require_names((), given)
    if not points.coordinates:
        raise ValueError(
            "Argument `grid` must hold an array, but holds numbers only. "
            "Call `equation.function()` for one point."
        )
    for symbol in function.symbols:
        value = given[symbol.name]
        is_complex = np.iscomplexobj(value.dtype.type() if hasattr(value, "dtype") else value)
        if symbol.is_extended_real and is_complex:
            raise ValueError(
                f"Argument `grid` must hold real numbers for {symbol.name!r}, but holds complex "
                "ones. Take the real part."
            )
        if symbol.name in points.numbers:  # what does not vary would leave no point with a value
            number = np.array([value])
            require(symbol, number, np.isfinite(number))
            check(symbol, number)
    for dim in points.sizes:
        if dim in points.numbers:
            raise ValueError(
                f"Argument `grid` must not name a dimension like a parameter that is a number, but "
                f"has {dim!r} as both. Rename the dimension."
            )
    for name in (*given, *points.sizes, *points.labels, *(each.name for each in listed)):
        if name in RESERVED:
            raise ValueError(
                f"Parameters, coordinates and equations of a scan must not be named "
                f"{', '.join(RESERVED)}, which say what it is, but one is {name!r}. Rename it."
            )
    others = {*points.sizes, *points.labels, *points.coordinates}
    for each in listed:
        if each.name in others or not each.name.isidentifier():
            raise ValueError(
                f"Argument `equations` must give names that no parameter and no coordinate has, "
                f"but has {each.name!r}. Name the equations by a dictionary."
            )


def _path(to: Any) -> Path:
    if not isinstance(to, str | os.PathLike) or Path(to).suffix not in (".zarr", ".nc"):
        raise ValueError(f"Argument `to` must be a path that ends in .zarr or .nc, but is {to!r}.")
    return Path(to).absolute()


def _computed(work: ChunkWork, number: int) -> tuple[int, dict[str, Any]]:
    values = work.values(work.layout.region(number))
    return number, {name: value.copy() for name, value in values.items()}


def _to_memory(work: ChunkWork, engine: Engine) -> Any:
    points, listed = work.layout, work.quantities
    arrays = {each.name: np.empty((*points.shape, *each.shape), each.dtype) for each in listed}
    record = np.empty((prod(points.chunks), 1 + 2 * len(points.shape)), np.int64)

    def keep(number: int, values: dict[str, Any]) -> int:
        region = points.region(number)
        for name, value in values.items():
            arrays[name][region] = value
        record[number] = without_value(values, region)
        return points.size(number)

    def work_here(job: ChunkWork, number: int) -> int:
        return keep(number, job.values(points.region(number)))

    chunks = list(range(len(record)))
    if engine.client is None:
        engine.run(work_here, work, chunks, lambda size: size)
    else:
        engine.run(_computed, work, chunks, lambda found: keep(*found))
    dataset = frame(points, listed, work.identity)
    for each in listed:
        dims = (*points.sizes, *each.dims)
        dataset[each.name] = (dims, arrays[each.name], each.attributes)
    return dataset.assign_attrs(summary(points, record))


def _to_file(path: Path, work: ChunkWork, engine: Engine, compressed: bool) -> Any:
    if not isinstance(compressed, bool):
        raise ValueError(f"Argument `compressed` must be True or False, but is {compressed!r}.")
    return (_to_netcdf if path.suffix == ".nc" else _to_zarr)(path, work, engine, compressed)


def _to_zarr(path: Path, work: ChunkWork, engine: Engine, compressed: bool) -> Any:
    with engine.one_sentence(path, path):
        if not (path.exists() or path.is_symlink()):
            create(path, work, compressed)
        require_same(path, attributes(path).get("scan"), work.identity)
        if "nan_points" not in attributes(path):
            missing = np.flatnonzero(record_of(path)[:, 0] == UNDONE)
            engine.run(ChunkWork.write, replace(work, path=str(path)), missing.tolist())
            record = record_of(path)
            if lost := np.count_nonzero(record[:, 0] == UNDONE):
                raise RuntimeError(
                    f"{lost} chunks are missing in {str(path)!r}, although workers wrote them. "
                    "Give a folder that is the same for all of them."
                )
            set_attributes(path, summary(work.layout, record))
    return read(path, [each.name for each in work.quantities])


def _to_netcdf(path: Path, work: ChunkWork, engine: Engine, compressed: bool) -> Any:
    """Scan to Zarr beside the file, and copy that: netCDF can neither be shared nor cut short."""
    xarray = xarray_module()
    grid = work.layout.coordinates.values()
    if any(each.dtype.kind == "c" for each in (*work.quantities, *grid)):
        raise ValueError("Argument `to` must end in .zarr, as netCDF has no complex numbers.")
    if path.exists():
        require_same(path, netcdf_attributes(path).get("scan"), work.identity)
    else:
        beside = path.with_name(f"{path.name}.scan.zarr")
        dataset = _to_zarr(beside, work, engine, compressed)
        unfinished = path.with_name(f"{path.name}.{uuid.uuid4().hex}.partial")
        with engine.one_sentence(path, beside):
            try:
                copy_to_netcdf(dataset, unfinished, compressed)
                unfinished.rename(path)
            finally:
                unfinished.unlink(missing_ok=True)
            shutil.rmtree(beside)
    return xarray.open_dataset(path, engine="netcdf4", chunks={})
