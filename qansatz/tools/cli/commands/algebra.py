"""``qansatz algebra FILE``."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from qansatz.progress import Step
from qansatz.tools.cli.closing import report
from qansatz.tools.cli.console import FINE, LIMITED, Console, UnusableError
from qansatz.tools.cli.options import (
    FILES,
    add_closure_limit,
    add_output,
    add_source,
    completed,
    whole,
)
from qansatz.tools.cli.session import (
    compiled,
    console_of,
    identity,
    refused,
)
from qansatz.tools.cli.showing import show
from qansatz.views.algebra import ALGEBRA

if TYPE_CHECKING:
    from qansatz.analysis.algebra.algebra import AlgebraReport
    from qansatz.compilation import Compilation
    from qansatz.lie.classification import Algebra
    from qansatz.lie.closure import Closure
    from qansatz.model.program import Model
    from qansatz.pauli.strings import Pauli

_EPILOG = """\
examples:
  qansatz algebra ising.qans
  qansatz algebra ising.qans --set n=1000
  qansatz algebra ising.qans --contains XXIIIIII
  qansatz algebra ising.qans --elements > words.txt
  qansatz algebra maxcut.qans --seconds 600 --resume maxcut.closure
  qansatz algebra ising.qans --vary n=3..64 --format latex
  qansatz algebra ising.qans --vary n=3..40 --variance cost
  qansatz algebra ising.qans --variance

