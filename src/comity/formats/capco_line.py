"""Banner and portion lines of the United States taken apart, each word at its column, and put together again.

Rules:
1. Categories stand behind `//`, the items of a category behind `/`, the codes of a list behind `, `. Letters are upper
   case; no space stands beside a slash.
2. A line begins with a level; or, for others' information, with `//` and whose it is: a nation and a level, the
   alliance's own words, or JOINT, a level and the owners.
3. Categories come in one order, each once: the alliance's own, SCI, special access, atomic energy, foreign government
   information, dissemination, other dissemination. An item that is not known is refused: nothing stands for it.
4. Long words and old ones are read, and the short ones written. Within dissemination any order is read.
5. `REL` alone, which points to a banner elsewhere, is refused: a portion is read by itself.
6. Words, codes and who comes first in a list are the policy's (data).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from comity.errors import Malformed
from comity.values.marking_policy import Flag, Policy, Tag

ORDER = ("alliance", "SCI", "SAP", "AEA", "FGI", "dissemination", "other")
_RELEASE, _DISPLAY = "REL TO ", "DISPLAY ONLY "
_FOREIGN = ("FGI", "FOREIGN GOVERNMENT INFORMATION")
_SPECIAL = ("SAR-", "SPECIAL ACCESS REQUIRED-")

Placed = tuple[int, str]


class Whose(StrEnum):
    """Whose information a line says it is."""

    OWN = "own"
    NATION = "nation"
    ALLIANCE = "alliance"
    JOINT = "joint"


@dataclass(frozen=True, slots=True)
class Line:
    """A line, taken apart; lists in the order in which they stand, codes as they are written.

    `foreign` is None where the line has no foreign government information, empty where its source is concealed.
    """

    level: str
    whose: Whose = Whose.OWN
    owners: tuple[str, ...] = ()
    alliance: tuple[str, ...] = ()
    sci: tuple[str, ...] = ()
    sap: tuple[str, ...] = ()
    aea: tuple[str, ...] = ()
    foreign: tuple[str, ...] | None = None
    flags: tuple[str, ...] = ()
    releasable: tuple[str, ...] | None = None
    display: tuple[str, ...] = ()
    accm: tuple[str, ...] = ()
    columns: Mapping[str, int] = field(default_factory=dict, compare=False)


def _refused(word: str, what: str, column: int, step: str) -> Malformed:
    return Malformed(f"{word!r} {what}", where=f"column {column}", next_step=step)


def take_apart(text: str, policy: Policy, *, portion: bool = False) -> Line:
    """A line, taken apart: rules 1 to 5.

    Args:
        text: the line; a portion with or without its parentheses.
        policy: the policy, as data.
        portion: it marks a portion, not a page.

    Raises:
        Malformed: a word does not stand where it may; `where` names its column, `next_step` what may stand there.
    """
    column, text = _bare(text) if portion else (1, text)
    if not text.startswith("//"):
        (place, level), *rest = _cut(column, text, "//")
        return _with_categories(Line(_level(place, level, policy, portion)), rest, policy, portion)
    (place, whose), *rest = _cut(column + 2, text[2:], "//")
    return _with_categories(_others(place, whose, policy, portion), rest, policy, portion)


def _bare(text: str) -> tuple[int, str]:
    if text.startswith("(") != text.endswith(")") or text == "(":
        raise _refused(text, "has one parenthesis", 1, "write both, or none")
    return (2, text[1:-1]) if text.startswith("(") else (1, text)


def _cut(column: int, text: str, sign: str) -> list[Placed]:
    """The parts between signs, each at its column, none of them empty or with a space at an end: rule 1."""
    found: list[Placed] = []
    for part in text.split(sign):
        if not part or part != part.strip():
            at = column + len(part) - len(part.lstrip()) if part.strip() else column
            raise _refused(
                part, "is empty or has a space beside it", at, f"write the words between {sign!r} without one"
            )
        found.append((column, part))
        column += len(part) + len(sign)
    return found


def _level(column: int, word: str, policy: Policy, portion: bool) -> str:
    for level in policy.levels:
        if word in ((level.portion,) if portion else level.words["en"]):
            return level.id
    allowed = [level.portion if portion else level.words["en"][0] for level in policy.levels]
    head = word.partition("/")[0]
    if head != word and head in allowed:
        raise _refused(word, "has one slash after the level", column + len(head), "write // between categories")
    raise _refused(word, "is no level", column, f"allowed: {', '.join(filter(None, allowed))}, or // and whose it is")


def _others(column: int, text: str, policy: Policy, portion: bool) -> Line:
    """The beginning of a line about others' information: rule 2."""
    for level in policy.levels:
        words = policy.phrases[f"level {level.id}"].split("|")
        if text == words[1 if portion else 0]:
            return Line(level.id, Whose.ALLIANCE, (policy.phrases["alliance"],))
    joined = policy.phrases.get(f"joined {text}")
    if joined is not None:
        level_id, _, mark = joined.partition("|")
        return Line(level_id, Whose.ALLIANCE, (policy.phrases["alliance"],), (mark,), columns={"alliance": column})
    head, _, rest = text.partition(" ")
    if head == "JOINT":
        return _joint(column + 6, rest, policy, portion)
    if head in {policy.phrases["alliance"], *_firsts(policy)}:
        raise _alliance_level(column, text, policy, portion)
    owner = _code(column, head, policy)
    return Line(_level(column + len(head) + 1, rest, policy, portion), Whose.NATION, (owner,))


