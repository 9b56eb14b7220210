"""Closed forms in n of what a family of ansatzes gives, found on some sizes and verified on the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from qansatz.lie.classical import Ideal, collected
from qansatz.sheets import Remark, Sheet, html

if TYPE_CHECKING:
    import sympy

MOST_PERIOD: Final = 8
SPARE: Final = 2  # sizes that a formula must reproduce beyond those that determine it

_HALVES: Final = ((1, 0), (2, 0), (3, 0), (4, 0), (2, 1), (4, 1))
_DEGREES: Final = 5
_MOST_POWERS: Final = 3
_MOST_TERMS: Final = 6
_PROGRESSION: Final = 3


@dataclass(frozen=True, slots=True)
class Formula:
    """``Σ coefficient · t^degree · 2^(halves·period·t/2)`` with n = first + period·t."""

    first: int
    period: int
    terms: tuple[tuple[int, int], ...]
    coefficients: tuple[Fraction, ...]

    def value(self, n: int) -> Fraction:
        """The value at one n of the residue class."""
        t = (n - self.first) // self.period
        parts = zip(self.coefficients, self.terms, strict=True)
        return sum((c * _power(term, self.period, t) for c, term in parts), Fraction(0))

    def expression(self, symbol: sympy.Symbol) -> Any:
        """The formula in sympy."""
        import sympy

        t = (symbol - self.first) / sympy.Integer(self.period)
        total = sympy.Integer(0)
        for halves in sorted({halves for halves, _ in self.terms}, reverse=True):
            pairs = zip(self.coefficients, self.terms, strict=True)
            polynomial = sympy.expand(
                sum(_rational(c) * t**degree for c, (h, degree) in pairs if h == halves)
            )
            if not halves:
                total += polynomial
                continue
            content, rest = polynomial.as_content_primitive()
            odd, twos = _odd_part(content)
            exponent = sympy.Rational(halves, 2) * (symbol - self.first) + twos
            total += sympy.Mul(odd, sympy.Pow(2, sympy.expand(exponent)), rest)
        return total


@dataclass(frozen=True, slots=True)
class ClosedForm:
    """Formulas for the n of one residue class, verified at ``verified``; ``shape`` is what is constant there."""

    period: int
    residue: int
    verified: tuple[int, ...]
    shape: tuple[str, ...]
    formulas: tuple[Formula, ...]

    def expressions(self, symbol: sympy.Symbol) -> tuple[Any, ...]:
        """The formulas in sympy."""
        return tuple(formula.expression(symbol) for formula in self.formulas)

    def __str__(self) -> str:
        import sympy

        texts = ", ".join(map(str, self.expressions(sympy.Symbol("n"))))
        where = f"n = {self.residue} mod {self.period}" if self.period > 1 else "all n"
        shape = f" ({', '.join(self.shape)})" if self.shape else ""
        return (
            f"{texts}{shape} for {where}, verified from {self.verified[0]} to {self.verified[-1]}"
        )

    def where(self, argument: str) -> str:
        """The residue class, such as ``n = 1 mod 2``; ``any`` where there is one only."""
        return "any" if self.period == 1 else f"{argument} = {self.residue} mod {self.period}"

    @property
    def range_text(self) -> str:
        """The sizes at which the formulas were verified."""
        steps = f" in steps of {self.period}" if self.period > 1 else ""
        return f"{self.verified[0]}..{self.verified[-1]}{steps}"

    def sheet(self) -> Sheet:
        """The formulas, where they hold, and where they were verified."""
        return Sheet(title="Closed form", remarks=(Remark("", str(self)),))

    def _repr_html_(self) -> str:
        return html(self.sheet())


def closed_forms(
    values: Mapping[int, tuple[tuple[str, ...], tuple[int | Fraction, ...]]],
) -> tuple[ClosedForm, ...] | None:
    """Formulas for tuples of rationals (with a shape each) per residue class of n; None where none holds.

    Sums of a polynomial and of at most three terms c·2^(n/2), c·2^n, c·n·2^n, …, c·n·4^n, the fewest that do.
    In every class at least two n more than there are unknowns must agree. The period is the least
    for which formulas hold; the smallest n of a class, up to a third of it, may be exceptions.
    """
    sizes = sorted(values)
    if not sizes:
        return None
    for period in range(1, MOST_PERIOD + 1):
        forms = []
        for residue in range(period):
            fitted = [n for n in sizes if n % period == residue]
            if fitted:
                forms.append(_class_form(values, fitted, period))
            if fitted and forms[-1] is None:
                break
        else:
            return tuple(form for form in forms if form is not None)
    return None


def types(components: Sequence[Ideal]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """A Lie algebra as a shape, the families of its ideals, and their parameters and copies in turn."""
    ideals = collected(components)
    return (
        tuple(ideal.family for ideal in ideals),
        tuple(number for ideal in ideals for number in (ideal.parameter, ideal.copies)),
    )


def named_forms(ideals: Mapping[int, Sequence[Ideal]]) -> tuple[ClosedForm, ...] | None:
    """Formulas for Lie algebras: of a fixed number of ideals (:func:`types`), else of :func:`progressions`."""
    forms = closed_forms({n: types(components) for n, components in ideals.items()})
    if forms is not None:
        return forms
    return closed_forms({n: progressions(components) for n, components in ideals.items()})


def progressions(components: Sequence[Ideal]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """A Lie algebra as :func:`types` gives it, three or more ideals in arithmetic progression taken together.

    A progression stands in the shape as ``su:2``, its step, for largest parameter, length and copies.
    """
    shape: list[str] = []
    numbers: list[int] = []
    left = sorted(collected(components), key=lambda i: (i.family, -i.parameter))
    while left:
        family, parameter, copies = left[0].family, left[0].parameter, left[0].copies
        step = parameter - left[1].parameter if len(left) > 1 else 0
        length = 1
        while length < len(left) and left[length] == Ideal(
            family, parameter - length * step, copies
        ):
            length += 1
        if length < _PROGRESSION:
            length = 1
            shape.append(family)
            numbers += [parameter, copies]
        else:
            shape.append(f"{family}:{step}")
            numbers += [parameter, length, copies]
        left = left[length:]
    return tuple(shape), tuple(numbers)


@dataclass(frozen=True, slots=True)
class IdealFormula:
    """``copies`` of one ideal, or of ``length`` ideals with parameters ``parameter``, ``parameter − step``, …"""

    family: str
    parameter: Any
    copies: Any
    step: int = 0
    length: Any = None


def summands(shape: Sequence[str], expressions: Sequence[Any]) -> Iterator[IdealFormula]:
    """What a shape and the formulas for its numbers, sympy's or any others, stand for."""
    values = iter(expressions)
    for formula in shape:
        family, _, step = formula.partition(":")
        parameter = next(values)
        length = next(values) if step else None
        yield IdealFormula(family, parameter, next(values), int(step or 0), length)


