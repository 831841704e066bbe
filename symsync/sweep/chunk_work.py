"""One chunk of a scan: its values computed, written, and entered in the record."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symsync.evaluate import Evaluator
from symsync.evaluate.contract import part_of_a_scan
from symsync.sweep.layouts import Layout, Region
from symsync.sweep.quantities import Quantity

__all__ = ["RECORD", "UNDONE", "ChunkWork", "without_value"]

Array = NDArray[Any]

RECORD = "scan/record"
"""Where a store holds one line for each chunk; xarray does not show it."""

UNDONE = -1
"""What stands in the line of a chunk that is missing."""

_ROOM = threading.local()


@dataclass(frozen=True)
class ChunkWork:
    """What a worker needs to know; it travels there once.

    Attributes
    ----------
    function
        All quantities as one function.
    quantities
        What they are.
    layout
        The grid.  Coordinates of more points than a chunk stay in the store.
    path
        The store, or "" if there is none.
    identity
        What the store must hold: another folder of this name is not the scan's.
    """

    function: Evaluator
    quantities: tuple[Quantity, ...]
    layout: Layout
    path: str = ""
    identity: str = ""

    @property
    def points(self) -> int:
        """The most points of a chunk."""
        return prod(self.layout.chunk)

    def __getstate__(self) -> dict[str, Any]:
        kept = {name: self.__dict__[name] for name in self.__dataclass_fields__}
        if self.path:  # it may be a copy that has lost its large arrays before
            slim = {
                name: None if array is None or array.size > self.points else array
                for name, array in self.layout.coordinates.items()
            }
            kept["layout"] = replace(self.layout, coordinates=slim, labels={})
        return kept

    @cached_property
    def store(self) -> Any:
        """The open store; `ValueError` if this process does not see it."""
        import zarr

        try:
            group = zarr.open_group(self.path, mode="r+")
        except FileNotFoundError:
            group = None
        if group is None or group.attrs.get("scan") != self.identity:
            raise ValueError(
                f"Argument `to` must be a place that all workers share, but {self.path!r} is not "
                "the scan's there. Give a folder that each of them can write to."
            )
        return group

    @cached_property
    def targets(self) -> tuple[Any, Any]:
        """The arrays of the store: {quantity: values}, and the record."""
        arrays = {each.name: self.store[each.name] for each in self.quantities}
        return arrays, self.store[RECORD]

    def values(self, region: Region) -> dict[str, Array]:
        """Return the values of the quantities in a part of the grid.

        They stand in memory that the thread uses again for its next chunk.
        """
        extent = tuple(part.stop - part.start for part in region)
        count, size = prod(self.function.component_shape), prod(extent)
        room = getattr(_ROOM, "array", None)
        if room is None or room.size < count * size or room.dtype != self.function.dtype:
            _ROOM.array = room = np.empty(count * size, self.function.dtype)
        lines = room[: count * size].reshape(count, *extent)
        out = np.moveaxis(lines, 0, -1)
        with part_of_a_scan():
            self.function(**self._arguments(region), out=out)
        return {each.name: each.part(out) for each in self.quantities}

    def _arguments(self, region: Region) -> dict[str, Any]:
        """Return the parameters in a part of the grid, as arrays that broadcast."""
        places = dict(zip(self.layout.sizes, region, strict=True))
        found: dict[str, Any] = dict(self.layout.numbers)
        for name, array in self.layout.coordinates.items():
            if array is None:
                source = self.store[name]
                dims = source.metadata.dimension_names
                part = source[tuple(places[dim] for dim in dims)]
            else:
                dims = array.dims
                part = array.data[tuple(places[dim] for dim in dims)]
            order = [dim for dim in places if dim in dims]
            part = np.asarray(part).transpose([dims.index(dim) for dim in order])
            found[name] = part[tuple(slice(None) if d in order else None for d in places)]
        return found

    def write(self, number: int) -> int:
        """Compute a chunk, write it, enter it in the record, and return how many points it has.

        What a worker that died had done is not done again.
        """
        region = self.layout.region(number)
        arrays, record = self.targets
        if int(np.asarray(record[number, 0])) == UNDONE:
            values = self.values(region)
            for name, array in arrays.items():
                array[region] = values[name]
            record[number] = without_value(values, region)
        return self.layout.size(number)


def without_value(values: Mapping[str, Array], region: Region) -> Array:
    """Return the line of a chunk: how many points have a nan, the first place, the last place."""
    lost: Any = False
    for value in values.values():
        if np.isnan(value.sum()):
            lost = lost | np.isnan(value).any(axis=tuple(range(len(region), value.ndim)))
    if not np.any(lost):
        return np.zeros(1 + 2 * len(region), np.int64)
    places = np.nonzero(lost)
    first = [part.start + place.min() for part, place in zip(region, places, strict=True)]
    last = [part.start + place.max() for part, place in zip(region, places, strict=True)]
    return np.array([np.count_nonzero(lost), *first, *last])
