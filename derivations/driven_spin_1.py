# %% [markdown]
# # A driven spin 1: first and second order
#
# A. Roulet and C. Bruder, *Synchronizing the smallest possible system*, Phys. Rev. Lett. 121,
# 053601 (2018), drive a spin 1 that rests on its equator.
# Its phase distribution follows from three numbers, which are calculated here by hand.
#
# In the frame of the drive $H = \Delta S^z + \varepsilon S^y$, and the jumps are
# $\sqrt{\gamma^g/2}\,S^+S^z$ and $\sqrt{\gamma^d/2}\,S^-S^z$.
#
# ## The limit cycle
#
# $S^-S^z|1\rangle = \sqrt2\,|0\rangle$ and $S^+S^z|{-1}\rangle = -\sqrt2\,|0\rangle$, so that
# $|1\rangle$ empties into $|0\rangle$ at the rate $\gamma^d$ and $|{-1}\rangle$ at the rate
# $\gamma^g$.
# Nothing leaves $|0\rangle$: $\rho_0 = |0\rangle\langle0|$.
# A coherence decays at half the rate of its ket and half that of its bra.

# %%
from sympy import I, cos, pi, simplify, sqrt, symbols

import symsync
from symsync import Delta, Drive, System, epsilon, equatorial, matrix, phi, steady_series
from symsync.claims import printed_elsewhere
from symsync.symbols import damping_rate, gain_rate

g, d = gain_rate("A"), damping_rate("A")
rate = {1: d, 0: 0, -1: g}


def decay(m, n):
    """Return the rate of |m⟩⟨n| and its rotation in the frame of the drive."""
    return (rate[m] + rate[n]) / 2 + I * Delta * (m - n)


# %% [markdown]
# ## First order
#
# The drive couples $|0\rangle$ with $|{\pm1}\rangle$:
# $S^y = \frac1{2i}(S^+ - S^-)$ has the elements
# $\langle1|S^y|0\rangle = \langle0|S^y|{-1}\rangle = -i/\sqrt2$.
# In the steady state each coherence is its source, $-i[\varepsilon S^y, \rho_0]$, over its decay:
#
# $$\langle1|\rho_1|0\rangle = -\frac{\varepsilon}{\sqrt2}\,\frac1{\gamma^d/2 + i\Delta}, \qquad
# \langle0|\rho_1|{-1}\rangle = +\frac{\varepsilon}{\sqrt2}\,\frac1{\gamma^g/2 + i\Delta}$$
#
# The signs are opposite: $\rho_0$ stands on the right of the drive in one and on the left in the
# other.

# %%
S_y = matrix((symsync.S_plus - symsync.S_minus) / (2 * I), 1)
assert S_y[0, 1] == S_y[1, 2] == -I / sqrt(2)
upper = -epsilon / sqrt(2) / decay(1, 0)
lower = epsilon / sqrt(2) / decay(0, -1)

series = steady_series(System({"A": equatorial(g, d)}, [Drive("A")], {"A": Delta}))
assert simplify(series[1][(1,), (0,)] - upper) == 0
assert simplify(series[1][(0,), (-1,)] - lower) == 0
assert len(series[1]) == 4

# %% [markdown]
# ## What the phase sees of it
#
# $\langle1|\rho|0\rangle$ and $\langle0|\rho|{-1}\rangle$ have the same weight,
# $\frac3{2\pi}\sqrt2\,B(\tfrac52, \tfrac32) = \frac{3\sqrt2}{32}$, so that
# $p = \frac{3\sqrt2}{16}\,{\rm Re}\,[e^{i\phi}(\langle1|\rho|0\rangle +
# \langle0|\rho|{-1}\rangle)]$.
# On resonance

# %%
assert symsync.phase_weight(1, 1, 0) == 3 * sqrt(2) / 32
p = 3 * sqrt(2) / 16 * (upper + lower).subs(Delta, 0) * cos(phi)
symsync.declare("p_driven", "p(\\phi)", "phase distribution of a driven spin, less 1/2π")
print(symsync.equation("p_driven", simplify(p), order=1).latex())
assert simplify(p - printed_elsewhere.driven_spin_1()) == 0
assert simplify(p - symsync.phase_distribution(series[1], "A").subs(Delta, 0)) == 0

# %% [markdown]
# This is the formula of the paper.
# At equal rates the two coherences are opposite at any detuning: they interfere destructively.
# That is the blockade.
#
# ## Second order
#
# The drive now acts on the coherences of first order, and joins them to
# $\langle1|\rho_2|{-1}\rangle$, which decays at $(\gamma^g + \gamma^d)/2$:
#
# $$\langle1|\rho_2|{-1}\rangle = \frac{-i\varepsilon\,(\langle1|S^y|0\rangle
# \langle0|\rho_1|{-1}\rangle - \langle1|\rho_1|0\rangle\langle0|S^y|{-1}\rangle)}
# {(\gamma^g + \gamma^d)/2 + 2i\Delta}$$
#
# Here the two paths add up, as one minus sign meets the other.
# The populations change as well, but a phase does not see them, and coherences between neighbours
# need an odd number of steps.

# %%
source = -I * epsilon * (S_y[0, 1] * lower - upper * S_y[1, 2])
outer = source / decay(1, -1)
assert simplify(series[2][(1,), (-1,)] - outer) == 0
symsync.declare("rho_outer", "\\langle1|\\rho_2|{-1}\\rangle", "coherence of second order")
print(symsync.equation("rho_outer", simplify(outer.subs(Delta, 0))).latex())

# %% [markdown]
# On resonance the sum of the two paths, $1/\gamma^g + 1/\gamma^d$, cancels the sum of rates below
# it.
# With the weight $\frac3{2\pi}B(2, 2) = \frac1{4\pi}$, twice for the real part,

# %%
assert symsync.phase_weight(1, 1, -1) == 1 / (4 * pi)
second = simplify(outer.subs(Delta, 0) / (2 * pi)) * cos(2 * phi)
print(symsync.equation("p_driven", second, order=2).latex())
assert simplify(second + epsilon**2 * cos(2 * phi) / (pi * g * d)) == 0
assert simplify(second - symsync.phase_distribution(series[2], "A").subs(Delta, 0)) == 0
assert second.subs({g: 1, d: 1}) == printed_elsewhere.balanced_spin_1()

# %% [markdown]
# The maxima are at $\phi = \pm\pi/2$: locking 2:1, which is what is left at equal rates.
#
# ## To all orders
#
# At equal rates and on resonance the closed form of the steady state has the same harmonic alone:

# %%
gamma = symbols("gamma", positive=True)
balanced = System({"A": equatorial(gamma, gamma)}, [Drive("A")])
exact = symsync.phase_distribution(symsync.exact_state(balanced).written_out, "A")
print(symsync.equation("p_driven", exact.factor(), order="exact").latex())
assert simplify(exact + epsilon**2 * cos(2 * phi) / (pi * (gamma**2 + 8 * epsilon**2))) == 0
curvature = exact.diff(epsilon, 2).subs(epsilon, 0) * epsilon**2 / 2
assert simplify(curvature - second.subs({g: gamma, d: gamma})) == 0
