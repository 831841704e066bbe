# %% [markdown]
# # Eq. (4): two equations out of 81
#
# To first order in $\varepsilon$ the correction $\hat\mu$ is driven by $-i[V,\rho_0]/\varepsilon$
# and evolves under the uncoupled generator alone.
# What matters is the closure: the elements that the drive creates and those that they feed.

# %%
from sympy import I, S, diff, exp, limit, oo, simplify

import symsync
from symsync import Liouvillian, spin_pair, steady_series
from symsync.claims.printed import coherence_rates, d_A, d_B, g_A, g_B
from symsync.derive.generator import closure, components
from symsync.symbols import Delta, t

generator = Liouvillian(spin_pair())
(ground,) = steady_series(spin_pair())[0]
reached = closure(generator.free, generator.coupling_from_left(ground))
for ket, bra in reached:
    print(f"⟨{ket}|μ|{bra}⟩")

# %% [markdown]
# Two elements, $\mu_+ = \langle1,-1|\mu|0,0\rangle$ and $\mu_- = \langle-1,1|\mu|0,0\rangle$, and
# each is a component of its own: neither feeds the other.

# %%
zero = (S.Zero, S.Zero)
assert set(reached) == {((1, -1), zero), ((-1, 1), zero)}
assert all(len(component) == 1 for component in components(reached))
print(symsync.equations["coherence_equations"].latex())

# %% [markdown]
# Their equations are those of the Letter: a drive, a rotation at $\pm\Delta$ and a damping.
# Note the signs: $\mu_-$ rotates the other way and is damped by the other pair of rates.

# %%
equation = symsync.equations["coherence_equations"]
minus, plus = sorted(
    (s for s in equation.parameters if not s.is_real), key=lambda symbol: symbol.name
)
for derived, letter in zip(equation.rhs, coherence_rates(plus, minus), strict=True):
    assert (derived - letter).expand() == 0

# %% [markdown]
# Solved from $\mu_\pm(0)=0$ they saturate,
# $\mu_\pm(t) = \pm(1-e^{-\lambda_\pm t})/\lambda_\pm$ with
# $\lambda_+ = \frac{\gamma^d_A+\gamma^g_B}2 + i\Delta$ and
# $\lambda_- = \frac{\gamma^g_A+\gamma^d_B}2 - i\Delta$.

# %%
rates = {"mu_plus": (d_A + g_B) / 2 + I * Delta, "mu_minus": (g_A + d_B) / 2 - I * Delta}
for sign, (name, rate) in zip((1, -1), rates.items(), strict=True):
    print(symsync.equations[f"{name}_t"].latex())
    moving, steady = symsync.equations[f"{name}_t"].explicit, symsync.equations[name].rhs
    assert simplify(moving - sign * (1 - exp(-rate * t)) / rate) == 0
    assert simplify(diff(moving, t) - (sign - rate * moving)) == 0
    assert simplify(steady - sign / rate) == 0
    resonant = moving.subs(Delta, 0).subs({d_A: 1, g_B: 2, g_A: 3, d_B: 4})
    assert limit(resonant, t, oo) == steady.subs({Delta: 0, d_A: 1, g_B: 2, g_A: 3, d_B: 4})
