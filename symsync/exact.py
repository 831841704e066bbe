"""States to all orders, written in definitions that follow each other.

A closed form of seventeen elements in six symbols is readable and runs fast only as long as what
its elements share keeps a name.  What cancels between elements cancels here, on paper.
"""

from collections.abc import Mapping
from typing import Any

from sympy import Add, Expr, Mul, Poly, S, Symbol, conjugate, expand, factor_list, factor_terms
from sympy.core.random import rng

from symsync.definitions import substituted
from symsync.functions import real_imag
from symsync.latex import ket_latex, latex
from symsync.spin import Ket
from symsync.state import Element, State
from symsync.symbols import declare

__all__ = ["ExactState", "factored", "ket_label", "ket_name"]


LONGEST = 100
"""Terms of a polynomial up to which it is factored: SymPy's search may take minutes for more."""


class ExactState(State):
    """A steady state to all orders in the coupling, written in definitions that follow each other.

    Attributes
    ----------
    definitions
        {symbol: expression} in the order in which they are computed: Γ are sums of rates, D
        determinants, r what populations share with coherences, w populations relative to the one
        that was fixed to 1, Z their sum.
    written_out
        The same state in the symbols of the model alone.
    named
        The same state with one symbol for each population and part of a coherence.
    """

    def __init__(
        self,
        spins: Mapping[str, Any],
        values: Mapping[Element, Any],
        definitions: Mapping[Symbol, Expr],
    ) -> None:
        super().__init__(spins, values, self._collected)
        self.definitions = dict(definitions)
        rates = {s for s, value in definitions.items() if not value.free_symbols & set(definitions)}
        self._weights = {s for s in definitions if s not in rates or _degree(definitions[s]) > 1}
        self._determinants = {s for s in self._weights if definitions[s].is_polynomial()}
        self._determinants -= {s for s in self._determinants if definitions[s].has(*self._weights)}

    def __reduce__(self) -> tuple[Any, ...]:
        return ExactState, (self.spins, self.values_unnormalised, self.definitions)

    def __repr__(self) -> str:
        lines = [f"{symbol} = {value}" for symbol, value in self.definitions.items()]
        return "\n".join([super().__repr__(), *(["with", *lines] if lines else [])])

    def latex_rows(self) -> list[str]:
        """Return the terms, and then the definitions, as rows of `aligned`."""
        rows = [rf"&{latex(s)} = {latex(value)}" for s, value in self.definitions.items()]
        return [*super().latex_rows(), *rows]

    def _collected(self, total: Expr) -> Expr:
        """Return a sum with what multiplies the same determinants and populations in factors.

        What cancels between elements then cancels on paper, as Δ/Γ digits of the first harmonic do.
        """
        if not self._weights:
            return total
        groups: dict[tuple[Expr, bool], dict[Expr, Expr]] = {}
        for term in _products(total, self._weights):
            unit, rest = term.as_independent(*self._weights, as_Add=False)
            weight, below = rest.as_independent(*self._determinants, as_Add=False)
            key = weight, unit.has(S.ImaginaryUnit)
            group = groups.setdefault(key, {})
            group[below] = group.get(below, S.Zero) + unit.xreplace({S.ImaginaryUnit: S.One})
        parts = {False: S.Zero, True: S.Zero}
        for (weight, is_imaginary), group in groups.items():
            parts[is_imaginary] += weight * self._merged(group)
        return factor_terms(parts[False]) + S.ImaginaryUnit * factor_terms(parts[True])

    def _merged(self, fractions: Mapping[Expr, Expr]) -> Expr:
        """Return Σ numerator/determinant, each difference turned into one fraction if it can be.

        A sum of rates less fractions, a + b − c/D, is (aD − c)/D + b where aD − c has one sign.
        """
        whole = fractions.get(S.One, S.Zero)
        sign = -1 if whole.could_extract_minus_sign() else 1
        sums = {s: v for s, v in self.definitions.items() if s not in self._weights}
        every = Add.make_args(expand(sign * whole.xreplace(sums)))
        pieces, merged = list(every), []
        for below, above in fractions.items():
            if below == 1:
                continue
            above = expand(sign * above)
            determinant = (1 / below).xreplace(self.definitions)
            for piece in pieces:
                total = expand(piece * determinant + above)
                if not _is_positive(above) and _is_positive(total):
                    pieces.remove(piece)
                    merged.append(factored(total) * below)
                    break
            else:
                merged.append(factored(above) * below)
        if len(pieces) == len(every):  # nothing was joined: the sums keep their symbols
            pieces = [factored(sign * whole)]
        return sign * Add(*pieces, *merged)

    @property
    def named(self) -> "ExactState":
        """The state with one symbol for each population and each part of a coherence."""
        definitions, values = dict(self.definitions), {}
        for ket, bra in self:
            if (ket, bra) in values:
                continue
            x, y = real_imag(self[ket, bra])
            whole = S.Zero
            for part, value, unit in (("re", x, S.One), ("im", y, S.ImaginaryUnit)):
                if value != 0:
                    symbol = _element_symbol(part, ket, bra)
                    definitions[symbol] = value
                    whole += unit * symbol
            scale = self._scale((ket, bra))
            values[ket, bra], values[bra, ket] = whole / scale, conjugate(whole) / scale
        return ExactState(self.spins, values, definitions)

    def renamed(self, names: Mapping[Symbol, Symbol]) -> "ExactState":
        """Return the state with other symbols for some of its definitions."""
        definitions = {names.get(s, s): v.xreplace(names) for s, v in self.definitions.items()}
        values = {e: value.xreplace(names) for e, value in self.values_unnormalised.items()}
        return ExactState(self.spins, values, definitions)

    @property
    def written_out(self) -> "ExactState":
        """The state without definitions."""
        values = {
            element: substituted(value, self.definitions)
            for element, value in self.values_unnormalised.items()
        }
        return ExactState(self.spins, values, {})


