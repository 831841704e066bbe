"""`Equation`: a derived formula that can be read, printed and run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal

from sympy import Basic, Eq, Expr, Symbol, Tuple, preorder_traversal

from symsync.expressions.checks import (
    did_you_mean,
    formula_of,
    number,
    require_choices,
    require_domain,
)
from symsync.expressions.crossings import with_variables_apart
from symsync.expressions.definitions import beside_steps, derivative, in_symbols, written_out
from symsync.expressions.divided_differences import with_exponentials
from symsync.expressions.identities import require_equal
from symsync.expressions.orders import Order
from symsync.expressions.printed_equations import Notation, equation_latex
from symsync.expressions.symbols import derivative_symbol, describe, is_described, meaning
from symsync.model.printed_operators import as_array

if TYPE_CHECKING:
    from symsync.evaluate import Code, Evaluator, Formula, GradientEvaluator, Output

__all__ = ["Equation", "meaning"]

DOCUMENTED = 400
"""Formulas of more nodes do not stand in the documentation of their functions."""


@dataclass(frozen=True, repr=False)
class Equation:
    """A formula `lhs = rhs` with what is needed to trust and to use it.

    Attributes
    ----------
    label
        The name of the equation in the catalogue, and of its function.
    lhs, rhs
        SymPy expressions, each a `Tuple` if there are several equations at once.
    parameters
        The symbols of `rhs` in the order of the function's documentation.
    source
        The number of the equation in the Letter, or how it was derived.
    order
        To which order in the coupling it holds: exact, leading, a power, or not stated.
    relation
        "=", "≈" for a truncated left-hand side, "∝" up to a normalisation.
    spins
        Pairs (site, S), only for equations between operators or kets; they turn these into arrays.
    form
        The right-hand side as an author writes it, for LaTeX; None where it is `rhs`.
    theme
        The heading of a formula of the Letter's model in documents; "" for one of one's own.
    parts
        Pairs (label, number of components or 0) of the equations that it joins.
    """

    label: str
    lhs: Basic
    rhs: Basic
    parameters: tuple[Symbol, ...]
    source: str
    order: Order
    relation: Literal["=", "≈", "∝"] = "="
    spins: tuple[tuple[str, Any], ...] = ()
    form: Basic | None = None
    theme: str = ""
    parts: tuple[tuple[str, int], ...] = ()

    @property
    def description(self) -> str:
        """The meaning of the left-hand side."""
        return meaning(self.lhs)

    @property
    def definitions(self) -> tuple[tuple[Symbol, Expr], ...]:
        """Pairs (symbol, expression) of what stands in `rhs` for longer expressions, in order."""
        return tuple(in_symbols(self.rhs)[1].items())

    @property
    def explicit(self) -> Basic:
        """The right-hand side with divided differences written as sums of exponentials."""
        return with_exponentials(self.rhs)

    @property
    def shown(self) -> Basic:
        """The right-hand side that is printed: its form if it has one, or else the explicit one."""
        return self.explicit if self.form is None else self.form

    @property
    def written_out(self) -> Basic:
        """The right-hand side in the parameters alone, without definitions."""
        return written_out(self.explicit)

    def latex(
        self,
        names: Mapping[Any, str] | None = None,
        lhs: str | None = None,
        label: str | None = None,
    ) -> str:
        r"""Return the equation as LaTeX without delimiters, in `aligned` if it has several lines.

        The definitions follow the equation, each on a line of its own.

        Parameters
        ----------
        names
            {symbol or its name: the LaTeX of it} in a notation of one's own, which may hold
            declared symbols that the equation does not have.  A sum stands in brackets, a product
            under a power too, and the arguments of the left-hand side follow.
        lhs
            The LaTeX of the left-hand side.
        label
            A label, with which the equation stands in an `equation` environment.

        Returns
        -------
        str
            One formula, or the environment with its label.

        Raises
        ------
        ValueError
            If a name is that of no symbol, two symbols look alike, or LaTeX would break a formula.

        Examples
        --------
        >>> from symsync import equations
        >>> print(equations["mu_plus"].latex({"gamma_d_A": r"\kappa", "Delta": r"\delta"}, lhs="z"))
        z = \frac{2}{\kappa + \gamma^g_{B} + 2 i \delta}
        """
        return equation_latex(self.lhs, self.shown, self.relation, Notation(names, lhs, label))

    def rewritten(self, form: Any) -> "Equation":
        """Return the equation with its right-hand side as you write it, once both are proved equal.

        Parameters
        ----------
        form
            An expression in the same symbols, which is printed as it is; what is evaluated stays.

        Returns
        -------
        Equation
            Its `form` is the expression.

        Raises
        ------
        ValueError
            If the expression is different, with a point and both numbers, or if nothing is proved.

        Examples
        --------
        >>> from symsync import equations
        >>> N = equations["negativity_resonant"]
        >>> epsilon, g_A, d_A, g_B, d_B = N.parameters
        >>> N.rewritten(2 * epsilon * (1 / (d_A + g_B) + 1 / (d_B + g_A))).form
        2*epsilon*(1/(gamma_d_B + gamma_g_A) + 1/(gamma_d_A + gamma_g_B))
        """
        require_equal(self.label, written_out(formula_of(form)), self.written_out)
        return replace(self, form=formula_of(form))

    def function(
        self,
        backend: str = "numpy",
        extra: str = "refuse",
        invalid: str = "raise",
        error: bool = False,
    ) -> "Evaluator":
        """Return the right-hand side as a function of named arrays.

        Parameters
        ----------
        backend
            "numpy" for float64 arrays; "numba" (the extra `fast`) and "c" (with a C compiler) for
            compiled code that is kept on disk; "mpmath" for the working precision of mpmath; "jax"
            (the extra `jax`) for functions of JAX arrays that `jit`, `vmap` and `grad` transform.
        extra
            "refuse" or "ignore" arguments that are no parameters.
        invalid
            "raise" an error where an argument is outside its domain, or return "nan" there and
            warn once for a call.
        error
            Whether to return each value with a bound of its distance from the true value.

        Returns
        -------
        Evaluator
            A function of arrays that broadcast.  With `error` it returns (value, bound), two arrays
            of one shape, without `out`; the bound is inf where nothing is known.

        Raises
        ------
        ValueError
            If there is no such backend or choice, or bounds are asked for with "mpmath".
        NotImplementedError, ModuleNotFoundError, RuntimeError
            If a function in the formula has no bound, or Numba or a C compiler is missing.

        Examples
        --------
        >>> from symsync import equations
        >>> mu = equations["mu_plus"].function(extra="ignore")
        >>> complex(mu(Delta=0, gamma_d_A=1, gamma_g_B=3, epsilon=7))
        (0.5-0j)
        >>> value, bound = equations["reversal"].function(error=True)(gamma_g_A=1, gamma_d_A=2)
        >>> print(value.round(6), bound < 1e-14 * value)
        0.883616 True
        """
        from symsync.evaluate import Strictness, evaluator  # NumPy is loaded when a formula is run

        return evaluator(self._formula, backend, Strictness(extra, invalid), error)

    def gradient(self, *names: Any, backend: str = "numpy", **choices: str) -> "GradientEvaluator":
        """Return a function of named arrays that returns (value, gradient).

        Parameters
        ----------
        *names
            Real parameters or their names; if there are none, all.
        backend, **choices
            Those of `function`: `extra` and `invalid`.

        Returns
        -------
        GradientEvaluator
            The last axis of its gradient has the order of the names.  At a kink, as of |x| at 0 or
            where an eigenvalue crosses zero, a derivative is that on one side or between both.

        Raises
        ------
        ValueError, NotImplementedError
            If a name is unknown, complex or repeated, or a derivative has no closed form.

        Examples
        --------
        >>> from symsync import equations
        >>> f = equations["negativity_resonant"].gradient("epsilon")
        >>> f(epsilon=0.1, gamma_g_A=1, gamma_d_A=1, gamma_g_B=1, gamma_d_B=1)[1].round(3)
        array([2.])
        """
        from symsync.evaluate import Strictness, gradient_evaluator

        variables = [self._parameter(name) for name in names] or list(self.parameters)
        require_choices("gradient", choices, ("extra", "invalid"))
        return gradient_evaluator(self._formula, variables, backend, Strictness(**choices))

    def code(self, language: str) -> "Code":
        """Return the right-hand side in "c", "javascript", "julia" or "fortran": a complete text.

        It takes the steps that NumPy takes.  Julia and Fortran raise `NotImplementedError` for
        functions of blocks larger than three, and for unknowns that are eliminated or evolve.
        """
        from symsync.evaluate import code_of

        return code_of(self._formula, language)

    def c_code(self) -> "Code":
        """Return `code("c")`."""
        return self.code("c")

    @property
    def _formula(self) -> "Formula":
        from symsync.evaluate import Formula

        is_long = next(islice(preorder_traversal(self.rhs), DOCUMENTED, None), None)
        meant = self.description if self.definitions or is_long else self.explicit
        return Formula(
            label=self.label,
            rhs=as_array(self.rhs, dict(self.spins)) if self.spins else self.rhs,
            parameters=self.parameters,
            text=f"{self.label} {self.relation} {meant} ({self.origin}).",
            outputs=self._outputs,
        )

    @property
    def _outputs(self) -> "tuple[Output, ...]":
        """What its function computes; equations of one label are numbered."""
        from symsync.evaluate import Output

        sides = self.lhs.args if isinstance(self.lhs, Tuple) else (self.lhs,)
        several = len(sides) if isinstance(self.lhs, Tuple) else 0
        found: dict[str, Output] = {}
        place = 0
        for label, count in self.parts or ((self.label, several),):
            own = sides[place : place + max(count, 1)]
            names = (label, *(f"{label}_{k}" for k in range(2, len(found) + 2)))
            name = next(each for each in names if each not in found)
            components = tuple(side.name for side in own) if count else ()
            found[name] = Output(name, components, *_known(own))
            place += max(count, 1)
        return tuple(found.values())

    def subs(self, values: Mapping[Any, Any]) -> "Equation":
        """Return the equation at special values of its parameters.

        The keys are parameters or their names, and the values are exact numbers or expressions.  A
        replaced symbol is no parameter any more.  The new symbols of a value become parameters.

        Raises
        ------
        ValueError
            If a symbol is no parameter, or a value is not exact or outside the parameter's domain,
            or it is not known to be positive or nonnegative where the parameter is.
        """
        if not isinstance(values, Mapping):
            raise ValueError(f"Argument `values` must be {{parameter: value}}, but is {values!r}.")
        values = {self._parameter(name): value for name, value in values.items()}
        for symbol, value in values.items():
            require_domain(symbol, value)
        replaced = {symbol: number(value) for symbol, value in values.items()}
        rhs = self.rhs.subs(replaced, simultaneous=True)
        left = [symbol for symbol in self.parameters if symbol not in values]
        new = {symbol for symbol in rhs.free_symbols if symbol.is_commutative} - set(left)
        parameters = (*left, *sorted(new, key=attrgetter("name")))
        source = f"special case of {self.source}"
        return replace(self, rhs=rhs, form=None, parameters=parameters, source=source)

    def diff(self, *parameters: Any) -> "Equation":
        """Return the derivative by one parameter, or by several one after the other.

        Parameters
        ----------
        *parameters
            Parameters or their names.

        Returns
        -------
        Equation
            Its parameters are those of this equation.  At a kink or a step it is that on one side
            or between both.

        Raises
        ------
        ValueError
            If there is no such parameter.
        NotImplementedError
            If the derivative of a function in it has no closed form.

        Examples
        --------
        >>> from symsync import equations
        >>> equations["S_rel_max_exact"].diff("gamma_g_A").label
        'd_S_rel_max_exact_d_gamma_g_A'
        """
        label, lhs, rhs, parts = self.label, self.lhs, self.rhs, self.parts
        for parameter in parameters:
            symbol = self._parameter(parameter)
            label = f"d_{label}_d_{symbol.name}"
            parts = tuple((f"d_{name}_d_{symbol.name}", count) for name, count in parts)
            lhs, rhs = derivative_symbol(lhs, symbol), beside_steps(derivative(rhs, symbol), rhs)
        return replace(self, label=label, lhs=lhs, rhs=rhs, form=None, parts=parts)

    def _parameter(self, given: Any) -> Symbol:
        """Return the parameter of a name, or of a symbol of that name."""
        own = {symbol.name: symbol for symbol in self.parameters}
        name = given.name if isinstance(given, Symbol) else given
        if not isinstance(name, str) or name not in own:
            raise ValueError(
                f"{self.label} has no parameter {given!r}; it depends on "
                f"{', '.join(own) or 'none'}.{did_you_mean(name, own)}"
            )
        return own[name]

    @property
    def origin(self) -> str:
        """To which order it holds, and its source."""
        return "; ".join(filter(None, [str(self.order), self.source]))

    def as_sympy(self) -> Basic:
        """Return the equation as SymPy's `Eq`, written out; several equations are a `Tuple`."""
        if isinstance(self.rhs, Tuple):
            pairs = zip(self.lhs, self.written_out, strict=True)
            return Tuple(*(Eq(lhs, rhs, evaluate=False) for lhs, rhs in pairs))
        return Eq(self.lhs, self.written_out, evaluate=False)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"

    def __repr__(self) -> str:
        plain, definitions = in_symbols(with_variables_apart(self.explicit))
        where = "".join(f"\n    {symbol} = {value}" for symbol, value in definitions.items())
        text = f"{self.label} {self.relation} {plain}    ({self.origin})"
        return f"{text}\n  with{where}" if where else text


def _known(sides: Sequence[Any]) -> tuple[str, str]:
    """Return the meaning of left-hand sides, and their unit if they have one; "" if unknown."""
    if not all(map(is_described, sides)):
        return "", ""
    units = {describe(side).unit for side in sides}
    return meaning(Tuple(*sides)), units.pop() if len(units) == 1 else ""
