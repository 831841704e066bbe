"""The Letter's equations print as the Letter writes them, and that is what is run."""

import mpmath
import pytest
from sympy import Rational, cos, symbols

from symsync import equations
from symsync.expressions.identities import identity
from symsync.expressions.latex import latex
from symsync.symbols import Delta, phi, t

PLUS, MINUS = r"\gamma^d_{A} + \gamma^g_{B}", r"\gamma^d_{B} + \gamma^g_{A}"


def grown(gamma):
    """(1 − e^{−λt})/λ of a coherence with λ = γ/2 + iΔ, times two above and below."""
    rate = rf"{gamma} + 2 i \Delta"
    return rf"\frac{{2 \left(1 - e^{{- \left({rate}\right) t/2}}\right)}}{{{rate}}}"


def modulus(gamma):
    return rf"\frac{{2 \varepsilon}}{{\sqrt{{4 \Delta^{{2}} + \left({gamma}\right)^{{2}}}}}}"


FORMS = {
    "S_rel_rate": (
        r"\dot{S}_{\mathrm{rel}}(\phi, t) \approx \frac{9 \pi \varepsilon}{128} "
        rf"\left(e^{{- \left({PLUS}\right) t/2}} - e^{{- \left({MINUS}\right) t/2}}\right) "
        r"\cos\left(\phi - \Delta t\right)"
    ),
    "S_rel_resonant": (
        r"S_{\mathrm{rel}}^{\Delta=0}(\phi) \approx \frac{9 \pi \varepsilon}{128} "
        rf"\left(\frac{{2}}{{{PLUS}}} - \frac{{2}}{{{MINUS}}}\right) \cos \phi"
    ),
    "negativity_resonant": (
        r"\mathcal{N}_{\Delta=0} \approx "
        rf"\frac{{2 \varepsilon}}{{{MINUS}}} + \frac{{2 \varepsilon}}{{{PLUS}}}"
    ),
    "negativity": rf"\mathcal{{N}} \approx {modulus(MINUS)} + {modulus(PLUS)}",
    "mu_plus_t": rf"\mu_+(t) = {grown(PLUS)}",
    "S_rel_t": (
        r"S_{\mathrm{rel}}(\phi, t) \approx \frac{9 \pi \varepsilon}{128} "
        rf"\operatorname{{Re}}\left[\left({grown(PLUS)} - {grown(MINUS)}\right) e^{{i \phi}}\right]"
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_equations_print_as_the_letter_writes_them(name):
    """The sum over paths before fractions are added, with 9πε/128 in front."""
    assert equations[name].latex() == FORMS[name]


def test_what_is_printed_grows_as_the_letter_says():
    """S_rel_t vanishes at t = 0 and its rate is Eq. (5); Eqs. (6) and (8) are what is run."""
    grown, rate = equations["S_rel_t"].shown, equations["S_rel_rate"].shown
    assert identity([(grown.subs(t, 0), 0 * phi), (grown.diff(t).doit(), rate)]).equal
    for name in ("S_rel_resonant", "negativity_resonant", "negativity"):
        assert identity([(equations[name].shown, equations[name].rhs)]).equal


@pytest.mark.parametrize("name", ["mu_plus_t", "S_rel_rate", "S_rel_t"])
def test_what_is_printed_in_exponentials_is_what_is_run(name):
    """To 30 digits, where rounding of the printed differences costs no more than two of 40."""
    equation = equations[name]
    values = {s: Rational((k + 2) ** 2, 70) for k, s in enumerate(equation.parameters)}
    with mpmath.workdps(40):
        run = equation.function("mpmath")(**{s.name: str(v.n(45)) for s, v in values.items()})
        printed = mpmath.mpmathify(equation.shown.subs(values).n(40))
        assert abs(run - printed) < 1e-35 * abs(printed)


def test_a_cosine_is_that_of_the_phase():
    x, y = symbols("x y")
    assert latex(cos(Delta * t - phi)) == r"\cos\left(\phi - \Delta t\right)"
    assert latex(cos(x - y)) in (r"\cos\left(x - y\right)", r"\cos\left(y - x\right)")
    assert latex(cos(2 * x - Delta * t) ** 2).startswith(r"\cos^{2}\left(")
