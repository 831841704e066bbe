"""Eigenvalues of matrices in JavaScript, by turns of two rows; a number is a pair."""

from symsync.evaluate.kernels.c_kernels import texts_by_name

__all__ = ["SOURCES"]

_TEXT = r"""
function complex_root([x, y]) {
    const size = Math.hypot(x, y), part = Math.sqrt((size + Math.abs(x)) / 2);
    const other = part > 0 ? Math.abs(y) / (2 * part) : 0, sign_ = y < 0 ? -1 : 1;
    return x >= 0 ? [part, sign_ * other] : [other, sign_ * part];
}

/* The eigenvalue of the last two rows that is nearer to the last number */
function shift_of([re, im], n, k) {
    const at = (i, j) => [re[(k + i) * n + k + j], im[(k + i) * n + k + j]];
    const a = at(-1, -1), d = at(0, 0), bc = times(at(-1, 0), at(0, -1));
    const h = [(a[0] - d[0]) / 2, (a[1] - d[1]) / 2], square = times(h, h);
    const root = complex_root([square[0] + bc[0], square[1] + bc[1]]);
    const side = h[0] * root[0] + h[1] * root[1] < 0 ? -1 : 1;
    const sum = [h[0] + side * root[0], h[1] + side * root[1]];
    if (sum[0] === 0 && sum[1] === 0)
        return d;
    const part = over(bc, sum);
    return [d[0] - part[0], d[1] - part[1]];
}

/* Turn rows or columns p and q, whose numbers are `step` apart, by (c, u; -u*, c). */
function turn(m, n, p, q, step, c, x, y) {
    const [re, im] = m;
    for (let k = 0; k < n; k++, p += step, q += step) {
        const a = re[p], a_ = im[p], b = re[q], b_ = im[q];
        re[p] = c * a + x * b - y * b_;
        im[p] = c * a_ + x * b_ + y * b;
        re[q] = c * b - x * a - y * a_;
        im[q] = c * b_ - x * a_ + y * a;
    }
}

/* Turn rows p and q so that the number at (q, column) vanishes; return the turn of columns. */
function turned_away(m, n, p, q, column) {
    const [re, im] = m, i = p * n + column, j = q * n + column;
    const first = Math.hypot(re[i], im[i]), second = Math.hypot(re[j], im[j]);
    if (second === 0)
        return null;
    const size = Math.hypot(first, second), c = first / size, w = first * size;
    const x = first === 0 ? 1 : (re[i] * re[j] + im[i] * im[j]) / w;
    const y = first === 0 ? 0 : (im[i] * re[j] - re[i] * im[j]) / w;
    turn(m, n, p * n, q * n, 1, c, x, y);
    re[j] = im[j] = 0;
    return [p, q, c, x, -y];
}

/* The triangular form of a matrix by turns, first to a Hessenberg matrix, and the vectors */
function schur(m, n) {
    const vectors = [new Float64Array(n * n), new Float64Array(n * n)], [re, im] = m;
    for (let k = 0; k < n; k++)
        vectors[0][k * n + k] = 1;
    const back = ([p, q, c, x, y]) => {
        turn(m, n, p, q, n, c, x, y);
        turn(vectors, n, p, q, n, c, x, y);
    };
    for (let k = 0; k < n; k++)
        for (let q = k + 2; q < n; q++)
            [turned_away(m, n, k + 1, q, k)].filter(Boolean).forEach(back);
    const size = (i, j) => Math.abs(re[i * n + j]) + Math.abs(im[i * n + j]);
    const scale = norm_of(re, n) + norm_of(im, n);
    for (let last = n - 1, tries = 0; last > 0;) {
        let first = last;
        const near = k => size(k, k) + size(k - 1, k - 1) || scale;
        while (first > 0 && size(first, first - 1) > 2 ** -53 * near(first))
            first--;
        if (first > 0)
            re[first * n + first - 1] = im[first * n + first - 1] = 0;
        if (first === last || tries > 300) {
            last--;
            tries = 0;
            continue;
        }
        const [x, y] = ++tries % 10 ? shift_of(m, n, last) : [size(last, last - 1), 0];
        const move = f => {
            for (let k = 0; k < n; k++) {
                re[k * n + k] += f * x;
                im[k * n + k] += f * y;
            }
        };
        move(-1);
        const turns = [];
        for (let k = first; k < last; k++)
            turns.push(turned_away(m, n, k, k + 1, k));
        turns.filter(Boolean).forEach(back);
        move(1);
    }
    return [m, vectors];
}

/* Write Re and Im of the eigenvalues that are not known, by falling real parts, and of equal real
   parts by falling imaginary parts. */
function eigenvalues(t, s, place, out) {
    const entries = s.slice(place, place + t.entries), n = t.size, m = dense(t, entries);
    const norm = norm_of(m[0].map((value, k) => Math.hypot(value, m[1][k])), n);
    if (!(norm < Infinity))
        return void s.fill(NaN, out, out + 2 * n);
    const [[re, im]] = schur(m, n);
    let found = Array.from({length: n}, (_, k) => [re[k * n + k], im[k * n + k]]);
    for (let i = 0; i < t.known.length;) {
        const one = [0, 0], end = i + 1 + 3 * t.known[i];
        for (i++; i < end; i += 3)
            one[t.known[i]] += t.known[i + 2] * entries[t.known[i + 1]];
        const far = found.map(each => Math.hypot(each[0] - one[0], each[1] - one[1]));
        found.splice(far.indexOf(Math.min(...far)), 1);
    }
    found.sort((a, b) => b[0] - a[0]);
    let group = 0;
    found = found.map((each, k) => {
        group += k > 0 && found[k - 1][0] - each[0] > 1e-10 * norm ? 1 : 0;
        return [...each, group];
    });
    found.sort((a, b) => a[2] - b[2] || b[1] - a[1]);
    found.forEach(([x, y], k) => s.set([x, y], out + 2 * k));
}

/* Write the slowest rate of modes that y(0) excites. */
function slowest_rate(t, s, place, out) {
    const entries = s.slice(place, place + t.entries), n = t.size, y = initial(t, entries);
    const m = dense(t, entries), norm = norm_of(m[0], n);
    s[out] = NaN;
    if (!(norm < Infinity))
        return;
    const [[re, im], [q, q_]] = schur(m, n), start = Math.hypot(...y);
    const at = (i, j) => [re[i * n + j], im[i * n + j]];
    const weights = [];
    for (let k = 0; k < n; k++)
        weights.push(y.reduce((a, value, i) =>
            [a[0] + q[i * n + k] * value, a[1] - q_[i * n + k] * value], [0, 0]));
    const modes = [];
    for (let k = 0; k < n; k++) {
        const x = modes[k] = Array.from({length: n}, (_, i) => [i === k ? 1 : 0, 0]);
        for (let i = k - 1; i >= 0; i--) {
            let sum = [0, 0];
            for (let j = i + 1; j <= k; j++) {
                const part = times(at(i, j), x[j]);
                sum = [sum[0] - part[0], sum[1] - part[1]];
            }
            const gap = [re[i * n + i] - re[k * n + k], im[i * n + i] - im[k * n + k]];
            if (Math.hypot(...gap) < 2 ** -53 * norm)
                gap[0] = 2 ** -53 * norm;
            x[i] = over(sum, gap);
        }
    }
    let rate = Infinity;
    for (let k = n - 1; k >= 0; k--) {
        for (let i = 0; i < k; i++) {
            const part = times(modes[k][i], weights[k]);
            weights[i] = [weights[i][0] - part[0], weights[i][1] - part[1]];
        }
        const size = Math.hypot(...modes[k].map(x => Math.hypot(...x)));
        const is_seen = Math.hypot(...weights[k]) * size > 1e-10 * start;
        if (is_seen && Math.hypot(...at(k, k)) > 1e-13 * norm)
            rate = Math.min(rate, -re[k * n + k]);
    }
    s[out] = rate;
}
"""

SOURCES = texts_by_name(_TEXT)
"""The text of each function after those that it calls."""
