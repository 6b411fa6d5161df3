"""The sample mails of this run: the drafts with the week, the addresses of this run's sites and the hour filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from tinbai.demo.drafts import DRAFTS, Draft, Expected

__all__ = ["SampleMail", "sample_mails"]


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses that the mails carry: of stories, and of the schools' home pages."""

    stories: Mapping[str, str]
    homes: Mapping[str, str]
    week: int


@dataclass(frozen=True, slots=True)
class SampleMail:
    """A mail as it is handed to the office's server."""

    gist: str
    name: str
    address: str
    subject: str
    message_id: str
    raw: bytes
    expected: Expected


def sample_mails(
    stories: Mapping[str, str], homes: Mapping[str, str], week: int, office: str, now: datetime
) -> Sequence[SampleMail]:
    """The mails in the order of their arrival.

    stories: key → address; homes: school code → address of its site, no slash at its end. office: the mailbox.
    """
    links = Links(stories, homes, week)
    return [_finished(number, draft, links, office, now) for number, draft in enumerate(DRAFTS, 1)]


def _finished(number: int, draft: Draft, links: Links, office: str, now: datetime) -> SampleMail:
    def filled(template: str) -> str:
        return template.format(story=links.stories, home=links.homes, week=links.week).lstrip("\n")

    mail = EmailMessage()
    subject = filled(draft.subject)
    message_id = f"<{now:%Y%m%d%H%M%S}.{number}@{draft.address.partition('@')[2]}>"
    mail["From"] = formataddr((draft.name, draft.address))
    mail["To"] = office
    mail["Subject"] = subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message_id
    for name, value in draft.headers:
        mail[name] = value
    mail.set_content(filled(draft.text), cte="quoted-printable" if not draft.text.isascii() else "7bit")
    if draft.html:
        mail.add_alternative(filled(draft.html), subtype="html")
    return SampleMail(
        draft.gist, draft.name, draft.address, subject, message_id, mail.as_bytes(policy=policy.SMTP), draft.expected
    )
