"""What a C file for programs of one's own needs beside the kernels of the backend `c`.

These take one point after the other; `javascript_systems` and `javascript_crossings` are the same
in JavaScript, and say more.
"""

__all__ = ["CROSSINGS", "EIGENVALUES", "EVOLUTION", "SOLUTION", "SYSTEM"]

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

EIGENVALUES = r"""
typedef double complex number;

static inline double size_of(number z)
{
    return fabs(creal(z)) + fabs(cimag(z));
}

/* Turn rows or columns p and q, whose numbers are `step` apart, by (c, u; -u*, c). */
static void turn(number *m, size_t n, size_t p, size_t q, size_t step, double c, number u)
{
    for (size_t k = 0; k < n; k++, p += step, q += step) {
        const number a = m[p], b = m[q];
        m[p] = c * a + u * b;
        m[q] = c * b - conj(u) * a;
    }
}

/* Turn rows p and q so that the number at (q, column) vanishes. */
static void turned_away(number *m, size_t n, size_t p, size_t q, size_t column, double *c,
                        number *u)
{
    const number a = m[p * n + column], b = m[q * n + column];
    const double first = cabs(a), second = cabs(b), size = hypot(first, second);
    *c = second == 0.0 ? 1.0 : first / size;
    *u = second == 0.0 ? 0.0 : first == 0.0 ? 1.0 : a * conj(b) / (first * size);
    if (second == 0.0)
        return;
    turn(m, n, p * n, q * n, 1, *c, *u);
    m[q * n + column] = 0.0;
}

/* The eigenvalue of the last two rows that is nearer to the last number */
static number shift_of(const number *m, size_t n, size_t k)
{
    const number a = m[(k - 1) * n + k - 1], d = m[k * n + k];
    const number bc = m[(k - 1) * n + k] * m[k * n + k - 1], h = (a - d) / 2.0;
    const number root = csqrt(h * h + bc), sum = creal(h * conj(root)) < 0.0 ? h - root : h + root;
    return sum == 0.0 ? d : d - bc / sum;
}

/* The triangular form of a matrix by turns, first to a Hessenberg matrix, and the vectors;
   c and u have room for n numbers. */
static void schur(number *m, number *vectors, size_t n, double *c, number *u)
{
    double scale = 0.0;
    for (size_t k = 0; k < n * n; k++) {
        vectors[k] = k % (n + 1) == 0 ? 1.0 : 0.0;
        scale += size_of(m[k]);
    }
    for (size_t k = 0; k < n; k++)
        for (size_t q = k + 2; q < n; q++) {
            turned_away(m, n, k + 1, q, k, c, u);
            turn(m, n, k + 1, q, n, *c, conj(*u));
            turn(vectors, n, k + 1, q, n, *c, conj(*u));
        }
    int tries = 0;
    for (size_t last = n - 1; last > 0 && last < n;) {
        size_t first = last;
        for (; first > 0; first--) {
            double near = size_of(m[first * (n + 1)]) + size_of(m[(first - 1) * (n + 1)]);
            near = near > 0.0 ? near : scale;
            if (!(size_of(m[first * n + first - 1]) > 0x1p-53 * near))
                break;
        }
        if (first > 0)
            m[first * n + first - 1] = 0.0;
        if (first == last || tries > 300) {
            last--;
            tries = 0;
            continue;
        }
        const number shift = ++tries % 10 ? shift_of(m, n, last) : size_of(m[last * n + last - 1]);
        for (size_t k = 0; k < n; k++)
            m[k * (n + 1)] -= shift;
        for (size_t k = first; k < last; k++)
            turned_away(m, n, k, k + 1, k, c + k, u + k);
        for (size_t k = first; k < last; k++) {
            turn(m, n, k, k + 1, n, c[k], conj(u[k]));
            turn(vectors, n, k, k + 1, n, c[k], conj(u[k]));
        }
        for (size_t k = 0; k < n; k++)
            m[k * (n + 1)] += shift;
    }
}

/* The matrix of one point; columns from n on are the imaginary part.  The norm is returned. */
static double complex_matrix(const equations *t, size_t count, const double *values, number *m)
{
    const size_t n = (size_t)t->size;
    const int32_t *r = t->residual;
    double norm = 0.0;
    for (size_t i = 0; i < n; i++) {
        const int32_t *end = r + 1 + 3 * r[0];
        double sum = 0.0;
        for (size_t j = 0; j < n; j++)
            m[i * n + j] = 0.0;
        for (r++; r < end; r += 3)
            m[i * n + (size_t)r[1] % n] +=
                r[2] * values[(size_t)r[0] * count] * ((size_t)r[1] < n ? 1.0 : I);
        for (size_t j = 0; j < n; j++)
            sum += cabs(m[i * n + j]);
        norm = sum <= norm || norm != norm ? norm : sum;
    }
    return norm;
}

/* Whether one eigenvalue comes before another: by falling real parts, or by falling imaginary ones
   of a group whose real parts are equal. */
static int is_before(number a, number b, const double *group)
{
    if (group)
        return group[0] < group[1] || (group[0] == group[1] && cimag(a) > cimag(b));
    return creal(a) > creal(b);
}

static void sort(number *z, double *group, size_t n)
{
    for (size_t k = 1; k < n; k++)
        for (size_t j = k; j > 0; j--) {
            const double pair[2] = {group ? group[j] : 0.0, group ? group[j - 1] : 0.0};
            if (!is_before(z[j], z[j - 1], group ? pair : NULL))
                break;
            const number swap = z[j];
            z[j] = z[j - 1];
            z[j - 1] = swap;
            if (group) {
                group[j] = pair[1];
                group[j - 1] = pair[0];
            }
        }
}

/* Re and Im of the eigenvalues that are not known, at some points */
static void eigenvalues(const equations *t, size_t count, const double *values, double *out)
{
    const size_t n = (size_t)t->size;
    number *m = malloc((2 * n * n + 2 * n) * sizeof(number) + n * sizeof(double));
    number *u = m + 2 * n * n, *found = u + n;
    double *c = (double *)(found + n);
    for (size_t i = 0; i < count; i++) {
        size_t left = n;
        const double norm = m ? complex_matrix(t, count, values + i, m) : NAN;
        if (norm < INFINITY)
            schur(m, m + n * n, n, c, u);
        for (size_t k = 0; k < n && m; k++)
            found[k] = norm < INFINITY ? m[k * (n + 1)] : NAN;
        const int32_t *known = t->known;
        for (int row = 0; row < t->knowns && m; row++) {
            const int32_t *end = known + 1 + 3 * known[0];
            number one = 0.0;
            size_t nearest = 0;
            for (known++; known < end; known += 3)
                one += known[2] * values[(size_t)known[1] * count + i] * (known[0] ? I : 1.0);
            for (size_t k = 1; k < left; k++)
                nearest = cabs(found[k] - one) < cabs(found[nearest] - one) ? k : nearest;
            for (left--; nearest < left; nearest++)
                found[nearest] = found[nearest + 1];
        }
        if (m)
            sort(found, NULL, left);
        for (size_t k = 0; k < left && m; k++) {
            c[k] = k ? c[k - 1] : 0.0;
            c[k] += k && creal(found[k - 1]) - creal(found[k]) > 1e-10 * norm ? 1.0 : 0.0;
        }
        if (m)
            sort(found, c, left);
        left = n - (size_t)t->knowns;
        for (size_t k = 0; k < left; k++) {
            out[2 * k * count + i] = m ? creal(found[k]) : NAN;
            out[(2 * k + 1) * count + i] = m ? cimag(found[k]) : NAN;
        }
    }
    free(m);
}

/* The slowest rate of modes that y(0) excites, at some points */
static void slowest_rate(const equations *t, size_t count, const double *values, double *out)
{
    const size_t n = (size_t)t->size;
    number *m = malloc((3 * n * n + 2 * n) * sizeof(number) + n * sizeof(double));
    number *vectors = m + n * n, *modes = vectors + n * n, *u = modes + n * n, *weights = u + n;
    double *c = (double *)(weights + n);
    for (size_t i = 0; i < count; i++) {
        const double norm = m ? complex_matrix(t, count, values + i, m) : NAN;
        out[i] = NAN;
        if (!(norm < INFINITY))
            continue;
        schur(m, vectors, n, c, u);
        double start = 0.0;
        for (size_t k = 0; k < n; k++)
            weights[k] = 0.0;
        for (int r = 0; r < t->rights; r += 3) {
            const double y = t->right[r + 2] * values[(size_t)t->right[r + 1] * count + i];
            for (size_t k = 0; k < n; k++)
                weights[k] += conj(vectors[(size_t)t->right[r] * n + k]) * y;
            start = hypot(start, y);
        }
        for (size_t k = 0; k < n; k++) {
            number *x = modes + k * n;
            for (size_t j = n; j-- > 0;) {
                number sum = 0.0, gap = m[j * (n + 1)] - m[k * (n + 1)];
                for (size_t l = j + 1; l <= k; l++)
                    sum -= m[j * n + l] * x[l];
                gap = cabs(gap) < 0x1p-53 * norm ? 0x1p-53 * norm : gap;
                x[j] = j > k ? 0.0 : j == k ? 1.0 : sum / gap;
            }
        }
        out[i] = INFINITY;
        for (size_t k = n; k-- > 0;) {
            double size = 0.0;
            for (size_t j = 0; j < k; j++)
                weights[j] -= modes[k * n + j] * weights[k];
            for (size_t j = 0; j <= k; j++)
                size = hypot(size, cabs(modes[k * n + j]));
            const number rate = m[k * (n + 1)];
            if (cabs(weights[k]) * size > 1e-10 * start && cabs(rate) > 1e-13 * norm)
                out[i] = fmin(out[i], -creal(rate));
        }
    }
    free(m);
}
"""

