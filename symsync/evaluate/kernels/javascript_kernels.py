"""The kernels for one element in JavaScript; see `c_kernels`, which they follow line by line.

A complex number is an array of its two parts.
"""

from symsync.evaluate.kernels.c_kernels import texts_by_name

__all__ = ["SOURCES"]

_TEXT = r"""
function minimum(a, b) {
    return a < b ? a : (b <= a ? b : a + b);
}

function maximum(a, b) {
    return a > b ? a : (b >= a ? b : a + b);
}

function choose(s, a, b) {
    return s >= 0 ? a : b;
}

function greater(a, b) {
    return a > b ? 1 : 0;
}

function greater_equal(a, b) {
    return a >= b ? 1 : 0;
}

function equal(a, b) {
    return a === b ? 1 : 0;
}

function sign(x) {
    return x > 0 ? 1 : (x < 0 ? -1 : x * 0);
}

function angle(y, x) {
    return x === 0 && y === 0 ? NaN : Math.atan2(y, x);
}

/* a + b - total exactly, with total = fl(a + b) (Knuth's two-sum) */
function sum_error(a, b, total) {
    const shadow = total - a;
    return (a - (total - shadow)) + (b - shadow);
}

/* a b - product exactly, with product = fl(a b) (Dekker) */
function product_error(a, b, product) {
    const a_scaled = 134217729 * a, a_high = a_scaled - (a_scaled - a), a_low = a - a_high;
    const b_scaled = 134217729 * b, b_high = b_scaled - (b_scaled - b), b_low = b - b_high;
    return a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low);
}

/* a difference of sums, corrected where it is below 1/128 of the first sum */
function restored(rough, correction, total) {
    return Math.abs(rough) * 128 < total ? rough + correction : rough;
}

/* erf x of small x, by a series of positive terms */
function erf_near(x) {
    let term = x, total = x;
    for (let k = 1; k < 30; k++) {
        term *= 2 * x * x / (2 * k + 1);
        total += term;
    }
    return total * Math.exp(-x * x) * 1.1283791670955126;
}

/* 1 - erf x of large x, by a continued fraction */
function erf_far(x) {
    let rest = 0;
    for (let k = 200; k > 0; k--)
        rest = 0.5 * k / (x + rest);
    const square = x * x, lost = product_error(x, x, square);
    return x > 40 ? 0 : Math.exp(-square) * (1 - lost) * 0.5641895835477563 / (x + rest);
}

function erf(x) {
    return Math.abs(x) < 1 ? erf_near(x) : (x > 0 ? 1 - erf_far(x) : erf_far(-x) - 1);
}

function erfc(x) {
    return Math.abs(x) < 1 ? 1 - erf_near(x) : (x > 0 ? erf_far(x) : 2 - erf_far(-x));
}

/* (exp(-x) - exp(-y)) / (y - x) * t, where |y - x| = gap t */
function exp_difference(t, x, x_rest, y, y_rest, gap) {
    const z = gap * t, relative = z > 0 ? -Math.expm1(-z) / z : 1;
    return t * Math.exp(-(x < y ? x : y)) * (1 - (x < y ? x_rest : y_rest)) * relative;
}

function times(a, b) {
    return [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]];
}

function over(a, b) {
    const size = Math.max(Math.abs(b[0]), Math.abs(b[1])), x = b[0] / size, y = b[1] / size;
    const square = size * (x * x + y * y);
    return [(a[0] * x + a[1] * y) / square, (a[1] * x - a[0] * y) / square];
}

/* exp(-z) and 1 - exp(-z) */
function decay(x, x_rest, y, y_rest) {
    const growth = Math.exp(-x) * (1 - x_rest);
    const cosine = Math.cos(y) * Math.cos(y_rest) - Math.sin(y) * Math.sin(y_rest);
    const sine = Math.sin(y) * Math.cos(y_rest) + Math.cos(y) * Math.sin(y_rest);
    const half = Math.sin(y / 2) * Math.cos(y_rest / 2) + Math.cos(y / 2) * Math.sin(y_rest / 2);
    const remainder = -Math.expm1(-x) + growth * x_rest + 2 * growth * (half * half);
    return [[growth * cosine, -growth * sine], [remainder, growth * sine]];
}

/* (1 - exp(-z)) / z, a Taylor series for |z| < 1 */
function one_node(x, x_rest, y, y_rest) {
    const whole = [x + x_rest, y + y_rest];
    if (Math.hypot(x, y) >= 1)
        return over(decay(x, x_rest, y, y_rest)[1], whole);
    let total = [1, 0], term = [1, 0];
    for (let k = 2; k < 21; k++) {
        term = times(whole, term).map(part => -part / k);
        total = [total[0] + term[0], total[1] + term[1]];
    }
    return total;
}

/* second - first, of nodes x, x_rest, y, y_rest, with what the differences lose */
function apart(first, second) {
    const x = second[0] - first[0], y = second[2] - first[2];
    return [x, sum_error(second[0], -first[0], x) + (second[1] - first[1]),
            y, sum_error(second[2], -first[2], y) + (second[3] - first[3])];
}

/* (exp(-z1) - exp(-z2)) / (z2 - z1) */
function two_nodes(first, second) {
    const [slow, fast] = second[0] < first[0] ? [second, first] : [first, second];
    return times(decay(...slow)[0], one_node(...apart(slow, fast)));
}

/* the divided difference of exp at 0 and at some -z, |z| < 1 */
function near_nodes(z) {
    const powers = z.map(() => [1, 0]);
    let factorial = 1;
    for (let k = 2; k <= z.length; k++)
        factorial *= k;
    let total = [1 / factorial, 0];
    for (let k = 1; k < 20; k++) {
        let carried = [0, 0];
        factorial *= k + z.length;
        for (let index = 0; index < z.length; index++) {
            const part = times(z[index], powers[index]);
            carried = [carried[0] - part[0], carried[1] - part[1]];
            powers[index] = carried;
        }
        total = [total[0] + carried[0] / factorial, total[1] + carried[1] / factorial];
    }
    return total;
}

/* the divided difference of exp at those -z whose bits are set in members: of three or more, from
   those of the ones without the two that are farthest apart, unless all are near */
function some_nodes(nodes, members, found) {
    const own = nodes.map((_, k) => k).filter(k => members >> k & 1);
    let far = -1, a = 0, b = 0;
    for (const j of own)
        for (const k of own) {
            const distance = Math.hypot(nodes[k][0] - nodes[j][0], nodes[k][2] - nodes[j][2]);
            if (k > j && !(distance <= far))
                [far, a, b] = [distance, j, k];
        }
    if (own.length < 3)
        return own.length < 2 ? [NaN, NaN] : two_nodes(nodes[a], nodes[b]);
    const gap = (first, k) => (g => [g[0] + g[1], g[2] + g[3]])(apart(nodes[first], nodes[k]));
    if (far < 1) {
        const gaps = own.slice(1).map(k => gap(own[0], k));
        return times(decay(...nodes[own[0]])[0], near_nodes(gaps));
    }
    const upper = found[members ^ (1 << a)], lower = found[members ^ (1 << b)];
    return over([lower[0] - upper[0], lower[1] - upper[1]], gap(a, b));
}

/* the divided difference of exp(s t) at all -z / t, which come as four numbers each */
function divided_difference(t, ...numbers) {
    const nodes = [], found = [];
    for (let k = 0; k < numbers.length; k += 4)
        nodes.push(numbers.slice(k, k + 4));
    const every = (1 << nodes.length) - 1;
    for (let members = nodes.length > 2 ? 3 : every; members <= every; members++)
        found[members] = some_nodes(nodes, members, found);
    const power = t ** (nodes.length - 1);
    return found[every].map(part => part * power);
}
"""

SOURCES = texts_by_name(_TEXT)
"""The text of each kernel after those that it calls."""
