# %% [markdown]
# # Weak coupling: entropy of states with empty kets
#
# A coupling $\varepsilon$ turns $\rho_0$ into
# $\rho = \rho_0 + \varepsilon\rho_1 + \varepsilon^2\rho_2 + \dots$
# Let $\rho_0$ be diagonal with the populations $p_i$, let $P$ project on the kets that it occupies
# and $Q$ on those that it leaves empty, and let $f(x) = -x \ln x$, so that
# $S = {\rm Tr} f(\rho)$.
# Three steps lead to $S$ up to second order; the mutual information follows.
#
# ## Between occupied kets
#
# Two populations with a coherence $\varepsilon c$ between them repel each other by
# $\varepsilon^2|c|^2/(p-q)$.
# The entropy then changes by $[f'(p)-f'(q)]\,|c|^2/(p-q)$, where $f'(x) = -\ln x - 1$.

# %%
import mpmath
from sympy import diff, latex, limit, log, series, simplify, sqrt, symbols

import symsync
from symsync import Exchange, System, equatorial, gain_and_loss, mutual_information, steady_series
from symsync.expressions.spectral import LogarithmicMean
from symsync.reference import any_model

p, q, c, m, x, epsilon = symbols("p q c m x varepsilon", positive=True)


def f(value):
    return -value * log(value)


half, mean = (p - q) / 2, (p + q) / 2
root = sqrt(half**2 + epsilon**2 * c**2)
repelled = [(mean + sign * root).subs({p: 3, q: 1}) for sign in (1, -1)]
second = sum(diff(f(value), epsilon, 2).subs(epsilon, 0) / 2 for value in repelled)
pair = -(c**2) / LogarithmicMean(p, q)
print(latex(pair))
assert simplify(second - pair.subs({p: 3, q: 1}).doit()) == 0

# %% [markdown]
# Here $\Lambda(p, q) = (p - q)/\ln(p/q)$ is the logarithmic mean, and $p$ if both are equal.
# A population that changes by $\varepsilon x$ thus counts as $-x^2/2p$ in the same sum,
# $-\frac12\sum_P |\rho_{1,ij}|^2/\Lambda(p_i, p_j)$.

# %%
assert limit(pair.doit(), q, p) == -(c**2) / p
assert diff(f(p + epsilon * x), epsilon, 2).subs(epsilon, 0) == -(x**2) / p

# %% [markdown]
# ## Between an occupied and an empty ket
#
# If $Q\rho_1Q = 0$, an empty ket holds $\varepsilon^2 m$, and a coherence $\varepsilon c$ with the
# occupied one takes $|c|^2/p$ from it: $M = Q(\rho_2 - \rho_1\rho_0^{-1}\rho_1)Q$ is what is left,
# and $p$ gains as much.

# %%
gap = sqrt((p - epsilon**2 * m) ** 2 / 4 + epsilon**2 * c**2)
lower = (p + epsilon**2 * m) / 2 - gap
upper = (p + epsilon**2 * m) / 2 + gap
assert simplify(series(lower, epsilon, 0, 4).removeO() - epsilon**2 * (m - c**2 / p)) == 0
assert simplify(series(upper, epsilon, 0, 4).removeO() - p - epsilon**2 * c**2 / p) == 0

# %% [markdown]
# Altogether, as ${\rm Tr}\rho_2 = 0$, the entropy is
# $S = S_0 - \varepsilon\sum_P \rho_{1,ii}\ln p_i + \varepsilon^2 S_2$ with
#
# $$
# S_2 = -\sum_P \ln p_i\Big(\rho_{2,ii} + \sum_Q \frac{|\rho_{1,iq}|^2}{p_i}\Big)
# - \frac12\sum_P \frac{|\rho_{1,ij}|^2}{\Lambda(p_i,p_j)} + {\rm Tr} M(1 - \ln\varepsilon^2M).
# $$
#
# ## With populations of first order
#
# If $A = Q\rho_1Q$ is not zero, as with shared jumps, first order adds
# ${\rm Tr} A(1 - \ln\varepsilon A)$.
# Where $A$ is not zero, $M$ is a small change of it, and ${\rm Tr} M(1 - \ln\varepsilon^2M)$
# becomes $-{\rm Tr} M \ln\varepsilon A$; the kernel of $A$ keeps the former.
# A family of states without pattern decides it, here $\rho \propto TT^\dagger$ with
# $T = \sqrt{\rho_0} + \varepsilon T_1 + \varepsilon^2 T_2$, without or with a pure state as $A$.

