# %% [markdown]
# # Two van der Pol oscillators in the quantum limit
#
# T. E. Lee, C.-K. Chan and S. Wang, *Entanglement tongue and quantum synchronization of disordered
# oscillators*, Phys. Rev. E 89, 022913 (2014), couple two oscillators by a jump that they share.
# Their correlation and the coupling from which they are entangled follow from four numbers, which
# are calculated here by hand.
#
# ## Two levels
#
# Each oscillator gains quanta one by one, $\kappa\,\mathcal D[a^\dagger]$, and loses them two by
# two, $\gamma_2\,\mathcal D[a^2]$.
# For $\gamma_2 \gg \kappa$ what reaches $|2\rangle$ falls to $|0\rangle$ at once.
# It gets there from $|1\rangle$ at the rate $\kappa\,|\langle2|a^\dagger|1\rangle|^2 = 2\kappa$:
# two levels are left, with the gain $\kappa$ and the loss $2\kappa$.
# Their populations are 2/3 and 1/3.

# %%
from sympy import Abs, I, Poly, S, cancel, factor, fraction, latex, limit, oo, solve, symbols

import symsync
from symsync import Delta, Dissipation, S_minus, System, gain_and_loss
from symsync.claims import printed_elsewhere

V, kappa, gamma_2 = symbols("V kappa gamma_2", positive=True)
cut = symsync.steady_series(System({"A": symsync.truncated_van_der_pol(kappa, gamma_2, 4)}, []))
top = S(3) / 2
populations = [limit(cancel(cut[0][(n - top,), (n - top,)]), gamma_2, oo) for n in range(4)]
print("⟨n|ρ|n⟩ →", populations)
assert populations == [*printed_elsewhere.VAN_DER_POL_POPULATIONS, 0, 0]

# %% [markdown]
# ## The shared jump
#
# $V\,\mathcal D[O]$ with $O = \sigma^-_A - \sigma^-_B$ takes $|\uparrow\uparrow\rangle$ to
# $|\downarrow\uparrow\rangle - |\uparrow\downarrow\rangle$.
# Between the two kets with one quantum $O^\dagger O$ is
# $\bigl(\begin{smallmatrix}1&-1\\-1&1\end{smallmatrix}\bigr)$: the antisymmetric one decays at
# $2V$, the symmetric one not at all.
# The steady state is symmetric between the sites, and has the populations $u$ of
# $|\uparrow\uparrow\rangle$, $x$ of $|\uparrow\downarrow\rangle$ and of
# $|\downarrow\uparrow\rangle$, $1 - u - 2x$ of $|\downarrow\downarrow\rangle$ and the coherence
# $c = \langle\uparrow\downarrow|\rho|\downarrow\uparrow\rangle$.
# With the detuning $\Delta$, $c$ rotates, and its real part $r$ and imaginary part $s$ obey
#
# $$\begin{aligned}
# \dot u &= 2\kappa x - (4\kappa + 2V)u \\
# \dot x &= \kappa(1 - u - 2x) + 2\kappa u - 3\kappa x + V(u - x + r) \\
# \dot r &= V(x - u) - (3\kappa + V)r + \Delta s \\
# \dot s &= -(3\kappa + V)s - \Delta r
# \end{aligned}$$

# %%
u, x, r, s = symbols("u x r s", real=True)
rates = [
    2 * kappa * x - (4 * kappa + 2 * V) * u,
    kappa * (1 - u - 2 * x) + 2 * kappa * u - 3 * kappa * x + V * (u - x + r),
    V * (x - u) - (3 * kappa + V) * r + Delta * s,
    -(3 * kappa + V) * s - Delta * r,
]
by_hand = solve(rates, [u, x, r, s])

cycle = gain_and_loss(kappa, 2 * kappa)
shared = Dissipation(V, S_minus("A") - S_minus("B"))
pair = System({"A": cycle, "B": cycle}, [shared], {"A": Delta / 2, "B": -Delta / 2})
state = symsync.exact_state(pair).written_out
up, down = S.Half, -S.Half
assert cancel(state[(up, up), (up, up)] - by_hand[u]) == 0
assert cancel(state[(up, down), (up, down)] - by_hand[x]) == 0
assert cancel(state[(up, down), (down, up)] - by_hand[r] - I * by_hand[s]) == 0

# %% [markdown]
# ## The correlation on resonance
#
# $\langle\sigma^+_A\sigma^-_B\rangle = \langle\downarrow\uparrow|\rho|\uparrow\downarrow\rangle$,
# the complex conjugate of $c$:

# %%
resonant = factor(by_hand[r].subs(Delta, 0))
symsync.declare("correlation", "\\langle\\sigma^+_A\\sigma^-_B\\rangle", "correlation of both")
print(symsync.equation("correlation", resonant, order="exact").latex())
assert by_hand[s].subs(Delta, 0) == 0
assert cancel(resonant - printed_elsewhere.pair_correlation(V, kappa)) == 0

# %% [markdown]
# It grows with $V$ to 1/8, and begins as $\frac V{27\kappa}$: $V(x - u)/3\kappa$ with $x - u =
# \frac29 - \frac19$ of the uncoupled oscillators.
#
# ## Entanglement
#
# The partial transpose puts $c$ between $|\uparrow\uparrow\rangle$ and
# $|\downarrow\downarrow\rangle$.
# It has a negative eigenvalue where $|c|^2$ is larger than the product of their populations:

# %%
product = by_hand[u] * (1 - by_hand[u] - 2 * by_hand[x])
excess = factor(by_hand[r] ** 2 + by_hand[s] ** 2 - product)
above, below = fraction(excess)
cubic = V**3 - 6 * kappa * V**2 - 21 * kappa**2 * V - 18 * kappa**3 - Delta**2 * (V + 2 * kappa)
print(latex(excess.subs(Delta, 0)))
rest = factor(above / cubic)
assert cancel(rest).is_polynomial(V)
assert all(coefficient.is_positive for coefficient in Poly(rest.subs(Delta, 1), V, kappa).coeffs())

# %% [markdown]
# What is left beside the cubic is positive, and so
#
# $$V^3 - 6\kappa V^2 - 21\kappa^2V - 18\kappa^3 > \Delta^2(V + 2\kappa).$$
#
# The coefficients change their sign once, whatever $\Delta$: there is one critical coupling, and it
# grows with $|\Delta|$, as the right side does.
# On resonance it is the root of a cubic without rational roots:

# %%
critical = max(Poly(cubic.subs({Delta: 0, kappa: 1}), V).real_roots())
print(latex(critical.evalf(12)))
threshold = symsync.entanglement_threshold(symsync.exact_state(pair), V)
least = symsync.equation("E", threshold, order="exact").function()
assert Abs(critical - float(least(kappa=1.0, Delta=0.0))) < 1e-12
assert least(kappa=1.0, Delta=2.0) > least(kappa=1.0, Delta=1.0) > critical
