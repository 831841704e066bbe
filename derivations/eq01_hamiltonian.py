# %% [markdown]
# # Eq. (1): the interaction
#
# Two spins 1 exchange an excitation, $V = i\frac{\varepsilon}{2}(S^+_A S^-_B - S^+_B S^-_A)$.
# In the package an operator is a SymPy expression in ladder operators that carry their site.

# %%
from sympy import I, simplify

import symsync
from symsync import S_minus, S_plus, S_z, matrix
from symsync.symbols import epsilon

pair = symsync.spin_pair()
print(symsync.equations["hamiltonian"].latex())

# %% [markdown]
# The Letter's form, typed by hand, is the same expression.

# %%
letter = I * epsilon / 2 * (S_plus("A") * S_minus("B") - S_plus("B") * S_minus("A"))
assert (pair.interaction - letter).expand() == 0

# %% [markdown]
# It is Hermitian, and it conserves $S^z_A + S^z_B$: the pair has no reference for a common phase.

# %%
V = matrix(pair.interaction, pair.spins)
total = matrix(S_z("A") + S_z("B"), pair.spins)
assert V.H == V
assert simplify(V * total - total * V).is_zero_matrix

# %% [markdown]
# On the limit cycle $|0,0\rangle$ it drives two transitions and no others:
# $-iV|0,0\rangle = \varepsilon(|1,-1\rangle - |{-1},1\rangle)$.

# %%
driven = -I * V[:, 4]
assert [driven[2], driven[6]] == [epsilon, -epsilon]
assert sum(entry != 0 for entry in driven) == 2
