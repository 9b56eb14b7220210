"""Random files of well-formed syntax, with the nodes that parsing them must give."""

from __future__ import annotations

import random
from dataclasses import dataclass

from hypothesis import strategies as st

from qansatz.syntax import nodes
from tests.strategies.nodes import items, several
from tests.strategies.writer import Writer


@dataclass(frozen=True)
class Written:
    """A random text, and the items that parsing it must give."""

    text: str
    items: tuple[nodes.Item, ...]
    comments: tuple[str, ...]


@st.composite
def files(draw) -> Written:
    """Well-formed files in a random layout: needless parentheses, odd spacing, comments."""
    parts = draw(several(items(), most=3))
    seed = draw(st.integers(0, 2**16))
    n_comments = draw(st.sampled_from([0, 0, 3, 20]))
    writer = Writer(random.Random(seed), n_comments / 40)
    return Written(writer.file(parts), parts, tuple(writer.comments))
