# %% [markdown]
# # Elimination that knows its error
#
# The steady state of a large model is the solution of linear equations $Ax + c = 0$ for the
# populations and coherences relative to one population that is fixed to 1.
# The elimination is recorded once, without looking at numbers, and run at every point.
# Three things make it safe: entries of twice the precision, refinement, and a vector that is known.
#
# ## Why entries of twice the precision
#
# Two levels with the rates $a$ up and $b$ down, from which a slow rate $s$ leads to a third one and
# another, $r$, back:

# %%
from fractions import Fraction

import numpy as np
from sympy import Matrix, latex, simplify, symbols

from symsync.evaluate.backends.linear_solver import solve
from symsync.evaluate.kernels.elimination_numpy import eliminated
from symsync.expressions.linear_solutions import LinearSystem

a, b, s, r = symbols("a b s r", positive=True)
x1, x2 = symbols("x1 x2")
rows = [{0: -a, 1: b, 2: r}, {0: a, 1: -b - s}]  # the third population is 1
A = Matrix(2, 2, lambda i, j: rows[i].get(j, 0))
c = Matrix([r, 0])
x = (-A.inv() * c).applyfunc(simplify)
print(latex(x))
assert x == Matrix([r * (b + s) / (a * s), r / s])

# %% [markdown]
# The determinant $as$ is small beside the products $ab$ that cancel in it.
# If the sum $b + s$ is rounded to a relative $u$, the leak $s$ changes by $ub$, and with it all of
# $x$.
# The refinement therefore computes $Ax + c$ with $b + s$ as a sum of two numbers:

# %%
d = symbols("d")
moved = (b * (1 + d) - b) / s  # the relative change of s if the entry becomes (b + s) + bd
assert simplify(moved - b * d / s) == 0
system = LinearSystem.from_equations((a, b, s, r), rows)


def numbers(rates):
    """Return the entries at some rates as sums of two numbers, and x."""
    exact = {symbol: Fraction(value) for symbol, value in rates.items()}
    sums = [sum(exact[term] for term in entry.as_ordered_terms()) for entry in system.entries]
    high = np.array([[float(total)] for total in sums])
    low = np.array([[float(total - Fraction(float(total)))] for total in sums])
    A, B, S, R = exact.values()
    return high, low, np.array([float(R * (B + S) / (A * S)), float(R / S)])


high, low, right = numbers({a: 1e6, b: 1e6, s: 1e-6, r: 1.0})
rounded, refined = (eliminated(system, high, part)[0][:, 0] for part in (0 * low, low))
assert abs(rounded / right - 1).max() > 1e-6
assert abs(refined / right - 1).max() < 1e-15

# %% [markdown]
# ## What refinement does
#
# The computed factors are those of $A + E$ with a rounding error $E$.
# With $F = (A + E)^{-1}$, the correction of an error $e$ of $x$ is $FAe$, and what is left is
# $(1 - FA)e = FEe$:

# %%
E = Matrix(2, 2, symbols("e11 e12 e21 e22"))
F = (A + E).inv()
assert (F * E - (Matrix.eye(2) - F * A)).applyfunc(simplify) == Matrix.zeros(2)

# %% [markdown]
# So each refinement multiplies the error by the same matrix $FE$, and the last correction $d$ is
# followed by about $FE\,d$.
# Small corrections alone prove nothing: if the leak $s$ is lost in the factors, which then hold
# $s + \delta$ with $|\delta| \gg s$, each correction is only the fraction $s/(s + \delta)$ of the
# error, as small as one likes.

# %%
delta = symbols("delta", positive=True)
wrong = Matrix([[-a, b], [a, -b - s - delta]])
along = Matrix([b, a])  # both levels rise together
found = (wrong.inv() * A * along).applyfunc(simplify)
assert simplify(found[1] / along[1] - s / (s + delta)) == 0

# %% [markdown]
# A vector $v$ that is known tells: it has some size in every direction, and $v - FAv = FEv$ is
# computed with one more residual and one more solution.
# A point is trusted if no component of it is larger than $2^{-10}$, each measured by the size of
# its unknown, $\sqrt{x_i x_j}$ for a coherence; the error that is left is then below 64 times
# $|FEv|$ times the last correction.
# Where the factors have lost $s$, the known vector is lost as well, and nothing is trusted:

# %%
high, low, right = numbers({a: 1e6, b: 1e6, s: 7e-11, r: 1.0})
_, lost, change = eliminated(system, high, low)
print(f"lost of a known vector: {lost[0]:.1g}, last correction: {change[0]:.1g}")
assert 2**-10 < lost[0] < 1

# %% [markdown]
# Such a point is eliminated anew, with the largest population fixed, with pivots chosen by size,
# with twice the digits, and at last with hundreds of bits.

# %%
found, error = solve(system, high, low)
assert abs(found[:, 0] / right - 1).max() < 1e-15
assert error[0] < 1e-13
