"""The reports of `comity run`: a page for each audience, its tables, and what the questions rest on.

Rules:
1. The questions are data (the casebook's `first_answers.yaml`); every answer is that of the command beside it.
2. An answer is worked out from what its audience may read: what a question supposes is given only to those who may
   read it, and a report made for another cannot shape a byte of it.
3. Beside each table lie the same rows as CSV, XLSX and JSON, and the supposed facts as YAML.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from comity.casebook.book import Casebook
from comity.cli import commitments as asking
from comity.cli import may as permitting
from comity.cli import typed
from comity.flow import picture
from comity.formats import worldmap, yaml12
from comity.formats.cells import dump
from comity.formats.tables import csv_bytes, table, xlsx_bytes
from comity.instruments.guarantees.commitments import Commitments
from comity.instruments.guarantees.event import event

LABEL = "PUBLIC: made from public sources; nothing classified"
ATTRIBUTION = (
    "Agreements and facts about states: the casebook, each with its source. Outlines: Natural Earth (public domain). "
    "Country names and codes: datasets/country-codes (PDDL). Found an error? CONTRIBUTING.md tells how to report it."
)
COLUMNS = (
    "agreement", "article", "bound", "toward", "duty", "would_be", "says", "branches", "unsettled", "source_grade",
    "verify", "source",
)  # fmt: skip
GIVEN = "report.yaml"
_REGION = 110.0
Given = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions, and the folder their reports go into."""

    given: Given
    folder: Path

    @property
    def may(self) -> Given:
        """The "may we?" among them."""
        return mapping(self.given["may"])

    @property
    def readers(self) -> tuple[str, ...]:
        """Who may read what it supposes."""
        return tuple(str(item) for item in items(self.may["readers"]))

    @property
    def audiences(self) -> list[tuple[str, ...]]:
        """For whom there are reports."""
        return [tuple(str(code) for code in items(item)) for item in items(self.given["audiences"])]

    def entitled(self, audience: tuple[str, ...]) -> bool:
        """Whether an audience may read what the "may we?" supposes."""
        return bool(audience) and set(audience) <= set(self.readers)

    def label(self, audience: tuple[str, ...]) -> str:
        """The banner: public, or, where the page rests on the report as well, for its readers alone."""
        if not self.entitled(audience):
            return LABEL
        return f"FOR {', '.join(self.readers)} ONLY: rests on a (fictitious) report of theirs"

    def may_words(self, question: Given, audience: tuple[str, ...]) -> list[str]:
        """A "may we?" as an audience asks it: rule 2."""
        more = ["--given", str(self.folder / GIVEN)] if self.entitled(audience) else []
        return typed.may_words(question, *more, *(["--as", ",".join(audience)] if audience else []))


def questions() -> Given:
    """The questions of the main job."""
    return mapping(yaml12.load((files("comity.casebook") / "first_answers.yaml").read_text("utf-8"), "questions"))


def mapping(given: object) -> Given:
    """A mapping of our own file."""
    assert isinstance(given, Mapping)  # noqa: S101 - the file is ours, and a test reads it
    return given


def items(given: object) -> list[object]:
    """The items of a list of our own file."""
    return list(given) if isinstance(given, list) else []


def each(given: object) -> list[Given]:
    """The mappings of a list of our own file."""
    return [mapping(item) for item in items(given)]


def suppose(asked: Asked) -> None:
    """Write what the "may we?" supposes: rule 3."""
    asked.folder.mkdir(parents=True, exist_ok=True)
    facts = dump({"facts": asked.may["given"]})
    (asked.folder / GIVEN).write_text(f"# Fictitious: no such report exists.\n{facts}\n", encoding="utf-8")


def write(asked: Asked, book: Casebook) -> list[str]:
    """Write a report for each audience, with its tables; the names of the pages."""
    suppose(asked)
    style = files("comity.cli") / "templates" / "style.css"
    (asked.folder / "style.css").write_text(style.read_text("utf-8"), encoding="utf-8")
    pages = {audience: f"{'-'.join(audience) or 'public'}.html" for audience in asked.audiences}
    events = [_part(part, book, asked.folder, number) for number, part in enumerate(each(asked.given["events"]), 1)]
    for audience, name in pages.items():
        others = [(" and ".join(other) or "the public", page) for other, page in pages.items() if other != audience]
        (asked.folder / name).write_text(_page(asked, events, audience, others), encoding="utf-8")
    return list(pages.values())


