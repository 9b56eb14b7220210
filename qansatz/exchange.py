"""Diagnostics for other programs: JSON as ruff prints it, GitHub workflow commands, SARIF 2.1.0."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from qansatz.characters import harmless
from qansatz.diagnostics import Diagnostic, Edit, Fix
from qansatz.source import Source, Span
from qansatz.version import VERSION

Object: TypeAlias = dict[str, Any]


def objects(diagnostics: Sequence[Diagnostic]) -> list[Object]:
    """One object each; rows and columns from 1, columns in code points, ends exclusive."""
    return [
        {
            "code": d.code,
            "severity": d.severity.value,
            "message": d.message,
            "filename": d.span.source.name,
            **_range(d.span),
            "label": d.label or None,
            "labels": [
                {"text": label.text, "filename": label.span.source.name, **_range(label.span)}
                for label in d.labels
            ],
            "notes": list(d.notes),
            "help": d.help or None,
            "fix": _fix_object(d.fix) if d.fix else None,
            "url": f"docs/diagnostics.md#{d.code.lower()}",
        }
        for d in diagnostics
    ]


def json_text(diagnostics: Sequence[Diagnostic]) -> str:
    """A JSON list of :func:`objects`."""
    return json.dumps(objects(diagnostics), indent=2) + "\n"


def _range(span: Span) -> Object:
    return {
        "location": _point(span.source, span.start),
        "end_location": _point(span.source, span.end),
    }


def _point(source: Source, offset: int) -> Object:
    row, column = source.location(offset)
    return {"row": row, "column": column}


def _fix_object(fix: Fix) -> Object:
    return {
        "applicability": "safe" if fix.safe else "unsafe",
        "message": fix.title,
        "edits": [{"content": edit.replacement, **_range(edit.span)} for edit in fix.edits],
    }


def github_text(diagnostics: Sequence[Diagnostic]) -> str:
    """A workflow command each; columns only where the span stays on one line, as GitHub demands."""
    return "".join(f"{_command(d)}\n" for d in diagnostics)


def _command(d: Diagnostic) -> str:
    (line, column), (end_line, end_column) = (
        d.span.source.location(offset) for offset in (d.span.start, d.span.end)
    )
    properties: Object = {"file": d.span.source.name, "line": line, "endLine": end_line}
    if line == end_line:
        properties |= {"col": column, "endColumn": end_column}
    properties["title"] = f"qansatz {d.code}"
    order = ("file", "line", "col", "endLine", "endColumn", "title")
    listed = ",".join(f"{key}={_property(properties[key])}" for key in order if key in properties)
    return f"::{d.severity.value} {listed}::{_data(_whole_message(d))}"


def _whole_message(d: Diagnostic) -> str:
    told = [d.message if not d.label else f"{d.message}: {d.label}"]
    told += [f"note: {note}" for note in d.notes]
    if d.help:
        told.append(f"help: {d.help}")
    return "\n".join(told)


def _data(text: str) -> str:
    clean = "\n".join(harmless(line) for line in text.split("\n"))
    return clean.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: object) -> str:
    return _data(str(value)).replace(":", "%3A").replace(",", "%2C")


def sarif_text(diagnostics: Sequence[Diagnostic], rules: Mapping[str, tuple[str, str]]) -> str:
    """A SARIF 2.1.0 log; ``rules`` gives the title and the help text (Markdown) of a code."""
    codes = sorted({d.code for d in diagnostics})
    driver = {
        "name": "qansatz",
        "version": VERSION,
        "rules": [_rule(code, *rules.get(code, ("", ""))) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "utf16CodeUnits",
        "results": [_result(d, codes.index(d.code)) for d in diagnostics],
    }
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(log, indent=2) + "\n"


def _rule(code: str, title: str, text: str) -> Object:
    rule: Object = {"id": code}
    if title:
        rule["shortDescription"] = {"text": title}
    if text:
        rule["help"] = {"text": text, "markdown": text}
    return rule


def _result(d: Diagnostic, rule: int) -> Object:
    result: Object = {
        "ruleId": d.code,
        "ruleIndex": rule,
        "level": d.severity.value,
        "message": {"text": _whole_message(d)},
        "locations": [{"physicalLocation": _physical(d.span)}],
    }
    if d.labels:
        result["relatedLocations"] = [
            {"id": k, "physicalLocation": _physical(label.span), "message": {"text": label.text}}
            for k, label in enumerate(d.labels)
        ]
    if d.fix:
        result["fixes"] = [_sarif_fix(d.fix)]
    return result


def _physical(span: Span) -> Object:
    return {"artifactLocation": {"uri": _uri(span.source.name)}, "region": _region(span)}


def _region(span: Span) -> Object:
    source = span.source
    return {
        "startLine": source.location(span.start)[0],
        "startColumn": source.utf16_column(span.start) + 1,
        "endLine": source.location(span.end)[0],
        "endColumn": source.utf16_column(span.end) + 1,
    }


def _sarif_fix(fix: Fix) -> Object:
    by_source: dict[Source, list[Edit]] = {}
    for edit in fix.edits:
        by_source.setdefault(edit.span.source, []).append(edit)
    return {
        "description": {"text": fix.title},
        "artifactChanges": [
            {
                "artifactLocation": {"uri": _uri(source.name)},
                "replacements": [
                    {"deletedRegion": _region(e.span), "insertedContent": {"text": e.replacement}}
                    for e in edits
                ],
            }
            for source, edits in by_source.items()
        ],
    }


def _uri(name: str) -> str:
    from pathlib import Path
    from urllib.parse import quote

    if Path(name).is_absolute():
        return Path(name).as_uri()
    return quote(Path(name).as_posix(), errors="surrogatepass")