# %%
mpmath.mp.dps = 60
SIZE, P_A, P_B = 9, mpmath.mpf("0.7"), mpmath.mpf("0.55")
P = {0: P_A * P_B, 1: P_A * (1 - P_B), 3: (1 - P_A) * P_B, 4: (1 - P_A) * (1 - P_B)}
"""Populations of two spins 1, whose kets (a, b) are numbered 3a + b; a = 2 and b = 2 are empty."""


def total(terms):
    return mpmath.fsum(terms)


def trace(matrix):
    return total(matrix[i, i] for i in range(matrix.rows))


def random(seed):
    """Return a complex matrix without pattern."""

    def entry(i, j):
        return mpmath.expj((seed + 7 * i + j) ** 2) * (1 + (i + 2 * j) % 3)

    return mpmath.matrix([[entry(i, j) for j in range(SIZE)] for i in range(SIZE)])


def family(kept):
    """Return ρ₀, ρ₁ and ρ₂, with `kept` times a pure state as A."""
    start = mpmath.diag([P.get(i, 0) for i in range(SIZE)])
    root, t, u = start.apply(mpmath.sqrt), random(1), random(100)
    ket = mpmath.matrix([kept * (i not in P) * mpmath.mpc(1, i) for i in range(SIZE)])
    first = root * t.H + t * root + ket * ket.H
    second = t * t.H + root * u.H + u * root
    first, second = (
        first - trace(first) * start,
        second - trace(first) * first - (trace(second) - trace(first) ** 2) * start,
    )
    return start, first, second


def entropy(rho):
    values = mpmath.eighe(rho, eigvals_only=True)
    return total(-v * mpmath.log(v) for v in values if v > mpmath.mpf(10) ** -50)


def mean_of(a, b):
    return a if a == b else (a - b) / mpmath.log(a / b)


def mixture(states, Q):
    """Return M."""
    start, first, second = states
    occupied = [i for i in range(start.rows) if i not in Q]

    def entry(a, b):
        return second[a, b] - total(first[a, i] * first[i, b] / start[i, i] for i in occupied)

    return mpmath.matrix([[entry(a, b) for b in Q] for a in Q])


def orders(states, e):
    """Return the first and the second order of the entropy by the formulas of this page."""
    _, first, second = states
    Q = [i for i in range(SIZE) if i not in P]
    one = -total(first[i, i].real * mpmath.log(p) for i, p in P.items())
    two = -total(
        mpmath.log(p) * (second[i, i].real + total(abs(first[i, j]) ** 2 for j in Q) / p)
        for i, p in P.items()
    )
    two -= total(abs(first[i, j]) ** 2 / mean_of(P[i], P[j]) for i in P for j in P) / 2
    values, vectors = mpmath.eighe(mpmath.matrix([[first[a, b] for b in Q] for a in Q]))
    turned = vectors.H * mixture(states, Q) * vectors
    rest = [n for n, v in enumerate(values) if v < mpmath.mpf(10) ** -40]
    for n in {*range(len(Q))} - {*rest}:
        one += values[n] * (1 - mpmath.log(e * values[n]))
        two -= turned[n, n].real * mpmath.log(e * values[n])
    kernel = mpmath.matrix([[turned[a, b] for b in rest] for a in rest])
    two += total(v * (1 - mpmath.log(e**2 * v)) for v in mpmath.eighe(kernel, eigvals_only=True))
    return e * one, e**2 * two


def state(states, e):
    return states[0] + e * states[1] + e**2 * states[2]


STRENGTHS = mpmath.mpf(10) ** -6, mpmath.mpf(10) ** -7
for kept in (0, 1):
    states = family(kept)
    rests = [
        entropy(state(states, e)) - entropy(states[0]) - sum(orders(states, e)) for e in STRENGTHS
    ]
    fall = rests[0] / rests[1]
    print(f"S_2 leaves out what falls to 1/{mpmath.nstr(fall, 5)} as the coupling falls to 1/10")
    assert 700 < fall < 1001  # ε³ ln ε, whose logarithm grows by 7/6

