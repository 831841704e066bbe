# %% [markdown]
# # Weak coupling: coherence and Fisher information
#
# A coupling $\varepsilon$ turns $\rho_0$ into
# $\rho = \rho_0 + \varepsilon\rho_1 + \varepsilon^2\rho_2 + \dots$
# Let $\rho_0$ be diagonal with the populations $p_i$, $P$ the kets that it occupies and $Q$ those
# that it leaves empty, and $Q\rho_1Q = 0$.
# What do $C = S(\rho_{\rm diag}) - S(\rho)$ and the quantum Fisher information
# $F = \sum_{jk} 2|\langle j|\partial\rho|k\rangle|^2/(\lambda_j + \lambda_k)$ begin with?
#
# ## Between occupied kets
#
# Two populations with a coherence $\varepsilon c$ repel each other, and their entropy falls.

# %%
import mpmath
from sympy import diff, latex, limit, log, simplify, sqrt, symbols

import symsync
from symsync import S_z, gain_and_loss, steady_series
from symsync.expressions.spectral import BlockInformation, LogarithmicMean

p, q, c, m, epsilon = symbols("p q c m varepsilon", positive=True)
o, w = symbols("o w", real=True)

half, mean = (p - q) / 2, (p + q) / 2
root = sqrt(half**2 + epsilon**2 * c**2)
levels = [(mean + sign * root).subs({p: 3, q: 1}) for sign in (1, -1)]
gained = diff(sum(v * log(v) for v in levels), epsilon, 2).subs(epsilon, 0) / 2
pair = c**2 / LogarithmicMean(p, q)
print(latex(pair))
assert simplify(gained - pair.subs({p: 3, q: 1}).doit()) == 0

# %% [markdown]
# In two dimensions $F = [4|\vec n|^2 + (\partial\det\rho)^2/\det\rho]/{\rm Tr}\rho$ for
# $\partial\rho = n_0 + \vec n\cdot\vec\sigma$, here from the eigenvectors of a diagonal $\rho$.

# %%
plain = m**2 / p + o**2 / q + 4 * (c**2 + w**2) / (p + q)
assert simplify(BlockInformation(p, q, 0, 0, m, o, c, w).doit() - plain) == 0

# %% [markdown]
# The phase of an operator with the eigenvalues 0 and $o$ in $|m\rangle$ has
# $\partial\rho = -i[O, \rho]$, which turns the coherence and leaves $\det\rho$; the strength
# $\varepsilon$ has $\partial\rho = \rho_1$.
# Both give $4|\partial\rho_{ab}|^2/(p_a + p_b)$ for each pair of kets.

# %%
phase = BlockInformation(p, q, epsilon * c, 0, 0, 0, 0, o * epsilon * c).doit()
strength = BlockInformation(p, q, epsilon * c, 0, 0, 0, c, 0).doit()
assert simplify(phase - 4 * o**2 * epsilon**2 * c**2 / (p + q)) == 0
assert simplify(limit(strength, epsilon, 0) - 4 * c**2 / (p + q)) == 0

# %% [markdown]
# ## Between an occupied and an empty ket
#
# The empty ket holds $\varepsilon^2 m$, and what the coherence with the occupied one does not
# explain is $M = m - |c|^2/p$.
# A strength finds $4|c|^2/p$ in the coherence and $4M$ in the rest, $4m$ together: that of the
# population $\varepsilon^2 m$ as a random variable, $(2\varepsilon m)^2/\varepsilon^2m$.

# %%
beside = BlockInformation(p, epsilon**2 * m, epsilon * c, 0, 0, 2 * epsilon * m, c, 0).doit()
assert simplify(limit(beside, epsilon, 0) - 4 * m) == 0

# %% [markdown]
# With $d_q = \rho_{2,qq}$, $M = Q(\rho_2 - \rho_1\rho_0^{-1}\rho_1)Q$, the relative entropy
# $D(M\|d) = M\ln(M/d) - M + d$ and
# $\mathcal{C}[M] = {\rm Tr}M\ln M - \sum_q M_{qq}\ln M_{qq}$, the entropy of coherence is
#
# $$
# \sum_{a<b \in P} \frac{|\rho_{1,ab}|^2}{\Lambda(p_a,p_b)} + \sum_q\Big[D(M_{qq}\|d_q)
# + \sum_a \frac{|\rho_{1,aq}|^2}{p_a}\ln\frac{p_a}{\varepsilon^2d_q}\Big] + \mathcal{C}[M]
# $$
#
# times $\varepsilon^2$, and the Fisher information of a phase and of $\varepsilon$
#
# $$
# \varepsilon^2\Big[\sum_{a<b} \frac{4(o_a - o_b)^2|\rho_{1,ab}|^2}{p_a + p_b} + F[M, -i[O, M]]
# \Big], \qquad \sum_{a, b \in P} \frac{2|\rho_{1,ab}|^2}{p_a + p_b} + 4\sum_q \rho_{2,qq},
# $$
#
# where $a$ or $b$ is occupied.
# A family of states without pattern decides it, $\rho \propto TT^\dagger$ with
# $T = \sqrt{\rho_0} + \varepsilon T_1 + \varepsilon^2 T_2$.

