"""Functions of blocks and of waves in JavaScript; see `batched_c`, which they follow.

They take an array, the place of their first argument and the number of arguments.
"""

from symsync.evaluate.kernels.c_kernels import texts_by_name

__all__ = ["SOURCES"]

_BLOCKS = r"""
/* A power of two that is about a number, and 1 of zero. */
function unit(number) {
    if (!(number > 0 && number < Infinity))
        return 1;
    let power = 2 ** Math.max(-1000, Math.min(1000, Math.floor(Math.log2(number))));
    while (power > number && power > 2 ** -1000)
        power /= 2;
    return power;
}

/* A Hermitian block with entries of about 1: the diagonal, what it gained, and entries (k, p) below
   it; rows from `size` on are components of eigenvectors. */
function block(s, place, count, vectors) {
    const size = Math.floor(Math.sqrt(count) + 0.5), rows = size + vectors;
    const b = {size, rows, scale: 1, missing: 0, is_complex: false,
               diagonal: new Float64Array(size), gained: new Float64Array(size),
               re: new Float64Array(rows * size), im: new Float64Array(rows * size)};
    let largest = 0;
    for (let k = place; k < place + count; k++) {
        largest = Math.max(largest, Math.abs(s[k]));
        b.missing += 0 * s[k];
    }
    b.scale = unit(largest);
    for (let p = 0; p < size; p++)
        b.diagonal[p] = s[place + p] / b.scale;
    let next = place + size;
    for (let p = 0; p < size; p++)
        for (let k = p + 1; k < size; k++, next += 2) {
            b.re[k * size + p] = s[next] / b.scale;
            b.im[k * size + p] = -s[next + 1] / b.scale;
            b.is_complex ||= s[next + 1] !== 0;
        }
    for (let p = 0; p < Math.min(vectors, size); p++)
        b.re[(size + p) * size + p] = 1;
    return b;
}

/* (X, Y) to (cX + uY, cY - u*X), with u* for u if `turned` is -1, and Y* for Y if `mirrored` is */
function mix(b, i, j, c, u, v, turned, mirrored) {
    const x = b.re[i], x_ = b.im[i], y = b.re[j], y_ = mirrored * b.im[j], w = turned * v;
    b.re[i] = c * x + u * y - w * y_;
    b.im[i] = c * x_ + u * y_ + w * y;
    b.re[j] = c * y - u * x - w * x_;
    b.im[j] = mirrored * (c * y_ - u * x_ + w * x);
}

/* Rotate away the entry (q, p), p < q, by Jacobi's method; return what moved along the diagonal. */
function rotate(b, p, q) {
    const n = b.size, here = q * n + p, x = b.re[here], y = b.im[here], square = x * x + y * y;
    const half = 0.5 * (b.diagonal[p] - b.diagonal[q]), gap = Math.abs(half) + 2 ** -500;
    const root = Math.sqrt(gap * gap + square), part = 1 / Math.sqrt(2 * root * (root + gap));
    const wave = half >= 0 ? part : -part, moved = 2 * root * part * (square * wave);
    if (moved === 0)
        return 0;
    const c = (root + gap) * part, u = wave * x, v = wave * y;
    b.diagonal[p] += moved;
    b.diagonal[q] -= moved;
    b.gained[p] += moved;
    b.gained[q] -= moved;
    b.re[here] = b.im[here] = 0;
    for (let k = 0; k < p; k++)
        mix(b, p * n + k, q * n + k, c, u, v, -1, 1);
    for (let k = p + 1; k < q; k++)
        mix(b, k * n + p, q * n + k, c, u, v, 1, -1);
    for (let k = q + 1; k < b.rows; k++)
        mix(b, k * n + p, k * n + q, c, u, v, 1, 1);
    return Math.abs(moved);
}

/* Sweep until what moves is nothing beside the largest entry, which is about 1. */
function diagonalised(s, place, count, vectors) {
    const b = block(s, place, count, vectors);
    for (let sweep = 0, most = 1; sweep < 60 && most > 2 ** -54; sweep++) {
        most = 0;
        for (let p = 0; p + 1 < b.size; p++)
            for (let q = p + 1; q < b.size; q++)
                most = Math.max(most, rotate(b, p, q));
    }
    return b;
}

function NegativePart(s, place, count) {
    const b = diagonalised(s, place, count, 0);
    let total = b.missing;
    for (let k = 0; k < b.size; k++)
        total += Math.max(-b.diagonal[k], 0);
    return b.scale * total;
}

function LeastEigenvalue(s, place, count) {
    const b = diagonalised(s, place, count, 0);
    return b.missing + b.scale * b.diagonal.reduce((a, value) => Math.min(a, value));
}

/* p ln(p/q) - (p - q) with gap = p - q, by the series of artanh where both are close */
function divergence(p, q, gap) {
    const tiny = 2 ** -1000, y = gap / (p + q + tiny);
    if (Math.abs(y) > 0.1)
        return p * Math.log((p + tiny) / (q + tiny)) - gap;
    let series = 1 / 17;
    for (let odd = 15; odd > 1; odd -= 2)
        series = series * y * y + 1 / odd;
    return (p + q) * y * y * (1 + (1 + y) * y * series);
}

/* What each level gained is known by itself, so that faint coherences keep their digits. */
function CoherenceEntropy(s, place, count) {
    const b = diagonalised(s, place, count, 0);
    let total = b.missing;
    for (let k = 0; k < b.size; k++) {
        const p = Math.max(s[place + k] / b.scale, 0), gain = b.gained[k];
        total += divergence(Math.max(b.diagonal[k], 0), p, gain);
        total += gain * Math.log(p + 2 ** -1000);
    }
    return b.scale * total;
}

/* The number at a place of f(M), where f takes a level and the least one. */
function entry_of_function(s, place, count, f) {
    const b = diagonalised(s, place + 1, count - 1, Math.round(Math.sqrt(count - 1)));
    const n = b.size, number = s[place];
    let i = number - 1, j = number - 1, next = n;
    for (let p = 0; number > n && p < n; p++)
        for (let q = p + 1; q < n; q++, next += 2)
            if (next + 1 === number || next + 2 === number)
                [i, j] = [p, q];
    const least = b.diagonal.reduce((a, value) => Math.min(a, value));
    let total = b.missing;
    for (let k = 0; k < n; k++) {
        const left = (n + i) * n + k, right = (n + j) * n + k;
        const real = b.re[left] * b.re[right] + b.im[left] * b.im[right];
        const turned = b.im[left] * b.re[right] - b.re[left] * b.im[right];
        total += (number > n && (number - n) % 2 === 0 ? turned : real) * f(b.diagonal[k], least);
    }
    return [total, b, i === j];
}

function NegativeProjector(s, place, count) {
    return entry_of_function(s, place, count, value => value < 0 ? 1 : 0)[0];
}

function LeastProjector(s, place, count) {
    return entry_of_function(s, place, count, (value, least) => value === least ? 1 : 0)[0];
}

function EntropySlope(s, place, count) {
    const logarithm = value => Math.log(value > 0 ? value : 1);
    const [total, b, is_diagonal] = entry_of_function(s, place, count, logarithm);
    return total - (is_diagonal ? Math.log(s[place + s[place]] / b.scale) : 0);
}
"""

