"""Where functions are negative first, or largest, in C; see `javascript_crossings`."""

__all__ = ["CROSSINGS"]

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
    if (!(y[1] >= -known && y[1] + known < fmin(y[0], y[2]) && depth < shallow))
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

/* The values of x that are looked at, the last three of them, and what is found there */
typedef struct window {
    double start, unit, low, high, x[3];
    int first, last, steps, all_nan;
} window;

/* Look where a margin is negative first, at powers of ten times a unit: `high`, or infinity, and
   where it was positive before, `low`.  `change` asks for a change of sign, whichever sign the only
   margin has at first.  Behind the mask stand the last three values of each margin, those of now,
   and where it was positive before these. */
static void look(margins *f, window *s, double shallow, int change)
{
    const double known = 0x1p-36;
    double *old = f->mask + f->rows, *now = f->found, *copy = old + 3 * f->rows;
    double *positive = copy + f->rows, *x = s->x;
    x[0] = x[1] = x[2] = 0.0;
    for (int step = s->first; step <= s->last; step++) {
        const double at = fmax(s->start, s->unit * pow(10.0, (double)step / s->steps));
        int any = 0, all_nan = 1;
        s->low = INFINITY;
        s->high = at;
        f->at(f, at, now);
        if (change && f->side == 0.0 && fabs(now[0]) > known)
            f->side = now[0] < 0.0 ? -1.0 : 1.0;
        for (size_t k = 0; k < f->rows; k++) {
            double last = positive[k];
            for (int j = 0; j < 3; j++)
                last = x[j] > 0.0 && old[3 * k + j] > known ? x[j] : last;
            copy[k] = now[k] * (f->side == 0.0 ? 1.0 : f->side);
            f->mask[k] = copy[k] < -known ? 1.0 : 0.0;
            any |= copy[k] < -known;
            all_nan &= copy[k] != copy[k];
            s->low = copy[k] < -known ? fmin(s->low, last) : s->low;
        }
        for (size_t k = 0; x[1] > 0.0 && k < f->rows; k++) {
            const double three[3] = {x[1], x[2], at};
            const double y[3] = {old[3 * k + 1], old[3 * k + 2], copy[k]};
            f->which = (int)k;
            const double lowest = dip(f, three, y, shallow);
            if (lowest < s->high) {
                s->low = x[1];
                s->high = lowest;
                any = 1;
                for (size_t j = 0; j < f->rows; j++)
                    f->mask[j] = j == k ? 1.0 : 0.0;
            }
        }
        f->which = -1;
        if (any)
            return;
        s->all_nan &= all_nan;
        for (size_t k = 0; k < f->rows; k++) {
            positive[k] = x[0] > 0.0 && old[3 * k] > known ? x[0] : positive[k];
            for (int j = 0; j < 3; j++)
                old[3 * k + j] = j < 2 ? old[3 * k + j + 1] : copy[k];
        }
        x[0] = x[1];
        x[1] = x[2];
        x[2] = at;
    }
    s->high = INFINITY;
}

/* The infimum of positive x at which a margin is negative; the last three steps before the first
   negative value are looked at once more, in eighths. */
static double first_negative(margins *f, double scale, double shallow, int change)
{
    window s = {0.0, scale > 0.0 ? scale : 1.0, 0.0, 0.0, {0.0, 0.0, 0.0}, -96, 48, 8, 1};
    if (!(fabs(scale) < INFINITY))
        return NAN;
    for (size_t k = 0; k < f->rows; k++)
        f->mask[5 * f->rows + k] = 0.0;
    look(f, &s, shallow, change);
    if (!(s.high < INFINITY))
        return s.all_nan ? NAN : INFINITY;
    s.start = s.x[0] > 0.0 ? s.x[0] : s.x[1] > 0.0 ? s.x[1] : s.x[2];
    s.unit = s.high;
    s.first = -24;
    s.last = 0;
    s.steps = 64;
    look(f, &s, shallow, change);
    return s.low > 0.0 ? root_between(f, s.low, s.high) : 0.0;
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
"""`first_negative`, `first_change` and `highest_point` of one point."""
