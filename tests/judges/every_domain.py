"""A formula with a parameter of each domain that SymPy knows, and what each backend must refuse."""

import numpy as np
import pytest
from sympy import Symbol

import symsync

DOMAINS = {
    "a": ({"negative": True}, "negative", -1.5, [1.0, 0.0]),
    "b": ({"nonpositive": True}, "non-positive", 0.0, [1.0]),
    "c": ({"real": True, "nonzero": True}, "non-zero", -1.5, [0.0]),
    "d": ({"integer": True}, "whole", -3.0, [0.5]),
    "e": ({"even": True}, "even", -2.0, [1.0, 0.5]),
    "f": ({"odd": True}, "odd", -1.0, [2.0, 0.5]),
    "g": ({"integer": True, "positive": True}, "positive, whole", 3.0, [-1.0, 1.5]),
}
OF_DOMAINS = symsync.equation("total", sum(Symbol(k, **d[0]) for k, d in DOMAINS.items()))
GOOD = {name: np.full(2, good) for name, (_, _, good, _) in DOMAINS.items()}


def require_checks_of_domains(backend):
    """One sentence in all backends, also at one bad point of two; nan there if this is wanted."""
    strict, lenient = (OF_DOMAINS.function(backend, invalid=each) for each in ("raise", "nan"))
    total = sum(good for _, _, good, _ in DOMAINS.values())
    assert np.array(strict(**GOOD), float) == pytest.approx(total, abs=1e-15)
    for name, (_, words, good, bad) in DOMAINS.items():
        for value in bad:
            given = {**GOOD, name: np.array([good, value])}
            message = f"`{name}` must be {words} and finite, but is {value}. It is"
            with pytest.raises(ValueError, match=message):
                strict(**given)
            with pytest.warns(RuntimeWarning, match="nan at 1 points"):
                found = np.array(lenient(**given), float)
            assert found[0] == pytest.approx(total, abs=1e-15)
            assert np.isnan(found[1])
