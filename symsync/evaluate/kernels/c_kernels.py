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

/* second - first, of nodes x, x_rest, y, y_rest, with what the differences lose */
static inline void apart(const double *first, const double *second, double *gap)
{
    for (int k = 0; k < 4; k += 2) {
        gap[k] = second[k] - first[k];
        gap[k + 1] = sum_error(second[k], -first[k], gap[k]) + (second[k + 1] - first[k + 1]);
    }
}

/* the divided difference of exp at -z0 and -z1, and those with z0 twice and with z1 twice */
static inline void two_nodes(const double *first, const double *second, double complex *found)
{
    const int swap = second[0] < first[0];
    const double *slow = swap ? second : first, *fast = swap ? first : second;
    double gap[4];
    double complex rest, one = 1.0, twice_slow = 0.5, twice_fast;
    apart(slow, fast, gap);
    const double complex z = gap[0] + gap[1] + I * (gap[2] + gap[3]);
    if (cabs(z) < 1.0) {
        double complex term = 0.5;
        for (int k = 1; k < 20; k++) {
            term = -z * term / (k + 2);
            twice_slow += term;
            one += (k + 2) * term;
        }
        twice_fast = one - twice_slow;
    } else {
        const double complex faded = decay(gap[0] + I * gap[2], gap[1], gap[3], &rest);
        one = rest / z;
        twice_slow = (1.0 - one) / z;
        twice_fast = (one - faded) / z;
    }
    const double complex grown = decay(slow[0] + I * slow[2], slow[1], slow[3], &rest);
    found[0] = grown * one;
    found[1] = grown * (swap ? twice_fast : twice_slow);
    found[2] = grown * (swap ? twice_slow : twice_fast);
}

/* the row of some_nodes for nodes less than 1 apart, by a Taylor series about the first */
static inline void near_nodes(
    int total, const double (*nodes)[4], size_t members, int first, int slopes,
    double complex *row)
{
    double complex gaps[total], powers[total], twice[total], rest;
    const double *node = nodes[first];
    double factorial = 1.0, gap[4];
    int order = 0;
    for (int k = 0; k < total; k++) {
        gaps[k] = 0.0;
        powers[k] = twice[k] = 1.0;
        if (k > first && (members >> k & 1)) {
            apart(node, nodes[k], gap);
            gaps[k] = gap[0] + gap[1] + I * (gap[2] + gap[3]);
            factorial *= ++order;
        }
    }
    row[0] = 1.0 / factorial;
    for (int k = 0; k < slopes * total; k++)
        row[1 + k] = 1.0 / (factorial * (order + 1));
    for (int j = 1; j < 20; j++) {
        double complex carried = 0.0;
        factorial *= j + order;
        for (int k = 1; k < total; k++) {
            carried -= gaps[k] * powers[k];
            powers[k] = carried;
        }
        row[0] += carried / factorial;
        for (int k = 0; k < slopes * total; k++) {
            twice[k] = carried - gaps[k] * twice[k];
            row[1 + k] += twice[k] / (factorial * (j + order + 1));
        }
    }
    const double complex grown = decay(node[0] + I * node[2], node[1], node[3], &rest);
    for (int k = 0; k <= slopes * total; k++)
        row[k] *= grown;
}

/* the divided difference of exp at those -z whose bits are set in members, and with slopes those
   with each of them twice, into a row of found: of three or more, from those of the ones without
   the two that are farthest apart, unless all are near */
static inline void some_nodes(
    int total, const double (*nodes)[4], size_t members, int slopes, double complex *found)
{
    const size_t width = 1 + (size_t)(slopes * total);
    double complex *row = found + members * width;
    double far = -1.0, gap[4];
    int a = 0, b = 0, first = -1, count = 0;
    for (int j = 0; j < total; j++) {
        if (!(members >> j & 1))
            continue;
        first = count++ ? first : j;
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
    if (count == 2) {
        double complex pair[3];
        two_nodes(nodes[a], nodes[b], pair);
        row[0] = pair[0];
        if (slopes) {
            row[1 + a] = pair[1];
            row[1 + b] = pair[2];
        }
    } else if (count > 2 && far < 1.0)
        near_nodes(total, nodes, members, first, slopes, row);
    else if (count > 2) {
        const double complex *lower = found + (members ^ ((size_t)1 << b)) * width;
        const double complex *upper = found + (members ^ ((size_t)1 << a)) * width;
        apart(nodes[a], nodes[b], gap);
        const double complex z = gap[0] + gap[1] + I * (gap[2] + gap[3]);
        row[0] = (lower[0] - upper[0]) / z;
        for (int k = 0; k < slopes * total; k++)
            if (members >> k & 1)
                row[1 + k] = ((k == b ? row[0] : lower[1 + k])
                    - (k == a ? row[0] : upper[1 + k])) / z;
    }
}

/* the divided difference of exp at all -z, and those with each of them twice */
static inline void all_nodes(
    int total, const double (*nodes)[4], int slopes, double complex *result)
{
    if (total == 2) {
        two_nodes(nodes[0], nodes[1], result);
        return;
    }
    const size_t width = 1 + (size_t)(slopes * total), every = (size_t)1 << total;
    double complex found[every * width];
    for (size_t members = 3; members < every; members++)
        some_nodes(total, nodes, members, slopes, found);
    for (size_t k = 0; k < width; k++)
        result[k] = found[(every - 1) * width + k];
}

/* x t^order, and y t^order as imaginary */
static inline double timed(double complex value, double t, int order, double *imaginary)
{
    double x = creal(value), y = cimag(value);
    for (int k = 0; k < order; k++) {
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


def _divided_differences(count: int) -> dict[str, str]:
    """Return what takes t and four numbers of each node, and what takes the nodes alone."""
    nodes = [[f"{part}{k}" for part in ("x", "dx", "y", "dy")] for k in range(count)]
    arguments = ",\n    ".join(", ".join(f"double {part}" for part in node) for node in nodes)
    gathered = ", ".join(f"{{{', '.join(node)}}}" for node in nodes)
    others = [f"{part}{k}" for k in range(1, count + 1) for part in ("real", "imaginary")]
    places = ", ".join(f"double *{name}" for name in ("imaginary", *others))
    parts = zip(others[::2], others[1::2], strict=True)
    written = "".join(
        f"    *{real} = creal(found[{k}]);\n    *{imaginary} = cimag(found[{k}]);\n"
        for k, (real, imaginary) in enumerate(parts, 1)
    )
    head = f"    const double nodes[{count}][4] = {{{gathered}}};\n"
    head += f"    double complex found[{count + 1}];\n"
    return {
        f"divided_difference_{count}": (
            f"static inline double divided_difference_{count}(\n"
            f"    double t,\n    {arguments}, double *imaginary)\n{{\n{head}"
            f"    all_nodes({count}, nodes, 0, found);\n"
            f"    return timed(found[0], t, {count - 1}, imaginary);\n}}"
        ),
        f"difference_slopes_{count}": (
            f"static inline double difference_slopes_{count}(\n"
            f"    {arguments},\n    {places})\n{{\n{head}"
            f"    all_nodes({count}, nodes, 1, found);\n{written}"
            f"    return timed(found[0], 1.0, 0, imaginary);\n}}"
        ),
    }


for _count in range(2, MOST_NODES + 1):
    SOURCES |= _divided_differences(_count)
