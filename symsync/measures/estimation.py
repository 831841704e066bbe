"""Fisher information: how well a state tells a phase or a parameter, and a distribution its turn.

At weak coupling ρ₀ has the populations p, M = ρ₂ − ρ₁ρ₀⁻¹ρ₁ between the kets that it leaves empty,
and F[M, ∂M] is as in `BlockInformation`.  A phase, that of an operator with the eigenvectors |m⟩
and eigenvalues o, has at second order Σ_{a<b} 4(o_a − o_b)²|ρ₁,ab|²/(p_a + p_b) + F[M, −i[O, M]],
where a or b is occupied.  The strength of a coupling has Σ 2|∂ρ₁,ab|²/(p_a + p_b) + F[M, ∂M] in the
limit, Σ_{a<b} 4|∂ρ₁,ab|²/(p_a + p_b) of coherences alone; at no coupling at all, what empty kets
give is lost.  See `derivations/weak_coherence.py`.
"""

from collections.abc import Mapping
from typing import Any

from sympy import Add, Expr, I, S, Symbol, pi, sqrt, together

from symsync.derive.corrections import Series
from symsync.derive.state import Element, State, require_density, require_sites
from symsync.expressions.complex_parts import modulus, real_imag
from symsync.expressions.definitions import derivative
from symsync.expressions.spectral import BlockInformation, WaveInformation
from symsync.expressions.zeros import independent_rows, vanishes
from symsync.measures.bipartition import blocks_of, parts_of_block, real_part
from symsync.measures.phase_locking import phase_combination_harmonics
from symsync.measures.weak_coupling import (
    between_empty_kets,
    occupied,
    require_begins_as_state,
    require_no_order,
    require_order,
    second_order_between_empty_kets,
)
from symsync.model.spin import Ket, is_hermitian, on_kets, squared_norm

__all__ = ["fisher_information", "quantum_fisher_information"]

Elements = Mapping[Element, Expr]


def quantum_fisher_information(
    state: State | Series,
    operator: Any = None,
    *,
    parameter: str | Symbol | None = None,
    order: int | None = None,
) -> Expr:
    """Return F = Σ 2|⟨j|∂ρ|k⟩|²/(p_j + p_k), with the eigenvalues p and eigenvectors |k⟩ of ρ.

    An estimate from n measurements has a variance of 1/nF or more (Braunstein and Caves, PRL 72,
    3439).  Of the phase φ that e^{−iφO} imprints, ∂ρ is −i[O, ρ], and
    F = 2Σ(p_j − p_k)²/(p_j + p_k) |⟨j|O|k⟩|².  See `symsync.measures.estimation` for weak limits.

    Parameters
    ----------
    state
        A state, or a series if the first term of the expansion of F in the coupling is wanted.
    operator
        A Hermitian polynomial in `S_z`, `S_plus`, `S_minus` of the sites, of a phase.
    parameter
        A symbol of the state, or its name, instead of an operator.
    order
        For a series, 2 with an operator that is diagonal in |m⟩, or 0 with a coupling's strength.

    Returns
    -------
    Expr
        A real number; of a parameter, in units of its inverse square.

    Raises
    ------
    ValueError
        If not one of `operator`, which is Hermitian, and `parameter` is given, or if `order` is
        missing for a series or given for a state.
    NotImplementedError
        If the order is not known, ρ₀ has coherences, or a shared jump fills empty kets of ρ₀.

    Examples
    --------
    >>> from sympy import symbols
    >>> from symsync import Drive, S_z, System, gain_and_loss, quantum_fisher_information
    >>> from symsync import steady_series
    >>> g, d, f = symbols("g d f", positive=True)
    >>> series = steady_series(System({"A": gain_and_loss(g, d)}, [Drive("A", f)]))
    >>> quantum_fisher_information(series, S_z("A"), order=2).factor()
    4*f**2*(d - g)**2/(d + g)**4
    >>> quantum_fisher_information(series, parameter="f", order=0).subs({g: 1, d: 3})
    1/16
    """
    _require_one(operator, parameter)
    if isinstance(state, Series):
        known = (0,) if operator is None else (2,)
        require_order("quantum_fisher_information", order, known)
        return _of_strength(state, parameter) if operator is None else _of_phase(state, operator)
    require_no_order(order)
    state = require_density("quantum_fisher_information", state)
    elements = dict(state.items())
    if operator is not None:
        return _information(elements, _turned(elements, _hermitian(operator, state)))
    return _information(elements, _slopes(elements, _symbol(parameter, [state])))


def _require_one(operator: Any, parameter: Any) -> None:
    if (operator is None) == (parameter is None):
        raise ValueError(
            "Either `operator` or `parameter` must be given, the other left out, but are "
            f"{operator!r} and {parameter!r}. Write S_z('a') of a site, or parameter='epsilon'."
        )