def _class_form(
    values: Mapping[int, tuple[tuple[str, ...], tuple[int | Fraction, ...]]],
    form: Sequence[int],
    period: int,
) -> ClosedForm | None:
    """The form of all sizes of a class, or of the upper two thirds, and the sizes without a gap where it holds."""
    for start in (0, len(form) // 3):
        tail = form[start:]
        shape = values[tail[0]][0]
        if any(values[n][0] != shape for n in tail):
            continue
        sequences = zip(*(values[n][1] for n in tail), strict=True)
        formulas = [fit(tail, sequence, period) for sequence in sequences]
        numbers = tuple(formula for formula in formulas if formula is not None)
        if len(numbers) < len(formulas):
            continue
        while start and _agrees(values[form[start - 1]], form[start - 1], shape, numbers):
            start -= 1
        return ClosedForm(period, form[0] % period, tuple(form[start:]), shape, numbers)
    return None


def _agrees(
    value: tuple[tuple[str, ...], tuple[int | Fraction, ...]],
    n: int,
    shape: tuple[str, ...],
    formulas: Sequence[Formula],
) -> bool:
    return value[0] == shape and all(
        formula.value(n) == number for formula, number in zip(formulas, value[1], strict=True)
    )


def fit(sizes: Sequence[int], values: Sequence[int | Fraction], period: int) -> Formula | None:
    """The formula with the fewest terms that gives all values; None where the values do not determine one."""
    for terms in _term_sets(period):
        if len(terms) > min(_MOST_TERMS, len(sizes) - SPARE):
            return None
        steps = [(n - sizes[0]) // period for n in sizes]
        rows = [[_power(term, period, t) for term in terms] for t in steps[: len(terms)]]
        coefficients = _solve(rows, values[: len(terms)])
        if coefficients is None:
            continue
        formula = Formula(sizes[0], period, terms, tuple(coefficients))
        if all(formula.value(n) == value for n, value in zip(sizes, values, strict=True)):
            return formula
    return None


def _term_sets(period: int) -> Iterator[tuple[tuple[int, int], ...]]:
    """Sets of (halves, degree), the smallest first: a whole polynomial and some exponential terms."""
    powers = [term for term in _HALVES if term[0] * period % 2 == 0]
    sets = [
        tuple((0, degree) for degree in range(n_degrees)) + chosen
        for n_degrees in range(_DEGREES + 1)
        for n_powers in range(_MOST_POWERS + 1)
        for chosen in combinations(powers, n_powers)
        if n_degrees + n_powers
    ]
    return iter(sorted(sets, key=lambda terms: (len(terms), terms)))


def _power(term: tuple[int, int], period: int, t: int) -> Fraction:
    halves, degree = term
    return Fraction(t**degree) * Fraction(2) ** (halves * period * t // 2)


def _solve(rows: list[list[Fraction]], values: Sequence[int | Fraction]) -> list[Fraction] | None:
    """The solution of a square system, or None where it is singular."""
    n = len(rows)
    work = [[*row, Fraction(value)] for row, value in zip(rows, values, strict=True)]
    for k in range(n):
        pivot = next((i for i in range(k, n) if work[i][k]), None)
        if pivot is None:
            return None
        work[k], work[pivot] = work[pivot], work[k]
        scale = work[k][k]
        work[k] = [entry / scale for entry in work[k]]
        for i in range(n):
            if i != k and (factor := work[i][k]):
                work[i] = [a - factor * b for a, b in zip(work[i], work[k], strict=True)]
    return [row[n] for row in work]


def _rational(value: Fraction) -> Any:
    import sympy

    return sympy.Rational(value.numerator, value.denominator)


def _odd_part(value: Any) -> tuple[Any, int]:
    """A rational as an odd rational times a power of two."""
    import sympy

    p, q, twos = int(value.p), int(value.q), 0
    while p and p % 2 == 0:
        p, twos = p // 2, twos + 1
    while q % 2 == 0:
        q, twos = q // 2, twos - 1
    return sympy.Rational(p, q), twos
