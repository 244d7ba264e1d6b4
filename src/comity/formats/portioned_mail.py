"""E-mail (RFC 5322), in and out: the portions of a message.

Rules:
1. Read is the plain text of the message; paragraphs stand between empty lines, and the subject is a portion. A line at
   either end that is written as banners are stands by itself; so may the subject be. Other forms of the text,
   attachments, and the lines of the header are left behind and told.
2. A message without plain text is refused: what another form shows can be hidden in many ways.
3. What goes out is written anew: plain text, the banner first and last, a subject, no addresses, dates or identifiers.
   Whoever sends it adds his own.
4. Before it goes out it is read again: what it may not hold, it does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP

from comity.errors import Malformed
from comity.formats.portioned import Check, Outgoing, Portion, Portioned, counted, looks_like_banner, portion, shown

SUBJECT = "subject"
_TEXT = "save it with a plain text, or copy the text into a new message"
_HEADERS = {"subject", "mime-version", "content-type", "content-transfer-encoding"}
_NAMES = ("from", "to", "cc", "bcc", "sender", "reply-to", "message-id", "x-mailer", "user-agent", "received")


def read(data: bytes, name: str) -> Portioned:
    """The portions of a message: rules 1 and 2.

    Args:
        data: the file.
        name: what errors call it.

    Raises:
        Malformed: it is no message, or has no plain text.
    """
    message = _message(data, name)
    body = message.get_body(("plain",))
    if body is None:
        raise Malformed("is a message without plain text", where=name, next_step=_TEXT)
    try:
        text = str(body.get_content())
    except (LookupError, UnicodeError, MessageError) as error:
        raise Malformed(f"its text cannot be read: {error}", where=name, next_step=_TEXT) from error
    subject = str(message.get("subject", "")).strip()
    portions = [portion(subject, SUBJECT)] if subject else []
    portions += [portion(words, f"paragraph {number}") for number, words in enumerate(_paragraphs(text), start=1)]
    ends = [one for one in portions if one.place != SUBJECT]
    banners, bare = _banners(ends)
    headed = ((SUBJECT, subject),) if looks_like_banner(subject) else ()
    return Portioned(tuple(portions), (*headed, *banners), bare, _left(message), _traces(message))


_FORMS = "save it as one of these; a message as .eml, with its header"


def _message(data: bytes, name: str) -> EmailMessage:
    try:
        message = message_from_bytes(data, policy=SMTP)
    except (MessageError, ValueError, IndexError) as error:
        raise Malformed(f"is no message: {error}", where=name, next_step="save it as .eml") from error
    if not message.keys():
        raise Malformed("is no DOCX, no PDF and no message", where=name, next_step=_FORMS)
    return message


def _paragraphs(text: str) -> Iterator[str]:
    blocks = [block.strip() for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if block.strip()]
    for number, block in enumerate(blocks):
        lines = block.split("\n")
        if number == 0 and len(lines) > 1 and looks_like_banner(lines[0]):
            yield lines.pop(0)
        end = lines.pop() if number == len(blocks) - 1 and len(lines) > 1 and looks_like_banner(lines[-1]) else ""
        yield "\n".join(lines)
        if end:
            yield end


def _banners(portions: list[Portion]) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    found, bare = [], []
    for side, one in (("first line", portions[:1]), ("last line", portions[-1:])):
        if one and one[0].mark is None and looks_like_banner(one[0].text):
            found.append((one[0].place, one[0].text))
        else:
            bare.append(side)
    return tuple(found), tuple(bare)


def _left(message: EmailMessage) -> tuple[str, ...]:
    kinds = [f"line of the header {key.lower()}" for key in message if key.lower() not in _HEADERS]
    kinds += ["further subject"] * (len(message.get_all(SUBJECT, [])) - 1)
    plain = message.get_body(("plain",))
    for part in message.walk():
        if part is not plain and not part.is_multipart():
            kinds.append("attachment" if part.is_attachment() else f"part of type {part.get_content_type()}")
    return counted(kinds)


def _traces(message: EmailMessage) -> frozenset[str]:
    found = {str(value) for key in _NAMES for value in message.get_all(key, [])}
    names = {part.strip() for one in found for part in re.split(r"[<>,;\"]", one) if part.strip()}
    files = {part.get_filename() or "" for part in message.walk()}
    return frozenset(one for one in names | files if len(one) > 2)


def write(outgoing: Outgoing) -> bytes:
    """A message of these portions, with the banner above and below: rule 3."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = " ".join((outgoing.subject or outgoing.banner).split())
    lines = [outgoing.banner, *map(shown, outgoing.portions), outgoing.banner]
    message.set_content("\n\n".join(lines), cte="base64" if any(len(line) > 900 for line in lines) else None)
    return message.as_bytes()


def leaks(data: bytes, check: Check) -> list[str]:
    """What a message that was written must not hold or does not say: rule 4. Empty: it may go out."""
    message = _message(data, "the copy")
    told = [f"a line of the header {key}" for key in message if key.lower() not in _HEADERS]
    back = read(data, "the copy")
    told += check.leaks(
        "\n".join([*(f"{key} {value}" for key, value in message.items()), *map(shown, back.portions)]), _frame()
    )
    banner = check.outgoing.banner
    wanted = [banner, *map(shown, check.outgoing.portions), banner]
    text = str(message.get_content())
    if text.split() != " ".join(wanted).split():
        told.append("other portions than were meant")
    ends = [one for one in back.portions if one.place != SUBJECT]
    if {line for place, line in back.banners if place != SUBJECT} != {banner} or back.bare or not ends:
        told.append("another banner than was meant")
    return told + list(back.left)


def _frame() -> str:
    message = _message(write(Outgoing("", ())), "the frame")
    return " ".join(f"{key} {value}" for key, value in message.items()) + " base64 quoted-printable 7bit 8bit"
