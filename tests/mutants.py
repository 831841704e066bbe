"""How many seeded mistakes in the derivation are noticed: by `verify` alone, and by all tests.

Run with `python tests/mutants.py` (about half an hour on two cores).  Each mutant is a copy of the
package in which one operator, number or comparison is another one, in code that computes a value;
code that checks its arguments, raises errors or prints is left alone.  `verify` stops at the first
claim that fails.  The mutants that it does not notice meet `verify --all` and the tests.
"""

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PLACES = {
    "model": ["spin", "limit_cycle", "coupling", "system"],
    "derive": [
        "state", "phase_ring", "generator", "resolvents", "uncoupled", "local_modes", "series",
        "closed_form", "exact_state",
    ],
    "measures": [
        "phase_weights", "husimi_function", "phase_locking", "phase_maximum", "bipartition",
        "weak_coupling", "entanglement", "information", "weight_table",
    ],
    "expressions": ["complex_parts", "divided_differences", "definitions", "stable", "spectral"],
    "evaluate": [
        "lowering", "horner", "elementary", "operand", "kernels/numpy_kernels",
        "kernels/scalar_kernels", "emit/scalar_source", "emit/numpy_source",
    ],
    "catalogue": ["letter_model", "first_order", "next_order", "exact", "inverse"],
}  # fmt: skip
"""Modules that compute values."""

SEED, COUNT = 20181126, 72

EQUIVALENT = {
    "model/spin:359 + → -": "C(2S, S+m) = C(2S, S−m)",
    "expressions/stable:235 2 → 3": "a larger upper bound, from which Newton's method starts",
    "expressions/stable:238 2 → 3": "another start, which Newton's method leaves in one step",
    "expressions/spectral:350 1 → 2": "a tie of maxima to within 2^(−p/6) or twice that, at p bits",
}
"""Mutants that change no value, with the reason."""

OPERATORS = {ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.Mult: ("*", "/"), ast.Div: ("/", "*")}
COMPARISONS = {ast.Gt: (">", "<"), ast.Lt: ("<", ">"), ast.GtE: (">=", "<"), ast.LtE: ("<=", ">"),
               ast.Eq: ("==", "!="), ast.NotEq: ("!=", "==")}  # fmt: skip
QUIET = {"declare", "describe", "Entry", "ValueError", "TypeError", "NotImplementedError"}
NUMBERS = (1, 2, 3, 4)
SILENT = {
    "is_ladder",
    "is_hermitian",
    "__repr__",
    "_repr_latex_",
    "_latex",
    "_sympystr",
    "latex_rows",
    "__str__",
    "sort_key",
}

JUDGE = """
from symsync.catalogue import Catalogue
from symsync.claims.ledger import decided
from symsync.claims.themes import CLAIMS
import sys
judged, slow = Catalogue(), sys.argv[1] == "all"
late = sorted(CLAIMS, key=lambda entry: entry.slow)
sys.exit(any(not decided(entry, judged).passed for entry in late if slow or not entry.slow))
"""


@dataclass(frozen=True)
class Mutant:
    """One mistake: what stands at an offset of a file is replaced."""

    place: str
    line: int
    old: str
    new: str
    start: int
    text: str

    @property
    def name(self) -> str:
        """The place and the change."""
        return f"{self.place}:{self.line} {self.old} → {self.new}"


