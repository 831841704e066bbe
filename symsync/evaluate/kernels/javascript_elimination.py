"""Linear systems in JavaScript, for one point at a time.

A system is an object of tables, see `elimination_tables`; its entries are sums of two numbers.
"""

from symsync.evaluate.kernels.c_kernels import texts_by_name

__all__ = ["SOURCES"]

_TEXT = r"""
/* Each row below a pivot loses a multiple of the pivot's row; the factors stay in its place. */
function factorised(t, high) {
    const v = Float64Array.from({length: t.gather.length / 2}, (_, k) =>
        t.gather[2 * k + 1] === 0 ? 0 : t.gather[2 * k + 1] * high[t.gather[2 * k]]);
    const f = t.factors;
    for (let i = 0; i < f.length;) {
        const inverse = v[f[i]] = 1 / v[f[i]];
        let rows = f[i + 1];
        for (i += 2; rows > 0; rows--) {
            const factor = v[f[i]] *= inverse, end = i + 2 + 2 * f[i + 1];
            for (i += 2; i < end; i += 2)
                v[f[i]] -= factor * v[f[i + 1]];
        }
    }
    return v;
}

/* Solve with the factors v for the right-hand side y. */
function substituted(t, v, y) {
    const f = t.forward, b = t.backward, x = new Float64Array(t.size + 1);
    for (let i = 0; i < f.length; i += 3)
        y[f[i]] -= v[f[i + 1]] * y[f[i + 2]];
    for (let i = 0; i < b.length;) {
        const unknown = b[i], inverse = v[b[i + 2]], end = i + 4 + 2 * b[i + 3];
        let total = y[b[i + 1]];
        for (i += 4; i < end; i += 2)
            total -= v[b[i]] * x[b[i + 1]];
        x[unknown] = total * inverse;
    }
    return x;
}

/* -(Ax + c), with products and sums in twice the precision; the last x is 1, or 0 for -Ax. */
function residual(t, high, low, x) {
    const r = t.residual, y = new Float64Array(t.size);
    for (let row = 0, i = 0; row < t.size; row++) {
        let total = 0, rest = 0;
        const end = i + 1 + 3 * r[i];
        for (i++; i < end; i += 3) {
            const a = high[r[i]], q = -r[i + 2] * x[r[i + 1]], p = a * q, sum = total + p;
            rest += sum_error(total, p, sum) + (product_error(a, q, p) + low[r[i]] * q);
            total = sum;
        }
        y[row] = total + rest;
    }
    return y;
}

/* The bounds of the unknowns by their scales, or by the largest one. */
function bounds(t, x) {
    const most = x.reduce((a, value) => Math.max(a, Math.abs(value)), 0), s = t.scales;
    return Float64Array.from({length: t.size + 1}, (_, k) => 1e-300 + (k === t.size ? 1
        : s.length === 0 ? most
        : Math.sqrt(Math.abs(x[s[2 * k]])) * Math.sqrt(Math.abs(x[s[2 * k + 1]]))));
}

/* The largest |d| relative to its bound; nan stays. */
function relative(t, s, d) {
    let most = 0;
    for (let k = 0; k < t.size; k++)
        most = Math.max(most, Math.abs(d[k]) / s[k]);
    return most;
}

/* x by the recorded elimination, refined, and a bound of its error: a vector of known size in all
   directions tells what the factors lose. */
function recorded(t, high, low) {
    const v = factorised(t, high), right = new Float64Array(t.size);
    for (let i = 0; i < t.right.length; i += 3)
        right[t.right[i]] -= t.right[i + 2] * high[t.right[i + 1]];
    const x = substituted(t, v, right);
    x[t.size] = 1;
    const s = bounds(t, x), known = s.map((size, k) => k < t.size ? size * t.probe[k] : 0);
    const found = substituted(t, v, residual(t, high, low, known));
    const lost = relative(t, s, found.map((value, k) => value + known[k]));
    let change = Infinity;
    for (let round = 0; round < 2 && !(change * lost < 1e-18); round++) {
        const step = substituted(t, v, residual(t, high, low, x));
        for (let k = 0; k < t.size; k++)
            x[k] += step[k];
        change = relative(t, s, step);
    }
    return [x, (lost <= 2 ** -10 ? 64 * lost * change : Infinity) + 2 ** -51];
}

/* Add (f + f_) g to the number at i; all but g are sums of two numbers. */
function add_product(high, low, i, f, f_, g) {
    const p = f * g, lost = product_error(f, g, p) + f_ * g;
    const total = high[i] + p, rest = sum_error(high[i], p, total) + (low[i] + lost);
    high[i] = total + rest;
    low[i] = rest - (high[i] - total);
}

/* Subtract (f + f_) times the number at j from the one at i. */
function subtract_product(high, low, i, f, f_, j) {
    const p = f * high[j], lost = product_error(f, high[j], p) + (f * low[j] + f_ * high[j]);
    const total = high[i] - p, rest = sum_error(high[i], -p, total) + (low[i] - lost);
    high[i] = total + rest;
    low[i] = rest - (high[i] - total);
}

/* The quotient of the numbers at i and j, both sums of two. */
function quotient(high, low, i, j) {
    const first = high[i] / high[j], p = first * high[j];
    const rest = (high[i] - p) - product_error(first, high[j], p) + (low[i] - first * low[j]);
    return [first, rest / high[j]];
}

/* Eliminate rows of numbers that are sums of two, with the largest pivots; the columns after the
   square ones become the solutions. */
function eliminate_twofold(high, low, n, width) {
    for (let k = 0; k < n; k++) {
        let best = k;
        for (let i = k + 1; i < n; i++)
            best = Math.abs(high[i * width + k]) > Math.abs(high[best * width + k]) ? i : best;
        for (let j = 0; best !== k && j < width; j++)
            for (const a of [high, low])
                [a[k * width + j], a[best * width + j]] = [a[best * width + j], a[k * width + j]];
        for (let i = k + 1; i < n; i++) {
            const [f, f_] = quotient(high, low, i * width + k, k * width + k);
            for (let j = k + 1; f !== 0 && j < width; j++)
                subtract_product(high, low, i * width + j, f, f_, k * width + j);
        }
    }
    for (let j = n; j < width; j++)
        for (let i = n - 1; i >= 0; i--) {
            const at = i * width + j;
            for (let k = i + 1; k < n; k++)
                subtract_product(high, low, at, high[i * width + k], low[i * width + k],
                                 k * width + j);
            [high[at], low[at]] = quotient(high, low, at, i * width + i);
        }
}

/* x with pivots in 106 bits where the recorded elimination loses too much, and its error.  The
   largest population is 1 while that is done, as what is 1 may be by far too small. */
function pivoted(t, high, low, guess) {
    const n = t.size, width = n + 2, size = bounds(t, guess);
    const units = size.map(value => value < Infinity && value > 0 ? unit(value) : 1);
    let one = n;
    for (let k = 0; t.closing.length && k < n; k++)
        if (t.scales[2 * k] === k && t.scales[2 * k + 1] === k && units[k] > units[one])
            one = k;
    const a = new Float64Array(n * width), b = new Float64Array(n * width);
    for (let row = 0, i = 0; row < n; row++) {
        const r = row === one ? t.closing : t.residual, end = 3 * t.residual[i] + i + 1;
        const [first, last] = row === one ? [0, r.length] : [i + 1, end];
        let most = 1e-300;
        for (let k = first; k < last; k += 3)
            most = Math.max(most, Math.abs(high[r[k]]) * units[r[k + 1]]);
        const scale = 1 / unit(most);
        for (let k = first; k < last; k += 3) {
            const column = r[k + 1], place = column === one ? n : column === n ? one : column;
            const f = r[k + 2] * scale * units[column], x = f * high[r[k]], y = f * low[r[k]];
            add_product(a, b, row * width + place, x, y, place === n ? -1 : 1);
            if (place < n)
                add_product(a, b, row * width + n + 1, x, y, t.probe[column] || 1);
        }
        i = end;
    }
    eliminate_twofold(a, b, n, width);
    let lost = 0;
    const x = new Float64Array(n + 1).fill(1);
    for (let column = 0; column <= n; column++)
        if (column !== one) {
            const at = (column === n ? one : column) * width + n;
            x[column] = (a[at] + b[at]) * (units[column] / units[one]);
            lost = Math.max(lost, Math.abs((a[at + 1] - (t.probe[column] || 1)) + b[at + 1]));
        }
    return [x.map(value => value / x[n]), (lost <= 2 ** -10 ? 128 * lost : Infinity) + 2 ** -50];
}

/* Write the unknowns of a system; nan where they are not known. */
function solved(t, s, place, out) {
    const high = s.slice(place, place + t.entries);
    const low = s.slice(place + t.entries, place + 2 * t.entries);
    let [x, error] = t.factors.length ? recorded(t, high, low)
        : [new Float64Array(t.size + 1).fill(1), NaN];
    for (let round = 0; round < 2 && !(error < 2 ** -45); round++)
        [x, error] = pivoted(t, high, low, x);
    for (let k = 0; k < t.size; k++)
        s[out + k] = error < 2 ** -45 ? x[k] : NaN;
}
"""

SOURCES = texts_by_name(_TEXT)
"""The text of each function after those that it calls."""
