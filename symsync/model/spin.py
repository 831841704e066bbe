"""Exact operators and kets of a spin S.

Operators are non-commutative SymPy atoms.  `S_plus("A") * S_minus("B")` acts on the sites A and
B, whatever their spins; it becomes numbers only when it acts on a ket.

Calculations use unnormalised kets |m) = √C(2S, S+m) |m⟩, in which S^+ |m) = (S+m+1) |m+1) and
S^- |m) = (S−m+1) |m−1).  Square roots appear only in the physical matrix elements of
ρ = Σ r |k)(b|, which are ⟨k|ρ|b⟩ = r √((k|k)(b|b)).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from sympy import (
    Add,
    Expr,
    ImmutableMatrix,
    Mul,
    Rational,
    S,
    binomial,
    conjugate,
    expand,
    sqrt,
)
from sympy.core.symbol import Str

from symsync.expressions.checks import half_integer, number
from symsync.expressions.symbols import site_latex
from symsync.expressions.zeros import vanishes

__all__ = [
    "Ket",
    "S_minus",
    "S_plus",
    "S_z",
    "SpinOperator",
    "Transition",
    "Word",
    "adjoint",
    "as_spin",
    "is_hermitian",
    "is_ladder",
    "matrix",
    "on_kets",
    "product_kets",
    "projections",
    "squared_norm",
    "transition",
    "words",
]

Ket = tuple[Rational, ...]
Word = tuple["SpinOperator", ...]


LARGEST = 500
"""The largest S: its 1001 levels are more than any formula can hold."""


def as_spin(spin: Any) -> Rational:
    """Return `spin` as an exact positive multiple of 1/2, or raise `ValueError`."""
    try:
        exact = half_integer("spin", spin)
    except ValueError:
        exact = Rational(0)
    if exact > LARGEST:
        raise ValueError(f"Argument `spin` must be at most {LARGEST}, as larger ones take hours.")
    if exact <= 0:
        raise ValueError(
            f"Argument `spin` must be a positive multiple of 1/2, but is {spin!r}. "
            "For the Letter's model use spin 1."
        )
    return exact


def projections(spin: Any) -> tuple[Rational, ...]:
    """Return m = S, S−1, …, −S, the order of every basis in this package."""
    top = as_spin(spin)
    return tuple(top - k for k in range(int(2 * top) + 1))


class SpinOperator(Expr):
    """A ladder operator of one site; `operator("A")` puts it on site A."""

    is_commutative = False
    name: ClassVar[str]
    symbol: ClassVar[str]

    def __new__(cls, site: str | Str = "") -> "SpinOperator":
        """Make the operator of a site, or an operator without a site."""
        return Expr.__new__(cls, Str(str(site)))

    def __call__(self, site: str | int) -> "SpinOperator":
        """Return the same operator on `site`."""
        return self.func(*self.args[:-1], site)

    @property
    def site(self) -> str:
        """The label of the site; it is empty for an operator without a site."""
        return str(self.args[-1])

    def on(self, m: Rational, spin: Rational) -> tuple[Rational, Expr] | None:
        """Return (m′, c) with O|m) = c|m′), or None if O|m) vanishes."""
        raise NotImplementedError

    def adjoint(self) -> "SpinOperator":
        """Return O†."""
        raise NotImplementedError

    def _eval_adjoint(self) -> "SpinOperator":
        return self.adjoint()

    def _sympystr(self, printer: Any) -> str:
        return f"{self.name}({self.site!r})" if self.site else self.name

    def _latex(self, printer: Any) -> str:
        return f"{self.symbol}_{{{site_latex(self.site)}}}" if self.site else self.symbol


class _Raise(SpinOperator):
    name = "S_plus"
    symbol = "S^+"

    def on(self, m: Rational, spin: Rational) -> tuple[Rational, Expr] | None:
        return None if m == spin else (m + 1, spin + m + 1)

    def adjoint(self) -> SpinOperator:
        return _Lower(self.site)


class _Lower(SpinOperator):
    name = "S_minus"
    symbol = "S^-"

    def on(self, m: Rational, spin: Rational) -> tuple[Rational, Expr] | None:
        return None if m == -spin else (m - 1, spin - m + 1)

    def adjoint(self) -> SpinOperator:
        return _Raise(self.site)


class _Project(SpinOperator):
    name = "S_z"
    symbol = "S^z"

    def on(self, m: Rational, spin: Rational) -> tuple[Rational, Expr] | None:
        return (m, m) if m else None

    def adjoint(self) -> SpinOperator:
        return self


class Transition(SpinOperator):
    """|m′⟩⟨m| of one site, for limit cycles that no product of S± and S^z describes."""

    def __new__(cls, final: Any, initial: Any, site: str | Str = "") -> "Transition":
        """Make |m′⟩⟨m| with m′ = `final` and m = `initial`."""
        levels = half_integer("final", final), half_integer("initial", initial)
        return Expr.__new__(cls, *levels, Str(str(site)))

    def on(self, m: Rational, spin: Rational) -> tuple[Rational, Expr] | None:
        """Return |m′) with the ratio of the norms if m is the initial level, and None otherwise."""
        final, initial = self.args[:2]
        if m != initial:
            return None
        return final, sqrt(binomial(2 * spin, spin + initial) / binomial(2 * spin, spin + final))

    def adjoint(self) -> SpinOperator:
        """Return |m⟩⟨m′|."""
        final, initial = self.args[:2]
        return Transition(initial, final, self.site)

    def _sympystr(self, printer: Any) -> str:
        placed = f"({self.site!r})" if self.site else ""
        return f"transition({self.args[0]}, {self.args[1]}){placed}"

    def _latex(self, printer: Any) -> str:
        final, initial = (printer.doprint(m) for m in self.args[:2])
        site = f"_{{{site_latex(self.site)}}}" if self.site else ""
        return rf"|{final}\rangle\langle {initial}|{site}"


S_plus = _Raise()
S_minus = _Lower()
S_z = _Project()


def transition(final: Any, initial: Any) -> Transition:
    """Return |m′⟩⟨m| with m′ = `final` and m = `initial`.

    Parameters
    ----------
    final, initial
        Two levels, multiples of 1/2.

    Returns
    -------
    Transition
        An operator without a site; `transition(1, 0)("A")` acts on site A.

    Raises
    ------
    ValueError
        If a level is no multiple of 1/2.

    Examples
    --------
    >>> from symsync import matrix, transition
    >>> matrix(transition(1, -1), 1).tolist()
    [[0, 0, 1], [0, 0, 0], [0, 0, 0]]
    """
    return Transition(final, initial)


def words(operator: Any) -> list[tuple[Expr, Word]]:
    """Return the operator as Σ c·O₁O₂…, a list of coefficients and words of ladder operators.

    It raises `ValueError` if a non-commutative factor is no operator of this module.
    """
    operator = number(operator)
    if not isinstance(operator, Expr):
        raise ValueError(
            f"An operator must be a polynomial in S_plus, S_minus, S_z and transitions, but is "
            f"{operator!r}."
        )
    found = []
    for term in Add.make_args(expand(operator)):
        scalars, factors = term.args_cnc()
        word: list[SpinOperator] = []
        for factor in factors:
            base, power = factor.as_base_exp()
            if not (isinstance(base, SpinOperator) and power.is_Integer and power > 0):
                raise ValueError(
                    "An operator must be a polynomial in S_plus, S_minus, S_z and transitions, "
                    f"but contains {factor}."
                )
            word.extend([base] * int(power))
        found.append((Mul(*scalars), tuple(word)))
    return found


def adjoint(operator: Any) -> Expr:
    """Return O†, for scalars whose symbols are real."""
    return Add(
        *(
            conjugate(scalar) * Mul(*(factor.adjoint() for factor in reversed(word)))
            for scalar, word in words(operator)
        )
    )


def act(word: Word, ket: Ket, sites: Mapping[str, int], spins: Sequence[Rational]) -> Any:
    """Return (ket′, c) with O₁O₂…|ket) = c|ket′), or None if it vanishes."""
    kets = list(ket)
    factor: Expr = S.One
    for operator in reversed(word):
        index = sites[operator.site]
        image = operator.on(kets[index], spins[index])
        if image is None:
            return None
        kets[index], step = image
        factor = factor * step
    return tuple(kets), factor


def product_kets(spins: Iterable[Rational]) -> list[Ket]:
    """Return all kets of some spins, the first varying slowest, every m in descending order."""
    kets: list[Ket] = [()]
    for spin in spins:
        kets = [(*ket, m) for ket in kets for m in projections(spin)]
    return kets


def on_kets(operator: Any, spins: Mapping[str, Rational]) -> dict[Ket, dict[Ket, Expr]]:
    """Return O|ket) for every unnormalised ket as {ket: {ket′: coefficient}}, zeros left out."""
    sites = {site: index for index, site in enumerate(spins)}
    sizes = list(spins.values())
    _require_levels(operator, spins)
    images = {}
    for ket in product_kets(sizes):
        image: dict[Ket, Expr] = {}
        for scalar, word in words(operator):
            hit = act(word, ket, sites, sizes)
            if hit is not None:
                image[hit[0]] = expand(image.get(hit[0], 0) + scalar * hit[1])
        images[ket] = {target: value for target, value in image.items() if value != 0}
    return images


def _require_levels(operator: Any, spins: Mapping[str, Rational]) -> None:
    """Reject operators on unknown sites, and transitions between levels that do not exist."""
    for factor in {factor for _, word in words(operator) for factor in word}:
        if factor.site not in spins:
            known = ", ".join(map(repr, spins))
            raise ValueError(f"The operator {factor} acts on a site that is not among {known}.")
        for m in factor.args[:-1]:
            if m not in projections(spins[factor.site]):
                raise ValueError(
                    f"The operator {factor} names the level m = {m}, which a spin "
                    f"{spins[factor.site]} has not."
                )


def is_ladder(operator: Any, spins: Mapping[str, Rational]) -> bool:
    """Whether O changes the m of every site by the same amount, whatever the ket."""
    shifts = {
        tuple(a - b for a, b in zip(target, ket, strict=True))
        for ket, image in on_kets(operator, spins).items()
        for target in image
    }
    return len(shifts) <= 1


def is_hermitian(operator: Any, spins: Mapping[str, Rational]) -> bool:
    """Whether O = O† on the sites `spins`."""
    difference = on_kets(operator - adjoint(operator), spins)
    return all(vanishes(value) for image in difference.values() for value in image.values())


def matrix(operator: Any, spins: Any) -> ImmutableMatrix:
    """Return the exact matrix of an operator in the orthonormal basis |S⟩ … |−S⟩.

    Parameters
    ----------
    operator
        Expression in `S_plus`, `S_minus`, `S_z` and transitions.
    spins
        The spin of an operator without a site, or {site: spin}; the first site varies slowest.

    Returns
    -------
    ImmutableMatrix
        Shape (d, d) with d the product of the 2S+1.

    Raises
    ------
    ValueError
        If `operator` is no such expression, or `spins` does not fit its sites or levels.

    Examples
    --------
    >>> from symsync import S_plus, matrix
    >>> matrix(S_plus, 1).tolist()
    [[0, sqrt(2), 0], [0, 0, sqrt(2)], [0, 0, 0]]
    """
    placed = spins if isinstance(spins, Mapping) else {"": spins}
    exact = {site: as_spin(spin) for site, spin in placed.items()}
    images = on_kets(operator, exact)
    kets = list(images)
    norm = {ket: squared_norm(ket, list(exact.values())) for ket in kets}
    return ImmutableMatrix(
        len(kets),
        len(kets),
        lambda i, j: images[kets[j]].get(kets[i], S.Zero) * sqrt(norm[kets[i]] / norm[kets[j]]),
    )


def squared_norm(ket: Ket, spins: Iterable[Rational]) -> Expr:
    """Return (m|m), the product of the binomials C(2S, S+m)."""
    return Mul(*(binomial(2 * spin, spin + m) for spin, m in zip(spins, ket, strict=True)))
