"""Functions of blocks and waves from elementary steps, without cancellation.

Each function is written once.  It works on operands that record what is done with them, and so
becomes straight-line code for every backend.  An operand has the operators of a real number and
the methods `square`, `sqrt`, `log`, `log1p`, `at_most`, `at_least`, `choose`, `part_of` and
`angle`.  Nothing branches: an iteration has a fixed number of steps, which is sufficient for its
starting value, and `choose` picks one of two values that are both computed.

All quantities that are added have one sign, unless their difference is the result itself.
"""

from typing import Any

__all__ = [
    "block_information",
    "coherence_entropy",
    "divergence",
    "entropy_term",
    "imaginary_root",
    "least_eigenvalue",
    "logarithmic_mean",
    "negative_part",
    "real_root",
    "slower_rate",
    "times_log",
    "turned",
    "two_waves",
]

Operand = Any
"""A value that records what is done with it; see `symsync.evaluate.lowering`."""

TINY = 2.0**-1000
"""This number is added to denominators that may vanish, so that 0/0 is 0."""

LARGE = 2.0**300
"""The tangent of a right angle is bounded by this number, so that its powers do not overflow."""

STEPS = 6
"""Steps of Newton's method: from within a factor of two, errors fall as 0.3, 0.06, 2e-3 … 1e-19."""

SWEEPS = 4
"""Sweeps of Jacobi's method, whose off-diagonal elements fall quadratically with each sweep."""


def divergence(p: Operand, q: Operand, gap: Operand) -> Operand:
    """Return p ln(p/q) − p + q, where gap = p − q is given.

    Let y = gap/(p + q).  For small |y| it is (p + q) y² [1 + (1 + y) y (1/3 + y²/5 + …)], which
    follows from ln(p/q) = 2 artanh y.
    """
    total = p + q
    y = gap / (total + TINY)
    square = y.square()
    series: Any = 1 / 17
    for odd in range(15, 1, -2):
        series = series * square + 1 / odd
    small = total * square * (1 + (1 + y) * y * series)
    large = p * ((p + TINY) / (q + TINY)).log() - gap
    return (abs(y) - 0.1).choose(large, small)


def entropy_term(p: Operand, rest: Operand) -> Operand:
    """Return −p ln p of a probability p, where rest = 1 − p is given."""
    near_one = -p * (-rest.at_most(0.5)).log1p()
    return (p - 0.5).choose(near_one, -p * (p + TINY).log())


def logarithmic_mean(p: Operand, q: Operand) -> Operand:
    """Return (p − q)/ln(p/q) of positive numbers.

    With y = (p − q)/(p + q) it is (p + q)/2 · y/artanh y, and y/artanh y = 1/(1 + y²/3 + y⁴/5 + …)
    for small |y|.
    """
    total, gap = p + q, p - q
    y = gap / (total + TINY)
    square = y.square()
    series: Any = 1 / 17
    for odd in range(15, 0, -2):
        series = series * square + 1 / odd
    ratio = (p + TINY) / (q + TINY)
    return (abs(y) - 0.1).choose(gap / (ratio.log() + TINY), 0.5 * total / series)


def times_log(x: Operand, y: Operand) -> Operand:
    """Return x ln y, and 0 if x is 0."""
    return x * (-abs(x)).choose(1, y).log()


def _rotation(p: Operand, q: Operand, modulus: Operand) -> tuple[Operand, Operand]:
    """Return tan θ of the rotation that diagonalises ((p, m), (m*, q)), and what it adds to p."""
    half = (p - q) * 0.5
    root = (half.square() + modulus.square()).sqrt()
    tangent = modulus / (abs(half) + root + TINY)
    signed = half.choose(tangent, -tangent)
    return signed, signed * modulus


def _log_ratio(p: Operand, q: Operand) -> Operand:
    """Return ln(p/q), to full precision also if p and q nearly agree."""
    gap = p - q
    size = (abs(gap) / (p.at_most(q) + TINY)).log1p()
    return gap.choose(size, -size)


def _modulus(parts: tuple[Operand, Operand]) -> Operand:
    return (parts[0].square() + parts[1].square()).sqrt()


