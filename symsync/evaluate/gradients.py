"""Values with their gradients: a formula and its derivatives, run by one program."""

from collections.abc import Sequence
from typing import Any

from sympy import I, Symbol, Tuple

from symsync.evaluate.backends.duck_arrays import applied_by
from symsync.evaluate.backends.staged import has_stages
from symsync.evaluate.contract import Evaluator, Formula
from symsync.evaluate.emit.code import Code
from symsync.evaluate.emit.languages import code_of
from symsync.evaluate.program import components_of
from symsync.evaluate.slope import Slope
from symsync.expressions.complex_parts import real_imag
from symsync.expressions.definitions import derivative

__all__ = ["GradientEvaluator", "with_slopes"]


def with_slopes(formula: Formula, variables: Sequence[Symbol], backend: str) -> Formula:
    """Return a formula of the components of another, and of the derivatives of each in turn.

    Of elementary formulas the adjoint takes them, of others, in mpmath, and of more components
    than variables, SymPy.

    Raises
    ------
    NotImplementedError
        If the derivative of a function in it has no closed form.
    """
    components, _ = components_of(formula.rhs)
    elementary = backend != "mpmath" and not has_stages(formula.rhs)
    if elementary and len(components) <= len(variables):
        parts = [real_imag(component) for component in components]
        slopes = [
            Slope(x, v) + I * (Slope(y, v) if y != 0 else 0) for x, y in parts for v in variables
        ]
    else:
        slopes = [derivative(component, v) for component in components for v in variables]
    return Formula(
        label=formula.label,
        rhs=Tuple(*components, *slopes),
        parameters=formula.parameters,
        text=formula.text,
    )


class GradientEvaluator(Evaluator):
    """A function of named arrays that returns (value, gradient).

    Parameters
    ----------
    formula
        Whose values they are.
    variables
        The parameters by which it is differentiated, in the order of the gradient's last axis.
    joined
        The evaluator of `with_slopes`.
    """

    def __init__(self, formula: Formula, variables: Sequence[Symbol], joined: Evaluator) -> None:
        super().__init__(formula, joined.strictness)
        parameters = self.__signature__.parameters.values()
        self.__signature__ = self.__signature__.replace(
            parameters=[parameter for parameter in parameters if parameter.name != "out"]
        )
        self.variables = tuple(variables)
        self.__doc__ = self._documentation(formula.text).replace(
            "out : array, optional\n    Where the result is written.\n", ""
        )
        names = ", ".join(symbol.name for symbol in variables)
        self.__doc__ += f", and its gradient:\n    the last axis holds the derivatives by {names}"
        self._joined = joined

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.formula, self.variables, self._joined)

    @property
    def source(self) -> str:
        """The generated code of the values and derivatives."""
        return self._joined.source

    def code(self, language: str) -> Code:
        """Return the values and, after all of them, the derivatives of each as `Equation.code`."""
        return code_of(self._joined.formula, language)

    def __call__(self, /, *positional: Any, out: Any = None, **arguments: Any) -> Any:
        """Return the values and their gradients."""
        if out is not None:
            raise TypeError("Argument `out` must be left out of a gradient, but is given.")
        if applied_by(arguments.values()) is not None:
            raise TypeError("Arguments of a gradient must be NumPy arrays; pass array.to_numpy().")
        both = self._joined(*positional, **arguments)
        (count,) = self._joined.component_shape
        first = count // (1 + len(self.variables))
        shape = (*both.shape[:-1], *self.component_shape)
        value = both[..., :first].reshape(shape)
        return value[()], both[..., first:].reshape((*shape, len(self.variables)))
