"""Linear systems in C, with pivots in 106 bits where `elimination_c` loses too much.

`javascript_elimination` does the same and says more.
"""

__all__ = ["SOLUTION", "SYSTEM"]

SYSTEM = r"""
/* Equations as tables; see symsync.evaluate.kernels.elimination_tables. */
typedef struct {
    int size, entries, rights, closings, knowns;
    const int32_t *sizes, *gather, *factors, *forward, *backward, *residual, *scales, *right;
    const int32_t *closing, *known;
    const double *probe;
} equations;

/* A power of two that is about a number, and 1 of zero */
static double power_near(double number)
{
    int exponent = 0;
    if (!(number > 0.0 && number < INFINITY))
        return 1.0;
    frexp(number, &exponent);
    return ldexp(1.0, exponent < -1000 ? -1000 : exponent - 1);
}

/* Add (f + f_) (g + g_) to the number at i; all are sums of two numbers. */
static inline void add_twofold(
    double *high, double *low, size_t i, double f, double f_, double g, double g_)
{
    const double p = f * g, lost = product_error(f, g, p) + (f * g_ + f_ * g);
    const double total = high[i] + p, rest = sum_error(high[i], p, total) + (low[i] + lost);
    high[i] = total + rest;
    low[i] = rest - (high[i] - total);
}
"""
"""The tables of a system, and sums of two numbers."""

SOLUTION = r"""
/* Divide the number at i by the one at j; both are sums of two numbers. */
static void divide_twofold(const double *high, const double *low, size_t i, size_t j, double f[2])
{
    const double p = (f[0] = high[i] / high[j]) * high[j];
    const double rest = (high[i] - p) - product_error(f[0], high[j], p);
    f[1] = (rest + (low[i] - f[0] * low[j])) / high[j];
}

/* Eliminate rows of numbers that are sums of two, with the largest pivots; the columns after the
   square ones become the solutions. */
static void eliminate_twofold(double *high, double *low, size_t n, size_t width)
{
    double f[2];
    for (size_t k = 0; k < n; k++) {
        size_t best = k;
        for (size_t i = k + 1; i < n; i++)
            best = fabs(high[i * width + k]) > fabs(high[best * width + k]) ? i : best;
        for (size_t j = 0; best != k && j < width; j++) {
            const double x = high[k * width + j], y = low[k * width + j];
            high[k * width + j] = high[best * width + j];
            low[k * width + j] = low[best * width + j];
            high[best * width + j] = x;
            low[best * width + j] = y;
        }
        for (size_t i = k + 1; i < n; i++) {
            divide_twofold(high, low, i * width + k, k * width + k, f);
            for (size_t j = k + 1; f[0] != 0.0 && j < width; j++)
                add_twofold(high, low, i * width + j, -f[0], -f[1], high[k * width + j],
                            low[k * width + j]);
        }
    }
    for (size_t j = n; j < width; j++)
        for (size_t i = n; i-- > 0;) {
            const size_t at = i * width + j;
            for (size_t k = i + 1; k < n; k++)
                add_twofold(high, low, at, -high[i * width + k], -low[i * width + k],
                            high[k * width + j], low[k * width + j]);
            divide_twofold(high, low, at, i * width + i, f);
            high[at] = f[0];
            low[at] = f[1];
        }
}

/* One point with pivots in 106 bits where the recorded elimination loses too much.  The largest
   population is 1 while that is done.  x holds a guess; the bound of the error is returned. */
static double pivoted(const equations *t, size_t count, const double *values, double *x)
{
    const size_t n = (size_t)t->size, width = n + 2;
    double *a = calloc(2 * n * width + 2 * (n + 1), sizeof(double)), lost = 0.0;
    if (!a)
        return INFINITY;
    double *b = a + n * width, *units = b + n * width, most = 1.0;
    size_t one = n;
    for (size_t k = 0; k < n; k++)
        most = fmax(most, fabs(x[k]));
    x[n] = 1.0;
    for (size_t k = 0; k <= n; k++) {
        const int32_t *pair = t->scales + 2 * k;
        const int known = t->sizes[6] && k < n;
        units[k] = k == n ? 1.0 : known ? sqrt(fabs(x[pair[0]])) * sqrt(fabs(x[pair[1]])) : most;
        units[k] = power_near(units[k]);
    }
    for (size_t k = 0; t->closings && k < n; k++)
        if (t->scales[2 * k] == (int32_t)k && t->scales[2 * k + 1] == (int32_t)k
                && units[k] > units[one])
            one = k;
    const int32_t *row = t->residual;
    for (size_t i = 0; i < n; row += 1 + 3 * row[0], i++) {
        const int32_t *first = i == one ? t->closing : row + 1;
        const int32_t *last = i == one ? t->closing + t->closings : first + 3 * row[0];
        double largest = 1e-300;
        for (const int32_t *r = first; r < last; r += 3)
            largest = fmax(largest, fabs(values[(size_t)r[0] * count]) * units[r[1]]);
        for (const int32_t *r = first; r < last; r += 3) {
            const size_t column = (size_t)r[1];
            const size_t place = column == one ? n : column == n ? one : column;
            const double f = r[2] / power_near(largest) * units[column];
            const double u = f * values[(size_t)r[0] * count];
            const double u_ = f * values[(size_t)(r[0] + t->entries) * count];
            add_twofold(a, b, i * width + place, u, u_, place == n ? -1.0 : 1.0, 0.0);
            if (place < n)
                add_twofold(a, b, i * width + n + 1, u, u_, column < n ? t->probe[column] : 1.0,
                            0.0);
        }
    }
    eliminate_twofold(a, b, n, width);
    for (size_t column = 0; column <= n; column++) {
        const size_t at = (column == n ? one : column) * width + n;
        if (column == one) {
            x[column] = 1.0;
            continue;
        }
        const double wanted = column < n ? t->probe[column] : 1.0;
        const double off = fabs((a[at + 1] - wanted) + b[at + 1]);
        x[column] = (a[at] + b[at]) * (units[column] / units[one]);
        lost = off <= lost || lost != lost ? lost : off;
    }
    for (size_t k = 0; k < n; k++)
        x[k] /= x[n];
    free(a);
    return (lost <= 0x1p-10 ? 128.0 * lost : INFINITY) + 0x1p-50;
}

/* The unknowns at some points; nan where they are not known. */
static void solved(const equations *t, size_t count, const double *values, double *out)
{
    const size_t n = (size_t)t->size;
    double *lost = malloc((2 * count + n + 1) * sizeof(double));
    double *change = lost + count, *x = change + count;
    int done = lost && t->factors;
    if (done)
        done = symsync_elimination(
            t->sizes, t->gather, t->factors, t->forward, t->backward, t->residual, t->scales,
            t->right, count, t->probe, values, values + (size_t)t->entries * count, out, lost,
            change);
    for (size_t i = 0; i < count; i++) {
        double error = INFINITY;
        if (done && lost[i] <= 0x1p-10)
            error = 64.0 * lost[i] * change[i] + 0x1p-51;
        for (size_t k = 0; lost && k < n; k++)
            x[k] = done ? out[k * count + i] : 1.0;
        const int doubtful = !(error < 0x1p-45);
        for (int round = 0; lost && round < 2 && !(error < 0x1p-45); round++)
            error = pivoted(t, count, values + i, x);
        for (size_t k = 0; doubtful && k < n; k++)
            out[k * count + i] = error < 0x1p-45 ? x[k] : NAN;
    }
    free(lost);
}
"""
"""`solved` of some points."""
