"""A grid of parameters with named dimensions, and the chunks into which it is cut."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from symsync.evaluate.backends.array_backend import numbers_of_objects

__all__ = ["Layout", "Region", "layout", "xarray_module"]

Region = tuple[slice, ...]
"""A part of the grid."""


@dataclass(frozen=True)
class Layout:
    """The points of a scan.

    Attributes
    ----------
    sizes
        {dimension: number of its points}, in order.
    coordinates
        {parameter that varies: its DataArray}.
    numbers
        {parameter that does not: its value}.
    labels
        {other coordinate along the dimensions: its variable}.
    chunk
        The shape of a chunk; the last ones along each dimension may be smaller.
    """

    sizes: Mapping[str, int]
    coordinates: Mapping[str, Any]
    numbers: Mapping[str, complex | float]
    labels: Mapping[str, Any]
    chunk: tuple[int, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of points along each dimension."""
        return tuple(self.sizes.values())

    @property
    def chunks(self) -> tuple[int, ...]:
        """The number of chunks along each dimension."""
        return tuple(-(-n // size) for n, size in zip(self.shape, self.chunk, strict=True))

    def region(self, number: int) -> Region:
        """Return the points of a chunk."""
        place = np.unravel_index(number, self.chunks) if self.chunks else ()
        return tuple(
            slice(int(k) * size, min((int(k) + 1) * size, n))
            for k, size, n in zip(place, self.chunk, self.shape, strict=True)
        )

    def size(self, number: int) -> int:
        """Return how many points a chunk has."""
        return prod(part.stop - part.start for part in self.region(number))

    def own_chunk(self, dims: tuple[str, ...]) -> tuple[int, ...]:
        """Return the shape of a chunk along some of the dimensions."""
        along = dict(zip(self.sizes, self.chunk, strict=True))
        return tuple(along[dim] for dim in dims)


def layout(grid: Any, points: int) -> Layout:
    """Return the points of a grid, in chunks of about so many points.

    Parameters
    ----------
    grid
        {parameter: number, array of one dimension, or DataArray}.  An array is a dimension of its
        parameter's name; DataArrays on one dimension go together.
    points
        The most points of a chunk.

    Returns
    -------
    Layout
        Its dimensions stand in the order in which the grid names them.

    Raises
    ------
    TypeError, ValueError
        If the grid is no such mapping, or its arrays do not fit together.
    """
    if not isinstance(grid, Mapping) or not all(isinstance(name, str) for name in grid):
        raise TypeError(
            f"Argument `grid` must be {{parameter: number or array}}, but is {grid!r}. "
            "Name each parameter once; a frame of pandas is `frame.to_xarray()`."
        )
    arrays = {name: _array(name, given) for name, given in grid.items()}
    coordinates = _aligned({name: array for name, array in arrays.items() if array.ndim})
    sizes: dict[str, int] = {}
    for array in coordinates.values():
        sizes |= dict(array.sizes)
    for dim, n in sizes.items():
        if not n:
            raise ValueError(f"Argument `grid` has no points along {dim!r}; give it one or more.")
    numbers = {name: array.item() for name, array in arrays.items() if not array.ndim}
    labels = _labels(list(coordinates.values()), set(arrays))
    return Layout(sizes, coordinates, numbers, labels, _chunk(tuple(sizes.values()), points))


def _array(name: str, given: Any) -> Any:
    """Return what is given for a parameter as a DataArray of real or complex doubles."""
    xarray = xarray_module()
    wrong = TypeError(
        f"Argument `grid` must hold a number, an array of one dimension or a DataArray for "
        f"{name!r}, but holds {given!r:.80}. Name the dimensions of a larger array: "
        "xarray.DataArray(values, dims=…)."
    )
    if isinstance(given, xarray.DataArray):
        array = given
    else:
        try:
            plain = numbers_of_objects(np.asarray(given))
        except (TypeError, ValueError):
            raise wrong from None
        if plain.ndim > 1 or isinstance(given, np.ma.MaskedArray):
            raise wrong
        array = xarray.DataArray(plain, dims=[name] * plain.ndim)
    if array.dtype.kind not in "iufc" or not all(isinstance(dim, str) for dim in array.dims):
        raise wrong
    array = array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)
    return array.assign_coords({name: array}) if name in array.dims else array


def _aligned(arrays: dict[str, Any]) -> dict[str, Any]:
    """Return arrays whose common dimensions have the same points, or raise `ValueError`."""
    xarray = xarray_module()
    try:
        found = xarray.align(*arrays.values(), join="exact", copy=False)
    except ValueError:
        shapes = ", ".join(f"{name} {dict(array.sizes)}" for name, array in arrays.items())
        raise ValueError(
            f"Argument `grid` holds arrays that differ along a dimension that they share: {shapes}."
            " Give them the same points there."
        ) from None
    return dict(zip(arrays, found, strict=True))


def _labels(arrays: list[Any], parameters: set[str]) -> dict[str, Any]:
    """Return the coordinates along dimensions that are no parameters; levels of an index are some.

    As everywhere in xarray, those that differ between arrays are left out.
    """
    xarray = xarray_module()
    every = xarray.merge([each.coords.to_dataset() for each in arrays], "minimal", join="exact")
    levels = [dim for dim in every.dims if every.get_index(dim).nlevels > 1]
    found = every.reset_index(levels).coords
    found = {name: a.variable for name, a in found.items() if a.ndim and name not in parameters}
    return {name: a.astype(object) if a.dtype.kind == "U" else a for name, a in found.items()}


def _chunk(shape: tuple[int, ...], points: int) -> tuple[int, ...]:
    """Return the shape of equal chunks: as many of the last dimensions as fit, in whole rows."""
    found: tuple[int, ...] = ()
    for n in reversed(shape):
        room = max(1, points // prod(found))
        found = (-(-n // -(-n // room)), *found)
    return found


def xarray_module() -> Any:
    """Return xarray, or raise `ModuleNotFoundError` that names the extra."""
    try:
        import xarray
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "A scan needs xarray and Zarr: pip install 'symsync[sweep]'"
        ) from None
    return xarray
