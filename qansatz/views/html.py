"""Sheets as HTML for notebooks and pages; everything is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from qansatz.sheets import Cell, Sheet, Table, cell_text
from qansatz.views.cells import fact_rows


def html(sheet: Sheet) -> str:
    """The title, the facts as a table with one row each, the tables, and the remarks as paragraphs."""
    title = f"<h4>{escape(sheet.title)}</h4>" if sheet.title else ""
    rows = fact_rows(sheet.facts)[1:]
    facts = f"<table>{_rows(rows)}</table>" if rows else ""
    remarks = "".join(f"<p>{escape(str(remark))}</p>" for remark in sheet.remarks)
    return title + facts + "".join(map(_table, sheet.tables)) + remarks


def _table(shown: Table) -> str:
    title = f"<caption>{escape(shown.title)}</caption>" if shown.title else ""
    head = "".join(f"<th>{escape(name)}</th>" for name in shown.head)
    more = f"<p>and {escape(shown.more)}</p>" if shown.more else ""
    return f"<table>{title}<tr>{head}</tr>{_rows(shown.rows)}</table>{more}"


def _rows(rows: Iterable[Iterable[Cell]]) -> str:
    lines = ("".join(f"<td>{escape(cell_text(cell))}</td>" for cell in row) for row in rows)
    return "".join(f"<tr>{line}</tr>" for line in lines)
