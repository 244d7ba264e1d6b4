"""Lines by which the alliance, the Union and states mark their own information, read and written by their policies.

Rules:
1. A line begins with a level in the policy's words, in any of its languages, or in its portion mark; a context may
   stand in the place of the policy's name.
2. Then, in the policy's order: tags, each with its prefix or suffix, and handling flags. What is not known is refused
   at its column.
3. A recipient that goes without saying is among those who are named; a context too.
4. A line is written only when, read again, it says the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from comity.errors import Malformed, Refused
from comity.formats.marking_words import shown
from comity.values.instant import Instant
from comity.values.marking import Category, Marking
from comity.values.marking_check import checked
from comity.values.marking_policy import Kind, Level, Policy, Tag
from comity.values.party import Recipient

_LISTED = 12
_CODE = re.compile(r"[A-Z]{3}(?![0-9A-Za-z])")


@dataclass(slots=True)
class _Rest:
    """What is left of a line, and at which column it begins."""

    text: str
    column: int

    def starts(self, word: str) -> bool:
        """Whether the rest begins with a word, and with no longer one."""
        return bool(word) and self.text.startswith(word) and not self.text[len(word) : len(word) + 1].isalnum()

    def skip(self, word: str) -> None:
        self.text, self.column = self.text[len(word) :], self.column + len(word)

    def mark(self) -> tuple[str, int]:
        return self.text, self.column

    def back(self, mark: tuple[str, int]) -> None:
        self.text, self.column = mark


@dataclass(slots=True)
class _Found:
    """What was read of a line."""

    level: Level
    context: str | None
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    flags: list[str] = field(default_factory=list)


def read(line: str, policy: Policy, on: Instant | None = None, *, portion: bool = False) -> Marking:
    """The marking that a line says.

    Args:
        line: the line; a portion mark with or without its parentheses.
        policy: the policy it is written in.
        on: the day by which dated words are judged; None lets them be.
        portion: it begins with a portion mark.

    Raises:
        Malformed: a word is not known, or not in force; `where` names its column, `next_step` what may stand there.
    """
    bare = portion and line.startswith("(") and line.endswith(")")
    rest = _Rest(line[1:-1], 2) if bare else _Rest(line, 1)
    found = _level(rest, policy, portion)
    tags = iter(policy.tags.values())
    while rest.text:
        if not rest.text.startswith(" ") or len(rest.text) == 1:
            raise _unknown(rest, policy)
        rest.skip(" ")
        if not (_next_tag(rest, tags, found, policy) or _flag(rest, found, policy)):
            raise _unknown(rest, policy)
    made = _marking(found, policy)
    try:
        return checked(made, policy, on)
    except Malformed as error:
        raise Malformed(error.message, where="column 1", field=error.field, next_step=error.next_step) from error


def _level(rest: _Rest, policy: Policy, portion: bool) -> _Found:
    words = sorted(_openings(policy, portion), key=lambda one: -len(one[0]))
    for word, level, context in words:
        if rest.text == word or rest.text.startswith(f"{word} "):
            rest.skip(word)
            return _Found(level, context)
    allowed = list(dict.fromkeys(word for word, _, context in _openings(policy, portion) if context is None))
    step = f"allowed: {', '.join(allowed[:_LISTED])}"
    raise Malformed(f"{rest.text!r} has no level of {policy.name}", where=f"column {rest.column}", next_step=step)


def _openings(policy: Policy, portion: bool) -> Iterator[tuple[str, Level, str | None]]:
    """The words with which a line may begin: level, and a context in the place of the policy's name: rule 1."""
    for level in policy.levels:
        words = [level.portion] if portion else [word for every in level.words.values() for word in every]
        for word in dict.fromkeys(filter(None, words)):
            yield word, level, None
            yield from ((text, level, context) for text, context in _in_context(word, policy))


def _in_context(word: str, policy: Policy) -> Iterator[tuple[str, str]]:
    tag = policy.tags.get(policy.phrases.get("context", ""))
    own = policy.words.get("en", (policy.id,))[0]
    for value in tag.values.values() if tag is not None and word.startswith(f"{own} ") else ():
        for text in (text for every in value.words.values() for text in every if text != own):
            yield text + word.removeprefix(own), value.id


def _next_tag(rest: _Rest, tags: Iterator[Tag], found: _Found, policy: Policy) -> bool:
    """Whether the rest goes on with a tag that may still come; it is read then."""
    kept = rest.mark()
    for tag in tags:
        if tag.id != policy.phrases.get("context"):
            for prefix, suffix in _frames(tag):
                values = _framed(rest, tag, prefix, suffix, policy)
                if values:
                    found.values[tag.id] = values
                    return True
                rest.back(kept)
    return False


def _frames(tag: Tag) -> list[tuple[str, str]]:
    """What stands before and behind the values of a tag, in each language."""
    languages = dict.fromkeys((*tag.prefix, *tag.suffix))
    return list(dict.fromkeys((tag.prefix.get(one, ""), tag.suffix.get(one, "")) for one in languages)) or [("", "")]


def _framed(rest: _Rest, tag: Tag, prefix: str, suffix: str, policy: Policy) -> tuple[str, ...]:
    if prefix and not rest.text.startswith(prefix):
        return ()
    rest.skip(prefix)
    values = tuple(_listed(rest, tag, policy, certain=bool(prefix)))
    if suffix and not rest.text.startswith(suffix):
        return ()
    rest.skip(suffix)
    return values


