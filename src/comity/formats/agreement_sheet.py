"""An agreement as the rows of a spreadsheet, and the rows as the mapping that its YAML file would hold.

Rules:
1. A sheet for each part of docs/agreements.md, a row for each entry, a column for each field; what no column can carry
   stands as YAML under `more`. So a mapping written and read again is the same mapping.
2. Every value keeps its place. A document's line numbers count its cells, and `Sheeted.where` names the cell.
3. A row marked `example` is not read. Any column that is not in the template is a fault: what nobody reads must not
   look as if it counted.
4. All faults of the cells are collected, so that they can be mended in one go.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from comity.errors import Malformed
from comity.formats import agreement_columns as layout
from comity.formats import cells, yaml12
from comity.formats.agreement_columns import Column, Words
from comity.formats.cells import Cell

AGREEMENT, CLAUSES, PLACES, EXIT = "Agreement", "Clauses", "Places", "Exit"
USE, EXAMPLE, MORE = "use", "example", "more"
HEADS = ("field", "value")
LISTS = {"Parties": "parties", "Clauses": "clauses", "Reservations": "reservations", "Suspensions": "suspensions",
         "Claims": "claims"}  # fmt: skip
_ONCE = ("exit", "duration")
_ENDINGS = (*_ONCE, "exclusivity", "survives")
_SHEETS = {**{key: sheet for sheet, key in LISTS.items()}, "places": PLACES, **dict.fromkeys(_ENDINGS, EXIT)}
_SHAPES = Words((), (), ()).shapes
Grid = list[list[Cell]]
Rows = Sequence[Mapping[str, object]]


@dataclass(slots=True)
class Sheeted:
    """What a spreadsheet holds: the mapping, where each of its lines stands, and the faults of its cells."""

    name: str
    document: yaml12.Mapping = field(default_factory=yaml12.Mapping)
    places: list[str] = field(default_factory=list)
    faults: list[Malformed] = field(default_factory=list)

    def where(self, line: int) -> str:
        """The cell, row or sheet that a line number of the document stands for: rule 2."""
        return f"{self.name}: {self.places[line - 1]}"

    def mark(self, place: str) -> int:
        """A line number for a place."""
        self.places.append(place)
        return len(self.places)

    def fault(self, place: str, message: str, next_step: str | None, about: str | None = None) -> None:
        """Keep a fault: rule 4."""
        self.faults.append(Malformed(message, where=f"{self.name}: {place}", field=about, next_step=next_step))


def sheets(words: Words) -> dict[str, tuple[Column, ...]]:
    """Every sheet that is read, with its columns, in the order of the template."""
    return {
        AGREEMENT: layout.FIELDS,
        "Parties": layout.PARTIES,
        CLAUSES: layout.clause_columns(words),
        PLACES: layout.PLACES,
        "Reservations": layout.RESERVATIONS,
        "Suspensions": layout.SUSPENSIONS,
        EXIT: layout.EXIT,
        "Claims": layout.CLAIMS,
    }


def place(sheet: str, row: int | None = None, column: str | None = None) -> str:
    """How a sheet, a row of it (counted from 1, the heads), or a cell is named."""
    parts = (f"sheet {sheet}", None if row is None else f"row {row}", None if column is None else f"column {column}")
    return ", ".join(part for part in parts if part is not None)


# From the mapping to cells


def grids(document: Mapping[str, object], words: Words) -> dict[str, list[dict[str, str]]]:
    """The entries of each sheet for a mapping, as cells by the head of their column: rule 1.

    Raises:
        Malformed: a text is longer than a cell of a spreadsheet can hold.
    """
    columns = sheets(words)
    tables: dict[str, list[dict[str, str]]] = {sheet: [] for sheet in columns}
    own = dict(document)
    for key in _SHEETS:
        rows = _rows(key, document.get(key))
        if rows and cells.same(_back(key, rows), document[key]):
            del own[key]
            tables[_SHEETS[key]].extend(_cells_of(row, columns[_SHEETS[key]]) for row in rows)
    tables[AGREEMENT] = [_cells_of(own, layout.FIELDS)]
    return tables


def _rows(key: str, value: object) -> list[Mapping[str, object]]:
    """An entry for each row that a field fills; none when it is no list of entries."""
    if key == "places":
        return _place_rows(value)
    entries = [value] if key in _ONCE else value
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) and entry for entry in entries):
        return []
    return [{"about": key, **entry} for entry in entries] if key in _ENDINGS else entries


def _place_rows(places: object) -> list[Mapping[str, object]]:
    """A row for each shape of each place; a place that is no list of several shapes is one row."""
    rows: list[Mapping[str, object]] = []
    for name, place in places.items() if isinstance(places, Mapping) else ():
        parts = place.get("any") if isinstance(place, Mapping) and set(place) == {"any"} else None
        for shape in parts if isinstance(parts, list) and len(parts) > 1 else [place]:
            fields = dict(shape) if isinstance(shape, Mapping) else {}
            kind = next((word for word in _SHAPES if word in fields), None)
            drawn = {} if kind is None else {"shape": kind, "value": fields.pop(kind)}
            rows.append({"place": name, **drawn, **fields})
    return rows


def _back(key: str, rows: Rows) -> object:
    """What the rows of a field stand for."""
    if key == "places":
        return _drawn(rows, Sheeted(""))
    if key in _ENDINGS:
        entries = [{name: value for name, value in row.items() if name != "about"} for row in rows]
        return entries[0] if key in _ONCE else entries
    return rows


def _cells_of(row: Mapping[str, object], columns: tuple[Column, ...]) -> dict[str, str]:
    """The cells of one entry, by head; the fields they cannot carry go under `more`."""
    plain = [column for column in columns if column.head != MORE]
    made = {column.head: text for column in plain if (text := _cell(row, column)) is not None}
    read = _entry([(column, made[column.head], "") for column in plain if column.head in made], Sheeted(""), "")
    left = {key: value for key, value in row.items() if key not in read or not cells.same(read[key], value)}
    kept = {column.head: made[column.head] for column in plain if column.head in made and column.path[0] not in left}
    return {**kept, MORE: cells.dump(left)} if left else kept


def _cell(row: Mapping[str, object], column: Column) -> str | None:
    value: object = row
    for name in column.path:
        if not isinstance(value, Mapping) or name not in value:
            return None
        value = value[name]
    return cells.encode(value, column.kind)


# From cells to the mapping


def document(tables: Mapping[str, Grid], words: Words, name: str) -> Sheeted:
    """The mapping that sheets stand for, with its places and the faults of its cells: rules 1 to 4.

    Args:
        tables: the cells of each sheet, row by row, from its first row, which holds the heads.
        words: the vocabularies, as the template was made with.
        name: what errors call the file.
    """
    read = Sheeted(name)
    columns = sheets(words)
    _own(tables.get(AGREEMENT, []), read)
    for sheet, key in LISTS.items():
        rows = list(_table(sheet, tables.get(sheet, []), columns[sheet], read))
        if rows:
            _put(read, key, _sequence(rows), rows[0].line)
    rows = list(_table(PLACES, tables.get(PLACES, []), columns[PLACES], read))
    if rows:
        _put(read, "places", _drawn(rows, read), rows[0].line)
    _end(list(_table(EXIT, tables.get(EXIT, []), columns[EXIT], read)), read)
    return read


def _put(read: Sheeted, key: str, value: object, line: int) -> None:
    """Set a field that a sheet fills; the agreement's own `more` may not fill it too."""
    if key in read.document:
        read.fault(read.places[line - 1], f"{key} stands here and on the sheet {AGREEMENT}", "keep one of the two")
    read.document[key] = value
    read.document.lines[key] = line


