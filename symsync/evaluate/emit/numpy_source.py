"""The source of the NumPy functions that compute a program block by block."""

from math import isfinite
from typing import Any

from symsync.evaluate.kernels import numpy_kernels as kernels
from symsync.evaluate.program import Program, Step

__all__ = ["Axes", "numpy_source"]

_KERNELS = frozenset(kernels.__all__)
_WITH_OUT = {"choose", "difference", "distance"}


Axes = tuple[frozenset[int], ...]
"""For each input the axes of the block along which it varies."""


def numpy_source(program: Program, axes: Axes) -> str:
    """Return the source of `prepare`, run once, and of `block`, run for each block.

    Parameters
    ----------
    program
        The formula.
    axes
        For each input the axes along which it varies.  What depends on none belongs to `prepare`;
        what varies along all axes of the block is written into scratch registers, reused when
        their value is no longer needed, or straight into the output.
    """
    return _Writer(program, axes).source()


class _Writer:
    def __init__(self, program: Program, axes: Axes) -> None:
        self.program = program
        self.axes = dict(enumerate(axes))
        self.all_axes = frozenset[int]().union(*axes)
        self.fixed = {index for index, own in self.axes.items() if not own}
        self.once = set(self.fixed)
        self.names = {k: f"in{k}_{name.replace('.', '_')}" for k, name in enumerate(program.inputs)}
        self.outputs = program.values
        self.targets = [f"out{k}" for k in range(len(self.outputs))]
        self.unwritten = dict(zip(self.targets, self.outputs, strict=True))
        self.last_use = _last_uses(program)
        self.free: list[str] = []
        self.held: dict[int, str] = {}
        self.registers: list[str] = []

    def source(self) -> str:
        """Return both functions."""
        early: list[str] = []
        late: list[str] = []
        for position, step in enumerate(self.program.steps):
            line = self._line(position, step)
            (early if step.index in self.once else late).append(line)
        late += [f"{out}[...] = {self._text(value)}" for out, value in self.unwritten.items()]
        taken = [f"{name} = register({k})" for k, name in enumerate(self.registers)]
        inputs = [self.names[k] for k in range(len(self.program.inputs))]
        kept = [self.names[value] for value in sorted(self.once - self.fixed)]
        prepare = _function("prepare", inputs, [*early, f"return [{', '.join(kept)}]"])
        parameters = ["register", *inputs, *kept, *self.targets]
        return f"{prepare}\n\n{_function('block', parameters, taken + late)}"

    def _text(self, argument: Any) -> str:
        if isinstance(argument, tuple):
            return f"({''.join(f'{self._text(part)}, ' for part in argument)})"
        if isinstance(argument, int):
            return self.names[argument]
        return repr(argument) if isfinite(argument) else f"np.float64('{argument}')"

    def _line(self, position: int, step: Step) -> str:
        """Return one assignment and note where its results are kept."""
        needed = set(step.values)
        results = range(step.index, step.index + step.results)
        arguments = [self._text(argument) for argument in step.arguments]
        is_kernel = step.operation in _KERNELS
        done = [value for value in needed & set(self.held) if self.last_use[value] == position]
        if not is_kernel:  # a ufunc may write over its own arguments
            self._release(done)
        self.names |= {index: f"v{index}" for index in results}
        own = frozenset[int]().union(*(self.axes[value] for value in needed))
        self.axes |= dict.fromkeys(results, own)
        if not own:
            self.once.update(results)
        if own and own == self.all_axes and (not is_kernel or step.operation in _WITH_OUT):
            arguments.append(f"out={self._destination(step.index)}")
        if is_kernel:
            self._release(done)
        left = ", ".join(self.names[index] for index in results)
        module = "kernels" if is_kernel else "np"
        return f"{left} = {module}.{step.operation}({', '.join(arguments)})"

    def _release(self, values: list[int]) -> None:
        self.free += [self.held.pop(value) for value in values]

    def _destination(self, index: int) -> str:
        for target, value in self.unwritten.items():
            if isinstance(value, int) and value == index:  # 2.0 is a constant
                del self.unwritten[target]
                return target
        if not self.free:
            self.registers.append(f"r{len(self.registers)}")
            self.free.append(self.registers[-1])
        self.held[index] = self.free.pop()
        return self.held[index]


def _function(name: str, parameters: list[str], lines: list[str]) -> str:
    body = "\n".join(f"    {line}" for line in lines or ["pass"])
    return f"def {name}({', '.join(parameters)}):\n{body}\n"


def _last_uses(program: Program) -> dict[int, int]:
    uses: dict[int, int] = {}
    for position, step in enumerate(program.steps):
        uses.update(dict.fromkeys(step.values, position))
    for pair in program.outputs:
        uses.update({value: len(program.steps) for value in pair if isinstance(value, int)})
    return uses
