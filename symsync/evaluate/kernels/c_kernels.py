"""The kernels for one element in C99; see `scalar_kernels`, which they follow line by line."""

import re

__all__ = ["SOURCES"]

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
    double complex total = 1.0, term = 1.0;
    if (cabs(z) >= 1.0) {
        double complex remainder;
        (void)decay(z, x_rest, y_rest, &remainder);
        return remainder / z;
    }
    for (int k = 2; k < 21; k++) {
        term = -z * term / k;
        total += term;
    }
    return total;
}

/* ((1 - exp(-z1)) - z1 exp(-z1) (1 - exp(-d)) / d) / (z1 z2) with d = z2 - z1 */
static inline double complex two_nodes(
    double complex z1, double x_rest, double y_rest, double complex z2, double complex gap)
{
    double complex total = 0.5, power = 1.0, both = 1.0;
    double factorial = 2.0;
    if (cabs(z1) >= 1.0 || cabs(z2) >= 1.0) {
        double complex remainder;
        const double complex decayed = decay(z1, x_rest, y_rest, &remainder);
        return (remainder - z1 * decayed * one_node(gap, 0.0, 0.0)) / (z1 * z2);
    }
    for (int k = 3; k < 22; k++) {
        factorial *= k;
        power = -z1 * power;
        both = power - z2 * both;
        total += both / factorial;
    }
    return total;
}

/* the divided difference of exp(s t) at s = 0, -z / t */
static inline double divided_difference_1(
    double t, double x, double x_rest, double y, double y_rest, double *imaginary)
{
    const double complex value = one_node(x + I * y, x_rest, y_rest);
    *imaginary = t * cimag(value);
    return t * creal(value);
}

/* the divided difference of exp(s t) at s = 0, -z1 / t, -z2 / t; the gap is z2 - z1 */
static inline double divided_difference_2(
    double t, double x1, double x1_rest, double y1, double y1_rest,
    double x2, double x2_rest, double y2, double y2_rest,
    double gap_x, double gap_x_rest, double gap_y, double gap_y_rest, double *imaginary)
{
    const double complex z1 = x1 + I * y1, z2 = x2 + I * y2, gap = gap_x + I * gap_y;
    const int swap = fmin(cabs(z1), cabs(z2)) < 1.0 ? cabs(z2) < cabs(z1) : gap_x < 0.0;
    const double complex value = swap ? two_nodes(z2, x2_rest, y2_rest, z1, -gap)
                                      : two_nodes(z1, x1_rest, y1_rest, z2, gap);
    (void)gap_x_rest;
    (void)gap_y_rest;
    *imaginary = t * (t * cimag(value));
    return t * (t * creal(value));
}
"""


def _name(text: str) -> str:
    """Return the name of the function that a text defines: the first one before a bracket."""
    return re.sub(r"/\*.*\*/", "", text).split("(")[0].split()[-1]


SOURCES = {_name(text): text for text in _TEXT.strip().split("\n\n")}
"""The text of each kernel after those that it calls."""
