"""The tables, one module a subject. Constraints say the rules; queries do not re-implement them."""

from db.models.base import Base
from db.models.bookkeeping import Alarm, HostTurn, Lease, MailboxEntry, MailboxState, MailMove, Run
from db.models.incident import Incident, IncidentEvent
from db.models.message import Link, Message, MessageEvent
from db.models.outgoing import MailEvent, OutgoingMail
from db.models.people import Contact, Member, Role, School, SchoolKey, SchoolKeyKind
from db.models.story import Page, Publication, Story, StoryEvent

__all__ = [
    "Alarm",
    "Base",
    "Contact",
    "HostTurn",
    "Incident",
    "IncidentEvent",
    "Lease",
    "Link",
    "MailEvent",
    "MailMove",
    "MailboxEntry",
    "MailboxState",
    "Member",
    "Message",
    "MessageEvent",
    "OutgoingMail",
    "Page",
    "Publication",
    "Role",
    "Run",
    "School",
    "SchoolKey",
    "SchoolKeyKind",
    "Story",
    "StoryEvent",
]
