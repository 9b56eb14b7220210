"""Points of parameter space from the command line: numbers for the parameters and inputs of a model."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qansatz.tools.cli.console import UnusableError
from qansatz.tools.cli.values import read_values

if TYPE_CHECKING:
    from qansatz.model.program import Model, SlotArray


def point(args: argparse.Namespace, model: Model) -> list[float]:
    """Values for all slots, parameters then inputs, from the options of :func:`.options.add_point`.

    ``UnusableError`` where they are missing, too few or too many, or no finite numbers.
    """
    from qansatz.simulation.draws import draw_inputs, draw_parameters

    random = None
    if args.seed is not None:
        import numpy as np

        random = np.random.default_rng(args.seed)
    values: list[float] = []
    for option, text, arrays, draw in (
        ("--theta", args.theta, model.slots.parameters, draw_parameters),
        ("--inputs", args.inputs, model.slots.inputs, draw_inputs),
    ):
        drawn = None if random is None else draw(model.slots, random, 1)[0].tolist()
        if text is not None:
            values += read_arrays(text, arrays, option)
        elif not arrays:
            continue
        elif drawn is None:
            names = ", ".join(array.name for array in arrays)
            raise UnusableError(f"give values for {names} with {option}, or draw them with --seed")
        else:
            values += drawn
    return values


def read_arrays(text: str, arrays: Sequence[SlotArray], option: str) -> list[float]:
    """The numbers of some arrays in their order, row-major, from a file, ``-`` or a list.

    ``UnusableError`` names the option, and what is wrong.
    """
    read = _object(text)
    if read is None:
        numbers = read_values(text, option)
    elif isinstance(read, Mapping):
        numbers = _by_name(read, arrays, option)
    else:
        numbers = _flat(read, option)
    expected = sum(array.size for array in arrays)
    if len(numbers) != expected:
        names = ", ".join(f"{array.name}{list(array.shape) or ''}" for array in arrays) or "none"
        raise UnusableError(f"{option} has {len(numbers)} numbers for {expected} ({names})")
    wrong = next((number for number in numbers if not math.isfinite(number)), None)
    if wrong is not None:
        raise UnusableError(f"{option} has {wrong}, which is not a finite number")
    return numbers


def _object(text: str) -> Any:
    """What JSON there is in a file or on standard input, or a NumPy array as lists; None for something else."""
    if text == "-":
        inside = sys.stdin.read()
    elif text.endswith(".npy"):
        return _array(text)
    else:
        try:
            inside = Path(text).read_text("utf-8")
        except (OSError, ValueError):
            return None
    try:
        return json.loads(inside)
    except (ValueError, RecursionError):
        if text == "-":
            raise UnusableError("standard input has no JSON") from None
        return None


def _array(path: str) -> Any:
    import numpy as np

    try:
        array = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise UnusableError(f"cannot read the array in {path}: {error}") from None
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "iuf":
        raise UnusableError(f"{path} is no array of real numbers")
    return array.ravel().tolist()


def _by_name(read: Mapping[str, Any], arrays: Sequence[SlotArray], option: str) -> list[float]:
    names = [array.name for array in arrays]
    unknown = next((name for name in read if name not in names), None)
    if unknown is not None:
        raise UnusableError(f"{option} names {unknown!r}; there are {', '.join(names) or 'none'}")
    values = []
    for array in arrays:
        if array.name not in read:
            raise UnusableError(f"{option} lacks {array.name}")
        numbers = _flat(read[array.name], option)
        if len(numbers) != array.size:
            raise UnusableError(
                f"{option} has {len(numbers)} numbers for {array.name}, which has {array.size}"
            )
        values += numbers
    return values


def _flat(read: Any, option: str) -> list[float]:
    """The numbers of nested lists in order."""
    values: list[float] = []
    waiting = [read]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting += reversed(item)
        elif isinstance(item, int | float) and not isinstance(item, bool):
            try:
                values.append(float(item))
            except OverflowError:
                raise UnusableError(f"{option} has a number beyond the range of floats") from None
        else:
            raise UnusableError(f"{option} has {json.dumps(item)[:40]}, which is not a number")
    return values
