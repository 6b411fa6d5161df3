"""The register of schools as the parsers get it."""

from datetime import date

from sqlalchemy.orm import Session

from db.session import Database
from db.states import MessageState
from pipeline.registry import read_again, registry_from
from tests.factories import NOW, add_message, add_school

OLD = "th-cu@hanoiedu.example"


def merge(session: Session) -> None:
    """TH Cũ has gone over into TH Mới."""
    add_school(session, "th-cu", name="Cũ").valid_to = date(2026, 6, 30)
    heir = add_school(session, "th-moi", name="Mới")
    heir.valid_from, heir.predecessor = date(2026, 7, 1), "th-cu"
    session.flush()


def test_a_school_brings_its_days_and_its_predecessor(database: Database) -> None:
    with database.write() as session:
        merge(session)
        registry = registry_from(session, "badinhedu.example")
    assert registry.on(date(2026, 6, 30)).by_email[OLD] == "th-cu"
    assert registry.on(date(2026, 7, 1)).by_email[OLD] == "th-moi"


def test_waiting_mails_of_the_old_address_are_read_again_for_the_successor(database: Database) -> None:
    with database.write() as session:
        merge(session)
        known = add_message(session, None, state=MessageState.WAITING, sender=OLD)
        unknown = add_message(session, None, state=MessageState.WAITING, sender="ai-do@noi-khac.example")
        assert read_again(session, "badinhedu.example", NOW) == 1
        assert (known.due_at is not None, unknown.due_at) == (True, None)
