"""Bundles that are broken in every way that a seed comes to, read one after the other: each is told, none ends in a traceback.

python -m tests.formats.malformed_bundles [COUNT] [SEED]
"""  # noqa: E501

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

from comity.errors import Malformed
from comity.flow.intelligence_import import How, plan
from tests.instruments.intelligence.shelves import APT, Stix, book, bundle, relationship, report, statement, thing

COUNT = 10_000
Broken = Callable[[bytes, Random], bytes]


def _cut(data: bytes, rng: Random) -> bytes:
    return data[: rng.randrange(len(data))]


def _changed(data: bytes, rng: Random) -> bytes:
    found = bytearray(data)
    for _ in range(rng.randrange(1, 6)):
        found[rng.randrange(len(found))] = rng.randrange(256)
    return bytes(found)


def _turned(data: bytes, rng: Random) -> bytes:
    bits = bytearray(data)
    place = rng.randrange(len(bits))
    bits[place] ^= 1 << rng.randrange(8)
    return bytes(bits)


def _spliced(data: bytes, rng: Random) -> bytes:
    start, end = sorted(rng.sample(range(len(data)), 2))
    return data[:start] + data[rng.randrange(len(data)) :] + data[end:]


def _put_in(data: bytes, rng: Random) -> bytes:
    pieces = (
        b"NaN", b"1e999", b"-Infinity", b"\\ud800", b'"\\ud800"', b"\xff", b"\x00", b"{", b"[", b"]" * 5, b'"',
        b"9" * 5000, b"[" * 3000, b'{"a":' * 3000, b"null", b"true", b"{}", b"[]", b'"\xed\xa0\x80"', b"\xef\xbb\xbf",
    )  # fmt: skip
    place = rng.randrange(len(data))
    return data[:place] + rng.choice(pieces) + data[place:]


def _recoded(data: bytes, rng: Random) -> bytes:
    return data.decode().encode(rng.choice(("utf-16", "utf-16-le", "utf-32", "utf-16-be", "cp500")))


_STRANGE: tuple[object, ...] = (
    None, True, -1, 1.5, 10**30, "", "x", "\U0010ffff", [], {}, [[]], [None], {"": {}}, [{"a": [{}]}],
    "identity--00000000-0000-4000-8000-000000000000", "2024-02-30T00:00:00Z", "2024-05-01T00:00:00+01:00", [1, 2],
)  # fmt: skip


def _replaced(data: bytes, rng: Random) -> bytes:
    """A value somewhere in it is another."""
    found = json.loads(data)
    holder, key = rng.choice(_places(found))
    holder[key] = rng.choice(_STRANGE)
    return json.dumps(found, ensure_ascii=rng.random() < 0.5).encode()


def _left_out(data: bytes, rng: Random) -> bytes:
    found = json.loads(data)
    holder, key = rng.choice(_places(found))
    del holder[key]
    return json.dumps(found).encode()


def _twice(data: bytes, rng: Random) -> bytes:
    """A key stands twice."""
    key = rng.choice((b'"id": ', b'"type": ', b'"objects": ', b'"name": '))
    return data.replace(key, key + b'"x", ' + key, 1)


def _deep(data: bytes, rng: Random) -> bytes:
    depth = rng.choice((60, 500, 5000, 200_000))
    return data.replace(b'"name": ', b'"x_deep": ' + b"[" * depth + b"]" * depth + b', "name": ', 1)


def _places(value: object) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    if isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            found += [(value, key), *_places(value[key])]
    return found


WAYS: tuple[Broken, ...] = (
    _cut, _changed, _turned, _spliced, _put_in, _recoded, _replaced, _replaced, _replaced, _left_out, _left_out, _twice,
    _deep,
)  # fmt: skip


def sound() -> bytes:
    """A bundle with something of everything."""
    words = statement("for exercises only")
    tool = thing("tool", "Lantern", description="Tööl", external_references=[{"source_name": "x", "external_id": "T1"}])
    marked = {**APT, "granular_markings": [{"marking_ref": words["id"], "selectors": ["description"]}]}
    indicator = thing("indicator", "One", pattern="[ipv4-addr:value = '203.0.113.9']", pattern_type="stix",
                      valid_from="2024-05-01T00:00:00Z", confidence=70, x_fraction=1.50)  # fmt: skip
    address: Stix = {
        "type": "ipv4-addr",
        "id": "ipv4-addr--ff26c055-6336-5bc5-b98d-13d6226742dd",
        "value": "198.51.100.3",
    }
    return bundle(words, tool, marked, relationship(marked, tool), report(tool, marked), indicator, address)


def broken(rng: Random, data: bytes) -> bytes:
    """A bundle that was broken in one way or two."""
    for _ in range(rng.choice((1, 1, 2))):
        try:
            data = rng.choice(WAYS)(data, rng)
        except (ValueError, IndexError, RecursionError):
            continue  # it was broken so much that it cannot be broken in this way too
    return data


def try_one(data: bytes) -> str:
    """What became of a bundle: refused as a whole, told row by row, or sound all the same.

    Raises:
        AssertionError: an error says not what is wrong, where, and what to do.
    """
    try:
        planned = plan(_BOOK, data, How("USA", "fuzz"), "bundle.json")
    except Malformed as error:
        return _refused(error)
    for bad in planned.bad:
        assert bad.says
        assert bad.remedy
        assert 0 <= bad.row < planned.total
        assert len(str(bad)) < 2000
    assert len([*planned.rows]) + len({bad.row for bad in planned.bad}) <= planned.total
    if not planned.bad:
        planned.commit()
    return "told" if planned.bad else "sound"


def _refused(error: Malformed) -> str:
    assert error.where == "bundle.json"
    assert error.message
    assert error.next_step
    assert len(str(error)) < 2000
    return "refused"


_BOOK = book()
_BOOK.introduce("USA")


def campaign(count: int, seed: int) -> Counter[str]:
    """So many broken bundles, and what became of them."""
    rng, data, came = Random(seed), sound(), Counter[str]()
    for _ in range(count):
        came[try_one(broken(rng, data))] += 1
    return came


def main(count: int = COUNT, seed: int = 1) -> int:
    """Try so many bundles, and say what became of them."""
    came = campaign(count, seed)
    print(f"{count} bundles of seed {seed}: " + ", ".join(f"{many} {what}" for what, many in came.most_common()))
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
