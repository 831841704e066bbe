"""The state from which an evolution starts, as a user writes it: kets, amplitudes, mixtures."""

from collections.abc import Iterable, Mapping
from itertools import product
from math import prod
from typing import Any

from sympy import Abs, Add, Expr, ImmutableMatrix, Mul, S, conjugate, sqrt
from sympy.matrices.matrixbase import MatrixBase

from symsync.derive.state import Element, State, accumulate, as_it_is, given_state
from symsync.expressions.checks import exact_expression, half_integer, nonnegative
from symsync.expressions.zeros import vanishes
from symsync.model.spin import Ket, projections, squared_norm
from symsync.model.system import System

__all__ = ["initial_state"]

Amplitudes = dict[Ket, Expr]

FORMS = (
    "a State, a ket such as (1, 0), amplitudes {(1, 0): a, (0, 1): b}, one state for each site "
    "such as {'A': 1, 'B': coherent_state(1, theta, phi)}, or a mixture [(probability, state), …]"
)


def initial_state(system: System, initial: Any) -> State:
    """Return the state that a user has written.

    Parameters
    ----------
    system
        The model, whose spins the state has.
    initial
        One of: a `State`; a Qobj or an array, as `State.from_matrix` takes it; a ket, which is a
        tuple with one m for each site; {ket: amplitude}; {site: local state} with one m, a column
        of amplitudes or {m: amplitude} for each site; or a list of (probability, state).
        Amplitudes and probabilities are divided by their norm.

    Raises
    ------
    ValueError
        If it is none of these, or does not fit to the spins.
    """
    if hasattr(initial, "full") or getattr(initial, "ndim", 0) == 2:
        sizes = [int(2 * spin) + 1 for spin in system.spins.values()]
        dims = list(initial.dims[0] if hasattr(initial, "full") else initial.shape[:1])
        if dims not in (sizes, [prod(sizes)]):
            raise ValueError(
                f"Argument `initial` must be a state of the spins {_spins(system)}, but has the "
                f"dimensions {dims}."
            )
        initial = given_state("initial", initial, system.spins)
    if isinstance(initial, State):
        if initial.kind != "state":
            raise ValueError(
                f"Argument `initial` must be a state, but is a {initial.kind} of a series. Write "
                "series[0], or exact_state(system)."
            )
        if initial.spins != system.spins:
            raise ValueError(
                f"Argument `initial` must be a state of the spins {_spins(system)}, but is one of "
                f"{', '.join(f'{site}: {spin}' for site, spin in initial.spins.items())}."
            )
        return initial
    values: dict[Element, Expr] = {}
    if isinstance(initial, list):
        weights = [nonnegative("initial", weight) for weight, _ in _pairs(initial)]
        whole = _whole(Add(*weights))
        for weight, part in zip(weights, initial, strict=True):
            state = initial_state(system, part[1])
            for element, value in state.values_unnormalised.items():
                accumulate(values, element, weight / whole * state.express(value))
    else:
        amplitudes = _normalised(_amplitudes(system, initial))
        sizes = list(system.spins.values())
        norms = {ket: sqrt(squared_norm(ket, sizes)) for ket in amplitudes}
        for ket, bra in product(amplitudes, repeat=2):
            weight = amplitudes[ket] * conjugate(amplitudes[bra])
            values[ket, bra] = weight / (norms[ket] * norms[bra])
    return State(system.spins, values, as_it_is)


def _spins(system: System) -> str:
    return ", ".join(f"{site}: {spin}" for site, spin in system.spins.items())


def _refused(initial: Any, system: System, why: str = "") -> ValueError:
    return ValueError(
        f"Argument `initial` must be {FORMS}, for the spins {_spins(system)}, but is {initial!r}"
        f"{why}."
    )


def _pairs(mixture: list[Any]) -> Iterable[tuple[Any, Any]]:
    for part in mixture:
        if not isinstance(part, tuple) or len(part) != 2:
            raise ValueError(
                "Argument `initial` must hold pairs (probability, state) if it is a list, but "
                f"holds {part!r}."
            )
        yield part


def _amplitudes(system: System, initial: Any) -> Amplitudes:
    """Return {ket: amplitude} of a pure state."""
    sizes = list(system.spins.values())
    if isinstance(initial, tuple):
        return {_ket(system, initial, sizes, initial): S.One}
    if not isinstance(initial, Mapping) or not initial:
        raise _refused(initial, system)
    if all(isinstance(key, tuple) for key in initial):
        return {
            _ket(system, key, sizes, initial): exact_expression("initial", amplitude)
            for key, amplitude in initial.items()
        }
    if set(initial) != set(system.spins):
        raise _refused(initial, system)
    locals_ = [_local(system, initial[site], spin) for site, spin in system.spins.items()]
    return {
        tuple(m for m, _ in choice): Mul(*(amplitude for _, amplitude in choice))
        for choice in product(*(local.items() for local in locals_))
    }


def _ket(system: System, ket: Any, sizes: list[Any], initial: Any) -> Ket:
    try:
        found = tuple(half_integer("initial", m) for m in ket)
        if all(m in projections(spin) for m, spin in zip(found, sizes, strict=True)):
            return found
    except ValueError:
        pass
    raise _refused(initial, system, f", which holds the ket {ket!r}")


def _local(system: System, state: Any, spin: Any) -> dict[Any, Expr]:
    """Return {m: amplitude} of one site."""
    levels = projections(spin)
    if isinstance(state, MatrixBase):
        if state.shape not in ((len(levels), 1), (1, len(levels))):
            raise _refused(state, system)
        values = ImmutableMatrix(state).flat()
        return {
            m: exact_expression("initial", a) for m, a in zip(levels, values, strict=True) if a != 0
        }
    given = state if isinstance(state, Mapping) else {state: S.One}
    return {
        _ket(system, (m,), [spin], state)[0]: exact_expression("initial", amplitude)
        for m, amplitude in given.items()
    }


def _normalised(amplitudes: Amplitudes) -> Amplitudes:
    whole = _whole(Add(*(Abs(amplitude) ** 2 for amplitude in amplitudes.values())))
    return {ket: a / sqrt(whole) for ket, a in amplitudes.items() if a != 0}


def _whole(total: Expr) -> Expr:
    """Return a norm, as 1 if it is 1 for all values of its symbols."""
    if total == 0:
        raise ValueError(
            "Argument `initial` must have a positive norm, but all that it holds is 0."
        )
    return S.One if vanishes(total - 1) else total
