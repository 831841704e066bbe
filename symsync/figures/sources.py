"""Where the figures' numbers come from: the exact state, and the formulas of first order."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import symbols

from symsync import reference
from symsync.catalogue.index import equations
from symsync.derive.series import steady_series
from symsync.formula import equation
from symsync.measures.husimi_function import husimi
from symsync.measures.phase_locking import phase_distribution
from symsync.model.system import spin_pair

__all__ = [
    "exact_in_time",
    "exact_phases",
    "exact_values",
    "first_order_phases",
    "first_order_values",
]

Array = NDArray[Any]


def _finite(source: Callable[..., dict[str, Array]]) -> Callable[..., dict[str, Array]]:
    """Return a source that raises `ValueError` where its numbers overflow."""

    @wraps(source)
    def checked(*arguments: Any) -> dict[str, Array]:
        with np.errstate(all="ignore"):
            found = source(*arguments)
        for name, values in found.items():
            if not np.isfinite(values).all():
                raise ValueError(
                    f"{name} has no finite value in double precision at some of these points. "
                    "Choose couplings, rates and times that are closer to each other."
                )
        return found

    return checked


@_finite
def exact_values(names: Sequence[str], parameters: Mapping[str, Any]) -> dict[str, Array]:
    """Return measures of the exact steady state, by name, from the catalogue.

    Schmidt coefficients are those of the dominant eigenvector, from `symsync.reference`.
    """
    return {name: _exact(name, parameters) for name in names}


def _exact(name: str, parameters: Mapping[str, Any]) -> Array:
    if name == "schmidt_coefficients":
        return reference.schmidt_coefficients(reference.steady_state(**parameters))
    value: Array = equations[f"{name}_exact"].function()(**parameters)
    return value


@_finite
def exact_phases(parameters: Mapping[str, Any], theta: Array, phi: Array) -> dict[str, Array]:
    """Return p_A, p_B and S_rel, shape (…, φ), and Q_A and Q_B, shape (…, θ, φ), exactly."""
    rho = reference.steady_state(**parameters)[..., None, :, :]
    found = {"S_rel": reference.S_rel(rho, phi)}
    for site in "AB":
        found[f"p_{site}"] = reference.phase_distribution(rho, site, phi)
        found[f"Q_{site}"] = reference.husimi(rho[..., None, :, :], site, theta[:, None], phi)
    return found


@_finite
def exact_in_time(t: Array, phi: Array, parameters: Mapping[str, Any]) -> dict[str, Array]:
    """Return S_rel at the times `t` after the coupling is switched on, shape (t, φ)."""
    return {"S_rel": reference.S_rel(reference.evolve(t, **parameters)[:, None], phi)}


@_finite
def first_order_values(names: Sequence[str], parameters: Mapping[str, Any]) -> dict[str, Array]:
    """Return equations of the catalogue, by name, broadcast to the shape of the parameters.

    The mutual information is that of the normalised pure state of Eq. (7): twice the entropy of its
    squared Schmidt coefficients.
    """
    shape = np.broadcast_shapes(*map(np.shape, parameters.values()))
    return {name: _first_order(name, parameters, shape) for name in names}


def _first_order(name: str, parameters: Mapping[str, Any], shape: tuple[int, ...]) -> Array:
    if name == "mutual_information":
        weights = _first_order("schmidt_coefficients", parameters, shape) ** 2
        weights = weights / weights.sum(axis=-1, keepdims=True)
        terms = weights * np.log(np.where(weights > 0, weights, 1.0))
        information: Array = -2 * terms.sum(axis=-1)
        return information
    function = equations[name].function()
    value = function(**{key: parameters[key] for key in function.parameters})
    return np.broadcast_to(value, shape + function.component_shape)


@_finite
def first_order_phases(parameters: Mapping[str, Any], theta: Array, phi: Array) -> dict[str, Array]:
    """Return what `exact_phases` returns, to first order in ε.

    Each reduced state is |0⟩⟨0| to this order, as the expansion shows.
    """
    angles = symbols("theta phi", real=True)
    state = steady_series(spin_pair()).partial_sum(1)
    shape = np.broadcast_shapes(*map(np.shape, parameters.values()))
    columns = {key: np.asarray(value)[..., None] for key, value in parameters.items()}
    columns["phi"] = phi
    spheres = {key: value[..., None] for key, value in columns.items() if key != "phi"}
    spheres |= {"theta": theta[:, None], "phi": phi}
    found = first_order_values(["S_rel"], columns)
    for site in "AB":
        p = _evaluated(phase_distribution(state, site), columns)
        found[f"p_{site}"] = np.broadcast_to(p, (*shape, len(phi)))
        q = _evaluated(husimi(state.partial_trace(site), angles), spheres)
        found[f"Q_{site}"] = np.broadcast_to(q, (*shape, len(theta), len(phi)))
    return found


def _evaluated(formula: Any, values: Mapping[str, Any]) -> Any:
    function = equation("formula", formula).function()
    return function(**{key: values[key] for key in function.parameters})
