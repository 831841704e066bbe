# %% [markdown]
# # A series about a strong coupling
#
# Two qubits A and B with gain $g$ and loss $d$, and with loss and gain exchanged, swap quanta at
# any rate $J$, while A is driven with a weak strength $\varepsilon$, all in resonance.
# What is strong belongs to $L_0$, and $\rho_0$ is its steady state; the drive is $L_1$.
#
# ## The state that the drive meets
#
# Let $a$ and $b$ be the occupations $\langle\sigma^+\sigma^-\rangle$ of the qubits, and
# $c = \langle\sigma^+_A\sigma^-_B\rangle$, which is real for
# $V = \frac{iJ}{2}(\sigma^+_A\sigma^-_B - \sigma^+_B\sigma^-_A)$.
# Each decays with $\Gamma = g + d$, and the exchange moves occupation from one to the other:

# %%
from sympy import (
    I,
    Matrix,
    Rational,
    cancel,
    eye,
    factor,
    fraction,
    kronecker_product,
    latex,
    solve,
    symbols,
    together,
    zeros,
)

from symsync import Drive, Exchange, System, epsilon, gain_and_loss, steady_series
from symsync.expressions.definitions import written_out

g, d, J = symbols("g d J", positive=True)
a, b, c = symbols("a b c", real=True)
moments = solve(
    [
        g - (g + d) * a + J * c,
        d - (g + d) * b - J * c,
        -(g + d) * c + J / 2 * (b - a),
    ],
    [a, b, c],
    dict=True,
)[0]
moments = {symbol: factor(value) for symbol, value in moments.items()}
print(latex(moments[c]))
assert cancel(moments[a] + moments[b] - 1) == 0

# %% [markdown]
# The state itself, from the sixteen equations $L_0\rho_0 = 0$ written with matrices:

# %%
up, one = Matrix([[0, 1], [0, 0]]), eye(2)
plus = {"A": kronecker_product(up, one), "B": kronecker_product(one, up)}
exchange = I * J / 2 * (plus["A"] * plus["B"].T - plus["B"] * plus["A"].T)
drive = (plus["A"] - plus["A"].T) / (2 * I)
jumps = [(g, plus["A"]), (d, plus["A"].T), (d, plus["B"]), (g, plus["B"].T)]


def turned(h, rho):
    """Return −i[h, ρ]."""
    return -I * (h * rho - rho * h)


def free(rho):
    """Return L₀ρ."""
    total = turned(exchange, rho)
    for rate, o in jumps:
        loss = o.T * o
        total += rate * (o * rho * o.T - (loss * rho + rho * loss) / 2)
    return total


p = symbols("p1:5", real=True)
rho0 = zeros(4, 4)
for k in range(4):
    rho0[k, k] = p[k]
rho0[1, 2] = rho0[2, 1] = c
equations = [each for each in free(rho0) if each != 0]
state = solve([*equations, sum(p) - 1], [*p, c], dict=True)[0]
assert cancel(state[c] - moments[c]) == 0
assert cancel(state[p[0]] + state[p[1]] - moments[a]) == 0

# %% [markdown]
# ## First order in the drive
#
# The drive makes coherences that change the charge by one.
# There are four of them, and $L_0$ mixes them: $\rho_1$ solves $L_0\rho_1 = -L_1\rho_0$ in this
# block of four, whose determinant is the common denominator.

# %%
x = symbols("x1:5")
places = [(0, 1), (0, 2), (1, 3), (2, 3)]
rho1 = zeros(4, 4)
for (row, column), unknown in zip(places, x, strict=True):
    rho1[row, column] = unknown
source = turned(drive, rho0.subs(state))
left = free(rho1) + source
block = [left[place] for place in places]
first = solve(block, x, dict=True)[0]
print(latex(factor(together(free(rho1)[0, 1].coeff(x[0])))))

# %% [markdown]
# The phases are those of the reduced coherences, $\langle\uparrow|\rho_A|\downarrow\rangle$ and the
# same of B:

# %%
driven = factor(together(first[x[1]] + first[x[2]]))
far = factor(together(first[x[0]] + first[x[3]]))
print(latex(far))
bracket = J**4 - 2 * (d - g) ** 2 * J**2 - 9 * (d + g) ** 4
assert cancel(fraction(far)[0] / (J * (d - g) ** 2 * (J**2 - 9 * (d + g) ** 2))).is_number
assert cancel(fraction(driven)[0] / ((d - g) * bracket)).is_number
assert far.subs(J, 3 * (d + g)) == 0
root = ((d - g) ** 2 + ((d - g) ** 4 + 9 * (d + g) ** 4) ** Rational(1, 2)) ** Rational(1, 2)
assert cancel(bracket.subs(J, root).expand()) == 0
at = {g: 1, d: 2}
assert abs(driven.subs(at).subs(J, root.subs(at)).evalf(30)) < 1e-25

# %% [markdown]
# So B does not follow the drive at $J = 3(g + d)$, and A does not at
# $J^2 = (d-g)^2 + \sqrt{(d-g)^4 + 9(d+g)^4}$.
#
# ## The library
#
# It finds $\rho_0$ as an exact state and takes it for one element of a basis.
# The other populations become traceless, $|m\rangle\langle m| - |p\rangle\langle p|$.
# $L_0$ and $L_1$ make traceless operators only, so that the element $|p\rangle\langle p|$ of an
# image is minus the sum of the others and may be left out:

# %%
pivot = zeros(4, 4)
pivot[0, 0] = 1
for k in range(1, 4):
    level = zeros(4, 4)
    level[k, k] = 1
    image = free(level - pivot)
    assert cancel(image[0, 0] + sum(image[j, j] for j in range(1, 4))) == 0
cycles = {"A": gain_and_loss(g, d), "B": gain_and_loss(d, g)}
couplings = [Exchange("A", "B", J), Drive("A", epsilon)]
library = steady_series(System(cycles, couplings, strong=[0]))
half = Rational(1, 2)
for site, value in (("A", driven), ("B", far)):
    element = library[1].partial_trace(site)[(half,), (-half,)]
    assert cancel(together(written_out(element) / epsilon - value)) == 0
