"""Pages, tables and data as answers to a request.

Rules:
1. Every page bears, above and below, for whom it was worked out and the label of all that was searched for it.
2. An answer is bytes with a digest of them as its tag (`comity.serve.conditional` tells who has them already).
3. What a page shows is shown with nothing hidden in it, whoever stated it (`laid_open`); what stands in a field stays
   as it is, for it is sent back.
4. An answer is kept for its visitor, address, language and style of dates, and for what was sent with the question,
   while nothing can have changed (`comity.serve.desk`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache, lru_cache
from hashlib import sha256

import msgspec
from jinja2 import PackageLoader, StrictUndefined
from litestar import Response
from markupsafe import Markup, escape

from comity import __version__
from comity.casebook.book import casebook
from comity.formats import ical
from comity.serve import dates, words
from comity.serve.desk import Parts
from comity.serve.visit import Visit
from comity.serve.writing import Environment, written
from comity.values.instant import Instant
from comity.values.label import PUBLIC, Label
from comity.values.letters import hides, laid_open

Answer = Response[bytes]
HTML, JSON, LABEL = "text/html", "application/json", "comity-label"
"""Types of answers, and the header that bears the label of a file with no place for it."""
WHOLE = "the whole"
_encode = msgspec.json.Encoder(order="deterministic", enc_hook=str).encode
NAV = (
    ("/picture", "Picture"), ("/agreements", "Agreements"), ("/binds", "What binds us"), ("/may", "May we?"),
    ("/inbox", "Inbox"), ("/consultations", "Consultations"), ("/intelligence", "Intelligence"), ("/ledger", "Ledger"),
)  # fmt: skip


@cache
def _speaking(language: str, style: str) -> Environment:
    """The templates in a language, with dates in a style.

    `said` is for phrases, `told` for sentences of the library's, `stated` for what facts say in English, `day` for
    instants.
    Each has an environment of its own; overlays would share what translates.
    """
    translate: Callable[[str], str] = lambda phrase: words.said(phrase, language)  # noqa: E731
    several: Callable[[str, str, int], str] = lambda one, many, n: words.said(one if n == 1 else many, language)  # noqa: E731
    made = Environment(
        loader=PackageLoader("comity.serve", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_callables(translate, several, newstyle=True)  # type: ignore[attr-defined]  # the extension's
    made.globals["_"] = _phrases(language)
    made.filters.update(said=translate, day=lambda value: dates.marked(value, style), open=laid_open)
    made.filters["short"] = lambda text, whole, most=300, told=False: shortened(text, (whole, most, told), language)
    made.filters.update(options=lambda named: options(named.items()))
    made.filters["told"] = lambda text, place="": words.told(text, language, place)
    made.filters["rows"] = lambda rows: table_rows(rows, language)
    made.filters["stated"] = lambda text, of=None: words.stated(text, language) if _in_english(of) else text
    made.globals.update(version=__version__, nav=NAV, languages=words.LANGUAGES, styles=dates.STYLES)
    return made


def _in_english(agreement: str | None) -> bool:
    """Whether what is stated is the casebook's, which is written in English; an agreement of one's own may not be."""
    return agreement is None or agreement in casebook().agreements


def _phrases(language: str) -> Callable[..., Markup]:
    """A phrase in a language, its names filled in: what the templates' own extension does, without its detours."""

    @lru_cache(maxsize=4096)
    def found(phrase: str) -> Markup:
        return Markup(words.said(phrase, language))  # noqa: S704  # ours: phrases stand in templates and catalogues

    @lru_cache(maxsize=4096)
    def alone(phrase: str) -> Markup:
        return found(phrase) % {}

    return lambda phrase, **names: found(phrase) % names if names else alone(phrase)


def page(
    visit: Visit, template: str, told: Mapping[str, object], *, label: Label = PUBLIC, status: int = 200
) -> Answer:
    """A page from a template: rule 1.

    Args:
        visit: who asks.
        template: its file, below `templates`.
        told: what the template shows.
        label: the join of the labels of all that was searched.
        status: the answer's status.
    """
    made = _speaking(visit.language, visit.dates).get_template(template)
    common: dict[str, object] = {
        "visit": visit,
        "here": visit.request.scope["path"],
        "back": _back(visit),
        "audience": visit.audience,
        "label": _label_items(label),
        "language": visit.language,
    }
    body = (text := made.render({**common, **told})).encode()
    return answered(body if open_already(body) else shown(text).encode(), HTML, status)


def _back(visit: Visit) -> str:
    """Where a choice of language or dates leads back to: this page, if it can be asked for again."""
    path, query = visit.request.scope["path"], visit.request.scope["query_string"].decode("latin-1")
    if visit.request.method != "GET":
        return "/"
    return f"{path}?{query}" if query else path


def data(value: object, *, status: int = 200) -> Answer:
    """Plain data as JSON."""
    return answered(_encode(value) + b"\n", JSON, status)


def file(body: bytes, media_type: str, name: str) -> Answer:
    """Bytes to keep under a name."""
    found = answered(body, media_type)
    found.headers["content-disposition"] = f'attachment; filename="{name}"'
    return found