def _own(grid: Grid, read: Sheeted) -> None:
    """The fields of the agreement itself: one a row."""
    found: list[tuple[Column, Cell, str]] = []
    known = {column.head: column for column in layout.FIELDS}
    seen: set[str] = set()
    for number, row in enumerate(grid[1:], start=2):
        head, value = (_word(row, 0), row[1] if len(row) > 1 else "")
        at = place(AGREEMENT, number, HEADS[1])
        if head in seen or (head and head not in known):
            told = "stands twice" if head in seen else f"{head!r} is no field"
            read.fault(place(AGREEMENT, number, HEADS[0]), told, _allowed(head, known))
        elif _filled(value) and not head:
            read.fault(at, "has no field before it", "write the field's name in the first column")
        elif _filled(value):
            found.append((known[head], value, at))
        seen |= {head} if head else set()
    read.document = _entry(found, read, place(AGREEMENT))


def _table(sheet: str, grid: Grid, columns: tuple[Column, ...], read: Sheeted) -> Iterator[yaml12.Mapping]:
    """The entries of a sheet: a row each, except examples and empty rows: rule 3."""
    heads = _heads(sheet, grid, columns, read)
    for number, row in enumerate(grid[1:], start=2):
        at = place(sheet, number)
        if not any(map(_filled, row)) or _use(row, heads, at, read) == EXAMPLE:
            continue
        found = []
        for index, cell in enumerate(row):
            column = heads.get(index)
            if _filled(cell) and isinstance(column, Column):
                found.append((column, cell, place(sheet, number, column.head)))
            elif _filled(cell) and index not in heads:
                read.fault(place(sheet, number, letters(index)), "stands under no head", "move it below a head")
        if found:
            yield _entry(found, read, at)


