"""What makes a JavaScript function of named numbers and arrays from a loop over points."""

from symsync.evaluate.kernels.c_kernels import texts_by_name

__all__ = ["INTERFACE"]

_TEXT = r"""
function fmod(x, y) {
    return x % y;
}

/* Whether a number is what the words of a domain say */
function is_inside(words, x) {
    const known = {
        positive: x > 0, 'non-negative': x >= 0, negative: x < 0, 'non-positive': x <= 0,
        'non-zero': x !== 0, even: x % 2 === 0, odd: Math.abs(x % 2) === 1, whole: x % 1 === 0,
    };
    return words.split(' ').every(word => known[word] !== false);
}

/* One number, or the two parts of a complex one, as numbers */
function parts_of(name, kind, value, label) {
    const parts = kind !== 'complex' ? [value]
        : typeof value === 'number' ? [value, 0] : [value && value.re, value && value.im];
    for (const part of parts) {
        if (typeof part !== 'number' || part !== part || !is_inside(kind, part))
            throw new RangeError(`Argument ${name} of ${label} must be a ${kind} number, but is `
                                 + `${typeof value === 'object' ? JSON.stringify(value) : value}.`);
    }
    return parts;
}

/* Refuse names that are no parameters, and say which are missing. */
function require_names(about, values) {
    const known = about.parameters.map(([name]) => name), given = Object.keys(values || {});
    const wrong = given.filter(name => !known.includes(name));
    const missing = known.filter(name => !given.includes(name));
    const what = wrong.length ? `but not ${wrong}` : `and ${missing} is missing`;
    if (wrong.length || missing.length)
        throw new TypeError(`${about.label} takes an object of ${known.join(', ')}, ${what}.`);
}

/* The rows of an argument of `fill` and whether they vary */
function rows_of(name, kind, value, label, n) {
    const array = each => ArrayBuffer.isView(each) || Array.isArray(each);
    const complex = kind === 'complex' && value && typeof value === 'object' && !array(value);
    const rows = kind !== 'complex' ? [value] : complex ? [value.re, value.im] : [value, 0];
    return rows.map(row => {
        if (!(typeof row === 'number' || (array(row) && row.length === n)))
            throw new RangeError(`Argument ${name} of ${label} must be a number or `
                                 + `an array of ${n}.`);
        return typeof row === 'number' ? [Float64Array.of(row), 0] : [Float64Array.from(row), 1];
    });
}

/* The function of one point, with the one of many points as `fill` */
function callable(about, run) {
    function value(values) {
        require_names(about, values);
        const inputs = about.parameters.flatMap(([name, kind]) =>
            parts_of(name, kind, values[name], about.label).map(part => Float64Array.of(part)));
        const out = new Float64Array(about.values), found = [];
        run(1, inputs, inputs.map(() => 0), out);
        for (let k = 0; k < out.length; k += about.complex ? 2 : 1)
            found.push(about.complex ? {re: out[k], im: out[k + 1]} : out[k]);
        return about.single ? found[0] : found;
    }
    value.parameters = about.parameters.map(([name]) => name);
    value.fill = (values, out) => {
        require_names(about, values);
        const n = out.length / about.values;
        if (!(out instanceof Float64Array) || !Number.isInteger(n))
            throw new RangeError(`Argument out of ${about.label}.fill must be a Float64Array of `
                                 + `${about.values} numbers for each point.`);
        const rows = about.parameters.flatMap(([name, kind]) =>
            rows_of(name, kind, values[name], about.label, n));
        run(n, rows.map(([row]) => row), rows.map(([, stride]) => stride), out);
        return out;
    };
    return value;
}
"""

INTERFACE = texts_by_name(_TEXT)
"""The text of each function after those that it calls."""
