"""What mentions something more restricted stands as close as that, wherever in an object the mention is."""

from __future__ import annotations

from time import process_time

import pytest

from comity.flow.intelligence_import import How, plan
from comity.formats.sco_ids import sco_id
from comity.instruments.intelligence.mentions import ids_in
from tests.instruments.intelligence.shelves import (
    DAY,
    Stix,
    book,
    brought_in,
    bundle,
    held_back,
    name,
    seen,
    statement,
    thing,
)

SECRET = thing("malware", "Glass Pike", is_family=False)
UUID = str(SECRET["id"]).partition("--")[2]

MENTIONS: dict[str, object] = {
    "x_about_ref": "Glass Pike",
    "x_about_refs": ["see Glass Pike"],
    "x_whole_ref": {"id": SECRET["id"]},
    "x_text_ref": {"says": "of Glass Pike"},
    "x_version_refs": [f"{SECRET['id']}/2"],
    "x_lists_refs": [[SECRET["id"]]],
    "description": f"event {UUID}",
    "x_capitals": UUID.upper(),
    "external_references": [{"source_name": "events", "url": f"https://events.example/view/{UUID}"}],
}


@pytest.mark.parametrize("earlier", [False, True], ids=["in one file", "here already"])
@pytest.mark.parametrize("field", MENTIONS)
def test_a_mention_is_found_under_whatever_key_it_stands(field: str, earlier: bool) -> None:
    made = book()
    tells = thing("campaign", "Openly told", **{field: MENTIONS[field]})
    if earlier:
        brought_in(made, SECRET, to=["EST"])
        brought_in(made, tells, to=["EST", "FIN"])
    else:
        brought_in(made, SECRET, tells, to=["EST", "FIN"], rules=[held_back(SECRET, to=["EST"])])
    assert field not in seen(made, "FIN").get(str(tells["id"])).properties
    assert seen(made, "EST").get(str(tells["id"])).properties[field] == MENTIONS[field]


REFERENCES: dict[str, object] = {
    "x_one_ref": [SECRET["id"]],
    "x_many_refs": SECRET["id"],
    "x_deep_ref": {"of": {"what_ref": SECRET["id"]}},
    "x_item_refs": [{"what_ref": SECRET["id"]}],
}


@pytest.mark.parametrize("field", REFERENCES)
def test_a_reference_to_what_is_withheld_goes_whatever_shape_its_key_has(field: str) -> None:
    made = book()
    tells = thing("campaign", "Openly told", **{field: REFERENCES[field]})
    brought_in(made, SECRET, tells, to=["EST", "FIN"], rules=[held_back(SECRET, to=["EST"])])
    shelf = seen(made, "FIN")
    assert UUID not in str(shelf.get(str(tells["id"])).properties) + str(shelf.export(str(tells["id"])))
    assert seen(made, "EST").get(str(tells["id"])).properties[field] == REFERENCES[field]


def observable(kind: str, **says: object) -> Stix:
    made: Stix = {"type": kind, "spec_version": "2.1", **says}
    return {**made, "id": sco_id(made, "")}


ADDRESS, SENDER = observable("ipv4-addr", value="203.0.113.9"), observable("email-addr", value="a@b.example")
FOLDER = observable("directory", path="/srv/pike")
MADE_OF = {
    "a connection from it": (
        ADDRESS,
        observable("network-traffic", src_ref=ADDRESS["id"], protocols=["tcp"]),
    ),
    "a message from it": (
        SENDER,
        observable("email-message", is_multipart=False, from_ref=SENDER["id"], subject="x"),
    ),
    "a file in it": (FOLDER, observable("file", name="a.bin", parent_directory_ref=FOLDER["id"])),
    "a file that has it inside": (
        ADDRESS,
        observable("file", name="a.zip", extensions={"archive-ext": {"contains_refs": [ADDRESS["id"]]}}),
    ),
}


@pytest.mark.parametrize("earlier", [False, True], ids=["in one file", "here already"])
@pytest.mark.parametrize("case", MADE_OF.values(), ids=MADE_OF)
def test_an_id_that_is_made_of_something_withheld_is_withheld_with_it(case: tuple[Stix, Stix], earlier: bool) -> None:
    secret, one = case
    tells = thing("note", "n", content=f"It is {one['id']}.", object_refs=[name("tool", "x"), one["id"]])
    made = book()
    rules = [held_back(secret, to=["EST"])]
    if earlier:
        brought_in(made, secret, to=["EST", "FIN"], rules=rules)
        brought_in(made, thing("tool", "x"), one, tells, to=["EST", "FIN"])
    else:
        brought_in(made, thing("tool", "x"), one, secret, tells, to=["EST", "FIN"], rules=rules)
    assert str(one["id"]) not in seen(made, "FIN")
    assert str(one["id"]) in seen(made, "EST")
    assert str(tells["id"]) not in seen(made, "FIN"), "a note needs its content, which names it"


def test_an_observable_of_a_type_of_ones_own_is_not_divided_either() -> None:
    card: Stix = {
        "type": "payment-card", "spec_version": "2.1", "id": name("payment-card", "4000", 5),
        "card_number": "4000", "holder_name": "n", "granular_markings": [
            {"marking_ref": "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1", "selectors": ["card_number"]}
        ],
    }  # fmt: skip
    made = book()
    brought_in(made, card, to=["EST", "FIN"], tlp={"RED": ["EST"]})
    assert str(card["id"]) not in seen(made, "FIN")


def test_ids_are_found_with_their_type_and_uuids_without() -> None:
    text = f"{SECRET['id']}, a--{UUID}: {UUID.upper()} (MALWARE--{UUID.upper()}) x{UUID}-tail 7-8888-999999999999"
    assert list(ids_in(text)) == [SECRET["id"], f"a--{UUID}", UUID, UUID, UUID]


SLOW = {
    "one word many times": "a " * 50_000,
    "constants that nobody ends": "'\\" * 50_000,
    "a constant that begins, and ends nowhere": "'" + "\\'" * 50_000 + "\\",
    "ids in one": f"--{UUID}" * 2500,
    "words that grow": " ".join("1 " * many + "x" for many in range(9, 400)),
}


@pytest.mark.parametrize("text", SLOW.values(), ids=SLOW)
def test_what_is_written_to_be_slow_to_read_is_read_at_once(text: str) -> None:
    made = book()
    pattern = {"pattern": f"[url:value = '{text}']", "pattern_type": "stix", "valid_from": DAY}
    hidden = [thing("tool", text), thing("tool", "A", aliases=text.split("x")), thing("indicator", "B", **pattern)]
    told = thing("campaign", "Openly told", description=text)
    started = process_time()
    brought_in(made, *hidden, told, to=["EST", "FIN"], rules=[held_back(*hidden)])
    brought_in(made, thing("campaign", "Told again", description=text), to=["EST", "FIN"])
    assert process_time() - started < 5


def test_a_marking_that_was_used_more_widely_before_is_no_stricter_wish() -> None:
    made, words = book(), statement("Handle with care")
    marked = [thing("tool", word, object_marking_refs=[words["id"]]) for word in ("a", "b")]
    brought_in(made, words, marked[0], to=["EST", "FIN"])
    planned = plan(made, bundle(words, marked[1]), How("USA", "other", ("EST",)))
    assert [one.fate for one in planned.rows] == ["known", "new"]
    assert planned.stricter == ()
    again = plan(made, bundle(words, marked[0]), How("USA", "other", ("EST",)))
    assert [one.id for one in again.stricter] == [marked[0]["id"]]
