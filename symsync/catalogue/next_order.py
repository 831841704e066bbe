"""The next terms of the Letter's equations in the coupling, which first order leaves out."""

from typing import Any

from sympy import (
    Abs,
    Add,
    Expr,
    Mul,
    Ne,
    Piecewise,
    S,
    Symbol,
    atan2,
    cos,
    expand_mul,
    factor,
    pi,
    sin,
    sqrt,
    together,
)

from symsync.catalogue.letter_model import MINUS, PLUS, Entry, LetterModel, decay_rates
from symsync.derive.state import Element
from symsync.expressions.complex_parts import real_imag
from symsync.expressions.symbols import declare, epsilon, phi
from symsync.measures.phase_locking import relative_phase_harmonics
from symsync.measures.weak_coupling import purity_term
from symsync.measures.weak_information import second_order_mutual_information
from symsync.measures.weak_negativity import second_order_negativity

__all__ = ["NEXT_ORDER"]


Derived = tuple[Any, dict[Symbol, Expr]]


def _in_decay_rates(value: Expr) -> Expr:
    """Return a formula with the symbols Γ₊ and Γ₋ in place of their sums."""
    return value.subs({total: symbol for symbol, total in decay_rates().items()})


def _short(value: Expr) -> Expr:
    """Return a rational function of a few symbols, factored, with Γ₊ and Γ₋ as symbols."""
    short = _in_decay_rates(value)
    x, y = (factor(together(part)) for part in real_imag(short))
    return x if y == 0 else factor(together(short))


def _first_harmonic(model: LetterModel) -> tuple[Expr, Expr]:
    """Return Re and Im of 2c₁ at first order."""
    return real_imag(_in_decay_rates(2 * relative_phase_harmonics(model.steady[1])[S.One]))


def _second_harmonic(model: LetterModel) -> tuple[Expr, Expr]:
    """Return Re and Im of 2c₂ at second order."""
    parts = real_imag(_in_decay_rates(2 * relative_phase_harmonics(model.steady[2])[S(2)]))
    return _short(parts[0]), _short(parts[1])


def _second_order(model: LetterModel) -> Derived:
    x, y = _second_harmonic(model)
    return x * cos(2 * phi) - y * sin(2 * phi), decay_rates()


def _locks_at_first_order(model: LetterModel) -> Any:
    """Return when the first harmonic of first order does not vanish: a factor of |c₁|² decides."""
    x, y = _first_harmonic(model)
    factors = factor(together(x**2 + y**2)).as_powers_dict()
    return Ne(Mul(*(base for base in factors if not base.is_nonnegative)), 0)


def _maximum(model: LetterModel) -> Derived:
    """Return the second harmonic at the maximum of the first, Re(2c₂c₁*²)/|c₁|².

    Where the first harmonic vanishes, it is the second one's own maximum, |2c₂|.
    """
    x, y = _first_harmonic(model)
    u, v = _second_harmonic(model)
    beside = _short((u * (x**2 - y**2) + 2 * v * x * y) / (x**2 + y**2))
    alone = sqrt(factor(together(u**2 + v**2)))
    return Piecewise((beside, _locks_at_first_order(model)), (alone, True)), decay_rates()


def _maximum_third(model: LetterModel) -> Derived:
    """Return the third order at that maximum, and what the maximum gains from its shift.

    With the amplitude a = |c₁| and the second order f₂, it is Re(c₁⁽³⁾c₁*)/a + f₂′²/2a.  Here c₁
    and c₁⁽³⁾ are the first harmonics of first and third order.  Where c₁ vanishes, f₂ has two
    maxima, at −arg(c₂)/2 and opposite, and the third order chooses the higher one.
    """
    third = _in_decay_rates(model.third_wave)
    values = (
        *_first_harmonic(model),
        *_second_harmonic(model),
        third.subs(phi, 0),
        -third.subs(phi, pi / 2),
    )
    at_one = [value.subs(epsilon, 1) for value in values]  # each is this times a power of ε
    definitions = {**decay_rates(), **dict(zip(_ORDERS, at_one, strict=True))}
    x, y, u, v, s, w = _ORDERS
    slope = 2 * (v * (x**2 - y**2) - 2 * u * x * y) / (x**2 + y**2)
    beside = (x * s + y * w + slope**2 / 2) / sqrt(x**2 + y**2)
    half = atan2(v, u) / 2
    alone = Abs(s * cos(half) + w * sin(half))
    highest = Piecewise((beside, _locks_at_first_order(model)), (alone, True))
    return epsilon**3 * highest, definitions


