"""Claims that do not hold (QA2xx) or were not decided (QA30x).

A topic is imported when one of its faults is first reported (``faults.claims.…``): files without
faults do not wait for the classes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qansatz.diagnostics import topics

if TYPE_CHECKING:
    from qansatz.checks.faults import claims as claims
else:
    __getattr__ = topics(__name__)
