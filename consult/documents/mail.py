"""Inside the child: mails (EML, MSG) -> the text that was written, and what is attached."""

from __future__ import annotations

import email
import email.policy
import re
from email.message import EmailMessage, Message
from typing import Any, Final

from oxmsg import Message as OutlookMessage

from consult.documents.markup import damaged
from consult.documents.web import decode_page, page_text
from consult.documents.writing import Writing

_MOST_PARTS: Final = 2000
_DECORATION: Final = re.compile(r"^(?:image|outlook-|ATT)\d{3,}.*\.(?:png|jpe?g|gif|bmp|wmz|emz)$", re.IGNORECASE)
"""Pictures that mail programs name themselves: logos under a signature."""
_SIGNED: Final = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
)


def read_mail(name: str, content: bytes, _: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """A mail as it is sent (RFC 5322).

    Returns:
        As every document, of the plain text where there is one, else of the HTML; `subject`; `submitted_at`, its date
        as written; `attachments`, names, one of the blobs each.

    Raises:
        InputError: it is no mail, or has more parts than any.
    """
    message = email.message_from_bytes(content, policy=email.policy.compat32)
    if not message.keys():
        raise damaged(name)
    plain: Message | None = None
    page: Message | None = None
    attached: list[Message] = []
    out = Writing()
    pictures = False
    for number, part in enumerate(_leaves(message)):
        if number >= _MOST_PARTS:
            raise damaged(name)
        kind = part.get_content_type()
        is_attachment = part.get_content_disposition() == "attachment" or part.get_filename() is not None
        if kind == "text/plain" and not is_attachment and plain is None:
            plain = part
        elif kind == "text/html" and not is_attachment and page is None:
            page = part
        elif kind in _SIGNED or kind == "multipart/mixed":
            continue
        elif part.get_content_maintype() == "image" and (
            part.get_content_disposition() == "inline" or part.get("Content-ID") or _is_decoration(part.get_filename())
        ):
            out.note("a picture inside the mail was left out")
            pictures = True
        else:
            attached.append(part)
    body = _characters(plain) if plain is not None else ""
    if body.strip() or page is None:
        out.add(body)
    else:
        _add_page(out, decode_page(_bytes(page), page.get_content_charset()))
    names: list[str] = []
    blobs: list[bytes] = []
    for part in attached:
        names.append(_name(part, len(names) + 1))
        blobs.append(_bytes(part))
    when = message.get("Date")
    return out.found(
        subject=_header(message, "Subject"), submitted_at=None if when is None else str(when), attachments=names,
        pictures=pictures,
    ), blobs  # fmt: skip


def read_outlook(name: str, content: bytes, _: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """A mail as Outlook saves it (MSG).

    Returns:
        As `read_mail`.

    Raises:
        InputError: it is damaged.
    """
    message = OutlookMessage.load(content)
    out = Writing()
    body, html = message.body or "", message.html_body
    if body.strip() or not html:
        out.add(body)
    else:
        _add_page(out, html)
    names: list[str] = []
    blobs: list[bytes] = []
    for attachment in message.attachments:
        file_name = attachment.file_name or f"attachment {len(names) + 1}"
        if _is_decoration(file_name):
            out.note("a picture inside the mail was left out")
            continue
        content_of = attachment.file_bytes
        names.append(file_name if content_of is not None else f"{file_name}.msg")
        blobs.append(content_of or b"")
    if not body.strip() and not html:
        out.note("holds no text that is plain or HTML: if it shows some in Outlook, save it as text and give that")
    sent = message.sent_date
    when = message.message_headers.get("Date") or (None if sent is None else sent.isoformat())
    return out.found(subject=message.subject, submitted_at=when, attachments=names), blobs


def _leaves(message: Message) -> list[Message]:
    """The parts that hold no others, in order; a mail that is attached is one, whole."""
    leaves: list[Message] = []
    waiting = [message]
    while waiting:
        part = waiting.pop()
        payload = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(payload, list):
            waiting.extend(reversed([each for each in payload if isinstance(each, Message)]))
        else:
            leaves.append(part)
        if len(leaves) + len(waiting) > _MOST_PARTS:
            break
    return leaves


def _bytes(part: Message) -> bytes:
    payload = part.get_payload()
    if isinstance(payload, list):
        return payload[0].as_bytes() if payload and isinstance(payload[0], Message) else b""
    decoded = part.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else b""


def _characters(part: Message) -> str:
    """The characters of a plain part, line ends as they were sent."""
    content = _bytes(part)
    for encoding in (part.get_content_charset(), "utf-8", "cp1252"):
        try:
            if encoding:
                return content.decode(encoding)
        except (LookupError, UnicodeError):
            continue
    return content.decode("latin-1")


def _add_page(out: Writing, html: str) -> None:
    written = page_text(html)
    out.spans.extend(written.spans)
    out.add(written.text())


def _header(message: Message, key: str) -> str:
    """A header in characters, without the folds of long lines."""
    value = message.get(key)
    if value is None:
        return ""
    holder = EmailMessage(policy=email.policy.default)
    try:
        holder[key] = str(value).replace("\r", "").replace("\n", "")
        return str(holder[key])
    except (ValueError, IndexError, AttributeError, TypeError, LookupError):
        return ""


def _name(part: Message, number: int) -> str:
    name = part.get_filename()
    if name is None:
        mail = part.get_content_type() == "message/rfc822"
        ending = {"text/html": ".html", "text/plain": ".txt"}.get(part.get_content_type(), ".eml" if mail else "")
        return f"attachment {number}{ending}"
    holder = _decoded(name)
    return holder if part.get_content_type() != "message/rfc822" or holder.endswith(".eml") else f"{holder}.eml"


def _decoded(name: str) -> str:
    """A file's name in characters where it was sent in the way of headers."""
    try:
        return str(email.header.make_header(email.header.decode_header(name)))
    except (ValueError, LookupError, TypeError):
        return name


def _is_decoration(name: str | None) -> bool:
    return bool(name and _DECORATION.match(name))


__all__ = ["read_mail", "read_outlook"]
