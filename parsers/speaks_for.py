"""For which school a mail speaks: the one that wrote it, or the one whose story it brings.

Ties the kind of the mail to the rules of `parsers.school`; what those rules are is not decided here.
"""

from collections.abc import Sequence

from parsers.body import OWN_PARTS, Section, text_of
from parsers.envelope import Envelope
from parsers.forwards import handed_on
from parsers.kind import Kind, Letter
from parsers.links import EVIDENCE, STORY_ROLES, FoundLink
from parsers.message import ParsedMessage
from parsers.parts import CLOSING, NEW, QUOTED, SIGNATURE
from parsers.phrases import INTRODUCTIONS, PARENTS
from parsers.school import Identified, Registry, identify
from parsers.sentences import split_sentences
from parsers.urls import host_of
from parsers.verdict import STORY_KINDS
from parsers.words import Words

__all__ = ["school_of"]

_SPOKEN_FOR = (*STORY_KINDS, Kind.INCIDENT_REPORT, Kind.OPINION_REPORT, Kind.NIL_REPORT)
_NEVER_A_SCHOOL = (Kind.PRESS_INQUIRY, Kind.BOUNCE, Kind.ADVERT, Kind.PHISHING_SPAM)


def school_of(
    kind: Kind,
    letter: Letter,
    envelope: Envelope,
    message: ParsedMessage,
    body: Sequence[Section],
    links: Sequence[FoundLink],
    registry: Registry,
) -> Identified:
    """Return the school the mail speaks for; a stranger who only asks speaks for none of those he mentions."""
    if kind in _NEVER_A_SCHOOL:
        return Identified(None, "none")
    if kind not in _SPOKEN_FOR or letter.says(PARENTS):
        own = "" if letter.says(PARENTS) else _introduction(text_of(body, (NEW, CLOSING)))
        return identify(envelope.believed, [envelope.name, text_of(body, (SIGNATURE,)), own], [], registry)
    stories = [host_of(link.url) for link in links if link.role in (*STORY_ROLES, EVIDENCE)]
    others = [host_of(link.url) for link in links if link.role != QUOTED]
    hosts = stories if any(host in registry.by_host for host in stories) else others
    texts = [envelope.name, message.subject, text_of(body, (NEW, CLOSING, SIGNATURE)), text_of(body, OWN_PARTS)]
    handed = handed_on(message, body)
    return identify(envelope.believed, [*texts, *handed.words], hosts, registry, handed.authors)


def _introduction(text: str) -> str:
    """Return the sentences in which the writer says where he belongs."""
    told = (sentence.text for sentence in split_sentences(text))
    return "\n".join(sentence for sentence in told if Words.of(sentence).has(INTRODUCTIONS))
