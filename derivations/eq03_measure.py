# %% [markdown]
# # Eq. (3): the measure
#
# $S_{\rm rel}(\phi)$ is the distribution of the relative phase, the Husimi function integrated
# over all other angles, less its uniform value $1/2\pi$.
# It is linear in the state, so that each matrix element has a weight.

# %%
from sympy import Rational, Symbol, integrate, pi, sin
from sympy.simplify.fu import TR8

import symsync
from symsync import coherent_state, pair_weight, phase_weight
from symsync.model.spin import projections

print(symsync.equations["S_rel_functional"].latex())

# %% [markdown]
# The polar angle of one spin is integrated by the Beta function,
# $c_{mm'} = \frac{2S+1}{2\pi}\sqrt{\binom{2S}{S+m}\binom{2S}{S+m'}}\,
# B\bigl(S+1+\tfrac{m+m'}2,\,S+1-\tfrac{m+m'}2\bigr)$.
# Direct integration of the coherent states agrees, for every element of a spin 1.

# %%
theta = Symbol("theta", real=True)
ket = coherent_state(1, theta, 0)
for i, m in enumerate(projections(1)):
    for j, m_prime in enumerate(projections(1)):
        density = 3 / (4 * pi) * ket[i] * ket[j] * sin(theta)
        assert integrate(TR8(density.expand()), (theta, 0, pi)) == phase_weight(1, m, m_prime)

# %% [markdown]
# Populations have the weight $1/2\pi$ each, whatever $m$: they make the uniform distribution,
# which the measure subtracts.
# An element of two spins needs equal and opposite changes of $m_A$ and $m_B$ to survive the
# integration over the common phase, and then has the weight $2\pi\,c_{m_Am_A'}c_{m_Bm_B'}$.
# The four coherences of the first harmonic share one weight; the second harmonic has one element.

# %%
assert all(phase_weight(1, m, m) == 1 / (2 * pi) for m in projections(1))
first = [((1, -1), (0, 0)), ((0, 0), (-1, 1)), ((1, 0), (0, 1)), ((0, -1), (-1, 0))]
assert {pair_weight(1, 1, *element) for element in first} == {9 * pi / 256}
assert pair_weight(1, 1, (1, -1), (-1, 1)) == 1 / (8 * pi)

# %% [markdown]
# The element and its conjugate contribute alike, which makes $2\cdot9\pi/256 = 9\pi/128$, the
# coefficient of the Letter.

# %%
assert symsync.equations["coefficient"].rhs == Rational(9, 128) * pi
assert len(symsync.equations["S_rel_functional"].parameters) == 1 + len(first) + 1
