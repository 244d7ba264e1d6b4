"""`comity agreements` and `comity casebook` as their user meets them."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from comity.casebook.book import Casebook
from comity.casebook.check import CHECKS, findings
from comity.cli import main
from comity.values.period import OPEN


def test_every_agreement_is_listed_with_its_status(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["agreements", "list", "--on", "2026-11-23"]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert len(lines) == 51
    assert "not in force" in lines["BRU-1948"]
    assert "32 parties" in lines["NAT-1949"]
    assert "not known to be in force" in lines["AUSPNG-2025"]


def test_an_agreement_is_shown_article_by_article(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["agreements", "show", "NAT-1949", "--on", "1960-01-01"]) == 0
    said = capsys.readouterr().out
    assert "Art. 5: assist" in said
    assert "It may be set off by a terrorist attack, a cyber attack or sabotage, if that is found to amount to" in said
    assert "ESP" not in said.splitlines()[2]


def test_exits_tell_the_next_renewal_and_what_survives(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["agreements", "exits", "--on", "2026-11-24"]) == 0
    said = capsys.readouterr().out
    assert "2027-02-28: renews or runs out" in said
    assert "notice: 12 months, to USA" in said
    assert "stays protected by its terms after it ends" in said


def test_exits_are_as_of_the_day_and_of_what_is_in_force_on_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["agreements", "exits", "--on", "2019-08-01", "--json"]) == 0
    found = {one["id"]: one for one in json.loads(capsys.readouterr().out)}
    assert not {"BRU-1948", "AUSPNG-2025"} & set(found)
    assert [(one["on"], one["what"], one["reckoned"]) for one in found["GSOMIA-JPNKOR-2016"]["due"]] == [
        ("2019-08-24", "last day of notice", True),
        ("2019-11-23", "renews or runs out", True),
    ]
    assert found["NAT-1949"]["leaving"]["notice_to"] == "USA"


SHOWN = {
    "a condition of an event": ("CST-1992", "It holds only if requested == true."),
    "exclusivity": ("CST-1992", "exclusivity, Art. 1: "),
    "a circumstance": ("CST-1992", "circumstances it reads: requested"),
    "a thing to ask about": (
        "GSOMIA-JPNKOR-2016",
        "ask about: GSOMIA-JPNKOR-2016/from-JPN, GSOMIA-JPNKOR-2016/from-KOR",
    ),
    "its acts": ("GSOMIA-JPNKOR-2016", "acts: read, hold, use"),
    "a circumstance of a consent": ("RAA-JPNAUS-2022", "notified"),
    "a refusal": ("MONTREUX-1936", "TUR refuses anybody to transit TUR/straits, if ship == 'carrier'"),
    "a reading": ("ANZUS-1951", "as read by "),
}


@pytest.mark.parametrize(("name", "says"), SHOWN.values(), ids=SHOWN)
def test_what_one_asks_with_is_shown(name: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["agreements", "show", name, "--on", "2024-01-01"]) == 0
    assert says in capsys.readouterr().out


def test_an_agreement_as_json_is_what_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["agreements", "show", "FPDA-1971", "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert told["id"] == "FPDA-1971"
    assert told["bound"] == ["AUS", "GBR", "MYS", "NZL", "SGP"]


def test_a_wrong_id_is_told_what_is_near(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["agreements", "show", "NAT-1950"]) == 2
    assert "NAT-1949" in capsys.readouterr().err


def test_the_casebook_is_consistent(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["casebook", "check"]) == 0
    assert "0 findings" in capsys.readouterr().out


def test_every_check_can_find(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Casebook(files("comity.casebook"))
    twice = ("EST", OPEN)
    monkeypatch.setitem(broken.__dict__, "groups", {"PACT": (("XXX", OPEN), twice, twice)})
    monkeypatch.setitem(broken.__dict__, "parts", {"YYY": ()})
    found = {finding.check for finding in findings(broken)}
    assert {"members-are-parties", "spells-do-not-overlap", "parts-belong-to-parties", "names-are-known"} <= found
    assert found <= set(CHECKS)


def test_a_day_that_is_none_is_told_with_its_option(capsys: pytest.CaptureFixture[str]) -> None:
    for verb in (["list"], ["show", "NAT-1949"], ["exits"]):
        assert main(["agreements", *verb, "--on", "2024-13-01"]) == 2
        assert capsys.readouterr().err.startswith("comity: --on: '2024-13-01' is no date")
