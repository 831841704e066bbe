"""Fisher information and concurrence in C, for many points; `batched_c` puts it behind blocks."""

__all__ = ["INFORMATION"]

INFORMATION = r"""
/* Let the rows below each block become the components of its eigenvectors. */
static void with_vectors(blocks *b, size_t count, size_t start, const double *values)
{
    const size_t n = b->size;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            EACH *at(b, n + i, k) = (numbers){{0.0}, {0.0}};
    for (size_t k = 0; k < n; k++)
        EACH at(b, n + k, k)->x[l] = 1.0;
    diagonalise(b, n * n, count, start, values);
}

/* Re and Im of the entry (i, j) of the matrix of n^2 numbers, one in each row */
static void entry_of(size_t n, size_t count, const double *row, size_t i, size_t j, double found[2])
{
    const size_t p = i < j ? i : j, q = i < j ? j : i;
    const size_t place = n + 2 * (p * n - p * (p + 1) / 2 + q - p - 1);
    found[0] = row[(p == q ? p : place) * count];
    found[1] = p == q ? 0.0 : (i < j ? 1.0 : -1.0) * row[(place + 1) * count];
}

void symsync_BlockInformation(size_t n_args, size_t count, const double *values, double *out)
{
    blocks b, sized;
    free(allocate(&sized, n_args / 2, 0));
    const size_t n = sized.size;
    void *memory = allocate(&b, n * n, n);
    double *image = malloc(2 * n * sizeof(double));
    for (size_t start = 0; memory && image && start < count; start += LANES) {
        with_vectors(&b, count, start, values);
        for (size_t l = 0; l < LANES && start + l < count; l++) {
            const double *slope = values + n * n * count + start + l;
            double total = 0.0 * b.scale[l];
            for (size_t m = 0; m < n * n; m++)
                total += 0.0 * slope[m * count];
            for (size_t k = 0; k < n; k++) {
                for (size_t i = 0; i < n; i++) {
                    image[2 * i] = image[2 * i + 1] = 0.0;
                    for (size_t j = 0; j < n; j++) {
                        const numbers *v = at(&b, n + j, k);
                        double s[2];
                        entry_of(n, count, slope, i, j, s);
                        image[2 * i] += s[0] * v->x[l] - s[1] * v->y[l];
                        image[2 * i + 1] += s[0] * v->y[l] + s[1] * v->x[l];
                    }
                }
                for (size_t m = 0; m < n; m++) {
                    double x = 0.0, y = 0.0;
                    for (size_t i = 0; i < n; i++) {
                        const numbers *v = at(&b, n + i, m);
                        x += v->x[l] * image[2 * i] + v->y[l] * image[2 * i + 1];
                        y += v->x[l] * image[2 * i + 1] - v->y[l] * image[2 * i];
                    }
                    const double pair = fmax(b.diagonal[k * LANES + l], 0.0)
                                        + fmax(b.diagonal[m * LANES + l], 0.0);
                    if (pair > 0.0)
                        total += 2.0 * (x * x + y * y) / pair;
                }
            }
            out[start + l] = total / b.scale[l];
        }
    }
    free(image);
    free(memory);
}

/* The singular values of a complex symmetric matrix X + iY are the positive eigenvalues of the real
   matrix ((X, Y), (Y, -X)), here for X + iY = A^T (s_y x s_y) A with the state A A^+. */
void symsync_Concurrence(size_t n_args, size_t count, const double *values, double *out)
{
    blocks b, doubled;
    void *memory = allocate(&b, n_args, 4), *more = allocate(&doubled, 64, 0);
    double *rows = calloc(64 * LANES, sizeof(double));
    for (size_t start = 0; memory && more && rows && start < count; start += LANES) {
        with_vectors(&b, count, start, values);
        for (size_t l = 0; l < LANES; l++) {
            double x[4][4], y[4][4];
            for (size_t i = 0; i < 4; i++)
                for (size_t k = 0; k < 4; k++) {
                    const double root = sqrt(fmax(b.diagonal[k * LANES + l], 0.0));
                    x[i][k] = root * at(&b, 4 + i, k)->x[l];
                    y[i][k] = root * at(&b, 4 + i, k)->y[l];
                }
            for (size_t p = 0, next = 8; p < 8; p++)
                for (size_t q = p; q < 8; q++) {
                    const size_t k = p % 4, m = q % 4;
                    double real = 0.0, imaginary = 0.0;
                    for (size_t i = 0; i < 4; i++) {
                        const double sign = i == 0 || i == 3 ? -1.0 : 1.0;
                        real += sign * (x[i][k] * x[3 - i][m] - y[i][k] * y[3 - i][m]);
                        imaginary += sign * (x[i][k] * y[3 - i][m] + y[i][k] * x[3 - i][m]);
                    }
                    const double found = q < 4 ? real : (p < 4 ? imaginary : -real);
                    rows[(p == q ? p : next) * LANES + l] = found;
                    next += p == q ? 0 : 2;
                }
        }
        diagonalise(&doubled, 64, LANES, 0, rows);
        for (size_t l = 0; l < LANES && start + l < count; l++) {
            double sum = 0.0, most = 0.0;
            for (size_t k = 0; k < 8; k++) {
                sum += fmax(doubled.diagonal[k * LANES + l], 0.0);
                most = fmax(most, doubled.diagonal[k * LANES + l]);
            }
            const double scale = doubled.scale[l] * b.scale[l];
            out[start + l] = scale * fmax(2.0 * most - sum, 0.0) + 0.0 * scale;
        }
    }
    free(rows);
    free(more);
    free(memory);
}

/* The mean of w'^2/(1 + w) over ever more angles, none of them special to the waves */
void symsync_WaveInformation(size_t n_args, size_t count, const double *values, double *out)
{
    const double turn = 6.283185307179586, first = 0.3819660112501051;
    for (size_t point = 0; point < count; point++) {
        size_t angles = 8 * n_args;
        double total = 0.0, before = 0.0, bad = 0.0, found = 0.0;
        int again = 1;
        for (size_t k = 0; k < n_args; k++)
            bad += 0.0 * values[k * count + point];
        for (int round = 0; bad == 0.0 && again && round <= 14; round++) {
            const double offset = round ? 0.5 : 0.0;
            for (size_t step = 0; step < angles; step++) {
                const double angle = turn * (((double)step + offset) / (double)angles + first);
                const double c1 = cos(angle), s1 = sin(angle);
                double c = 1.0, s = 0.0, wave = 1.0, slope = 0.0;
                for (size_t k = 1; 2 * k <= n_args; k++) {
                    const double x = values[(2 * k - 2) * count + point];
                    const double y = values[(2 * k - 1) * count + point], c_ = c * c1 - s * s1;
                    s = s * c1 + c * s1;
                    c = c_;
                    wave += x * c - y * s;
                    slope += (double)k * (x * s + y * c);
                }
                total += slope * slope / (wave + TINY);
            }
            angles *= round ? 2 : 1;
            found = total / (double)angles;
            again = !(fabs(found - before) <= 0x1p-42 * found);
            before = found;
        }
        out[point] = again ? NAN : found + bad;
    }
}
"""
"""The text of the kernels of BlockInformation, Concurrence and WaveInformation."""
