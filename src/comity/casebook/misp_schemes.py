"""The tags of MISP that are markings, and what each stands for: `misp_schemes.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from comity.errors import Malformed
from comity.formats import yaml12
from comity.formats.misp_sharing import Scheme

_FILE = "misp_schemes.yaml"


@cache
def misp_schemes() -> Mapping[str, Mapping[str, Scheme]]:
    """For each scheme, in lower case, its tags without quotation marks and the marking of each; None marks nothing."""
    found = yaml12.load((files("comity.casebook") / _FILE).read_text(encoding="utf-8"), _FILE)
    if not isinstance(found, Mapping):
        raise Malformed("is no mapping", where=_FILE)
    return {str(scheme): _words(scheme, words) for scheme, words in found.items()}


def _words(scheme: object, words: object) -> dict[str, Scheme]:
    if not isinstance(words, Mapping):
        raise Malformed("has no words", where=_FILE, field=str(scheme))
    made: dict[str, Scheme] = {}
    for tag, marking in words.items():
        if not isinstance(marking, str | Mapping | None):
            raise Malformed("is no marking", where=_FILE, field=str(tag))
        made[str(tag)] = _plain(marking) if isinstance(marking, Mapping) else marking
    return made


def _plain(value: Mapping[str, object]) -> dict[str, object]:
    """A mapping with lists and mappings of its own, as markings are written."""
    return {str(key): _item(item) for key, item in value.items()}


def _item(value: object) -> object:
    if isinstance(value, Mapping):
        return _plain(value)
    return list(value) if isinstance(value, list | tuple) else value
