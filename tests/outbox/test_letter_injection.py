"""Nothing a school can write adds a field to a mail of ours, or takes one away: 10,000 hostile letters.

The standard library of some interpreters lets an encoded word in a subject add a Bcc (CVE-2024-6923).
"""

import email
import random
from dataclasses import replace

import pytest

from outbox.letter import build_mail, field_names
from tests.outbox.test_letter import ID, LETTER, NOW, SENDER, names_of, subject_of

ALWAYS = ["From", "To", "Subject", "Date", "Message-ID"]
AUTOMATIC = ["Auto-Submitted", "Precedence", "X-Auto-Response-Suppress", "X-Tinbai-Notice", "Content-Language"]
MIME = ["MIME-Version", "Content-Type"]
PIECES = (
    "=?UTF-8?Q?=0A?=",
    "=?utf-8?b?DQpCY2M6IGV2aWxAeA==?=",
    "=?UTF-8?Q?=0D=0A?=",
    "Bcc: evil@x.example",
    "\r\nBcc: evil@x.example\r\n",
    "\n",
    "\r",
    "\r\n\r\n",
    "\x00",
    "\x0b",
    "\x0c",
    "\x1c",
    "\x85",
    "\u2028",
    "\u2029",
    "\u202e",
    "\u200b",
    "\ufeff",
    "\ud800",
    "\udfff",
    "\U000e0041",
    "Trường Tiểu học",
    "Đã nhận",
    "e\u0301",
    "👩\u200d🏫",
    "=?",
    "?=",
    "=?utf-16?b?",
    "=?x?q?",
    '"',
    "\\",
    "<x@y>",
    ",",
    ";",
    ":",
    " ",
    "\t",
    "x" * 300,
    "ậ" * 90,
    "To: a@b",
    "From: c@d",
    "--=_tinbai_=",
    ".",
    "Content-Type: text/html",
    "=?punycode?q?",
    "a" * 5000,
)


def hostile(chance: random.Random) -> str:
    return "".join(chance.choices(PIECES, k=chance.randint(0, 7)))


@pytest.mark.parametrize("seed", range(10))
def test_no_text_adds_or_removes_a_header_field(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(1000):
        ids = ["<a@b.example>", "<" + hostile(chance) + "@b>", hostile(chance), ID + hostile(chance)]
        letter = replace(
            LETTER,
            subject=hostile(chance),
            text=hostile(chance),
            html=hostile(chance),
            answers=chance.choice([None, *ids]),
            references=tuple(chance.choices(ids, k=chance.randint(0, 4))),
        )
        mail = build_mail(letter, replace(SENDER, name=hostile(chance)), ID, NOW)
        thread = [name for name in names_of(mail) if name in {"In-Reply-To", "References"}]
        assert names_of(mail) == field_names(mail) == [*ALWAYS, *thread, *AUTOMATIC, *MIME]
        assert thread in ([], ["References"], ["In-Reply-To", "References"])
        assert mail.isascii()
        assert max(map(len, mail.split(b"\r\n"))) <= 998
        assert b"\n" not in mail.replace(b"\r\n", b"")
        assert len(subject_of(mail)) <= 200
        parts = email.message_from_bytes(mail).get_payload()
        assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]  # type: ignore[union-attr]
