"""A scan that is fine only where a level or a maximum lies.

The grid is cut into cells.  Those between whose corners a quantity passes its level, or one of
whose corners is the highest yet, are cut in half along each dimension, again and again; their
corners are the points of the scan.
"""

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symsync.sweep.chunk_work import ChunkWork
from symsync.sweep.layouts import xarray_module
from symsync.sweep.stores import frame

__all__ = ["refined", "require_aims"]

Array = NDArray[Any]

MAXIMUM = "maximum"


def require_aims(aims: Any, work: ChunkWork) -> dict[str, Any]:
    """Return {quantity: level or "maximum"}, or raise `ValueError` where nothing can be refined."""
    plain = {each.name for each in work.quantities if not each.shape and not each.is_complex}
    if not isinstance(aims, Mapping) or not aims or not set(aims) <= plain:
        raise ValueError(
            "Argument `where` must be {equation: level or 'maximum'} of real equations among "
            f"{', '.join(sorted(plain))}, but is {aims!r}."
        )
    for name, aim in aims.items():
        is_level = isinstance(aim, int | float) and not isinstance(aim, bool) and np.isfinite(aim)
        if not is_level and aim != MAXIMUM:
            raise ValueError(
                f"Argument `where` must hold a finite level or 'maximum' for {name!r}, but holds "
                f"{aim!r}."
            )
    layout = work.layout
    for name, array in layout.coordinates.items():
        if array.ndim != 1 or len(array) < 2 or np.iscomplexobj(array.data):
            raise ValueError(
                f"Argument `grid` must hold two or more real numbers along one dimension for "
                f"{name!r}, where it is refined."
            )
    return dict(aims)


def refined(work: ChunkWork, aims: Mapping[str, Any], depth: int) -> Any:
    """Return the quantities at the corners of all cells that were looked at.

    Parameters
    ----------
    work
        The formulas and the first grid.
    aims
        {quantity: level or "maximum"}.
    depth
        How often cells are cut in half.

    Returns
    -------
    xarray.Dataset
        Of one dimension, `point`; parameters that vary are coordinates of it.
    """
    layout, fine = work.layout, 2**depth
    shape = tuple((n - 1) * fine + 1 for n in layout.shape)
    corners = np.array(list(product((0, 1), repeat=len(shape))))
    cells = fine * np.stack([np.ravel(k) for k in np.indices([n - 1 for n in layout.shape])], 1)
    known, values = np.empty(0, np.int64), {each.name: np.empty(0) for each in work.quantities}
    for size in (fine >> k for k in range(depth + 1)):
        places = cells[:, None] + size * corners
        ids = np.ravel_multi_index(tuple(np.moveaxis(places, -1, 0)), shape)
        new = np.setdiff1d(ids, known)
        found = _values(work, np.stack(np.unravel_index(new, shape), 1) / fine)
        order = np.argsort(np.concatenate([known, new]), kind="stable")
        known = np.concatenate([known, new])[order]
        values = {
            name: np.concatenate([old, found[name]])[order] if len(old) else found[name]
            for name, old in values.items()
        }
        at = np.searchsorted(known, ids)
        chosen = np.zeros(len(cells), bool)
        for name, aim in aims.items():
            chosen |= _chosen(values[name], at, aim)
        halves = cells[chosen][:, None] + size // 2 * corners
        cells = halves.reshape(-1, len(shape))
    dataset = frame(layout, work.quantities, work.identity)
    attributes = {name: dataset[name].attrs for name in layout.coordinates}
    positions = np.stack(np.unravel_index(known, shape), 1) / fine
    where = _coordinates(work, positions)
    return xarray_module().Dataset(
        {
            each.name: (("point", *each.dims), values[each.name], each.attributes)
            for each in work.quantities
        },
        {name: ("point", where[name], attributes[name]) for name in layout.coordinates},
        {**dataset.attrs, "refine": str(dict(aims)), "depth": depth},
    )


def _coordinates(work: ChunkWork, positions: Array) -> dict[str, Array]:
    """Return the parameters at positions between the points of the first grid, shape (n, dims)."""
    dims = list(work.layout.sizes)
    return {
        name: np.interp(positions[:, dims.index(array.dims[0])], range(len(array)), array.data)
        for name, array in work.layout.coordinates.items()
    }


def _values(work: ChunkWork, positions: Array) -> dict[str, Array]:
    out = work.function(**work.layout.numbers, **_coordinates(work, positions))
    out = np.broadcast_to(out, (len(positions), *work.function.component_shape))
    return {each.name: each.part(out) for each in work.quantities}


def _chosen(values: Array, at: Array, aim: Any) -> Array:
    """Return in which cells, by the places of their corners, a level or the maximum lies."""
    if aim == MAXIMUM:
        known = values[np.isfinite(values)]
        found: Array = (values[at] == known.max(initial=-np.inf)).any(axis=1)
        return found
    above = values[at] > aim
    passed: Array = above.any(axis=1) & ~above.all(axis=1)
    return passed
