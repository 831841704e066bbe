"""The exact state of the Letter's model and its measures: to all orders in the coupling."""

from typing import Any

from sympy import Add, Expr, S, Symbol, Tuple, cancel, cos, factor, sin, together

from symsync.catalogue.letter_model import MINUS, PLUS, Entry, LetterModel, d_A, d_B, g_A, g_B
from symsync.expressions.definitions import written_out
from symsync.expressions.latex import ket_latex
from symsync.expressions.spectral import WaveMaximum, WavePhase
from symsync.expressions.symbols import declare, epsilon, ket_name, phi
from symsync.measures.entanglement import negativity
from symsync.measures.information import mutual_information, purity
from symsync.measures.phase_locking import phase_distribution
from symsync.model.spin import product_kets

__all__ = ["EXACT"]

Derived = tuple[Any, dict[Symbol, Expr]]

WAVES = tuple(
    declare(f"{name}_{k}", f"{name}_{k}", f"{part} part of harmonic {k} of S_rel", real=True)
    for k in (1, 2)
    for name, part in (("x", "cosine"), ("y", "sine"))
)

DETERMINANT = declare("D_r", "D", "denominator of both harmonics", positive=True)

KETS = product_kets([S.One, S.One])


def _distribution(parts: tuple[Expr, ...]) -> Derived:
    """Return Σ x_k cos kφ − y_k sin kφ."""
    own = {symbol: value for symbol, value in zip(WAVES, parts, strict=True) if value != 0}
    x1, y1, x2, y2 = (symbol if symbol in own else S.Zero for symbol in WAVES)
    first = x1 * cos(phi) - y1 * sin(phi)
    return first + x2 * cos(2 * phi) - y2 * sin(2 * phi), own


def _special(rates: dict[Symbol, Symbol]) -> Any:
    """Return a function that derives S_rel for special rates; each harmonic is one fraction."""

    def derive(model: LetterModel) -> Derived:
        x1, _, x2, _ = (
            factor(cancel(together(written_out(part).subs(rates)))) for part in model.resonant_waves
        )
        whole = x1 * cos(phi) + x2 * cos(2 * phi)
        below = max(x2.as_numer_denom()[1].atoms(Add), key=lambda total: len(total.args))
        if len(below.args) < 4:
            return whole, {}
        return whole.xreplace({below: DETERMINANT}), {DETERMINANT: below}

    return derive


def _of_waves(function: Any) -> Any:
    def derive(model: LetterModel) -> Derived:
        own = dict(zip(WAVES, model.waves, strict=True))
        return function(*WAVES), own

    return derive


def _measure(function: Any) -> Any:
    return lambda model: function(model.elements)


def _populations(model: LetterModel) -> Tuple:
    return Tuple(*(model.exact_state[ket, ket] for ket in KETS))


def _population(ket: Any) -> Symbol:
    words = f"population of |{','.join(map(str, ket))}⟩"
    return declare(f"p_{ket_name(ket)}", f"p_{{{ket_latex(ket)}}}", words, nonnegative=True)


def _element_symbols(model: LetterModel) -> Tuple:
    """Return the symbols of the real numbers of which the state consists, each once."""
    return Tuple(*(s for s in model.elements.definitions if s not in model.exact_state.definitions))


def _elements(model: LetterModel) -> Derived:
    return _element_symbols(model), model.elements.definitions


def _coherence(element: Any) -> Any:
    def derive(model: LetterModel) -> Expr:
        return Add(*(term / epsilon for term in model.exact_state[element].args))

    return derive


_S = r"S_{\mathrm{rel}}"
_STEADY = "exact steady state"
EXACT: dict[str, Entry] = {
    "state_exact": Entry(
        _element_symbols,
        _elements,
        _STEADY,
        "exact",
    ),
    "populations_exact": Entry(
        Tuple(*map(_population, KETS)), _populations, _STEADY, "exact"
    ),
    "mu_plus_exact": Entry(
        declare("mu_plus_exact", r"\langle 1,{-1}|\rho|0,0\rangle/\varepsilon",
                "coherence ⟨1,−1|ρ|0,0⟩/ε", "time"),
        _coherence(PLUS),
        _STEADY,
        "exact",
    ),
    "mu_minus_exact": Entry(
        declare("mu_minus_exact", r"\langle {-1},1|\rho|0,0\rangle/\varepsilon",
                "coherence ⟨−1,1|ρ|0,0⟩/ε", "time"),
        _coherence(MINUS),
        _STEADY,
        "exact",
    ),
    "individual_phases_exact": Entry(
        Tuple(
            declare("p_A", r"p_A(\phi)", "distribution of one phase less 1/2π"),
            declare("p_B", r"p_B(\phi)", "distribution of φ_B less 1/2π"),
        ),
        lambda model: Tuple(*(phase_distribution(model.exact_state, site) for site in "AB")),
        "exact steady state; insets of Fig. 3",
        "exact",
    ),
    "S_rel_exact": Entry(
        Symbol("S_rel"), lambda model: _distribution(model.waves),
        "Eq. (3) of the exact state",
        "exact",
    ),
    "S_rel_exact_resonant": Entry(
        Symbol("S_rel_resonant"),
        lambda model: _distribution(model.resonant_waves),
        "Eq. (3) of the exact state without detuning", "exact",
    ),
    "S_rel_exact_reversed": Entry(
        declare("S_rel_reversed", rf"{_S}^{{\Delta=0}}(\phi)",
                "S_rel of resonant spins of reversed rates"),
        _special({g_B: d_A, d_B: g_A}),
        "Eq. (3) of the exact state where B has the rates of A reversed, as in Fig. 2",
        "exact",
    ),
    "S_rel_exact_identical": Entry(
        declare("S_rel_identical", rf"{_S}^{{\Delta=0}}(\phi)",
                "S_rel of resonant spins of equal rates"),
        _special({g_B: g_A, d_B: d_A}),
        "Eq. (3) of the exact state for equal rates of both spins",
        "exact",
    ),
    "S_rel_max_exact": Entry(
        Symbol("S_rel_max"), _of_waves(WaveMaximum), "maximum over φ of Eq. (3)", "exact"
    ),
    "locking_phase_exact": Entry(
        Symbol("locking_phase"), _of_waves(WavePhase), "maximum over φ of Eq. (3)", "exact"
    ),
    "negativity_exact": Entry(
        Symbol("negativity"), _measure(negativity),
        "negative eigenvalues of the partial transpose, by blocks of m_A − m_B", "exact",
    ),
    "mutual_information_exact": Entry(
        declare("mutual_information", "I", "mutual information of the two spins"),
        _measure(mutual_information),
        "relative entropy of the populations to their marginals, and entropy of the coherences",
        "exact",
    ),
    "purity_exact": Entry(
        declare("purity", r"\operatorname{Tr}\rho^2", "purity of the state"),
        _measure(purity),
        _STEADY,
        "exact",
    ),
}  # fmt: skip
