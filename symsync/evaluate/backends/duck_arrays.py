"""Arrays of xarray, dask and pandas pass through evaluators; a library is imported only if met."""

import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from symsync.evaluate.contract import Evaluator

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
    values, index = function(**plain), series[first].index
    if values.ndim == 1 and not function.component_shape:
        return pandas.Series(values, index=index, name=function.__name__)
    return pandas.DataFrame(values.reshape(len(index), -1), index=index)


def _through_xarray(function: Evaluator, arguments: Mapping[str, Any]) -> Any:
    import xarray

    names = [f"{function.__name__}_component_{k}" for k in range(len(function.component_shape))]
    result = xarray.apply_ufunc(
        _positional(function, arguments),
        *arguments.values(),
        output_core_dims=[names],
        dask="parallelized",
        keep_attrs=False,
        output_dtypes=[function.dtype],
        dask_gufunc_kwargs={
            "output_sizes": dict(zip(names, function.component_shape, strict=True))
        },
    )
    return result.rename(function.__name__) if isinstance(result, xarray.DataArray) else result


def _through_dask(function: Evaluator, arguments: Mapping[str, Any]) -> Any:
    import dask.array

    arrays = {name: dask.array.asarray(value) for name, value in arguments.items()}
    shape = function.broadcast(arrays)
    pairs: list[Any] = []
    for array in arrays.values():
        pairs += [array, tuple(range(len(shape) - array.ndim, len(shape)))]
    components = {len(shape) + k: size for k, size in enumerate(function.component_shape)}
    return dask.array.blockwise(
        _positional(function, arguments),
        tuple(range(len(shape) + len(components))),
        *pairs,
        new_axes=components,
        dtype=function.dtype,
        meta=np.empty((0,) * (len(shape) + len(components)), function.dtype),
    )


_LIBRARIES = {"xarray": _through_xarray, "dask": _through_dask, "pandas": _through_pandas}
