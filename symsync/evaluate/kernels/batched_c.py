"""Functions of blocks in C, for many points at a time, and behind them those of waves.

Eigenvalues come from Jacobi's method on LANES points at once: every inner loop is one operation on
neighbouring numbers, which compilers turn into vector instructions.  Only the diagonal and what
lies below it is kept, M_kp with k > p; further rows take the eigenvectors' components along.
"""

from symsync.evaluate.kernels.information_c import INFORMATION
from symsync.evaluate.kernels.waves_c import WAVES

__all__ = ["SOURCE"]

_JACOBI = r"""
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#ifdef __GNUC__
#define INLINE static inline __attribute__((always_inline))
#else
#define INLINE static inline
#endif

#define LANES 16
#define EACH for (int l = 0; l < LANES; l++)
#define TINY 0x1p-1000
#define SWEEPS 60

/* A power of two that is about a number, and 1 of zero. */
static double unit(double number)
{
    int exponent = 0;
    if (!(number > 0.0 && number < INFINITY))
        return 1.0;
    frexp(number, &exponent);
    return ldexp(1.0, exponent < -1000 ? -1000 : exponent - 1);
}

typedef struct { double x[LANES], y[LANES]; } numbers;

/* A block: diagonal, what it gained, entries (k, p) with k > p, where rows >= size are vectors. */
typedef struct {
    size_t size, rows;
    double scale[LANES];
    double *diagonal, *gained;
    numbers *entries;
} blocks;

INLINE numbers *at(const blocks *b, size_t k, size_t p)
{
    return b->entries + k * b->size + p;
}

/* (X, Y) to (cX + uY, cY - u*X), with u* for u if `turned` is -1, and Y* for Y if `mirrored` is */
INLINE void mix(int complex_, numbers *restrict X, numbers *restrict Y, const double *restrict c,
                const double *restrict u, const double *restrict v, double turned, double mirrored)
{
    if (!complex_) {
        EACH {
            const double x = X->x[l], y = Y->x[l];
            X->x[l] = c[l] * x + u[l] * y;
            Y->x[l] = c[l] * y - u[l] * x;
        }
        return;
    }
    EACH {
        const double x = X->x[l], x_ = X->y[l], y = Y->x[l], y_ = mirrored * Y->y[l];
        const double w = turned * v[l];
        X->x[l] = c[l] * x + u[l] * y - w * y_;
        X->y[l] = c[l] * x_ + u[l] * y_ + w * y;
        Y->x[l] = c[l] * y - u[l] * x - w * x_;
        Y->y[l] = mirrored * (c[l] * y_ - u[l] * x_ + w * x);
    }
}

/* Rotate away the entry (q, p), p < q; keep the most that moved along the diagonal.
   With h half the gap, M_qp = z and r^2 = h^2 + |z|^2, the rotation has cos = (r + h)/w and
   sin = |z|/w, where w^2 = 2r(r + h): one division and two roots. */
INLINE void rotate(int complex_, const blocks *b, size_t p, size_t q, double *restrict most)
{
    double c[LANES], u[LANES], v[LANES];
    int any = 0;
    numbers *restrict here = at(b, q, p);
    double *restrict dp = b->diagonal + p * LANES, *restrict dq = b->diagonal + q * LANES;
    double *restrict gp = b->gained + p * LANES, *restrict gq = b->gained + q * LANES;
    EACH {
        const double x = here->x[l], y = complex_ ? here->y[l] : 0.0, square = x * x + y * y;
        const double half = 0.5 * (dp[l] - dq[l]), apart = fabs(half) + 0x1p-500;
        const double root = sqrt(apart * apart + square);
        const double part = 1.0 / sqrt(2.0 * root * (root + apart));
        const double wave = half >= 0.0 ? part : -part;
        c[l] = (root + apart) * part;
        u[l] = wave * x;
        v[l] = wave * y;
        const double moved = 2.0 * root * part * (square * wave);
        dp[l] += moved;
        dq[l] -= moved;
        gp[l] += moved;
        gq[l] -= moved;
        here->x[l] = here->y[l] = 0.0;
        most[l] = fabs(moved) > most[l] ? fabs(moved) : most[l];
        any |= moved != 0.0;
    }
    if (!any)
        return;
    for (size_t k = 0; k < p; k++)
        mix(complex_, at(b, p, k), at(b, q, k), c, u, v, -1.0, 1.0);
    for (size_t k = p + 1; k < q; k++)
        mix(complex_, at(b, k, p), at(b, q, k), c, u, v, 1.0, -1.0);
    for (size_t k = q + 1; k < b->rows; k++)
        mix(complex_, at(b, k, p), at(b, k, q), c, u, v, 1.0, 1.0);
}

/* Sweep until what moves is nothing beside the largest entry, which is about 1. */
INLINE void sweep(int complex_, const blocks *b)
{
    int again = 1;
    for (int k = 0; k < SWEEPS && again; k++) {
        double most[LANES] = {0.0};
        for (size_t p = 0; p + 1 < b->size; p++)
            for (size_t q = p + 1; q < b->size; q++)
                rotate(complex_, b, p, q, most);
        again = 0;
        EACH again |= most[l] > 0x1p-54;
    }
}

/* The same argument of LANES points; the last point stands for those that there are not. */
INLINE void load(const double *row, size_t count, size_t start, double *restrict found)
{
    if (start + LANES <= count)
        EACH found[l] = row[start + l];
    else
        EACH found[l] = row[start + l < count ? start + l : count - 1];
}

/* Read LANES points from `start` on, with largest entries of about 1, and diagonalise. */
static void diagonalise(blocks *b, size_t n_args, size_t count, size_t start,
                        const double *values)
{
    const size_t n = b->size;
    const double *row = values + (n_args - n * n) * count;
    double number[LANES], largest[LANES] = {0.0}, bad[LANES] = {0.0}, part[LANES];
    for (size_t k = 0; k < n * n; k++) {
        load(row + k * count, count, start, number);
        EACH {
            largest[l] = fabs(number[l]) > largest[l] ? fabs(number[l]) : largest[l];
            bad[l] += 0.0 * number[l];
        }
    }
    EACH b->scale[l] = unit(largest[l]);
    EACH part[l] = 1.0 / b->scale[l];
    for (size_t p = 0; p < n; p++, row += count) {
        load(row, count, start, number);
        EACH b->diagonal[p * LANES + l] = part[l] * number[l];
        EACH b->gained[p * LANES + l] = 0.0;
    }
    int complex_ = 0;
    for (size_t p = 0; p < n; p++)
        for (size_t k = p + 1; k < n; k++, row += 2 * count) {
            numbers *entry = at(b, k, p);
            load(row, count, start, number);
            EACH entry->x[l] = part[l] * number[l];
            load(row + count, count, start, number);
            EACH entry->y[l] = -part[l] * number[l];
            EACH complex_ |= entry->y[l] != 0.0;
        }
    if (complex_)
        sweep(1, b);
    else
        sweep(0, b);
    EACH b->scale[l] += bad[l];
}
"""