_INFORMATION = r"""
/* Re and Im of the entry (i, j) of the matrix of n^2 numbers */
function entry_of(n, s, place, i, j) {
    const p = Math.min(i, j), q = Math.max(i, j);
    const next = place + n + 2 * (p * n - p * (p + 1) / 2 + q - p - 1);
    return p === q ? [s[place + p], 0] : [s[next], (i < j ? 1 : -1) * s[next + 1]];
}

function BlockInformation(s, place, count) {
    const n = Math.round(Math.sqrt(count / 2)), b = diagonalised(s, place, n * n, n);
    let total = b.missing;
    for (let k = place + n * n; k < place + count; k++)
        total += 0 * s[k];
    for (let k = 0; k < n; k++) {
        const x_ = new Float64Array(n), y_ = new Float64Array(n);
        for (let i = 0; i < n; i++)
            for (let j = 0; j < n; j++) {
                const [x, y] = entry_of(n, s, place + n * n, i, j), v = (n + j) * n + k;
                x_[i] += x * b.re[v] - y * b.im[v];
                y_[i] += x * b.im[v] + y * b.re[v];
            }
        for (let m = 0; m < n; m++) {
            let x = 0, y = 0;
            for (let i = 0; i < n; i++) {
                const v = (n + i) * n + m;
                x += b.re[v] * x_[i] + b.im[v] * y_[i];
                y += b.re[v] * y_[i] - b.im[v] * x_[i];
            }
            const pair = Math.max(b.diagonal[k], 0) + Math.max(b.diagonal[m], 0);
            total += pair > 0 ? 2 * (x * x + y * y) / pair : 0;
        }
    }
    return total / b.scale;
}

/* The singular values of a complex symmetric matrix X + iY are the positive eigenvalues of the real
   matrix ((X, Y), (Y, -X)), here for X + iY = A^T (s_y x s_y) A with the state A A^+. */
function Concurrence(s, place, count) {
    const b = diagonalised(s, place, count, 4), rows = new Float64Array(64);
    const part = (of, i, k) => Math.sqrt(Math.max(b.diagonal[k], 0)) * of[(4 + i) * 4 + k];
    for (let p = 0, next = 8; p < 8; p++)
        for (let q = p; q < 8; q++) {
            const k = p % 4, m = q % 4;
            let real = 0, imaginary = 0;
            for (let i = 0; i < 4; i++) {
                const x = part(b.re, i, k), y = part(b.im, i, k), turn = i % 3 === 0 ? -1 : 1;
                const x_ = part(b.re, 3 - i, m), y_ = part(b.im, 3 - i, m);
                real += turn * (x * x_ - y * y_);
                imaginary += turn * (x * y_ + y * x_);
            }
            rows[p === q ? p : next] = q < 4 ? real : (p < 4 ? imaginary : -real);
            next += p === q ? 0 : 2;
        }
    const doubled = diagonalised(rows, 0, 64, 0);
    let sum = 0, most = 0;
    for (const value of doubled.diagonal) {
        sum += Math.max(value, 0);
        most = Math.max(most, value);
    }
    return b.missing + doubled.scale * b.scale * Math.max(2 * most - sum, 0);
}

/* The mean of w'^2/(1 + w) over ever more angles, none of them special to the waves */
function WaveInformation(s, place, count) {
    let angles = 8 * count, total = 0, before = 0, bad = 0;
    for (let k = 0; k < count; k++)
        bad += 0 * s[place + k];
    for (let round = 0; bad === 0 && round <= 14; round++) {
        for (let step = 0; step < angles; step++) {
            const share = (step + (round ? 0.5 : 0)) / angles + 0.3819660112501051;
            const angle = 6.283185307179586 * share, c1 = Math.cos(angle), s1 = Math.sin(angle);
            let c = 1, d = 0, wave = 1, slope = 0;
            for (let k = 1; 2 * k <= count; k++) {
                const x = s[place + 2 * k - 2], y = s[place + 2 * k - 1];
                [c, d] = [c * c1 - d * s1, d * c1 + c * s1];
                wave += x * c - y * d;
                slope += k * (x * d + y * c);
            }
            total += slope * slope / (wave + 2 ** -1000);
        }
        angles *= round ? 2 : 1;
        const found = total / angles;
        if (Math.abs(found - before) <= 2 ** -42 * found)
            return found;
        before = found;
    }
    return NaN;
}
"""