def mutants_of(path: Path) -> list[Mutant]:
    """Return every mistake of the kinds above that a module can have."""
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line.encode()))
    raw = source.encode()
    found: list[Mutant] = []

    def offset(line: int, column: int) -> int:
        return starts[line - 1] + column

    def add(line: int, start: int, old: str, new: str) -> None:
        place = path.relative_to(ROOT / "symsync").with_suffix("").as_posix()
        found.append(Mutant(place, line, old, new, start, lines[line - 1].strip()[:60]))

    def between(left: ast.expr, right: ast.expr, old: str, new: str) -> None:
        begin = offset(left.end_lineno or 0, left.end_col_offset or 0)
        end = offset(right.lineno, right.col_offset)
        at = raw.find(old.encode(), begin, end)
        if at >= 0 and raw[at : at + 2] not in (b"**", b"//"):
            add(left.end_lineno or 0, at, old, new)

    def visit(node: ast.AST) -> None:
        if isinstance(node, ast.Raise | ast.JoinedStr | ast.AnnAssign | ast.arguments):
            return
        if isinstance(node, ast.If) and any(isinstance(each, ast.Raise) for each in node.body):
            return
        if isinstance(node, ast.FunctionDef) and node.name in SILENT:
            return
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Name) and called.id in QUIET:
            return
        if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
            text = [each for each in (node.left, node.right) if isinstance(each, ast.Constant)]
            if not any(isinstance(each.value, str) for each in text):
                between(node.left, node.right, *OPERATORS[type(node.op)])
        if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
            between(node.left, node.comparators[0], *COMPARISONS[type(node.ops[0])])
        if isinstance(node, ast.Constant) and type(node.value) is int and node.value in NUMBERS:
            start = offset(node.lineno, node.col_offset)
            add(node.lineno, start, str(node.value), str(node.value + 1))
        for child in ast.iter_child_nodes(node):
            visit(child)

    for statement in ast.parse(source).body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            visit(statement)
    return found


def chosen(seed: int, count: int) -> list[Mutant]:
    """Return equally many mutants of each package, drawn with a seed."""
    draw = random.Random(seed)
    found = []
    for package, modules in PLACES.items():
        paths = [ROOT / "symsync" / package / f"{module}.py" for module in modules]
        every = [mutant for path in paths for mutant in mutants_of(path)]
        found += draw.sample(every, count // len(PLACES))
    return found


def notices(command: list[str], tree: Path) -> bool:
    """Whether a command fails on a mutant; one that does not end is noticed too."""
    environment = {**os.environ, "PYTHONPATH": str(tree), "SYMSYNC_CACHE": str(tree / "cache"),
                   "OMP_NUM_THREADS": "1"}  # fmt: skip
    try:
        done = subprocess.run(command, env=environment, cwd=tree, capture_output=True, timeout=900,
                              check=False)  # fmt: skip
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def judged(mutant: Mutant, tests: bool) -> str:
    """Return by what a mutant is noticed: "verify", "verify --all", "tests" or nothing."""
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch)
        for part in ("symsync", "tests", "docs", "derivations"):
            ignored = shutil.ignore_patterns("__pycache__", "_build", "generated")
            shutil.copytree(ROOT / part, tree / part, ignore=ignored)
        for part in ("README.md", "pyproject.toml", ".ci"):
            source = ROOT / part
            (shutil.copytree if source.is_dir() else shutil.copy)(source, tree / part)
        path = tree / "symsync" / f"{mutant.place}.py"
        raw = path.read_bytes()
        end = mutant.start + len(mutant.old.encode())
        path.write_bytes(raw[: mutant.start] + mutant.new.encode() + raw[end:])
        python = sys.executable
        if notices([python, "-c", JUDGE, "some"], tree):
            return "verify"
        if tests:
            if notices([python, "-c", JUDGE, "all"], tree):
                return "verify --all"
            options = ["-x", "-q", "-p", "no:cacheprovider", "-m", "slow or not slow"]
            if notices([python, "-m", "pytest", *options], tree):
                return "tests"
        return ""


def main() -> None:
    """Judge the mutants and print the scores."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--verify-only", action="store_true", help="do not run the tests")
    arguments = parser.parse_args()
    mutants = chosen(arguments.seed, arguments.count)
    verdicts = []
    with ThreadPoolExecutor(arguments.jobs) as pool:
        found = pool.map(lambda each: judged(each, not arguments.verify_only), mutants)
        for mutant, by in zip(mutants, found, strict=True):
            verdicts.append("equivalent" if mutant.name in EQUIVALENT else by)
            verdict = verdicts[-1] or "SURVIVES"
            print(f"{verdict:<12} {mutant.name}  in  {mutant.text}", flush=True)
    pairs = [(m, by) for m, by in zip(mutants, verdicts, strict=True) if by != "equivalent"]
    derived = [by for m, by in pairs if not m.place.startswith("evaluate")]
    print(f"verify alone: {derived.count('verify')} of {len(derived)} outside evaluate")
    print(f"everything: {sum(bool(by) for _, by in pairs)} of {len(pairs)}")


if __name__ == "__main__":
    main()