The Lie algebra of generators that are single strings is exact for any number of qubits.
Sums are closed exactly, as far as a count of work or --seconds allows; with --resume a closure that this
limit or Ctrl-C stops is kept in a file, and the next run with that file goes on from there.
--vary takes both ends and prints closed forms with the sizes at which they were verified.
"""

_MOST: Final = 10**6
_SIZES: Final = 2_000


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.epilog = _EPILOG
    add_source(parser)
    group = parser.add_argument_group("what is shown")
    group.add_argument(
        "--elements",
        action="store_true",
        help="list a basis of the algebra: strings, or sums of them",
    )
    group.add_argument(
        "--most",
        metavar="COUNT",
        type=whole(1),
        default=_MOST,
        help="how many of them --elements lists at most (default: a million)",
    )
    group.add_argument(
        "--contains",
        metavar="WORD",
        action="append",
        default=[],
        help="whether a string such as XIZY lies in the algebra; can be repeated",
    )
    group = parser.add_argument_group("closing sums of strings")
    add_closure_limit(group)
    resume = group.add_argument(
        "--resume",
        metavar="FILE",
        help="where a closure that was stopped is kept; if the file exists, it resumes from there",
    )
    completed(resume, FILES)
    group = parser.add_argument_group("at many sizes")
    group.add_argument(
        "--vary",
        metavar="NAME=FIRST..LAST",
        type=_range,
        help="the algebra at many values of a size, and closed forms in it",
    )
    group.add_argument(
        "--variance",
        metavar="OBSERVABLE",
        nargs="?",
        const="",
        help="the variance of an observable (all, or with --vary the first) of this circuit and in the "
        "limit of many layers; with --vary how fast the latter falls",
    )
    group.add_argument(
        "--format", choices=("text", "latex"), default="text", help="how --vary writes formulas"
    )
    add_output(parser)


def run(args: argparse.Namespace) -> int:
    """Show the Lie algebra."""
    if args.vary is not None:
        if args.elements or args.contains or args.resume:
            raise UnusableError("--vary goes with none of --elements, --contains and --resume")
        from qansatz.tools.cli.commands import family

        return family.run(args, *args.vary)
    if args.format != "text":
        raise UnusableError(f"--format {args.format} goes with --vary, such as --vary n=3..40")
    out = console_of(args)
    compilation = compiled(args)
    model = compilation.model
    if model is None:
        return refused(out, compilation)
    words = [_pauli(word, model.n_qubits) for word in args.contains]
    algebra = report(model, args.seconds, out, args.resume)
    out.diagnostics(compilation.diagnostics)
    if args.elements and not algebra.exact:
        out.note("this is a basis of an upper bound: not all of it need lie in the algebra")
    answer: dict[str, Any] = {"algebra": ALGEBRA.write(algebra)}
    if args.contains:
        verdicts = [algebra.contains(pauli) for pauli in words]
        answer["contains"] = [
            {"word": word, "member": is_in}
            for word, is_in in zip(args.contains, verdicts, strict=True)
        ]
        _say_membership(out, args.contains, verdicts)
    elif not args.elements:
        show(out, model, algebra.sheet())
    if args.variance is not None:
        answer["variances"] = _variances(out, model, algebra, args.variance)
    code = LIMITED if algebra.limit_reached else FINE
    if args.elements and algebra.classified is not None:
        code = max(code, _list(args, out, algebra.classified, answer))
    elif args.elements and algebra.closure is not None:
        code = max(code, _list_sums(args, out, algebra.closure, answer))
    return _answered(out, compilation, {**identity(model), **answer}, code)


def _variances(
    out: Console, model: Model, algebra: AlgebraReport, name: str
) -> list[dict[str, Any]]:
    """Show the variances of observables and their derivatives, and give what JSON has of them."""
    from qansatz.tools.cli.variances import derivatives, observables, variances
    from qansatz.views.variances import BOTH, DERIVATIVES, as_text, derivatives_text

    labels = model.slots.labels()
    chosen = observables(model, name)
    both = [variances(model, observable, algebra) for observable in chosen]
    slopes = [derivatives(model, observable) for observable in chosen]
    out.result(f"\n{as_text(both)}")
    for observable, slope in zip(chosen, slopes, strict=True):
        out.result(derivatives_text(observable.name, slope, labels))
    return [
        {**BOTH.write(pair), "derivatives": DERIVATIVES.write((slope, labels))}
        for pair, slope in zip(both, slopes, strict=True)
    ]


def _answered(out: Console, compilation: Compilation, answer: dict[str, Any], code: int) -> int:
    out.answer(compilation.diagnostics, answer)
    return code


def _pauli(word: str, n_qubits: int) -> Pauli:
    from qansatz.pauli.strings import from_word

    if len(word) != n_qubits or set(word) - set("IXYZ"):
        raise UnusableError(
            f"{word!r} in --contains is no word of {n_qubits} letters I, X, Y and Z, qubit 0 first"
        )
    return from_word(word)


def _say_membership(out: Console, words: list[str], verdicts: list[bool | None]) -> None:
    say = {True: "yes", False: "no", None: "undecided: it lies in the upper bound"}
    for word, is_in in zip(words, verdicts, strict=True):
        out.result(f"{word}  {say[is_in]}\n")


def _list(
    args: argparse.Namespace, out: Console, classified: Algebra, answer: dict[str, Any]
) -> int:
    """Write the strings of the algebra as they are found; 3 where there are more than asked for."""
    from qansatz.lie.elements import blocks
    from qansatz.numbers import decimal

    count, listed = 0, []
    with out.progress("listing the strings") as progress:
        for block in blocks(classified):
            words = block.words()[: args.most - count]
            count += len(words)
            if args.json:
                listed += words
            else:
                out.result("".join(f"{word}\n" for word in words))
            total = min(classified.dimension, args.most)
            progress(Step(text="listing the strings", done=count, total=total))
            if count >= args.most:
                break
    complete = count == classified.dimension
    if args.json:
        answer["elements"] = {"words": listed, "complete": complete, "limit": args.most}
    if not complete:
        out.note(
            f"stopped at the limit of {args.most:,} strings of {decimal(classified.dimension)}; "
            "--most COUNT raises it"
        )
    return FINE if complete else LIMITED


def _list_sums(
    args: argparse.Namespace, out: Console, closure: Closure, answer: dict[str, Any]
) -> int:
    """Write a basis of sums, one a line; 3 where it is not known or larger than asked for."""
    from itertools import islice

    from qansatz.lie.bases import NoBasisError, group_of, vectors
    from qansatz.pauli.words import word

    group, listed, reason = group_of(closure), [], None
    n = closure.state.columns.n_qubits
    try:
        for vector in islice(vectors(closure), args.most):
            terms = {word(pauli, n): weight for pauli, weight in vector.items()}
            listed.append([[name, str(weight)] for name, weight in terms.items()] * args.json)
            out.result(f"{_written(terms, orbits=group is not None)}\n")
    except NoBasisError as error:
        reason = str(error)
        out.refusal(reason)
    complete = len(listed) == closure.dimension
    if args.json:
        elements = {"sums": listed, "orbits": group, "complete": complete, "limit": args.most}
        answer["elements"] = {**elements, "reason": reason}
    if group and listed:
        out.note(f"orbit(W) is the sum of the different strings that {group} makes of W")
    if listed and not complete:
        out.note(
            f"stopped at the limit of {args.most:,} sums of {closure.dimension}; "
            "--most COUNT raises it"
        )
    return FINE if complete else LIMITED


def _written(terms: Mapping[str, int], *, orbits: bool) -> str:
    """Such as ``XI - 2*orbit(ZZ)``."""
    text = ""
    for name, weight in terms.items():
        sign = (" - " if text else "-") if weight < 0 else (" + " if text else "")
        size = "" if abs(weight) == 1 else f"{abs(weight)}*"
        text += f"{sign}{size}{f'orbit({name})' if orbits else name}"
    return text


def _range(text: str) -> tuple[str, range]:
    name, _, ends = text.partition("=")
    first, dots, last = ends.partition("..")
    last = last.removeprefix("=")
    if not name.strip().isidentifier() or not dots or not (first.isdecimal() and last.isdecimal()):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not of the form NAME=FIRST..LAST, as n=3..64"
        )
    sizes = range(int(first), int(last) + 1)
    if not 0 < len(sizes) <= _SIZES:
        raise argparse.ArgumentTypeError(f"{text!r} names {len(sizes)} values, not 1 to {_SIZES}")
    return name.strip(), sizes