def _times(a: tuple[Any, Any], b: tuple[Any, Any]) -> tuple[Operand, Operand]:
    return a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]


def coherence_entropy(*entries: Operand) -> Operand:
    """Return Σ λ ln λ − Σ p ln p of a Hermitian matrix by Jacobi's method.

    Each rotation moves an amount from one diagonal entry to a larger one.  Let Tᵢⱼ be all that
    moves from j to i, and D the function `divergence`.  The entropy is
    Σ D(λᵢ‖pᵢ) + Σ Tᵢⱼ ln(pᵢ/pⱼ).  No term is negative as long as the diagonal keeps its order.
    """
    size = 2 if len(entries) == 4 else 3
    start = entries[:size]
    pairs = [(i, j) for i in range(size) for j in range(i + 1, size)]
    upper = {pair: (entries[size + 2 * k], entries[size + 2 * k + 1])
             for k, pair in enumerate(pairs)}  # fmt: skip
    moved = dict.fromkeys(pairs, 0 * start[0])
    now = list(start)
    for sweep in range(SWEEPS if size == 3 else 1):
        for i, j in pairs:
            modulus = _modulus(upper[i, j])
            tangent, amount = _rotation(now[i], now[j], modulus)
            moved[i, j] = amount if sweep == 0 else moved[i, j] + amount
            now[i] = (now[i] + amount).at_least(0)
            now[j] = (now[j] - amount).at_least(0)
            if size == 3:
                _rotate(upper, (i, j), tangent, modulus)
    gained: list[Any] = [None] * size
    total: Any = None
    for (i, j), amount in moved.items():
        gained[i] = amount if gained[i] is None else gained[i] + amount
        gained[j] = -amount if gained[j] is None else gained[j] - amount
        part = amount * _log_ratio(start[i], start[j])
        total = part if total is None else total + part
    for p, gain, end in zip(start, gained, now, strict=True):
        total = total + divergence(end, p, gain)
    return total


def _rotate(
    upper: dict[tuple[int, int], tuple[Operand, Operand]],
    pair: tuple[int, int],
    tangent: Operand,
    modulus: Operand,
) -> None:
    """Rotate two levels of a 3×3 matrix: their coupling vanishes, those to the third level mix."""
    i, j = pair
    k = 3 - i - j
    cosine = 1 / (1 + tangent.square()).sqrt()
    sine = tangent * cosine
    x, y = upper[pair]
    wave = sine * x.part_of(modulus), sine * y.part_of(modulus)

    def coupling(a: int) -> tuple[Operand, Operand]:
        return upper[a, k] if a < k else (upper[k, a][0], -upper[k, a][1])

    first, second = coupling(i), coupling(j)
    added = _times(wave, second)
    taken = _times((wave[0], -wave[1]), first)
    rotated = {
        i: (cosine * first[0] + added[0], cosine * first[1] + added[1]),
        j: (cosine * second[0] - taken[0], cosine * second[1] - taken[1]),
    }
    for a, (u, v) in rotated.items():
        upper[min(a, k), max(a, k)] = (u, v if a < k else -v)
    upper[pair] = (0 * modulus, 0 * modulus)


def block_information(*entries: Operand) -> Operand:
    """Return N²/M, or [4|n⃗|² + (∂ det M)²/det M]/Tr M of 2×2 matrices with N = n₀ + n⃗·σ⃗."""
    if len(entries) == 2:
        return entries[1].square() / (entries[0] + TINY)
    p, q, x, y, P, Q, X, Y = entries
    turned = P * q + p * Q - 2 * (x * X + y * Y)
    length = (P - Q).square() + 4 * (X.square() + Y.square())
    determinant = (p * q - x.square() - y.square()).at_least(0)
    return (length + turned.square() / (determinant + TINY)) / (p + q + TINY)


def least_eigenvalue(p: Operand, q: Operand, x: Operand, y: Operand) -> Operand:
    """Return the smaller eigenvalue of a Hermitian 2×2 matrix, from the product of both."""
    square = x.square() + y.square()
    half, mean = (p - q) * 0.5, (p + q) * 0.5
    root = (half.square() + square).sqrt()
    return mean.choose((p * q - square) / (mean + root + TINY), mean - root)


