"""Eigenvalues of matrices in C, for one point after the other; see `javascript_eigenvalues`."""

__all__ = ["EIGENVALUES"]

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
"""`eigenvalues` and `slowest_rate` of some points."""
