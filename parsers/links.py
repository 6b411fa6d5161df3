"""The links of a mail, each with its role: which are stories, and what the others are there for.

Every visible link is returned once, in the order of first appearance; pixels, hidden elements, mail addresses and
unsubscribe links are not links. Roles that depend on what the whole mail is (evidence, suspicious, advert) are given
by `parsers.reading`. Nothing is fetched.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from parsers.body import OWN_PARTS, Section, sections, subject_section
from parsers.link_disguise import is_disguised
from parsers.link_roles import ARTICLE, ASSET, HOMEPAGE, LISTING, SOCIAL, is_below, is_doubtful, shape_of
from parsers.link_spans import Span, spans_of
from parsers.link_titles import title_of
from parsers.message import ParsedMessage
from parsers.offers import Offer, is_offered, offer_of
from parsers.parts import CLOSING, DISCLAIMER, FORWARDED, NEW, QUOTED, SIGNATURE
from parsers.urls import DEFAULT_RULES, UrlRules, canonical_url, host_of, unwrap
from parsers.words import fold

__all__ = ["EVIDENCE", "STORY_ROLES", "FoundLink", "extract_links", "links_in"]

EVIDENCE = "evidence"  # shown to make a point, not offered as a story
SUSPICIOUS = "suspicious"  # pretends to lead somewhere else
STORY_ROLES = (ARTICLE, SOCIAL)

_ROLE_OF_PART = {QUOTED: "quoted", SIGNATURE: "signature", DISCLAIMER: "signature"}
_FIRST = (NEW, CLOSING, FORWARDED, SIGNATURE, DISCLAIMER, QUOTED)  # where a repeated link counts
_UNSUBSCRIBE = re.compile(
    r"unsubscri|opt-?out|(?<![\w-])huy-?(?:dang-?ky|nhan)(?:-?(?:tin|thu|e?mail))?(?![\w-])|hủy (?:đăng ký|nhận)"
    r"|ngừng nhận|manage.preferences",
    re.IGNORECASE,
)
# Words before a link to a foreign site that say it is something to read, fill in or attend …
_REFERENCE = re.compile(
    r"tham khao|nguon\b|theo\b(?! (?:duong|link|dia chi))|quy dinh|huong dan|bieu mau|bai mau|\bmau\b(?! giao)|"
    r"cong van|van ban|dang ky|binh chon|khao sat|phieu|tap huan|hop truc tuyen|tra cuu"
)
# … and words right before one that say it is a story, whatever else the sentence speaks of.
_OFFER = re.compile(
    r"(?:\b(?:link|duong dan|dia chi|lien ket|tin|bai)\b(?! mau)[^:.;]{0,30}|\bbai (?:so )?\d+\s?):?[\s(<*\[-]*$"
)
_NO_OFFER = re.compile(r"tham khao|nguon\b|bai mau|dang ky|binh chon|khao sat|bieu mau|chuyen muc|danh sach")


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A link of the mail.

    url: unwrapped, without trackers, fetchable. role: article, social (both are stories), homepage, listing, asset,
    signature, quoted, evidence, suspicious or advert. found_in: text, html, subject or attachment for the sender's own
    words, otherwise the part (forwarded, quoted, signature, disclaimer). title: the sender's, if any. written: as it
    stands in the mail; a line break in it shows where a broken address was joined.
    """

    url: str
    role: str
    found_in: str
    title: str | None
    written: str


def extract_links(
    message: ParsedMessage,
    known_hosts: Collection[str],
    rules: UrlRules = DEFAULT_RULES,
    office_domains: Collection[str] = (),
) -> list[FoundLink]:
    """Return the links of the mail's subject and body.

    known_hosts: registered hosts without "www."; they count without a scheme. office_domains: the office's own
    domains, whose pages are never a school's story.
    """
    return links_in((subject_section(message), *sections(message)), known_hosts, rules, office_domains)


