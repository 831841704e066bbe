"""Inverse questions about the Letter's model: where, and with which rates, the spins lock."""

from typing import Any

from sympy import (
    Abs,
    Expr,
    Poly,
    Pow,
    S,
    Symbol,
    Tuple,
    cancel,
    factor,
    factor_terms,
    fraction,
    linsolve,
    sqrt,
    symbols,
    together,
)

from symsync.catalogue.letter_model import (
    GAMMA_MINUS,
    GAMMA_PLUS,
    Entry,
    LetterModel,
    d_A,
    d_B,
    decay_rates,
    g_A,
    g_B,
    in_decay_rates,
)
from symsync.expressions.definitions import in_symbols, written_out
from symsync.expressions.symbols import Delta, declare, epsilon, phi
from symsync.measures.boundaries import boundary
from symsync.measures.entanglement import negativity
from symsync.measures.phase_locking import S_rel
from symsync.measures.phase_maximum import S_rel_maximum

__all__ = ["INVERSE"]

Derived = tuple[Any, dict[Symbol, Expr]]

threshold = declare("threshold", "s", "threshold of the maximum of S_rel", positive=True)
at_zero = declare("S_rel_zero", r"S_{\mathrm{rel}}(0)", "S_rel at φ = 0", real=True)
entangled = declare("entanglement", r"\mathcal{N}", "negativity of the two spins", positive=True)
squared = declare("x_tongue", "x", "4Δ² on the boundary of the tongue", "1/time²", nonnegative=True)
K = declare("K_tongue", "K", "scale of the tongue, a squared rate", "1/time²", nonnegative=True)


def _maximum(model: LetterModel) -> Expr:
    return S_rel_maximum(model.steady.partial_sum(1))


def _difference(model: LetterModel) -> Expr:
    """Return Γ₊ − Γ₋, whose modulus is a factor of the maximum."""
    (modulus,) = _maximum(model).atoms(Abs)
    return modulus.args[0]


# Blockade -----------------------------------------------------------------------------------------


def _blockade(model: LetterModel) -> Expr:
    """Return the γ^d_B at which the maximum vanishes for any detuning: Γ₋ = Γ₊."""
    return boundary(_difference(model), d_B, 0).rhs


def _entanglement_at_blockade(model: LetterModel) -> Derived:
    entangled = negativity(model.steady, order=1).subs(in_decay_rates(), simultaneous=True)
    return entangled.subs(GAMMA_MINUS, GAMMA_PLUS), decay_rates()


def _first_harmonic(model: LetterModel) -> Expr:
    return model.resonant_waves[0]


def _strong(model: LetterModel) -> Expr:
    """Return the leading term of x₁ for ε → ∞, definition by definition.

    The terms of a definition are positive, and those of x₁ do not cancel.  Their leading terms
    therefore add up to the leading term of the whole.
    """
    first, definitions = in_symbols(_first_harmonic(model))
    known: dict[Symbol, Expr] = {}
    for symbol, value in definitions.items():
        known[symbol] = _leading(value.xreplace(known))
    return _leading(first.xreplace(known))


def _leading(value: Expr) -> Expr:
    """Return the leading term of a rational function for ε → ∞."""
    above, below = (Poly(part, epsilon) for part in fraction(together(value)))
    power = above.degree() - below.degree()
    return factor(above.LC() / below.LC()) * epsilon**power


def _reversal(model: LetterModel) -> Expr:
    """Return the ε > 0 at which x₁ vanishes for inverted limit cycles."""
    first = written_out(_first_harmonic(model))
    inverted = first.subs({d_B: g_A, g_B: d_A}, simultaneous=True)
    return boundary(inverted, epsilon, 0).rhs


# Locking and entanglement -------------------------------------------------------------------------


def _per_entanglement(model: LetterModel) -> Expr:
    """Return max S_rel / N; roots are symbols while the fraction is formed."""
    ratio = _maximum(model) / negativity(model.steady, order=1)
    found = sorted({power.base for power in ratio.atoms(Pow) if power.exp == -S.Half}, key=str)
    names = symbols(f"h:{len(found)}", positive=True)
    short = {1 / sqrt(base): 1 / name for base, name in zip(found, names, strict=True)}
    back = {name: sqrt(base) for base, name in zip(found, names, strict=True)}
    return factor_terms(cancel(ratio.xreplace(short)).xreplace(back))


