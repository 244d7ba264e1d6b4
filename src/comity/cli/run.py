"""`comity run`: the worked examples, on screen, as a report for each audience, and in a browser.

Rules:
1. The questions are data (the casebook's `first_answers.yaml`); this module only asks and shows.
2. Each audience's report is worked out from what that audience may read: a report made for another cannot shape a byte
   of it.
3. Beside each table lie the same rows as CSV, XLSX and JSON.
"""

from __future__ import annotations

import argparse
import json
import shlex
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path

from comity.casebook.book import Casebook, casebook
from comity.casebook.consents import consents
from comity.cli import commitments as asking
from comity.cli import demonstration
from comity.cli.commitments import Public
from comity.consent.facts import Facts
from comity.errors import Unavailable
from comity.flow.may import Hearing, May, Over, may
from comity.formats import worldmap, yaml12
from comity.formats.tables import csv_bytes, table, xlsx_bytes
from comity.instruments.guarantees.commitments import Commitments, commitments
from comity.instruments.guarantees.event import Event, event
from comity.values import reading
from comity.values.fact import ANY, Ask
from comity.values.instant import NEVER, instant, show

LABEL = "PUBLIC: made from public sources; nothing classified"
ATTRIBUTION = (
    "Agreements and facts about states: the casebook, each with its source. Outlines: Natural Earth (public domain). "
    "Country names and codes: datasets/country-codes (PDDL). Found an error? CONTRIBUTING.md tells how to report it."
)
COLUMNS = ("agreement", "article", "bound", "toward", "duty", "would_be", "says", "unsettled", "source_grade", "source")
Given = Mapping[str, object]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("--out", default="reports", metavar="FOLDER", help="where the reports go (default: reports)")
    parser.add_argument("--book", default="demonstration.db", metavar="FILE", help="the demonstration's book")
    parser.add_argument("--port", type=int, help="where it is served (default: the first free port from 8420 on)")
    parser.add_argument("--no-serve", action="store_true", help="end after the answers and the reports")


def run(args: argparse.Namespace) -> int:
    """Answer on screen, write the reports, show how to ask one's own, and serve the demonstration."""
    asked = questions()
    book = casebook()
    folder = Path(args.out)
    for line in on_screen(asked, book):
        print(line)
    try:
        names = write(asked, book, folder)
    except OSError as error:
        raise Unavailable(
            f"the reports cannot be written: {error}", where=str(folder), next_step="give another --out FOLDER"
        ) from error
    print()
    print("Reports, one for each audience:")
    for name in names:
        print(f"  {folder / name}")
    for line in _next_steps():
        print(line)
    if not args.no_serve:
        demonstration.serve(Path(args.book), args.port)
    return 0


def questions() -> Given:
    """The questions of the main job."""
    text = (files("comity.casebook") / "first_answers.yaml").read_text("utf-8")
    read = yaml12.load(text, "first_answers.yaml")
    assert isinstance(read, Mapping)  # noqa: S101 - the file is ours, and a test reads it
    return read


def _items(given: object) -> list[Given]:
    return [item for item in given if isinstance(item, Mapping)] if isinstance(given, list) else []


def on_screen(asked: Given, book: Casebook) -> Iterator[str]:
    """The answers for the public, in words."""
    for part in _items(asked["events"]):
        yield ""
        yield f"== {part['title']} =="
        yield str(part["story"])
        for question in _items(part["asks"]):
            yield ""
            yield f"-- {question['words']}"
            what = event(question["event"], book.parties)
            yield f"$ {command(what)}"
            yield from asking.lines(commitments(Public(book, ()), what), why_not=False)
    said = asked["may"]
    assert isinstance(said, Mapping)  # noqa: S101
    yield ""
    yield "== May we? =="
    yield str(said["story"])
    for question in _items(said["asks"]):
        answer = _answer(said, question, tuple(str(item) for item in _list(said["readers"])))
        yield f"-- {question['words']} {_verdict(answer)}"


def _list(given: object) -> list[object]:
    return list(given) if isinstance(given, list) else []


def _verdict(answer: May) -> str:
    missing = answer.decision.missing
    return answer.word + (f": the consent of {', '.join(missing)} is missing" if missing else "")


def _answer(said: Given, question: Given, audience: tuple[str, ...]) -> May:
    """One "may we?", decided over everything and explained from what the audience may read."""
    ends = question.get("ends")
    stated = {str(name): str(day) for name, day in ends.items()} if isinstance(ends, Mapping) else {}
    public = consents(stated)
    given = [reading.fact(line, order) for order, line in enumerate(_list(said["given"]), start=1)]
    whole = Facts([*public, *given])
    to = question.get("to")
    ask = Ask(
        str(question["party"]), str(question["action"]), str(question["thing"]), instant(question["on"]), NEVER, ANY
    )
    taker = None if to is None else str(to)
    if _entitled(said, audience):
        return may(ask, whole, to=taker)
    return may(ask, Facts(public), whole, taker, Hearing(audience))


def command(what: Event) -> str:
    """The command that asks about an event."""
    told = what.as_json()
    words = ["comity", "commitments"]
    for name in ("kind", "victim", "attacker", "on", "target"):
        if told[name] != "unknown":
            words += [f"--{name}", str(told[name])]
    if what.place is not None:
        words.append(f"--place={what.place[0]},{what.place[1]}")
    if what.claimed_by:
        words += ["--claimed-by", ",".join(what.claimed_by)]
    for name, item in sorted(what.attributes.items()):
        words += ["--attribute", f"{name}={str(item).lower() if isinstance(item, bool) else item}"]
    return shlex.join(words)