def _firsts(policy: Policy) -> set[str]:
    return {words.split(" ")[0] for name, words in policy.phrases.items() if name.startswith("level ")}


def _alliance_level(column: int, text: str, policy: Policy, portion: bool) -> Malformed:
    words = [policy.phrases[f"level {level.id}"].split("|")[1 if portion else 0] for level in policy.levels]
    return _refused(text, "is no level of the alliance (4.b.2.a)", column, f"allowed: {', '.join(words)}")


def _joint(column: int, text: str, policy: Policy, portion: bool) -> Line:
    words = [(level, level.portion if portion else level.words["en"][0]) for level in policy.levels]
    for level, word in words:
        if word and text.startswith(f"{word} "):
            first = column + len(word) + 1
            owners = tuple(_code(place, code, policy) for place, code in _cut(first, text[len(word) + 1 :], " "))
            return Line(level.id, Whose.JOINT, owners, columns={"owners": first})
    allowed = ", ".join(word for _, word in words if word)
    raise _refused(text, "has no level and owners", column, f"write a level ({allowed}) and the owners' codes")


def _code(column: int, word: str, policy: Policy) -> str:
    if word in policy.tokens or policy.is_party(word):
        return word
    step = f"write a code of three letters, or one of: {', '.join(policy.tokens)}"
    raise _refused(word, "is no code", column, step)


def _with_categories(line: Line, rest: Sequence[Placed], policy: Policy, portion: bool) -> Line:
    before = "alliance" if line.alliance else None
    for column, text in rest:
        kind = _kind(column, text, before, policy, portion)
        if before is not None and ORDER.index(kind) <= ORDER.index(before):
            what = f"does not stand behind {before}"
            raise _refused(text, what, column, f"the order is: level, {', '.join(ORDER)}; items of one share it by /")
        line = _READ[kind](replace(line, columns={**line.columns, kind: column}), column, text, policy, portion)
        before = kind
    return line


def _kind(column: int, text: str, before: str | None, policy: Policy, portion: bool) -> str:
    """Which category begins with this item: rule 3."""
    item = text.split("/", maxsplit=1)[0]
    head = item.partition("-")[0]
    if item in policy.tags["Alliance"].values:
        return "alliance"
    if item.startswith(_SPECIAL) or item == "HVSACO":
        return "SAP"
    if _value(item, policy.tags["AEA"]) or _value(head, policy.tags["AEA"]):
        return "AEA"
    if item in _FOREIGN or item.startswith(tuple(f"{word} " for word in _FOREIGN)):
        return "FGI"
    if _value(head, policy.tags["SCI"]):
        return "SCI"
    flag = _flag(item, policy, portion)
    if flag is not None:
        return "other" if flag.id in _others_flags(policy) else "dissemination"
    if item.startswith((_RELEASE, _DISPLAY)):
        return "dissemination"
    if item.startswith("ACCM-"):
        return "other"
    after = ORDER if before is None else ORDER[ORDER.index(before) + 1 :]
    step = "write the codes after REL TO" if item == "REL" else f"allowed here: {', '.join(after) or 'nothing more'}"
    raise _refused(item, "is no control marking known here", column, step)


