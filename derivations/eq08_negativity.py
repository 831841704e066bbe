# %% [markdown]
# # Eq. (8): negativity follows the difference, locking the sum
#
# The partial transpose moves $\mu_+|1,-1\rangle\langle0,0|$ to $|0,-1\rangle\langle1,0|$.
# Outside $|0,0\rangle$ it falls into two blocks of two kets with a zero diagonal, whose eigenvalues
# are $\pm\varepsilon|\mu_\pm|$; the two negative ones make the negativity.

# %%
from sympy import cancel

import symsync
from symsync import negativity, partial_transpose, steady_series
from symsync.claims.printed import COEFFICIENT, d_A, d_B, g_A, g_B, negativity_resonant
from symsync.symbols import Delta, epsilon, phi

series = steady_series(symsync.spin_pair())
transposed = partial_transpose(series[1], "A")
for (ket, bra), value in transposed.items():
    print(ket, bra, value)
assert set(transposed) == {
    ((0, -1), (1, 0)), ((1, 0), (0, -1)), ((0, 1), (-1, 0)), ((-1, 0), (0, 1)),
}  # fmt: skip

# %% [markdown]
# With detuning as without, $\mathcal N = \varepsilon(|\mu_+| + |\mu_-|)$.

# %%
formula = symsync.equations["negativity"]
print(formula.latex())
assert formula.rhs == negativity(series, "A", order=1) == negativity(series, "B", order=1)

# %% [markdown]
# On resonance that is the difference of the coherences, as $\mu_-$ is negative, while the measure
# of locking follows their sum.
# So spins may be entangled and not locked, but never locked and not entangled.

# %%
derived = symsync.equations.letter(8)
print(derived.latex())
plus, minus = (symsync.equations[name].rhs.subs(Delta, 0) for name in ("mu_plus", "mu_minus"))
assert cancel(derived.rhs - negativity_resonant(plus, minus)) == 0
locked = symsync.equations["S_rel_resonant"].rhs.subs(phi, 0) / COEFFICIENT
assert cancel(locked - epsilon * (plus + minus)) == 0
assert cancel((derived.rhs - locked) + 2 * epsilon * minus) == 0
assert cancel((derived.rhs + locked) - 2 * epsilon * plus) == 0

# %% [markdown]
# Balanced spins: entangled as much as reversed ones, and not locked at all.

# %%
balanced = {g_A: d_A, g_B: d_A, d_B: d_A}
assert derived.rhs.subs(balanced) == 2 * epsilon / d_A
assert symsync.equations["S_rel_resonant"].rhs.subs(balanced) == 0
