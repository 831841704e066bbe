"""xarray and dask arrays pass through evaluators; each library is imported only if met."""

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
    return lambda *values: function(**dict(zip(arguments, values, strict=True)))


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


_LIBRARIES = {"xarray": _through_xarray, "dask": _through_dask}