_WAVES = r"""
/* The sum of waves at an angle, and its first two derivatives */
function height(w, angle) {
    const c1 = Math.cos(angle), s1 = Math.sin(angle);
    let c = 1, s = 0, sum = 0, slope = 0, bend = 0;
    for (let k = 1; k <= w.n; k++) {
        const turned = c * c1 - s * s1, x = w.parts[2 * k - 2], y = w.parts[2 * k - 1];
        s = s * c1 + c * s1;
        c = turned;
        sum += x * c - y * s;
        slope -= k * (x * s + y * c);
        bend -= k * k * (x * c - y * s);
    }
    return [sum, slope, bend];
}

/* Follow Newton's method to the top; keep the highest, and of equal ones the nearest to 0. */
function climb(w, angle, far) {
    let [top, slope, bend] = height(w, angle), step = far;
    for (let k = 0; k < 60 && bend < 0 && Math.abs(step) > 2 ** -50; k++) {
        step = Math.min(Math.max(-slope / bend, -far), far);
        angle += step;
        [top, slope, bend] = height(w, angle);
    }
    const turn = 6.283185307179586, half = 3.141592653589793, slack = 2 ** -49 * w.total;
    angle += angle <= -half ? turn : (angle > half ? -turn : 0);
    const nearer = Math.abs(angle) <= Math.abs(w.phase) + 1e-8; /* positive angles come last */
    if (!(top <= w.best + slack) || (top >= w.best - slack && nearer))
        w.phase = angle;
    w.best = Math.max(w.best, top);
}

/* Halve an interval until it holds no highest point, or one to which Newton's method leads. */
function search(w, middle, half) {
    const [value, slope, bend] = height(w, middle), side = Math.abs(slope);
    const far = bend < 0 ? Math.min(half, -side / bend) : half;
    const rest = w.third * half * half * half / 6;
    w.seen = Math.max(w.seen, value);
    if (value + far * (side + 0.5 * far * bend) + rest < w.seen - 2 ** -49 * w.total)
        return;
    if (bend < -4 * w.third * half) {
        if (side <= -1.25 * bend * half)
            climb(w, middle, 2 * half);
    } else if (half * w.n < 2 ** -17)
        climb(w, middle, 64 * half);
    else {
        search(w, middle - 0.5 * half, 0.5 * half);
        search(w, middle + 0.5 * half, 0.5 * half);
    }
}

/* The height and the angle of the highest point */
function highest_wave(s, place, count) {
    const parts = s.slice(place, place + count);
    const largest = parts.reduce((a, value) => Math.max(a, Math.abs(value)), 0);
    const bad = parts.reduce((a, value) => a + 0 * value, 0), scale = unit(largest);
    if (bad !== 0 || largest === 0)
        return [bad, NaN];
    const w = {n: count / 2, parts: parts.map(value => value / scale), total: 0, third: 0,
               best: -Infinity, seen: -Infinity, phase: NaN};
    for (let k = 1; k <= w.n; k++) {
        const size = Math.hypot(w.parts[2 * k - 2], w.parts[2 * k - 1]);
        w.total += size;
        w.third += k * k * k * size;
    }
    const half = 3.141592653589793 / (4 * w.n), middle = k => half * (2 * k + 1 - 4 * w.n);
    for (let k = 0; k < 4 * w.n; k++)
        w.seen = Math.max(w.seen, height(w, middle(k))[0]);
    for (let k = 0; k < 4 * w.n; k++)
        search(w, middle(k), half);
    return [scale * w.best, w.phase];
}

function WaveMaximum(s, place, count) {
    return highest_wave(s, place, count)[0];
}

function WavePhase(s, place, count) {
    return highest_wave(s, place, count)[1];
}
"""

SOURCES = texts_by_name(_BLOCKS + _INFORMATION + _WAVES)
"""The text of each function after those that it calls; that of a node has the node's name."""
