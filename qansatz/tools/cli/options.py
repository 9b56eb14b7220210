"""Values of options that more than one command takes."""

from __future__ import annotations

import argparse


def seconds(text: str) -> float:
    """A number of seconds on the command line."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds")
    return value
