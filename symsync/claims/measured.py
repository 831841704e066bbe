"""Claims decided by the exact numeric steady state: orders of errors, regressions, purity."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symsync import reference
from symsync.catalogue.letter_model import POINTS, REVERSED, WINDOW
from symsync.claims import printed
from symsync.claims.ledger import Claim, Equations, Evidence, claim
from symsync.claims.model import RATES
from symsync.claims.printed import COEFFICIENT
from symsync.claims.regression import regression

__all__ = ["exponent"]


@cache
def _scan(reach: float) -> tuple[NDArray[Any], ...]:
    """Return the exact max S_rel, N and I on 101×101 points, ε ≤ 0.1 and |Δ| ≤ `reach` (γ^d_A)."""
    grid = {
        "epsilon": np.linspace(0, WINDOW["epsilon"], POINTS)[:, None],
        "Delta": np.linspace(-reach, reach, POINTS),
    }
    rho = reference.steady_state(**grid, **REVERSED)
    return (
        reference.S_rel_max(rho).ravel(),
        reference.negativity(rho).ravel(),
        reference.mutual_information(rho).ravel(),
    )


def exponent(residual: Callable[[float], float]) -> float:
    """Return the power of ε with which a residual falls, from two small ε."""
    coarse, fine = 4e-3, 1e-3
    return float(np.log(residual(coarse) / residual(fine)) / np.log(coarse / fine))


_ORDERS: dict[str, tuple[str, int]] = {
    "mu_plus": ("the coherence εμ₊", 3),
    "mu_minus": ("the coherence εμ₋", 3),
    "mu_plus_t": ("the coherence εμ₊(t)", 3),
    "mu_minus_t": ("the coherence εμ₋(t)", 3),
    "S_rel": ("S_rel: a second harmonic appears at ε²", 2),
    "S_rel_t": ("S_rel(t)", 2),
    "S_rel_rate": ("dS_rel/dt", 2),
    "S_rel_resonant": ("S_rel on resonance", 2),
    "S_rel_max": ("max S_rel", 2),
    "locking_phase": ("the locking phase: the second harmonic shifts it at ε", 1),
    "state": ("the amplitudes of |Ψ⟩", 3),
    "schmidt_coefficients": ("the Schmidt coefficients: the normalisation of λ₀", 2),
    "negativity": ("N: an ε² term of its own", 2),
    "negativity_resonant": ("N on resonance", 2),
}


def _residual(equations: Equations, name: str) -> Callable[[float], float]:
    """Return ε ↦ |first order − exact| of an equation at generic parameters."""
    function = equations[name].function()
    resonant = name.endswith("resonant")
    at = {"phi": 0.4, "t": 0.8, "Delta": 0.0 if resonant else 0.6, **RATES}

    def residual(strength: float) -> float:
        at["epsilon"] = strength
        value = function(**{key: at[key] for key in function.parameters})
        model = {key: at[key] for key in reference.GENERATORS}
        moving = name.endswith("_t")
        rho = reference.evolve(at["t"], **model) if moving else reference.steady_state(**model)
        return float(np.abs(value * _scale(name, strength) - _exact(name, rho, at, model)).max())

    return residual


def _scale(name: str, strength: float) -> float:
    return strength if name.startswith("mu_") else 1.0


def _exact(name: str, rho: Any, at: dict[str, float], model: dict[str, float]) -> Any:
    """Return the exact value of what the equation gives, from the numeric state."""
    measures: dict[str, Callable[[], Any]] = {
        "mu_plus": lambda: rho[2, 4],
        "mu_minus": lambda: rho[6, 4],
        "S_rel": lambda: reference.S_rel(rho, at["phi"]),
        "S_rel_rate": lambda: _rate_of_change(at, model),
        "S_rel_max": lambda: reference.S_rel_max(rho),
        "locking_phase": lambda: reference.locking_phase(rho),
        "state": lambda: _dominant(rho),
        "schmidt_coefficients": lambda: reference.schmidt_coefficients(rho),
        "negativity": lambda: reference.negativity(rho),
    }
    return measures[name.removesuffix("_t").removesuffix("_resonant")]()


def _rate_of_change(at: dict[str, float], model: dict[str, float]) -> Any:
    generator = sum(model[key] * part for key, part in reference.GENERATORS.items())
    moved = generator @ reference.evolve(at["t"], **model).reshape(81)
    return reference.S_rel(moved.reshape(9, 9), at["phi"]) + 1 / (2 * np.pi)


def _dominant(rho: Any) -> Any:
    """Return the eigenvector of the largest eigenvalue, with amplitude 1 on |0,0⟩."""
    vector = np.linalg.eigh(rho)[1][:, -1]
    return vector / vector[4]


def _errs_by(power: int, name: str, words: str) -> Claim:
    @claim(f"First order errs by ε^{power} in {words}", f"`{name}`", see=(name,))
    def error_of_first_order(equations: Equations) -> Evidence:
        found = exponent(_residual(equations, name))
        return Evidence(
            "measured",
            f"at a generic point the residual against the exact state is ∝ ε^{found:.2f}",
            abs(found - power) < 0.1,  # the next power adds about ε/γ, below 0.01
        )

    return error_of_first_order


ERRORS_OF_FIRST_ORDER = tuple(
    _errs_by(power, name, words) for name, (words, power) in _ORDERS.items()
)


@claim(
    "ε times the coherences are those of the exact steady state for small ε",
    "Eq. (4)",
    see=("eq04", "mu_plus", "mu_minus", "reference.steady_state"),
)
def coherences_measured(equations: Equations) -> Evidence:
    strength = 1e-6
    values = {"Delta": 0.6, **RATES}
    rho = reference.steady_state(epsilon=strength, **values)
    errors = []
    for name, element in (("mu_plus", rho[2, 4]), ("mu_minus", rho[6, 4])):
        function = equations[name].function()
        mu = function(**{key: values[key] for key in function.parameters})
        errors.append(abs(element / strength - mu) / abs(mu))
    return Evidence("measured", f"relative difference {max(errors):.0e}", max(errors) < 1e-9)


@claim(
    "The state is “virtually pure”", "text above Eq. (7)", see=("eq07", "state", "reference.purity")
)
def virtually_pure(_: Equations) -> Evidence:
    rho = reference.steady_state(epsilon=WINDOW["epsilon"], Delta=0.0, **REVERSED)
    purity = float(reference.purity(rho))
    return Evidence(
        "measured",
        f"Tr ρ² = {purity:.4f} at ε = 0.1 γ^d_A of Fig. 2: populations of order ε² are mixed in",
        purity > 0.95,
        roughly=purity < 0.99,
    )


@claim(
    "Over Fig. 3, max S_rel ≈ 0.23 N with R² ≈ 1",
    "text above Eq. (7)",
    see=("fig3", "S_rel_max", "negativity", "reference.negativity"),
)
def slope_of_negativity(_: Equations) -> Evidence:
    s, n, _i = _scan(WINDOW["Delta"])
    fit, through_origin = regression(n, s), regression(n, s, with_offset=False).slope
    return Evidence(
        "measured",
        f"slope {fit.slope:.3f}, offset {fit.offset:.4f}, R² = {fit.r_squared:.4f}; "
        f"{through_origin:.3f} "
        "through the origin (assuming the window ε ≤ 0.1 γ^d_A, |Δ| ≤ 2 γ^d_A, which the Letter "
        "does not state)",
        abs(fit.slope - printed.SLOPE_S_OF_N) < 0.01 and fit.r_squared > 0.99,
    )


@claim(
    "0.23 “is nothing else than” 9π/128 ≈ 0.22",
    "text below Eq. (7)",
    see=("eq03", "coefficient", "S_rel_max", "negativity"),
)
def slope_is_coefficient(equations: Equations) -> Evidence:
    s, n, _i = _scan(WINDOW["Delta"])
    slope = regression(n, s).slope
    strong = {"epsilon": WINDOW["epsilon"], "Delta": 0.0, **REVERSED}
    rho = reference.steady_state(**strong)
    loss = [
        1 - float(exact / equations[name].function()(**strong))
        for name, exact in (
            ("S_rel_max", reference.S_rel_max(rho)),
            ("negativity", reference.negativity(rho)),
        )
    ]
    return Evidence(
        "measured",
        f"9π/128 = {float(COEFFICIENT):.4f}, the fit {slope:.4f}: at ε = 0.1 γ^d_A the exact "
        f"max S_rel is {100 * loss[0]:.0f} % below first order, but N {100 * loss[1]:.0f} %",
        abs(slope - float(COEFFICIENT)) < 0.02,
        roughly=abs(slope - float(COEFFICIENT)) > 0.005,
    )


@claim(
    "Over Fig. 3, max S_rel ≈ 0.27 I with R² ≈ 0.96 and no offset",
    "text above Eq. (7)",
    see=("fig3", "S_rel_max", "reference.mutual_information"),
)
def slope_of_information(_: Equations) -> Evidence:
    s, _n, i = _scan(WINDOW["Delta"])
    fit, through_origin = regression(i, s), regression(i, s, with_offset=False).slope
    narrow, wide = (regression(_scan(reach)[2], _scan(reach)[0]).slope for reach in (1.0, 5.0))
    return Evidence(
        "measured",
        f"slope {fit.slope:.3f}, R² = {fit.r_squared:.3f}, but offset {fit.offset:.4f} "
        f"({100 * fit.offset / s.max():.0f} % of the maximum); {through_origin:.3f} through the "
        f"origin (same window; with |Δ| ≤ γ^d_A the slope is {narrow:.3f}, with |Δ| ≤ 5 γ^d_A "
        f"{wide:.3f})",
        abs(fit.slope - printed.SLOPE_S_OF_I) < 0.01
        and abs(fit.r_squared - printed.R_SQUARED_OF_I) < 0.01,
        roughly=abs(fit.offset) > 0.01 * s.max(),
    )


@claim("p_A = p_B = 0 with interaction", "Fig. 3, insets", see=("reference.phase_distribution",))
def no_individual_phase_measured(_: Equations) -> Evidence:
    rho = reference.steady_state(epsilon=0.5, Delta=0.3, **RATES)
    angles = np.linspace(0, 2 * np.pi, 25)
    largest = max(
        float(np.abs(reference.phase_distribution(rho, site, angles)).max()) for site in "AB"
    )
    return Evidence("measured", f"largest |p_j| = {largest:.0e}", largest < 1e-14)
