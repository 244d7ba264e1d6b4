"""Conditions as SQL expressions: its three-valued logic is Kleene's, with NULL for unknown.

An attribute that the ask does not have is NULL. Numbers are compared as decimal text by `decimal_cmp`, exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from comity.values.condition import All, Among, Compare, Condition, Not, Some, Value


def truth(condition: Condition, context: Mapping[str, Value]) -> tuple[str, list[str | int | None]]:
    """The SQL that gives a condition's truth (0 false, 1 unknown, 2 true), and what is bound to its marks."""
    text, bound = _text(condition, context)
    return f"CASE WHEN {text} THEN 2 WHEN NOT ({text}) THEN 0 ELSE 1 END", [*bound, *bound]


def _text(condition: Condition, context: Mapping[str, Value]) -> tuple[str, list[str | int | None]]:
    match condition:
        case Compare(attribute, operator, literal):
            return _compared(operator, literal), [_cell(context.get(attribute)), _cell(literal)]
        case Among(attribute, literals):
            bound = [cell for literal in literals for cell in (_cell(context.get(attribute)), _cell(literal))]
            return f"({' OR '.join(_compared('==', literal) for literal in literals)})", bound
        case Not(part):
            text, bound = _text(part, context)
            return f"(NOT {text})", bound
        case All(parts):
            return _joined(" AND ", (_text(part, context) for part in parts))
        case Some(parts):
            return _joined(" OR ", (_text(part, context) for part in parts))


def _compared(operator: str, literal: Value) -> str:
    sql = {"==": "=", "!=": "<>"}.get(operator, operator)
    return f"(decimal_cmp(?, ?) {sql} 0)" if isinstance(literal, Decimal) else f"(? {sql} ?)"


def _joined(word: str, parts: Iterator[tuple[str, list[str | int | None]]]) -> tuple[str, list[str | int | None]]:
    texts, bound = zip(*parts, strict=True)
    return f"({word.join(texts)})", [cell for cells in bound for cell in cells]


def _cell(value: Value | None) -> str | int | None:
    if value is None or isinstance(value, str):
        return value
    return int(value) if isinstance(value, bool) else str(value)
