"""`comity label` as its user, and a program, meet it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from comity.cli import main
from comity.formats import stix_marking
from comity.values.marking import Marking, marking

DAY = ["--on", "2026-11-26"]
LABEL = (Path(__file__).resolve().parents[2] / "docs" / "examples" / "label.xml").read_text("utf-8")
BINDING = (
    '<BindingInformation xmlns="urn:nato:stanag:4778:bindinginformation:1:0"><MetadataBindingContainer>'
    "<MetadataBinding>{}<DataReference URI='cid:1'/></MetadataBinding></MetadataBindingContainer></BindingInformation>"
)


def told(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> dict[str, object]:
    """The JSON that a command prints."""
    assert main(["label", *words, *DAY, "--json"]) == code
    said = json.loads(capsys.readouterr().out)
    assert isinstance(said, dict)
    return said


def test_json_has_the_documented_shape(capsys: pytest.CaptureFixture[str]) -> None:
    said = told(capsys, "read", "SECRET//REL TO USA, GBR/DISPLAY ONLY AFG")
    assert said["marking"] == {
        "policy": "USA",
        "classification": "SECRET",
        "originators": ["USA"],
        "releasable_to": ["GBR", "USA"],
        "display_only_to": ["AFG"],
    }
    assert (said["line"], said["may_read"]) == ("SECRET//REL TO USA, GBR/DISPLAY ONLY AFG", ["GBR", "USA"])
    assert marking(said["marking"]).display_only_to == frozenset({"AFG"})


RED = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"
FILES = {
    "a line": ("NATO SECRET\n", "NATO", "SECRET"),
    "a label": (LABEL, "NATO", "RESTRICTED"),
    "a binding": (BINDING.format(f"<Metadata>{LABEL}</Metadata>"), "NATO", "RESTRICTED"),
    "a marking definition": (
        json.dumps(
            stix_marking.statement("x", "y") | {"id": "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"}
        ),
        "TLP",
        "RED",
    ),
    "our marking definition": (
        json.dumps(stix_marking.ours(Marking("DEU", "GEHEIM", frozenset({"DEU"})), "GEHEIM", "2026-01-01T00:00:00Z")),
        "DEU",
        "GEHEIM",
    ),
    "a marking": ('{"policy": "FRA", "classification": "SECRET", "originators": ["FRA"]}', "FRA", "SECRET"),
}


@pytest.mark.parametrize(("text", "policy", "level"), FILES.values(), ids=FILES)
def test_a_file_is_read_by_what_is_in_it(
    text: str, policy: str, level: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "label"
    file.write_text(text, "utf-8")
    said = told(capsys, "read", str(file), "--originator", "EST")
    found = marking(said["marking"])
    assert (found.policy, found.classification) == (policy, level)


BROKEN = {
    "a line with a slip": ("NATO SECRET please", "column 13", "'please' does not stand here"),
    "a label with a slip": (LABEL.replace("GenericValue", "Value"), "line 5, column 57", "'Value' does not stand here"),
    "two labels in one": (
        BINDING.format(f"<Metadata>{LABEL}{LABEL}</Metadata>"),
        "line 1, column 116",
        "two labels stand in one Metadata",
    ),
    "two bindings": (
        BINDING.format(f"<Metadata>{LABEL}</Metadata><Metadata>{LABEL}</Metadata>").replace(
            "</MetadataBinding>",
            "</MetadataBinding>" + f"<MetadataBinding><Metadata>{LABEL}</Metadata>"
            "<DataReference URI='cid:2'/></MetadataBinding>",
            1,
        ),
        "",
        "binds 2 labels of originators",
    ),
    "words alone": (json.dumps(stix_marking.statement("SECRET", "2026-01-01T00:00:00Z")), "", "is a marking in words"),
    "no JSON": ("{", "", "is no JSON"),
    "a list of JSON": ("[1]", "column 1", "begins with no level"),
    "a marking with a slip": ('{"policy": "FRA"}', "", "is missing"),
    "a marking that breaks its policy": (
        '{"policy": "FRA", "classification": "TOP", "originators": ["FRA"]}',
        "",
        "'TOP' is no level",
    ),
}


@pytest.mark.parametrize(("text", "where", "says"), BROKEN.values(), ids=BROKEN)
def test_what_a_file_gets_wrong_is_told_with_its_place(
    text: str, where: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "label"
    file.write_text(text, "utf-8")
    error = told(capsys, "read", str(file), "--originator", "EST", code=2)["error"]
    assert isinstance(error, dict)
    assert says in error["message"]
    assert error["where"] == (f"{file}: {where}" if where else str(file))
    assert error["next_step"]


def test_a_line_is_written_in_xml_with_the_day_of_its_review(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = "NATO SECRET Releasable to CHE"
    assert main(["label", "read", line, "--xml", *DAY]) == 1
    assert "--review: a label says when it is looked at again" in capsys.readouterr().err
    assert main(["label", "read", line, "--xml", "--review", "2030-01-01", *DAY]) == 0
    file = tmp_path / "label.xml"
    file.write_text(capsys.readouterr().out, encoding="utf-8")
    answers = []
    for given in (line, str(file)):
        assert main(["label", "read", given, "--json", *DAY]) == 0
        answers.append(json.loads(capsys.readouterr().out))
    plain, written = answers
    assert written["may_read"] == plain["may_read"]
    assert written["marking"] == plain["marking"] | {"created": DAY[1], "review": "2030-01-01"}


def test_a_conversion_is_written_in_xml_and_says_what_it_lost(capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "label",
        "convert",
        "SECRET//ORCON/REL TO USA, GBR",
        "--to",
        "NATO",
        "--xml",
        "--review",
        "2030-01-01",
        *DAY,
    ]
    assert main(words) == 0
    told = capsys.readouterr()
    assert "alternativeConfidentialityLabel" in told.out
    assert told.err == "comity: not said by it: handling: ORCON\n"


def test_a_label_is_written_in_xml(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = tmp_path / "first.xml"
    first.write_text(LABEL, "utf-8")
    assert main(["label", "read", str(first), "--xml", *DAY]) == 0
    again = tmp_path / "again.xml"
    again.write_text(capsys.readouterr().out, "utf-8")
    assert told(capsys, "read", str(again))["marking"] == told(capsys, "read", str(first))["marking"]


def test_a_policy_of_ones_own_is_read_and_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "labels.md").read_text("utf-8")
    file = tmp_path / "watch.yaml"
    file.write_text(page.split("```yaml\n")[1].split("```")[0], "utf-8")
    own = ["--policies", str(file)]
    said = told(capsys, "read", "CLOSED for FIN, PARTNERS KEPT", *own)
    assert said["may_read"] == ["DNK", "EST", "FIN", "ISL", "NOR", "SWE"]
    assert told(capsys, "read", "FERMÉ", *own)["line"] == "CLOSED"
    assert main(["label", "read", "CLOSED", *own, "--on", "2023-01-01"]) == 2
    assert "is not in force on 2023-01-01" in capsys.readouterr().err
    assert main(["label", "read", "CLOSED", "--policies", str(tmp_path / "none.yaml"), *DAY]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_the_exit_tells_whether_a_banner_lets_too_many_read(capsys: pytest.CaptureFixture[str]) -> None:
    parts = ["(S//REL TO USA, GBR)", "(U)"]
    assert told(capsys, "check", "--banner", "SECRET//REL TO USA, GBR", *parts) == {
        "breaches": [],
        "banner_of_the_portions": "SECRET//REL TO USA, GBR",
    }
    said = told(capsys, "check", "--banner", "SECRET//REL TO USA, AUS, GBR", *parts, code=1)
    assert said["breaches"] == [{"rule": "release", "grave": True, "says": "AUS may not have every part"}]
    assert told(capsys, "check", "--banner", "NATO SECRET", "(NR)", "(NU)")["breaches"] == [
        {"rule": "level-above", "grave": False, "says": "no part is above RESTRICTED; say why the whole is SECRET"}
    ]


def test_a_conversion_cites_its_row(capsys: pytest.CaptureFixture[str]) -> None:
    said = told(capsys, "convert", "GEHEIM", "--to", "NATO")
    assert (said["level"], said["losses"]) == ("SECRET", [])
    assert "C-M(2002)49" in str(said["by"])
    assert main(["label", "convert", "TLP:RED", "--originator", "EST", "--to", "NATO", *DAY]) == 1
    assert "has no equivalent" in capsys.readouterr().err


def test_owners_and_sources_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "read", "//JOINT SECRET DEU USA")["originators"] == ["DEU", "USA", "jointly"]
    assert told(capsys, "read", "SECRET//FGI//NOFORN")["source"] == "one is concealed"
    assert told(capsys, "read", "UNCLASSIFIED")["may_read"] == "everybody, once somebody says so"
    assert told(capsys, "read", "UNCLASSIFIED//FOUO")["may_read"] == ["USA"]


def test_a_word_of_a_policy_of_ones_own_is_bound(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    level = {"id": "WATCHED", "unmarked": "bound", "words": "WATCHED"}
    own = {"id": "WATCH", "name": "the watch", "owner": "EST", "source": "orders", "grade": "A", "levels": [level]}
    (tmp_path / "watch.yaml").write_text(json.dumps(own))
    more = ("--policies", str(tmp_path / "watch.yaml"), "--policy", "WATCH")
    assert told(capsys, "read", "WATCHED", *more, "--bind", "WATCH:WATCHED=FIN")["may_read"] == ["EST", "FIN"]
    assert main(["label", "read", "WATCHED", *more, "--bind", "WATCH:WATCHT=FIN", *DAY]) == 2
    assert "allowed: WATCH:WATCHED" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["read", "NATO SECRET", "--policy", "OTAN"], "'OTAN' is no policy here"),
        (["read", "TLP:RED"], "does not say whose it is"),
        (["read", "tlp:amber"], "write TLP:AMBER"),
        (["read", "TLP:PURPLE"], "begins with no level that is known"),
        (["read", "(S//NF)"], "read with --portion"),
        (["read", "own/label.xml"], "own/label.xml is no file"),
        (["read", "TLP:RED", "--policy", "TLP"], "does not say whose it is"),
        (["read", "NATO SECRET", "--bind", "KFOR"], "binds nothing"),
        (["read", "NATO SECRET", "--bind", "TLP:GREEN=EST", "--bind", "TLP:GREEN=FIN"], "TLP:GREEN is bound twice"),
        (["read", "NATO SECRET", "--bind", "FOO=EST"], "'FOO' is no word that waits for a party set"),
        (["read", "TLP:AMBER", "--originator", "EST", "--bind", "TLP:AMBR=FIN"], "allowed: TLP:GREEN, TLP:AMBER"),
        (["read", "TLP:RED", "--originator", "EST", "--bind", "TLP:RED=FIN"], "'TLP:RED' is no word that waits"),
        (["read", "NATO SECRET", "--bind", "NATO:Context:NATO=EST"], "allowed: NATO:Context:EAPC, "),
        (["read", "NATO SECRET", "--on", "soon"], "is no date"),
        (["join", "NATO SECRET", "GEHEIM"], "have no common level"),
    ],
)
def test_what_cannot_be_answered_says_why(words: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["label", *words, *([] if "--on" in words else DAY)]) in {1, 2}
    assert says in capsys.readouterr().err


def test_a_file_that_holds_no_line_is_not_told_again_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "long.txt").write_text("A" * 100_000)
    assert main(["label", "read", str(tmp_path / "long.txt"), *DAY]) == 2
    assert len(capsys.readouterr().err) < 1000


def test_an_originator_whom_nobody_knows_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["label", "read", "TLP:RED", "--originator", "ZZZ", *DAY]) == 2
    assert "--originator: 'ZZZ' is no party" in capsys.readouterr().err
    assert main(["label", "read", "TLP:GREEN", "--originator", "EST", "--bind", "TLP:GREEN=FIN,ZZZ", *DAY]) == 2
    assert "ZZZ is no party" in capsys.readouterr().err


def _succeeded(tmp_path: Path, on: str) -> str:
    then = {"policy": "USA", "classification": "UNCLASSIFIED", "originators": ["USA"]}
    given = {**then, "classification": "SECRET", "succession": {"on": on, "marking": then}}
    (tmp_path / "label.json").write_text(json.dumps(given))
    return str(tmp_path / "label.json")


def test_a_label_that_was_succeeded_says_so_and_reads_as_its_successor(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    said = told(capsys, "read", _succeeded(tmp_path, "2026-01-01"))
    assert (said["succeeded"], said["level"]) == ("since 2026-01-01; in effect now: UNCLASSIFIED", "SECRET")
    assert said["may_read"] == "everybody, once somebody says so"
    said = told(capsys, "read", _succeeded(tmp_path, "2027-01-01"))
    assert (said["will_be_succeeded"], said["may_read"]) == ("from 2027-01-01 on by UNCLASSIFIED", ["USA"])
    assert told(capsys, "convert", _succeeded(tmp_path, "2027-01-01"), "--to", "NATO")["level"] == "SECRET"
    assert main(["label", "convert", _succeeded(tmp_path, "2026-01-01"), "--to", "NATO", *DAY]) == 1
    assert "UNCLASSIFIED of the marking system" in capsys.readouterr().err


def test_a_level_that_is_given_no_more_says_what_it_is_handled_as(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    given = {"policy": "FRA", "classification": "CONFIDENTIEL DÉFENSE", "originators": ["FRA"], "created": "2019-01-01"}
    (tmp_path / "label.json").write_text(json.dumps(given))
    said = told(capsys, "read", str(tmp_path / "label.json"))
    assert str(said["level_given"]).endswith("to 2021-07-01; what bears it keeps it")
    assert said["handled_as"] == ["EU CONFIDENTIEL UE/EU CONFIDENTIAL", "NATO CONFIDENTIAL"]
