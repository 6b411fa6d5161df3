"""A letter that somebody else hands on: whose it is, and who handed it on."""

import base64
from datetime import UTC, datetime

import pytest

from parsers.message import Attachment
from parsers.reading import Reading, read
from tests.parsers.letters import letter, office

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
OFFICE = office()
SCHOOL, STAFF, PRIVATE = "c1kimdong-bd@hanoiedu.example", "vanthu@badinhedu.example", "lan.vt@gmail.example"
AT_HOME = "https://c1kimdong.giangvo.example/tin-tuc-su-kien/ngay-hoi-doc-sach-pmtd22sw12"
ELSEWHERE = "https://noi-khac.example/tin-tuc/ngay-hoi-doc-sach-cua-hoc-sinh-khoi-4.html"
GMAIL = "Kính chuyển BBT.\n\n---------- Forwarded message ---------\nTừ: {}\nDate: Th 3\nSubject: {}\nTo: <b@x.example>\n\n{}"


def handed(sender: str, text: str, *attachments: Attachment, subject: str = "Fwd: Bài") -> Reading:
    domain = sender.rpartition("@")[2].rstrip(">")
    vouched = {"From": sender, "Authentication-Results": f"mx.badinhedu.example; dmarc=pass header.from={domain}"}
    return read(letter(text, subject=subject, headers=vouched, attachments=attachments), OFFICE, NOW)


def enclosed(sender: str, subject: str, text: str) -> Attachment:
    word = base64.b64encode(subject.encode()).decode()
    head = f"From: {sender}\nSubject: =?utf-8?B?{word}?=\nContent-Type: text/plain; charset=utf-8"
    return Attachment("thu.eml", "message/rfc822", f"{head}\n\n{text}\n".encode())


@pytest.mark.parametrize("sender", [STAFF, PRIVATE])
@pytest.mark.parametrize(
    ("author", "subject", "text", "by"),
    [
        ("Cô Lan <lan@x.example>", "Bài", f"Gửi bài {AT_HOME}", "link-host"),
        ("TH Kim Đồng <lan@x.example>", "Bài", f"Gửi bài {ELSEWHERE}", "name"),
        ("Cô Lan <lan@x.example>", "TH Kim Đồng gửi bài", f"Gửi bài {ELSEWHERE}", "name"),
        (f"Cô Lan <{SCHOOL}>", "Bài", f"Gửi bài {ELSEWHERE}", "name"),  # an address in a text proves nothing
    ],
)
def test_the_school_of_the_letter_is_credited_and_whoever_handed_it_on_is_told(
    sender: str, author: str, subject: str, text: str, by: str
) -> None:
    for reading in (
        handed(sender, GMAIL.format(author, subject, text)),
        handed(sender, "Kính chuyển BBT.", enclosed(author, subject, text)),
    ):
        assert (reading.school, reading.school_by, reading.forwarded_by) == ("th-kim-dong", by, sender)
        assert reading.action == "human"


def test_an_author_that_nobody_knows_leaves_the_school_open() -> None:
    reading = handed(PRIVATE, GMAIL.format("Cô Lan <lan@x.example>", "Bài", f"Gửi bài {ELSEWHERE}"))
    assert (reading.school, reading.school_by, reading.forwarded_by) == (None, "none", PRIVATE)


def test_two_schools_in_one_chain_of_forwards_are_no_answer() -> None:
    inner = GMAIL.format(f"A <{SCHOOL}>", "Bài", f"Gửi bài {ELSEWHERE}")
    reading = handed(STAFF, GMAIL.format("B <mgso9-bd@hanoiedu.example>", "Fwd: Bài", inner))
    assert (reading.school, reading.forwarded_by) == (None, STAFF)


def test_a_school_that_hands_on_its_own_teachers_letter_speaks_for_itself() -> None:
    reading = handed(SCHOOL, GMAIL.format("Cô Mai <mgso9-bd@hanoiedu.example>", "Bài", f"Gửi bài {AT_HOME}"))
    assert (reading.school, reading.school_by, reading.action) == ("th-kim-dong", "sender", "ack")
    assert reading.forwarded_by == SCHOOL


def test_an_author_named_beside_the_separator_is_found() -> None:
    text = f"----- Forwarded Message ----- From: Lan <{SCHOOL}>To: B <b@x.example>Sent: TueSubject: Bài\n Gửi bài {ELSEWHERE}"
    assert handed(PRIVATE, text).school == "th-kim-dong"


@pytest.mark.parametrize(
    ("sender", "text"),
    [
        (SCHOOL, f"Gửi bài {AT_HOME}"),
        (PRIVATE, f"Gửi bài {AT_HOME}\n\nTừ: 8h00\nĐến: 11h00\nNgày: 25/11"),
    ],
)
def test_a_letter_of_ones_own_is_handed_on_by_nobody(sender: str, text: str) -> None:
    assert handed(sender, text, subject="Bài").forwarded_by is None


def test_an_answer_with_its_quote_hands_nothing_on() -> None:
    quote = "Vào Th 4, 25 thg 11, 2026 vào lúc 13:31 BBT <pgd@badinhedu.example> đã viết:\n> Cũ"
    assert handed(SCHOOL, f"Gửi bài {AT_HOME}\n\n{quote}", subject="Re: Nhắc").forwarded_by is None
