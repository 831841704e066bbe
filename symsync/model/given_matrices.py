"""Matrices that users give, as arrays of complex numbers in the package's order of kets."""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from numbers import Number
from numbers import Rational as AnyRational
from typing import Any

from sympy import Add, Expr, Float, I, Rational, conjugate

from symsync.expressions.checks import exact_expression, label, number
from symsync.expressions.zeros import vanishes
from symsync.model.graphs import labels
from symsync.model.qutip_objects import fock_sites
from symsync.model.spin import as_spin

__all__ = ["density_entries", "operator_of", "reordered", "sites_of_matrix"]

ALLOWED = 1e-9
"""By how much a density matrix of floats may miss its trace, its adjoint, or being positive."""

CUT = 1e-14
"""An element below this is what a solver leaves where there is nothing."""


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
    _require_finite(name, array)
    square = array.ndim == 2 and len(array) == len(array.T) > 1
    nested = dims is not None and any(not isinstance(n, int) for side in dims for n in side)
    if not square or nested or (dims is not None and dims[0] != dims[1]):
        raise ValueError(
            f"Argument `{name}` must be an operator of QuTiP on kets, or a square array of "
            f"numbers, but is a {type(value).__name__}"
            f"{f' with the dimensions {dims}' if dims else ''}."
        )
    return array, None if dims is None else list(dims[0])


def sites_of_matrix(
    size: int, dims: Sequence[int] | None, spins: Any = None, names: Any = None,
    argument: str = "matrix",
) -> dict[str, Rational]:  # fmt: skip
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
    argument
        The argument that the matrix was.

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
    if spins is None and dims is not None and 1 in dims:
        raise ValueError(
            f"Argument `{argument}` must be of sites that have two kets or more, but has the "
            f"dimensions {list(dims)}. Leave out the factors of one ket, such as qeye(1)."
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
    given = labels(len(exact)) if names is None else names
    several = isinstance(given, list | tuple)
    listed = [label("names", each) for each in given] if several else []
    if len(listed) != len(exact) or len({*listed}) < len(listed):
        raise ValueError(
            f"Argument `names` must be {len(exact)} different labels, but is {names!r}."
        )
    return dict(zip(listed, exact, strict=True))


def reordered(array: Any, spins: Mapping[str, Rational], fock: Any) -> Any:
    """Return a matrix with the kets of some sites in reverse order: |0⟩ first, or last again.

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
    return np.flip(array.reshape(sizes * 2), tuple(axes)).reshape(array.shape)


def density_entries(name: str, value: Any) -> list[list[Expr]]:
    """Return the entries of a density matrix as exact numbers or formulas, by rows.

    A float is its exact value; ρ is then replaced by (ρ + ρ†)/2, and elements below 10⁻¹⁴ by zero.

    Parameters
    ----------
    name
        The argument that it was.
    value
        An operator of QuTiP, a ket of it, which stands for |ψ⟩⟨ψ|, an array, nested lists or a
        matrix of SymPy.

    Raises
    ------
    ValueError
        If it is none of these, not Hermitian, not of trace 1, or, as numbers, not positive.
    """
    value = value.proj() if getattr(value, "isket", False) else value
    rows = value.full() if hasattr(value, "full") else value
    rows = rows.tolist() if hasattr(rows, "tolist") else rows
    square = isinstance(rows, list | tuple) and all(
        isinstance(row, list | tuple) and len(row) == len(rows) for row in rows
    )
    if not square or len(rows) < 2:
        raise ValueError(
            f"Argument `{name}` must be a density matrix: an operator of QuTiP, a square array, "
            f"nested lists or a matrix of SymPy, but is a {type(value).__name__}"
            f"{_shape(value)}."
        )
    if any(_is_rounded(entry) for row in rows for entry in row):
        return _of_floats(name, rows)
    entries = [[exact_expression(name, entry) for entry in row] for row in rows]
    pairs = [(entries[i][j], entries[j][i]) for i in range(len(rows)) for j in range(i + 1)]
    if not all(vanishes(a - conjugate(b)) for a, b in pairs):
        raise ValueError(f"Argument `{name}` must be Hermitian, but differs from its adjoint.")
    _require_trace(name, vanishes(Add(*(row[k] for k, row in enumerate(entries))) - 1))
    return entries


def _is_rounded(entry: Any) -> bool:
    if isinstance(entry, Expr):
        return bool(entry.has(Float))
    return isinstance(entry, Number) and not isinstance(entry, AnyRational)


def _of_floats(name: str, rows: Any) -> list[list[Expr]]:
    import numpy as np

    try:
        array = np.array(rows, complex)
    except (TypeError, ValueError):
        raise ValueError(
            f"Argument `{name}` must hold exact formulas or numbers, but holds both floats and "
            "symbols. Write Rational('0.1') for 0.1."
        ) from None
    _require_finite(name, array)
    if not np.abs(array - array.conj().T).max() <= ALLOWED:
        raise ValueError(f"Argument `{name}` must be Hermitian, but differs from its adjoint.")
    array = (array + array.conj().T) / 2
    _require_trace(name, bool(abs(np.trace(array) - 1) <= ALLOWED))
    least = float(np.linalg.eigvalsh(array)[0])
    if least < -ALLOWED:
        raise ValueError(
            f"Argument `{name}` must be a density matrix, but has the eigenvalue {least:.3g}."
        )
    array[np.abs(array) < CUT] = 0
    return [[_exact(entry.real) + I * _exact(entry.imag) for entry in row] for row in array]


def _shape(value: Any) -> str:
    shape = getattr(value, "shape", None)
    return f" of shape {shape}" if shape else ""


def _require_finite(name: str, array: Any) -> None:
    import numpy as np

    strange = array[~np.isfinite(array)]
    if strange.size:
        found = "nan" if np.isnan(strange).any() else "inf"
        raise ValueError(f"Argument `{name}` must hold finite numbers, but holds {found}.")


def _exact(value: Any) -> Rational:
    return number(Fraction(float(value)))


def _require_trace(name: str, is_one: bool) -> None:
    if not is_one:
        raise ValueError(f"Argument `{name}` must have the trace 1. Divide it by its trace.")
