"""Linear differential equations in JavaScript, for one point at a time; see `exponential_numpy`."""

from symsync.evaluate.kernels.c_kernels import texts_by_name

__all__ = ["SOURCES"]

_TEXT = r"""
/* My with M as rows of the tables: for each row the number of terms, and entry, column, sign. */
function applied(t, entries, y) {
    const r = t.residual, out = new Float64Array(t.size);
    for (let row = 0, i = 0; row < t.size; row++) {
        const end = i + 1 + 3 * r[i];
        for (i++; i < end; i += 3)
            out[row] += r[i + 2] * entries[r[i]] * y[r[i + 1]];
    }
    return out;
}

/* M as a matrix; columns from n on are the imaginary part. */
function dense(t, entries) {
    const r = t.residual, n = t.size, re = new Float64Array(n * n), im = new Float64Array(n * n);
    for (let row = 0, i = 0; row < n; row++) {
        const end = i + 1 + 3 * r[i];
        for (i++; i < end; i += 3) {
            const part = r[i + 1] < n ? re : im;
            part[row * n + r[i + 1] % n] += r[i + 2] * entries[r[i]];
        }
    }
    return [re, im];
}

/* y(0) */
function initial(t, entries) {
    const y = new Float64Array(t.size);
    for (let i = 0; i < t.right.length; i += 3)
        y[t.right[i]] = t.right[i + 2] * entries[t.right[i + 1]];
    return y;
}

/* The largest sum of moduli in a row */
function norm_of(matrix, n) {
    let most = 0;
    for (let i = 0; i < n; i++)
        most = Math.max(most, matrix.subarray(i * n, i * n + n)
            .reduce((a, value) => a + Math.abs(value), 0));
    return most;
}

/* A product of matrices of numbers that are sums of two */
function product_twofold([a, a_], [b, b_], n) {
    const c = new Float64Array(n * n), c_ = new Float64Array(n * n);
    for (let i = 0; i < n; i++)
        for (let k = 0; k < n; k++) {
            const f = a[i * n + k], f_ = a_[i * n + k];
            for (let j = 0; (f !== 0 || f_ !== 0) && j < n; j++) {
                const at = i * n + j, g = b[k * n + j], p = f * g, total = c[at] + p;
                const lost = product_error(f, g, p) + (f * b_[k * n + j] + f_ * g);
                const rest = sum_error(c[at], p, total) + (c_[at] + lost);
                c[at] = total + rest;
                c_[at] = rest - (c[at] - total);
            }
        }
    return [c, c_];
}

/* Powers of two near the sizes that unknowns have after some units of time */
function reached(matrix, n, y) {
    const norm = norm_of(matrix, n);
    let size = y.map(Math.abs);
    for (let step = 0; step < 32; step++)
        size = size.map((value, i) => value + size.reduce(
            (a, other, j) => a + Math.abs(matrix[i * n + j]) / norm * other, 0));
    const most = size.reduce((a, value) => Math.max(a, value));
    return size.map(value => value > 0
        ? 2 ** Math.max(-500, Math.round(Math.log2(value / most))) : 1);
}

/* exp(Mt) y by squaring the exponential of a matrix of numbers that are sums of two */
function squared(t, high, low, time) {
    const n = t.size, y = initial(t, high), product = high.map(value => value * time);
    const lost = low.map((value, k) => product_error(high[k], time, product[k]) + value * time);
    let m = [dense(t, product)[0], dense(t, lost)[0]];
    const size = reached(m[0], n, y);
    m = m.map(part => part.map((value, k) => value * (size[k % n] / size[Math.floor(k / n)])));
    const squarings = Math.max(0, Math.ceil(Math.log2(norm_of(m[0], n) * 16)));
    if (!(squarings <= 40))
        return y.fill(NaN);
    m = m.map(part => part.map(value => value * 2 ** -squarings));
    const one = (_, k) => k % (n + 1) === 0 ? 1 : 0;
    let found = [m[0].map(one), m[0].map(() => 0)];
    for (let k = 14; k > 0; k--) {
        const [p, p_] = product_twofold(m, found, n);
        found = [p.map((value, i) => value / k + one(0, i)), p_];
        for (let i = 0; i < n * n; i++) {
            const q = p[i] / k, back = k * q;
            const rest = (p[i] - back - product_error(k, q, back) + p_[i]) / k;
            const low_ = sum_error(q, one(0, i), found[0][i]) + rest, total = found[0][i] + low_;
            found[1][i] = low_ - (total - found[0][i]);
            found[0][i] = total;
        }
    }
    for (let step = 0; step < squarings; step++)
        found = product_twofold(found, found, n);
    return size.map((value, i) => value * y.reduce((a, other, j) =>
        a + (found[0][i * n + j] + found[1][i * n + j]) * (other / size[j]), 0));
}

/* Write the unknowns of an evolution: few units of the fastest time by steps, more by squaring */
function evolved(t, s, place, out) {
    const time = s[place + 2 * t.entries], high = s.slice(place, place + t.entries);
    const low = s.slice(place + t.entries, place + 2 * t.entries);
    const norm = norm_of(dense(t, high.map(Math.abs))[0].map(Math.abs), t.size) * Math.abs(time);
    let y = initial(t, high);
    if (norm <= 256 && time >= 0) {
        const steps = Math.max(1, Math.ceil(norm)), m = high.map(value => value * (time / steps));
        for (let step = 0; step < steps; step++) {
            let term = y;
            y = y.slice();
            for (let k = 1; k < 19; k++) {
                term = applied(t, m, term).map(value => value / k);
                for (let j = 0; j < t.size; j++)
                    y[j] += term[j];
            }
        }
    } else
        y = squared(t, high, low, time);
    s.set(y, out);
}
"""

SOURCES = texts_by_name(_TEXT)
"""The text of each function after those that it calls."""
