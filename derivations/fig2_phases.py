# %% [markdown]
# # Fig. 2: a phase that neither spin has
#
# Without coupling both spins rest on the equator, and their Husimi function does not depend on
# their phases. The [figure itself](../figures.md) is drawn from the exact state.

# %%
from sympy import Rational, Symbol, cos, pi, sin

import symsync
from symsync import husimi, phase_distribution, spin_pair
from symsync.claims.printed import COEFFICIENT, d_A, d_B, g_A, g_B
from symsync.symbols import epsilon, phi

theta_A, phi_A, theta_B, phi_B = (
    Symbol(name, real=True) for name in ("theta_A", "phi_A", "theta_B", "phi_B")
)
series = symsync.steady_series(spin_pair())
uncoupled = husimi(series[0], (theta_A, phi_A), (theta_B, phi_B))
print(symsync.equations["S_rel_functional"].latex())
equator = 3 / (8 * pi) * sin(theta_A) ** 2 * (3 / (8 * pi) * sin(theta_B) ** 2)
in_halves = {sin(angle): 2 * sin(angle / 2) * cos(angle / 2) for angle in (theta_A, theta_B)}
assert uncoupled == equator.subs(in_halves)

# %% [markdown]
# Coupling and limit cycles conserve $S^z_A + S^z_B$ or change it by jumps that keep no coherence,
# so that the steady state has coherences only between kets of one $m_A + m_B$.
# A spin alone sees none of them: its state stays diagonal and its phase uniform, to all orders.
# What the coupling does change at order $\varepsilon^2$ is how much of it is on the equator.

# %%
exact = symsync.exact_state(spin_pair())
assert all(sum(ket) == sum(bra) for ket, bra in exact)
assert [phase_distribution(exact, site) for site in "AB"] == [0, 0]
assert exact[(1, -1), (1, -1)].subs(epsilon, 0) == 0 != exact[(1, -1), (1, -1)]

# %% [markdown]
# The relative phase is another matter. To first order it is one wave, on resonance highest at
# $\varphi = 0$ if $\mu_+$ is the stronger coherence: the Letter's reversed cycles, with
# $\gamma^g_A = \gamma^d_B$ a hundred times $\gamma^d_A = \gamma^g_B$, lock in phase.

# %%
resonant = symsync.equations["S_rel_resonant"]
print(resonant.latex())
rates = {g_A: 100, d_A: 1, g_B: 1, d_B: 100}
assert resonant.rhs.subs(rates) == COEFFICIENT * epsilon * Rational(99, 100) * cos(phi)
