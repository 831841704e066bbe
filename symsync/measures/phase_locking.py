"""Distributions of phases and of relative phases, and their maxima: Eq. (3).

Every distribution is a linear functional of the state and returns a real SymPy expression.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sympy import (
    Add,
    Expr,
    I,
    Integer,
    Mul,
    Rational,
    binomial,
    cos,
    exp,
    factor_terms,
    pi,
    sin,
)

from symsync.derive.state import Element, State, require_sites, require_state
from symsync.expressions.checks import real
from symsync.expressions.complex_parts import Re, real_imag, scaled_parts
from symsync.expressions.divided_differences import DividedDifference
from symsync.expressions.symbols import phi as relative_phase
from symsync.expressions.symbols import t as time
from symsync.measures.phase_weights import weights_of
from symsync.model.spin import Ket

__all__ = [
    "S_rel",
    "phase_combination",
    "phase_combination_harmonics",
    "phase_density",
    "phase_distribution",
    "relative_phase_harmonics",
    "wave",
    "weight",
]


def weight(spins: Sequence[Rational], ket: Ket, bra: Ket, kind: str = "husimi") -> Expr:
    """Return Π_j c_{m_j m_j′}, by which a matrix element enters the joint distribution of phases.

    The element is that of a `State`, which belongs to the orthonormal basis.
    """
    of_site = weights_of(kind)
    factors = [
        of_site(spin, m, m_prime)
        * binomial(2 * spin, spin + m)
        * binomial(2 * spin, spin + m_prime)
        for spin, m, m_prime in zip(spins, ket, bra, strict=True)
    ]
    return Mul(*factors)


def _harmonics(state: State, kind: str, *numbers: int) -> dict[Rational, Expr]:
    """Return {k: c_k} with the distribution Σ_k c_k e^{ikψ} of ψ = Σ_j n_j φ_j.

    An element contributes to k if its changes of m are k times the `numbers` n_j, none of them 0.
    """
    spins = list(state.spins.values())
    weights: dict[Rational, dict[Element, Expr]] = defaultdict(dict)
    for ket, bra in state:
        changes = [a - b for a, b in zip(ket, bra, strict=True)]
        k = changes[0] / numbers[0]
        if k.is_Integer and changes == [k * number for number in numbers]:
            entry = weight(spins, ket, bra, kind)
            weights[k][ket, bra] = (2 * pi) ** (len(numbers) - 1) * entry
    return {k: factor_terms(state.functional(found)) for k, found in weights.items()}


def _pair(state: State, a: str | int | None, b: str | int | None) -> tuple[str, str]:
    """Return the two sites of a relative phase; a state of two sites needs no labels."""
    labels = list(require_state(state).spins)
    if a is None and b is None and len(labels) == 2:
        return labels[0], labels[1]
    if len(labels) == 1:
        raise ValueError(
            f"A relative phase needs a state of two sites, but `state` has {labels[0]} alone. "
            f"Write phase_distribution(state, {labels[0]!r}) for the phase of one."
        )
    if a is None or b is None:
        example = ", ".join(map(repr, labels[:2]))
        raise ValueError(
            f"Arguments `a` and `b` must name two sites among {', '.join(labels)}, but are {a!r} "
            f"and {b!r}. Write S_rel(state, {example})."
        )
    first, second = (require_sites(name, [x], labels)[0] for name, x in (("a", a), ("b", b)))
    if first == second:
        raise ValueError(f"A relative phase needs two sites, but both are {a!r}. Name another.")
    return first, second


def relative_phase_harmonics(
    state: State, a: str | int | None = None, b: str | int | None = None, *, kind: str = "husimi"
) -> dict[Rational, Expr]:
    """Return {k: c_k} for k ≥ 0, with P(φ_a − φ_b = φ) = c_0 + 2 Re Σ_{k>0} c_k e^{ikφ}.

    Parameters
    ----------
    state
        Any state of the package; sites other than `a` and `b` are traced out.
    a, b
        Labels of two sites; a state of two sites needs none.
    kind
        "husimi", "oscillator" or "canonical"; see `phase_distribution`.

    Returns
    -------
    dict
        The complex c_k; harmonics without an element are left out.

    Raises
    ------
    ValueError
        If `state` is no state, or `a` and `b` are not two of its sites.

    Examples
    --------
    >>> from symsync import relative_phase_harmonics, spin_pair, steady_series
    >>> list(relative_phase_harmonics(steady_series(spin_pair())[1]))
    [1]
    """
    first, second = _pair(state, a, b)
    return phase_combination_harmonics(state, {first: 1, second: -1}, kind=kind)


def phase_combination_harmonics(
    state: State, numbers: Mapping[Any, int], *, kind: str = "husimi"
) -> dict[Rational, Expr]:
    """Return {k: c_k} for k ≥ 0, with P(ψ) = c_0 + 2 Re Σ_{k>0} c_k e^{ikψ} of ψ = Σ_j n_j φ_j."""
    reduced, *used = _combined(state, numbers)
    found = _harmonics(reduced, kind, *used)
    return {k: value for k, value in sorted(found.items()) if k >= 0}


def phase_combination(
    state: State,
    numbers: Mapping[Any, int],
    phi: Expr = relative_phase,
    *,
    kind: str = "husimi",
) -> Expr:
    """Return the distribution of ψ = Σ_j n_j φ_j less 1/2π, such as of φ_A + φ_B − 2φ_C.

    Elements ⟨m|ρ|m′⟩ with m_j − m_j′ = k n_j give the harmonic e^{ikψ}; see `phase_weight`.

    Parameters
    ----------
    state
        Any state of the package.
    numbers
        {site: n_j}, integers that are not all zero; sites that are left out are traced out.
    phi
        The symbol of the angle ψ in rad.
    kind
        "husimi", "oscillator" or "canonical"; see `phase_distribution`.

    Returns
    -------
    Expr
        A real density per rad.

    Raises
    ------
    ValueError
        If `state`, `numbers`, `phi` or `kind` is not such a value, or the state holds `phi`.

    Examples
    --------
    >>> from symsync import phase_combination, spin_pair, steady_series
    >>> phase_combination(steady_series(spin_pair())[1], {"A": 1, "B": 1})
    0
    """
    return _distribution(phase_combination_harmonics(state, numbers, kind=kind), _angle(phi))


def _combined(state: State, numbers: Any) -> tuple[Any, ...]:
    """Return the reduced state of the sites with n_j ≠ 0, and these n_j."""
    state = require_state(state)
    is_map = isinstance(numbers, Mapping) and all(
        isinstance(n, int | Integer) and not isinstance(n, bool) for n in numbers.values()
    )
    if not (is_map and any(numbers.values()) and {*map(str, numbers)} <= {*state.spins}):
        raise ValueError(
            "Argument `numbers` must map sites to integers that are not all zero, for sites among "
            f"{', '.join(state.spins)}, but is {numbers!r}. Write {{'A': 1, 'B': 1, 'C': -2}} for "
            "φ_A + φ_B − 2φ_C."
        )
    used = {str(site): int(n) for site, n in numbers.items() if n}
    reduced = state if list(used) == list(state.spins) else state.partial_trace(*used)
    return reduced, *used.values()


def _distribution(harmonics: dict[Rational, Expr], phi: Expr) -> Expr:
    """Return 2 Re Σ_{k>0} c_k e^{ikφ}; measures subtract the harmonic k = 0, which is Tr ρ/2π."""
    inside = set().union(*(value.free_symbols for value in harmonics.values()))
    if inside & phi.free_symbols:
        raise ValueError(
            f"Argument `phi` must be a symbol that the state does not hold, but is {phi}. "
            "Choose another name."
        )
    return Add(*(wave(value, k * phi) for k, value in harmonics.items() if k > 0))


def wave(value: Expr, angle: Expr) -> Expr:
    """Return 2 Re(c e^{iα}) in real functions."""
    return Add(*(_oscillation(2 * term, angle) for term in _summands(value)))


def _summands(value: Expr) -> Iterator[Expr]:
    """Return the terms of a sum, with sums of constant phases e^{iχ} multiplied out."""
    for term in Add.make_args(value):
        factors = list(Mul.make_args(term))
        sums = [f for f in factors if isinstance(f, Add) and any(map(_is_phase, f.atoms(exp)))]
        if not sums:
            yield term
            continue
        factors.remove(sums[0])
        for part in sums[0].args:
            yield from _summands(Mul(*factors, part))


def _is_phase(factor: Expr) -> bool:
    return not factor.has(time)


def _oscillation(term: Expr, angle: Expr) -> Expr:
    """Return Re(c e^{iα}) in real functions, or as `Re` if c holds complex symbols or times."""
    real, rest = _split(term, lambda factor: factor.is_extended_real)
    if all(isinstance(factor, exp) for factor in Mul.make_args(rest)):
        growth, shift = real_imag(Add(*(factor.args[0] for factor in Mul.make_args(rest))))
        return real * exp(growth) * cos(angle + shift)
    if rest.has(DividedDifference) or any(not s.is_real for s in rest.free_symbols):
        number, product = term.as_coeff_Mul()
        size, rest = _split(product, lambda factor: factor.is_extended_nonnegative)
        return abs(number) * size * Re(Mul(number / abs(number), exp(I * angle), rest))
    phase, rest = _split(term, lambda factor: isinstance(factor, exp))
    shift = Add(*(factor.args[0] for factor in Mul.make_args(phase) if factor != 1))
    angle = angle + real_imag(shift)[1]
    scale, sign, x, y = scaled_parts(rest)
    return Mul(scale, sign, x * cos(angle) - y * sin(angle))


def _split(term: Expr, belongs: Callable[[Expr], Any]) -> tuple[Expr, Expr]:
    factors = Mul.make_args(term)
    return (
        Mul(*(factor for factor in factors if belongs(factor))),
        Mul(*(factor for factor in factors if not belongs(factor))),
    )


def phase_distribution(
    state: State, site: str | int, phi: Expr = relative_phase, *, kind: str = "husimi"
) -> Expr:
    """Return by how much the phase distribution of one site exceeds the uniform one, p(φ) − 1/2π.

    This is the Letter's p_j; `phase_density` is p(φ) itself.

    Parameters
    ----------
    state
        Any state of the package; other sites are traced out.
    site
        The label of the site.
    phi
        The symbol of the phase in rad.
    kind
        "husimi", the weights `phase_weight` of the coherent states of a spin; "oscillator", those
        Γ(1+(n+n′)/2)/(2π√(n!n′!)) of |α⟩, with n = S+m; or "canonical", 1/2π for each element, so
        that p(φ) = ⟨φ|ρ|φ⟩ with |φ⟩ = Σ_m e^{−imφ}|m⟩/√2π.

    Returns
    -------
    Expr
        A real density per rad.

    Raises
    ------
    ValueError
        If `state` is no state, `site` is none of its sites, or the state holds `phi` already.

    Examples
    --------
    >>> from symsync import phase_distribution, spin_pair, steady_series
    >>> phase_distribution(steady_series(spin_pair())[1], "A")
    0
    """
    state = require_state(state)
    reduced = state.partial_trace(*require_sites("site", [site], state.spins))
    harmonics = _harmonics(reduced, kind, 1)
    return _distribution({k: value for k, value in harmonics.items() if k >= 0}, _angle(phi))


def phase_density(
    state: State, site: str | int, phi: Expr = relative_phase, *, kind: str = "husimi"
) -> Expr:
    """Return p(φ) = ∫ dθ sinθ Q(θ, φ) of one site, which integrates to the trace of the state.

    `phase_distribution` is p(φ) − 1/2π.

    Parameters
    ----------
    state
        Any state of the package; other sites are traced out.
    site
        The label of the site.
    phi
        The symbol of the phase in rad.
    kind
        "husimi", "oscillator" or "canonical"; see `phase_distribution`.

    Returns
    -------
    Expr
        A real density per rad.

    Raises
    ------
    ValueError
        If `state` is no state, `site` is none of its sites, or the state holds `phi` already.

    Examples
    --------
    >>> from symsync import phase_density, spin_pair, steady_series
    >>> phase_density(steady_series(spin_pair())[0], "A")
    1/(2*pi)
    """
    state = require_state(state)
    return phase_distribution(state, site, phi, kind=kind) + state.trace() / (2 * pi)


def S_rel(
    state: State,
    a: str | int | None = None,
    b: str | int | None = None,
    phi: Expr = relative_phase,
    *,
    kind: str = "husimi",
) -> Expr:
    """Return the distribution of the relative phase φ = φ_a − φ_b less 1/2π, the Letter's Eq. (3).

    Parameters
    ----------
    state
        Any state of the package; sites other than `a` and `b` are traced out.
    a, b
        Labels of two sites; a state of two sites needs none.
    phi
        The symbol of the relative phase in rad.
    kind
        "husimi", "oscillator" or "canonical"; see `phase_distribution`.

    Returns
    -------
    Expr
        A real density per rad.

    Raises
    ------
    ValueError
        If `state` is no state, `a` and `b` are not two of its sites, or the state holds `phi`.

    Examples
    --------
    >>> from symsync import S_rel, spin_pair, steady_series
    >>> S_rel(steady_series(spin_pair())[0])
    0
    """
    return _distribution(relative_phase_harmonics(state, a, b, kind=kind), _angle(phi))


def _angle(phi: Any) -> Expr:
    return real("phi", phi)