def _heads(sheet: str, grid: Grid, columns: tuple[Column, ...], read: Sheeted) -> dict[int, Column | str]:
    """What stands at the head of each column; an unknown or repeated head is a fault: rule 3."""
    known: dict[str, Column | str] = {**{column.head: column for column in columns}, USE: USE}
    heads: dict[int, Column | str] = {}
    for index, cell in enumerate(grid[0] if grid else []):
        word = _word([cell], 0)
        at = place(sheet, 1, letters(index))
        if not word:
            continue
        if word not in known:
            read.fault(at, f"{word!r} is no column of this sheet", _allowed(word, known))
        elif known[word] in heads.values():
            read.fault(at, f"{word!r} stands twice", "keep one column of that name")
        heads[index] = known.get(word, word)
    return heads


def _use(row: list[Cell], heads: Mapping[int, Column | str], place: str, read: Sheeted) -> str:
    index = next((index for index, head in heads.items() if head == USE), None)
    word = "" if index is None else _word(row, index)
    if word not in {"", EXAMPLE}:
        read.fault(f"{place}, column {USE}", f"{word!r} is not known", f"leave it empty, or write {EXAMPLE}")
    return word


def _entry(found: Iterable[tuple[Column, Cell, str]], read: Sheeted, place: str) -> yaml12.Mapping:
    """One entry from its cells: each value at its path, with its line."""
    entry = _mapping(read.mark(place))
    for column, cell, where in found:
        try:
            value = cells.decode(cell, column.kind)
        except Malformed as error:
            read.fault(where, error.message, error.next_step, ".".join(column.path))
            continue
        line = read.mark(where)
        value = _placed(value, read, where, many=column.kind == "yaml")
        if column.head == MORE:
            _further(entry, value, line, read, where)
        else:
            _set(entry, column.path, value, line)
    return entry


def _set(entry: yaml12.Mapping, path: tuple[str, ...], value: object, line: int) -> None:
    for name in path[:-1]:
        inner = entry.setdefault(name, _mapping(line))
        entry.lines.setdefault(name, line)
        if not isinstance(inner, yaml12.Mapping):
            return
        entry = inner
    entry[path[-1]] = value
    entry.lines[path[-1]] = line


def _further(entry: yaml12.Mapping, more: object, line: int, read: Sheeted, where: str) -> None:
    """Take the fields of `more` over: rule 1."""
    if not isinstance(more, yaml12.Mapping):
        read.fault(where, "is no mapping", "write `field: value`, one a line", MORE)
        return
    for key, value in more.items():
        if key in entry:
            read.fault(where, f"{key} stands in a column of its own too", "keep one of the two", MORE)
        entry[key] = value
        entry.lines[key] = more.lines.get(key, line)


