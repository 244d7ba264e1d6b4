"""`comity intel`: the worked example of its page, and what it says when something is wrong."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

import comity
from comity.cli import main
from comity.flow import intelligence_import, taxii_rooms
from tests.instruments.intelligence.shelves import APT, RED, TOOL, USES, bundle, name, thing

PAGE = Path(__file__).parents[2] / "docs" / "intelligence.md"
FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A folder with a book and a key."""
    monkeypatch.chdir(tmp_path)
    assert main(["ledger", "new", "nation.db"]) == 0
    assert main(["keys", "generate", "EST", "--book", "nation.db"]) == 0
    capsys.readouterr()
    return tmp_path


def test_the_library_example_of_the_page_runs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fences = FENCE.findall(PAGE.read_text(encoding="utf-8"))
    brought(
        folder, bundle(APT, thing("report", "Week 9", published=APT["created"], object_refs=[APT["id"]])), "--to", "FIN"
    )
    capsys.readouterr()
    (code,) = (text for language, _, text in fences if language == "python")
    exec(code, {})  # our own page
    assert capsys.readouterr().out.startswith("Week 9 True report--")


def brought(folder: Path, data: bytes, *words: str) -> int:
    (folder / "x.json").write_bytes(data)
    return main(["intel", "import", "x.json", "--book", "nation.db", "--as", "EST", *words])