def _roots(x: Operand, y: Operand) -> tuple[Operand, Operand]:
    """Return the moduli of the parts of √(x + iy), the smaller one from the product |y|/2."""
    large = ((abs(x) + _modulus((x, y))) * 0.5).sqrt()
    small = abs(y) * 0.5 / (large + TINY)
    return x.choose(large, small), x.choose(small, large)


def real_root(x: Operand, y: Operand) -> Operand:
    """Return Re √(x + iy)."""
    return _roots(x, y)[0]


def imaginary_root(x: Operand, y: Operand) -> Operand:
    """Return Im √(x + iy), of the sign of y."""
    size = _roots(x, y)[1]
    return y.choose(size, -size)


def slower_rate(b: Operand, x: Operand, y: Operand, product: Operand) -> Operand:
    """Return b − Re √(x + iy) from 4b²(b² − x) − y², as a product of positive numbers."""
    above = 4 * b.square() - 2 * x + 2 * _modulus((x, y))
    return product / (above * (b + real_root(x, y)) + TINY)


def negative_part(*entries: Operand | None) -> Operand:
    """Return the sum of |λ| over the negative eigenvalues λ of a Hermitian matrix.

    The result of a 2×2 matrix follows from the product of its eigenvalues, or from their sum if
    that is negative.  A 3×3 matrix must have the diagonal (0, p, 0), p ≥ 0, with `None` given for
    the zeros.
    """
    known = next(entry for entry in entries if entry)
    p, q, *above = [entry or known * 0 for entry in entries]
    if len(entries) == 4:
        x, y = above
        square = x.square() + y.square()
        half, mean = (p - q) * 0.5, (p + q) * 0.5
        root = (half.square() + square).sqrt()
        one = ((square - p * q) / (mean + root + TINY)).at_least(0)
        return mean.choose(one, root.at_least(-mean) - mean)
    a, g, b = zip(above[1::2], above[2::2], strict=True)
    return _of_bordered(q, a, b, g)


def _of_bordered(p: Operand, a: Any, b: Any, g: Any) -> Operand:
    """Return the sum of |λ| over the negative eigenvalues λ of ((0,a,g),(a*,p,b),(g*,b*,0)).

    Let E = |a|² + |b|² + |g|², and let d = 2Re(abg*) − p|g|² be the determinant.  If d ≤ 0, there
    is one negative eigenvalue, and |λ| is the only positive root of x³ + px² = Ex − d.  If d > 0,
    there are two, and their sum is E/q + d/q².  Here q is the largest eigenvalue, the only positive
    root of q³ = pq² + Eq + d.  Newton's method starts above the root and converges from this side.
    """
    outer = a[0].square() + a[1].square() + (b[0].square() + b[1].square())
    square = g[0].square() + g[1].square()
    modulus = square.sqrt()
    all_three = outer + square
    product = _times(_times(a, b), (g[0], -g[1]))[0]
    determinant = 2 * product - p * square
    missing = (-determinant).at_least(0)
    sum_ = p + modulus
    x = modulus + 2 * outer / (sum_ + (sum_.square() + 4 * outer).sqrt() + TINY)
    for _ in range(STEPS):
        slope = 3 * x.square() + 2 * p * x - all_three
        x = (x.square() * (2 * x + p) + missing) / (slope + TINY)
    excess = determinant.at_least(0)
    q = 0.5 * (p + (p.square() + 4 * (all_three + outer)).sqrt())
    for _ in range(STEPS):
        slope = 3 * q.square() - 2 * p * q - all_three
        q = (q.square() * (2 * q - p) + excess) / (slope + TINY)
    q = q + TINY
    return determinant.choose((all_three + excess / q) / q, x)


