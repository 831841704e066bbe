// The numbers: what the programs compute, by name, and maps of them in slices of time.

const page = JSON.parse(document.getElementById('data').textContent);
const programs = page.programs.map(({label, names}) => ({run: window.symsync[label], names, cost: 0}));
const places = new Map(); // of a name: its program and its place there
for (const program of programs) program.names.forEach((name, place) => places.set(name, {program, place}));

// Values of a program at n points, one row for each name; what is not given stands on its slider.
function rows(program, given, n, state) {
    const values = {};
    for (const name of program.run.parameters) values[name] = name in given ? given[name] : state[name];
    const began = performance.now(),
        out = new Float64Array(n * program.names.length);
    program.run.fill(values, out);
    const cost = (performance.now() - began) / n;
    program.cost = program.cost ? 0.7 * program.cost + 0.3 * cost : cost;
    return program.names.map((_, k) => out.subarray(k * n, (k + 1) * n));
}

// Values of some names at n points, {name: row}
function table(names, given, n, state) {
    const found = {},
        wanted = names.filter(name => places.has(name));
    for (const program of new Set(wanted.map(name => places.get(name).program))) {
        const all = rows(program, given, n, state);
        program.names.forEach((name, k) => {
            found[name] = all[k];
        });
    }
    return found;
}

// How many points of these names fit into some milliseconds
function affordable(names, milliseconds, most, least) {
    const used = new Set(names.filter(name => places.has(name)).map(name => places.get(name).program));
    const cost = [...used].reduce((sum, program) => sum + program.cost, 0);
    return Math.max(least, Math.min(most, Math.floor(milliseconds / (cost || 1e-9))));
}

const spaced = (axis, n) => Float64Array.from({length: n}, (_, k) => at(axis, k / (n - 1)));

// The value at a fraction of an axis, and the fraction at a value
function at({low, high, is_log}, part) {
    if (part <= 0) return low;
    if (part >= 1) return high;
    return is_log ? low * Math.pow(high / low, part) : low + (high - low) * part;
}
const part = ({low, high, is_log}, value) =>
    is_log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);

// A grid of n × n points over two axes, or of n over one, which is filled slice by slice.
class Grid {
    constructor(names, axes, n, state) {
        Object.assign(this, {names, axes, n, state, done: 0, values: {}});
        const x = spaced(axes[0], n),
            y = axes[1] ? spaced(axes[1], n) : [0];
        this.points = n * y.length;
        this.x = new Float64Array(this.points);
        this.y = new Float64Array(this.points);
        for (let i = 0; i < this.points; i++) {
            this.x[i] = x[i % n];
            this.y[i] = y[Math.floor(i / n)];
        }
        for (const name of names) this.values[name] = new Float64Array(this.points);
    }

    // Compute until these milliseconds are over; true when all is done.
    advance(milliseconds) {
        const began = performance.now();
        while (this.done < this.points && performance.now() - began < milliseconds) {
            const chunk = affordable(this.names, milliseconds / 2, 4096, 4);
            const end = Math.min(this.points, this.done + chunk);
            const given = {[this.axes[0].name]: this.x.subarray(this.done, end)};
            if (this.axes[1]) given[this.axes[1].name] = this.y.subarray(this.done, end);
            const found = table(this.names, given, end - this.done, this.state);
            for (const name of this.names) this.values[name].set(found[name], this.done);
            this.done = end;
        }
        return this.done === this.points;
    }
}

// What the page draws: `symsync.evaluate("S_rel_max_exact", {epsilon: 0.1})`, with arrays too
function evaluate(name, values = {}) {
    if (places.has(`Re ${name}`))
        return {re: evaluate(`Re ${name}`, values), im: evaluate(`Im ${name}`, values)};
    if (!places.has(name))
        throw new RangeError(`Nothing is named ${name}; the names are ${[...places.keys()].join(', ')}.`);
    const {program, place} = places.get(name),
        needed = program.run.parameters;
    const known = new Set([...page.sliders.map(slider => slider.name), ...needed]);
    const wrong = Object.keys(values).filter(key => !known.has(key));
    const missing = needed.filter(key => !(key in values) && !(key in state.values));
    if (wrong.length || missing.length)
        throw new TypeError(
            `${name} takes ${needed.join(', ')}` +
                (wrong.length ? `, but not ${wrong.join(', ')}.` : `; ${missing.join(', ')} is missing.`)
        );
    const sizes = Object.values(values)
        .filter(v => typeof v === 'object')
        .map(v => v.length);
    const row = rows(program, values, sizes[0] ?? 1, state.values)[place];
    return sizes.length ? row : row[0];
}
