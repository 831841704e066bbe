"""Linear systems, evolutions and eigenvalues of matrices in JavaScript, for one point at a time.

A system is an object of tables, see `elimination_tables`; its entries are sums of two numbers.
"""

from symsync.evaluate.kernels.c_kernels import texts_by_name

__all__ = ["SOURCES"]

_ELIMINATION = r"""
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
    let [x, error] = t.factors.length ? recorded(t, high, low) : [new Float64Array(t.size + 1).fill(1), NaN];
    for (let round = 0; round < 2 && !(error < 2 ** -45); round++)
        [x, error] = pivoted(t, high, low, x);
    for (let k = 0; k < t.size; k++)
        s[out + k] = error < 2 ** -45 ? x[k] : NaN;
}
"""

_EVOLUTION = r"""
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

/* Write the unknowns of an evolution: few units of the fastest time in steps, others by squaring. */
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

_EIGENVALUES = r"""
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

/* The triangular form of a complex matrix by turns, first to a Hessenberg matrix, and the vectors */
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

SOURCES = texts_by_name(_ELIMINATION + _EVOLUTION + _EIGENVALUES)
"""The text of each function after those that it calls."""
