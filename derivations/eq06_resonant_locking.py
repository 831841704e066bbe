# %% [markdown]
# # Eq. (6): locking on resonance
#
# On resonance the coherences are real, $\mu_+ \ge 0 \ge \mu_-$, and the measure follows their sum.

# %%
from sympy import cancel, cos, limit, oo, pi

import symsync
from symsync.claims.printed import (
    COEFFICIENT,
    S_rel_resonant,
    S_rel_resonant_steady,
    d_A,
    d_B,
    g_A,
    g_B,
)
from symsync.symbols import Delta, epsilon, phi

derived = symsync.equations.letter(6)
print(derived.latex())
plus, minus = (symsync.equations[name].rhs.subs(Delta, 0) for name in ("mu_plus", "mu_minus"))
assert plus.is_positive
assert minus.is_negative
assert cancel(derived.rhs - S_rel_resonant(plus, minus)) == 0
assert cancel(derived.rhs - S_rel_resonant_steady()) == 0

# %% [markdown]
# Identical limit cycles do not lock: the two coherences cancel.
# That holds with detuning too, as both then rotate with the same complex rate.

# %%
identical = {g_B: g_A, d_B: d_A}
assert derived.rhs.subs(identical) == 0
assert symsync.equations["S_rel"].rhs.subs(identical) == 0

# %% [markdown]
# Reversed cycles, $\gamma^g_A = \gamma^d_B$ and $\gamma^d_A = \gamma^g_B$, lock best: with
# $\gamma^d_B \gg \gamma^d_A$ the amplitude tends to $\frac{9\pi}{128}\,\varepsilon/\gamma^d_A$.

# %%
reversed_cycles = derived.rhs.subs({g_A: d_B, g_B: d_A})
assert limit(reversed_cycles, d_B, oo) == COEFFICIENT * epsilon / d_A * cos(phi)

# %% [markdown]
# A balanced cycle, which does not respond to an external signal, locks to an unbalanced one, and
# equally well whichever way that is unbalanced: exchanging $\gamma^g_B$ and $\gamma^d_B$ only turns
# in-phase into anti-phase locking.

# %%
balanced = derived.rhs.subs(g_A, d_A)
exchanged = balanced.subs({g_B: d_B, d_B: g_B}, simultaneous=True)
assert cancel(balanced + exchanged) == 0
assert balanced.subs({d_A: 1, d_B: 100, g_B: 1, epsilon: 1, phi: 0}) > 0

# %% [markdown]
# With detuning the maximum over $\phi$ is the Arnold tongue, which the Letter plots in Fig. 3(a)
# and does not write down.

# %%
print(symsync.equations["S_rel_max"].latex())
print(symsync.equations["locking_phase"].latex())
top, wave = symsync.equations["S_rel_max"].rhs, symsync.equations["S_rel"].rhs
amplitude = wave.subs(phi, 0) ** 2 + wave.subs(phi, pi / 2) ** 2
assert cancel(amplitude - top**2) == 0
