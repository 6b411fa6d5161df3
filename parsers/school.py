"""Which school a mail speaks for: by its address, by the Workspace alias, by the links it offers, by its name.

The order is fixed and the rule that decided is always named, because the first two are evidence and the last two are
only hints. The caller passes an address only if it may be believed; nothing here knows about authentication.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from parsers.address import ascii_domain, parse_mailbox
from parsers.school_names import SchoolNames

__all__ = ["Identified", "Registry", "SchoolEntry", "identify"]

BY_SENDER, BY_SUFFIX, BY_HOST, BY_NAME, BY_NOTHING = "sender", "alias-suffix", "link-host", "name", "none"


@dataclass(frozen=True, slots=True)
class SchoolEntry:
    """What the register says about one school, as far as a mail can show it.

    hosts: present and former ones. valid_to: its last day, when it was closed, merged or renamed; predecessor: the code
    of the school it stands in for.
    """

    code: str
    level: str
    name: str = ""
    short_name: str = ""
    emails: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    predecessor: str | None = None


@dataclass(frozen=True, slots=True)
class Identified:
    """The school's code and the rule that found it; None by "none"."""

    code: str | None
    by: str


@dataclass(frozen=True, slots=True)
class Registry:
    """All schools, with the look-ups a mail needs.

    staff: addresses of the office, never a school's own. workspaces: domains that all schools share, where only the
    alias tells them apart; the office's own domain is one.
    """

    schools: tuple[SchoolEntry, ...]
    staff: frozenset[str] = frozenset()
    workspaces: frozenset[str] = frozenset()
    by_email: Mapping[str, str] = field(init=False, repr=False, compare=False)
    by_suffix: Mapping[str, str] = field(init=False, repr=False, compare=False)
    by_host: Mapping[str, str] = field(init=False, repr=False, compare=False)
    names: SchoolNames = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        schools = self.schools
        indexes = {
            "by_email": {_mailbox(email): school.code for school in schools for email in school.emails},
            "by_suffix": {suffix.lower(): school.code for school in schools for suffix in school.suffixes},
            "by_host": {_host(host): school.code for school in schools for host in school.hosts},
            "names": SchoolNames.of(
                (school.code, school.level, (school.name, school.short_name)) for school in schools
            ),
        }
        for attribute, index in indexes.items():
            object.__setattr__(self, attribute, index)

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        """Travel to the sandbox without the indexes: there they are kept as long as the register stays the same."""
        return _registry, (self.schools, self.staff, self.workspaces)

    def on(self, day: date) -> "Registry":
        """Return the register of that day: a school that has ended lives on in its successor, or not at all."""
        return _on(self, day) if any(_has_ended(school, day) for school in self.schools) else self

    def is_staff(self, address: str | None) -> bool:
        """Tell whether this is an address of the office."""
        return (address or "").lower() in self.staff

    def of_address(self, address: str) -> Identified | None:
        """Return the school that owns this address or, on a shared domain, the alias in it."""
        if self.is_staff(address):
            return None
        if code := self.by_email.get(address.lower()):
            return Identified(code, BY_SENDER)
        local, _, domain = address.lower().rpartition("@")
        code = self.by_suffix.get(local.rpartition(".")[2]) if domain in self.workspaces and "." in local else None
        return Identified(code, BY_SUFFIX) if code else None

    def named_in(self, text: str) -> str | None:
        """Return the one school whose name, level included, stands in the text; None if none or several do."""
        return self.names.only_one_in(text)


def identify(
    address: str | None,
    texts: Sequence[str],
    link_hosts: Iterable[str],
    registry: Registry,
    claimed: Iterable[str] = (),
) -> Identified:
    """Return the school a mail speaks for.

    address: the sender's, if it may be believed. texts: display name, subject, own text …, the weightiest first.
    link_hosts: hosts of the links the mail offers. claimed: addresses that a mail handed on names as its author's;
    nobody vouches for them, so they say no more than a name. Several schools at one step are no answer; the next step
    decides.
    """
    own = registry.of_address(address) if address else None
    if own:
        return own
    linked = {code for host in link_hosts if (code := registry.by_host.get(host.removeprefix("www.")))}
    if len(linked) == 1:
        return Identified(linked.pop(), BY_HOST)
    authors = {found.code for author in claimed if (found := registry.of_address(author))}
    named = authors.pop() if len(authors) == 1 else _named(texts, registry)
    return Identified(named, BY_NAME) if named else Identified(None, BY_NOTHING)


def _named(texts: Sequence[str], registry: Registry) -> str | None:
    return next((code for text in texts if (code := registry.named_in(text))), None)


@lru_cache(maxsize=4)
def _registry(schools: tuple[SchoolEntry, ...], staff: frozenset[str], workspaces: frozenset[str]) -> Registry:
    return Registry(schools, staff, workspaces)


@lru_cache(maxsize=4)
def _on(registry: Registry, day: date) -> Registry:
    return replace(registry, schools=tuple(_standing(registry.schools, day)))


def _standing(schools: Sequence[SchoolEntry], day: date) -> Iterator[SchoolEntry]:
    """Yield the schools of that day; what is known of one that has ended goes on under its successor's code."""
    for school in schools:
        heir = _heir(school, schools, day)
        if heir is not None:
            yield school if heir is school else replace(school, code=heir.code)


def _heir(school: SchoolEntry, schools: Sequence[SchoolEntry], day: date) -> SchoolEntry | None:
    """Return the school itself or who came after it; None when nobody did, or several: then a person has to ask."""
    passed = {school.code}
    while _has_ended(school, day):
        heirs = [other for other in schools if other.predecessor == school.code and other.code not in passed]
        heirs = [heir for heir in heirs if heir.valid_from is None or heir.valid_from <= day]
        if len(heirs) != 1:
            return None
        school = heirs[0]
        passed.add(school.code)
    return school


def _has_ended(school: SchoolEntry, day: date) -> bool:
    return school.valid_to is not None and school.valid_to < day


def _mailbox(email: str) -> str:
    mailbox = parse_mailbox(email)
    return mailbox[0] if mailbox else email.lower()


def _host(host: str) -> str:
    return (ascii_domain(host) or host.lower()).removeprefix("www.")
