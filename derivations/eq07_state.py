# %% [markdown]
# # Eq. (7): the entangled state
#
# To first order the state is pure, $|\Psi\rangle
# \propto |0,0\rangle + \varepsilon\mu_+|1,-1\rangle + \varepsilon\mu_-|{-1},1\rangle$.
# The amplitudes are the column of the first-order state that belongs to $|0,0\rangle$.

# %%
from sympy import cancel, conjugate, diff, expand, limit, oo

import symsync
from symsync import first_order_ket, schmidt_coefficients, schmidt_rank, steady_series
from symsync.claims.printed import d_A, d_B, g_A, g_B
from symsync.symbols import Delta, epsilon

series = steady_series(symsync.spin_pair())
ket = first_order_ket(series)
print(symsync.equations["state"].latex())
mu = {(1, -1): symsync.equations["mu_plus"].rhs, (-1, 1): symsync.equations["mu_minus"].rhs}
assert ket[0, 0] == 1
assert all(cancel(ket[k] - epsilon * value) == 0 for k, value in mu.items())

# %% [markdown]
# Its projector is $\rho_0 + \varepsilon\mu$ up to terms of second order, element by element.

# %%
total = series.partial_sum(1)
for left, a in ket.items():
    for right, b in ket.items():
        difference = expand(a * conjugate(b)) - total[left, right]
        assert difference.subs(epsilon, 0) == 0
        assert cancel(diff(difference, epsilon).subs(epsilon, 0)) == 0

# %% [markdown]
# Each term has its own local kets on both sides, so that this is the Schmidt form already: the
# coefficients are $1$, $\varepsilon|\mu_+|$ and $\varepsilon|\mu_-|$, with detuning as without.

# %%
print(symsync.equations["schmidt_coefficients"].latex())
assert list(schmidt_coefficients(ket).values()) == list(
    symsync.equations["schmidt_coefficients"].rhs
)

# %% [markdown]
# Balanced spins have rank 3 and equal and opposite coherences.
# As the second spin is unbalanced, $\gamma^d_B\to\infty$, one coherence is lost and rank 2 remains.

# %%
balanced = {k: v.subs({g_A: d_A, g_B: d_A, d_B: d_A, Delta: 0}) for k, v in ket.items()}
assert schmidt_rank(balanced) == 3
assert balanced[1, -1] + balanced[-1, 1] == 0
unbalanced = {k: limit(v.subs({g_A: d_A, Delta: 0}), d_B, oo) for k, v in ket.items()}
assert schmidt_rank(unbalanced) == 2
