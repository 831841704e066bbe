"""The elimination of a linear system in C: a small loop over tables, 32 points at a time."""

__all__ = ["SOURCE"]

SOURCE = r"""
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* Points side by side, so that an index is read once for all of them. */
#define W 32
/* Vectors of GNU C, for gcc and clang: of plain loops no compiler knows that the target is not the
   source of what follows. */
typedef double vector __attribute__((vector_size(64), may_alias));
#define V (W / 8)
#define EACH_VECTOR for (int k = 0; k < V; k++)

/* What one more refinement could change. */
#define ENOUGH 1e-18

#define EACH for (int w = 0; w < W; w++)

#if defined(__FMA__) || defined(__aarch64__)
static inline double product_error(double a, double b, double p) { return fma(a, b, -p); }
#else
static inline double product_error(double a, double b, double p)
{
    const double s = 134217729.0 * a, t = 134217729.0 * b;
    const double ah = s - (s - a), bh = t - (t - b), al = a - ah, bl = b - bh;
    return ((ah * bh - p) + ah * bl + al * bh) + al * bl;
}
#endif

static inline double *at(double *base, int32_t place) { return base + (size_t)place * W; }

/* Each row below a pivot loses a multiple of the pivot's row; the factors stay in its place. */
static void factorise(const int32_t *t, const int32_t *end, double *v)
{
    while (t < end) {
        vector *pivot = (vector *)at(v, t[0]), inverse[V];
        EACH_VECTOR inverse[k] = 1.0 / pivot[k];
        EACH_VECTOR pivot[k] = inverse[k];
        int32_t rows = t[1];
        for (t += 2; rows > 0; rows--) {
            vector *place = (vector *)at(v, t[0]), factor[V];
            EACH_VECTOR factor[k] = place[k] * inverse[k];
            EACH_VECTOR place[k] = factor[k];
            int32_t count = t[1];
            for (t += 2; count > 0; count--, t += 2) {
                vector *target = (vector *)at(v, t[0]), *source = (vector *)at(v, t[1]);
                EACH_VECTOR target[k] -= factor[k] * source[k];
            }
        }
    }
}

/* Vectors come in pairs, whose parts lie side by side; `parts` says how many of them are wanted. */
static inline double *of(double *base, int32_t place, int part)
{
    return base + ((size_t)place * 2 + (size_t)part) * W;
}

static inline void solve(const int32_t *f, const int32_t *f_end, const int32_t *b,
                         const int32_t *b_end, double *v, double *y, double *x, const int parts)
{
    for (; f < f_end; f += 3) {
        vector *factor = (vector *)at(v, f[1]);
        for (int part = 0; part < parts; part++) {
            vector *target = (vector *)of(y, f[0], part), *source = (vector *)of(y, f[2], part);
            EACH_VECTOR target[k] -= factor[k] * source[k];
        }
    }
    while (b < b_end) {
        vector total[2][V], *inverse = (vector *)at(v, b[2]);
        for (int part = 0; part < parts; part++)
            EACH_VECTOR total[part][k] = ((vector *)of(y, b[1], part))[k];
        const int32_t unknown = b[0];
        int32_t count = b[3];
        for (b += 4; count > 0; count--, b += 2) {
            vector *factor = (vector *)at(v, b[0]);
            for (int part = 0; part < parts; part++) {
                vector *source = (vector *)of(x, b[1], part);
                EACH_VECTOR total[part][k] -= factor[k] * source[k];
            }
        }
        for (int part = 0; part < parts; part++)
            EACH_VECTOR ((vector *)of(x, unknown, part))[k] = total[part][k] * inverse[k];
    }
}

/* y = -(Ax + c), with products and sums in twice the precision. */
static inline void residual(const int32_t *t, int n, double *high, double *low, double *x,
                            double *y, const int parts)
{
    for (int i = 0; i < n; i++) {
        double total[2][W] = {{0}}, rest[2][W] = {{0}};
        int32_t count = *t++;
        for (; count > 0; count--, t += 3) {
            double *a = at(high, t[0]), *b = at(low, t[0]);
            const double sign = -t[2];
            for (int part = 0; part < parts; part++) {
                double *source = of(x, t[1], part);
                EACH {
                    const double q = sign * source[w], p = a[w] * q, s = total[part][w] + p;
                    const double back = s - total[part][w];
                    rest[part][w] += ((total[part][w] - (s - back)) + (p - back))
                                     + (product_error(a[w], q, p) + b[w] * q);
                    total[part][w] = s;
                }
            }
        }
        for (int part = 0; part < parts; part++)
            EACH of(y, i, part)[w] = total[part][w] + rest[part][w];
    }
}

/* The bounds of the unknowns x by their scales, or by the largest one, and their inverses. */
static void bounds(const int32_t *scales, int known, int n, double *x, double *s, double *inverse)
{
    double largest[W], *root = inverse; /* of the populations, until they are inverted */
    EACH largest[w] = 1;
    for (int k = 0; !known && k < n; k++) EACH {
        const double size = fabs(of(x, k, 0)[w]);
        largest[w] = size > largest[w] ? size : largest[w];
    }
    EACH at(root, n)[w] = 1;
    for (int k = 0; known && k < n; k++)
        if (scales[2 * k] == k) EACH at(root, k)[w] = sqrt(fabs(of(x, k, 0)[w]));
    for (int k = 0; k < n; k++) {
        double *to = at(s, k);
        double *a = known ? at(root, scales[2 * k]) : largest;
        double *b = known ? at(root, scales[2 * k + 1]) : at(root, n);
        EACH to[w] = a[w] * b[w] + 1e-300;
    }
    for (int k = 0; k < n; k++) EACH at(inverse, k)[w] = 1 / at(s, k)[w];
}

/* The largest |d| relative to its bound; nan stays. */
static void relative(int n, double *inverse, double *d, int part, double *r)
{
    double most[W];
    EACH most[w] = 0;
    for (int k = 0; k < n; k++) {
        double *factor = at(inverse, k), *change = of(d, k, part);
        EACH {
            const double ratio = fabs(change[w]) * factor[w];
            most[w] = ratio <= most[w] || most[w] != most[w] ? most[w] : ratio;
        }
    }
    EACH r[w] = most[w];
}

int symsync_elimination(const int32_t *sizes, const int32_t *gather, const int32_t *factors,
                        const int32_t *forward, const int32_t *backward, const int32_t *rows,
                        const int32_t *scales, const int32_t *right, size_t count,
                        const double *probe, const double *high, const double *low, double *out,
                        double *lost, double *change)
{
    const int n = sizes[0], slots = sizes[1], entries = sizes[2];
    const size_t room = (size_t)W * (size_t)(slots + 2 * entries + 8 * (n + 1) + 2);
    double *work = malloc(sizeof(double) * room + 64);
    if (!work) return 0;
    double *v = (double *)(((uintptr_t)work + 63) & ~(uintptr_t)63);
    double *h = at(v, slots), *l = at(h, entries), *x = at(l, entries);
    double *y = at(x, 2 * (n + 1)), *d = at(y, 2 * (n + 1)), *s = at(d, 2 * (n + 1));
    double *i = at(s, n + 1), *r = at(i, n + 1);
    for (size_t start = 0; start < count; start += W) {
        const size_t filled = count - start < W ? count - start : W;
        for (int k = 0; k < entries; k++) {
            const double *a = high + (size_t)k * count + start;
            const double *b = low + (size_t)k * count + start;
            double *to = at(h, k), *too = at(l, k);
            if (filled == W) {
                EACH to[w] = a[w];
                EACH too[w] = b[w];
            } else {
                EACH to[w] = a[(size_t)w < filled ? (size_t)w : filled - 1];
                EACH too[w] = b[(size_t)w < filled ? (size_t)w : filled - 1];
            }
        }
        for (int k = 0; k < slots; k++) {
            const double sign = gather[2 * k + 1];
            double *to = at(v, k), *from = at(h, gather[2 * k]);
            if (sign == 0) EACH to[w] = 0;
            else EACH to[w] = sign * from[w];
        }
        factorise(factors, factors + sizes[3], v);
        for (int k = 0; k < n; k++) EACH of(y, k, 0)[w] = 0;
        for (const int32_t *t = right; t < right + sizes[7]; t += 3) {
            const double sign = t[2];
            double *to = of(y, t[0], 0), *from = at(h, t[1]);
            EACH to[w] -= sign * from[w];
        }
        solve(forward, forward + sizes[4], backward, backward + sizes[5], v, y, x, 1);
        EACH of(x, n, 0)[w] = 1;
        bounds(scales, sizes[6], n, x, s, i);
        /* Beside x, a vector of known size in all directions: what do the factors make of it? */
        for (int k = 0; k < n; k++) {
            double *to = of(x, k, 1), *bound = at(s, k);
            EACH to[w] = probe[k] * bound[w];
        }
        EACH of(x, n, 1)[w] = 0;
        residual(rows, n, h, l, x, y, 2);
        solve(forward, forward + sizes[4], backward, backward + sizes[5], v, y, d, 2);
        for (int k = 0; k < n; k++) {
            double *to = of(x, k, 0), *by = of(d, k, 0), *lose = of(d, k, 1), *known = of(x, k, 1);
            EACH to[w] += by[w];
            EACH lose[w] += known[w];
        }
        relative(n, i, d, 0, r);
        relative(n, i, d, 1, r + W);
        int enough = 1;
        EACH enough &= r[w] * r[W + w] < ENOUGH;
        if (!enough) {
            residual(rows, n, h, l, x, y, 1);
            solve(forward, forward + sizes[4], backward, backward + sizes[5], v, y, d, 1);
            for (int k = 0; k < n; k++) {
                double *to = of(x, k, 0), *by = of(d, k, 0);
                EACH to[w] += by[w];
            }
            relative(n, i, d, 0, r);
        }
        for (int k = 0; k < n; k++) {
            double *from = of(x, k, 0), *to = out + (size_t)k * count + start;
            if (filled == W) EACH to[w] = from[w];
            else for (size_t w = 0; w < filled; w++) to[w] = from[w];
        }
        for (size_t w = 0; w < filled; w++) {
            change[start + w] = r[w];
            lost[start + w] = r[W + w];
        }
    }
    free(work);
    return 1;
}
"""
