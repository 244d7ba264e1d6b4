"""Policies of marking from a security policy information file (XML SPIF), for labels to be read and shown by.

Rules:
1. What is read: the policy's name and id; classifications with their hierarchy and phrases; tag sets with their values,
   phrases, excluded classifications, prefixes, suffixes and separators. Equivalences are told to be there and left, for
   they have no dates.
2. A file does not say who may read. So a level is nobody's but its originator's; a value of a context is held by
   nobody until it is bound to parties; which tags name parties, and which of them releases, says whoever loads it.
3. A phrase that replaces the policy's name makes its tag the context. A value that is never shown, in the tag that
   releases, goes without saying; one in the context says that there is a release.
4. An element that is not known is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from comity.errors import Malformed
from comity.formats.xml_strict import Node
from comity.formats.xml_strict import read as read_xml
from comity.values.marking_policy import Kind, Level, Origin, Policy, Tag, Unmarked, Value, Words
from comity.values.party import ANYONE, Group, PartyCode, Recipient

SPACE = "http://www.xmlspif.org/spif"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_ONE_WORD = 3
_KINDS = {
    ("restrictive", ""): Kind.RESTRICTIVE,
    ("permissive", ""): Kind.PERMISSIVE,
    ("enumerated", "restrictive"): Kind.RESTRICTIVE,
    ("enumerated", "permissive"): Kind.PERMISSIVE,
    ("tagType7", ""): Kind.INFORMATIVE,
}
_LEFT = {
    "defaultSecurityPolicyIdData", "rbacId", "privilegeId", "equivalentPolicies", "equivalentClassification",
    "equivalentSecurityCategoryTag", "requiredCategory", "excludedCategory", "privacyMarks", "extensions",
}  # fmt: skip
"""Elements that are told in rule 1 and left: none of them says who may read."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """How a file is loaded: whose policy it is, which tags name parties, which of them releases, and who is a party."""

    owner: PartyCode | None
    party_tags: frozenset[str] = frozenset()
    releases: str | None = None
    parties: frozenset[str] | None = None
    origin: Origin = field(default_factory=lambda: Origin("a security policy information file", "B"))


def read(data: str | bytes, how: Loaded) -> Policy:
    """The policy of a file: rules 1 to 4.

    Raises:
        Malformed: it is no such file; `where` names line and column.
    """
    root = read_xml(data)
    if root.name != f"{{{SPACE}}}SPIF":
        raise Malformed(f"{root.name!r} is no policy file", where=root.where, next_step=f"write SPIF in {SPACE}")
    parts = {node.local: node for node in _known(root, "securityPolicyId", "securityClassifications", _SETS)}
    named = _part(root, parts, "securityPolicyId")
    name = _given(named, "name")
    classes = _known(_part(root, parts, "securityClassifications"), "securityClassification")
    ordered = sorted(classes, key=lambda node: int(_given(node, "hierarchy", digits=True)))
    levels = tuple(_level(node, rank, name, how) for rank, node in enumerate(ordered))
    sets = _known(parts[_SETS], "securityCategoryTagSet") if _SETS in parts else []
    tags = [tag for one in sets for tag in _tags(one, how)]
    phrases = _phrases([node for one in sets for node in _known(one, "securityCategoryTag")], how, name)
    return Policy(
        name,
        f"the policy {name}",
        how.owner,
        levels,
        {tag.id: tag for tag in tags},
        {},
        _tokens(tags),
        how.origin,
        f"urn:oid:{_given(named, 'id')}",
        {"en": (name,)},
        phrases,
        {value.id: value.words for tag in tags if tag.parties for value in tag.values.values() if value.words},
        how.parties,
    )


_SETS = "securityCategoryTagSets"


def _known(node: Node, *names: str) -> list[Node]:
    """The children that are read, when all are known: rule 4."""
    for child in node.children:
        if child.name != f"{{{SPACE}}}{child.local}" or child.local not in {*names, *_LEFT}:
            step = f"allowed here: {', '.join(names)}"
            raise Malformed(f"{child.local!r} does not stand here", where=child.where, next_step=step)
    return [child for child in node.children if child.local in names]


def _part(root: Node, parts: Mapping[str, Node], name: str) -> Node:
    if name not in parts:
        raise Malformed(f"lacks {name}", where=root.where, next_step=f"add {name}")
    return parts[name]


def _given(node: Node, name: str, *, digits: bool = False) -> str:
    value = node.attributes.get(name, "")
    if not value or (digits and not (value.isascii() and value.isdecimal())):
        step = f"give {name} a {'number' if digits else 'text'}"
        raise Malformed(f"{node.local} lacks {name}", where=node.where, next_step=step)
    return value


def _phrase(node: Node) -> Iterator[tuple[str, str, frozenset[str]]]:
    """The phrases of a classification or value: language (none for all), words, and codes."""
    for data in _known(node, "markingData", "excludedClass"):
        if data.local == "markingData":
            codes = frozenset(code.text.strip() for code in _known(data, "code"))
            yield data.attributes.get(_LANGUAGE, ""), data.attributes.get("phrase", ""), codes


def _level(node: Node, rank: int, policy: str, how: Loaded) -> Level:
    name, own = _given(node, "name"), policy
    spoken = {"en": name}
    for language, words, codes in _phrase(node):
        if "replacePolicy" in codes:
            own = words
        elif words:
            spoken[language or "en"] = words
    every = {language: (f"{own} {words}",) for language, words in spoken.items()}
    return Level(name, rank, Unmarked.ORIGINATOR, every, origin=how.origin)


def _tags(tag_set: Node, how: Loaded) -> Iterator[Tag]:
    for node in _known(tag_set, "securityCategoryTag"):
        name = _given(node, "name")
        kind = _KINDS.get((_given(node, "tagType"), node.attributes.get("enumType", "")))
        if kind is None:
            step = "write restrictive, permissive, enumerated with its enumType, or tagType7"
            raise Malformed(f"{name} has no type of tag", where=node.where, next_step=step)
        parts = _known(node, "tagCategory", "markingQualifier")
        values = [_value(one) for one in parts if one.local == "tagCategory"]
        texts = _qualifiers(one for one in parts if one.local == "markingQualifier")
        yield Tag(
            name,
            kind,
            {one.id: one for one in values},
            f"urn:oid:{_given(tag_set, 'id')}",
            name in how.party_tags,
            name == how.releases,
            prefix=texts.get("prefix", {}),
            suffix=texts.get("suffix", {}),
            separator=texts.get("separator", {}).get("en", " "),
        )


def _value(node: Node) -> Value:
    found = list(_phrase(node))
    words: Words = {language or "en": (text,) for language, text, _ in found if text}
    excluded = frozenset(
        one.text.strip() for one in _known(node, "markingData", "excludedClass") if one.local != "markingData"
    )
    nothing = bool(found) and not words
    return Value(_given(node, "name"), words, (ANYONE,) if nothing else None, excluded)


def _qualifiers(nodes: Iterable[Node]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for one in (one for node in nodes for one in _known(node, "qualifier")):
        language = one.attributes.get(_LANGUAGE, "en")
        found.setdefault(_given(one, "qualifierCode"), {})[language] = one.attributes.get("markingQualifier", "")
    return found


def _tokens(tags: Iterable[Tag]) -> dict[str, Recipient]:
    """The groups that tags of parties name: whatever is no code of three letters."""
    names = dict.fromkeys(value for tag in tags if tag.parties for value in tag.values)
    return {name: Group(name) for name in names if len(name) != _ONE_WORD or not name.isalpha()}


def _phrases(tags: Iterable[Node], how: Loaded, policy: str) -> dict[str, str]:
    """The context, what it is by default, what says that there is a release, and what goes without saying: rule 3."""
    found: dict[str, str] = {}
    for tag in tags:
        name = _given(tag, "name")
        for node in (one for one in _known(tag, "tagCategory", "markingQualifier") if one.local == "tagCategory"):
            value = _given(node, "name")
            for _, words, codes in _phrase(node):
                if "replacePolicy" in codes:
                    found["context"] = name
                    if words == policy:
                        found["default_context"] = value
                if not words and name == how.releases:
                    found["silent"] = value
                elif not words and found.get("context") == name:
                    found["releasable_context"] = value
    return found