def links_in(
    found: Iterable[Section],
    known_hosts: Collection[str],
    rules: UrlRules = DEFAULT_RULES,
    office_domains: Collection[str] = (),
) -> list[FoundLink]:
    """Return the links of these sections, which may also come from attachments."""
    sites = _Sites(known_hosts, office_domains)
    best: dict[str, tuple[int, FoundLink]] = {}
    for section in found:
        rank = _FIRST.index(section.part)
        for link in _links_of(section, sites, rules):
            key = canonical_url(link.url, rules)
            earlier_rank, earlier = best.get(key, (len(_FIRST), link))
            if rank < earlier_rank:
                best.pop(key, None)
                best[key] = (rank, link if link.title else replace(link, title=earlier.title))
            elif link.title and not earlier.title:
                best[key] = (earlier_rank, replace(earlier, title=link.title))
    return _without_companions([link for _, link in best.values()])


@dataclass(frozen=True, slots=True)
class _Sites:
    """Whose site is it? Schools' hosts exactly, the office's domains with everything below them."""

    known_hosts: Collection[str]
    office_domains: Collection[str]


def _links_of(section: Section, sites: _Sites, rules: UrlRules) -> Iterator[FoundLink]:
    own = section.part in (NEW, CLOSING)
    offer = offer_of(section) if section.file else None
    for span in spans_of(section.lines, sites.known_hosts):
        url = unwrap(span.url, rules)
        if not _UNSUBSCRIBE.search(f"{url} {span.shown}"):
            title = title_of(span, section.lines) if section.part in OWN_PARTS else None
            role = _role(url, title, span, section, sites)
            yield FoundLink(
                url=url,
                role=role if offer is None or _offers(section, offer, span, url, sites) else _referred(role),
                found_in=section.source if own else section.part,
                title=title,
                written=span.written,
            )


def _role(url: str, title: str | None, span: Span, section: Section, sites: _Sites) -> str:
    if section.part in _ROLE_OF_PART:
        return _ROLE_OF_PART[section.part]
    if is_disguised(url, span.shown, sites.known_hosts, sites.office_domains):
        return SUSPICIOUS
    shape, host = shape_of(url), host_of(url)
    if section.part == CLOSING and (shape == HOMEPAGE or "maps" in host):
        return "signature"
    if shape == LISTING:
        told = title or _is_offered(_words_before(span, section))
        return ARTICLE if told and is_doubtful(url) else LISTING
    if shape != ARTICLE or host in sites.known_hosts:
        return shape
    return EVIDENCE if _is_reference(host, _words_before(span, section), sites) else ARTICLE


def _offers(section: Section, offer: Offer, span: Span, url: str, sites: _Sites) -> bool:
    return is_offered(section, offer, span.line, span.start, at_home=host_of(url) in sites.known_hosts)


def _referred(role: str) -> str:
    """Return the role of a link in a document that only refers to it."""
    return EVIDENCE if role in STORY_ROLES else role


def _words_before(span: Span, section: Section) -> str:
    return fold(section.lines[span.line].text[max(0, span.start - 80) : span.start])


def _is_offered(before: str) -> bool:
    return bool(_OFFER.search(before)) and not _NO_OFFER.search(before)


def _is_reference(host: str, before: str, sites: _Sites) -> bool:
    """Tell whether a page of another site is something to read or to fill in."""
    if is_below(host, sites.office_domains):
        return True
    return bool(_REFERENCE.search(before)) and not _is_offered(before)


def _without_companions(links: Sequence[FoundLink]) -> list[FoundLink]:
    """Beside an article a social post is the same story again, not one more, unless it has a title of its own."""
    if not any(link.role == ARTICLE for link in links):
        return list(links)
    titles = {link.title for link in links if link.role == ARTICLE}
    return [
        replace(link, role=ASSET) if link.role == SOCIAL and (not link.title or link.title in titles) else link
        for link in links
    ]
