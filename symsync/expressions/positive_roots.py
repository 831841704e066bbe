"""Where an algebraic function of a variable reaches a level, in closed form.

A root is given if it is that of a power, or the least positive one of a polynomial of first or
second degree in a power of the variable, or of the only factor that has such roots.  It is written
without cancellation.
"""

from typing import Any

from sympy import (
    Add,
    Dummy,
    Expr,
    Mul,
    Piecewise,
    Poly,
    Pow,
    S,
    Symbol,
    cancel,
    factor,
    factor_list,
    factor_terms,
    fraction,
    igcd,
    nan,
    sqrt,
    together,
)

from symsync.expressions.definitions import NamedExpression

__all__ = ["closed_form"]

LARGEST = 400
"""A ratio of more operations, which would take seconds, is not multiplied out."""

WRITTEN = 2000
"""A formula of more parts that hold the variable is not written without its definitions."""

HIGHEST = 16
"""A polynomial of a higher degree is not factorised."""


def closed_form(value: Expr, level: Expr, variable: Symbol) -> Expr | None:
    """Return the least x > 0 at which an expression is equal to a level, or None.

    Where it is not real or not positive, there is no such x.

    Parameters
    ----------
    value
        An expression in the variable, which may hold definitions.
    level
        An expression without the variable.
    variable
        The symbol, of which positive values count.

    Returns
    -------
    Expr or None
        The root; None if no closed form is known, and nan if no positive value can reach the level.
    """
    if _parts(value, variable, {}) > WRITTEN:
        return None
    x = Dummy(variable.name, positive=True)
    plain = _opened(value.xreplace({variable: x}), x)
    if not _is_algebraic(plain, x):
        return None
    factor_, inner = plain.as_independent(x, as_Add=False)
    wanted = level / factor_
    if isinstance(inner, Add):
        powers = _powers(inner, x)
        if powers is not None and len(powers) == 1:
            ((power, coefficient),) = powers.items()
            return (wanted / coefficient) ** (1 / power)
    elif inner.as_base_exp()[0] == x:
        return wanted ** (1 / inner.as_base_exp()[1])
    if not _has_roots(inner, x):
        return _root(inner, wanted, x)
    squared = _squared(inner)
    if squared is None or not all(each.is_nonnegative for each in (level, factor_, inner)):
        return None
    return _root(squared, wanted, x, 2)


def _parts(formula: Any, x: Symbol, known: dict[Any, int]) -> int:
    """Return of how many parts that hold the variable a formula consists when it is written out."""
    if formula not in known:
        inside = x in formula.free_symbols
        known[formula] = inside + sum(_parts(p, x, known) for p in formula.args if inside)
    return known[formula]


def _opened(formula: Any, x: Symbol) -> Any:
    """Return a formula without those definitions that hold the variable."""
    if x not in formula.free_symbols:
        return formula
    if isinstance(formula, NamedExpression):
        return _opened(formula.value, x)
    return formula.func(*(_opened(part, x) for part in formula.args)) if formula.args else formula


def _is_algebraic(formula: Any, x: Symbol) -> bool:
    """Whether the variable stands only in sums, products and powers with numbers as exponents."""
    if x not in formula.free_symbols or formula == x:
        return True
    if isinstance(formula, Pow):
        return bool(formula.exp.is_Rational) and _is_algebraic(formula.base, x)
    return isinstance(formula, Add | Mul) and all(_is_algebraic(part, x) for part in formula.args)


def _powers(total: Expr, x: Symbol) -> dict[Expr, Expr] | None:
    """Return {power of x: coefficient} of a sum, or None if it has other terms."""
    found: dict[Expr, Expr] = {}
    for term in Add.make_args(total):
        coefficient, power = term.as_independent(x, as_Add=False)
        base, exponent = power.as_base_exp()
        if power == 1:
            exponent = S.Zero
        elif base != x:
            return None
        found[exponent] = found.get(exponent, S.Zero) + coefficient
    return found


def _has_roots(formula: Any, x: Symbol) -> bool:
    if isinstance(formula, Pow) and not formula.exp.is_Integer and x in formula.free_symbols:
        return True
    return any(_has_roots(part, x) for part in formula.args)


def _squared(product: Expr) -> Expr | None:
    """Return the square of a product of roots, or None if roots stand elsewhere."""
    factors = []
    for part in Mul.make_args(product):
        base, exponent = part.as_base_exp()
        if not (2 * exponent).is_Integer:
            return None
        factors.append(base ** (2 * exponent))
    return Mul(*factors)


