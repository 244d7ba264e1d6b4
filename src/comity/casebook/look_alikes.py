"""Letters that look like those of ASCII: `look_alikes.yaml`, with its source and licence."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from comity.formats import yaml12
from comity.values.fields import Fields
from comity.values.names import Names

_FILE = "look_alikes.yaml"


@cache
def look_alikes() -> Mapping[str, str]:
    """For each letter that looks like some of ASCII: these, in small letters."""
    fields = Fields(yaml12.load((files("comity.casebook") / _FILE).read_text(encoding="utf-8"), _FILE), _FILE, Names())
    for name in ("source", "date", "licence", "grade"):
        fields.take(name)
    letters = fields.take("letters")
    fields.done()
    meant = letters if isinstance(letters, Mapping) else {}
    return {chr(int(point, 16)): str(meaning) for meaning, points in meant.items() for point in str(points).split()}
