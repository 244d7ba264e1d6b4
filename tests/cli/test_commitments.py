"""`comity commitments` as its user, and a program, meet it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from comity.cli import main

FALKLANDS = ["--kind", "armed-attack", "--victim", "GBR", "--attacker", "ARG", "--on", "1982-04-02"]
ISLANDS = ["--place=-51.7,-57.85", "--target", "territory"]
KEYS = {
    "agreement", "article", "bound", "toward", "duty", "strength", "says", "determined_by", "because", "unsettled",
    "source_grade", "source",
}  # fmt: skip


def told(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    """The JSON that a command prints."""
    assert main(["commitments", *words, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert isinstance(said, dict)
    return said


def test_json_has_the_documented_shape(capsys: pytest.CaptureFixture[str]) -> None:
    said = told(capsys, *FALKLANDS, *ISLANDS, "--as", "GBR,USA", "--why-not")
    assert list(said) == ["event", "on", "audience", "label", "commitments", "not_triggered"]
    assert (said["on"], said["audience"], said["label"]) == ("1982-04-02", ["GBR", "USA"], "PUBLIC")
    rows = said["commitments"]
    assert isinstance(rows, list)
    assert all(set(row) >= KEYS for row in rows)
    assert {row["bound"] for row in rows if row["agreement"] == "NAT-1949"} >= {"USA", "TUR"}
    reasons = said["not_triggered"]
    assert isinstance(reasons, list)
    assert any(
        item["agreement"] == "NAT-1949" and item["article"] == "5" and "outside" in item["reason"] for item in reasons
    )


def test_what_does_not_apply_is_told_only_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, *FALKLANDS, *ISLANDS)["not_triggered"] == []


def test_left_out_and_unknown_mean_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    short = told(capsys, *FALKLANDS)
    long = told(capsys, *FALKLANDS, "--place", "unknown", "--target", "unknown", "--attribute", "external=unknown")
    assert short == long


def test_a_file_says_what_the_options_say(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "event.yaml"
    path.write_text(
        "kind: armed-attack\nvictim: GBR\nattacker: ARG\non: 1982-04-02\nplace: [-51.7, -57.85]\ntarget: territory\n",
        "utf-8",
    )
    assert told(capsys, "--event", str(path)) == told(capsys, *FALKLANDS, *ISLANDS)


def test_several_authors_are_several_claims(capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--place", "39,-70", "--target", "vessel", "--on", "2024-05-01"]
    words = ["--kind", "armed-attack", "--victim", "USA", *where, "--attacker", "PRK", "--attacker", "non-state"]
    assert main(["commitments", *words]) == 0
    printed = capsys.readouterr().out
    assert "by PRK or non-state (disputed)" in printed
    assert "    if the claim that PRK did it is taken: assist" in printed


def test_an_event_file_stands_alone(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "event.yaml"
    path.write_text("kind: armed-attack\nvictim: EST\n", "utf-8")
    assert main(["commitments", "--event", str(path), "--victim", "FIN"]) == 2
    assert "--victim: stands beside --event" in capsys.readouterr().err


SHAPELESS = {
    "a list": ("- kind: threat\n", ":1: [{'kind': 'threat'}] is no event; write fields"),
    "a list under its heading": ("event: [1]\n", ":1: [1] is no event; write fields"),
    "a list of circumstances": ("kind: threat\nattributes: [1]\n", ":2: attributes: [1] are no circumstances; write"),
}


@pytest.mark.parametrize("case", SHAPELESS.values(), ids=SHAPELESS)
def test_an_event_file_without_fields_is_told_with_its_line(
    case: tuple[str, str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text, told = case
    path = tmp_path / "event.yaml"
    path.write_text(text, "utf-8")
    assert main(["commitments", "--event", str(path)]) == 2
    assert told in capsys.readouterr().err


BAD = {
    "an unknown kind": (["--kind", "war"], "kind", "armed-attack"),
    "an unknown target": (["--kind", "threat", "--target", "bridge"], "target", "infrastructure"),
    "an unknown party": (["--victim", "ESTONIA"], "victim", "alpha-3"),
    "an unknown attacker": (["--attacker", "XXX"], "attacker", "alpha-3"),
    "no such day": (["--on", "1982-02-30"], "on", "2004-03-29"),
    "a place off the globe": (["--place=91,0"], "place", "latitude comes first"),
    "half a place": (["--place=91"], "place", "latitude,longitude"),
    "half an attribute": (["--attribute", "external"], "--attribute", "external=true"),
    "a circumstance misspelt": (["--attribute", "requsted=true"], "requsted", "did you mean requested"),
    "a circumstance that is neither true nor false": (["--attribute", "external=yes"], "external", "external=true"),
    "an attribute twice": (["--attribute=external=true", "--attribute=external=false"], "--attribute", "give it once"),
    "no such instant": (["--known", "yesterday"], "--known", "2004-03-29"),
    "an audience that is nobody": (["--as", "XXX"], "--as", "alpha-3"),
}


@pytest.mark.parametrize("case", BAD.values(), ids=BAD)
def test_bad_input_names_the_field_and_the_next_step(
    case: tuple[list[str], str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    words, field, remedy = case
    assert main(["commitments", *words]) == 2
    printed = capsys.readouterr()
    assert field in printed.err
    assert remedy in printed.err
    assert printed.out == ""


def test_what_stands_beside_an_event_is_refused_unless_it_is_the_rest_of_an_answer(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "event.yaml"
    path.write_text("event: {kind: threat}\nvictim: EST\n", "utf-8")
    assert main(["commitments", "--event", str(path), "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["where"], error["field"]) == (f"{path}:2", "victim")
    answer = told(capsys, *FALKLANDS, *ISLANDS)
    path.write_text(json.dumps(answer), "utf-8")
    assert told(capsys, "--event", str(path)) == answer


def test_an_error_in_a_file_names_its_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "event.yaml"
    path.write_text("kind: armed-attack\nvictim: EST\n\ntarget: bridge\n", "utf-8")
    assert main(["commitments", "--event", str(path), "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["where"], error["field"]) == (f"{path}:4", "target")