def _others_flags(policy: Policy) -> list[str]:
    return policy.phrases["other"].split(" ")


def _value(word: str, tag: Tag) -> str | None:
    """The value of a tag that a word stands for: rule 4."""
    return next((one.id for one in tag.values.values() if word == one.id or word in one.words.get("en", ())), None)


def _flag(word: str, policy: Policy, portion: bool) -> Flag | None:
    every = policy.flags.values()
    return next((one for one in every if word in one.words["en"] or (portion and word == one.portion)), None)


def _alliance(line: Line, column: int, text: str, policy: Policy, portion: bool) -> Line:
    del portion
    marks = tuple(_known(place, item, policy.tags["Alliance"]) for place, item in _cut(column, text, "/"))
    return replace(line, alliance=marks)


def _known(column: int, item: str, tag: Tag) -> str:
    """A value of a tag, its head written short, with whatever the tag's pattern allows behind it."""
    whole = _value(item, tag)
    if whole is not None:
        return whole
    head, dash, tail = item.partition("-")
    short = f"{_value(head, tag) or head}{dash}{tail}"
    if tag.pattern is not None and re.fullmatch(tag.pattern, short):
        return short
    allowed = ", ".join(tag.values) or "letters and digits"
    raise _refused(item, f"is not known to {tag.id}", column, f"allowed: {allowed}")


def _sci(line: Line, column: int, text: str, policy: Policy, portion: bool) -> Line:
    del portion
    return replace(line, sci=tuple(_known(at, item, policy.tags["SCI"]) for at, item in _cut(column, text, "/")))


def _aea(line: Line, column: int, text: str, policy: Policy, portion: bool) -> Line:
    del portion
    found = (_known(at, item, policy.tags["AEA"]) for at, item in _cut(column, text, "/"))
    return replace(line, aea=tuple(item.replace("-CNWDI", "-N") for item in found))


def _sap(line: Line, column: int, text: str, policy: Policy, portion: bool) -> Line:
    del portion
    prefix = next((word for word in _SPECIAL if text.startswith(word)), "")
    items = _cut(column + len(prefix), text[len(prefix) :], "/")
    return replace(line, sap=tuple(_known(at, item, policy.tags["SAP"]) for at, item in items))


def _fgi(line: Line, column: int, text: str, policy: Policy, portion: bool) -> Line:
    del portion
    word = next(word for word in sorted(_FOREIGN, key=len, reverse=True) if text == word or text.startswith(f"{word} "))
    rest, first = text[len(word) + 1 :], column + len(word) + 1
    return replace(line, foreign=tuple(_code(at, code, policy) for at, code in _cut(first, rest, " ")) if rest else ())


def _dissemination(line: Line, column: int, text: str, policy: Policy, portion: bool) -> Line:
    for at, item in _cut(column, text, "/"):
        if item.startswith(_RELEASE) and line.releasable is None:
            line = replace(line, releasable=_list(at + len(_RELEASE), item[len(_RELEASE) :], policy))
        elif item.startswith(_DISPLAY) and not line.display:
            line = replace(line, display=_list(at + len(_DISPLAY), item[len(_DISPLAY) :], policy))
        else:
            flag = _flag(item, policy, portion)
            _fits(at, item, flag, line, others=False, policy=policy)
            line = replace(line, flags=(*line.flags, flag.id)) if flag else line
    return line