def _placed(value: object, read: Sheeted, where: str, *, many: bool) -> object:
    """A value read from a cell, its lines now lines of the document."""

    def line(number: int) -> int:
        return read.mark(f"{where}, line {number} of the cell" if many and number > 1 else where)

    if isinstance(value, yaml12.Mapping):
        value.line = line(value.line)
        for key, inner in value.items():
            value.lines[key] = line(value.lines.get(key, 1))
            value[key] = _placed(inner, read, where, many=many)
    elif isinstance(value, yaml12.Sequence):
        value.line = line(value.line)
        value.lines = [line(number) for number in value.lines]
        value[:] = [_placed(inner, read, where, many=many) for inner in value]
    return value


def _drawn(rows: Rows, read: Sheeted) -> yaml12.Mapping:
    """The places that the rows of their sheet draw."""
    shapes: dict[str, list[yaml12.Mapping]] = {}
    for row in rows:
        line, lines = getattr(row, "line", 1), getattr(row, "lines", {})
        kind = row.get("shape")
        if not isinstance(row.get("place"), str) or (kind is None) != ("value" not in row):
            what = "place" if not isinstance(row.get("place"), str) else "value" if kind else "shape"
            place = read.places[line - 1] if read.places else ""
            read.fault(f"{place}, column {what}", "is missing", "say which place, which shape, and its value", what)
            continue
        shape = _mapping(line)
        for key, value in row.items():
            name = str(kind) if key == "value" else key
            if key not in {"place", "shape"}:
                shape[name], shape.lines[name] = value, lines.get(key, line)
        shapes.setdefault(str(row["place"]), []).append(shape)
    return _joined(shapes)


def _joined(shapes: Mapping[str, list[yaml12.Mapping]]) -> yaml12.Mapping:
    """Each place by its shapes: one as it is, several as any of them."""
    places = _mapping(1)
    for name, parts in shapes.items():
        line = parts[0].line
        places.lines[name] = line
        places[name] = parts[0] if len(parts) == 1 else _mapping(line, any=_sequence(parts))
    return places


def _end(rows: list[yaml12.Mapping], read: Sheeted) -> None:
    """The endings: exit and duration once, the others as lists."""
    lists: dict[str, list[yaml12.Mapping]] = {}
    for row in rows:
        about = row.pop("about", None)
        place = read.places[row.line - 1]
        if about not in _ENDINGS:
            told = "is missing" if about is None else f"{about!r} is not known"
            read.fault(f"{place}, column about", told, f"allowed: {', '.join(_ENDINGS)}", "about")
        elif about in _ONCE:
            _put(read, str(about), row, row.line)
        else:
            lists.setdefault(str(about), []).append(row)
    for about, entries in lists.items():
        _put(read, about, _sequence(entries), entries[0].line)


def _mapping(line: int, **fields: object) -> yaml12.Mapping:
    made = yaml12.Mapping(fields)
    made.line, made.lines = line, dict.fromkeys(fields, line)
    return made


def _sequence(items: Sequence[yaml12.Mapping]) -> yaml12.Sequence:
    made = yaml12.Sequence(items)
    made.line, made.lines = items[0].line, [item.line for item in items]
    return made


def _filled(cell: Cell) -> bool:
    return cell is not None and not (isinstance(cell, str) and cell.strip() == "")


def _word(row: list[Cell], index: int) -> str:
    return str(row[index]).strip() if index < len(row) and _filled(row[index]) else ""


def _allowed(word: str, known: Iterable[str]) -> str:
    names = list(known)
    close = get_close_matches(word, names, 1)
    meant = f"did you mean {close[0]!r}? " if close else ""
    further = f"; any other field goes under {MORE!r} as YAML" if MORE in names else ""
    return f"{meant}allowed: {', '.join(names)}{further}"


def letters(index: int) -> str:
    """The letters of a column, counted from 0."""
    before, last = divmod(index, 26)
    return (letters(before - 1) if before else "") + chr(ord("A") + last)
