# %% [markdown]
# # Divided differences of many nodes
#
# A path through the coherences with the complex rates $\lambda_1, \ldots, \lambda_n$ gives
# $1/(\lambda_1 \cdots \lambda_n)$ in the steady state.
# If the coupling is switched on at $t = 0$, each coherence obeys
# $\dot x_k = x_{k-1} - \lambda_k x_k$ from $x_k(0) = 0$, with $x_0 = 1$, and the Laplace transform
# of the last one is $1/\big(s(s + \lambda_1) \cdots (s + \lambda_n)\big)$.
#
# ## Residues are a divided difference
#
# The inverse transform is the sum of the residues, $\sum_k e^{s_k t}/\prod_{j \ne k}(s_k - s_j)$ at
# the poles $s_0 = 0$ and $s_k = -\lambda_k$.
# This is the divided difference $f[s_0, \ldots, s_n]$ of $f(s) = e^{st}$:

# %%
from functools import reduce
from operator import mul

import mpmath
import numpy as np
from sympy import exp, factorial, integrate, latex, limit, simplify, symbols

from symsync import DividedDifference
from symsync.evaluate.kernels import numpy_kernels

t = symbols("t", positive=True)
a, b, c = symbols("a b c", positive=True)


def residues(*poles):
    """Return the sum of residues at different poles."""
    return sum(
        exp(s * t) / reduce(mul, (s - other for other in poles if other != s)) for s in poles
    )


found = DividedDifference(t, 0, -a, -b, -c)
print(latex(DividedDifference(t, 0, -a).doit()))
assert simplify(found.doit() - residues(0, -a, -b, -c)) == 0

# %% [markdown]
# It obeys the differential equation, and begins as $t^n/n!$:

# %%
before = DividedDifference(t, 0, -a, -b)
assert simplify((found.diff(t) - before + c * found).doit()) == 0
early = residues(0, -a, -b, -c).series(t, 0, 4).removeO()
assert simplify(early - t**3 / factorial(3)) == 0

# %% [markdown]
# ## Coinciding rates
#
# Where rates coincide, the sum of residues is $\infty - \infty$; the divided difference is not.
# By its recursion,
# $(s_n - s_0) f[s_0, \ldots, s_n] = f[s_1, \ldots, s_n] - f[s_0, \ldots, s_{n-1}]$,
# it is the mean of $f^{(n)}$ over the simplex of the nodes (Hermite and Genocchi), which is smooth:

# %%
u, v = symbols("u v", positive=True)
second = t**2 * exp(-t * (2 * u + 3 * v))  # f'' at a = 2 and b = 3
mean = integrate(integrate(second, (v, 0, 1 - u)), (u, 0, 1))
assert simplify(mean - residues(0, -2, -3)) == 0
equal = DividedDifference(t, 0, -a, -a).doit()
assert simplify(equal - limit(residues(0, -a, -b), b, a)) == 0

# %% [markdown]
# ## The corner of an exponential
#
# The equations of a path are one equation with a bidiagonal matrix: the nodes on the diagonal, and
# ones beside it.
# The corner of its exponential is therefore the divided difference (Opitz 1964).
# Shifted by the slowest rate the matrix of real rates has no negative entries, so nothing cancels
# in its power series:

# %%
rates = [0, 0.3, 2.0, 2.0]
with mpmath.workdps(40):
    bidiagonal = mpmath.matrix(4, 4)
    for k, rate in enumerate(rates):
        bidiagonal[k, k] = -mpmath.mpf(rate)
        if k:
            bidiagonal[k - 1, k] = 1
    corner = mpmath.expm(bidiagonal * 1.5)[0, 3]
same = DividedDifference(t, *(-rate for rate in rates)).subs(t, 1.5).evalf(20)
assert abs(corner - mpmath.mpf(str(same))) < 1e-15

# %% [markdown]
# ## Many nodes without cancellation
#
# In floating point each of the three ways fails somewhere: residues at nodes that are close, the
# recursion there too, and the exponential of a matrix loses as many units as $|\lambda t|$ counts.
# The evaluators join nodes $z_k = \lambda_k t$ that are less than 1 apart by a power series.
# Otherwise they take out the two nodes of a set that are *farthest* apart, $z_a$ and $z_b$, and
# divide the difference of what is left without each.
# Of $m$ real nodes, the term with the slowest one, $z_a$, is the mean of $e^{-\sum_k u_k z_k}$ over
# the simplex, $\langle u_a \rangle \ge 1/m$ in the weight of this exponential, as all others decay
# faster.
# In the other term $u_a$ belongs to $z_b \ge z_a + 1$ instead, which multiplies the exponential by
# at most $e^{-u_a} \le 1 - (1 - 1/e)u_a$.
# So at least $(1 - 1/e)/m$ of the larger term is left, here of $m = 2$ with equality of the nodes:

# %%
assert all(float(exp(-x)) <= 1 - (1 - float(exp(-1))) * x for x in np.linspace(0, 1, 101))
slow, fast = residues(0, -a), residues(-a, -b)
assert simplify(slow - fast - b * residues(0, -a, -b)) == 0  # a is between 0 and b
left = limit(1 - (fast / slow).subs({b: 1, t: 1}), a, 0)
print(f"what is left of the difference: {float(left):.3f}")
assert left == exp(-1)
assert float(left) >= (1 - float(exp(-1))) / 2

# %% [markdown]
# Six nodes, of which some are equal and others $10^{8}$ apart, keep thirteen digits:

# %%
rng = np.random.default_rng(1)
worst = 0.0
for _ in range(60):
    z = 10 ** rng.uniform(-4, 4, 6) + 1j * rng.choice([-1, 1], 6) * 10 ** rng.uniform(-4, 4, 6)
    z[1] = z[0] * (1 + 10 ** rng.uniform(-12, 0))
    z[2] = 0
    nodes = [(part.real, 0.0, part.imag, 0.0) for part in z]
    ours = complex(*map(float, numpy_kernels.divided_difference(np.float64(1.0), *nodes)))
    with mpmath.workdps(40):
        exact = DividedDifference(1, *(-complex(part) for part in z)).evalf(30)
    worst = max(worst, abs(ours / complex(exact) - 1))
print(f"largest relative error of 60 draws: {worst:.0e}")
assert worst < 1e-13