def test_nobody_is_let_in_whom_nobody_knows(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert brought(folder, bundle(APT), "--to", "FIN,ZZZ") == 2
    assert "--to: 'ZZZ' is no party" in capsys.readouterr().err
    assert brought(folder, bundle(APT), "--to", "FIN,NATOO@dynamic") == 2
    assert "--to: 'NATOO' is no group that is known here; did you mean NATO" in capsys.readouterr().err
    assert main(["intel", "search", "reed", "--book", "nation.db", "--as", "EST"]) == 1
    assert brought(folder, bundle(APT), "--to", "FIN,NATO@dynamic") == 0


@pytest.mark.parametrize(
    ("bound", "told"),
    [
        ("organisations: {00000000-0000-4000-8000-000000000001: ZZZ}", "'ZZZ' is no party"),
        ("communities: {'1': [FIN, NOPE@dynamic]}", "communities.1: 'NOPE' is no group"),
        ("groups: {00000000-0000-4000-8000-000000000002: [ZZZ]}", "'ZZZ' is no party"),
    ],
)
def test_nobody_is_bound_to_words_of_misps_whom_nobody_knows(
    folder: Path, capsys: pytest.CaptureFixture[str], bound: str, told: str
) -> None:
    (folder / "bound.yaml").write_text(bound)
    assert brought(folder, bundle(APT), "--misp-bindings", "bound.yaml") == 2
    assert told in capsys.readouterr().err
    for words in (["intel", "export", "--misp"], ["serve"]):
        assert main([*words, "--book", "nation.db", "--misp-bindings", "bound.yaml"]) == 2
        assert told in capsys.readouterr().err


def test_a_reader_nobody_knows_and_a_rule_about_nothing_are_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = folder / "rules.yaml"
    rules.write_text(
        "rules:\n  - {objects: {names: [Hollow Read]}, to: []}\n  - {objects: {types: [tool]}, to: [ZZZ]}\n"
    )
    assert brought(folder, bundle(APT, TOOL), "--rules", "rules.yaml") == 2
    assert "rules[1].to: 'ZZZ' is no party" in capsys.readouterr().err
    assert brought(folder, bundle(APT, TOOL), "--tlp-binding", "GREEN=FIN,ZZZ") == 2
    assert "--tlp-binding: 'ZZZ' is no party" in capsys.readouterr().err
    assert brought(folder, bundle(APT, TOOL), "--tlp-binding", "GREEN=FIN,NOPE@dynamic") == 2
    assert "--tlp-binding: 'NOPE' is no group" in capsys.readouterr().err
    rules.write_text(rules.read_text().replace("ZZZ", "FIN"))
    assert brought(folder, bundle(APT, TOOL), "--rules", "rules.yaml", "--preview") == 0
    assert "rules.yaml: rules[0]: is about no object of x.json, and holds nothing back" in capsys.readouterr().err
    assert brought(folder, bundle(APT, TOOL), "--rules", "rules.yaml", "--json") == 0
    assert json.loads(capsys.readouterr().out)["idle_rules"] == ["rules[0]"]


def test_every_bad_object_is_told_and_nothing_goes_in(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = [{**TOOL, "created": "today"}, {**USES, "source_ref": "x"}]
    assert brought(folder, bundle(APT, *bad)) == 2
    told = capsys.readouterr().err
    assert f"x.json: objects[1]: {TOOL['id']}: created: 'today' is no timestamp" in told
    assert f"x.json: objects[2]: {USES['id']}: source_ref: 'x' is no id" in told
    assert "2 of 3 objects are bad; nothing was added" in told
    assert main(["intel", "search", "reed", "--book", "nation.db", "--as", "EST"]) == 1
    assert brought(folder, bundle(APT, *bad), "--skip-bad") == 1
    assert main(["intel", "search", "reed", "--book", "nation.db", "--as", "EST"]) == 0


def test_what_became_of_each_object_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert brought(folder, bundle(APT, {**TOOL, "name": 1}), "--json") == 2
    told = json.loads(capsys.readouterr().out)
    assert told["error"]["kind"] == "malformed"
    assert [(bad["row"], bad["id"], bad["field"]) for bad in told["bad"]] == [(1, TOOL["id"], "name")]
    assert brought(folder, bundle(APT, TOOL), "--preview", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [(row["id"], row["fate"], row["labels"]) for row in told["rows"]] == [
        (APT["id"], "new", ["EST x.json"]),
        (TOOL["id"], "new", ["EST x.json"]),
    ]
    assert brought(folder, bundle(APT, TOOL), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["added"], len(told["facts"]), told["bad"]) == (2, 3, [])  # two objects, and the title of the clause


def test_the_same_version_with_other_content_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert brought(folder, bundle(APT, {**APT, "name": "Otherwise"})) == 2
    assert "stands in objects[0] with other content" in capsys.readouterr().err
    assert brought(folder, bundle(APT, APT)) == 0
    assert brought(folder, bundle({**APT, "name": "Otherwise"})) == 2
    assert "is here already, with other content" in capsys.readouterr().err
    assert brought(folder, bundle({**APT, "name": "Otherwise", "modified": "2025-01-01T00:00:00Z"})) == 0


def test_a_stricter_label_for_what_is_here_already_is_told_and_never_taken_in_silence(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--clause", "weekly", "--to"]
    assert brought(folder, bundle(APT), *words, "GBR,FIN") == 0
    assert brought(folder, bundle(APT), *words, "GBR,FIN,POL", "--preview") == 0
    told = capsys.readouterr().out
    assert "known " in told
    assert "EST weekly to FIN, GBR\n" in told, "it stands as it did"
    for more in (["--preview"], []):
        assert brought(folder, bundle(APT), *words, "GBR", *more) == 1
        told = capsys.readouterr().out
        assert "still stands under EST weekly to FIN, GBR; EST weekly to GBR, which was asked for, is stricter" in told
        assert f"comity intel recall --take-back {APT['id']} --from FIN\n" in told
    assert brought(folder, bundle(APT), *words, "GBR", "--json") == 1
    (one,) = json.loads(capsys.readouterr().out)["stricter"]
    assert (one["stands"], one["asked"]) == (["EST weekly to FIN, GBR"], ["EST weekly to GBR"])
    own = ["--book", "nation.db", "--as", "EST"]
    assert main(["intel", "recall", "--take-back", str(APT["id"]), "--from", "FIN", *own]) == 0


def test_a_later_version_under_a_stricter_label_says_that_the_earlier_one_stands(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    later = [{**APT, "modified": f"202{year}-01-01T00:00:00Z"} for year in (5, 6, 7)]
    assert brought(folder, bundle(APT), "--clause", "weekly", "--to", "GBR,FIN") == 0
    assert brought(folder, bundle(later[0]), "--clause", "daily", "--to", "GBR,FIN,POL") == 0
    assert "what came before" not in capsys.readouterr().out
    assert brought(folder, bundle(later[1]), "--clause", "daily", "--to", "GBR") == 1
    told = capsys.readouterr().out
    stands = "EST daily to FIN, GBR, POL | EST weekly to FIN, GBR"
    assert f"what came before of {APT['id']} still stands under {stands}; " in told
    assert f"comity intel recall --take-back {APT['id']} --from FIN,POL\n" in told
    own = ["--book", "nation.db", "--as", "EST"]
    assert main(["intel", "recall", "--take-back", str(APT["id"]), "--from", "FIN,POL", *own]) == 0
    assert main(["intel", "show", str(APT["id"]), "--book", "nation.db", "--as", "FIN"]) == 1
    capsys.readouterr()
    assert brought(folder, bundle(later[2]), "--clause", "daily", "--to", "GBR", "--json") == 0
    assert json.loads(capsys.readouterr().out)["stricter"] == []


def test_a_later_version_with_the_same_portions_is_no_stricter_whatever_its_clause_is_called(folder: Path) -> None:
    marked = {**APT, "granular_markings": [{"marking_ref": RED, "selectors": ["description"]}]}
    words = ["--to", "GBR,FIN", "--tlp-binding", "RED=GBR", "--clause"]
    assert brought(folder, bundle(marked), *words, "monday") == 0
    assert brought(folder, bundle({**marked, "modified": "2025-01-01T00:00:00Z"}), *words, "tuesday") == 0
    assert brought(folder, bundle({**APT, "modified": "2026-01-01T00:00:00Z"}), *words, "friday") == 0
    closed = [{"marking_ref": RED, "selectors": ["description", "name"]}]
    later = {**APT, "granular_markings": closed, "modified": "2027-01-01T00:00:00Z"}
    assert brought(folder, bundle(later), *words, "friday") == 1, "what friday's said of it was read by more"


def test_what_names_it_openly_is_told_to_whoever_brings_it_in(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tells = thing("campaign", "Openly told", description=f"{APT['name']} was seen.")
    assert brought(folder, bundle(tells), "--to", "GBR,FIN") == 0
    assert brought(folder, bundle(APT), "--clause", "close", "--to", "GBR", "--preview") == 0
    assert f"{APT['id']} is named by {tells['id']}, for FIN: " in capsys.readouterr().out
    assert brought(folder, bundle(APT), "--clause", "close", "--to", "GBR", "--json") == 0
    told = json.loads(capsys.readouterr().out)["named_openly"]
    assert told == [{"id": APT["id"], "by": tells["id"], "readers": ["FIN"]}]


BASE = ["intel", "import", "x.json", "--book", "nation.db", "--as", "EST"]
WRONG = {
    "a file that is not there": ([*BASE[:2], "no.json", *BASE[3:]], 2, "cannot be read"),
    "a party without a key": ([*BASE[:-1], "FIN"], 1, "no key for FIN"),
    "a level that is none": ([*BASE, "--tlp-binding", "BLUE=GBR"], 2, "binds no TLP level"),
    "a level that is bound twice": (
        [*BASE, "--tlp-binding", "GREEN=GBR", "--tlp-binding", "TLP:GREEN=FIN"], 2, "GREEN is bound twice",
    ),
    "a level that is bound to nobody": ([*BASE, "--tlp-binding", "GREEN"], 2, "binds no TLP level"),
    "a group without its mode": ([*BASE, "--to", "NATO@x"], 2, "--to"),
    "rules that are none": ([*BASE, "--rules", "x.json"], 2, "rules"),
    "nothing to search for": (["intel", "search", "--book", "nation.db"], 2, "nothing to search for"),
    "no word to search for": (["intel", "search", '"', "--book", "nation.db"], 2, "there is no word in it"),
    "an object that is not there": (["intel", "show", name("tool", "x"), "--book", "nation.db"], 1, "is available"),
    "a version that is not there": (
        ["intel", "show", str(APT["id"]), "--book", "nation.db", "--version", "x"], 1, "is available"
    ),
    "a book that is not there": (["intel", "search", "x", "--book", "no.db"], 2, "no such file"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "code", "says"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, says: str
) -> None:
    (folder / "x.json").write_bytes(bundle(TOOL))
    assert main(words) == code
    assert says in capsys.readouterr().err


def test_a_packed_file_is_unpacked(folder: Path) -> None:
    assert brought(folder, gzip.compress(bundle(APT))) == 0
    assert brought(folder, gzip.compress(bundle(APT))[:40]) == 2


def test_an_object_is_shown_portion_by_portion(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    marked = {**APT, "granular_markings": [{"marking_ref": RED, "selectors": ["description"]}]}
    assert brought(folder, bundle(marked), "--to", "FIN,GBR", "--tlp-binding", "RED=GBR", "--collection", "weekly") == 0
    capsys.readouterr()
    assert main(["intel", "show", str(APT["id"]), "--book", "nation.db", "--as", "GBR", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["whole"]
    assert told["properties"] == marked
    assert told["collections"] == ["weekly"]
    assert [portion["originator"] for portion in told["portions"]] == ["EST", "EST"]
    assert [portion["marking"]["classification"] for portion in told["portions"]] == ["UNMARKED", "RED"]
    assert main(["intel", "show", str(APT["id"]), "--book", "nation.db", "--as", "GBR", "--stix"]) == 0
    assert json.loads(capsys.readouterr().out) == marked
    assert main(["intel", "show", str(APT["id"]), "--book", "nation.db", "--as", "FIN,GBR", "--json"]) == 0
    assert not json.loads(capsys.readouterr().out)["whole"]


def test_whoever_stops_an_import_is_told_how_much_is_in(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intelligence_import, "BATCH", 10)
    from comity.cli import intel_import

    class Impatient(intel_import.Bar):
        def __call__(self, what: str, done: int, total: int) -> None:
            if what == "added" and done == 20:
                raise KeyboardInterrupt

    monkeypatch.setattr(intel_import, "Bar", Impatient)
    tools = [thing("tool", f"tool {number}") for number in range(35)]
    assert brought(folder, bundle(*tools)) == 130
    assert "stopped: 20 objects (21 facts) in nation.db; import again to add the rest" in capsys.readouterr().err
    monkeypatch.setattr(intel_import, "Bar", type("Patient", (intel_import.Bar,), {}))
    assert brought(folder, bundle(*tools)) == 0
    assert "15 objects (15 facts) in nation.db; 20 were here already" in capsys.readouterr().out


def test_whoever_stops_an_import_before_anything_is_in_is_told_that(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from comity.cli import intel_import

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(intel_import, "plan", stopped)
    assert brought(folder, bundle(APT)) == 130
    assert capsys.readouterr().err == "stopped: nothing was added to nation.db\n"


def test_whom_nobody_knows_gets_nothing_and_owes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert brought(folder, bundle(APT)) == 0
    own = ["--book", "nation.db", "--as", "EST"]
    for words in (["release", str(APT["id"]), "--to", "FIN GBR"], ["recall", "--take-back", "x", "--from", "ZZZ"]):
        capsys.readouterr()
        assert main(["intel", *words, *own]) == 2
        assert "is no party" in capsys.readouterr().err


def test_a_search_by_an_originator_nobody_knows_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert brought(folder, bundle(APT)) == 0
    words = ["intel", "search", "--book", "nation.db", "--as", "EST", "--originator"]
    assert main([*words, "FIN"]) == 1, "known, and states nothing here"
    capsys.readouterr()
    assert main([*words, "ZZZ"]) == 2
    assert "--originator: 'ZZZ' is no party" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["", " ", "baltic"])
def test_a_collection_is_opened_once_and_has_a_name(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    own = ["--book", "nation.db", "--as", "EST", "--title", "Baltic"]
    assert main(["taxii", "collection", "baltic", *own]) == 0
    assert main(["taxii", "collection", name, *own]) == 2
    assert "NAME: " in capsys.readouterr().err


def test_a_collection_is_planned_whole(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert brought(folder, bundle(APT, TOOL), "--collection", "weekly", "--to", "FIN") == 0
    capsys.readouterr()
    own = ["--book", "nation.db", "--as", "EST", "--collection", "weekly", "--json"]
    assert main(["intel", "release", "--to", "FIN", *own]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {part["thing"] for part in told["parts"]} == {APT["id"], TOOL["id"]}
    assert main(["intel", "release", "--to", "GBR", *own]) == 1
    assert main(["intel", "release", "--to", "FIN", "--collection", "nothing", *own[:4]]) == 2


def test_a_collection_at_a_root_of_its_own_can_be_reached(folder: Path) -> None:
    own = ["--book", "nation.db", "--as", "EST", "--title", "Baltic", "--root", "sea"]
    for one in ("baltic", "north"):
        assert main(["taxii", "collection", one, *own]) == 0
    view = comity.open("nation.db").view("EST")
    assert [root.name for root in taxii_rooms.roots(view)] == ["sea"]
    assert {one.name for one in taxii_rooms.collections(view, "sea")} == {"baltic", "north"}
    assert len(view.records([taxii_rooms.ROOT])) == 1


def test_what_a_report_refers_to_is_planned_with_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = thing("report", "Week 9", published=APT["created"], object_refs=[APT["id"]])
    assert brought(folder, bundle(APT), "--clause", "closed") == 0
    assert brought(folder, bundle(report), "--clause", "open", "--to", "FIN") == 0
    capsys.readouterr()
    own = ["--book", "nation.db", "--as", "EST", "--json"]
    assert main(["intel", "release", str(report["id"]), "--to", "FIN", *own]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["already"], {need["scope"] for need in told["missing"]}) == ([], {"closed"})


def test_what_is_held_from_elsewhere_as_well_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "generate", "JPN", "--book", "nation.db"]) == 0
    brought(folder, bundle(TOOL), "--to", "FIN", "--clause", "public")
    assert (
        main(["intel", "import", "x.json", "--book", "nation.db", "--as", "JPN", "--to", "EST", "--clause", "own"]) == 0
    )
    capsys.readouterr()
    plan = ["intel", "release", str(TOOL["id"]), "--to", "FIN", "--book", "nation.db", "--as", "EST"]
    assert main(plan) == 0
    told = capsys.readouterr().out
    assert f"of {TOOL['id']} from EST under public." in told
    assert main([*plan, "--json"]) == 0
    (same,) = json.loads(capsys.readouterr().out)["same"]
    assert (same["thing"], same["from"], same["under"]) == (TOOL["id"], "EST", "public")


def test_no_words_of_others_steer_the_terminal(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evil = thing("malware", "x\u001b[2J\rLabel: PUBLIC\u202egnp", is_family=True)
    brought(folder, bundle(evil))
    for words in (["search", "Label"], ["show", str(evil["id"])], ["show", "malware--\u001b[2J"]):
        main(["intel", *words, "--book", "nation.db", "--as", "EST"])
    told = capsys.readouterr()
    assert "[U+001B][2J[U+000D]Label: PUBLIC[U+202E]gnp" in told.out
    assert not {"\u001b", "\r", "\u202e"} & {*told.out, *told.err}


@pytest.mark.parametrize("said", ["SECRET//NOFORN", "NATO SECRET", "COSMIC TOP SECRET", "(S//NF)", "secret//noforn"])
def test_a_statement_that_is_a_banner_is_no_mere_words(
    folder: Path, capsys: pytest.CaptureFixture[str], said: str
) -> None:
    mark = {"type": "marking-definition", "spec_version": "2.1", "id": name("marking-definition", said),
            "created": APT["created"], "definition_type": "statement", "definition": {"statement": said}}  # fmt: skip
    assert brought(folder, bundle(mark, {**APT, "object_marking_refs": [mark["id"]]}), "--to", "*") == 2
    assert f"words alone restrict nobody: {said}" in capsys.readouterr().err
    words = {**mark, "definition": {"statement": f"Copyright. Not {said}."}}
    assert brought(folder, bundle(words, {**APT, "object_marking_refs": [mark["id"]]}), "--to", "*") == 0


CLEAR = "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"
WITH_MORE = {
    "a fixed id of TLP": (
        {"id": CLEAR, "definition": {"statement": "SECRET//NOFORN"}}, "words alone restrict nobody: SECRET//NOFORN"
    ),
    "an extension of others": (
        {"extensions": {name("extension-definition", "x"): {"extension_type": "property-extension", "level": 3}}},
        "is a marking that is not understood",
    ),
    "an extension that cannot be read": (
        {"extensions": {"extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d": {"tlp_2_0": "red"}}},
        "is not the id of red",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("more", "says"), WITH_MORE.values(), ids=WITH_MORE)
def test_a_statement_with_something_more_is_no_mere_words(
    folder: Path, capsys: pytest.CaptureFixture[str], more: dict[str, object], says: str
) -> None:
    mark = {"type": "marking-definition", "spec_version": "2.1", "id": name("marking-definition", "more"),
            "created": APT["created"], "definition_type": "statement",
            "definition": {"statement": "Copyright"}, **more}  # fmt: skip
    assert brought(folder, bundle(mark, {**APT, "object_marking_refs": [mark["id"]]}), "--to", "*") == 2
    assert says in capsys.readouterr().err


def test_the_particulars_of_another_program_are_no_marking(folder: Path) -> None:
    extension = "extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba"
    mark = {"type": "marking-definition", "spec_version": "2.1", "id": name("marking-definition", "octi"),
            "created": APT["created"], "definition_type": "statement", "definition": {"statement": "Copyright"},
            "extensions": {extension: {"extension_type": "property-extension", "order": 1}}}  # fmt: skip
    assert brought(folder, bundle(mark, {**APT, "object_marking_refs": [mark["id"]]}), "--to", "*") == 0


def test_a_text_made_from_a_report_says_whose_own_it_leaves_out_and_asks_nobody_for(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["keys", "generate", "JPN", "--book", "nation.db"]) == 0
    (folder / "j.json").write_bytes(bundle(TOOL))
    words = ["--book", "nation.db", "--as", "JPN", "--to", "EST", "--clause", "harbour"]
    assert main(["intel", "import", "j.json", *words]) == 0
    report = thing("report", "Ours", published=TOOL["created"], object_refs=[TOOL["id"]])
    assert brought(folder, bundle(report)) == 0
    (folder / "t.txt").write_text("A group works the ports.", encoding="utf-8")
    ask = ["intel", "release", "--to", "POL", "--book", "nation.db", "--as", "EST", "--title", "North"]
    ask += ["--tearline", "t.txt"]
    capsys.readouterr()
    assert main([*ask, str(report["id"])]) == 0
    assert "Left out, and not asked: JPN, who own of what it refers to." in capsys.readouterr().out
    assert main([*ask, str(report["id"]), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["left_out_unasked"] == ["JPN"]
    assert main([*ask, str(report["id"]), str(TOOL["id"])]) == 1
    told = capsys.readouterr().out
    assert "Needs the consent of JPN" in told
    assert "not asked" not in told