def dated(entries: Iterable[ical.Entry], name: str, at: Instant, label: str, file_name: str) -> Answer:
    """Entries as a calendar to keep; nothing is hidden in their words: rule 3."""
    opened = [replace(one, summary=laid_open(one.summary), says=laid_open(one.says)) for one in entries]
    return file(ical.write(opened, name=name, at=at, label=label), "text/calendar", file_name)


def answered(body: bytes, media_type: str, status: int = 200) -> Answer:
    """Bytes as the answer to a request: rule 2."""
    headers = {"etag": f'"{sha256(body).hexdigest()[:32]}"'} if status == 200 else {}
    return Response(body, status_code=status, media_type=media_type, headers=headers)


def kept(visit: Visit, make: Callable[[], Answer], asked: object = None) -> Answer:
    """An answer that is kept while nothing can have changed: rule 4.

    Args:
        visit: who asks.
        make: what makes the answer.
        asked: what was asked besides the address, where a question is sent as JSON.
    """
    where = visit.request.scope["path"], visit.request.scope["query_string"]
    person = None if visit.person is None else (visit.person.name, visit.person.party)
    sent = None if asked is None else msgspec.json.encode(asked)
    key = (person, visit.roles, visit.language, visit.dates, where, sent, *visit.desk.stamp())
    body, media_type, status, headers = visit.desk.pages.get(key, lambda: _parts(make()))
    return Response(body, status_code=status, media_type=media_type, headers=headers)


def _parts(made: Answer) -> Parts:
    """What is kept of an answer: its tag, a file's name, and its label if it stands nowhere else, with it."""
    headers = {name: said for name, said in made.headers.items() if name in {"etag", "content-disposition", LABEL}}
    return made.content, str(made.media_type), made.status_code or 200, headers


def releasable(audience: Iterable[str]) -> str:
    """For whom something was worked out, as a file to keep says it."""
    return f"RELEASABLE TO {', '.join(audience)}" if audience else "PUBLIC"


def label_lines(label: Label) -> list[str]:
    """A label for people: each owner, his clause, and whom he has let read by stating it; sorted."""
    return [*_label_lines(label)]


@lru_cache(maxsize=64)
def _label_lines(label: Label) -> list[str]:
    return sorted(
        f"{atom.owner}: {atom.scope}" + (f" → {', '.join(map(str, atom.readers))}" if atom.readers else "")
        for atom in label
    )


def table_rows(rows: Iterable[Iterable[object]], language: str) -> Markup:
    """The rows of a table, each cell a sentence of the library's."""
    cells = ([written(words.told(str(cell), language)) if cell is not None else "" for cell in row] for row in rows)
    lines = (f"<tr><td>{'</td><td>'.join(row)}</td></tr>" for row in cells)
    return Markup("".join(lines))  # noqa: S704  # escaped above


@lru_cache(maxsize=16)
def _label_items(label: Label) -> Markup:
    """The lines of a label as the items of a list, which page after page bears."""
    items = (f"<li><code>{escape(line)}</code></li>" for line in label_lines(label))
    return Markup("".join(items))  # noqa: S704  # escaped above


def options(named: Iterable[tuple[str, str]]) -> Markup:
    """What a field offers to choose from: values, each with its words if it has any."""
    return _options(tuple(named))


@lru_cache(maxsize=8)
def _options(named: tuple[tuple[str, str], ...]) -> Markup:
    lines = (
        f'<option value="{escape(value)}">' + (f"{escape(words)}</option>" if words else "") for value, words in named
    )
    return Markup("".join(lines))  # noqa: S704  # escaped above


def shortened(text: object, how: tuple[str, int, bool], language: str) -> str:
    """A text of at most so many characters; of a longer one the beginning, and the way to the whole of it.

    So that nobody's words, whichever way they arrived, fill everybody's page, and none are hidden.

    Args:
        text: the text.
        how: the address of the whole, how many characters are shown, and whether it is a sentence of the library's.
        language: the page's.
    """
    said, (whole, most, told) = str(text), how
    if len(said) <= most:
        return words.told(said, language) if told else said
    begins = escape(words.stated(said[:most], language) if told else said[:most])
    way = f'<a href="{escape(whole)}">{escape(words.said(WHOLE, language))}: {len(said):,}</a>'
    return begins + Markup("… ") + Markup(way)  # noqa: S704  # escaped above


_PLAIN = bytes([*b"\t\n", *range(0x20, 0x7F)])
"""The ASCII letters in which nothing is hidden."""
_SHOWN = re.compile(r"(<textarea\b[^>]*)?>([^<]*)")
"""What stands between two tags, and whether it is in a field; a letter of a text is never a bracket of a tag."""


def shown(made: str) -> str:
    """A page in whose words nothing is hidden: rule 3."""
    if open_already(made.encode("utf-8", "surrogatepass")):
        return made
    return _SHOWN.sub(lambda part: part[0] if part[1] else f">{laid_open(part[2])}", made)


def open_already(body: bytes) -> bool:
    """Whether no letter of a page is hidden; found quickly, for most of its letters are plain."""
    rest = body.translate(None, _PLAIN)
    return not any(map(hides, set(rest.decode("utf-8", "surrogatepass"))))


def choices(items: Iterable[str] | Mapping[str, str]) -> list[tuple[str, str]]:
    """Values and words of a list to choose from."""
    return sorted(items.items()) if isinstance(items, Mapping) else [(item, item) for item in items]
