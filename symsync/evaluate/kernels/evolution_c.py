"""Evolutions in C, for one point after the other; see `javascript_evolution`."""

__all__ = ["EVOLUTION"]

EVOLUTION = r"""
/* M t of one point as a matrix, with the rest of each entry */
static void matrix_of(const equations *t, size_t count, const double *values, double time,
                      double *m, double *m_)
{
    const size_t n = (size_t)t->size;
    const int32_t *r = t->residual;
    for (size_t i = 0; i < n; i++) {
        const int32_t *end = r + 1 + 3 * r[0];
        for (r++; r < end; r += 3)
            add_twofold(m, m_, i * n + (size_t)r[1], r[2] * values[(size_t)r[0] * count],
                        r[2] * values[(size_t)(r[0] + t->entries) * count], time, 0.0);
    }
}

/* c = ab for matrices of numbers that are sums of two, high parts first */
static void product_twofold(const double *a, const double *b, double *c, size_t n)
{
    const size_t m = n * n;
    for (size_t k = 0; k < 2 * m; k++)
        c[k] = 0.0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            const double f = a[i * n + k], f_ = a[m + i * n + k];
            for (size_t j = 0; (f != 0.0 || f_ != 0.0) && j < n; j++)
                add_twofold(c, c + m, i * n + j, f, f_, b[k * n + j], b[m + k * n + j]);
        }
}

/* The largest sum of moduli in a row */
static double norm_of(const double *matrix, size_t n)
{
    double most = 0.0;
    for (size_t i = 0; i < n; i++) {
        double sum = 0.0;
        for (size_t j = 0; j < n; j++)
            sum += fabs(matrix[i * n + j]);
        most = sum <= most || most != most ? most : sum;
    }
    return most;
}

/* Powers of two near the sizes that unknowns have after some units of time */
static void reached(const double *matrix, size_t n, const double *y, double *size, double *next)
{
    const double norm = norm_of(matrix, n);
    double most = 0.0;
    for (size_t i = 0; i < n; i++)
        size[i] = fabs(y[i]);
    for (int step = 0; step < 32; step++) {
        for (size_t i = 0; i < n; i++) {
            next[i] = size[i];
            for (size_t j = 0; j < n; j++)
                next[i] += fabs(matrix[i * n + j]) / norm * size[j];
        }
        for (size_t i = 0; i < n; i++)
            size[i] = next[i];
    }
    for (size_t i = 0; i < n; i++)
        most = fmax(most, size[i]);
    for (size_t i = 0; i < n; i++)
        size[i] = size[i] > 0.0 ? ldexp(1.0, (int)fmax(-500.0, round(log2(size[i] / most)))) : 1.0;
}

/* y to exp(Mt) y by squaring; work has room for 6 n^2 + 2 n numbers, of which m = Mt are first. */
static void squared(double *work, size_t n, double *y)
{
    const size_t m = n * n;
    double *a = work, *found = a + 2 * m, *next = found + 2 * m, *size = next + 2 * m;
    reached(a, n, y, size, size + n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            for (size_t k = 0; k < 2 * m; k += m)
                a[k + i * n + j] *= size[j] / size[i];
    const double squarings = fmax(0.0, ceil(log2(norm_of(a, n) * 16.0)));
    if (!(norm_of(a, n) < INFINITY && squarings <= 40.0)) {
        for (size_t i = 0; i < n; i++)
            y[i] = NAN;
        return;
    }
    for (size_t k = 0; k < 2 * m; k++) {
        a[k] = ldexp(a[k], -(int)squarings);
        found[k] = k < m && k % (n + 1) == 0 ? 1.0 : 0.0;
    }
    for (int k = 14; k > 0; k--) {
        product_twofold(a, found, next, n);
        for (size_t i = 0; i < m; i++) {
            const double one = i % (n + 1) == 0 ? 1.0 : 0.0, q = next[i] / k, back = k * q;
            const double rest = (next[i] - back - product_error(k, q, back) + next[m + i]) / k;
            const double low = sum_error(q, one, q + one) + rest;
            found[i] = q + one + low;
            found[m + i] = low - (found[i] - (q + one));
        }
    }
    for (int k = 0; k < (int)squarings; k++) {
        product_twofold(found, found, next, n);
        double *swap = found;
        found = next;
        next = swap;
    }
    for (size_t i = 0; i < n; i++) {
        next[i] = 0.0;
        for (size_t j = 0; j < n; j++)
            next[i] += (found[i * n + j] + found[m + i * n + j]) * (y[j] / size[j]);
    }
    for (size_t i = 0; i < n; i++)
        y[i] = size[i] * next[i];
}

/* y to exp(M/steps)^steps y by power series; work has room for n^2 + 2 n numbers, m first. */
static void stepped(double *work, size_t n, int steps, double *y)
{
    double *term = work + n * n, *next = term + n;
    for (int step = 0; step < steps; step++) {
        for (size_t i = 0; i < n; i++)
            term[i] = y[i];
        for (int k = 1; k < 19; k++) {
            for (size_t i = 0; i < n; i++) {
                next[i] = 0.0;
                for (size_t j = 0; j < n; j++)
                    next[i] += work[i * n + j] * term[j];
                next[i] /= (double)k * steps;
            }
            for (size_t i = 0; i < n; i++)
                y[i] += term[i] = next[i];
        }
    }
}

/* The unknowns of an evolution at some points */
static void evolved(const equations *t, size_t count, const double *values, double *out)
{
    const size_t n = (size_t)t->size;
    double *work = malloc((6 * n * n + 3 * n) * sizeof(double)), *y = work + 6 * n * n + 2 * n;
    for (size_t i = 0; i < count; i++) {
        const double time = values[2 * (size_t)t->entries * count + i];
        for (size_t k = 0; k < 2 * n * n && work; k++)
            work[k] = 0.0;
        for (size_t k = 0; k < n && work; k++)
            y[k] = 0.0;
        for (int k = 0; k < t->rights && work; k += 3)
            y[t->right[k]] = t->right[k + 2] * values[(size_t)t->right[k + 1] * count + i];
        if (work) {
            matrix_of(t, count, values + i, time, work, work + n * n);
            const double norm = norm_of(work, n);
            if (norm <= 256.0 && time >= 0.0)
                stepped(work, n, (int)fmax(1.0, ceil(norm)), y);
            else
                squared(work, n, y);
        }
        for (size_t k = 0; k < n; k++)
            out[k * count + i] = work ? y[k] : NAN;
    }
    free(work);
}
"""
"""`evolved` of some points."""
