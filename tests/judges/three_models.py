"""Three models of one's own: a chain of three, a driven pair, and spins 1 and 3/2."""

from sympy import Rational, symbols

from symsync import Drive, Exchange, System, equatorial, stabilised_at
from symsync.symbols import Delta

g, d, a, b, k, f = symbols("g d a b k f", positive=True)
MODELS = {
    "chain": System(
        {"A": equatorial(g, d), "B": equatorial(d, g), "C": equatorial(g, d)},
        [Exchange("A", "B", k), Exchange("B", "C", k)],
    ),
    "driven": System(
        {"A": equatorial(g, d), "B": equatorial(d, g)},
        [Exchange("A", "B", k), Drive("A", f)],
        {"A": Delta},
    ),
    "1 and 3/2": System(
        {"A": equatorial(g, d), "B": stabilised_at(Rational(1, 2), a, b, Rational(3, 2))},
        [Exchange("A", "B", k)],
    ),
}