def _information(matrix: Elements, slopes: Elements) -> Expr:
    """Return the sum over the blocks that neither the matrix nor its derivative connects."""
    blocks = blocks_of({**matrix, **slopes})
    found = {ket for element in slopes for ket in element}
    return Add(
        *(
            BlockInformation.from_entries(
                parts_of_block(matrix, block), parts_of_block(slopes, block)
            )
            for block in blocks
            if found & {*block}
        )
    )


def _of_phase(series: Series, operator: Any) -> Expr:
    """Return the term Σ_{a<b} 4(o_a − o_b)²|ρ₁,ab|²/(p_a + p_b) + F[M, −i[O, M]] of second order.

    O is diagonal with the numbers o, a or b is occupied by ρ₀ with the populations p, and M is
    ρ₂ − ρ₁ρ₀⁻¹ρ₁ between the kets that ρ₀ leaves empty.
    """
    generator = _hermitian(operator, series[0])
    if any(a != b for a, b in generator):
        raise NotImplementedError(
            "The second order is that of a phase whose operator is diagonal in |m⟩, such as S_z. "
            "Take quantum_fisher_information of exact_state(system), or of series[0]."
        )
    p, mixed = _populations_and_mixture(series)
    steps = _turned(series[1], generator)
    return Add(*_with_occupied(p, steps), _information(mixed, _turned(mixed, generator)))


def _of_strength(series: Series, parameter: Any) -> Expr:
    """Return the limit Σ 2|∂ρ₁,ab|²/(p_a + p_b) + F[M, ∂M], with M as in `_of_phase`.

    If all couplings grow with the parameter, M with its square, this is the sum over occupied kets
    alone and 2∂²ρ₂,qq for each empty one.  It is the limit at a small coupling: without any, what
    empty kets give is lost.  About a ρ₀ with coherences that leaves nothing empty it is F[ρ₀, ∂ρ₁].
    """
    require_begins_as_state(series)
    symbol = _symbol(parameter, [series[1], series[2]])
    if any(symbol in value.free_symbols for value in series[0].values()):
        raise ValueError(
            f"Argument `parameter` must be the strength of a weak coupling, but {symbol} is one of "
            "the free state. Take quantum_fisher_information of exact_state(system)."
        )
    steps = _slopes(series[1], symbol)
    if any(a != b for a, b in series[0]) and _is_full(series[0]):
        return _information(dict(series[0].items()), steps)
    p, mixed = _populations_and_mixture(series)
    if not (_grows_as(1, symbol, series[1]) and _grows_as(2, symbol, mixed)):
        return Add(*_with_occupied(p, steps), _information(mixed, _slopes(mixed, symbol)))
    inner = {(a, b): value for (a, b), value in steps.items() if a in p and b in p}
    second = [real_part(v) for (a, b), v in series[2].items() if a == b and a not in p]
    bent = (2 * derivative(derivative(value, symbol), symbol) for value in second)
    return Add(*_with_occupied(p, inner), *bent)


def _is_full(state: State) -> bool:
    """Whether all eigenvalues of a state are positive."""
    rows = state.matrix().tolist()
    return len(independent_rows(rows)) == len(rows)


def _with_occupied(p: Mapping[Ket, Expr], steps: Elements) -> list[Expr]:
    """Return the terms 2|∂ρ_ab|²/(p_a + p_b) where a or b is occupied."""
    return [
        2 * modulus(value) ** 2 / together(p.get(a, S.Zero) + p.get(b, S.Zero))
        for (a, b), value in steps.items()
        if a in p or b in p
    ]


def _populations_and_mixture(series: Series) -> tuple[dict[Ket, Expr], dict[Element, Expr]]:
    """Return the populations of ρ₀, and M."""
    p = occupied(series)
    if between_empty_kets(p, series[1]):
        raise NotImplementedError(
            "A shared jump populates at first order what the free state leaves empty, and the "
            "information begins there. Take quantum_fisher_information of exact_state(system)."
        )
    return p, second_order_between_empty_kets(p, series[1], series[2])


def _slopes(elements: Elements, symbol: Symbol) -> dict[Element, Expr]:
    """Return the derivatives of elements that are not zero."""
    found = {element: derivative(value, symbol) for element, value in elements.items()}
    return {element: value for element, value in found.items() if not vanishes(value)}


def _grows_as(power: int, symbol: Symbol, elements: Elements) -> bool:
    """Whether all elements are this power of a symbol times what does not depend on it."""
    return all(vanishes(symbol * derivative(v, symbol) - power * v) for v in elements.values())