def _listed(rest: _Rest, tag: Tag, policy: Policy, *, certain: bool) -> Iterator[str]:
    """The values of a list; behind a prefix that leaves no doubt, one that is not known is refused."""
    seen: list[str] = []
    while True:
        word = _one(rest, tag, policy)
        if word is None:
            if certain:
                raise _no_value(rest, tag, policy)
            return
        value = _value_of(word, tag)
        if value in seen:
            raise Malformed(f"{word!r} stands twice", where=f"column {rest.column}", next_step="write it once")
        seen.append(value)
        rest.skip(word)
        yield value
        kept = rest.mark()
        if not rest.text.startswith(tag.separator):
            return
        rest.skip(tag.separator)
        if tag.separator == " " and _one(rest, tag, policy) is None:
            rest.back(kept)
            return


def _one(rest: _Rest, tag: Tag, policy: Policy) -> str | None:
    """The longest word of the tag with which the rest begins."""
    known = sorted(_words_of(tag, policy), key=lambda word: -len(word))
    found = next((word for word in known if rest.starts(word)), None)
    if found is None and tag.parties and _CODE.match(rest.text) and policy.is_party(rest.text[:3]):
        return rest.text[:3]
    return found


def _words_of(tag: Tag, policy: Policy) -> list[str]:
    if tag.parties:
        return list(policy.tokens)
    own = [value.id for value in tag.values.values()]
    return [*own, *(word for value in tag.values.values() for words in value.words.values() for word in words)]


def _value_of(word: str, tag: Tag) -> str:
    if tag.parties:
        return word
    return next(v.id for v in tag.values.values() if word == v.id or any(word in ws for ws in v.words.values()))


def _no_value(rest: _Rest, tag: Tag, policy: Policy) -> Malformed:
    word = rest.text.split(",")[0].split(" ")[0]
    codes = "a code of three letters, " if tag.parties else ""
    step = f"allowed: {codes}{', '.join(_words_of(tag, policy)[:_LISTED])}"
    return Malformed(f"{word!r} does not stand here", where=f"column {rest.column}", next_step=step)


def _flag(rest: _Rest, found: _Found, policy: Policy) -> bool:
    for flag in policy.flags.values():
        for word in (word for words in flag.words.values() for word in words):
            if rest.starts(word) and flag.id not in found.flags:
                rest.skip(word)
                found.flags.append(flag.id)
                return True
    return False


def _unknown(rest: _Rest, policy: Policy) -> Malformed:
    texts = [prefix or suffix for tag in policy.tags.values() for prefix, suffix in _frames(tag)]
    flags = [word for flag in policy.flags.values() for words in flag.words.values() for word in words[:1]]
    step = ", ".join(dict.fromkeys(text.strip() for text in [*texts, *flags] if text.strip())) or "nothing more"
    return Malformed(f"{rest.text!r} does not stand here", where=f"column {rest.column}", next_step=f"allowed: {step}")


def _marking(found: _Found, policy: Policy) -> Marking:
    release = policy.releases
    codes = None if release is None else found.values.pop(release.id, None)
    named = None if codes is None else _released(codes, policy)
    if named is None and any(policy.flags[name].closes for name in found.flags):
        named = frozenset() if policy.owner is None else frozenset({policy.owner})
    by_kind = {kind: _of_kind(found.values, kind, policy) for kind in Kind}
    if policy.owner is None:
        raise Malformed(f"{policy.name} is nobody's", where="column 1", next_step="use the format that it has")
    made = Marking(
        policy.id,
        found.level.id,
        frozenset({policy.owner}),
        releasable_to=named,
        restrictive=by_kind[Kind.RESTRICTIVE],
        permissive=by_kind[Kind.PERMISSIVE],
        informative=by_kind[Kind.INFORMATIVE],
        handling=frozenset(found.flags),
    )
    return _with_context(made, found.context, policy)


def _of_kind(values: Mapping[str, tuple[str, ...]], kind: Kind, policy: Policy) -> tuple[Category, ...]:
    return tuple(Category.of(tag, listed) for tag, listed in values.items() if policy.tag(tag).kind is kind)


def _released(codes: tuple[str, ...], policy: Policy) -> frozenset[Recipient]:
    silent = policy.phrases.get("silent")
    return frozenset(map(policy.recipient, codes)) | (frozenset() if silent is None else {policy.recipient(silent)})


def _with_context(marking: Marking, context: str | None, policy: Policy) -> Marking:
    """The marking with the context that its line has, or that goes without saying: rule 3."""
    name = policy.phrases.get("context")
    if name is None:
        return marking
    values = {context or policy.phrases["default_context"]}
    if marking.releasable_to is not None:
        values.add(policy.phrases["releasable_context"])
    return replace(marking, permissive=(*marking.permissive, Category.of(name, values)))


def write(marking: Marking, policy: Policy, language: str = "", *, portion: bool = False) -> str:
    """The line of a marking, with codes for names: rule 4.

    Args:
        marking: the marking.
        policy: its policy.
        language: the language of its words; the policy's first where none is given.
        portion: begin with the portion mark, in parentheses.

    Raises:
        Refused: a line cannot say all of it.
    """
    first = next(iter(policy.level(marking.classification).words), "en")
    bare = replace(policy, names={})
    line = shown(marking, bare, language or first, lambda code: policy.token_of.get(code, code))
    if portion:
        line = _as_portion(line, marking, policy, language or first)
    try:
        said = read(line, policy, portion=portion)
    except Malformed as error:
        raise Refused(f"no line says it: {error.message}", next_step="write a label instead") from error
    if said != marking:
        raise Refused(f"a line says less: {line}", next_step="write a label instead")
    return line


def _as_portion(line: str, marking: Marking, policy: Policy, language: str) -> str:
    level = policy.level(marking.classification)
    word = (level.words.get(language) or next(iter(level.words.values())))[0]
    if level.portion is None or not line.startswith(word):
        raise Refused(f"{policy.name} has no portion mark for it", next_step="write a line instead")
    return f"({level.portion}{line.removeprefix(word)})"
