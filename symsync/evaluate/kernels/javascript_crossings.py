"""Where functions are negative first, or largest, in JavaScript; see `backends.crossings`.

`margins` is a function of one number that returns an array, one number for each function.
"""

from symsync.evaluate.kernels.c_kernels import texts_by_name

__all__ = ["SOURCES"]

_TEXT = r"""
/* Where a function changes its sign, by Chandrupatla's method */
function root_between(f, low, high) {
    let a = low, b = high, c = 0, fa = f(a), fb = f(b), fc = 0, part = 0.5, out = high;
    for (let k = 0; k < 100; k++) {
        const x = a + part * (b - a), fx = f(x);
        if ((fx < 0) === (fa < 0))
            [c, fc] = [a, fa];
        else
            [c, fc, b, fb] = [b, fb, a, fa];
        [a, fa] = [x, fx];
        out = Math.abs(fa) < Math.abs(fb) ? a : b;
        const least = 2 ** -53 * Math.abs(out / (b - a));
        if (!(least < 0.5) || fa === 0)
            break;
        const xi = (a - b) / (c - b), phi = (fa - fb) / (fc - fb);
        const inverse = fa / (fb - fa) * fc / (fb - fc)
            + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb);
        part = phi ** 2 < xi && (1 - phi) ** 2 < 1 - xi ? inverse : 0.5;
        part = Math.min(Math.max(part, least), 1 - least);
    }
    return out;
}

/* An x at which a margin is negative between three points only, by golden sections; or nan */
function dip(margin, [x, first], [, middle], [end, third], shallow) {
    const bend = first - 2 * middle + third, known = 2 ** -36, golden = (5 ** 0.5 - 1) / 2;
    const depth = middle - (third - first) ** 2 / (8 * bend);
    if (!(middle >= -known && middle + known < Math.min(first, third) && depth < shallow))
        return NaN;
    let a = Math.log(x), d = Math.log(end), b = d - golden * (d - a), c = a + golden * (d - a);
    let left = margin(Math.exp(b)), right = margin(Math.exp(c));
    for (let k = 0; k < 20; k++)
        if (left < right) {
            [d, c, right] = [c, b, left];
            left = margin(Math.exp(b = d - golden * (d - a)));
        } else {
            [a, b, left] = [b, c, right];
            right = margin(Math.exp(c = a + golden * (d - a)));
        }
    return Math.min(left, right) < -known ? Math.exp(left < right ? b : c) : NaN;
}

/* Look where a margin is negative first at some values of x: {chosen, low, high}, the margins that
   are, where they are positive before, and x; before these values they were so at `positive` */
function first_among(margins, places, positive, shallow) {
    const known = 2 ** -36;
    let before = [], out = NaN;
    for (const x of places) {
        const rows = margins(x);
        let chosen = rows.map((_, k) => k).filter(k => rows[k] < -known), high = x;
        let low = Math.min(...chosen.map(
            k => before.reduce((at, [y, old]) => old[k] > known ? y : at, positive[k] || 0)));
        for (let k = 0; before.length > 1 && k < rows.length; k++) {
            const three = [...before.slice(-2).map(([y, old]) => [y, old[k]]), [x, rows[k]]];
            const at = dip(y => margins(y)[k], ...three, shallow);
            if (at < high)
                [chosen, low, high] = [[k], three[0][0], at];
        }
        if (chosen.length)
            return {chosen, low, high, start: before.length ? before[0][0] : 0};
        out = rows.every(Number.isNaN) ? out : Infinity;
        before.push([x, rows]);
        if (before.length > 3) {
            const [at, old] = before.shift();
            old.forEach((margin, k) => { positive[k] = margin > known ? at : positive[k]; });
        }
    }
    return {chosen: [], out};
}

/* The infimum of positive x at which a margin is negative; the last three steps before the first
   negative value are looked at once more, in eighths */
function first_negative(margins, scale, shallow) {
    const size = scale > 0 ? scale : 1, positive = [], steps = Number.isFinite(scale) ? 145 : 0;
    const rough = Array.from({length: steps}, (_, k) => size * 10 ** ((k - 96) / 8));
    let {chosen, low, high, start, out} = first_among(margins, rough, positive, shallow);
    if (!chosen.length)
        return out;
    const fine = Array.from({length: 25}, (_, k) => Math.max(start, high * 10 ** ((k - 24) / 64)));
    ({chosen, low, high} = first_among(margins, fine, positive, shallow));
    const least = y => (found => Math.min(...chosen.map(k => found[k])))(margins(y));
    return low > 0 ? root_between(least, low, high) : 0;
}

/* The least positive x at which the only margin changes its sign; nan where that is not known */
function first_change(margins, scale, shallow) {
    const size = scale > 0 ? scale : 1, known = 2 ** -36;
    let side = 0;
    const turned = x => {
        const margin = margins(x)[0];
        if (side === 0 && Math.abs(margin) > known)
            side = Math.sign(margin);
        return [side < 0 ? -margin : margin];
    };
    const first = turned(1e-24 * size)[0];
    if (Number.isNaN(first) && Number.isNaN(margins(1e-6 * size)[0]))
        return NaN;
    const out = first_negative(turned, scale, shallow);
    if (out === 0 || !Number.isFinite(out))
        return out || NaN;
    for (const beside of [2 ** -34, 2 ** -27, 2 ** -20]) {
        const below = turned(out * (1 - beside))[0], above = turned(out * (1 + beside))[0];
        const is_small = Math.max(Math.abs(below), Math.abs(above)) < 2 ** -10;
        if (below > known && above < -known && is_small)
            return out;
    }
    return NaN;
}

/* The x at which the first margin is largest; the second one is its derivative.  `starts` are
   places and widths in turn. */
function highest(margins, starts) {
    const steps = [0, 0.15, 0.35, 0.6, 1, 1.5, 2.5, 4], hills = [];
    if (!starts.every(Number.isFinite))
        return NaN;
    for (let k = 0; k < starts.length; k += 2) {
        let best = [-Infinity, NaN];
        for (const step of steps.flatMap(step => [step, -step])) {
            const x = starts[k] + step * starts[k + 1], top = margins(x)[0];
            if (top > best[0])
                best = [top, x];
        }
        hills.push([...best, 0.05 * Math.abs(starts[k + 1])]);
    }
    const most = Math.max(...hills.map(hill => hill[0])), slope = x => margins(x)[1];
    let out = NaN, reached = -Infinity;
    for (const [top, x, width] of hills) {
        if (!(top >= most - 0.5 * Math.abs(most)))
            continue;
        let low = x, high = x, step = width * Math.sign(slope(x)), climbing = step !== 0;
        for (let k = 0; k < 64 && climbing; k++) {
            [low, high] = [high, high + step];
            climbing = slope(high) * step > 0;
            step *= 2;
        }
        const at = climbing ? NaN : low === high ? x : root_between(slope, low, high);
        const level = margins(at)[0];
        if (level >= reached)
            [out, reached] = [at, level];
    }
    return out;
}
"""

SOURCES = texts_by_name(_TEXT)
"""The text of each function after those that it calls."""