def two_waves(
    x1: Operand, y1: Operand, x2: Operand, y2: Operand
) -> tuple[Operand, Operand, Operand]:
    """Return the maximum over φ of Re(c₁e^{iφ} + c₂e^{2iφ}), and numbers ∝ cos φ and sin φ.

    Let A and B be the moduli of c₁ and c₂, and κ ∈ [0, π] the modulus of the angle of c₂c₁*².  The
    maximum lies at the s in [0, κ/2] with A sin s = 2B sin(κ − 2s).  For any angle outside of this
    interval, some angle inside is no farther from the maximum of either wave.  With t = tan s it is
    2B[(1 − t²) sin κ − 2t cos κ] = A t√(1+t²).  Its left side minus its right side is concave, so
    that Newton's method converges from one side if it starts above the root.
    """
    first, second = _modulus((x1, y1)), _modulus((x2, y2))
    waves = first + second - TINY
    there = first - TINY
    unit = there.choose(x1 / (first + TINY), 1), there.choose(y1 / (first + TINY), 0)
    turned = _times((unit[0], -unit[1]), _times((unit[0], -unit[1]), (x2, y2)))
    cosine, sine = turned[0] / (second + TINY), turned[1] / (second + TINY)
    up = abs(sine)
    first = first.at_least(second * 2.0**-100)  # or a lone second wave had its maximum at t = ∞
    t = _upper_tangent(first, 2 * second, cosine, up)
    for _ in range(STEPS + 2):
        root = (1 + t.square()).sqrt()
        value = 2 * second * ((1 - t.square()) * up - 2 * t * cosine) - first * t * root
        slope = 4 * second * (t * up + cosine) + first * (1 + 2 * t.square()) / root
        t = (t + value / (slope + TINY)).at_least(0)
    norm = 1 + t.square()
    height = first * norm.sqrt() + second * ((1 - t.square()) * cosine + 2 * t * up)
    turn = sine.choose(t, -t)
    nearest = (-abs(unit[1])).choose(unit[0].choose(-t, t), unit[1].choose(-t, t))
    turn = (-abs(sine)).choose(nearest, turn)  # of two equal maxima the one nearest to zero
    x, y = unit[0] - turn * unit[1], 0 - (unit[1] + turn * unit[0])  # π, not −π
    return height / norm, waves.choose(x, 0), waves.choose(y, 0)


def turned(k: int, *waves: Operand) -> tuple[Operand, Operand]:
    """Return cos kφ and sin kφ of the phase of the maximum of two waves, without the angle."""
    _, x, y = two_waves(*waves)
    size = _modulus((x, y))
    once = x / size, y / size
    found = once
    for _ in range(k - 1):
        found = _times(found, once)
    return found


def _above_cube_root(y: Operand) -> Operand:
    """Return y^(21/64) by square roots alone; for y ≤ 1 it is a little more than the cube root."""
    fourth = y.sqrt().sqrt()
    sixteenth = fourth.sqrt().sqrt()
    return fourth * sixteenth * sixteenth.sqrt().sqrt()


def _upper_tangent(a: Operand, b: Operand, cosine: Operand, sine: Operand) -> Operand:
    """Return an upper bound of the root t that is within a factor of two, with b = 2B.

    t√(1+t²) is at least t² and at least t; for t ≤ 1 it is at least t + (√2−1)t³.  The root is at
    most 1 unless −2b cos κ > √2 a.
    """

    def root(square: Operand, linear: Operand) -> Operand:
        """The positive root of square·t² + linear·t = b sin κ."""
        free = b * sine
        size = (linear.square() + 4 * square * free).sqrt()
        return linear.choose(
            2 * free / (abs(linear) + size + TINY), (abs(linear) + size) / (2 * square + TINY)
        )

    steep, flat = root(a + b * sine, 2 * b * cosine), root(b * sine, a + 2 * b * cosine)
    cubic = (2**0.5 - 1) * a
    excess = (-(a + 2 * b * cosine)).at_least(0)
    bent = (2 * excess / (cubic + TINY)).sqrt()
    bent = bent.at_least(_above_cube_root(2 * b * sine / (cubic + TINY)))
    below_one = steep.at_most(flat).at_most(bent).at_most(1)
    return (2**0.5 * a + 2 * b * cosine).choose(below_one, steep.at_most(LARGE))
