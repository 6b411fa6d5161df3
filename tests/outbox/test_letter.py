"""A finished mail is what it was meant to be, whatever a school wrote in its subject, name or Message-ID."""

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email.header import decode_header, make_header

import pytest

from outbox.letter import Letter, Notice, Sender, UnsafeMail, build_mail, field_names, is_message_id, new_message_id

NOW = datetime(2026, 11, 25, 0, 45, tzinfo=UTC)
SENDER = Sender("pgd@office.example", "Ban biên tập")
ID = "<acknowledgement.ab12@office.example>"
LETTER = Letter(Notice.ACKNOWLEDGEMENT, "truong@schools.example", "[BBT] Đã nhận", "Kính gửi\n", "<p>Kính gửi</p>")


def names_of(mail: bytes) -> list[str]:
    """The names as the standard library reads them, apart from our own splitter."""
    return email.message_from_bytes(mail, policy=email.policy.compat32).keys()


def subject_of(mail: bytes) -> str:
    raw = email.message_from_bytes(mail)["Subject"]
    return str(make_header(decode_header(raw)))


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example, c@d.example",
        "A <a@b.example>",
        "a@b.example\r\nBcc: c@d.example",
        "a@b.example\n",
        "",
        "a",
        "@b.example",
        "a@",
        "a b@c.example",
        "a@b@c.example",
        "<a@b.example>",
        "ánh@b.example",
        "a@bộ.example",
        "a..b@c.example",
        ".a@c.example",
        "a.@c.example",
        "a@-b.example",
        "a@b..example",
        "a@b.example.",
        "=?utf-8?q?a?=@b.example",
        '"a"@b.example',
        "a@[127.0.0.1]",
        "x" * 65 + "@b.example",
        "a@" + ".".join(["x" * 60] * 5),
        "a@b.example(c)",
        "a:b@c.example;",
        "a@b.example\x00",
    ],
)
@pytest.mark.parametrize("place", ["to", "from"])
def test_only_one_plain_address_is_a_recipient_or_a_sender(address: str, place: str) -> None:
    letter, sender = (
        (replace(LETTER, to=address), SENDER) if place == "to" else (LETTER, replace(SENDER, address=address))
    )
    with pytest.raises(UnsafeMail):
        build_mail(letter, sender, ID, NOW)


@pytest.mark.parametrize("address", ["a@b.example", "c1kimdong-bd+tin.bai@xn--mm-mja.example", "o'neil_{x}@localhost"])
def test_any_plain_address_will_do(address: str) -> None:
    mail = email.message_from_bytes(build_mail(replace(LETTER, to=address), SENDER, ID, NOW))
    assert mail.get_all("To") == [address]


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        (
            "[BBT] Đã nhận 02 tin bài tuần 12 – Tiểu học Kim Đồng",
            "[BBT] Đã nhận 02 tin bài tuần 12 – Tiểu học Kim Đồng",
        ),
        ("=?UTF-8?Q?=0A?=Bcc: x@y", "Bcc: x@y"),
        ("=?UTF-8?Q?=0A?=Bậc: x@y", "=?UTF-8?Q?=0A?=Bậc: x@y"),  # half encoded, half not: stays as it is written
        ("=?UTF-8?Q?a=0ABcc:_x=40y?=", "a Bcc: x@y"),
        ("=?utf-8?b?xJDDoyBuaOG6rW4=?= tin", "Đã nhận tin"),
        ("a\r\n b\u2028c\x00d\u202ee", "a b c d" + "e"),
        ("Đa\u0303 nhâ\u0323n", "Đã nhận"),
        ("x" * 300, "x" * 200),
        ("  ", ""),
    ],
)
def test_a_subject_is_cleaned_and_then_says_what_it_said(subject: str, said: str) -> None:
    assert subject_of(build_mail(replace(LETTER, subject=subject), SENDER, ID, NOW)) == said


def test_the_sender_is_the_office_by_name_and_address() -> None:
    mail = build_mail(LETTER, replace(SENDER, name='Ban "biên tập", <x@y>'), ID, NOW)
    parsed = email.message_from_bytes(mail, policy=email.policy.default)["From"].addresses
    assert [(one.display_name, one.addr_spec) for one in parsed] == [('Ban "biên tập", <x@y>', SENDER.address)]


@pytest.mark.parametrize("notice", list(Notice))
def test_every_mail_says_that_a_machine_wrote_it(notice: Notice) -> None:
    mail = email.message_from_bytes(build_mail(replace(LETTER, notice=notice), SENDER, ID, NOW))
    answers = {"acknowledgement", "problem"}
    assert mail["Auto-Submitted"] == ("auto-replied" if notice in answers else "auto-generated")
    assert (mail["Precedence"], mail["X-Auto-Response-Suppress"], mail["X-Tinbai-Notice"]) == ("bulk", "All", notice)
    assert mail["Reply-To"] is None


