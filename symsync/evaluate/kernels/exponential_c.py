"""exp(Mt) y(0) of sparse equations in C, step by step for eight points side by side."""

__all__ = ["IN_C"]

IN_C = r"""
#include <stddef.h>
#include <stdlib.h>

#define LANES 8
#define TERMS 19

/* y of some points by the power series of exp(Mt/n), n times; 0 if there is no memory.

   unknowns, entries : how many there are
   firsts            : of each row its first entry, and the number of all
   columns           : of each entry
   points            : how many
   steps             : n of each point; neighbours do as many as the one that has the most
   matrix            : Mt, entries x points
   y                 : y(0), unknowns x points, which becomes y */
int symsync_steps(
    size_t unknowns, size_t entries, const size_t *firsts, const size_t *columns, size_t points,
    const size_t *steps, const double *matrix, double *y)
{
    double *values = malloc(sizeof(double) * LANES * (entries + 3 * unknowns));
    double *total = values + LANES * entries, *term = total + LANES * unknowns;
    double *next = term + LANES * unknowns;
    if (values == NULL)
        return 0;
    for (size_t point = 0; point < points; point += LANES) {
        size_t most = 1, place[LANES];
        for (size_t l = 0; l < LANES; l++) {
            place[l] = point + l < points ? point + l : points - 1;
            most = steps[place[l]] > most ? steps[place[l]] : most;
        }
        for (size_t e = 0; e < entries; e++)
            for (size_t l = 0; l < LANES; l++)
                values[e * LANES + l] = matrix[e * points + place[l]] / (double)most;
        for (size_t j = 0; j < unknowns; j++)
            for (size_t l = 0; l < LANES; l++)
                total[j * LANES + l] = y[j * points + place[l]];
        for (size_t step = 0; step < most; step++) {
            for (size_t j = 0; j < LANES * unknowns; j++)
                term[j] = total[j];
            for (int k = 1; k < TERMS; k++) {
                for (size_t j = 0; j < unknowns; j++) {
                    double sum[LANES] = {0.0};
                    for (size_t e = firsts[j]; e < firsts[j + 1]; e++)
                        for (size_t l = 0; l < LANES; l++)
                            sum[l] += values[e * LANES + l] * term[columns[e] * LANES + l];
                    for (size_t l = 0; l < LANES; l++) {
                        next[j * LANES + l] = sum[l] / k;
                        total[j * LANES + l] += sum[l] / k;
                    }
                }
                double *swap = term;
                term = next;
                next = swap;
            }
        }
        for (size_t j = 0; j < unknowns; j++)
            for (size_t l = 0; l < LANES && point + l < points; l++)
                y[j * points + place[l]] = total[j * LANES + l];
    }
    free(values);
    return 1;
}
"""
