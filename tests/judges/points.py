"""Points in the space of parameters at which formulas are judged, and what numbers they give."""

import numpy as np

from symsync.claims.model_table import model

GENERIC = {
    "phi": 0.4,
    "t": 0.8,
    "epsilon": 0.3,
    "Delta": 0.6,
    "gamma_g_A": 2.0,
    "gamma_d_A": 1.0,
    "gamma_g_B": 1.5,
    "gamma_d_B": 3.0,
    "threshold": 0.001,
    "S_rel_zero": 0.001,
    "entanglement": 0.1,
}
"""One point without special relations between the parameters."""

COHERENCES = {"mu_plus": 1 + 2j, "mu_minus": -1j}


def chosen(values, function):
    """The values that a function takes."""
    return {name: values[name] for name in function.parameters}


def anywhere(function):
    """A generic value of each parameter of a function, whichever these are."""
    known = {**GENERIC, **COHERENCES}
    return {name: known.get(name, 0.7 - 0.2j) for name in function.parameters}


def numbers(matrix, values):
    """A SymPy matrix in numbers at the point {symbol: value}."""
    return np.array(matrix.subs(values).doit().evalf(), dtype=complex)


def extreme(rng, count):
    """Log-uniform parameters of either sign; in a third of the points Γ₊ and Γ₋ nearly agree."""

    def spread(decades):
        return 10 ** rng.uniform(-decades, decades, count)

    values = {
        "phi": rng.uniform(-np.pi, np.pi, count),
        "t": spread(8),
        "epsilon": spread(6),
        "Delta": spread(6) * rng.choice([-1, 1], count),
        **{f"gamma_{kind}_{site}": spread(6) for kind in "gd" for site in "AB"},
    }
    third = count // 3
    gap = 10 ** rng.uniform(-15, -1, third) * rng.choice([-1, 1], third)
    values["gamma_d_B"][:third] = values["gamma_g_B"][:third]
    values["gamma_g_A"][:third] = values["gamma_d_A"][:third] * (1 + gap)
    return values


def draw(name, decades, shape=()):
    """Parameters of a model of the table, log-uniform within 10^±decades, of either sign if any.

    They are the same in every run: numbers, or arrays of a shape.
    """
    rng = np.random.default_rng([*name.encode(), int(10 * decades)])

    def values(symbol):
        if symbol.name.startswith("chi"):
            return rng.uniform(-np.pi, np.pi, shape)
        size = 10 ** rng.uniform(-decades, decades, shape)
        return size if symbol.is_nonnegative else size * rng.choice([-1, 1], shape)

    return {symbol.name: values(symbol)[()] for symbol in model(name).parameters}
