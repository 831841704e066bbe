"""Matrices that users give, as arrays of complex numbers in the package's order of kets."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from sympy import Rational

from symsync.expressions.checks import label
from symsync.model.graphs import labels
from symsync.model.qutip_objects import fock_sites
from symsync.model.spin import as_spin

__all__ = ["in_our_order", "operator_of", "sites_of_matrix"]


def operator_of(name: str, value: Any) -> tuple[Any, list[int] | None]:
    """Return a square array of complex numbers, and its tensor dimensions if it has some.

    Parameters
    ----------
    name
        The argument that it was.
    value
        An operator of QuTiP, an array or nested lists.

    Raises
    ------
    ValueError
        If it is none of these, or holds what is not finite.
    """
    import numpy as np

    dims = getattr(value, "dims", None) if hasattr(value, "full") else None
    try:
        array = np.asarray(value.full() if hasattr(value, "full") else value, complex)
    except (TypeError, ValueError, OverflowError):
        array = np.zeros(0)
    square = array.ndim == 2 and len(array) == len(array.T) > 1 and bool(np.isfinite(array).all())
    nested = dims is not None and any(not isinstance(n, int) for side in dims for n in side)
    if not square or nested or (dims is not None and dims[0] != dims[1]):
        raise ValueError(
            f"Argument `{name}` must be an operator of QuTiP on kets, or a square array of finite "
            f"numbers, but is a {type(value).__name__}"
            f"{f' with the dimensions {dims}' if dims else ''}."
        )
    return array, None if dims is None else list(dims[0])


def sites_of_matrix(
    size: int, dims: Sequence[int] | None, spins: Any = None, names: Any = None
) -> dict[str, Rational]:
    """Return {label: S} of the sites of a matrix.

    Parameters
    ----------
    size
        The number of its rows.
    dims
        The dimensions of the sites, if it knows them.
    spins
        {label: S} or a list of S; by default those of the dimensions.
    names
        Their labels; by default A, B, C, ….

    Raises
    ------
    ValueError
        If they do not fit together, or nothing tells the dimensions.
    """
    if spins is None and dims is None:
        raise ValueError(
            "Argument `spins` must be {label: S} for an array, such as {'A': 1, 'B': 1}, but is "
            "left out, which is for objects of QuTiP, as they know their dimensions."
        )
    if isinstance(spins, Mapping):
        names = list(spins) if names is None else names
        spins = list(spins.values())
    if isinstance(spins, str) or not isinstance(spins, Sequence | None):
        raise ValueError(
            f"Argument `spins` must be {{label: S}} or a list of S, but is {spins!r}. "
            "Write {'A': 1, 'B': 1}."
        )
    known = [Rational(n - 1, 2) for n in dims or ()] if spins is None else list(spins)
    exact = [as_spin(spin) for spin in known]
    sizes = [int(2 * spin) + 1 for spin in exact]
    if math.prod(sizes) != size or dims not in (None, [size], sizes):
        raise ValueError(
            f"Argument `spins` must fit to the dimensions {dims or size} of the matrix, but "
            f"{', '.join(map(str, exact))} have {sizes}."
        )
    listed = labels(len(exact)) if names is None else [label("names", each) for each in names]
    if len({*listed}) != len(exact):
        raise ValueError(
            f"Argument `names` must be {len(exact)} different labels, but is {names!r}."
        )
    return dict(zip(listed, exact, strict=True))


def in_our_order(array: Any, spins: Mapping[str, Rational], fock: Any) -> Any:
    """Return a matrix with every m in descending order, from one with |0⟩ first on some sites.

    Parameters
    ----------
    array
        Shape (d, d).
    spins
        {site: S}.
    fock
        The labels of these sites.
    """
    import numpy as np

    sizes = [int(2 * spin) + 1 for spin in spins.values()]
    places = fock_sites(fock, spins)
    axes = [*places, *(place + len(sizes) for place in places)]
    return np.flip(array.reshape(sizes * 2), axes).reshape(array.shape)
