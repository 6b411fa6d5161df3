"""Who wrote a mail, and when the receiving server's word for it counts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.message import parse_message
from parsers.sender import Sender, authenticated_address, sender, written_sender
from tests.parsers.vectors import mail, rows

HOST = "mx.office.gov.vn"
MEMBER = "mai@board.vn"
PASS = f"Authentication-Results: {HOST}; dmarc=pass header.from=board.vn"
RECEIVED = (
    f"Received: from out.board.vn (out.board.vn [192.0.2.1])\n\tby {HOST} with ESMTPS; Mon, 23 Nov 2026 09:00:00 +0700"
)

# What stands in brackets in these rows is history (tokens, decided items, the clock); the headers alone are in order.
NOT_BY_HEADERS = {
    "token expired": "the token's age",
    "token for item already decided": "the item's state",
    "mail delayed 30 days": "server time",
    "UIDVALIDITY replay of an old command": "single use of the token",
}
TABLE = rows("sender_auth_vectors.tsv")
BY_HEADERS = [row for row in TABLE if row[0] not in NOT_BY_HEADERS]


def vouched(example: str, authserv_id: str = HOST) -> str | None:
    return authenticated_address(parse_message(mail(example)), authserv_id)


def written_by(value: str) -> Sender | None:
    return sender(parse_message(mail(f"From: {value}")))


def test_every_row_left_out_is_in_the_table() -> None:
    assert NOT_BY_HEADERS.keys() <= {row[0] for row in TABLE}


@pytest.mark.parametrize(("case", "example", "expected"), BY_HEADERS, ids=[row[0] for row in BY_HEADERS])
def test_each_row_of_the_table_is_accepted_or_refused(case: str, example: str, expected: str) -> None:
    with_setting = example.startswith("(setting on) ")
    found = vouched(example.removeprefix("(setting on) "), "topmost" if with_setting else HOST)
    assert ("accept" if found == MEMBER else "refuse") == expected, (case, found)


@pytest.mark.parametrize(
    "head",
    [
        f"{PASS}\n{RECEIVED}",
        f"Return-Path: <{MEMBER}>\nDelivered-To: duthi@office.gov.vn\n{RECEIVED}\n{PASS}",
        f"Received: by 2002:a05:6f02::1 with SMTP id x; Mon, 23 Nov 2026 09:00:01 +0700\n{RECEIVED}\nReceived-SPF: pass\n{PASS}",
        f"Received: from {HOST} by imap.office.gov.vn with LMTP id 1; Mon, 23 Nov 2026 09:00:01 +0700\n{RECEIVED}\n{PASS}",
        f"Authentication-Results: {HOST.upper()} 1 (máy chủ);\n\tspf=pass smtp.mailfrom=board.vn;\n\tdmarc = pass (p=none)\n\theader.from = Board.VN",
        f'Authentication-Results: "{HOST}"; dmarc=pass header.from="board.vn"',
        f"Authentication-Results: {HOST}; spf=fail; dkim=none\n{PASS}",
        f"{PASS}\n{RECEIVED}\nAuthentication-Results: mx.board.vn; dmarc=fail header.from=board.vn",
        f"Sender: {MEMBER}\n{PASS}",
        f"Authentication-Results: (c) {HOST} (d); (e) dmarc(f)=(g)pass(h)header.from=board.vn;",
        f'Authentication-Results: {HOST} 1; dmarc=pass reason="ok" header.from=board.vn action=none; arc=none',
        f"ARC-Authentication-Results: i=1; {HOST}; dmarc=fail header.from=board.vn\n{PASS}",
    ],
)
def test_the_receiving_servers_pass_is_believed(head: str) -> None:
    assert vouched(f"{head}\nFrom: Mai <{MEMBER}>") == MEMBER


@pytest.mark.parametrize(
    "head",
    [
        # A forged field below the border, where the server wrote another name or nothing at all
        f"Received: from evil.vn by mail.other.vn with ESMTP; Mon, 23 Nov 2026 09:00:00 +0700\n{PASS}",
        f"Received: from evil.vn by mail.other.vn with ESMTP\n{PASS}\nReceived: from a by {HOST} with ESMTP\n{PASS}",
        f"{RECEIVED}\nReceived: from x by y with ESMTP\n{PASS}",
        f"{RECEIVED}\nSubject: x\n{PASS}",
        f"Received: from x by {HOST} by mail.other.vn with ESMTP\n{PASS}",
        # Worst result wins
        f"{PASS}\nAuthentication-Results: {HOST}; dmarc=fail header.from=board.vn",
        f"{PASS}; dmarc=none",
        f"{PASS}\n{PASS.replace('=pass', '=permerror')}",
        # Results that are none
        f"Authentication-Results: {HOST}; dmarc=pass",
        f"Authentication-Results: {HOST}; dmarc=pass header.from=board.vn header.from=evil.vn",
        f"Authentication-Results: {HOST}; dmarc=passed header.from=board.vn",
        f"Authentication-Results: {HOST}; dkim=pass header.d=board.vn; spf=pass",
        f"Authentication-Results: {HOST}; dmarc/2=pass header.from=board.vn",
        f"Authentication-Results: {HOST}; dmarc=pass (header.from=board.vn",
        f'Authentication-Results: {HOST}; dmarc=pass reason="x header.from=board.vn"',
        f"Authentication-Results: {HOST} dmarc=pass header.from=board.vn",
        f"Authentication-Results: {HOST}; none",
        "Authentication-Results: dmarc=pass header.from=board.vn",
        f'Authentication-Results: {HOST}; dmarc=pass header.from="board.vn"evil.vn',
        f"Authentication-Results: {HOST}; dmarc=pass header.from=board.vn.evil.vn",
        f"Authentication-Results: {HOST}; dmarc=pass smtp.mailfrom=board.vn header.d=board.vn",
        f'Authentication-Results: {HOST}; dmarc="pass" header.from=board.vn',
        f"Authentication-Results: {HOST}; x-dmarc=pass header.from=board.vn",
        f"Authentication-Results: {HOST}; dmarc=fail (dmarc=pass header.from=board.vn)",
        f"Authentication-Results: {HOST}; dmarc=pass header.from=evil.vn; dmarc=pass header.from=board.vn",
        # Ids that are not ours
        f"Authentication-Results: x{HOST}; dmarc=pass header.from=board.vn",
        f"Authentication-Results: {HOST}@evil.vn; dmarc=pass header.from=board.vn",
        f"Authentication-Results: evil.vn {HOST}; dmarc=pass header.from=board.vn",
        f"Authentication-Results: {HOST} 2; dmarc=pass header.from=board.vn",
        f"ARC-Authentication-Results: i=1; {HOST}; dmarc=pass header.from=board.vn",
        # On behalf of somebody else
        f"{PASS}\nSender: a@x.vn, {MEMBER}",
    ],
)
def test_anything_else_is_not_believed(head: str) -> None:
    assert vouched(f"{head}\nFrom: Mai <{MEMBER}>") is None


def test_without_an_authserv_id_nobody_is_vouched_for() -> None:
    assert vouched(f"{PASS}\nFrom: {MEMBER}", "") is None


def test_topmost_believes_the_first_field_only() -> None:
    fail = "Authentication-Results: dmarc=fail header.from=board.vn"
    assert vouched(f"{fail}\n{PASS}\nFrom: {MEMBER}", "topmost") is None
    assert vouched(f"{PASS}\n{fail}\nFrom: {MEMBER}", "topmost") == MEMBER


@pytest.mark.parametrize(
    ("value", "address", "name"),
    [
        ("Lan@X.vn", "lan@x.vn", ""),
        ("<lan@x.vn>", "lan@x.vn", ""),
        ("Nguyễn Thị Lan <lan@x.vn>", "lan@x.vn", "Nguyễn Thị Lan"),
        ('"Trường TH Số 9, Ba Đình" <c1so9@x.edu.vn>', "c1so9@x.edu.vn", "Trường TH Số 9, Ba Đình"),
        (r'"Lan \"GV\"" <lan@x.vn>', "lan@x.vn", 'Lan "GV"'),
        ("=?UTF-8?B?VHLGsOG7nW5n?= =?UTF-8?Q?_Ti=E1=BB=83u_h=E1=BB=8Dc?= <lan@x.vn>", "lan@x.vn", "Trường Tiểu học"),
        ('"=?utf-8?Q?Tr=C6=B0=E1=BB=9Dng?=" <lan@x.vn>', "lan@x.vn", "Trường"),
        ("Trường A (Ba Đình) <lan@x.vn>", "lan@x.vn", "Trường A (Ba Đình)"),
        ("lan@x.vn (Nguyễn Lan)", "lan@x.vn", "Nguyễn Lan"),
        ("=?utf-8?B?AAoNQmNjOiB4?= <lan@x.vn>", "lan@x.vn", "Bcc: x"),
        ("Lan\u202e\u200b <lan@x.vn>", "lan@x.vn", "Lan"),
        ("lan.nguyen+tin@mail.x.edu.vn", "lan.nguyen+tin@mail.x.edu.vn", ""),
        ("lan@giáodục.vn", "lan@xn--giodc-yqa4094c.vn", ""),
    ],
)  # fmt: skip
def test_one_clean_mailbox_is_the_sender(value: str, address: str, name: str) -> None:
    assert written_by(value) == Sender(address, name)


@pytest.mark.parametrize(
    "value",
    [
        "", "lan", "lan@", "@x.vn", "lan@x", "lan@x.", "lan@.vn", "lan@x..vn", "lan@-x.vn", "lan@[192.0.2.1]",
        "lan@192.0.2.1", "lan@x.vn, mai@y.vn", "lan@x.vn; mai@y.vn", "lan@x.vn mai@y.vn", "Lop 6A: lan@x.vn;",
        "<a@b.vn>x@c.vn", "mai@board.vn <x@evil.vn>", "<@r.vn:lan@x.vn>", "<<lan@x.vn>>", "lan(x)@x.vn",
        "lan@(x)x.vn", "<lan@x.vn", "lan@x.vn>", '"lan x"@x.vn', "lan..a@x.vn", ".lan@x.vn",
        "=?utf-8?Q?mai?=@board.vn", "Lan <=?utf-8?Q?mai=40board.vn?=>", "lan@x.vn\x00.evil.vn", "lan@x\x0b.vn",
        "Lan\x07 <lan@x.vn>", "lán@x.vn", "lan@bo\u0430rd.vn", "lan@board\u3002vn", "lan@bo\u200bard.vn",
        "lan@xn--zzzzzzzz.vn", 'Lan" <lan@x.vn>', "Lan (a@b.vn) <lan@x.vn>", "lan@x.vn (a) (b)", "lan @x.vn",
        "a" * 65 + "@x.vn", "lan@" + "x" * 64 + ".vn", "lan@" + "abc." * 80 + "vn", "(" * 2000 + "lan@x.vn",
        ("a" * 30 + " ") * 250,
    ],
)  # fmt: skip
def test_a_defect_makes_the_sender_unknown(value: str) -> None:
    assert written_by(value) is None


@pytest.mark.parametrize(
    "value",
    [
        '"mai@board.vn" <mai@board.vn>', '"MAI@Board.vn (Mai)" <mai@board.vn>', "\"'mai@board.vn'\" <mai@board.vn>",
        '"mai@board.vn." <mai@board.vn>', '"Mai @ Ba Đình" <mai@board.vn>', '"Kim Đồng@2026" <mai@board.vn>',
    ],
)  # fmt: skip
def test_a_name_may_show_the_mails_own_address(value: str) -> None:
    found = written_by(value)
    assert found is not None
    assert found.address == MEMBER


@pytest.mark.parametrize(
    "value",
    [
        '"mai@board.vn" <x@evil.vn>', "=?utf-8?B?bWFpQGJvYXJkLnZu?= <x@evil.vn>", '"<mai@board.vn>" <x@evil.vn>',
        "=?utf-8?Q?mai=40board=2Evn?= <x@evil.vn>", '"mai\uff20board.vn" <x@evil.vn>', "x@evil.vn (mai@board.vn)",
        '"mai@bo\u200bard.vn" <x@evil.vn>', '"x@evil.vn, mai@board.vn" <x@evil.vn>', '"mailto:mai@board.vn" <x@evil.vn>',
        '"mai@board.vn via Nhóm" <nhom@groups.vn>',
    ],
)  # fmt: skip
def test_a_name_that_shows_another_address_makes_the_sender_unknown(value: str) -> None:
    assert written_by(value) is None
    assert "@" in written_sender(parse_message(mail(f"From: {value}")))


def test_what_stands_in_from_is_shown_as_one_clean_line() -> None:
    message = parse_message(mail("From: lan@x.vn\nFrom: =?utf-8?Q?Mai=0A?= <mai@y.vn>\u202e"))
    assert written_sender(message) == "lan@x.vn, Mai <mai@y.vn>"


def test_two_from_fields_make_the_sender_unknown() -> None:
    assert sender(parse_message(mail("From: lan@x.vn\nfrom: lan@x.vn"))) is None
    assert sender(parse_message(mail("From : lan@x.vn\nFrom: mai@y.vn"))) is None
    assert sender(parse_message(mail("Subject: không có người gửi"))) is None


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60), st.sampled_from(("", PASS)))
def test_no_text_around_an_address_brings_another_sender(noise: str, head: str) -> None:
    for value in (f"{noise} <x@evil.vn>", f"<x@evil.vn> {noise}", f"{noise}x@evil.vn", f"x@evil.vn{noise}"):
        assert vouched(f"{head}\nFrom: {value.splitlines()[0] if value.splitlines() else ''}") is None
