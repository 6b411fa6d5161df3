"""Mails that were imported are the office's history: kept to be found and counted, and nobody's work.

None is answered, none waits for a person, and none puts an incident on record, whatever its age; their stories are
credited and can be found, but their pages are not fetched and they enter no queue, until a person asks for one. Pure.
"""

from dataclasses import replace

from db.models import Message
from db.states import MessageState
from ingest.backfill import HISTORY
from pipeline.stages.mail_decision import MailDecision

__all__ = ["as_history", "is_history"]


def is_history(message: Message) -> bool:
    """Was this mail imported, and never seen in the mailbox before that?"""
    return message.history


def as_history(decided: MailDecision) -> MailDecision:
    """What becomes of an imported mail that, had it just come in, would have been decided so."""
    waits = decided.state is MessageState.WAITING
    state, reason = (MessageState.IGNORED, HISTORY) if waits else (decided.state, decided.reason)
    return replace(decided, state=state, reason=reason, silence_reason=HISTORY)