def _turned(elements: Elements, operator: Elements) -> dict[Element, Expr]:
    """Return the elements of −i[O, ρ] that are not zero."""
    rows: dict[Ket, list[tuple[Ket, Expr]]] = {}
    for (a, b), value in operator.items():
        rows.setdefault(b, []).append((a, value))
    weights: dict[Element, dict[Element, Expr]] = {}
    for ket, bra in elements:
        for other, value in rows.get(ket, ()):
            own = weights.setdefault((other, bra), {})
            own[ket, bra] = own.get((ket, bra), S.Zero) - I * value
        for other, value in rows.get(bra, ()):  # ⟨bra|O = Σ ⟨other|O|bra⟩*⟨other|
            own = weights.setdefault((ket, other), {})
            own[ket, bra] = own.get((ket, bra), S.Zero) + I * value.conjugate()
    sums = {
        element: Add(*(weight * elements[source] for source, weight in own.items()))
        for element, own in weights.items()
    }
    return {element: value for element, value in sums.items() if not vanishes(value)}


def _hermitian(operator: Any, state: State) -> dict[Element, Expr]:
    """Return the elements of a Hermitian operator in the orthonormal basis."""
    infinite = isinstance(operator, Expr) and operator.has(S.NaN, S.Infinity, S.NegativeInfinity)
    if infinite or not is_hermitian(operator, state.spins):
        raise ValueError(
            f"Argument `operator` must be finite and Hermitian, but is {operator}. Add its adjoint."
        )
    sizes = list(state.spins.values())
    return {
        (a, b): value * sqrt(squared_norm(a, sizes) / squared_norm(b, sizes))
        for b, image in on_kets(operator, state.spins).items()
        for a, value in image.items()
    }


def _symbol(parameter: Any, states: list[State]) -> Symbol:
    """Return the real parameter that is meant, or say which there are."""
    values = [value for state in states for value in state.values()]
    known = sorted(set().union(*(value.free_symbols for value in values)), key=str)
    is_name = isinstance(parameter, str | Symbol)
    named = [s for s in known if is_name and s.is_extended_real and parameter in (s, s.name)]
    if not named:
        raise ValueError(
            f"Argument `parameter` must be a real parameter of the state, but is {parameter!r}. "
            f"Choose among {', '.join(s.name for s in known if s.is_extended_real)}."
        )
    return named[0]


def fisher_information(
    state: State | Series,
    a: str | int,
    b: str | int | None = None,
    *,
    kind: str = "husimi",
    order: int | None = None,
) -> Expr:
    """Return ∫ (p′)²/p dφ of the distribution p of the phase of one site, or of φ_a − φ_b.

    A draw from p tells so well by which angle p was turned: no better than any measurement, see
    `quantum_fisher_information`, of S^z of site a.  A lone harmonic, p = (1 + c cos kφ)/2π, has
    k²(1 − √(1 − c²)), and a weak p = (1 + 2Re Σ z_k e^{ikφ})/2π has 2Σ k²|z_k|².

    Parameters
    ----------
    state
        A state, or a series if the term of second order in the coupling is wanted.
    a, b
        Labels of two sites for their relative phase, or of one site for its own.
    kind
        "husimi", "oscillator" or "canonical"; see `phase_distribution`.
    order
        The order of that term, 2, for a series only.

    Returns
    -------
    Expr
        A real number in 1/rad².

    Raises
    ------
    ValueError
        If `a` and `b` are not two sites of a state, or `order` is missing or one too many.
    NotImplementedError
        If another order is asked for, or ρ₀ has coherences.

    Examples
    --------
    >>> from sympy import Rational
    >>> from symsync import Drive, System, exact_state, fisher_information, gain_and_loss
    >>> driven = exact_state(System({"A": gain_and_loss(2, 1)}, [Drive("A", Rational(3, 2))]))
    >>> fisher_information(driven, "A", kind="canonical").simplify()
    1 - sqrt(77)/9
    """
    if isinstance(state, Series):
        require_order("fisher_information", order, (2,))
        occupied(state)
        z = _harmonics(state[1], a, b, kind)
        return Add(*(2 * k**2 * modulus(value) ** 2 for k, value in z.items()))
    require_no_order(order)
    state = require_density("fisher_information", state)
    z = _harmonics(state, a, b, kind)
    if len(z) == 1:
        ((k, value),) = z.items()
        c = 2 * modulus(value)
        return k**2 * c**2 / (1 + sqrt(1 - c**2))
    last = int(max(z, default=0))
    parts = [part for k in range(1, last + 1) for part in real_imag(2 * z.get(k, S.Zero))]
    return WaveInformation(*parts) if z else S.Zero


def _harmonics(state: State, a: str | int, b: str | int | None, kind: str) -> dict[Any, Expr]:
    """Return {k: z_k} of p(φ) = (1 + 2Re Σ_{k>0} z_k e^{ikφ})/2π."""
    first = require_sites("a", [a], state.spins)[0]
    numbers = {first: 1}
    if b is not None:
        second = require_sites("b", [b], state.spins)[0]
        if second == first:
            raise ValueError(f"A relative phase needs two sites, but both are {a!r}. Name another.")
        numbers[second] = -1
    found = phase_combination_harmonics(state, numbers, kind=kind)
    return {k: 2 * pi * value for k, value in found.items() if k > 0 and not vanishes(value)}
