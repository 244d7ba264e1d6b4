"""`comity label read|convert|join|check`: markings as staffs write them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from comity.casebook.book import casebook
from comity.casebook.markings import equivalences, policies, read, setting
from comity.cli.agreements import today
from comity.cli.label_input import check_words, marking_of
from comity.cli.said import say, say_json
from comity.errors import ComityError, Malformed, Refused, Unavailable
from comity.flow.naming import Known, once
from comity.formats import stanag4774
from comity.formats.marking_lines import write_line
from comity.formats.marking_words import shown
from comity.instruments.guarantees.event import party
from comity.values.instant import DAY, instant, show
from comity.values.marking import Marking, in_effect, names, plain
from comity.values.marking_convert import convert
from comity.values.marking_join import join
from comity.values.marking_readers import Readers, Setting, readers
from comity.values.marking_rollup import breaches
from comity.values.party import Recipient, recipient
from comity.values.truth import Truth


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verbs and their arguments."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    one = verbs.add_parser("read", help="what a line, or the label in a file, says and who may read by it")
    one.add_argument("text", metavar="LINE_OR_FILE", help="a line, or a file with a line, a label (XML) or JSON")
    one.add_argument("--portion", action="store_true", help="it is a portion mark")
    _written_options(one)
    _common(one)
    other = verbs.add_parser("convert", help="the same in another policy's words, what is lost, and by what source")
    other.add_argument("text", metavar="LINE_OR_FILE")
    other.add_argument("--portion", action="store_true", help="it is a portion mark")
    other.add_argument("--to", required=True, metavar="POLICY", help="the other policy")
    _written_options(other)
    _common(other)
    several = verbs.add_parser("join", help="the marking of whatever is made from all of these")
    several.add_argument("texts", nargs="+", metavar="LINE_OR_FILE")
    several.add_argument("--portion", action="store_true", help="they are portion marks")
    _common(several)
    whole = verbs.add_parser("check", help="hold a banner to its portions")
    whole.add_argument("--banner", required=True, help="the line of the whole")
    whole.add_argument("texts", nargs="+", metavar="PORTION")
    _common(whole)


def _written_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--xml", action="store_true", help="write it as a label of STANAG 4774")
    parser.add_argument("--review", metavar="DATE", help="with --xml: when the marking is to be looked at again")


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--policy", help="the policy of the lines, such as those `comity label read X` names")
    parser.add_argument("--policies", metavar="FILE", help="further policies, as YAML")
    parser.add_argument("--originator", metavar="PARTY", help="whose it is, where the line cannot say")
    parser.add_argument("--on", metavar="DATE", help="the day of reading (default: today)")
    parser.add_argument(
        "--bind", action="append", default=[], metavar="POLICY:WORD=PARTY,...", help="whom a word means; repeat"
    )
    parser.add_argument("--json", action="store_true", help="the answer as JSON")


def run(args: argparse.Namespace) -> int:
    """Answer; 1 when a banner lets somebody read who may not."""
    how = _setting(args)
    if args.originator is not None:
        owners = {one.owner: one.name for one in how.policies.values() if one.owner is not None}
        party(args.originator, "--originator", {**owners, **casebook().parties})
    match args.verb:
        case "read":
            return _read(args, how)
        case "convert":
            return _convert(args, how)
        case "join":
            whole = join([_given(text, args, how) for text in args.texts], how)
            return _tell(whole, args, how, {})
    return _check(args, how)


def _setting(args: argparse.Namespace) -> Setting:
    known = setting(today() if args.on is None else instant(args.on), once(map(_bound, args.bind), "--bind"))
    if args.policies is None:
        check_words(known.bindings, known.policies, "--bind")
        return known
    try:
        text = Path(args.policies).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unavailable(f"{args.policies} cannot be read: {error}", next_step="name a file of policies") from error
    every = {**policies(), **{one.id: one for one in read(text, args.policies)}}
    check_words(known.bindings, every, "--bind")
    return Setting(every, known.members, known.on, known.bindings)


def _bound(text: str) -> tuple[str, tuple[Recipient, ...]]:
    name, equals, listed = text.partition("=")
    if not equals or not listed:
        raise Malformed(f"{text!r} binds nothing", field="--bind", next_step="write POLICY:WORD=PARTY,GROUP@dynamic")
    to = tuple(recipient(one.strip()) for one in listed.split(","))
    Known(frozenset(casebook().parties), frozenset(casebook().groups)).check_known("--bind", to)
    return name, to


def _given(text: str, args: argparse.Namespace, how: Setting) -> Marking:
    return marking_of(text, how, args.policy, args.originator, portion=args.portion)


def _read(args: argparse.Namespace, how: Setting) -> int:
    found = _given(args.text, args, how)
    if args.xml:
        print(_xml(found, args, how))
        return 0
    return _tell(found, args, how, {})


def _xml(marking: Marking, args: argparse.Namespace, how: Setting) -> str:
    """A marking as a label, which has two instants that no line says: when it was made, and is looked at again."""
    review = marking.review if args.review is None else instant(args.review)
    if review is None and marking.succession is None:
        raise Refused("a label says when it is looked at again", field="--review", next_step="name a day")
    made = how.on if marking.created is None else marking.created
    return stanag4774.write(replace(marking, created=made, review=review), how.policies)


def _convert(args: argparse.Namespace, how: Setting) -> int:
    done = convert(_given(args.text, args, how), args.to, equivalences(), how)
    if args.xml:
        print(_xml(done.marking, args, how))
        for loss in done.losses:
            print(f"comity: not said by it: {loss.field}: {loss.what}", file=sys.stderr)
        return 0
    more: dict[str, object] = {
        "losses": [f"{loss.field}: {loss.what}" for loss in done.losses],
        "by": done.row.origin.source,
        "grade": done.row.origin.grade + (", to be verified" if done.row.origin.verify else ""),
    }
    if done.row.note:
        more["note"] = done.row.note
    return _tell(done.marking, args, how, more)


def _tell(marking: Marking, args: argparse.Namespace, how: Setting, more: dict[str, object]) -> int:
    told = dict(_told(marking, how)) | more
    if args.json:
        say_json({"marking": plain(marking), **told})
        return 0
    for name, value in told.items():
        text = ", ".join(value) or "nothing" if isinstance(value, list) else value
        say([f"{name.replace('_', ' ')}: {text}"])
    return 0


def _told(marking: Marking, how: Setting) -> Iterator[tuple[str, object]]:
    """What a marking says, name by name, for people and programs alike."""
    policy = how.policy(marking)
    yield "policy", policy.name
    yield "level", marking.classification
    line = _line(marking, how)
    yield "line", line
    words = shown(marking, policy, "en", lambda code: casebook().parties.get(code, code))
    if policy.phrases.get("format") is None and words != line:
        yield "shown", words
    yield "originators", sorted(marking.originators) + (["jointly"] if marking.joint else [])
    if marking.concealed_source:
        yield "source", "one is concealed"
    if marking.releasable_to is not None:
        yield "releasable_to", names(marking.releasable_to) or ["nobody else"]
    if marking.display_only_to:
        yield "display_only_to", names(marking.display_only_to)
    for kind in ("restrictive", "permissive", "informative"):
        for one in getattr(marking, kind):
            yield f"{kind} {one.tag}", list(one.values)
    if marking.handling:
        yield "handling", sorted(marking.handling)
    yield from _over_time(marking, how)
    yield "may_read", _may_read(marking, how)
    yield "on", show(how.on - how.on % DAY)


def _over_time(marking: Marking, how: Setting) -> Iterator[tuple[str, object]]:
    """What the day of reading has made of a marking: its successor, and a level that is no longer given."""
    if marking.succession is not None:
        day, then = show(marking.succession.on), in_effect(marking, how.on)
        if then is marking:
            yield "will_be_succeeded", f"from {day} on by {_line(marking.succession.marking, how)}"
        else:
            yield "succeeded", f"since {day}; in effect now: {_line(then, how)}"
    level = how.policy(marking).level(marking.classification)
    if level.valid.holds(how.on) is not Truth.TRUE:
        rows = [one for one in equivalences() if (one.policy, one.level) == (marking.policy, level.id)]
        held = [f"{one.to_policy} {one.to_level}" for one in rows if one.valid.holds(how.on) is Truth.TRUE]
        yield "level_given", f"from {level.valid}; what bears it keeps it"
        if held:
            yield "handled_as", held


def _line(marking: Marking, how: Setting) -> str:
    try:
        return write_line(marking, how.policy(marking))
    except ComityError as error:
        return error.message


def _may_read(marking: Marking, how: Setting) -> object:
    try:
        found: Readers = readers(marking, how)
    except Refused as error:
        return str(error)
    return "everybody, once somebody says so" if found is None else sorted(found)


def _check(args: argparse.Namespace, how: Setting) -> int:
    whole = marking_of(args.banner, how, args.policy, args.originator)
    parts = [marking_of(text, how, whole.policy, args.originator, portion=True) for text in args.texts]
    found = breaches(parts, whole, how)
    tight = _line(join(parts, how), how)
    if args.json:
        listed = [{"rule": one.rule, "grave": one.grave, "says": one.says} for one in found]
        say_json({"breaches": listed, "banner_of_the_portions": tight})
    else:
        for one in found:
            say([f"{'refused' if one.grave else 'told'}: {one.rule}: {one.says}"])
        print(f"the banner of the portions: {tight}")
    return 1 if any(one.grave for one in found) else 0
