"""The pages in French: every phrase has its French, the catalogue has no more, and facts keep their own words.

Fails when somebody adds a phrase to a template, or a fixed word that a template shows, without its French: add both
to ``src/comity/serve/words/fr.yaml`` in the same change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from comity.casebook.steps import Counts
from comity.casebook.vocabulary import KINDS, TARGETS
from comity.cli.may import PLAIN
from comity.flow import intelligence_import, picture_map, register, ties
from comity.flow.recall_outcomes import There
from comity.flow.recalls import Done
from comity.formats import agreement_sheet
from comity.instruments.intelligence.reported import Answer, Shows
from comity.instruments.intelligence.warning import State
from comity.serve import dates, demonstration, form_layout, pages, problems, words, works
from comity.serve.desk import Settings
from comity.serve.roles import Role
from comity.serve.routes import consultations, inbox, intelligence
from comity.values.deadline import Standing
from comity.values.fact import Phase
from tests.serve.desks import HOST, Visitor, book_of, desk_of
from tests.serve.test_non_interference import VISIBLE

TEMPLATES = Path(str(files("comity.serve"))) / "templates"
FRENCH = words.catalogue("fr")
PLACEHOLDER = re.compile(r"%\(\w+\)s|%s|\{\w*\}")


def in_templates() -> Iterator[tuple[str, str]]:
    """Each phrase that the templates have translated, and where."""
    reader = Environment(trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n"])
    for path in sorted(TEMPLATES.glob("*.j2")):
        for line, _, message in extract_from_ast(reader.parse(path.read_text("utf-8"))):
            for phrase in message if isinstance(message, tuple) else (message,):
                if phrase is not None:
                    yield phrase, f"{path.name}:{line}"


def on_the_form() -> Iterator[str]:
    """What the form of an agreement calls its sheets, rows, groups and fields, what they mean, and what lists offer."""
    plain = form_layout.PLAIN
    yield from (*form_layout.SECTIONS.values(), *form_layout.ONE.values(), form_layout.STRONG, form_layout.SET_OFF)
    yield from (form_layout.REACHES, form_layout.FURTHER, form_layout.ORDER)
    for columns in agreement_sheet.sheets(plain).values():
        for column in columns:
            offered = getattr(plain, column.offers) if column.offers and column.offers not in {"grades"} else ()
            yield from (form_layout.label(column), column.means, *offered)


SHOWN = {
    "form": list(on_the_form()),
    "pages.NAV": [phrase for _, phrase in pages.NAV],
    "counts": [one.value for one in Counts],
    "pages.WHOLE": [pages.WHOLE],
    "roles": [role.value for role in Role],
    "problems": [*problems.WORDS.values(), problems._LOST, problems._TOO_MUCH, "send less at once"],
    "may": [*PLAIN.values(), "No"],
    "phases": [phase.value for phase in Phase],
    "inbox.KINDS": list(inbox.KINDS.values()),
    "dates.STYLES": list(dates.STYLES.values()),
    "keys": ["live", "rotated", "revoked"],
    "sign-in": [
        "the name or the password is wrong",
        "too many wrong passwords",
        "too many tries from your address; wait a while, then try again",
    ],
    "votes": ["yes", "no", "abstain", "absent"],
    "duties": list(consultations.DUTIES),
    "events": [*KINDS, *TARGETS, "true", "false"],
    "fates": [intelligence_import.NEW, intelligence_import.KNOWN],
    "works": list(works.PHASES),
    "recall": [*Done, *There, "not asked", "asked"],
    "warning": [*State, *Standing, *Answer, *Shows],
    "intelligence.FACETS": list(intelligence.FACETS.values()),
    "ties": list(ties.KINDS.values()),
    "states": list(register.STATES),
    "map": [picture_map.NOTICE, "disputed ground"],
    "sides": [side.words for side in demonstration.sides()],
    "tour": [phrase for step in demonstration.tour() for phrase in (step.words, step.says)],
}
"""Fixed words that templates show through `_(...)` or `said`, by where they are kept."""
NEEDED = {
    **{phrase: f"comity.serve: {where}" for where, phrases in SHOWN.items() for phrase in phrases},
    **dict(in_templates()),
}


def test_every_phrase_has_its_french() -> None:
    lacking = {phrase: where for phrase, where in NEEDED.items() if phrase not in FRENCH}
    assert lacking == {}, "add these to src/comity/serve/words/fr.yaml"


def test_the_catalogue_has_no_phrase_that_nobody_uses() -> None:
    assert sorted(set(FRENCH) - set(NEEDED)) == []


def test_no_french_is_empty_and_placeholders_are_kept() -> None:
    assert [phrase for phrase, french in FRENCH.items() if not french.strip()] == []
    for phrase, french in FRENCH.items():
        assert sorted(PLACEHOLDER.findall(french)) == sorted(PLACEHOLDER.findall(phrase)), phrase


def test_a_percent_sign_would_be_taken_for_a_placeholder() -> None:
    assert [phrase for phrase in (*FRENCH, *FRENCH.values()) if "%" in phrase] == []


def test_high_signs_do_not_begin_a_line() -> None:
    """French writes a blank before `:;?!`; it is one that no line ends at."""
    assert [french for french in FRENCH.values() if re.search(r" [:;?!]", french)] == []


def visitor(party: str | None = "POL") -> Visitor:
    return Visitor(desk_of(book_of(VISIBLE)), party)


def test_a_browser_that_asks_for_french_gets_it() -> None:
    page = visitor(None).get("/", **{"Accept-Language": "fr-BE,fr;q=0.9,en;q=0.5"})
    assert '<html lang="fr">' in page.text
    for phrase in ("Choisir un camp", "Ce qui nous lie", "rien de classifié", "En cinq minutes"):
        assert phrase in page.text
    assert "What binds us" not in page.text


def test_a_choice_of_language_is_kept_and_leads_back_to_the_question() -> None:
    reader = visitor()
    there = "/may?party=POL&action=read&thing=r1&on=2026-11-26"
    assert f'name="back" value="{there.replace("&", "&amp;")}"' in reader.get(there).text
    sent = reader.post("/language", {"language": "fr", "back": there})
    assert sent.headers["location"] == there
    page = reader.get(there)
    assert '<html lang="fr">' in page.text
    assert "Oui</strong>" in page.text
    reader.post("/language", {"language": "tlh"})
    assert '<html lang="fr">' in reader.get("/").text
    reader.post("/language", {"language": "en"})
    assert '<html lang="en">' in reader.get("/").text


def test_a_page_that_was_posted_leads_back_to_the_first() -> None:
    page = visitor().post("/agreements/check", {"text": "id: X-1"})
    assert page.status_code == 200
    assert 'name="back" value="/"' in page.text


@pytest.mark.parametrize("path", ["/no-such-page", "/binds?victim=NOBODY&kind=threat", "/sign/nothing"])
def test_an_error_is_headed_in_french(path: str) -> None:
    page = visitor().get(path, **{"Accept-Language": "fr"})
    assert '<html lang="fr">' in page.text
    assert "Vers la première page" in page.text


def test_a_wrong_password_is_told_in_french() -> None:
    reader = visitor(None)
    reader.desk.settings = Settings()
    page = reader.client.post(
        "/sign-in",
        data={"party": "POL", "name": "nobody", "password": "wrong"},
        headers={"Accept-Language": "fr", "origin": f"http://{HOST}"},
    )
    assert page.status_code == 403
    assert "le nom ou le mot de passe est erroné" in page.text


def test_facts_keep_the_words_of_whoever_stated_them() -> None:
    reader = visitor()
    for path in ("/agreements/NAT-1949", "/ledger?kind=report"):
        english, french = reader.get(path), reader.get(path, **{"Accept-Language": "fr"})
        assert english.text != french.text
    assert "our own" in french.text
    name = reader.desk.view(["POL"]).casebook.agreements["NAT-1949"].name
    assert name in reader.get("/agreements/NAT-1949", **{"Accept-Language": "fr"}).text


def test_what_programs_read_is_the_same_in_every_language() -> None:
    reader = visitor()
    for path in ("/api/agreements/NAT-1949", "/agreements?format=csv", "/inbox?format=json"):
        assert reader.get(path).content == reader.get(path, **{"Accept-Language": "fr"}).content
