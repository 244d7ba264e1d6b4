"""`comity consultation`: who said what, what silence came to, what the votes come to, when it may lawfully be done.

Rules:
1. Reading verbs tell what the parties after `--as` may read, all of them; without `--as`, what is public. What they may
   not read changes nothing of what is printed.
2. A writing verb states one fact for the one party after `--as`, signed with its key, or says why it may not.
3. Time is this machine's clock, since a deadline is kept by it. `--at` asks what the facts known now come to at another
   instant, and states nothing.
4. `verify` needs no book: bundles, and the public keys.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from comity.casebook.bodies import bodies, population_of, seated
from comity.casebook.book import casebook
from comity.casebook.steps import Counts, packaged
from comity.casebook.workdays import workdays
from comity.cli import consultation_acts as writing
from comity.cli import files
from comity.cli.given import moment, speaker
from comity.cli.keys import opened
from comity.cli.own_book import audience, audience_option, label_words
from comity.cli.said import say, say_json
from comity.errors import Malformed
from comity.formats import ical
from comity.instruments.consultation import calendar, outcome, rules, steps, table
from comity.instruments.consultation.case import cases, consultation, named
from comity.instruments.consultation.channel import matters
from comity.instruments.consultation.committee import waiting
from comity.instruments.consultation.facts import Stance
from comity.instruments.consultation.gathered import Facts, gather, unread_of
from comity.ledger.proof import proofs, proved, read_keys, read_proof
from comity.ledger.record import parse
from comity.values.instant import DAY, Instant, instant, show
from comity.values.label import PUBLIC, join, normalise
from comity.values.truth import Truth

READING = {
    "list": "the consultations an audience knows of",
    "show": "one of them: agenda, positions, votes, texts under silence, tasks",
    "waiting": "what waits for a party: receipts, tasks, answers; late ones first",
    "channel": "incidents, notices of exercises, questions and answers",
    "bundle": "write the record of a silence procedure into a file that anyone can check",
    "verify": "check bundles: nothing but them and the public keys is needed",
    "calendar": "deadlines, meetings, tasks, exercises, renewals and notices as iCalendar",
    "rules": "the bodies and their rules; what votes come to by one of them",
    "steps": "what a state's own law asks for a duty, and the earliest lawful day",
}
DONE, NO = 0, 1


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    made = {name: verbs.add_parser(name, help=told, description=told) for name, told in READING.items()}
    for name in ("list", "show", "waiting", "channel", "bundle", "calendar"):
        _view(made[name], required=name != "calendar")
    _view(made["steps"], required=False)
    made["show"].add_argument("case", metavar="CASE", help="its id, the first digits, or its title")
    made["bundle"].add_argument("case", metavar="CASE", help="its id, the first digits, or its title")
    made["bundle"].add_argument("--item", metavar="ITEM", help="the point of the agenda, where there are several")
    made["bundle"].add_argument("--out", metavar="FILE", required=True, help="the file to write; must not be there yet")
    _verify(made["verify"])
    made["calendar"].add_argument("--agreements", action="store_true", help="also renewals and notices of agreements")
    made["calendar"].add_argument("--out", metavar="FILE", help="the file to write (default: the screen)")
    _rules(made["rules"])
    _steps(made["steps"])
    for name in ("verify", "rules"):
        made[name].add_argument("--json", action="store_true", help="as JSON")
    writing.configure(verbs)


def _view(verb: argparse.ArgumentParser, *, required: bool) -> None:
    verb.add_argument("--book", metavar="FILE", required=required, help="the book")
    told = "what all of these may read (default: what is public)"
    audience_option(verb, told)
    verb.add_argument("--at", metavar="INSTANT", help="what it comes to at this instant (default: now)")
    verb.add_argument("--json", action="store_true", help="as JSON")


def _verify(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("files", metavar="BUNDLE", nargs="+", help="bundles of one case; several are judged together")
    told = "public keys, as `comity keys list --json` writes them (default: those the bundles bring, which it says)"
    verb.add_argument("--keys", metavar="FILE", help=told)
    verb.add_argument("--item", metavar="ITEM", help="the point of the agenda, where there are several")


def _rules(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("body", metavar="BODY", nargs="?", help="a body of the casebook (default: list them)")
    verb.add_argument("--on", metavar="DATE", help="the day whose members vote (default: today)")
    told = f"how a member votes: {', '.join(Stance)}; repeat; `others=yes` is everybody not named"
    verb.add_argument("--vote", action="append", default=[], metavar="PARTY=VOTE", help=told)


def _steps(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("party", metavar="PARTY", help="the state")
    verb.add_argument("duty", metavar="DUTY", help="the duty: defend, assist, act")
    verb.add_argument("--starts", metavar="DATE", required=True, help="from which day its procedures can run")
    verb.add_argument("--begins", metavar="DATE", help="when the contribution is to begin, where that is fixed")
    told = "a step that was done; repeat"
    verb.add_argument("--done", action="append", default=[], metavar="ROUTE/STEP=DATE", help=told)
    told = "how many days a step takes, if you assume so; 5w are working days; repeat"
    verb.add_argument("--takes", action="append", default=[], metavar="ROUTE/STEP=LEAST[-MOST][w]", help=told)
    told = "when its parliament sits; repeat"
    verb.add_argument("--sits", action="append", default=[], metavar="FROM..UNTIL", help=told)


def run(args: argparse.Namespace) -> int:
    """Carry one of the verbs out."""
    carry_out: dict[str, Callable[[argparse.Namespace], int]] = {
        "list": listed, "show": shown, "waiting": waits, "channel": channel, "bundle": bundle, "verify": verify,
        "calendar": as_calendar, "rules": decides, "steps": national,
    }  # fmt: skip
    if args.verb in carry_out:
        return carry_out[args.verb](args)
    return writing.run(args)


def now() -> Instant:
    """The instant it is."""
    return instant(datetime.now(UTC))


def _at(args: argparse.Namespace) -> Instant:
    return now() if args.at is None else moment(args.at, "--at")


def _print(args: argparse.Namespace, data: object, lines: Iterable[str]) -> None:
    if args.json:
        say_json(data)
    else:
        say(lines)


# Reading: rule 1


def listed(args: argparse.Namespace) -> int:
    """The consultations an audience knows of."""
    with opened(args.book) as book:
        facts = gather(book.view(*(party := audience(args.audience))))
    found, own = cases(facts), unread_of(party[0] if len(party) == 1 else None, facts)
    data = [{"id": one.stamp.id, "title": one.title, "article": one.article, "body": one.body} for one in found]
    lines = (f"{one.stamp.id[:8]} {one.title}: {one.article}, invoked by {one.invoked_by}" for one in found)
    _print(args, data, [*lines, *([] if found else ["no consultation is available"]), *table.unread_lines(own)])
    return DONE


def shown(args: argparse.Namespace) -> int:
    """One consultation."""
    with opened(args.book) as book:
        view = book.view(*audience(args.audience))
        found = consultation(view, args.case, _at(args), view.casebook)
    words = label_words(found.label)
    _print(args, table.consultation_data(found, words), table.consultation_lines(found, words))
    return DONE


def waits(args: argparse.Namespace) -> int:
    """What waits for the one party after `--as`."""
    party = speaker(args)
    with opened(args.book) as book:
        found = waiting(party, gather(book.view(party)), _at(args))
    nothing = [] if found else [f"nothing waits for {party}"]
    _print(args, [table.waiting_data(one) for one in found], [*table.waiting_lines(found), *nothing])
    return DONE


def channel(args: argparse.Namespace) -> int:
    """What stands on the channel against miscalculation."""
    with opened(args.book) as book:
        found = matters(gather(book.view(*audience(args.audience))), _at(args))
    nothing = [] if found else ["nothing is on the channel"]
    _print(args, [table.matter_data(one) for one in found], [*table.matter_lines(found), *nothing])
    return DONE


def bundle(args: argparse.Namespace) -> int:
    """Write the record of a silence procedure, as the audience may read it."""
    with opened(args.book) as book:
        view = book.view(*audience(args.audience))
        facts = gather(view)
        case = named(args.case, facts)
        item = writing.the_item(args.item, case, facts)
        found = list(proofs(book, view, outcome.parts(case, item, facts)))
        wanted = {key for proof in found for key, _ in proof.signatures}
        keys = [{"id": key.id, "party": key.party, "public": key.public.hex()} for key in book.keys if key.id in wanted]
    label = label_words(normalise(join(parse(proof.data).label for proof in found)))
    data = {"format": outcome.FORMAT, "audience": list(view.audience), "label": label, "item": item,
            "facts": [proof.as_json() for proof in found], "keys": keys}  # fmt: skip
    files.write_new(args.out, f"{json.dumps(data, indent=1, ensure_ascii=False)}\n".encode())
    _print(
        args, {"file": args.out, "facts": len(found)}, [f"{args.out}: {len(found)} signed facts, and the public keys"]
    )
    return DONE


def verify(args: argparse.Namespace) -> int:
    """Check bundles; 1 where no outcome stands that nobody contests: rule 4."""
    read = [_read_bundle(path) for path in args.files]
    own = args.keys is None
    keys = read_keys([key for one in read for key in _items(one, "keys")] if own else _json(args.keys))
    given = [read_proof(one, f"facts[{n}]") for data in read for n, one in enumerate(_items(data, "facts"), start=1)]
    found = outcome.checked([proved(proof, keys) for proof in given], args.item)
    used = {name for proof in given for name, _ in proof.signatures}
    named_keys = sorted(f"{key.party} {key.id}" for key in keys.values() if key.id in used)
    data = {
        "verified": found.verified, "says": found.says, "facts": found.facts, "keys": named_keys,
        "keys_from": "the bundles" if own else args.keys, "silence": table.procedure_data(found.found),
    }  # fmt: skip
    told = "as the bundles bring them; compare them with those the parties publish" if own else f"from {args.keys}"
    lines = [
        f"{'verified' if found.verified else 'no verified outcome'}: {found.says}",
        f"  {found.facts} facts, each signed by its issuer",
        *(f"  {line}" for line in table.procedure_lines(found.found)),
        f"  keys {told}: {', '.join(named_keys)}",
    ]
    _print(args, data, lines)
    return DONE if found.verified else NO


def _read_bundle(path: str) -> Mapping[str, object]:
    data = _json(path)
    if not isinstance(data, Mapping) or data.get("format") != outcome.FORMAT:
        step = "name a file that `comity consultation bundle` wrote"
        raise Malformed("is no bundle of a silence procedure", where=path, next_step=step)
    return data


def _items(data: Mapping[str, object], name: str) -> list[object]:
    found = data.get(name)
    return found if isinstance(found, list) else []


def _json(path: str) -> object:
    try:
        data: object = json.loads(files.read_text(path))
    except ValueError as error:
        raise Malformed(f"is no JSON: {error}", where=path, next_step="ask for it again") from error
    return data


def as_calendar(args: argparse.Namespace) -> int:
    """What has a date, as iCalendar."""
    at = _at(args)
    entries: list[ical.Entry] = []
    label = label_words(PUBLIC)
    if args.book is not None:
        with opened(args.book) as book:
            view = book.view(*audience(args.audience))
            facts = gather(view)
            label = label_words(facts.label)
            entries += calendar.entries(facts, at, label)
            known = view.casebook
    else:
        known = casebook()
    if args.agreements:
        entries += calendar.renewals(known.agreements.values(), ical.PUBLIC if args.book is None else label)
    told = ", ".join(audience(args.audience)) or "the public"
    data = ical.write(entries, name=f"Comity: {told}", at=at, label=label)
    if args.json:
        say_json([_entry(one) for one in entries])
    elif args.out is None:
        print(data.decode().replace("\r\n", "\n"), end="")
    else:
        files.write(args.out, data)
        print(f"{args.out}: {len(entries)} entries; label {label}")
    return DONE


def _entry(one: ical.Entry) -> dict[str, object]:
    return {
        "uid": one.uid, "summary": one.summary, "start": show(one.start), "sequence": one.sequence,
        "end": None if one.end is None else show(one.end), "cancelled": one.cancelled, "label": one.label,
    }  # fmt: skip


# What needs no book


def decides(args: argparse.Namespace) -> int:
    """The bodies; or what votes come to; 1 where it is not adopted."""
    if args.body is None:
        data = [
            {"id": one.id, "name": one.name, "rule": dict(one.rule), "source": one.source} for one in bodies().values()
        ]
        _print(args, data, [f"{one.id}: {one.name} ({one.rule['kind']})" for one in bodies().values()])
        return DONE
    if args.body not in bodies():
        raise Malformed(f"{args.body} is no body here", field="BODY", next_step=f"one of: {', '.join(bodies())}")
    body = bodies()[args.body]
    on = now() // DAY * DAY if args.on is None else moment(args.on, "--on")
    known = casebook()
    members = seated(body.members, known, on)
    electorate = rules.Electorate(
        members, population_of(int(show(on)[:4])), frozenset(seated(body.holds_veto, known, on))
    )
    ruled = body.ruled(on)
    found = rules.tally(ruled.rule, electorate, _votes(args.vote, members))
    data_found = {
        "body": body.id,
        "on": show(on),
        "members": list(members),
        **table.tally_data(found),
        "source": ruled.source,
    }
    lines = [
        f"{body.name}, {show(on)}",
        *(f"  {line}" for line in table.tally_lines(found)),
        f"  source: {ruled.source}",
    ]
    _print(args, data_found, lines)
    return NO if found.result is Truth.FALSE else DONE


def _votes(given: Iterable[str], members: tuple[str, ...]) -> dict[str, Stance]:
    found: dict[str, Stance] = {}
    others: Stance | None = None
    for item in given:
        name, _, word = item.partition("=")
        if word not in set(Stance):
            raise Malformed(f"{word!r} is no vote", field="--vote", next_step=f"write PARTY=VOTE: {', '.join(Stance)}")
        if name == "others":
            others = Stance(word)
        elif name not in members:
            raise Malformed(
                f"{name} does not vote that day", field="--vote", next_step=f"members: {', '.join(members)}"
            )
        else:
            found[name] = Stance(word)
    return found if others is None else {member: found.get(member, others) for member in members}


def national(args: argparse.Namespace) -> int:
    """What a state's own law asks for a duty; 1 where no plan is known."""
    ask = steps.Contribution(
        args.party, args.duty, moment(args.starts, "--starts"),
        done={name: moment(text, "--done") for name, text in map(_pair, args.done)},
        sittings={args.party: [_spell(item) for item in args.sits]} if args.sits else {},
        begins=None if args.begins is None else moment(args.begins, "--begins"),
        takes={name: _length(text.removesuffix("w")) for name, text in map(_pair, args.takes)},
        counts={name: Counts.WORKING for name, text in map(_pair, args.takes) if text.endswith("w")},
    )  # fmt: skip
    facts = Facts((), PUBLIC)
    if args.book is not None:
        with opened(args.book) as book:
            facts = gather(book.view(*audience(args.audience)))
    found = steps.timelines(packaged(), steps.stated(facts, ask), workdays(args.party))
    lines = [line for one in found for line in table.timeline_lines(one)]
    nothing = [f"no plan of {args.party} for {args.duty} is known; its own law would settle it"]
    label = label_words(facts.label)
    told = [*(lines or nothing), f"Label: {label}", "Not legal advice. Laws are paraphrased; their text prevails."]
    _print(args, {"routes": [table.timeline_data(one) for one in found], "label": label}, told)
    return DONE if found else NO


def _pair(item: str) -> tuple[str, str]:
    name, _, text = item.rpartition("=")
    if not name or not text:
        raise Malformed(f"{item!r} is half of a pair", next_step="write ROUTE/STEP=VALUE, in quotes")
    return name, text


def _length(text: str) -> tuple[int, int | None]:
    least, _, most = text.partition("-")
    if not least.isdigit() or (most and not most.isdigit()):
        raise Malformed(f"{text!r} is no number of days", field="--takes", next_step="write 14, or 14-30, or 14-30w")
    return int(least), int(most) if most else int(least)


def _spell(text: str) -> tuple[Instant, Instant]:
    first, _, last = text.partition("..")
    return moment(first, "--sits"), moment(last, "--sits")
