"""How two quantities that change in time follow each other, over a window of time."""

from typing import TYPE_CHECKING, Any

from sympy import Expr

from symsync.expressions.symbols import t
from symsync.formula import Equation, equation

if TYPE_CHECKING:  # so that a start does not load NumPy
    from numpy.typing import NDArray

__all__ = ["pearson_in_time"]

PANELS = 40
"""A window is halved so often towards its start; a decay may be 10⁻¹² of it."""

NODES = (16, 32, 64, 128)
"""Points of Gauss and Legendre in each panel, tried until doubling them changes nothing."""

AGREED = 1e-9
"""Two results agree to this; a smooth function is then known to twice as many digits."""

ROUNDING = 1e-13
"""A change that is smaller, relative to the largest value, is one of rounding."""


def _times(name: str, value: Any) -> "NDArray[Any]":
    """Return numbers with an axis more, or raise `ValueError`."""
    import numpy as np

    kind = np.asarray(value)
    least = 0 if name == "window" else -np.inf
    if kind.dtype.kind not in "iuf" or not np.all(np.isfinite(kind) & (kind > least)):
        what = "positive, finite" if name == "window" else "finite"
        raise ValueError(f"Argument `{name}` must be {what} numbers, but is {value!r:.60}.")
    return kind[..., None]


def pearson_in_time(
    first: Equation | Expr, second: Equation | Expr, /, t_0: Any, window: Any, **values: Any
) -> "NDArray[Any]":
    """Return Pearson's coefficient of two quantities f(t) and g(t) over a window of time.

    It is ∫(f − f̄)(g − ḡ)dt / √(∫(f − f̄)²dt ∫(g − ḡ)²dt) from t₀ to t₀ + w, with means f̄ and ḡ over
    the same window: ±1 where both oscillate in phase and in antiphase.

    Parameters
    ----------
    first, second
        Real quantities that depend on `t`, such as expectation values of `evolution(system, …)`.
    t_0, window
        t₀ and w, numbers or arrays; w should hold a few oscillations.
    **values
        Numbers or arrays for all other symbols, by name, which broadcast.

    Returns
    -------
    ndarray
        Numbers in [−1, 1], nan where a quantity does not change.

    Raises
    ------
    ValueError
        If a quantity does not depend on `t`, or changes too often in the window.

    Notes
    -----
    F. Galve, G. L. Giorgi, R. Zambrini, arXiv:1610.05060 (2016).

    Examples
    --------
    >>> from sympy import cos
    >>> from symsync import pearson_in_time, t
    >>> print(pearson_in_time(cos(t), -cos(t), 0, 10).round(12))
    -1.0
    """
    import numpy as np

    both = _in_time("first", first), _in_time("second", second)
    functions = [each.function(extra="ignore") for each in both]
    values = {name: np.asarray(value)[..., None] for name, value in values.items()}
    begin, width = (_times(*pair) for pair in (("t_0", t_0), ("window", window)))

    def coefficient(nodes: int) -> "NDArray[Any]":
        x, w = _panels(nodes)
        f, g = (_changes(function(t=begin + width * x, **values), w) for function in functions)
        return (f * g * w).sum(-1) / np.sqrt((f**2 * w).sum(-1) * (g**2 * w).sum(-1))

    found = coefficient(NODES[0])
    for nodes in NODES[1:]:
        before, found = found, coefficient(nodes)
        if not np.any(abs(found - before) > AGREED):
            return found
    raise ValueError(
        f"Argument `window` must hold fewer oscillations than {NODES[-1] // 4}. Shorten it."
    )


def _panels(nodes: int) -> "tuple[NDArray[Any], NDArray[Any]]":
    """Return points and weights in [0, 1], on panels that shrink towards 0, where much happens."""
    import numpy as np

    x, w = np.polynomial.legendre.leggauss(nodes)
    ends = np.append(0.0, 0.5 ** np.arange(PANELS)[::-1])
    widths = np.diff(ends)[:, None]
    return (ends[:-1, None] + widths * (x + 1) / 2).ravel(), (widths * w / 2).ravel()


def _changes(values: Any, w: "NDArray[Any]") -> "NDArray[Any]":
    """Return real values less their mean, or nan where they change by rounding alone."""
    import numpy as np

    f = np.asarray(values)
    if np.iscomplexobj(f):
        raise ValueError("Arguments `first` and `second` must be real, but one is complex.")
    moved = f - (f * w).sum(-1, keepdims=True)
    size = abs(moved).max(-1, keepdims=True)
    known = size > ROUNDING * abs(f).max(-1, keepdims=True)
    return np.where(known, moved / np.where(known, size, 1), np.nan)


def _in_time(name: str, formula: Any) -> Equation:
    """Return a formula that depends on t, or raise `ValueError`."""
    value = formula.rhs if isinstance(formula, Equation) else formula
    if not isinstance(value, Expr) or not value.has(t):
        raise ValueError(f"Argument `{name}` must depend on t, but is {formula!r:.60}.")
    return equation(name, value)