_BLOCKS = r"""
/* Memory for blocks of so many real numbers, with rows for the vectors, or none. */
static void *allocate(blocks *b, size_t reals, size_t vectors)
{
    for (b->size = 0; (b->size + 1) * (b->size + 1) <= reals;)
        b->size++;
    b->rows = b->size + vectors;
    const size_t bytes = sizeof(numbers) * b->size * (b->rows + 1) + 64;
    void *memory = calloc(bytes, 1);
    b->diagonal = (double *)(((uintptr_t)memory + 63) & ~(uintptr_t)63);
    b->gained = b->diagonal + b->size * LANES;
    b->entries = (numbers *)(b->gained + b->size * LANES);
    return memory;
}

void symsync_NegativePart(size_t n_args, size_t count, const double *values, double *out)
{
    blocks b;
    void *memory = allocate(&b, n_args, 0);
    for (size_t start = 0; memory && start < count; start += LANES) {
        diagonalise(&b, n_args, count, start, values);
        for (size_t l = 0; l < LANES && start + l < count; l++) {
            double total = 0.0;
            for (size_t k = 0; k < b.size; k++)
                total += fmax(-b.diagonal[k * LANES + l], 0.0);
            out[start + l] = b.scale[l] * total;
        }
    }
    for (size_t k = 0; !memory && k < count; k++)
        out[k] = NAN;
    free(memory);
}

void symsync_LeastEigenvalue(size_t n_args, size_t count, const double *values, double *out)
{
    blocks b;
    void *memory = allocate(&b, n_args, 0);
    for (size_t start = 0; memory && start < count; start += LANES) {
        diagonalise(&b, n_args, count, start, values);
        for (size_t l = 0; l < LANES && start + l < count; l++) {
            double least = b.diagonal[l];
            for (size_t k = 1; k < b.size; k++)
                least = fmin(least, b.diagonal[k * LANES + l]);
            out[start + l] = b.scale[l] * least;
        }
    }
    for (size_t k = 0; !memory && k < count; k++)
        out[k] = NAN;
    free(memory);
}

/* p ln(p/q) - (p - q) with gap = p - q, by the series of artanh where both are close */
static double divergence(double p, double q, double gap)
{
    const double y = gap / (p + q + TINY);
    if (fabs(y) > 0.1)
        return p * log((p + TINY) / (q + TINY)) - gap;
    double series = 1.0 / 17;
    for (int odd = 15; odd > 1; odd -= 2)
        series = series * y * y + 1.0 / odd;
    return (p + q) * y * y * (1.0 + (1.0 + y) * y * series);
}

/* What each level gained is known by itself, so that faint coherences keep their digits. */
void symsync_CoherenceEntropy(size_t n_args, size_t count, const double *values, double *out)
{
    blocks b;
    void *memory = allocate(&b, n_args, 0);
    for (size_t start = 0; memory && start < count; start += LANES) {
        diagonalise(&b, n_args, count, start, values);
        for (size_t l = 0; l < LANES && start + l < count; l++) {
            double total = 0.0;
            for (size_t k = 0; k < b.size; k++) {
                const double p = fmax(values[k * count + start + l] / b.scale[l], 0.0);
                const double gain = b.gained[k * LANES + l];
                total += divergence(fmax(b.diagonal[k * LANES + l], 0.0), p, gain);
                total += gain * log(p + TINY);
            }
            out[start + l] = b.scale[l] * total;
        }
    }
    for (size_t k = 0; !memory && k < count; k++)
        out[k] = NAN;
    free(memory);
}

enum { NEGATIVE, LEAST, LOGARITHM };

/* The number at a place of f(M): f is the step at 0 or above the least, or ln less ln of the
   diagonal. */
static void entry(size_t n_args, size_t count, const double *values, double *out, int f)
{
    blocks b;
    void *memory = allocate(&b, n_args - 1, 2);
    const size_t n = b.size, number = count && values[0] >= 1.0 ? (size_t)values[0] : 0;
    size_t i = number - 1, j = number - 1, next = n;
    for (size_t p = 0; number > n && p < n; p++)
        for (size_t q = p + 1; q < n; q++, next += 2)
            if (next + 1 == number || next + 2 == number)
                i = p, j = q;
    const int imaginary = number > n && (number - n) % 2 == 0;
    for (size_t k = 0; k < count; k++)
        out[k] = NAN;
    for (size_t start = 0; memory && number && number < n_args && start < count; start += LANES) {
        for (size_t k = 0; k < n; k++)
            EACH {
                *at(&b, n, k) = (numbers){{0.0}, {0.0}};
                *at(&b, n + 1, k) = (numbers){{0.0}, {0.0}};
            }
        EACH at(&b, n, i)->x[l] = at(&b, n + 1, j)->x[l] = 1.0;
        diagonalise(&b, n_args, count, start, values);
        for (size_t l = 0; l < LANES && start + l < count; l++) {
            double total = 0.0 * b.scale[l], least = b.diagonal[l];
            for (size_t k = 1; k < n; k++)
                least = fmin(least, b.diagonal[k * LANES + l]);
            for (size_t k = 0; k < n; k++) {
                const double value = b.diagonal[k * LANES + l];
                const numbers *left = at(&b, n, k), *right = at(&b, n + 1, k);
                const double real = left->x[l] * right->x[l] + left->y[l] * right->y[l];
                const double turned = left->y[l] * right->x[l] - left->x[l] * right->y[l];
                const double step = f == LEAST ? value == least : value < 0.0;
                const double grown = log(value > 0.0 ? value : 1.0);
                total += (imaginary ? turned : real) * (f == LOGARITHM ? grown : step);
            }
            if (f == LOGARITHM && i == j)
                total -= log(values[number * count + start + l] / b.scale[l]);
            out[start + l] = total;
        }
    }
    free(memory);
}

void symsync_NegativeProjector(size_t n_args, size_t count, const double *values, double *out)
{
    entry(n_args, count, values, out, NEGATIVE);
}

void symsync_LeastProjector(size_t n_args, size_t count, const double *values, double *out)
{
    entry(n_args, count, values, out, LEAST);
}

void symsync_EntropySlope(size_t n_args, size_t count, const double *values, double *out)
{
    entry(n_args, count, values, out, LOGARITHM);
}
"""

SOURCE = _JACOBI.lstrip() + _BLOCKS + WAVES + INFORMATION
"""The text of all kernels, compiled once; that of a node is `symsync_<name>`."""
