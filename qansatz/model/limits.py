"""Limits on what a source may ask for: each is stated when it is reached, and can be raised."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What elaboration may cost.

    ``rotations`` counts unrolled rotations and fixed gates, ``steps`` executed statements and
    evaluated elements, ``qubits`` qubits, ``terms`` the terms of one operator or the elements of
    one list or group.
    """

    rotations: int = 1_000_000
    steps: int = 4_000_000
    qubits: int = 20_000
    terms: int = 1_000_000
    digits: int = 1_000
    layer_depth: int = 64