def _root(value: Expr, level: Expr, x: Symbol, power: int = 1) -> Expr | None:
    """Return the least positive root of value = level^power, for a ratio of polynomials in x.

    It is looked for twice, with sums without x as they are and with sums multiplied out, in which
    more may cancel.  The shorter root is taken.
    """
    if _has_roots(value, x):
        return None
    known = []
    for keep in (True, False):
        names: dict[Expr, Dummy] = {}
        short = _named(value, names, x, keep) - _named(level, names, x, keep) ** power
        above, below = fraction(together(short))
        if above.count_ops() + below.count_ops() > LARGEST:
            continue
        above = Poly(cancel((above, below))[1], x)
        found = [root for root in map(_of_factor, _factors(above)) if root is not nan]
        if not found:
            return nan
        if len(found) == 1 and found[0] is not None:
            known.append(found[0].xreplace({name: part for part, name in names.items()}))
    return min(known, key=lambda root: root.count_ops(), default=None)


def _named(formula: Any, names: dict[Expr, Dummy], x: Symbol, keep: bool) -> Any:
    """Return a formula with names for what is no ratio of polynomials; also for sums without x."""
    if formula.is_Symbol or formula.is_Rational:
        return formula
    inside = x in formula.free_symbols
    if isinstance(formula, Add) and inside:
        free, held = formula.as_independent(x)
        return Add(*(_named(part, names, x, keep) for part in (free, *Add.make_args(held))))
    product = isinstance(formula, Mul) or (isinstance(formula, Pow) and formula.exp.is_Integer)
    if product or (isinstance(formula, Add) and not keep):
        return formula.func(*(_named(part, names, x, keep) for part in formula.args))
    known = {"real": True, "nonnegative": formula.is_nonnegative, "positive": formula.is_positive}
    facts = {name: True for name, value in known.items() if value}
    return names.setdefault(formula, Dummy(f"c{len(names)}", **facts))


def _factors(polynomial: Poly) -> list[Poly]:
    """Return the factors that hold the variable; what is simple is left as it is."""
    x = polynomial.gen
    _, shifted = polynomial.terms_gcd()
    _, shifted = shifted.primitive()
    if shifted.degree() == _step(shifted) or shifted.degree() > HIGHEST:
        return [shifted]
    listed = factor_list(shifted.as_expr())[1]
    return [Poly(part, x) for part, _ in listed if x in part.free_symbols and part != x]


def _step(polynomial: Poly) -> int:
    """Return the n of a polynomial in xⁿ."""
    return int(igcd(0, *(power for (power,) in polynomial.monoms())))


def _of_factor(polynomial: Poly) -> Expr | None:
    """Return the least positive root, nan if none can be positive, and None if it is not known."""
    step = _step(polynomial)
    if not step:
        return nan
    coefficients = [
        factor(polynomial.coeff_monomial(polynomial.gen**power))
        for power in range(polynomial.degree(), -1, -step)
    ]
    signs = {_sign(c) for c in coefficients if c != 0}
    if len(signs) == 1 and None not in signs:
        return nan
    if len(coefficients) == 2:
        root = factor_terms(cancel(-coefficients[1] / coefficients[0]))
    elif len(coefficients) == 3:
        root = _of_second_degree(*coefficients)
    else:
        return None
    return None if root is None else root ** (S.One / step)


def _sign(value: Expr) -> int | None:
    if value.is_nonnegative:
        return 1
    return -1 if value.is_nonpositive else None


def _of_second_degree(a: Expr, b: Expr, c: Expr) -> Expr | None:
    """Return the least positive root of ay² + by + c, or None if signs are not known.

    With a > 0, it is −2c/(b + √D) or (√D − b)/2a if c < 0, whichever does not cancel.  If c > 0, it
    is 2c/(√D − b), which is positive only if b < 0.
    """
    if _sign(a) is None:
        return None
    if _sign(a) == -1:
        a, b, c = -a, -b, -c
    short = factor(b**2 - 4 * a * c)
    pairs = all(len(total.args) == 2 for total in short.atoms(Add))
    width = sqrt(short if pairs else b**2 - 4 * a * c)
    large, small, least = (width - b) / (2 * a), -2 * c / (b + width), 2 * c / (width - b)
    match _sign(b), _sign(c):
        case _, -1 if not any(s.free_symbols for s in factor_terms(large).atoms(Add)):
            return factor_terms(large)  # a multiple of a product, in which nothing cancels
        case 1, _:
            return small
        case _, 1:
            return least
        case -1, -1:
            return large
        case None, -1:
            return Piecewise((small, b > 0), (large, True))
        case -1, None:
            return Piecewise((large, c <= 0), (least, True))
    return None