# %% [markdown]
# ## Mutual information
#
# $I = S_A + S_B - S_{AB}$ is the difference of three such sums.
# The terms of first order cancel if $A = 0$, because $\ln p_{ab} = \ln p_a + \ln p_b$.
# Second order is the relative entropy to $\rho^A\otimes\rho^B$, without differences of large terms.
# With $C = \rho_1 - \rho_1^A\otimes\rho_0^B - \rho_0^A\otimes\rho_1^B$, and the populations
# $s_q = p_a M^B_{bb}$, $M^A_{aa} p_b$ or, of fourth order, $M^A_{aa} M^B_{bb}$ of
# $\rho^A\otimes\rho^B$ in the kets $q = (a, b)$ that $\rho_0$ leaves empty, it is
#
# $$
# \sum_P \frac{|C_{ij}|^2}{2\Lambda(p_i,p_j)}
# + \sum_q \Big[M_{qq}\ln\frac{M_{qq}}{s_q} - M_{qq} + s_q
# + \sum_i \frac{|C_{iq}|^2}{p_i}\ln\frac{p_i}{s_q}\Big]
# + \mathcal{C}[M] - \mathcal{C}[M^A] - \mathcal{C}[M^B],
# $$
#
# where $\mathcal{C}[M] = {\rm Tr} M\ln M - \sum_q M_{qq}\ln M_{qq}$, and $s_q$ is added only where
# it is of second order.


# %%
def reduced(rho, site):
    """Return the partial trace that keeps the first (0) or the second site (1)."""
    far, near = ((1, 3), (3, 1))[site]
    return mpmath.matrix(
        [[total(rho[near * i + far * k, near * j + far * k] for k in range(3)) for j in range(3)]
         for i in range(3)]
    )  # fmt: skip


def coherence(block):
    diagonal = [block[k, k].real for k in range(block.rows)]
    return -entropy(block) - total(v * mpmath.log(v) for v in diagonal)


def relative_entropy(states, e):
    """Return the last formula."""
    first = states[1]
    left, right = ([reduced(rho, site) for rho in states] for site in (0, 1))
    Q = [i for i in range(SIZE) if i not in P]
    M, M_A, M_B = mixture(states, Q), mixture(left, [2]), mixture(right, [2])
    shares = [
        [*(rho[0][k, k] for k in (0, 1)), e**2 * block[0, 0].real]
        for rho, block in ((left, M_A), (right, M_B))
    ]

    def correlated(i, j):
        (a, b), (u, v) = divmod(i, 3), divmod(j, 3)
        return first[i, j] - left[1][a, u] * right[0][b, v] - left[0][a, u] * right[1][b, v]

    found = coherence(M) - coherence(M_A) - coherence(M_B)
    found += total(abs(correlated(i, j)) ** 2 / mean_of(P[i], P[j]) for i in P for j in P) / 2
    for n, ket in enumerate(Q):
        own, s = M[n, n].real, shares[0][ket // 3] * shares[1][ket % 3]
        found += own * mpmath.log(e**2 * own / s) - own + (s / e**2 if ket < 8 else 0)
        found += total(abs(correlated(i, ket)) ** 2 / p * mpmath.log(p / s) for i, p in P.items())
    return e**2 * found


states, rests = family(0), []
for e in STRENGTHS:
    rho = state(states, e)
    exact = entropy(reduced(rho, 0)) + entropy(reduced(rho, 1)) - entropy(rho)
    rests.append(exact - relative_entropy(states, e))
fall = rests[0] / rests[1]
print(f"I_2 leaves out what falls to 1/{mpmath.nstr(fall, 5)} as the coupling falls to 1/10")
assert 700 < fall < 1001

# %% [markdown]
# A spin 1 that is stabilised to its equator, beside a mixed spin 1/2, as the package has it:

# %%
k = symbols("k", positive=True)
system = System({"A": equatorial(1, 2), "B": gain_and_loss(10, 1)}, [Exchange("A", "B", k)])
formula = symsync.equation("I", mutual_information(steady_series(system), order=2), order="leading")
print(formula.latex())


def information(rho):
    """Return I of the array of this system."""
    pair = rho.reshape(3, 2, 3, 2)
    parts = pair.trace(axis1=1, axis2=3), pair.trace(axis1=0, axis2=2), rho
    spectra = [mpmath.eighe(mpmath.matrix(each.tolist()), eigvals_only=True) for each in parts]
    mine, yours, both = (total(-v * mpmath.log(v) for v in each) for each in spectra)
    return mine + yours - both


exact = information(any_model.steady_state(system, k=0.001))
assert abs(formula.function()(k=0.001) / exact - 1) < 1e-5
