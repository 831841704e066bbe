# %% [markdown]
# # Fig. 4: entangled, and not locked
#
# Spin A has a balanced cycle, $\gamma^g_A = \gamma^d_A$, and the spins are on resonance.
# Locking then tells how far the cycle of B is from balanced; entanglement does not.
# The [figure itself](../figures.md) is drawn from the exact state.

# %%
from sympy import cancel, limit, oo

import symsync
from symsync import first_order_ket, schmidt_rank
from symsync.claims.printed import COEFFICIENT, d_A, d_B, g_A, g_B
from symsync.figures import rates_data
from symsync.symbols import Delta, epsilon

plain = {g_A: d_A, Delta: 0}
names = ("S_rel_max", "negativity")
top, entangled = (symsync.equations[name].rhs.subs(plain) for name in names)
for name, value in zip(names, (top, entangled), strict=True):
    print(symsync.equation(name, value).latex())

# %% [markdown]
# Both are the same with $\gamma^g_B$ and $\gamma^d_B$ exchanged. Where they are equal the two
# coherences are opposite, $\mu_+ = -\mu_-$, and nothing is locked, although the state of Eq. (7)
# has all three terms: its Schmidt rank is 3.

# %%
for value in (top, entangled):
    assert cancel(value.subs({g_B: d_B, d_B: g_B}, simultaneous=True) - value) == 0
assert top.subs(g_B, d_B) == 0
assert cancel(entangled.subs(g_B, d_B) - 4 * epsilon / (d_A + d_B)) == 0
assert schmidt_rank(first_order_ket(symsync.steady_series(symsync.spin_pair()))) == 3

# %% [markdown]
# Along the cut of panel (c), $\gamma^g_B = \gamma^d_A$, unbalancing B with $\gamma^d_B \to \infty$
# extinguishes $\mu_-$. The locking grows to $9\pi/128$ of the negativity, and the negativity
# itself is halved: what is left of the state has rank 2.

# %%
locked, left = (value.subs(g_B, d_A) for value in (top, entangled))
assert limit(left, d_B, oo) == epsilon / d_A == left.subs(d_B, d_A) / 2
assert locked.subs(d_B, d_A) == 0
assert limit(locked / left, d_B, oo) == COEFFICIENT

# %% [markdown]
# The exact state says the same at $\varepsilon = 0.1\,\gamma^d_A$.

# %%
cut = rates_data("exact").tables["cut"]
start, end = ({name: values[k] for name, values in cut.values.items()} for k in (0, -1))
assert start["S_rel_max_exact"] < 0.05 < 0.95 < end["S_rel_max_exact"]
for measure in ("negativity_exact", "mutual_information_exact"):
    print(f"{measure}: {start[measure]:.2f} and {end[measure]:.2f} of reversed limit cycles")
    assert 0.45 < end[measure] / start[measure] < 0.55
