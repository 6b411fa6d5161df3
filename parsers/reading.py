"""One mail read as a clerk would read it: kind, school, links, week, flags, and who has to act.

Ties the other parsers together; a pure function of the mail and of what the office knows. It opens nothing, stores
nothing and answers nobody: `action` says what ought to happen, the pipeline does it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from parsers.automated import silence_reason
from parsers.body import Section, is_reply, sections, subject_section, text_of
from parsers.envelope import Envelope, envelope_of
from parsers.forwards import hands_on
from parsers.incidents import IncidentRule
from parsers.kind import Kind, Letter, classify
from parsers.link_roles import ARTICLE
from parsers.links import EVIDENCE, STORY_ROLES, FoundLink, links_in
from parsers.machine import is_invitation, machine_of
from parsers.message import ParsedMessage, ParseError, parse_message
from parsers.parts import CLOSING, FORWARDED, NEW, QUOTED, SIGNATURE
from parsers.report import read_report, without_titles
from parsers.school import Registry
from parsers.speaks_for import school_of
from parsers.stories import KnownStory, Seen, latest_of, look_up
from parsers.urls import DEFAULT_RULES, UrlRules, host_of
from parsers.verdict import STORY_KINDS, Case, action_of, flags_of, waiting_reason
from parsers.week import Calendar, credit
from parsers.week_claim import claimed_week
from parsers.words import Words, without_addresses

__all__ = ["Office", "Reading", "read"]

_ROLE_BY_KIND = {Kind.PHISHING_SPAM: "suspicious", Kind.ADVERT: "advert", Kind.BOUNCE: QUOTED}
_LETTERHEAD = frozenset({QUOTED, SIGNATURE})
_HEADING_LINES = 6  # of a document: what it is, before what it says


@dataclass(frozen=True, slots=True)
class Office:
    """What the office knows when it reads a mail.

    addresses: the mailbox's own. authserv_id: of the receiving server, "" when none is known. board: addresses of the
    members whose replies are commands.
    """

    registry: Registry
    calendar: Calendar
    incident_rules: tuple[IncidentRule, ...] = ()
    addresses: frozenset[str] = frozenset()
    authserv_id: str = ""
    board: frozenset[str] = frozenset()
    url_rules: UrlRules = DEFAULT_RULES


@dataclass(frozen=True, slots=True)
class Reading:
    """What a mail says. Weeks are numbers of the school calendar, except a claim, which is as the school wrote it.

    verified: a receiving server is known, and it vouches for the sender's address. incident_words: phrases that tell of
    an incident in the sender's own words or in a file of his that is called a report; never in a quote.
    forwarded_by: the address of whoever hands on somebody else's letter.
    """

    kind: Kind
    school: str | None
    school_by: str
    sender: str | None
    verified: bool
    links: tuple[FoundLink, ...]
    claimed_week: int | None
    received_week: int | None
    credited_week: int | None
    flags: tuple[str, ...]
    action: str
    silence_reason: str | None
    incident_words: tuple[str, ...]
    waiting_reason: str | None
    forwarded_by: str | None = None


def read(
    message: ParsedMessage,
    office: Office,
    received: datetime,
    known_stories: Mapping[str, KnownStory] | None = None,
    attached: Sequence[Section] = (),
) -> Reading:
    """Read a mail.

    received: the server's time, aware. known_stories: what the office has, by `parsers.stories.story_key`. attached:
    the text and links of its documents, as sections with part "new" and source "attachment".
    """
    office = replace(office, registry=office.registry.on(office.calendar.local(received).date()))
    envelope = envelope_of(message, office.registry, office.authserv_id)
    body = (*sections(message), *_enclosed(message), *attached)
    domains = {own.rpartition("@")[2] for own in office.addresses}
    found = links_in((subject_section(message), *body), office.registry.by_host, office.url_rules, domains)
    letter = _letter(message, envelope, body, found, office)
    kind = classify(letter)
    links, seen = _for_kind(kind, found, known_stories or {}, office)
    school = school_of(kind, letter, envelope, message, body, links, office.registry)
    claim = _claim(kind, message, body, office.calendar.local(received).date(), office.calendar)
    case = Case(
        kind=kind,
        message=message,
        letter=letter,
        body=body,
        links=links,
        seen=seen,
        latest=latest_of(school.code, known_stories or {}),
        school=school,
        known_sender=envelope.known,
        school_wrote=envelope.school,
        verified=envelope.verified,
        credit=credit(claim, received, office.calendar),
        silence=silence_reason(message, office.addresses, office.authserv_id),
    )
    told = _incident_words(letter, message, body, office.incident_rules)
    reading = _reading(case, envelope, claim, told, received, office.calendar)
    forwards = kind not in (Kind.BOUNCE, Kind.AUTO_REPLY) and hands_on(body)
    return replace(reading, forwarded_by=envelope.address if forwards else None)


def _reading(
    case: Case,
    envelope: Envelope,
    claim: int | None,
    told: tuple[str, ...],
    received: datetime,
    calendar: Calendar,
) -> Reading:
    week = calendar.week_of(calendar.local(received).date())
    action = action_of(case)
    return Reading(
        kind=case.kind,
        school=case.school.code,
        school_by=case.school.by,
        sender=envelope.address,
        verified=envelope.verified,
        links=case.links,
        claimed_week=claim,
        received_week=week.number if week else None,
        credited_week=case.credit.week if case.counts else None,
        flags=flags_of(case),
        action=action,
        silence_reason=case.silence,
        incident_words=told,
        waiting_reason=_why_it_waits(case, envelope) if action == "human" else None,
    )


def _why_it_waits(case: Case, envelope: Envelope) -> str:
    """Who wrote it is said first: until that is known, nothing else matters."""
    return (envelope.doubt if case.is_story else None) or waiting_reason(case)


def _enclosed(message: ParsedMessage) -> Iterator[Section]:
    """Yield what a mail handed on as an attachment says; a returned original is filed by `_ROLE_BY_KIND`."""
    for attachment in message.attachments:
        if attachment.content_type == "message/rfc822":
            try:
                inner = parse_message(attachment.content)
            except ParseError:
                continue
            for section in sections(inner):
                yield replace(section, part=FORWARDED if section.part in (NEW, CLOSING) else section.part)


def _letter(
    message: ParsedMessage, envelope: Envelope, body: Sequence[Section], links: Sequence[FoundLink], office: Office
) -> Letter:
    text = text_of(section for section in body if section.source != "attachment")
    stories = [link for link in links if link.role in STORY_ROLES]
    articles = [link for link in stories if link.role == ARTICLE]
    titles = [link.title for link in articles if link.title]
    told = without_titles(text, titles, [link.written for link in articles])
    return Letter(
        words=Words.of(envelope.name, message.subject, text),
        subject=Words.of(message.subject),
        text=without_addresses(text),
        report=read_report(
            message.subject,
            told,
            () if stories else _files(message, body),
            office.incident_rules,
            own_subject=not (articles or is_reply(message)),
        ),
        offers=bool(stories),
        at_home=any(host_of(link.url) in office.registry.by_host for link in stories),
        has_links=any(link.role not in _LETTERHEAD for link in links),
        has_attachments=bool(message.attachments),
        known_sender=envelope.known,
        reply=is_reply(message),
        invitation=is_invitation(message),
        machine=machine_of(message),
        commanding=envelope.believed in office.board and bool(message.references),
    )


def _files(message: ParsedMessage, body: Sequence[Section]) -> list[str]:
    """Return what the attachments are called, by their names and by their own first lines."""
    names = [attachment.filename for attachment in message.attachments]
    attached = [section for section in body if section.source == "attachment"]
    return names + ["\n".join(line.text for line in section.lines[:_HEADING_LINES]) for section in attached]


def _incident_words(
    letter: Letter, message: ParsedMessage, body: Sequence[Section], rules: Sequence[IncidentRule]
) -> tuple[str, ...]:
    """Return the phrases that tell of an incident: in the sender's own words, or in a file that is called a report.

    The title of a story tells of none, but a person looks at it before it goes on.
    """
    if not letter.offers:
        return letter.report.events
    files = read_report("", "", _files(message, body), rules) if message.attachments else None
    attached = files.events if files and files.is_named else ()
    whole = read_report("" if letter.reply else message.subject, letter.text, (), rules)
    return tuple(dict.fromkeys((*letter.report.events, *whole.events, *attached)))


def _for_kind(
    kind: Kind, links: Sequence[FoundLink], known_stories: Mapping[str, KnownStory], office: Office
) -> tuple[tuple[FoundLink, ...], Seen]:
    """Give links the roles that only the kind of the mail tells, and look the stories up."""
    if kind in STORY_KINDS:
        correcting = kind == Kind.CORRECTION
        seen = look_up(links, known_stories, office.registry, office.url_rules, correcting=correcting)
        replaced = [link for link, _ in seen.replaced]
        return tuple(replace(link, role=QUOTED) if link in replaced else link for link in links), seen
    whole, stories = _ROLE_BY_KIND.get(kind), _ROLE_BY_KIND.get(kind, EVIDENCE)
    return tuple(
        replace(link, role=stories) if link.role in STORY_ROLES or (whole and link.role not in _LETTERHEAD) else link
        for link in links
    ), Seen()


def _claim(kind: Kind, message: ParsedMessage, body: Sequence[Section], day: date, calendar: Calendar) -> int | None:
    if kind not in STORY_KINDS:
        return None
    names = [attachment.filename for attachment in message.attachments]
    own = text_of((section for section in body if section.source != "attachment"), (NEW, CLOSING))
    attached = text_of(section for section in body if section.source == "attachment")
    texts = [own, text_of(body, (FORWARDED,)), *names, attached]
    return claimed_week(message.subject, texts, day, calendar, reply=is_reply(message))
