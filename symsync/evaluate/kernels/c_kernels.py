"""The kernels for one element in C99; see `scalar_kernels`, which they follow line by line."""

import re

from symsync.evaluate.program import MOST_NODES

__all__ = ["SOURCES", "texts_by_name"]

_TEXT = """
static inline double minimum(double a, double b)
{
    return a < b ? a : (b <= a ? b : a + b);
}

static inline double maximum(double a, double b)
{
    return a > b ? a : (b >= a ? b : a + b);
}

static inline double choose(double s, double a, double b)
{
    return s >= 0.0 ? a : b;
}

static inline double greater(double a, double b)
{
    return a > b ? 1.0 : 0.0;
}

static inline double greater_equal(double a, double b)
{
    return a >= b ? 1.0 : 0.0;
}

static inline double equal(double a, double b)
{
    return a == b ? 1.0 : 0.0;
}

static inline double sign(double x)
{
    return x > 0.0 ? 1.0 : (x < 0.0 ? -1.0 : x * 0.0);
}

/* ln x to the last digit, in steps that vectorise (the algorithm of Sun's fdlibm) */
static inline double logarithm(double x)
{
    const double tiny = x < 2.2250738585072014e-308 ? 1.0 : 0.0;
    union { double value; uint64_t bits; } number, mantissa, exponent;
    number.value = x * (1.0 + tiny * 18014398509481983.0);
    number.bits += 0x3ff0000000000000u - 0x3fe6a09e667f3bcdu;
    exponent.bits = (number.bits >> 52) | 0x4330000000000000u;
    mantissa.bits = (number.bits & 0x000fffffffffffffu) + 0x3fe6a09e667f3bcdu;
    const double power = (exponent.value - 4503599627371519.0) - 54.0 * tiny;
    const double f = mantissa.value - 1.0;
    const double s = f / (2.0 + f);
    const double z = s * s;
    const double rest = z * (6.666666666666735130e-01 + z * (3.999999999940941908e-01
        + z * (2.857142874366239149e-01 + z * (2.222219843214978396e-01
        + z * (1.818357216161805012e-01 + z * (1.531383769920937332e-01
        + z * 1.479819860511658591e-01))))));
    const double half = 0.5 * f * f;
    const double low = s * (half + rest) + power * 1.90821492927058770002e-10;
    const double found = power * 6.93147180369123816490e-01 - ((half - low) - f);
    const double value = x < INFINITY ? found : x;
    return value + (x > 0.0 ? 0.0 : (x == 0.0 ? -INFINITY : NAN));
}

/* ln(1 + x): of the rounded sum, and what its rounding took away */
static inline double logarithm_1p(double x)
{
    const double total = 1.0 + x;
    const double lost = (x - (total - 1.0)) / total;
    return logarithm(total) + ((total > 0.0) & (total < INFINITY) ? lost : 0.0);
}

static inline double angle(double y, double x)
{
    return x == 0.0 && y == 0.0 ? NAN : atan2(y, x);
}

/* a + b - total exactly, with total = fl(a + b) (Knuth's two-sum) */
static inline double sum_error(double a, double b, double total)
{
    const double shadow = total - a;
    return (a - (total - shadow)) + (b - shadow);
}

/* a b - product exactly, with product = fl(a b) (Dekker) */
static inline double product_error(double a, double b, double product)
{
    const double a_scaled = 134217729.0 * a;
    const double a_high = a_scaled - (a_scaled - a);
    const double a_low = a - a_high;
    const double b_scaled = 134217729.0 * b;
    const double b_high = b_scaled - (b_scaled - b);
    const double b_low = b - b_high;
    return a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low);
}

/* a difference of sums, corrected where it is below 1/128 of the first sum */
static inline double restored(double rough, double correction, double total)
{
    const double corrected = rough + correction;
    return fabs(rough) * 128.0 < total ? corrected : rough;
}

/* (exp(-x) - exp(-y)) / (y - x) * t, where |y - x| = gap t */
static inline double exp_difference(
    double t, double x, double x_rest, double y, double y_rest, double gap)
{
    const double z = gap * t;
    const double relative = z > 0.0 ? -expm1(-z) / z : 1.0;
    const double smaller = x < y ? x : y;
    const double rest = x < y ? x_rest : y_rest;
    return t * exp(-smaller) * (1.0 - rest) * relative;
}

/* exp(-z), and 1 - exp(-z) as remainder */
static inline double complex decay(
    double complex z, double x_rest, double y_rest, double complex *remainder)
{
    const double x = creal(z), y = cimag(z);
    const double growth = exp(-x) * (1.0 - x_rest);
    const double cosine = cos(y) * cos(y_rest) - sin(y) * sin(y_rest);
    const double sine = sin(y) * cos(y_rest) + cos(y) * sin(y_rest);
    const double half = sin(y / 2) * cos(y_rest / 2) + cos(y / 2) * sin(y_rest / 2);
    *remainder = -expm1(-x) + growth * x_rest + 2 * growth * (half * half) + I * (growth * sine);
    return growth * cosine - I * (growth * sine);
}

/* (1 - exp(-z)) / z, a Taylor series for |z| < 1 */
static inline double complex one_node(double complex z, double x_rest, double y_rest)
{
    const double complex whole = z + (x_rest + I * y_rest);
    double complex total = 1.0, term = 1.0;
    if (cabs(z) >= 1.0) {
        double complex remainder;
        (void)decay(z, x_rest, y_rest, &remainder);
        return remainder / whole;
    }
    for (int k = 2; k < 21; k++) {
        term = -whole * term / k;
        total += term;
    }
    return total;
}

/* second - first, of nodes x, x_rest, y, y_rest, with what the differences lose */
static inline void apart(const double *first, const double *second, double *gap)
{
    for (int k = 0; k < 4; k += 2) {
        gap[k] = second[k] - first[k];
        gap[k + 1] = sum_error(second[k], -first[k], gap[k]) + (second[k + 1] - first[k + 1]);
    }
}

/* (exp(-z1) - exp(-z2)) / (z2 - z1) */
static inline double complex two_nodes(const double *first, const double *second)
{
    const int swap = second[0] < first[0];
    const double *slow = swap ? second : first, *fast = swap ? first : second;
    double gap[4];
    double complex rest;
    apart(slow, fast, gap);
    return decay(slow[0] + I * slow[2], slow[1], slow[3], &rest)
        * one_node(gap[0] + I * gap[2], gap[1], gap[3]);
}

/* the divided difference of exp at -z0 and -z1, and those with z0 twice and with z1 twice */
static inline double two_node_slopes(
    double x0, double dx0, double y0, double dy0, double x1, double dx1, double y1, double dy1,
    double *imaginary, double *first, double *first_imaginary, double *second,
    double *second_imaginary)
{
    const double nodes[2][4] = {{x0, dx0, y0, dy0}, {x1, dx1, y1, dy1}};
    const int swap = x1 < x0;
    const double *slow = nodes[swap], *fast = nodes[!swap];
    double gap[4];
    double complex rest, one = 1.0, twice_slow = 0.5, twice_fast = 0.5, term = 0.5;
    apart(slow, fast, gap);
    const double complex z = gap[0] + gap[1] + I * (gap[2] + gap[3]);
    if (cabs(z) < 1.0) {
        for (int k = 1; k < 20; k++) {
            term = -z * term / (k + 2);
            twice_slow += term;
            twice_fast += (k + 1) * term;
        }
        one = twice_slow + twice_fast;
    } else {
        const double complex faded = decay(gap[0] + I * gap[2], gap[1], gap[3], &rest);
        one = rest / z;
        twice_slow = (1.0 - one) / z;
        twice_fast = (one - faded) / z;
    }
    const double complex grown = decay(slow[0] + I * slow[2], slow[1], slow[3], &rest);
    const double complex u = grown * (swap ? twice_fast : twice_slow);
    const double complex v = grown * (swap ? twice_slow : twice_fast);
    *imaginary = cimag(grown * one);
    *first = creal(u);
    *first_imaginary = cimag(u);
    *second = creal(v);
    *second_imaginary = cimag(v);
    return creal(grown * one);
}

/* the divided difference of exp at 0 and at some -z, |z| < 1 */
static inline double complex near_nodes(const double complex *z, int count)
{
    double complex powers[count], total;
    double factorial = 1.0;
    for (int k = 0; k < count; k++) {
        powers[k] = 1.0;
        factorial *= k + 1;
    }
    total = 1.0 / factorial;
    for (int k = 1; k < 20; k++) {
        double complex carried = 0.0;
        factorial *= k + count;
        for (int index = 0; index < count; index++) {
            carried -= z[index] * powers[index];
            powers[index] = carried;
        }
        total += carried / factorial;
    }
    return total;
}

/* the divided difference of exp at those -z whose bits are set in members: of three or more, from
   those of the ones without the two that are farthest apart, unless all are near */
static inline double complex some_nodes(
    int total, const double (*nodes)[4], size_t members, const double complex *found)
{
    double complex gaps[total];
    double far = -1.0, gap[4];
    int a = 0, b = 0, first = -1, count = 0;
    for (int j = 0; j < total; j++) {
        if (!(members >> j & 1))
            continue;
        if (first < 0)
            first = j;
        else {
            apart(nodes[first], nodes[j], gap);
            gaps[count++] = gap[0] + gap[1] + I * (gap[2] + gap[3]);
        }
        for (int k = j + 1; k < total; k++) {
            const double x = nodes[k][0] - nodes[j][0], y = nodes[k][2] - nodes[j][2];
            const double distance = hypot(x, y);
            if ((members >> k & 1) && !(distance <= far)) {
                far = distance;
                a = j;
                b = k;
            }
        }
    }
    if (count < 2)
        return count ? two_nodes(nodes[a], nodes[b]) : NAN;
    if (far < 1.0) {
        const double *node = nodes[first];
        double complex rest;
        return decay(node[0] + I * node[2], node[1], node[3], &rest) * near_nodes(gaps, count);
    }
    apart(nodes[a], nodes[b], gap);
    return (found[members ^ ((size_t)1 << b)] - found[members ^ ((size_t)1 << a)])
        / (gap[0] + gap[1] + I * (gap[2] + gap[3]));
}

/* the divided difference of exp(s t) at all -z / t */
static inline double all_nodes(
    int total, double t, const double (*nodes)[4], double *imaginary)
{
    double complex value = 0.0;
    if (total == 2)
        value = two_nodes(nodes[0], nodes[1]);
    else {
        const size_t every = (size_t)1 << total;
        double complex found[every];
        for (size_t members = 3; members < every; members++)
            found[members] = some_nodes(total, nodes, members, found);
        value = found[every - 1];
    }
    double x = creal(value), y = cimag(value);
    for (int k = 1; k < total; k++) {
        x *= t;
        y *= t;
    }
    *imaginary = y;
    return x;
}
"""