def test_an_answer_stands_in_the_thread_it_answers() -> None:
    letter = replace(LETTER, answers="<c@x>", references=("<a@x>", "no id", "<b@x>", "<a@x>", "<c@x>"))
    mail = email.message_from_bytes(build_mail(letter, SENDER, ID, NOW))
    assert mail["In-Reply-To"] == "<c@x>"
    assert mail["References"].split() == ["<a@x>", "<b@x>", "<c@x>"]


def test_a_long_thread_keeps_its_first_and_its_last_ids() -> None:
    ids = tuple(f"<{number}@x>" for number in range(500))
    kept = email.message_from_bytes(build_mail(replace(LETTER, references=ids), SENDER, ID, NOW))["References"].split()
    assert (len(kept), kept[0], kept[-1]) == (20, "<0@x>", "<499@x>")


def test_an_id_that_is_none_is_not_cited() -> None:
    mail = build_mail(replace(LETTER, answers="<a@b>\r\nBcc: x@y", references=("<a b@c>",)), SENDER, ID, NOW)
    assert {"In-Reply-To", "References"}.isdisjoint(names_of(mail))


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("<CAF=x+1_2$3@mail.gmail.example>", True),
        ("<20261125.1@[127.0.0.1]>", True),
        ("<a@b>\n", False),
        ("a@b", False),
        ("<a@b><c@d>", False),
        ("<=?utf-8?q?=0A?=@b>", False),
        ("<" + "a" * 300 + "@b>", False),
        ("<á@b>", False),
        ("<a@b c>", False),
    ],
)
def test_what_a_message_id_is(text: str, *, valid: bool) -> None:
    assert is_message_id(text) is valid


def test_a_new_id_names_notice_token_and_domain() -> None:
    assert new_message_id(Notice.DIGEST, "office.example", "0f3a") == "<digest.0f3a@office.example>"


@pytest.mark.parametrize(("domain", "token"), [("x\r\ny", "a"), ("", "a"), ("x", "a b"), ("x", "a@b"), ("x", "=?a")])
def test_an_id_is_not_made_of_what_does_not_fit_in_one(domain: str, token: str) -> None:
    with pytest.raises(UnsafeMail):
        new_message_id(Notice.DIGEST, domain, token)


@pytest.mark.parametrize("given", ["acknowledgement", "<a@b>\r\nBcc: x@y", ""])
def test_a_mail_without_a_proper_id_is_not_built(given: str) -> None:
    with pytest.raises(UnsafeMail):
        build_mail(LETTER, SENDER, given, NOW)


def test_the_date_is_the_moment_given() -> None:
    hanoi = NOW.astimezone(timezone(timedelta(hours=7)))
    mail = email.message_from_bytes(build_mail(LETTER, SENDER, ID, hanoi), policy=email.policy.default)
    assert mail["Date"].datetime == NOW
    with pytest.raises(UnsafeMail):
        build_mail(LETTER, SENDER, ID, NOW.replace(tzinfo=None))


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert build_mail(LETTER, SENDER, ID, NOW) == build_mail(LETTER, SENDER, ID, NOW)


def test_both_bodies_come_back_as_they_were_written() -> None:
    text = "Kính gửi\n.\n..\n--=_tinbai_=--\nFrom x\n" + "dài " * 2000 + "\n"
    html = "<p>Trân trọng./.</p>\n" + "<br>" * 5000 + "\n"
    mail = build_mail(replace(LETTER, text=text, html=html), SENDER, ID, NOW)
    parsed = email.message_from_bytes(mail, policy=email.policy.default)
    bodies = [part.get_content().replace("\r\n", "\n") for part in parsed.iter_parts()]
    assert bodies == [text, html]
    assert max(map(len, mail.split(b"\r\n"))) <= 78


@pytest.mark.parametrize(
    "mail",
    [
        b"A: b\r\nno field\r\n\r\n",
        b"A: b\nBcc: c\r\n\r\n",
        b"A: b\rBcc: c\r\n\r\n",
        b" A: b\r\n\r\n",
        b"A: b\r\n \r\n\r\n",
        b"A b: c\r\n\r\n",
        b"A: \xc3\xa1\r\n\r\n",
        b"A: b\x00\r\n\r\n",
        b"A:" + b" " + b"x" * 998 + b"\r\n\r\n",
        b"A:b\r\n\r\n",
    ],
)
def test_a_header_that_could_be_read_in_two_ways_is_refused(mail: bytes) -> None:
    with pytest.raises(UnsafeMail):
        field_names(mail)


def test_a_header_without_an_end_is_none() -> None:
    assert field_names(b"A: b\r\n") == []
