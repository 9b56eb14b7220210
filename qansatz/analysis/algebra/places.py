"""What is assumed of the places that are trained, and of those between them."""

from __future__ import annotations

from typing import Final

TIED: Final = (
    "no spelling of the circuit brings all rotations of one parameter in a layer together; they "
    "are taken as separate generators where they stand"
)
DEPENDENT: Final = (
    "angles of one layer follow from others, such as a + b beside a and b; they are taken as "
    "independent"
)
UNDECIDED: Final = (
    "whether rotations of one parameter can be brought together was left open in a circuit of this "
    "size; they are taken as separate generators where they stand"
)

FIXED: Final = (
    "rotations by fixed angles or data stand between trainable ones and may turn them; all strings "
    "are taken as generators"
)

ENCODING: Final = "rotations inside `encode` are data and left out"