def _name(text: str) -> str:
    """Return the name of the function that a text defines, after `function` or before a bracket."""
    bare = re.sub(r"/\*.*?\*/|^ *[#!][^\n]*", "", text, flags=re.DOTALL | re.MULTILINE)
    found = re.search(r"\bfunction (\w+)", bare)
    return found[1] if found else bare.split("(")[0].split()[-1].lstrip("*")


def texts_by_name(source: str) -> dict[str, str]:
    """Return the functions of a source, which empty lines part, by their names."""
    return {_name(text): text for text in source.strip().split("\n\n")}


SOURCES = texts_by_name(_TEXT)
"""The text of each kernel after those that it calls."""


def _divided_difference(count: int) -> str:
    """Return the text of `divided_difference_n`, which takes t and four numbers of each node."""
    nodes = [[f"{part}{k}" for part in ("x", "dx", "y", "dy")] for k in range(count)]
    lines = [", ".join(f"double {part}" for part in node) for node in nodes]
    arguments = ",\n    ".join(lines)
    gathered = ", ".join(f"{{{', '.join(node)}}}" for node in nodes)
    return (
        f"static inline double divided_difference_{count}(\n"
        f"    double t,\n    {arguments}, double *imaginary)\n{{\n"
        f"    const double nodes[{count}][4] = {{{gathered}}};\n"
        f"    return all_nodes({count}, t, nodes, imaginary);\n}}"
    )


SOURCES |= {f"divided_difference_{n}": _divided_difference(n) for n in range(2, MOST_NODES + 1)}
