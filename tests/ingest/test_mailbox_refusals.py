"""What a server tells unasked, and what it does not hand over: no mail is mixed up, lost unseen, or in the way."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import pytest

from ingest import mailbox_listing
from ingest.mailbox import FetchedMail, ImapMailbox, MailboxError, OpenImapMailbox
from ingest.mailbox_errors import explained
from ingest.mailbox_protocol import HEAD_BYTES
from ingest.settings import MailboxSettings
from tests.servers.scripted_imap import Answer, ScriptedImap

Answers = Mapping[str, Answer]

FACTS = "(RFC822.SIZE INTERNALDATE)"
WHOLE, HEAD = "(BODY.PEEK[])", f"(BODY.PEEK[]<0.{HEAD_BYTES}>)"
HEADER = f"(BODY.PEEK[HEADER]<0.{HEAD_BYTES}>)"
REFUSED = "{tag} NO [SERVERBUG] Internal error occurred."
HELD_BACK = (b"Subject: tin", True)


def listed(*uids: int, size: int = 3) -> str:
    return "".join(
        f'* {uid} FETCH (UID {uid} RFC822.SIZE {size} INTERNALDATE "25-Nov-2026 08:00:00 +0700")\n' for uid in uids
    )


def body(uid: int, value: str, key: str = "BODY[]") -> str:
    return f"* {uid} FETCH (UID {uid} {key} {value})\n"


def mails(*uids: int) -> str:
    """Bodies of three bytes: the UID, thrice."""
    return "".join(body(uid, f'"{uid}{uid}{uid}"') for uid in uids)


OK = "{tag} OK done"
FOLDER: Answers = {
    "CAPABILITY": f"* CAPABILITY IMAP4rev1\n{OK}",
    "EXAMINE": f"* 3 EXISTS\n* OK [UIDVALIDITY 7] valid\n* OK [UIDNEXT 4] next\n{OK}",
    "LOGOUT": f"* BYE\n{OK}",
    f"UID FETCH 1,2,3 {FACTS}": listed(1, 2, 3) + OK,
    f"UID FETCH 1,2,3 {WHOLE}": mails(1, 2, 3) + OK,
    **{f"UID FETCH {uid} {WHOLE}": mails(uid) + OK for uid in (1, 2, 3)},
    **{f"UID SEARCH UID {uid}": f"* SEARCH {uid}\n{OK}" for uid in (1, 2, 3)},
    f"UID FETCH 2 {HEADER}": body(2, '"Subject: tin"', "BODY[HEADER]<0>") + OK,
}
WHOLE_MAILS = [(b"111", False), (b"222", False), (b"333", False)]


@contextmanager
def connected(changed: Answers) -> Iterator[OpenImapMailbox]:
    with ScriptedImap({**FOLDER, **changed}) as server:
        settings = MailboxSettings(host="localhost", port=server.port, security="none", username="a", password="b")
        with ImapMailbox(settings).connect() as office:
            yield office


def fetched(changed: Answers, uids: Sequence[int] = (1, 2, 3)) -> list[FetchedMail]:
    with connected(changed) as office:
        return list(office.fetch(uids))


def contents(found: Sequence[FetchedMail]) -> list[tuple[bytes, bool]]:
    return [(mail.raw, mail.truncated) for mail in found]


@pytest.mark.parametrize(
    "changed",
    [
        {f"UID FETCH 1,2,3 {FACTS}": "* 3 FETCH (FLAGS (\\Seen))\n" + listed(1, 2, 3) + OK},
        {f"UID FETCH 1,2,3 {WHOLE}": "* 3 FETCH (FLAGS (\\Seen))\n" + mails(3, 1, 2) + OK},
        {f"UID FETCH 1,2,3 {FACTS}": listed(3, 1, 2) + "* 9 FETCH (UID 99 FLAGS (\\Seen))\n" + OK},
    ],
    ids=["a flag while listing", "a flag while reading", "out of order"],
)
def test_what_is_told_unasked_changes_nothing(changed: Answers) -> None:
    found = fetched(changed)
    assert [mail.uid for mail in found] == [1, 2, 3]
    assert contents(found) == WHOLE_MAILS


def test_a_flag_of_a_mail_that_is_gone_lists_no_mail() -> None:
    listing = "* 3 FETCH (FLAGS (\\Seen))\n" + listed(1, 2) + OK
    assert [mail.uid for mail in fetched({f"UID FETCH 1,2,3 {FACTS}": listing})] == [1, 2]


@pytest.mark.parametrize(
    "batch",
    [REFUSED, "{tag} BAD no", mails(1) + REFUSED, mails(1, 3) + body(2, "NIL") + OK, mails(1, 3) + OK],
    ids=["refused", "not understood", "broken off", "no body", "left out"],
)
def test_what_does_not_come_with_its_batch_comes_alone(batch: str) -> None:
    assert contents(fetched({f"UID FETCH 1,2,3 {WHOLE}": batch})) == WHOLE_MAILS


@pytest.mark.parametrize(
    "alone",
    [REFUSED, "{tag} BAD no", body(2, "NIL") + OK, body(2, '""') + OK, OK],
    ids=["refused", "not understood", "no body", "empty body", "left out"],
)
def test_a_mail_that_the_server_keeps_is_shown_by_its_header_and_holds_up_no_other(alone: str) -> None:
    found = fetched({f"UID FETCH 1,2,3 {WHOLE}": REFUSED, f"UID FETCH 2 {WHOLE}": alone})
    assert contents(found) == [WHOLE_MAILS[0], HELD_BACK, WHOLE_MAILS[2]]
    assert found[1].size == 3


@pytest.mark.parametrize("header", [REFUSED, body(2, "NIL", "BODY[HEADER]<0>") + OK])
def test_a_mail_of_which_nothing_can_be_had_is_shown_all_the_same(header: str) -> None:
    kept = {f"UID FETCH 1,2,3 {WHOLE}": REFUSED, f"UID FETCH 2 {WHOLE}": REFUSED, f"UID FETCH 2 {HEADER}": header}
    assert contents(fetched(kept)) == [WHOLE_MAILS[0], (b"", True), WHOLE_MAILS[2]]


def test_a_mail_that_cannot_even_be_described_is_shown_by_its_head() -> None:
    found = fetched(
        {
            f"UID FETCH 1,2,3 {FACTS}": REFUSED,
            f"UID FETCH 1 {FACTS}": listed(1) + OK,
            f"UID FETCH 2 {FACTS}": REFUSED,
            f"UID FETCH 3 {FACTS}": listed(3) + OK,
            f"UID FETCH 1,3 {WHOLE}": mails(1, 3) + OK,
            f"UID FETCH 2 {HEAD}": body(2, '"Subject: tin"', "BODY[]<0>") + OK,
        }
    )
    assert contents(found) == [WHOLE_MAILS[0], HELD_BACK, WHOLE_MAILS[2]]
    assert found[1].internal_date == mailbox_listing.UNKNOWN_DATE


@pytest.mark.parametrize("gone", ["{tag} NO [EXPUNGEISSUED] gone", body(2, "NIL") + OK, OK])
def test_a_mail_that_has_vanished_is_missing_however_the_server_says_so(gone: str) -> None:
    changed = {
        f"UID FETCH 1,2,3 {WHOLE}": gone,
        f"UID FETCH 2 {WHOLE}": gone,
        "UID SEARCH UID 2": f"* SEARCH\n{OK}",
    }
    assert [mail.uid for mail in fetched(changed)] == [1, 3]


@pytest.mark.parametrize("size", [0, 2, 4000])
def test_a_size_that_is_counted_otherwise_is_no_reason_to_refuse_a_mail(size: int) -> None:
    assert contents(fetched({f"UID FETCH 1,2,3 {FACTS}": listed(1, 2, 3, size=size) + OK})) == WHOLE_MAILS


def test_a_mail_of_no_bytes_is_a_mail() -> None:
    empty = {f"UID FETCH 2 {FACTS}": listed(2, size=0) + OK, f"UID FETCH 2 {WHOLE}": body(2, '""') + OK}
    assert contents(fetched(empty, [2])) == [(b"", False)]


@pytest.mark.parametrize("alone", [None, "* BYE Internal error", "{tag} NO [UNAVAILABLE] Try again later."])
def test_a_lost_connection_or_a_passing_trouble_is_tried_again(alone: str | None) -> None:
    with pytest.raises(MailboxError) as lost:
        fetched({f"UID FETCH 1,2,3 {WHOLE}": REFUSED, f"UID FETCH 1 {WHOLE}": alone})
    assert not lost.value.permanent


@pytest.mark.parametrize(
    ("alone", "told"),
    [
        pytest.param(REFUSED, {1: 3, 2: -1, 3: 3}, id="refused"),
        pytest.param(OK, {1: 3, 2: -1, 3: 3}, id="left out"),
    ],
)
def test_a_size_that_the_server_keeps_to_itself_is_unknown(alone: str, told: dict[int, int]) -> None:
    size = "(RFC822.SIZE)"
    answers = {
        "UID SEARCH": f"* SEARCH 3 1 2\n{OK}",
        f"UID FETCH 1,2,3 {size}": REFUSED,
        f"UID FETCH 2 {size}": alone,
        **{f"UID FETCH {uid} {size}": f"* {uid} FETCH (UID {uid} RFC822.SIZE 3)\n{OK}" for uid in (1, 3)},
    }
    with connected(answers) as office:
        assert office.sizes() == told


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        ("* 1 FETCH (UID 1 99999999999999999999 LIST -5 OK)", AttributeError),
        ("* 1 FETCH (UID 1 ENVELOPE (NIL))", IndexError),
        ("* 1 FETCH " + "(" * 3000, RecursionError),
    ],
    ids=["numbers for names", "an envelope of nothing", "depths"],
)
def test_an_answer_that_cannot_be_taken_apart_is_the_fault_of_the_server(answer: str, cause: type[Exception]) -> None:
    with pytest.raises(MailboxError, match="không đúng chuẩn IMAP") as failed:
        fetched({f"UID FETCH 1,2,3 {FACTS}": answer + "\n" + OK})
    assert isinstance(failed.value.__cause__, cause)
    assert not failed.value.permanent


@pytest.mark.parametrize(
    "date",
    ["40-Nov-2026 08:00:00 +0700", "01-Jan-0001 00:00:00 +0700", "1-Jan-99999999999999999999 00:00:00 +0000"],
)
def test_a_mail_of_a_mad_date_holds_up_no_other(date: str) -> None:
    mad = f'* 2 FETCH (UID 2 RFC822.SIZE 3 INTERNALDATE "{date}")\n'
    found = fetched(
        {
            f"UID FETCH 1,2,3 {FACTS}": listed(1) + mad + listed(3) + OK,
            f"UID FETCH 1 {FACTS}": listed(1) + OK,
            f"UID FETCH 2 {FACTS}": mad + OK,
            f"UID FETCH 3 {FACTS}": listed(3) + OK,
            f"UID FETCH 1,3 {WHOLE}": mails(1, 3) + OK,
            f"UID FETCH 2 {HEAD}": body(2, '"222"', "BODY[]<0>") + OK,
        }
    )
    assert [mail.raw for mail in found] == [b"111", b"222", b"333"]


@pytest.mark.parametrize("mistake", [AssertionError, AttributeError, IndexError, KeyError, TypeError, ValueError])
def test_whatever_the_library_stumbles_over_is_explained(mistake: type[Exception]) -> None:
    with pytest.raises(MailboxError, match="không đúng chuẩn IMAP"), explained(MailboxSettings(host="localhost")):
        raise mistake


def test_a_mail_that_vanishes_meanwhile_has_no_size() -> None:
    searches = iter(["1 2", "1"])
    answers: Answers = {
        "UID SEARCH": lambda peer: peer.say(f"* SEARCH {next(searches)}\n{peer.tag} OK done"),
        "UID FETCH 1,2 (RFC822.SIZE)": f"* 1 FETCH (UID 1 RFC822.SIZE 3)\n{OK}",
    }
    with connected(answers) as office:
        assert office.sizes() == {1: 3}
