# %% [markdown]
# # Eq. (2): the master equation
#
# Each spin is stabilised by two jumps, gain $\sqrt{\gamma^g/2}\,S^+S^z$ from below and damping
# $\sqrt{\gamma^d/2}\,S^-S^z$ from above.
# In the frame that rotates with the mean frequency only the detuning $\Delta$ is left.

# %%
from sympy import I, Matrix, Rational, eye, zeros
from sympy.matrices import kronecker_product

import symsync
from symsync import S_minus, S_plus, S_z, matrix, steady_series
from symsync.claims.printed import d_A, d_B, g_A, g_B
from symsync.model.printed_operators import as_array, master_equation
from symsync.symbols import Delta

pair = symsync.spin_pair()
print(symsync.equations["master_equation"].latex())

# %% [markdown]
# The jumps of a spin 1 lead from $|\pm1\rangle$ to $|0\rangle$ and vanish there:
# $S^+S^z = -\sqrt2\,|0\rangle\langle-1|$ and $S^-S^z = \sqrt2\,|0\rangle\langle1|$.
# So $|{-1}\rangle$ decays with the rate $\gamma^g$ and $|1\rangle$ with $\gamma^d$.

# %%
gain, damping = matrix(S_plus * S_z, 1), matrix(S_minus * S_z, 1)
assert gain.T * gain == Matrix([[0, 0, 0], [0, 0, 0], [0, 0, 2]])
assert damping.T * damping == Matrix([[2, 0, 0], [0, 0, 0], [0, 0, 0]])

# %% [markdown]
# The Letter's equation, built here from Kronecker products of $3\times3$ matrices, is the
# superoperator that the printed equation stands for.

# %%
one = eye(3)


def on(site, operator):
    return kronecker_product(*((operator, one) if site == "A" else (one, operator)))


def dissipator(operator):
    loss = operator.T * operator
    both = kronecker_product(loss, eye(9)) + kronecker_product(eye(9), loss.T)
    return kronecker_product(operator, operator) - both / 2


H = Delta / 2 * (on("A", matrix(S_z, 1)) - on("B", matrix(S_z, 1)))
H = H + matrix(pair.interaction, pair.spins)
letter = -I * (kronecker_product(H, eye(9)) - kronecker_product(eye(9), H.T))
for site, rate_g, rate_d in (("A", g_A, d_A), ("B", g_B, d_B)):
    letter += rate_g / 2 * dissipator(on(site, gain)) + rate_d / 2 * dissipator(on(site, damping))
printed = as_array(master_equation(pair), pair.spins)
assert (printed - letter).expand() == zeros(81)

# %% [markdown]
# Without the interaction the steady state is $|0\rangle\langle0|\otimes|0\rangle\langle0|$.
# The engine finds it as the only component of the uncoupled generator with a vanishing rate, and
# the rank of the $81\times81$ matrix at a point of rational rates confirms that it is unique.

# %%
assert dict(steady_series(pair)[0]) == {((0, 0), (0, 0)): 1}
at = {symbol: Rational(k + 2, 3) for k, symbol in enumerate(pair.parameters)}
at[symsync.symbols.epsilon] = 0
assert letter.subs(at).rank() == 80
