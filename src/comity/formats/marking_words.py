"""A marking in the words by which its policy is shown to people, in a language.

Rules:
1. First the level, in the policy's words; a context replaces the policy's own name in them.
2. Then each tag in the policy's order, between its prefix and its suffix: states by their names in order, then groups.
3. Then the handling flags. A recipient that goes without saying is left out of the releasability.
4. A word that the language lacks is shown as the policy has it first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from comity.errors import Malformed
from comity.values.marking import Marking
from comity.values.marking_policy import Policy, Tag, Words
from comity.values.party import Group, PartyCode, Recipient

Name = Callable[[str], str]
"""The name of a party, from its code."""


def shown(marking: Marking, policy: Policy, language: str = "en", name: Name = str) -> str:
    """The line by which a marking is shown: rules 1 to 4.

    Args:
        marking: the marking.
        policy: its policy.
        language: the code of a language, as `fr` or `fr-CA`.
        name: how a party is called, where the policy does not say.
    """
    language = language.partition("-")[0].lower()
    tags = (_tag(marking, tag, policy, language, name) for tag in policy.tags.values())
    flags = (_word(policy.flag(flag).words, flag, language) for flag in policy.flags if flag in marking.handling)
    return " ".join(part for part in (_level(marking, policy, language), *tags, *flags) if part)


def whose(originator: PartyCode | None, policy: Policy) -> PartyCode:
    """Whose a marking is, whose words do not say it.

    Raises:
        Malformed: nobody says it.
    """
    if originator is None:
        raise Malformed(f"{policy.name} does not say whose it is", field="originator", next_step="name the originator")
    return originator


def _word(words: Words, default: str, language: str) -> str:
    every = words.get(language) or words.get("en") or next(iter(words.values()), (default,))
    return every[0]


def _level(marking: Marking, policy: Policy, language: str) -> str:
    level = policy.level(marking.classification)
    word, own = _word(level.words, level.id, language), _word(policy.words, policy.id, language)
    replaced = next((text for text in _contexts(marking, policy, language) if text != own), None)
    return word if replaced is None or not word.startswith(f"{own} ") else replaced + word.removeprefix(own)


def _contexts(marking: Marking, policy: Policy, language: str) -> Iterator[str]:
    name = policy.phrases.get("context")
    for value in (marking.values_of(name) or ()) if name else ():
        words = policy.tag(name or "").values[value].words
        if words:
            yield _word(words, value, language)


def _tag(marking: Marking, tag: Tag, policy: Policy, language: str, name: Name) -> str:
    if tag.id == policy.phrases.get("context"):
        return ""
    items = _items(marking, tag, policy, language, name)
    if not items:
        return ""
    prefix, suffix = (texts.get(language, texts.get("en", "")) for texts in (tag.prefix, tag.suffix))
    return prefix + tag.separator.join(items) + suffix


def _items(marking: Marking, tag: Tag, policy: Policy, language: str, name: Name) -> list[str]:
    if tag.releases:
        silent = policy.phrases.get("silent")
        named = marking.releasable_to or frozenset()
        if marking.releasable_to == frozenset() and len(marking.originators) == 1 and silent is None:
            named = frozenset(marking.originators)
        spoken = (one for one in named if silent is None or policy.token_of.get(one) != silent)
        return _names(spoken, policy, language, name)
    values = marking.values_of(tag.id) or ()
    if tag.parties:
        return _names((policy.recipient(value) for value in values), policy, language, name)
    return [_word(tag.values[one].words, one, language) if one in tag.values else one for one in values]


def _names(recipients: Iterator[Recipient], policy: Policy, language: str, name: Name) -> list[str]:
    """Recipients by their names: rule 2. The order is that of the names in the policy's first language."""
    listed = sorted(recipients, key=lambda one: (isinstance(one, Group), _named(one, policy, "en", name)))
    return [_named(one, policy, language, name) for one in listed]


def _named(one: Recipient, policy: Policy, language: str, name: Name) -> str:
    if isinstance(one, Group):
        return policy.token_of.get(one, str(one))
    words = policy.names.get(one, {})
    return words[language][0] if language in words else words["en"][0] if "en" in words else name(one)
