"""A variant that one node serves over TAXII and another pulls: its label goes with it, and so does its recall."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path

import httpx
import pytest

from comity.casebook.book import Casebook
from comity.cli import main
from comity.flow.books import open as open_book
from comity.flow.taking_back import take_back
from comity.flow.taxii_filing import filed
from comity.flow.variant import Variant, Words, begun
from comity.flow.variant_draft import drafted, kept
from comity.flow.variant_release import release
from comity.formats.taxii import MEDIA
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book
from tests.cli.test_taxii import Captured, exchanged
from tests.flow.test_variant_release import GROUP, NOTE, REPORT, SECRET, agreed, shared
from tests.serve.exchanging import AT, NAME, opened
from tests.serve.staff import PASSWORD, appoint, office
from tests.serve.taxii_nodes import Node, serving


def released(book: Book[Casebook], title: str, to: Sequence[str] = ("EST", "FIN")) -> Variant:
    """Poland releases what it made of Japan's report, and puts it into the collection."""
    line = begun(book.clock(), lambda size: bytes([len(title)] * size))
    one = drafted(book, "POL", [REPORT], to, Words(title, "A group takes an interest in ports."), line=line)
    agreed(book, one)
    release(book, kept(book, "POL", one.id))
    assert set(filed(book, "POL", NAME, [one.id])) <= set(ids(one))
    return one


@pytest.fixture
def node() -> Iterator[Node]:
    """A node of Poland's, which has a report of Japan's; Estonia has an account there."""
    book = open_book(None)
    for party in ("POL", "JPN"):
        book.introduce(party)
    opened(book)
    shared(book, "JPN", SECRET, "harbour", ["POL"])
    desk = office(book=book)
    appoint(desk, "mari", "EST")
    with serving(desk) as made:
        yield made


def seen(party: str) -> list[str]:
    book = open_book("b.comity")
    try:
        return sorted(Shelf.of(book.view(party)).ids())
    finally:
        book.close()


def ids(one: Variant) -> list[str]:
    return sorted(str(each["id"]) for each in one.objects)


def test_the_label_goes_with_it_to_whoever_pulls_it(here: Path, node: Node, capsys: Captured) -> None:
    one = released(node.desk.book, "Ports")
    assert exchanged("pull", node) == 0, capsys.readouterr().err
    assert seen("EST") == seen("FIN") == ids(one), "whom the release names reads it there"
    assert seen("POL") == ids(one), "and so does whoever released it"
    assert seen("KOR") == seen("JPN") == []
    book = open_book("b.comity")
    found = Shelf.of(book.view("EST")).get(one.id)
    assert {(atom.owner, atom.readers) for atom in found.label} == {("POL", ("EST", "FIN"))}
    assert Shelf.of(book.view("EST")).export(one.id)["object_marking_refs"] == one.objects[-1]["object_marking_refs"]
    book.close()


def test_the_puller_passes_it_on_with_the_releasing_partys_consent_alone(
    here: Path, node: Node, capsys: Captured
) -> None:
    one = released(node.desk.book, "Ports")
    assert exchanged("pull", node) == 0
    capsys.readouterr()
    words = ["intel", "release", one.id, "--book", "b.comity", "--as", "EST", "--json"]
    assert main([*words, "--to", "KOR"]) == 1
    missing = json.loads(capsys.readouterr().out)["missing"]
    assert {(need["owner"], need["to"]) for need in missing if need["owner"] != "EST"} == {("POL", "KOR")}
    Path("words.txt").write_text("They look at ships.")
    more = ["--title", "In short", "--tearline", "words.txt", "--sign"]
    assert main([*words, "--to", "KOR", *more]) == 1
    assert "consent is missing: POL for KOR" in capsys.readouterr().out
    assert seen("KOR") == []
    assert main([*words, "--to", "FIN"]) == 0, "whom it went to reads it already"