_ORDERS = tuple(
    declare(
        f"{name}_{order}",
        rf"{name}_{{\mathrm{{{order}}}}}",
        f"{part} part of the harmonic of {order} order",
        real=True,
        nonzero=order == "first" or None,  # where it vanishes, another case applies
    )
    for order in ("first", "second", "third")
    for name, part in (("x", "cosine"), ("y", "sine"))
)


def _with_sums(derive: Any, *arguments: Any) -> Any:
    def derived(model: LetterModel) -> Derived:
        return _in_decay_rates(derive(model.steady, *arguments, form=_short)), decay_rates()

    return derived


def _over_epsilon(value: Expr) -> Expr:
    terms = Add.make_args(expand_mul(value, deep=False))
    return Add(*(term / epsilon for term in terms))


def _third_coherence(element: Element) -> Any:
    def derived(model: LetterModel) -> Derived:
        return _in_decay_rates(_over_epsilon(model.steady[3][element])), decay_rates()

    return derived


_S = r"S_{\mathrm{rel}}"
NEXT_ORDER: dict[str, Entry] = {
    "mu_plus_third": Entry(
        declare(
            "mu_plus_third", r"\varepsilon^2\mu_+^{(3)}", "next term of ⟨1,−1|ρ|0,0⟩/ε", "time"
        ),
        _third_coherence(PLUS),
        "third order of the steady state",
        3,
    ),
    "mu_minus_third": Entry(
        declare(
            "mu_minus_third", r"\varepsilon^2\mu_-^{(3)}", "next term of ⟨−1,1|ρ|0,0⟩/ε", "time"
        ),
        _third_coherence(MINUS),
        "third order of the steady state",
        3,
    ),
    "S_rel_second": Entry(
        declare("S_rel_second", rf"{_S}^{{(2)}}(\phi)", "second harmonic that S_rel gains"),
        _second_order,
        "second order of the steady state",
        2,
    ),
    "S_rel_third": Entry(
        declare("S_rel_third", rf"{_S}^{{(3)}}(\phi)", "correction to the first harmonic of S_rel"),
        lambda model: (_in_decay_rates(model.third_wave), decay_rates()),
        "third order of the steady state",
        3,
    ),
    "S_rel_max_second": Entry(
        declare(
            "S_rel_max_second", rf"\max_\phi {_S}^{{(2)}}", "next term of the maximum of S_rel"
        ),
        _maximum,
        "second harmonic at the maximum of the first, or its own maximum",
        2,
    ),
    "S_rel_max_third": Entry(
        declare("S_rel_max_third", rf"\max_\phi {_S}^{{(3)}}", "third-order term of that maximum"),
        _maximum_third,
        "third order at the maximum, and the shift of the maximum",
        3,
    ),
    "negativity_second": Entry(
        declare("negativity_second", r"\mathcal{N}^{(2)}", "next term of the negativity"),
        _with_sums(second_order_negativity),
        "second order of the negative eigenvalues",
        2,
    ),
    "purity_second": Entry(
        declare("purity_second", r"\operatorname{Tr}\rho^2 - 1", "purity less one"),
        _with_sums(purity_term, 2),
        "second order of the steady state",
        2,
        relation="≈",
    ),
    "mutual_information_leading": Entry(
        declare("mutual_information", "I", "mutual information of the two spins"),
        _with_sums(second_order_mutual_information),
        "populations of second order; no power series, as ε² ln ε leads",
        "leading",
        relation="≈",
    ),
}
