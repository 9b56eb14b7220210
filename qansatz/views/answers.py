"""What every command prints with ``--json``, as JSON schemas.

``python -m qansatz.views.answers FOLDER`` writes one file for each command. Results are described where they are
written; here stand the objects around them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from qansatz.views.algebra import ALGEBRA
from qansatz.views.cost import COST
from qansatz.views.expressivity import EXPRESSIVITY
from qansatz.views.families import FAMILY, FAMILY_WITH_VARIANCE
from qansatz.views.runs import COUNTS, EXPECTATIONS, GRADIENT
from qansatz.views.schedule import PARTIAL, SCHEDULE
from qansatz.views.shapes import (
    INTEGER,
    NUMBER,
    TEXT,
    TRUTH,
    Schema,
    listed,
    mapping,
    object_schema,
    optional,
)
from qansatz.views.structure import STRUCTURE
from qansatz.views.variances import BOTH, DERIVATIVES
from qansatz.views.verification import CERTIFICATE, VERIFICATION

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
#: Objects whose keys are described elsewhere: manifests.
_OBJECT: Final[Schema] = {"type": "object"}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _with(more: Mapping[str, Schema], schema: Schema) -> Schema:
    """The schema of an object with more keys."""
    return object_schema({**schema["properties"], **more})


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


_POINT: Final = object_schema({"row": INTEGER.schema, "column": INTEGER.schema})
_RANGE: Final = {"location": _POINT, "end_location": _POINT}
_FIX: Final = object_schema(
    {
        "applicability": TEXT.schema,
        "message": TEXT.schema,
        "edits": _list(object_schema({"content": TEXT.schema, **_RANGE})),
    }
)
_DIAGNOSTIC: Final = object_schema(
    {
        "code": TEXT.schema,
        "severity": TEXT.schema,
        "message": TEXT.schema,
        "filename": TEXT.schema,
        **_RANGE,
        "label": optional(TEXT).schema,
        "labels": _list(object_schema({"text": TEXT.schema, "filename": TEXT.schema, **_RANGE})),
        "notes": listed(TEXT).schema,
        "help": optional(TEXT).schema,
        "fix": _or_null(_FIX),
        "url": TEXT.schema,
    }
)


def _answer(
    properties: Mapping[str, Schema], optional_keys: Mapping[str, Schema] | None = None
) -> Schema:
    """An answer with these keys, and perhaps those, between the version of the format and the diagnostics."""
    extra = optional_keys or {}
    whole = {
        "format_version": TEXT.schema,
        **properties,
        **extra,
        "diagnostics": _list({"$ref": "#/$defs/diagnostic"}),
    }
    return object_schema(whole, [key for key in whole if key not in extra])


_MODEL: Final = {"ansatz": TEXT.schema, "n_qubits": INTEGER.schema}
#: Where a source has errors.
_REFUSED: Final = _answer({"ansatz": optional(TEXT).schema})


def _about(
    properties: Mapping[str, Schema], optional_keys: Mapping[str, Schema] | None = None
) -> Schema:
    """An answer about a model."""
    return _answer({**_MODEL, **properties}, optional_keys)


_CHECKED: Final = object_schema(
    {
        "filename": TEXT.schema,
        **_MODEL,
        "n_rotations": INTEGER.schema,
        "n_parameters": INTEGER.schema,
        "n_inputs": INTEGER.schema,
        "arguments": {
            "type": "object",
            "additionalProperties": {"type": ["boolean", "integer", "number", "string"]},
        },
        "checks": listed(TEXT).schema,
    }
)
_WORDS: Final = object_schema(
    {"words": listed(TEXT).schema, "complete": TRUTH.schema, "limit": INTEGER.schema}
)
_SUMS: Final = object_schema(
    {
        "sums": _list(_list(listed(TEXT).schema)),
        "orbits": optional(TEXT).schema,
        "complete": TRUTH.schema,
        "limit": INTEGER.schema,
        "reason": optional(TEXT).schema,
    }
)
_MEMBERSHIP: Final = object_schema({"word": TEXT.schema, "member": optional(TRUTH).schema})
_BUILD: Final = object_schema(
    {
        "format": TEXT.schema,
        "purpose": TEXT.schema,
        "path": optional(TEXT).schema,
        "manifest_path": optional(TEXT).schema,
        "gates": mapping(INTEGER).schema,
        "two_qubit_bound": _OBJECT,
        "verification": _or_null(VERIFICATION.schema),
        "target": optional(TEXT).schema,
        "target_note": optional(TEXT).schema,
        "candidates": _list(_OBJECT),
    }
)
#: A run on Nexus that did not end in time.
_UNFINISHED: Final = object_schema(
    {"backend": TEXT.schema, "complete": TRUTH.schema, "state": TEXT.schema}
)
_PRICE: Final = {
    "backend": TEXT.schema,
    "device": TEXT.schema,
    "dry_run": TRUTH.schema,
    "n_circuits": INTEGER.schema,
    "n_shots": INTEGER.schema,
    "hqc": NUMBER.schema,
    "assumptions": listed(TEXT).schema,
}
_WRITTEN: Final = object_schema(
    {
        "folder": TEXT.schema,
        "format": TEXT.schema,
        "n_circuits": INTEGER.schema,
        "n_value_circuits": INTEGER.schema,
        "two_qubit_gates": INTEGER.schema,
        "circuits": _list(_OBJECT),
    }
)

#: The answers of each command: the usual one first.
ANSWERS: Final[Mapping[str, tuple[Schema, ...]]] = {
    "algebra": (
        _about(
            {"algebra": ALGEBRA.schema},
            {
                "contains": _list(_MEMBERSHIP),
                "elements": {"anyOf": [_WORDS, _SUMS]},
                "variances": _list(_with({"derivatives": DERIVATIVES.schema}, BOTH.schema)),
            },
        ),
        _answer(
            {
                "ansatz": optional(TEXT).schema,
                "family": {"anyOf": [FAMILY.schema, FAMILY_WITH_VARIANCE.schema]},
            },
            {"variances": _list(_with({"value": INTEGER.schema}, BOTH.schema))},
        ),
        _REFUSED,
    ),
    "build": (
        _about({"build": _BUILD, "manifest": _OBJECT}, {"circuit": optional(TEXT).schema}),
        _REFUSED,
    ),
    "check": (_answer({"checked": _list(_CHECKED)}),),
    "cost": (_about({}, {"cost": COST.schema}), _REFUSED),
    "draw": (_about({"format": TEXT.schema, "drawing": optional(TEXT).schema}), _REFUSED),
    "explain": (
        _answer({"explanation": TEXT.schema}),
        _answer(
            {
                "codes": _list(
                    object_schema(
                        {"code": TEXT.schema, "severity": TEXT.schema, "title": TEXT.schema}
                    )
                )
            }
        ),
    ),
    "express": (_about({"expressivity": EXPRESSIVITY.schema}), _REFUSED),
    "fmt": (
        _answer(
            {"files": _list(object_schema({"filename": TEXT.schema, "changed": TRUTH.schema}))}
        ),
    ),
    "gradient": (
        _about(GRADIENT.schema["properties"]),
        _about({"run": {"anyOf": [object_schema({**_PRICE, "method": TEXT.schema}), _UNFINISHED]}}),
        _about({"written": _WRITTEN}),
        _REFUSED,
    ),
    "new": (_answer({"path": TEXT.schema, "template": TEXT.schema}),),
    "run": (
        _about(
            {
                "run": {
                    "anyOf": [
                        EXPECTATIONS.schema,
                        COUNTS.schema,
                        object_schema({**_PRICE, "circuits": _list(_OBJECT)}),
                    ]
                }
            }
        ),
        _answer({"run": _UNFINISHED}),
        _REFUSED,
    ),
    "schedule": (
        _about({"schedule": {"anyOf": [SCHEDULE.schema, PARTIAL.schema]}}),
        _REFUSED,
    ),
    "structure": (_about({"structure": STRUCTURE.schema}), _REFUSED),
    "verify": (
        _about({"verification": VERIFICATION.schema}),
        _about({"certificate": CERTIFICATE.schema}),
        _REFUSED,
    ),
}


def schema(command: str) -> Schema:
    """The schema of what a command prints; ``KeyError`` for a command without ``--json``."""
    answers = ANSWERS[command]
    whole = answers[0] if len(answers) == 1 else {"anyOf": list(answers)}
    title = f"qansatz {command} --json"
    return {"$schema": _DIALECT, "title": title, **whole, "$defs": {"diagnostic": _DIAGNOSTIC}}


def schema_text(command: str) -> str:
    """The file that is shipped for a command."""
    return json.dumps(schema(command), indent=1) + "\n"


if __name__ == "__main__":
    from qansatz.files import replace_text

    if len(sys.argv) != 2:
        sys.exit("usage: python -m qansatz.views.answers FOLDER")
    for name in ANSWERS:
        replace_text(Path(sys.argv[1], f"{name}.json"), schema_text(name))