def _other(line: Line, column: int, text: str, policy: Policy, portion: bool) -> Line:
    nicknames = False
    for at, item in _cut(column, text, "/"):
        flag = _flag(item, policy, portion)
        begins = item.startswith("ACCM-")
        if begins or (nicknames and flag is None):
            nicknames = True
            name = _known(at, item.removeprefix("ACCM-"), policy.tags["ACCM"])
            line = replace(line, accm=(*line.accm, name))
        else:
            _fits(at, item, flag, line, others=True, policy=policy)
            line = replace(line, flags=(*line.flags, flag.id)) if flag else line
    return line


def _fits(column: int, item: str, flag: Flag | None, line: Line, *, others: bool, policy: Policy) -> None:
    mine = [one.id for one in policy.flags.values() if (one.id in _others_flags(policy)) is others]
    if flag is None or flag.id not in mine:
        allowed = mine if others else [*mine, _RELEASE.strip(), _DISPLAY.strip()]
        raise _refused(item, "does not stand here", column, f"allowed: {', '.join(allowed)}")
    if flag.id in line.flags:
        raise _refused(item, "stands twice", column, "write it once")


def _list(column: int, text: str, policy: Policy) -> tuple[str, ...]:
    codes: list[str] = []
    for at, code in _cut(column, text, ", "):
        if _code(at, code, policy) in codes:
            raise _refused(code, "stands twice", at, "write it once")
        codes.append(code)
    return tuple(codes)


_READ = {
    "alliance": _alliance,
    "SCI": _sci,
    "SAP": _sap,
    "AEA": _aea,
    "FGI": _fgi,
    "dissemination": _dissemination,
    "other": _other,
}


def in_order(codes: Iterable[str], first: str | None = None) -> tuple[str, ...]:
    """Codes as a list has them: the first one, then those of three letters, then the longer ones."""
    return tuple(sorted(codes, key=lambda code: (code != first, len(code) > 3, code)))


def put_together(line: Line, policy: Policy, *, portion: bool = False) -> str:
    """The text of a line; a portion has parentheses."""
    parts = [_begins(line, policy, portion), *_categories(line, policy, portion)]
    text = "//".join(parts)
    return f"({text})" if portion else text


def _begins(line: Line, policy: Policy, portion: bool) -> str:
    level = policy.level(line.level)
    word = (level.portion if portion else level.words["en"][0]) or level.id
    match line.whose:
        case Whose.OWN:
            return word
        case Whose.ALLIANCE:
            return "//" + policy.phrases[f"level {level.id}"].split("|")[1 if portion else 0]
        case Whose.JOINT:
            return f"//JOINT {word} {' '.join(line.owners)}"
    return f"//{line.owners[0]} {word}"


def _categories(line: Line, policy: Policy, portion: bool) -> Iterator[str]:
    for items in (line.alliance, line.sci):
        if items:
            yield "/".join(items)
    if line.sap:
        yield "/".join(line.sap) if line.sap == ("HVSACO",) else _SPECIAL[0] + "/".join(line.sap)
    if line.aea:
        yield "/".join(line.aea)
    if line.foreign is not None:
        yield " ".join((_FOREIGN[0], *line.foreign))
    for last in (_dissemination_items(line, policy, portion), _other_items(line, policy, portion)):
        if last:
            yield "/".join(last)


def _dissemination_items(line: Line, policy: Policy, portion: bool) -> list[str]:
    flags = [name for name in policy.flags if name in line.flags and name not in _others_flags(policy)]
    behind = list(policy.flags).index("RELIDO")
    before = [name for name in flags if list(policy.flags).index(name) < behind]
    release = [] if line.releasable is None else [_RELEASE + ", ".join(line.releasable)]
    display = [_DISPLAY + ", ".join(line.display)] if line.display else []
    words = {name: _word(policy.flags[name], portion) for name in flags}
    return [*(words[n] for n in before), *release, *(words[n] for n in flags if n not in before), *display]


def _other_items(line: Line, policy: Policy, portion: bool) -> list[str]:
    flags = [
        _word(one, portion) for one in policy.flags.values() if one.id in line.flags and one.id in _others_flags(policy)
    ]
    if line.accm:
        flags.append("ACCM-" + "/".join(line.accm))
    return flags


def _word(flag: Flag, portion: bool) -> str:
    return flag.portion if portion and flag.portion else flag.words["en"][0]