# %%
mpmath.mp.dps = 60
P = [mpmath.mpf("0.6"), mpmath.mpf("0.3"), mpmath.mpf("0.1")]
SIZE, EMPTY, LEVELS = 5, (3, 4), [1, 0, -1, 2, 3]


def random(seed):
    """Return a complex matrix without pattern."""

    def entry(i, j):
        return mpmath.expj((seed + 7 * i + j) ** 2) * (1 + (i + 2 * j) % 3) / 3

    return mpmath.matrix([[entry(i, j) for j in range(SIZE)] for i in range(SIZE)])


def trace(matrix):
    return mpmath.fsum(matrix[i, i].real for i in range(matrix.rows))


start = mpmath.diag([*P, 0, 0])
roots, t, u = start.apply(mpmath.sqrt), random(1), random(100)
first = roots * t.H + t * roots
second = t * t.H + roots * u.H + u * roots
first, second = (
    first - trace(first) * start,
    second - trace(first) * first - (trace(second) - trace(first) ** 2) * start,
)
mixed = mpmath.matrix(
    [[second[a, b] - mpmath.fsum(first[a, i] * first[i, b] / P[i] for i in range(3))
      for b in EMPTY] for a in EMPTY]
)  # fmt: skip


def information(rho, slope):
    values, vectors = mpmath.eighe(rho)
    inner = vectors.H * slope * vectors
    n = range(rho.rows)
    return mpmath.fsum(2 * abs(inner[j, k]) ** 2 / (values[j] + values[k]) for j in n for k in n)


def turned(rho, eigenvalues):
    generator = mpmath.diag(eigenvalues)
    return mpmath.mpc(0, -1) * (generator * rho - rho * generator)


def growth(rho):
    """Return S(ρ_diag) − S(ρ)."""
    values = mpmath.eighe(rho, eigvals_only=True)
    diagonal = [rho[k, k].real for k in range(rho.rows)]
    return mpmath.fsum(v * mpmath.log(v) for v in values) - mpmath.fsum(
        v * mpmath.log(v) for v in diagonal
    )


def limits(e):
    """Return the three formulas."""
    entropy = growth(mixed)
    for a, p_a in enumerate(P):
        for b, p_b in enumerate(P[:a]):
            entropy += abs(first[a, b]) ** 2 * mpmath.log(p_a / p_b) / (p_a - p_b)
        for k in EMPTY:
            d = second[k, k].real
            entropy += abs(first[a, k]) ** 2 / p_a * mpmath.log(p_a / (e**2 * d))
    for n, k in enumerate(EMPTY):
        M, d = mixed[n, n].real, second[k, k].real
        entropy += M * mpmath.log(M / d) - M + d
    filled = [*P, 0, 0]
    kets = [(a, b) for a in range(SIZE) for b in range(SIZE) if min(a, b) < 3]
    of_phase = mpmath.fsum(
        2 * abs((LEVELS[a] - LEVELS[b]) * first[a, b]) ** 2 / (filled[a] + filled[b])
        for a, b in kets
    ) + information(mixed, turned(mixed, LEVELS[3:]))
    of_strength = mpmath.fsum(
        2 * abs(first[a, b]) ** 2 / (P[a] + P[b]) for a in range(3) for b in range(3)
    ) + 4 * mpmath.fsum(second[k, k].real for k in EMPTY)
    return e**2 * entropy, e**2 * of_phase, of_strength


rests = []
for e in (mpmath.mpf(10) ** -6, mpmath.mpf(10) ** -7):
    rho = start + e * first + e**2 * second
    exact = (
        growth(rho),
        information(rho, turned(rho, LEVELS)),
        information(rho, first + 2 * e * second),
    )
    rests.append([abs(x - y) for x, y in zip(exact, limits(e), strict=True)])
falls = [above / below for above, below in zip(*rests, strict=True)]
print("C, F(φ), F(ε) leave out what falls to 1/", [mpmath.nstr(fall, 5) for fall in falls])
assert 700 < falls[0] < 1001  # ε³ ln ε
assert abs(falls[1] / 1000 - 1) < 1e-3
assert abs(falls[2] / 10 - 1) < 1e-3

# %% [markdown]
# A driven spin 1/2, as the package has it:

# %%
g, d, f = symbols("g d f", positive=True)
driven = symsync.System({"A": gain_and_loss(g, d)}, [symsync.Drive("A", f)])
series = steady_series(driven)
C = symsync.relative_entropy_of_coherence(series, order=2)
F = symsync.quantum_fisher_information(series, S_z("A"), order=2)
print(symsync.equation("C", C, order="leading").latex())
print(symsync.equation("F", F, order="leading").latex())
coherence = f * (g - d) / (g + d) ** 2
assert simplify(F - 4 * coherence**2) == 0
populations = g / (g + d), d / (g + d)
assert simplify(C.doit() - (coherence**2 / LogarithmicMean(*populations)).doit()) == 0