def test_a_pull_under_a_wider_word_opens_nothing_that_is_marked(here: Path, node: Node) -> None:
    one = released(node.desk.book, "Ports")
    assert exchanged("pull", node, "--to", "EST,FIN,KOR") == 0
    assert one.id in seen("FIN")
    assert one.id not in seen("KOR")


def test_of_two_variants_for_one_audience_one_is_taken_back_and_the_other_stays_whole(
    here: Path, node: Node, capsys: Captured
) -> None:
    one, two = released(node.desk.book, "Ports"), released(node.desk.book, "More on ports")
    assert exchanged("pull", node) == 0
    assert seen("FIN") == sorted({*ids(one), *ids(two)})
    take_back(node.desk.book, "POL", one.id)
    assert exchanged("pull", node) == 0, capsys.readouterr().err
    assert seen("EST") == seen("FIN") == ids(two)
    take_back(node.desk.book, "JPN", REPORT)
    assert exchanged("pull", node) == 0
    assert seen("EST") == seen("FIN") == [], "the definitions go with the last that bears them"


def test_what_is_served_is_valid_and_holds_nothing_of_the_source(here: Path, node: Node) -> None:
    one = released(node.desk.book, "Ports")
    answer = httpx.get(f"{node.url}{AT}/objects/", auth=("EST/mari", PASSWORD), headers={"accept": MEDIA})
    objects = answer.json()["objects"]
    assert sorted(each["id"] for each in objects) == ids(one)
    assert not any(word in answer.text for word in ("JPN", GROUP, REPORT, "Heron"))
    validator = import_module("stix2validator")
    bundle = {"type": "bundle", "id": "bundle--00000000-0000-4000-8000-000000000000", "objects": objects}
    options = validator.ValidationOptions(version="2.1")
    assert validator.validate_string(json.dumps(bundle), options).is_valid


def test_what_is_pushed_stands_there_under_the_same_label(here: Path, node: Node, capsys: Captured) -> None:
    book = open_book("b.comity")
    shared(book, "EST", [NOTE], "notes", ["EST"])
    line = begun(book.clock(), lambda size: bytes([3] * size))
    one = drafted(book, "EST", [str(NOTE["id"])], ["POL"], Words("Yards", "Much is being built."), line=line)
    release(book, one)
    book.close()
    said = ["--book", "b.comity", "--as", "EST"]
    assert main(["taxii", "collection", "ours", *said, "--title", "Ours", "--readers", "EST"]) == 0
    assert main(["taxii", "file", one.id, "--into", "ours", *said]) == 0
    assert f"filed in ours: {one.id}" in capsys.readouterr().out
    assert main(["taxii", "file", one.id, "--into", "ours", *said]) == 0
    assert capsys.readouterr().out == "all of it is in ours already\n"
    assert exchanged("push", node, "--from", "ours", "--to", "POL") == 0, capsys.readouterr().err
    there = node.desk.book
    assert {*ids(one)} <= {*Shelf.of(there.view("POL")).ids()}
    assert {(atom.owner, atom.readers) for atom in Shelf.of(there.view("POL")).get(one.id).label} == {("EST", ("POL",))}
    assert not {*ids(one)} & {*Shelf.of(there.view("KOR")).ids()}


def test_what_is_not_seen_or_no_collection_is_filed_nowhere(here: Path, capsys: Captured) -> None:
    said = ["--book", "b.comity", "--as", "EST"]
    book = open_book("b.comity")
    shared(book, "EST", [NOTE], "notes", ["EST"])
    size = book.store.head().size
    book.close()
    assert main(["taxii", "file", str(NOTE["id"]), "--into", "baltic", *said]) == 1
    assert "no collection baltic is available" in capsys.readouterr().err
    assert main(["taxii", "collection", "baltic", *said, "--title", "Ours"]) == 0
    assert main(["taxii", "file", str(NOTE["id"]), REPORT, "--into", "baltic", *said]) == 1
    assert f"no object {REPORT} is available" in capsys.readouterr().err
    book = open_book("b.comity")
    assert book.store.head().size == size + 1, "all or nothing"
    book.close()
