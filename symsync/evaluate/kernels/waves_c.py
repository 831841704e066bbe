"""The highest of several waves in C, for many points; `batched_c` puts it behind what it calls."""

__all__ = ["WAVES"]

WAVES = r"""
#define CLOSE 0x1p-17
#define EQUAL 0x1p-49
#define NEAR 1e-8

/* x_1, y_1, x_2, y_2, …, with bounds of the sum and of its third derivative */
typedef struct { size_t n; double *parts, total, third; double best, phase, seen; } waves;

/* The sum of waves at an angle, and its first two derivatives */
static double height(const waves *w, double angle, double *slope, double *bend)
{
    const double c1 = cos(angle), s1 = sin(angle);
    double c = 1.0, s = 0.0, sum = 0.0;
    *slope = *bend = 0.0;
    for (size_t k = 1; k <= w->n; k++) {
        const double c_ = c * c1 - s * s1, x = w->parts[2 * k - 2], y = w->parts[2 * k - 1];
        s = s * c1 + c * s1;
        c = c_;
        const double value = x * c - y * s;
        sum += value;
        *slope -= k * (x * s + y * c);
        *bend -= (double)(k * k) * value;
    }
    return sum;
}

/* Follow Newton's method to the top; keep the highest, and of equal ones the nearest to 0. */
static void climb(waves *w, double angle, double far)
{
    double slope, bend, top = height(w, angle, &slope, &bend);
    double step = far;
    for (int k = 0; k < 60 && bend < 0.0 && fabs(step) > 0x1p-50; k++) {
        step = fmin(fmax(-slope / bend, -far), far);
        angle += step;
        top = height(w, angle, &slope, &bend);
    }
    const double turn = 6.283185307179586, half = 3.141592653589793, slack = EQUAL * w->total;
    angle += angle <= -half ? turn : (angle > half ? -turn : 0.0);
    const int nearer = fabs(angle) <= fabs(w->phase) + NEAR; /* positive angles come last */
    if (!(top <= w->best + slack) || (top >= w->best - slack && nearer))
        w->phase = angle;
    w->best = fmax(w->best, top);
}

/* Halve an interval until it holds no highest point, or one to which Newton's method leads. */
static void search(waves *w, double middle, double half)
{
    double slope, bend;
    const double value = height(w, middle, &slope, &bend), side = fabs(slope);
    const double far = bend < 0.0 ? fmin(half, -side / bend) : half;
    const double rest = w->third * half * half * half / 6.0;
    w->seen = fmax(w->seen, value);
    if (value + far * (side + 0.5 * far * bend) + rest < w->seen - EQUAL * w->total)
        return;
    if (bend < -4.0 * w->third * half) {
        if (side <= -1.25 * bend * half)
            climb(w, middle, 2.0 * half);
    } else if (half * w->n < CLOSE) {
        climb(w, middle, 64.0 * half);
    } else {
        search(w, middle - 0.5 * half, 0.5 * half);
        search(w, middle + 0.5 * half, 0.5 * half);
    }
}

static void highest(size_t n_args, size_t count, const double *values, double *out, int phase)
{
    waves w = {n_args / 2, malloc(n_args * sizeof(double)), 0.0, 0.0, 0.0, 0.0, 0.0};
    for (size_t point = 0; point < count; point++) {
        double largest = 0.0, bad = w.parts ? 0.0 : NAN;
        for (size_t k = 0; k < n_args; k++) {
            largest = fmax(largest, fabs(values[k * count + point]));
            bad += 0.0 * values[k * count + point];
        }
        const double scale = unit(largest);
        out[point] = phase || bad != 0.0 ? NAN : 0.0;
        if (bad != 0.0 || largest == 0.0)
            continue;
        w.total = w.third = 0.0;
        for (size_t k = 1; k <= w.n; k++) {
            const double *own = values + (2 * k - 2) * count + point;
            w.parts[2 * k - 2] = own[0] / scale;
            w.parts[2 * k - 1] = own[count] / scale;
            const double size = hypot(own[0] / scale, own[count] / scale);
            w.total += size;
            w.third += (double)(k * k * k) * size;
        }
        const double half = 3.141592653589793 / (double)(4 * w.n);
        double slope, bend;
        w.best = w.seen = -INFINITY;
        w.phase = NAN;
        for (size_t k = 0; k < 4 * w.n; k++)
            w.seen = fmax(w.seen, height(&w, half * (2.0 * k + 1.0 - 4.0 * w.n), &slope, &bend));
        for (size_t k = 0; k < 4 * w.n; k++)
            search(&w, half * (2.0 * k + 1.0 - 4.0 * w.n), half);
        out[point] = phase ? w.phase : scale * w.best;
    }
    free(w.parts);
}

void symsync_WaveMaximum(size_t n_args, size_t count, const double *values, double *out)
{
    highest(n_args, count, values, out, 0);
}

void symsync_WavePhase(size_t n_args, size_t count, const double *values, double *out)
{
    highest(n_args, count, values, out, 1);
}
"""
"""The text of the kernels of WaveMaximum and WavePhase."""
