"""`tinbai incidents`: what those in charge see and do; everywhere else a restricted mail is a number."""

from collections.abc import Sequence

import pytest

from db.models import Incident, OutgoingMail, Role
from db.queries import messages
from db.states import IncidentState, MessageState
from tests.factories import NOW, add_member, add_message, add_school
from tests.tinbai.conftest import CommandLine
from tinbai.cli import incidents, words

SECRET = ("Báo cáo nhanh", "nhập viện", "hanoiedu.example", "Cô Lan")


def report(tinbai: CommandLine, *, mails: int = 1, urgent: bool = True) -> None:
    """An open incident that a school told of in so many mails, its alert, a member and a clerk."""
    with tinbai.database.write() as session:
        school = add_school(session)
        incident = Incident(
            school=school, kind="incident_report", urgent=urgent, state=IncidentState.OPEN, opened_at=NOW
        )
        session.add(incident)
        session.flush()
        for _ in range(mails):
            message = add_message(session, school, state=MessageState.WAITING)
            message.restricted, message.kind = True, "incident_report"
            message.subject, message.sender_name = "Báo cáo nhanh: học sinh nhập viện", "Cô Lan"
            incident.note_mail(message.id, NOW, "read_message")
        session.add(alert())
        add_member(session)
        add_member(session, "thanh", Role.STAFF)


def alert() -> OutgoingMail:
    return OutgoingMail(
        notice="alert",
        about="incident:1",
        recipient="hieupho@badinhedu.example",
        rfc_id="<alert.1@badinhedu.example>",
        subject="[BBT] Khẩn: vụ việc số 1 – Trường TH Kim Đồng",
        mail=b"",
        queued_at=NOW,
    )


def put_in_charge(tinbai: CommandLine, address: str) -> None:
    with tinbai.settings.open("a", encoding="utf-8") as file:
        file.write(f'[incidents]\nto = ["{address}"]\n')


def test_incidents_are_listed_without_a_word_of_their_mails(tinbai: CommandLine) -> None:
    report(tinbai, mails=2)
    assert tinbai.records("incidents") == [
        {
            "number": 1,
            "opened_at": "2026-11-25T09:00:00+07:00",
            "school": "TH Kim Đồng",
            "kind": "incident_report",
            "urgent": True,
            "state": "open",
            "messages": ["m1", "m2"],
        }
    ]
    assert tinbai("incidents") == 0
    for told in ("TH Kim Đồng", "khẩn", "đang mở", "m1, m2", "25/11/2026 09:00"):
        assert told in tinbai.out
    assert tinbai.records("incidents", "--state", "closed") == []


def test_every_column_and_state_has_a_word_for_people() -> None:
    assert set(incidents.COLUMNS) <= set(words.FIELDS)
    assert set(IncidentState) <= set(words.VALUES["state"])


def test_closing_an_incident_takes_its_mails_off_the_list_and_is_on_record(tinbai: CommandLine) -> None:
    report(tinbai, mails=2)
    assert tinbai("incidents", "close", "1", "--as", "mai", "--note", "đã làm việc với trường") == 0
    assert (tinbai.records("waiting"), [row["state"] for row in tinbai.records("incidents")]) == ([], ["closed"])
    assert tinbai("show", "m2") == 0
    assert "đã làm việc với trường" in tinbai.out
    assert tinbai("incidents", "close", "1", "--as", "mai") == 1
    assert "đã đóng từ trước" in tinbai.err
    assert tinbai("incidents", "reopen", "#1", "--as", "mai") == 0
    assert [row["state"] for row in tinbai.records("incidents")] == ["open"]
    assert tinbai("incidents", "reopen", "1", "--as", "mai") == 1


@pytest.mark.parametrize("command", [["incidents", "close", "1"], ["handled", "m1"]])
def test_besides_the_board_only_who_is_told_of_incidents_may_deal_with_them(
    tinbai: CommandLine, command: Sequence[str]
) -> None:
    report(tinbai)
    assert tinbai(*command, "--as", "thanh") == 1
    assert "[incidents] to" in tinbai.err
    put_in_charge(tinbai, "Thanh@board.example")
    assert tinbai(*command, "--as", "thanh") == 0, tinbai.err


def test_handling_the_mail_leaves_the_incident_open_and_says_so(tinbai: CommandLine) -> None:
    report(tinbai)
    assert tinbai("handled", "m1", "--as", "mai") == 0
    assert "incidents close 1 --as mai" in tinbai.out
    assert [row["state"] for row in tinbai.records("incidents")] == ["open"]
    with tinbai.database.read() as session:
        message = messages.get(session, 1)
        assert message is not None
        assert message.state is MessageState.READ


@pytest.mark.parametrize("number", ["404", "x"])
def test_an_incident_that_is_not_there_gets_a_sentence(tinbai: CommandLine, number: str) -> None:
    report(tinbai)
    assert tinbai("incidents", "close", number, "--as", "mai") == 1
    assert number in tinbai.err


def test_who_asks_for_the_mail_sees_school_state_and_history_and_where_to_read_it(tinbai: CommandLine) -> None:
    report(tinbai)
    assert tinbai("show", "m1") == 0
    for told in ("m1", "TH Kim Đồng", "chờ người xem", "Vụ việc số 1 (đang mở)", "chỉ đọc trong hộp thư pgd@"):
        assert told in tinbai.out
    assert [secret for secret in SECRET if secret in tinbai.out] == []


@pytest.mark.parametrize(
    "command",
    [
        ["messages"],
        ["messages", "--json"],
        ["waiting"],
        ["waiting", "--json"],
        ["stories", "--json"],
        ["stories", "--search", "nhap vien"],
        ["outbox"],
        ["outbox", "--json"],
        ["show", "o1"],
        ["digest", "--dry-run"],
        ["preview", "digest", "mai"],
    ],
)
def test_elsewhere_neither_its_words_nor_its_school_show(tinbai: CommandLine, command: Sequence[str]) -> None:
    report(tinbai)
    assert tinbai(*command) == 0, tinbai.err
    shown = tinbai.out
    hidden = [*SECRET[:2], *SECRET[3:], "incident_report", "báo cáo vụ việc"]
    hidden += [] if "digest" in command else ["Kim Đồng", "hanoiedu.example"]
    assert [secret for secret in hidden if secret in shown] == []


def test_no_acknowledgement_of_it_can_be_looked_at(tinbai: CommandLine) -> None:
    report(tinbai)
    assert tinbai("preview", "acknowledgement", "m1") == 1
