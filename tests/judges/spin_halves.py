"""Two spins 1/2 with gain and loss, whose limit cycles are mixtures: `by_qutip.halves` as a model.

The numbers of the two are the same; QuTiP has its own way to write them.
"""

from judges import by_qutip
from sympy import Rational, S, Symbol

from symsync import Exchange, LimitCycle, S_minus, S_plus, System

strength = Symbol("k", positive=True)


def system():
    """The model with the coupling k and ω_A = 0.7."""
    sites = {
        site: LimitCycle(S.Half, [(Rational(str(up)), S_plus), (Rational(str(down)), S_minus)])
        for site, (up, down) in by_qutip.HALVES.items()
    }
    return System(sites, [Exchange("A", "B", strength)], {"A": Rational(7, 10)})