def write(asked: Given, book: Casebook, folder: Path) -> list[str]:
    """Write a report for each audience, with its tables; the names of the pages."""
    folder.mkdir(parents=True, exist_ok=True)
    style = files("comity.cli") / "templates" / "style.css"
    (folder / "style.css").write_text(style.read_text("utf-8"), encoding="utf-8")
    audiences = [tuple(str(code) for code in _list(item)) for item in _list(asked["audiences"])]
    pages = {audience: f"{'-'.join(audience) or 'public'}.html" for audience in audiences}
    events = [_part(part, book, folder, number) for number, part in enumerate(_items(asked["events"]), start=1)]
    for audience, name in pages.items():
        others = [(" and ".join(other) or "the public", page) for other, page in pages.items() if other != audience]
        (folder / name).write_text(_page(asked, events, audience, others), encoding="utf-8")
    return list(pages.values())


def _page(asked: Given, events: list[Given], audience: tuple[str, ...], others: list[tuple[str, str]]) -> str:
    import jinja2

    text = (files("comity.cli") / "templates" / "report.html.j2").read_text("utf-8")
    page = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(text)
    said = asked["may"]
    assert isinstance(said, Mapping)  # noqa: S101
    return page.render(
        title=asked["title"],
        label=_label(said, audience),
        attribution=ATTRIBUTION,
        audience=audience,
        audience_words=" and ".join(audience) or "the public",
        known="all that is recorded",
        others=others,
        events=events,
        may={"story": said["story"], "answers": [_told(said, question, audience) for question in _items(said["asks"])]},
    )


def _label(said: Given, audience: tuple[str, ...]) -> str:
    """The banner: public, or, where the page rests on the report as well, for its readers alone."""
    if not _entitled(said, audience):
        return LABEL
    return (
        f"FOR {', '.join(str(item) for item in _list(said['readers']))} ONLY: rests on a (fictitious) report of theirs"
    )


def _entitled(said: Given, audience: tuple[str, ...]) -> bool:
    return bool(audience) and set(audience) <= {str(item) for item in _list(said["readers"])}


def _told(said: Given, question: Given, audience: tuple[str, ...]) -> Given:
    answer = _answer(said, question, audience)
    entitled = _entitled(said, audience)
    onward = f" --to {answer.to}" if answer.to else ""
    ask = answer.ask
    because = [f"{o.owner}: {r.says} ({'; '.join(r.basis)})" for o in answer.decision.owners for r in o.reasons]
    return {
        "words": question["words"],
        "command": f"comity may {ask.party} {ask.action} {ask.thing}{onward} --on {show(ask.on)} --given report.yaml",
        "word": f"{answer.word}{', by what may be read here' if answer.over is Over.READABLE else ''}",
        "missing": answer.decision.missing if entitled else (),
        "because": because if entitled else ["what this rests on is not for this audience to read"],
    }


def _part(part: Given, book: Casebook, folder: Path, number: int) -> Given:
    """One event of the report, its tables written beside it."""
    views = []
    for position, question in enumerate(_items(part["asks"]), start=1):
        what = event(question["event"], book.parties)
        answer = commitments(Public(book, ()), what)
        name = f"event-{number}-{position}"
        tables(answer, folder, name)
        views.append(
            {
                "words": question["words"],
                "command": command(what),
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
    """Where it happened, with any disputed area around it."""
    outlines = worldmap.countries(
        json.loads((files("comity.casebook") / "shapes" / "countries-110m.json").read_text("utf-8"))
    )
    first = event(_items(part["asks"])[0]["event"], book.parties)
    place = first.place or _point(part.get("at"))
    if place is None:
        return ""
    areas = [
        worldmap.Area(shape.ring, d.name, "disputed") for d in book.disputes for shape in d.area.parts if shape.ring
    ]
    title = str(part["title"])
    return worldmap.svg(outlines, title, str(part["map"]), marks=[worldmap.Mark(place, title)], areas=areas)


def _point(given: object) -> tuple[float, float] | None:
    numbers = [float(str(item)) for item in _list(given)]
    return (numbers[0], numbers[1]) if len(numbers) == 2 else None


def tables(answer: Commitments, folder: Path, name: str) -> None:
    """The rows of an answer as JSON, CSV and XLSX: rule 3."""
    told = answer.as_json()
    (folder / f"{name}.json").write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    rows = [row.as_json() for row in answer.rows]
    given = table(COLUMNS, [[row[column] for column in COLUMNS] for row in rows])
    (folder / f"{name}.csv").write_bytes(csv_bytes(given, None))
    (folder / f"{name}.xlsx").write_bytes(xlsx_bytes(given, LABEL, "Commitments"))


def _next_steps() -> Iterator[str]:
    yield ""
    yield "Your own agreement, your own question:"
    yield "  comity agreements template mine.xlsx           a form that says what each column means"
    yield "  comity agreements check mine.xlsx              every mistake by row and column"
    yield "  comity agreements add mine.xlsx --book mine.db   into your own book"
    yield "  comity commitments --book mine.db --kind armed-attack --victim PARTY --on DATE"
    yield "  comity may PARTY read THING --on DATE --given facts.yaml"
    yield "Not accredited, nothing classified belongs here. Not legal advice."
