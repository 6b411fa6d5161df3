"""What is decided of a mail by what it says. Pure: for the stage that keeps it and for the replay that compares it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from db.states import MessageState
from parsers.kind import Kind
from pipeline.stages.ack_letter import WEEK_REASONS
from pipeline.stages.mail_reading import MailReading, disposition, is_restricted

MACHINES = frozenset({Kind.AUTO_REPLY, Kind.BOUNCE})
OF_THREAD = "Thư nối tiếp một thư có nội dung hạn chế đang được xử lý; chỉ người được giao xem và xử lý."
REPEATS = "duplicate"  # the flag of a mail that brings nothing but stories the office has


@dataclass(frozen=True, slots=True)
class MailDecision:
    """The fate of one mail.

    roles: of the links of a mail whose stories are taken up, by their address. stories: those of them that are stories,
    with their identity key. Both are empty when nothing is taken up.
    """

    state: MessageState
    reason: str | None = None
    kind: str | None = None
    school: str | None = None  # its code
    school_by: str | None = None
    claimed_week: int | None = None
    received_week: int | None = None
    credited_week: int | None = None
    credit_reason: str | None = None
    flags: tuple[str, ...] = ()
    restricted: bool = False
    silence_reason: str | None = None
    roles: Mapping[str, str] = field(default_factory=dict)
    stories: Mapping[str, str] = field(default_factory=dict)

    @property
    def takes_up(self) -> bool:
        """Its stories go their way to the board."""
        return self.state is MessageState.READ and self.school is not None


def decide_mail(result: MailReading) -> MailDecision:
    """Decide by the mail alone, as if every story in it were new."""
    reading, disposed = result.reading, disposition(result.reading)
    decided = MailDecision(
        state=disposed.state,
        reason=disposed.reason,
        kind=reading.kind.value,
        school=reading.school,
        school_by=reading.school_by,
        claimed_week=reading.claimed_week,
        received_week=reading.received_week,
        credited_week=reading.credited_week,
        credit_reason=next((WEEK_REASONS[flag] for flag in reading.flags if flag in WEEK_REASONS), None),
        flags=reading.flags,
        restricted=is_restricted(reading),
        silence_reason=reading.silence_reason,
    )
    if not decided.takes_up:
        return decided
    return replace(
        decided,
        roles={link.url: link.role for link, _ in result.story_keys},
        stories={link.url: key for link, key in result.story_keys if key is not None},
    )


def given_repeats(decided: MailDecision, repeats: Sequence[bool]) -> MailDecision:
    """The decision once it is known of each story whether the office has it already."""
    if not repeats or not all(repeats):
        return decided
    return replace(decided, flags=(*decided.flags, REPEATS), credited_week=None)


def given_thread(decided: MailDecision) -> MailDecision:
    """The decision once it is known that the mail belongs with a restricted one that is not done with.

    Such a mail quotes it, or goes on from it: it is restricted whole and waits for a person, unless a machine wrote it.
    """
    if decided.restricted:
        return decided
    if decided.kind in MACHINES and decided.state is MessageState.IGNORED:
        return replace(decided, restricted=True)
    return replace(
        decided,
        state=MessageState.WAITING,
        reason=OF_THREAD,
        credited_week=None,
        credit_reason=None,
        restricted=True,
        roles={},
        stories={},
    )
