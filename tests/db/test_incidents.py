"""The register of incidents: what belongs with one, on both databases."""

from sqlalchemy.orm import Session

from db.models import Incident, Message, OutgoingMail, Role
from db.queries import incidents
from db.session import Database
from db.states import IncidentState, MessageState
from tests.factories import NOW, add_member, add_message, add_school

ALERT = "<alert.1@badinhedu.example>"


def add_mail(session: Session, rfc_id: str, *, verified: bool = True) -> Message:
    """A restricted mail that waits; all of them have the same twin and sender."""
    message = add_message(session, None, state=MessageState.WAITING)
    message.restricted, message.rfc_id, message.twin, message.verified = True, rfc_id, "twin", verified
    return message


def add_incident(session: Session, message: Message) -> Incident:
    incident = Incident(school=add_school(session), kind="incident_report", urgent=True, opened_at=NOW)
    incident.state = IncidentState.OPEN
    session.add(incident)
    incident.note_mail(message.id, NOW, "test")
    session.flush()
    return incident


def test_an_incident_is_found_by_its_mails_their_copies_and_their_threads(database: Database) -> None:
    with database.write() as session:
        first, copy, forged = (
            add_mail(session, "<a@x>"),
            add_mail(session, "<a@x>"),
            add_mail(session, "<a@x>", verified=False),
        )
        incident = add_incident(session, first)
        assert incidents.of_message(session, first.id) is incident
        assert incidents.of_message(session, copy.id) is None
        assert incidents.of_twin(session, copy) is incident
        assert incidents.of_twin(session, forged) is None
        copy.twin = None
        assert incidents.of_twin(session, copy) is None
        assert incidents.open_in_thread(session, ["<z@x>", "<a@x>"]) == [incident]
        assert incidents.locked(session, incident.id) is incident
        assert [mail.id for mail in incidents.waiting_mails(session, incident)] == [first.id]


def test_a_thread_is_restricted_until_its_incident_is_closed(database: Database) -> None:
    with database.write() as session:
        first = add_mail(session, "<a@x>")
        incident = add_incident(session, first)
        assert incidents.is_thread_restricted(session, ["<a@x>"])
        first.move_to(MessageState.READ, NOW, "test")
        assert incidents.is_thread_restricted(session, ["<a@x>"])  # it goes on, though this mail was dealt with
        incident.move_to(IncidentState.CLOSED, NOW, "test")
        assert not incidents.is_thread_restricted(session, ["<a@x>", "<z@x>"])
        assert incidents.open_in_thread(session, ["<a@x>"]) == []
        assert incidents.listed(session, IncidentState.OPEN) == []
        assert incidents.listed(session) == [incident]


def test_an_alert_of_ours_restricts_whatever_answers_it(database: Database) -> None:
    with database.write() as session:
        for number, about in enumerate(("incident:1", "alarm:disk"), 1):
            rfc_id = f"<alert.{number}@badinhedu.example>"
            mail = OutgoingMail(notice="alert", about=about, recipient="a@x", rfc_id=rfc_id, subject="", mail=b"")
            mail.queued_at = NOW
            session.add(mail)
        assert incidents.is_thread_restricted(session, [ALERT])
        assert not incidents.is_thread_restricted(session, ["<alert.2@badinhedu.example>"])


def test_in_charge_is_the_board_and_whoever_is_told(database: Database) -> None:
    with database.write() as session:
        mai, thanh = add_member(session), add_member(session, "thanh", Role.STAFF)
        add_member(session, "lan", active=False)
        assert incidents.in_charge(session, " Mai ", ()) is mai
        assert incidents.in_charge(session, "thanh", ()) is None
        assert incidents.in_charge(session, "thanh@board.example", ["Thanh@Board.example"]) is thanh
        assert incidents.in_charge(session, "lan", ["lan@board.example"]) is None