def _sums(model: LetterModel) -> Tuple:
    """Return Γ₊ and Γ₋ of resonant spins with a given S_rel(0) and negativity."""
    slow, fast = symbols("u v", positive=True)  # 1/Γ₊ and 1/Γ₋
    in_sums = {**in_decay_rates(), Delta: S.Zero, phi: S.Zero}
    forward = [
        value.subs(in_sums, simultaneous=True).subs({GAMMA_PLUS: 1 / slow, GAMMA_MINUS: 1 / fast})
        for value in (
            S_rel(model.steady.partial_sum(1)),
            negativity(model.steady, order=1),
        )
    ]
    wanted = [cancel(a) - b for a, b in zip(forward, (at_zero, entangled), strict=True)]
    ((first, second),) = linsolve(wanted, slow, fast)
    return Tuple(*(1 / factor_terms(together(value)) for value in (first, second)))


# The tongue ---------------------------------------------------------------------------------------


def _tongue_coupling(model: LetterModel) -> Expr:
    return boundary(_maximum(model), epsilon, threshold).rhs


def _tongue_detuning(model: LetterModel) -> Derived:
    """Return √x/2, where x = 4Δ² is the positive root of x² + bx + c − K², free of cancellation.

    max S_rel = sK/√(x² + bx + c).  The root is 2(K − √c)(K + √c)/(b + √(b² − 4c + 4K²)), which is
    positive if K > √c.  The other root is never positive.
    """
    resonant, detuned = _maximum(model).as_independent(Delta, as_Add=False)
    square = (1 / detuned**2).subs(in_decay_rates(), simultaneous=True)
    square = square.subs(Delta, sqrt(squared) / 2)
    scale, linear, constant = Poly(square, squared).all_coeffs()
    b, c = linear / scale, constant / scale
    top, apart = sqrt(factor(c)), factor(b**2 - 4 * c)
    root = 2 * (K - top) * (K + top) / (b + sqrt(apart + 4 * K**2))
    return sqrt(squared) / 2, {
        **decay_rates(),
        K: resonant / threshold / sqrt(scale),
        squared: root,
    }


_S = r"S_{\mathrm{rel}}"
_MAXIMUM = rf"\max_\phi {_S}"
INVERSE: dict[str, Entry] = {
    "blockade": Entry(
        d_B,
        _blockade,
        "zero of the first order of S_rel, for any detuning; none where it is negative",
    ),
    "blockade_negativity": Entry(
        declare("blockade_negativity", r"\mathcal{N}_{S_{\mathrm{rel}}=0}",
                "negativity where S_rel is blockaded"),
        _entanglement_at_blockade,
        "negativity at the blockade",
        relation="≈",
    ),
    "first_harmonic_exact": Entry(
        declare("first_harmonic", "x_1", "cosine part of harmonic 1 of S_rel, on resonance"),
        _first_harmonic,
        "Eq. (3) of the exact state without detuning; blockaded where it vanishes",
        "exact",
    ),
    "first_harmonic_strong": Entry(
        declare("first_harmonic_strong", r"x_1^{\varepsilon\to\infty}",
                "first harmonic of S_rel at strong coupling, on resonance"),
        _strong,
        "leading term of the exact state in 1/ε",
        "leading",
        relation="≈",
    ),
    "reversal": Entry(
        declare("reversal", r"\varepsilon_{x_1=0}",
                "coupling at which inverted limit cycles reverse their locking", "1/time"),
        _reversal,
        "zero of the exact first harmonic where each spin's gain is the other's damping",
        "exact",
    ),
    "locking_per_negativity": Entry(
        declare("locking_per_negativity", rf"{_MAXIMUM}/\mathcal{{N}}",
                "maximum of S_rel per negativity"),
        _per_entanglement,
        "ratio of the first orders; below 9π/128",
        relation="≈",
    ),
    "rates_of_locking": Entry(
        Tuple(GAMMA_PLUS, GAMMA_MINUS),
        _sums,
        "Eqs. (6) and (8) solved for the rates, |S_rel(0)| < 9π/128 times the negativity",
    ),
    "tongue_coupling": Entry(
        declare("tongue_coupling", rf"\varepsilon_{{{_MAXIMUM}=s}}",
                "coupling at which the maximum of S_rel is the threshold", "1/time"),
        _tongue_coupling,
        "maximum of S_rel solved for ε",
    ),
    "tongue_detuning": Entry(
        declare("tongue_detuning", rf"|\Delta|_{{{_MAXIMUM}=s}}",
                "detuning at which the maximum of S_rel is the threshold", "1/time"),
        _tongue_detuning,
        "maximum of S_rel solved for |Δ|; not real where none reaches it",
    ),
}  # fmt: skip
