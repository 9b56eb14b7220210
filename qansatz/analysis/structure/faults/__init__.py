"""Declarations that are not true (QA2xx) or were not decided (QA30x), by topic.

A topic is imported when one of its faults is first reported (``faults.blocks.…``): files without
faults do not wait for the classes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qansatz.diagnostics import topics

if TYPE_CHECKING:
    from qansatz.analysis.structure.faults import blocks as blocks
    from qansatz.analysis.structure.faults import stabilizers as stabilizers
    from qansatz.analysis.structure.faults import symmetry as symmetry
else:
    __getattr__ = topics(__name__)
