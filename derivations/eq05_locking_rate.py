# %% [markdown]
# # Eq. (5): how the phases lock
#
# The measure of Eq. (3) applied to the first-order state leaves the two coherences,
# $S_{\rm rel} = \frac{9\pi\varepsilon}{128}\,{\rm Re}[e^{i\phi}(\mu_+ + \mu_-^*)]$.

# %%
from sympy import conjugate, cos, diff, exp, expand, integrate, simplify, sin

import symsync
from symsync.claims.printed import COEFFICIENT, S_rel_rate
from symsync.expressions.complex_parts import real_imag
from symsync.symbols import epsilon, phi, t

equations = symsync.equations
rate = equations["S_rel_rate"]
print(rate.latex())

# %% [markdown]
# Its rate of change is the Letter's Eq. (5), derived here from the rates of the coherences and not
# by differentiating the result.

# %%
assert simplify(rate.explicit - S_rel_rate()) == 0

# %% [markdown]
# The factor before the cosine is the difference of two decays; it is zero at first and at last.
# Integrating from zero gives the distribution at any time, and its limit the steady state.

# %%
moving = equations["S_rel_t"]
print(moving.latex())
print(equations["S_rel"].latex())
explicit = moving.explicit.doit()
assert explicit.subs(t, 0) == 0
at = dict(zip(moving.parameters[2:], (1, 2, 3, 4, 5, 6), strict=True))
at[phi] = 1
assert abs((diff(explicit, t) - S_rel_rate()).subs({**at, t: 0.7}).evalf()) < 1e-14
integral = integrate(expand(S_rel_rate().subs(at).rewrite(exp)), (t, 0, 2))
assert abs((integral - explicit.subs({**at, t: 2})).evalf()) < 1e-14

# %% [markdown]
# The same from the steady coherences: the real part of $e^{i\phi}(\mu_+ + \mu_-^*)$.

# %%
mu = equations["mu_plus"].rhs + conjugate(equations["mu_minus"].rhs)
x, y = real_imag(mu)
letter = COEFFICIENT * epsilon * (x * cos(phi) - y * sin(phi))
assert simplify(equations["S_rel"].rhs - letter) == 0
