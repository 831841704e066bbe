"""Scripts run by Node.js: many points of many formulas in one process."""

import json
import shutil
import subprocess

import numpy as np

NODE = shutil.which("node")

MAIN = """
const found = {};
const one = v => v && v.re ? {re: v.re[0], im: v.im[0]} : Array.isArray(v) ? v[0] : v;
for (const [name, values] of Object.entries(job)) {
    const n = values[''], value = symsync[name];
    delete values[''];
    const first = value(Object.fromEntries(Object.entries(values).map(([k, v]) => [k, one(v)])));
    const flat = [first].flat().flatMap(x => typeof x === 'number' ? [x] : [x.re, x.im]);
    const out = value.fill(values, new Float64Array(n * flat.length));
    found[name] = [flat.map(String), Array.from(out, String)];
}
console.log(JSON.stringify(found));
"""


def in_node(script, points):
    """The values of functions of a script at points {label: {parameter: array}}.

    Returns {label: (values at the first point, values at all, shape (values, points))}.
    """
    job = {}
    for label, values in points.items():
        count = max([np.size(v) for v in values.values()], default=1)
        job[label] = {"": count}
        for name, value in values.items():
            row = np.broadcast_to(value, count)
            parts = {"re": row.real.tolist(), "im": row.imag.tolist()}
            job[label][name] = parts if np.iscomplexobj(row) else parts["re"]
    whole = f"{script}\nconst job = {json.dumps(job)};\n{MAIN}"
    done = subprocess.run([NODE, "-"], input=whole, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    return {
        label: (
            np.array(found[label][0], float),
            np.array(found[label][1], float).reshape(len(found[label][0]), -1),
        )
        for label in points
    }
