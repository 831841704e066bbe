# %% [markdown]
# # Weak coupling: negativity to second order
#
# The partial transpose of a state is
# $\rho^T = \rho_0 + \varepsilon\rho_1^T + \varepsilon^2\rho_2^T + \dots$,
# as a diagonal product $\rho_0$ is its own.
# Let $P$ project on the kets that $\rho_0$ occupies, with populations $p_i$, and $Q$ on those that
# it leaves empty.
# The eigenvalues $p_i$ stay positive, and the eigenvalue zero splits.
# The negativity is the sum of $|\lambda|$ over the negative ones of the eigenvalues that it splits
# into.
#
# ## First order
#
# They are those of $\varepsilon A$ with $A = Q\rho_1^TQ$.
# If $\rho_0$ occupies all kets, there is no such eigenvalue, and $\mathcal N = 0$ to every order.
#
# ## Second order
#
# A ket of $P$ pushes a ket of $Q$ down: $Q(\rho_2^T - \rho_1^T\rho_0^{-1}\rho_1^T)Q = W$ adds to
# $A$.

# %%
import mpmath
from sympy import I, Matrix, conjugate, cos, exp, latex, series, simplify, sin, sqrt, symbols

import symsync
from symsync import Exchange, System, equatorial, gain_and_loss, negativity, steady_series
from symsync.reference import any_model

p, m, c, epsilon = symbols("p m c varepsilon", positive=True)
lower = (p + epsilon**2 * m) / 2 - sqrt((p - epsilon**2 * m) ** 2 / 4 + epsilon**2 * c**2)
assert simplify(series(lower, epsilon, 0, 4).removeO() - epsilon**2 * (m - c**2 / p)) == 0

# %% [markdown]
# An eigenvector of $A$ with a negative eigenvalue shifts by its mean of $W$, and $\mathcal N$ by
# minus that.
# A pair of kets that $A$ couples by $c\,e^{i\theta}$ has the eigenvector
# $(1, -e^{-i\theta})/\sqrt2$ of $-c$:

# %%
a, b, u, v, theta = symbols("a b u v theta", real=True)
coupling, wave = c * exp(I * theta), u + I * v
vector = Matrix([1, -conjugate(coupling) / c]) / sqrt(2)
A = Matrix([[0, coupling], [conjugate(coupling), 0]])
W = Matrix([[a, wave], [conjugate(wave), b]])
assert simplify(A * vector + c * vector) == Matrix([0, 0])
shift = -(vector.H * W * vector)[0]
expected = -(a + b) / 2 + u * cos(theta) + v * sin(theta)
print(latex(expected))
assert simplify((shift - expected).rewrite(exp)) == 0

# %% [markdown]
# On the kernel of $A$ only $W$ acts, and adds the sum of its negative eigenvalues there,
# $\mathcal N_2 = -{\rm Tr}\,W P_-[A] + \|P_0 W P_0\|_-$.
# Elements of $W$ between both parts are of third order in $\mathcal N$.
# A matrix without pattern decides it, with two occupied kets and five empty ones, between which $A$
# has one positive, two negative and two zero eigenvalues.

# %%
mpmath.mp.dps = 60
SIZE, OCCUPIED = 7, 2


def random(rows, columns, seed):
    """Return a complex matrix without pattern."""

    def entry(i, j):
        return mpmath.expj((seed + 7 * i + j) ** 2) * (1 + (i + 2 * j) % 3)

    return mpmath.matrix([[entry(i, j) for j in range(columns)] for i in range(rows)])


def block(matrix, rows, columns):
    return mpmath.matrix([[matrix[i, j] for j in columns] for i in rows])


def negative_part(matrix):
    return -mpmath.fsum(v for v in mpmath.eighe(matrix, eigvals_only=True) if v < 0)


P, Q = range(OCCUPIED), range(OCCUPIED, SIZE)
start = mpmath.diag([mpmath.mpf("0.6"), mpmath.mpf("0.4"), 0, 0, 0, 0, 0])
first, second = (matrix + matrix.H for matrix in (random(SIZE, SIZE, 1), random(SIZE, SIZE, 100)))
vectors = random(len(Q), 3, 50)
split = vectors * mpmath.diag([2, -1, -3]) * vectors.H
for i in Q:
    for j in Q:
        first[i, j] = split[i - OCCUPIED, j - OCCUPIED]
right = block(first, P, Q)
added = block(second, Q, Q) - right.H * block(start, P, P) ** -1 * right

values, vectors = mpmath.eighe(split)
small = mpmath.mpf(10) ** -40
kernel = [n for n, value in enumerate(values) if abs(value) < small]
negative = [n for n, value in enumerate(values) if value < -small]
assert (len(kernel), len(negative)) == (2, 2)
turned = vectors.H * added * vectors
N_1 = -mpmath.fsum(values[n] for n in negative)
N_2 = -mpmath.fsum(turned[n, n].real for n in negative)
N_2 += negative_part(block(turned, kernel, kernel))

rests = []
for strength in (mpmath.mpf(10) ** -6, mpmath.mpf(10) ** -7):
    exact = negative_part(start + strength * first + strength**2 * second)
    rests.append(exact - strength * N_1 - strength**2 * N_2)
print(f"N_2 leaves out what falls to 1/{mpmath.nstr(rests[0] / rests[1], 6)}")
assert abs(rests[0] / rests[1] - 1000) < 0.1

# %% [markdown]
# ## Mixtures
#
# A spin 1 that is stabilised to its equator, beside a mixed spin 1/2: $A = 0$, and the populations
# of second order outweigh the coherences unless the mixture is uneven.

# %%
k = symbols("k", positive=True)


def second_order(gain, loss):
    """Return the model, and the term of its negativity that is of second order."""
    pair = System({"A": equatorial(1, 2), "B": gain_and_loss(gain, loss)}, [Exchange("A", "B", k)])
    series_of_pair = steady_series(pair)
    assert negativity(series_of_pair, order=1) == 0
    return pair, symsync.equation("N", negativity(series_of_pair, order=2), parameters=[k], order=2)


pair, term = second_order(10, 1)
print(term.latex())
rho = any_model.steady_state(pair, k=1e-3).reshape(3, 2, 3, 2).transpose(2, 1, 0, 3)
exact = negative_part(mpmath.matrix(rho.reshape(6, 6).tolist()))
assert abs(term.function()(k=1e-3) / exact - 1) < 1e-4
assert second_order(2, 3)[1].function()(k=1e-3) == 0
