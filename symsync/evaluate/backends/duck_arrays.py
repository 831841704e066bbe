"""Arrays of xarray, dask and pandas pass through evaluators; a library is imported only if met."""

import warnings
from collections.abc import Callable, Iterable, Mapping
from math import prod
from typing import Any

import numpy as np

from symsync.evaluate.contract import Evaluator, Output

__all__ = ["applied_by"]


def applied_by(values: Iterable[Any]) -> Callable[[Any, Mapping[str, Any]], Any] | None:
    """Return how a function is applied to such values, or None if they are plain arrays."""
    libraries = {type(value).__module__.split(".")[0] for value in values}
    return next((apply for name, apply in _LIBRARIES.items() if name in libraries), None)


def _positional(function: Evaluator, arguments: Mapping[str, Any]) -> Callable[..., Any]:
    def quiet(*values: Any) -> Any:
        with warnings.catch_warnings():  # blocks of one call do not warn one by one
            warnings.simplefilter("ignore", RuntimeWarning)
            return function(**dict(zip(arguments, values, strict=True)))

    return quiet


def _through_pandas(function: Evaluator, arguments: Mapping[str, Any]) -> Any:
    """Apply a function to Series of one index; others would be paired by position."""
    import pandas

    given = {n: v for n, v in arguments.items() if type(v).__module__.startswith("pandas")}
    series = {name: value for name, value in given.items() if isinstance(value, pandas.Series)}
    if len(series) < len(given):
        wrong = next(name for name in given if name not in series)
        raise TypeError(
            f"Argument `{wrong}` must be a Series, an array or a number, but is a "
            f"{type(given[wrong]).__name__}. Pass one column, such as frame['{wrong}']."
        )
    first, *others = series
    for other in others:
        if not series[first].index.equals(series[other].index):
            raise ValueError(
                f"Arguments `{first}` and `{other}` have different indices. Align them first: "
                f"{first}, {other} = {first}.align({other}, join='inner')."
            )
    plain = {n: v.to_numpy() if n in series else v for n, v in arguments.items()}
    values, index = np.asarray(function(**plain)), series[first].index
    if values.shape != (len(index), *function.component_shape):
        raise ValueError(
            f"Arguments beside Series must be numbers or arrays of their length {len(index)}, but "
            f"the result would have the shape {values.shape}. Pass NumPy arrays only."
        )
    if values.ndim == 1:
        return pandas.Series(values, index=index, name=function.__name__)
    names = [name for each in function.formula.outputs for name in each.components or [each.name]]
    flat = values.reshape(len(index), prod(function.component_shape))
    return pandas.DataFrame(flat, index, names if len(names) == flat.shape[1] else None)


def _through_xarray(function: Evaluator, arguments: Mapping[str, Any]) -> Any:
    """Return a DataArray, or a Dataset with one variable for each equation that was joined.

    Lazy arrays reach the function as they are, and pass through dask.
    """
    import xarray

    axes = [f"{function.__name__}_component_{k}" for k in range(len(function.component_shape))]
    result = xarray.apply_ufunc(
        lambda *values: function(**dict(zip(arguments, values, strict=True))),
        *arguments.values(),
        output_core_dims=[axes],
        dask="allowed",
        keep_attrs="override",  # or the coordinates would lose theirs
    )
    outputs = function.formula.outputs or (Output(function.__name__),)
    if not isinstance(result, xarray.DataArray):
        return result
    if len(outputs) == 1:
        return _described(result, outputs[0], axes)
    found, place = {}, 0
    for each in outputs:
        size = len(each.components)
        part = slice(place, place + size) if size else place
        found[each.name] = _described(result.isel({axes[0]: part}), each, axes)
        place += size or 1
    return xarray.Dataset(found)


def _described(array: Any, output: Output, axes: list[str]) -> Any:
    """Return an array of xarray with its name, its unit, its meaning and names of components."""
    attributes = {"long_name": output.meaning, "units": output.unit}
    array = array.rename(output.name)
    array.attrs = {name: value for name, value in attributes.items() if value}
    if not output.components:
        return array
    (axis,) = axes
    own = f"{output.name}_component_0"
    return array.rename({axis: own}).assign_coords({own: list(output.components)})


def _through_dask(function: Evaluator, arguments: Mapping[str, Any]) -> Any:
    import dask.array

    arrays = {name: dask.array.asarray(value) for name, value in arguments.items()}
    shape = function.broadcast(arrays)
    chunks = _fitting_chunks(list(arrays.values()), shape, function)
    pairs: list[Any] = []
    for array in arrays.values():
        axes = tuple(range(len(shape) - array.ndim, len(shape)))
        own = {k: chunks[axis] for k, axis in enumerate(axes) if array.shape[k] > 1}
        pairs += [array.rechunk(own), axes]
    components = {len(shape) + k: size for k, size in enumerate(function.component_shape)}
    return dask.array.blockwise(
        _positional(function, arguments),
        tuple(range(len(shape) + len(components))),
        *pairs,
        new_axes=components,
        dtype=function.dtype,
        meta=np.empty((0,) * (len(shape) + len(components)), function.dtype),
        align_arrays=False,
        adjust_chunks=dict(enumerate(chunks)),
    )


def _fitting_chunks(
    arrays: list[Any], shape: tuple[int, ...], function: Evaluator
) -> tuple[tuple[int, ...], ...]:
    """Return the chunks of a result, which are those of its arguments if they fit each other.

    Arguments along different axes, each in n chunks, would make n² blocks of tiny size, or a block
    that no memory holds.  There the blocks are as many as the chunks of one argument, and at most
    as large as dask's `array.chunk-size`.
    """
    import dask
    from dask.array.core import normalize_chunks, unify_chunks

    pairs: list[Any] = []
    for array in arrays:
        pairs += [array, tuple(range(len(shape) - array.ndim, len(shape)))]
    known, _ = unify_chunks(*pairs, warn=False)
    chunks = tuple(known[k] for k in range(len(shape)))
    inner = function.component_shape
    most = max(array.npartitions for array in arrays)
    largest = dask.utils.parse_bytes(dask.config.get("array.chunk-size"))
    bytes_each = function.dtype.itemsize * prod(inner)
    is_small = (
        any(array.shape == shape for array in arrays)
        or bytes_each * prod(max(each, default=1) for each in chunks) <= largest
    )
    if is_small and prod(map(len, chunks)) < 10 * most:
        return chunks
    fitted = normalize_chunks(
        ("auto",) * len(shape) + inner,
        (*shape, *inner),
        limit=max(1, min(largest, bytes_each * prod(shape) // most)),
        dtype=function.dtype,
        previous_chunks=(*chunks, *((size,) for size in inner)),
    )
    return tuple(fitted[: len(shape)])


_LIBRARIES = {"xarray": _through_xarray, "dask": _through_dask, "pandas": _through_pandas}