CROSSINGS = r"""
/* Functions of one number, with what they depend on beside it: values to `rows` of `found` */
typedef struct margins {
    void (*at)(const struct margins *, double, double *);
    size_t rows, count;
    const double *values;
    double side, *found, *mask;
    int which;
} margins;

/* One margin or, if `which` is negative, the least one of those that are masked */
static double margin_at(const margins *f, double x)
{
    double least = INFINITY;
    f->at(f, x, f->found);
    if (f->which >= 0)
        return f->side * f->found[f->which];
    for (size_t k = 0; k < f->rows; k++)
        if (f->mask[k] != 0.0)
            least = fmin(least, f->side * f->found[k]);
    return least;
}

/* Where a function changes its sign, by Chandrupatla's method */
static double root_between(const margins *f, double low, double high)
{
    double a = low, b = high, c = 0.0, part = 0.5, out = high;
    double fa = margin_at(f, a), fb = margin_at(f, b), fc = 0.0;
    for (int k = 0; k < 100; k++) {
        const double x = a + part * (b - a), fx = margin_at(f, x);
        if ((fx < 0.0) == (fa < 0.0)) {
            c = a;
            fc = fa;
        } else {
            c = b;
            fc = fb;
            b = a;
            fb = fa;
        }
        a = x;
        fa = fx;
        out = fabs(fa) < fabs(fb) ? a : b;
        const double least = 0x1p-53 * fabs(out / (b - a));
        if (!(least < 0.5) || fa == 0.0)
            break;
        const double xi = (a - b) / (c - b), phi = (fa - fb) / (fc - fb);
        const double inverse = fa / (fb - fa) * fc / (fb - fc)
            + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb);
        part = phi * phi < xi && (1.0 - phi) * (1.0 - phi) < 1.0 - xi ? inverse : 0.5;
        part = fmin(fmax(part, least), 1.0 - least);
    }
    return out;
}

/* An x at which a margin is negative between three points only, by golden sections; or nan */
static double dip(const margins *f, const double x[3], const double y[3], double shallow)
{
    const double bend = y[0] - 2.0 * y[1] + y[2], known = 0x1p-36, golden = (sqrt(5.0) - 1.0) / 2.0;
    const double depth = y[1] - (y[2] - y[0]) * (y[2] - y[0]) / (8.0 * bend);
    if (!(y[1] > known && y[1] + known < fmin(y[0], y[2]) && depth < shallow))
        return NAN;
    double a = log(x[0]), d = log(x[2]), b = d - golden * (d - a), c = a + golden * (d - a);
    double left = margin_at(f, exp(b)), right = margin_at(f, exp(c));
    for (int k = 0; k < 20; k++) {
        if (left < right) {
            d = c;
            c = b;
            right = left;
            left = margin_at(f, exp(b = d - golden * (d - a)));
        } else {
            a = b;
            b = c;
            left = right;
            right = margin_at(f, exp(c = a + golden * (d - a)));
        }
    }
    return fmin(left, right) < -known ? exp(left < right ? b : c) : NAN;
}

/* The infimum of positive x at which a margin is negative.  `change` asks for a change of sign,
   whichever sign the only margin has at first. */
static double first_negative(margins *f, double scale, double shallow, int change)
{
    const double known = 0x1p-36;
    double out = NAN, x[3] = {0.0, 0.0, 0.0}, *old = f->mask + f->rows, *now = f->found;
    double *positive = old + 2 * f->rows;
    if (!(fabs(scale) < INFINITY))
        return NAN;
    scale = scale > 0.0 ? scale : 1.0;
    for (size_t k = 0; k < f->rows; k++)
        positive[k] = 0.0;
    for (int step = -96; step < 49; step++) {
        double low = INFINITY, high = scale * pow(10.0, step / 8.0);
        int any = 0, all_nan = 1;
        x[0] = x[1];
        x[1] = x[2];
        x[2] = high;
        f->at(f, x[2], now);
        if (change && f->side == 0.0 && fabs(now[0]) > known)
            f->side = now[0] < 0.0 ? -1.0 : 1.0;
        for (size_t k = 0; k < f->rows; k++) {
            now[k] *= f->side == 0.0 ? 1.0 : f->side;
            f->mask[k] = now[k] < -known ? 1.0 : 0.0;
            any |= now[k] < -known;
            all_nan &= now[k] != now[k];
            low = now[k] < -known ? fmin(low, positive[k]) : low;
        }
        double *copy = positive + f->rows;
        for (size_t k = 0; k < f->rows; k++)
            copy[k] = now[k];
        for (size_t k = 0; x[0] > 0.0 && k < f->rows; k++) {
            const double y[3] = {old[2 * k], old[2 * k + 1], copy[k]};
            f->which = (int)k;
            const double at = dip(f, x, y, shallow);
            if (at < high) {
                low = x[0];
                high = at;
                any = 1;
                for (size_t j = 0; j < f->rows; j++)
                    f->mask[j] = j == k ? 1.0 : 0.0;
            }
        }
        f->which = -1;
        if (any)
            return low > 0.0 ? root_between(f, low, high) : 0.0;
        out = all_nan ? out : INFINITY;
        for (size_t k = 0; k < f->rows; k++) {
            positive[k] = copy[k] > known ? x[2] : positive[k];
            old[2 * k] = old[2 * k + 1];
            old[2 * k + 1] = copy[k];
        }
    }
    return out;
}

/* The least positive x at which the only margin changes its sign; nan where that is not known */
static double first_change(margins *f, double scale, double shallow)
{
    const double size = scale > 0.0 ? scale : 1.0, known = 0x1p-36;
    double first, second;
    f->at(f, 1e-24 * size, &first);
    f->at(f, 1e-6 * size, &second);
    if (first != first && second != second)
        return NAN;
    f->side = fabs(first) > known ? (first < 0.0 ? -1.0 : 1.0) : 0.0;
    const double out = first_negative(f, scale, shallow, 1);
    if (!(out > 0.0 && out < INFINITY))
        return out > 0.0 ? out : NAN;
    f->which = 0;
    for (int power = -34; power < -19; power += 7) {
        const double below = margin_at(f, out * (1.0 - ldexp(1.0, power)));
        const double above = margin_at(f, out * (1.0 + ldexp(1.0, power)));
        if (below > known && above < -known && fmax(fabs(below), fabs(above)) < 0x1p-10)
            return out;
    }
    return NAN;
}

/* The x at which the first margin is largest; the second one is its derivative.  Places and widths
   are the last 2 `hills` values. */
static double highest_point(margins *f, const double *starts, size_t hills)
{
    static const double steps[8] = {0.0, 0.15, 0.35, 0.6, 1.0, 1.5, 2.5, 4.0};
    double most = -INFINITY, out = NAN, reached = -INFINITY;
    for (size_t k = 0; k < 2 * hills; k++)
        if (!(fabs(starts[k * f->count]) < INFINITY))
            return NAN;
    for (int pass = 0; pass < 2; pass++)
        for (size_t k = 0; k < hills; k++) {
            const double place = starts[2 * k * f->count], width = starts[(2 * k + 1) * f->count];
            double top = -INFINITY, x = NAN;
            f->which = 0;
            for (int j = 0; j < 16; j++) {
                const double at = place + (j % 2 ? -1.0 : 1.0) * steps[j / 2] * width;
                const double value = margin_at(f, at);
                if (value > top) {
                    top = value;
                    x = at;
                }
            }
            most = pass ? most : fmax(most, top);
            if (!pass || !(top >= most - 0.5 * fabs(most)))
                continue;
            f->which = 1;
            const double slope = margin_at(f, x);
            double low = x, high = x, step = 0.05 * fabs(width);
            step *= slope > 0.0 ? 1.0 : slope < 0.0 ? -1.0 : slope;
            int climbing = step != 0.0;
            for (int j = 0; j < 64 && climbing; j++, step *= 2.0) {
                low = high;
                high += step;
                climbing = margin_at(f, high) * step > 0.0;
            }
            const double at = climbing ? NAN : low == high ? x : root_between(f, low, high);
            f->which = 0;
            const double level = margin_at(f, at);
            if (level >= reached) {
                reached = level;
                out = at;
            }
        }
    return out;
}
"""