def _page(asked: Asked, events: list[Given], audience: tuple[str, ...], others: list[tuple[str, str]]) -> str:
    import jinja2

    from comity.cli.recipe import recipe

    text = (files("comity.cli") / "templates" / "report.html.j2").read_text("utf-8")
    page = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(text)
    return page.render(
        title=asked.given["title"],
        label=asked.label(audience),
        attribution=ATTRIBUTION,
        audience=audience,
        audience_words=" and ".join(audience) or "the public",
        known="all that is recorded",
        others=others,
        events=events,
        may={
            "story": asked.may["story"],
            "entitled": asked.entitled(audience),
            "answers": [_told(asked, question, audience) for question in each(asked.may["asks"])],
        },
        recipe=recipe(asked.given),
    )


def _told(asked: Asked, question: Given, audience: tuple[str, ...]) -> Given:
    words = asked.may_words(question, audience)
    answer = typed.may(words)
    _, verdict, *reasons = permitting.lines(answer)
    return {
        "words": question["words"],
        "command": typed.shown(words),
        "yes": answer.yes,
        "verdict": verdict,
        "because": reasons[:-1],
    }


def _part(part: Given, book: Casebook, folder: Path, number: int) -> Given:
    """One event of the report, its tables written beside it."""
    views = []
    for position, question in enumerate(each(part["asks"]), start=1):
        words = typed.event_words(event(question["event"], book.parties))
        answer, name = typed.commitments(words), f"event-{number}-{position}"
        tables(answer, folder, name)
        views.append(
            {
                "words": question["words"],
                "command": typed.shown(words),
                "disputed": list(asking.disputed(answer)),
                "groups": _groups(answer),
                "not_triggered": [item.as_json() for item in answer.not_triggered],
                "file": name,
            }
        )
    return {
        "title": part["title"],
        "story": part["story"],
        "map": _map(part, book),
        "map_words": part["map"],
        "views": views,
    }


def _groups(answer: Commitments) -> list[Given]:
    """Rows that say the same of several bound parties, together."""
    return [
        {
            **row.as_json(),
            "name": row.agreement.name,
            "bound": bound,
            "words": row.clause.strength.words,
            "read_by": row.clause.strength.read_by,
        }
        for (row, *_), bound in asking.grouped(answer.rows)
    ]


def _map(part: Given, book: Casebook) -> str:
    """Where it happened, with the areas around it that were disputed on its day."""
    outlines = worldmap.countries(
        json.loads((files("comity.casebook") / "shapes" / "countries-110m.json").read_text("utf-8"))
    )
    first = event(each(part["asks"])[0]["event"], book.parties)
    place = first.place or _point(part.get("at"))
    if place is None:
        return ""
    areas = [
        worldmap.Area(ring, ground.name, worldmap.DISPUTED)
        for ground in picture.disputes(book, first.on)
        for ring in ground.rings
    ]
    title = str(part["title"])
    marks = [worldmap.Mark(place, title, worldmap.EVENT)]
    frame, key = worldmap.around([place], _REGION), f"map-{title.lower().replace(' ', '-').replace(',', '')}"
    return worldmap.svg(outlines, title, str(part["map"]), marks=marks, areas=areas, frame=frame, key=key)


def _point(given: object) -> tuple[float, float] | None:
    numbers = [float(str(item)) for item in items(given)]
    return (numbers[0], numbers[1]) if len(numbers) == 2 else None


def tables(answer: Commitments, folder: Path, name: str) -> None:
    """The rows of an answer as JSON, CSV and XLSX: rule 3."""
    told = answer.as_json()
    (folder / f"{name}.json").write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    rows = [{**row.as_json(), "branches": [f"if {b.claim}: {b.duty}" for b in row.branches]} for row in answer.rows]
    given = table(COLUMNS, [[row[column] for column in COLUMNS] for row in rows])
    (folder / f"{name}.csv").write_bytes(csv_bytes(given, None))
    (folder / f"{name}.xlsx").write_bytes(xlsx_bytes(given, LABEL, "Commitments"))
