"""Run a formula as a function of arrays: NumPy code, compiled code, mpmath at any precision.

Modules, in reading order:

- `program`: straight-line real arithmetic, which every evaluator runs.
- `contract`: the names, shapes, checks and documentation of all evaluators.
- `horner`: polynomials in nested form.
- `operand`: a value that records what is done with it.
- `elementary`: elementary functions and conditions as steps of a program.
- `rounding`: a polynomial as a rounded value and what is lost by rounding.
- `slope`: a derivative as a node of a formula.
- `adjoint`: all derivatives of one value of a program.
- `lowering`: from a formula to its program.
- `kernels`: operations that no library has.
- `emit`: a program as source.
- `backends`: a program as a function.
- `gradients`: values with their gradients.
- `bounded`: numbers with a bound of their error.
- `bounded_cases`: conditions on such numbers.
- `bounded_spectral`: functions of blocks and waves of such numbers.
- `error_bounds`: values with bounds of their errors.

All kinds of function keep one contract.

- Arguments are named, scalars or arrays that broadcast.  The result has the broadcast shape,
  followed by the shape of the formula (nothing for a scalar formula).
- A real formula gives float64 and is computed in real arithmetic; a complex one gives complex128.
- The argument `out` receives the result.
- Parameters are checked: rates are positive, ε and t are not negative, nothing is NaN; and one that
  is declared negative, nonpositive, nonzero, integer, even or odd is.  An infinite value is
  accepted if the formula can be evaluated with it as it stands.  The result is then the limit.

Accuracy
--------
For parameters within 10^±6 and times within 10^±8 of the unit, relative errors stay below 1e-13;
for complex values the error is relative to the modulus, and for a sum of oscillations that cancel
it is relative to the amplitude.  Parameters must stay within 10^±30 of the unit, as exact formulas
multiply eight of them; formulas of first order reach 10^±70.  `docs/conventions.md` tells what is
kept in this wider range.

Compiled code
-------------
The backends "numba" and "c" compile a formula when it is first called, once for each set of
parameters that are arrays.  They do the same arithmetic as "numpy"; exp, sin and the like may
differ in the last digit.  They keep what they compile in `$SYMSYNC_CACHE`, by default
`~/.cache/symsync`, and make anew what is damaged.

As it is run, a file there is trusted only if it has the SHA-256 digest that lies beside it, and if
the file and its directory are the user's own and nobody else may write to them.  A directory that
fails this, is full or forbids to run code gives way, with one warning in each process, to a
temporary one that goes when the process ends.
"""

from collections.abc import Sequence

from sympy import Symbol

from symsync.evaluate.backends.array_backend import ArrayEvaluator
from symsync.evaluate.backends.c_backend import CEvaluator
from symsync.evaluate.backends.jax_backend import JaxEvaluator
from symsync.evaluate.backends.mpmath_backend import MpmathEvaluator
from symsync.evaluate.backends.numba_backend import NumbaEvaluator
from symsync.evaluate.backends.numpy_backend import NumpyEvaluator
from symsync.evaluate.backends.parts import has_stages
from symsync.evaluate.backends.staged import StagedEvaluator
from symsync.evaluate.contract import STRICT, Evaluator, Formula, Output, Strictness
from symsync.evaluate.emit.code import Code
from symsync.evaluate.emit.languages import code_of
from symsync.evaluate.error_bounds import BoundedEvaluator
from symsync.evaluate.gradients import GradientEvaluator, with_slopes

__all__ = [
    "BoundedEvaluator",
    "CEvaluator",
    "Code",
    "Evaluator",
    "Formula",
    "GradientEvaluator",
    "JaxEvaluator",
    "MpmathEvaluator",
    "NumbaEvaluator",
    "NumpyEvaluator",
    "Output",
    "StagedEvaluator",
    "Strictness",
    "code_of",
    "evaluator",
    "gradient_evaluator",
]

_BACKENDS: dict[str, type[Evaluator]] = {
    "numpy": NumpyEvaluator,
    "numba": NumbaEvaluator,
    "c": CEvaluator,
    "mpmath": MpmathEvaluator,
    "jax": JaxEvaluator,
}


def evaluator(
    formula: Formula, backend: str = "numpy", strictness: Strictness = STRICT, error: bool = False
) -> Evaluator:
    """Return a formula as a function of named parameters.

    Parameters
    ----------
    formula
        What it computes, with its name, parameters and definitions.
    backend
        "numpy", "numba", "c", "mpmath" or "jax".
    strictness
        What happens to arguments that it cannot use.
    error
        Whether it returns (value, bound of its absolute error).

    Raises
    ------
    ValueError
        If there is no such backend.
    ModuleNotFoundError, RuntimeError
        If Numba or a C compiler is missing.
    """
    if not isinstance(backend, str) or backend not in _BACKENDS:
        raise ValueError(
            f"Argument `backend` must be one of {', '.join(_BACKENDS)}, but is {backend!r}."
        )
    if not isinstance(error, bool):
        raise ValueError(f"Argument `error` must be True or False, but is {error!r}.")
    if error and backend == "jax":
        raise ValueError("Argument `error` must be False with JAX. Use backend='numpy'.")
    if error:
        return BoundedEvaluator(evaluator(formula, backend, strictness))
    made = _BACKENDS[backend]
    if issubclass(made, ArrayEvaluator) and has_stages(formula.rhs):
        return StagedEvaluator(formula, strictness, backend, made)
    return made(formula, strictness)


def gradient_evaluator(
    formula: Formula,
    variables: Sequence[Symbol],
    backend: str = "numpy",
    strictness: Strictness = STRICT,
) -> GradientEvaluator:
    """Return a formula as a function of named parameters that returns (value, gradient).

    Parameters
    ----------
    formula, backend, strictness
        Those of `evaluator`.
    variables
        Real parameters of the formula, in the order of the gradient's last axis.

    Raises
    ------
    ValueError
        If there is no such backend, or a variable is complex or stands there twice.
    NotImplementedError
        If the derivative of a function in it has no closed form.
    ModuleNotFoundError, RuntimeError
        If Numba or a C compiler is missing.
    """
    if isinstance(backend, str) and backend == "jax":
        raise ValueError(
            "Argument `backend` must be 'numpy', 'numba', 'c' or 'mpmath' for a gradient, but is "
            "'jax'. Write jax.grad of function(backend='jax')."
        )
    for symbol in variables:
        if not symbol.is_extended_real or list(variables).count(symbol) > 1:
            raise ValueError(
                f"Arguments `names` must be different real parameters of {formula.label}, "
                f"but hold {symbol.name}. Name each real one once."
            )
    joined = evaluator(with_slopes(formula, variables, backend), backend, strictness)
    return GradientEvaluator(formula, variables, joined)
