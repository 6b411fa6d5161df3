"""Rows as the command line gives them away: plain words and aware times, the same keys for people and for programs."""

from typing import Any

from db.models import Incident, Message, OutgoingMail, Story
from db.queries.incidents import ABOUT, PRESS
from tinbai.cli.front import Front


def message_record(front: Front, row: Message) -> dict[str, Any]:
    """A mail as the command line lists it. Of a restricted one only number, time and state."""
    open_fields = {
        "kind": row.kind,
        "school": row.school.short_name if row.school else None,
        "school_by": row.school_by,
        "sender": row.sender_address,
        "sender_name": row.sender_name,
        "subject": row.subject,
        "claimed_week": row.claimed_week,
        "received_week": row.received_week,
        "week": row.credited_week,
        "flags": row.flags,
        "answer": row.answer.value,
        "answered_at": front.local(row.answered_at),
        "silence_reason": row.silence_reason,
    }
    hidden = dict.fromkeys(open_fields) | {"subject": "(nội dung hạn chế: xem thư gốc trong hộp thư)"}
    return {
        "id": f"m{row.id}",
        "received_at": front.local(row.received_at),
        "state": row.state.value,
        "reason": row.reason,
        "size": None if row.restricted else row.size,
        **(hidden if row.restricted else open_fields),
    }


def restricted_record(front: Front, row: Message, incident: Incident | None) -> dict[str, Any]:
    """A restricted mail for whoever asks for it by its number: where it stands, and nothing of what it says."""
    return {
        "id": f"m{row.id}",
        "received_at": front.local(row.received_at),
        "state": row.state.value,
        "reason": row.reason,
        "school": row.school.short_name if row.school else None,
        "incident": incident.id if incident else None,
    }


def incident_record(front: Front, row: Incident) -> dict[str, Any]:
    """An incident as the command line shows it."""
    return {
        "number": row.id,
        "opened_at": front.local(row.opened_at),
        "school": row.school.short_name if row.school else None,
        "kind": row.kind,
        "urgent": row.urgent,
        "state": row.state.value,
        "messages": [f"m{number}" for number in row.message_ids],
    }


def story_record(front: Front, row: Story) -> dict[str, Any]:
    """A story as the command line shows it."""
    return {
        "number": row.id,
        "state": row.state.value,
        "school": row.school.short_name,
        "page_kind": row.page_kind,
        "title": row.headline,
        "published_on": row.published_on,
        "byline": row.byline,
        "summary": row.summary,
        "url": row.url,
        "image_url": row.image_url,
        "theme": row.theme,
        "flags": row.flags,
        "school_year": row.school_year,
        "week": row.week,
        "pending_at": front.local(row.pending_at),
        "original": row.original_id,
        "reason": row.reason,
    }


def mail_record(front: Front, row: OutgoingMail) -> dict[str, Any]:
    """An outgoing mail as the command line shows it. What an alert about an incident is about, only its reader sees."""
    is_private = row.about.startswith((ABOUT, PRESS))
    return {
        "id": f"o{row.id}",
        "state": row.state.value,
        "notice": row.notice,
        "about": row.about,
        "recipient": row.recipient,
        "subject": "(nội dung hạn chế)" if is_private else row.subject,
        "queued_at": front.local(row.queued_at),
        "due_at": front.local(row.due_at),
        "sent_at": front.local(row.sent_at),
        "attempts": row.attempts,
        "failure": row.failure,
        "message_id": row.rfc_id,
    }
