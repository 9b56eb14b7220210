"""Faults of names, types, sizes and declarations (QA1xx) and warnings (QA32x), by topic.

A topic is imported when one of its faults is first reported (``faults.calls.…``): files without
faults do not wait for the classes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qansatz.diagnostics import topics

if TYPE_CHECKING:
    from qansatz.model.faults import calls as calls
    from qansatz.model.faults import declarations as declarations
    from qansatz.model.faults import files as files
    from qansatz.model.faults import graphs as graphs
    from qansatz.model.faults import initial_states as initial_states
    from qansatz.model.faults import names as names
    from qansatz.model.faults import operators as operators
    from qansatz.model.faults import parameters as parameters
    from qansatz.model.faults import values as values
else:
    __getattr__ = topics(__name__)
