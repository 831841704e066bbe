"""The kernels for one element in Julia; see `scalar_kernels`, which they follow line by line.

What Julia's own functions refuse, such as the root of a negative number, is nan here, as steps
compute both sides of a choice.
"""

from symsync.evaluate.kernels.c_kernels import texts_by_name

__all__ = ["SOURCES"]

_TEXT = """
function lower_of(a, b)
    return a < b ? a : (b <= a ? b : a + b)
end

function upper_of(a, b)
    return a > b ? a : (b >= a ? b : a + b)
end

function choose(s, a, b)
    return s >= 0.0 ? a : b
end

function greater(a, b)
    return a > b ? 1.0 : 0.0
end

function greater_equal(a, b)
    return a >= b ? 1.0 : 0.0
end

function equal(a, b)
    return a == b ? 1.0 : 0.0
end

function sign_of(x)
    return x > 0.0 ? 1.0 : (x < 0.0 ? -1.0 : x * 0.0)
end

# f(x), and nan where a condition does not hold
function guarded(f, x, condition)
    return condition ? f(x) : NaN
end

function root(x)
    return guarded(sqrt, x, x >= 0.0)
end

function logarithm(x)
    return guarded(log, x, x >= 0.0)
end

function logarithm_1p(x)
    return guarded(log1p, x, x >= -1.0)
end

function sine(x)
    return guarded(sin, x, isfinite(x))
end

function cosine(x)
    return guarded(cos, x, isfinite(x))
end

function tangent(x)
    return guarded(tan, x, isfinite(x))
end

function arcsine(x)
    return guarded(asin, x, abs(x) <= 1.0)
end

function arccosine(x)
    return guarded(acos, x, abs(x) <= 1.0)
end

function arcosh(x)
    return guarded(acosh, x, x >= 1.0)
end

function artanh(x)
    return guarded(atanh, x, abs(x) <= 1.0)
end

function power(x, y)
    return x >= 0.0 || isinteger(y) ? x^y : NaN
end

function angle_of(y, x)
    return x == 0.0 && y == 0.0 ? NaN : atan(y, x)
end

# a + b - total exactly, with total = fl(a + b) (Knuth's two-sum)
function sum_error(a, b, total)
    shadow = total - a
    return (a - (total - shadow)) + (b - shadow)
end

# a b - product exactly, with product = fl(a b)
function product_error(a, b, product)
    return fma(a, b, -product)
end

# erf x of small x, by a series of positive terms
function erf_near(x)
    term = x
    total = x
    for k in 1:29
        term *= 2.0 * x * x / (2.0 * k + 1.0)
        total += term
    end
    return total * exp(-x * x) * 1.1283791670955126
end

# 1 - erf x of large x, by a continued fraction
function erf_far(x)
    rest = 0.0
    for k in 200:-1:1
        rest = 0.5 * k / (x + rest)
    end
    square = x * x
    lost = product_error(x, x, square)
    return x > 40.0 ? 0.0 : exp(-square) * (1.0 - lost) * 0.5641895835477563 / (x + rest)
end

function erf_of(x)
    return abs(x) < 1.0 ? erf_near(x) : (x > 0.0 ? 1.0 - erf_far(x) : erf_far(-x) - 1.0)
end

function erfc_of(x)
    return abs(x) < 1.0 ? 1.0 - erf_near(x) : (x > 0.0 ? erf_far(x) : 2.0 - erf_far(-x))
end

# a difference of sums, corrected where it is below 1/128 of the first sum
function restored(rough, correction, total)
    return abs(rough) * 128.0 < total ? rough + correction : rough
end

# (exp(-x) - exp(-y)) / (y - x) * t, where |y - x| = gap t
function exp_difference(t, x, x_rest, y, y_rest, gap)
    z = gap * t
    relative = z > 0.0 ? -expm1(-z) / z : 1.0
    return t * exp(-(x < y ? x : y)) * (1.0 - (x < y ? x_rest : y_rest)) * relative
end

# exp(-z) and 1 - exp(-z) of a node (x, x_rest, y, y_rest)
function decay((x, x_rest, y, y_rest))
    growth = exp(-x) * (1.0 - x_rest)
    c = cosine(y) * cosine(y_rest) - sine(y) * sine(y_rest)
    s = sine(y) * cosine(y_rest) + cosine(y) * sine(y_rest)
    half = sine(y / 2.0) * cosine(y_rest / 2.0) + cosine(y / 2.0) * sine(y_rest / 2.0)
    remainder = -expm1(-x) + growth * x_rest + 2.0 * growth * (half * half)
    return complex(growth * c, -growth * s), complex(remainder, growth * s)
end

# (1 - exp(-z)) / z, a Taylor series for |z| < 1
function one_node(node)
    x, x_rest, y, y_rest = node
    whole = complex(x + x_rest, y + y_rest)
    if hypot(x, y) >= 1.0
        return decay(node)[2] / whole
    end
    total = complex(1.0, 0.0)
    term = complex(1.0, 0.0)
    for k in 2:20
        term = -whole * term / k
        total += term
    end
    return total
end

# second - first, with what the differences lose
function apart(first, second)
    x = second[1] - first[1]
    y = second[3] - first[3]
    return (x, sum_error(second[1], -first[1], x) + (second[2] - first[2]),
            y, sum_error(second[3], -first[3], y) + (second[4] - first[4]))
end

# (exp(-z1) - exp(-z2)) / (z2 - z1)
function two_nodes(first, second)
    slow, fast = second[1] < first[1] ? (second, first) : (first, second)
    return decay(slow)[1] * one_node(apart(slow, fast))
end

# the divided difference of exp at 0 and at some -z, |z| < 1
function near_nodes(z)
    powers = ones(ComplexF64, length(z))
    factor = prod(1.0:length(z))
    total = complex(1.0 / factor, 0.0)
    for k in 1:19
        factor *= k + length(z)
        carried = complex(0.0, 0.0)
        for index in eachindex(z)
            carried -= z[index] * powers[index]
            powers[index] = carried
        end
        total += carried / factor
    end
    return total
end

# the divided difference of exp at those -z whose bits are set in members: of three or more, from
# those of the ones without the two that are farthest apart, unless all are near
function some_nodes(nodes, members, found)
    own = [k for k in eachindex(nodes) if (members >> (k - 1)) & 1 == 1]
    far = -1.0
    a = b = 1
    for j in own, k in own
        distance = hypot(nodes[k][1] - nodes[j][1], nodes[k][3] - nodes[j][3])
        if k > j && !(distance <= far)
            far, a, b = distance, j, k
        end
    end
    if length(own) < 3
        return length(own) < 2 ? complex(NaN, NaN) : two_nodes(nodes[a], nodes[b])
    end
    if far < 1.0
        gaps = [apart(nodes[own[1]], nodes[k]) for k in own[2:end]]
        z = [complex(gap[1] + gap[2], gap[3] + gap[4]) for gap in gaps]
        return decay(nodes[own[1]])[1] * near_nodes(z)
    end
    gap = apart(nodes[a], nodes[b])
    upper = found[members - (1 << (a - 1))]
    lower = found[members - (1 << (b - 1))]
    return (lower - upper) / complex(gap[1] + gap[2], gap[3] + gap[4])
end

# the divided difference of exp(s t) at all -z / t, which come as four numbers each
function divided_difference(t, numbers...)
    nodes = [numbers[k:k+3] for k in 1:4:length(numbers)]
    every = (1 << length(nodes)) - 1
    found = zeros(ComplexF64, every)
    for members in 3:every
        found[members] = some_nodes(nodes, members, found)
    end
    value = found[every]
    for _ in 2:length(nodes)
        value = complex(real(value) * t, imag(value) * t)
    end
    return real(value), imag(value)
end
"""

SOURCES = texts_by_name(_TEXT)
"""The text of each kernel after those that it calls."""
