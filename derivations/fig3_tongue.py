# %% [markdown]
# # Fig. 3: the Arnold tongue
#
# The Letter plots $\max_\phi S_{\rm rel}$ over detuning and coupling and does not write it down.
# To first order it is proportional to $\varepsilon$, and the less the further the spins are
# detuned. The [figure itself](../figures.md) is drawn from the exact state.

# %%
from sympy import Rational, limit, oo

import symsync
from symsync import figures
from symsync.claims.printed import COEFFICIENT, SLOPE_S_OF_I, SLOPE_S_OF_N, d_A, d_B, g_A, g_B
from symsync.symbols import Delta, epsilon

top = symsync.equations["S_rel_max"]
print(top.latex())
assert epsilon not in (top.rhs / epsilon).free_symbols
assert limit(top.rhs, Delta, oo) == 0

# %% [markdown]
# The boundary of the tongue at a threshold $s$ is the same relation solved for $\varepsilon$, or
# for $|\Delta|$.

# %%
coupling, detuning = (symsync.equations[f"tongue_{name}"] for name in ("coupling", "detuning"))
print(coupling.latex())
print(detuning.latex())
(threshold,) = set(coupling.parameters) - set(top.parameters)
assert top.rhs.subs(epsilon, coupling.rhs) == threshold

# %% [markdown]
# The negativity shows the same tongue, as one of the two coherences rules.
# The weaker one adds to $\mathcal{N}$ and takes from $S_{\rm rel}$, so that with the Letter's
# rates the ratio of the two is 99/101 of $9\pi/128$ on resonance, and less with detuning.

# %%
ratio = symsync.equations["locking_per_negativity"]
print(ratio.latex())
along = ratio.rhs.subs({g_A: 100, d_A: 1, g_B: 1, d_B: 100})
assert along.subs(Delta, 0) == Rational(99, 101) * COEFFICIENT
assert along.subs(Delta, 2) < along.subs(Delta, 1) < along.subs(Delta, 0)

# %% [markdown]
# The Letter's regressions over the figure, $\max S_{\rm rel}\approx 0.23\,\mathcal{N}$ with
# $R^2\approx 1$ and $0.27\,I$ with $R^2\approx 0.96$, come out of the exact state with a free
# offset over $\varepsilon\le 0.1\,\gamma^d_A$ and $|\Delta|\le 2\,\gamma^d_A$, a window that the
# Letter does not state. The slope is then not the coefficient: $\mathcal{N}$ saturates first.

# %%
values = figures.tongue_data("exact").tables["tongue"].values
on_N, on_I = (
    figures.regression(values[f"{name}_exact"], values["S_rel_max_exact"])
    for name in ("negativity", "mutual_information")
)
print(f"max S_rel ≈ {on_N.slope:.4f} N {on_N.offset:+.4f}, R² = {on_N.r_squared:.4f}")
print(f"max S_rel ≈ {on_I.slope:.4f} I {on_I.offset:+.4f}, R² = {on_I.r_squared:.4f}")
assert abs(on_N.slope - SLOPE_S_OF_N) < 0.01
assert round(on_N.r_squared, 2) == 1
assert abs(on_I.slope - SLOPE_S_OF_I) < 0.01
assert round(on_I.r_squared, 2) == 0.96
