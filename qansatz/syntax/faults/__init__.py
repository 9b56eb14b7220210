"""Mistakes in the text itself (QA0xx), by topic.

A topic is imported when one of its faults is first reported (``faults.brackets.…``): files without
faults do not wait for the classes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qansatz.diagnostics import topics

if TYPE_CHECKING:
    from qansatz.syntax.faults import brackets as brackets
    from qansatz.syntax.faults import by_example as by_example
    from qansatz.syntax.faults import foreign as foreign
    from qansatz.syntax.faults import missing as missing
    from qansatz.syntax.faults import text as text
else:
    __getattr__ = topics(__name__)
