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


def _through_xarray(function: Evaluator, arguments: Mapping[str, Any]) -> Any:
    import xarray

    def positional(*values: Any) -> Any:
        return function(**dict(zip(arguments, values, strict=True)))

    names = [f"component_{k}" for k in range(len(function.component_shape))]
    sizes = dict(zip(names, function.component_shape, strict=True))
    return xarray.apply_ufunc(
        positional,
        *arguments.values(),
        output_core_dims=[names],
        dask="parallelized",
        output_dtypes=[np.complex128 if function.is_complex else np.float64],
        dask_gufunc_kwargs={"output_sizes": sizes},
    ).rename(function.__name__)


def _through_dask(function: Evaluator, arguments: Mapping[str, Any]) -> Any:
    import dask.array

    def positional(*values: Any) -> Any:
        return function(**dict(zip(arguments, values, strict=True)))

    names = [f"k{k}" for k in range(len(function.component_shape))]
    return dask.array.apply_gufunc(
        positional,
        f"{','.join(['()'] * len(arguments))}->({','.join(names)})",
        *arguments.values(),
        output_sizes=dict(zip(names, function.component_shape, strict=True)),
        output_dtypes=np.complex128 if function.is_complex else np.float64,
    )


_LIBRARIES = {"xarray": _through_xarray, "dask": _through_dask}