def ket_name(ket: Ket) -> str:
    """Return an identifier's part that names a ket, such as 1_m1."""
    return "_".join(str(m).replace("-", "m").replace("/", "h") for m in ket)


def ket_label(ket: Ket) -> str:
    """Return a ket as an index, with bars over what is negative."""
    if not all(m.is_Integer for m in ket):
        return rf"({ket_latex(ket)})"
    return "".join(rf"\bar{{{-m}}}" if m < 0 else str(m) for m in ket)


def _is_positive(total: Expr) -> bool:
    return not any(term.could_extract_minus_sign() for term in Add.make_args(total))


def _degree(polynomial: Expr) -> int:
    return int(Poly(polynomial).total_degree()) if polynomial.free_symbols else 0


def _products(total: Expr, weights: set[Symbol]) -> list[Expr]:
    """Return the terms of a sum, with sums of complex numbers and of weights multiplied out."""
    terms = []
    for term in Add.make_args(total):
        factors = Mul.make_args(term)
        mixed = [f for f in factors if isinstance(f, Add) and f.has(S.ImaginaryUnit, *weights)]
        if mixed:
            rest = Mul(*(f for f in factors if f is not mixed[0]))
            terms += [piece for t in mixed[0].args for piece in _products(rest * t, weights)]
        else:
            terms.append(term)
    return terms


def _element_symbol(part: str, ket: Ket, bra: Ket) -> Symbol:
    """Return the symbol of a population, or of Re or Im ⟨ket|ρ|bra⟩."""
    first, second = ket_name(ket), ket_name(bra)
    if ket == bra:
        meaning = f"population of |{','.join(map(str, ket))}⟩"
        return declare(f"p_{first}", f"p_{{{ket_latex(ket)}}}", meaning, nonnegative=True)
    prime, words = {"re": ("'", "real"), "im": ("''", "imaginary")}[part]
    meaning = f"{words} part of ⟨{','.join(map(str, ket))}|ρ|{','.join(map(str, bra))}⟩"
    return declare(
        f"{part}_{first}_{second}",
        rf"{{\rho{prime}}}_{{{ket_label(ket)},{ket_label(bra)}}}",
        meaning,
        real=True,
    )


def factored(polynomial: Expr) -> Expr:
    """Return a polynomial as a product; a long one is left as a sum times what its terms share."""
    if polynomial == 0:
        return S.Zero
    if max(len(Add.make_args(factor)) for factor in Mul.make_args(polynomial)) > LONGEST:
        return factor_terms(polynomial)
    state = rng.getstate()  # unlucky numbers in SymPy's search cost minutes: the same ones always
    rng.seed(1)
    try:
        number, factors = factor_list(polynomial)
    finally:
        rng.setstate(state)
    return Mul(number, *(base**power for base, power in factors))
